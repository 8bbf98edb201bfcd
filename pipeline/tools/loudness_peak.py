"""True peaks: how high a signal rises between its samples, by fourfold oversampling (ITU-R BS.1770-4, annex 2).

Each sample has three more points behind it, a quarter, a half and three quarters of a sample on, each a windowed sinc over
the samples around. Stretches that cannot rise as high as is asked for are passed over: the sums of the weights say so.
"""

from functools import cache

import numpy as np
import numpy.typing as npt

from pipeline.tools.sound_reader import Samples

MARGIN = 16
"""Samples on either side that a point between two samples depends on."""

_KAISER = 8.0
_CHUNK = 256

_Numbers = npt.NDArray[np.float32]


def peak_of(samples: Samples, least: float = 0.0) -> float:
    """Return the highest true peak of rows of samples, points near both ends included only as far as samples reach.

    What does not rise above `least` need not be told apart: then some number that is not above it comes back.
    """
    return float(peaks_at(samples, least).max(initial=0.0))


def peaks_at(samples: Samples, least: float = 0.0) -> _Numbers:
    """Return for each sample, but `MARGIN` at either end, the highest of it and the points up to the next, over all rows.

    Where nothing near rises above `least`, the samples' own heights are returned.
    """
    count = samples.shape[1] - 2 * MARGIN
    if count <= 0:
        return np.zeros(0, np.float32)
    heights = np.abs(samples).max(axis=0)
    found: _Numbers = heights[MARGIN:-MARGIN].copy()
    for first, last in _worth_looking(heights, count, least):
        for row in samples[:, first : last + 2 * MARGIN]:
            for weights in _phases():
                between = np.abs(np.convolve(row, weights, "valid"))[1 : last - first + 1]
                np.maximum(found[first:last], between, out=found[first:last])
    return found


def _worth_looking(heights: _Numbers, count: int, least: float) -> list[tuple[int, int]]:
    """Return the stretches of the `count` samples whose points might rise above `least`."""
    chunks = -(-count // _CHUNK)
    padded = np.zeros((chunks + 1) * _CHUNK + 2 * MARGIN, np.float32)
    padded[: len(heights)] = heights
    own = padded[: chunks * _CHUNK].reshape(chunks, _CHUNK).max(axis=1)
    behind = padded[_CHUNK : (chunks + 1) * _CHUNK].reshape(chunks, _CHUNK)[:, : 2 * MARGIN].max(axis=1)
    high = np.maximum(own, behind) * _most() > least
    edges = np.diff(np.concatenate([[0], high.astype(np.int8), [0]]))
    starts, ends = np.flatnonzero(edges == 1) * _CHUNK, np.flatnonzero(edges == -1) * _CHUNK
    return [(int(start), min(int(end), count)) for start, end in zip(starts, ends, strict=True)]


@cache
def _phases() -> tuple[_Numbers, ...]:
    """Return the weights of the three points between two samples, for convolution over 2 * MARGIN samples."""
    taps = np.arange(1 - MARGIN, MARGIN + 1)
    phases = []
    for quarter in (1, 2, 3):
        distance = quarter / 4 - taps
        window = np.i0(_KAISER * np.sqrt(np.clip(1 - (distance / MARGIN) ** 2, 0, 1))) / np.i0(_KAISER)
        phases.append((np.sinc(distance) * window)[::-1].astype(np.float32))
    return tuple(phases)


@cache
def _most() -> float:
    """Return how many times higher than the samples around it a point can be."""
    return max(1.0, *(float(np.abs(weights).sum()) for weights in _phases()))
