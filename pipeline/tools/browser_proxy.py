"""A reel as browsers play it: small, upright, H.264 and AAC in an MP4, on the reel's own clock.

The picture is made by the ffmpeg program, file by file; the sound is read as the mix reads it, with the channels that rule
8 chooses and from the recorder's file where there is one, so that who corrects subtitles hears what was recognised.
"""

import contextlib
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np
from av.audio.frame import AudioFrame

from footage_manifest.media import Scan, VideoFacts
from pipeline.ports.sound import MIX_SAMPLE_RATE
from pipeline.tools.media_open import file_url, open_media, plain_errors
from pipeline.tools.mix_source import SourceSound
from pipeline.tools.process import run_program
from pipeline.tools.programs import Program
from pipeline.tools.sound_reader import Samples
from pipeline.tools.waveform_peaks import HeardStretch

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import OutputContainer
    from av.packet import Packet
    from av.video.stream import VideoStream

RECIPE = 1
"""Raised when the same reel must give another film."""

_BOX = (854, 480)
_FASTEST = 30
_BLOCK = MIX_SAMPLE_RATE
_SOUND_BITS = 96_000
_LOOKS_S = 0.5
_CONTAINERS = (
    "mov,matroska,mpegts,mpeg,avi,mxf,mxf_d10,asf,dv,flv,gif,wav,w64,aiff,caf,au,mp3,flac,ogg,aac,ac3,eac3,amr"
)
"""The demuxers that may look at a file, as in `media_open`: no playlists, no scripts, no network."""

_OUT_TIME = re.compile(rb"^out_time_us=(\d+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownStretch:
    """One file of a reel's picture: its first displayed frame is shown at `start`, and it lasts `length`, in seconds."""

    path: Path
    video: VideoFacts
    start: Fraction
    length: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class ReelToShow:
    """A whole reel: `length` seconds from its zero; `rate` is what a picture of variable rate is shown at."""

    shown: tuple[ShownStretch, ...]
    heard: tuple[HeardStretch, ...]
    length: Fraction
    rate: Fraction


def make_reel_film(reel: ReelToShow, target: Path, program: Program | None, made_ms: Callable[[int], None]) -> None:
    """Write the film of `reel` to `target`, by way of files beside it. Its clock is the reel's, from 0.

    `made_ms` is told how far, in source milliseconds, this has come; what it raises ends the work. `program` is ffmpeg,
    needed where there is a picture. Raises ToolError and MediaError.
    """
    parts = [target.with_name(f"{target.name}.part{number}.mp4") for number in range(len(reel.shown))]
    try:
        for stretch, path in zip(reel.shown, parts, strict=True):
            if program is None:
                raise ValueError("a picture is made by a program")
            _show(stretch, reel, path, program, made_ms)
        with plain_errors("the reel's film cannot be written"):
            _join(reel, parts, target)
    finally:
        for path in parts:
            path.unlink(missing_ok=True)


def shown_size(video: VideoFacts) -> tuple[int, int]:
    """Return the size of a film of this picture: upright, square pixels, even, at most 854 by 480 and never larger."""
    width, height = Fraction(video.width) * video.sample_aspect, Fraction(video.height)
    if video.rotation % 180:
        width, height = height, width
    box = _BOX if width >= height else (_BOX[1], _BOX[0])
    scale = min(Fraction(1), box[0] / width, box[1] / height)
    return max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2)


def shown_rate(video: VideoFacts, otherwise: Fraction) -> Fraction:
    """Return the frames a second of a film of this picture: its own, halved until they are at most thirty."""
    rate = otherwise if video.variable else video.rate
    while rate > _FASTEST:
        rate /= 2
    return rate


# ------------------------------------------------------------------------------------------------------------- picture


def _show(
    stretch: ShownStretch, reel: ReelToShow, path: Path, program: Program, made_ms: Callable[[int], None]
) -> None:
    """Make the film of one file's picture, telling on the way how far it is."""
    report = path.with_suffix(".progress")
    ended = threading.Event()
    failed: list[BaseException] = []

    def work() -> None:
        try:
            run_program(_arguments(stretch, reel, path, report, program))
        except BaseException as error:  # noqa: BLE001 - handed to whoever waits below
            failed.append(error)
        finally:
            ended.set()

    threading.Thread(target=work, name=f"film of {path.name}", daemon=True).start()
    try:
        while not ended.wait(_LOOKS_S):
            made_ms(int(stretch.start * 1000) + _so_far(report))
    finally:
        report.unlink(missing_ok=True)
    if failed:
        raise failed[0]


def _arguments(stretch: ShownStretch, reel: ReelToShow, path: Path, report: Path, program: Program) -> tuple[str, ...]:
    video = stretch.video
    rate = shown_rate(video, reel.rate)
    return (
        str(program.path),
        *("-hide_banner", "-nostdin", "-v", "error", "-y", "-progress", file_url(report), "-stats_period", "0.5"),
        *("-protocol_whitelist", "file", "-format_whitelist", _CONTAINERS, "-copyts", "-i", file_url(stretch.path)),
        *("-map", f"0:{video.index}", "-map_metadata", "-1", "-map_chapters", "-1", "-vf", _filters(stretch, rate)),
        *("-c:v", "libx264", "-profile:v", "main", "-preset", "veryfast", "-crf", "27", "-bf", "0"),
        *("-g", str(max(1, round(rate))), "-pix_fmt", "yuv420p", "-f", "mp4", file_url(path)),
    )


def _filters(stretch: ShownStretch, rate: Fraction) -> str:
    """Return the filters that lay a picture on the reel's clock: each instant shows the frame that is on display then."""
    video = stretch.video
    width, height = shown_size(video)
    lacing = ["bwdif=mode=send_frame"] if video.scan in {Scan.TOP_FIRST, Scan.BOTTOM_FIRST} else []
    return ",".join((
        f"setpts=PTS-({video.start.numerator}/{video.start.denominator})/TB",
        "trim=start=0",
        *lacing,
        f"scale={width}:{height}:flags=bicubic",
        "setsar=1",
        f"fps=fps={rate.numerator}/{rate.denominator}:start_time=0",
        "tpad=stop_mode=clone:stop_duration=2",
        f"trim=end={_decimal(stretch.length)}",
    ))  # fmt: skip


def _decimal(seconds: Fraction) -> str:
    """Return seconds as ffmpeg reads them, to the microsecond."""
    microseconds = round(seconds * 1_000_000)
    return f"{microseconds // 1_000_000}.{microseconds % 1_000_000:06}"


def _so_far(report: Path) -> int:
    """Return how many milliseconds of film the program says it has made."""
    with contextlib.suppress(OSError):
        with report.open("rb") as file:
            file.seek(max(0, report.stat().st_size - 4096))
            said = _OUT_TIME.findall(file.read())
        return int(said[-1]) // 1000 if said else 0
    return 0


# ---------------------------------------------------------------------------------------------------- picture and sound


def _join(reel: ReelToShow, parts: list[Path], target: Path) -> None:
    """Put the pictures one behind the other and lay the sound beside them."""
    options = {"movflags": "+faststart", "fflags": "+bitexact"}
    with av.open(file_url(target), "w", format="mp4", container_options=options) as film:
        picture = _picture_stream(film, parts)
        sound = _Sound(film, reel) if reel.heard else None
        for packet, seconds in _packets(reel, parts):
            if sound is not None:
                sound.write_until(seconds)
            packet.stream = picture  # type: ignore[assignment]
            film.mux(packet)
        if sound is not None:
            sound.write_until(reel.length)
            sound.end()


def _picture_stream(film: "OutputContainer", parts: list[Path]) -> "VideoStream | None":
    if not parts:
        return None
    with open_media(parts[0], ours=True) as first:
        return film.add_stream_from_template(first.streams.video[0])


def _packets(reel: ReelToShow, parts: list[Path]) -> "Iterator[tuple[Packet[VideoStream], Fraction]]":
    """Yield the packets of all parts on the reel's clock, each with its instant in seconds; none refers to a later one."""
    for stretch, path in zip(reel.shown, parts, strict=True):
        with open_media(path, ours=True) as part:
            for packet in part.demux(part.streams.video[0]):
                if packet.pts is None or packet.time_base is None:
                    continue
                seconds = packet.pts * packet.time_base + stretch.start
                packet.pts = packet.dts = floor(seconds / packet.time_base + Fraction(1, 2))
                yield packet, seconds


class _Sound:
    """The sound of a film that is being written."""

    def __init__(self, film: "OutputContainer", reel: ReelToShow) -> None:
        self._film = film
        self._stream: AudioStream = film.add_stream("aac", rate=MIX_SAMPLE_RATE, layout="stereo")
        self._stream.bit_rate = _SOUND_BITS
        self._blocks = _blocks(reel)
        self._written = 0

    def write_until(self, seconds: Fraction) -> None:
        """Write the sound up to an instant of the reel, or to its end."""
        while self._written < seconds * MIX_SAMPLE_RATE:
            block = next(self._blocks, None)
            if block is None:
                return
            frame = AudioFrame.from_ndarray(np.ascontiguousarray(block), format="fltp", layout="stereo")
            frame.sample_rate, frame.pts, frame.time_base = MIX_SAMPLE_RATE, self._written, Fraction(1, MIX_SAMPLE_RATE)
            self._film.mux(self._stream.encode(frame))
            self._written += block.shape[1]

    def end(self) -> None:
        """Write what the encoder holds back."""
        self._film.mux(self._stream.encode(None))


def _blocks(reel: ReelToShow) -> Iterator[Samples]:
    """Yield the reel's sound in blocks of a second, two rows, silence where no file has any."""
    total = floor(reel.length * MIX_SAMPLE_RATE)
    waiting = sorted(reel.heard, key=lambda stretch: stretch.start)
    reading: list[_Reading] = []
    try:
        for begin in range(0, total, _BLOCK):
            end = min(begin + _BLOCK, total)
            while waiting and floor(waiting[0].start * MIX_SAMPLE_RATE) < end:
                reading.append(_Reading(waiting.pop(0)))
            block = np.zeros((2, end - begin), np.float32)
            for one in reading:
                one.add_to(block, begin)
            for ended in [one for one in reading if one.end <= end]:
                ended.close()
                reading.remove(ended)
            yield np.clip(block, -1, 1)
    finally:
        for one in reading:
            one.close()


class _Reading:
    """One file of the sound, read forward; its samples counted from the reel's zero."""

    def __init__(self, stretch: HeardStretch) -> None:
        self._sound = SourceSound(stretch.path, stretch.sound, None)
        self._zero = floor(stretch.sound.zero * MIX_SAMPLE_RATE + Fraction(1, 2))
        self._begin = max(0, floor(stretch.start * MIX_SAMPLE_RATE + Fraction(1, 2)))
        self.end = floor(stretch.end * MIX_SAMPLE_RATE + Fraction(1, 2))
        self._sound.move_to(self._begin + self._zero)

    def add_to(self, block: Samples, begin: int) -> None:
        first, last = max(begin, self._begin), min(begin + block.shape[1], self.end)
        if first < last:
            block[:, first - begin : last - begin] += self._sound.read(last - first)

    def close(self) -> None:
        self._sound.close()
