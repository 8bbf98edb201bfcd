"""The small text files that people write by hand, read whole, and refused before they can cost time or memory."""

import os
import re
import stat
from pathlib import Path

from footage_manifest.wording import Refusal

MAX_BYTES = 1024 * 1024
"""How large a film.yaml, manifest or glossary may be: thousands of reels fit."""

# YAML 1.2, 5.1: what a stream may hold, less the tab (refused elsewhere, with a better message).
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|\ufeff")


class UnreadableText(Refusal):
    """A file that is not the text it should be; `line` and `column` count from 1 where a place is known."""

    def __init__(self, what: str, cure: str = "", *, line: int | None = None, column: int | None = None) -> None:
        super().__init__(what, cure)
        self.line = line
        self.column = column

    def __reduce__(self) -> tuple[object, ...]:
        """Keep the place across process boundaries."""
        return _rebuild, (self.what, self.cure, self.line, self.column)


def _rebuild(what: str, cure: str, line: int | None, column: int | None) -> UnreadableText:
    return UnreadableText(what, cure, line=line, column=column)


def read_text(path: Path) -> str:
    """Return the text of a small UTF-8 file, a byte order mark taken off.

    Raises UnreadableText for what is missing, not a plain file, larger than MAX_BYTES, empty, not UTF-8, or holds
    characters that text files do not have.
    """
    text = _decoded(_bytes_of(path))
    bad = _UNPRINTABLE.search(text)
    if bad is not None:
        line, column = _place(text, bad.start())
        name = "the NUL character" if bad[0] == "\0" else f"the character U+{ord(bad[0]):04X}"
        raise UnreadableText(f"{name} cannot stand in this file", "delete it", line=line, column=column)
    if not text.strip():
        raise UnreadableText("the file is empty", "restore it from a copy, or write it anew")
    return text


def _bytes_of(path: Path) -> bytes:
    try:
        # A pipe would otherwise keep us waiting for whoever writes to it.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise UnreadableText(f"cannot be read: {error.strerror}", "see to its permissions") from None
    with os.fdopen(descriptor, "rb") as stream:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableText("is not a plain file", "put a text file there")
        if status.st_size > MAX_BYTES:
            size = f"{status.st_size / 1_000_000:.1f} MB"
            raise UnreadableText(f"is {size} large; at most 1 MiB is read", "check that it is the right file")
        content = stream.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise UnreadableText("is larger than 1 MiB, the most that is read", "check that it is the right file")
    return content


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableText("is written in UTF-16", "save it as UTF-8")
    try:
        return content.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError as error:
        line, column = _place(content[: error.start].decode("utf-8"), None)
        raise UnreadableText(
            f"the byte {content[error.start]:#04x} is not UTF-8", "save the file as UTF-8", line=line, column=column
        ) from None


def _place(text: str, position: int | None) -> tuple[int, int]:
    before = text if position is None else text[:position]
    lines = re.split("\r\n|\r|\n", before)
    return len(lines), len(lines[-1]) + 1
