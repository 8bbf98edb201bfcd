"""One quote of a paper edit: found in what was said, cut in the pauses around it, and tightened where that is asked for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from pipeline.assembly.paper_places import KeptRemark, KeptTight, PlacedLine, PlacedPart, QuoteKey
from pipeline.assembly.paper_words import ReelSaid
from pipeline.timeline.paper_points import CutPoints, JointRemark, Levels, cut_points
from pipeline.timeline.paper_tight import LeftOut, tightened
from subtitles.quotes import FoundQuote, Place, QuoteAmbiguous, QuoteMissing, SaidIndex, words_around
from subtitles.said import SaidWord

_AROUND = 4
Words = tuple[SaidWord, ...]
Ranges = tuple[tuple[int, int], ...]
Listen = Callable[[str, Sequence[tuple[int, int]]], Sequence[Levels | None]]
"""Returns the levels of a reel around each of some words, (from, to) SOURCE milliseconds; None where nobody has listened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """A quote of `reel` as its line has it: `parts` are its words, `near_ms` is near where it was said, SOURCE.

    `fixed` is what its two times say, which decide.
    """

    line: int
    reel: str
    parts: tuple[str, ...]
    key: QuoteKey
    near_ms: int | None = None
    tight_ms: int | None = None
    fixed: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """Why a quote has no place: `count` equally good ones, 0 for none. `places` are (ms, words around) of up to five."""

    count: int
    places: tuple[tuple[int, str], ...]


@dataclass(slots=True, kw_only=True)
class SaidReel:
    """The words of a reel, ready for one quote after another."""

    said: ReelSaid
    _indexes: dict[int, SaidIndex] = field(default_factory=dict)

    def find(self, sought: Sought) -> tuple[Words, Ranges] | Candidates:
        """Return the words in which a quote was found and which of them it is, or why it has no place.

        People's words are looked through first, then those that were heard, then the translations, of which the words that
        were spoken during their cues are taken.
        """
        missing: list[Candidates] = []
        for words, spoken in self._wordings():
            found = self._judged(words, sought)
            if isinstance(found, QuoteAmbiguous):
                return _candidates(words, found.candidates, found.count)
            if isinstance(found, QuoteMissing):
                missing.append(_candidates(words, found.candidates, 0))
            elif spoken:
                return words, found.place.ranges
            else:
                ranges = self._spoken_during(words, found.place)
                if ranges:
                    return self.said.spoken, ranges
        return next((one for one in missing if one.places), Candidates(count=0, places=()))

    def words_at(self, from_ms: int, to_ms: int) -> tuple[Words, tuple[int, int]] | None:
        """Return the words that were found from `from_ms` to `to_ms` once, as they are now; None where they are gone."""
        for words in (self.said.spoken, self.said.heard):
            first = next((at for at, one in enumerate(words) if one.start_ms == from_ms), None)
            last = next((at for at in range(len(words) - 1, -1, -1) if words[at].end_ms == to_ms), None)
            if first is not None and last is not None and first <= last:
                return words, (first, last + 1)
        during = _during(self.said.spoken, from_ms, to_ms)
        return (self.said.spoken, during) if during is not None else None

    def _wordings(self) -> list[tuple[Words, bool]]:
        spoken = [self.said.spoken, *([self.said.heard] if self.said.heard != self.said.spoken else [])]
        return [*((words, True) for words in spoken), *((words, False) for words in self.said.translations.values())]

    def _judged(self, words: Words, sought: Sought) -> FoundQuote:
        index = self._indexes.get(id(words))
        if index is None:
            index = self._indexes[id(words)] = SaidIndex(words)
        return index.judged(sought.parts, sought.near_ms)

    def _spoken_during(self, translation: Words, place: Place) -> Ranges:
        ranges: list[tuple[int, int]] = []
        for first, end in place.ranges:
            cues = {word.cue for word in translation[first:end]}
            own = [word for word in translation if word.cue in cues]
            during = _during(self.said.spoken, min(w.start_ms for w in own), max(w.end_ms for w in own))
            if during is not None:
                begin = max(during[0], ranges[-1][1] if ranges else 0)
                if begin < during[1]:
                    ranges.append((begin, during[1]))
        return tuple(ranges)


def placed(sought: Sought, reel: SaidReel, words: Words, ranges: Ranges, levels: Sequence[Levels | None]) -> PlacedLine:
    """Return where a quote lies: the words `ranges` of `words`; `levels` are those around each range."""
    said = reel.said
    points = [
        cut_points(words, first, end, around, language=said.language, reel_ms=said.reel_ms)
        for (first, end), around in zip(ranges, levels, strict=True)
    ]
    parts = tuple(_part(words, one, point) for one, point in zip(ranges, _apart(points), strict=True))
    line = PlacedLine(
        key=sought.key,
        parts=parts,
        remarks=tuple(_kept(one) for point in points for one in point.remarks),
        listened=all(around is not None for around in levels),
    )
    return with_tight(line, sought, [(words, one) for one in ranges], said.language)


def fixed_place(sought: Sought, reel: SaidReel | None, times: tuple[int, int]) -> PlacedLine:
    """Return the place of a quote with two times, which decide: its words are those that are said between them."""
    begin, end = times
    during = _during(reel.said.spoken, begin, end) if reel is not None else None
    words = reel.said.spoken if reel is not None else ()
    texts = (
        [words[max(0, during[0] - _AROUND) : during[0]], words[slice(*during)], words[during[1] :][:_AROUND]]
        if during
        else []
    )
    before, inside, after = (_text(one) for one in texts) if texts else ("", "", "")
    part = PlacedPart(from_ms=begin, to_ms=end, in_ms=begin, out_ms=end, words=inside, before=before, after=after)
    line = PlacedLine(key=sought.key, parts=(part,), listened=True)
    if during is None or reel is None:
        return line
    return with_tight(line, sought, [(words, during)], reel.said.language)


def with_tight(
    line: PlacedLine, sought: Sought, found: Sequence[tuple[Words, tuple[int, int]]], language: str
) -> PlacedLine:
    """Return the place with what `tight:` leaves of it; `found` are the words of each of its parts."""
    if sought.tight_ms is None:
        return line.model_copy(update={"tight": None})
    pieces: list[tuple[int, int]] = []
    left_out: list[tuple[int, int, str]] = []
    for part, (words, (first, end)) in zip(line.parts, found, strict=True):
        own = tightened(words, first, end, sought.tight_ms, language)
        edges = [edge for piece in own.pieces for edge in piece][1:-1]
        inside = [max(part.in_ms, min(edge, part.out_ms)) for edge in edges]
        whole = [part.in_ms, *inside, part.out_ms]
        pieces += [(begin, stop) for begin, stop in zip(whole[::2], whole[1::2], strict=True) if begin < stop]
        left_out += [(one.from_ms, one.to_ms, one.words) for one in own.left_out]
    tight = KeptTight(tight_ms=sought.tight_ms, pieces=tuple(pieces), left_out=tuple(left_out))
    return line.model_copy(update={"tight": tight})


def left_out_of(line: PlacedLine) -> tuple[LeftOut, ...]:
    """Return what `tight:` takes out of a place."""
    kept = line.tight.left_out if line.tight else ()
    return tuple(LeftOut(from_ms=begin, to_ms=end, words=words) for begin, end, words in kept)


def edges_of(words: Words, ranges: Ranges) -> list[tuple[int, int]]:
    """Return from when to when each range of words is said."""
    return [(min(w.start_ms for w in words[a:b]), max(w.end_ms for w in words[a:b])) for a, b in ranges]


def _kept(remark: JointRemark) -> KeptRemark:
    return KeptRemark.model_validate({"joint": remark.joint.name, "at_ms": remark.at_ms, "words": remark.words})


def _part(words: Words, one: tuple[int, int], points: CutPoints) -> PlacedPart:
    first, end = one
    ((from_ms, to_ms),) = edges_of(words, (one,))
    return PlacedPart(
        from_ms=from_ms,
        to_ms=to_ms,
        in_ms=max(0, points.in_ms),
        out_ms=max(points.out_ms, max(0, points.in_ms) + 1),
        words=_text(words[first:end]),
        before=_text(words[max(0, first - _AROUND) : first]),
        after=_text(words[end : end + _AROUND]),
    )


def _apart(points: Sequence[CutPoints]) -> list[CutPoints]:
    """Return the cut points with none that plays again what the one before it has played."""
    found = list(points)
    for at, (before, after) in enumerate(pairwise(points)):
        if after.in_ms < before.out_ms <= after.out_ms and before.in_ms < after.in_ms:
            found[at] = replace(found[at], out_ms=after.in_ms)
    return found


def _during(words: Words, from_ms: int, to_ms: int) -> tuple[int, int] | None:
    """Return the first and the last, exclusive, of the words of which the middle lies between two times."""
    inside = [at for at, one in enumerate(words) if from_ms <= (one.start_ms + one.end_ms) // 2 < to_ms]
    return (inside[0], inside[-1] + 1) if inside else None


def _candidates(words: Words, places: Sequence[Place], count: int) -> Candidates:
    return Candidates(
        count=count, places=tuple((words[one.first].start_ms, words_around(words, one)) for one in places)
    )


def _text(words: Sequence[SaidWord]) -> str:
    return " ".join(word.text for word in words)
