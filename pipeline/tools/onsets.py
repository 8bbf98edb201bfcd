"""Where sounds begin, a hundred values a second: what two recordings of one event have in common whatever their level."""

from collections.abc import Iterable
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from pipeline.tools.listen import HEARING_RATE, Samples

ONSETS_A_SECOND = 100

Onsets = npt.NDArray[np.float32]
"""How much louder it has become at each hundredth of a second; its mean is 0, and 1 its usual deviation."""

_HOP = HEARING_RATE // ONSETS_A_SECOND
_WINDOW = 2 * _HOP
_BANDS_HZ = (100, 400, 1_000, 2_500, 6_000)
_QUIET = 0.01
"""Of a band's mean power: what is weaker is taken for silence, so that noise has no onsets."""
_LOUDEST = 5.0
"""A clap is a good mark, and must not be the only one."""


def onsets(blocks: Iterable[Samples]) -> Onsets:
    """Return the onsets of a sound that comes in blocks at 16 kHz; value k is of the hundredth that begins at k / 100 s.

    Memory grows by 2 KB for each second.
    """
    powers: list[npt.NDArray[np.float32]] = []
    rest = np.zeros(_HOP, np.float32)  # half a window of silence, so that window k is centred on hundredth k
    for block in blocks:
        heard = np.concatenate([rest, block])
        count = max(0, (len(heard) - _WINDOW) // _HOP + 1)
        if count:
            powers.append(_band_powers(heard, count))
        rest = heard[count * _HOP :]
    if not powers:
        return np.zeros(0, np.float32)
    return _rises(np.concatenate(powers))


def _band_powers(heard: Samples, count: int) -> npt.NDArray[np.float32]:
    windows = np.lib.stride_tricks.sliding_window_view(heard, _WINDOW)[::_HOP][:count]
    spectra = np.abs(np.fft.rfft(windows * np.hanning(_WINDOW).astype(np.float32), axis=1)) ** 2
    edges = [hertz * _WINDOW // HEARING_RATE for hertz in _BANDS_HZ]
    bands = [spectra[:, low:high].sum(axis=1) for low, high in pairwise(edges)]
    return np.stack(bands, axis=1).astype(np.float32)


def _rises(powers: npt.NDArray[np.float32]) -> Onsets:
    floor = powers.mean(axis=0) * _QUIET + np.float32(1e-20)
    levels = np.log(powers + floor)
    rises = np.maximum(np.diff(levels, axis=0, prepend=levels[:1]), 0).sum(axis=1)
    deviation = float(rises.std())
    if deviation == 0:
        return np.zeros(len(rises), np.float32)
    found: Onsets = np.minimum((rises - rises.mean()) / deviation, _LOUDEST).astype(np.float32)
    return found
