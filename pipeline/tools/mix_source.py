"""Sources' sound as 48 kHz samples on a grid that hangs on each file's clock, from any sample on, each time the same.

This is sound at its normal speed; `mix_speed` has every other. Grid sample j is the instant j / 48000 on the file's clock,
wherever reading begins: the resampler starts where both grids have a sample, with a margin before what is wanted, so two
events that meet in a source meet without a seam.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import floor, gcd
from pathlib import Path

import av
import numpy as np
from av.audio.frame import AudioFrame

from pipeline.ports.sound import MIX_SAMPLE_RATE
from pipeline.ports.speech import SoundOfReel
from pipeline.tools.mix_speed import VariedSound
from pipeline.tools.sound_reader import Samples, SoundReader

_MARGIN = Fraction(1, 20)
"""Seconds resampled and thrown away: longer than the resampler's filter at any ordinary rate."""

_OPEN_AT_ONCE = 16


class SourceSound:
    """One source, read forward: `position` is the next grid sample, `rows` 1 (both sides the same) or 2.

    Raises MediaError, naming the file, for what cannot be opened or decoded.
    """

    def __init__(self, path: Path, sound: SoundOfReel, source_channel: int | None) -> None:
        self._reader = SoundReader(path, sound, source_channel)
        self._resampled: _Resampled | None = None
        self.rows = len(self._reader.gains)
        self.position = 0

    def move_to(self, position: int) -> None:
        """Make the grid sample `position` the next one that `read` returns."""
        self.position = position
        if self._reader.rate == MIX_SAMPLE_RATE:
            self._reader.start_at(position)
        else:
            self._resampled = _Resampled(self._reader, position)

    def read(self, count: int) -> Samples:
        """Return the next `count` samples, a row for each side that is made; silence where the file has no sound."""
        self.position += count
        return self._reader.take(count) if self._resampled is None else self._resampled.take(count)

    @property
    def ended(self) -> Fraction | None:
        """The instant on the file's clock at which its sound is over, None while that has not been reached."""
        end = self._reader.ended
        return None if end is None else Fraction(end, self._reader.rate)

    def close(self) -> None:
        """Close the file."""
        self._reader.close()


class _Resampled:
    """48 kHz from any other rate. Sample s of the source and j of the grid coincide where s / rate = j / 48000."""

    def __init__(self, reader: SoundReader, start: int) -> None:
        step = reader.rate // gcd(reader.rate, MIX_SAMPLE_RATE)
        first = floor((Fraction(start, MIX_SAMPLE_RATE) - _MARGIN) * reader.rate / step) * step
        reader.start_at(first)
        self._reader = reader
        self._rows = len(reader.gains)
        self._layout = "mono" if self._rows == 1 else "stereo"
        self._engine = av.AudioResampler(format="fltp", layout=self._layout, rate=MIX_SAMPLE_RATE)
        self._fed = 0
        self._ready: list[Samples] = []
        self._ready_count = 0
        self.take(start - first * MIX_SAMPLE_RATE // reader.rate)

    def take(self, count: int) -> Samples:
        """Return the next `count` samples at 48 kHz."""
        while self._ready_count < count:
            self._feed()
        block = np.concatenate([np.zeros((self._rows, 0), np.float32), *self._ready], axis=1)
        self._ready, self._ready_count = [block[:, count:]], block.shape[1] - count
        return block[:, :count]

    def _feed(self) -> None:
        block = self._reader.take(self._reader.rate // 4)
        frame = AudioFrame.from_ndarray(np.ascontiguousarray(block), format="fltp", layout=self._layout)
        frame.sample_rate = self._reader.rate
        frame.time_base = Fraction(1, self._reader.rate)
        frame.pts = self._fed
        self._fed += block.shape[1]
        for made in self._engine.resample(frame):
            self._ready.append(np.asarray(made.to_ndarray(), np.float32))
            self._ready_count += made.samples


@dataclass(frozen=True, slots=True)
class Heard:
    """What is heard of a source: which channels, at which speed, and for another speed than 1 from which instant on.

    At speed 1 places are samples of the file's 48 kHz grid; at any other they are output samples counted from `origin`, in
    seconds on the file's clock.
    """

    sound: SoundOfReel
    source_channel: int | None = None
    speed: Fraction = Fraction(1)
    origin: Fraction = Fraction(0)


class OpenSounds:
    """Sources by what is heard of them, at most a few open at once; the longest unused is closed first.

    A source that stands where reading goes on is read on, never decoded anew.
    """

    def __init__(self, path_of: Callable[[str], Path], at_once: int = _OPEN_AT_ONCE) -> None:
        self._path_of = path_of
        self._at_once = at_once
        self._open: list[tuple[Heard, SourceSound | VariedSound]] = []

    def read(self, heard: Heard, position: int, count: int) -> Samples:
        """Return `count` samples from the place `position` on: one row (both sides the same) or two."""
        same = [entry for entry in self._open if entry[0] == heard]
        entry = next((entry for entry in same if entry[1].position == position), None)
        if entry is None:
            entry = self._moved(heard, same, position)
        self._open.remove(entry)
        self._open.append(entry)
        return entry[1].read(count)

    def ended(self, heard: Heard, position: int) -> Fraction | None:
        """Return where the sound of the source that now stands at `position` was over, on its file's clock, if known."""
        return next((s.ended for known, s in self._open if known == heard and s.position == position), None)

    def close(self) -> None:
        """Close every source."""
        while self._open:
            self._open.pop()[1].close()

    def _moved(
        self, heard: Heard, same: list[tuple[Heard, SourceSound | VariedSound]], position: int
    ) -> tuple[Heard, SourceSound | VariedSound]:
        """Return a source at `position`: one more of the same if two places of it are heard at once, else the old one."""
        if len(same) > 1 or (same and len(self._open) >= self._at_once):
            entry = same[0]
        else:
            while len(self._open) >= self._at_once:
                self._open.pop(0)[1].close()
            entry = (heard, self._opened(heard))
            self._open.append(entry)
        entry[1].move_to(position)
        return entry

    def _opened(self, heard: Heard) -> SourceSound | VariedSound:
        path = self._path_of(heard.sound.digest)
        if heard.speed == 1:
            return SourceSound(path, heard.sound, heard.source_channel)
        return VariedSound(path, heard.sound, heard.source_channel, heard.speed, heard.origin)
