"""What came out: how many frames are not the ones that were asked for, and how far sound lies from its picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from benchmarks.workload import RATE, SAMPLE_RATE, Event, noise, number_in

_STRETCH = 1 << 12
_REACH = 1 << 13


@dataclass(frozen=True)
class Read:
    """`wrong` frames are not those on display at their instants, `far` of them by more than one; `lag` is in samples."""

    frames: int
    wrong: int
    far: int
    lag: int | None


def read(path: Path, cut: Sequence[Event]) -> Read:
    """Read every frame of a film and the sound of its events."""
    expected = [event.source.on_display(event.start + Fraction(k, RATE)) for event in cut for k in range(event.frames)]
    found: list[int | None] = []
    with av.open(str(path)) as container:
        container.streams.video[0].thread_type = "AUTO"
        lumas = (frame.to_ndarray(format="yuv420p")[: frame.height] for frame in container.decode(video=0))
        found.extend(number_in(luma) for luma in lumas)
    pairs = [(found[k] if k < len(found) else None, number) for k, number in enumerate(expected)]
    wrong = sum(seen != number for seen, number in pairs) + max(0, len(found) - len(expected))
    far = sum(seen is None or abs(seen - number) > 1 for seen, number in pairs) + max(0, len(found) - len(expected))
    return Read(frames=len(found), wrong=wrong, far=far, lag=_lag(path, cut))


def _lag(path: Path, cut: Sequence[Event]) -> int | None:
    with av.open(str(path)) as container:
        if not container.streams.audio:
            return None
        mono = av.AudioResampler(format="flt", layout="mono", rate=SAMPLE_RATE)
        blocks = [part.to_ndarray()[0] for frame in container.decode(audio=0) for part in mono.resample(frame)]
    heard = np.concatenate(blocks)
    worst, at = 0, 0
    for event in cut:
        middle = (at + event.frames / 2) * SAMPLE_RATE / RATE
        length = min(_STRETCH, int(event.frames * SAMPLE_RATE / RATE * 0.8))
        first = int(middle) - length // 2
        source = int(event.start * SAMPLE_RATE) + first - at * SAMPLE_RATE // RATE
        sound = noise(event.source).mean(axis=0)[max(0, source - _REACH) : source + length + _REACH]
        heard_here = heard[first : first + length]
        if len(heard_here) == length:
            worst = max(worst, abs(_offset(heard_here, sound) - min(source, _REACH)), key=abs)
        at += event.frames
    return worst


def _offset(part: np.ndarray, whole: np.ndarray) -> int:
    size = 1 << (len(whole) + len(part)).bit_length()
    product = np.fft.rfft(whole, size) * np.conj(np.fft.rfft(part, size))
    return int(np.argmax(np.fft.irfft(product, size)[: len(whole) - len(part)]))
