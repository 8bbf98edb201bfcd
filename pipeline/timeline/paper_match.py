"""Which block of a changed paper edit was which before: the same words, there or elsewhere, or words much like them."""

from bisect import bisect_left
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher

from pipeline.timeline.paper_blocks import Block, with_line_ends

_ALIKE = 0.6
_MOST_PAIRS = 4000
"""More pairs than this are not compared word by word; the blocks then count as taken out and added."""
_MOST_STEPS = 30_000_000
"""A comparison that may take more steps than this (three seconds) goes by the blocks that stand once in each text."""


def matched(base: Sequence[Block], side: Sequence[Block]) -> list[int | None]:
    """Return for each block of `side` the index of the block of `base` that it was, None for one that was added."""
    found: list[int | None] = [None] * len(side)
    was, now = _words(base), _words(side)
    gaps = list(_same(was, now, found))
    elsewhere: defaultdict[str, deque[int]] = defaultdict(deque)
    for one in _free(found, len(base)):
        elsewhere[was[one]].append(one)
    for at, words in enumerate(now):
        if found[at] is None and elsewhere.get(words):
            found[at] = elsewhere[words].popleft()
    free = set(_free(found, len(base)))
    for of_base, at in gaps:
        if found[at] is None and of_base in free and base[of_base].kind is side[at].kind:
            found[at] = of_base
    _alike(base, side, found)
    return found


def moved(of_base: Sequence[int | None]) -> frozenset[int]:
    """Return which blocks stand in another order than before: the fewest that, taken out, leave the rest in order.

    `of_base` is what `matched` returns; the indices are of the side.
    """
    kept = [(at, one) for at, one in enumerate(of_base) if one is not None]
    in_order = {kept[index][0] for index in _rising([one for _, one in kept])}
    return frozenset(side for side, _ in kept if side not in in_order)


def _rising(numbers: Sequence[int]) -> list[int]:
    """Return the places of the longest row of rising numbers, in order (patience sorting)."""
    ends: list[int] = []
    """For each length the smallest number that a row of it ends with, and in `at` its place."""
    at: list[int] = []
    before: list[int] = []
    for place, number in enumerate(numbers):
        length = bisect_left(ends, number)
        before.append(at[length - 1] if length else -1)
        ends[length : length + 1] = [number]
        at[length : length + 1] = [place]
    row: list[int] = []
    place = at[-1] if at else -1
    while place >= 0:
        row.append(place)
        place = before[place]
    return row[::-1]


def _same(was: Sequence[str], now: Sequence[str], found: list[int | None]) -> Iterator[tuple[int, int]]:
    """Note the blocks that are the same in order, and yield the pairs that alone stand between two of them."""
    blocks = _in_order(was, now)
    for a, b, size in blocks:
        found[b : b + size] = range(a, a + size)
    edges = [(0, 0), *((a + size, b + size) for a, b, size in blocks)]
    for (a_end, b_end), (a, b, _) in zip(edges, [*blocks, (len(was), len(now), 0)], strict=True):
        if a - a_end == b - b_end == 1:
            yield a_end, b_end


def _in_order(was: Sequence[str], now: Sequence[str]) -> list[tuple[int, int, int]]:
    """Return the runs that are the same and in order: where they begin in both, and how long they are."""
    before, after = Counter(was), Counter(now)
    pairs = sum(count * after[words] for words, count in before.items())
    if pairs * min(len(was), len(now)) <= _MOST_STEPS:
        found = SequenceMatcher(None, was, now, autojunk=False).get_matching_blocks()
        return [(one.a, one.b, one.size) for one in found if one.size]
    only = {words: at for at, words in enumerate(was) if before[words] == after[words] == 1}
    once = [(only[words], at) for at, words in enumerate(now) if words in only]
    return list(_runs(was, now, [once[place] for place in _rising([of_base for of_base, _ in once])]))


def _runs(was: Sequence[str], now: Sequence[str], anchors: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    """Yield the runs around pairs that are the same, as far as what stands beside them is; and both texts' beginnings."""
    a_end = b_end = 0
    for a, b in ((0, 0), *anchors, (len(was), len(now))):
        if a < a_end:  # it lies in the run before
            continue
        first = 0
        while a - first > a_end and b - first > b_end and was[a - first - 1] == now[b - first - 1]:
            first += 1
        size = first
        while (
            a - first + size < len(was)
            and b - first + size < len(now)
            and was[a - first + size] == now[b - first + size]
        ):
            size += 1
        if size:
            yield a - first, b - first, size
            a_end, b_end = a - first + size, b - first + size


def _alike(base: Sequence[Block], side: Sequence[Block], found: list[int | None]) -> None:
    """Match what is left by how alike the words are, the most alike first."""
    free = _free(found, len(base))
    added = [at for at, one in enumerate(found) if one is None]
    if len(free) * len(added) > _MOST_PAIRS:
        return
    pairs = []
    for at in added:
        matcher = SequenceMatcher(None, b=side[at].words, autojunk=False)
        for one in free:
            if base[one].kind is side[at].kind:
                matcher.set_seq1(base[one].words)
                if matcher.quick_ratio() >= _ALIKE and matcher.ratio() >= _ALIKE:
                    pairs.append((-matcher.ratio(), abs(one - at), one, at))
    for *_, one, at in sorted(pairs):
        if one in free and found[at] is None:
            found[at] = one
            free.remove(one)


def _free(found: Iterable[int | None], size: int) -> list[int]:
    taken = set(found)
    return [one for one in range(size) if one not in taken]


def _words(blocks: Sequence[Block]) -> list[str]:
    return [with_line_ends(block.words, "\n").rstrip() for block in blocks]
