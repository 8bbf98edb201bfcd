"""glossary.csv: terms that must be heard, spelled and translated one way. Columns are language codes, and `note`."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from footage_manifest.fields import LANGUAGE_PATTERN
from footage_manifest.findings import Finding, Severity
from footage_manifest.model import Term
from footage_manifest.wording import listed, shown

NOTE = "note"
_HEADER_CURE = "begin the file with a line of language codes such as es,en,note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Glossary:
    """The terms of a glossary in the order of the file, and what was found while reading it."""

    terms: tuple[Term, ...] = ()
    findings: tuple[Finding, ...] = ()


def read_glossary(file: str, text: str, languages: tuple[str, ...]) -> Glossary:
    """Return the terms that `text` holds; a `;` between cells is understood as Excel writes it in Spanish.

    Lines without any cell are passed over. Never raises: every problem is a finding with its line. A column in none of the
    film's `languages` is a warning.
    """
    reader = _Reader(file, text)
    try:
        rows = list(reader.rows())
    except csv.Error:
        cure = 'close the quotation mark; one inside a cell is written twice: ""'
        reader.refuse("a quotation mark is out of place from here", cure, column=None)
        rows = []
    if rows:
        reader.line, header = rows[0]
        columns = reader.columns(header, languages)
        if columns is not None:
            reader.terms(columns, rows[1:])
    return Glossary(terms=tuple(reader.found), findings=tuple(reader.findings))


@dataclass(slots=True)
class _Reader:
    file: str
    text: str
    line: int = 1
    found: list[Term] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    said: dict[tuple[str, str], Term] = field(default_factory=dict)

    def refuse(self, what: str, cure: str, *, column: str | None = None, severity: Severity = Severity.ERROR) -> None:
        finding = Finding(severity=severity, file=self.file, line=self.line, field=column or "", what=what, cure=cure)
        self.findings.append(finding)

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Yield (first line, cells) of each row that has any; a cell that runs over two lines is refused."""
        first = next((line for line in self.text.splitlines() if line.strip()), "")
        delimiter = ";" if first.count(";") > first.count(",") else ","
        reader = csv.reader(io.StringIO(self.text, newline=""), delimiter=delimiter, strict=True)
        before = 0
        for cells in reader:
            self.line, before = before + 1, reader.line_num
            stripped = [cell.strip() for cell in cells]
            if reader.line_num > self.line:
                self.refuse("a cell runs over several lines", "write each term on one line")
            elif any(stripped):
                yield self.line, stripped
            self.line = before + 1

    def columns(self, header: list[str], languages: tuple[str, ...]) -> list[str] | None:
        """Return the header's names, or None where it is not one."""
        names = [name for name in header if name != NOTE]
        wrong = [name for name in names if not re.fullmatch(LANGUAGE_PATTERN[1:-1], name)]
        twice = sorted({name for name in header if header.count(name) > 1})
        if wrong:
            what = f"{listed(shown(name) for name in wrong)} in the first line cannot be a language code"
            self.refuse(what, _HEADER_CURE)
        if twice and not wrong:
            self.refuse(f"the column {listed(shown(name) for name in twice)} stands twice", "keep one of them")
        if not names:
            self.refuse("the first line names no language", _HEADER_CURE)
        if wrong or twice or not names:
            return None
        for name in names:
            if languages and name not in languages:
                what = f"the column {shown(name)} is in none of the film's languages and is not used"
                self.refuse(what, f"the film's are {listed(languages)}", column=name, severity=Severity.WARNING)
        return header

    def terms(self, columns: list[str], rows: list[tuple[int, list[str]]]) -> None:
        for line, cells in rows:
            self.line = line
            if len(cells) > len(columns) and any(cells[len(columns) :]):
                what = f"{len(cells)} cells where the first line names {len(columns)}"
                self.refuse(what, "put a term that holds the separator in quotation marks")
                continue
            named = dict(zip(columns, cells, strict=False))
            note = named.pop(NOTE, "")
            texts = {language: text for language, text in named.items() if text}
            if not texts:
                self.refuse("a note without a term", "write the term in at least one language")
                continue
            self._keep(Term(texts=texts, note=note, line=self.line))

    def _keep(self, term: Term) -> None:
        for language, text in term.texts.items():
            key = language, unicodedata.normalize("NFC", text).casefold()
            earlier = self.said.setdefault(key, term)
            differs = any(
                earlier.texts.get(other, said) != said for other, said in term.texts.items() if other != language
            )
            if differs:
                what = f"{shown(text)} is said in two ways, here and in line {earlier.line}"
                self.refuse(what, "keep one of the two lines", column=language)
        self.found.append(term)
