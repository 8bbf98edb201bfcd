"""Timelines inside timelines, opened where that changes nothing: layers seen from above, a part of them cut out."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from pipeline.timeline.interchange_model import MAX_TRACKS, Join, Piece, Place, RefusedError, Track

_NEST = "replace the nested timeline by its clips, or render it into a file of its own"


def seen(layers: Sequence[Track], place: Place) -> Track:
    """Return what is seen of picture tracks, the lowest first, as one track. Raises RefusedError where a transition hides.

    Where one track alone holds anything it is returned as it is, transitions and all.
    """
    layers = [layer for layer in layers if layer.pieces]
    if len(layers) <= 1:
        return layers[0] if layers else Track(sound=False, pieces=())
    if any(layer.joins for layer in layers) or len(layers) > MAX_TRACKS:
        raise RefusedError(place, "it is a nested timeline of several tracks with transitions", _NEST)
    shown: list[Piece] = []
    for layer in reversed(layers):
        covered = _spans(shown)
        shown += [part for piece in layer.pieces for part in _uncovered(piece, covered)]
    return Track(sound=False, pieces=tuple(sorted(shown, key=lambda piece: piece.start)))


def heard(layers: Sequence[Track], place: Place) -> Track:
    """Return sound tracks as one. Raises RefusedError where they are heard at the same time."""
    layers = [layer for layer in layers if layer.pieces]
    if len(layers) <= 1:
        return layers[0] if layers else Track(sound=True, pieces=())
    pieces = sorted((piece for layer in layers for piece in layer.pieces), key=lambda piece: piece.start)
    if any(layer.joins for layer in layers) or any(after.start < before.end for before, after in pairwise(pieces)):
        raise RefusedError(place, "it is a nested timeline whose sound tracks play at the same time", _NEST)
    return Track(sound=True, pieces=tuple(pieces))


def part(track: Track, start: Fraction, end: Fraction, at: Fraction, place: Place) -> Track:
    """Return what a track holds from `start` to `end`, laid so that `start` comes to stand at `at`.

    Raises RefusedError where a transition is cut through.
    """
    kept: dict[int, int] = {}
    pieces: list[Piece] = []
    for index, piece in enumerate(track.pieces):
        first, last = max(piece.start, start), min(piece.end, end)
        if first < last:
            kept[index] = len(pieces)
            pieces.append(piece.trimmed(first, last).moved(at - start))
    joins = []
    for join in track.joins:
        if join.end <= start or join.start >= end:
            continue
        if join.start < start or join.end > end:
            raise RefusedError(place, "its ends cut through a transition of the nested timeline", _NEST)
        joins.append(
            replace(
                join,
                start=join.start + at - start,
                end=join.end + at - start,
                leaves=None if join.leaves is None else kept.get(join.leaves),
                enters=None if join.enters is None else kept.get(join.enters),
            )
        )
    return Track(sound=track.sound, pieces=tuple(pieces), joins=tuple(joins))


class Line:
    """A track while it is put together: single pieces and whole parts, joined by transitions."""

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self.joins: list[Join] = []

    def add(self, pieces: Iterable[Piece], joins: Iterable[Join] = ()) -> tuple[int, int] | None:
        """Add pieces with the joins between them, and return the places of the first and the last; None without any."""
        base = len(self.pieces)
        self.pieces += pieces
        for join in joins:
            leaves = None if join.leaves is None else join.leaves + base
            enters = None if join.enters is None else join.enters + base
            self.joins.append(replace(join, leaves=leaves, enters=enters))
        return (base, len(self.pieces) - 1) if len(self.pieces) > base else None

    def join(self, join: Join) -> None:
        """Add a transition between pieces that were added. Raises RefusedError where a cut lies inside of it."""
        for index in (join.leaves, join.enters):
            piece = None if index is None else self.pieces[index]
            if piece is not None and not (piece.start <= join.start and join.end <= piece.end):
                what = "the transition reaches over a cut, or beyond what stands beside it"
                raise RefusedError(join.place, what, "shorten the transition")
        self.joins.append(join)

    def track(self, *, sound: bool, name: str = "") -> Track:
        """Return what was put together."""
        return Track(sound=sound, pieces=tuple(self.pieces), joins=tuple(self.joins), name=name)


def _spans(pieces: Iterable[Piece]) -> list[tuple[Fraction, Fraction]]:
    return sorted((piece.start, piece.end) for piece in pieces)


def _uncovered(piece: Piece, covered: list[tuple[Fraction, Fraction]]) -> Iterable[Piece]:
    at = piece.start
    first = max(0, bisect_right(covered, (piece.start, piece.start)) - 1)
    for start, end in covered[first:]:
        if start >= piece.end:
            break
        if end <= at:
            continue
        if start > at:
            yield piece.trimmed(at, start)
        at = max(at, end)
    if at < piece.end:
        yield piece.trimmed(at, piece.end)
