"""conform, picture side: which stretches of a cut may be taken over as they are coded, and what is left to encode.

A stretch is copied only where encoding would show the source's frames untouched: whatever is done to a picture, from a
dissolve to a subtitle, is done by encoding it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from footage_manifest.media import Scan, VideoFacts
from footage_manifest.timebase import FrameRange
from pipeline.ports.copying import Copied, CopyQuestion, CopyRange, CopyRequest
from pipeline.ports.picture import BlackLayer, Overlay, SegmentRequest, VideoLayer
from pipeline.ports.stage import Stage
from pipeline.stages.conform import PictureInputs, piece_request, pieces
from pipeline.timeline.model import PictureEvent
from pipeline.timeline.segments import MAX_FRAMES, Piece

WORTH_COPYING_FRAMES = 10
"""A shorter run is encoded: each run costs two joints."""

_CODECS = {"libx264": "h264", "libx265": "hevc"}
_NAMES = {"h264": "H.264", "hevc": "HEVC"}
_PIXELS = "yuv420p"
_UNSAID = {"bt709", "unknown", "unspecified", ""}
_TOO_SHORT = f"fewer than {WORTH_COPYING_FRAMES} frames"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Frames of one event, counted from its first, that might be copied."""

    frames: FrameRange
    question: CopyQuestion


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Frames of one event that are of one kind: `first_k` as in `Piece`, `stretches` what of them might be copied.

    `why` says what keeps the others from it.
    """

    event: PictureEvent
    frames: FrameRange
    first_k: int | None = None
    stretches: tuple[Stretch, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """Frames of one event, counted from its first, and their copy."""

    frames: FrameRange
    request: CopyRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class EventCopies:
    """What of one event was copied: how many of its frames, and why the others were not."""

    frames: int
    copied: int
    why: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Say it in plain words."""
        reasons = "; ".join(self.why)
        if not self.copied:
            return f"encoded: {reasons}"
        if self.copied == self.frames:
            return f"copied as it was coded, all {self.frames} frames"
        return f"copied {self.copied} of {self.frames} frames as they were coded" + (f" ({reasons})" if reasons else "")


def parts_of(inputs: PictureInputs) -> tuple[Part, ...]:
    """Return the whole cut in record order, each part with what of it might be copied."""
    return tuple(part for event in inputs.timeline.picture for part in _merged(event, inputs))


def copies_in(part: Part, answers: Mapping[CopyQuestion, CopyRange]) -> tuple[Copy, ...]:
    """Return the copies that can be made in a part, in order."""
    found = []
    for stretch in part.stretches:
        answer, asked = answers[stretch.question], stretch.question
        if answer.frames < WORTH_COPYING_FRAMES:
            continue
        start = stretch.frames.start + answer.start
        request = CopyRequest(
            digest=asked.digest,
            facts=asked.facts,
            rate=asked.rate,
            first=answer.source,
            frames=answer.frames,
            delay=answer.delay,
        )
        found.append(Copy(frames=FrameRange(start, start + answer.frames), request=request))
    return tuple(found)


def requests_between(part: Part, copies: Sequence[Copy], inputs: PictureInputs) -> Iterator[SegmentRequest | Copy]:
    """Yield the copies of a part and what has to be encoded around them, in order."""
    at = part.frames.start
    for copy in copies:
        yield from _encoded(part, at, copy.frames.start, inputs)
        yield copy
        at = copy.frames.end
    yield from _encoded(part, at, part.frames.end, inputs)


def why_not_copied(part: Part, answers: Mapping[CopyQuestion, CopyRange]) -> Iterator[str]:
    """Yield why frames of a part are not copied, in plain words."""
    if part.why:
        yield part.why
    for stretch in part.stretches:
        answer = answers[stretch.question]
        if answer.why:
            yield answer.why
        elif answer.frames < WORTH_COPYING_FRAMES:
            yield f"{_TOO_SHORT} between the beginning of a group of pictures and a place where decoding may stop"
        elif answer.frames < stretch.question.frames:
            yield "the others lie before a group of pictures begins, or after the last place where decoding may stop"


def within_room(ranges: Sequence[CopyRange], room: int) -> tuple[CopyRange, ...]:
    """Return the answers with nothing copied from sources beyond the first `room` kinds of headers."""
    kinds = list(dict.fromkeys(one.headers for one in ranges if one.frames >= WORTH_COPYING_FRAMES))
    left_out = set(kinds[room:])
    why = f"a film carries copies of {room} kinds of camera at most"
    return tuple(CopyRange(why=why) if one.frames and one.headers in left_out else one for one in ranges)


def why_encoded(request: SegmentRequest) -> str:
    """Return why a piece cannot be copied whatever its source is coded like, in plain words; "" where it may be."""
    if request.mix is not None:
        return "a transition is drawn"
    if not isinstance(request.incoming, VideoLayer):
        return "black" if isinstance(request.incoming, BlackLayer) else "a still or title"
    if request.stamp is not None:
        return "a stamp is drawn on every frame"
    facts = request.incoming.facts
    return (
        _of_codec(facts.codec, request.encoding.codec)
        or _of_time(request.incoming, request.rate)
        or _of_shape(facts, (request.width, request.height))
        or _of_colour(facts)
    )


def _of_codec(source: str, encoder: str) -> str:
    codec = _CODECS.get(encoder)
    if codec is None:
        return f"films made by {encoder} hold no copies"
    return "" if source == codec else f"{_NAMES.get(source, source)} in a film of {_NAMES[codec]}"


def _of_time(layer: VideoLayer, rate: Fraction) -> str:
    if layer.speed != 1:
        return "its speed is changed"
    if layer.facts.variable:
        return "a variable rate"
    if layer.facts.rate != rate:
        return f"{float(layer.facts.rate):.5g} frames a second in a film of {float(rate):.5g}"
    return ""


def _of_shape(facts: VideoFacts, size: tuple[int, int]) -> str:
    if facts.rotation or facts.mirrored:
        return "turned upright"
    if (facts.width, facts.height) != size:
        return f"{facts.width}x{facts.height} in a film of {size[0]}x{size[1]}"
    if facts.sample_aspect != 1:
        return "its pixels are not square"
    if facts.scan in {Scan.TOP_FIRST, Scan.BOTTOM_FIRST}:
        return "interlaced"
    return ""


def _of_colour(facts: VideoFacts) -> str:
    if facts.pixel_format != _PIXELS:
        return f"its pixels are {facts.pixel_format}"
    if facts.colour.hdr or facts.colour.wide:
        return "its colours reach beyond BT.709"
    if facts.matrix != "bt709" or facts.full_range:
        return "its colours are not coded by BT.709 at video range"
    said = {facts.colour.primaries, facts.colour.transfer}
    return "" if facts.codec == "h264" or said <= _UNSAID else "its colours are not tagged as BT.709"


# ---------------------------------------------------------------------------------------------------------------- parts


def _merged(event: PictureEvent, inputs: PictureInputs) -> Iterator[Part]:
    """Yield an event's parts: each transition piece alone, what plays from one file after that in one."""
    start: int | None = None
    last: SegmentRequest | None = None
    end = 0
    for piece in pieces(event, inputs):
        request = piece_request(event, piece, inputs)
        if start is not None and last is not None and not (piece.first_k is None and _goes_on(last, request)):
            yield _plain(event, FrameRange(start, end), inputs)
            start = None
        if piece.first_k is not None:
            yield Part(event=event, frames=piece.frames, first_k=piece.first_k, why=why_encoded(request))
        elif start is None:
            start = piece.frames.start
        last, end = request, piece.frames.end
    if start is not None:
        yield _plain(event, FrameRange(start, end), inputs)


def _goes_on(earlier: SegmentRequest, later: SegmentRequest) -> bool:
    one, other = earlier.incoming, later.incoming
    if isinstance(one, VideoLayer) and isinstance(other, VideoLayer):
        return one.digest == other.digest and other.first == one.first + earlier.frames / earlier.rate * one.speed
    return False


def _plain(event: PictureEvent, frames: FrameRange, inputs: PictureInputs) -> Part:
    request = piece_request(event, Piece(frames=frames), inputs)
    why = why_encoded(request)
    if why or not isinstance(request.incoming, VideoLayer):
        return Part(event=event, frames=frames, why=why)
    free = tuple(_free(request.overlays, request.frames))
    stretches = tuple(
        Stretch(
            frames=one.moved(frames.start),
            question=CopyQuestion(
                digest=request.incoming.digest,
                facts=request.incoming.facts,
                rate=request.rate,
                first=request.incoming.first + one.start / request.rate,
                frames=len(one),
            ),
        )
        for one in free
        if len(one) >= WORTH_COPYING_FRAMES
    )
    if request.overlays:
        why = "something is drawn over it"
    elif not stretches:
        why = _TOO_SHORT
    return Part(event=event, frames=frames, stretches=stretches, why=why)


def _free(overlays: Sequence[Overlay], frames: int) -> Iterator[FrameRange]:
    """Yield the runs of a segment's frames over which nothing is laid."""
    at = 0
    for overlay in sorted(overlays, key=lambda one: one.start):
        if overlay.start > at:
            yield FrameRange(at, overlay.start)
        at = max(at, overlay.end)
    if at < frames:
        yield FrameRange(at, frames)


def _encoded(part: Part, start: int, end: int, inputs: PictureInputs) -> Iterator[SegmentRequest]:
    for first in range(start, end, MAX_FRAMES):
        frames = FrameRange(first, min(first + MAX_FRAMES, end))
        first_k = None if part.first_k is None else part.first_k + first - part.frames.start
        yield piece_request(part.event, Piece(frames=frames, first_k=first_k), inputs)


def _same_question(question: CopyQuestion) -> CopyQuestion:
    return question


def _same_request(request: CopyRequest) -> CopyRequest:
    return request


FIND_COPY = Stage(name="find-copy", version=1, plan=_same_question, result=CopyRange)
COPY = Stage(name="copy", version=1, plan=_same_request, result=Copied)
