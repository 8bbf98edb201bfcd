"""Three-way merge: what people made of a track, and what the other side made of it, brought together cue by cue.

The cues of three versions that belong together (`three_way_strands`) are decided at once; "changed" is against the base,
and what an editor changes by itself, such as spaces at the ends of lines, is no change:

    people            the other side              result
    as in the base    anything                    the other side's: reworded, retimed, split, joined, deleted, added
    anything          as in the base              people's, unless people stand behind what the base says (`held`)
    changed           changed to the same         people's: one edit
    reworded          retimed                     people's text at the other side's times
    retimed           reworded                    the other side's text at people's times
    reworded          lines broken elsewhere      people's: it breaks a text that is gone
    deleted           only retimed                stays deleted
    deleted           reworded, split, joined     stays deleted, a conflict
    changed           deleted                     people's, a conflict
    added             added differently           people's, a conflict
    else              changed                     people's, a conflict: also wherever one side split or joined

Nothing is put where it would overlap something of people's: it is left out, people's cue stands, and that is a conflict.
So in every conflict people's side is what stands, and nothing that people did is ever missing.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto

from subtitles.cue import Cue
from subtitles.identity import new_id, normal_text, same_cue, text_hash
from subtitles.three_way_room import Placed, crowded
from subtitles.three_way_strands import Strand, Tied, strands, tie

_NO_REEL = "cue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A cue that two sides changed differently. `people` is what stands in the track, None where they deleted it.

    `id` is that of people's cue, or of the one they deleted. `base` is what both began with, None where there was nothing.
    `other` is what the other side says, None where it has no such cue, several cues as one with their texts line by line.
    """

    id: str
    base: Cue | None
    people: Cue | None
    other: Cue | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What came of a merge; every cue has an id.

    `cues` are the merged track, in order of time. `changed` says whether it differs from people's. `bases` are what the
    next merge begins with where the other side is the machine: what it says now, but for cues that people had not touched
    and that there was no room to take. The rest are ids, in order of time: cues that follow the other side, cues that stay
    as people made them, and what the other side added and removed.
    """

    cues: tuple[Cue, ...]
    conflicts: tuple[Conflict, ...] = ()
    changed: bool = False
    bases: tuple[Cue, ...] = ()
    followed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


def merge_three(
    base: Sequence[Cue],
    people: Sequence[Cue],
    other: Sequence[Cue],
    *,
    held: Collection[str] = (),
    reel: str = "",
) -> Merged:
    """Return `people` with what `other` changed since `base`, both of which come from it, by the table above.

    The cues of `base` have ids. Cues of the others that have one of these are those cues, cues with another id are new, and
    cues without any are found by time and text. `held` are the ids of cues that people stand behind as they are, approved
    for one, though they may be as in the base. New cues without an id are named after `reel`.
    """
    ties = tie(base, people), tie(base, other)
    found = strands(base, people, other, ties)
    mine, theirs = _named(base, people, other, ties, found, reel or _reel_of(base))
    sides = _Sides(base=tuple(base), people=mine, other=theirs, held=frozenset(held))
    decided = [_decide(sides, strand) for strand in found]
    placed = [
        Placed(
            people=tuple(mine[at] for at in one.strand.people),
            chosen=one.cues,
            stands=one.stands,
            addition=not one.strand.base and not one.strand.people,
        )
        for one in decided
    ]
    left_out = crowded(placed)
    for at, crowding in left_out.items():
        decided[at] = replace(decided[at], fate=_Fate.CONFLICT, cues=placed[at].people, crowding=crowding)
    return _merged(sides, decided)


class _Fate(Enum):
    """What becomes of a strand."""

    KEEP = auto()
    FOLLOW = auto()
    MIX = auto()
    CONFLICT = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sides:
    base: tuple[Cue, ...]
    people: tuple[Cue, ...]
    other: tuple[Cue, ...]
    held: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Decided:
    """A strand and the cues that it has in the merged track.

    `stands` says that people did something to it. `crowding` is the cue of people's that left no room for it.
    """

    strand: Strand
    fate: _Fate
    cues: tuple[Cue, ...]
    stands: bool
    crowding: Cue | None = None


def _decide(sides: _Sides, strand: Strand) -> _Decided:
    base = tuple(sides.base[at] for at in strand.base)
    people = tuple(sides.people[at] for at in strand.people)
    other = tuple(sides.other[at] for at in strand.other)
    held = any(cue.id in sides.held for cue in (*base, *people))
    touched = held or not _same(people, base)
    if _same(people, other):  # one edit, and no longer people's alone
        return _Decided(strand=strand, fate=_Fate.KEEP, cues=people, stands=held)
    if _same(other, base):
        return _Decided(strand=strand, fate=_Fate.KEEP, cues=people, stands=touched)
    if not touched:
        return _Decided(strand=strand, fate=_Fate.FOLLOW, cues=other, stands=False)
    if not people and base and _said(other) == _said(base):
        return _Decided(strand=strand, fate=_Fate.KEEP, cues=(), stands=True)
    mixed = _mixed(base, people, other) if not held else None
    if mixed is None:
        return _Decided(strand=strand, fate=_Fate.CONFLICT, cues=people, stands=True)
    fate = _Fate.KEEP if same_cue(mixed, people[0]) else _Fate.MIX
    return _Decided(strand=strand, fate=fate, cues=(mixed,), stands=True)


def _same(first: Sequence[Cue], second: Sequence[Cue]) -> bool:
    return len(first) == len(second) and all(same_cue(one, two) for one, two in zip(first, second, strict=True))


def _said(cues: Sequence[Cue]) -> str:
    return text_hash(" ".join(cue.text for cue in cues))


def _mixed(base: Sequence[Cue], people: Sequence[Cue], other: Sequence[Cue]) -> Cue | None:
    """Return the one cue that holds what both sides did, None where they contradict each other or are more than one."""
    if not len(base) == len(people) == len(other) == 1:
        return None
    text, times = _text(base[0], people[0], other[0]), _times(base[0], people[0], other[0])
    if text is None or times is None:
        return None
    return replace(people[0], text=text, start_ms=times[0], end_ms=times[1])


def _text(base: Cue, people: Cue, other: Cue) -> str | None:
    was, mine, theirs = normal_text(base.text), normal_text(people.text), normal_text(other.text)
    if theirs in {mine, was}:
        return people.text
    if mine == was:
        return other.text
    only_broken = text_hash(other.text) in {text_hash(base.text), text_hash(people.text)}
    return people.text if only_broken else None


def _times(base: Cue, people: Cue, other: Cue) -> tuple[int, int] | None:
    was, mine, theirs = ((cue.start_ms, cue.end_ms) for cue in (base, people, other))
    if theirs in {was, mine}:
        return mine
    return theirs if mine == was else None


def _merged(sides: _Sides, decided: Sequence[_Decided]) -> Merged:
    cues = sorted((cue for one in decided for cue in one.cues), key=lambda cue: (cue.start_ms, cue.end_ms, cue.id))
    before, after = {cue.id: cue for cue in sides.people}, {cue.id: cue for cue in cues}
    followed = tuple(cue.id for cue in cues if cue.id in before and not same_cue(before[cue.id], cue))
    added = tuple(cue.id for cue in cues if cue.id not in before)
    removed = tuple(cue.id for cue in sides.people if cue.id not in after)
    kept = {cue.id for one in decided if one.stands for cue in one.cues}
    return Merged(
        cues=tuple(cues),
        conflicts=tuple(
            conflict for one in decided if one.fate is _Fate.CONFLICT for conflict in _conflicts(sides, one, after)
        ),
        changed=bool(followed or added or removed),
        bases=tuple(cue for one in decided for cue in _next_base(sides, one)),
        followed=followed,
        kept=tuple(cue.id for cue in cues if cue.id in kept),
        added=added,
        removed=removed,
    )


def _next_base(sides: _Sides, decided: _Decided) -> list[Cue]:
    if decided.crowding is not None and not decided.stands and decided.strand.base:
        return [sides.base[at] for at in decided.strand.base]
    return [sides.other[at] for at in decided.strand.other]


def _conflicts(sides: _Sides, decided: _Decided, after: Mapping[str, Cue]) -> list[Conflict]:
    strand = decided.strand
    base = {sides.base[at].id: sides.base[at] for at in strand.base}
    other = [sides.other[at] for at in strand.other]
    whole_base, whole_other = together([*base.values()]), together(other)
    if strand.people:
        mine = [sides.people[at] for at in strand.people]
        return [Conflict(id=cue.id, base=base.get(cue.id, whole_base), people=cue, other=whole_other) for cue in mine]
    if base or decided.crowding is None:
        return [Conflict(id=cue.id, base=base.get(cue.id, whole_base), people=None, other=cue) for cue in other]
    there = after[decided.crowding.id]
    return [Conflict(id=there.id, base=None, people=there, other=cue) for cue in other]


def together(cues: Sequence[Cue]) -> Cue | None:
    """Return cues as one, from the first's start to the last's end, their texts line by line; None where there are none."""
    if not cues:
        return None
    ordered = sorted(cues, key=lambda cue: (cue.start_ms, cue.end_ms))
    return Cue(
        id=ordered[0].id,
        start_ms=ordered[0].start_ms,
        end_ms=max(cue.end_ms for cue in ordered),
        text="\n".join(dict.fromkeys(cue.text for cue in ordered)),
    )


def _named(
    base: Sequence[Cue],
    people: Sequence[Cue],
    other: Sequence[Cue],
    ties: tuple[Tied, Tied],
    found: Sequence[Strand],
    reel: str,
) -> tuple[tuple[Cue, ...], tuple[Cue, ...]]:
    """Return both sides with an id for every cue; a cue that both added has the same on both."""
    taken = {cue.id for cue in base}
    mine = _with_ids(people, {at: base[row].id for at, row in ties[0].of.items()}, taken, reel)
    same = {at: base[row].id for at, row in ties[1].of.items()}
    for strand in found:
        if not strand.base and len(strand.people) == len(strand.other) == 1:
            same[strand.other[0]] = mine[strand.people[0]].id
    return mine, _with_ids(other, same, taken, reel)


def _with_ids(cues: Sequence[Cue], known: Mapping[int, str], taken: set[str], reel: str) -> tuple[Cue, ...]:
    named = []
    for at, cue in enumerate(cues):
        name = known.get(at) or (cue.id if cue.id not in taken else "") or new_id(reel, cue.start_ms, taken)
        taken.add(name)
        named.append(cue if cue.id == name else replace(cue, id=name))
    return tuple(named)


def _reel_of(base: Sequence[Cue]) -> str:
    return base[0].id.rpartition("-")[0] or _NO_REEL if base else _NO_REEL
