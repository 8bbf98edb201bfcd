"""SRT (SubRip): a lossless reader of what people's editors leave, and a strict writer of what we deliver.

SRT has no standard; what is here follows what editors write. A cue ends where the next one's timing line, with the number
above it, begins, and nowhere else: a blank line inside a text is part of the text, which most readers lose.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from footage_manifest.findings import Finding, Severity
from subtitles.cue import Cue
from subtitles.errors import EmptySubtitles, SubtitleError
from subtitles.formats.srt_lines import Timing, number_on, stamp, timing_on
from subtitles.formats.text import BLANK, Lines, decode

_MOST_FINDINGS = 50
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
    decoded = decode(content, file=file, encoding=encoding)
    if not decoded.text.strip(BLANK + "\r\n"):
        cure = "put back the text it had; to start anew, delete the file, and it is made again"
        raise EmptySubtitles((Finding(file=file, what="the file is empty, which looks like an accident", cure=cure),))
    reading = _Reading(file, Lines(decoded.text))
    entries = reading.entries()
    reading.raise_errors()
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
    findings: list[Finding] = []
    blocks = []
    for number, cue in enumerate(cues, start=1):
        problem = _unwritable(cue)
        if problem:
            findings.append(
                Finding(file=file, field=f"cue {number}", what=problem, cure="correct the cue it comes from")
            )
        text = "\n".join(_kept_together(cue.text))
        blocks.append(f"{number}\n{stamp(max(cue.start_ms, 0))} --> {stamp(max(cue.end_ms, 0))}\n{text}\n")
    if findings:
        raise SubtitleError(findings[:_MOST_FINDINGS])
    return "\n".join(blocks).encode()


def _kept_together(text: str) -> list[str]:
    lines = text.strip("\n").split("\n") if text.strip(BLANK + "\n") else [""]
    return [line if len(lines) == 1 or line.strip(BLANK) else _NO_BREAK_SPACE for line in lines]


def _unwritable(cue: Cue) -> str:
    if cue.start_ms < 0 or cue.end_ms < cue.start_ms:
        return f"it goes from {cue.start_ms} ms to {cue.end_ms} ms"
    if "\0" in cue.text or "\r" in cue.text:
        return "its text holds a NUL or a carriage return"
    if any(0xD800 <= ord(letter) <= 0xDFFF for letter in cue.text):
        return "its text holds half of a character"
    if any(timing_on(line) for line in cue.lines):
        return "a line of its text would be read as a timing line"
    return ""


class _Reading:
    """One pass over a file: where cues begin, and what is wrong."""

    def __init__(self, file: str, lines: Lines) -> None:
        self.file = file
        self.lines = lines
        self.preamble = ""
        self.trailer = ""
        self.findings: list[Finding] = []

    def entries(self) -> tuple[SrtEntry, ...]:
        """Return the entries, findings noted on the way."""
        timings = [(at, timing) for at in range(len(self.lines)) if (timing := timing_on(self.lines[at])) is not None]
        starts = self._heads([at for at, _ in timings])
        self._check_preamble(starts[0][0] if starts else len(self.lines))
        entries = []
        for position, (at, timing) in enumerate(timings):
            head, number = starts[position]
            end, following = starts[position + 1] if position + 1 < len(starts) else (len(self.lines), None)
            if timing.fault:
                self._error(at, timing.fault, "correct this line")
            end = self._check_body(at + 1, end, number, following, last=position + 1 == len(timings))
            entries.append(self._entry(head, at, end, number, timing))
        return tuple(entries)

    def raise_errors(self) -> None:
        """Raise SubtitleError where anything refuses the file."""
        errors = [finding for finding in self.findings if finding.severity is Severity.ERROR]
        if len(errors) > _MOST_FINDINGS:
            more = f"there are {len(errors) - _MOST_FINDINGS} more lines like these"
            errors = [
                *errors[:_MOST_FINDINGS],
                Finding(file=self.file, what=more, cure="see whether it is an SRT file"),
            ]
        if errors:
            raise SubtitleError(errors)

    def _heads(self, timings: Sequence[int]) -> list[tuple[int, int | None]]:
        """Return, for each timing line, where its cue begins and the number it has."""
        heads: list[tuple[int, int | None]] = []
        floor, previous = 0, None
        for position, at in enumerate(timings):
            head = self._number_above(at, floor, previous, first=position == 0)
            previous = number_on(self.lines[head]) if head < at else None
            heads.append((head, previous))
            floor = at + 1
        return heads

    def _number_above(self, at: int, floor: int, previous: int | None, *, first: bool) -> int:
        """Return the line of the number that belongs to the timing line `at`, or `at` where it has none."""
        above = at - 1
        while above >= floor and self.lines.blank(above):
            above -= 1
        if above < floor:
            return at
        number = number_on(self.lines[above])
        if number is None:
            return at
        after_blank = above == 0 or (above > floor and self.lines.blank(above - 1))
        if above == at - 1:
            # In a file whose cues have no numbers, a number right under a text is the end of that text.
            return above if first or after_blank or previous is not None else at
        # Files with a blank line behind every line: only the number that is due is one.
        due = first or (previous is not None and number == previous + 1)
        return above if after_blank and due else at

    def _check_preamble(self, end: int) -> None:
        self.preamble = self.lines.raw(0, end)
        loose = next((at for at in range(end) if not self.lines.blank(at)), None)
        if loose is not None:
            cure = "every cue needs a line of the form 00:00:01,000 --> 00:00:02,500 above its text"
            self._error(loose, "text stands here without a cue", cure)

    def _check_body(self, start: int, end: int, number: int | None, following: int | None, *, last: bool) -> int:
        """Return where the cue's body ends, having looked for a cue that lost its timing line."""
        if number is None or (not last and (following is None or following <= number + 1)):
            return end
        for at in range(start + 1, end):
            if number_on(self.lines[at]) != number + 1 or not self.lines.blank(at - 1):
                continue
            if last and all(self.lines.blank(later) for later in range(at + 1, end)):
                what = f"cue {number + 1} is cut off behind its number; it is left out"
                cure = "complete the cue, or delete its number"
                self.findings.append(
                    Finding(severity=Severity.WARNING, file=self.file, line=at + 1, what=what, cure=cure)
                )
                self.trailer = self.lines.raw(at, end)
                return at
            self._error(at, f"cue {number + 1} has no timing line", "put the line with its times under its number")
        return end

    def _entry(self, head: int, at: int, end: int, number: int | None, timing: Timing) -> SrtEntry:
        first, last = at + 1, end
        while first < last and self.lines.blank(first):
            first += 1
        while last > first and self.lines.blank(last - 1):
            last -= 1
        text = "\n".join(self.lines[line] for line in range(first, last))
        return SrtEntry(
            cue=Cue(start_ms=timing.start_ms, end_ms=timing.end_ms, text=text),
            line=at + 1,
            number=number,
            settings=timing.settings,
            head=self.lines.raw(head, at),
            timing=self.lines.raw(at, at + 1),
            body=self.lines.raw(at + 1, end),
        )

    def _error(self, at: int, what: str, cure: str) -> None:
        self.findings.append(Finding(file=self.file, line=at + 1, what=what, cure=cure))
