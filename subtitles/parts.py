"""Cues that were split or joined: told by their words, since a file says nothing of it."""

from collections import Counter
from collections.abc import Sequence

from subtitles.alignment import Matches, words_of
from subtitles.cue import Cue

_FURTHEST = 4
"""How many cues lie at most between a part and the cue it was cut off, or went into."""


def split_off(base: Sequence[Cue], found: Sequence[Cue], pairs: Matches) -> dict[int, int]:
    """Return, for cues of `found` that were cut off a neighbour, the place in `base` of the cue that this neighbour is.

    Cut off means: most of the cue's words are in what the neighbour said and are no longer in what it says. Both sides are
    in order of time; `pairs` are the cues that are the same one (`alignment.matches`).
    """
    matched = {column: row for row, column in pairs}
    split: dict[int, int] = {}
    for column, cue in enumerate(found):
        if column in matched:
            continue
        for neighbour in _neighbours(column, matched, len(found), split):
            other = matched[neighbour]
            if _mostly(words_of(cue), words_of(base[other]) - words_of(found[neighbour])):
                split[column] = other
                break
    return split


def joined_into(base: Sequence[Cue], found: Sequence[Cue], pairs: Matches) -> dict[int, int]:
    """Return, for cues of `base` that `found` does not have, the place in `found` of the cue that took them in.

    That is a neighbour which says most of their words beside its own.
    """
    of = dict(pairs)
    joined: dict[int, int] = {}
    for row, cue in enumerate(base):
        if row in of:
            continue
        for neighbour in (_nearest(row, -1, of, joined, len(base)), _nearest(row, 1, of, joined, len(base))):
            if neighbour is None:
                continue
            column = of[neighbour]
            if _mostly(words_of(cue), words_of(found[column]) - words_of(base[neighbour])):
                joined[row] = column
                break
    return joined


def _neighbours(column: int, matched: dict[int, int], count: int, split: dict[int, int]) -> list[int]:
    """Return the nearest matched cues on both sides, further parts of the same cue passed over."""
    below = column - 1
    while below in split:
        below -= 1
    above = column + 1
    while above < count and above not in matched and above - column < _FURTHEST:
        above += 1
    return [place for place in (below, above) if place in matched]


def _nearest(row: int, step: int, of: dict[int, int], joined: dict[int, int], count: int) -> int | None:
    at = row + step
    while 0 <= at < count and at not in of and (at in joined or step > 0) and abs(at - row) < _FURTHEST:
        at += step
    return at if at in of else None


def _mostly(words: Counter[str], among: Counter[str]) -> bool:
    """Return whether at least three in five of `words` are `among` others; no words never are."""
    return words.total() > 0 and (words & among).total() * 5 >= words.total() * 3
