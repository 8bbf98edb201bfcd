"""Where the words of a part of a quotation stand in a long row of words, by word edit distance, all places at once.

One row of costs a word of the part, each over all words said. What a cell knows is packed into one integer: the words that
are wrong above, the place where the quotation begins below, so that among equals the latest or the earliest start wins. Both
are asked for, and where they differ the start is open.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from subtitles.quote_words import Part

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ids = NDArray[np.int64]

MOST_LEFT_OUT = 600
"""Words for which `...` stands at most: about four minutes of speech."""
_SHIFT = 24
_STARTS = (1 << _SHIFT) - 1
_WORD = 1 << _SHIFT
_NEVER = 1 << 60
_LATEST = 0


@dataclass(frozen=True, slots=True, order=True)
class Match:
    """A part's place: `wrong` words of it, or of what was said, do not agree from `first` up to, not including, `end`."""

    wrong: int
    first: int
    end: int

    def meets(self, other: "Match") -> bool:
        """Return whether the two have words in common."""
        return self.first < other.end and other.first < self.end


class SaidRow:
    """The folded words that were said, ready to be searched again and again."""

    def __init__(self, words: Sequence[str]) -> None:
        import numpy as np  # noqa: PLC0415 - a tenth of a second at import, needed only where quotes are looked for

        self._np = np
        self._ids: dict[str, int] = {}
        self._row = np.fromiter((self._ids.setdefault(word, len(self._ids)) for word in words), np.int64, len(words))
        self._counts = np.bincount(self._row, minlength=len(self._ids))

    def __len__(self) -> int:
        """Return how many words were said."""
        return len(self._row)

    def count(self, word: str) -> int:
        """Return how often a word was said."""
        found = self._ids.get(word)
        return 0 if found is None else int(self._counts[found])

    def matches(self, part: Part, most_wrong: int, *, ends_right: bool = True) -> list[Match]:
        """Return every place at which at most `most_wrong` words are wrong, two where its start is open, best first.

        With `ends_right` the first and the last word must be right. For each end only the best starts are returned.
        """
        found: set[Match] = set()
        too_dear = (most_wrong + 1) * _WORD
        for first, end in self._windows(part, most_wrong) if ends_right else [(0, len(self))]:
            costs = self._costs(part, self._row[first:end], too_dear, ends_right=ends_right)
            for way, at in zip(*self._np.nonzero(costs < too_dear), strict=True):
                cost, start = divmod(int(costs[way, at]), _WORD)
                start = _STARTS - start if way == _LATEST else start
                found.add(Match(cost, first + start, first + int(at)))
        return sorted(one for one in found if one.end > one.first)

    def _windows(self, part: Part, most_wrong: int) -> list[tuple[int, int]]:
        """Return where the part can stand: around one of its rarest words, of which at least one is right."""
        np, words = self._np, part.words
        gaps = (len(part.runs) - 1) * MOST_LEFT_OUT + most_wrong
        rarest = sorted(range(len(words)), key=lambda at: (self.count(words[at]), at))[: most_wrong + 1]
        reached = np.zeros(len(self) + 1, np.int64)
        for at in rarest:
            known = self._ids.get(words[at])
            places = np.flatnonzero(self._row == known) if known is not None else np.zeros(0, np.int64)
            np.add.at(reached, np.maximum(places - at - gaps, 0), 1)
            np.add.at(reached, np.minimum(places + len(words) - at + gaps, len(self)), -1)
        inside = np.concatenate(([0], (np.cumsum(reached)[:-1] > 0).astype(np.int8), [0]))
        edges = np.flatnonzero(np.diff(inside))
        return [(int(first), int(end)) for first, end in edges.reshape(-1, 2)]

    def _costs(self, part: Part, row: "Ids", too_dear: int, *, ends_right: bool) -> "Ids":
        """Return, for each number of words passed, what the best place that ends there costs, and where it starts.

        Two rows: with the latest start, and with the earliest. Given up where all of it is too dear.
        """
        np, count = self._np, len(row)
        starts = np.arange(count + 1, dtype=np.int64)
        slope = starts * _WORD
        costs = np.stack((_STARTS - starts, starts))
        words = part.words
        opens = {sum(len(run) for run in part.runs[:at]) for at in range(1, len(part.runs))}
        for at, word in enumerate(words):
            if at in opens:
                costs = self._left_out(costs)
            strict = ends_right and at in {0, len(words) - 1}
            wrong = np.where(row == self._ids.get(word, -1), 0, _NEVER if strict else _WORD)
            following = np.full((2, count + 1), _NEVER, np.int64)
            np.minimum(costs[:, :-1] + wrong, _NEVER, out=following[:, 1:])
            if not strict:
                np.minimum(following, costs + _WORD, out=following)
            if not (ends_right and at == len(words) - 1):
                # Words may be said that are not quoted, one wrong word each, but none behind the last.
                following = np.minimum(np.minimum.accumulate(following - slope, axis=1) + slope, _NEVER)
            costs = following
            if costs.min() >= too_dear:
                break
        done: Ids = costs
        return done

    def _left_out(self, costs: "Ids") -> "Ids":
        """Return the costs where up to MOST_LEFT_OUT words may be said for nothing: a sliding minimum, by doubling."""
        np, wide, reach = self._np, costs, 1
        while reach < min(MOST_LEFT_OUT + 1, costs.shape[1]):
            step = min(reach, MOST_LEFT_OUT + 1 - reach)
            moved = np.full_like(wide, _NEVER)
            moved[:, step:] = wide[:, :-step]
            wide = np.minimum(wide, moved)
            reach += step
        return wide
