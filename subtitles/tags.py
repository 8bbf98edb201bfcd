r"""Tags inside subtitle texts: `<i>`, `<b>`, `<u>`, `<font ...>` and override blocks such as `{\an8}`, as SRT has them."""

import re
import unicodedata

TAG = re.compile(r"</?(?:[ibus]\s*|font(?:\s[^<>]*)?)>|\{\\[^{}]*\}", re.IGNORECASE)
"""What players take for formatting. Anything else in angle brackets or braces is text."""

_WORD = re.compile(r"\S+")
_POSITION = re.compile(r"\{(?=[^{}]*\})[^{}]*\\an([1-9])[^{}]*\}")  # looked for only in a block that ends


def without_tags(text: str) -> str:
    """Return `text` as it is read: formatting taken out, all other characters kept."""
    return TAG.sub("", text)


def position_of(text: str) -> int | None:
    r"""Return where `{\an1}` to `{\an9}` puts the text, as the keys of a number pad lie; None where nothing is said."""
    match = _POSITION.search(text)
    return int(match[1]) if match else None


def width(text: str) -> int:
    """Return how many characters of `text` are seen on one line: no tags, no combining or direction marks, no joiners."""
    shown = without_tags(text) if "<" in text or "{" in text else text
    if shown.isascii():
        return len(shown)
    return sum(unicodedata.category(letter) not in {"Mn", "Me", "Cf"} for letter in shown)


def plain(text: str) -> str:
    """Return `text` as one line without formatting: lines joined by a space, runs of white space one space."""
    return " ".join(without_tags(text).split())


def reading_length(text: str) -> int:
    """Return how many characters there are to read, spaces and punctuation counted, a line break as one space."""
    return width(plain(text))


def without_position(text: str) -> str:
    r"""Return `text` without `{\an8}` and its like."""
    return _POSITION.sub("", text)


def words_in(text: str) -> tuple[tuple[int, int], ...]:
    """Return where the words of `text` begin and end, as (first character, one past the last), tags kept with them."""
    masked = TAG.sub(lambda tag: "\0" * len(tag[0]), text)
    return tuple((match.start(), match.end()) for match in _WORD.finditer(masked))


def part(text: str, begin: int, end: int) -> str:
    """Return `text` from character `begin` up to `end`, formatted as it is there in the whole.

    Tags that are open at `begin` are opened again, those open at `end` closed; override blocks before `begin` are kept.
    """
    opened = _open_tags(text[:begin])
    blocks = "".join(tag[0] for tag in TAG.finditer(text[:begin]) if tag[0].startswith("{"))
    kept = text[begin:end]
    closing = "".join(f"</{_name(tag)}>" for tag in reversed(_open_tags("".join(opened) + kept)))
    return blocks + "".join(opened) + kept + closing


def _open_tags(text: str) -> list[str]:
    opened: list[str] = []
    for match in TAG.finditer(text):
        tag = match[0]
        if tag.startswith("</"):
            at = next((place for place in reversed(range(len(opened))) if _name(opened[place]) == _name(tag)), None)
            if at is not None:
                del opened[at]
        elif tag.startswith("<"):
            opened.append(tag)
    return opened


def _name(tag: str) -> str:
    return tag.strip("</>").split()[0].lower()
