"""The words of a paper edit's lines: one text for each language, and the parts of a quotation."""

import re

from footage_manifest.wording import listed, shown
from pipeline.timeline.paper_lines import LineFaultError

_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_BETWEEN = re.compile(r"\s/\s")
_LEFT_OUT = re.compile(r"\[\s*(?:\.{3}|…)\s*\]|\(\s*(?:\.{3}|…)\s*\)")
_WORD = re.compile(r"\w")


def texts_of(text: str, languages: tuple[str, ...]) -> tuple[str, ...]:
    r"""Return the text of each language in `Uno / One`, or the one text for all; `\/` is a stroke that stands in a text.

    Raises LineFaultError where there are several texts and not one for each language, and where there is none.
    """
    texts = _BETWEEN.split(text) if len(languages) > 1 else [text]
    plain = tuple(" ".join(_ESCAPED.sub(r"\1", one).split()) for one in texts)
    if not all(plain):
        raise LineFaultError("words are missing", "write a text for all languages, or one for each with / between")
    if len(plain) not in {1, len(languages)}:
        what = f"{shown(text)} has {len(plain)} texts, and the film's languages are {listed(languages)}"
        raise LineFaultError(
            what, r"write one text, or one for each language in that order (\/ is a stroke within one)"
        )
    if "<!--" in text:
        raise LineFaultError("a comment begins within the words", "put the comment on a line of its own")
    return plain


def texts_text(texts: tuple[str, ...], languages: tuple[str, ...]) -> str:
    """Return the texts as they are written, so that `texts_of` gives them again."""
    written = []
    for text in texts:
        one = " ".join(text.split()).replace("\\", "\\\\").replace("<!--", "<\\!--")
        one = re.sub(r"(?<=\s)/(?=\s)|^/(?=\s)|(?<=\s)/$", r"\\/", one) if len(languages) > 1 else one
        written.append(re.sub(r"(^|\s)(#+)$", r"\1\\\2", one))
    return " / ".join(written)


def parts_of(text: str) -> tuple[str, ...]:
    """Return the parts of a quotation between left-out passages (`[...]`). Raises LineFaultError for one without a word."""
    parts = tuple(" ".join(part.split()) for part in _LEFT_OUT.split(text))
    if all(_WORD.search(part) for part in parts):
        return parts
    if len(parts) > 1:
        cure = "begin and end the quotation with words, and put words on both sides of [...]"
        raise LineFaultError("a part of the quotation has no words", cure)
    raise LineFaultError("the quotation has no words", "write the words between the quotation marks")


def parts_text(parts: tuple[str, ...]) -> str:
    """Return the parts as they are written between quotation marks."""
    return " [...] ".join(" ".join(part.split()) for part in parts)
