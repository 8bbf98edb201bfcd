"""`picture: copy-where-possible`: what of an output's picture is copied, and which segments are left to encode."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.assembly.site import Site
from pipeline.ports.copying import Copied, CopyQuestion, CopyRange
from pipeline.ports.picture import Segment, SegmentRequest
from pipeline.stages.conform import PictureInputs, segment_requests
from pipeline.stages.copying import (
    COPY,
    FIND_COPY,
    Copy,
    EventCopies,
    Part,
    copies_in,
    parts_of,
    requests_between,
    why_not_copied,
    within_room,
)
from pipeline.tools.parameter_sets import MOST_HEADERS

COPY_WHERE_POSSIBLE = "copy-where-possible"
"""What a cut's `picture` says for it."""

Asked = tuple[str, SegmentRequest]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """The segments of one output in record order; `events` as in `Plan`."""

    segments: tuple[Segment, ...]
    events: tuple[EventCopies, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A picture in record order: what is copied already, and what has to be encoded, each under its name.

    `events` says of each picture event what was copied of it; nothing where copies were not asked for.
    """

    items: tuple[Asked | Segment, ...]
    events: tuple[EventCopies, ...] = ()

    @property
    def to_encode(self) -> tuple[Asked, ...]:
        """Return what has to be encoded, in record order."""
        return tuple(item for item in self.items if not isinstance(item, Segment))

    def whole(self, encoded: Iterator[Segment]) -> tuple[Segment, ...]:
        """Return all segments in record order; `encoded` gives one for each of `to_encode`."""
        return tuple(item if isinstance(item, Segment) else next(encoded) for item in self.items)


def planned(site: Site, inputs: PictureInputs, *, copying: bool) -> Plan:
    """Return how a picture is made: everything encoded, or with `copying` what can be copied copied."""
    if not copying:
        return Plan(items=segment_requests(inputs))
    parts = parts_of(inputs)
    answers = _answers(site, inputs, parts)
    copies = [copies_in(part, answers) for part in parts]
    made = _copied(site, inputs, parts, copies)
    good = [tuple(copy for copy in of_part if made[copy].segment is not None) for of_part in copies]
    items: list[Asked | Segment] = []
    numbers: dict[str, int] = {}
    for part, of_part in zip(parts, good, strict=True):
        for item in requests_between(part, of_part, inputs):
            if isinstance(item, SegmentRequest):
                items.append((_subject(inputs, part, numbers), item))
            elif (segment := made[item].segment) is not None:
                items.append(segment)
    return Plan(items=tuple(items), events=tuple(_told(inputs, parts, good, answers, made)))


def told_in(picture: Sequence[dict[str, object]], events: Sequence[EventCopies]) -> list[dict[str, object]]:
    """Return a report's picture events, each with what was copied of it where copies were asked for."""
    if not events:
        return list(picture)
    return [
        {**said, "copied_frames": event.copied, "copying": str(event)}
        for said, event in zip(picture, events, strict=True)
    ]


def _answers(site: Site, inputs: PictureInputs, parts: Sequence[Part]) -> Mapping[CopyQuestion, CopyRange]:
    numbers: dict[str, int] = {}
    asked = [(_subject(inputs, part, numbers), stretch.question) for part in parts for stretch in part.stretches]
    found = within_room(site.engine.map(FIND_COPY, site.tools.copy_finder, asked), MOST_HEADERS)
    return {question: answer for (_, question), answer in zip(asked, found, strict=True)}


def _copied(
    site: Site, inputs: PictureInputs, parts: Sequence[Part], copies: Sequence[Sequence[Copy]]
) -> Mapping[Copy, Copied]:
    numbers: dict[str, int] = {}
    asked = [
        (_subject(inputs, part, numbers), copy) for part, of_part in zip(parts, copies, strict=True) for copy in of_part
    ]
    made = site.engine.map(COPY, site.tools.segment_copier, [(name, copy.request) for name, copy in asked])
    return {copy: one for (_, copy), one in zip(asked, made, strict=True)}


def _subject(inputs: PictureInputs, part: Part, numbers: dict[str, int]) -> str:
    """Return the name of an event's next piece, as `segment_requests` has it."""
    event = f"{inputs.timeline.cut}/{part.event.number}.{part.event.line}"
    index = numbers.get(event, 0)
    numbers[event] = index + 1
    return f"{event}.{index}"


def _told(
    inputs: PictureInputs,
    parts: Sequence[Part],
    copies: Sequence[Sequence[Copy]],
    answers: Mapping[CopyQuestion, CopyRange],
    made: Mapping[Copy, Copied],
) -> Iterator[EventCopies]:
    for event in inputs.timeline.picture:
        of_event = [(part, of_part) for part, of_part in zip(parts, copies, strict=True) if part.event is event]
        why = [reason for part, _ in of_event for reason in why_not_copied(part, answers)]
        why += [one.why for part, _ in of_event for copy in copies_in(part, answers) if (one := made[copy]).why]
        copied = sum(len(copy.frames) for _, of_part in of_event for copy in of_part)
        yield EventCopies(frames=len(event.record), copied=copied, why=tuple(dict.fromkeys(why)))
