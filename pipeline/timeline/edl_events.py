"""Statements of an EDL joined to events: transitions with their two lines, clip names and speeds with their sides."""

from dataclasses import replace

from footage_manifest.findings import Finding
from footage_manifest.timecode import Clock
from footage_manifest.wording import shown
from pipeline.timeline.edl_draft import Draft, named
from pipeline.timeline.edl_labels import Columns, column_name
from pipeline.timeline.edl_lines import (
    AudioLine,
    ClipName,
    EventLine,
    FrameCode,
    Remark,
    Role,
    SpeedLine,
    SplitLine,
    Statement,
    Title,
)
from pipeline.timeline.edl_model import Edl, Motion
from pipeline.timeline.edl_splits import join_splits


class EventReader:
    """Takes statements in order of lines; `finish` returns the list. `findings` holds what was refused on the way."""

    def __init__(self, *, file: str, clock: Clock) -> None:
        self.findings: list[Finding] = []
        self._file = file
        self._clock = clock
        self._columns = Columns(file=file, clock=clock, findings=self.findings)
        self._title: str | None = None
        self._header: list[Remark] = []
        self._drafts: list[Draft] = []
        self._splits: list[SplitLine] = []
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
            case AudioLine():
                self._audio(found)
            case SplitLine():
                self._splits.append(found)
            case Remark():
                self._remark(found)

    def finish(self) -> Edl:
        """Return the list of what could be read."""
        self._close_waiting()
        if not self._drafts and not self.findings:
            cure = "export the edit again; an event line is 001 INT01 V C and four timecodes"
            self.refuse(1, "the list holds no event", cure)
        for line, what, cure in join_splits(self._splits, self._drafts, self._clock):
            self.refuse(line, what, cure, field="SPLIT")
        drafts = [
            draft for draft in self._drafts if self._columns.in_order(draft.line, draft.record, draft.incoming.motion)
        ]
        if any(draft.record.start < 0 for draft in drafts):
            # The first event stands after midnight and another before it: the list is not in order of record time.
            for draft in drafts:
                draft.record = draft.record.moved(self._clock.frames_a_day)
        events = tuple(draft.event() for draft in drafts)
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

    def _owner(self, line: int, field: str) -> Draft | None:
        """Return the event that a statement belongs to, None where that was not readable or there is none (refused)."""
        if self._event_skipped:
            return None
        if not self._drafts:
            self.refuse(line, "it stands before the first event", "put it below the event it belongs to", field=field)
            return None
        return self._drafts[-1]

    def _audio(self, audio: AudioLine) -> None:
        draft = self._owner(audio.line, "AUD")
        if draft is not None:
            draft.sound.update(audio.channels)

    def _clip_name(self, name: ClipName) -> None:
        draft = self._drafts[-1] if self._drafts and not self._event_skipped else None
        if draft is None or (name.role is Role.TO and not draft.has_two_sides):
            self._remark(Remark(line=name.line, key=f"{name.role} CLIP NAME", text=name.text))
        elif name.role is Role.TO or not draft.has_two_sides:
            draft.incoming = named(draft.incoming, name.text)
        else:
            if draft.outgoing is not None:
                draft.outgoing = named(draft.outgoing, name.text)
            if draft.follows is not None and not draft.follows.incoming.names:
                draft.follows.incoming = named(draft.follows.incoming, name.text)

    def _speed(self, speed: SpeedLine) -> None:
        """Give a speed to the side whose reel it names, to the one that starts at its timecode where both do."""
        draft = self._owner(speed.line, "M2")
        if draft is None:
            return
        motion = Motion(line=speed.line, frames_a_second=speed.frames_a_second)
        meant = draft.motion_sides(speed.reel)
        if not meant:
            what = f"the speed is for reel {shown(speed.reel)}, which the event above it does not play"
            self.refuse(speed.line, what, "name the event's reel, or move the line below its event", field="M2")
            return
        starting = [one for one in meant if one.side.source_in == speed.at]
        if len(meant) > 1 and not starting:
            what = f"both sides of the transition play reel {shown(speed.reel)}, and neither starts at {speed.at}"
            self.refuse(speed.line, what, "write the source in of the side that is meant", field="M2")
            return
        side = starting[0] if starting else meant[0]
        earlier = side.side.motion
        if earlier is not None and len(starting) > 1:
            side, earlier = starting[1], starting[1].side.motion
        if earlier is not None and earlier.frames_a_second != motion.frames_a_second:
            what = f"line {earlier.line} says another speed for the same clip"
            self.refuse(speed.line, what, "keep the one that is right", field="M2")
            return
        side.give(motion)

    # ----------------------------------------------------------------------------------------------------------- event lines

    def _event_line(self, line: EventLine) -> None:
        record, incoming = self._columns.record(line), self._columns.side(line)
        if record is None or incoming is None:
            self.skip_event()
            return
        draft = Draft(line=line, record=record, incoming=incoming)
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

    def _find_outgoing(self, draft: Draft) -> None:
        """Set what a transition leaves: its own line without length, or the event of the same number that ends there.

        A line without length stands for nothing but what a transition leaves, so its number need not be the transition's.
        """
        line = draft.line
        before = self._drafts[-1] if self._drafts else None
        joined = (
            before is not None
            and before.line.channels == line.channels
            and before.record.end == draft.record.start
            and (before.waiting or before.line.number == line.number)
        )
        if before is not None and joined and before.waiting:
            self._drafts.pop()
            draft.outgoing = before.incoming
            draft.remarks, draft.sound, draft.split = before.remarks, before.sound, before.split
        elif before is not None and joined and not before.has_two_sides:
            draft.outgoing = replace(before.incoming, source_in=before.incoming.source_out)
            draft.follows = before
        elif line.transition.mixes and not self._event_skipped:
            self.refuse(
                line.line,
                f"the {line.transition.kind} does not say what it leaves",
                "put the outgoing side's line before it: same number, channels and record in, C, and no length",
                field=column_name(line, "transition"),
            )
