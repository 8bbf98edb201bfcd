"""The signs that open a question or an exclamation in Spanish, which translators forget."""

import re

from subtitles.breaks import ends_sentence

_OPENING = {"?": "¿", "!": "¡"}
_BEFORE = "\"'“‘«([—–-…"
_AFTER = "\"'”’»)]"
_QUOTES = re.compile(r"(?:^|(?<=\s))[\"'“‘«(\[]")


def with_opening_signs(text: str) -> str:
    """Return `text` with ¿ or ¡ before each sentence that ends with ? or ! and has none; words are joined by one space."""
    sentences: list[list[str]] = [[]]
    for word in text.split():
        sentences[-1].append(word)
        if ends_sentence(word, "es"):
            sentences.append([])
    return " ".join(_opened(" ".join(words)) for words in sentences if words)


def _opened(sentence: str) -> str:
    closed = sentence.rstrip(_AFTER)
    opening = _OPENING.get(closed[-1:], "")
    if not opening or opening in sentence:
        return sentence
    start = 0
    if closed != sentence:  # what is asked is what is quoted
        start = max((match.start() for match in _QUOTES.finditer(closed)), default=0)
    elif ": " in sentence:
        start = sentence.rindex(": ") + 2
    body = sentence[start:].lstrip(_BEFORE + " ")
    lead = sentence[: len(sentence) - len(body)]
    return f"{lead}{opening}{body}" if any(letter.isalpha() for letter in body) else sentence
