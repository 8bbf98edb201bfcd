"""Which windows have one voice: prints to groups by average linkage, in memory that does not grow with the reel."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from pipeline.tools.voice_weights import Numbers

Groups = npt.NDArray[np.int64]

APART = 0.45
"""Groups of one person's windows were at most 0.41 apart, those of two people at least 0.44: a guess, and marked as one."""

MOST_COMPARED = 600
"""Windows that are compared with each other; the others go to the group they are nearest to."""

_FEWEST = 2
"""A group of fewer windows is no voice where nobody said how many there are: a cough, a word over another."""


def groups(prints: Numbers, voices: int | None) -> Groups:
    """Return the group of each print, numbered from 0 in the order in which they are first heard.

    There are `voices` groups, or fewer where there are fewer prints; with None as many as are `APART`.
    """
    if not len(prints):
        return np.zeros(0, np.int64)
    chosen = np.unique(np.linspace(0, len(prints) - 1, min(len(prints), MOST_COMPARED)).round().astype(np.int64))
    found = _linked(prints[chosen], voices)
    if voices is None:
        found = _without_crumbs(prints[chosen], found)
    return in_order_heard(nearest(prints, centres(prints[chosen], found)) if len(chosen) < len(prints) else found)


def centres(prints: Numbers, found: Groups) -> Numbers:
    """Return the middle of each group, in order of their numbers, of length 1."""
    middles = np.stack([prints[found == group].mean(axis=0) for group in np.unique(found)])
    return np.asarray(middles / np.maximum(np.linalg.norm(middles, axis=1, keepdims=True), 1e-9), np.float32)


def nearest(prints: Numbers, middles: Numbers) -> Groups:
    """Return for each print which of `middles` it is nearest to."""
    return np.asarray((prints @ middles.T).argmax(axis=1), np.int64)


def in_order_heard(found: Sequence[int] | Groups) -> Groups:
    """Return groups numbered anew, from 0, in the order in which they first come."""
    numbers: dict[int, int] = {}
    return np.array([numbers.setdefault(int(group), len(numbers)) for group in found], np.int64)


def _linked(prints: Numbers, voices: int | None) -> Groups:
    """Return groups by average linkage: the two that are nearest, on average, become one until it is enough."""
    count = len(prints)
    found = np.arange(count, dtype=np.int64)
    far = (1 - prints @ prints.T).astype(np.float64)
    np.fill_diagonal(far, np.inf)
    sizes = np.ones(count)
    for left in range(count, 1, -1):
        if voices is not None and left <= voices:
            break
        first, second = divmod(int(far.argmin()), count)
        if voices is None and far[first, second] > APART:
            break
        row = (far[first] * sizes[first] + far[second] * sizes[second]) / (sizes[first] + sizes[second])
        far[first], far[:, first] = row, row
        far[first, first] = np.inf
        far[second], far[:, second] = np.inf, np.inf
        sizes[first] += sizes[second]
        found[found == second] = first
    return found


def _without_crumbs(prints: Numbers, found: Groups) -> Groups:
    """Return groups in which those of very few windows have gone to the nearest of the others."""
    large = [group for group in np.unique(found) if (found == group).sum() >= _FEWEST]
    if not large or len(large) == len(np.unique(found)):
        return found
    kept = np.isin(found, large)
    middles = centres(prints[kept], found[kept])
    return np.where(kept, found, np.array(large)[nearest(prints, middles)])
