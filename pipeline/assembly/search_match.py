"""Where phrases stand in tracks, from the places of their words: every word of a phrase may have several forms."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.assembly.search_index import Searchable
from pipeline.tools import word_forms
from pipeline.tools.word_index import WordIndex
from subtitles.quote_words import folded

PASSAGE_WORDS = 50
"""Several phrases are said together where they begin within as many words of each other."""

Phrase = Sequence[frozenset[int]]
"""The numbers of the words that each word of a phrase may be."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Searched words of a track from place `first` up to, not including, `end`."""

    first: int
    end: int


def phrase(index: WordIndex, text: str, language: str, *, lemma: bool, fuzzy: bool) -> Phrase:
    """Return what each word of `text` may be in a language; nothing for a word that is never said."""
    vocabulary = index.vocabulary(language) if fuzzy else {}
    found = []
    for written in text.split():
        for word in folded(written):
            numbers = frozenset(index.terms(language, (word,)).values())
            if lemma:
                numbers |= _forms(index, written, word, language)
            if fuzzy:
                numbers |= word_forms.looks_like(word, vocabulary)
            found.append(numbers)
    return tuple(found)


def _forms(index: WordIndex, written: str, word: str, language: str) -> frozenset[int]:
    """Return the forms of a word. Only for one that is neither said nor the base of one is the dictionary read."""
    said = index.terms(language, (word,)).get(word)
    keys = {word_forms.base_key(word), word_forms.stem_key(written.casefold(), language)}
    if said is not None:
        keys |= {*index.kin_of(language, said)}
    elif not index.with_kin(language, (word_forms.base_key(word),)):
        keys |= {*word_forms.keys_of(written.casefold(), language)}
    return index.with_kin(language, keys - {""})


def spans(ready: Searchable, phrases: Sequence[Phrase], tracks: Sequence[int]) -> dict[int, list[tuple[Span, ...]]]:
    """Return, by track, the places where all phrases are said together, in order: a span for each phrase."""
    if not all(all(phrase) for phrase in phrases):
        return {}
    words = frozenset(word for one in phrases for part in one for word in part)
    places: dict[int, dict[int, Sequence[int]]] = {}
    for track, word, found in ready.index.places(tracks, words):
        places.setdefault(track, {})[word] = found
    every = ((track, [list(_said(one, own)) for one in phrases]) for track, own in places.items())
    return {track: together for track, found in every if (together := list(_together(found)))}


def _said(phrase: Phrase, places: Mapping[int, Sequence[int]]) -> Iterator[Span]:
    """Yield where a phrase is said in a track, in order."""
    parts = [[places[word] for word in forms if word in places] for forms in phrase]
    counts = [sum(map(len, lists)) for lists in parts]
    if not all(counts):
        return
    rarest = counts.index(min(counts))
    begins = {place - rarest for found in parts[rarest] for place in found}
    for number, lists in sorted(enumerate(parts), key=lambda one: counts[one[0]]):
        if number != rarest:
            begins &= {place - number for found in lists for place in found}
    for begin in sorted(begins):
        yield Span(begin, begin + len(phrase))


def _together(found: Sequence[Sequence[Span]]) -> Iterator[tuple[Span, ...]]:
    """Yield the places of the rarest phrase with the nearest of each other one, where these are near enough."""
    rarest = min(found, key=len)
    others = [one for one in found if one is not rarest]
    for span in rarest:
        near = [_nearest(span, one) for one in others]
        if all(one is not None for one in near):
            yield tuple(sorted((span, *(one for one in near if one is not None))))


def _nearest(span: Span, others: Sequence[Span]) -> Span | None:
    at = bisect_left(others, span)
    near = [one for one in others[max(0, at - 1) : at + 1] if abs(one.first - span.first) <= PASSAGE_WORDS]
    return min(near, key=lambda one: abs(one.first - span.first), default=None)
