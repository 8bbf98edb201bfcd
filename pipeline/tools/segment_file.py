"""One segment as a file: encoded by the recipe that makes its bytes the same on any machine, then decoded again."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from pathlib import Path

import av
from av.container import InputContainer, OutputContainer
from av.filter import Graph
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from pipeline.errors import ToolError
from pipeline.ports.picture import SegmentRequest, VideoEncoding
from pipeline.tools.encoders import options, tag_of
from pipeline.tools.media_open import file_url, open_container, words_of
from pipeline.tools.picture_frame import chain

_BT709, _VIDEO_RANGE = 1, 1  # code points of ITU-T H.273
_SOUND_RATE = 48_000

X265_REORDER = 2
"""By how many frames x265 decodes ahead of showing, at most: a pyramid of B frames has two levels."""

_AGAIN = 2
"""How many packets of a segment's beginning are decoded once more after its end."""

_CONVERSION = "flags=bicubic+accurate_rnd+bitexact+full_chroma_int"
_WORKING = "yuv420p"
"""The pixel format of the conform's frames."""


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
    """Encodes frames into one MP4 or MOV. Use it for one segment, from one thread."""

    def __init__(self, path: Path, request: SegmentRequest) -> None:
        """Create the file. Raises ToolError for an encoder that is not to be had."""
        self._path = path
        self._request = request
        self._container = create_film(
            path, request.encoding.container, movie_timescale(request.rate), track_timescale(request.rate)
        )
        self._converter = _converter(request)
        self._encoded = 0
        self._stream = encoded_stream(self._container, request.encoding, request.rate, (request.width, request.height))

    def write(self, frame: VideoFrame, number: int) -> None:
        """Encode `frame` as the segment's frame `number`, counted from 0. Raises ToolError where the encoder fails."""
        frame.pts = number
        frame.time_base = 1 / self._request.rate
        frame.pict_type = 0  # else the source's own frame types force x264's
        frame.colorspace, frame.color_range = _BT709, _VIDEO_RANGE
        frame.color_primaries = frame.color_trc = _BT709
        try:
            self._mux(self._stream.encode(self._converted(frame)))
        except av.FFmpegError as error:
            size = f"{self._request.width}x{self._request.height}"
            name = self._request.encoding.codec
            raise ToolError(f"{name} failed at frame {number} of {size} pixels: {words_of(error)}") from None

    def finish(self) -> MadeSegment:
        """Close the file, decode it again, and return what it is. Raises ToolError where that is not what was asked for."""
        try:
            self._mux(self._stream.encode(None))
            self._container.close()
            del self._stream, self._container  # an encoder holds hundreds of megabytes
        except (av.FFmpegError, OSError) as error:
            raise ToolError(f"a segment could not be written: {words_of(error)}", "is the disk full?") from None
        return checked(self._path, self._request.frames, self._request.rate)

    def _mux(self, packets: "list[Packet[VideoStream]]") -> None:
        for packet in packets:
            if self._request.encoding.codec == "libx265":  # of one or two frames it leaves the decoding times unset
                packet.dts = self._encoded - X265_REORDER
            self._encoded += 1
            self._container.mux(packet)

    def _converted(self, frame: VideoFrame) -> VideoFrame:
        if self._converter is None:
            return frame
        self._converter.vpush(frame)
        converted = self._converter.vpull()
        converted.pict_type = 0
        return converted

    def abandon(self) -> None:
        """Close and remove the file."""
        with suppress(av.FFmpegError, AttributeError):
            self._container.close()
        self._path.unlink(missing_ok=True)


def create_film(path: Path, container: str, movie_ticks: int, track_ticks: int) -> OutputContainer:
    """Return an empty MP4 or MOV for writing, without dates or program names in it; the caller closes it.

    The timescales are ticks a second: lengths are exact where frames and samples are whole numbers of ticks.
    """
    options = {
        "movie_timescale": str(movie_ticks),
        "video_track_timescale": str(track_ticks),
        "fflags": "+bitexact",
    }
    return av.open(file_url(path), "w", format=container, container_options=options)


def encoded_stream(
    film: OutputContainer, encoding: VideoEncoding, rate: Fraction, size: tuple[int, int]
) -> VideoStream:
    """Return a new stream of `film` for pictures encoded so. Raises ToolError where there is no such encoder."""
    try:
        stream = film.add_stream(encoding.codec, rate=rate, options=options(encoding, rate))
    except (av.FFmpegError, ValueError) as error:
        raise ToolError(f"there is no encoder '{encoding.codec}' here: {words_of(error)}") from None
    if not isinstance(stream, VideoStream):
        raise ToolError(f"'{encoding.codec}' encodes no pictures")
    stream.width, stream.height = size
    stream.pix_fmt = encoding.pixels
    stream.codec_context.time_base = 1 / rate
    stream.codec_context.thread_count = 1
    stream.codec_context.sample_aspect_ratio = Fraction(1)
    stream.color_primaries = stream.color_trc = stream.colorspace = _BT709
    stream.color_range = _VIDEO_RANGE
    tag = tag_of(encoding)
    if tag is not None:
        stream.codec_context.codec_tag = tag
    return stream


def checked(
    path: Path, frames: int, rate: Fraction, look: Callable[[int, VideoFrame], None] | None = None
) -> MadeSegment:
    """Return what the segment at `path` is, every frame of it decoded; `look` is shown each, with its number.

    Raises ToolError where it does not hold `frames` frames, each one frame's length after the other from 0.
    """
    container = open_container(path, ours=True)
    try:
        stream = container.streams.video[0]
        if look is None:
            decode_to_check(stream)
        stream.codec_context.thread_count = 1
        digest = hashlib.sha256()
        due = [number / rate for number in range(frames)]
        shown: list[Fraction] = []
        for frame, instant in _instants(_decoded(container, stream, digest, due, frames / rate)):
            if look is not None and len(shown) < frames:
                look(len(shown), frame)
            shown.append(instant)
        headers = hashlib.sha256(stream.codec_context.extradata or b"").hexdigest()
    except av.FFmpegError as error:
        raise ToolError(f"a segment cannot be decoded again: {words_of(error)}") from None
    finally:
        container.close()
    if shown != due:
        raise ToolError(f"a segment of {frames} frames was decoded as {len(shown)}, or at other times")
    return MadeSegment(path=path, frames=frames, packets=digest.hexdigest(), headers=headers)


def decode_to_check(stream: VideoStream) -> None:
    """Set `stream` up, before its first packet, for decoding that only asks whether every frame is there and sound."""
    stream.codec_context.thread_count = 1
    # Damage is noticed while a packet is read; smoothing block edges afterwards is for a viewer, and a sixth of the time.
    stream.codec_context.options = {"skip_loop_filter": "all"}


def _decoded(
    container: InputContainer, stream: VideoStream, digest: "hashlib._Hash", due: list[Fraction], length: Fraction
) -> Iterator[VideoFrame]:
    """Yield a segment's frames, and then those of its first packets once more.

    So each segment is seen to be followed, in one go, by such a beginning as stands behind every joint where headers are
    equal. `digest` takes in its packets, and `due` when the frames after its end, which comes at `length`, are shown.
    """
    beginning: list[Packet[VideoStream]] = []
    for packet in container.demux(stream):
        if packet.size:
            digest.update(bytes(packet))
            if len(beginning) < _AGAIN:
                beginning.append(packet)
        else:
            for again in beginning:
                again.pts = (again.pts or 0) + round(length / again.time_base)
                again.dts = (again.dts or 0) + round(length / again.time_base)
                yield from again.decode()
            due.extend(sorted(again.pts * again.time_base for again in beginning if again.pts is not None))
        yield from packet.decode()


def _instants(frames: Iterable[VideoFrame]) -> Iterator[tuple[VideoFrame, Fraction]]:
    for frame in frames:
        if frame.pts is not None and frame.time_base is not None and not frame.is_corrupt:
            yield frame, frame.pts * frame.time_base


def _converter(request: SegmentRequest) -> Graph | None:
    """Return what brings working frames to the encoder's pixel format, None where it takes them as they are."""
    pixels = request.encoding.pixels
    if pixels == _WORKING:
        return None
    source = (
        f"video_size={request.width}x{request.height}:pix_fmt={_WORKING}:time_base={1 / request.rate}"
        ":colorspace=bt709:range=tv"
    )
    return chain(source, [f"scale={_CONVERSION}", f"format={pixels}"])
