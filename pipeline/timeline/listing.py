"""An edit as a table, from the list alone: what is known without the film's manifest."""

from dataclasses import dataclass
from fractions import Fraction

from footage_manifest.timecode import Clock, Label, TimecodeError
from pipeline.timeline.edl_lines import Channels
from pipeline.timeline.edl_model import Edl, Event, Side
from pipeline.timeline.speed import speed_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedSide:
    """One side of an event: reel and first clip name (empty where none is given), labels as written, outs exclusive.

    The `_frame` fields count from 00:00:00:00 on the list's own rate, drop-frame where the labels say so; None for a label
    which that rate does not have, as a reel's may be that counts otherwise. `speed` is 1 for plain, negative backwards, 0
    for a frozen frame, taken as if the reel counted at the list's rate.
    """

    reel: str
    clip_name: str
    source_in: Label
    source_out: Label
    source_in_frame: int | None
    source_out_frame: int | None
    speed: Fraction
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One event. `transition` is its code as written (`C`, `D`, `W001`), `transition_frames` its length, 0 for a cut.

    `side` plays, `outgoing` is what a transition leaves. Record frames count from 00:00:00:00 and go on after midnight,
    where labels begin again; outs are exclusive. `sound_delay` and `picture_delay` are a SPLIT's, in frames.
    """

    number: str
    channels: Channels
    transition: str
    transition_frames: int
    side: ListedSide
    outgoing: ListedSide | None
    record_in: Label
    record_out: Label
    record_in_frame: int
    record_out_frame: int
    sound_delay: int
    picture_delay: int
    line: int


def listed(edl: Edl, clock: Clock) -> tuple[Listed, ...]:
    """Return the list's events as they stand; `clock` is the one on which its record labels were read."""
    return tuple(_listed(event, clock) for event in edl.events)


def _listed(event: Event, clock: Clock) -> Listed:
    delay = event.split.delay if event.split is not None else 0
    picture_waits = event.split is not None and event.split.picture_waits
    return Listed(
        number=event.number,
        channels=event.channels,
        transition=event.transition.code,
        transition_frames=event.transition.frames,
        side=_side(event.incoming, clock),
        outgoing=_side(event.outgoing, clock) if event.outgoing is not None else None,
        record_in=clock.label(event.record.start),
        record_out=clock.label(event.record.end),
        record_in_frame=event.record.start,
        record_out_frame=event.record.end,
        sound_delay=0 if picture_waits else delay,
        picture_delay=delay if picture_waits else 0,
        line=event.line,
    )


def _side(side: Side, clock: Clock) -> ListedSide:
    drop = clock.drop if side.drop is None else side.drop
    try:
        own = Clock(clock.rate, drop)
    except TimecodeError:
        own = Clock(clock.rate)
    return ListedSide(
        reel=side.reel,
        clip_name=side.names[0] if side.names else "",
        source_in=side.source_in,
        source_out=side.source_out,
        source_in_frame=_frame(side.source_in, own),
        source_out_frame=_frame(side.source_out, own),
        speed=speed_of(side.motion, own),
        line=side.line,
    )


def _frame(label: Label, clock: Clock) -> int | None:
    try:
        return clock.frame(label)
    except TimecodeError:
        return None
