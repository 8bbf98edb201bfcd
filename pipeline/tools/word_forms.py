"""Forms of a word, and words that look like it: by dictionary and stem, and by letters that differ."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from subtitles.quote_words import folded

if TYPE_CHECKING:
    from snowballstemmer.basestemmer import BaseStemmer

_STEMMERS = {
    "ca": "catalan", "da": "danish", "de": "german", "en": "english", "eu": "basque", "fi": "finnish", "fr": "french",
    "it": "italian", "nl": "dutch", "pt": "portuguese", "ro": "romanian", "ru": "russian", "es": "spanish", "sv": "swedish",
}  # fmt: skip
_FROM_LETTERS = ((4, 1), (6, 2), (10, 3))
"""From how many letters on how many may be wrong."""


def base_key(word: str) -> str:
    """Return the key of all forms whose base, folded, is `word`."""
    return f"b:{word}"


def keys_of(spelling: str, language: str) -> tuple[str, ...]:
    """Return the keys that the forms of a word share: its base by the dictionary, and its stem, where there are such.

    `spelling` has its accents. The first call for a language takes up to a second, which reading the dictionary costs.
    """
    import simplemma  # noqa: PLC0415 - the dictionaries take a second, and only this asks for them

    keys = [stem_key(spelling, language)]
    try:
        base = simplemma.lemmatize(spelling, lang=language.partition("-")[0].lower())
    except ValueError:  # the dictionary has no such language
        return tuple(key for key in keys if key)
    return tuple(key for key in (base_key("".join(folded(base))), *keys) if key)


def stem_key(spelling: str, language: str) -> str:
    """Return the key of all words with the same stem, empty for a language without rules."""
    name = _STEMMERS.get(language.partition("-")[0].lower())
    return f"s:{_stemmer(name).stemWord(spelling)}" if name else ""


@lru_cache
def _stemmer(name: str) -> "BaseStemmer":
    import snowballstemmer  # noqa: PLC0415 - only those who ask for forms need it

    return snowballstemmer.stemmer(name)


def looks_like(word: str, vocabulary: Mapping[str, int]) -> frozenset[int]:
    """Return the numbers of the words in which few letters differ from `word`, are missing, too many or exchanged.

    All are folded. One letter may be wrong from 4 letters on, two from 6, three from 10; shorter words must be as they are.
    """
    from rapidfuzz import process  # noqa: PLC0415 - only those who ask for it need it
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - as above

    wrong = max((most for letters, most in _FROM_LETTERS if len(word) >= letters), default=0)
    if not wrong:
        return _numbers((word,), vocabulary)
    found = process.extract(word, vocabulary.keys(), scorer=OSA.distance, score_cutoff=wrong, limit=None)
    return _numbers((one[0] for one in found if len(one[0]) > wrong), vocabulary)


def _numbers(words: Iterable[str], vocabulary: Mapping[str, int]) -> frozenset[int]:
    return frozenset(vocabulary[word] for word in words if word in vocabulary)
