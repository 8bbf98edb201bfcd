"""Two cuts that are laid out on tracks differently, made comparable: what is seen, and what is heard, in one row each."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from math import floor

from footage_manifest.timecode import Clock
from pipeline.timeline.cut_listing import Row, SideRow
from pipeline.timeline.edl_lines import BLACK_REEL

_PICTURE, _SOUND = "V", "A"


def flattened(rows: Sequence[Row], clock: Clock) -> tuple[Row, ...]:
    """Return what is seen and heard of a cut's events, pictures in one row and each sound in another.

    Pictures of later tracks cover earlier ones, black is nothing, and what goes on in its source across a cut is one event.
    Which channels are heard is not told. Record labels count on `clock`.
    """
    pictures: list[Row] = []
    for track in sorted({row.track for row in rows if _seen(row)}):
        above = sorted((_half(row, _PICTURE) for row in rows if row.track == track and _seen(row)), key=_place)
        below = [part for row in pictures for part in _uncovered(row, above, clock)]
        pictures = sorted([*below, *above], key=_place)
    sounds: dict[object, Row] = {}
    for row in sorted((_half(row, _SOUND) for row in rows if _heard(row)), key=_place):
        sounds.setdefault((row.record_in_frame, row.record_out_frame, _source(row.side)), row)
    return (*_joined(pictures, clock), *_joined(list(sounds.values()), clock))


def _seen(row: Row) -> bool:
    return "V" in row.channels or row.channels.startswith("B")


def _heard(row: Row) -> bool:
    return "A" in row.channels or row.channels.startswith("B")


def _half(row: Row, channels: str) -> Row:
    return replace(row, track=1 if channels == _PICTURE else 2, channels=channels, delay=0)


def _place(row: Row) -> tuple[int, int]:
    return row.record_in_frame, row.record_out_frame


def _source(side: SideRow) -> tuple[str, int | None, Fraction]:
    return side.reel, side.source_in_frame, side.speed


def _uncovered(row: Row, above: Sequence[Row], clock: Clock) -> Iterator[Row]:
    start = row.record_in_frame
    for one in above[bisect_right(above, start, key=lambda one: one.record_out_frame) :]:
        if one.record_in_frame >= row.record_out_frame:
            break
        if start < one.record_in_frame:
            yield _part(row, start, one.record_in_frame, clock)
        start = max(start, one.record_out_frame)
    if start < row.record_out_frame:
        yield _part(row, start, row.record_out_frame, clock)


def _part(row: Row, start: int, end: int, clock: Clock) -> Row:
    """Return what of an event plays from record frame `start` to `end`, which lie inside."""
    whole = (start, end) == (row.record_in_frame, row.record_out_frame)
    if whole:
        return row
    side, ratio = row.side, row.side.rate / clock.rate * row.side.speed
    into, out = (floor((at - row.record_in_frame) * ratio) for at in (start, end))
    first = side.source_in_frame
    count = Clock(side.rate, side.source_in.drop)
    if first is not None:
        side = replace(
            side,
            source_in_frame=first + into,
            source_out_frame=first + out,
            source_in=count.label(first + into),
            source_out=count.label(first + out),
        )
    transition = ("C", 0) if start > row.record_in_frame else (row.transition, row.transition_frames)
    return replace(
        row,
        side=side,
        transition=transition[0],
        transition_frames=transition[1],
        record_in=clock.label(start),
        record_out=clock.label(end),
        record_in_frame=start,
        record_out_frame=end,
    )


def _joined(rows: Sequence[Row], clock: Clock) -> Iterator[Row]:
    """Yield events without black, those as one that go on with what the one before plays."""
    waiting: Row | None = None
    for row in rows:
        if row.side.reel == BLACK_REEL:
            continue
        if waiting is not None and _goes_on(waiting, row, clock):
            side = replace(waiting.side, source_out=row.side.source_out, source_out_frame=row.side.source_out_frame)
            waiting = replace(waiting, side=side, record_out=row.record_out, record_out_frame=row.record_out_frame)
            continue
        if waiting is not None:
            yield waiting
        waiting = row
    if waiting is not None:
        yield waiting


def _goes_on(before: Row, row: Row, clock: Clock) -> bool:
    one, other = before.side, row.side
    if one.source_in_frame is None or row.transition != "C" or before.record_out_frame != row.record_in_frame:
        return False
    into = before.length * one.rate / clock.rate * one.speed
    return _source(other) == (one.reel, one.source_in_frame + floor(into), one.speed) and into.denominator == 1
