"""Which block of a changed paper edit was which before: the same words, there or elsewhere, or words much like them."""

from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher

from pipeline.timeline.paper_blocks import Block, with_line_ends

_ALIKE = 0.6
_MOST_PAIRS = 4000
"""More pairs than this are not compared word by word; the blocks then count as taken out and added."""


def matched(base: Sequence[Block], side: Sequence[Block]) -> list[int | None]:
    """Return for each block of `side` the index of the block of `base` that it was, None for one that was added."""
    found: list[int | None] = [None] * len(side)
    was, now = _words(base), _words(side)
    gaps = list(_same(was, now, found))
    free = _free(found, len(base))
    for at, words in enumerate(now):
        of_base = next((one for one in free if was[one] == words), None) if found[at] is None else None
        if of_base is not None:
            found[at] = of_base
            free.remove(of_base)
    for of_base, at in gaps:
        if found[at] is None and of_base in free and base[of_base].kind is side[at].kind:
            found[at] = of_base
            free.remove(of_base)
    _alike(base, side, found)
    return found


def moved(of_base: Sequence[int | None]) -> frozenset[int]:
    """Return which blocks stand in another order than before: the fewest that, taken out, leave the rest in order.

    `of_base` is what `matched` returns; the indices are of the side.
    """
    kept = [(at, one) for at, one in enumerate(of_base) if one is not None]
    best: list[tuple[int, int]] = []
    """For each kept block: how long the longest rising row is that ends with it, and the one in front of it there."""
    for index, (_, one) in enumerate(kept):
        rows = ((best[before][0], before) for before in range(index) if kept[before][1] < one)
        length, before = max(rows, default=(0, -1))
        best.append((length + 1, before))
    at = max(range(len(best)), key=lambda index: best[index][0], default=-1)
    in_order = set()
    while at >= 0:
        in_order.add(kept[at][0])
        at = best[at][1]
    return frozenset(side for side, _ in kept if side not in in_order)


def _same(was: Sequence[str], now: Sequence[str], found: list[int | None]) -> Iterator[tuple[int, int]]:
    """Note the blocks that are the same in order, and yield the pairs that alone stand between two of them."""
    blocks = SequenceMatcher(None, was, now, autojunk=False).get_matching_blocks()
    for block in blocks:
        for step in range(block.size):
            found[block.b + step] = block.a + step
    edges = [(0, 0), *((block.a + block.size, block.b + block.size) for block in blocks)]
    for (a_end, b_end), block in zip(edges, blocks, strict=False):
        if block.a - a_end == block.b - b_end == 1:
            yield a_end, b_end


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
