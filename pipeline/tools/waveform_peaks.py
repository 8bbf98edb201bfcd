"""The waveform of a reel, as the page draws it: how loud its sound is, a hundred times a second."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from pathlib import Path

import numpy as np

from pipeline.ports.speech import SoundOfReel
from pipeline.tools.listen import HEARING_RATE, Listener, Samples

PEAK_MS = 10
_SAMPLES_A_PEAK = HEARING_RATE * PEAK_MS // 1000
_FULL = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardStretch:
    """One file of a reel's sound: heard from `start` up to, not including, `end`, in seconds from the reel's zero.

    `sound.zero` is where the REEL's zero lies on the file's clock.
    """

    path: Path
    sound: SoundOfReel
    start: Fraction
    end: Fraction


def peaks(stretches: Iterable[HeardStretch], heard_ms: Callable[[int], None]) -> bytes:
    """Return the highest sample of every ten milliseconds from the reel's zero on, one byte each, 255 for full scale.

    What no file holds is silence. `heard_ms` is told how far, in source milliseconds, this has come; what it raises ends
    the listening. Raises MediaError for sound that cannot be read.
    """
    found = bytearray()
    for stretch in stretches:
        first = max(0, ceil(stretch.start * 1000 / PEAK_MS))
        begin_ms, end_ms = first * PEAK_MS, int(stretch.end * 1000)
        found.extend(bytes(max(0, first - len(found))))
        if end_ms <= begin_ms:
            continue
        with Listener.of(stretch.path, stretch.sound) as listener:
            for row in _rows(listener.blocks(begin_ms, end_ms)):
                found.extend(row)
                heard_ms(len(found) * PEAK_MS)
    return bytes(found)


def _rows(blocks: Iterator[Samples]) -> Iterator[bytes]:
    """Yield the peaks of sound that comes in blocks of any length."""
    left = np.zeros(0, np.float32)
    for block in blocks:
        samples = np.concatenate([left, block])
        whole = len(samples) // _SAMPLES_A_PEAK * _SAMPLES_A_PEAK
        left = samples[whole:]
        if whole:
            yield _highest(samples[:whole].reshape(-1, _SAMPLES_A_PEAK))
    if len(left):
        yield _highest(left.reshape(1, -1))


def _highest(rows: Samples) -> bytes:
    levels = np.abs(rows).max(axis=1) * _FULL
    return bytes(np.clip(np.rint(levels), 0, _FULL).astype(np.uint8))
