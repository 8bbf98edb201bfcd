"""A true-peak limiter that looks ahead: it turns down what would rise above a ceiling, there and nowhere else.

Both sides are turned down alike. The gain falls within 5 ms before a peak, as a raised cosine, and comes back by 60 dB a
second; where nothing is above the ceiling samples come out as they went in. It is no compressor: it has no threshold below
the ceiling and adds no gain.
"""

from dataclasses import dataclass, field
from math import log10

import numpy as np
import numpy.typing as npt

from pipeline.ports.sound import MIX_SAMPLE_RATE
from pipeline.tools.loudness_peak import MARGIN, peaks_at
from pipeline.tools.sound_reader import Samples

_LOOK = MIX_SAMPLE_RATE * 5 // 1000
_BACK_DB = 60 / MIX_SAMPLE_RATE
"""How many decibels the gain comes back a sample."""

CONTEXT = 2 * _LOOK + MARGIN
"""How many samples on either side of a block the limiter looks at."""

_HEARD_DB = 0.01
_Numbers = npt.NDArray[np.float64]


@dataclass(slots=True)
class Limiter:
    """Limits blocks that follow each other from a signal's first sample on to `ceiling`, an amplitude.

    `limited` counts the samples that were turned down by at least 0.01 dB.
    """

    ceiling: float
    limited: int = 0
    _held: _Numbers = field(default_factory=lambda: np.zeros(0))
    """Gains in decibels, before they are smoothed, from `_LOOK` before the next block's first sample to `_LOOK` after it;
    none before the first block."""

    def apply(self, around: Samples) -> Samples:
        """Return the next block, limited; `around` is the block with `CONTEXT` samples on either side."""
        block = around[:, CONTEXT:-CONTEXT]
        fresh = self._fresh(around)
        gains = np.concatenate([self._held, fresh])
        self._held = gains[-2 * _LOOK :]
        if not gains.any():
            return block
        smooth = np.convolve(gains, _bell(), "valid")[: block.shape[1]]
        self.limited += int(np.count_nonzero(smooth <= -_HEARD_DB))
        limited: Samples = block * (10 ** (smooth / 20)).astype(np.float32)
        return limited

    def _fresh(self, around: Samples) -> _Numbers:
        """Return the gains that are not known yet, to `_LOOK` after the block's end."""
        known = len(self._held)
        peaks = peaks_at(around, self.ceiling)[
            known:
        ]  # from where the highest of the next `_LOOK` on either side is due
        count = len(peaks) - 2 * _LOOK
        last = self._held[-1] if known else 0.0
        if last == 0 and peaks.max(initial=0) <= self.ceiling:
            return np.zeros(count)
        needed = np.minimum(20 * (log10(self.ceiling) - np.log10(np.maximum(peaks, self.ceiling))), 0)
        lowest = _sliding_minimum(needed, 2 * _LOOK + 1)
        rise = _BACK_DB * np.arange(1, count + 1)
        coming = np.minimum.accumulate(np.append(last, lowest - rise))[1:] + rise
        gains: _Numbers = np.minimum(coming, 0)
        return gains


def _bell() -> _Numbers:
    bell = np.hanning(2 * _LOOK + 3)[1:-1]
    weights: _Numbers = bell / bell.sum()
    return weights


def _sliding_minimum(values: _Numbers, width: int) -> _Numbers:
    """Return the lowest of every `width` values that stand together."""
    found, covered = values, 1
    while covered < width:
        step = min(covered, width - covered)
        found = np.minimum(found[:-step], found[step:])
        covered += step
    return found
