"""An EDL as read: events with the line each stood on, labels as written, and every remark. Nothing is relinked yet."""

from dataclasses import dataclass
from fractions import Fraction

from footage_manifest.findings import Finding
from footage_manifest.timebase import FrameRange
from footage_manifest.timecode import Label
from pipeline.timeline.edl_lines import Channels, Remark, Transition


@dataclass(frozen=True, slots=True, kw_only=True)
class Motion:
    """A speed change (`M2`) on `line`: source frames a second, negative backwards, 0 for a frozen frame.

    Timelines that are no EDLs state `speed` itself, source seconds a record second; it then decides.
    """

    line: int
    frames_a_second: Fraction
    speed: Fraction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What one side of an event plays: a reel from `source_in` up to, not including, `source_out`, as labels.

    Which clock the labels count on is known only once the reel is (SEMANTICS rule 3). `drop` is what the list itself says
    about them (rule 6): True or False, None where it says nothing. `names` are the side's clip names as commented. `span` is
    stated by timelines that are no EDLs and know where a medium starts: from its first frame, in seconds, the end exclusive;
    it then decides, and the labels are for people.
    """

    line: int
    reel: str
    source_in: Label
    source_out: Label
    drop: bool | None
    names: tuple[str, ...] = ()
    motion: Motion | None = None
    span: tuple[Fraction, Fraction] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """A `SPLIT` on `line`: the sound (or the picture, where `picture_waits`) begins `delay` labels after the record in."""

    line: int
    delay: int
    picture_waits: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One edit. `record` counts labels of the film's clock from 00:00:00:00; `number` is as written and may repeat.

    `outgoing` is the side a transition leaves, None for a cut; its `source_in` is where it goes on.
    """

    line: int
    number: str
    channels: Channels
    transition: Transition
    record: FrameRange
    incoming: Side
    outgoing: Side | None = None
    split: Split | None = None
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Edl:
    """One list, which is one track: `file` is relative to the film folder, `remarks` are the lines before the first event.

    `findings` are warnings about what the file says and a cut cannot: effects, disabled clips.
    """

    file: str
    title: str
    events: tuple[Event, ...]
    remarks: tuple[Remark, ...] = ()
    findings: tuple[Finding, ...] = ()
