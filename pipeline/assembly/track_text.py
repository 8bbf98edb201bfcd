"""A person's SRT file with some of its cues changed: every other character stays as it was."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from footage_manifest.findings import Finding
from subtitles.cue import Cue
from subtitles.errors import EmptySubtitles, SubtitleError
from subtitles.formats.srt import SrtDocument, SrtEntry, read_srt, write_document, write_srt
from subtitles.formats.srt_lines import stamp
from subtitles.identity import same_cue

_NO_BREAK_SPACE = "\u00a0"


def new_document(file: str) -> SrtDocument:
    """Return a document without a cue, as we write them: UTF-8, LF."""
    return SrtDocument(file=file, encoding="utf-8", mark=b"", newline="\n", preamble="", entries=())


@lru_cache(maxsize=2)
def parsed(content: bytes, file: str) -> SrtDocument:
    """Return a file's document, read once for the same content. Raises as `read_srt`."""
    return read_srt(content, file=file)


def rewritten(document: SrtDocument, places: Mapping[str, int], cues: Sequence[Cue]) -> bytes:
    """Return the file that holds `cues`, in that order. `places` are those of its present cues, by id, in `document`.

    A cue that says what it said keeps its characters. The numbers are counted anew where they were counted, and a cue came
    or went. Raises SubtitleError for what SRT, or the file's encoding, cannot hold, EmptySubtitles where no cue is left.
    """
    if not cues:
        cure = "delete the file where it is to be made anew"
        raise EmptySubtitles((Finding(file=document.file, what="no subtitle would be left in it", cure=cure),))
    changed = [cue for cue in cues if cue.id not in places or not _as_before(document, places, cue)]
    if changed:
        write_srt(changed, file=document.file)  # refuses what no SRT can hold
    wrong: Cue | None = None
    for fill in (False, True):
        attempt = tuple(_without_blank_lines(cue) if fill and cue in changed else cue for cue in cues)
        content = write_document(_document(document, places, attempt))
        wrong = _misread(content, document.file, attempt)
        if wrong is None:
            return content
    what = f"'{wrong.text[:60] if wrong else ''}' would be read as something else in this file"
    raise SubtitleError((Finding(file=document.file, what=what, cure="word it in another way"),))


def _as_before(document: SrtDocument, places: Mapping[str, int], cue: Cue) -> bool:
    before = document.entries[places[cue.id]].cue
    return (before.start_ms, before.end_ms, before.text) == (cue.start_ms, cue.end_ms, cue.text)


def _without_blank_lines(cue: Cue) -> Cue:
    lines = cue.text.strip("\n").split("\n")
    return replace(cue, text="\n".join(line if line.strip() else _NO_BREAK_SPACE for line in lines))


def _document(document: SrtDocument, places: Mapping[str, int], cues: Sequence[Cue]) -> SrtDocument:
    newline, last = document.newline, len(document.entries) - 1
    numbers = [entry.number for entry in document.entries]
    first = numbers[0] if numbers and numbers[0] in {0, 1} else 1
    counted = numbers == list(range(first, first + len(numbers)))
    moved = [places.get(cue.id) for cue in cues] != list(range(len(document.entries)))
    entries = []
    for position, cue in enumerate(cues):
        place = places.get(cue.id)
        entry = _new(cue, newline) if place is None else document.entries[place]
        if place is not None and not _as_before(document, places, cue):
            entry = entry.changed(replace(cue, id=""), newline)
        if place is None or (counted and moved):
            entry = _numbered(entry, first + position, newline, bare=place is None and not counted and None in numbers)
        if (
            moved
            and position < len(cues) - 1
            and (place is None or place == last or cues[position + 1].id not in places)
        ):
            entry = _set_apart(entry, newline)
        entries.append(entry)
    return replace(document, entries=tuple(entries))


def _new(cue: Cue, newline: str) -> SrtEntry:
    timing = f"{stamp(cue.start_ms)} --> {stamp(cue.end_ms)}{newline}"
    body = cue.text.strip("\n").replace("\n", newline) + newline * 2
    return SrtEntry(cue=cue, line=0, number=None, settings="", head="", timing=timing, body=body)


def _numbered(entry: SrtEntry, number: int, newline: str, *, bare: bool) -> SrtEntry:
    """Return `entry` with its number; `bare` where the file's cues have none."""
    if bare:
        return entry
    head = re.sub(r"\d+", str(number), entry.head, count=1) if entry.number is not None else f"{number}{newline}"
    return replace(entry, head=head, number=number)


def _set_apart(entry: SrtEntry, newline: str) -> SrtEntry:
    """Return `entry` with a blank line behind it."""
    lines = entry.body.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    missing = 2 - sum(not line.strip() for line in lines[-2:]) if len(lines) > 1 else 2
    return replace(entry, body=entry.body + newline * missing)


def _misread(content: bytes, file: str, cues: Sequence[Cue]) -> Cue | None:
    """Return the first cue that a reader would not find as it is meant, None where all are."""
    try:
        found = parsed(content, file).cues
    except EmptySubtitles:
        raise
    except SubtitleError:
        return cues[0]
    for at, cue in enumerate(cues):
        if at >= len(found) or not same_cue(found[at], cue):
            return cue
    return None if len(found) == len(cues) else cues[-1]
