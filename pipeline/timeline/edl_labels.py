"""The timecode columns of event lines, checked: record labels become frames, source labels stay labels.

Timecode passes midnight. A record label that lies more than 18 hours before the event above it is counted on the next day,
and an out before its in is taken to lie after midnight where the length that makes fits the line's other two columns.
"""

from fractions import Fraction

from footage_manifest.findings import Finding
from footage_manifest.timebase import FrameRange
from footage_manifest.timecode import Clock, Label, TimecodeError
from pipeline.timeline.edl_lines import BLACK_REEL, EventLine
from pipeline.timeline.edl_model import Motion, Side

LONGEST_ACROSS_MIDNIGHT = Fraction(6 * 3600)
"""In seconds: what would pass midnight and be longer is an out before an in."""
_SECONDS_APART = 3
"""How far the two lengths of a line that passes midnight may differ, in seconds: they may be counted at different rates."""


class Columns:
    """Reads the timecode columns of event lines. `drop` is the FCM in force, None before the first."""

    def __init__(self, *, file: str, clock: Clock, findings: list[Finding]) -> None:
        self.drop: bool | None = None
        self._file = file
        self._clock = clock
        self._findings = findings
        self._told_drop: set[bool | None] = set()
        self._last_start: int | None = None

    def record(self, line: EventLine) -> FrameRange | None:
        """Return the record columns in label frames from 00:00:00:00, or None with a finding added.

        Days are told apart: frames go on counting after midnight, and lie before 0 on the day before the first event's. An
        out before its in is counted on the next day; whether that can be meant is for `in_order` to say.
        """
        self._check_counting(line)
        frames = []
        for name, label in (("record in", line.record_in), ("record out", line.record_out)):
            try:
                frames.append(self._clock.frame(label))
            except TimecodeError as error:
                self._refuse(line, name, str(error), "correct the line, or export the edit at the film's rate")
        if len(frames) < 2:
            return None
        day = self._clock.frames_a_day
        start, end = frames[0], frames[1] + (day if frames[1] < frames[0] else 0)
        days = nearest_day(start, self._last_start, self._clock) if self._last_start is not None else 0
        self._last_start = start + days * day
        return FrameRange(self._last_start, end + days * day)

    def side(self, line: EventLine) -> Side | None:
        """Return what the line plays, or None with a finding added. Which frames exist is for the reel's clock to say."""
        marked = line.source_in.drop or line.source_out.drop
        drop = True if marked else self.drop
        if not marked and (line.record_in.drop or line.record_out.drop):
            drop = False  # the line tells `;` from `:`, so its colons mean non-drop whatever FCM says
        faults = len(self._findings)
        for name, label in (("source in", line.source_in), ("source out", line.source_out)):
            if label.hours > 23 or max(label.minutes, label.seconds, label.frames) > 59:
                what = f"{label} does not exist: hours go to 23, minutes, seconds and frames to 59 at most"
                self._refuse(line, name, what, "correct the timecode")
        if faults != len(self._findings):
            return None
        return Side(line=line.line, reel=line.reel, source_in=line.source_in, source_out=line.source_out, drop=drop)

    def in_order(self, line: EventLine, record: FrameRange, motion: Motion | None) -> bool:
        """Return whether outs come after ins, midnight passed or not; a finding is added where they do not.

        `motion` is the speed of what the line plays: backwards, its source columns may stand either way round.
        """
        seconds = self._seconds(line.source_out) - self._seconds(line.source_in)
        wraps = _order(line.source_out) < _order(line.source_in)
        backwards = motion is not None and (
            motion.frames_a_second < 0 or (motion.speed is not None and motion.speed < 0)
        )
        length = len(record) / Fraction(self._clock.nominal)
        speed = abs(motion.frames_a_second) / self._clock.nominal if motion is not None else Fraction(1)
        lengths = {seconds + 86_400 if wraps else seconds, *([-seconds] if backwards else [])}
        fits = length <= LONGEST_ACROSS_MIDNIGHT and any(
            abs(one - asked) <= _SECONDS_APART for one in lengths for asked in (length, length * speed)
        )
        if self._clock.frame(line.record_out) < self._clock.frame(line.record_in) and not fits:
            what = f"{line.record_out} is before record in {line.record_in}"
            self._refuse(line, "record out", what, "correct the record columns")
            return False
        if wraps and not (fits or backwards) and line.reel != BLACK_REEL:
            what = f"{line.source_out} is before source in {line.source_in}"
            self._refuse(line, "source out", what, "correct the source columns")
            return False
        return True

    def _seconds(self, label: Label) -> Fraction:
        """Return a label in seconds of labels, as if it counted at the film's rate: near enough to tell lengths apart."""
        return (label.hours * 60 + label.minutes) * 60 + label.seconds + Fraction(label.frames, self._clock.nominal)

    def _check_counting(self, line: EventLine) -> None:
        """Refuse, once for each cause, record labels that count otherwise than the film's clock (rule 6)."""
        marked = line.record_in.drop or line.record_out.drop
        drop = True if marked else self.drop
        cause = None if marked else drop
        if drop is None or drop == self._clock.drop or cause in self._told_drop:
            return
        self._told_drop.add(cause)
        said = (
            f"{line.record_in} is a drop-frame label" if marked else f"FCM says {'drop' if drop else 'non-drop'} frame"
        )
        rest = "true" if self._clock.drop else "false"
        self._refuse(
            line,
            "record in",
            f"{said}, and film.yaml has timeline.drop_frame: {rest}",
            "make the two agree: set timeline.drop_frame, or export the edit the other way",
        )

    def _refuse(self, line: EventLine, column: str, what: str, cure: str) -> None:
        self._findings.append(
            Finding(file=self._file, line=line.line, field=column_name(line, column), what=what, cure=cure)
        )


def _order(label: Label) -> tuple[int, int, int, int]:
    return (label.hours, label.minutes, label.seconds, label.frames)


def nearest_day(frame: int, near: int, clock: Clock) -> int:
    """Return how many days to add to `frame` so that it lies within 18 hours of `near`, on the day of that if it can."""
    day = clock.frames_a_day
    days = near // day
    apart = frame % day + days * day - near
    if apart < -day * 3 // 4:
        days += 1
    elif apart > day * 3 // 4:
        days -= 1
    return days - frame // day


def column_name(line: EventLine, column: str) -> str:
    """Return how a finding names a column: `event 003 record in`."""
    return f"event {line.number} {column}" if line.number else column
