"""The rows of a returned file held against the units of the film: missing, unknown, twice there, moved, empty."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from footage_manifest.findings import Finding
from footage_manifest.wording import listed, shown
from subtitles.exchange.model import ExchangeUnit, ReturnedFile, ReturnedUnit, error, target_hash, warning
from subtitles.exchange.returned_text import tidy
from subtitles.tags import plain

_MOST_LISTED = 20
_LONGEST = 5000
"""No subtitle has as many letters; looking into longer texts would take time that grows with their square."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """What a file's rows are good for: `units` have a text and a cue to go to, each cue once; `known` have a cue at least.

    `empty` counts those that came back without a text.
    """

    units: tuple[ReturnedUnit, ...]
    known: tuple[ReturnedUnit, ...]
    empty: int
    findings: tuple[Finding, ...]


def rows_of(returned: ReturnedFile, units: Mapping[str, ExchangeUnit]) -> Rows:
    """Return the rows of `returned` that can be taken, and findings for the others; `units` are the film's now, by id."""
    findings: list[Finding] = []
    known: list[ReturnedUnit] = []
    for row in returned.units:
        if len(row.target) > _LONGEST:
            what = f"its text has {len(row.target)} letters, and none is taken"
            findings.append(error(returned.file, what, "see what went wrong there", line=row.line, field=row.id))
        elif row.id in units:
            known.append(row)
        else:
            findings += _homeless(row, returned.file)
    findings += _missing(returned) + _moved(returned)
    empty = [row for row in known if not plain(tidy(row.target))]
    waiting = [row for row in empty if not _went_empty(row)]
    if waiting:
        rows = in_rows([row.line for row in waiting])
        what = f"{_many(len(waiting))} came back without a text, and the film's own text stands: {rows}"
        findings.append(warning(returned.file, what, "translate them, or let them be"))
    once, twice = _once([row for row in known if plain(tidy(row.target))], returned.file)
    return Rows(units=tuple(once), known=tuple(known), empty=len(empty), findings=(*findings, *twice))


def _went_empty(row: ReturnedUnit) -> bool:
    return row.trace is not None and row.trace.target == target_hash("")


def _says_something_new(row: ReturnedUnit) -> bool:
    """Return whether a row without a cue holds a text that the film may not know."""
    if not plain(tidy(row.target)):
        return False
    return row.trace is None or target_hash(row.target) != row.trace.target


def _homeless(row: ReturnedUnit, file: str) -> list[Finding]:
    """Return what is to be said of a row that is of no cue: nothing where it says nothing new."""
    found = [
        warning(file, f"what was remarked has no subtitle: {shown(one.text)}", line=row.line, field=row.id)
        for one in row.comments
    ]
    if not _says_something_new(row):
        return found
    text = shown(" ".join(tidy(row.target).split()))
    if row.trace is None:
        what = f"it cannot be told which subtitle {text} is for: its id is {shown(row.id) if row.id else 'gone'}"
        cure = "put the id back as it was sent, or type the text into the subtitle file"
        return [error(file, what, cure, line=row.line), *found]
    what = f"the film has no such subtitle any more, and {text} is not taken"
    return [error(file, what, "see which subtitle took its place", line=row.line, field=row.id), *found]


def _once(rows: Sequence[ReturnedUnit], file: str) -> tuple[list[ReturnedUnit], list[Finding]]:
    """Return each cue's row; of several those count that changed something, and they must say the same."""
    by_id: dict[str, list[ReturnedUnit]] = {}
    for row in rows:
        by_id.setdefault(row.id, []).append(row)
    once, findings = [], []
    for name, same in by_id.items():
        changed = [row for row in same if row.trace is None or target_hash(row.target) != row.trace.target] or same[:1]
        if len({target_hash(row.target) for row in changed}) > 1:
            lines = listed(str(row.line) for row in changed)
            what = f"it is there more than once, with different texts (rows {lines}), and none is taken"
            findings.append(error(file, what, "keep the one that is meant", line=changed[0].line, field=name))
            continue
        if len(same) > 1:
            what = f"it is there {len(same)} times"
            findings.append(warning(file, what, "keep one of each", line=same[1].line, field=name))
        once.append(changed[0])
    return once, findings


def _missing(returned: ReturnedFile) -> list[Finding]:
    """Return a warning for what was sent and did not come back; nothing is deleted for it."""
    counts = {row.trace.count for row in returned.units if row.trace}
    if len(counts) != 1:
        mixed = "its rows are from different times of sending, so it cannot be told whether any are missing"
        return [warning(returned.file, mixed)] if counts else []
    (count,) = counts
    there = {row.trace.number for row in returned.units if row.trace}
    if count > 10 * len(returned.units) + 10_000:
        return [warning(returned.file, f"most of the {count} subtitles that were sent are not in it")]
    gone = [number for number in range(1, count + 1) if number not in there]
    if not gone:
        return []
    what = f"of the {_many(count)} that were sent these are not in it, and stay as they are: {_ranges(gone)}"
    return [warning(returned.file, what, "see whether the rest is in another file")]


def _moved(returned: ReturnedFile) -> list[Finding]:
    numbered = [row for row in returned.units if row.trace]
    moved = [
        after.line
        for before, after in pairwise(numbered)
        if before.trace and after.trace and after.trace.number < before.trace.number
    ]
    if not moved:
        return []
    what = f"rows were moved, and each text goes where its id says: see {_ranges(moved)}"
    return [warning(returned.file, what, "see that no text was moved without its id")]


def in_rows(numbers: Sequence[int], called: str = "row") -> str:
    """Return which rows are meant as people say it: `row 3`, `rows 7-9 and 12`."""
    return f"{called if len(numbers) == 1 else f'{called}s'} {_ranges(numbers)}"


def _many(count: int) -> str:
    return "1 subtitle" if count == 1 else f"{count} subtitles"


def _ranges(numbers: Iterable[int]) -> str:
    """Return numbers as people list them: `3, 7-9 and 12`."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    words = [str(first) if first == last else f"{first}-{last}" for first, last in runs]
    if len(words) > _MOST_LISTED:
        words = [*words[:_MOST_LISTED], f"{len(words) - _MOST_LISTED} more"]
    return listed(words)
