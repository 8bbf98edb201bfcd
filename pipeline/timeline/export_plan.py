"""Lists of events as a timeline of tracks, which is what the formats that are no EDLs write. The way back from reading."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import floor

from footage_manifest.findings import Finding
from footage_manifest.timebase import FrameRange
from footage_manifest.timecode import Clock, Label, TimecodeError
from footage_manifest.wording import Refusal
from pipeline.errors import TimelineError
from pipeline.timeline.edl_lines import BLACK_REEL, Channels, TransitionKind
from pipeline.timeline.edl_model import Edl, Event, Side
from pipeline.timeline.interchange_model import ClockedSide, Join, Medium, Piece, Place, Track
from pipeline.timeline.interchange_model import Sequence as Plan
from pipeline.timeline.relink import AUXILIARY_REEL
from pipeline.timeline.speed import speed_of

MediaOf = Callable[[Side], Medium]
"""Says what a side plays, as well as is known. May raise Refusal."""

_TELLING = frozenset({"LOC", "ASC_SOP", "ASC_SAT"})
"""Comments that say something of the picture: markers and colour."""


@dataclass(slots=True)
class Lost:
    """What a format cannot carry, each kind of thing once with its places."""

    places: dict[str, list[str]] = field(default_factory=dict)

    def add(self, what: str, where: str = "") -> None:
        """Remember one thing that is not carried."""
        places = self.places.setdefault(what, [])
        if where and where not in places:
            places.append(where)

    def told(self) -> tuple[str, ...]:
        """Return one line for each kind."""
        most = 8
        lines = []
        for what, places in self.places.items():
            more = f" and {len(places) - most} more" if len(places) > most else ""
            lines.append(f"{what}: {', '.join(places[:most])}{more}" if places else what)
        return tuple(lines)


def clock_of(side: Side, clock: Clock) -> Clock:
    """Return how a side's labels count: as the file says, else at the list's own rate, drop-frame where it says so."""
    if isinstance(side, ClockedSide):
        return side.clock
    drop = clock.drop if side.drop is None else side.drop
    try:
        return Clock(clock.rate, drop)
    except TimecodeError:
        return Clock(clock.rate)


def as_listed(side: Side, clock: Clock) -> Medium:
    """Return what a side plays as far as the list alone knows. Raises Refusal for a label that is none."""
    own = clock_of(side, clock)
    start = None
    if side.span is not None:
        start = _frame(side.source_in, own) - floor(side.span[0] * own.rate)
    return Medium(reel=side.reel, names=side.names, clock=own, start=start)


def plan(edls: Sequence[Edl], *, clock: Clock, media: MediaOf, lost: Lost) -> Plan:
    """Return the lists as one timeline. Raises TimelineError with every event that cannot be told."""
    planner = _Planner(clock, media, lost)
    tracks = [track for edl in edls for track in planner.tracks(edl)]
    if planner.findings:
        raise TimelineError(planner.findings)
    starts = [event.record.start for edl in edls for event in edl.events]
    first = Fraction(min(starts, default=0)) / clock.rate
    moved = [_earlier(track, first) for track in tracks]
    ordered = (*(one for one in moved if not one.sound), *(one for one in moved if one.sound))
    title = next((edl.title for edl in edls if edl.title), "")
    return Plan(title=title, clock=clock, start=min(starts, default=0), tracks=ordered)


def _earlier(track: Track, seconds: Fraction) -> Track:
    pieces = tuple(piece.moved(-seconds) for piece in track.pieces)
    joins = tuple(replace(join, start=join.start - seconds, end=join.end - seconds) for join in track.joins)
    return replace(track, pieces=pieces, joins=joins)


class _Planner:
    """Plans the tracks of lists; `findings` holds refusals."""

    def __init__(self, clock: Clock, media: MediaOf, lost: Lost) -> None:
        self.findings: list[Finding] = []
        self._clock = clock
        self._media = media
        self._lost = lost

    def tracks(self, edl: Edl) -> list[Track]:
        """Return a track for a list's picture, and one for each choice of sound channels in it."""
        groups: defaultdict[Channels, list[Event]] = defaultdict(list)
        for event in edl.events:
            if event.transition.kind is TransitionKind.KEY:
                self._lost.add("keys are left out", where(event))
                continue
            for remark in event.remarks:
                kind = f"comments ({remark.key})" if remark.key in _TELLING else "other comments"
                self._lost.add(f"{kind} are not carried", where(event))
            for half in _halves(event, self._clock):
                groups[replace(half.channels, picture=False) if half.channels.sound else half.channels].append(half)
        if edl.remarks:
            self._lost.add("comments before the first event are not carried")
        tracks = []
        for channels, events in sorted(groups.items(), key=lambda one: (one[0].sound, one[0].whole)):
            tracks.append(self._track(edl, events, channels))
        return tracks

    def _track(self, edl: Edl, events: list[Event], channels: Channels) -> Track:
        pieces: list[Piece] = []
        joins: list[Join] = []
        last: Event | None = None
        for event in sorted(events, key=lambda one: (one.record, one.line)):
            if last is not None and event.record.start < last.record.end:
                what = f"it begins before the event on line {last.line} of the same track ends"
                self._refuse(edl, event.line, what, "trim one of them")
                continue
            try:
                piece = self._piece(event, event.incoming, event.record, channels)
                self._compare(event, piece)
                if event.transition.mixes:
                    leaves = self._leaves(pieces, last, event, channels)
                    pieces.append(piece)
                    joins.append(self._join(event, leaves, len(pieces) - 1))
                else:
                    pieces.append(piece)
            except Refusal as refusal:
                self._refuse(edl, event.line, refusal.what, refusal.cure)
            last = event
        return Track(sound=bool(channels.sound), pieces=tuple(pieces), joins=tuple(joins))

    def _leaves(self, pieces: list[Piece], last: Event | None, event: Event, channels: Channels) -> int | None:
        """Return the place of the piece that a transition leaves, prolonged under it; a piece of its own if need be."""
        side = event.outgoing
        start, end = self._seconds(event.record.start), self._seconds(event.record.start + event.transition.frames)
        abuts = last is not None and last.record.end == event.record.start and bool(pieces)
        if side is None:
            side = last.incoming if abuts and last is not None else None
        if side is None:
            return None
        own = FrameRange(event.record.start, event.record.start + event.transition.frames)
        piece = self._piece(event, side, own, channels)
        before = pieces[-1] if abuts else None
        if before is not None and last is not None:
            if _goes_on(before, piece, side, last, start):
                pieces[-1] = before.trimmed(before.start, end)
                return len(pieces) - 1
            if side.motion is None and _same_medium(before, piece):
                piece = replace(
                    piece, speed=before.speed
                )  # what a transition leaves has the speed of what it continues
        if piece.medium is None and not abuts:
            return None
        pieces.append(piece)
        return len(pieces) - 1

    def _join(self, event: Event, leaves: int | None, enters: int) -> Join:
        return Join(
            place=Place(line=event.line, field=where(event)),
            start=self._seconds(event.record.start),
            end=self._seconds(event.record.start + event.transition.frames),
            leaves=leaves,
            enters=enters,
            kind=event.transition.kind,
            code=event.transition.code,
        )

    def _piece(self, event: Event, side: Side, record: FrameRange, channels: Channels) -> Piece:
        medium = None if side.reel == BLACK_REEL else self._media(side)
        source, speed = Fraction(0), Fraction(1)
        if medium is not None:
            source, speed = position(side, medium), speed_of(side.motion, medium.clock)
        return Piece(
            place=Place(line=event.line, field=where(event)),
            start=self._seconds(record.start),
            end=self._seconds(record.end),
            medium=medium,
            source=source,
            speed=speed,
            channels=() if channels.whole else channels.sound,
            number=event.number,
        )

    def _compare(self, event: Event, piece: Piece) -> None:
        """Say where a source lasts longer or shorter than its record side, of which the formats have one length."""
        side, medium = event.incoming, piece.medium
        if medium is None or side.span is not None or piece.speed != 1:
            return
        frames = (
            _frame(side.source_out, medium.clock) - _frame(side.source_in, medium.clock)
        ) % medium.clock.frames_a_day
        slack = 0 if medium.clock.rate == self._clock.rate else max(1 / medium.clock.rate, 1 / self._clock.rate)
        if abs(frames / medium.clock.rate - (piece.end - piece.start)) > slack:
            self._lost.add(
                "sources last longer or shorter than their record side, whose length is written", where(event)
            )

    def _seconds(self, frame: int) -> Fraction:
        return frame / self._clock.rate

    def _refuse(self, edl: Edl, line: int, what: str, cure: str) -> None:
        self.findings.append(Finding(file=edl.file, line=line, what=what, cure=cure))


def where(event: Event) -> str:
    """Return how an event is named for people."""
    return f"event {event.number} (line {event.line})" if event.number else f"line {event.line}"


def position(side: Side, medium: Medium) -> Fraction:
    """Return what a side shows first, as a `Piece` counts it. Raises Refusal for a label that its clock does not have."""
    if side.span is not None and medium.start is not None:
        return side.span[0]
    frames = _frame(side.source_in, medium.clock)
    if medium.start is not None:
        frames -= medium.start
        if frames < 0:
            frames += (
                medium.clock.frames_a_day if frames + medium.clock.frames_a_day < medium.clock.frames_a_day // 4 else 0
            )
        if frames < 0:
            start = medium.clock.label(medium.start)
            cure = "correct the source columns, or the reel's start in footage_manifest.yaml"
            raise Refusal(f"source in {side.source_in} lies before the reel starts, at {start}", cure)
    return frames / medium.clock.rate


def _frame(label: Label, clock: Clock) -> int:
    try:
        return clock.frame(label)
    except TimecodeError as error:
        raise Refusal(f"source timecode {error}", "correct it, or state the reel's timecode_rate") from None


def _goes_on(before: Piece, piece: Piece, side: Side, last: Event, start: Fraction) -> bool:
    """Return whether what a transition leaves is what plays up to it."""
    if not _same_medium(before, piece):
        return False
    if before.medium is None:
        return True
    if side.line == last.incoming.line:
        return True  # it is the same line of the list: its columns say nothing more
    speed = before.speed if side.motion is None else piece.speed
    return before.speed == speed and before.source + (start - before.start) * before.speed == piece.source


def _same_medium(one: Piece, other: Piece) -> bool:
    if one.medium is None or other.medium is None:
        return one.medium is other.medium
    if one.medium.reel == AUXILIARY_REEL and one.medium.names and other.medium.names:
        return bool(set(one.medium.names) & set(other.medium.names))  # any number of media share that name
    return one.medium.reel == other.medium.reel


def _halves(event: Event, clock: Clock) -> Iterable[Event]:
    """Yield an event's picture and its sound, each with its own start where a SPLIT sets them apart."""
    channels = event.channels
    for half in (Channels(picture=True), replace(channels, picture=False)):
        if not (half.picture and channels.picture) and not half.sound:
            continue
        late = event.split is not None and event.split.picture_waits == half.picture
        delay = event.split.delay if event.split is not None and late else 0
        yield replace(
            event,
            channels=half,
            split=None,
            record=FrameRange(event.record.start + delay, event.record.end),
            incoming=_later(event.incoming, delay, clock),
            outgoing=_later(event.outgoing, delay, clock) if event.outgoing is not None else None,
        )


def _later(side: Side, delay: int, clock: Clock) -> Side:
    """Return a side that begins `delay` record frames later, in its source too."""
    if not delay or side.reel == BLACK_REEL:
        return side
    own = clock_of(side, clock)
    seconds = delay / clock.rate * speed_of(side.motion, own)
    span = side.span if side.span is None else (side.span[0] + seconds, side.span[1])
    label = own.label(_frame(side.source_in, own) + floor(seconds * own.rate))
    return replace(side, source_in=label, span=span)
