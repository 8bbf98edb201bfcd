"""`transcripts/speakers.csv`: who speaks where, as people said it. Their file: it is only ever added to.

The columns are reel, from, to, speaker and note; times are labels of the reel's own clock, `to` is not included. A speaker
is a key of the manifest's people, or `interviewer`. Of two lines about the same stretch the later one holds.
"""

import csv
import fcntl
import io
import os
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from footage_manifest.findings import Finding
from footage_manifest.model import Production
from footage_manifest.timecode import Label, TimecodeError
from footage_manifest.wording import choose, listed, shown
from pipeline.assembly.people_files import read_own
from pipeline.assembly.site import own_folder
from pipeline.durable import storage_errors, write_whole
from subtitles.errors import SubtitleError

FOLDER = "transcripts"
FILE = f"{FOLDER}/speakers.csv"
INTERVIEWER = "interviewer"
"""Whoever asks, where the manifest has no such person."""

_COLUMNS = ("reel", "from", "to", "speaker", "note")
_NEEDED = _COLUMNS[:4]
_SPANISH = {"rollo": "reel", "desde": "from", "hasta": "to", "voz": "speaker", "persona": "speaker", "nota": "note"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidWho:
    """One line: from `start` up to, not including, `end`, labels of the reel's clock, `speaker` is heard in `reel`."""

    reel: str
    start: Label
    end: Label
    speaker: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerSheet:
    """The file as it is: its lines that can be used, what is wrong with the others, and how it is written."""

    said: tuple[SaidWho, ...] = ()
    findings: tuple[Finding, ...] = ()
    columns: tuple[str, ...] = _COLUMNS
    separator: str = ","
    encoding: str = "utf-8"


def read_speakers(folder: Path, production: Production) -> SpeakerSheet:
    """Return who speaks where, as people said it; nothing where the file is not there. A bad line is a finding.

    Raises SubtitleError where the file cannot be read at all.
    """
    data = read_own(folder, FILE)
    return _read(data, production) if data else SpeakerSheet()


def add_speaker(folder: Path, production: Production, one: SaidWho) -> None:
    """Add a line to the file, made where it is not there; what stands in it stays byte for byte.

    Raises SubtitleError where the file is not one that a line can be added to, StoreError where it cannot be written.
    """
    own_folder(folder, FOLDER)
    with storage_errors(f"writing {FILE}"):
        (folder / FOLDER).mkdir(exist_ok=True)
    with _alone(folder / FOLDER):
        data = read_own(folder, FILE) or b""
        sheet = _read(data, production) if data.strip() else SpeakerSheet()
        if any(finding.line is None for finding in sheet.findings):
            raise SubtitleError(sheet.findings)
        head = data if data.strip() else data + _written(_COLUMNS, sheet, "\r\n")
        ending = "\r\n" if b"\r" in head else "\n"
        if not head.endswith("\n".encode(_bare(sheet.encoding))):
            head += ending.encode(_bare(sheet.encoding))
        values = {"reel": one.reel, "from": str(one.start), "to": str(one.end), "speaker": one.speaker}
        row = _written([values.get(column, "") for column in sheet.columns], sheet, ending)
        with storage_errors(f"writing {FILE}"):
            write_whole(folder / FILE, head + row)


def speaker_named(production: Production, speaker: str) -> str:
    """Return the speaker as the file has it: a key of people, by it or by the name, or `interviewer`.

    Raises ValueError, with what to write instead, for anybody else.
    """
    people = production.manifest.people
    if speaker in people or speaker == INTERVIEWER:
        return speaker
    wanted = _alike(speaker)
    found = [key for key, person in people.items() if _alike(person.name) == wanted]
    if len(found) == 1:
        return found[0]
    if wanted in {"entrevistador", "entrevistadora"}:
        return INTERVIEWER
    raise ValueError(f"{choose(speaker, (*people, INTERVIEWER))}, a key of the manifest's people")


def _alike(name: str) -> str:
    """Return a name so that it is found however it is typed."""
    return unicodedata.normalize("NFC", " ".join(name.split())).casefold()


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Have nobody else of ours add to the file meanwhile."""
    with storage_errors(f"writing {FILE}"):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _read(data: bytes, production: Production) -> SpeakerSheet:
    text, encoding = _decoded(data)
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(",;\t", key=lambda sign: (first.count(sign), sign == ","))
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    columns: tuple[str, ...] = ()
    said: list[SaidWho] = []
    findings: list[Finding] = []
    try:
        for row in rows:
            cells = [cell.strip() for cell in row]
            if not any(cells):
                continue
            if not columns:
                columns = tuple(_SPANISH.get(cell.casefold(), cell.casefold()) for cell in cells)
                if missing := [name for name in _NEEDED if columns.count(name) != 1]:
                    what = f"the heading has not one column each for {listed(missing)}"
                    return SpeakerSheet(findings=(_finding(None, what, f"write {','.join(_COLUMNS)}"),))
                continue
            one = _row(dict(zip(columns, cells, strict=False)), rows.line_num, production)
            findings.append(one) if isinstance(one, Finding) else said.append(one)
    except csv.Error as error:
        findings.append(_finding(None, f"is not CSV: {error}", "see to its quotation marks"))
    return SpeakerSheet(
        said=tuple(said), findings=tuple(findings), columns=columns or _COLUMNS, separator=separator, encoding=encoding
    )


def _row(cells: dict[str, str], line: int, production: Production) -> SaidWho | Finding:
    reels = production.manifest.reels
    key = cells.get("reel", "")
    if key not in reels:
        return _finding(line, f"there is no reel {shown(key)}", choose(key, reels))
    try:
        speaker = speaker_named(production, cells.get("speaker", ""))
    except ValueError as error:
        return _finding(line, f"{shown(cells.get('speaker', ''))} is nobody", str(error))
    try:
        start, end = Label.parse(cells.get("from", "")), Label.parse(cells.get("to", ""))
    except TimecodeError as error:
        return _finding(line, str(error), "write labels of the reel's clock, such as 01:00:12:00")
    return SaidWho(reel=key, start=start, end=end, speaker=speaker, line=line)


def _decoded(data: bytes) -> tuple[str, str]:
    marks = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
    marked = marks.get(data[:2])
    for encoding in (marked,) if marked else ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding).removeprefix("\ufeff")
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text, encoding
    raise SubtitleError((_finding(None, "is not text", "save it as CSV in UTF-8"),))


def _bare(encoding: str) -> str:
    """Return the encoding without the mark that stands at a file's beginning only."""
    return "utf-8" if encoding == "utf-8-sig" else encoding


def _written(cells: list[str] | tuple[str, ...], sheet: SpeakerSheet, ending: str) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=sheet.separator, lineterminator=ending).writerow(cells)
    return text.getvalue().encode(_bare(sheet.encoding))


def _finding(line: int | None, what: str, cure: str) -> Finding:
    return Finding(file=FILE, line=line, what=what, cure=cure)
