"""Which words of a cue are heard when only a part of its time is played (SEMANTICS rule 16)."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from subtitles.cue import Cue
from subtitles.transcript import Word

_TOKEN = re.compile(r"\S+")
_INK = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedToken:
    """One word of a cue's text, from character `begin` up to `end`, and when it is said, in source milliseconds."""

    begin: int
    end: int
    start_ms: int
    end_ms: int


def timed_tokens(cue: Cue, words: Sequence[Word]) -> tuple[TimedToken, ...]:
    """Return the words of the cue's text with the times at which they are said.

    `words` are the reel's, in order of time. Words of the text that were recognised take their times; those a person put in
    stand between their neighbours, sharing the time by length; without any match the cue's own time is shared.
    """
    spans = [(match.start(), match.end()) for match in _TOKEN.finditer(cue.text)]
    near = _during(cue, words)
    matched = _match([cue.text[begin:end] for begin, end in spans], near)
    times = _fill(cue, [end - begin for begin, end in spans], matched)
    return tuple(
        TimedToken(begin=begin, end=end, start_ms=start, end_ms=stop)
        for (begin, end), (start, stop) in zip(spans, times, strict=True)
    )


def heard_text(cue: Cue, words: Sequence[Word], start_ms: int, end_ms: int) -> str:
    """Return the part of the cue's text whose words are heard between `start_ms` and `end_ms` (source, end exclusive).

    A word counts as heard when at least half of it is; a word that is mostly cut away never stays. Empty when none is heard.
    """
    kept = [token for token in timed_tokens(cue, words) if _mostly_inside(token, start_ms, end_ms)]
    return cue.text[kept[0].begin : kept[-1].end] if kept else ""


def _mostly_inside(token: TimedToken, start_ms: int, end_ms: int) -> bool:
    inside = min(token.end_ms, end_ms) - max(token.start_ms, start_ms)
    return inside > 0 and 2 * inside >= token.end_ms - token.start_ms


def _during(cue: Cue, words: Sequence[Word]) -> Sequence[Word]:
    """Return the words said during the cue, a second more on each side for cues that a person moved."""
    first = bisect_left(words, cue.start_ms - 1000, key=lambda word: word.start_ms)
    last = bisect_left(words, cue.end_ms + 1000, key=lambda word: word.start_ms)
    return words[first:last]


def _match(tokens: Sequence[str], words: Sequence[Word]) -> list[tuple[int, int] | None]:
    matcher = SequenceMatcher(
        None, [_bare(token) for token in tokens], [_bare(word.text) for word in words], autojunk=False
    )
    times: list[tuple[int, int] | None] = [None] * len(tokens)
    for block in matcher.get_matching_blocks():
        for offset in range(block.size):
            word = words[block.b + offset]
            times[block.a + offset] = (word.start_ms, word.end_ms)
    return times


def _bare(text: str) -> str:
    return _INK.sub("", text.casefold()) or text


def _fill(cue: Cue, lengths: Sequence[int], times: list[tuple[int, int] | None]) -> list[tuple[int, int]]:
    """Give the unmatched runs of tokens the time between their matched neighbours, shared by length."""
    filled: list[tuple[int, int]] = []
    index = 0
    while index < len(times):
        known = times[index]
        if known is not None:
            filled.append(known)
            index += 1
            continue
        stop = index
        while stop < len(times) and times[stop] is None:
            stop += 1
        following = times[stop] if stop < len(times) else None
        begin = filled[-1][1] if filled else cue.start_ms
        end = max(begin, following[0] if following else cue.end_ms)
        filled.extend(_share(begin, end, lengths[index:stop]))
        index = stop
    return filled


def _share(begin: int, end: int, lengths: Sequence[int]) -> list[tuple[int, int]]:
    total = sum(lengths)
    edges = [begin]
    for length in lengths:
        edges.append(edges[-1] + length)
    return [
        (
            begin + (left - begin) * (end - begin) // total,
            begin + (right - begin) * (end - begin) // total,
        )
        for left, right in pairwise(edges)
    ]
