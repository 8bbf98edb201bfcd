"""Names and terms that were heard nearly right: by letters that differ, where a dictionary does not know what was heard."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from subtitles.quote_words import folded

_FROM_LETTERS = ((5, 1), (7, 2), (10, 3))
"""From how many letters on how many may be wrong; shorter names are like too many words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NearTerm:
    """A `term`, and the words heard in its place: the number of the first, and of the one after the last."""

    term: str
    first: int
    after: int


def near_terms(words: Sequence[str], language: str, terms: Iterable[str]) -> tuple[NearTerm, ...]:
    """Return where one of `terms` may be meant and something like it was heard, in order and apart.

    A term may have been heard as one word less or more than it has. One letter may be wrong from five on, two from seven,
    three from ten; accents, capitals and signs do not count. What consists of words of the language's dictionary alone
    was meant so, and what is a form of the term itself (its plural) is none of these either. The first time in a language
    costs up to a second, which reading the dictionary takes.
    """
    wanted = [(term, folded(term)) for term in dict.fromkeys(terms)]
    heard = ["".join(folded(word)) for word in words]
    known = frozenset("".join(parts) for _, parts in wanted)
    rows: dict[int, _Rows] = {}
    found: list[NearTerm] = []
    for term, parts in wanted:
        for count in range(max(1, len(parts) - 1), len(parts) + 2):
            if count not in rows:
                rows[count] = _rows(heard, count, known)
            places = (first for said in _alike("".join(parts), rows[count]) for first in rows[count][len(said)][said])
            unknown = (first for first in places if not _in_the_dictionary(words[first : first + count], language))
            found.extend(NearTerm(term=term, first=first, after=first + count) for first in unknown)
    return _apart(found, heard)


_Rows = dict[int, dict[str, list[int]]]
"""By how many letters they have together: rows of words, run together, with the numbers of their first words."""


def _rows(heard: Sequence[str], count: int, known: frozenset[str]) -> _Rows:
    """Return the rows of `count` words in which no term was heard as it is."""
    rows: _Rows = {}
    for first in range(len(heard) - count + 1):
        row = heard[first : first + count]
        said = "".join(row)
        if all(row) and said not in known and known.isdisjoint(row):
            rows.setdefault(len(said), {}).setdefault(said, []).append(first)
    return rows


def _alike(term: str, rows: _Rows) -> Iterator[str]:
    """Yield the rows that are like a term, and no form of it."""
    from rapidfuzz import process  # noqa: PLC0415 - only where names are looked for
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - as above

    wrong = max((most for letters, most in _FROM_LETTERS if len(term) >= letters), default=0)
    for letters in range(len(term) - wrong, len(term) + wrong + 1) if wrong else ():
        near = process.extract(term, rows.get(letters, {}).keys(), scorer=OSA.distance, score_cutoff=wrong, limit=None)
        yield from (one[0] for one in near if not _form_of(one[0], term))


def _form_of(said: str, term: str) -> bool:
    return said in {f"{term}s", f"{term}es"} or term in {f"{said}s", f"{said}es"}


def _in_the_dictionary(words: Sequence[str], language: str) -> bool:
    import simplemma  # noqa: PLC0415 - the dictionaries take a second, and only this asks for them

    code = language.partition("-")[0].lower()
    bare = [unicodedata.normalize("NFC", word).strip(".,;:!?¿¡\"'«»“”()…-") for word in words]
    try:
        return all(simplemma.is_known(word, lang=code) or simplemma.is_known(word.lower(), lang=code) for word in bare)
    except ValueError:  # the dictionary has no such language: nobody can say that it is no word
        return True


def _apart(found: Iterable[NearTerm], heard: Sequence[str]) -> tuple[NearTerm, ...]:
    """Return the nearest of those that overlap, in order."""
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - as above

    def distance(one: NearTerm) -> tuple[int, int, int]:
        said = "".join(heard[one.first : one.after])
        return OSA.distance(said, "".join(folded(one.term))), one.after - one.first, one.first

    kept: list[NearTerm] = []
    for one in sorted(found, key=distance):
        if all(one.after <= other.first or other.after <= one.first for other in kept):
            kept.append(one)
    return tuple(sorted(kept, key=lambda one: one.first))
