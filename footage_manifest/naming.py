"""Whether a text prints a person's name, however it is written, and where the words of names stand in it."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import pairwise

_NO_LETTER = "\u00ad"
"""What stands for signs that the eye does not see as letters of their own: accents that stand apart, soft hyphens."""

_PLAIN = str.maketrans("łŁøØđĐðÐħĦıŋ", "lLoOdDdDhHin")
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
"""Scripts that put no space between words, or write particles on to a name: Thai to Khmer, Han, kana, Hangul."""


def prints_name(text: str, name: str) -> bool:
    """Return whether `name` stands in `text` as whole words.

    Accents, capitals, spaces, hyphens and signs that nobody sees make no difference. An empty name stands nowhere.
    """
    words = _words(name)
    if not words:
        return False
    sought = " ".join(_folded(word) for word in words)
    return re.search(_bounded(re.escape(sought)), " ".join(_folded(word) for word in _words(text))) is not None


def without_names(text: str, names: Iterable[str], *, instead: str = "[...]") -> str:
    """Return `text` with `instead` where one of `names` stands as `prints_name` finds it."""
    for name in names:
        words = _words(name)
        if words and prints_name(text, name):
            text = unicodedata.normalize("NFC", text)
            pattern = _bounded(r"[\W_]+".join(_pattern(_folded(word)) for word in words))
            places = [match.span() for match in re.finditer(pattern, "".join(map(_letter, text)))]
            for start, end in reversed(places):
                text = f"{text[:start]}{instead}{text[end:]}"
            if prints_name(text, name):  # its letters lie apart in a way that only the eye puts together
                return instead
    return text


def parts_of(name: str) -> tuple[str, ...]:
    """Return the words of a name that name someone by themselves: no initials, and no `de`, `la` or `von`."""
    words = [word for word in _words(name) if len(word) > 1]
    return tuple(word for word in words if not word[0].islower()) or tuple(words)


class NamesInText:
    """Finds the words of people's names in texts."""

    def __init__(self, names: Iterable[str]) -> None:
        names = tuple(dict.fromkeys(names))
        alone = {_folded(part) for name in names for part in parts_of(name)}
        together = {pair for name in names for pair in _neighbours(name)}
        self._alone = _any_of(_pattern(word) + "(?:e?s)?" for word in alone)
        self._together = _any_of(r"[\W_]+".join(map(_pattern, words)) for words in together)

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield where words of names stand in `text`, from and to (exclusive); none twice, in no order.

        A word by itself is a name where it does not begin small (flores are no Flores), two that follow each other in a
        name are one however they are written. Accents and signs that nobody sees make no difference.
        """
        folded = "".join(map(_letter, text))
        found = {(m.start(), m.end()) for m in self._alone.finditer(folded) if not text[m.start()].islower()}
        for start in range(len(folded)) if self._together.search(folded) else ():
            if match := self._together.match(folded, start):
                found.update((match.start() + at.start(), match.start() + at.end()) for at in _WORD.finditer(match[0]))
        yield from found


_WORD = re.compile(rf"[^\W_]+(?:{_NO_LETTER}+[^\W_]+)*")


def _words(name: str) -> list[str]:
    """Return the words of a text in NFC, without the signs that nobody sees."""
    text = "".join(one for one in unicodedata.normalize("NFC", name) if _letter(one) != _NO_LETTER)
    return re.findall(r"[^\W_]+", text)


def _neighbours(name: str) -> Iterator[tuple[str, ...]]:
    """Yield from each word that names someone to the next that does, with what stands between: `Luz de la Cruz`."""
    words, naming = _words(name), set(parts_of(name))
    places = [place for place, word in enumerate(words) if word in naming]
    for first, last in pairwise(places):
        yield tuple(_folded(word) for word in words[first : last + 1])


def _any_of(patterns: Iterable[str]) -> re.Pattern[str]:
    every = "|".join(sorted(patterns, key=lambda one: (-len(one), one)))
    return re.compile(_bounded(f"(?:{every})") if every else r"(?!)")


def _bounded(pattern: str) -> str:
    """Return a pattern that begins and ends where a word does, or where the script has no such place."""
    return rf"(?:(?<![^\W_])|(?=[{_UNSPACED}])){pattern}(?:(?![^\W_])|(?<=[{_UNSPACED}]))"


def _pattern(word: str) -> str:
    return "".join(f"{re.escape(letter)}{_NO_LETTER}*" for letter in word)


def _folded(word: str) -> str:
    return "".join(map(_letter, word))


def _letter(sign: str) -> str:
    """Return one sign as names are compared: small, without its accent."""
    if unicodedata.category(sign)[0] == "M" or unicodedata.category(sign) == "Cf":
        return _NO_LETTER
    return unicodedata.normalize("NFKD", sign)[0].translate(_PLAIN).lower()[:1]
