"""Statements of an EDL joined to events: transitions with their two lines, clip names and speeds with their sides."""

from dataclasses import dataclass, field, replace

from footage_manifest.findings import Finding
from footage_manifest.timebase import FrameRange
from footage_manifest.timecode import Clock
from footage_manifest.wording import shown
from pipeline.timeline.edl_labels import Columns, column_name
from pipeline.timeline.edl_lines import (
    AudioLine,
    Channels,
    ClipName,
    EventLine,
    FrameCode,
    Remark,
    Role,
    SpeedLine,
    SplitLine,
    Statement,
    Title,
    TransitionKind,
)
from pipeline.timeline.edl_model import Edl, Event, Motion, Side

MAX_NAMES = 8
"""Clip names that are remembered for one side; no program writes more than two."""


@dataclass(slots=True)
class _Draft:
    """An event while its remarks are still being read; `waiting` until the second line of a transition has come.

    `follows` is the event that a transition leaves where that has a length of its own.
    """

    line: EventLine
    record: FrameRange
    incoming: Side
    outgoing: Side | None = None
    waiting: bool = False
    follows: "_Draft | None" = None
    sound: set[int] = field(default_factory=set)
    split_line: int | None = None
    remarks: list[Remark] = field(default_factory=list)

    @property
    def has_two_sides(self) -> bool:
        return self.line.transition.kind is not TransitionKind.CUT

    def event(self) -> Event:
        sound = tuple(sorted(self.sound.union(self.line.channels.sound)))
        return Event(
            line=self.line.line,
            number=self.line.number,
            channels=Channels(picture=self.line.channels.picture, sound=sound),
            transition=self.line.transition,
            record=self.record,
            incoming=self.incoming,
            outgoing=self.outgoing,
            split_line=self.split_line,
            remarks=tuple(self.remarks),
        )


class EventReader:
    """Takes statements in order of lines; `finish` returns the list. `findings` holds what was refused on the way."""

    def __init__(self, *, file: str, clock: Clock) -> None:
        self.findings: list[Finding] = []
        self._file = file
        self._columns = Columns(file=file, clock=clock, findings=self.findings)
        self._title: str | None = None
        self._header: list[Remark] = []
        self._drafts: list[_Draft] = []
        self._event_skipped = False

    @property
    def events(self) -> int:
        """Return how many events there are so far."""
        return len(self._drafts)

    def refuse(self, line: int, what: str, cure: str, *, field: str = "") -> None:
        """Add a finding on `line`."""
        self.findings.append(Finding(file=self._file, line=line, field=field, what=what, cure=cure))

    def skip_event(self) -> None:
        """Say that an event line could not be read, so that what belongs to it is not blamed as well."""
        self._event_skipped = True
        if self._drafts and self._drafts[-1].waiting:
            self._drafts.pop()

    def take(self, found: Statement) -> None:
        """Add the next statement."""
        match found:
            case EventLine():
                self._event_line(found)
            case FrameCode():
                self._columns.drop = found.drop
            case Title():
                self._take_title(found)
            case ClipName():
                self._clip_name(found)
            case SpeedLine():
                self._speed(found)
            case AudioLine() | SplitLine():
                self._addition(found)
            case Remark():
                self._remark(found)

    def finish(self) -> Edl:
        """Return the list of what could be read."""
        self._close_waiting()
        if not self._drafts and not self.findings:
            cure = "export the edit again; an event line is 001 INT01 V C and four timecodes"
            self.refuse(1, "the list holds no event", cure)
        events = tuple(draft.event() for draft in self._drafts)
        return Edl(file=self._file, title=self._title or "", events=events, remarks=tuple(self._header))

    # ------------------------------------------------------------------------------------------------ what belongs to events

    def _take_title(self, title: Title) -> None:
        if self._title is None:
            self._title = title.text
            return
        what = "a second TITLE begins here: two lists in one file"
        self.refuse(title.line, what, "make each a file of its own", field="TITLE")

    def _remark(self, remark: Remark) -> None:
        (self._drafts[-1].remarks if self._drafts else self._header).append(remark)

    def _owner(self, line: int, field: str) -> _Draft | None:
        """Return the event that a statement belongs to, None where that was not readable or there is none (refused)."""
        if self._event_skipped:
            return None
        if not self._drafts:
            self.refuse(line, "it stands before the first event", "put it below the event it belongs to", field=field)
            return None
        return self._drafts[-1]

    def _addition(self, addition: AudioLine | SplitLine) -> None:
        draft = self._owner(addition.line, "AUD" if isinstance(addition, AudioLine) else "SPLIT")
        if draft is not None and isinstance(addition, AudioLine):
            draft.sound.update(addition.channels)
        elif draft is not None:
            draft.split_line = addition.line

    def _clip_name(self, name: ClipName) -> None:
        draft = self._drafts[-1] if self._drafts and not self._event_skipped else None
        if draft is None or (name.role is Role.TO and not draft.has_two_sides):
            self._remark(Remark(line=name.line, key=f"{name.role} CLIP NAME", text=name.text))
        elif name.role is Role.TO or not draft.has_two_sides:
            draft.incoming = _named(draft.incoming, name.text)
        else:
            if draft.outgoing is not None:
                draft.outgoing = _named(draft.outgoing, name.text)
            if draft.follows is not None and not draft.follows.incoming.names:
                draft.follows.incoming = _named(draft.follows.incoming, name.text)

    def _speed(self, speed: SpeedLine) -> None:
        """Give a speed to the side whose reel it names, to the one that starts at its timecode where both do."""
        draft = self._owner(speed.line, "M2")
        if draft is None:
            return
        motion = Motion(line=speed.line, frames_a_second=speed.frames_a_second)
        before = draft.follows.incoming if draft.follows is not None else None
        sides = [side for side in (draft.incoming, before, draft.outgoing) if side is not None]
        meant = [side for side in sides if _is_reel(side, speed.reel)]
        if not meant:
            what = f"the speed is for reel {shown(speed.reel)}, which the event above it does not play"
            self.refuse(speed.line, what, "name the event's reel, or move the line below its event", field="M2")
            return
        side = next((side for side in meant if side.source_in == speed.at), meant[0])
        if side is draft.incoming:
            draft.incoming = replace(side, motion=motion)
        elif side is draft.outgoing:
            draft.outgoing = replace(side, motion=motion)
        elif draft.follows is not None:
            draft.follows.incoming = replace(side, motion=motion)

    # ----------------------------------------------------------------------------------------------------------- event lines

    def _event_line(self, line: EventLine) -> None:
        record, incoming = self._columns.record(line), self._columns.side(line)
        if record is None or incoming is None:
            self.skip_event()
            return
        draft = _Draft(line=line, record=record, incoming=incoming)
        if draft.has_two_sides:
            if not len(record):
                self.refuse(
                    line.line,
                    "the event lasts no time",
                    "give it a length or remove it",
                    field=column_name(line, "record out"),
                )
            self._find_outgoing(draft)
        else:
            draft.waiting = not len(record)
        self._close_waiting()
        self._drafts.append(draft)
        self._event_skipped = False

    def _close_waiting(self) -> None:
        """Refuse and remove a line without length that no transition has taken."""
        if not self._drafts or not self._drafts[-1].waiting:
            return
        line = self._drafts.pop().line
        self.refuse(
            line.line,
            "the event lasts no time, and no transition with its number and channels follows it",
            "give it a length or remove it",
            field=column_name(line, "record out"),
        )

    def _find_outgoing(self, draft: _Draft) -> None:
        """Set what a transition leaves: its own line without length, or the event of the same number that ends there."""
        line = draft.line
        before = self._drafts[-1] if self._drafts else None
        joined = (
            before is not None
            and (before.line.number, before.line.channels) == (line.number, line.channels)
            and before.record.end == draft.record.start
        )
        if before is not None and joined and before.waiting:
            self._drafts.pop()
            draft.outgoing = before.incoming
            draft.remarks, draft.sound, draft.split_line = before.remarks, before.sound, before.split_line
        elif before is not None and joined and not before.has_two_sides:
            draft.outgoing = replace(before.incoming, source_in=before.incoming.source_out)
            draft.follows = before
        elif line.transition.kind is TransitionKind.DISSOLVE and not self._event_skipped:
            self.refuse(
                line.line,
                "the dissolve does not say what it leaves",
                "put the outgoing side's line before it: same number, channels and record in, C, and no length",
                field=column_name(line, "transition"),
            )


def _named(side: Side, name: str) -> Side:
    if name in side.names or len(side.names) >= MAX_NAMES:
        return side
    return replace(side, names=(*side.names, name))


def _is_reel(side: Side, reel: str) -> bool:
    """Return whether a speed line's reel is this side's: programs shorten names to 8 characters or more there."""
    return side.reel == reel or (len(reel) >= 8 and side.reel.startswith(reel))
