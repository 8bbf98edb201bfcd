"""The times of an FCPXML, each item's own, and the tracks on which its sounds find room."""

from dataclasses import dataclass
from fractions import Fraction

from pipeline.timeline.interchange_model import MAX_TRACKS, RefusedError, Track
from pipeline.timeline.interchange_nesting import Line


@dataclass(frozen=True, slots=True)
class OwnTime:
    """An item's own time: at `second` of the timeline it is `own`, and it runs `speed` times as fast."""

    second: Fraction
    own: Fraction
    speed: Fraction = Fraction(1)

    def at(self, second: Fraction) -> Fraction:
        """Return what its own time is at a second of the timeline."""
        return self.own + (second - self.second) * self.speed

    def second_of(self, own: Fraction) -> Fraction:
        """Return when it is `own`; only asked where the time runs at 1."""
        return self.second + own - self.own


@dataclass(frozen=True, slots=True)
class Window:
    """The part of the timeline in which something is seen and heard."""

    start: Fraction
    end: Fraction

    def within(self, other: "Window | None") -> "Window":
        """Return what the two have in common; the end where that is nothing."""
        if other is None:
            return self
        start = max(self.start, other.start)
        return Window(start, max(start, min(self.end, other.end)))


def packed(lines: list[Line]) -> list[Track]:
    """Return sounds as tracks: each goes onto the first on which nothing else is heard at its time.

    Raises RefusedError for more tracks than any cut has.
    """
    tracks: list[tuple[Line, Fraction]] = []
    for line in sorted(lines, key=lambda one: min(piece.start for piece in one.pieces)):
        start = min(piece.start for piece in line.pieces)
        end = max(piece.end for piece in line.pieces)
        for index, (track, until) in enumerate(tracks):
            if until <= start:
                track.add(line.pieces, line.joins)
                tracks[index] = (track, end)
                break
        else:
            if len(tracks) >= MAX_TRACKS:
                what = f"more than {MAX_TRACKS} sounds play at the same time"
                raise RefusedError(line.pieces[0].place, what, "mix some of them into one")
            tracks.append((line, end))
    return [track.track(sound=True) for track, _ in tracks]
