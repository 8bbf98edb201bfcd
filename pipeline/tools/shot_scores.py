"""How much a picture differs from the one before, and which of these differences are shot changes.

A cut is one difference that stands out: far above those on both sides of it, and the frames behind it do not come back to
what was there before. A dissolve and a moving camera have many differences alike; behind a flash the picture comes back.
"""

from collections import deque
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT = 64, 36
Small = NDArray[np.uint8]
"""A picture as three planes (Y, U, V) of WIDTH by HEIGHT."""

_SIDE = 6
"""Frames on either side that a difference must stand out from."""

_FLASH = 4
"""A picture that comes back within so many frames was only interrupted."""

_LEAST = 6.0
"""The least difference of a cut, in levels of 256: grain, a person who moves, and the jump in quality at a key frame of a
starved encoding stay below, in the mean of a picture."""

_TIMES = 3.0
"""How many times the differences around it a cut is."""

_BACK = 0.5
"""A picture that differs from the one before the cut by less than this part of the cut has come back."""

_BINS = 16
_HISTOGRAM_LEAST = 0.1
"""The least part of the picture that has other colours behind a cut, where its difference is not plain in itself."""

_PLAIN = 12.0


def difference(one: Small, other: Small) -> float:
    """Return the mean difference of two pictures, in levels of 256: brightness, and half as much colour."""
    planes = np.abs(one.astype(np.int16) - other).mean(axis=(1, 2))
    return float(planes[0] + (planes[1] + planes[2]) / 2)


def other_colours(one: Small, other: Small) -> float:
    """Return how much of the picture has other colours, wherever they stand, from 0 to 1 (per plane, the mean)."""
    return float(np.mean([_moved(one[plane], other[plane]) for plane in range(3)]))


def _moved(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    bins = [np.bincount(plane.ravel() // (256 // _BINS), minlength=_BINS) for plane in (one, other)]
    return float(np.abs(bins[0] - bins[1]).sum()) / (2 * one.size)


class ShotJudge:
    """Takes frames one by one and says which begin a shot; holds a dozen small pictures, however long the film is."""

    def __init__(self) -> None:
        self._frames: deque[tuple[int, Small]] = deque(maxlen=2 * _SIDE + 2)
        self._differences: deque[float] = deque(maxlen=2 * _SIDE + 1)
        self._ahead = 0

    def take(self, number: int, frame: Small) -> Iterator[int]:
        """Take the next frame; yield the number of the one that can be judged now, if it begins a shot."""
        if self._frames:
            self._differences.append(difference(self._frames[-1][1], frame))
        self._frames.append((number, frame))
        if len(self._differences) > _SIDE:
            yield from self._judge(len(self._differences) - 1 - _SIDE)

    def end(self) -> Iterator[int]:
        """Yield the numbers of those among the last frames that begin a shot."""
        first = max(0, len(self._differences) - _SIDE)
        for at in range(first, len(self._differences)):
            yield from self._judge(at)

    def _judge(self, at: int) -> Iterator[int]:
        """Yield the frame behind difference `at` if it begins a shot; frames[i] and frames[i + 1] make difference i."""
        differences = list(self._differences)
        cut = differences[at]
        sides = (differences[max(0, at - _SIDE) : at], differences[at + 1 : at + 1 + _SIDE])
        if cut < _LEAST or cut < _TIMES * max(map(_usual, sides)):
            return
        before, behind = self._frames[at][1], self._frames[at + 1][1]
        if cut < _PLAIN and other_colours(before, behind) < _HISTOGRAM_LEAST:
            return
        if not self._comes_back(at, cut):
            yield self._frames[at + 1][0]

    def _comes_back(self, at: int, cut: float) -> bool:
        """Return whether the picture before the cut is seen again soon behind it, or the one behind it just before it."""
        frames = [frame for _, frame in self._frames]
        before, behind = frames[at], frames[at + 1]
        later = frames[at + 2 : at + 2 + _FLASH]
        earlier = frames[max(0, at - _FLASH) : at]
        return any(difference(before, frame) < _BACK * cut for frame in later) or any(
            difference(behind, frame) < _BACK * cut for frame in earlier
        )


def _usual(differences: list[float]) -> float:
    """Return what differences are like here: the second largest, since one may be a cut of its own."""
    return sorted(differences)[-2] if len(differences) > 1 else 0.0
