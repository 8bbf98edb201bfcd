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


@dataclass(slots=True)
class Extent:
    """From `start`, inclusive, to `end`, exclusive, in seconds on the file's clock."""

    start: Fraction
    end: Fraction


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
        if picture is not None and index == picture.index:
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
    shown = (packet for packet in container.demux(stream) if not packet.is_discard)
    stamps = (packet.pts if packet.pts is not None else packet.dts for packet in shown)
    return _distinct(stamp for stamp in stamps if stamp is not None)


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
