"""How results read: tables and lines for people, plain data for `--json`, an exit code."""

import json
from dataclasses import asdict
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.table import Table

from footage_manifest.findings import Severity
from pipeline.assembly.checkup import Checked
from pipeline.assembly.options import CutOutcome, RunOutcome
from pipeline.assembly.status import Status
from pipeline.cli.answer import Answer
from pipeline.cli.printing import findings_as_data, printable
from pipeline.cli.tables import cell, drawn
from pipeline.engine.explain import Cause, Decision, Outcome
from pipeline.errors import ExitCode
from pipeline.tools.doctor import Report
from subtitles.merge import Standing
from subtitles.state import CueStatus

_MOST_SUBJECTS = 12


def new_film(folder: Path, made: tuple[Path, ...], *, example: bool) -> str:
    """Return what `testimonio new` made and what to do next."""
    what = "the made-up example film" if example else "an empty film"
    following = f"testimonio run {folder}" if example else f"testimonio check {folder}"
    return f"{folder} now holds {what}, {len(made)} files. Next: {following}"


def check(checked: Checked) -> Answer:
    """Say what a check found: one finding a line, errors first, and a count."""
    ordered = sorted(checked.findings, key=lambda one: list(Severity).index(one.severity))
    errors = [one for one in ordered if one.severity is Severity.ERROR]
    total = f"{len(errors)} to mend, {len(ordered) - len(errors)} to know" if ordered else "nothing is wrong"
    lines = [f"{one.severity.value}: {one}" for one in ordered]
    return Answer(
        code=checked.exit_code,
        text=printable("\n".join([*lines, total])),
        problems=tuple(str(one) for one in errors),
        document={"findings": findings_as_data(ordered)},
    )


def run(outcome: RunOutcome, *, explain: bool) -> Answer:
    """Say how a run ended."""
    return Answer(
        code=outcome.exit_code,
        text=printable("\n".join(_run_lines(outcome, explain=explain))),
        problems=tuple(f"{cut.cut}: {line}" for cut in outcome.cuts if cut.exit_code for line in cut.problems),
        document=_run_document(outcome, explain=explain),
    )


def _run_lines(outcome: RunOutcome, *, explain: bool) -> list[str]:
    lines = [f"{one.severity.value}: {one}" for one in outcome.findings if one.severity is not Severity.NOTE]
    if explain:
        lines += [line for decision in outcome.decisions for line in _explained(decision)]
    if outcome.would_run:
        stage = outcome.would_run[0].partition(" ")[0]
        subjects = [one.partition(" ")[2] for one in outcome.would_run]
        more = f" and {len(subjects) - _MOST_SUBJECTS} more" if len(subjects) > _MOST_SUBJECTS else ""
        lines.append(
            f"would run {stage} for {', '.join(subjects[:_MOST_SUBJECTS])}{more}; what follows is decided then"
        )
    for cut in outcome.cuts:
        lines += _cut(cut)
    return lines or ["done as far as asked"]


def _run_document(outcome: RunOutcome, *, explain: bool) -> dict[str, object]:
    document: dict[str, object] = {
        "cuts": [
            {
                "cut": cut.cut,
                "exit_code": int(cut.exit_code),
                "folder": cut.folder,
                "files": list(cut.files),
                "left_out": list(cut.left_out),
                "problems": list(cut.problems),
                "unchanged": cut.unchanged,
                "previous": cut.previous,
            }
            for cut in outcome.cuts
        ],
        "findings": findings_as_data(outcome.findings),
        "would_run": list(outcome.would_run),
    }
    if explain:
        document["decisions"] = [json.loads(json.dumps(asdict(one))) for one in outcome.decisions]
    return document


def _cut(cut: CutOutcome) -> list[str]:
    if cut.exit_code is not ExitCode.OK:
        return [f"{cut.cut}: not delivered (exit code {int(cut.exit_code)})", *(f"  {line}" for line in cut.problems)]
    if not cut.folder:
        return [f"{cut.cut}: done as far as asked", *(f"  warning: {line}" for line in cut.problems)]
    news = "is as it was" if cut.unchanged else "is delivered"
    lines = [f"{cut.cut} {news} in {cut.folder}:", *(f"  {name}" for name in cut.files)]
    lines += [f"  the delivery before it is in {cut.previous}"] if cut.previous else []
    lines += [f"  {line}" for line in cut.left_out]
    return lines + [f"  warning: {line}" for line in cut.problems]


def _explained(decision: Decision) -> list[str]:
    subject = " ".join(f"{decision.stage} {decision.subject}".split())  # a drawing is named by its text, lines and all
    if decision.outcome is Outcome.STORED:
        return [f"{subject}: from the store"]
    why = {
        Cause.FIRST: "nothing was made for it before",
        Cause.CHANGED: "what it is made from has changed",
        Cause.DAMAGED: "what was stored is not whole",
        Cause.REMOVED: "its result is no longer in the store",
        Cause.REFRESHED: "it was asked for",
    }.get(decision.cause or Cause.FIRST, "")
    verb = "would be made" if decision.outcome is Outcome.WOULD_RUN else "made"
    changes = [f"    {change.field}: {change.before} -> {change.after}" for change in decision.changes]
    return [f"{subject}: {verb}, because {why}", *changes]


def status(report: Status) -> Answer:
    """Say where a film stands, as two tables."""
    headings = ("reel", "", *(state.value for state in Standing), "words", "left", "min")
    tracks = Table(*headings, title="Subtitles", box=SIMPLE_HEAD, pad_edge=False)
    notes = []
    for one in report.tracks:
        counts = (str(one.counts[state]) for state in Standing)
        left = (str(one.words_left), f"{one.ms_left / 60_000:.1f}")
        tracks.add_row(cell(one.reel), one.language, *counts, str(one.words), *left)
        untranslated = f"{one.untranslated} sentences are not translated" if one.untranslated else ""
        note = one.problem or ("" if one.file else "not made yet") or untranslated
        notes += [printable(f"{one.reel} {one.language}: {note}")] if note else []
    cuts = Table("cut", "audience", "state", "files", "remarks", "", title="Cuts")
    for cut in report.cuts:
        cuts.add_row(
            cut.cut, cut.audience, cut.state, str(len(cut.files)), str(cut.remarks), cell("; ".join(cut.problems))
        )
    names = [printable(f"{one.reel}: {one}") for one in report.near_names]
    said = [drawn(tracks), *notes, *names, "", drawn(cuts), *_own(report)]
    return Answer(text="\n".join(said), document=asdict(report))


def _own(report: Status) -> list[str]:
    """Return the cuts' own subtitle files as a table, nothing where there are none."""
    table = Table("cut", "", "kind", *(state.value for state in CueStatus), "words", "", title="Subtitles of cuts")
    for cut in report.cuts:
        for one in cut.own:
            counts = (str(one.counts[state]) for state in CueStatus)
            table.add_row(cell(cut.cut), one.language, one.kind, *counts, str(one.words), cell(one.problem))
    return ["", drawn(table)] if table.row_count else []


def doctor(report: Report) -> Answer:
    """Say what was found on this machine, and what to do about each thing missing."""
    table = Table("", "what", "found", title="This machine", show_lines=False)
    for item in report.items:
        found = " ".join(part for part in (item.version, item.found) if part)
        table.add_row(item.condition.value, item.name, cell(found))
    # Outside the table: a path that is cut short to fit a column cannot be used.
    places = [f"{item.name} is {item.path}" for item in report.items if item.path is not None]
    cures = [f"{item.name}: {item.cure}" for item in report.items if item.cure]
    verdict = "ready" if report.ready else "a film cannot be made here yet"
    items = [{**asdict(item), "path": None if item.path is None else str(item.path)} for item in report.items]
    return Answer(
        text="\n".join([drawn(table), *map(printable, places), *map(printable, cures), verdict]),
        document={"ready": report.ready, "items": items},
    )
