"""What stands in a WebVTT cue, and a cue's text: each as the other (W3C WebVTT, sections 4.2 and 6.4)."""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from subtitles.formats.markup import COLOURS, Open, joined, lines_kept, literal, marked, text_of

_NO_BREAK_SPACE = "\u00a0"
_TAG = re.compile(r"<[^<>]*>")
_KNOWN = re.compile(r"<(/?)(c|i|b|u|v|ruby|rt|lang)((?:\.[^\s.<>]*)*)(?:[ \t\n]+([^<>]*))?>")
_TIME = re.compile(r"<\d+:[\d:.]*>")
_ANY_COLOUR = re.compile(r"color([0-9a-f]{6})")
_BY_VALUE = {value: name for name, value in COLOURS.items()}

_DEEPEST = 60
_VERTICAL = ("", " line:50%,center", " line:0")
_HORIZONTAL = (" position:0%,line-left align:left", "", " position:100%,line-right align:right")
_SETTINGS = {1 + row * 3 + column: (_VERTICAL[row] + _HORIZONTAL[column]) for row in range(3) for column in range(3)}
_PLACES = {settings.strip(): place for place, settings in _SETTINGS.items() if settings}
_LINE = re.compile(r"(?:^|\s)line:(-?\d+(?:\.\d+)?)(%?)(?=[,\s]|$)")
_POSITION = re.compile(r"(?:^|\s)position:(\d+(?:\.\d+)?)%")
_ALIGN = re.compile(r"(?:^|\s)align:(start|left|end|right)(?=\s|$)")


@dataclass(frozen=True, slots=True)
class Payload:
    """A payload read: the cue's text, who speaks ("" where no one or several are named), and what a text does not hold."""

    text: str
    speaker: str = ""
    asides: tuple[str, ...] = ()


@dataclass(slots=True)
class _Reading:
    out: list[str] = field(default_factory=list)
    opened: list[tuple[str, str]] = field(default_factory=list)
    voices: list[str] = field(default_factory=list)
    asides: list[str] = field(default_factory=list)

    def tag(self, tag: str) -> None:
        known = _KNOWN.fullmatch(tag)
        if known is None:
            self.asides.append("times inside a cue" if _TIME.fullmatch(tag) else "tags that WebVTT does not know")
        elif known[1]:
            self._close(known[2])
        else:
            self._open(known[2], known[3].split(".")[1:], html.unescape(known[4] or "").strip())

    def _open(self, name: str, classes: Sequence[str], annotation: str) -> None:
        begin, end = "", ""
        colour = next((value for one in classes if (value := _colour(one))), "")
        if name in {"i", "b", "u"}:
            begin, end = f"<{name}>", f"</{name}>"
        elif name == "v":
            self.voices.append(" ".join(annotation.split()))
        elif name == "rt":
            begin, end = "(", ")"
            self.asides.append("ruby, which stands in brackets")
        elif name == "lang":
            self.asides.append("languages of parts of a cue")
        if name == "c" and colour:
            begin, end = f'<font color="{colour}">', "</font>"
        if len(self.opened) >= _DEEPEST:
            return
        if len(classes) > (1 if name == "c" and colour else 0):
            self.asides.append("classes of style sheets")
        self.out.append(begin)
        self.opened.append((name, end))

    def _close(self, name: str) -> None:
        at = next((place for place in reversed(range(len(self.opened))) if self.opened[place][0] == name), None)
        if at is None:
            return
        # Ruby ends its text with it; any other tag left open inside stays open.
        ended = self.opened[at:] if name == "ruby" else self.opened[at : at + 1]
        self.out += [end for one, end in reversed(ended) if one in {name, "rt"}]
        self.opened = [one for one in self.opened if not any(one is gone for gone in ended)]


def read_payload(payload: str) -> Payload:
    """Return what a payload, lines joined by LF, says. Signs escaped in it come out as text, never as tags."""
    if "<" not in payload:
        return Payload(literal(_unescaped(payload)))
    reading, at = _Reading(), 0
    for match in _TAG.finditer(payload):
        reading.out.append(literal(_unescaped(payload[at : match.start()])))
        at = match.end()
        reading.tag(match[0])
    reading.out.append(literal(_unescaped(payload[at:])))
    reading.out += [end for _, end in reversed(reading.opened)]
    voices = tuple(dict.fromkeys(reading.voices))
    several = ("who is speaking, where one cue has several voices",) if len(voices) > 1 else ()
    text = text_of(joined(marked("".join(reading.out)).pieces))
    return Payload(text, voices[0] if len(voices) == 1 else "", (*reading.asides, *several))


def write_payload(text: str, speaker: str = "") -> str:
    """Return a cue's text as a payload: tags balanced, everything else escaped, a no-break space on blank lines."""
    out: list[str] = []
    ends: list[str] = []
    for piece in marked(text).pieces:
        if isinstance(piece, str):
            out.append(_escaped(piece))
        elif isinstance(piece, Open):
            begin, end = _tags(piece)
            out.append(begin)
            ends.append(end)
        else:
            out.append(ends.pop())
    voice = f"<v {_escaped(' '.join(speaker.split()))}>" if speaker.strip() else ""
    return voice + lines_kept("".join(out), _NO_BREAK_SPACE)


def colours_in(text: str) -> frozenset[str]:
    """Return the colours of a cue's text that WebVTT has no class for, and that need a rule of a style sheet."""
    if "<font" not in text.lower() and "\\" not in text:
        return frozenset()
    opened = (piece for piece in marked(text).pieces if isinstance(piece, Open))
    return frozenset(tag.colour for tag in opened if tag.colour and tag.colour not in _BY_VALUE)


def style_rule(colour: str) -> str:
    """Return the style sheet's rule for a colour given as `#rrggbb`."""
    return f"::cue(.color{colour[1:]}) {{ color: {colour}; }}"


def settings_for(place: int | None) -> str:
    """Return the settings, with a space in front, that put a cue where 1 to 9 on a number pad are; none for 2 and None."""
    return _SETTINGS.get(place or 2, "")


def place_of(settings: str) -> tuple[int | None, bool]:
    """Return where settings put a cue, as on a number pad (None: the usual place), and whether that says all they say."""
    bare = settings.strip()
    if not bare or bare in _PLACES:
        return _PLACES.get(bare), True
    line, position, align = _LINE.search(bare), _POSITION.search(bare), _ALIGN.search(bare)
    row, column = 0, 1
    if line and line[2]:
        row = 2 if float(line[1]) <= 33 else 1 if float(line[1]) <= 66 else 0
    elif line:
        row = 2 if not line[1].startswith("-") and float(line[1]) <= 5 else 0
    if align and position and float(position[1]) <= 33 and align[1] in {"start", "left"}:
        column = 0
    elif align and position and float(position[1]) >= 67 and align[1] in {"end", "right"}:
        column = 2
    place = 1 + row * 3 + column
    return (None if place == 2 else place), False


def _tags(tag: Open) -> tuple[str, str]:
    if tag.name == "font" and tag.colour:
        return f"<c.{_BY_VALUE.get(tag.colour, 'color' + tag.colour[1:])}>", "</c>"
    return ("", "") if tag.name in {"font", "s"} else (f"<{tag.name}>", f"</{tag.name}>")


def _colour(name: str) -> str:
    figure = _ANY_COLOUR.fullmatch(name)
    return f"#{figure[1]}" if figure else COLOURS.get(name, "")


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _unescaped(text: str) -> str:
    return html.unescape(text).replace("\r", " ") if "&" in text else text
