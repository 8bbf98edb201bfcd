"""One clip of the made-up example: its frames drawn and encoded, its sound beside them, as a camera would hand it in."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.packet import Packet
from av.video.stream import VideoStream

from footage_manifest.timecode import Clock, Label
from pipeline.ports.work import Progress
from pipeline.tools.example_label import NOTICE, Marks
from pipeline.tools.example_paint import Picture
from pipeline.tools.example_scenes import Scene
from pipeline.tools.example_sound import SAMPLE_RATE, Samples

_CHUNK = 1024
_BT709, _LIMITED = 1, 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """What one clip is made of.

    Frame n is shown from `ticks[n]` / `tick_rate` seconds; `levels` says how loud the voice is then. `start` is the
    label of its first frame as counted by `clock`, and is written into the file as timecode where `embedded`. An
    `upright` clip is stored lying on its side and turned a quarter clockwise to be shown, as a phone does.
    """

    reel: str
    number: int
    scene: Scene
    ticks: tuple[int, ...]
    tick_rate: Fraction
    clock: Clock
    start: Label
    embedded: bool = False
    upright: bool = False
    levels: tuple[float, ...]
    sound: Samples
    channels: int = 2

    def instant(self, frame: int) -> Fraction:
        """Return when `frame` begins, in seconds from the first."""
        return self.ticks[frame] / self.tick_rate

    def timecode(self, frame: int) -> str:
        """Return the label of `frame`."""
        return str(self.clock.label(self.clock.frame(self.start) + int(self.instant(frame) * self.clock.rate)))


def write_clip(clip: Clip, path: Path, progress: Progress, task: str) -> None:
    """Draw and encode `clip` into `path` (.mp4 or .mov); the same clip is written the same way again.

    x264 gets one thread, since its slices, and so the bytes, would otherwise follow the number of cores.
    """
    with _container(clip, path) as (container, pictures, sounds):
        waiting = list(_sound_packets(clip, sounds))
        for frame, packets in enumerate(_picture_packets(clip, pictures)):
            instant = clip.instant(frame)
            while waiting and waiting[0][0] <= instant:
                container.mux(waiting.pop(0)[1])
            container.mux(packets)
            progress.advance(task, 1)
        container.mux([packet for _, packet in waiting])
        container.mux(pictures.encode(None))


@contextmanager
def _container(clip: Clip, path: Path) -> Iterator[tuple[OutputContainer, VideoStream, AudioStream]]:
    width, height = reversed(clip.scene.size) if clip.upright else clip.scene.size
    with av.open(str(path), "w", container_options={"fflags": "+bitexact"}) as container:
        container.metadata["comment"] = f"{NOTICE}: drawn and spoken by machine; no such person exists"
        stream = container.add_stream("libx264", rate=round(clip.clock.rate) if clip.upright else clip.tick_rate)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        context = stream.codec_context
        context.time_base = 1 / clip.tick_rate
        context.thread_count = 1
        context.options = {"preset": "veryfast", "crf": "23", "keyint": "100", "x264-params": "cpu-independent=1"}
        context.color_primaries = context.color_trc = context.colorspace = _BT709
        context.color_range = _LIMITED
        if clip.upright:
            stream.set_display_rotation(-90)
        if clip.embedded:
            stream.metadata["timecode"] = str(clip.start)
        sound = container.add_stream("aac", rate=SAMPLE_RATE, layout="stereo" if clip.channels == 2 else "mono")
        sound.bit_rate = 64_000 * clip.channels
        yield container, stream, sound


def _picture_packets(clip: Clip, stream: VideoStream) -> "Iterator[list[Packet[VideoStream]]]":
    picture = Picture.black(*clip.scene.size)
    marks = Marks(*clip.scene.size, clip.reel, clip.number)
    for number, tick in enumerate(clip.ticks):
        clip.scene.draw(picture, float(clip.instant(number)), clip.levels[number])
        marks.draw(picture, number, clip.timecode(number))
        frame = av.VideoFrame.from_ndarray(picture.turned_left().block if clip.upright else picture.block, "yuv420p")
        frame.pts, frame.time_base = tick, 1 / clip.tick_rate
        yield list(stream.encode(frame))


def _sound_packets(clip: Clip, stream: AudioStream) -> "Iterator[tuple[Fraction, Packet[AudioStream]]]":
    layout = "stereo" if clip.channels == 2 else "mono"
    for start in range(0, len(clip.sound), _CHUNK):
        chunk = np.ascontiguousarray(np.tile(clip.sound[start : start + _CHUNK], (clip.channels, 1)))
        frame = av.AudioFrame.from_ndarray(chunk, "fltp", layout)
        frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, start, Fraction(1, SAMPLE_RATE)
        yield from ((Fraction(start, SAMPLE_RATE), packet) for packet in stream.encode(frame))
    yield from ((Fraction(len(clip.sound), SAMPLE_RATE), packet) for packet in stream.encode(None))
