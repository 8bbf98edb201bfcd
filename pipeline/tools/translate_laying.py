"""What every translator of ours does with a translated sentence: kept to the glossary, laid back over its cues."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.ports.translation import Passage, TermPair, Translated, TranslateRequest
from pipeline.tools.translate_glossary import missed_terms
from subtitles.cue import Cue
from subtitles.passages import lay_back
from subtitles.style import OURS


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """A translation of one passage, as texts for its cues."""

    texts: tuple[str, ...]
    missed: tuple[TermPair, ...]


def says_something(passage: Passage) -> bool:
    """Return whether there is anything to translate: signs and numbers alone are the same in every language."""
    return any(letter.isalpha() for text in passage.texts for letter in text)


def whole(passage: Passage) -> str:
    """Return a passage's texts as one line, control characters taken for spaces."""
    text = " ".join(passage.texts)
    return " ".join("".join(" " if unicodedata.category(one) in {"Cc", "Cs"} else one for one in text).split())


def lay(passage: Passage, translation: str, request: TranslateRequest) -> Laid:
    """Return `translation` over the passage's cues; where it is empty, the cues keep what was said."""
    if not translation.strip():
        return Laid(texts=passage.texts, missed=missed_terms(whole(passage), whole(passage), request.terms))
    cues = [
        Cue(start_ms=span.start_ms, end_ms=span.end_ms, text=text)
        for span, text in zip(passage.spans, passage.texts, strict=True)
    ]
    texts = lay_back(translation, cues, language=request.target, style=OURS)
    return Laid(
        texts=tuple(" ".join(text.split()) for text in texts),
        missed=missed_terms(whole(passage), translation, request.terms),
    )


def gathered(laid: Sequence[Laid]) -> Translated:
    """Return the result of a request: its passages in order, and each missed term once."""
    missed = dict.fromkeys(pair for one in laid for pair in one.missed)
    return Translated(passages=tuple(one.texts for one in laid), missed_terms=tuple(missed))
