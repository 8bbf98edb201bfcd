"""Subtitle files of any format: which one it is, read, and written."""

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import PurePath

from footage_manifest.findings import Finding, Severity
from subtitles.cue import Cue
from subtitles.errors import SubtitleError
from subtitles.formats.encodings import unmarked
from subtitles.formats.losses import lost
from subtitles.formats.reading import Aside, ReadSubtitles, SubtitleFormat, empty
from subtitles.formats.srt import read_subtitles as read_srt
from subtitles.formats.srt import write_srt
from subtitles.formats.srt_lines import timing_on
from subtitles.formats.text import BLANK, Lines, mark_of

__all__ = ["Aside", "ReadSubtitles", "SubtitleFormat", "format_by_name", "format_of", "lost", "read_any", "write_any"]

_NAMES = {
    ".srt": SubtitleFormat.SRT,
    ".vtt": SubtitleFormat.VTT,
    ".webvtt": SubtitleFormat.VTT,
    ".ass": SubtitleFormat.ASS,
    ".ssa": SubtitleFormat.ASS,
    ".ttml": SubtitleFormat.TTML,
    ".xml": SubtitleFormat.TTML,
    ".dfxp": SubtitleFormat.TTML,
    ".itt": SubtitleFormat.TTML,
    ".stl": SubtitleFormat.STL,
}
_LOOKED_AT = 100_000
_CURE = "convert it to SRT, WebVTT, ASS or TTML with the program that made it"
_STL = re.compile(rb"...STL\d\d\.\d\d", re.DOTALL)
_ASS = re.compile(
    r"(?:;[^\n]*\n|\s)*(?:\[(?:Script Info|V4\+? Styles|Events|Aegisub[^\]\n]*)\]|(?:Dialogue|Format|Style):)",
    re.IGNORECASE,
)
_TTML = re.compile(r"<(?:[\w.-]+:)?tt(?=[\s>/:])", re.IGNORECASE)

# What other kinds of files begin with, and what people call them.
_OTHERS = (
    (re.compile(r"Scenarist_SCC"), "Scenarist closed captions (.scc)"),
    (re.compile(r"<sami", re.IGNORECASE), "SAMI (.smi)"),
    (re.compile(r"\{\d+\}\{\d*\}"), "MicroDVD (.sub)"),
    (re.compile(r"\d:\d\d:\d\d\.\d{3},\d:\d\d:\d\d\.\d{3}\s"), "YouTube's captions (.sbv)"),
    (re.compile(r"\[INFORMATION\]|\d\d:\d\d:\d\d\.\d\d,\d\d:\d\d:\d\d\.\d\d\s"), "SubViewer (.sub)"),
    (re.compile(r"\{\\rtf"), "a text processor's document (.rtf)"),
    (re.compile(r"PK\x03\x04"), "a packed file (.zip, .docx, .odt)"),
    (re.compile(r"<!DOCTYPE html|<html", re.IGNORECASE), "a web page"),
    (re.compile(r"TITLE:.*\s+FCM:", re.IGNORECASE), "an edit decision list (.edl)"),
)


def format_by_name(name: str) -> SubtitleFormat | None:
    """Return the format that a file name's ending stands for, or None."""
    return _NAMES.get(PurePath(name).suffix.lower())


def format_of(name: str, content: bytes) -> SubtitleFormat:
    """Return which format `content` is in: by what it begins with, and only where that says nothing by its `name`.

    Raises SubtitleError for what is no subtitle file that is read, naming what it looks like.
    """
    if _STL.match(content):
        return SubtitleFormat.STL
    text = _beginning(content)
    by_text = _format_by_text(name, text)
    if by_text is not None:
        return by_text
    by_name = format_by_name(name)
    if _has_times(text):
        # What has SRT's times but was named for another format: that format's reader says what it misses.
        return by_name if by_name is SubtitleFormat.VTT else SubtitleFormat.SRT
    if by_name is not None:
        return by_name
    if not content.strip():
        raise empty(name)
    what = "this is no subtitle file that is known"
    if PurePath(name).suffix.lower() == ".scc":
        what = "Scenarist closed captions (.scc) are not read"
    raise _unread(name, what)


def read_any(content: bytes, *, file: str, encoding: str | None = None, rate: Fraction | None = None) -> ReadSubtitles:
    """Return the cues of a subtitle file of any format.

    `file` is its name, for messages and where the content says nothing; `encoding` one that a person named, else None;
    `rate` the frames a second that frame numbers count at where the file does not say. Cues are in the order of the
    file, without ids. Raises EmptySubtitles for a file with nothing on it and SubtitleError, with every line that is
    wrong, for one that cannot be read.
    """
    kind = format_of(file, content)
    if kind is SubtitleFormat.SRT:
        read = read_srt(content, file=file, encoding=encoding)
    elif kind is SubtitleFormat.VTT:
        from subtitles.formats.vtt import read_subtitles as read_vtt  # noqa: PLC0415 - each format's own, where used

        read = read_vtt(content, file=file, encoding=encoding)
    elif kind is SubtitleFormat.ASS:
        from subtitles.formats.ass import read_ass  # noqa: PLC0415 - imports pysubs2, which takes its time

        read = read_ass(content, file=file, encoding=encoding)
    elif kind is SubtitleFormat.TTML:
        from subtitles.formats.ttml import read_ttml  # noqa: PLC0415 - imports ttconv, which takes its time

        read = read_ttml(content, file=file, encoding=encoding, rate=rate)
    else:
        from subtitles.formats.stl import read_stl  # noqa: PLC0415 - imports ttconv, which takes its time

        read = read_stl(content, file=file, rate=rate)
    return _with_name_checked(read, file)


def write_any(  # noqa: PLR0913 - what a format may need to know, each with a default
    cues: Sequence[Cue],
    format: SubtitleFormat,  # noqa: A002 - the word that people use
    *,
    file: str,
    language: str | None = None,
    rate: Fraction | None = None,
    size: tuple[int, int] | None = None,
    speakers: Sequence[str] = (),
) -> bytes:
    """Return `cues`, in the order given (WebVTT: in order of their starts), as a file of `format`, texts in UTF-8 with LF.

    `language` is a code, `rate` the frames a second of the picture, `size` its width and height in pixels, `speakers` who
    says each cue ("" for nobody), for the formats that hold these. Raises SubtitleError for cues that the format cannot
    hold. What the format leaves out is said by `lost`.
    """
    if format is SubtitleFormat.SRT:
        return write_srt(cues, file=file)
    if format is SubtitleFormat.VTT:
        from subtitles.formats.vtt_write import write_vtt  # noqa: PLC0415 - each format's own, where used

        return write_vtt(cues, language=language, file=file, speakers=speakers)
    if format is SubtitleFormat.ASS:
        from subtitles.formats.ass_write import write_ass  # noqa: PLC0415 - imports pysubs2, which takes its time

        return write_ass(cues, file=file, size=size, speakers=speakers)
    if format is SubtitleFormat.TTML:
        from subtitles.formats.ttml_write import write_ttml  # noqa: PLC0415 - each format's own, where used

        return write_ttml(cues, file=file, language=language, rate=rate, speakers=speakers)
    from subtitles.formats.stl_write import write_stl  # noqa: PLC0415 - imports ttconv, which takes its time

    return write_stl(cues, file=file, language=language, rate=rate)


def _beginning(content: bytes) -> str:
    """Return how a file begins, for telling formats apart only: bytes that are in no doubt, the others as they come."""
    mark, name = mark_of(content)
    part = content[len(mark) : len(mark) + _LOOKED_AT]
    name = name or unmarked(content) or "utf-8"
    return part.decode(name, errors="replace").lstrip(BLANK + "\r\n")


def _format_by_text(name: str, text: str) -> SubtitleFormat | None:
    """Return the format that a text's beginning is the sign of, or None. Raises SubtitleError for one that is not read."""
    if re.match(r"WEBVTT(?:[ \t\r\n]|$)", text):
        return SubtitleFormat.VTT
    other = next((kind for start, kind in _OTHERS if start.match(text)), None)
    if other:
        raise _unread(name, f"this looks like {other}, which is not read")
    if text.startswith("<?xml") or _TTML.match(text):
        if _TTML.search(text):
            return SubtitleFormat.TTML
        raise _unread(name, "this is XML, but not TTML")
    return SubtitleFormat.ASS if _ASS.match(text) else None


def _has_times(text: str) -> bool:
    lines = Lines(text)
    return any(timing_on(lines[at]) is not None for at in range(len(lines)))


def _with_name_checked(read: ReadSubtitles, file: str) -> ReadSubtitles:
    named = format_by_name(file)
    if named is None or named is read.format:
        return read
    what = f"it is {read.format.upper()}, though its name says {named.upper()}"
    note = Finding(severity=Severity.NOTE, file=file, line=1, what=what, cure="name it after what it is")
    return replace(read, findings=(*read.findings, note))


def _unread(file: str, what: str) -> SubtitleError:
    return SubtitleError((Finding(file=file, line=1, what=what, cure=_CURE),))
