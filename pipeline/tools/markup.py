"""A cue's text as runs of plain text: `<i>` and `<b>` become a style, what else players take for formatting is dropped."""

import re
from dataclasses import dataclass

from subtitles.tags import TAG

_STYLE = re.compile(r"<(/?)([ib])\s*>", re.IGNORECASE)
_UNSHOWN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Text in one style; it may hold line feeds."""

    text: str
    italic: bool = False
    bold: bool = False


def runs_of(text: str) -> tuple[Run, ...]:
    """Return the runs of a cue's text, in order; empty where nothing is left to show.

    Underline, colours and positions are dropped; anything else between angle or curly brackets is text. Control characters
    become spaces, line feeds stay. A tag that is not closed holds to the end.
    """
    runs: list[Run] = []
    style = {"i": False, "b": False}
    position = 0
    for match in TAG.finditer(text):
        _append(runs, text[position : match.start()], style)
        position = match.end()
        named = _STYLE.fullmatch(match[0])
        if named is not None:
            style[named[2].lower()] = named[1] == ""
    _append(runs, text[position:], style)
    return tuple(runs)


def plain_text(text: str) -> str:
    """Return what is shown of a cue's text, lines kept, without its styles."""
    return "".join(run.text for run in runs_of(text))


def _append(runs: list[Run], piece: str, style: dict[str, bool]) -> None:
    shown = _UNSHOWN.sub(" ", piece.replace("\r\n", "\n").replace("\r", "\n"))
    if shown:
        runs.append(Run(text=shown, italic=style["i"], bold=style["b"]))
