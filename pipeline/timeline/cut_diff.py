"""Two cuts compared: what moved, was trimmed, changed, replaced, added or removed, in record and source frames.

Events answer to each other where they play overlapping parts of the same source; so one inserted shot is one that was added
and the rest moved, said once for all that moved together.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from pipeline.timeline.cut_listing import Row
from pipeline.timeline.relink import AUXILIARY_REEL

_MOST_COMPARED = 250_000
"""How many pairs of events a stretch may have that is compared pair by pair."""


class Kind(StrEnum):
    """What became of an event, or of several."""

    MOVED = "moved"
    TRIMMED = "trimmed"
    CHANGED = "changed"
    REPLACED = "replaced"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change. `before` are events of the first cut, `after` of the second: one each, more only where many moved alike.

    `moved` is by how many record frames it begins later. `head` and `tail` are source frames that were taken off (negative:
    put on) at its start and end; `length` is by how many record frames it became longer. `parts` says what else differs.
    """

    kind: Kind
    before: tuple[Row, ...] = ()
    after: tuple[Row, ...] = ()
    moved: int = 0
    head: int = 0
    tail: int = 0
    length: int = 0
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Pair:
    before: Row
    after: Row

    @property
    def moved(self) -> int:
        return self.after.record_in_frame - self.before.record_in_frame


def compare(before: Sequence[Row], after: Sequence[Row]) -> tuple[Change, ...]:
    """Return the changes from one cut to another, in order of the second's record time. Both count at one rate."""
    changes: list[Change] = []
    firsts, seconds = _lanes(before), _lanes(after)
    for lane in sorted({*firsts, *seconds}):
        changes += _lane(firsts.get(lane, []), seconds.get(lane, []))
    return tuple(sorted(changes, key=_order))


def _order(change: Change) -> tuple[int, bool, int]:
    row = (change.after or change.before)[0]
    return row.record_in_frame, change.kind is Kind.MOVED, row.track


def _lanes(rows: Sequence[Row]) -> dict[tuple[bool, int], list[Row]]:
    """Return events by whether they carry a picture and, for those, by which picture track they stand on."""
    tracks = sorted({row.track for row in rows if "V" in row.channels or row.channels.startswith("B")})
    lanes: defaultdict[tuple[bool, int], list[Row]] = defaultdict(list)
    for row in rows:
        picture = "V" in row.channels or row.channels.startswith("B")
        lanes[(not picture, tracks.index(row.track) if picture else 0)].append(row)
    return {lane: sorted(found, key=lambda row: (row.record_in_frame, row.channels)) for lane, found in lanes.items()}


def _lane(before: list[Row], after: list[Row]) -> Iterator[Change]:
    pairs, gone, new = _aligned(before, after)
    crossed, gone, new = _elsewhere(gone, new)
    pairs = sorted([*pairs, *crossed], key=lambda pair: pair.after.record_in_frame)
    yield from _of_pairs(pairs)
    yield from _of_rest(gone, new, pairs)


def source_of(row: Row) -> str:
    """Return the name of what an event plays, for comparing: its reel, or its clip's name where the reel says nothing."""
    named = row.side.clip_name if row.side.reel in {AUXILIARY_REEL, ""} else row.side.reel
    return named.casefold()


def _exact(row: Row) -> tuple[object, ...]:
    side = row.side
    return source_of(row), side.source_in_frame, row.length, side.speed, row.channels


def _aligned(before: list[Row], after: list[Row]) -> tuple[list[_Pair], list[Row], list[Row]]:
    """Return events that answer to each other in the same order, and what is left of both cuts."""
    pairs: list[_Pair] = []
    gone: list[Row] = []
    new: list[Row] = []
    matcher = SequenceMatcher(None, [_exact(row) for row in before], [_exact(row) for row in after], autojunk=False)
    for tag, first, last, start, end in matcher.get_opcodes():
        if tag == "equal":
            pairs += map(_Pair, before[first:last], after[start:end])
            continue
        found = _paired(before[first:last], after[start:end])
        pairs += found
        gone += [row for row in before[first:last] if all(row is not pair.before for pair in found)]
        new += [row for row in after[start:end] if all(row is not pair.after for pair in found)]
    return pairs, gone, new


def _paired(before: list[Row], after: list[Row]) -> list[_Pair]:
    """Return the best pairs of a stretch in which order is kept: as many common source frames as can be."""
    if not before or not after or len(before) * len(after) > _MOST_COMPARED:
        return []
    best = [[0] * (len(after) + 1) for _ in range(len(before) + 1)]
    for i in range(len(before) - 1, -1, -1):
        for j in range(len(after) - 1, -1, -1):
            common = _common(before[i], after[j])
            taken = best[i + 1][j + 1] + common if common else 0
            best[i][j] = max(best[i + 1][j], best[i][j + 1], taken)
    pairs = []
    i = j = 0
    while i < len(before) and j < len(after):
        common = _common(before[i], after[j])
        if common and best[i][j] == best[i + 1][j + 1] + common:
            pairs.append(_Pair(before[i], after[j]))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs


def _common(one: Row, other: Row) -> int:
    """Return how many source frames two events have in common, 0 where they play different sources."""
    if source_of(one) != source_of(other):
        return 0
    (first, last), (start, end) = _span(one), _span(other)
    return max(0, min(last, end) - max(first, start))


def _span(row: Row) -> tuple[int, int]:
    """Return the source frames of an event, at least one."""
    first = row.side.source_in_frame or 0
    last = row.side.source_out_frame or 0
    return min(first, last), max(first, last, min(first, last) + 1)


def _elsewhere(gone: list[Row], new: list[Row]) -> tuple[list[_Pair], list[Row], list[Row]]:
    """Return events that were put elsewhere in the order, and what is left."""
    waiting: defaultdict[str, list[Row]] = defaultdict(list)
    for row in gone:
        waiting[source_of(row)].append(row)
    pairs: list[_Pair] = []
    rest: list[Row] = []
    for row in new:
        candidates = waiting[source_of(row)]
        best = max(candidates, key=lambda one: _common(one, row), default=None)
        if best is None or 2 * _common(best, row) < max(1, _span(row)[1] - _span(row)[0]):
            rest.append(row)
            continue
        waiting[source_of(row)] = [one for one in candidates if one is not best]
        pairs.append(_Pair(best, row))
    taken = {id(pair.before) for pair in pairs}
    return pairs, [row for row in gone if id(row) not in taken], rest


def _of_pairs(pairs: list[_Pair]) -> Iterator[Change]:
    """Yield what became of events that are in both cuts; those that moved alike, one after the other, together."""
    together: list[_Pair] = []
    for pair in pairs:
        change = _change(pair)
        if change is not None:
            yield change
            continue
        if together and together[-1].moved != pair.moved:
            yield from _moved(together)
            together = []
        together.append(pair)
    yield from _moved(together)


def _moved(pairs: list[_Pair]) -> Iterator[Change]:
    if pairs and pairs[0].moved:
        yield Change(
            kind=Kind.MOVED,
            before=tuple(pair.before for pair in pairs),
            after=tuple(pair.after for pair in pairs),
            moved=pairs[0].moved,
        )


def _change(pair: _Pair) -> Change | None:
    """Return how an event itself differs, None where it stands elsewhere at most."""
    before, after = pair.before, pair.after
    parts = tuple(_parts(before, after))
    (first, last), (start, end) = _span(before), _span(after)
    head, tail = start - first, last - end
    length = after.length - before.length
    trimmed = bool(head or tail or length)
    if not parts and not trimmed:
        return None
    return Change(
        kind=Kind.CHANGED if parts else Kind.TRIMMED,
        before=(before,),
        after=(after,),
        moved=pair.moved,
        head=head,
        tail=tail,
        length=length,
        parts=parts,
    )


def _parts(before: Row, after: Row) -> Iterator[str]:
    if before.side.speed != after.side.speed:
        yield f"speed {_percent(before)} -> {_percent(after)}"
    ways = [
        f"{row.transition} {row.transition_frames:03}" if row.transition_frames else row.transition
        for row in (before, after)
    ]
    if ways[0] != ways[1]:
        yield f"transition {ways[0]} -> {ways[1]}"
    if before.channels != after.channels:
        yield f"channels {before.channels} -> {after.channels}"
    if before.delay != after.delay:
        yield f"split {before.delay} -> {after.delay}"


def _percent(row: Row) -> str:
    return f"{float(row.side.speed * 100):g} %"


def _of_rest(gone: list[Row], new: list[Row], pairs: list[_Pair]) -> Iterator[Change]:
    """Yield what was added and removed; replaced is what was removed where something was added in its place."""
    left = list(gone)
    for row in new:
        shift = _shift(row, pairs)
        place = next((one for one in left if _overlap(one, row, shift)), None)
        if place is None:
            yield Change(kind=Kind.ADDED, after=(row,))
            continue
        left.remove(place)
        yield Change(
            kind=Kind.REPLACED,
            before=(place,),
            after=(row,),
            moved=row.record_in_frame - place.record_in_frame,
            length=row.length - place.length,
        )
    for row in left:
        yield Change(kind=Kind.REMOVED, before=(row,))


def _shift(row: Row, pairs: list[_Pair]) -> int:
    """Return by how much the event that stands before this one in the second cut has moved, its new length included."""
    earlier = [pair for pair in pairs if pair.after.record_out_frame <= row.record_in_frame]
    return earlier[-1].after.record_out_frame - earlier[-1].before.record_out_frame if earlier else 0


def _overlap(one: Row, row: Row, shift: int) -> bool:
    """Return whether an event that was removed stood where one was added, most of the shorter of the two."""
    start = max(one.record_in_frame + shift, row.record_in_frame)
    end = min(one.record_out_frame + shift, row.record_out_frame)
    return 2 * (end - start) > min(one.length, row.length)
