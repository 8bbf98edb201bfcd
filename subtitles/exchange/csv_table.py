"""A table as a CSV file: UTF-8 with a mark, so that Excel reads it right, and nothing in it that a spreadsheet would run.

RFC 4180 quoting and line ends. Which film and reel a row is of stands in every row: rows may be sorted, filtered and cut.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from footage_manifest.findings import Finding
from footage_manifest.wording import listed, shown
from subtitles.errors import SubtitleError
from subtitles.exchange.letters import clock, held, unheld
from subtitles.exchange.model import ExchangeFile, ReturnedComment, ReturnedFile, ReturnedUnit, error, trace_in, warning
from subtitles.exchange.rows import in_rows
from subtitles.formats.text import decode

SEPARATORS = (",", ";", "\t")
_MARK = "\ufeff"
_RUNS = re.compile("'*[=+\\-@\t＝＋－＠]")
"""What spreadsheets take for a formula at the beginning of a cell, and what we write in front of it."""
_QUOTED_RUNS = re.compile("''*[=+\\-@\t＝＋－＠]")
_MONTHS = (
    "jan(?:uary|vier|eiro)?|ene(?:ro)?|f[eé][bv](?:ruary|rero|rier|ereiro)?|mar(?:ch|zo|s|ço)?|a[pbv]r(?:il)?|ma(?:yo?|io?)"
    "|jun(?:e|io|ho)?|juin|jul(?:y|io|ho)?|juillet|ago(?:sto)?|aug(?:ust)?|août|set(?:embro|iembre)?"
    "|sept?(?:ember|iembre|embre)?|o[ck]t(?:ober|ubre|obre)?|out(?:ubro)?|nov(?:ember|iembre|embre|embro)?"
    "|d[eéi][cz](?:ember|embre|embro|iembre)?"
)
_CONVERTED = re.compile(
    rf"(?!(?:0|[1-9][0-9]{{0,13}})$)(?=.*[0-9])"
    rf"(?:[0-9\s.,:;/\\()%$€£¥+-]|[ap]\.?\s?m\.?|e(?=[+-]?[0-9])|\b(?:{_MONTHS})\b|\bde\b)+"
    r"|true|false|verdadero|falso|vrai|faux|verdadeiro|#[A-Z][A-Z/0-9]*[!?]?",
    re.IGNORECASE,
)
"""What spreadsheets take for a number, a date, a time, a truth value or an error, and save as something else."""
_LONGEST_NUMBER = 60
_COLUMNS = ("id", "start", "end", "limit", "source", "target", "comment", "note", "film", "reel")
_TEXTS = frozenset(("source", "target", "note", "film", "reel"))
_PLAIN = frozenset(_COLUMNS) - {"source", "target"}
_NEEDED = ("id", "source", "target", "film", "reel")
_HEADING = re.compile(r"(?P<name>source|target) *\[(?P<language>[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\]", re.IGNORECASE)
_CURE = "send the file again and let columns and ids be as they are"


def write_csv(file: ExchangeFile, *, separator: str = ",") -> bytes:
    """Return `file` as CSV with one of SEPARATORS: a line of headings, then one row a unit; times are for people only."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=separator)
    heads = {"source": f"source [{file.source_language}]", "target": f"target [{file.target_language}]"}
    writer.writerow([heads.get(name, name) for name in _COLUMNS])
    for unit, trace in zip(file.units, file.traces(), strict=True):
        cells = (
            str(trace),
            clock(unit.start_ms),
            clock(unit.end_ms),
            str(unit.limit),
            unit.source,
            unit.target,
            "",
            unit.note,
            file.film,
            file.reel,
        )
        named = zip(_COLUMNS, cells, strict=True)
        writer.writerow([_harmless(held(cell), text=name in _TEXTS) for name, cell in named])
    return (_MARK + text.getvalue()).encode()


def read_csv(content: bytes, *, file: str, encoding: str | None = None) -> ReturnedFile:
    """Return what a translator sent back as CSV, its separator found; `file` is its name, `encoding` one a person named.

    Raises SubtitleError for what is not text or not CSV, for headings that are missing or twice there, and for rows of
    different films or reels. A row that says nothing is passed over.
    """
    decoded = decode(content, file=file, encoding=encoding)
    text = decoded.text
    columns: _Columns | None = None
    units: list[ReturnedUnit] = []
    owners: dict[tuple[str, str], int] = {}
    strange: dict[str, list[int]] = {}
    for line, cells in _rows(text, file):
        if not any(cell.strip() for cell in cells):
            continue
        if columns is None:
            columns = _headings(cells, file, line)
            continue
        if any(cell.strip() for cell in cells[columns.count :]):
            what = "the row has more columns than there are headings"
            cure = "put texts that hold the separator into quotation marks"
            raise SubtitleError([error(file, what, cure, line=line)])
        owners.setdefault((columns.cell(cells, "film"), columns.cell(cells, "reel")), line)
        for title in columns.others(cells):
            strange.setdefault(title, []).append(line)
        units.append(_unit(columns, cells, line))
    if columns is None:
        raise SubtitleError([error(file, "the table is empty", "send the file that was filled in")])
    film, reel = _owner(owners, file)
    return ReturnedFile(
        file=file,
        film=film,
        reel=reel,
        source_language=columns.languages[0],
        target_language=columns.languages[1],
        units=tuple(units),
        findings=tuple(_strange(strange, file)),
        encoding=_narrow(decoded.encoding, content),
    )


def _narrow(encoding: str, content: bytes) -> str:
    """Return an encoding that does not hold every letter, empty for one that does; letters below 128 are in all."""
    if content.isascii():
        return "ascii"
    return "" if encoding.startswith("utf") else encoding


def _strange(columns: Mapping[str, Sequence[int]], file: str) -> Iterator[Finding]:
    """Yield a warning for each column that is none of ours, with the lines on which something stands in it."""
    for title, lines in columns.items():
        column = f"the column {shown(title)}" if title else "a column without a heading"
        what = f"what stands in {column} is not taken: {in_rows(lines, 'line')}"
        yield warning(file, what, "put translations and remarks into their own columns")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Columns:
    """Where each column of ours stands, what all are called, and which languages the two texts are in."""

    places: dict[str, int]
    titles: tuple[str, ...]
    languages: tuple[str, str]

    @property
    def count(self) -> int:
        """Return how many columns there are."""
        return len(self.titles)

    def others(self, cells: Sequence[str]) -> list[str]:
        """Return the titles of columns that are none of ours in which a row has something."""
        ours = set(self.places.values())
        named = zip(self.titles, cells, strict=False)
        return [title for at, (title, cell) in enumerate(named) if at not in ours and cell.strip()]

    def cell(self, cells: Sequence[str], name: str) -> str:
        """Return a row's cell as it was before `_harmless`; what the row does not have is empty."""
        at = self.places.get(name, len(cells))
        text = cells[at] if at < len(cells) else ""
        quoted = _QUOTED_RUNS.match(text) or (name in _TEXTS and text.startswith("'") and _converted(text))
        return unheld(text[1:] if quoted else text)


def _harmless(cell: str, *, text: bool) -> str:
    """Return a cell that no spreadsheet takes for a formula, nor for a number or date where it is a text.

    It has an apostrophe in front where it would be one; a tab, which spreadsheets drop, is written as its number.
    """
    kept = cell.replace("\t", "<U+0009>") if text else cell
    return f"'{kept}" if _RUNS.match(kept) or (text and _converted(kept)) else kept


def _converted(cell: str) -> bool:
    return len(cell) <= _LONGEST_NUMBER and _CONVERTED.fullmatch(cell.lstrip("'").strip()) is not None


def _rows(text: str, file: str) -> list[tuple[int, list[str]]]:
    """Return the rows with the line that each begins on."""
    lines = text.split("\n", 1)
    skipped = 0
    separator = ""
    if re.fullmatch("sep=.\r?", lines[0], re.IGNORECASE):  # Excel's own first line
        separator, skipped = lines[0][4], 1
        text = lines[1] if len(lines) > 1 else ""
    separator = separator or _separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows = []
    begins = 1 + skipped
    try:
        for cells in reader:
            rows.append((begins, [cell.replace("\r\n", "\n").replace("\r", "\n") for cell in cells]))
            begins = reader.line_num + 1 + skipped
    except csv.Error as problem:
        what = f"from here on this is no CSV: {problem}"
        raise SubtitleError([error(file, what, "see to the quotation marks of this row", line=begins)]) from None
    return rows


def _separator(text: str) -> str:
    """Return what separates the columns: what the line of headings has most of."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(SEPARATORS, key=lambda sign: (first.count(sign), sign == ","))


def _headings(cells: Sequence[str], file: str, line: int) -> _Columns:
    """Return where the columns stand; columns of somebody's own are passed over."""
    places: dict[str, int] = {}
    languages: dict[str, str] = {}
    twice: list[str] = []
    for at, cell in enumerate(cells):
        found = _HEADING.fullmatch(cell.strip())
        name = (found["name"] if found else cell.strip()).casefold()
        if name in places:
            twice.append(name)
        elif found or name in _PLAIN:
            places[name] = at
        if found:
            languages[name] = found["language"]
    findings: list[Finding] = []
    missing = [name for name in _NEEDED if name not in places]
    if missing:
        what = f"there is no column {listed(shown(name) for name in missing)} in the line of headings"
        findings.append(error(file, what, _CURE, line=line))
    if twice:
        what = f"the column {listed(shown(name) for name in dict.fromkeys(twice))} is there twice"
        findings.append(error(file, what, "take the one out that is not meant", line=line))
    if findings:
        raise SubtitleError(findings)
    return _Columns(
        places=places,
        titles=tuple(cell.strip() for cell in cells),
        languages=(languages["source"], languages["target"]),
    )


def _unit(columns: _Columns, cells: Sequence[str], line: int) -> ReturnedUnit:
    written = columns.cell(cells, "id").strip()
    trace = trace_in(written)
    comment = columns.cell(cells, "comment").strip()
    return ReturnedUnit(
        id=trace.id if trace else written,
        trace=trace,
        line=line,
        target=columns.cell(cells, "target"),
        source=columns.cell(cells, "source"),
        note=columns.cell(cells, "note").strip() if "note" in columns.places else None,
        comments=(ReturnedComment(text=comment),) if comment else (),
    )


def _owner(owners: dict[tuple[str, str], int], file: str) -> tuple[str, str]:
    """Return the film and reel of all rows; a row without either says nothing about it."""
    said = {owner: line for owner, line in owners.items() if all(owner)}
    if len(said) > 1:
        first, second = sorted(said, key=lambda owner: said[owner])[:2]
        what = f"this row is of {second[1]} in {shown(second[0])}, those above of {first[1]} in {shown(first[0])}"
        raise SubtitleError([error(file, what, "make a file of each", line=said[second])])
    return next(iter(said), ("", ""))
