"""A timeline that is no EDL as lists of events, one a track, told the way an EDL tells them (SEMANTICS rule 10).

An event begins where its transition does; what it leaves goes on from there. Nothing is rounded: a boundary that is no
whole frame of the film's clock is refused.
"""

from collections import defaultdict
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor

from footage_manifest.timebase import FrameRange
from footage_manifest.timecode import Clock
from pipeline.timeline.edl_lines import BLACK_REEL, Channels, Transition, TransitionKind
from pipeline.timeline.edl_model import Edl, Event, Motion, Side
from pipeline.timeline.interchange_model import (
    ClockedSide,
    Join,
    Medium,
    Piece,
    Place,
    Remarks,
    Sequence,
    Track,
)
from pipeline.timeline.relink import AUXILIARY_REEL
from pipeline.timeline.wording import rate_text, seconds_text

_CUT = Transition(kind=TransitionKind.CUT, code="C")


def lists(sequence: Sequence, *, clock: Clock, remarks: Remarks) -> tuple[Edl, ...]:
    """Return the tracks as lists whose record labels count on `clock`; what cannot be told is refused in `remarks`."""
    zero = _zero(sequence, clock, remarks)
    made: list[list[Event]] = []
    for track in sequence.tracks:
        maker = _Maker(track=track, clock=clock, zero=zero, remarks=remarks)
        made.append(maker.events())
    _join_channels(sequence.tracks, made, remarks)
    number = 0
    edls = []
    for events in made:
        numbered = []
        for event in events:
            number += 1
            numbered.append(replace(event, number=event.number or f"{number:03}"))
        edls.append(Edl(file=remarks.file, title=sequence.title, events=tuple(numbered)))
    if not number and not remarks.errors:
        cure = "export the timeline that holds the cut"
        remarks.refuse(Place(line=1), "the timeline holds no event", cure)
    return tuple(edls)


def _zero(sequence: Sequence, clock: Clock, remarks: Remarks) -> int:
    """Return the record frame, on `clock`, of the timeline's first frame."""
    own = sequence.clock
    if sequence.states_drop and own.rate == clock.rate and own.drop != clock.drop:
        said, rest = ("drop-frame", "false") if own.drop else ("non-drop", "true")
        what = f"the timeline counts {said}, and film.yaml has timeline.drop_frame: {rest}"
        remarks.refuse(Place(line=1), what, "make the two agree, or export the timeline the other way")
    frames = Fraction(sequence.start) if own.rate == clock.rate else sequence.start / own.rate * clock.rate
    if frames.denominator != 1:
        what = (
            f"the timeline starts at {own.label(sequence.start)} at {rate_text(own.rate)} frames a second, which is no whole"
            f" frame at the film's {rate_text(clock.rate)}"
        )
        remarks.refuse(Place(line=1), what, "export the timeline at the film's rate")
    return floor(frames)


@dataclass(slots=True, kw_only=True)
class _Maker:
    """Makes the events of one track."""

    track: Track
    clock: Clock
    zero: int
    remarks: Remarks

    def events(self) -> list[Event]:
        pieces = self.track.pieces
        entering = {join.enters: join for join in self.track.joins if join.enters is not None}
        leaving = {join.leaves: join for join in self.track.joins if join.leaves is not None}
        made = [self._event(piece, entering.get(at), leaving.get(at)) for at, piece in enumerate(pieces)]
        for join in self.track.joins:
            if join.enters is None and join.leaves is not None:
                black = Piece(place=join.place, start=join.start, end=join.end, number=pieces[join.leaves].number)
                made.append(self._event(black, join, None))
            elif join.enters is None:
                self.remarks.lose(join.place, "a transition between nothing and nothing is not carried")
        return sorted((event for event in made if event is not None), key=lambda event: event.record)

    def _event(self, piece: Piece, head: Join | None, tail: Join | None) -> Event | None:
        """Return the event that a piece makes up to where the next transition takes over, None where that is no time."""
        if head is not None and tail is not None and tail.start < head.end:
            what = "the transitions at its two ends overlap"
            self.remarks.refuse(piece.place, what, "shorten one of them")
            return None
        end = tail.start if tail is not None else piece.end
        record = self._record(piece, end)
        if record is None or (not len(record) and (head is None or tail is not None)):
            return None
        incoming = self._side(piece, piece.start, end)
        outgoing, transition = None, _CUT
        if head is not None:
            left = Piece(place=head.place, start=head.start, end=head.end)
            if head.leaves is not None:
                left = self.track.pieces[head.leaves].trimmed(head.start, head.end)
            outgoing = self._side(left, head.start, head.end, going_on=True)
            frames = (head.end - head.start) * self.clock.rate
            if frames.denominator != 1:
                self._off_grid(head.place, "the transition ends", head.end)
                return None
            transition = Transition(kind=head.kind, code=head.code, frames=frames.numerator)
        if incoming is None or (head is not None and outgoing is None):
            return None
        return Event(
            line=piece.place.line,
            number=piece.number,
            channels=self._channels(piece, head),
            transition=transition,
            record=record,
            incoming=incoming,
            outgoing=outgoing,
        )

    def _channels(self, piece: Piece, head: Join | None) -> Channels:
        """Return what an event carries; black that sound fades to has the channels of what fades."""
        if not self.track.sound:
            return Channels(picture=True)
        heard = piece
        if piece.medium is None and head is not None and head.leaves is not None:
            heard = self.track.pieces[head.leaves]
        return Channels(sound=heard.channels or (1,), whole=not heard.channels)

    def _record(self, piece: Piece, end: Fraction) -> FrameRange | None:
        """Return the record frames, None with a refusal where they are not whole or stand before the timeline."""
        if piece.start < 0:
            what = f"it begins {seconds_text(-piece.start)} before the timeline does"
            self.remarks.refuse(piece.place, what, "shorten the transition at the head, or begin with a gap")
            return None
        first, last = piece.start * self.clock.rate, end * self.clock.rate
        for what, frames, seconds in (("it begins", first, piece.start), ("it ends", last, end)):
            if frames.denominator != 1:
                self._off_grid(piece.place, what, seconds)
                return None
        if last < first:
            self.remarks.refuse(piece.place, "it ends before it begins", "export the timeline again")
            return None
        return FrameRange(self.zero + first.numerator, self.zero + last.numerator)

    def _off_grid(self, place: Place, what: str, seconds: Fraction) -> None:
        rate = rate_text(self.clock.rate)
        said = f"{what} {seconds_text(seconds)} into the timeline, between two frames at the film's {rate}"
        self.remarks.refuse(place, said, "export the timeline at the film's rate, every edit on a frame")

    def _side(self, piece: Piece, start: Fraction, end: Fraction, *, going_on: bool = False) -> Side | None:
        """Return what plays from `start` to `end`, None with a refusal where its labels cannot be told.

        What goes on under a transition plays on from where its event ends, whatever its label says to the frame.
        """
        medium, line = piece.medium, piece.place.line
        if medium is None:
            frames = floor((end - start) * self.clock.rate)
            drop = self.clock.drop
            labels = self.clock.label(0), self.clock.label(frames)
            return Side(line=line, reel=BLACK_REEL, source_in=labels[0], source_out=labels[1], drop=drop)
        first = piece.source + (start - piece.start) * piece.speed
        count = medium.clock
        length = (end - start) * abs(piece.speed) or 1 / count.rate
        free = going_on and piece.speed != 1
        if not free and not self._can_label(piece, medium, first, first + length):
            return None
        frames_in = floor(first * count.rate) + (medium.start or 0)
        frames_out = frames_in + ceil((first * count.rate) % 1 + length * count.rate)
        motion = None
        if piece.speed != 1:
            motion = Motion(line=line, frames_a_second=piece.speed * count.rate, speed=piece.speed)
        return ClockedSide(
            line=line,
            reel=AUXILIARY_REEL if medium.reel == BLACK_REEL else medium.reel,  # a file may be called BL
            source_in=count.label(frames_in),
            source_out=count.label(frames_out),
            drop=count.drop,
            names=medium.names,
            motion=motion,
            span=None if medium.start is None else (first, first + (end - start) * piece.speed),
            clock=count,
        )

    def _can_label(self, piece: Piece, medium: Medium, low: Fraction, high: Fraction) -> bool:
        """Refuse a side whose labels alone say where it lies, and do not say it to the frame."""
        if medium.start is not None:
            return True
        rate = medium.clock.rate
        cure = "relink the clip before the export, so that the file says where its medium starts"
        if rate != self.clock.rate:
            what = f"its times count {rate_text(rate)} frames a second, and nothing says where its medium starts"
            self.remarks.refuse(piece.place, what, cure)
        elif low < 0:
            what = f"it plays from {seconds_text(-low)} before the first frame of its medium"
            self.remarks.refuse(piece.place, what, "shorten the transition, or trim the clip")
        elif (low * rate).denominator != 1 or (piece.speed == 1 and (high * rate).denominator != 1):
            what = f"it plays from {seconds_text(low)} of its medium, which is no frame, and nothing says where that starts"
            self.remarks.refuse(piece.place, what, cure)
        else:
            return True
        return False


def _join_channels(tracks: tuple[Track, ...], made: list[list[Event]], remarks: Remarks) -> None:
    """Make one event of those that play different channels of the same source at the same time, on tracks side by side."""
    first: dict[object, tuple[int, int]] = {}
    gone: dict[int, set[int]] = defaultdict(set)
    for number, (track, events) in enumerate(zip(tracks, made, strict=True)):
        for place, event in enumerate(events if track.sound else ()):
            key = (event.record, event.transition, event.channels.whole, _heard(event.incoming), _heard(event.outgoing))
            if key not in first:
                first[key] = (number, place)
                continue
            one, at = first[key]
            other = made[one][at]
            if set(event.channels.sound) <= set(other.channels.sound):
                if event.incoming.reel != BLACK_REEL:
                    what = "the same sound of the same source at the same time on two tracks is heard once"
                    remarks.lose(Place(line=event.line), what)
            else:
                sound = tuple(sorted({*other.channels.sound, *event.channels.sound}))
                made[one][at] = replace(other, channels=Channels(sound=sound))
            gone[number].add(place)
    for number, places in gone.items():
        made[number] = [event for place, event in enumerate(made[number]) if place not in places]


def _heard(side: Side | None) -> object:
    if side is None:
        return None
    motion = side.motion.speed if side.motion is not None else None
    return (side.reel, side.source_in, side.source_out, side.span, motion)
