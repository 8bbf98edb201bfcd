"""`transcripts/marks.csv`: passages that people marked: what they are about, how good they are.

Rows are added, and taken out when somebody asks for it; all other lines keep their bytes.

The columns are reel, from, to, tags, by and note; times are labels of the reel's own clock, `to` is not included; several
tags are separated by `;` or `,`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from footage_manifest.findings import Finding
from footage_manifest.model import Production
from footage_manifest.timecode import Label, TimecodeError
from footage_manifest.wording import choose, shown
from pipeline.assembly.people_sheets import Form, add_row, read_sheet, remove_row, row_text
from pipeline.assembly.track_names import TRANSCRIPTS

FILE = f"{TRANSCRIPTS}/marks.csv"

_SPANISH = {
    "rollo": "reel",
    "desde": "from",
    "hasta": "to",
    "etiquetas": "tags",
    "temas": "tags",
    "quien": "by",
    "quién": "by",
    "nota": "note",
}
_FORM = Form(file=FILE, columns=("reel", "from", "to", "tags", "by", "note"), needed=4, also=_SPANISH)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A passage of `reel` from `start` up to, not including, `end`, labels of its clock.

    `line` is the last one of its row in the file and `text` what stands there, 0 and empty for a new one.
    """

    reel: str
    start: Label
    end: Label
    tags: tuple[str, ...]
    by: str = ""
    note: str = ""
    line: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """The marks that can be used, in the file's order, and what is wrong with the other lines."""

    marks: tuple[Mark, ...] = ()
    findings: tuple[Finding, ...] = ()


def read_marks(folder: Path, production: Production) -> Marks:
    """Return the film's marks; none where the file is not there. A bad line is a finding.

    Raises SubtitleError where the file cannot be read at all.
    """
    sheet = read_sheet(folder, _FORM)
    texts = row_text(folder, _FORM) if sheet.rows else {}
    rows = [_row(cells, line, production, texts.get(line, "")) for line, cells in sheet.rows]
    return Marks(
        marks=tuple(one for one in rows if isinstance(one, Mark)),
        findings=(*(one for one in rows if isinstance(one, Finding)), *sheet.findings),
    )


def add_mark(folder: Path, mark: Mark) -> None:
    """Add a mark to the file, made where it is not there; what stands in it stays byte for byte.

    Raises SubtitleError where the file is not one that a line can be added to, StoreError where it cannot be written.
    """
    values = {"reel": mark.reel, "from": str(mark.start), "to": str(mark.end), "tags": "; ".join(mark.tags)}
    add_row(folder, _FORM, {**values, "by": mark.by, "note": mark.note})


def remove_mark(folder: Path, line: int, text: str) -> None:
    """Take the mark on `line` out of the file, if it still reads `text`; the rest stays byte for byte.

    Raises UsageError where it reads otherwise, SubtitleError where the file cannot be read, StoreError.
    """
    remove_row(folder, _FORM, line, text)


def tags_in(text: str) -> tuple[str, ...]:
    """Return the tags that are written in one cell, each once."""
    return tuple(dict.fromkeys(tag for part in re.split(r"[;,]", text) if (tag := " ".join(part.split()))))


def _row(cells: Mapping[str, str], line: int, production: Production, text: str) -> Mark | Finding:
    reels = production.manifest.reels
    key = cells.get("reel", "")
    if key not in reels:
        return _finding(line, f"there is no reel {shown(key)}", choose(key, reels))
    try:
        start, end = Label.parse(cells.get("from", "")), Label.parse(cells.get("to", ""))
    except TimecodeError as error:
        return _finding(line, str(error), "write labels of the reel's clock, such as 01:00:12:00")
    tags = tags_in(cells.get("tags", ""))
    by, note = cells.get("by", ""), cells.get("note", "")
    return Mark(reel=key, start=start, end=end, tags=tags, by=by, note=note, line=line, text=text)


def _finding(line: int, what: str, cure: str) -> Finding:
    return Finding(file=FILE, line=line, what=what, cure=cure)
