"""Which cues of three versions belong together: the strands that a three-way merge decides one by one.

A strand holds the cues of the base, of people and of the other side that are one cue, or that one cue was split into or
joined from. Most hold one of each. A cue that only one side has is a strand of its own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from subtitles.alignment import Matches, matches
from subtitles.cue import Cue
from subtitles.parts import joined_into, split_off


@dataclass(frozen=True, slots=True, kw_only=True)
class Strand:
    """Cues that belong together, as places in the three versions, each in order of time."""

    base: tuple[int, ...] = ()
    people: tuple[int, ...] = ()
    other: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tied:
    """How one side hangs together with the base: `of` says which cue of it each of the side's cues is."""

    of: dict[int, int]
    split: dict[int, int]
    joined: dict[int, int]

    @property
    def links(self) -> Iterator[tuple[int, int]]:
        """Yield (place in the base, place on the side) of what belongs together."""
        yield from ((row, column) for column, row in self.of.items())
        yield from ((row, column) for column, row in self.split.items())
        yield from self.joined.items()


def by_time(cues: Sequence[Cue]) -> list[int]:
    """Return the places of `cues` in order of time."""
    return sorted(range(len(cues)), key=lambda at: (cues[at].start_ms, cues[at].end_ms, cues[at].id, at))


def tie(base: Sequence[Cue], side: Sequence[Cue]) -> Tied:
    """Return which cue of `base` each of `side` is: by its id, or by time and text where it has none.

    An id that the base does not know makes a cue one of the side's own.
    """
    rows = {cue.id: at for at, cue in enumerate(base)}
    of: dict[int, int] = {}
    for column, cue in enumerate(side):
        row = rows.pop(cue.id, None) if cue.id else None
        if row is not None:
            of[column] = row
    taken = set(of.values())
    loose_base = [row for row in by_time(base) if row not in taken]
    loose = [column for column in by_time(side) if column not in of and not side[column].id]
    for row, column in matches([base[row] for row in loose_base], [side[column] for column in loose]):
        of[loose[column]] = loose_base[row]
    rising, falling = by_time(base), by_time(side)
    place = {row: at for at, row in enumerate(rising)}
    pairs: Matches = [(place[of[column]], at) for at, column in enumerate(falling) if column in of]
    ordered = [base[row] for row in rising], [side[column] for column in falling]
    return Tied(
        of=of,
        split={falling[column]: rising[row] for column, row in split_off(*ordered, pairs).items()},
        joined={rising[row]: falling[column] for row, column in joined_into(*ordered, pairs).items()},
    )


def strands(
    base: Sequence[Cue], people: Sequence[Cue], other: Sequence[Cue], ties: tuple[Tied, Tied]
) -> tuple[Strand, ...]:
    """Return the strands of three versions in order of time; every cue is in exactly one."""
    mine, theirs = ties
    sets = _Sets(len(base) + len(people) + len(other))
    first_people, first_other = len(base), len(base) + len(people)
    for row, column in mine.links:
        sets.unite(row, first_people + column)
    for row, column in theirs.links:
        sets.unite(row, first_other + column)
    new_people, new_other = _new(people, mine), _new(other, theirs)
    both = _added_by_both(people, other, new_people, new_other)
    for column, place in both:
        sets.unite(first_people + column, first_other + place)
    used = {place for _, place in both}
    dropped = _dropped(len(base), mine, theirs)
    for row, place in overlaps(base, dropped, other, [place for place in new_other if place not in used]):
        if _mostly_at_once(base[row], other[place]):
            sets.unite(row, first_other + place)
    found = (_strand(group, len(base), len(people), (base, people, other)) for group in sets.groups())
    return tuple(sorted(found, key=lambda strand: _start(strand, base, people, other)))


def overlaps(
    first: Sequence[Cue], chosen: Sequence[int], second: Sequence[Cue], others: Sequence[int]
) -> Iterator[tuple[int, int]]:
    """Yield (place in `first`, place in `second`) of the chosen cues that are on screen at the same time."""
    left = sorted(chosen, key=lambda at: first[at].start_ms)
    right = sorted(others, key=lambda at: second[at].start_ms)
    active: list[int] = []
    at = 0
    for row in left:
        cue = first[row]
        while at < len(right) and second[right[at]].start_ms < cue.end_ms:
            active.append(right[at])
            at += 1
        active = [column for column in active if second[column].end_ms > cue.start_ms]
        for column in active:
            if share_time(cue, second[column]):
                yield row, column


def share_time(first: Cue, second: Cue) -> bool:
    """Return whether two cues are on screen at the same time."""
    return min(first.end_ms, second.end_ms) > max(first.start_ms, second.start_ms)


def _new(side: Sequence[Cue], tied: Tied) -> list[int]:
    linked = {column for _, column in tied.links}
    return [column for column in by_time(side) if column not in linked]


def _added_by_both(people: Sequence[Cue], other: Sequence[Cue], mine: list[int], theirs: list[int]) -> Matches:
    named = {other[place].id: place for place in theirs if other[place].id}
    pairs = [(column, named[people[column].id]) for column in mine if people[column].id in named]
    used = {column for column, _ in pairs}, {place for _, place in pairs}
    left = [column for column in mine if column not in used[0]]
    right = [place for place in theirs if place not in used[1]]
    found = matches([people[column] for column in left], [other[place] for place in right])
    at_once = ((left[row], right[column]) for row, column in found)
    return [*pairs, *((column, place) for column, place in at_once if share_time(people[column], other[place]))]


def _dropped(count: int, mine: Tied, theirs: Tied) -> list[int]:
    """Return the cues of the base that neither people nor the other side have, as far as one can tell."""
    there = {row for tied in (mine, theirs) for row, _ in tied.links}
    return [row for row in range(count) if row not in there]


def _mostly_at_once(first: Cue, second: Cue) -> bool:
    shared = min(first.end_ms, second.end_ms) - max(first.start_ms, second.start_ms)
    return shared > 0 and 2 * shared >= min(first.duration_ms, second.duration_ms)


def _strand(
    group: list[int], bases: int, peoples: int, cues: tuple[Sequence[Cue], Sequence[Cue], Sequence[Cue]]
) -> Strand:
    parts: tuple[list[int], list[int], list[int]] = ([], [], [])
    for node in group:
        side = 0 if node < bases else 1 if node < bases + peoples else 2
        parts[side].append(node - (0, bases, bases + peoples)[side])
    base, people, other = (
        tuple(sorted(part, key=lambda at, of=of: (of[at].start_ms, of[at].end_ms, at)))  # type: ignore[misc]
        for part, of in zip(parts, cues, strict=True)
    )
    return Strand(base=base, people=people, other=other)


def _start(
    strand: Strand, base: Sequence[Cue], people: Sequence[Cue], other: Sequence[Cue]
) -> tuple[int, tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    whole = (
        *(base[at].start_ms for at in strand.base),
        *(people[at].start_ms for at in strand.people),
        *(other[at].start_ms for at in strand.other),
    )
    return min(whole), strand.base, strand.people, strand.other


class _Sets:
    """Nodes that are united step by step."""

    def __init__(self, count: int) -> None:
        self._over = list(range(count))

    def unite(self, first: int, second: int) -> None:
        """Put two nodes, and all that hangs on them, together."""
        one, two = self._top(first), self._top(second)
        self._over[max(one, two)] = min(one, two)

    def groups(self) -> list[list[int]]:
        """Return the nodes that are together, in order."""
        found: dict[int, list[int]] = {}
        for node in range(len(self._over)):
            found.setdefault(self._top(node), []).append(node)
        return list(found.values())

    def _top(self, node: int) -> int:
        while self._over[node] != node:
            self._over[node] = self._over[self._over[node]]
            node = self._over[node]
        return node
