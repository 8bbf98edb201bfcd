"""A cut as rows, whatever file it was read from: what `cut show` prints and `cut diff` compares."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from footage_manifest.findings import Finding
from footage_manifest.timecode import Clock, Label, TimecodeError
from pipeline.timeline.edl_lines import BLACK_REEL
from pipeline.timeline.edl_model import Edl, Event, Side
from pipeline.timeline.edl_write import channel_column
from pipeline.timeline.export_plan import clock_of
from pipeline.timeline.speed import speed_of

ClockOf = Callable[[Side], Clock]
"""Says how a side's labels count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SideRow:
    """One side of an event. Frames count its labels from 00:00:00:00 at `rate`; None for a label that this does not have."""

    reel: str
    clip_name: str
    source_in: Label
    source_out: Label
    source_in_frame: int | None
    source_out_frame: int | None
    rate: Fraction
    speed: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One event. `track` counts lists from 1. `channels` and `transition` are written as in an EDL; outs are exclusive.

    Record frames count labels from 00:00:00:00 and go on after midnight. `delay` is a SPLIT's, negative where the picture
    waits.
    """

    track: int
    number: str
    channels: str
    transition: str
    transition_frames: int
    side: SideRow
    outgoing: SideRow | None
    record_in: Label
    record_out: Label
    record_in_frame: int
    record_out_frame: int
    delay: int
    line: int
    file: str

    @property
    def length(self) -> int:
        """Return how many record frames it lasts."""
        return self.record_out_frame - self.record_in_frame


def rows(edls: Sequence[Edl], clock: Clock, clock_of_side: ClockOf | None = None) -> tuple[Row, ...]:
    """Return the events of all lists, list by list in order of lines; record labels count on `clock`."""

    def counting(side: Side) -> Clock:
        return clock_of(side, clock)

    asked = clock_of_side or counting
    return tuple(
        _row(track, edl.file, event, clock, asked) for track, edl in enumerate(edls, 1) for event in edl.events
    )


def wrong_labels(edls: Sequence[Edl], clock: Clock) -> Iterator[Finding]:
    """Yield a finding for each source label that does not exist at the rate at which it counts."""
    for edl in edls:
        for event in edl.events:
            for side in (event.outgoing, event.incoming):
                if side is None or side.reel == BLACK_REEL:
                    continue
                for label in dict.fromkeys((side.source_in, side.source_out)):
                    try:
                        clock_of(side, clock).frame(label)
                    except TimecodeError as error:
                        what, cure = f"source timecode {error}", "correct it, or show the list at its own rate"
                        yield Finding(
                            file=edl.file, line=side.line, field=f"event {event.number}", what=what, cure=cure
                        )


def _row(track: int, file: str, event: Event, clock: Clock, counting: ClockOf) -> Row:
    delay = event.split.delay if event.split is not None else 0
    return Row(
        track=track,
        number=event.number,
        channels=channel_column(event.channels),
        transition=event.transition.code,
        transition_frames=event.transition.frames,
        side=_side(event.incoming, counting),
        outgoing=_side(event.outgoing, counting) if event.outgoing is not None else None,
        record_in=clock.label(event.record.start),
        record_out=clock.label(event.record.end),
        record_in_frame=event.record.start,
        record_out_frame=event.record.end,
        delay=-delay if event.split is not None and event.split.picture_waits else delay,
        line=event.line,
        file=file,
    )


def _side(side: Side, counting: ClockOf) -> SideRow:
    clock = counting(side)
    return SideRow(
        reel=side.reel,
        clip_name=side.names[0] if side.names else "",
        source_in=_marked(side, side.source_in),
        source_out=_marked(side, side.source_out),
        source_in_frame=_frame(side.source_in, clock),
        source_out_frame=_frame(side.source_out, clock),
        rate=clock.rate,
        speed=speed_of(side.motion, clock),
    )


def _marked(side: Side, label: Label) -> Label:
    """Return a label with the punctuation that says how it counts, where the list says that by FCM."""
    return label if side.drop is None or side.reel == BLACK_REEL else replace(label, drop=side.drop)


def _frame(label: Label, clock: Clock) -> int | None:
    try:
        return clock.frame(label)
    except TimecodeError:
        return None
