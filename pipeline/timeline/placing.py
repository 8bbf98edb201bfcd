"""Events of the lists put on the output's clock, each with its media: what an event alone can be refused for."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from footage_manifest.findings import Finding, Severity
from footage_manifest.model import SoundChoice, Timeline
from footage_manifest.timebase import FrameRange
from footage_manifest.wording import Refusal
from pipeline.timeline.edl_lines import TransitionKind
from pipeline.timeline.edl_model import Edl, Event, Motion, Side
from pipeline.timeline.handles import check_picture, check_sound
from pipeline.timeline.model import MediaKind
from pipeline.timeline.sources import Sourced, Sources
from pipeline.timeline.wording import rate_text, seconds_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """An event where it plays. `record` and `dissolve_frames` are in output frames; `track` is its list's place in the cut.

    `picture` and `sound` (channels) say what of it plays. `incoming` is None where it was refused, so that its neighbours
    can still be judged.
    """

    track: int
    file: str
    event: Event
    record: FrameRange
    picture: bool
    sound: tuple[int, ...]
    incoming: Sourced | None
    outgoing: Sourced | None = None
    dissolve_frames: int = 0

    @property
    def lanes(self) -> tuple[tuple[int, int], ...]:
        """Return (track, lane) of everything the event occupies: lane 0 is the picture, n the sound channel n."""
        return tuple((self.track, lane) for lane in ((0,) if self.picture else ()) + self.sound)


class Placer:
    """Places events. `findings` holds refusals and warnings, each with its list's line."""

    def __init__(self, *, timeline: Timeline, sources: Sources, zero: int, sound: SoundChoice) -> None:
        self.findings: list[Finding] = []
        self._timeline = timeline
        self._sources = sources
        self._zero = zero
        self._sound = sound

    def place(self, edls: Sequence[Edl]) -> list[Placed]:
        """Return every event that plays, list by list in order of lines; record label `zero` is output frame 0."""
        placed = []
        for track, edl in enumerate(edls):
            for event in edl.events:
                if not event.channels.picture and not event.channels.sound:
                    cure = "choose a channel if it should be seen or heard"
                    self._add(edl, event.line, "the event carries no channel and plays nothing", cure, Severity.WARNING)
                elif event.channels.picture or self._sound is SoundChoice.EDL:
                    placed.append(self._place(track, edl, event))
        return placed

    def _place(self, track: int, edl: Edl, event: Event) -> Placed:
        each = self._timeline.frames_a_label
        record = FrameRange((event.record.start - self._zero) * each, (event.record.end - self._zero) * each)
        sound = event.channels.sound if self._sound is SoundChoice.EDL else ()
        dissolve = event.transition.frames * each if event.transition.kind is TransitionKind.DISSOLVE else 0
        unbuilt = self._refuse_unbuilt(edl, event)
        if dissolve > len(record):
            what = f"the dissolve lasts {dissolve} frames and the event {len(record)}"
            self._add(edl, event.line, what, "shorten the dissolve or lengthen the event")
        incoming = self._media(edl, event.incoming)
        outgoing = self._media(edl, event.outgoing) if event.outgoing is not None else None
        refused = unbuilt or incoming is None or (event.outgoing is not None and outgoing is None)
        placed = Placed(
            track=track,
            file=edl.file,
            event=event,
            record=record,
            picture=event.channels.picture,
            sound=sound,
            incoming=None if refused else incoming,
            outgoing=None if refused else outgoing,
            dissolve_frames=dissolve,
        )
        self._check_extents(edl, placed)
        return placed

    def _refuse_unbuilt(self, edl: Edl, event: Event) -> bool:
        """Refuse by name what cannot be rendered yet; it is never turned into a plain cut."""
        before = len(self.findings)
        kind = event.transition.kind
        if kind in {TransitionKind.WIPE, TransitionKind.KEY}:
            what = f"a {kind} ({event.transition.code}) is not rendered yet"
            self._add(edl, event.line, what, "use a cut or a dissolve (D)")
        if event.split_line is not None:
            what = "a SPLIT, whose sound and picture begin at different times, is not rendered yet"
            self._add(edl, event.split_line, what, "write sound and picture as two events")
        for side in (event.incoming, event.outgoing):
            if side is not None and side.motion is not None and not self._is_normal(side.motion):
                self._add(
                    edl, side.motion.line, _motion_text(side.motion), "render the speed change into a file of its own"
                )
        return len(self.findings) > before

    def _is_normal(self, motion: Motion) -> bool:
        """Return whether a speed is the plain one: the film's labels a second, or 29.97 for them with a decimal or more."""
        clock, speed = self._timeline.clock, motion.frames_a_second
        return speed == clock.nominal or (clock.rate != clock.nominal and abs(speed - clock.rate) < Fraction(1, 10))

    def _media(self, edl: Edl, side: Side) -> Sourced | None:
        try:
            return self._sources.source(side)
        except Refusal as refusal:
            self._add(edl, side.line, refusal.what, refusal.cure)
            return None

    def _check_extents(self, edl: Edl, placed: Placed) -> None:
        """Check the event's lengths (rule 4) and that the media of both sides holds what it asks for."""
        if placed.incoming is None:
            return
        rate = self._timeline.rate
        self._check_length(edl, placed, placed.incoming)
        sides = [(placed.incoming, len(placed.record), placed.event.incoming.line, "the event")]
        if placed.outgoing is not None and placed.event.outgoing is not None:
            dissolve = min(placed.dissolve_frames, len(placed.record))
            sides.append((placed.outgoing, dissolve, placed.event.outgoing.line, "the dissolve's outgoing side"))
        for side, frames, line, what_for in sides:
            try:
                if placed.picture:
                    check_picture(side, frames / rate, what_for)
                warning = check_sound(side, frames / rate, what_for) if placed.sound else None
            except Refusal as refusal:
                self._add(edl, line, refusal.what, refusal.cure)
            else:
                if warning:
                    self._add(edl, line, warning, "", Severity.WARNING)

    def _check_length(self, edl: Edl, placed: Placed, side: Sourced) -> None:
        if side.link.kind is not MediaKind.REEL:
            return
        source, record = side.last - side.first, len(placed.record) / self._timeline.rate
        if abs(source - record) > side.slack:
            rate = side.label_rate or self._timeline.rate
            what = (
                f"source lasts {int(source * rate)} frames at {rate_text(rate)} ({seconds_text(source)}) and record"
                f" {len(placed.record)} at {rate_text(self._timeline.rate)} ({seconds_text(record)})"
            )
            self._add(edl, placed.event.line, what, "make them equal; changes of speed are not rendered yet")

    def _add(self, edl: Edl, line: int, what: str, cure: str, severity: Severity = Severity.ERROR) -> None:
        self.findings.append(Finding(severity=severity, file=edl.file, line=line, what=what, cure=cure))


def _motion_text(motion: Motion) -> str:
    speed = f"{float(motion.frames_a_second):g}"
    if motion.frames_a_second == 0:
        return "a frozen frame (M2 at 0 frames a second) is not rendered yet"
    if motion.frames_a_second < 0:
        return f"playing backwards (M2 at {speed} frames a second) is not rendered yet"
    return f"a change of speed (M2 at {speed} frames a second) is not rendered yet"
