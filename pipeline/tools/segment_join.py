"""conform, picture side: segments joined by copying packets, with timestamps counted anew, and looked at again."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import accumulate, pairwise
from pathlib import Path

import av
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from pipeline.errors import ToolError
from pipeline.ports.picture import Joined, JoinRequest, Segment
from pipeline.ports.work import Bench
from pipeline.tools.encoders import HEVC_TAG
from pipeline.tools.joined_headers import Headers
from pipeline.tools.media_open import library_versions, open_container, words_of
from pipeline.tools.segment_compare import compare_headers
from pipeline.tools.segment_file import create_film, decode_to_check, movie_timescale, track_timescale

_RULES = "2"
"""Raised when the same segments must be joined differently."""

_TASK = "join"
_AROUND_A_JOINT = 2
_MOST_ALIKE_JOINTS = 12
"""How many joints between segments with the same headers are decoded again in one film."""


class LibavSegmentJoiner:
    """Joins segments into one MP4 (`pipeline.ports.picture.SegmentJoiner`)."""

    def identity(self, request: JoinRequest) -> Mapping[str, str]:  # noqa: ARG002 - the same for every request
        """Return the version of the library that writes containers, and of our rules."""
        return {"rules": _RULES, "libavformat": library_versions()["libavformat"]}

    def provenance(self) -> Mapping[str, str]:
        """Return the versions of PyAV and libav."""
        return library_versions()

    def carry_out(self, requests: Sequence[JoinRequest], bench: Bench) -> Iterator[tuple[int, Joined]]:
        """Yield each joined picture, in order. Raises ToolError where segments do not fit, or come out changed."""
        for number, request in enumerate(requests):
            frames = sum(segment.frames for segment in request.segments)
            bench.progress.start(_TASK, frames, "frames")
            path = bench.work / f"joined-{number}.{request.container}"
            check_joined(join(request, bench, path), path)
            if len({segment.headers for segment in request.segments}) > 1:
                compare_headers(request, bench, path)
            yield number, Joined(file=bench.keep(path), frames=frames)
            bench.progress.finish(_TASK)


def join(request: JoinRequest, bench: Bench, path: Path) -> JoinRequest:
    """Write the segments of `request`, one after the other, to `path`: frame k is shown at exactly k / rate.

    Return the request as it was written: where segments have different headers, each names parameter sets of its own, and
    its packets' digest is another. Raises ToolError where the segments cannot be joined.
    """
    if not request.segments:
        raise ToolError("there is not one segment to join")
    paths = [bench.path(segment.file.digest) for segment in request.segments]
    depth = max(_reorder_depth(one, request.rate) for one in dict.fromkeys(paths))
    ticks = track_timescale(request.rate)
    numbers, each, tick = _Numbers(request.rate), int(ticks / request.rate), Fraction(1, ticks)
    headers = Headers(request, paths, depth)
    written = []
    try:
        with create_film(path, request.container, movie_timescale(request.rate), ticks) as joined:
            stream = _like(joined, paths[0])
            headers.put_into(stream)
            decoded = 0
            for one, segment in zip(paths, request.segments, strict=True):
                first = decoded
                for packet in headers.named(_packets(one), segment):
                    shown = first + numbers.of(packet)
                    packet.time_base, packet.duration = tick, each
                    packet.pts, packet.dts = shown * each, (decoded - depth) * each
                    packet.stream = stream
                    joined.mux(packet)
                    decoded += 1
                written.append(headers.written)
                bench.progress.advance(_TASK, segment.frames)
    except (av.FFmpegError, OSError) as error:
        raise ToolError(f"the segments could not be joined: {words_of(error)}", "is the disk full?") from None
    return replace(request, segments=tuple(written))


def check_joined(request: JoinRequest, path: Path) -> None:
    """Compare a joined picture with its segments: every packet, every timestamp, the length, and frames around joints.

    Raises ToolError at the first difference.
    """
    container = open_container(path, ours=True)
    try:
        stream = container.streams.video[0]
        _check_packets(request, container, stream)
        declared = Fraction(stream.duration or 0) * (stream.time_base or 0)
        frames = sum(segment.frames for segment in request.segments)
        if declared != frames / request.rate or container.duration != round(declared * 1_000_000):
            raise ToolError(f"the joined picture declares {float(declared)} s for {frames} frames")
        _check_joints(request, container, stream)
    except av.FFmpegError as error:
        raise ToolError(f"the joined picture cannot be decoded again: {words_of(error)}") from None
    finally:
        container.close()


def _check_packets(request: JoinRequest, container: InputContainer, stream: VideoStream) -> None:
    packets = (packet for packet in container.demux(stream) if packet.pts is not None)
    numbers = _Numbers(request.rate)
    first = 0
    for number, segment in enumerate(request.segments):
        digest = hashlib.sha256()
        shown = []
        for _, packet in zip(range(segment.frames), packets, strict=False):
            digest.update(bytes(packet))
            shown.append(numbers.of(packet))
        if digest.hexdigest() != segment.packets or sorted(shown) != list(range(first, first + segment.frames)):
            raise ToolError(
                f"segment {number + 1} of {len(request.segments)} did not come out of the join as it went in"
            )
        first += segment.frames
    if next(packets, None) is not None:
        raise ToolError("the joined picture holds more packets than its segments")


def _check_joints(request: JoinRequest, container: InputContainer, stream: VideoStream) -> None:
    """Decode two frames before and after a joint in one go: what a player does, which packets alone do not show."""
    decode_to_check(stream)
    total = sum(segment.frames for segment in request.segments)
    for joint in joints_to_decode(request.segments):
        wanted = set(range(max(0, joint - _AROUND_A_JOINT), min(total, joint + _AROUND_A_JOINT)))
        if missing := wanted - set(_decoded_around(request.rate, wanted, container, stream)):
            raise ToolError(f"frame {min(missing)} of the joined picture, at a joint, cannot be decoded")


def joints_to_decode(segments: Sequence[Segment]) -> list[int]:
    """Return the first frame after each joint that is to be decoded: all where headers differ, of the others some.

    Where they are the same, packets that are equal to the segments' are enough to know: each segment was decoded when it was
    made, from its own beginning, and with such a beginning following its end (`segment_file.checked`).
    """
    places = accumulate(segment.frames for segment in segments[:-1])
    joints = [
        (place, one.headers == other.headers) for place, (one, other) in zip(places, pairwise(segments), strict=True)
    ]
    alike = [place for place, same in joints if same]
    step = max(1, -(-len(alike) // _MOST_ALIKE_JOINTS))
    return sorted([*alike[::step], *(place for place, same in joints if not same)])


def _decoded_around(rate: Fraction, wanted: set[int], container: InputContainer, stream: VideoStream) -> Iterator[int]:
    time_base = stream.time_base or Fraction(1)
    numbers = _Numbers(rate)
    container.seek(round(min(wanted) / rate / time_base), stream=stream)
    last = max(wanted)
    for packet in container.demux(stream):
        idle = packet.pts is not None and numbers.of(packet) < min(wanted)
        stream.codec_context.skip_frame = "NONREF" if idle else "DEFAULT"
        frames: list[VideoFrame] = packet.decode()
        for frame in frames:
            if frame.pts is not None and not frame.is_corrupt:
                number = round(frame.pts * time_base * rate)
                yield number
                if number >= last:
                    return


def _reorder_depth(path: Path, rate: Fraction) -> int:
    """Return by how many frames decoding must run ahead of showing in a segment."""
    numbers = _Numbers(rate)
    return max(decoded - numbers.of(packet) for decoded, packet in enumerate(_packets(path)))


def _packets(path: Path) -> Iterator["Packet[VideoStream]"]:
    container = open_container(path, ours=True)
    try:
        yield from (packet for packet in container.demux(container.streams.video[0]) if packet.pts is not None)
    finally:
        container.close()


class _Numbers:
    """The numbers of frames at one rate, from their packets' timestamps; in whole numbers, as every packet is asked."""

    def __init__(self, rate: Fraction) -> None:
        self._rate = rate
        self._base, self._of, self._in = Fraction(0), 0, 1

    def of(self, packet: "Packet[VideoStream]") -> int:
        if packet.time_base != self._base:
            self._base = packet.time_base
            self._of, self._in = (self._base * self._rate).as_integer_ratio()
        return (2 * (packet.pts or 0) * self._of + self._in) // (2 * self._in)


def like(film: OutputContainer, original: VideoStream) -> VideoStream:
    """Return a new stream of `film` for packets copied from `original`, under the same codec tag where that says more."""
    stream = film.add_stream_from_template(original)
    stream.time_base = original.time_base or Fraction(1)
    if original.codec_context.codec_tag == HEVC_TAG:
        stream.codec_context.codec_tag = HEVC_TAG
    return stream


def _like(joined: OutputContainer, path: Path) -> VideoStream:
    container = open_container(path)
    try:
        stream = like(joined, container.streams.video[0])
    finally:
        container.close()
    return stream
