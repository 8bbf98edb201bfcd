"""The files that go to translators and come back: which form a file has, read from wherever it lies, written once."""

import os
from enum import StrEnum
from pathlib import Path

from pipeline.assembly.people_files import MOST_BYTES, content_of, write_new
from pipeline.durable import storage_errors, write_whole
from pipeline.errors import UsageError
from subtitles.errors import SubtitleError
from subtitles.exchange.csv_table import read_csv, write_csv
from subtitles.exchange.docx_back import read_docx
from subtitles.exchange.docx_table import write_docx
from subtitles.exchange.model import ExchangeFile, ReturnedFile, error
from subtitles.exchange.other_forms import refuse_others
from subtitles.exchange.xliff import write_xliff
from subtitles.exchange.xliff_back import read_xliff

_PACKED = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0")
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


class ExchangeFormat(StrEnum):
    """What translators work in."""

    DOCX = "docx"
    CSV = "csv"
    XLIFF = "xliff"

    @property
    def suffix(self) -> str:
        """Return how the names of such files end."""
        return ".xlf" if self is ExchangeFormat.XLIFF else f".{self.value}"


def form_of(name: str, content: bytes) -> ExchangeFormat:
    """Return the form of a file: by its first bytes, then by its name; what is neither packed nor marked up is CSV."""
    if content.startswith(_PACKED) or name.lower().endswith(".docx"):
        return ExchangeFormat.DOCX
    begin = content[:200]
    for mark in _MARKS:
        begin = begin.removeprefix(mark)
    if begin.replace(b"\0", b"").lstrip().startswith(b"<") or name.lower().endswith((".xlf", ".xliff")):
        return ExchangeFormat.XLIFF
    return ExchangeFormat.CSV


def read_returned(path: Path, encoding: str | None = None) -> ReturnedFile:
    """Return what a translator sent back; `encoding` is that of a CSV file, where a person named one.

    Raises SubtitleError for a file that is not there or cannot be read.
    """
    content = content_of(path, name=path.name, most_bytes=MOST_BYTES)
    form = form_of(path.name, content)
    if not content.strip():
        raise SubtitleError([error(path.name, "the file is empty", "have it sent again")])
    refuse_others(content, file=path.name)
    if form is ExchangeFormat.DOCX:
        return read_docx(content, file=path.name)
    if form is ExchangeFormat.XLIFF:
        return read_xliff(content, file=path.name)
    return read_csv(content, file=path.name, encoding=encoding)


def write_sent(path: Path, form: ExchangeFormat, file: ExchangeFile, *, separator: str, replace: bool) -> None:
    """Write what a translator is to get. Raises UsageError where something stands there, unless it may be replaced."""
    if form is ExchangeFormat.CSV:
        content = write_csv(file, separator=separator)
    else:
        content = write_docx(file) if form is ExchangeFormat.DOCX else write_xliff(file)
    with storage_errors(f"writing {path.name}"):
        path.parent.mkdir(parents=True, exist_ok=True)
        if replace:
            write_whole(path, content)
            return
    if not os.path.lexists(path):
        write_new(path, content, partial=path.parent)
        if path.read_bytes() == content:
            return
    raise UsageError(f"{path} is there already", "give another name with --out, or write over it with --replace")
