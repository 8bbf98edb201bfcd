"""What a viewer would stumble over: cues measured against a style. Nothing is raised and nothing is changed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import ceil

from footage_manifest.findings import Finding, Severity
from subtitles.cue import Cue
from subtitles.style import SubtitleStyle
from subtitles.tags import plain, reading_length, width


class Fault(StrEnum):
    """What is wrong with a cue."""

    EMPTY = "empty"
    LINE_TOO_LONG = "line-too-long"
    TOO_MANY_LINES = "too-many-lines"
    TOO_FAST = "too-fast"
    TOO_SHORT = "too-short"
    TOO_LONG = "too-long"
    GAP = "gap"
    OVERLAP = "overlap"


_SAID = {
    Fault.EMPTY: "the cue has no text",
    Fault.LINE_TOO_LONG: "a line has {measured} characters, {limit} are allowed",
    Fault.TOO_MANY_LINES: "the text has {measured} lines, {limit} are allowed",
    Fault.TOO_FAST: "it takes {measured} characters a second to read, {limit} are allowed",
    Fault.TOO_SHORT: "the cue stays {measured} ms, at least {limit} are needed",
    Fault.TOO_LONG: "the cue stays {measured} ms, at most {limit} are allowed",
    Fault.GAP: "{measured} ms lie before the next cue, at least {limit} are needed",
    Fault.OVERLAP: "it ends {measured} ms after the next cue starts",
}
_CURES = {
    Fault.EMPTY: "write its text, or delete the cue",
    Fault.LINE_TOO_LONG: "break it elsewhere, or shorten it",
    Fault.TOO_MANY_LINES: "shorten it, or make two cues of it",
    Fault.TOO_FAST: "shorten it, or let it stay longer",
    Fault.TOO_SHORT: "let it stay longer, or join it to a neighbour",
    Fault.TOO_LONG: "let it go earlier, or make two cues of it",
    Fault.GAP: "let it go earlier",
    Fault.OVERLAP: "let it go earlier, or put the cues in order",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CueFinding:
    """One fault of one cue. `position` is its place among the cues, from 0.

    `measured` and `limit` are in the fault's unit: characters, lines, characters a second (measured rounded up) or
    milliseconds.
    """

    fault: Fault
    position: int
    cue: Cue
    measured: int
    limit: int

    def in_file(self, file: str, line: int | None = None, *, severity: Severity = Severity.WARNING) -> Finding:
        """Return the finding in words, for `file` and the `line` on which the cue's times stand."""
        what = _SAID[self.fault].format(measured=self.measured, limit=self.limit)
        field = self.cue.id or f"cue {self.position + 1}"
        return Finding(severity=severity, file=file, line=line, field=field, what=what, cure=_CURES[self.fault])


def check(cues: Sequence[Cue], *, language: str, style: SubtitleStyle, rate: Fraction) -> tuple[CueFinding, ...]:
    """Return every fault of `cues` under `style`, in their order; `rate` is what frames between cues are counted at.

    Cues are compared with the next in the sequence. Times may have been rounded to a millisecond, and half a frame is
    forgiven in gaps: only what a viewer would see is a fault.
    """
    speed = style.speed(language)
    found: list[CueFinding] = []
    for position, cue in enumerate(cues):
        following = cues[position + 1] if position + 1 < len(cues) else None
        faults = [*_of_text(cue, speed, style), *_of_times(cue, following, style, rate)]
        found += [
            CueFinding(fault=fault, position=position, cue=cue, measured=measured, limit=limit)
            for fault, measured, limit in faults
        ]
    return tuple(found)


def _of_text(cue: Cue, speed: int, style: SubtitleStyle) -> Iterator[tuple[Fault, int, int]]:
    if not plain(cue.text):
        yield Fault.EMPTY, 0, 0
        return
    lines = [width(line.strip()) for line in cue.lines]
    if max(lines) > style.max_line_length:
        yield Fault.LINE_TOO_LONG, max(lines), style.max_line_length
    if len(lines) > style.max_lines:
        yield Fault.TOO_MANY_LINES, len(lines), style.max_lines
    measured = ceil(Fraction(1000 * reading_length(cue.text), max(cue.duration_ms, 1)))
    if measured > speed:
        yield Fault.TOO_FAST, measured, speed


def _of_times(
    cue: Cue, following: Cue | None, style: SubtitleStyle, rate: Fraction
) -> Iterator[tuple[Fault, int, int]]:
    if cue.duration_ms < style.min_ms:
        yield Fault.TOO_SHORT, cue.duration_ms, style.min_ms
    if cue.duration_ms > style.max_ms:
        yield Fault.TOO_LONG, cue.duration_ms, style.max_ms
    if following is None:
        return
    gap = following.start_ms - cue.end_ms
    if gap < 0:
        yield Fault.OVERLAP, -gap, 0
    elif gap < Fraction(1000) * (style.gap_frames - Fraction(1, 2)) / rate:
        yield Fault.GAP, gap, style.gap_ms(rate)
