"""Translating text by engines that know nothing of terms: made-up words stand for them, and must come back.

An engine says each text; what it says is checked before it is believed. A translation that lost a term is asked for again
without the glossary's terms; one that lost a name that must not leave this machine is not used at all.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence

from footage_manifest.naming import NamesInText
from pipeline.ports.translation import Passage, Translated, TranslateRequest
from pipeline.tools.translate_glossary import Shielded, replace_terms, shield, unshield
from pipeline.tools.translate_laying import gathered, lay, says_something, whole
from pipeline.tools.translate_signs import with_opening_signs

Say = Callable[[Sequence[str]], Sequence[str]]
"""What an engine does: one translation a text, in order; an empty one where it could make nothing of it."""

_TIMES_LONGER = 12
_LONGER_BY = 400


class Secrets:
    """Names that must not leave this machine; none for engines that work here."""

    def __init__(self, names: Sequence[str] = ()) -> None:
        self.spans = NamesInText(names).spans

    def hold(self, text: str) -> bool:
        """Return whether a word of a name stands in a text."""
        return any(True for _ in self.spans(unicodedata.normalize("NFC", text)))


def translate_shielded(
    request: TranslateRequest, say: Say, note: Callable[[str], None], secrets: Secrets | None = None
) -> Translated:
    """Return the translation of a request by `say`; a passage that it cannot translate keeps what was said, and is noted."""
    hidden = secrets or Secrets()
    asked = [passage for passage in request.passages if says_something(passage)]
    said = iter(_said(asked, request, hidden, say))
    laid = []
    for passage in request.passages:
        translation = next(said) if says_something(passage) else whole(passage)
        if not translation:
            note(not_translated(passage))
        laid.append(lay(passage, translation, request))
    return gathered(laid)


def _said(asked: Sequence[Passage], request: TranslateRequest, hidden: Secrets, say: Say) -> list[str]:
    target, texts = request.target, [whole(passage) for passage in asked]
    found = _round([shield(text, request.terms, target, hidden.spans) for text in texts], say)
    lost = [at for at, text in enumerate(found) if not text]
    again = _round([shield(texts[at], (), target, hidden.spans) for at in lost], say)
    for at, text in zip(lost, again, strict=True):
        found[at] = replace_terms(text, request.terms)
    return [finished(text, target) for text in found]


def _round(shielded: Sequence[Shielded], say: Say) -> list[str]:
    """Return what is said of texts, terms put back; empty where a term was lost, or nothing sensible came."""
    if not shielded:
        return []
    answers = [cleaned(answer) for answer in say([one.text for one in shielded])]
    return [
        unshield(answer, one) if _whole_answer(answer, one) else ""
        for one, answer in zip(shielded, answers, strict=True)
    ]


def _whole_answer(answer: str, one: Shielded) -> bool:
    each_once = all(len(re.findall(name, answer, flags=re.IGNORECASE)) == 1 for name, _ in one.words)
    return each_once and sensible(answer, one.text)


def sensible(answer: str, text: str) -> bool:
    """Return whether an answer can be a translation: it has letters or digits, and is not many times as long."""
    return any(letter.isalnum() for letter in answer) and len(answer) <= _TIMES_LONGER * len(text) + _LONGER_BY


def cleaned(answer: str) -> str:
    """Return an answer as one line in NFC, without control characters."""
    text = unicodedata.normalize("NFC", answer)
    return " ".join("".join(" " if unicodedata.category(one) in {"Cc", "Cs"} else one for one in text).split())


def finished(text: str, target: str) -> str:
    """Return a translation with what its language always has."""
    return with_opening_signs(text) if target.partition("-")[0] == "es" else text


def not_translated(passage: Passage) -> str:
    """Return in words that a passage keeps what was said."""
    second = passage.spans[0].start_ms // 1000 if passage.spans else 0
    return f"at {second} s nothing could be translated: the cues keep what was said"
