"""Sound files for tests, made on the spot, and what a stored mix holds."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from footage_manifest.model import ChannelChoice
from pipeline.ports.speech import SoundOfReel
from tests.fake_bench import FakeBench


def sweep(seconds: float, rate: int, channels: int = 2) -> np.ndarray:
    """A tone that rises, each channel at its own pitch: no two stretches of it are alike."""
    instants = np.arange(int(seconds * rate)) / rate
    return heard_at(instants, channels)


def heard_at(instants: np.ndarray, channels: int = 2) -> np.ndarray:
    tones = [0.4 * np.sin(2 * np.pi * ((300 + 170 * n) * instants + 60 * instants**2)) for n in range(channels)]
    return np.stack(tones).astype(np.float32)


def write_sound(path: Path, samples: np.ndarray, codec: str, rate: int, layout: str = "stereo", first: int = 0) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate, layout=layout)
        if codec in {"aac", "libmp3lame", "libopus"}:
            stream.bit_rate = 192_000
        for start in range(0, samples.shape[1], 1000):
            block = np.ascontiguousarray(samples[:, start : start + 1000])
            frame = av.AudioFrame.from_ndarray(block, format="fltp", layout=layout)
            frame.sample_rate, frame.pts, frame.time_base = rate, first + start, Fraction(1, rate)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def sound_of(
    bench: FakeBench, path: Path, channels: ChannelChoice = ChannelChoice.STEREO, zero: Fraction | None = None
) -> SoundOfReel:
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        first = Fraction(stream.start_time or 0) * stream.time_base
        return SoundOfReel(
            digest=bench.add(path), stream=stream.index, channels=channels, zero=first if zero is None else zero
        )


def decoded(path: Path) -> np.ndarray:
    """All samples of a file, a row a channel."""
    with av.open(str(path)) as container:
        blocks = []
        for frame in container.decode(audio=0):
            values = frame.to_ndarray()
            blocks.append(values if frame.format.is_planar else values.reshape(-1, len(frame.layout.channels)).T)
        return np.concatenate(blocks, axis=1)
