"""Music gives way to speech: where someone speaks is measured over the whole mix, and the gain follows from that alone.

Speech is measured in hops of 10 ms counted from the mix's first sample, and the gain of every sample follows from the
speaking that lies nearest on either side: however the mix is cut into blocks, the samples are the same. Nothing reacts late:
music is down before the first syllable.
"""

from dataclasses import dataclass
from math import pi
from typing import Self

import numpy as np
import numpy.typing as npt

from pipeline.ports.sound import MIX_SAMPLE_RATE, Ducked
from pipeline.tools.sound_reader import Samples

HOP = MIX_SAMPLE_RATE // 100

_SMOOTHED_HOPS = 3
_SILENT = 1e-6
"""Mean square of -60 dBFS: below it nothing counts as speech, however soft the rest is."""

_RELATIVE = 10 ** (-20 / 10)
"""Speech is what lies less than 20 dB below the mean of everything that is not silent."""

_STAYS = 10 ** (-6 / 10)
"""Once begun, speech lasts until it falls 6 dB below where it began: the ends of words are soft."""

_SHORTEST_HOPS = 6
"""What is over within 60 ms is a knock, not a word."""

_Gains = npt.NDArray[np.float32]
_Numbers = npt.NDArray[np.float64]
_Places = npt.NDArray[np.int64]


class SpeechLevels:
    """The mean square of speech, hop by hop, as blocks of the mix come by; each block but the last is whole hops."""

    def __init__(self) -> None:
        self._hops: list[_Numbers] = []

    def add(self, speech: Samples) -> None:
        """Measure the next block: two rows."""
        power = np.square(speech, dtype=np.float64).mean(axis=0)
        whole = np.append(power, np.zeros(-len(power) % HOP))
        self._hops.append(whole.reshape(-1, HOP).mean(axis=1))

    def levels(self) -> _Numbers:
        """Return the mean square of every hop, each smoothed with its neighbours."""
        hops = np.concatenate([np.zeros(0), *self._hops])
        return np.convolve(hops, np.full(_SMOOTHED_HOPS, 1 / _SMOOTHED_HOPS), "same") if len(hops) else hops


@dataclass(frozen=True, slots=True)
class DuckingCurve:
    """The gain of music at every sample. `starts` and `ends` (exclusive) are the samples between which someone speaks."""

    ducked: Ducked
    starts: _Places
    ends: _Places

    @classmethod
    def under(cls, levels: SpeechLevels, ducked: Ducked) -> Self:
        """Return the curve under measured speech."""
        starts, ends = _spoken(levels.levels(), max(1, ducked.bridge // HOP))
        return cls(ducked, starts * HOP, ends * HOP)

    def gain(self, start: int, end: int) -> _Gains | None:
        """Return the gain of samples `start` up to, not including, `end`; None where it is 1 throughout.

        The way down and the way up are raised cosines in decibels. Where the way up meets the next way down, music stays
        at the lower of the two.
        """
        down = self._held(np.arange(start, end))
        if not down.any():
            return None
        gains: _Gains = (10 ** (self.ducked.depth_millibel / 2000 * down)).astype(np.float32)
        return gains

    def _held(self, places: _Places) -> _Numbers:
        """Return how far down music is at each place: 0 not at all, 1 by the whole depth."""
        if not len(self.starts):
            return np.zeros(len(places))
        after = np.searchsorted(self.starts, places, "right")
        ahead = np.append(self.starts, np.iinfo(np.int64).max // 2)[after] - places
        behind = places - np.append(-(np.iinfo(np.int64).max // 2), self.ends)[after] + 1
        speaking = behind <= 0
        coming = 1 - ahead / max(1, self.ducked.attack)
        going = 1 - (behind - self.ducked.hold) / max(1, self.ducked.release)
        held: _Numbers = np.clip(np.maximum(coming, going), 0, 1)
        held[speaking] = 1
        shaped: _Numbers = 0.5 - 0.5 * np.cos(held * pi)
        return shaped


def _spoken(levels: _Numbers, bridge: int) -> tuple[_Places, _Places]:
    """Return the hops at which speaking starts and, exclusive, ends; pauses of at most `bridge` hops are no ends."""
    none = np.zeros(0, np.int64)
    audible = levels[levels > _SILENT]
    if not len(audible):
        return none, none
    begins = max(_SILENT, float(audible.mean()) * _RELATIVE)
    starts, ends = _runs(levels > max(_SILENT, begins * _STAYS))
    begun = np.append(0, np.cumsum(levels > begins))
    kept = (begun[ends] > begun[starts]) & (ends - starts >= _SHORTEST_HOPS)
    starts, ends = starts[kept], ends[kept]
    if not len(starts):
        return none, none
    apart = starts[1:] - ends[:-1] > bridge
    return starts[np.append(True, apart)], ends[np.append(apart, True)]


def _runs(on: npt.NDArray[np.bool_]) -> tuple[_Places, _Places]:
    edges = np.diff(np.concatenate([[0], on.astype(np.int8), [0]]))
    return np.flatnonzero(edges == 1).astype(np.int64), np.flatnonzero(edges == -1).astype(np.int64)
