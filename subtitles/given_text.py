"""Transcripts as text, as Otter, Trint, Descript and Rev write them or as somebody typed them; and subtitles as transcripts.

A line that holds a time begins a passage, with or without a name (`Juana  0:12`, `[00:00:12] Juana: ...`, `Juana (00:12):`,
`Juana: [00:00:12] ...`); what follows is said from there until the next time. A time in square brackets within a line begins
one as well. In a text without any time passages are parted by blank lines and by names before a colon.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from subtitles.cue import Cue
from subtitles.given_json import Given, NoTranscriptError, Times, given_of, in_order, spread, untimed
from subtitles.tags import without_tags
from subtitles.transcript import Word

_TIME = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})(?:[.,:](\d{1,3}))?"
_UNCAUGHT = r"(?:\d{1,3}:)?\d{1,2}:\d{2}(?:[.,:]\d{1,3})?"
_UNTIL = rf"(?:\s*(?:-->|[-–])\s*{_UNCAUGHT})?"
_BRACKETED = rf"\[{_UNCAUGHT}{_UNTIL}\]"
_OPENING = re.compile(rf"^\s*(?:\[{_TIME}{_UNTIL}\]|\({_TIME}{_UNTIL}\))\s*(.*)$")
_TIME_ALONE = re.compile(rf"^\s*{_TIME}\s*$")
_NAME = r"(?:[^\W\d_a-zß-ÿ][\w.'’-]*|\d+)"
_NAMES = rf"{_NAME}(?:\s+(?:{_NAME}|de|del|la)){{0,4}}"
_WHO = rf"{_NAMES}|[^\W\d_]+(?:\s+\d+)?"
_NAMED = re.compile(rf"^\s*(?P<who>{_WHO}):?\s+(?:\[{_TIME}{_UNTIL}\]|\({_TIME}{_UNTIL}\)|{_TIME})\s*:?\s*$")
"""A name and a time alone on a line; `Salimos a las 12:30` is none: a name has no small words but `de` and the like."""

_SPEAKER = re.compile(rf"^\s*(?:\*\*)?({_NAMES})(?:\*\*)?:(?:\*\*)?(?:\s+|$)")
"""A name before a colon; it is one only where most passages begin so, since a sentence may as well (`Entonces: nada`)."""

_FOOTER = re.compile(r"^\s*Transcribed by https?://otter\.ai\s*$", re.IGNORECASE)
"""What Otter puts behind what was said."""

_NAME_THEN_TIME = re.compile(rf"^\s*({_NAMES}:)\s*({_BRACKETED})")
_WITHIN = re.compile(rf"(?<=\S)\s*(?={_BRACKETED})")

_MS_A_WORD = 375
"""At 160 words a minute: how long the last passage takes."""


@dataclass(frozen=True, slots=True)
class _Passage:
    """What is said from `start_ms` on, and by whom, as far as that is written; `goes_on` within a line of another."""

    start_ms: int
    said: str
    who: str = ""
    goes_on: bool = False


def of_cues(cues: Sequence[Cue], language: str, speakers: Sequence[str] = ()) -> Given:
    """Return subtitles as a transcript: the words of each share its time.

    Who says them is whom the file names, `speakers` a cue each, or none; else the name before a colon.
    """
    texts = [" ".join(without_tags(cue.text).split()) for cue in cues]
    names = speakers or [""] * len(cues)
    passages = [_Passage(cue.start_ms, *said) for cue, said in zip(cues, zip(texts, names, strict=True), strict=True)]
    said = [
        (word, one.who)
        for cue, one in zip(cues, _with_names(passages), strict=True)
        for word in spread(one.said, cue.start_ms, max(cue.end_ms, cue.start_ms + 1))
    ]
    return given_of(language, in_order(said), Times.PASSAGES)


def read_text(text: str) -> Given:
    """Return a transcript that was written as text; what stands before its first time is `left_out`, Otter's last line gone.

    Raises NoTranscriptError where its times go back.
    """
    lines = [line for line in text.splitlines() if not _FOOTER.match(line)]
    before, passages = _timed(lines)
    if not passages:
        named = _with_names([_Passage(0, said) for said in _parted(lines)])
        return given_of("", [(untimed(word), one.who) for one in named for word in one.said.split()], Times.NONE)
    if any(after.start_ms < one.start_ms for one, after in pairwise(passages)):
        raise NoTranscriptError("its times go back")
    given = given_of("", in_order(list(_spread(_with_names(passages)))), Times.PASSAGES)
    return replace(given, left_out=before)


def _timed(lines: Sequence[str]) -> tuple[str, list[_Passage]]:
    """Return what stands before the first time, and the passages that begin with one; those without a word are none."""
    before: list[str] = []
    passages: list[_Passage] = []
    for line, goes_on in _at_times(lines):
        opening = _OPENING.match(line)
        named = None if opening else _NAMED.match(line)
        alone = None if opening else _TIME_ALONE.match(line)
        if opening:
            passages.append(_Passage(_ms(opening.groups()), opening.group(9), goes_on=goes_on))
        elif alone:
            passages.append(_Passage(_ms(alone.groups()), ""))
        elif named:
            passages.append(_Passage(_ms(named.groups()[1:]), "", named.group("who").rstrip(":")))
        elif passages:
            passages[-1] = replace(passages[-1], said=f"{passages[-1].said} {line.strip()}".strip())
        else:
            before.append(line)
    return " ".join(" ".join(before).split()), [one for one in passages if one.said.strip()]


def _at_times(lines: Sequence[str]) -> Iterator[tuple[str, bool]]:
    """Yield the lines, parted before every time in square brackets; with each whether it goes on with the one before."""
    for line in lines:
        first, *rest = _WITHIN.split(_NAME_THEN_TIME.sub(r"\2 \1", line))
        yield first, False
        for part in rest:
            yield part, True


def _parted(lines: Sequence[str]) -> Iterator[str]:
    """Yield the passages of a text without times."""
    said: list[str] = []
    for line in (*lines, ""):
        if said and (not line.strip() or _SPEAKER.match(line)):
            yield " ".join(said)
            said = []
        if line.strip():
            said.append(line.strip())


def _with_names(passages: Sequence[_Passage]) -> list[_Passage]:
    """Return passages without the names that they begin with, where most begin so, and with who says them."""
    openings = [_SPEAKER.match(one.said) for one in passages]
    heads = [opening for one, opening in zip(passages, openings, strict=True) if not one.goes_on]
    are_names = 2 * sum(opening is not None for opening in heads) >= len(heads)
    named: list[_Passage] = []
    for one, opening in zip(passages, openings, strict=True):
        if one.goes_on and named:
            named.append(replace(one, who=named[-1].who))
        elif opening and are_names and not one.who:
            named.append(replace(one, said=one.said[opening.end() :], who=opening.group(1)))
        else:
            named.append(one)
    return named


def _spread(passages: Sequence[_Passage]) -> Iterator[tuple[Word, str]]:
    """Yield the words of passages with who says them, each passage as long as it can take and there is room."""
    for at, one in enumerate(passages):
        length = max(1, len(one.said.split())) * _MS_A_WORD
        room = passages[at + 1].start_ms - one.start_ms if at + 1 < len(passages) else length
        for word in spread(one.said, one.start_ms, one.start_ms + max(1, min(room, 2 * length))):
            yield word, one.who


def _ms(groups: Sequence[str | None]) -> int:
    """Return the one time among groups of hours, minutes, seconds and a fraction; a frame number is left out."""
    for at in range(0, len(groups) - 3, 4):
        hours, minutes, seconds, fraction = groups[at : at + 4]
        if minutes is not None and seconds is not None:
            parts = int(fraction.ljust(3, "0")) if fraction and len(fraction) == 3 else 0
            return ((int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + parts
    return 0
