"""The bytes of an EDL as numbered lines of text, bounded in size before anything else looks at them."""

import codecs
import re
from collections.abc import Iterator

MAX_BYTES = 8 * 1024 * 1024
"""A feature's EDL is below one megabyte; the limit keeps time and memory bounded."""
MAX_LINES = 200_000
MAX_LINE = 2_000

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_END_OF_FILE = "\x1a"
"""Ctrl-Z, with which DOS programs end a text file; read as nothing at the very end, refused anywhere else."""


class NotTextError(ValueError):
    """The bytes are no text that an EDL could be; `line` says where that shows, counted from 1."""

    def __init__(self, line: int, what: str, cure: str) -> None:
        self.line = line
        self.what = what
        self.cure = cure
        super().__init__(what)


def decoded(data: bytes) -> str:
    """Return the text of an EDL: UTF-8 or UTF-16 by its byte order mark, UTF-8, else Windows-1252, else Latin-1.

    Every list that a cutting room's program writes is one of these; reels and timecodes are ASCII in all of them.
    Raises NotTextError for more than MAX_BYTES, for bytes that contradict their own mark and for control characters.
    """
    if len(data) > MAX_BYTES:
        raise NotTextError(
            1,
            f"the file has {len(data)} bytes and an EDL may have {MAX_BYTES}",
            "check that this is an EDL, or split it into several",
        )
    text = _by_mark(data).rstrip(_END_OF_FILE)
    control = _CONTROL.search(text)
    if control is not None:
        line = len(re.findall(r"\r\n|\r|\n", text[: control.start()])) + 1
        raise NotTextError(
            line,
            f"the character with code {ord(control.group())} does not belong into text: this is not an EDL, or a broken one",
            "export the EDL again as plain text",
        )
    return text


def numbered_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield (line number from 1, line without its end); lines end with CRLF, CR or LF, in any mixture.

    Raises NotTextError after MAX_LINES lines and for a line of more than MAX_LINE characters.
    """
    position = number = 0
    while position < len(text):
        match = _LINE.match(text, position)
        assert match is not None  # noqa: S101 - the pattern matches the empty string
        number += 1
        if number > MAX_LINES:
            raise NotTextError(number, f"an EDL may have {MAX_LINES} lines", "split it into several")
        line = match.group().rstrip("\r\n")
        if len(line) > MAX_LINE:
            raise NotTextError(
                number,
                f"the line has {len(line)} characters and may have {MAX_LINE}",
                "check that this is an EDL and shorten the line",
            )
        yield number, line
        position = match.end()


def _by_mark(data: bytes) -> str:
    if data.startswith(codecs.BOM_UTF8):
        return _strictly(data.removeprefix(codecs.BOM_UTF8), "utf-8")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _strictly(data, "utf-16")
    for encoding in ("utf-8", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        before = data[: error.start].decode(encoding, "replace")
        raise NotTextError(
            len(re.findall(r"\r\n|\r|\n", before)) + 1,
            f"the file begins as {encoding.upper()} and does not go on as such",
            "export the EDL again as UTF-8",
        ) from None
