r"""The formatting that every format has, in one form: text, and tags opened and closed in order.

A cue's text has `<i>`, `<b>`, `<u>`, `<s>`, `<font color=...>` and, at any place, blocks such as `{\an8}` or `{\i1}`. Each
format's writer turns the pieces into its own; each reader turns its own into pieces, and `text_of` into a cue's text.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from subtitles.tags import TAG

WORD_JOINER = "\u2060"
"""Shows nothing; put behind a sign that must not be taken for the beginning of a tag."""

COLOURS = {
    "white": "#ffffff",
    "lime": "#00ff00",
    "cyan": "#00ffff",
    "red": "#ff0000",
    "yellow": "#ffff00",
    "magenta": "#ff00ff",
    "blue": "#0000ff",
    "black": "#000000",
}
"""The eight colours that WebVTT (section 5, default classes) and teletext have names for."""

_MORE_COLOURS = {"green": "#008000", "silver": "#c0c0c0", "gray": "#808080", "grey": "#808080", "orange": "#ffa500"}
_COLOUR = re.compile(r"""\bcolor\s*=\s*["']?\s*(#?\w+)""", re.IGNORECASE)
_HEX = re.compile(r"#?([0-9a-f]{6})(?:[0-9a-f]{2})?", re.IGNORECASE)
_SHORT_HEX = re.compile(r"#([0-9a-f]{3})", re.IGNORECASE)
_SWITCH = re.compile(r"([ibus])(\d{1,4})?")
_OVERRIDE_COLOUR = re.compile(r"1?c(?:&?H([0-9A-Fa-f]{1,8})&?)?")
_PLACE = re.compile(r"an([1-9])")
_OLD_PLACE = re.compile(r"a(\d{1,2})")
_OLD_PLACES = {1: 1, 2: 2, 3: 3, 5: 7, 6: 8, 7: 9, 9: 4, 10: 5, 11: 6}
_DEEPEST = 60
"""Tags within each other; further ones change nothing that is seen."""

_EFFECT = re.compile(r"\d?[A-Za-z]+")


@dataclass(frozen=True, slots=True)
class Open:
    """A tag begins: `i`, `b`, `u`, `s` or `font`, the last with its colour as `#rrggbb`."""

    name: str
    colour: str = ""


@dataclass(frozen=True, slots=True)
class Close:
    """The tag opened last ends."""

    name: str


Piece = str | Open | Close


@dataclass(frozen=True, slots=True)
class Marked:
    """A cue's text taken apart: pieces whose tags are balanced, the place (1 to 9 as on a number pad, None where not said).

    `drawing` says that a part of it was a drawing, which is left out; `unknown` names the effects that are left out.
    """

    pieces: tuple[Piece, ...]
    place: int | None = None
    drawing: bool = False
    unknown: frozenset[str] = frozenset()


def marked(text: str) -> Marked:
    """Return a cue's text taken apart: tags that overlap closed in order and opened again, all closed at the end."""
    if "<" not in text and "{" not in text:
        return Marked((text,) if text else ())
    return _Parting().part(text)


@dataclass(slots=True)
class _Parting:
    """One pass over a cue's text."""

    out: list[Piece] = field(default_factory=list)
    opened: list[Open] = field(default_factory=list)
    place: int | None = None
    drawn: bool = False
    drawing_now: bool = False
    unknown: set[str] = field(default_factory=set)

    def part(self, text: str) -> Marked:
        at = 0
        for match in TAG.finditer(text):
            self._say(text[at : match.start()])
            at = match.end()
            if match[0].startswith("{"):
                self._block(match[0])
            else:
                self._tag(match[0])
        self._say(text[at:])
        self._close_all()
        return Marked(tuple(self.out), self.place, self.drawn, frozenset(self.unknown))

    def _say(self, text: str) -> None:
        if self.drawing_now and text.strip():
            self.drawn = True
        elif text and not self.drawing_now:
            self.out.append(text)

    def _tag(self, tag: str) -> None:
        name = tag.strip("</>").split()[0].lower()
        if tag.startswith("</"):
            self._close(name)
        elif name != "font":
            self._open(Open(name))
        else:
            colour = colour_of(tag)
            self._open(Open("font", colour))
            if not colour or re.search(r"\b(?:face|size)\s*=", tag, re.IGNORECASE):
                self.unknown.add("the faces and sizes of fonts")

    def _block(self, block: str) -> None:
        for effect in block[1:-1].split("\\")[1:]:
            self._effect(effect.strip())

    def _effect(self, effect: str) -> None:
        if match := _SWITCH.fullmatch(effect):
            weight = int(match[2] or 0)
            on = weight == 1 or (match[1] == "b" and weight >= 600)
            self._close(match[1])
            if on:
                self._open(Open(match[1]))
        elif match := _PLACE.fullmatch(effect):
            self.place = self.place or int(match[1])
        elif match := _OLD_PLACE.fullmatch(effect):
            self.place = self.place or _OLD_PLACES.get(int(match[1]))
        elif match := _OVERRIDE_COLOUR.fullmatch(effect):
            self._close("font")
            if match[1]:
                blue_green_red = f"{int(match[1], 16) & 0xFFFFFF:06x}"
                self._open(Open("font", f"#{blue_green_red[4:6]}{blue_green_red[2:4]}{blue_green_red[0:2]}"))
        elif re.fullmatch(r"p\d{1,2}", effect):
            self.drawing_now = int(effect[1:]) > 0
        elif effect == "r":
            self._close_all()
        elif effect:
            name = _EFFECT.match(effect)
            self.unknown.add(f"the effect \\{(name[0] if name else effect)[:12]}")

    def _open(self, tag: Open) -> None:
        if len(self.opened) >= _DEEPEST:
            return
        self.opened.append(tag)
        self.out.append(tag)

    def _close(self, name: str) -> None:
        at = next((place for place in reversed(range(len(self.opened))) if self.opened[place].name == name), None)
        if at is None:
            return
        inner = self.opened[at + 1 :]
        for tag in reversed(self.opened[at:]):
            self._end(tag)
        del self.opened[at:]
        for tag in inner:
            self._open(tag)

    def _close_all(self) -> None:
        while self.opened:
            self._end(self.opened.pop())

    def _end(self, tag: Open) -> None:
        if self.out and self.out[-1] == tag:
            self.out.pop()  # nothing stands in it
        else:
            self.out.append(Close(tag.name))


def colour_of(tag: str) -> str:
    """Return the colour of a `<font color=...>` as `#rrggbb`, or nothing where it has none that is known."""
    match = _COLOUR.search(tag)
    return as_hex(match[1]) if match else ""


def as_hex(colour: str) -> str:
    """Return a colour's name or hexadecimal figure as `#rrggbb`, opacity left out; nothing where it is neither."""
    name = colour.lower()
    if name in COLOURS or name in _MORE_COLOURS:
        return COLOURS.get(name) or _MORE_COLOURS[name]
    if short := _SHORT_HEX.fullmatch(name):
        return "#" + "".join(letter * 2 for letter in short[1])
    figure = _HEX.fullmatch(name)
    return f"#{figure[1]}" if figure else ""


def literal(text: str) -> str:
    """Return `text` with a word joiner in whatever would be taken for a tag in a cue's text though it is none."""
    if "<" not in text and "{" not in text:
        return text
    return TAG.sub(lambda match: match[0][0] + WORD_JOINER + match[0][1:], text)


def text_of(pieces: Iterable[Piece], place: int | None = None) -> str:
    r"""Return a cue's text from its pieces, with `{\an8}` and its like in front where the place is not the usual one, 2."""
    return (f"{{\\an{place}}}" if place not in (None, 2) else "") + "".join(_shown(pieces))


def _shown(pieces: Iterable[Piece]) -> Iterator[str]:
    silent: list[bool] = []
    for piece in pieces:
        if isinstance(piece, str):
            yield piece
        elif isinstance(piece, Open):
            silent.append(piece.name == "font" and not piece.colour)
            if not silent[-1]:
                yield f'<font color="{piece.colour}">' if piece.name == "font" else f"<{piece.name}>"
        elif silent and not silent.pop():
            yield f"</{piece.name}>"


def lines_kept(text: str, filler: str) -> str:
    """Return `text` with `filler` on its blank lines, so that a format that ends a cue at one keeps them."""
    lines = text.split("\n")
    return text if len(lines) == 1 else "\n".join(line if line.strip() else filler for line in lines)


def joined(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Return `pieces` with neighbouring texts put together, without tags that end to begin again or hold nothing."""
    out: list[Piece] = []
    opened: list[Open] = []
    ended: list[Open] = []  # the tags that the closing ones at the end of `out` close, the last one last
    for piece in pieces:
        before = out[-1] if out else None
        if isinstance(piece, str):
            ended = ended if not piece else []
            if isinstance(before, str):
                out[-1] = before + piece
            elif piece:
                out.append(piece)
        elif isinstance(piece, Open):
            opened.append(piece)
            if ended and ended[-1] == piece:
                ended.pop()
                out.pop()
            else:
                ended = []
                out.append(piece)
        else:
            tag = opened.pop()
            if before == tag:
                out.pop()
            else:
                ended.append(tag)
                out.append(piece)
    return tuple(out)
