"""A list of remarks as a CSV file, as spreadsheets of any country write it, to remarks and back."""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from footage_manifest.findings import Finding
from footage_manifest.timecode import Clock, Label, TimecodeError
from footage_manifest.wording import listed, shown
from pipeline.errors import TimelineError

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "timecode": ("timecode", "tc", "time", "codigo de tiempo", "código de tiempo", "tiempo"),
    "remark": ("remark", "remarks", "comment", "note", "comentario", "observacion", "observación", "nota"),
    "name": ("name", "reviewer", "who", "nombre", "quien", "quién"),
    "version": ("version", "versión"),
}
"""What a column may be called, case ignored."""
ORDER = tuple(_COLUMNS)
_LABEL = re.compile(r"(\d{1,2}):(\d{2}):(\d{2})(?:([:;.,])(\d{2}))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What someone said of one instant of a cut.

    `frame` is the record label's number on the film's clock, counted from 00:00:00:00, `timecode` the label as written.
    `version` is the delivery that was looked at, None where nobody said; `line` is the file's.
    """

    timecode: str
    frame: int
    text: str
    name: str
    version: int | None
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A CSV file as it is written: its encoding, its separator, and which column holds what."""

    encoding: str
    separator: str
    columns: tuple[str, ...]
    remarks: tuple[Remark, ...]


def read_sheet(data: bytes, file: str, clock: Clock) -> Sheet:
    """Return what a CSV says. Raises TimelineError with a finding for each bad line."""
    text, encoding = _decoded(data, file)
    lines = text.splitlines(keepends=True)
    skipped = 0
    separator = ""
    if lines and lines[0].lower().startswith("sep=") and len(lines[0].strip()) == 5:  # Excel's own first line
        separator, skipped = lines[0].strip()[4], 1
    body = "".join(lines[skipped:])
    separator = separator or _separator(body)
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=separator, strict=True)
    columns: tuple[str, ...] | None = None
    found: list[Remark] = []
    findings: list[Finding] = []
    try:
        for row in reader:
            line = reader.line_num + skipped
            cells = [cell.strip() for cell in row]
            if not any(cells):
                continue
            if columns is None:
                columns, is_header = _header(cells, file, line)
                if is_header:
                    continue
            one = _remark(_rejoined(cells, separator, clock), columns, (file, line), clock)
            findings.append(one) if isinstance(one, Finding) else found.append(one)
    except csv.Error as error:
        cure = "see to the quotation marks in this line"
        findings.append(Finding(file=file, line=reader.line_num + skipped, what=f"is not CSV: {error}", cure=cure))
    if findings:
        raise TimelineError(findings)
    return Sheet(encoding=encoding, separator=separator, columns=columns or ORDER, remarks=tuple(found))


def _decoded(data: bytes, file: str) -> tuple[str, str]:
    """Return the text and its encoding: by its mark, else UTF-8, else what Excel writes on a Western Windows."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig" if data.startswith(b"\xef\xbb\xbf") else "utf-8", "cp1252")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text, encoding
    raise TimelineError([Finding(file=file, what="is not text", cure="save it as CSV in UTF-8")])


def _separator(text: str) -> str:
    """Return what separates columns: what the first line has most of outside of a timecode."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    rest = _LABEL.sub("", first)
    return max(",;\t", key=lambda sign: (rest.count(sign), sign == ","))


def _header(cells: list[str], file: str, line: int) -> tuple[tuple[str, ...], bool]:
    """Return which column holds what, and whether the line is a heading; without one the order is ours."""
    if _LABEL.match(cells[0]):
        return ORDER, False
    names = {alias: name for name, aliases in _COLUMNS.items() for alias in aliases}
    columns = tuple(names.get(cell.casefold(), "") for cell in cells)
    missing = [name for name in ("timecode", "remark") if columns.count(name) != 1]
    if missing:
        what = f"the heading has not one column each for {listed(missing)}"
        raise TimelineError([Finding(file=file, line=line, what=what, cure="write timecode,remark,name")])
    return columns, True


def _rejoined(cells: list[str], separator: str, clock: Clock) -> list[str]:
    """Return the cells with a drop-frame label whole again that its own semicolon has parted."""
    if separator == ";" and clock.drop:
        for at, (one, following) in enumerate(pairwise(cells)):
            if re.fullmatch(r"\d{1,2}:\d{2}:\d{2}", one) and re.fullmatch(r"\d{2}", following):
                return [*cells[:at], f"{one};{following}", *cells[at + 2 :]]
    return cells


def _remark(cells: list[str], columns: tuple[str, ...], place: tuple[str, int], clock: Clock) -> Remark | Finding:
    file, line = place
    said = {name: cell for name, cell in zip(columns, cells, strict=False) if name}
    timecode, text = said.get("timecode", ""), said.get("remark", "")
    if any(cell for cell in cells[len(columns) :]):
        cure = "put the remark into quotation marks if it holds the separator"
        return Finding(file=file, line=line, what="the line has more columns than the heading", cure=cure)
    if not text:
        return Finding(file=file, line=line, what="the line has no remark", cure="write one, or take the line out")
    version = said.get("version", "").removeprefix("v")
    if version and not version.isdecimal():
        return Finding(file=file, line=line, what=f"{shown(version)} is no version", cure="write a number")
    try:
        frame = frame_of(timecode, clock)
    except TimecodeError as error:
        cure = f"write the timecode that the picture shows, such as {clock.label(clock.nominal * 3600)}"
        return Finding(file=file, line=line, field="timecode", what=str(error), cure=cure)
    return Remark(
        timecode=timecode,
        frame=frame,
        text=text,
        name=said.get("name", ""),
        version=int(version) if version else None,
        line=line,
    )


def frame_of(text: str, clock: Clock) -> int:
    """Return the frame that a label names; hours, minutes and seconds alone name the second's first frame."""
    found = _LABEL.fullmatch(text)
    if found is None:
        raise TimecodeError(f"{shown(text)} is no timecode")
    hours, minutes, seconds = (int(found[number]) for number in (1, 2, 3))
    if found[5] is not None:
        return clock.frame(Label(hours, minutes, seconds, int(found[5]), drop=clock.drop))
    for frames in range(5):  # drop-frame counting has no label for the first frames of most minutes
        try:
            return clock.frame(Label(hours, minutes, seconds, frames, drop=clock.drop))
        except TimecodeError:
            if frames == 4:
                raise
    raise TimecodeError(f"{shown(text)} is no timecode")


def row(one: Remark, columns: Iterable[str], version: int) -> list[str]:
    """Return a remark's cells in the order of a file's columns; a column of somebody's own stays empty."""
    values = {"timecode": one.timecode, "remark": one.text, "name": one.name, "version": str(version)}
    return [values.get(column, "") for column in columns]


def encoded(rows: Iterable[list[str]], sheet: Sheet, file: str) -> bytes:
    """Return rows as bytes of a file like `sheet`. Raises TimelineError where its encoding lacks a character."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=sheet.separator).writerows(rows)
    try:
        return text.getvalue().encode(unmarked(sheet.encoding))
    except UnicodeEncodeError as error:
        what = f"cannot hold {shown(error.object[error.start : error.end])} as it is encoded"
        raise TimelineError([Finding(file=file, what=what, cure="save it again as CSV in UTF-8")]) from None


def unmarked(encoding: str) -> str:
    """Return the encoding without the mark that stands at a file's beginning only."""
    return {"utf-8-sig": "utf-8", "utf-16": "utf-16-le"}.get(encoding, encoding)
