"""conform, picture side: the picture events of a cut become segment requests that do not know where they stand."""

from collections.abc import Sequence
from dataclasses import dataclass

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
    StillLayer,
    VideoLayer,
)
from pipeline.ports.stage import Stage
from pipeline.stages.media import Media
from pipeline.timeline.model import Clip, MediaKind, PictureEvent, Timeline
from pipeline.timeline.segments import Piece, split


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A drawn subtitle (the digest of its PNG) and the output frames it is on."""

    picture: str
    record: FrameRange


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureInputs:
    """A cut, its media, the picture's size, and what is laid over it, in record order."""

    timeline: Timeline
    media: Media
    size: tuple[int, int]
    shown: tuple[Shown, ...] = ()


def segment_requests(inputs: PictureInputs) -> tuple[tuple[str, SegmentRequest], ...]:
    """Return every segment of the cut in record order, each with the name it is reported under.

    A segment's request holds no record time, event number or cut name, so that trimming one event leaves the others'
    segments as they are; and none of a subtitle that is not on it, so that a burned-in version shares the rest.
    """
    requests = []
    for event in inputs.timeline.picture:
        for index, piece in enumerate(split(event)):
            subject = f"{inputs.timeline.cut}/{event.number}.{event.line}.{index}"
            requests.append((subject, _request(event, piece, inputs)))
    return tuple(requests)


def _request(event: PictureEvent, piece: Piece, inputs: PictureInputs) -> SegmentRequest:
    width, height = inputs.size
    mix = None
    if piece.first_k is not None and event.outgoing is not None:
        outgoing = _layer(event.outgoing, piece.frames.start, inputs)
        mix = Mix(outgoing=outgoing, first_k=piece.first_k, of=event.dissolve_frames)
    return SegmentRequest(
        rate=inputs.timeline.rate,
        width=width,
        height=height,
        frames=len(piece.frames),
        incoming=_layer(event.clip, piece.frames.start, inputs),
        mix=mix,
        overlays=_overlays(piece.frames.moved(event.record.start), inputs.shown),
    )


def _layer(clip: Clip, frames_in: int, inputs: PictureInputs) -> Layer:
    if clip.kind is MediaKind.BLACK:
        return BlackLayer()
    if clip.kind is MediaKind.STILL:
        still = inputs.media.stills[clip.key]
        return StillLayer(digest=still.digest, facts=still)
    facts = inputs.media.reels[clip.key]
    if facts.video is None:
        return BlackLayer()
    first = clip.source_at(frames_in, inputs.timeline.rate)
    return VideoLayer(digest=facts.digest, facts=facts.video, first=first, speed=clip.speed)


def _overlays(record: FrameRange, shown: Sequence[Shown]) -> tuple[Overlay, ...]:
    overlays = []
    for one in shown:
        part = one.record.intersection(record)
        if part is not None:
            inside = part.moved(-record.start)
            overlays.append(Overlay(picture=one.picture, start=inside.start, end=inside.end))
    return tuple(overlays)


def _same(request: SegmentRequest) -> SegmentRequest:
    return request


SEGMENT = Stage(name="conform", version=1, plan=_same, result=Segment)


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinInputs:
    """The cut's segments in record order."""

    timeline: Timeline
    segments: tuple[Segment, ...]


def plan_join(inputs: JoinInputs) -> JoinRequest:
    """Return the join of a cut's segments."""
    return JoinRequest(rate=inputs.timeline.rate, segments=inputs.segments)


JOIN = Stage(name="join", version=1, plan=plan_join, result=Joined)
