"""CSV files that people keep in a spreadsheet beside their transcripts: read in any dialect, changed row by row."""

import csv
import fcntl
import io
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from footage_manifest.findings import Finding
from footage_manifest.wording import listed
from pipeline.assembly.kept_versions import keep_in
from pipeline.assembly.own_folder import own_folder
from pipeline.assembly.people_files import read_own
from pipeline.assembly.track_names import TRANSCRIPTS
from pipeline.durable import storage_errors, write_whole
from pipeline.engine.store import FOLDER as STORE
from pipeline.errors import UsageError
from subtitles.errors import SubtitleError

_RUNS = re.compile("'*[=+\\-@＝＋－＠]")
"""What spreadsheets take for a formula at the beginning of a cell; an apostrophe in front makes it text."""
_QUOTED_RUNS = re.compile(f"'{_RUNS.pattern}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What a sheet is: its file, its columns, how many of them (the first) it must have, and other names for them."""

    file: str
    columns: tuple[str, ...]
    needed: int
    also: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A sheet as it is: its rows by column, each with its line, what is wrong with the whole, and how it is written."""

    rows: tuple[tuple[int, Mapping[str, str]], ...] = ()
    findings: tuple[Finding, ...] = ()
    columns: tuple[str, ...]
    separator: str = ","
    encoding: str = "utf-8"


def read_sheet(folder: Path, form: Form) -> Sheet:
    """Return a film's sheet, without rows where the file is not there.

    Raises SubtitleError where the file cannot be read or is no text.
    """
    return _read(read_own(folder, form.file) or b"", form)


def add_row(folder: Path, form: Form, values: Mapping[str, str]) -> None:
    """Add a row to a sheet, made where it is not there; what stands in it stays byte for byte.

    What a spreadsheet would run as a formula gets an apostrophe in front, which reading takes off again. Raises
    SubtitleError where the file is not one that a row can be added to, StoreError where it cannot be written.
    """
    own_folder(folder, TRANSCRIPTS)
    with storage_errors(f"writing {form.file}"):
        (folder / TRANSCRIPTS).mkdir(exist_ok=True)
    with _alone(folder / TRANSCRIPTS, form.file):
        data = read_own(folder, form.file) or b""
        sheet = _read(data, form)
        if sheet.findings:
            raise SubtitleError(sheet.findings)
        head = data if data.strip() else data + _written(form.columns, sheet, "\r\n")
        ending = "\r\n" if b"\r" in head else "\n"
        if not head.endswith("\n".encode(_bare(sheet.encoding))):
            head += ending.encode(_bare(sheet.encoding))
        cells = [values.get(column, "") for column in sheet.columns]
        try:
            row = _written([f"'{cell}" if _RUNS.match(cell) else cell for cell in cells], sheet, ending)
        except UnicodeEncodeError as error:
            what = f"it is not in UTF-8, and has no place for {error.object[error.start : error.end]!r}"
            raise SubtitleError((_finding(form, what, "save it as CSV in UTF-8"),)) from None
        with storage_errors(f"writing {form.file}"):
            write_whole(folder / form.file, head + row)


def remove_row(folder: Path, form: Form, line: int, text: str) -> None:
    """Take a row out of a sheet: the one on `line` (from 1), if it still reads `text`; all else stays byte for byte.

    The former version is kept below `.testimonio/kept`. Raises UsageError where the row reads otherwise or goes over
    several lines, SubtitleError where the file cannot be read, StoreError where it cannot be written.
    """
    with _alone(folder / TRANSCRIPTS, form.file):
        data = read_own(folder, form.file) or b""
        encoding = _bare(_decoded(data, form)[1]) if data else "utf-8"
        lines = list(io.StringIO(data.decode(encoding), newline=""))
        found = lines[line - 1] if 0 < line <= len(lines) else ""
        if not text or found.rstrip("\r\n") != text or found.count('"') % 2:
            raise UsageError(
                f"line {line} of {form.file} is another one now", "list the marks again, or use a spreadsheet"
            )
        keep_in(folder / STORE / "kept" / Path(form.file).name, form.file, data)
        with storage_errors(f"writing {form.file}"):
            write_whole(folder / form.file, "".join([*lines[: line - 1], *lines[line:]]).encode(encoding))


def row_text(folder: Path, form: Form) -> dict[int, str]:
    """Return each line of a sheet by its number, from 1, without its end. Raises SubtitleError."""
    data = read_own(folder, form.file) or b""
    lines = io.StringIO(_decoded(data, form)[0] if data else "", newline="")
    return {at: one.rstrip("\r\n") for at, one in enumerate(lines, 1)}


@contextmanager
def _alone(folder: Path, file: str) -> Iterator[None]:
    """Have nobody else of ours add to a sheet meanwhile."""
    with storage_errors(f"writing {file}"):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _read(data: bytes, form: Form) -> Sheet:
    if not data.strip():
        return Sheet(columns=form.columns)
    text, encoding = _decoded(data, form)
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(",;\t", key=lambda sign: (first.count(sign), sign == ","))
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    columns: tuple[str, ...] = ()
    found: list[tuple[int, Mapping[str, str]]] = []
    findings: list[Finding] = []
    try:
        for row in rows:
            cells = [_meant(cell.strip()) for cell in row]
            if not any(cells):
                continue
            if columns:
                found.append((rows.line_num, dict(zip(columns, cells, strict=False))))
                continue
            columns = tuple(form.also.get(cell.casefold(), cell.casefold()) for cell in cells)
            if missing := [name for name in form.columns[: form.needed] if columns.count(name) != 1]:
                what = f"the heading has not one column each for {listed(missing)}"
                return Sheet(findings=(_finding(form, what, f"write {','.join(form.columns)}"),), columns=form.columns)
    except csv.Error as error:
        findings.append(_finding(form, f"is not CSV: {error}", "see to its quotation marks"))
    return Sheet(
        rows=tuple(found),
        findings=tuple(findings),
        columns=columns or form.columns,
        separator=separator,
        encoding=encoding,
    )


def _meant(cell: str) -> str:
    """Return a cell as it was before `add_row` kept it from being run."""
    return cell[1:] if _QUOTED_RUNS.match(cell) else cell


def _decoded(data: bytes, form: Form) -> tuple[str, str]:
    marks = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
    marked = marks.get(data[:2])
    for encoding in (marked,) if marked else ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding).removeprefix("\ufeff")
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text, encoding
    raise SubtitleError((_finding(form, "is not text", "save it as CSV in UTF-8"),))


def _bare(encoding: str) -> str:
    """Return the encoding without the mark that stands at a file's beginning only."""
    return "utf-8" if encoding == "utf-8-sig" else encoding


def _written(cells: Sequence[str], sheet: Sheet, ending: str) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=sheet.separator, lineterminator=ending).writerow(cells)
    return text.getvalue().encode(_bare(sheet.encoding))


def _finding(form: Form, what: str, cure: str) -> Finding:
    return Finding(file=form.file, what=what, cure=cure)
