"""Paragraphs of a TTML document that differ in nothing but their texts and times: one of each kind is modelled for all.

What a style, a region or white space makes of a paragraph is told by its elements and attributes alone. So of all in one
div that have the same, the first stands for the others, with a sign in the place of each text; the model of it is then
filled with the texts of every one. A file of fifty thousand cues has about five kinds of them.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from subtitles.formats.markup import Piece, literal
from subtitles.formats.ttml_model import Paragraph, Part
from subtitles.formats.ttml_names import TT, TTM, XML
from subtitles.formats.ttml_time import NEVER, TIMED, Times

_DIV = f"{{{TT}}}div"
_PARAGRAPH = f"{{{TT}}}p"
_SPAN = f"{{{TT}}}span"
_LANG = f"{XML}lang"
_OF_ONE = frozenset({_LANG, f"{XML}id"})
_SIGN = "\ue000"
"""Begins what stands for a text, with its number behind it."""


@dataclass(frozen=True, slots=True)
class Kind:
    """Paragraphs of one kind: the mark of the one in the tree, and for each, by its mark, its texts."""

    model: str
    texts: dict[str, list[str]] = field(default_factory=dict)


def folded(root: Element, times: Mapping[str, Times]) -> tuple[Kind, ...]:
    """Take paragraphs out of the tree for which another of their kind stands, and return the kinds of several.

    `times` are those of elements by their mark, the language tag. A paragraph of which a part comes or goes by itself is
    left as it is.
    """
    several: list[Kind] = []
    for div in root.iter(_DIV):
        kinds: dict[object, tuple[Element, Kind]] = {}
        kept = [child for child in div if not _has_another(child, times, kinds)]
        if len(kept) < len(div):
            div[:] = kept
        for model, kind in kinds.values():
            if len(kind.texts) > 1:
                _sign(model, iter(range(len(kind.texts[kind.model]))))
                several.append(kind)
    return tuple(several)


def unfolded(modelled: Iterable[Paragraph], kinds: Iterable[Kind], times: Mapping[str, Times]) -> Iterator[Paragraph]:
    """Yield the paragraphs of a document, those of one kind from the one that was modelled; not in the file's order."""
    by_model = {kind.model: kind for kind in kinds}
    for paragraph in modelled:
        kind = by_model.get(paragraph.tag)
        if kind is None:
            yield paragraph
            continue
        pieces = [piece for part in paragraph.parts for piece in part.pieces]
        for tag, texts in kind.texts.items():
            begin, end = times[tag]
            yield Paragraph(
                tag=tag,
                begin=begin,
                end=end,
                parts=(Part(tuple(_filled(pieces, texts)), begin, end),) if paragraph.parts else (),
                place=paragraph.place,
                asides=paragraph.asides,
                preserve=paragraph.preserve,
            )


def _filled(pieces: Iterable[Piece], texts: list[str]) -> Iterator[Piece]:
    for piece in pieces:
        yield literal(texts[int(piece[1:])]) if isinstance(piece, str) and piece[:1] == _SIGN else piece


def _has_another(child: Element, times: Mapping[str, Times], kinds: dict[object, tuple[Element, Kind]]) -> bool:
    """Note a paragraph among the `kinds`; return whether another stands for it already, so that it may go."""
    if child.tag != _PARAGRAPH:
        return False
    mark = child.get(_LANG, "")
    own = times.get(mark, NEVER)
    if not all(_is_as(inner, own, times) for inner in child.iter() if inner is not child):
        return False
    texts: list[str] = []
    shape = _shape(child, texts)
    known = kinds.get(shape)
    if known is None:
        kinds[shape] = (child, Kind(mark, {mark: texts}))
        return False
    known[1].texts[mark] = texts
    return True


def _is_as(inner: Element, own: Times, times: Mapping[str, Times]) -> bool:
    """Return whether an element inside a paragraph is no paragraph, and shown for as long as it."""
    return inner.tag not in TIMED or (inner.tag == _SPAN and times.get(inner.get(_LANG, "")) == own)


def _shape(element: Element, texts: list[str]) -> object:
    """Return what tells elements of one kind from any other, and note the texts in them, in order."""
    if element.text is not None:
        texts.append(element.text)
    inner = []
    for child in element:
        inner.append(_shape(child, texts))
        inner.append(child.tail is not None)
        if child.tail is not None:
            texts.append(child.tail)
    said = tuple([one for one in element.items() if one[0] not in _OF_ONE and not one[0].startswith(TTM)])
    return (element.tag, said, element.text is not None, tuple(inner))


def _sign(element: Element, numbers: Iterator[int]) -> None:
    """Put a sign with its number in the place of each text, in the order of `_shape`."""
    if element.text is not None:
        element.text = f"{_SIGN}{next(numbers)}"
    for child in element:
        _sign(child, numbers)
        if child.tail is not None:
            child.tail = f"{_SIGN}{next(numbers)}"
