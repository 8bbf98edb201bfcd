"""Events of the lists put on the output's clock, each with its media: what an event alone can be refused for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from footage_manifest.findings import Finding, Severity
from footage_manifest.model import SoundChoice, Timeline
from footage_manifest.timebase import FrameRange
from footage_manifest.wording import Refusal
from pipeline.timeline.edl_lines import TransitionKind
from pipeline.timeline.edl_model import Edl, Event, Side
from pipeline.timeline.model import MediaKind
from pipeline.timeline.sources import Sourced, Sources
from pipeline.timeline.wipes import KNOWN, known_codes


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """An event where it plays, or the half of one whose SPLIT lets sound and picture begin apart.

    `record` and `transition_frames` are in output frames; `track` is its list's place in the cut. `picture` and `sound`
    (channels) say what of it plays. `incoming` is None where it was refused, so that its neighbours can still be judged.
    """

    track: int
    file: str
    event: Event
    record: FrameRange
    picture: bool
    sound: tuple[int, ...]
    incoming: Sourced | None
    outgoing: Sourced | None = None
    transition_frames: int = 0

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
        placed: list[Placed] = []
        for track, edl in enumerate(edls):
            for event in edl.events:
                if not event.channels.picture and not event.channels.sound:
                    cure = "choose a channel if it should be seen or heard"
                    self._add(edl, event.line, "the event carries no channel and plays nothing", cure, Severity.WARNING)
                elif event.channels.picture or self._sound is SoundChoice.EDL:
                    placed.extend(self._split(edl, self._place(track, edl, event)))
        return placed

    def _place(self, track: int, edl: Edl, event: Event) -> Placed:
        each = self._timeline.frames_a_label
        record = FrameRange((event.record.start - self._zero) * each, (event.record.end - self._zero) * each)
        sound = event.channels.sound if self._sound is SoundChoice.EDL else ()
        transition = event.transition.frames * each if event.transition.mixes else 0
        known = self._is_known(edl, event)
        if transition > len(record):
            what = f"the {event.transition.kind} lasts {transition} frames and the event {len(record)}"
            self._add(edl, event.line, what, f"shorten the {event.transition.kind} or lengthen the event")
        incoming = self._media(edl, event.incoming)
        outgoing = self._media(edl, event.outgoing) if event.outgoing is not None else None
        refused = not known or incoming is None or (event.outgoing is not None and outgoing is None)
        if incoming is not None and incoming.link.kind in {MediaKind.STILL, MediaKind.TITLE}:
            incoming = replace(incoming, length=len(record))
        return Placed(
            track=track,
            file=edl.file,
            event=event,
            record=record,
            picture=event.channels.picture,
            sound=sound,
            incoming=None if refused else incoming,
            outgoing=None if refused else outgoing,
            transition_frames=transition,
        )

    def _is_known(self, edl: Edl, event: Event) -> bool:
        """Return whether the transition can be rendered; what cannot is refused by name and never becomes a plain cut."""
        kind, code = event.transition.kind, event.transition.code
        if kind is TransitionKind.KEY:
            what = f"a key ({code}) lays one picture over another, which is not made here"
            cure = "render the two into one file and cut that in, or leave the upper one out"
            self._add(edl, event.line, what, cure)
            return False
        if event.channels.picture and kind is TransitionKind.WIPE and event.transition.pattern not in KNOWN:
            what = f"wipe {code} is none of the SMPTE patterns known here"
            self._add(edl, event.line, what, f"use one of {known_codes()}, or a dissolve (D)")
            return False
        return True

    def _split(self, edl: Edl, placed: Placed) -> Iterator[Placed]:
        """Yield the event, in two where its sound or its picture begins later than the record in, and in the source too."""
        split = placed.event.split
        if split is not None and split.delay * self._timeline.frames_a_label >= len(placed.record):
            what = f"the SPLIT lasts {split.delay} frames and the event {len(placed.event.record)}"
            self._add(edl, split.line, what, "shorten the delay or lengthen the event")
            split = None
        if split is None:
            yield placed
            return
        for half in (replace(placed, sound=()), replace(placed, picture=False)):
            if half.lanes:
                yield self._delayed(half, split.delay) if half.picture == split.picture_waits else half

    def _delayed(self, placed: Placed, delay: int) -> Placed:
        frames = delay * self._timeline.frames_a_label
        seconds = frames / self._timeline.rate
        return replace(
            placed,
            record=FrameRange(placed.record.start + frames, placed.record.end),
            incoming=_later(placed.incoming, seconds),
            outgoing=_later(placed.outgoing, seconds),
        )

    def _media(self, edl: Edl, side: Side) -> Sourced | None:
        try:
            return self._sources.source(side)
        except Refusal as refusal:
            self._add(edl, side.line, refusal.what, refusal.cure)
            return None

    def _add(self, edl: Edl, line: int, what: str, cure: str, severity: Severity = Severity.ERROR) -> None:
        self.findings.append(Finding(severity=severity, file=edl.file, line=line, what=what, cure=cure))


def _later(side: Sourced | None, seconds: Fraction) -> Sourced | None:
    """Return a side that begins `seconds` of record time later."""
    if side is None or side.link.kind is MediaKind.BLACK:
        return side
    return replace(side, first=side.first + seconds * side.speed)
