"""Which words of a cue are heard when only a part of its time is played (SEMANTICS rule 16)."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from subtitles.cue import Cue
from subtitles.tags import part, without_tags, words_in
from subtitles.transcript import Word

_INK = re.compile(r"[\W_]+")
_FAR_MS = 1000
_LONGEST_WORD_MS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedToken:
    """One word of a cue's text, from character `begin` up to `end`, and when it is said, in source milliseconds."""

    begin: int
    end: int
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class _Said:
    """One word as it was recognised, without case and punctuation."""

    bare: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class _Group:
    """Words of a text, from `first` up to `end`, that share a time; None where no recognised word stands for them."""

    first: int
    end: int
    time: tuple[int, int] | None


def timed_tokens(cue: Cue, words: Sequence[Word]) -> tuple[TimedToken, ...]:
    """Return the words of the cue's text, tags kept with them, with the times at which they are said.

    `words` are the reel's, in order of time. Words of the text that were recognised take their times, and what a person
    wrote instead of recognised words takes the time of those. Words that were put in stand between their neighbours, or
    share the time of the one behind (at the end: before) them where there is none between. Without any match the cue's own
    time is shared by length.
    """
    spans = words_in(cue.text)
    tokens = [_bare(without_tags(cue.text[begin:end])) for begin, end in spans]
    timed = _timed(cue, _groups(tokens, cue, words))
    times = [time for group in timed for time in _shared(group, [end - begin for begin, end in spans])]
    return tuple(
        TimedToken(begin=begin, end=end, start_ms=start, end_ms=stop)
        for (begin, end), (start, stop) in zip(spans, times, strict=True)
    )


def heard_text(cue: Cue, words: Sequence[Word], start_ms: int, end_ms: int) -> str:
    """Return the part of the cue's text whose words are heard between `start_ms` and `end_ms` (source, end exclusive).

    A word counts as heard when at least half of it is; a word that is mostly cut away never stays. Formatting holds for
    what is left. The text as it is where all of it is heard, empty where nothing is.
    """
    tokens = timed_tokens(cue, words)
    kept = [token for token in tokens if _mostly_inside(token.start_ms, token.end_ms, start_ms, end_ms)]
    if kept and len(kept) == len(tokens):
        return cue.text
    return part(cue.text, kept[0].begin, kept[-1].end) if kept else ""


def heard_words(words: Sequence[Word], start_ms: int, end_ms: int) -> Sequence[Word]:
    """Return those of `words`, in order of time, of which at least half lies between `start_ms` and `end_ms`."""
    # A word that begins earlier than any word lasts cannot reach in.
    first = bisect_left(words, start_ms - _LONGEST_WORD_MS, key=lambda word: word.start_ms)
    last = bisect_left(words, end_ms, key=lambda word: word.start_ms)
    return [word for word in words[first:last] if _mostly_inside(word.start_ms, word.end_ms, start_ms, end_ms)]


def _mostly_inside(start_ms: int, end_ms: int, from_ms: int, to_ms: int) -> bool:
    if start_ms == end_ms:
        return from_ms <= start_ms < to_ms
    inside = min(end_ms, to_ms) - max(start_ms, from_ms)
    return inside > 0 and 2 * inside >= end_ms - start_ms


def _groups(tokens: Sequence[str], cue: Cue, words: Sequence[Word]) -> list[_Group]:
    """Match the text with what was said during the cue; for one that a person moved, with what was said around it."""
    during = _said(heard_words(words, cue.start_ms, cue.end_ms))
    groups, matched = _matched(tokens, during, replaced=True)
    if 2 * matched >= len(tokens):
        return groups
    # Only far from home are equal words taken alone: a word said twice must not be found where it was said first.
    around = _said(heard_words(words, cue.start_ms - _FAR_MS, cue.end_ms + _FAR_MS))
    wider, more = _matched(tokens, around, replaced=False)
    return wider if more > matched else groups


def _said(words: Sequence[Word]) -> list[_Said]:
    """Return the words as a text has them: what is written without a space is one."""
    said: list[_Said] = []
    for word in words:
        if word.joins_previous and said:
            before = said.pop()
            text = before.bare + _bare(word.text)
            said.append(_Said(text, before.start_ms, max(before.end_ms, word.end_ms)))
        else:
            said.append(_Said(_bare(word.text), word.start_ms, word.end_ms))
    return said


def _matched(tokens: Sequence[str], said: Sequence[_Said], *, replaced: bool) -> tuple[list[_Group], int]:
    """Return the tokens in groups, and how many are words that were recognised as they stand."""
    groups: list[_Group] = []
    matched = 0
    matcher = SequenceMatcher(None, tokens, [word.bare for word in said], autojunk=False)
    for tag, first, end, begin, stop in matcher.get_opcodes():
        if tag == "equal":
            times = [(word.start_ms, word.end_ms) for word in said[begin:stop]]
            groups += [_Group(first + at, first + at + 1, time) for at, time in enumerate(times)]
            matched += sum(bool(token) for token in tokens[first:end])
        elif first < end:
            time = (said[begin].start_ms, said[stop - 1].end_ms) if replaced and begin < stop else None
            groups.append(_Group(first, end, time))
    return groups, matched


def _timed(cue: Cue, groups: Sequence[_Group]) -> list[tuple[int, int, tuple[int, int]]]:
    """Return the groups as (first, end, time): those without a time take what lies between, or join a neighbour."""
    timed: list[tuple[int, int, tuple[int, int]]] = []
    waiting: int | None = None
    for at, group in enumerate(groups):
        first = group.first if waiting is None else waiting
        if group.time is not None:
            timed.append((first, group.end, group.time))
            waiting = None
            continue
        begin = timed[-1][2][1] if timed else cue.start_ms
        following = groups[at + 1].time if at + 1 < len(groups) else None
        end = following[0] if following else cue.end_ms
        if end > begin:
            timed.append((first, group.end, (begin, end)))
        elif following:
            waiting = first
        elif timed:
            before = timed.pop()
            timed.append((before[0], group.end, before[2]))
        else:
            timed.append((first, group.end, (cue.start_ms, cue.end_ms)))
    return timed


def _shared(group: tuple[int, int, tuple[int, int]], lengths: Sequence[int]) -> list[tuple[int, int]]:
    """Return the times of a group's tokens: its time shared by their lengths."""
    first, end, (begin, stop) = group
    edges = [0]
    for length in lengths[first:end]:
        edges.append(edges[-1] + length)
    span = max(stop - begin, 0)
    return [(begin + left * span // edges[-1], begin + right * span // edges[-1]) for left, right in pairwise(edges)]


def _bare(text: str) -> str:
    return _INK.sub("", text.casefold())
