"""An event of a list while what belongs to it is still being read."""

from dataclasses import dataclass, field, replace

from footage_manifest.timebase import FrameRange
from pipeline.timeline.edl_lines import Channels, EventLine, Remark, TransitionKind
from pipeline.timeline.edl_model import Event, Motion, Side, Split

MAX_NAMES = 8
"""Clip names that are remembered for one side; no program writes more than two."""


@dataclass(slots=True)
class Draft:
    """An event to be; `waiting` until the second line of a transition has come.

    `follows` is the event that a transition leaves where that has a length of its own.
    """

    line: EventLine
    record: FrameRange
    incoming: Side
    outgoing: Side | None = None
    waiting: bool = False
    follows: "Draft | None" = None
    sound: set[int] = field(default_factory=set)
    split: Split | None = None
    remarks: list[Remark] = field(default_factory=list)

    @property
    def has_two_sides(self) -> bool:
        """Return whether the event begins with a transition."""
        return self.line.transition.kind is not TransitionKind.CUT

    @property
    def channels(self) -> Channels:
        """Return what the event carries, channels of AUD lines included."""
        return Channels(
            picture=self.line.channels.picture, sound=tuple(sorted(self.sound.union(self.line.channels.sound)))
        )

    def motion_sides(self, reel: str) -> list["Moved"]:
        """Return the sides that a speed line for `reel` can be meant for: the event's, then what its transition leaves."""
        sides = [Moved(self, incoming=True)]
        if self.follows is not None:
            sides.append(Moved(self.follows, incoming=True))
        elif self.outgoing is not None:
            sides.append(Moved(self, incoming=False))
        return [one for one in sides if _is_reel(one.side, reel)]

    def event(self) -> Event:
        """Return the event as read."""
        return Event(
            line=self.line.line,
            number=self.line.number,
            channels=self.channels,
            transition=self.line.transition,
            record=self.record,
            incoming=self.incoming,
            outgoing=self.outgoing,
            split=self.split,
            remarks=tuple(self.remarks),
        )


@dataclass(frozen=True, slots=True)
class Moved:
    """A side of a draft that a speed may be given to."""

    draft: Draft
    incoming: bool

    @property
    def side(self) -> Side:
        """Return the side as it is now."""
        if self.incoming or self.draft.outgoing is None:
            return self.draft.incoming
        return self.draft.outgoing

    def give(self, motion: Motion) -> None:
        """Set the side's speed."""
        side = replace(self.side, motion=motion)
        if self.incoming:
            self.draft.incoming = side
        else:
            self.draft.outgoing = side


def named(side: Side, name: str) -> Side:
    """Return the side with one more clip name."""
    if name in side.names or len(side.names) >= MAX_NAMES:
        return side
    return replace(side, names=(*side.names, name))


def _is_reel(side: Side, reel: str) -> bool:
    """Return whether a speed line's reel is this side's: programs shorten names to 8 characters or more there."""
    return side.reel == reel or (len(reel) >= 8 and side.reel.startswith(reel))
