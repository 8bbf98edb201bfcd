"""A table as a Word file: source and translation side by side, the source shaded, a trace in small letters in each row.

Cells hold texts as they are, tags included, a line break as a line break. WordprocessingML: ECMA-376, part 1, section 17.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from subtitles.exchange.letters import clock, held
from subtitles.exchange.model import ExchangeFile, ExchangeUnit, Trace

COLUMNS = (
    "Cue",
    "Source · Original",
    "Translation · Traducción",
    "Limit · Límite",
    "Note · Nota",
    "Comment · Comentario",
)
"""The headings; those of the two texts have their languages behind them in brackets."""
REFERENCE = "testimonio 1"
"""How the line begins that says which film and reel a file is of, and between which languages it goes."""
_WIDTHS_MM = (32, 74, 74, 16, 36, 35)
_TWIPS_A_MM = 1440 / 25.4
_SHADE = "E8E8E8"
_FAINT = "8C8C8C"
_SMALL, _TINY, _PLAIN = 16, 8, 22
"""Sizes of letters, in half points."""
_RIGHT_TO_LEFT = frozenset(("ar", "arc", "ckb", "dv", "fa", "he", "iw", "ks", "ps", "sd", "syr", "ug", "ur", "yi"))
HOW = {
    "en": (
        "Write the translation into the third column. Leave the first two columns and the order of rows as they are: what "
        "is changed there is not taken over. A line break in a cell is a line break on screen. The limit is how many "
        "characters can be read while the subtitle is there. Keep <i>, </i> and signs such as {\\an8} around the same "
        "words. Leave a cell empty where nothing is to be changed; write remarks into the last column."
    ),
    "es": (
        "Escriba la traducción en la tercera columna. Deje como están las dos primeras columnas y el orden de las filas: "
        "lo que se cambie ahí no se toma en cuenta. Un salto de línea en la celda es un salto de línea en pantalla. El "
        "límite indica cuántos caracteres se alcanzan a leer mientras el subtítulo está en pantalla. Conserve <i>, </i> y "
        "signos como {\\an8} junto a las mismas palabras. Deje vacía la celda si no hay nada que cambiar; anote sus "
        "comentarios en la última columna."
    ),
}
"""What a translator is asked to do."""


def right_to_left(language: str) -> bool:
    """Return whether a language is written from right to left: by its code, or its script where the code has one."""
    code, _, rest = language.lower().partition("-")
    scripts = [part for part in rest.split("-") if len(part) == 4 and part.isalpha()]
    if scripts:
        return scripts[0] in {"arab", "hebr", "syrc", "thaa", "nkoo", "adlm", "rohg"}
    return code in _RIGHT_TO_LEFT


def write_docx(file: ExchangeFile) -> bytes:
    """Return `file` as .docx: what to do in two languages, then the table, its headings repeated on each page."""
    from docx import Document  # noqa: PLC0415 - takes 0.3 s, and only for this format
    from docx.enum.section import WD_ORIENT  # noqa: PLC0415
    from docx.shared import Mm  # noqa: PLC0415

    document = Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(15)
    title = held(" ".join(f"{file.film} · {file.reel} · {file.source_language} → {file.target_language}".split()))
    document.core_properties.title = title[:255]
    document.core_properties.author = ""
    document.core_properties.comments = ""
    document.core_properties.language = file.target_language
    document.add_heading(title, level=1)
    body = _Body()
    lines = [body.paragraph(text, _Letters(language=language, size=18)) for language, text in HOW.items()]
    reference = f"{REFERENCE}; {file.reel}; {file.source_language}; {file.target_language}; {held(file.film)}"
    lines.append(body.paragraph(reference, _Letters(language="", size=_TINY * 2, colour=_FAINT)))
    last = document.element.body[-1]  # the section's properties, which stay last
    for line in lines:
        last.addprevious(line)
    last.addprevious(body.table(file))
    last.addprevious(body.paragraph("", _Letters(language="")))
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Letters:
    """How a text is set: the language it is spelled in, the size in half points, a colour."""

    language: str
    size: int = _PLAIN
    colour: str = ""
    bold: bool = False


class _Body:
    """Makes paragraphs and tables as elements: a row through the library's own objects takes a hundred times as long."""

    def __init__(self) -> None:
        from docx.oxml import OxmlElement  # noqa: PLC0415 - as above
        from docx.oxml.ns import qn  # noqa: PLC0415

        self._make, self._name = OxmlElement, qn

    def element(self, name: str, *children: Any, **attributes: str | int) -> Any:
        """Return an element of WordprocessingML with its children and attributes."""
        made = self._make(f"w:{name}")
        for key, value in attributes.items():
            made.set(self._name(f"w:{key}"), str(value))
        made.extend(children)
        return made

    def paragraph(self, text: str, letters: _Letters) -> Any:
        """Return a paragraph with one run; line breaks and tabs of `text` are kept."""
        direction = [self.element("bidi")] if right_to_left(letters.language) else []
        spacing = self.element("spacing", before=20, after=40, line=240, lineRule="auto")
        if not text:  # an empty cell too says how what is typed into it is set
            return self.element("p", self.element("pPr", *direction, spacing, self._setting(letters)))
        run = self.element("r", self._setting(letters), *self._letters(text))
        return self.element("p", self.element("pPr", *direction, spacing), run)

    def _setting(self, letters: _Letters) -> Any:
        leftwards = right_to_left(letters.language)
        parts = [self.element("b")] if letters.bold else []
        parts += [self.element("color", val=letters.colour)] if letters.colour else []
        parts += [self.element("sz", val=letters.size), self.element("szCs", val=letters.size)]
        parts += [self.element("rtl")] if leftwards else []
        if letters.language:
            parts.append(self.element("lang", **{"bidi" if leftwards else "val": letters.language}))
        return self.element("rPr", *parts)

    def _letters(self, text: str) -> list[Any]:
        parts: list[Any] = []
        for number, line in enumerate(text.split("\n")):
            parts += [self.element("br")] if number else []
            for place, piece in enumerate(line.split("\t")):
                parts += [self.element("tab")] if place else []
                if piece:
                    parts.append(self.element("t"))
                    parts[-1].text = piece
                    parts[-1].set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        return parts

    def table(self, file: ExchangeFile) -> Any:
        """Return the table: the headings, then a row a unit."""
        widths = [round(width * _TWIPS_A_MM) for width in _WIDTHS_MM]
        borders = [
            self.element(side, val="single", sz=4, space=0, color="A0A0A0")
            for side in ("top", "left", "bottom", "right", "insideH", "insideV")
        ]
        properties = self.element(
            "tblPr",
            self.element("tblW", w=sum(widths), type="dxa"),
            self.element("tblBorders", *borders),
            self.element("tblLayout", type="fixed"),
        )
        grid = self.element("tblGrid", *(self.element("gridCol", w=width) for width in widths))
        rows = [
            self._row(self._cells(unit, trace, file), widths)
            for unit, trace in zip(file.units, file.traces(), strict=True)
        ]
        return self.element("tbl", properties, grid, self._headings(file, widths), *rows)

    def _headings(self, file: ExchangeFile, widths: Sequence[int]) -> Any:
        source, target = (f": {name}" if name else "" for name in file.language_names)
        languages = {1: f"{source} [{file.source_language}]", 2: f"{target} [{file.target_language}]"}
        letters = _Letters(language="", size=18, bold=True)
        cells = [[self.paragraph(name + languages.get(at, ""), letters)] for at, name in enumerate(COLUMNS)]
        return self._row(cells, widths, heading=True)

    def _cells(self, unit: ExchangeUnit, trace: Trace, file: ExchangeFile) -> list[list[Any]]:
        small = _Letters(language="", size=_SMALL)
        times = f"{clock(unit.start_ms)}\n{clock(unit.end_ms)}"
        return [
            [
                self.paragraph(str(trace.number), _Letters(language="", size=_SMALL, bold=True)),
                self.paragraph(times, small),
                self.paragraph(held(str(trace)), _Letters(language="", size=_TINY, colour=_FAINT)),
            ],
            [self.paragraph(held(unit.source), _Letters(language=file.source_language))],
            [self.paragraph(held(unit.target), _Letters(language=file.target_language))],
            [self.paragraph(str(unit.limit), small)],
            [self.paragraph(held(unit.note), small)],
            [self.paragraph("", _Letters(language="", size=_SMALL))],
        ]

    def _row(self, cells: Sequence[Sequence[Any]], widths: Sequence[int], *, heading: bool = False) -> Any:
        properties = [self.element("cantSplit"), *([self.element("tblHeader")] if heading else [])]
        made = []
        for at, (cell, width) in enumerate(zip(cells, widths, strict=True)):
            shade = (
                [] if not heading and at in {2, 5} else [self.element("shd", val="clear", color="auto", fill=_SHADE)]
            )
            made.append(
                self.element("tc", self.element("tcPr", self.element("tcW", w=width, type="dxa"), *shade), *cell)
            )
        return self.element("tr", self.element("trPr", *properties), *made)
