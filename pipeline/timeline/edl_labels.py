"""The timecode columns of event lines, checked: record labels become frames, source labels stay labels."""

from footage_manifest.findings import Finding
from footage_manifest.timebase import FrameRange
from footage_manifest.timecode import Clock, Label, TimecodeError
from pipeline.timeline.edl_lines import BLACK_REEL, EventLine
from pipeline.timeline.edl_model import Side


class Columns:
    """Reads the timecode columns of event lines. `drop` is the FCM in force, None before the first."""

    def __init__(self, *, file: str, clock: Clock, findings: list[Finding]) -> None:
        self.drop: bool | None = None
        self._file = file
        self._clock = clock
        self._findings = findings
        self._told_drop: set[bool | None] = set()

    def record(self, line: EventLine) -> FrameRange | None:
        """Return the record columns in label frames from 00:00:00:00, or None with a finding added."""
        self._check_counting(line)
        frames = []
        for name, label in (("record in", line.record_in), ("record out", line.record_out)):
            try:
                frames.append(self._clock.frame(label))
            except TimecodeError as error:
                self._refuse(line, name, str(error), "correct the line, or export the edit at the film's rate")
        if len(frames) < 2:
            return None
        if frames[1] < frames[0]:
            what = f"{line.record_out} is before record in {line.record_in}"
            self._refuse(line, "record out", what, "correct the record columns")
            return None
        return FrameRange(frames[0], frames[1])

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
        backwards = _order(line.source_out) < _order(line.source_in)
        if faults == len(self._findings) and backwards and line.reel != BLACK_REEL:
            what = f"{line.source_out} is before source in {line.source_in}"
            self._refuse(line, "source out", what, "correct the source columns")
        if faults != len(self._findings):
            return None
        return Side(line=line.line, reel=line.reel, source_in=line.source_in, source_out=line.source_out, drop=drop)

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


def column_name(line: EventLine, column: str) -> str:
    """Return how a finding names a column: `event 003 record in`."""
    return f"event {line.number} {column}" if line.number else column


def _order(label: Label) -> tuple[int, int, int, int]:
    return (label.hours, label.minutes, label.seconds, label.frames)
