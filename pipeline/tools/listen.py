"""Listening to a reel: its sound as speech engines want it, 16 kHz and mono, in the reel's own time."""

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt
from av import AudioFrame, AudioResampler

from pipeline.ports.speech import SoundOfReel, Span
from pipeline.tools.sound_reader import SoundReader

HEARING_RATE = 16_000
"""Samples a second that speech engines hear."""

Samples = npt.NDArray[np.float32]
"""One row of samples at 16 kHz, full scale 1.0."""

_PIECE_S = 10
"""Seconds read at a time, so that a reel of hours needs no more memory than one of minutes."""


class Listener:
    """The sound of one reel, heard from any millisecond of the reel's time; not to be shared between threads.

    Channels are chosen by rule 8; where the choice is stereo, both sides are heard together. All raise MediaError.
    """

    def __init__(self, path: Path, sound: SoundOfReel) -> None:
        self._reader = SoundReader(path, sound, None)
        self._zero = sound.zero

    @classmethod
    @contextmanager
    def of(cls, path: Path, sound: SoundOfReel) -> Iterator[Self]:
        """Open the file of a reel's sound, and close it at the end."""
        listener = cls(path, sound)
        try:
            yield listener
        finally:
            listener.close()

    def close(self) -> None:
        """Close the file."""
        self._reader.close()

    def span(self, span: Span) -> Samples:
        """Return the sound from `start_ms`, inclusive, to `end_ms`, exclusive; silence where the file has none."""
        wanted = (span.end_ms - span.start_ms) * HEARING_RATE // 1000
        start, end = self._sample(span.start_ms), self._sample(span.end_ms)
        heard, at = np.zeros(wanted, np.float32), 0
        for block in self._resampled(start, end):
            kept = block[: wanted - at]
            heard[at : at + len(kept)] = kept
            at += len(kept)
        return heard

    def blocks(self, start_ms: int = 0, end_ms: int | None = None) -> Iterator[Samples]:
        """Yield the sound from `start_ms`, inclusive, in blocks of some seconds; to its end, or to `end_ms`, exclusive."""
        yield from self._resampled(self._sample(start_ms), None if end_ms is None else self._sample(end_ms))

    def _sample(self, ms: int) -> int:
        return floor((self._zero + Fraction(ms, 1000)) * self._reader.rate + Fraction(1, 2))

    def _resampled(self, start: int, end: int | None) -> Iterator[Samples]:
        resampler = AudioResampler(format="flt", layout="mono", rate=HEARING_RATE)
        for piece in self._pieces(start, end):
            frame = AudioFrame.from_ndarray(piece.reshape(1, -1), format="flt", layout="mono")
            frame.sample_rate = self._reader.rate
            for resampled in resampler.resample(frame):
                yield _row(resampled)
        for resampled in resampler.resample(None):
            yield _row(resampled)

    def _pieces(self, start: int, end: int | None) -> Iterator[Samples]:
        reader, position = self._reader, start
        reader.start_at(start)
        while end is None or position < end:
            count = reader.rate * _PIECE_S if end is None else min(reader.rate * _PIECE_S, end - position)
            piece = reader.take(count).mean(axis=0, dtype=np.float32)
            if reader.ended is not None and reader.ended < position + count:
                kept = max(0, reader.ended - position)
                if kept:
                    yield np.ascontiguousarray(piece[:kept])
                return
            yield np.ascontiguousarray(piece)
            position += count


def _row(frame: AudioFrame) -> Samples:
    return frame.to_ndarray().reshape(-1).astype(np.float32, copy=False)
