"""A numbered workload: six sources whose every frame can be told apart, and cuts of many events out of them."""

import random
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

RATE = 25
SAMPLE_RATE = 48_000
SOURCE_SECONDS = 20
BITS = 16
NTSC = Fraction(30000, 1001)
_JITTER = (0, 33, 67, 100, 150, 183, 200, 267, 300, 333, 400, 433, 450, 500, 560, 600, 633, 667, 700, 767)
STAMPS = tuple(stamp * 6 // 10 + 480 * turn for turn in range(SOURCE_SECONDS * 600 // 480) for stamp in _JITTER)
"""Ticks of 1/600 s at which a variable-rate source shows its frames."""


@dataclass(frozen=True)
class Source:
    """One source: number `first + k` is on frame k; `rate` is None where it varies."""

    name: str
    first: int
    rate: Fraction | None
    gop: int

    def on_display(self, instant: Fraction) -> int:
        """Return the number on the frame on display `instant` seconds after the first."""
        if self.rate is not None:
            return self.first + int(instant * self.rate)
        return self.first + sum(Fraction(stamp, 600) <= instant for stamp in STAMPS) - 1


SOURCES = tuple(
    Source(f"source{number}.mov", number * 1000, rate, gop)
    for number, (rate, gop) in enumerate((rate, gop) for rate in (Fraction(RATE), NTSC, None) for gop in (50, 250))
)


@dataclass(frozen=True)
class Event:
    """`frames` output frames from frame `first` of a source, counted at the timeline's rate."""

    source: Source
    first: int
    frames: int

    @property
    def start(self) -> Fraction:
        """Return where it begins in its source, in seconds."""
        return Fraction(self.first, RATE)

    @property
    def length(self) -> Fraction:
        """Return how long it lasts, in seconds."""
        return Fraction(self.frames, RATE)


def events(count: int, frames: int) -> tuple[Event, ...]:
    """Return a cut of `count` events of `frames` frames each, the same every time, its sources by turns.

    No two events are alike, and none shows what another shows as long as the sources are long enough for that.
    """
    dice = random.Random(count)  # noqa: S311 - the same workload every time
    firsts = [_firsts(dice, -(-count // len(SOURCES)), frames) for _ in SOURCES]
    turns = (divmod(k, len(SOURCES)) for k in range(count))
    return tuple(Event(SOURCES[source], firsts[source][turn], frames) for turn, source in turns)


def stretches(source: Source, frames: int) -> tuple[Event, ...]:
    """Return a cut out of one source: events of `frames` frames that begin anywhere in a group of pictures, none alike."""
    begins = range(13, (SOURCE_SECONDS - 1) * RATE - frames, 29)
    return tuple(Event(source, first, frames) for first in reversed(begins))


def _firsts(dice: random.Random, count: int, frames: int) -> list[int]:
    """Return the first frames of a source's events, in no order."""
    room = (SOURCE_SECONDS - 1) * RATE
    apart = frames - 1 if count * frames <= room else 0
    found = sorted(dice.sample(range(room - frames + 1 - apart * (count - 1)), count))
    found = [first + apart * k for k, first in enumerate(found)]
    dice.shuffle(found)
    return found


def make_sources(folder: Path, size: tuple[int, int]) -> None:
    """Make what is not there yet: a few minutes for six sources of 1920x1080."""
    folder.mkdir(parents=True, exist_ok=True)
    for source in SOURCES:
        path = folder / source.name
        if not path.exists():
            print(f"making {source.name} ...", flush=True)
            making = path.with_name(f"making-{source.name}")
            _make(source, making, size)
            making.rename(path)


def noise(source: Source) -> np.ndarray:
    """Return the sound of a source, two channels of 16-bit noise: any stretch of it is like no other."""
    dice = np.random.default_rng(source.first)
    return dice.integers(-3000, 3000, (2, SOURCE_SECONDS * SAMPLE_RATE), np.int16)


def _make(source: Source, path: Path, size: tuple[int, int]) -> None:
    rate = source.rate or Fraction(30)
    stamps = STAMPS if source.rate is None else range(int(SOURCE_SECONDS * source.rate))
    base = Fraction(1, 600) if source.rate is None else 1 / source.rate
    options = {"video_track_timescale": "600"} if source.rate is None else {}
    scenery = _Scenery(size, source.first)
    with av.open(str(path), "w", container_options=options) as container:
        picture = container.add_stream("libx264", rate=rate)
        picture.width, picture.height = size
        picture.pix_fmt = "yuv420p"
        picture.codec_context.time_base = base
        picture.codec_context.gop_size = source.gop
        picture.codec_context.max_b_frames = 2
        picture.options = {"preset": "veryfast", "crf": "14", "sc_threshold": "0"}  # 30 Mbit/s, as cameras record
        picture.colorspace = picture.color_primaries = picture.color_trc = picture.color_range = 1
        sound = container.add_stream("pcm_s16le", rate=SAMPLE_RATE, layout="stereo")
        for k, stamp in enumerate(stamps):
            frame = scenery.frame(source.first + k, k)
            frame.pts, frame.time_base = stamp, base
            container.mux(picture.encode(frame))
        container.mux(picture.encode(None))
        samples = noise(source)
        for start in range(0, samples.shape[1], SAMPLE_RATE):
            block = np.ascontiguousarray(samples[:, start : start + SAMPLE_RATE].T).reshape(1, -1)
            heard = av.AudioFrame.from_ndarray(block, format="s16", layout="stereo")
            heard.sample_rate, heard.pts = SAMPLE_RATE, start
            container.mux(sound.encode(heard))
        container.mux(sound.encode(None))


class _Scenery:
    """A slow pan over a rough landscape with grain, and the frame's number as two rows of squares."""

    def __init__(self, size: tuple[int, int], seed: int) -> None:
        dice = np.random.default_rng(seed)
        self._width, self._height = size
        coarse = dice.integers(40, 200, (self._height // 24 + 12, self._width // 24 + 40)).astype(np.float32)
        rough = np.kron(coarse, np.ones((24, 24), np.float32))
        for axis in (0, 1):
            for _ in range(3):
                rough = (rough + np.roll(rough, 5, axis) + np.roll(rough, -5, axis)) / 3
        self._land = rough.clip(30, 220).astype(np.uint8)
        self._grain = dice.integers(0, 7, (self._height + 64, self._width + 64)).astype(np.uint8)
        self._dice = dice

    def frame(self, number: int, k: int) -> av.VideoFrame:
        height, width = self._height, self._width
        x, y = (k * 2) % 700, (k // 3) % 200
        luma = self._land[y : y + height, x : x + width].copy()
        dx, dy = self._dice.integers(0, 64, 2)
        luma += self._grain[dy : dy + height, dx : dx + width]
        cell = width // (BITS + 2)
        for bit in range(BITS):
            on = number >> (BITS - 1 - bit) & 1
            for row, value in enumerate((on, 1 - on)):
                top, left = height // 3 + row * height // 6, cell * (bit + 1)
                luma[top : top + height // 6, left : left + cell] = 235 if value else 16
        chroma = np.full((height // 2, width), 128, np.uint8)
        chroma[:, : width // 2] = 110 + (number // 1000) * 6
        return av.VideoFrame.from_ndarray(np.vstack([luma, chroma]), format="yuv420p")


def number_in(luma: np.ndarray) -> int | None:
    """Return the number on a frame, None where there is none or it is damaged."""
    height, width = luma.shape
    cell, number = width // (BITS + 2), 0
    for bit in range(BITS):
        x = cell * (bit + 1) + cell // 2
        upper, lower = (
            float(luma[y - 2 : y + 3, x - 2 : x + 3].mean())
            for y in (height // 3 + height // 12, height // 3 + height // 6 + height // 12)
        )
        if abs(upper - lower) < 60:
            return None
        number = number * 2 + (upper > lower)
    return number
