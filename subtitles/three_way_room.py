"""Room on screen: what a merge may not take from the other side because it would overlap what people have."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from subtitles.cue import Cue
from subtitles.three_way_strands import overlaps, share_time


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """One strand of a merge: the cues people have of it and those chosen for the merged track.

    `stands` says that people did something to it; `addition` that only the other side has it.
    """

    people: tuple[Cue, ...]
    chosen: tuple[Cue, ...]
    stands: bool
    addition: bool

    @property
    def moved(self) -> tuple[Cue, ...]:
        """Return the chosen cues at times where people have none of this strand."""
        times = {(cue.start_ms, cue.end_ms) for cue in self.people}
        return tuple(cue for cue in self.chosen if (cue.start_ms, cue.end_ms) not in times)


def crowded(placed: Sequence[Placed]) -> dict[int, Cue]:
    """Return the strands that have to stay as people have them, and the cue of people's that leaves each no room.

    Overlaps that people have are theirs, and those of a new draft among cues that nobody touched are the draft's. What stays
    may leave no room to its neighbour in turn.
    """
    reached = _reached(placed)
    left_out: dict[int, Cue] = {}
    waiting = deque(at for at, one in enumerate(placed) if one.stands and not one.moved)
    for at, cue in _among_additions(placed):
        if at not in left_out:
            left_out[at] = cue
    while waiting:
        for at, cue in reached.get(waiting.popleft(), ()):
            if at not in left_out:
                left_out[at] = cue
                waiting.append(at)
    return left_out


def _reached(placed: Sequence[Placed]) -> dict[int, list[tuple[int, Cue]]]:
    """Return, for each strand as people have it, the strands that would come to lie over it, and over which cue."""
    have = [(at, cue) for at, one in enumerate(placed) for cue in one.people]
    come = [(at, cue) for at, one in enumerate(placed) for cue in one.moved]
    found: dict[int, list[tuple[int, Cue]]] = {}
    for row, column in _meeting(have, come):
        (at, cue), (other, _) = have[row], come[column]
        if at != other and not any(share_time(cue, one) for one in placed[other].people):
            found.setdefault(at, []).append((other, cue))
    return found


def _among_additions(placed: Sequence[Placed]) -> list[tuple[int, Cue]]:
    """Return the additions over cues that people reworded and the other side retimed."""
    moved = [(at, cue) for at, one in enumerate(placed) if one.stands for cue in one.moved]
    new = [(at, cue) for at, one in enumerate(placed) if one.addition for cue in one.chosen]
    return [
        (new[column][0], placed[moved[row][0]].people[0])
        for row, column in _meeting(moved, new)
        if moved[row][0] != new[column][0]
    ]


def _meeting(first: Sequence[tuple[int, Cue]], second: Sequence[tuple[int, Cue]]) -> list[tuple[int, int]]:
    one, two = [cue for _, cue in first], [cue for _, cue in second]
    return list(overlaps(one, range(len(one)), two, range(len(two))))
