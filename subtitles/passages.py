"""Sentences that run over several cues: found for translation, and a translation laid back over the same cues."""

from collections.abc import Sequence
from itertools import pairwise

from subtitles.breaks import break_costs, ends_sentence, is_dash
from subtitles.cue import Cue
from subtitles.lines import break_lines, split_words, word_starts
from subtitles.style import SubtitleStyle
from subtitles.tags import plain, reading_length, width

LONGEST_PASSAGE = 12
"""Cues after which a passage ends without the end of a sentence: a recogniser that sets no full stops ends none."""

_SILENCE_MS = 3000
_END_WEIGHT = 3
_FULL = 100_000


def passages(cues: Sequence[Cue], *, language: str = "") -> tuple[tuple[int, ...], ...]:
    """Return the positions of `cues` grouped into sentences: every position once, in order.

    A group ends with a cue whose text ends a sentence, before a silence of three seconds, before a speaker's dash, and
    after LONGEST_PASSAGE cues. A cue without text stands alone. `language` tells abbreviations from full stops.
    """
    groups: list[tuple[int, ...]] = []
    group: list[int] = []
    for position, cue in enumerate(cues):
        words = plain(cue.text).split()
        if group and (not words or is_dash(words[0]) or cue.start_ms - cues[group[-1]].end_ms >= _SILENCE_MS):
            groups.append(tuple(group))
            group = []
        group.append(position)
        if not words or ends_sentence(words[-1], language) or len(group) == LONGEST_PASSAGE:
            groups.append(tuple(group))
            group = []
    return (*groups, tuple(group)) if group else tuple(groups)


def lay_back(translation: str, cues: Sequence[Cue], *, language: str, style: SubtitleStyle) -> tuple[str, ...]:
    """Return `translation` divided over `cues`: one text a cue, in order, lines broken, all words once.

    It is divided where a reader would break, close to how much each cue says and how long it stays. `language` is the
    translation's. A cue without text gets none; every other gets some: where there are fewer words than cues, each shows
    the whole translation. Raises ValueError for an empty translation of cues with text.
    """
    shown = [position for position, cue in enumerate(cues) if plain(cue.text)]
    words = split_words(translation)
    if shown and not words:
        raise ValueError("an empty translation cannot be laid over cues with text")
    if not shown:
        return ("",) * len(cues)
    if len(words) < len(shown):
        parts = [" ".join(words)] * len(shown)
    else:
        edges = _divide(words, [cues[position] for position in shown], language, style)
        parts = [" ".join(words[left:right]) for left, right in pairwise(edges)]
    texts = [""] * len(cues)
    for position, part in zip(shown, parts, strict=True):
        texts[position] = break_lines(part, language, style)
    return tuple(texts)


def _divide(words: Sequence[str], cues: Sequence[Cue], language: str, style: SubtitleStyle) -> list[int]:
    """Return the words at which parts begin and the last one ends: the cheapest way to cut them into len(cues) parts."""
    costs = break_costs(words, language)
    starts = word_starts([width(word) for word in words])
    room = (style.max_line_length + 1) * style.max_lines - 1
    goals = _goals(cues, starts[-1])
    count = len(words)
    best: dict[int, int] = {0: 0}
    trail: list[dict[int, int]] = []
    for position, cue in enumerate(cues):
        left_over = len(cues) - position - 1
        fits = style.speed(language) * max(cue.duration_ms, 1) // 1000
        step: dict[int, int] = {}
        back: dict[int, int] = {}
        ends = range(position + 1, count - left_over + 1) if left_over else (count,)
        for end in ends:
            ending = (_END_WEIGHT * costs[end] if end < count else 0) + abs(starts[end] - goals[position]) * 4
            for first, spent in best.items():
                if first >= end:
                    continue
                length = starts[end] - starts[first] - 1
                over = max(0, length - room) * _FULL + max(0, length - fits) * 6
                if spent + ending + over < step.get(end, spent + ending + over + 1):
                    step[end], back[end] = spent + ending + over, first
        best = step
        trail.append(back)
    edges = [count]
    for back in reversed(trail):
        edges.append(back[edges[-1]])
    return edges[::-1]


def _goals(cues: Sequence[Cue], whole: int) -> list[int]:
    """Return how many characters should be said by the end of each cue: half by what it says, half by how long it stays."""
    said = [reading_length(cue.text) for cue in cues]
    stays = [max(cue.duration_ms, 1) for cue in cues]
    goals = []
    for end in range(1, len(cues) + 1):
        by_text = whole * sum(said[:end]) // max(sum(said), 1)
        by_time = whole * sum(stays[:end]) // sum(stays)
        goals.append((by_text + by_time) // 2)
    return goals
