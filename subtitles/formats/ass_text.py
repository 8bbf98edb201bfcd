r"""An ASS event's text, and a cue's: each as the other.

In an event `\N` breaks the line, `\h` is a no-break space, `\{` and `\}` are braces, and `{...}` holds overrides or a note
to other translators. A backslash that is meant as one is followed by a word joiner, which shows nothing, so that it
escapes nothing.
"""

import re
from dataclasses import replace

from subtitles.formats.markup import WORD_JOINER, Marked, Open, literal, marked

_NO_BREAK_SPACE = "\u00a0"
_PART = re.compile(r"\\N|\\n|\\h|\\\{|\\\}|\\" + WORD_JOINER + r"|\{[^{}]*\}|<")
_NOTES = "notes in braces"


def from_ass(text: str, *, soft_breaks: bool) -> Marked:
    r"""Return an event's text taken apart, notes in braces left out. `soft_breaks` says whether `\n` breaks the line."""
    notes: list[str] = []

    def plain(match: re.Match[str]) -> str:
        found = match[0]
        if found.startswith("{"):
            if "\\" not in found:
                notes.extend([found] if found.strip("{} ") else ())
                return ""
            return "{" + found[found.index("\\") :]
        return {
            r"\N": "\n",
            r"\n": "\n" if soft_breaks else " ",
            r"\h": _NO_BREAK_SPACE,
            r"\{": "\ue000",
            r"\}": "\ue001",
            "<": "\ue002",
        }.get(found, "\ue003")

    # Signs that are text must not be taken for tags: they are hidden in the private use area until the tags are read. A text
    # that has such letters of its own keeps them: they are hidden too.
    hidden = re.sub("[\ue000-\ue004]", lambda match: "\ue004" + match[0], text)
    taken = marked(_PART.sub(plain, hidden))
    pieces = tuple(piece if not isinstance(piece, str) else literal(_shown(piece)) for piece in taken.pieces)
    unknown = taken.unknown | ({_NOTES} if notes else set())
    return replace(taken, pieces=pieces, unknown=frozenset(unknown))


_HIDDEN = re.compile("\ue004(.)|[\ue000-\ue003]", re.DOTALL)


def _shown(text: str) -> str:
    signs = {"\ue000": "{", "\ue001": "}", "\ue002": "<", "\ue003": "\\"}
    return _HIDDEN.sub(lambda match: match[1] or signs[match[0]], text)


def to_ass(text: str) -> str:
    r"""Return a cue's text as an event's, its place included. Raises nothing: any text can be written."""
    taken = marked(text)
    out = [f"{{\\an{taken.place}}}"] if taken.place else []
    fonts: list[str] = []
    for piece in taken.pieces:
        if isinstance(piece, str):
            out.append(_escaped(piece))
        elif piece.name == "font":
            if isinstance(piece, Open):
                fonts.append(piece.colour or (fonts[-1] if fonts else ""))
            else:
                fonts.pop()
            out.append(_colour(fonts[-1] if fonts else ""))
        else:
            out.append(f"{{\\{piece.name}{int(isinstance(piece, Open))}}}")
    whole = "".join(out)
    # What reads the file takes white space off the ends of its lines.
    begin = "{}" if whole[:1].isspace() else ""
    end = "{}" if whole[-1:].isspace() else ""
    return f"{begin}{whole}{end}"


def _escaped(text: str) -> str:
    escaped = text.replace("\\", "\\" + WORD_JOINER).replace("{", r"\{").replace("}", r"\}")
    return escaped.replace("\n", r"\N")


def _colour(colour: str) -> str:
    return f"{{\\c&H{colour[5:7]}{colour[3:5]}{colour[1:3]}&}}".upper().replace("\\C", "\\c") if colour else "{\\c}"
