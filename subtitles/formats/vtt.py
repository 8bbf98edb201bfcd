"""WebVTT (W3C, https://www.w3.org/TR/webvtt1/): a lossless, strict reader, and a writer of what we deliver.

A cue's text has what SRT has: `<i>`, `<b>`, `<u>`, colours, a place. Identifiers, settings, voices, classes, comments,
styles and regions stay in the document around it, to the letter.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from footage_manifest.findings import Finding
from subtitles.cue import Cue
from subtitles.errors import SubtitleError
from subtitles.formats.markup import marked
from subtitles.formats.reading import (
    MOST_LETTERS,
    Aside,
    ReadSubtitles,
    SubtitleFormat,
    counted,
    empty,
    raise_errors,
    too_long,
)
from subtitles.formats.text import BLANK, Lines, decode
from subtitles.formats.vtt_lines import blocks, cue_problem, stamp, times_of, timing_in
from subtitles.formats.vtt_text import place_of, read_payload, settings_for, write_payload
from subtitles.formats.vtt_write import write_vtt

__all__ = ["VttDocument", "VttEntry", "read_document", "read_subtitles", "read_vtt", "write_document", "write_vtt"]

_HEADER = re.compile(r"WEBVTT(?:[ \t]|$)")
_LANGUAGE = re.compile(r"^(?:NOTE[ \t]+)?Language:[ \t]*([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)[ \t]*$", re.MULTILINE)
_KINDS = {"NOTE": "comments (NOTE)", "STYLE": "style sheets (STYLE)", "REGION": "regions (REGION)"}
_KIND = re.compile(r"^(NOTE|STYLE|REGION)(?=[ \t\r\n]|$)", re.MULTILINE)
_VOICE = re.compile(r"<v[^<>]*>")


@dataclass(frozen=True, slots=True, kw_only=True)
class VttEntry:
    """One cue with everything around it as it stands in the file.

    `line` is the timing line's, from 1. `head` is what stands between the cue before and the timing line: comments, styles,
    regions, the identifier; `timing` the timing line; `body` the payload and the blank lines behind it: the three joined
    are the file's characters. `name` is the identifier, `speaker` whom its voice tag names, "" where there is none.
    """

    cue: Cue
    line: int
    name: str
    settings: str
    speaker: str
    asides: tuple[str, ...]
    head: str
    timing: str
    body: str

    def changed(self, cue: Cue, newline: str) -> "VttEntry":
        """Return the entry showing `cue`; what does not differ keeps its characters, a single voice its tag."""
        timing, body, settings = self.timing, self.body, self.settings
        place = marked(cue.text).place
        if place != marked(self.cue.text).place:
            settings = settings_for(place).strip()
        if settings != self.settings or (cue.start_ms, cue.end_ms) != (self.cue.start_ms, self.cue.end_ms):
            timing = f"{stamp(cue.start_ms)} --> {stamp(cue.end_ms)}{' ' * bool(settings)}{settings}{newline}"
        if cue.text != self.cue.text:
            shown = self.body.strip("\r\n")
            ending = self.body[self.body.rindex(shown) + len(shown) :] if shown else self.body
            voice = _VOICE.match(shown) if self.speaker else None
            body = (voice[0] if voice else "") + write_payload(cue.text).replace("\n", newline) + (ending or newline)
        return replace(self, cue=cue, timing=timing, body=body, settings=settings)


@dataclass(frozen=True, slots=True, kw_only=True)
class VttDocument:
    """A WebVTT file: its cues in the order of the file, and every character between them.

    `header` is what precedes the first cue's entry and `trailer` what follows the last one's. `write_document` gives back
    the very bytes that were read.
    """

    file: str
    encoding: str
    mark: bytes
    newline: str
    language: str | None
    header: str
    entries: tuple[VttEntry, ...]
    trailer: str = ""

    @property
    def cues(self) -> tuple[Cue, ...]:
        """Return the cues in the order of the file, without ids."""
        return tuple(entry.cue for entry in self.entries)


def read_document(content: bytes, *, file: str, encoding: str | None = None) -> VttDocument:
    """Return what a WebVTT file holds. `file` is its name for messages; `encoding` is one a person named, else None.

    Raises EmptySubtitles for an empty file and SubtitleError, with every line, for what is not WebVTT: it is stricter than
    players, which skip what they cannot read.
    """
    decoded = decode(content, file=file, encoding=encoding)
    if not decoded.text.strip(BLANK + "\r\n"):
        raise empty(file)
    lines = Lines(decoded.text)
    if not _HEADER.match(lines[0]):
        what = "a WebVTT file begins with the word WEBVTT on a line of its own"
        raise SubtitleError((Finding(file=file, line=1, what=what, cure="see whether it is another format"),))
    findings: list[Finding] = []
    entries = tuple(_entries(lines, file, findings))
    raise_errors(findings, file)
    first, last = _outer(lines, entries)
    return VttDocument(
        file=file,
        encoding=decoded.encoding,
        mark=decoded.mark,
        newline=lines.commonest_end(),
        language=match[1] if (match := _LANGUAGE.search(decoded.text)) else None,
        header=lines.raw(0, first),
        entries=entries,
        trailer=lines.raw(last, len(lines)),
    )


def write_document(document: VttDocument) -> bytes:
    """Return the bytes of `document`: those it was read from where nothing was changed.

    Raises SubtitleError where a changed cue does not last, or has letters that the file's encoding does not.
    """
    parts = [document.header]
    for entry in document.entries:
        if problem := cue_problem(entry.cue):
            raise SubtitleError((Finding(file=document.file, line=entry.line, what=problem, cure="correct the cue"),))
        parts += (entry.head, entry.timing, entry.body)
    text = "".join((*parts, document.trailer))
    try:
        return document.mark + text.encode(document.encoding)
    except UnicodeEncodeError as error:
        what = f"'{text[error.start]}' cannot be written in {document.encoding}, which the file is in"
        raise SubtitleError((Finding(file=document.file, what=what, cure="save the file as UTF-8"),)) from None


def read_vtt(content: bytes, *, file: str) -> tuple[Cue, ...]:
    """Return the cues of a WebVTT file in its order, without ids. Raises as `read_document` does."""
    return read_document(content, file=file).cues


def read_subtitles(content: bytes, *, file: str, encoding: str | None = None) -> ReadSubtitles:
    """Return a WebVTT file's cues, and what of it they do not hold. Raises as `read_document` does."""
    document = read_document(content, file=file, encoding=encoding)
    return ReadSubtitles(
        format=SubtitleFormat.VTT,
        encoding=document.encoding,
        cues=document.cues,
        lines=tuple(entry.line for entry in document.entries),
        speakers=tuple(entry.speaker for entry in document.entries),
        language=document.language,
        asides=counted(_asides(document)),
    )


def _asides(document: VttDocument) -> Iterator[Aside]:
    line = 1
    for part, entry in [(document.header, None), *((entry.head, entry) for entry in document.entries)]:
        own = line if entry is None else entry.line - len(Lines(part))
        for match in _KIND.finditer(part):
            if not _LANGUAGE.match(part, match.start()):
                yield Aside(_KINDS[match[1]], own + part.count("\n", 0, match.start()))
    first = Lines(document.header)
    if len(first) > 1 and first[1].strip(BLANK) and not _KIND.match(first[1]):
        yield Aside("what the header says", 2)
    for entry in document.entries:
        if entry.name:
            yield Aside("identifiers of cues", entry.line - 1)
        if not place_of(entry.settings)[1]:
            yield Aside("exact placement (settings behind the times)", entry.line)
        for what in entry.asides:
            yield Aside(what, entry.line)
    last = _KIND.search(document.trailer)
    if last is not None:
        yield Aside(_KINDS[last[1]], None)


def _entries(lines: Lines, file: str, findings: list[Finding]) -> Iterator[VttEntry]:
    begin = _header_end(lines)
    for at, end in blocks(lines, begin):
        timing = timing_in(lines, at, end)
        if timing is None:
            continue
        if isinstance(timing, Finding):
            findings.append(replace(timing, file=file))
            continue
        letters = len(lines.raw(timing + 1, end))
        if letters > MOST_LETTERS:
            findings.append(too_long(file, timing + 1, letters))
            continue
        after = end
        while after < len(lines) and not lines[after]:
            after += 1
        yield _entry(lines, (begin, timing, end, after))
        begin = after


def _entry(lines: Lines, places: tuple[int, int, int, int]) -> VttEntry:
    begin, timing, end, after = places
    start_ms, end_ms, settings = times_of(lines[timing])
    payload = read_payload("\n".join(lines[line] for line in range(timing + 1, end)))
    place = place_of(settings)[0]
    has_name = timing > begin and bool(lines[timing - 1]) and "-->" not in lines[timing - 1]
    return VttEntry(
        cue=Cue(start_ms=start_ms, end_ms=end_ms, text=(f"{{\\an{place}}}" if place else "") + payload.text),
        line=timing + 1,
        name=lines[timing - 1] if has_name else "",
        settings=settings,
        speaker=payload.speaker,
        asides=payload.asides,
        head=lines.raw(begin, timing),
        timing=lines.raw(timing, timing + 1),
        body=lines.raw(timing + 1, after),
    )


def _header_end(lines: Lines) -> int:
    at, count = 1, len(lines)
    while at < count and lines[at] and "-->" not in lines[at]:
        at += 1
    return at


def _outer(lines: Lines, entries: Sequence[VttEntry]) -> tuple[int, int]:
    """Return where the header ends and where the trailer begins, as positions of lines."""
    if not entries:
        return len(lines), len(lines)
    last = entries[-1]
    return _header_end(lines), last.line + len(Lines(last.body))
