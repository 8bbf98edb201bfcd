"""An EDL as read: events with the line each stood on, labels as written, and every remark. Nothing is relinked yet."""

from dataclasses import dataclass
from fractions import Fraction

from footage_manifest.timebase import FrameRange
from footage_manifest.timecode import Label
from pipeline.timeline.edl_lines import Channels, Remark, Transition


@dataclass(frozen=True, slots=True, kw_only=True)
class Motion:
    """A speed change (`M2`) on `line`: source frames a second, negative backwards, 0 for a frozen frame."""

    line: int
    frames_a_second: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What one side of an event plays: a reel from `source_in` up to, not including, `source_out`, as labels.

    Which clock the labels count on is known only once the reel is (SEMANTICS rule 3). `drop` is what the list itself says
    about them (rule 6): True or False, None where it says nothing. `names` are the side's clip names as commented.
    """

    line: int
    reel: str
    source_in: Label
    source_out: Label
    drop: bool | None
    names: tuple[str, ...] = ()
    motion: Motion | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One edit. `record` counts labels of the film's clock from 00:00:00:00; `number` is as written and may repeat.

    `outgoing` is the side a transition leaves, None for a cut; its `source_in` is where it goes on. `split_line` is the
    line of a SPLIT, None without one.
    """

    line: int
    number: str
    channels: Channels
    transition: Transition
    record: FrameRange
    incoming: Side
    outgoing: Side | None = None
    split_line: int | None = None
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Edl:
    """One list: `file` is relative to the film folder, `remarks` are the lines before the first event."""

    file: str
    title: str
    events: tuple[Event, ...]
    remarks: tuple[Remark, ...] = ()
