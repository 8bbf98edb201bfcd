"""Keeping to the glossary: a term is taken out of a text before it is translated, and put back as the film says it."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from pipeline.ports.translation import TermPair

_FIRST_LETTERS = "bcdfghjklmnp"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """Where a term stands in a text; `plural` where it stands there as more than one."""

    start: int
    end: int
    pair: TermPair
    plural: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Shielded:
    """A text in which each term is a made-up word that no dictionary knows; `words` says which stands for what."""

    text: str
    words: tuple[tuple[str, str], ...]


def shield(
    text: str, terms: Sequence[TermPair], target: str, kept: Callable[[str], Iterable[tuple[int, int]]] | None = None
) -> Shielded:
    """Return `text` with its terms shielded from translation into the language `target`.

    `kept` says where in a text (in NFC) words stand, from and to, that stay as they are written.

    Terms are whole words, found whatever their case and accents and with a plural's ending; the longest wins. A name (a term
    that is said the same in both languages) is found in its own case only: Flores is not flores.
    """
    text = unicodedata.normalize("NFC", text)
    names = _names_not_in(text)
    parts: list[str] = []
    words: list[tuple[str, str]] = []
    position = 0
    for found in _find(text, terms, kept(text) if kept else ()):
        name = next(names)
        parts += [text[position : found.start], name]
        words.append((name, _plural(found.pair.target, target) if found.plural else found.pair.target))
        position = found.end
    return Shielded(text="".join(parts) + text[position:], words=tuple(words))


def unshield(translation: str, shielded: Shielded) -> str:
    """Return `translation` with the terms where the made-up words stand; the first word of a text begins large."""
    for name, said in shielded.words:
        if re.search(rf"(?:^|[.?!…]\W*\s\W*){name}\s+[^\W\d_]", shielded.text) and not re.search(
            rf"{name}\s+[A-ZÁÉÍÓÚÑÜ]", shielded.text
        ):  # the word after one that opens a sentence was taken for the opening one itself, and begun large
            translation = re.sub(
                rf"({name}\s+)(?!I\b)(\w)", lambda m: m[1] + m[2].lower(), translation, flags=re.IGNORECASE
            )
        translation = re.sub(name, said.replace("\\", r"\\"), translation, flags=re.IGNORECASE)
        if translation.startswith(said):
            translation = said[:1].upper() + translation[1:]
    return translation


def replace_terms(translation: str, terms: Sequence[TermPair]) -> str:
    """Return `translation` with terms that were left in the source's language said as they should be."""
    translation = unicodedata.normalize("NFC", translation)
    parts: list[str] = []
    position = 0
    for found in _find(translation, [pair for pair in terms if pair.source != pair.target]):
        parts += [translation[position : found.start], found.pair.target]
        position = found.end
    return "".join(parts) + translation[position:]


def missed_terms(source: str, translation: str, terms: Sequence[TermPair]) -> tuple[TermPair, ...]:
    """Return the terms that `source` says and `translation` does not, each once, in the order of the source."""
    said = dict.fromkeys(found.pair for found in _find(unicodedata.normalize("NFC", source), terms))
    return tuple(pair for pair in said if not _says(translation, pair.target))


def _says(text: str, term: str) -> bool:
    return bool(term.strip()) and _pattern(term).search(_folded(unicodedata.normalize("NFC", text))) is not None


def _find(text: str, terms: Sequence[TermPair], kept: Iterable[tuple[int, int]] = ()) -> Iterator[_Found]:
    """Yield the terms of a text and what is kept in it, in order, none over another."""
    folded = _folded(text)
    all_found = [
        found
        for pair in terms
        if pair.source.strip()
        for found in _matches(text, folded, pair)
        if found.end > found.start
    ]
    for start, end in kept:
        all_found = [one for one in all_found if not (start < one.start < end or start < one.end < end)]
        said = text[start:end]
        all_found.append(_Found(start=start, end=end, pair=TermPair(said, said), plural=False))
    position = 0
    for found in sorted(all_found, key=lambda one: (one.start, -one.end)):
        if found.start >= position:
            yield found
            position = found.end


def _matches(text: str, folded: str, pair: TermPair) -> Iterator[_Found]:
    is_name = pair.source == pair.target and pair.source != pair.source.lower()
    exact = "".join(_without_accent(letter) for letter in unicodedata.normalize("NFC", pair.source))
    for match in _pattern(pair.source).finditer(folded):
        said = text[match.start() : match.end()]
        if is_name and " ".join("".join(map(_without_accent, said)).split()) != " ".join(exact.split()):
            continue
        plural = len("".join(said.split())) > len("".join(exact.split()))
        yield _Found(start=match.start(), end=match.end(), pair=pair, plural=plural)


def _pattern(term: str) -> re.Pattern[str]:
    words = (rf"{re.escape(word)}(?:e?s)?" for word in _folded(unicodedata.normalize("NFC", term)).split())
    return re.compile(r"(?<!\w)" + r"\s+".join(words) + r"(?!\w)")


def _folded(text: str) -> str:
    """Return `text` in small letters without accents, each letter in its place; ñ is a letter of its own."""
    return "".join(_without_accent(letter).lower()[:1] for letter in text)


def _without_accent(letter: str) -> str:
    return letter if letter in "ñÑ" else unicodedata.normalize("NFD", letter)[0]


def _plural(term: str, language: str) -> str:
    """Return an English term as more than one, by the regular rule; other languages' terms as they are."""
    if language.partition("-")[0] != "en" or not term[-1:].isalpha():
        return term
    if re.search(r"[^aeiou]y$", term):
        return f"{term[:-1]}ies"
    return f"{term}es" if re.search(r"(s|x|z|ch|sh)$", term) else f"{term}s"


def _names_not_in(text: str) -> Iterator[str]:
    """Yield made-up words that no dictionary has and that stand nowhere in `text`."""
    low = text.lower()
    for number in count():
        first, second = divmod(number, len(_FIRST_LETTERS))
        name = f"zq{_FIRST_LETTERS[first % len(_FIRST_LETTERS)]}{_FIRST_LETTERS[second]}x{'k' * (number // 144)}w"
        if name not in low:
            yield name
