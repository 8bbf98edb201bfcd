"""Paragraphs of ttconv's model of a TTML document as texts that are shown from a time to a time."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

from ttconv import model
from ttconv.style_properties import DisplayType, FontStyleType, FontWeightType, StyleProperties, VisibilityType

from subtitles.formats.markup import Close, Open, Piece, joined, literal, text_of
from subtitles.formats.ttml_place import place_in
from subtitles.formats.ttml_time import Times
from subtitles.tags import without_tags

_BREAK = "\x01"
"""A line break that is an element: no text of XML has this character, and white space may be a line feed."""

_SPACES = re.compile(r"[ \t\r\n]+")
_PAIRS = (("i", "italic"), ("b", "bold"), ("u", "underline"), ("s", "strike"))
_HELD = {
    StyleProperties.FontStyle, StyleProperties.FontWeight, StyleProperties.TextDecoration, StyleProperties.Color,
    StyleProperties.Display, StyleProperties.Visibility, StyleProperties.TextAlign,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Look:
    """What is inherited, as far as a cue's text can say it; `align` is start, center, end, or nothing where not said."""

    italic: bool = False
    bold: bool = False
    underline: bool = False
    strike: bool = False
    colour: str = "#ffffff"
    hidden: bool = False
    align: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a paragraph's text, a line break included, with when it is shown: seconds, the end None for ever."""

    pieces: tuple[Piece, ...]
    begin: Fraction
    end: Fraction | None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph: its language tag, when it is shown, its parts, its place, and what its text does not hold.

    `preserve` says that white space stands as it is.
    """

    tag: str
    begin: Fraction
    end: Fraction | None
    parts: tuple[Part, ...]
    place: int | None
    asides: frozenset[str]
    preserve: bool

    def states(self) -> tuple[tuple[Fraction, Fraction | None, str], ...]:
        """Return what is seen from when to when, in seconds: one state, or one for each change of what is shown."""
        if all((part.begin, part.end) == (self.begin, self.end) for part in self.parts):
            return ((self.begin, self.end, self._text(self.parts)),)
        times = {time for part in self.parts for time in (part.begin, part.end) if time is not None}
        ordered: list[Fraction | None] = [*sorted(times)]
        if any(part.end is None for part in self.parts):
            ordered.append(None)
        states: list[tuple[Fraction, Fraction | None, str]] = []
        for begin, end in pairwise(ordered):
            if begin is None:
                continue
            shown = [part for part in self.parts if part.begin <= begin and (part.end is None or part.end > begin)]
            text = self._text(shown).strip("\n")
            if states and states[-1][2] == text and states[-1][1] == begin:
                states[-1] = (states[-1][0], end, text)
            elif without_tags(text).strip():
                states.append((begin, end, text))
        return tuple(states)

    def changes(self) -> int:
        """Return an upper bound of how many states there are."""
        if len(self.parts) == 1:
            return 2
        return len({time for part in self.parts for time in (part.begin, part.end)})

    def _text(self, parts: Sequence[Part]) -> str:
        pieces = joined([piece for part in parts for piece in part.pieces])
        if not self.preserve:
            pieces = joined(_collapsed(pieces))
        return text_of(pieces, self.place).replace(_BREAK, "\n")


def paragraphs_in(document: model.ContentDocument, times: Mapping[str, Times]) -> Iterator[Paragraph]:
    """Yield the paragraphs of a document in its order. `times` says when each element is shown, by its language tag."""
    body = document.get_body()
    if body is not None:
        yield from _below(body, Look(), times, None)


def _below(element: Any, look: Look, times: Mapping[str, Times], region: Any) -> Iterator[Paragraph]:
    own_region = element.get_region()  # empty of children, and so false
    region = region if own_region is None else own_region
    own = _look(element, look)
    if isinstance(element, model.P):
        yield _paragraph(element, own, times, region)
        return
    for child in element:
        yield from _below(child, own, times, region)


def _paragraph(element: Any, look: Look, times: Mapping[str, Times], region: Any) -> Paragraph:
    span = times[element.get_lang()]
    asides = {"sizes, backgrounds and other styles of texts"} if _has_more(element) else set()
    inherited = _look(element, _look(region, look)) if region is not None else look
    opened = _differences(Look(), inherited)
    closing = tuple(Close(tag.name) for tag in reversed(opened))
    inner = _parts(element, _Around(inherited, span, opened, times, asides))
    parts = tuple(replace(part, pieces=(*opened, *part.pieces, *closing)) for part in inner)
    return Paragraph(
        tag=element.get_lang(),
        begin=span[0],
        end=span[1],
        parts=parts,
        place=place_in(element.get_doc(), region, inherited.align),
        asides=frozenset(asides),
        preserve=element.get_space() is model.WhiteSpaceHandling.PRESERVE,
    )


def _has_more(element: Any) -> bool:
    return any(style not in _HELD for style in element.iter_styles())


def _collapsed(pieces: Sequence[Piece]) -> list[Piece]:
    """Return `pieces` with runs of white space made one space, and none beside a break of the line or at an end."""
    out: list[Piece] = []
    after_space = True
    for piece in pieces:
        if not isinstance(piece, str):
            out.append(piece)
            continue
        text = _SPACES.sub(" ", piece)
        text = re.sub(f" ?{_BREAK} ?", _BREAK, text)
        text = text[1:] if after_space and text.startswith(" ") else text
        if text:
            if text[0] == _BREAK:
                _trim(out)
            after_space = text[-1] in {" ", _BREAK}
        out.append(text)
    _trim(out)
    return out


def _trim(pieces: list[Piece]) -> None:
    """Take the space off the end of the last text."""
    for at in reversed(range(len(pieces))):
        piece = pieces[at]
        if isinstance(piece, str) and piece:
            pieces[at] = piece.removesuffix(" ")
            return


@dataclass(frozen=True, slots=True)
class _Around:
    """What a text stands in: its look, when it is shown, the tags that are open, and what is known of all elements."""

    look: Look
    span: Times
    opened: tuple[Open, ...]
    times: Mapping[str, Times]
    asides: set[str]


def _parts(element: Any, around: _Around) -> Iterator[Part]:
    """Yield the texts inside an element, each within the tags of the styles it differs in from `element`."""
    for child in element:
        if isinstance(child, (model.Text, model.Br)):
            if not around.look.hidden:
                yield Part((_BREAK if isinstance(child, model.Br) else literal(child.get_text()),), *around.span)
        elif not isinstance(child, model.Rp):
            yield from _inside(child, around)


def _inside(child: Any, around: _Around) -> Iterator[Part]:
    own = _look(child, around.look)
    opening, closing, opened = _tags(around, own)
    if isinstance(child, model.Rt):
        around.asides.add("ruby, which stands in brackets")
        opening, closing = ("(", *opening), (*closing, ")")
    if _has_more(child):
        around.asides.add("sizes, backgrounds and other styles of texts")
    span = around.times.get(child.get_lang(), around.span)
    for part in _parts(child, replace(around, look=own, span=span, opened=opened)):
        yield replace(part, pieces=(*opening, *part.pieces, *closing))


def _look(element: Any, look: Look) -> Look:
    """Return the look inside an element: its own styles over those it inherits."""
    style = element.get_style
    decoration = style(StyleProperties.TextDecoration)
    changes: dict[str, Any] = {}
    if (slant := style(StyleProperties.FontStyle)) is not None:
        changes["italic"] = slant is not FontStyleType.normal
    if (weight := style(StyleProperties.FontWeight)) is not None:
        changes["bold"] = weight is FontWeightType.bold
    if decoration is not None and not isinstance(decoration, str):
        if isinstance(getattr(decoration, "underline", None), bool):
            changes["underline"] = decoration.underline
        if isinstance(getattr(decoration, "line_through", None), bool):
            changes["strike"] = decoration.line_through
    if (colour := style(StyleProperties.Color)) is not None:
        red, green, blue = colour.components[:3]
        changes["colour"] = f"#{red:02x}{green:02x}{blue:02x}"
    if style(StyleProperties.Display) is DisplayType.none or style(StyleProperties.Visibility) is VisibilityType.hidden:
        changes["hidden"] = True
    if (align := style(StyleProperties.TextAlign)) is not None:
        changes["align"] = align.value
    return replace(look, **changes) if changes else look


def _tags(around: _Around, inner: Look) -> tuple[tuple[Piece, ...], tuple[Piece, ...], tuple[Open, ...]]:
    """Return what to put before and behind a part that looks as `inner` says, and the tags that are open in it.

    Where it is without a style that it stands in, all tags are closed for it, and opened again behind it.
    """
    outer = around.look
    if any(getattr(outer, key) and not getattr(inner, key) for _, key in _PAIRS):
        tags = _differences(Look(), inner)
        ends = tuple(Close(tag.name) for tag in reversed(around.opened))
        return (*ends, *tags), (*(Close(tag.name) for tag in reversed(tags)), *around.opened), tags
    tags = _differences(outer, inner)
    return tags, tuple(Close(tag.name) for tag in reversed(tags)), (*around.opened, *tags)


def _differences(outer: Look, inner: Look) -> tuple[Open, ...]:
    tags = [Open(name) for name, key in _PAIRS if getattr(inner, key) and not getattr(outer, key)]
    if inner.colour != outer.colour:
        tags.append(Open("font", inner.colour))
    return tuple(tags)
