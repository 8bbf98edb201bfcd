"""What one line of an SRT file is: a number, a timing line, a broken timing line, or text."""

import re
from dataclasses import dataclass

from subtitles.formats.text import BLANK

_ARROW = "-->"
# Hours may be left out by no editor we know of; every field may have lost or gained zeros. The value must be in no doubt,
# so milliseconds are three digits, or zeros, or absent.
_TIME = r"(\d{1,3})\s*:\s*(\d{1,3})\s*:\s*(\d{1,3})(?:\s*[,.]\s*(\d{3}|0{1,2}))?"
_SETTINGS = r"((?:[ \t]+[A-Za-z][A-Za-z0-9]*:\S+)*)"
_TIMING = re.compile(rf"{_TIME}[ \t]*-->[ \t]*{_TIME}{_SETTINGS}", re.ASCII)
_NUMBER = re.compile(r"\d{1,18}", re.ASCII)

# A side of an arrow that a person meant as a time: at least three groups of digits, or digits with a sign, between marks
# that stand, or that autocorrection and machine translation put, in times.
_MEANT = r"[-+−]?\s*\w{1,4}(?:\s*[:;.,：；，。]\s*-?\w{1,4}){2,3}"
_BROKEN = re.compile(rf"{_MEANT}\s*(?:-{{1,3}}\s?>|[–—−]\s?-?>|→|=>)\s*{_MEANT}(?:\s.*)?")
_HAS_DIGIT_START = re.compile(r"[-+−]?\s*\d", re.ASCII)


@dataclass(frozen=True, slots=True)
class Timing:
    """A timing line: start and end in milliseconds, what stands after them, and what is wrong with them ("" if nothing)."""

    start_ms: int
    end_ms: int
    settings: str
    fault: str = ""


def number_on(line: str) -> int | None:
    """Return the number that is all a line holds, or None."""
    bare = line.strip(BLANK)
    return int(bare) if _NUMBER.fullmatch(bare) else None


def timing_on(line: str) -> Timing | None:
    """Return the timing a line holds, faulty ones included, or None where the line is text.

    A line is only faulty where both sides of its arrow were meant as times; any other `-->` is text.
    """
    if ">" not in line and "→" not in line:
        return None
    bare = line.strip(BLANK)
    if not bare.isascii():
        bare = bare.translate(_NO_UNSEEN)
    match = _TIMING.fullmatch(bare) if _ARROW in bare else None
    if match is None:
        return Timing(0, 0, "", _why_broken(bare)) if _meant_as_timing(bare) else None
    fields = match.groups()
    if any(int(fields[at]) > 59 for at in (1, 2, 5, 6)):
        return Timing(0, 0, "", "minutes and seconds go to 59")
    start, end = _milliseconds(fields[0:4]), _milliseconds(fields[4:8])
    fault = f"the cue ends ({stamp(end)}) before it starts ({stamp(start)})" if end < start else ""
    return Timing(start, end, fields[8].strip(), fault)


def stamp(ms: int) -> str:
    """Return `ms` milliseconds as SRT writes a time: `HH:MM:SS,mmm`, with more digits for the hours where needed."""
    seconds, thousandths = divmod(ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02},{thousandths:03}"


_NO_UNSEEN = {ord(mark): None for mark in BLANK if not mark.isspace()}


def _meant_as_timing(bare: str) -> bool:
    return len(bare) < 200 and bool(_HAS_DIGIT_START.match(bare)) and bool(_BROKEN.fullmatch(bare))


def _why_broken(bare: str) -> str:
    if re.search(r"(?:^|>)\s*[-−]\s*\d|[:,.]-\d", bare):
        return "a time cannot be negative"
    if re.search(r"[,.](?:\d{1,2}|\d{4,})(?!\d)", bare):
        return "milliseconds have three digits: 5,5 may mean 5 or 500 of them"
    if (times := _TIMING.match(bare)) and bare[times.end()].isspace():
        return "text stands on the timing line, behind the times"
    return "this is not a timing line of the form 00:00:01,000 --> 00:00:02,500"


def _milliseconds(fields: tuple[str | None, ...]) -> int:
    hours, minutes, seconds, thousandths = fields
    return ((int(hours or 0) * 60 + int(minutes or 0)) * 60 + int(seconds or 0)) * 1000 + int(thousandths or 0)
