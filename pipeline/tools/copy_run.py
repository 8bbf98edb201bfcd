"""Pictures of a source as they are coded, in decoding order, and the runs of them that stand on their own."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
from av.container import InputContainer, OutputContainer
from av.stream import Discard
from av.video.stream import VideoStream

from footage_manifest.media import VideoFacts
from pipeline.errors import MediaError
from pipeline.tools.encoders import HEVC_TAG
from pipeline.tools.frame_index import ConstantClock
from pipeline.tools.media_open import open_container
from pipeline.tools.nal_avc import AvcSyntax
from pipeline.tools.nal_hevc import HevcSyntax
from pipeline.tools.nal_syntax import Delay, ParameterSet, SetKind, Syntax
from pipeline.tools.nal_units import UnreadableError, split_at_start_codes, units_of

Sets = Mapping[tuple[SetKind, int], ParameterSet]
"""The parameter sets in effect, by kind and number."""

_AVC_TAG = "avc1"
_NOT_SHOWN = -1
_BT709, _VIDEO_RANGE = 1, 1  # code points of ITU-T H.273

OPEN_GROUPS = "its groups of pictures are open: what follows a key frame refers to what was before it"
ONE_GROUP = "no group of pictures begins in it"
UNREADABLE = "its packets are not as the standard has them"
SETS_CHANGE = "its parameter sets change on the way"
DROPS = "its groups of pictures tell players to drop frames"
IRREGULAR = "frames are missing or come twice"


class StopsHereError(Exception):
    """A run cannot go on; the text says why, in plain words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """One picture: the number of its frame, its units, and the sets in effect. `key` is what the container says of it."""

    number: int
    units: tuple[bytes, ...]
    sets: Sets
    key: bool


def syntax_of(codec: str) -> Syntax:
    """Return the syntax of a codec by libav's name. Raises KeyError for another one."""
    known: dict[str, Syntax] = {"h264": AvcSyntax(), "hevc": HevcSyntax()}
    return known[codec]


class CodedSource:
    """One open source. Not safe to use from two threads."""

    def __init__(self, container: InputContainer, facts: VideoFacts) -> None:
        self.facts = facts
        self.syntax = syntax_of(facts.codec)
        self.clock = ConstantClock(facts)
        self._container = container
        self._stream = _picture(container, facts)
        self._extradata = bytes(self._stream.codec_context.extradata or b"")

    def pictures(self, near: int) -> Iterator[Coded]:
        """Yield pictures in decoding order, from the key frame at or before frame `near`, or somewhat later.

        Raises StopsHereError where packets cannot be read or hold no times.
        """
        with suppress(av.FFmpegError):
            self._container.seek(self.clock.stamp_of(near), stream=self._stream)
        try:
            length_bytes, sets = self._stated()
            for packet in self._container.demux(self._stream):
                if not packet.size:
                    return
                if packet.pts is None or packet.is_corrupt:
                    raise StopsHereError(UNREADABLE)
                if packet.has_sidedata("new_extradata"):
                    raise StopsHereError(SETS_CHANGE)
                found, pictures = _sorted_out(self.syntax, units_of(bytes(packet), length_bytes))
                if not pictures:
                    raise StopsHereError(UNREADABLE)
                sets = _with(sets, found)
                number = _NOT_SHOWN if packet.is_discard else self.clock.frame_of(packet.pts)
                yield Coded(number=number, units=pictures, sets=sets, key=packet.is_keyframe)
        except (UnreadableError, IndexError, av.FFmpegError):
            raise StopsHereError(UNREADABLE) from None

    def may_start(self, coded: Coded) -> bool:
        """Return whether decoding may begin with a picture."""
        return self.syntax.may_start(coded.units[0])

    def stream_in(self, film: OutputContainer, extradata: bytes) -> VideoStream:
        """Return a new stream of `film` for pictures of this source under these parameter sets, in BT.709."""
        stream = film.add_stream_from_template(self._stream)
        shape = stream.codec_context
        shape.extradata = extradata
        shape.codec_tag = HEVC_TAG if self.facts.codec == "hevc" else _AVC_TAG
        shape.sample_aspect_ratio = Fraction(1)
        stream.color_primaries = stream.color_trc = stream.colorspace = _BT709
        stream.color_range = _VIDEO_RANGE
        return stream

    def _stated(self) -> tuple[int, Sets]:
        if self._extradata[:1] == b"\x01":
            length_bytes, units = self.syntax.sets_in(self._extradata)
        else:
            length_bytes, units = 0, split_at_start_codes(self._extradata)
        return length_bytes, _with({}, [one for unit in units if (one := self.syntax.set_of(unit)) is not None])


@contextmanager
def coded_source(path: Path, facts: VideoFacts) -> Iterator[CodedSource]:
    """Open a source for reading its packets. Raises MediaError where it cannot be opened."""
    container = open_container(path)
    try:
        yield CodedSource(container, facts)
    finally:
        container.close()


def run_from(source: CodedSource, pictures: Iterator[Coded], start: Coded) -> Iterator[Coded]:
    """Yield `start` and the pictures after it, without those that lead it, as long as they can be decoded from it on.

    Raises StopsHereError where they cannot. The units of the first are marked as a beginning.
    """
    syntax = source.syntax
    yield _begun(syntax, start)
    following = False
    for coded in pictures:
        if not following and coded.number < start.number and syntax.is_leading(coded.units[0]):
            continue
        following = following or not syntax.is_leading(coded.units[0])
        if coded.sets is not start.sets and _kept(syntax, coded.sets) != _kept(syntax, start.sets):
            raise StopsHereError(SETS_CHANGE)
        require_fit(source, coded)
        yield coded


def require_fit(source: CodedSource, coded: Coded) -> None:
    """Raise StopsHereError where a picture, or the start that it is, cannot be copied."""
    syntax = source.syntax
    try:
        for unit in coded.units:
            number = syntax.pps_of(unit)
            pps = coded.sets.get((SetKind.PPS, number))
            sps = coded.sets.get((SetKind.SPS, pps.refers)) if pps else None
            if pps is None or sps is None or number > syntax.last_pps_read:
                raise StopsHereError(UNREADABLE)
            unfit = syntax.unfit(sps, pps, (source.facts.width, source.facts.height))
            if unfit is not None:
                raise StopsHereError(unfit.value)
            if syntax.may_start(unit) and syntax.drops_earlier(unit, sps, pps):
                raise StopsHereError(DROPS)
    except (UnreadableError, IndexError):
        raise StopsHereError(UNREADABLE) from None


def sets_of(syntax: Syntax, sets: Sets, delay: Delay) -> tuple[bytes, ...]:
    """Return the units of the sets that a copy needs, by their own numbers, for a film of this delay."""
    return tuple(syntax.set_as(one, one.number, one.refers, delay) for one in _kept(syntax, sets))


def label_of(syntax: Syntax, sets: Sets) -> str:
    """Return a digest that tells a source's parameter sets from others'."""
    digest = hashlib.sha256()
    for one in _kept(syntax, sets):
        digest.update(len(one.unit).to_bytes(4, "big") + one.unit)
    return digest.hexdigest()


def _kept(syntax: Syntax, sets: Sets) -> tuple[ParameterSet, ...]:
    """Return the picture sets for which there is room, and what they refer to, in a fixed order."""
    all_pps = [one for (kind, number), one in sets.items() if kind is SetKind.PPS and number <= syntax.last_pps_read]
    sps_numbers = {one.refers for one in all_pps}
    all_sps = [one for (kind, number), one in sets.items() if kind is SetKind.SPS and number in sps_numbers]
    vps_numbers = {one.refers for one in all_sps}
    all_vps = [one for (kind, number), one in sets.items() if kind is SetKind.VPS and number in vps_numbers]
    return tuple(one for found in (all_vps, all_sps, all_pps) for one in sorted(found, key=lambda one: one.number))


def _with(sets: Sets, found: list[ParameterSet]) -> Sets:
    new = {(one.kind, one.number): one for one in found}
    return sets if all(sets.get(key) == one for key, one in new.items()) else {**sets, **new}


def _sorted_out(syntax: Syntax, units: list[bytes]) -> tuple[list[ParameterSet], tuple[bytes, ...]]:
    """Return the parameter sets among a packet's units, and its picture's; the others are left out."""
    sets, pictures = [], []
    for unit in units:
        found = syntax.set_of(unit)
        if found is not None:
            sets.append(found)
        elif syntax.is_picture(unit):
            pictures.append(unit)
    return sets, tuple(pictures)


def _begun(syntax: Syntax, start: Coded) -> Coded:
    units = tuple(syntax.as_first(unit) for unit in start.units)
    return Coded(number=start.number, units=units, sets=start.sets, key=True)


def _picture(container: InputContainer, facts: VideoFacts) -> VideoStream:
    found = [stream for stream in container.streams.video if stream.index == facts.index]
    if not found:
        raise MediaError("it no longer holds the picture that was found in it before", "run again")
    for other in container.streams:
        if other.index != facts.index:
            other.discard = Discard.all
    return found[0]
