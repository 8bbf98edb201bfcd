"""What stands in a cell of a Word table, as a reader of the page sees it: changes accepted, breaks and italics kept."""

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from subtitles.exchange.letters import unheld
from subtitles.exchange.xml_parts import attribute, local

_LEFT_OUT = frozenset(
    (
        "del",
        "moveFrom",
        "delText",
        "instrText",
        "delInstrText",
        "pPr",
        "tcPr",
        "tbl",
        "Fallback",
        "txbxContent",
        "rt",
        "sdtPr",
        "drawing",
        "pict",
        "object",
    )
)
"""What is not text of the cell, or no longer: deleted or moved away, field codes, pictures, tables within the cell."""
_SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "\u2011", "softHyphen": "\u00ad"}
_OFF = {"0", "false", "off", "none"}


@dataclass(frozen=True, slots=True, kw_only=True)
class CellText:
    """A cell's text, its paragraphs joined by line feeds; the ids of Word's comments on it; whether changes are tracked."""

    text: str
    comments: tuple[str, ...] = ()
    tracked: bool = False


def cell_text(cell: Element, *, formatted: bool = False) -> CellText:
    """Return what a cell, or any part of a page, says. With `formatted`, what Word sets in italics has `<i>` around it."""
    lines = []
    comments: list[str] = []
    tracked = False
    for paragraph in _paragraphs(cell):
        pieces: list[tuple[str, bool]] = []
        for kind, text, italic in _pieces(paragraph, italic=False):
            if kind == "text":
                pieces.append((text, italic and formatted))
            elif kind == "comment":
                comments.append(text)
            else:
                tracked = True
        lines.append(("- " if _listed(paragraph) else "") + _joined(pieces))
    return CellText(text=unheld("\n".join(lines)), comments=tuple(comments), tracked=tracked)


def _paragraphs(cell: Element) -> Iterator[Element]:
    """Yield the paragraphs of a cell, those of a table inside it left out."""
    for child in cell:
        if local(child) == "p":
            yield child
        elif local(child) not in _LEFT_OUT:
            yield from _paragraphs(child)


def _listed(paragraph: Element) -> bool:
    """Return whether Word has made a list of a paragraph: that is what it makes of a dash typed at the beginning."""
    numbers = (
        attribute(one, "val")
        for properties in paragraph
        if local(properties) == "pPr"
        for numbering in properties
        if local(numbering) == "numPr"
        for one in numbering
        if local(one) == "numId"
    )
    return any(number not in {"", "0"} for number in numbers)


def _pieces(element: Element, *, italic: bool) -> Iterator[tuple[str, str, bool]]:
    """Yield (kind, text, whether in italics) of what stands in an element: text, a comment's id, or a tracked change."""
    for child in element:
        name = local(child)
        if name in {"del", "moveFrom", "ins", "moveTo"}:
            yield "tracked", "", False
        if name in _LEFT_OUT:
            continue
        if name == "t":
            yield "text", child.text or "", italic
        elif name in _SIGNS:
            yield "text", _SIGNS[name], italic
        elif name == "sym":
            yield "text", _symbol(child), italic
        elif name == "commentReference":
            yield "comment", attribute(child, "id"), False
        else:
            yield from _pieces(child, italic=_italic(child) if name == "r" else italic)


def _italic(run: Element) -> bool:
    for properties in run:
        if local(properties) == "rPr":
            return any(local(one) == "i" and attribute(one, "val").lower() not in _OFF for one in properties)
    return False


def _symbol(element: Element) -> str:
    """Return a letter that is written as its number in a font; what is none becomes a question mark."""
    try:
        return chr(int(attribute(element, "char"), 16) & 0xFFFF)
    except ValueError:
        return "?"


def _joined(pieces: list[tuple[str, bool]]) -> str:
    """Return the pieces as one text, runs of those in italics in tags, white space around them left outside."""
    text = ""
    run = ""
    for piece, italic in [*pieces, ("", False)]:
        if italic:
            run += piece
            continue
        text += _tagged(run) + piece
        run = ""
    return text


def _tagged(run: str) -> str:
    inner = run.strip()
    if not inner or "<i>" in inner.lower():
        return run
    begin = run.index(inner)
    return f"{run[:begin]}<i>{inner}</i>{run[begin + len(inner) :]}"
