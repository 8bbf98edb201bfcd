"""One pass over an SRT file: where its cues begin and end, and what is wrong."""

from array import array
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from footage_manifest.findings import Finding, Severity
from subtitles.formats.reading import MOST_LETTERS, too_long
from subtitles.formats.srt_lines import Timing, number_on, timing_on
from subtitles.formats.text import Lines

_NONE = -1


class Place(NamedTuple):
    """Where a cue stands, in lines from 0: its head, its timing line, one past its last; its number and times."""

    head: int
    timing_at: int
    end: int
    number: int | None
    timing: Timing


class Reading:
    """One pass over a file: where cues begin, and what is wrong."""

    def __init__(self, file: str, lines: Lines) -> None:
        self.file = file
        self.lines = lines
        self.preamble = ""
        self.trailer = ""
        self.findings: list[Finding] = []

    def places(self) -> Iterator[Place]:
        """Yield where each cue stands, with its times, findings noted on the way.

        What is known of a cue before is kept as figures in arrays: a million cues must not take a gigabyte.
        """
        timings = array("I", self._timing_lines())
        heads, numbers = self._heads(timings)
        self._check_preamble(heads[0] if heads else len(self.lines))
        for position, at in enumerate(timings):
            timing = timing_on(self.lines[at])
            if timing is None:
                raise AssertionError("a timing line is one the second time it is looked at, too")
            number = None if numbers[position] == _NONE else numbers[position]
            last = position + 1 == len(timings)
            end = len(self.lines) if last else heads[position + 1]
            following = None if last or numbers[position + 1] == _NONE else numbers[position + 1]
            if timing.fault:
                self._error(at, timing.fault, "correct this line")
            end = self._check_body(at + 1, end, number, following, last=last)
            yield Place(heads[position], at, end, number, timing)

    def _timing_lines(self) -> Iterator[int]:
        for at in range(len(self.lines)):
            line = self.lines[at]
            if (">" in line or "→" in line) and timing_on(line) is not None:
                yield at

    def text_of(self, place: Place) -> str:
        """Return a cue's text: its lines without the blank ones before and behind."""
        first, last = place.timing_at + 1, place.end
        while first < last and self.lines.blank(first):
            first += 1
        while last > first and self.lines.blank(last - 1):
            last -= 1
        text = "\n".join(self.lines[line] for line in range(first, last))
        if len(text) > MOST_LETTERS:
            self.findings.append(too_long(self.file, place.timing_at + 1, len(text)))
            return ""
        return text

    def _heads(self, timings: Sequence[int]) -> tuple[Sequence[int], Sequence[int]]:
        """Return, for each timing line, where its cue begins and the number it has, _NONE for none."""
        heads, numbers = array("I"), array("q")
        floor, previous = 0, None
        for position, at in enumerate(timings):
            head = self._number_above(at, floor, previous, first=position == 0)
            previous = number_on(self.lines[head]) if head < at else None
            heads.append(head)
            numbers.append(_NONE if previous is None else previous)
            floor = at + 1
        return heads, numbers

    def _number_above(self, at: int, floor: int, previous: int | None, *, first: bool) -> int:
        """Return the line of the number that belongs to the timing line `at`, or `at` where it has none."""
        above = at - 1
        while above >= floor and self.lines.blank(above):
            above -= 1
        if above < floor:
            return at
        number = number_on(self.lines[above])
        if number is None:
            return at
        after_blank = above == 0 or (above > floor and self.lines.blank(above - 1))
        if above == at - 1:
            # In a file whose cues have no numbers, a number right under a text is the end of that text.
            return above if first or after_blank or previous is not None else at
        # Files with a blank line behind every line: only the number that is due is one.
        due = first or (previous is not None and number == previous + 1)
        return above if after_blank and due else at

    def _check_preamble(self, end: int) -> None:
        self.preamble = self.lines.raw(0, end)
        loose = next((at for at in range(end) if not self.lines.blank(at)), None)
        if loose is not None:
            cure = "every cue needs a line of the form 00:00:01,000 --> 00:00:02,500 above its text"
            self._error(loose, "text stands here without a cue", cure)

    def _check_body(self, start: int, end: int, number: int | None, following: int | None, *, last: bool) -> int:
        """Return where the cue's body ends, having looked for a cue that lost its timing line."""
        if number is None or (not last and (following is None or following <= number + 1)):
            return end
        for at in range(start + 1, end):
            if number_on(self.lines[at]) != number + 1 or not self.lines.blank(at - 1):
                continue
            if last and all(self.lines.blank(later) for later in range(at + 1, end)):
                what = f"cue {number + 1} is cut off behind its number; it is left out"
                cure = "complete the cue, or delete its number"
                self.findings.append(
                    Finding(severity=Severity.WARNING, file=self.file, line=at + 1, what=what, cure=cure)
                )
                self.trailer = self.lines.raw(at, end)
                return at
            self._error(at, f"cue {number + 1} has no timing line", "put the line with its times under its number")
        return end

    def _error(self, at: int, what: str, cure: str) -> None:
        self.findings.append(Finding(file=self.file, line=at + 1, what=what, cure=cure))
