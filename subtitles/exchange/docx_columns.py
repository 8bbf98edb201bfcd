"""Where the cells of a Word table stand: headings found by what they say, cells by the grid, joined ones known as such.

A cell that was joined with its neighbour must not count as the one after it (ECMA-376 part 1, 17.4.15 and 17.4.17,
17.4.85): its row is then read by the table's grid instead of by counting.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from footage_manifest.wording import shown
from subtitles.errors import SubtitleError
from subtitles.exchange.docx_text import cell_text
from subtitles.exchange.model import error
from subtitles.exchange.xml_parts import attribute, children, local

_HEADING = re.compile(
    r"(?P<name>cue|source|translation|limit|note|comment)\b[^\[\]]*"
    r"(?:\[(?P<language>[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\])?",
    re.IGNORECASE,
)
_NEEDED = ("cue", "source", "target")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A cell and the columns of the grid that it covers: from `first` up to, not including, `end`."""

    cell: Element
    first: int
    end: int
    down: str

    def covers(self, other: "Place") -> bool:
        """Return whether both stand over the same columns."""
        return (self.first, self.end) == (other.first, other.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The headings of a table: all of them, where ours stand among them by name, and which languages its texts are in."""

    heads: tuple[Place, ...]
    titles: tuple[str, ...]
    places: Mapping[str, int]
    languages: tuple[str, str]

    def cells(self, row: Sequence[Place]) -> tuple[Element | None, ...]:
        """Return the cell under each heading, None where there is none of its own."""
        counted = len(row) == len(self.heads)
        if counted and all(
            one.first < head.end and head.first < one.end for one, head in zip(row, self.heads, strict=True)
        ):
            return tuple(one.cell for one in row)
        return tuple(next((one.cell for one in row if one.covers(head)), None) for head in self.heads)


def placed(row: Element, cells: Sequence[Element]) -> tuple[Place, ...]:
    """Return the cells of a row with where each stands."""
    at = sum(_number(one, 0) for properties in children(row, "trPr") for one in children(properties, "gridBefore"))
    found = []
    for cell in cells:
        span = 1
        down = ""
        for one in (one for properties in children(cell, "tcPr") for one in properties):
            if local(one) == "gridSpan":
                span = _number(one, 1)
            elif local(one) in {"vMerge", "hMerge"}:
                down = attribute(one, "val") or "continue"
        found.append(Place(cell=cell, first=at, end=at + span, down=down))
        at += span
    return tuple(found)


def headings(row: Sequence[Place], file: str, line: int) -> Columns | None:
    """Return what a row of headings says, None where it is none; `line` is which row of the file it is, from 1.

    Raises SubtitleError where two columns are both the source or both the translation.
    """
    places: dict[str, int] = {}
    languages: dict[str, str] = {}
    titles = tuple(" ".join(cell_text(one.cell).text.split()) for one in row)
    for at, title in enumerate(titles):
        found = _HEADING.fullmatch(title)
        if found is None:
            continue
        said = found["name"].casefold()
        name = "target" if said == "translation" else said
        if name in {"source", "target"}:
            if not found["language"]:
                continue
            if name in languages:
                what = f"there are two columns of that kind: {shown(titles[places[name]])} and {shown(title)}"
                raise SubtitleError([error(file, what, "take the one out that is not meant", line=line)])
            languages[name] = found["language"]
        places.setdefault(name, at)
    if not {"source", "target"} <= set(languages):
        return None
    places.setdefault("cue", 0)
    return Columns(heads=tuple(row), titles=titles, places=places, languages=(languages["source"], languages["target"]))


def joined(columns: Columns, row: Sequence[Place], below: Sequence[Place]) -> bool:
    """Return whether a cell that a row cannot do without is joined with another one; `below` is the row after it."""
    cells = columns.cells(row)
    needed = [cells[columns.places[name]] for name in _NEEDED]
    if any(cell is None for cell in needed):
        return True
    for one in row:
        if not any(one.cell is cell for cell in needed):
            continue
        goes_on = any(other.down not in {"", "restart"} and other.first == one.first for other in below)
        if one.down not in {"", "restart"} or (one.down == "restart" and goes_on):
            return True
    return False


def _number(element: Element, otherwise: int) -> int:
    said = attribute(element, "val")
    return int(said) if said.isdecimal() and 0 < len(said) < 5 else otherwise
