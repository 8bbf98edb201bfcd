"""A track for formats in which clips do not overlap: each ends at its cut, and a transition reaches over the cut."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from pipeline.timeline.interchange_model import Join, Piece, Track


@dataclass(frozen=True, slots=True)
class Gap:
    """Nothing, for `seconds`."""

    seconds: Fraction


@dataclass(frozen=True, slots=True)
class Crossing:
    """A transition that reaches over a cut: `into` seconds before it and `out` seconds after it."""

    join: Join
    into: Fraction
    out: Fraction


def in_a_row(track: Track, rate: Fraction) -> Iterator[Piece | Gap | Crossing]:
    """Yield clips, gaps and transitions one after the other; every cut stands on a frame of `rate`."""
    starts = [piece.start for piece in track.pieces]
    ends = [piece.end for piece in track.pieces]
    crossing: dict[int, Crossing] = {}
    for join in track.joins:
        cut = _cut(join, track, rate)
        crossing[_key(join)] = Crossing(join, cut - join.start, join.end - cut)
        if join.leaves is not None:
            ends[join.leaves] = cut
        if join.enters is not None:
            starts[join.enters] = cut
    heads = {join.enters: crossing[_key(join)] for join in track.joins if join.enters is not None}
    tails = {join.leaves: crossing[_key(join)] for join in track.joins if join.enters is None}
    at = Fraction(0)
    for index, piece in enumerate(track.pieces):
        if starts[index] > at:
            yield Gap(starts[index] - at)
        if index in heads:
            yield heads[index]
        yield piece.trimmed(starts[index], ends[index])
        at = max(at, ends[index])
        if index in tails:
            yield tails[index]


def _key(join: Join) -> int:
    return id(join)


def _cut(join: Join, track: Track, rate: Fraction) -> Fraction:
    """Return where the cut under a transition is laid: in its middle, at its edge where one side is black."""
    if join.leaves is None:
        return join.start
    if join.enters is None:
        return join.end
    frames = (join.end - join.start) * rate
    middle = join.start + (frames // 2) / rate
    alone = track.pieces[join.leaves].start == join.start and middle == join.start
    return join.end if alone else middle
