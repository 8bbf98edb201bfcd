"""A Word file that came back: the rows of its tables, whatever program saved it."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from xml.etree.ElementTree import Element

from footage_manifest.findings import Finding
from footage_manifest.wording import shown
from subtitles.errors import SubtitleError
from subtitles.exchange.docx_columns import Columns, Place, headings, joined, placed
from subtitles.exchange.docx_table import HOW, REFERENCE
from subtitles.exchange.docx_text import CellText, cell_text
from subtitles.exchange.model import ReturnedComment, ReturnedFile, ReturnedUnit, error, trace_in, warning
from subtitles.exchange.packages import read_parts
from subtitles.exchange.rows import in_rows
from subtitles.exchange.xml_parts import attribute, children, local, parse

_MAIN = "word/document.xml"
_RELATIONS = "_rels/.rels"
_REFERENCE = re.compile(rf"{REFERENCE}; (?P<reel>[^;]+); (?P<source>[^;]+); (?P<target>[^;]+); (?P<film>.+)", re.DOTALL)
_TRACES = re.compile(r"#\d{1,7}of\d{1,7}#")
_WRAPPERS = frozenset(("sdt", "sdtContent", "customXml", "ins", "moveTo", "body", "document", "smartTag"))
_REMARKS = {"comments": "comment", "footnotes": "footnote", "endnotes": "endnote"}
"""Parts with remarks, and what one is called in each."""
_BESIDE = "put what is for a subtitle into its row"
_CURE = "send the file again and let the first column and the headings be as they are"


def read_docx(content: bytes, *, file: str) -> ReturnedFile:
    """Return what a translator sent back as .docx; `file` is its name for messages.

    Tracked changes count as accepted, and a warning says so. Comments in Word's own way are comments on their row. Raises
    SubtitleError for what is no .docx, is larger than a text can be, has a password or macros, or has no table of ours.
    """
    parts = read_parts(content, (_RELATIONS,), file=file)
    main = _main(parts.get(_RELATIONS, b""), file)
    folder = main.rpartition("/")[0]
    parts = read_parts(content, (main, *(f"{folder}/{part}.xml" for part in _REMARKS)), file=file)
    if main not in parts:
        raise SubtitleError([error(file, "it is no Word file", "save it as .docx, or a spreadsheet as CSV")])
    root = parse(parts[main], file=file)
    if local(root) != "document":
        raise SubtitleError([error(file, "it is no Word file", "save it as .docx, or a spreadsheet as CSV")])
    remarks: dict[str, ReturnedComment] = {}
    for part, kind in _REMARKS.items():
        remarks |= _remarks(parts.get(f"{folder}/{part}.xml", b""), kind, file)
    reading = _Reading(file, remarks)
    for table in _found(root, "tbl"):
        reading.table(table)
    columns = reading.columns
    if columns is None:
        raise SubtitleError([error(file, "it has no table with the columns of source and translation", _CURE)])
    lines = list(_lines(root))
    said = next((found for line in lines if (found := _REFERENCE.fullmatch(line))), None)
    languages = (said["source"], said["target"]) if said else columns.languages
    return ReturnedFile(
        file=file,
        film=said["film"] if said else "",
        reel=said["reel"] if said else "",
        source_language=languages[0],
        target_language=languages[1],
        units=tuple(reading.units),
        findings=(*reading.findings(), *_beside(lines, languages, file)),
    )


def _beside(lines: Iterable[str], languages: tuple[str, str], file: str) -> Iterator[Finding]:
    """Yield a warning for each text beside the tables that was not sent with them."""
    ours = {_letters(text) for text in HOW.values()}
    for line in lines:
        titled = line.endswith(" → ".join(languages))
        if _letters(line) and not titled and _letters(line) not in ours and not line.startswith(REFERENCE):
            yield warning(file, f"beside the table stands {shown(line)}, which goes nowhere", _BESIDE)


def _letters(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _main(relations: bytes, file: str) -> str:
    """Return the name of the part that holds the text."""
    if relations:
        for one in parse(relations, file=file):
            if attribute(one, "Type").endswith("/officeDocument"):
                return attribute(one, "Target").lstrip("/")
    return _MAIN


def _remarks(part: bytes, kind: str, file: str) -> dict[str, ReturnedComment]:
    """Return Word's comments by their ids, footnotes by theirs with `footnote` in front."""
    if not part:
        return {}
    prefix = "" if kind == "comment" else f"{kind} "
    return {
        prefix + attribute(one, "id"): ReturnedComment(text=cell_text(one).text.strip(), who=attribute(one, "author"))
        for one in children(parse(part, file=file), kind)
    }


def _lines(root: Element) -> Iterator[str]:
    """Yield the texts of the paragraphs outside of tables."""
    for child in root:
        if local(child) == "p":
            holder = Element("holder")
            holder.append(child)
            yield cell_text(holder).text.strip()
        elif local(child) in _WRAPPERS:
            yield from _lines(child)


def _found(root: Element, name: str) -> Iterator[Element]:
    """Yield the elements of that name that are not inside another of it, through what programs put around them."""
    for child in root:
        if local(child) == name:
            yield child
        elif local(child) in _WRAPPERS:
            yield from _found(child, name)


class _Reading:
    """One pass over the tables of a file."""

    def __init__(self, file: str, remarks: Mapping[str, ReturnedComment]) -> None:
        self.file = file
        self.remarks = remarks
        self.pinned: set[str] = set()
        self.columns: Columns | None = None
        self.units: list[ReturnedUnit] = []
        self.tracked = False
        self.wrong: list[Finding] = []
        self.strange: dict[str, list[int]] = {}
        self.row = 0

    def findings(self) -> tuple[Finding, ...]:
        """Return what should be known beside the rows."""
        found = list(self.wrong)
        if self.tracked:
            cure = "accept or reject them in Word, if they are not all meant"
            found.insert(0, warning(self.file, "it has tracked changes; they are read as accepted", cure))
        for title, rows in self.strange.items():
            column = f"the column {shown(title)}" if title else "a column without a heading"
            what = f"what stands in {column} is not taken: {in_rows(rows)}"
            found.append(warning(self.file, what, "put translations and remarks into their own columns"))
        for name, one in self.remarks.items():
            if one.text and name not in self.pinned:
                who = f" of {shown(one.who)}" if one.who else ""
                found.append(warning(self.file, f"the remark {shown(one.text)}{who} is on no subtitle", _BESIDE))
        return tuple(found)

    def table(self, table: Element) -> None:
        """Take the rows of a table; a further table without headings goes on where the last one ended."""
        rows = [(row, placed(row, list(_found(row, "tc")))) for row in _found(table, "tr")]
        for at, (row, cells) in enumerate(rows):
            self.row += 1
            if any(local(mark) == "del" for properties in children(row, "trPr") for mark in properties):
                self.tracked = True
                continue
            columns = headings(cells, self.file, self.row)
            if columns is not None:
                self.columns = columns
            elif self.columns is not None and any(cell_text(one.cell).text.strip() for one in cells):
                self._unit(cells, rows[at + 1][1] if at + 1 < len(rows) else (), self.columns)

    def _unit(self, row: Sequence[Place], below: Sequence[Place], columns: Columns) -> None:
        if joined(columns, row, below):
            what = "cells of the row are joined together, and nothing of it is taken"
            self.wrong.append(error(self.file, what, _CURE, line=self.row))
            return
        cells = columns.cells(row)
        name, source, target, note, remark = (
            self._said(cells, columns.places.get(kind), formatted=kind == "target")
            for kind in ("cue", "source", "target", "note", "comment")
        )
        self._others(row, cells, columns)
        if not any(one.text.strip() for one in (name, source, target)):
            return
        self.tracked |= target.tracked
        for lost in (*target.lost, *remark.lost):
            cure = "write what it says as text"
            self.wrong.append(warning(self.file, f"{lost} in a cell is not taken", cure, line=self.row))
        if len(_TRACES.findall("".join(name.text.split()))) > 1:
            what = "the row has the ids of several subtitles, and nothing of it is taken"
            self.wrong.append(error(self.file, what, _CURE, line=self.row))
            return
        self.units.append(self._made(name, source, target, note, remark))

    def _said(self, cells: Sequence[Element | None], at: int | None, *, formatted: bool) -> CellText:
        cell = None if at is None else cells[at]
        return CellText(text="") if cell is None else cell_text(cell, formatted=formatted)

    def _others(self, row: Sequence[Place], cells: Sequence[Element | None], columns: Columns) -> None:
        """Remember what stands in columns that are none of ours, and words where the limit should be."""
        ours = {at for name, at in columns.places.items() if name != "limit"}
        for one in row:
            at = next((at for at, cell in enumerate(cells) if cell is one.cell), None)
            text = cell_text(one.cell).text.strip()
            if at in ours or not text or (at == columns.places.get("limit") and text.isdigit()):
                continue
            rows = self.strange.setdefault("" if at is None else columns.titles[at], [])
            rows.append(self.row)

    def _made(
        self, name: CellText, source: CellText, target: CellText, note: CellText, remark: CellText
    ) -> ReturnedUnit:
        lines = [line for line in name.text.split("\n") if line.strip()]
        traces = (trace_in("".join(lines[at:])) for at in reversed(range(len(lines))))
        trace = next((found for found in traces if found), None)
        typed = (ReturnedComment(text=remark.text.strip()),) if remark.text.strip() else ()
        ids = dict.fromkeys(one for cell in (name, source, target, note, remark) for one in cell.comments)
        self.pinned |= set(ids)
        pinned = tuple(self.remarks[one] for one in ids if one in self.remarks and self.remarks[one].text)
        return ReturnedUnit(
            id=trace.id if trace else " ".join(lines[-1:]),
            trace=trace,
            line=self.row,
            target=target.text,
            source=source.text,
            note=note.text.strip(),
            comments=(*typed, *pinned),
        )
