"""Text in lines: broken where it may be, into as few lines as fit, which are then made alike in length."""

import unicodedata
from collections.abc import Callable
from functools import cache

_CLOSING = frozenset("、。，．）」』】〉》〕！？：；ー…·")
"""Signs that may not begin a line in Chinese and Japanese."""
_OPENING = frozenset("（「『【〈《〔")
_DISLIKE = 5
"""A line that ends in a short word counts as uneven by a fifth of the width."""
_IDEOGRAPHIC = ("CJK", "HIRAGANA", "KATAKANA", "IDEOGRAPHIC", "FULLWIDTH", "HANGUL")


def balanced(text: str, width: Callable[[str], int], most: int) -> tuple[str, ...]:
    """Return `text` in as few lines as keep within `most`, and among those the most even ones.

    `width` measures a line, in the unit of `most`. Line feeds in the text stay. A piece that is too wide by itself stands
    alone on its line, and is too wide.
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines.extend(_even(pieces(paragraph), cache(width), most) if paragraph.strip() else [])
    return tuple(lines)


def lines_needed(text: str, width: Callable[[str], int], most: int) -> int:
    """Return in how many lines `balanced` would break a text: quickly, however long the text is."""
    paragraphs = (paragraph for paragraph in text.split("\n") if paragraph.strip())
    return sum(_fewest(pieces(paragraph), width, most) for paragraph in paragraphs)


def pieces(paragraph: str) -> tuple[str, ...]:
    """Return a paragraph in the pieces between which a line may break; a space before a piece is kept with it.

    Breaks are at spaces, and between the characters of scripts that write without them. No-break spaces do not break.
    """
    found: list[str] = []
    for character in " ".join(paragraph.replace("\u00a0", "\ue000").split()):
        plain = "\u00a0" if character == "\ue000" else character
        if not found or character == " " or (found[-1] != " " and _may_break(found[-1][-1], character)):
            found.append(plain)
        else:
            found[-1] += plain
    return tuple(found)


def _may_break(before: str, after: str) -> bool:
    if after in _CLOSING or before in _OPENING or unicodedata.category(after).startswith("M"):
        return False
    return _ideographic(before) or _ideographic(after)


def _ideographic(character: str) -> bool:
    return unicodedata.name(character, "").startswith(_IDEOGRAPHIC)


def _even(parts: tuple[str, ...], width: Callable[[str], int], most: int) -> list[str]:
    """Return the lines with the least sum of squared room to spare, of the fewest lines that fit."""

    def line(start: int, end: int) -> str:
        return "".join(parts[start:end]).strip()

    count = _fewest(parts, width, most)
    best: dict[tuple[int, int], tuple[int, tuple[int, ...]]] = {(0, 0): (0, ())}
    for number in range(1, count + 1):
        for end in range(number, len(parts) + 1):
            for start in range(end - 1, number - 2, -1):
                reached = best.get((number - 1, start))
                wide = width(line(start, end))
                if wide > most and end - start > 1:
                    break
                if reached is not None:
                    cost = reached[0] + (most - min(wide, most)) ** 2
                    if end < len(parts) and _leads_on(parts[end - 1]):
                        cost += (most // _DISLIKE) ** 2
                    known = best.get((number, end))
                    if known is None or cost < known[0]:
                        best[number, end] = (cost, (*reached[1], end))
    ends = best[count, len(parts)][1]
    return [line(start, end) for start, end in zip((0, *ends), ends, strict=False)]


def _leads_on(piece: str) -> bool:
    """Return whether a piece is a short word such as an article, which reads better with what follows."""
    word = piece.strip()
    return len(word) <= 3 and word.isalpha()


def _fewest(parts: tuple[str, ...], width: Callable[[str], int], most: int) -> int:
    lines, current = 1, ""
    for part in parts:
        if current.strip() and width((current + part).strip()) > most:
            lines, current = lines + 1, part
        else:
            current += part
    return lines
