"""A Word file that came back: the rows of its tables, whatever program saved it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from footage_manifest.findings import Finding
from subtitles.errors import SubtitleError
from subtitles.exchange.docx_table import REFERENCE
from subtitles.exchange.docx_text import CellText, cell_text
from subtitles.exchange.model import ReturnedComment, ReturnedFile, ReturnedUnit, error, trace_in, warning
from subtitles.exchange.packages import read_parts
from subtitles.exchange.xml_parts import attribute, children, local, parse

_MAIN = "word/document.xml"
_RELATIONS = "_rels/.rels"
_HEADING = re.compile(
    r"(?P<name>source|translation|comment)\b[^\[\]]*(?:\[(?P<language>[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\])?",
    re.IGNORECASE,
)
_REFERENCE = re.compile(rf"{REFERENCE}; (?P<reel>[^;]+); (?P<source>[^;]+); (?P<target>[^;]+); (?P<film>.+)", re.DOTALL)
_WRAPPERS = frozenset(("sdt", "sdtContent", "customXml", "ins", "moveTo", "body", "document", "smartTag"))
_CURE = "send the file again and let the first column and the headings be as they are"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Columns:
    """Where the columns of a table stand, and which languages its texts are in."""

    places: Mapping[str, int]
    languages: tuple[str, str]


def read_docx(content: bytes, *, file: str) -> ReturnedFile:
    """Return what a translator sent back as .docx; `file` is its name for messages.

    Tracked changes count as accepted, and a warning says so. Comments in Word's own way are comments on their row. Raises
    SubtitleError for what is no .docx, is larger than a text can be, has a password or macros, or has no table of ours.
    """
    parts = read_parts(content, (_RELATIONS,), file=file)
    main = _main(parts.get(_RELATIONS, b""), file)
    folder = main.rpartition("/")[0]
    parts = read_parts(content, (main, f"{folder}/comments.xml"), file=file)
    if main not in parts:
        raise SubtitleError([error(file, "it is no Word file", "save it as .docx, or a spreadsheet as CSV")])
    root = parse(parts[main], file=file)
    if local(root) != "document":
        raise SubtitleError([error(file, "it is no Word file", "save it as .docx, or a spreadsheet as CSV")])
    remarks = _remarks(parts.get(f"{folder}/comments.xml", b""), file)
    reading = _Reading(file, remarks)
    for table in _found(root, "tbl"):
        reading.table(table)
    if reading.columns is None:
        raise SubtitleError([error(file, "it has no table with the columns of source and translation", _CURE)])
    said = next((found for line in _lines(root) if (found := _REFERENCE.fullmatch(line))), None)
    return ReturnedFile(
        file=file,
        film=said["film"] if said else "",
        reel=said["reel"] if said else "",
        source_language=said["source"] if said else reading.columns.languages[0],
        target_language=said["target"] if said else reading.columns.languages[1],
        units=tuple(reading.units),
        findings=reading.findings(),
    )


def _main(relations: bytes, file: str) -> str:
    """Return the name of the part that holds the text."""
    if relations:
        for one in parse(relations, file=file):
            if attribute(one, "Type").endswith("/officeDocument"):
                return attribute(one, "Target").lstrip("/")
    return _MAIN


def _remarks(part: bytes, file: str) -> dict[str, ReturnedComment]:
    """Return Word's comments by their ids."""
    if not part:
        return {}
    root = parse(part, file=file)
    return {
        attribute(one, "id"): ReturnedComment(text=cell_text(one).text.strip(), who=attribute(one, "author"))
        for one in children(root, "comment")
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
        self.columns: _Columns | None = None
        self.units: list[ReturnedUnit] = []
        self.tracked = False
        self.wrong: list[Finding] = []
        self.row = 0

    def findings(self) -> tuple[Finding, ...]:
        """Return what should be known beside the rows."""
        if not self.tracked:
            return tuple(self.wrong)
        cure = "accept or reject them in Word, if they are not all meant"
        return (warning(self.file, "it has tracked changes; they are read as accepted", cure), *self.wrong)

    def table(self, table: Element) -> None:
        """Take the rows of a table; a further table without headings goes on where the last one ended."""
        for row in _found(table, "tr"):
            self.row += 1
            if any(local(mark) == "del" for properties in children(row, "trPr") for mark in properties):
                self.tracked = True
                continue
            cells = list(_found(row, "tc"))
            columns = _headings(cells)
            if columns is not None:
                self.columns = columns
            elif self.columns is not None:
                self._unit(cells, self.columns)

    def _unit(self, cells: list[Element], columns: _Columns) -> None:
        last = max(columns.places["source"], columns.places["target"])
        if len(cells) <= last:
            if any(cell_text(cell).text.strip() for cell in cells):
                self.wrong.append(error(self.file, "the row has cells joined together", _CURE, line=self.row))
            return
        name = cell_text(cells[0])
        source = cell_text(cells[columns.places["source"]])
        target = cell_text(cells[columns.places["target"]], formatted=True)
        at = columns.places.get("comment", len(cells))
        remark = cell_text(cells[at]) if at < len(cells) else CellText(text="")
        if not any(one.text.strip() for one in (name, source, target)):
            return
        self.tracked |= target.tracked
        self.units.append(self._made(name, source, target, remark))

    def _made(self, name: CellText, source: CellText, target: CellText, remark: CellText) -> ReturnedUnit:
        lines = [line for line in name.text.split("\n") if line.strip()]
        traces = (trace_in("".join(lines[at:])) for at in reversed(range(len(lines))))
        trace = next((found for found in traces if found), None)
        typed = (ReturnedComment(text=remark.text.strip()),) if remark.text.strip() else ()
        ids = dict.fromkeys((*name.comments, *source.comments, *target.comments, *remark.comments))
        pinned = tuple(self.remarks[one] for one in ids if one in self.remarks and self.remarks[one].text)
        return ReturnedUnit(
            id=trace.id if trace else " ".join(lines[-1:]),
            trace=trace,
            line=self.row,
            target=target.text,
            source=source.text,
            comments=(*typed, *pinned),
        )


def _headings(cells: list[Element]) -> _Columns | None:
    """Return where the columns stand, where the cells are headings; None where they are not."""
    places: dict[str, int] = {}
    languages: dict[str, str] = {}
    for at, cell in enumerate(cells):
        found = _HEADING.fullmatch(" ".join(cell_text(cell).text.split()))
        if found is None:
            continue
        said = found["name"].casefold()
        name = "target" if said == "translation" else said
        places.setdefault(name, at)
        if found["language"]:
            languages.setdefault(name, found["language"])
    if not {"source", "target"} <= set(languages):
        return None
    return _Columns(places=places, languages=(languages["source"], languages["target"]))
