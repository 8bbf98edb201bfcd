"""`testimonio subtitles check` and `repair`: what the rules say of subtitle files, and what can safely be put right."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Annotated

import typer
from pydantic import TypeAdapter, ValidationError

from footage_manifest.fields import TimelineRate
from footage_manifest.findings import Severity
from pipeline.assembly import subtitle_check as checking
from pipeline.assembly import subtitle_repair as repairing
from pipeline.assembly.subtitle_check import Broken, CheckedFile, CheckedSubtitles, CheckOptions
from pipeline.assembly.subtitle_files import named
from pipeline.assembly.subtitle_repair import RepairedFile, RepairOptions, Shown
from pipeline.cli.answer import Answer, Job
from pipeline.cli.printing import findings_as_data, printable
from pipeline.durable import storage_errors, write_whole
from pipeline.errors import ExitCode, UsageError
from pipeline.ports.work import Progress
from subtitles.cue import Cue
from subtitles.formats.srt_lines import stamp
from subtitles.quality import Fault
from subtitles.repair import REPAIRABLE
from subtitles.style import STYLES

_RULES = ", ".join(STYLES)
_COLUMNS = ("file", "line", "cue", "start_ms", "rule", "severity", "what", "measured", "limit", "cure")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

_Paths = Annotated[
    list[Path] | None, typer.Argument(metavar="[DIR or FILE]...", help="Film folders and subtitle files; here if none.")
]
_Rules = Annotated[
    str | None, typer.Option("--rules", metavar="NAME", help=f"The rules: {_RULES}. Default: the film's, or ours.")
]
_Language = Annotated[
    str | None,
    typer.Option("--language", metavar="CODE", help="The language of bare files that do not say: es, en ..."),
]
_Rate = Annotated[
    str, typer.Option("--rate", metavar="R", help="Frames a second that bare files are counted at; a film has its own.")
]
_Encoding = Annotated[
    str | None, typer.Option("--encoding", metavar="NAME", help="The encoding of bare files, such as windows-1252.")
]
_AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]


def check_some(  # noqa: PLR0913 - the options of the command
    paths: _Paths = None,
    *,
    rules: _Rules = None,
    language: _Language = None,
    rate: _Rate = "25",
    encoding: _Encoding = None,
    shots: Annotated[bool, typer.Option("--shots", help="Find a film's shot changes first; takes its time.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 5 where any rule is broken.")] = False,
    table: Annotated[
        Path | None, typer.Option("--csv", metavar="FILE", help="Write what was found as a table too.")
    ] = None,
    as_json: _AsJson = False,  # noqa: ARG001 - read where the answer is given
) -> Job:
    """Hold subtitle files, or all of a film's, against a set of rules."""
    options = CheckOptions(rules=rules, language=language, rate=_rate(rate), encoding=encoding, shots=shots)

    def act(progress: Progress) -> Answer:
        found = named(paths or [Path()])
        bare = CheckedSubtitles(files=tuple(checking.check_file(one, options) for one in found.files), asked=strict)
        films = [checking.check_film(one.resolve(), options, progress) for one in found.films]
        several = [bare, *(CheckedSubtitles(files=one.files, asked=strict or one.asked) for one in films)]
        if table is not None:
            _write_table(table, several, found.files)
        return _checked(several)

    return Job(act)


def repair_some(  # noqa: PLR0913 - the options of the command
    paths: _Paths = None,
    *,
    rules: _Rules = None,
    language: _Language = None,
    rate: _Rate = "25",
    encoding: _Encoding = None,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="RULE", help=f"Only this rule: {', '.join(REPAIRABLE)}. May be repeated."),
    ] = None,
    apply: Annotated[bool, typer.Option("--apply", help="Make the repairs; without it they are only shown.")] = False,
    in_place: Annotated[
        bool, typer.Option("--in-place", help="Write over a bare file, and keep what it was as FILE.bak.")
    ] = False,
    as_json: _AsJson = False,  # noqa: ARG001 - read where the answer is given
) -> Job:
    """Show what can safely be put right in subtitle files, or with --apply do it."""
    if in_place and not apply:
        raise UsageError("--in-place says where repairs are written, and nothing is without --apply", "write both")
    options = RepairOptions(
        check=CheckOptions(rules=rules, language=language, rate=_rate(rate), encoding=encoding),
        only=_only(only or []),
        apply=apply,
        in_place=in_place,
    )

    def act(progress: Progress) -> Answer:
        found = named(paths or [Path()])
        files = [repairing.repair_file(one, options) for one in found.files]
        files += [file for one in found.films for file in repairing.repair_film(one.resolve(), options, progress)]
        return _repaired(files, apply=apply)

    return Job(act)


def _rate(text: str) -> Fraction:
    try:
        return TypeAdapter(TimelineRate).validate_python(int(text) if text.isdecimal() else text)
    except ValidationError as error:
        raise UsageError(f"--rate: {error.errors()[0]['msg'].removeprefix('Value error, ')}", "such as 25") from None


def _only(names: list[str]) -> tuple[Fault, ...]:
    for name in names:
        if name not in [rule.value for rule in REPAIRABLE]:
            raise UsageError(f"--only: nothing is repaired under '{name}'", f"there are: {', '.join(REPAIRABLE)}")
    return tuple(Fault(name) for name in dict.fromkeys(names))


# ---------------------------------------------------------------------------------------------------------------- check


def _checked(several: list[CheckedSubtitles]) -> Answer:
    files = [file for one in several for file in one.files]
    code = max((one.exit_code for one in several), default=ExitCode.OK)
    wrong = tuple(str(one.finding) for file in files for one in file.errors)
    document = {"files": [_file_as_data(file) for file in files]}
    return Answer(code=code, text=printable("\n".join(_lines(files))), problems=wrong, document=document)


def _lines(files: list[CheckedFile]) -> Iterator[str]:
    shown = [one for file in files for one in file.found if one.finding.severity is not Severity.NOTE]
    rows = [(_place(one), one.rule, f"{one.finding.what}; {one.finding.cure}") for one in shown]
    wide = [max((len(row[column]) for row in rows), default=0) for column in (0, 1)]
    for place, rule, said in rows:
        yield f"{place:<{wide[0]}}  {rule:<{wide[1]}}  {' '.join(said.split())}"
    if rows:
        yield ""
    for file in files:
        counts = Counter(one.rule for one in file.found)
        found = ", ".join(f"{count} {rule}" for rule, count in sorted(counts.items())) or "nothing found"
        state = "cannot be read" if file.refused else f"{file.cues} cues, {file.language}, rules {file.rules}: {found}"
        if any(one.finding.severity is Severity.NOTE for one in file.found):
            state += " (notes, listed with --json and --csv)"
        yield f"{file.file}: {state}"


def _place(one: Broken) -> str:
    finding = one.finding
    if finding.line is None and one.start_ms is not None:
        return f"{finding.file} at {stamp(one.start_ms)}"
    return ":".join(str(part) for part in (finding.file, finding.line) if part is not None)


def _file_as_data(file: CheckedFile) -> dict[str, object]:
    return {
        "file": file.file,
        "language": file.language,
        "rules": file.rules,
        "rate": file.rate,
        "cues": file.cues,
        "refused": file.refused,
        "counts": dict(sorted(Counter(one.rule for one in file.found).items())),
        "found": [
            {
                **findings_as_data([one.finding])[0],
                "rule": one.rule,
                "start_ms": one.start_ms,
                "measured": one.measured,
                "limit": one.limit,
            }
            for one in file.found
        ],
    }


def _write_table(path: Path, several: list[CheckedSubtitles], read: tuple[Path, ...]) -> None:
    """Write what was found as CSV that spreadsheets open: UTF-8 with a mark, and nothing that they would work out."""
    if path.exists() and any(path.samefile(one) for one in read):
        raise UsageError(f"--csv: {path} is one of the files to be checked", "name another file")
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    for one in (broken for checked in several for file in checked.files for broken in file.found):
        finding = one.finding
        row = (finding.file, finding.line, finding.field, one.start_ms, one.rule, finding.severity.value)
        writer.writerow(map(_as_cell, (*row, finding.what, one.measured, one.limit, finding.cure)))
    with storage_errors(f"writing {path.name}"):
        write_whole(path, text.getvalue().encode("utf-8-sig"))


def _as_cell(value: object) -> str:
    shown = "" if value is None else str(value)
    return f"'{shown}" if shown.startswith(_FORMULA) else shown


# --------------------------------------------------------------------------------------------------------------- repair


def _repaired(files: list[RepairedFile], *, apply: bool) -> Answer:
    lines = [line for file in files for line in _diff(file)]
    problems = tuple(str(one) for file in files for one in file.problem if one.severity is Severity.ERROR)
    for file in files:
        done = f"written to {file.written}" if file.written else "nothing is written"
        state = "is left alone" if file.problem else f"{len(file.repairs)} repairs; {done}"
        lines.append(f"{file.file}: {state}")
    lines += problems
    if any(file.repairs for file in files) and not apply:
        lines.append("to make them, say --apply")
    return Answer(
        code=ExitCode.SUBTITLES if problems else ExitCode.OK,
        text=printable("\n".join(lines)),
        problems=problems,
        document={"files": [_repairs_as_data(file) for file in files]},
    )


def _diff(file: RepairedFile) -> Iterator[str]:
    for one in file.repairs:
        repair = one.repair
        place = f"{file.file}:{one.line}" if one.line else file.file
        yield f"{place}: {repair.rule.value}, at {stamp(repair.before.start_ms)}"
        retimed = (repair.before.start_ms, repair.before.end_ms) != (repair.after.start_ms, repair.after.end_ms)
        for sign, cue in (("-", repair.before), ("+", repair.after)):
            yield from (f"  {sign} {line}" for line in ([_times(cue)] if retimed else cue.lines))


def _times(cue: Cue) -> str:
    return f"{stamp(cue.start_ms)} --> {stamp(cue.end_ms)}"


def _repairs_as_data(file: RepairedFile) -> dict[str, object]:
    return {
        "file": file.file,
        "written": file.written,
        "problems": findings_as_data(file.problem),
        "repairs": [_repair_as_data(one) for one in file.repairs],
    }


def _repair_as_data(one: Shown) -> dict[str, object]:
    return {
        "line": one.line,
        "rule": one.repair.rule.value,
        "position": one.repair.position,
        "cue": one.repair.before.id,
        **{
            name: {"start_ms": cue.start_ms, "end_ms": cue.end_ms, "text": cue.text}
            for name, cue in (("before", one.repair.before), ("after", one.repair.after))
        },
    }
