"""Stretches of two recordings compared sample by sample, and what several of them agree on."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import floor

import av
import numpy as np
from av.audio.frame import AudioFrame

from pipeline.ports.sync import SYNC_SAMPLE_RATE, SoundStretch
from pipeline.ports.work import Bench
from pipeline.tools.sound_reader import Samples, SoundReader

_LOWEST_HZ, _HIGHEST_HZ = 80, 7_000
"""What microphones at different places hear alike; below is rumble, above is what lies in the way."""
_WHITENING = 0.85
"""Of 1, at which only phases count: a hum would else outweigh all that says when."""

_STANDS_OUT = 10.0
"""Medians by which a match must stand out. Seen: 8 in sounds of different events, 60 and more in those of one in noise."""

_AGREE = 0.0015 * SYNC_SAMPLE_RATE
"""Samples within which stretches agree: people move before a microphone, half a metre at most."""
_LEAST_AGREEING = 4
"""Three may do so by chance."""
_STEEPEST = 2e-4 * SYNC_SAMPLE_RATE
"""Samples a second by which clocks may run apart; those of cameras and recorders do by a tenth of that."""
_NO_DRIFT = 3.0
"""Samples over all: below that it is measurement."""


class HeardWindows:
    """The sound of one side at 48 kHz, read a stretch at a time; at most one of its files is open."""

    def __init__(self, stretches: Sequence[SoundStretch], bench: Bench) -> None:
        self._stretches = stretches
        self._bench = bench
        self._open: tuple[SoundStretch, SoundReader] | None = None

    def close(self) -> None:
        """Close what is open."""
        if self._open is not None:
            self._open[1].close()
        self._open = None

    def read(self, start: Fraction, seconds: Fraction) -> tuple[Samples, Fraction]:
        """Return about `seconds` of sound in one row, and the exact instant of its first sample; silence where is none.

        Raises MediaError.
        """
        stretch = self._at(start + seconds / 2)
        reader = self._reader(stretch)
        first = floor((stretch.sound.zero + start) * reader.rate)
        reader.start_at(first)
        row = reader.take(floor(seconds * reader.rate)).mean(axis=0, dtype=np.float32)
        return _resampled(row, reader.rate), Fraction(first, reader.rate) - stretch.sound.zero

    def _at(self, instant: Fraction) -> SoundStretch:
        before = [stretch for stretch in self._stretches if stretch.start <= instant]
        return before[-1] if before else self._stretches[0]

    def _reader(self, stretch: SoundStretch) -> SoundReader:
        if self._open is not None and self._open[0] is stretch:
            return self._open[1]
        self.close()
        reader = SoundReader(self._bench.path(stretch.sound.digest), stretch.sound, None)
        self._open = (stretch, reader)
        return reader


def _resampled(row: Samples, rate: int) -> Samples:
    if rate == SYNC_SAMPLE_RATE:
        return row
    resampler = av.AudioResampler(format="flt", layout="mono", rate=SYNC_SAMPLE_RATE)
    frame = AudioFrame.from_ndarray(np.ascontiguousarray(row).reshape(1, -1), format="flt", layout="mono")
    frame.sample_rate = rate
    frames = [*resampler.resample(frame), *resampler.resample(None)]
    return np.concatenate([np.zeros(0, np.float32), *(one.to_ndarray().reshape(-1) for one in frames)])


def lag_between(short: Samples, long: Samples) -> float | None:
    """Return at which sample of `long` `short` begins, in parts of a sample; None where nothing says so.

    Spectra are flattened (Knapp and Carter's phase transform, not quite whole), so that it is the beginnings of sounds
    and not their pitch that have to match.
    """
    room = len(long) - len(short)
    if room < 1 or not short.any() or not long.any():
        return None
    size = 1 << (len(long) + len(short)).bit_length()
    cross = np.fft.rfft(long, size) * np.conj(np.fft.rfft(short, size))
    strength = np.abs(cross)
    hertz = np.arange(len(cross)) * (SYNC_SAMPLE_RATE / size)
    heard = (hertz >= _LOWEST_HZ) & (hertz <= _HIGHEST_HZ) & (strength > 0)
    cross[~heard] = 0
    cross[heard] /= strength[heard] ** _WHITENING
    alike = np.abs(np.fft.irfft(cross, size)[: room + 1])  # a microphone may be wired the other way round
    best = int(np.argmax(alike))
    if alike[best] < _STANDS_OUT * float(np.median(alike)):
        return None
    if not 0 < best < room:
        return float(best)
    before, at, after = alike[best - 1 : best + 2]
    curved = before - 2 * at + after
    return best + (0.5 * float((before - after) / curved) if curved else 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What stretches say of an offset: `agreed` of them, as a part of 1, lie on one line.

    `start` and `end` are the instants, in seconds from the reel's zero, between which both sides recorded.
    """

    agreed: Fraction
    start: Fraction
    end: Fraction
    level: float
    slope: float

    @property
    def middle(self) -> Fraction:
        """Return the instant for which one offset is best."""
        return (self.start + self.end) / 2

    def offset_at(self, instant: Fraction) -> int:
        """Return the offset, in samples, that is true at an instant."""
        return floor(self.level + self.slope * float(instant - self.middle) + 0.5)

    def is_same_as(self, other: "Agreement") -> bool:
        """Return whether both say the same place."""
        return abs(self.offset_at(self.middle) - other.offset_at(self.middle)) <= 2 * _AGREE


def agreement(measured: Sequence[tuple[float, float]], tried: int, start: Fraction, end: Fraction) -> Agreement | None:
    """Return the line that most of the (instant in seconds, offset in samples) lie on, of `tried` stretches.

    None where too few lie on one.
    """
    middle = float(start + end) / 2
    points = [(instant - middle, offset) for instant, offset in measured]
    if not points:
        return None
    lines = [(offset, 0.0) for _, offset in points]
    for (at, offset), (later, other) in combinations(points, 2):
        slope = (other - offset) / (later - at) if later > at else 0.0
        if slope and abs(slope) <= _STEEPEST:
            lines.append((offset - slope * at, slope))
    level, slope = max(lines, key=lambda line: (len(_near(points, *line)), -abs(line[1])))
    near = _near(points, level, slope)
    if len(near) < _LEAST_AGREEING:
        return None
    slope = _slope(near, float(end - start))
    level = float(np.median([offset - slope * at for at, offset in near]))
    return Agreement(agreed=Fraction(len(near), tried), start=start, end=end, level=level, slope=slope)


def _near(points: Sequence[tuple[float, float]], level: float, slope: float) -> list[tuple[float, float]]:
    return [(at, offset) for at, offset in points if abs(level + slope * at - offset) <= _AGREE]


def _slope(points: Sequence[tuple[float, float]], length: float) -> float:
    """Return the slope through points that lie near one line, by those far apart; 0 where it comes to nothing."""
    slopes = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in combinations(points, 2) if b[0] - a[0] >= length / 3]
    slope = float(np.median(slopes)) if slopes else 0.0
    return slope if abs(slope) * length > _NO_DRIFT else 0.0
