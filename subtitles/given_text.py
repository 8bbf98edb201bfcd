"""Transcripts as text with times, as Otter and Trint write them, and subtitle files taken for transcripts.

A paragraph begins with a line that holds a time, with or without a name (`Juana  0:12`, `[00:00:12] Juana: ...`, `Juana
(00:12):`); what follows is said from there until the next paragraph's time.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from subtitles.cue import Cue
from subtitles.given_json import Given, NoTranscriptError, in_order, spread
from subtitles.tags import without_tags
from subtitles.transcript import Word

_TIME = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})(?:[.,:](\d{1,3}))?"
_OPENING = re.compile(rf"^\s*(?:\[{_TIME}\]|\({_TIME}\))\s*(.*)$")
_NAMED = re.compile(rf"^\s*\S[^\n]{{0,80}}?\s+(?:\[{_TIME}\]|\({_TIME}\)|{_TIME})\s*:?\s*$")
_NAME = r"(?:[^\W\d_a-zß-ÿ][\w.'’-]*|\d+)"
_SPEAKER = re.compile(rf"^{_NAME}(?:\s+(?:{_NAME}|de|del|la)){{0,4}}:\s+")
"""A name before a colon; it is one only where most paragraphs begin so, since a sentence may as well (`Entonces: nada`)."""

_MS_A_WORD = 375
"""At 160 words a minute: how long the last paragraph takes."""


def of_cues(cues: Sequence[Cue], language: str) -> Given:
    """Return subtitles as a transcript: the words of each share its time."""
    words = [
        word
        for cue in cues
        for word in spread(" ".join(without_tags(cue.text).split()), cue.start_ms, max(cue.end_ms, cue.start_ms + 1))
    ]
    return Given(language=language, words=in_order(words), timed=False)


def read_text(text: str) -> Given:
    """Return a transcript that was written as text with times. Raises NoTranscriptError where it has none."""
    paragraphs = list(_paragraphs(text.splitlines()))
    if not paragraphs:
        raise NoTranscriptError("no line of it has a time such as [00:01:12], so nobody knows when it is said")
    if any(after[0] < before[0] for before, after in pairwise(paragraphs)):
        raise NoTranscriptError("its times go back")
    named = [_SPEAKER.match(said) for _, said in paragraphs]
    if 2 * sum(one is not None for one in named) >= len(named):
        paragraphs = [
            (start, said[one.end() :] if one else said) for (start, said), one in zip(paragraphs, named, strict=True)
        ]
    words: list[Word] = []
    for at, (start, said) in enumerate(paragraphs):
        length = max(1, len(said.split())) * _MS_A_WORD
        room = paragraphs[at + 1][0] - start if at + 1 < len(paragraphs) else length
        words += spread(said, start, start + max(1, min(room, 2 * length)))
    return Given(language="", words=in_order(words), timed=False)


def _paragraphs(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield when each paragraph begins, in milliseconds, and what is said in it."""
    start: int | None = None
    said: list[str] = []
    for line in lines:
        opening = _OPENING.match(line) or _NAMED.match(line)
        if opening is None:
            said += [line] if start is not None else []
            continue
        if start is not None and any(part.strip() for part in said):
            yield start, " ".join(said)
        start = _ms(opening.groups())
        rest = opening.group(9) if opening.re is _OPENING else ""
        said = [rest] if rest else []
    if start is not None and any(part.strip() for part in said):
        yield start, " ".join(said)


def _ms(groups: Sequence[str | None]) -> int:
    """Return the one time among groups of hours, minutes, seconds and a fraction; a frame number is left out."""
    for at in range(0, len(groups) - 3, 4):
        hours, minutes, seconds, fraction = groups[at : at + 4]
        if minutes is not None and seconds is not None:
            parts = int(fraction.ljust(3, "0")) if fraction and len(fraction) == 3 else 0
            return ((int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + parts
    return 0
