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
_LOST = {
    "tbl": "a table",
    "drawing": "a picture or a text box",
    "pict": "a picture or a text box",
    "object": "a picture or a text box",
}
"""What is left out and may hold what somebody typed."""
_NOTES = {"commentReference": "", "footnoteReference": "footnote ", "endnoteReference": "endnote "}
_SIGNS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "\u2011", "softHyphen": "\u00ad"}
_OFF = {"0", "false", "off", "none"}


@dataclass(frozen=True, slots=True, kw_only=True)
class CellText:
    """A cell's text, its paragraphs joined by line feeds; the ids of Word's comments on it; whether changes are tracked.

    Footnotes are among the comments, as `footnote 2`. `lost` names what stands in the cell and is no text of it.
    """

    text: str
    comments: tuple[str, ...] = ()
    tracked: bool = False
    lost: tuple[str, ...] = ()


def cell_text(cell: Element, *, formatted: bool = False) -> CellText:
    """Return what a cell, or any part of a page, says. With `formatted`, what Word sets in italics has `<i>` around it."""
    text = ""
    between = ""
    comments: list[str] = []
    lost = [_LOST[local(child)] for child in cell if local(child) in _LOST]
    tracked = False
    for paragraph in _paragraphs(cell):
        pieces: list[tuple[str, bool]] = []
        for kind, said, italic in _pieces(paragraph, italic=False):
            if kind == "text":
                pieces.append((said, italic and formatted))
            elif kind == "comment":
                comments.append(said)
            elif kind == "lost":
                lost.append(said)
            else:
                tracked = True
        text += between + ("- " if _listed(paragraph) else "") + _joined(pieces)
        changes = _changes_of_mark(paragraph)
        between = "" if changes & {"del", "moveFrom"} else "\n"
        tracked |= bool(changes)
    return CellText(text=unheld(text), comments=tuple(comments), tracked=tracked, lost=tuple(dict.fromkeys(lost)))


def _paragraphs(cell: Element) -> Iterator[Element]:
    """Yield the paragraphs of a cell, those of a table inside it left out."""
    for child in cell:
        if local(child) == "p":
            yield child
        elif local(child) not in _LEFT_OUT and not _prompts(child):
            yield from _paragraphs(child)


def _prompts(element: Element) -> bool:
    """Return whether an element is a field to fill in that still says what belongs there."""
    return local(element) == "sdt" and any(
        local(one) == "showingPlcHdr" and attribute(one, "val").lower() not in _OFF
        for properties in element
        if local(properties) == "sdtPr"
        for one in properties
    )


def _changes_of_mark(paragraph: Element) -> set[str]:
    """Return which tracked changes there are of a paragraph's end: a deleted one joins it with the next."""
    return {
        local(one)
        for properties in paragraph
        if local(properties) == "pPr"
        for letters in properties
        if local(letters) == "rPr"
        for one in letters
    } & {"ins", "del", "moveFrom", "moveTo"}


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
    """Yield (kind, text, whether in italics) of what stands in an element.

    Kinds are text, a comment by its id, a tracked change, and what is lost by its name.
    """
    for child in element:
        name = local(child)
        if name in {"del", "moveFrom", "ins", "moveTo"}:
            yield "tracked", "", False
        if name in _LOST:
            yield "lost", _LOST[name], False
        if name in _LEFT_OUT or _prompts(child):
            continue
        if name == "t":
            yield "text", child.text or "", italic
        elif name in _SIGNS:
            yield "text", _SIGNS[name], italic
        elif name == "sym":
            yield "text", _symbol(child), italic
        elif name in _NOTES:
            yield "comment", _NOTES[name] + attribute(child, "id"), False
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
