"""Whether the film's terms are said, and spelled, as its glossary has them."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from footage_manifest.findings import Finding, Severity
from footage_manifest.model import Term
from subtitles.cue import Cue
from subtitles.passages import passages
from subtitles.tags import plain


def check_terms(
    source: Sequence[Cue],
    target: Sequence[Cue],
    terms: Sequence[Term],
    *,
    languages: tuple[str, str],
    file: str,
    lines: Mapping[str, int] | None = None,
) -> tuple[Finding, ...]:
    """Return a warning for each term that `source` says and the translation of the same sentence does not.

    Cues of both are joined by id and looked at sentence by sentence, since a word may cross a cue in translation.
    `languages` are the codes of source and target, `file` is the translation's and `lines` has its cues' lines by id. Terms
    are compared as whole words, whatever their case; a term without a text in either language is not looked for.
    """
    pairs = [
        (_word(term.texts[languages[0]]), _word(term.texts[languages[1]]), term)
        for term in terms
        if term.texts.get(languages[0], "").strip() and term.texts.get(languages[1], "").strip()
    ]
    translated = {cue.id: cue for cue in target if cue.id}
    found: list[Finding] = []
    for group in passages(source, language=languages[0]) if pairs else ():
        ids = [source[position].id for position in group if source[position].id in translated]
        if not ids:
            continue
        said = _compared(" ".join(plain(source[position].text) for position in group))
        shown = _compared(" ".join(plain(translated[name].text) for name in ids))
        for heard, wanted, term in pairs:
            if heard.search(said) and not wanted.search(shown):
                what = (
                    f"'{term.texts[languages[0]]}' is said, and '{term.texts[languages[1]]}' is not in the translation"
                )
                line = (lines or {}).get(ids[0])
                cure = f"use the term, or change line {term.line} of the glossary"
                found.append(
                    Finding(severity=Severity.WARNING, file=file, line=line, field=ids[0], what=what, cure=cure)
                )
    return tuple(found)


def spelled(terms: Sequence[Term], language: str) -> tuple[str, ...]:
    """Return how the glossary spells its terms in a language, those without a text in it left out."""
    return tuple(text for term in terms if (text := unicodedata.normalize("NFC", term.texts.get(language, "")).strip()))


def misspelt(text: str, terms: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield (as it stands, as the glossary has it) for each term that `text` spells with other capitals or accents.

    A term in small letters may begin with a capital, and any may be all capitals. Of one short word in small letters only
    the word itself is known: with another accent it may be another word.
    """
    shown = unicodedata.normalize("NFC", text)
    bare = _bare(shown)
    if len(bare) != len(shown):
        return  # a letter that folds into two: places would not agree
    for term in terms:
        proper = term != term.lower()
        if not proper and len(term) < _SURE_LETTERS:
            continue
        for match in _bare_word(term).finditer(bare):
            found = shown[match.start() : match.end()]
            if not _same_spelling(found, term, proper=proper):
                yield found, term


def _same_spelling(found: str, term: str, *, proper: bool) -> bool:
    found = " ".join(found.split())
    if found == term or found == term.upper():
        return True
    return found.lower() == term if not proper else found == term[:1].upper() + term[1:]


_SURE_LETTERS = 6


def _bare(text: str) -> str:
    """Return `text` without capitals and accents, letter for letter; ñ is a letter of its own."""
    return "".join(letter if letter == "ñ" else unicodedata.normalize("NFD", letter)[:1] for letter in text.lower())


@lru_cache(maxsize=4096)
def _bare_word(term: str) -> re.Pattern[str]:
    words = r"\s+".join(re.escape(word) for word in _bare(term).split())
    return re.compile(rf"(?<!\w){words}(?!\w)")


def _compared(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


def _word(term: str) -> re.Pattern[str]:
    words = r"\s+".join(re.escape(word) for word in _compared(term).split())
    return re.compile(rf"(?<!\w){words}(?!\w)")
