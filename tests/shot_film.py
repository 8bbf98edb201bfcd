"""Films made of textures, with cuts, a pan, a flash, a dissolve, a camera that starts to move, black and a fade."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT = 160, 96
Picture = NDArray[np.float64]


def texture(seed: int) -> Picture:
    chance = np.random.default_rng(seed)
    picture = np.zeros((270, 480, 3)) + chance.uniform(40, 200, 3)
    for _ in range(25):
        x, y = chance.integers(0, 480), chance.integers(0, 270)
        wide, high = chance.integers(10, 90), chance.integers(10, 70)
        part = picture[max(0, y - high) : y + high, max(0, x - wide) : x + wide]
        part[...] = part * 0.4 + chance.uniform(0, 255, 3) * 0.6
    return picture


def at(picture: Picture, x: int, y: int) -> Picture:
    return picture[y : y + HEIGHT, x : x + WIDTH]


def scenes(seed: int) -> Iterator[tuple[bool, list[Picture]]]:
    """Yield (whether a cut leads to it, the frames)."""
    one, two, three, four = (texture(seed * 10 + number) for number in range(4))
    yield False, [at(one, 60, 60)] * 24
    yield True, [at(two, step * 5, 60) for step in range(40)]
    yield True, [at(three, 60, 60)] * 20
    yield False, [at(three, 60, 60) + 140] * 2
    yield False, [at(three, 60, 60)] * 20
    mixed = [step / 13 for step in range(1, 13)]
    yield False, [at(three, 60, 60) * (1 - share) + at(four, 60, 60) * share for share in mixed]
    yield False, [at(four, 60, 60)] * 20
    yield False, [at(four, 60 + step * 6, 60 + step * 2) for step in range(30)]
    yield True, [at(one, 200, 100)] * 8
    yield True, [at(two, 100, 100)] * 24
    yield True, [np.zeros((HEIGHT, WIDTH, 3))] * 15
    yield True, [at(three, 100, 20)] * 20
    yield False, [at(three, 100, 20) * (1 - step / 25) for step in range(25)]


def made(seed: int) -> tuple[list[NDArray[np.uint8]], list[int]]:
    """Return the frames of a film, with grain, and the numbers of those that begin a shot."""
    grain = np.random.default_rng(seed)
    frames: list[NDArray[np.uint8]] = []
    cuts = []
    for cut, pictures in scenes(seed):
        if cut:
            cuts.append(len(frames))
        frames += [np.clip(one + grain.normal(0, 3, one.shape), 0, 255).astype(np.uint8) for one in pictures]
    return frames, cuts


def written(path: Path, frames: list[NDArray[np.uint8]], rate: Fraction, codec: str = "libx264") -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        if codec == "libx264":
            stream.options = {"crf": "23", "preset": "veryfast"}
        for frame in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode())
    return path
