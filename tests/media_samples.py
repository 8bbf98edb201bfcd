"""Small films whose every frame carries its number, machine-readable, and how to read it back.

The number is drawn as a strip of black and white squares: 16 bits, the same inverted, so that a wrong, mixed or
misplaced strip is noticed. It survives scaling, rotation to upright, and any sane encoding.
"""

from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.frame import VideoFrame
from PIL import Image

BITS = 16
ROWS = 2


@dataclass(frozen=True, kw_only=True)
class Sample:
    """What to make: frame k carries number `first + k` and is shown at `stamps[k]` ticks, or k / rate."""

    name: str
    rate: Fraction
    frames: int = 60
    size: tuple[int, int] = (320, 192)
    first: int = 0
    stamps: tuple[int, ...] = ()
    time_base: Fraction | None = None
    codec: str = "libx264"
    pixels: str = "yuv420p"
    gop: int = 12
    b_frames: int = 2
    rotation: int = 0
    codec_options: dict[str, str] = field(default_factory=dict)
    container_options: dict[str, str] = field(default_factory=dict)
    sound_seconds: Fraction | None = None
    metadata: dict[str, str] = field(default_factory=dict)
    turned: int = 0


def numbered(number: int, size: tuple[int, int], shade: int = 0) -> Image.Image:
    """Draw a frame: a grey field that moves with the number, and the strip across the middle."""
    width, height = size
    column = (np.arange(width) * 2 + number * 5 + shade) % 160 + 48
    grey = np.repeat(column[None, :], height, axis=0).astype(np.uint8)
    cell_width, cell_height = width // (BITS + 2), height // 6
    left, top = (width - cell_width * BITS) // 2, (height - cell_height * ROWS) // 2
    for bit in range(BITS):
        on = number >> (BITS - 1 - bit) & 1
        for row, value in enumerate((on, 1 - on)):
            y, x = top + row * cell_height, left + bit * cell_width
            grey[y : y + cell_height, x : x + cell_width] = 235 if value else 16
    return Image.merge("RGB", [Image.fromarray(grey)] * 3)


def number_in(luma: np.ndarray, size: tuple[int, int] | None = None) -> int:
    """Read the number back from the luma of a frame, or of the upright picture's place inside it."""
    height, width = luma.shape
    cell_width, cell_height = width / (BITS + 2), height / 6
    left, top = (width - cell_width * BITS) / 2, (height - cell_height * ROWS) / 2
    columns = np.array([int(left + (bit + 0.5) * cell_width) for bit in range(BITS)])
    around = columns[:, None] + np.array([-1, 0, 1])
    upper, lower = (
        luma[y - 1 : y + 2][:, around].mean(axis=(0, 2))
        for y in (int(top + 0.5 * cell_height), int(top + 1.5 * cell_height))
    )
    assert np.abs(upper - lower).min() > 60, f"no strip: {upper.round()} and {lower.round()}"
    return int("".join("1" if above else "0" for above in upper > lower), 2)


def luma_of(frame: VideoFrame) -> np.ndarray:
    """Return the luma of a yuv420p frame."""
    return frame.to_ndarray()[: frame.height]


def numbers_in(path: Path) -> list[int]:
    """Decode a whole film and read every frame's number, in the order shown."""
    with av.open(str(path)) as container:
        return [number_in(luma_of(frame.reformat(format="yuv420p"))) for frame in container.decode(video=0)]


def make(sample: Sample, folder: Path) -> Path:
    """Make the film and return its path."""
    path = folder / sample.name
    time_base = sample.time_base or 1 / sample.rate
    with av.open(str(path), "w", container_options=sample.container_options) as container:
        container.metadata.update(sample.metadata)
        stream = container.add_stream(sample.codec, rate=sample.rate)
        stream.width, stream.height = sample.size
        stream.pix_fmt = sample.pixels
        stream.codec_context.time_base = time_base
        stream.codec_context.gop_size = sample.gop
        if sample.codec == "libx264":
            stream.codec_context.max_b_frames = sample.b_frames
            stream.options = {"preset": "veryfast", "crf": "18", "sc_threshold": "0", **sample.codec_options}
        else:
            stream.options = dict(sample.codec_options)
        stream.codec_context.thread_count = 1
        if sample.rotation:
            stream.set_display_rotation(-sample.rotation)
        sound = container.add_stream("aac", rate=48000, layout="stereo") if sample.sound_seconds else None
        stamps = sample.stamps or tuple(range(sample.frames))
        for k, stamp in enumerate(stamps):
            picture = _picture(sample, sample.first + k)
            frame = VideoFrame.from_image(picture).reformat(
                format=sample.pixels, dst_colorspace="itu709", dst_color_range="MPEG"
            )
            frame.pts, frame.time_base = stamp, time_base
            frame.pict_type = 0
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
        if sound is not None:
            _add_silence(container, sound, sample.sound_seconds)
    return path


def shown_at(sample: Sample, instant: Fraction) -> int:
    """Return the number on display at an instant: the rule, written once more and differently.

    Before its first frame a film shows that one, after its last that.
    """
    if sample.stamps:
        times = [(stamp - sample.stamps[0]) * sample.time_base for stamp in sample.stamps]
        started = [k for k, start in enumerate(times) if start <= instant + sample.time_base / 2]
        return sample.first + (started[-1] if started else 0)
    count = sample.frames
    covering = [k for k in range(count) if k / sample.rate <= instant < (k + 1) / sample.rate]
    return sample.first + (covering[0] if covering else 0 if instant < 0 else count - 1)


def trimmed(path: Path, frames: int, to: Path) -> Path:
    """Copy a film's packets so that its edit list leaves out the first `frames`, as a phone's trim does."""
    with av.open(str(path)) as source, av.open(str(to), "w") as copy:
        stream = source.streams.video[0]
        made = copy.add_stream_from_template(stream)
        shift = round(frames / stream.average_rate / stream.time_base)
        for packet in source.demux(stream):
            if packet.dts is not None:
                packet.pts, packet.dts = packet.pts - shift, packet.dts - shift
                packet.stream = made
                copy.mux(packet)
    return to


def _picture(sample: Sample, number: int) -> Image.Image:
    if not sample.turned:
        return numbered(number, sample.size)
    upright = sample.size if sample.turned % 180 == 0 else (sample.size[1], sample.size[0])
    return numbered(number, upright).rotate(sample.turned, expand=True)


def _add_silence(container, stream, seconds: Fraction) -> None:
    samples, position = int(seconds * 48000), 0
    while position < samples:
        count = min(1024, samples - position)
        frame = av.AudioFrame.from_ndarray(np.zeros((2, count), np.float32), format="fltp", layout="stereo")
        frame.sample_rate, frame.pts = 48000, position
        container.mux(stream.encode(frame))
        position += count
    container.mux(stream.encode(None))


NTSC = Fraction(30000, 1001)
FILM = Fraction(24000, 1001)
NTSC_60 = Fraction(60000, 1001)

_JITTER = (0, 33, 67, 100, 150, 183, 200, 267, 300, 333, 400, 433, 450, 500, 560, 600, 633, 667, 700, 767)
VARIABLE_STAMPS = tuple(stamp * 6 // 10 + 480 * turn for turn in range(3) for stamp in _JITTER)
"""Ticks of 1/600 s: a phone that drops and doubles its pace; 60 frames, 24 s/600 apart at most."""

SAMPLES = {
    sample.name: sample
    for sample in (
        Sample(name="plain25.mp4", rate=Fraction(25), frames=100, sound_seconds=Fraction(4)),
        Sample(name="long_gop25.mp4", rate=Fraction(25), frames=150, gop=250, b_frames=3, first=1000),
        Sample(name="ntsc.mkv", rate=NTSC, frames=120, first=2000),
        Sample(name="film.ts", rate=FILM, frames=120, first=3000, sound_seconds=Fraction(5)),
        Sample(name="sixty.ts", rate=NTSC_60, frames=150, first=4000),
        Sample(
            name="ntsc600.mov",
            rate=NTSC,
            frames=90,
            first=5000,
            container_options={"video_track_timescale": "600"},
        ),
        Sample(
            name="variable.mov",
            rate=Fraction(30),
            frames=60,
            first=6000,
            stamps=VARIABLE_STAMPS,
            time_base=Fraction(1, 600),
            container_options={"video_track_timescale": "600"},
        ),
        Sample(name="intra.mov", rate=Fraction(25), codec="mjpeg", pixels="yuvj422p", first=7000),
        Sample(name="ten_bit.mkv", rate=Fraction(50), pixels="yuv422p10le", first=8000),
        Sample(name="old.avi", rate=Fraction(25), codec="libx264", first=10_000, frames=60),
        Sample(name="older.avi", rate=Fraction(25), codec="mpeg4", first=11_000, frames=60),
        Sample(
            name="hevc.mp4",
            rate=Fraction(30),
            codec="libx265",
            first=12_000,
            frames=90,
            codec_options={"preset": "ultrafast", "x265-params": "keyint=45:bframes=3:log-level=none:pools=1"},
        ),
        Sample(
            name="open_gop.mp4",
            rate=Fraction(25),
            first=13_000,
            frames=75,
            gop=15,
            b_frames=3,
            codec_options={"x264-params": "open-gop=1:b-pyramid=normal"},
        ),
        # Held on its side: coded turned a quarter anticlockwise, to be shown turned a quarter clockwise.
        Sample(name="upright.mp4", rate=NTSC, size=(320, 192), rotation=90, turned=90, first=9000),
    )
}
