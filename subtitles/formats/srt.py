"""SRT (SubRip): a lossless reader of what people's editors leave, and a strict writer of what we deliver.

SRT has no standard; what is here follows what editors write. A cue ends where the next one's timing line, with the number
above it, begins, and nowhere else: a blank line inside a text is part of the text, which most readers lose.
"""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import BytesIO

from footage_manifest.findings import Finding
from subtitles.cue import Cue
from subtitles.errors import SubtitleError
from subtitles.formats.reading import (
    Aside,
    ReadSubtitles,
    SubtitleFormat,
    counted,
    empty,
    raise_errors,
    unwritable,
    unwritten,
)
from subtitles.formats.srt_lines import stamp, timing_on
from subtitles.formats.srt_reading import Place, Reading
from subtitles.formats.text import BLANK, Decoded, Lines, decode

_NO_BREAK_SPACE = "\u00a0"


@dataclass(frozen=True, slots=True, kw_only=True)
class SrtEntry:
    """One cue with everything around it as it stands in the file.

    `line` is the timing line's, from 1. `head` is the number line and what follows it before the times, `timing` the timing
    line, `body` the text and the blank lines behind it: the three joined are the file's characters. `number` is None where
    the file has none. `settings` are the coordinates behind the times.
    """

    cue: Cue
    line: int
    number: int | None
    settings: str
    head: str
    timing: str
    body: str

    def changed(self, cue: Cue, newline: str) -> "SrtEntry":
        """Return the entry showing `cue`; what does not differ keeps its characters."""
        timing, body = self.timing, self.body
        if (cue.start_ms, cue.end_ms) != (self.cue.start_ms, self.cue.end_ms):
            settings = f" {self.settings}" if self.settings else ""
            timing = f"{stamp(cue.start_ms)} --> {stamp(cue.end_ms)}{settings}{newline}"
        if cue.text != self.cue.text:
            shown = self.body.strip(BLANK + "\r\n")
            tail = self.body[self.body.rindex(shown) + len(shown) :] if shown else newline
            ending = tail.lstrip(BLANK) or newline
            body = cue.text.replace("\n", newline) + ending
        return replace(self, cue=cue, timing=timing, body=body)


@dataclass(frozen=True, slots=True, kw_only=True)
class SrtDocument:
    """An SRT file: its cues in the order of the file, and every character between them.

    `preamble` is what precedes the first cue and `trailer` what a cut-off file leaves behind the last one. `findings` are
    warnings. `write_document` gives back the very bytes that were read.
    """

    file: str
    encoding: str
    mark: bytes
    newline: str
    preamble: str
    entries: tuple[SrtEntry, ...]
    trailer: str = ""
    findings: tuple[Finding, ...] = ()

    @property
    def cues(self) -> tuple[Cue, ...]:
        """Return the cues in the order of the file, without ids: a file knows none."""
        return tuple(entry.cue for entry in self.entries)


def read_srt(content: bytes, *, file: str, encoding: str | None = None) -> SrtDocument:
    """Return what an SRT file holds. `file` is its name for messages; `encoding` is one a person named, else None.

    Raises EmptySubtitles for a file without anything on it, and SubtitleError, with every line that is wrong, for one that
    cannot be read: another encoding than UTF-8, UTF-16 or UTF-32, times in doubt, a cue without times, text without a cue.
    """
    decoded, reading = _begun(content, file, encoding)
    entries = tuple(_entry(reading, place) for place in reading.places())
    raise_errors(reading.findings, file)
    return SrtDocument(
        file=file,
        encoding=decoded.encoding,
        mark=decoded.mark,
        newline=reading.lines.commonest_end(),
        preamble=reading.preamble,
        entries=entries,
        trailer=reading.trailer,
        findings=tuple(reading.findings),
    )


def read_subtitles(content: bytes, *, file: str, encoding: str | None = None) -> ReadSubtitles:
    """Return an SRT file's cues, and what of it they do not hold, without the characters around them.

    A million cues of a hundred letters take less than 600 MB so. Raises as `read_srt` does.
    """
    decoded, reading = _begun(content, file, encoding)
    cues, lines, placed = [], array("I"), []
    for place in reading.places():
        cues.append(_cue(reading, place))
        lines.append(place.timing_at + 1)
        if place.timing.settings:
            placed.append(Aside("coordinates behind the times", place.timing_at + 1))
    raise_errors(reading.findings, file)
    return ReadSubtitles(
        format=SubtitleFormat.SRT,
        encoding=decoded.encoding,
        cues=tuple(cues),
        lines=tuple(lines),
        findings=tuple(reading.findings),
        asides=counted(placed),
    )


def write_document(document: SrtDocument) -> bytes:
    """Return the bytes of `document`: those it was read from where nothing was changed.

    Raises SubtitleError where a changed text has letters that the file's encoding does not.
    """
    parts = [document.preamble]
    for entry in document.entries:
        parts += (entry.head, entry.timing, entry.body)
    text = "".join((*parts, document.trailer))
    try:
        return document.mark + text.encode(document.encoding)
    except UnicodeEncodeError as error:
        what = f"'{text[error.start]}' cannot be written in {document.encoding}, which the file is in"
        raise SubtitleError((Finding(file=document.file, what=what, cure="save the file as UTF-8"),)) from None


def write_srt(cues: Sequence[Cue], *, file: str = "subtitles.srt") -> bytes:
    """Return `cues`, in the order given, as SRT that every player reads: UTF-8 without a mark, LF, numbered from 1.

    A blank line inside a text, at which most players would end the cue, is written as a no-break space. `file` is a name
    for messages. Raises SubtitleError for what SRT cannot hold: times that run backwards, NUL or CR, a text line that is a
    timing line.
    """
    numbered = enumerate(cues, start=1)
    unwritten(file, ((number, problem) for number, cue in numbered if (problem := _unwritable(cue))))
    out = BytesIO()
    for number, cue in enumerate(cues, start=1):
        gap = "\n" if number > 1 else ""
        times = f"{stamp(cue.start_ms)} --> {stamp(cue.end_ms)}"
        out.write(f"{gap}{number}\n{times}\n{_kept_together(cue.text)}\n".encode())
    return out.getvalue()


def _kept_together(text: str) -> str:
    if "\n" not in text:
        return text if text.strip(BLANK) else ""
    lines = text.strip("\n").split("\n") if text.strip(BLANK + "\n") else [""]
    return "\n".join(line if len(lines) == 1 or line.strip(BLANK) else _NO_BREAK_SPACE for line in lines)


def _unwritable(cue: Cue) -> str:
    problem = unwritable(cue)
    if not problem and (">" in cue.text or "→" in cue.text) and any(timing_on(line) for line in cue.lines):
        return "a line of its text would be read as a timing line"
    return problem


def _begun(content: bytes, file: str, encoding: str | None) -> tuple[Decoded, Reading]:
    decoded = decode(content, file=file, encoding=encoding)
    if not decoded.text.strip(BLANK + "\r\n"):
        raise empty(file)
    return decoded, Reading(file, Lines(decoded.text))


def _cue(reading: Reading, place: Place) -> Cue:
    return Cue(start_ms=place.timing.start_ms, end_ms=place.timing.end_ms, text=reading.text_of(place))


def _entry(reading: Reading, place: Place) -> SrtEntry:
    at, lines = place.timing_at, reading.lines
    return SrtEntry(
        cue=_cue(reading, place),
        line=at + 1,
        number=place.number,
        settings=place.timing.settings,
        head=lines.raw(place.head, at),
        timing=lines.raw(at, at + 1),
        body=lines.raw(at + 1, place.end),
    )
