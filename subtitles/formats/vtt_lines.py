"""The lines of a WebVTT file: its blocks, and what its timing lines say."""

import re
from collections.abc import Iterator, Sequence

from footage_manifest.findings import Finding
from subtitles.cue import Cue
from subtitles.formats.reading import unwritable
from subtitles.formats.text import Lines

_TIME = r"(?:(\d{1,9}):)?([0-5]\d):([0-5]\d)\.(\d{3})"
_TIMING = re.compile(rf"[ \t]*{_TIME}[ \t]*-->[ \t]*{_TIME}([ \t].*)?", re.ASCII | re.DOTALL)
_BLOCK = re.compile(r"(NOTE|STYLE|REGION)(?=[ \t]|$)")


def blocks(lines: Lines, at: int) -> Iterator[tuple[int, int]]:
    """Yield where each block from line `at` on starts and ends; a timing line begins one even without a blank line."""
    count = len(lines)
    while at < count:
        if not lines[at]:
            at += 1
            continue
        end, seen = at, False
        while end < count and (line := lines[end]):
            arrow = "-->" in line
            if seen and arrow:
                break
            seen = seen or arrow
            end += 1
        yield at, end
        at = end


def timing_in(lines: Lines, at: int, end: int) -> int | Finding | None:
    """Return where a block's timing line is, None for a comment, a style or a region, or what is wrong with the block."""
    timing = next((line for line in range(at, min(end, at + 2)) if "-->" in lines[line]), None)
    if timing is None:
        if _BLOCK.match(lines[at]):
            return None
        cure = "put a line of the form 00:01.000 --> 00:02.500 above it"
        return Finding(file="", line=at + 1, what="this text has no timing line", cure=cure)
    match = _TIMING.fullmatch(lines[timing])
    if match is None:
        what = "this is not a timing line of the form 00:00:01.000 --> 00:00:02.500"
        return Finding(file="", line=timing + 1, what=what, cure="correct this line")
    start, finish = _milliseconds(match.groups()[0:4]), _milliseconds(match.groups()[4:8])
    if finish <= start:
        return Finding(file="", line=timing + 1, what="the cue does not end after it starts", cure="correct its times")
    return timing


def times_of(line: str) -> tuple[int, int, str]:
    """Return the start and end in milliseconds, and the settings, of a line that `timing_in` found to be a timing line."""
    match = _TIMING.fullmatch(line)
    if match is None:
        raise ValueError(f"{line!r} is no timing line")
    return _milliseconds(match.groups()[0:4]), _milliseconds(match.groups()[4:8]), (match[9] or "").strip(" \t")


def cue_problem(cue: Cue) -> str:
    """Return why WebVTT cannot hold a cue, or nothing."""
    return unwritable(cue, lasting="WebVTT")


def stamp(ms: int) -> str:
    """Return `ms` milliseconds as WebVTT writes a time: `HH:MM:SS.mmm`, with more digits for the hours where needed."""
    seconds, thousandths = divmod(max(ms, 0), 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}.{thousandths:03}"


def _milliseconds(fields: Sequence[str | None]) -> int:
    hours, minutes, seconds, thousandths = (int(field or 0) for field in fields)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths
