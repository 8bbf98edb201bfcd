"""Where a quotation was said, although it is shortened with `...` or slightly misquoted: a place, or why there is none.

A part of a quotation may have about one wrong word in five, none below five words. Its first and last word must be right,
since that is where a clip is cut, and so must one of its two longest. Nothing is chosen among equals.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from subtitles.quote_search import Match, SaidRow
from subtitles.quote_words import Folded, Part, folded_words, part_of
from subtitles.said import SaidWord

MOST_CANDIDATES = 5
_WORDS_A_FAULT = 5
_MOST_WRONG = 20
_FURTHEST_PART = 3000
"""Words that may lie between two parts of a quotation: about twenty minutes."""
_MOST_PLACES = 2000
_NEAR_MS = 10_000
_AS_NEAR_MS = 1000
_ENOUGH_WORDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a quotation was said: for each of its parts the said words from the first up to, not including, the second.

    `likeness` is in thousandths: 1000 where every word is right. `wrong` counts the words that are not.
    """

    ranges: tuple[tuple[int, int], ...]
    likeness: int
    wrong: int = 0

    @property
    def first(self) -> int:
        """Return the place of the first word."""
        return self.ranges[0][0]

    @property
    def end(self) -> int:
        """Return the place behind the last word."""
        return self.ranges[-1][1]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteFound:
    """The one place at which a quotation was said. `away_ms` is how far from the time that was asked for, None without."""

    place: Place
    away_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteAmbiguous:
    """Several places that are equally good: the first five in order of time, and how many there are."""

    candidates: tuple[Place, ...]
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteMissing:
    """No place is good enough. `candidates` are the likest, best first, each with one range."""

    candidates: tuple[Place, ...]


FoundQuote = QuoteFound | QuoteAmbiguous | QuoteMissing


class SaidIndex:
    """The words of a reel, ready for one quotation after another."""

    def __init__(self, said: Sequence[SaidWord]) -> None:
        self._said = said
        self._folded: Folded = folded_words(said)
        self._row = SaidRow(self._folded.words)

    def places(self, parts: Sequence[str]) -> tuple[Place, ...]:
        """Return the places at which `parts` were said in this order, best first, then shortest; at most 2,000.

        The places include those that only differ in where they begin or end.
        """
        sought = [part_of(part) for part in parts]
        if not sought or not all(part.words for part in sought):
            return ()
        found = []
        for part in sought:
            matches = [one for one in self._row.matches(part, _allowed(part)) if self._carries(part, one)]
            if not matches:
                return ()
            found.append(sorted({*matches, *self._stammered(matches)}, key=lambda one: (one.first, one.end)))
        total = sum(len(part.words) for part in sought)
        places = {self._place(chain, total) for chain in _chains(found)}
        return tuple(sorted(places, key=lambda one: (one.wrong, one.end - one.first, one.ranges)))

    def judged(self, parts: Sequence[str], near_ms: int | None = None) -> FoundQuote:
        """Return the place at which `parts` were said, or why none can be chosen.

        `near_ms`, SOURCE, says near which of several places it is: those within ten seconds of it are looked at first, and
        the nearest is chosen unless another is as near to within a second.
        """
        places = self.places(parts)
        if not places:
            return QuoteMissing(candidates=self.likest(parts))
        if near_ms is not None:
            near = tuple(one for one in places if self._away(one, near_ms) <= _NEAR_MS)
            places = near or places
        best = places[0]
        equals = [one for one in places if _equal(one, best)]
        if near_ms is not None and len(equals) > 1:
            equals.sort(key=lambda one: self._away(one, near_ms))
            best = equals[0]
            least = self._away(best, near_ms) + _AS_NEAR_MS
            equals = [one for one in equals if self._away(one, near_ms) <= least]
        if len(equals) > 1:
            in_time = sorted(equals, key=lambda one: one.ranges)
            return QuoteAmbiguous(candidates=tuple(in_time[:MOST_CANDIDATES]), count=len(equals))
        return QuoteFound(place=best, away_ms=None if near_ms is None else self._away(best, near_ms))

    def likest(self, parts: Sequence[str]) -> tuple[Place, ...]:
        """Return up to five places that are most like `parts`, none within another, at most three words in five wrong.

        Of a long quotation only the beginning is compared.
        """
        sought = _beginning([run for part in parts for run in part_of(part).runs])
        count = len(sought.words)
        if not count:
            return ()
        chosen: list[Match] = []
        for one in self._row.matches(sought, count * 3 // 5, ends_right=False):
            if not any(one.meets(other) for other in chosen):
                chosen.append(one)
            if len(chosen) == MOST_CANDIDATES:
                break
        return tuple(self._place((one,), count) for one in chosen)

    def _away(self, place: Place, near_ms: int) -> int:
        return abs(self._said[place.first].start_ms - near_ms)

    def _carries(self, part: Part, match: Match) -> bool:
        """Return whether one of the part's two longest words is right."""
        if not match.wrong:
            return True
        longest = sorted(part.words, key=len, reverse=True)[:2]
        heard = self._folded.words[match.first : match.end]
        return any(word in heard for word in longest)

    def _stammered(self, matches: Sequence[Match]) -> Iterator[Match]:
        """Yield misquoted matches with the word before or behind them where it is the first or last once more."""
        words = self._folded.words
        for one in matches:
            if one.wrong and one.first and words[one.first - 1] == words[one.first]:
                yield Match(one.wrong + 1, one.first - 1, one.end)
            if one.wrong and one.end < len(words) and words[one.end] == words[one.end - 1]:
                yield Match(one.wrong + 1, one.first, one.end + 1)

    def _place(self, chain: Sequence[Match], count: int) -> Place:
        places = self._folded.places
        wrong = sum(one.wrong for one in chain)
        return Place(
            ranges=tuple((places[one.first], places[one.end - 1] + 1) for one in chain),
            likeness=max(0, (count - wrong) * 1000 // count),
            wrong=wrong,
        )


def find_quote(parts: Sequence[str], said: Sequence[SaidWord]) -> tuple[Place, ...]:
    """Return the places in `said` at which `parts` were said in this order, best first (`SaidIndex.places`)."""
    return SaidIndex(said).places(parts)


def judge_quote(parts: Sequence[str], said: Sequence[SaidWord], near_ms: int | None = None) -> FoundQuote:
    """Return the place at which `parts` were said, or why none can be chosen (`SaidIndex.judged`)."""
    return SaidIndex(said).judged(parts, near_ms)


def words_around(said: Sequence[SaidWord], place: Place, around: int = 4) -> str:
    """Return what was said at a place with `around` words on either side, those in brackets; a long one is shortened."""
    before = " ".join(one.text for one in said[max(0, place.first - around) : place.first])
    inside = [one.text for one in said[place.first : place.end]]
    after = " ".join(one.text for one in said[place.end : place.end + around])
    words = " ".join(inside if len(inside) <= 12 else [*inside[:6], "...", *inside[-5:]])
    return " ".join(part for part in (f"({before})" if before else "", words, f"({after})" if after else "") if part)


def _allowed(part: Part) -> int:
    return min(len(part.words) // _WORDS_A_FAULT, _MOST_WRONG)


def _equal(one: Place, best: Place) -> bool:
    """Return whether a place is as good as the best: of misquoted ones also another with one more word wrong."""
    return one.wrong <= best.wrong + (1 if best.wrong else 0)


def _beginning(runs: Iterable[tuple[str, ...]]) -> Part:
    taken: list[tuple[str, ...]] = []
    room = _ENOUGH_WORDS
    for run in runs:
        if room > 0:
            taken.append(run[:room])
            room -= len(run)
    return Part(tuple(taken))


def _chains(found: Sequence[Sequence[Match]]) -> list[tuple[Match, ...]]:
    """Return the ways to take one match of each part, each behind the one before; at most _MOST_PLACES of them.

    Each part's matches are in order of their first words.
    """
    chains: list[tuple[Match, ...]] = [(one,) for one in sorted(found[0])]
    for matches in found[1:]:
        longer: list[tuple[Match, ...]] = []
        for chain in chains:
            begin = bisect_left(matches, chain[-1].end, key=lambda one: one.first)
            for one in matches[begin:]:
                if one.first > chain[-1].end + _FURTHEST_PART or len(longer) >= _MOST_PLACES:
                    break
                longer.append((*chain, one))
        chains = longer
    return sorted(chains, key=lambda chain: sum(one.wrong for one in chain))[:_MOST_PLACES]
