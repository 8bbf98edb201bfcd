"""Which way a line of subtitles runs: that of its track's language, not that of the word it happens to begin with.

Players and libass take a line's direction from its first strong letter (UAX #9, rules P2 and P3), so a line of Arabic that
begins with a Latin name would run from left to right, its full stop on the wrong side.
"""

import unicodedata

from subtitles.tags import TAG

RTL_LANGUAGES = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "iw", "ks", "ps", "sd", "ug", "ur", "yi"})
"""Languages written from right to left."""

_RIGHT_TO_LEFT_MARK = "\u200f"
_MARKS = frozenset("\u200e\u200f\u061c\u202a\u202b\u202d\u202e\u2066\u2067\u2068")


def runs_rightward(language: str) -> bool:
    """Return whether a language is written from left to right."""
    return language.partition("-")[0].casefold() not in RTL_LANGUAGES


def directed(text: str, language: str) -> str:
    """Return a text in a language that runs leftward with a right-to-left mark on each line that would not run so.

    That is a line whose first strong letter is of a script that runs rightward, or that has none. A line that has a mark of
    its own before its first letter is left as it is, and so is a text in any other language.
    """
    if runs_rightward(language):
        return text
    return "\n".join(_leftward(line) for line in text.split("\n"))


def _leftward(line: str) -> str:
    at = 0
    while match := TAG.match(line, at):
        at = match.end()
    shown = TAG.sub("", line)
    if not shown.strip() or _runs_leftward_itself(shown):
        return line
    return line[:at] + _RIGHT_TO_LEFT_MARK + line[at:]


def _runs_leftward_itself(shown: str) -> bool:
    """Return whether a line's first letter with a direction runs leftward, or a mark before it says which way it runs."""
    for letter in shown:
        if letter in _MARKS:
            return True
        kind = unicodedata.bidirectional(letter)
        if kind in {"L", "R", "AL"}:
            return kind != "L"
    return False
