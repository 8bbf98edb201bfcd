"""Which words of two accounts of the same speech are the same: both are long, differ in places, and keep their order."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence

_LONGEST_ANCHOR = 4
_MOST_CELLS = 250_000
"""A stretch whose sides multiply to more and that has no anchor is not compared: it is another text."""

Pair = tuple[int, int]


def same_words(one: Sequence[str], other: Sequence[str]) -> tuple[Pair, ...]:
    """Return pairs of places (in `one`, in `other`) of equal words, both rising.

    Runs of words that occur once on each side hold the two together, longest runs first; what lies between is compared word
    by word. So hours are compared in a second, and a passage that one side lacks moves nothing behind it.
    """
    found: list[Pair] = []
    stretches = [(0, len(one), 0, len(other))]
    while stretches:
        a, a_end, b, b_end = stretches.pop()
        while a < a_end and b < b_end and one[a] == other[b]:
            found.append((a, b))
            a, b = a + 1, b + 1
        while a < a_end and b < b_end and one[a_end - 1] == other[b_end - 1]:
            a_end, b_end = a_end - 1, b_end - 1
            found.append((a_end, b_end))
        if a == a_end or b == b_end:
            continue
        anchors = _anchors(one[a:a_end], other[b:b_end])
        if anchors:
            last = (a, b)
            for x, y in anchors:
                stretches.append((last[0], a + x, last[1], b + y))
                last = (a + x, b + y)
            stretches.append((last[0], a_end, last[1], b_end))
        elif (a_end - a) * (b_end - b) <= _MOST_CELLS:
            found += [(a + x, b + y) for x, y in _compared(one[a:a_end], other[b:b_end])]
    return tuple(sorted(found))


def _anchors(one: Sequence[str], other: Sequence[str]) -> list[Pair]:
    """Return where the longest runs begin that occur once on each side, in rising order; none at both beginnings."""
    for length in range(_LONGEST_ANCHOR, 0, -1):
        here, there = _once(one, length), _once(other, length)
        pairs = sorted((at, there[run]) for run, at in here.items() if run in there)
        kept = [pair for pair in _rising(pairs) if pair != (0, 0)]
        if kept:
            return kept
    return []


def _once(words: Sequence[str], length: int) -> dict[tuple[str, ...], int]:
    """Return the runs of so many words that occur once, with their place."""
    places: dict[tuple[str, ...], int] = {}
    for at in range(len(words) - length + 1):
        run = tuple(words[at : at + length])
        places[run] = -1 if run in places else at
    return {run: at for run, at in places.items() if at >= 0}


def _rising(pairs: Sequence[Pair]) -> list[Pair]:
    """Return the most pairs, of pairs in rising order of their first, whose seconds rise as well."""
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for at, (_, y) in enumerate(pairs):
        length = bisect_left(ends, y)
        before.append(last[length - 1] if length else -1)
        if length == len(ends):
            ends.append(y)
            last.append(at)
        else:
            ends[length] = y
            last[length] = at
    chain: list[Pair] = []
    at = last[-1] if last else -1
    while at >= 0:
        chain.append(pairs[at])
        at = before[at]
    return chain[::-1]


def _compared(one: Sequence[str], other: Sequence[str]) -> Iterator[Pair]:
    """Yield the pairs of a longest common subsequence of two short stretches."""
    lengths = [[0] * (len(other) + 1)]
    for a in reversed(one):
        below = lengths[-1]
        row = [0] * (len(other) + 1)
        for y in range(len(other) - 1, -1, -1):
            row[y] = below[y + 1] + 1 if a == other[y] else max(below[y], row[y + 1])
        lengths.append(row)
    lengths.reverse()
    x = y = 0
    while x < len(one) and y < len(other):
        if one[x] == other[y]:
            yield x, y
            x, y = x + 1, y + 1
        elif lengths[x + 1][y] >= lengths[x][y + 1]:
            x += 1
        else:
            y += 1
