"""How a text is written better without saying anything else."""

import re

from subtitles.lines import break_lines, split_words
from subtitles.quality_text import bad_break
from subtitles.style import Dots, SubtitleStyle
from subtitles.tags import TAG, width

_RUNS = re.compile(r"[^\S\n]{2,}")
_BEFORE_MARK = re.compile(r"(?<=\w)[ \t]+(?=[,;:.!?](?![\w.,;:!?)(-]))")
_DOTS = re.compile(r"(?<!\.)\.{3}(?!\.)")
_UNSPACED = frozenset({"es", "en"})


def without_spaces(text: str, language: str) -> str:
    """Return `text` with single spaces between words, none at the ends of its lines, and none before punctuation."""
    lines = []
    for line in text.split("\n"):
        shorter = _trimmed(_RUNS.sub(" ", line))
        if language.lower().partition("-")[0] in _UNSPACED:
            shorter = _BEFORE_MARK.sub("", shorter)
        lines.append(shorter)
    return "\n".join(lines)


def _trimmed(line: str) -> str:
    """Return a line without spaces at its ends, those beside the tags there included."""
    pieces = re.split(f"({TAG.pattern})", line.strip(), flags=re.IGNORECASE)
    for order in (range(len(pieces)), reversed(range(len(pieces)))):
        first = not isinstance(order, range)
        for at in order:
            if TAG.fullmatch(pieces[at]) or not pieces[at]:
                continue
            pieces[at] = pieces[at].rstrip() if first else pieces[at].lstrip()
            if pieces[at]:
                break
    return "".join(pieces)


def with_dots(text: str, style: SubtitleStyle) -> str | None:
    """Return `text` with its dots written as the style has them, None where it does not mind."""
    if style.ellipsis is Dots.ONE_CHARACTER:
        return _DOTS.sub(Dots.ONE_CHARACTER.value, text)
    if style.ellipsis is Dots.THREE_DOTS:
        return text.replace(Dots.ONE_CHARACTER.value, Dots.THREE_DOTS.value)
    return None


def better_break(text: str, language: str, style: SubtitleStyle) -> str | None:
    """Return `text` with its lines broken elsewhere, every word kept, None where that mends nothing."""
    better = bad_break(text, language, style)
    if better is not None:
        return better[1]
    longest = max(width(line.strip()) for line in text.split("\n"))
    if longest <= style.max_line_length or width(text) > (style.max_line_length + 1) * style.max_lines:
        return None
    broken = break_lines(text, language, style)
    fits = max(width(line) for line in broken.split("\n")) <= style.max_line_length
    same = split_words(broken) == split_words(text)
    return broken if fits and same and broken.count("\n") < style.max_lines else None
