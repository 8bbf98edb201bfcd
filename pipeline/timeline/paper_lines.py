"""A paper edit's bytes as lines of text, and the small things that its lines are made of: quotations, lengths, times."""

import codecs
import re
from dataclasses import dataclass
from decimal import Decimal

from footage_manifest.fields import NAME_PATTERN
from footage_manifest.timecode import Label
from footage_manifest.wording import shown

MAX_BYTES = 4 * 1024 * 1024
MAX_LINES = 100_000
LONGEST_MS = 3_600_000
"""No card, picture or piece is longer than an hour."""
NAME = NAME_PATTERN[1:-1]
TIMECODE = r"\d{2}:\d{2}:\d{2}[:;]\d{2}"

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_ENDS = re.compile(r"\r\n|\r|\n")
_CLOSERS = {
    '"': '"', "“": "”", "„": "“”", "”": "”", "«": "»", "»": "«»", "‹": "›", "›": "‹›", "＂": "＂",
}  # fmt: skip
OPENERS = "".join(_CLOSERS)
_WRITTEN = (('"', '"'), ("“", "”"), ("«", "»"), ("„", "“"), ("‹", "›"))
_OPTION = re.compile(r"\s*(?:$|<!--|(?:over|sobre|tight|ajustado)\s*:)", re.IGNORECASE)
_LENGTH = re.compile(r"(\d{1,6})(?:[.,](\d{1,3}))?\s*s", re.IGNORECASE)


class LineFaultError(ValueError):
    """A line that cannot be read: `what` is wrong and the `cure`; `line` counts from 1, 0 where the reader knows it."""

    def __init__(self, what: str, cure: str, line: int = 0) -> None:
        self.what = what
        self.cure = cure
        self.line = line
        super().__init__(what)


@dataclass(frozen=True, slots=True)
class Quoted:
    """What stands between quotation marks, spaces as one, and what follows them."""

    text: str
    rest: str


def lines_of(data: bytes) -> tuple[str, ...]:
    """Return the lines of a paper edit without their ends: UTF-8 with or without byte order mark; CRLF, CR or LF.

    Raises LineFaultError for what is too large, no UTF-8, or no text.
    """
    if len(data) > MAX_BYTES:
        what = f"the file has {len(data)} bytes and a paper edit may have {MAX_BYTES}"
        raise LineFaultError(what, "check that this is a paper edit, or split it into several", 1)
    try:
        text = data.removeprefix(codecs.BOM_UTF8).decode()
    except UnicodeDecodeError as error:
        line = len(_ENDS.findall(data[: error.start].decode("utf-8", "replace"))) + 1
        raise LineFaultError("the text is not UTF-8 from here on", "save it as UTF-8", line) from None
    control = _CONTROL.search(text)
    if control is not None:
        line = len(_ENDS.findall(text[: control.start()])) + 1
        what = f"the character with code {ord(control.group())} does not belong into text"
        raise LineFaultError(what, "save the paper edit as plain text", line)
    lines = tuple(_ENDS.split(text))
    if len(lines) > MAX_LINES:
        what = f"a paper edit may have {MAX_LINES} lines"
        raise LineFaultError(what, "split it into several", MAX_LINES)
    return lines


def quoted(text: str) -> Quoted | None:
    """Return the quotation with which `text` begins, None where it is not closed.

    It ends with the first closing mark behind which the line ends or an option (`over:`, `tight:`) begins, so that words in
    quotation marks may stand inside. `text` begins with an opening mark.
    """
    closers = _CLOSERS[text[0]]
    for at in range(1, len(text)):
        if text[at] in closers and _OPTION.match(text, at + 1):
            return Quoted(" ".join(text[1:at].split()), text[at + 1 :].strip())
    return None


def closes_too_soon(text: str) -> str:
    """Return what stands behind the last closing mark of a quotation that `quoted` does not understand, if anything."""
    last = max((text.rfind(mark, 1) for mark in _CLOSERS[text[0]]), default=-1)
    return " ".join(text[last + 1 :].split()) if last > 0 else ""


def in_quotation_marks(text: str) -> str:
    """Return `text` between quotation marks that do not close inside it; the last resort are apostrophes for marks in it."""
    for opening, closing in _WRITTEN:
        whole = f"{opening}{text}{closing}"
        if quoted(whole) == Quoted(text, ""):
            return whole
    return '"{}"'.format(text.replace('"', "'"))


def length_ms(text: str) -> int | None:
    """Return a length such as `4s`, `0.3s` or `0,3 s` in milliseconds, None where `text` is none."""
    match = _LENGTH.fullmatch(text.strip())
    if match is None:
        return None
    return int(match[1]) * 1000 + int((match[2] or "").ljust(3, "0"))


def length_text(ms: int) -> str:
    """Return milliseconds as a paper edit writes them: `4s`, `0.3s`."""
    number = format(Decimal(ms) / 1000, "f")
    return f"{number.rstrip('0').rstrip('.') if '.' in number else number}s"


def bounded_ms(text: str, *, least: int = 1, most: int = LONGEST_MS) -> int:
    """Return a length in milliseconds. Raises LineFaultError for what is none, or outside `least` to `most`."""
    ms = length_ms(text)
    if ms is None:
        raise LineFaultError(f"{shown(text)} is no length", "write seconds, such as 4s or 0.3s")
    if not least <= ms <= most:
        what = f"{shown(text)} is not from {length_text(least)} to {length_text(most)}"
        raise LineFaultError(what, "write another length")
    return ms


def timecode(text: str) -> Label:
    """Return a timecode. Raises LineFaultError for a label that no clock has."""
    label = Label.parse(text)
    if label.hours > 23 or label.minutes > 59 or label.seconds > 59 or label.frames > 59:
        raise LineFaultError(f"{shown(text)} is no time of day", "correct the timecode")
    return label
