"""`testimonio marks`: the passages that people marked, of people who have not withdrawn."""

import unicodedata
from dataclasses import dataclass, replace
from pathlib import Path

from footage_manifest.load import load_production
from footage_manifest.model import Production
from footage_manifest.timecode import Label, TimecodeError
from footage_manifest.wording import choose, shown
from pipeline.assembly.marks import Mark, add_mark, read_marks, remove_mark, tags_in
from pipeline.assembly.paper_words import withdrawn_people
from pipeline.errors import UsageError
from subtitles.quote_words import folded


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedPassage:
    """A mark for people: its times as the reel's clock writes them, `end` not included."""

    reel: str
    start: str
    end: str
    tags: tuple[str, ...]
    by: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MarksShown:
    """The marks, in the file's order, and what is wrong with other lines."""

    marks: tuple[MarkedPassage, ...]
    problems: tuple[str, ...]


def listed_marks(folder: Path, tag: str | None = None) -> MarksShown:
    """Return the marks of a film, with `tag` those that have it; marks on reels of people who withdrew are left out.

    Raises ManifestError, and SubtitleError where the file cannot be read.
    """
    production = load_production(folder).production
    found = read_marks(folder, production)
    meant = [one for one in found.marks if tag is None or folded(tag) in [folded(own) for own in one.tags]]
    shown_ones = tuple(_shown(one) for one in meant if not withdrawn_people(production, one.reel))
    return MarksShown(marks=shown_ones, problems=tuple(str(finding) for finding in found.findings))


def mark_passage(
    folder: Path, reel: str, times: tuple[str, str], tags: tuple[str, ...], *, by: str = "", note: str = ""
) -> MarksShown:
    """Mark a passage, and return it. Raises UsageError for a reel, times or tags that there cannot be, SubtitleError."""
    production = load_production(folder).production
    mark = _checked(production, reel, times, tags)
    mark = Mark(reel=mark.reel, start=mark.start, end=mark.end, tags=mark.tags, by=_line(by), note=_line(note))
    add_mark(folder, mark)
    return MarksShown(marks=(_shown(mark),), problems=())


def unmark_passage(folder: Path, reel: str, times: tuple[str, str], tags: tuple[str, ...] = ()) -> MarksShown:
    """Take a mark out, and return it: the one of `reel` with these times and, where it says so, these tags.

    Of a reel of people who withdrew only reel and times are returned.

    Raises UsageError where there is none or more than one, SubtitleError, StoreError. The file as it was is kept.
    """
    production = load_production(folder).production
    wanted = {folded(tag) for tag in tags_in("; ".join(tags))}
    found = [
        one
        for one in read_marks(folder, production).marks
        if (one.reel, str(one.start), str(one.end)) == (reel, *times) and wanted <= {folded(tag) for tag in one.tags}
    ]
    if len(found) != 1:
        what = f"{len(found) or 'no'} marks of {shown(reel)} are from {times[0]} to {times[1]}"
        raise UsageError(what, "testimonio marks list shows them; name the tags of one" if found else "see marks list")
    remove_mark(folder, found[0].line, found[0].text)
    told = replace(found[0], tags=(), by="", note="") if withdrawn_people(production, reel) else found[0]
    return MarksShown(marks=(_shown(told),), problems=())


def _checked(production: Production, reel: str, times: tuple[str, str], tags: tuple[str, ...]) -> Mark:
    if reel not in production.manifest.reels:
        raise UsageError(f"there is no reel {shown(reel)}", choose(reel, production.manifest.reels))
    if gone := withdrawn_people(production, reel):
        raise UsageError(f"{reel} is of {', '.join(gone)}, who withdrew consent", "mark another reel")
    try:
        start, end = (Label.parse(text) for text in times)
    except TimecodeError as error:
        raise UsageError(str(error), "write labels of the reel's clock, such as 01:00:12:00") from None
    if str(start) >= str(end):
        raise UsageError(f"{end} is not after {start}", "write the end behind the beginning")
    said = tuple(_line(tag) for tag in tags_in("; ".join(tags)))
    if not said:
        raise UsageError("there is no tag", 'write one, such as rescue or "best take"')
    return Mark(reel=reel, start=start, end=end, tags=said)


def _line(text: str) -> str:
    """Return a text as one line. Raises UsageError where it holds what no text file does."""
    line = " ".join(text.split())
    if any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in line):
        raise UsageError(f"{shown(line)} holds signs that are no text", "write letters, digits and punctuation")
    return line


def _shown(mark: Mark) -> MarkedPassage:
    return MarkedPassage(
        reel=mark.reel, start=str(mark.start), end=str(mark.end), tags=mark.tags, by=mark.by, note=mark.note
    )
