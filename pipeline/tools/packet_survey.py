"""One pass over a file's packets: what is displayed when, and whether anything that was promised is missing."""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet
from av.stream import Stream
from av.video.stream import VideoStream

_SKIP_SAMPLES_BYTES = 8
_INTERLACED = {2, 3, 4, 5}
"""libav's AVFieldOrder: all but progressive and unknown."""
_FIELD_CODECS = {"h264", "mpeg2video"}
"""Whose fields are put together by the decoder; HEVC's come out one by one."""


@dataclass(slots=True)
class Extent:
    """From `start`, inclusive, to `end`, exclusive, in seconds on the file's clock."""

    start: Fraction
    end: Fraction


class FieldPairs:
    """Tells the second field of a frame from a frame: of an interlaced film each field may be a packet with its own time."""

    def __init__(self, stream: VideoStream | None) -> None:
        """Prepare for the packets of a picture stream, in the order of the file; None for a file without picture."""
        self._index, self._frame = -1, Fraction(0)
        if stream is not None and has_codec(stream) and stream.guessed_rate:
            interlaced = stream.codec_context.field_order in _INTERLACED
            if interlaced and stream.codec_context.codec.canonical_name in _FIELD_CODECS:
                self._index, self._frame = stream.index, 1 / stream.guessed_rate
        self._first: int | None = None

    def is_second(self, packet: "Packet[Stream] | Packet[VideoStream]", stamp: int) -> bool:
        """Return whether a packet is the second field of the frame that the packet before it began."""
        length = packet.duration or 0
        if packet.stream_index != self._index or not 0 < length * packet.time_base * 3 < self._frame * 2:
            return False
        second = self._first is not None and abs(stamp - self._first - length) <= 1
        self._first = None if second else stamp
        return second


@dataclass(slots=True)
class Survey:
    """What the packets say.

    `stamps` are the timestamps of the picture's displayed frames, ascending, in its ticks; `last_ticks` is how long the last
    of them lasts, 0 where its packet does not say. `step` is the longest packet in seconds. `missing` says that the
    container's index lists packets that are not there; `ends_broken` that a stream's last packet is not whole.
    """

    stamps: Sequence[int] = ()
    last_ticks: int = 0
    extents: dict[int, Extent] = field(default_factory=dict)
    step: Fraction = Fraction(0)
    missing: bool = False
    ends_broken: bool = False
    found: dict[int, int] = field(default_factory=dict)

    @property
    def end(self) -> Fraction:
        """Return when the last packet of any kind ends, in seconds on the file's clock."""
        return max((extent.end for extent in self.extents.values()), default=Fraction(0))


def survey(container: InputContainer, picture: VideoStream | None) -> Survey:
    """Return what all packets of `container` say; `picture` is the stream whose timestamps are wanted."""
    result = Survey()
    promised = _promised(container)
    stamps: array[int] = array("q")
    final = (-(1 << 63), 0)
    audible_from: dict[int, Fraction] = {}
    broken: dict[int, bool] = {}
    pairs = FieldPairs(picture)
    for packet in container.demux():
        if packet.dts is None and packet.pts is None:
            continue
        index = packet.stream_index
        broken[index] = packet.is_corrupt
        if not packet.is_corrupt:
            result.found[index] = result.found.get(index, 0) + 1
        stamp = packet.pts if packet.pts is not None else packet.dts
        if stamp is None:
            continue
        first, last = _skipped_samples(packet)
        if first:
            audible_from[index] = stamp * packet.time_base + first
        if packet.is_discard:
            continue
        _extend(result, packet, stamp, last)
        if picture is not None and index == picture.index and not pairs.is_second(packet, stamp):
            stamps.append(stamp)
            final = max(final, (stamp, packet.duration or 0))
    for index, instant in audible_from.items():
        if index in result.extents:
            result.extents[index].start = max(result.extents[index].start, instant)
    result.stamps = _distinct(stamps)
    result.last_ticks = final[1]
    result.ends_broken = any(broken.values())
    result.missing = any(result.found.get(index, 0) < count for index, count in promised.items() if count)
    return result


def displayed_stamps(container: InputContainer, stream: VideoStream) -> Sequence[int]:
    """Return the timestamps of the displayed frames of `stream`, ascending, in its ticks."""
    pairs = FieldPairs(stream)
    shown = (packet for packet in container.demux(stream) if not packet.is_discard)
    stamped = ((packet, packet.pts if packet.pts is not None else packet.dts) for packet in shown)
    return _distinct(stamp for packet, stamp in stamped if stamp is not None and not pairs.is_second(packet, stamp))


def _distinct(stamps: Iterable[int]) -> Sequence[int]:
    # Of two frames with one timestamp only one is ever on display.
    return array("q", sorted(set(stamps)))


def has_codec(stream: Stream) -> bool:
    """Return whether libav knows the stream's codec; without one there is no codec context."""
    return stream.codec_context is not None


def _promised(container: InputContainer) -> dict[int, int]:
    """Return how many packets of picture and sound the index lists, a stream: an MP4 or MOV lists them all."""
    if not container.format.name.startswith("mov,"):
        return {}
    heard_or_seen = [stream for stream in container.streams if stream.type in ("video", "audio")]
    return {stream.index: len(stream.index_entries) for stream in heard_or_seen}


def _extend(result: Survey, packet: "Packet[Stream]", stamp: int, thrown_away: Fraction) -> None:
    start = stamp * packet.time_base
    length = (packet.duration or 0) * packet.time_base
    result.step = max(result.step, length)
    extent = result.extents.setdefault(packet.stream_index, Extent(start, start))
    extent.start = min(extent.start, start)
    extent.end = max(extent.end, start + length - thrown_away)


def _skipped_samples(packet: "Packet[Stream]") -> tuple[Fraction, Fraction]:
    """Return how many seconds a decoder throws away after the start, and before the end, of a sound packet.

    What is thrown away after the start may be longer than the packet: it goes on into the next ones.
    """
    stream = packet.stream
    if not isinstance(stream, AudioStream) or not has_codec(stream) or not packet.has_sidedata("skip_samples"):
        return Fraction(0), Fraction(0)
    skipped = bytes(packet.get_sidedata("skip_samples"))
    rate = stream.codec_context.sample_rate
    if len(skipped) < _SKIP_SAMPLES_BYTES or not rate:
        return Fraction(0), Fraction(0)
    return Fraction(int.from_bytes(skipped[:4], "little"), rate), Fraction(int.from_bytes(skipped[4:8], "little"), rate)
