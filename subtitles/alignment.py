"""Which of a person's cues is which of the machine's: found by text and time, in order, with no mark in the file.

Cues that are equal in both come first, then texts that stand once in each, as long as their order is the same; what lies
between is matched for the greatest likeness in words and in time. All numbers are integers, likeness is in thousandths.
"""

import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from itertools import pairwise

from subtitles.cue import Cue
from subtitles.identity import normal_text
from subtitles.tags import plain

_LEAST_LIKENESS = 500
_LARGEST_TABLE = 40_000
_NEAR_MS = 1500

Matches = list[tuple[int, int]]


def matches(base: Sequence[Cue], found: Sequence[Cue]) -> Matches:
    """Return (position in `base`, position in `found`) of cues that are the same one, both rising, each at most once.

    Both are in order of time. A cue may have been retimed, reworded, or both a little; one that shares neither half its
    words nor its time with any is not matched.
    """
    sure = _in_gaps([], base, found, lambda cue: (cue.start_ms, cue.end_ms, normal_text(cue.text)))
    sure = _in_gaps(sure, base, found, lambda cue: _folded(cue) or None)
    sure = _in_gaps(sure, base, found, lambda cue: (cue.start_ms, cue.end_ms))
    bags: tuple[list[Counter[str]], list[Counter[str]]] = [Counter()] * len(base), [Counter()] * len(found)
    whole: Matches = []
    for left, right in _gaps(sure, len(base), len(found)):
        for cues, of_them, gap in ((base, bags[0], left), (found, bags[1], right)):
            of_them[slice(*gap)] = [_bag(cue) for cue in cues[slice(*gap)]]  # nearly all cues lie outside of the gaps
        whole += _closest(base, found, bags, left, right)
    return sorted((*sure, *whole))


def likeness(first: Cue, second: Cue, bags: tuple[Counter[str], Counter[str]]) -> int:
    """Return how alike two cues are, 0 to 2000: up to 1000 for shared words, up to 1000 for shared time."""
    words = sum(bags[0].values()) + sum(bags[1].values())
    said = 2000 * (bags[0] & bags[1]).total() // words if words else 1000
    shared = min(first.end_ms, second.end_ms) - max(first.start_ms, second.start_ms)
    whole = max(first.end_ms, second.end_ms) - min(first.start_ms, second.start_ms)
    at_once = 1000 * shared // whole if shared > 0 and whole > 0 else 0
    return said + at_once


def words_of(cue: Cue) -> Counter[str]:
    """Return the words of a cue without case, punctuation and formatting, counted."""
    return _bag(cue)


def _in_gaps(
    sure: Matches, base: Sequence[Cue], found: Sequence[Cue], key: Callable[[Cue], Hashable | None]
) -> Matches:
    """Return `sure` with, in each gap, the cues whose key stands once on either side, as far as their order is the same."""
    more: Matches = []
    for left, right in _gaps(sure, len(base), len(found)):
        theirs = _once([(position, key(found[position])) for position in range(*right)])
        mine = _once([(position, key(base[position])) for position in range(*left)])
        pairs = sorted((position, theirs[value]) for value, position in mine.items() if value in theirs)
        more += _rising(pairs)
    return sorted((*sure, *more))


def _once(keyed: Sequence[tuple[int, Hashable | None]]) -> dict[Hashable, int]:
    counts = Counter(value for _, value in keyed)
    return {value: position for position, value in keyed if value is not None and counts[value] == 1}


def _rising(pairs: Matches) -> Matches:
    """Return the longest run of pairs that rises on both sides (patience sorting); `pairs` rises on the first."""
    tails: list[int] = []
    heads: list[int] = []
    before: list[int | None] = []
    for index, (_, position) in enumerate(pairs):
        place = bisect_left(tails, position)
        before.append(heads[place - 1] if place else None)
        tails[place : place + 1] = [position]
        heads[place : place + 1] = [index]
    run: Matches = []
    at = heads[-1] if heads else None
    while at is not None:
        run.append(pairs[at])
        at = before[at]
    return run[::-1]


def _gaps(sure: Matches, bases: int, founds: int) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Return the stretches between matches, as half-open ranges of both sides, where both have something."""
    edges = [(-1, -1), *sure, (bases, founds)]
    stretches = [((left[0] + 1, right[0]), (left[1] + 1, right[1])) for left, right in pairwise(edges)]
    return [(mine, theirs) for mine, theirs in stretches if mine[0] < mine[1] and theirs[0] < theirs[1]]


def _closest(
    base: Sequence[Cue],
    found: Sequence[Cue],
    bags: tuple[list[Counter[str]], list[Counter[str]]],
    left: tuple[int, int],
    right: tuple[int, int],
) -> Matches:
    """Return the matches of one gap with the greatest likeness in all; a large gap is walked through in order of time."""
    rows, columns = left[1] - left[0], right[1] - right[0]
    if rows * columns > _LARGEST_TABLE:
        return _by_time(base, found, left, right)
    best = [[0] * (columns + 1) for _ in range(rows + 1)]
    likely = [
        [
            likeness(
                base[left[0] + row], found[right[0] + column], (bags[0][left[0] + row], bags[1][right[0] + column])
            )
            for column in range(columns)
        ]
        for row in range(rows)
    ]
    for row in range(rows - 1, -1, -1):
        for column in range(columns - 1, -1, -1):
            taken = best[row + 1][column + 1] + likely[row][column] if likely[row][column] >= _LEAST_LIKENESS else 0
            best[row][column] = max(best[row + 1][column], best[row][column + 1], taken)
    pairs: Matches = []
    row = column = 0
    while row < rows and column < columns:
        value = likely[row][column]
        if value >= _LEAST_LIKENESS and best[row][column] == best[row + 1][column + 1] + value:
            pairs.append((left[0] + row, right[0] + column))
            row, column = row + 1, column + 1
        elif best[row][column] == best[row + 1][column]:
            row += 1
        else:
            column += 1
    return pairs


def _by_time(base: Sequence[Cue], found: Sequence[Cue], left: tuple[int, int], right: tuple[int, int]) -> Matches:
    pairs: Matches = []
    row, column = left[0], right[0]
    while row < left[1] and column < right[1]:
        apart = found[column].start_ms - base[row].start_ms
        if abs(apart) <= _NEAR_MS:
            pairs.append((row, column))
            row, column = row + 1, column + 1
        elif apart > 0:
            row += 1
        else:
            column += 1
    return pairs


def _folded(cue: Cue) -> str:
    return " ".join(unicodedata.normalize("NFC", plain(cue.text)).casefold().split())


def _bag(cue: Cue) -> Counter[str]:
    words = (word.strip(".,;:!?¡¿…«»“”\"'()[]-–—") for word in _folded(cue).split())
    return Counter(word for word in words if word)
