"""What came back from a translator, merged into a track: three ways, by cue, nothing of either side lost.

The base is what was sent. Its texts are found by the hashes that came back: a side whose hash is that of the base has not
changed. Where neither side has it, both have changed, and they conflict unless they say the same.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from footage_manifest.findings import Finding
from footage_manifest.wording import shown
from subtitles.cue import Cue
from subtitles.exchange.model import (
    ExchangeUnit,
    ReturnedComment,
    ReturnedFile,
    ReturnedUnit,
    error,
    note_hash,
    target_hash,
    warning,
)
from subtitles.exchange.returned_text import arrived, letters_in_doubt, letters_lost, tag_faults, tidy, unwritable
from subtitles.exchange.rows import rows_of
from subtitles.exchange.units import Sides, units_of
from subtitles.identity import normal_text, text_hash
from subtitles.quality import Fault, check
from subtitles.style import SubtitleStyle
from subtitles.three_way import Conflict, Merged, merge_three

_SOMETHING_ELSE = "\ufffc\ufffc"
"""The base where neither side has it any more: a text that no one writes."""
_SAVE_WIDER = "save the table as CSV UTF-8, or as Unicode text"
_OF_TEXTS = frozenset((Fault.LINE_TOO_LONG, Fault.TOO_MANY_LINES, Fault.TOO_FAST))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What texts are measured against: a style at a frame rate."""

    style: SubtitleStyle
    rate: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What came of a returned file: the merged track, and what it means for the state; all are ids of cues.

    `taken` have the translator's text now. `looked_at` are those whose translation was made from what their source says
    now; `made_from` has the hash of an older source for each of the others that were taken. `final` are approved by whoever
    sent the file. `unchanged` counts the units that came back as they went, `empty` those without a translation.
    """

    merged: Merged
    taken: tuple[str, ...]
    looked_at: tuple[str, ...]
    made_from: Mapping[str, str]
    final: tuple[str, ...]
    comments: tuple[tuple[str, ReturnedComment], ...]
    units: Mapping[str, ExchangeUnit]
    unchanged: int
    empty: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Arrived:
    """A unit that can be taken: what is in the film now, what came back, and what both began with."""

    unit: ExchangeUnit
    row: ReturnedUnit
    text: str
    base: str


def bring_back(returned: ReturnedFile, sides: Sides, rules: Rules, *, held: Collection[str] = (), reel: str) -> Brought:
    """Return the target of `sides` with what `returned` changed in it; times stay as they are in the film.

    `held` are the ids of cues that people stand behind, approved ones for instance: a change to one is a conflict. Findings
    say what was not taken (errors), what is in doubt and what breaks a rule (warnings), by the file's lines or rows.
    """
    units = {unit.id: unit for unit in units_of(sides, rules.style)}
    rows = rows_of(returned, units)
    findings = [*returned.findings, *rows.findings]
    language = sides.languages[1]
    accepted: dict[str, _Arrived] = {}
    for row in rows.units:
        one = _arrived(row, units[row.id], sides, language, rules.style)
        refused = _refused(one, returned)
        if refused is not None:
            findings.append(refused)
            continue
        accepted[row.id] = one
    merged = _merged(accepted, sides, held, reel)
    conflicts = {conflict.id: conflict for conflict in merged.conflicts}
    taken = tuple(name for name in (*merged.followed, *merged.added) if name in accepted and name not in conflicts)
    chosen = frozenset(taken)
    findings += _doubts(returned, accepted, chosen)
    findings += _faults(returned.file, accepted, chosen, conflicts, language, rules)
    there = {cue.id for cue in merged.cues}
    findings += [
        warning(returned.file, f"what was remarked has no subtitle yet: {shown(one.text)}", line=row.line, field=row.id)
        for row in rows.known
        for one in _remarks(row, units[row.id])
        if row.id not in there
    ]
    return Brought(
        merged=merged,
        taken=taken,
        looked_at=tuple(_looked_at(accepted, chosen, conflicts)),
        made_from=_made_from(accepted, taken),
        final=tuple(name for name, one in accepted.items() if one.row.final and name not in conflicts),
        comments=tuple(
            (row.id, comment) for row in rows.known for comment in _remarks(row, units[row.id]) if row.id in there
        ),
        units=units,
        unchanged=sum(one.base == one.text for one in accepted.values()),
        empty=rows.empty,
        findings=tuple(findings),
    )


def _refused(one: _Arrived, returned: ReturnedFile) -> Finding | None:
    """Return why a text cannot be taken, None where it can."""
    row = one.row
    if one.base != one.text and letters_lost(row.target, (one.base, one.unit.target), returned.encoding):
        damage = f"letters were lost when it was saved in {returned.encoding}"
        what = f"{damage}, and {shown(_short(row.target))} is not taken"
        return error(returned.file, what, _SAVE_WIDER, line=row.line, field=row.id)
    problem = unwritable(Cue(start_ms=one.unit.start_ms, end_ms=one.unit.end_ms, text=one.text))
    if not problem:
        return None
    what = f"its text cannot be taken: {problem}"
    return error(returned.file, what, "correct it and send it again", line=row.line, field=row.id)


def _doubts(returned: ReturnedFile, accepted: Mapping[str, _Arrived], taken: Collection[str]) -> list[Finding]:
    """Return a warning for each taken text that may have lost letters on its way."""
    what = f"its question marks may stand for letters that {returned.encoding} has not"
    return [
        warning(returned.file, f"{what}: '{_short(one.text)}'", _SAVE_WIDER, line=one.row.line, field=name)
        for name, one in accepted.items()
        if name in taken and letters_in_doubt(one.text, returned.encoding)
    ]


def _remarks(row: ReturnedUnit, unit: ExchangeUnit) -> tuple[ReturnedComment, ...]:
    """Return what was remarked on a row, with what was typed among the notes that were sent."""
    if row.note is None or row.trace is None or row.trace.note in {"", note_hash(row.note)}:
        return row.comments
    ours = {text_hash(line) for line in unit.note.split("\n")}
    new = [line.strip() for line in row.note.split("\n") if line.strip() and text_hash(line) not in ours]
    return (*row.comments, ReturnedComment(text="\n".join(new))) if new else row.comments


def _arrived(row: ReturnedUnit, unit: ExchangeUnit, sides: Sides, language: str, style: SubtitleStyle) -> _Arrived:
    text = arrived(row.target, unit.target, row.trace, language, style)
    return _Arrived(unit=unit, row=row, text=text, base=_base(row, text, unit, sides))


def _base(row: ReturnedUnit, text: str, unit: ExchangeUnit, sides: Sides) -> str:
    """Return what was sent: found by its hash; without one, what the machine last wrote."""
    known = sides.target.by_id().get(unit.id) if sides.target else None
    machine = known.known.base.text if known and known.known and not known.known.own else None
    if row.trace is None:
        return _SOMETHING_ELSE if machine is None else machine
    for candidate in (text, row.target, tidy(row.target), unit.target, machine, ""):
        if candidate is not None and target_hash(candidate) == row.trace.target:
            return text if candidate in {row.target, tidy(row.target)} else candidate
    return _SOMETHING_ELSE


def _merged(accepted: Mapping[str, _Arrived], sides: Sides, held: Collection[str], reel: str) -> Merged:
    people = sides.target.plain() if sides.target else ()
    there = {cue.id for cue in people}
    base = [replace(cue, text=accepted[cue.id].base) if cue.id in accepted else cue for cue in people]
    other = [replace(cue, text=accepted[cue.id].text) if cue.id in accepted else cue for cue in people]
    for name, one in accepted.items():
        if name in there:
            continue
        cue = Cue(id=name, start_ms=one.unit.start_ms, end_ms=one.unit.end_ms, text=one.text)
        other.append(cue)
        if one.base:  # it was there when it was sent: people have deleted it since
            base.append(replace(cue, text=one.base))
    return merge_three(_in_time(base), people, _in_time(other), held=held, reel=reel)


def _in_time(cues: Iterable[Cue]) -> list[Cue]:
    return sorted(cues, key=lambda cue: (cue.start_ms, cue.end_ms, cue.id))


def _looked_at(accepted: Mapping[str, _Arrived], taken: Collection[str], conflicts: Collection[str]) -> list[str]:
    """Return the cues whose translation is of what their source says now: taken, or marked as done where they were sent."""
    return [
        name
        for name, one in accepted.items()
        if name not in conflicts and (name in taken or one.row.done) and _sent_source(one) == one.unit.source_hash
    ]


def _made_from(accepted: Mapping[str, _Arrived], taken: Collection[str]) -> dict[str, str]:
    sent = {name: _sent_source(accepted[name]) for name in taken}
    return {name: source for name, source in sent.items() if source != accepted[name].unit.source_hash}


def _sent_source(one: _Arrived) -> str:
    """Return the hash of what a unit was translated from, as far as the file says."""
    if one.row.trace is not None:
        return one.row.trace.source
    told = one.row.source is not None and len(one.unit.source_ids) < 2
    return text_hash(one.row.source or "") if told else one.unit.source_hash


def _faults(
    file: str,
    accepted: Mapping[str, _Arrived],
    taken: Collection[str],
    conflicts: Mapping[str, Conflict],
    language: str,
    rules: Rules,
) -> list[Finding]:
    """Return warnings, in the file's order: what was changed in the source, conflicts, tags, what takes too long to read."""
    found = []
    for name, one in accepted.items():
        line = one.row.line
        if _source_changed(one):
            what = f"the source was changed in the file, and is not taken over: '{_short(one.row.source or '')}'"
            cure = "if the source is wrong, correct it in its own subtitle file"
            found.append(warning(file, what, cure, line=line, field=name))
        if name in conflicts:
            done = "changed" if conflicts[name].people else "deleted"
            what = f"it was {done} in the film meanwhile, and that stands; '{_short(one.text)}' is kept beside it"
            found.append(warning(file, what, "settle it with testimonio review", line=line, field=name))
        if name not in taken:
            continue
        cure = "see to it in the subtitle file"
        found += [warning(file, what, cure, line=line, field=name) for what in tag_faults(one.text, one.unit.target)]
        cue = Cue(id=name, start_ms=one.unit.start_ms, end_ms=one.unit.end_ms, text=one.text)
        measured = check([cue], language=language, style=rules.style, rate=rules.rate)
        found += [fault.in_file(file, line) for fault in measured if fault.fault in _OF_TEXTS]
    return found


def _source_changed(one: _Arrived) -> bool:
    """Return whether the source that came back is another than was sent, as far as that can be told."""
    if one.row.source is None or one.row.trace is None:
        return False
    said = text_hash(one.row.source)
    if one.row.trace.source == one.unit.source_hash:
        return said != text_hash(one.unit.source)
    return one.unit.source.count("\n") == 0 and said != one.row.trace.source and len(one.unit.source_ids) < 2


def _short(text: str) -> str:
    said = " ".join(normal_text(text).split())
    return said if len(said) <= 60 else f"{said[:59]}…"
