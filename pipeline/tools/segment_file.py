"""One segment as a file: encoded by the recipe that makes its bytes the same on any machine, then decoded again."""

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from pathlib import Path

import av
from av.container import OutputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from pipeline.errors import ToolError
from pipeline.ports.picture import SegmentRequest, VideoEncoding
from pipeline.tools.media_open import create_mp4, open_container, words_of

_BT709, _VIDEO_RANGE = 1, 1  # code points of ITU-T H.273
_SOUND_RATE = 48_000

RECIPE = "threads=1:cpu-independent=1:open-gop=0:stitchable=1:colorprim=bt709:transfer=bt709:colormatrix=bt709:range=tv"
"""x264's: one thread, no CPU features that change results, closed GOPs, headers that do not depend on content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeSegment:
    """A finished segment file: SHA-256 over its packets' bytes and over its codec headers, in hex."""

    path: Path
    frames: int
    packets: str
    headers: str


def track_timescale(rate: Fraction) -> int:
    """Return the ticks a second in which each frame at `rate` is a whole number of ticks."""
    return rate.numerator if rate.denominator > 1 else rate.numerator * 512


def movie_timescale(rate: Fraction) -> int:
    """Return the ticks a second in which frames and samples at 48 kHz are whole: declared lengths are then exact."""
    return lcm(_SOUND_RATE, rate.numerator)


class SegmentWriter:
    """Encodes frames into one MP4. Use it for one segment, from one thread."""

    def __init__(self, path: Path, request: SegmentRequest) -> None:
        """Create the file. Raises ToolError for an encoding that is not to be had."""
        self._path = path
        self._request = request
        if request.encoding.codec != "libx264":
            raise ToolError(f"encoding with '{request.encoding.codec}' is not built yet", "use libx264")
        self._container: OutputContainer = create_mp4(
            path, movie_timescale(request.rate), track_timescale(request.rate)
        )
        self._stream = self._container.add_stream("libx264", rate=request.rate, options=options(request))
        _describe(self._stream, request)

    def write(self, frame: VideoFrame, number: int) -> None:
        """Encode `frame` as the segment's frame `number`, counted from 0. Raises ToolError where the encoder fails."""
        frame.pts = number
        frame.time_base = 1 / self._request.rate
        frame.pict_type = 0  # else the source's own frame types force x264's
        frame.colorspace, frame.color_range = _BT709, _VIDEO_RANGE
        frame.color_primaries = frame.color_trc = _BT709
        try:
            self._container.mux(self._stream.encode(frame))
        except av.FFmpegError as error:
            raise ToolError(f"the encoder failed at frame {number}: {words_of(error)}") from None

    def finish(self) -> MadeSegment:
        """Close the file, decode it again, and return what it is. Raises ToolError where that is not what was asked for."""
        try:
            self._container.mux(self._stream.encode(None))
            self._container.close()
        except (av.FFmpegError, OSError) as error:
            raise ToolError(f"a segment could not be written: {words_of(error)}", "is the disk full?") from None
        return checked(self._path, self._request.frames, self._request.rate)

    def abandon(self) -> None:
        """Close and remove the file."""
        with suppress(av.FFmpegError):
            self._container.close()
        self._path.unlink(missing_ok=True)


def options(request: SegmentRequest) -> dict[str, str]:
    """Return the encoder's options, every one of which changes bytes."""
    encoding: VideoEncoding = request.encoding
    longest_gop = max(1, round(encoding.keyframe_seconds * request.rate))
    return {
        "preset": encoding.preset,
        "crf": str(encoding.crf),
        "x264-params": f"{RECIPE}:keyint={longest_gop}",
    }


def checked(path: Path, frames: int, rate: Fraction) -> MadeSegment:
    """Return what the segment at `path` is, every frame of it decoded.

    Raises ToolError where it does not hold `frames` frames, each one frame's length after the other from 0.
    """
    container = open_container(path)
    try:
        stream = container.streams.video[0]
        decode_to_check(stream)
        digest = hashlib.sha256()
        shown: list[Fraction] = []
        for packet in container.demux(stream):
            digest.update(bytes(packet))
            shown.extend(_instants(packet.decode()))
        headers = hashlib.sha256(stream.codec_context.extradata or b"").hexdigest()
    except av.FFmpegError as error:
        raise ToolError(f"a segment cannot be decoded again: {words_of(error)}") from None
    finally:
        container.close()
    if shown != [number / rate for number in range(frames)]:
        raise ToolError(f"a segment of {frames} frames was decoded as {len(shown)}, or at other times")
    return MadeSegment(path=path, frames=frames, packets=digest.hexdigest(), headers=headers)


def decode_to_check(stream: VideoStream) -> None:
    """Set `stream` up, before its first packet, for decoding that only asks whether every frame is there and sound."""
    stream.codec_context.thread_count = 1
    # Damage is noticed while a packet is read; smoothing block edges afterwards is for a viewer, and a sixth of the time.
    stream.codec_context.options = {"skip_loop_filter": "all"}


def _instants(frames: list[VideoFrame]) -> Iterator[Fraction]:
    for frame in frames:
        if frame.pts is not None and frame.time_base is not None and not frame.is_corrupt:
            yield frame.pts * frame.time_base


def _describe(stream: VideoStream, request: SegmentRequest) -> None:
    stream.width, stream.height, stream.pix_fmt = request.width, request.height, "yuv420p"
    stream.codec_context.time_base = 1 / request.rate
    stream.codec_context.thread_count = 1
    stream.codec_context.sample_aspect_ratio = Fraction(1)
    stream.color_primaries = stream.color_trc = stream.colorspace = _BT709
    stream.color_range = _VIDEO_RANGE
