"""Whether the film's terms are said as its glossary has them."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

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


def _compared(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


def _word(term: str) -> re.Pattern[str]:
    words = r"\s+".join(re.escape(word) for word in _compared(term).split())
    return re.compile(rf"(?<!\w){words}(?!\w)")
