"""Words without what writers and recognisers do not agree on: case, accents, punctuation, dashes."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from subtitles.said import SaidWord

_ELLIPSIS = re.compile(r"\.{3,}|…")
_APART = re.compile(r"[\s\-‐‑‒–—―/_]+")
_REMEMBERED = 200_000


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a quotation: its words, in runs between which anything may have been said (`...`)."""

    runs: tuple[tuple[str, ...], ...]

    @property
    def words(self) -> tuple[str, ...]:
        """Return the words of all runs."""
        return tuple(word for run in self.runs for word in run)


@dataclass(frozen=True, slots=True)
class Folded:
    """What was said as folded words; `places` holds for each the place of the said word that it is, or is a piece of."""

    words: tuple[str, ...]
    places: tuple[int, ...]


@lru_cache(maxsize=_REMEMBERED)
def folded(text: str) -> tuple[str, ...]:
    """Return the words of `text` in small letters without accents and punctuation; a dash parts two words.

    A number loses its punctuation: `1,000` is `1000`.
    """
    plain = unicodedata.normalize("NFKD", text.casefold())
    bare = ("".join(sign for sign in one if sign.isalnum()) for one in _APART.split(plain))
    return tuple(one for one in bare if one)


def part_of(text: str) -> Part:
    """Return a part of a quotation as it is looked for; `...` at its ends says nothing and is left out."""
    runs = (folded(run) for run in _ELLIPSIS.split(text))
    return Part(tuple(run for run in runs if run))


def folded_words(said: Sequence[SaidWord]) -> Folded:
    """Return the words of `said` folded; those that consist of signs alone are none."""
    words: list[str] = []
    places: list[int] = []
    for place, one in enumerate(said):
        for word in folded(one.text):
            words.append(word)
            places.append(place)
    return Folded(tuple(words), tuple(places))
