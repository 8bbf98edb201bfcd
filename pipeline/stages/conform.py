"""conform, picture side: the picture events of a cut become segment requests that do not know where they stand."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil

from footage_manifest.media import StillFacts
from footage_manifest.picture_plan import Fit, StillMove
from footage_manifest.timebase import FrameRange
from pipeline.ports.picture import (
    BlackLayer,
    Joined,
    JoinRequest,
    Layer,
    Mix,
    Overlay,
    Segment,
    SegmentRequest,
    Stamp,
    StillLayer,
    VideoEncoding,
    VideoLayer,
)
from pipeline.ports.stage import Stage
from pipeline.stages.media import Media
from pipeline.stages.moves import move_of, roll_of
from pipeline.timeline.model import Clip, MediaKind, PictureEvent, Timeline
from pipeline.timeline.segments import Piece, split


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A drawing (the digest of its PNG), the output frames it is on, and over how many of them it fades in and out."""

    picture: str
    record: FrameRange
    fade: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A drawn title: the facts of its PNG, and whether it rolls through the frame over its event."""

    facts: StillFacts
    rolls: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Framing:
    """How pictures of another shape fill the frame, and how stills move, by manifest key; `fit` where nothing is said."""

    fit: Fit = Fit.FIT
    reels: Mapping[str, Fit] = field(default_factory=dict)
    stills: Mapping[str, Fit] = field(default_factory=dict)
    moves: Mapping[str, StillMove] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class StampText:
    """What a review copy carries beside its record timecode, and how that counts (`record_zero` is the cut's)."""

    text: str
    font: str
    rate: Fraction
    drop: bool
    each: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureInputs:
    """A cut, its media, the picture's size, and what is laid over it; what lies lowest comes first."""

    timeline: Timeline
    media: Media
    size: tuple[int, int]
    cards: Mapping[str, Card] = field(default_factory=dict)
    framing: Framing = field(default_factory=Framing)
    shown: tuple[Shown, ...] = ()
    stamp: StampText | None = None
    encoding: VideoEncoding = field(default_factory=VideoEncoding)


def segment_requests(inputs: PictureInputs) -> tuple[tuple[str, SegmentRequest], ...]:
    """Return every segment of the cut in record order, each with the name it is reported under.

    A segment's request holds no record time, event number or cut name, so that trimming one event leaves the others'
    segments as they are (a review copy's stamp excepted); and none of a drawing that is not on it, so that versions share
    the rest.
    """
    requests = []
    for event in inputs.timeline.picture:
        for index, piece in enumerate(pieces(event, inputs)):
            subject = f"{inputs.timeline.cut}/{event.number}.{event.line}.{index}"
            requests.append((subject, piece_request(event, piece, inputs)))
    return tuple(requests)


def pieces(event: PictureEvent, inputs: PictureInputs) -> Iterator[Piece]:
    """Yield the event's pieces, each played from one file on either side: a reel may consist of several."""
    rate = inputs.timeline.rate
    borders: set[int] = set()
    for clip in (event.clip, event.outgoing):
        if clip is not None and clip.kind is MediaKind.REEL and clip.speed and clip.key in inputs.media.parts:
            starts = (part.start for part in inputs.media.parts[clip.key][1:])
            borders.update(_border(clip, start, rate) for start in starts)
    for piece in split(event):
        edges = [piece.frames.start, *sorted(at for at in borders if at - 1 in piece.frames and at in piece.frames)]
        for start, end in zip(edges, [*edges[1:], piece.frames.end], strict=True):
            passed = start - piece.frames.start
            first_k = None if piece.first_k is None else piece.first_k + passed
            yield Piece(frames=FrameRange(start, end), first_k=first_k)


def _border(clip: Clip, start: Fraction, rate: Fraction) -> int:
    """Return the first frame of an event that no longer plays from the same side of source instant `start`."""
    at = (start - clip.source_in) / clip.speed * rate
    return ceil(at) if clip.speed > 0 else int(at // 1) + 1


def piece_request(event: PictureEvent, piece: Piece, inputs: PictureInputs) -> SegmentRequest:
    """Return the request for frames of an event that play from one file on either side."""
    width, height = inputs.size
    mix = None
    if piece.first_k is not None and event.outgoing is not None:
        outgoing = _layer(event.outgoing, piece.frames.start, inputs)
        mix = Mix(outgoing=outgoing, first_k=piece.first_k, of=event.dissolve_frames, wipe=event.wipe)
    record = piece.frames.moved(event.record.start)
    return SegmentRequest(
        rate=inputs.timeline.rate,
        width=width,
        height=height,
        frames=len(piece.frames),
        incoming=_layer(event.clip, piece.frames.start, inputs),
        mix=mix,
        overlays=_overlays(record, inputs.shown),
        stamp=_stamp(record, inputs),
        encoding=inputs.encoding,
    )


def _layer(clip: Clip, frames_in: int, inputs: PictureInputs) -> Layer:
    if clip.kind is MediaKind.BLACK:
        return BlackLayer()
    if clip.kind in {MediaKind.STILL, MediaKind.TITLE}:
        return _still_layer(clip, frames_in, inputs)
    instant = clip.source_at(frames_in, inputs.timeline.rate)
    part = inputs.media.part_at(clip.key, instant)
    if part.facts.video is None:
        return BlackLayer()
    return VideoLayer(
        digest=part.facts.digest,
        facts=part.facts.video,
        first=instant - part.start,
        speed=clip.speed,
        fit=inputs.framing.reels.get(clip.key, inputs.framing.fit),
    )


def _still_layer(clip: Clip, frames_in: int, inputs: PictureInputs) -> StillLayer:
    into = round(clip.source_in * inputs.timeline.rate) + frames_in
    if clip.kind is MediaKind.TITLE:
        card = inputs.cards[clip.key]
        move = roll_of(card.facts, inputs.size, into, clip.length) if card.rolls else None
        return StillLayer(digest=card.facts.digest, facts=card.facts, move=move)
    still = inputs.media.stills[clip.key]
    fit = inputs.framing.stills.get(clip.key, inputs.framing.fit)
    kind = inputs.framing.moves.get(clip.key, StillMove.NONE)
    return StillLayer(
        digest=still.digest, facts=still, fit=fit, move=move_of(kind, still, inputs.size, into, clip.length, fit)
    )


def _overlays(record: FrameRange, shown: Sequence[Shown]) -> tuple[Overlay, ...]:
    overlays = []
    for one in shown:
        part = one.record.intersection(record)
        if part is None:
            continue
        inside = part.moved(-record.start)
        overlay = Overlay(picture=one.picture, start=inside.start, end=inside.end)
        into, frames = part.start - one.record.start, len(one.record)
        if one.fade and not one.fade <= into <= into + len(part) <= frames - one.fade:
            overlay = Overlay(
                picture=one.picture, start=inside.start, end=inside.end, into=into, frames=frames, fade=one.fade
            )
        overlays.append(overlay)
    return tuple(overlays)


def _stamp(record: FrameRange, inputs: PictureInputs) -> Stamp | None:
    said = inputs.stamp
    if said is None:
        return None
    first = inputs.timeline.record_zero * said.each + record.start
    return Stamp(first=first, rate=said.rate, drop=said.drop, each=said.each, text=said.text, font=said.font)


def _same(request: SegmentRequest) -> SegmentRequest:
    return request


SEGMENT = Stage(name="conform", version=2, plan=_same, result=Segment)


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinInputs:
    """The cut's segments in record order."""

    timeline: Timeline
    segments: tuple[Segment, ...]
    container: str = "mp4"


def plan_join(inputs: JoinInputs) -> JoinRequest:
    """Return the join of a cut's segments."""
    return JoinRequest(rate=inputs.timeline.rate, segments=inputs.segments, container=inputs.container)


JOIN = Stage(name="join", version=1, plan=plan_join, result=Joined)
