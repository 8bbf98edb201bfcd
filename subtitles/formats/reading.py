"""What comes out of a subtitle file of any format, and what of it our cues do not hold."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from footage_manifest.findings import Finding, Severity
from subtitles.cue import Cue
from subtitles.errors import EmptySubtitles, SubtitleError

MOST_FINDINGS = 50
MOST_LETTERS = 100_000
"""Characters in the text of one cue, markup included: an hour of speech has half as many. More are no subtitle."""

_HALF = re.compile("[\ud800-\udfff]")


class SubtitleFormat(StrEnum):
    """The formats that are read and written."""

    SRT = "srt"
    VTT = "vtt"
    ASS = "ass"
    TTML = "ttml"
    STL = "stl"


@dataclass(frozen=True, slots=True)
class Aside:
    """Something a file has that a cue does not hold: what, its first line (None in a binary file), how often."""

    what: str
    line: int | None = None
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSubtitles:
    """A subtitle file as cues, in the order of the file, times in milliseconds of the clock the file counts on.

    `encoding` is the text's ("" for binary files). `lines` are the lines on which the cues' times stand, from 1, None
    where a file has no lines; `speakers` whom the file names for each cue, "" for nobody, none at all where it names no
    one. `language` is a code or None. `findings` are warnings and notes about the file; `asides` what of it the cues do
    not hold.
    """

    format: SubtitleFormat
    encoding: str
    cues: tuple[Cue, ...]
    lines: tuple[int | None, ...]
    speakers: tuple[str, ...] = ()
    language: str | None = None
    findings: tuple[Finding, ...] = ()
    asides: tuple[Aside, ...] = ()


def counted(asides: Iterable[Aside]) -> tuple[Aside, ...]:
    """Return `asides` with those of one kind put together: the first one's line, and how many there are."""
    first: dict[str, Aside] = {}
    counts: Counter[str] = Counter()
    for aside in asides:
        first.setdefault(aside.what, aside)
        counts[aside.what] += aside.count
    return tuple(Aside(what, aside.line, counts[what]) for what, aside in first.items())


def raise_errors(findings: Iterable[Finding], file: str) -> None:
    """Raise SubtitleError with the errors among `findings`, the first fifty of them, where there are any."""
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    if len(errors) > MOST_FINDINGS:
        more = f"there are {len(errors) - MOST_FINDINGS} more lines like these"
        cure = "see whether it is a file of this kind"
        errors = [*errors[:MOST_FINDINGS], Finding(file=file, line=errors[MOST_FINDINGS].line, what=more, cure=cure)]
    if errors:
        raise SubtitleError(errors)


def unwritable(cue: Cue, *, lasting: str = "") -> str:
    """Return why a cue cannot be written at all, or nothing. `lasting` names a format without cues of no length."""
    if cue.start_ms < 0 or cue.end_ms < cue.start_ms:
        return f"it goes from {cue.start_ms} ms to {cue.end_ms} ms"
    if lasting and cue.end_ms == cue.start_ms:
        return f"it goes from {cue.start_ms} ms to {cue.end_ms} ms; {lasting} needs an end after the start"
    if "\0" in cue.text or "\r" in cue.text:
        return "its text holds a NUL or a carriage return"
    if not cue.text.isascii() and _HALF.search(cue.text):
        return "its text holds half of a character"
    return ""


def too_long(file: str, line: int | None, letters: int) -> Finding:
    """Return the refusal of a text of more than `MOST_LETTERS` characters: it has `letters`, and begins at `line`."""
    what = f"the text of this cue has {letters:,} characters; at most {MOST_LETTERS:,} are read"
    cure = "see whether a line end or a time is missing in it, and split it into cues"
    return Finding(file=file, line=line, what=what, cure=cure)


def empty(file: str) -> EmptySubtitles:
    """Return the refusal of a file with nothing on it."""
    cure = "put back the text it had; to start anew, delete the file, and it is made again"
    what = "the file is empty, which looks like an accident"
    return EmptySubtitles((Finding(file=file, line=1, what=what, cure=cure),))


def unwritten(file: str, problems: Iterable[tuple[int, str]]) -> None:
    """Raise SubtitleError where there is any problem, given as the cue's number and what is wrong with it."""
    found = [
        Finding(file=file, field=f"cue {number}", what=what, cure="correct the cue it comes from")
        for number, what in problems
    ]
    if found:
        raise SubtitleError(found[:MOST_FINDINGS])
