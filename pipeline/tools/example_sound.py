"""The sound of the made-up example: the synthetic voices it ships with, a room around them, and a river."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]

SAMPLE_RATE = 48_000


def voice(path: Path) -> Samples:
    """Return a voice's samples, mono at 48 kHz, between -1 and 1."""
    with av.open(str(path)) as container:
        resampler = av.AudioResampler(format="flt", layout="mono", rate=SAMPLE_RATE)
        frames = [made for frame in container.decode(audio=0) for made in resampler.resample(frame)]
        frames += resampler.resample(None)
    return np.concatenate([frame.to_ndarray()[0] for frame in frames]).astype(np.float32)


def loudness_at(sound: Samples, seconds: tuple[Fraction, ...]) -> tuple[float, ...]:
    """Return how loud a voice is at each instant, 0 to 1 of its own usual loudest, for drawing a mouth."""
    half = SAMPLE_RATE // 40
    energy = np.concatenate(([0.0], np.cumsum(np.square(sound, dtype=np.float64))))
    middles = np.array([int(instant * SAMPLE_RATE) for instant in seconds])
    first, last = np.clip(middles - half, 0, len(sound)), np.clip(middles + half, 0, len(sound))
    levels = np.sqrt((energy[last] - energy[first]) / (2 * half))
    usual = float(np.percentile(levels, 92)) or 1.0
    return tuple(float(level) for level in np.clip(levels / usual - 0.06, 0, 1))


def room(samples: int, seed: int) -> Samples:
    """Return the faint hum of a room, about 60 dB below full scale."""
    return _coloured(samples, seed, 400.0, 0.001)


def river(samples: int) -> Samples:
    """Return running water with a bird now and then."""
    sound = _coloured(samples, 71, 1800.0, 0.022)
    sound *= 1 + 0.3 * np.sin(np.arange(samples) * (2 * np.pi * 0.17 / SAMPLE_RATE))
    for start, pitch in ((0.9, 3100), (1.2, 3400), (4.1, 2700), (4.35, 2900), (4.6, 2700), (8.2, 3300), (8.5, 3000)):
        at = round(start * SAMPLE_RATE)
        chirp = _chirp(pitch)[: max(0, samples - at)]
        sound[at : at + len(chirp)] += chirp
    return sound


def _chirp(pitch: int) -> Samples:
    time = np.arange(SAMPLE_RATE // 6) / SAMPLE_RATE
    bend = 2 * np.pi * (pitch * time + 90 * np.sin(2 * np.pi * 14 * time) / 14)
    chirp: Samples = (0.03 * np.sin(bend) * np.sin(np.pi * time * 6) ** 2).astype(np.float32)
    return chirp


def _coloured(samples: int, seed: int, corner_hz: float, level: float) -> Samples:
    noise = np.random.default_rng(seed).standard_normal(samples)
    pitches = np.fft.rfftfreq(samples, 1 / SAMPLE_RATE)
    shaped = np.fft.irfft(np.fft.rfft(noise) / (1 + (pitches / corner_hz) ** 2), samples)
    scaled: Samples = (shaped * (level / np.sqrt(np.mean(np.square(shaped))))).astype(np.float32)
    return scaled
