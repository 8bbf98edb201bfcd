"""Bytes to text without loss: which encoding a subtitle file is in, and its lines with the line ends they have."""

import codecs
import re
from array import array
from collections import Counter
from dataclasses import dataclass

from footage_manifest.findings import Finding
from subtitles.errors import SubtitleError
from subtitles.formats.encodings import candidates, unmarked

# UTF-32 first: its little-endian mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# CR CR LF is what a text-mode copy of a CRLF file leaves: one line end, not an end and a blank line.
_LINE_END = re.compile(r"\r\r\n|\r\n|\r|\n")

UNSEEN = "\ufeff\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Marks that show nothing and that editors put around numbers and times: byte order and writing direction."""

BLANK = " \t" + UNSEEN
"""What a line may hold and still be blank. A no-break space is not here: people use it to keep a line."""


class Lines:
    """A text as lines, without a string for each: a film's worth of cues must not take a gigabyte.

    Lines end at CR LF, LF, CR and CR CR LF and at nothing else. Positions count from 0, line numbers from 1.
    """

    __slots__ = ("_ends", "_starts", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        figures = "I" if len(text) < 1 << 32 else "q"
        self._starts = array(figures, [0])
        self._ends = array(figures)
        for match in _LINE_END.finditer(text):
            self._ends.append(match.start())
            self._starts.append(match.end())
        if self._starts[-1] < len(text):
            self._ends.append(len(text))
            self._starts.append(len(text))

    def __len__(self) -> int:
        """Return how many lines there are; a line end at the very end begins no further one."""
        return len(self._ends)

    def __getitem__(self, position: int) -> str:
        """Return a line without its line end."""
        return self._text[self._starts[position] : self._ends[position]]

    def raw(self, start: int, end: int) -> str:
        """Return the lines from `start` up to, not including, `end`, as they stand, line ends included."""
        return self._text[self._starts[start] : self._starts[end]]

    def blank(self, position: int) -> bool:
        """Return whether a line shows nothing."""
        return not self[position].strip(BLANK)

    def commonest_end(self) -> str:
        """Return the line end that most lines have; LF where there is none."""
        ends = Counter(
            self._text[self._ends[position] : self._starts[position + 1]] for position in range(min(len(self), 1000))
        )
        ends.pop("", None)
        return max(ends, key=lambda end: ends[end], default="\n")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text, the encoding it is in, and the byte order mark it began with (empty where none)."""

    text: str
    encoding: str
    mark: bytes


def decode(content: bytes, *, file: str, encoding: str | None = None) -> Decoded:
    """Return the text of `content`, so that encoding it again gives the same bytes.

    A byte order mark decides (UTF-8, UTF-16, UTF-32); then `encoding`, a name a person gave; then UTF-16 and UTF-32 where
    the bytes can be nothing else; then UTF-8. Nothing is guessed from letters. Raises SubtitleError for bytes that are not
    in that encoding, naming those they may be in, for NUL, and for an unknown name.
    """
    mark, marked = mark_of(content)
    name = marked or encoding or unmarked(content) or "utf-8"
    body = content[len(mark) :]
    try:
        text = body.decode(name)
        same = text.encode(name) == body
    except LookupError:
        raise _refusal(file, 1, f"'{name}' is not a text encoding", "name one such as utf-8 or windows-1252") from None
    except UnicodeError as error:
        start = error.start if isinstance(error, UnicodeDecodeError) else 0
        raise _undecodable(body, start, name, file, named=bool(mark or encoding)) from None
    except ValueError:
        raise _refusal(file, 1, f"{name!r} is no name of an encoding", "name one such as windows-1252") from None
    if not same:
        raise _refusal(file, 1, f"reading it as '{name}' would change it", "save it as UTF-8, or name its own encoding")
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        cure = "save it again as UTF-8; a file in UTF-16 without a byte order mark looks like this"
        raise _refusal(file, line, "it holds NUL characters, which no text has", cure)
    return Decoded(text, codecs.lookup(name).name, mark)


def in_utf_8(content: bytes, *, file: str, encoding: str | None = None) -> bytes:
    """Return a text file's bytes in UTF-8 without a mark, nothing else changed. Raises as `decode` does."""
    return decode(content, file=file, encoding=encoding).text.encode()


def mark_of(content: bytes) -> tuple[bytes, str]:
    """Return the byte order mark that `content` begins with, and the encoding it stands for; both empty without one."""
    return next(((mark, name) for mark, name in _MARKS if content.startswith(mark)), (b"", ""))


def _undecodable(body: bytes, start: int, name: str, file: str, *, named: bool) -> SubtitleError:
    likely = () if named or b"\0" in body[:64] else candidates(body, start)
    if b"\0" in body[:64]:
        cure = "save it as UTF-8; it may be UTF-16 without a byte order mark, which can be named: --encoding utf-16-le"
    elif named:
        cure = "save it as UTF-8, or name the encoding it is really in"
    elif likely:
        shown = ", ".join(f"as {one.name} a word here reads '{one.sample}'" for one in likely)
        cure = f"save it as UTF-8, or say which it is ({shown}): --encoding {likely[0].name}"
    else:
        cure = "save it as UTF-8, or name its encoding: --encoding windows-1252, for older Spanish files"
    line = body.count(b"\n", 0, start) + 1
    return _refusal(file, line, f"the bytes from here are not {name.upper()}", cure)


def _refusal(file: str, line: int | None, what: str, cure: str) -> SubtitleError:
    return SubtitleError((Finding(file=file, line=line, what=what, cure=cure),))
