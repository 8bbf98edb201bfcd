"""Sources' sound at any speed, forwards or backwards, as on tape: pitch follows speed, and nothing folds back.

Each output sample is a windowed sinc over the source's own samples around its exact instant, at the source's own rate: one
resampling, whatever rate and speed. Where the sound is sped up, the sinc is widened to keep out what would alias.
"""

from fractions import Fraction
from math import ceil, floor
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pipeline.ports.sound import MIX_SAMPLE_RATE
from pipeline.ports.speech import SoundOfReel
from pipeline.tools.sound_reader import Samples, SoundReader

_CROSSINGS = 32
"""Zero crossings of the sinc on either side."""

_STEPS = 1024
"""Table entries from one crossing to the next; between them lines are drawn, 120 dB below what they stand for."""

_KAISER = 9.0
_PASSED = 0.92
"""How much of the band is kept where sound is sped up: the window's slope then ends where aliasing would begin."""

_MOST_PRODUCTS = 1 << 20
_BACK_S = 8
"""Seconds read at once for playing backwards."""


class VariedSound:
    """One source at `speed` (not 0): sample n is the instant `origin` + n / 48000 * `speed` on the file's clock.

    Read forward in output samples: `position` is the next one, `rows` 1 (both sides the same) or 2. Raises MediaError,
    naming the file, for what cannot be opened or decoded.
    """

    def __init__(
        self, path: Path, sound: SoundOfReel, source_channel: int | None, speed: Fraction, origin: Fraction
    ) -> None:
        self._reader = SoundReader(path, sound, source_channel)
        self.rows = len(self._reader.gains)
        self.position = 0
        self._step = speed * self._reader.rate / MIX_SAMPLE_RATE
        self._first = origin * self._reader.rate
        self._kernel = _Kernel(abs(self._step))
        self._window: Samples = np.zeros((self.rows, 0), np.float32)
        self._window_start = 0
        self._ended: int | None = None

    def move_to(self, position: int) -> None:
        """Make output sample `position` the next one that `read` returns."""
        self.position = position

    def read(self, count: int) -> Samples:
        """Return the next `count` samples, a row for each side that is made; silence where the file has no sound."""
        at_once = max(1, min(4096, _MOST_PRODUCTS // self._kernel.taps))
        starts = range(0, count, at_once)
        made = [self._made(self.position + start, min(at_once, count - start)) for start in starts]
        self.position += count
        return np.concatenate([np.zeros((self.rows, 0), np.float32), *made], axis=1)

    @property
    def ended(self) -> Fraction | None:
        """The instant on the file's clock at which its sound is over, None while that has not been reached."""
        return None if self._ended is None else Fraction(self._ended, self._reader.rate)

    def close(self) -> None:
        """Close the file."""
        self._reader.close()

    def _made(self, position: int, count: int) -> Samples:
        exact = self._first + position * self._step
        whole = floor(exact)
        places = float(exact - whole) + np.arange(count) * float(self._step)
        nearest = np.floor(places).astype(np.int64)
        offsets = np.arange(1 - self._kernel.reach, self._kernel.reach + 1)
        lowest = int(nearest.min()) + int(offsets[0])
        source = self._source(whole + lowest, whole + int(nearest.max()) + int(offsets[-1]) + 1)
        weights = self._kernel.at((places - nearest)[:, None] - offsets)
        chosen = (nearest - lowest)[:, None] + offsets
        rows = [np.einsum("nt,nt->n", row[chosen], weights) for row in source]
        return np.stack(rows).astype(np.float32)

    def _source(self, start: int, end: int) -> Samples:
        """Return the source's samples `start` up to, not including, `end`, keeping what comes next at hand."""
        have = self._window_start + self._window.shape[1]
        if self._window.shape[1] and self._window_start <= start <= have and end > have:  # forwards: read on
            more = self._taken(end - have)
            self._window = np.concatenate([self._window[:, start - self._window_start :], more], axis=1)
            self._window_start = start
        elif start < self._window_start or end > have:
            before = _BACK_S * self._reader.rate if self._step < 0 else 0
            self._window_start = start - before
            self._reader.start_at(self._window_start)
            self._window = self._taken(end - self._window_start)
        return self._window[:, start - self._window_start : end - self._window_start]

    def _taken(self, count: int) -> Samples:
        taken = self._reader.take(count)
        if self._reader.ended is not None:
            self._ended = self._reader.ended
        return taken


class _Kernel:
    """A windowed sinc for one ratio of source samples to output samples, from a table."""

    def __init__(self, step: Fraction) -> None:
        self._cutoff = 1.0 if step <= 1 else _PASSED / float(step)
        crossings = np.arange(_CROSSINGS * _STEPS + 1) / _STEPS
        window = np.i0(_KAISER * np.sqrt(1 - (crossings / _CROSSINGS) ** 2)) / np.i0(_KAISER)
        sinc = np.sinc(crossings)
        sinc[_STEPS::_STEPS] = 0  # not merely near it: where samples fall on samples they come out as they are
        self._table = np.append(sinc * window * self._cutoff, 0.0)
        self.reach = ceil(_CROSSINGS / self._cutoff)
        self.taps = 2 * self.reach

    def at(self, distances: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return the weights of source samples that lie `distances`, in source samples, beside an output sample."""
        places = np.minimum(np.abs(distances) * (self._cutoff * _STEPS), _CROSSINGS * _STEPS)
        below = places.astype(np.int64)
        beyond = places - below
        weights: npt.NDArray[np.float64] = self._table[below] * (1 - beyond) + self._table[below + 1] * beyond
        return weights
