"""What goes out to a translator and what comes back, whatever the file is: units with ids, texts, limits, and traces.

A trace is all that has to come back unharmed for a merge: which cue a row is, the how-manieth of how many, and short hashes
of translation and source as they were sent. A hash says whether a side has changed since, which is what a three-way merge
needs of its base; the text itself is not needed, and a file without hidden parts survives every program.
"""

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum

from footage_manifest.findings import Finding, Severity
from subtitles.identity import normal_text, text_hash

_TRACE = re.compile(
    r"(?P<id>.+)#(?P<number>\d{1,7})of(?P<count>\d{1,7})#(?P<target>[0-9a-f]{12})#(?P<source>[0-9a-f]{16})"
    r"(?:#(?P<note>[0-9a-f]{6}))?"
)


class UnitStatus(StrEnum):
    """How far a unit is when it is sent: the worst that is true of it."""

    UNTRANSLATED = "untranslated"
    DRAFT = "draft"
    EDITED = "edited"
    APPROVED = "approved"
    STALE = "stale"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """What a unit was when it was sent. `number` counts from 1 up to `count` within its file.

    `target` is the `target_hash` of its translation, `source` the `identity.text_hash` of what it translates, `note` the
    `note_hash` of what was noted; files of older versions say nothing of that, and it is empty.
    """

    id: str
    number: int
    count: int
    target: str
    source: str
    note: str = ""

    def __str__(self) -> str:
        """Return the trace as one word: `INT01-00012340#3of120#0123456789ab#0123456789abcdef#012345`."""
        said = f"{self.id}#{self.number}of{self.count}#{self.target}#{self.source}"
        return f"{said}#{self.note}" if self.note else said


def trace_in(text: str) -> Trace | None:
    """Return the trace that `text` is, white space around and in it apart, or None where it is none."""
    found = _TRACE.fullmatch("".join(text.split()))
    if found is None:
        return None
    return Trace(
        id=found["id"],
        number=int(found["number"]),
        count=int(found["count"]),
        target=found["target"],
        source=found["source"],
        note=found["note"] or "",
    )


def target_hash(text: str) -> str:
    """Return a short hash of a translation, line breaks included, spaces at the ends of lines apart: 12 hex digits."""
    return hashlib.sha256(normal_text(text).encode("utf-8", "surrogatepass")).hexdigest()[:12]


def note_hash(text: str) -> str:
    """Return a short hash of what was noted, however its words are spaced: 6 hex digits."""
    return text_hash(text)[:6]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeUnit:
    """One cue as a translator gets it; its times are in milliseconds of source time, the end exclusive.

    `source` and `target` hold their lines joined by a line feed, tags as people wrote them; `target` is empty where nothing
    is translated yet. `source_hash` is the `identity.text_hash` of the cues that `source` is of, `source_ids` are theirs.
    `limit` is how many characters can be read while the cue stays and fit on its lines, a line break counted as one.
    """

    id: str
    start_ms: int
    end_ms: int
    source: str
    target: str
    status: UnitStatus
    limit: int
    source_hash: str
    source_ids: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeFile:
    """What is sent in one file: units of one reel, from one language to another, in order of time.

    `language_names` are what people call both languages, without square brackets; empty where that is not known.
    """

    film: str
    reel: str
    source_language: str
    target_language: str
    units: tuple[ExchangeUnit, ...]
    language_names: tuple[str, str] = ("", "")

    def traces(self) -> tuple[Trace, ...]:
        """Return the trace of each unit, in their order."""
        return tuple(
            Trace(
                id=unit.id,
                number=number,
                count=len(self.units),
                target=target_hash(unit.target),
                source=unit.source_hash,
                note=note_hash(unit.note),
            )
            for number, unit in enumerate(self.units, start=1)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnedComment:
    """What a translator remarked on a unit, and their name where the file says it."""

    text: str
    who: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnedUnit:
    """One unit as it came back; `line` is the file's line, or the table's row, that it begins on, from 1.

    `trace` is None where the file has lost it: `id` is then all that is known. `source` and `note` are None where the file
    does not hold them. `done` says that the tool marks it as translated or more, `final` as approved.
    """

    id: str
    trace: Trace | None
    line: int
    target: str
    source: str | None = None
    note: str | None = None
    comments: tuple[ReturnedComment, ...] = ()
    done: bool = False
    final: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnedFile:
    """One file as it came back; texts that it does not say are empty. `findings` are what its reader stumbled over.

    `encoding` is what it was saved in where that cannot hold every letter, as `ascii` or `cp1252`, else empty.
    """

    file: str
    film: str
    reel: str
    source_language: str
    target_language: str
    units: tuple[ReturnedUnit, ...]
    findings: tuple[Finding, ...] = ()
    encoding: str = ""


def warning(file: str, what: str, cure: str = "", *, line: int | None = None, field: str = "") -> Finding:
    """Return a warning: something was taken, or left, and a person should know."""
    return Finding(severity=Severity.WARNING, file=file, line=line, field=field, what=what, cure=cure)


def error(file: str, what: str, cure: str = "", *, line: int | None = None, field: str = "") -> Finding:
    """Return an error: something that came back was not taken."""
    return Finding(file=file, line=line, field=field, what=what, cure=cure)
