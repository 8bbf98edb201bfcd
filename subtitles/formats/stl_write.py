"""The EBU STL that we write (EBU Tech 3264): open subtitles, Latin letters (ISO 6937), 25 or 30 labels a second.

Open subtitles, since teletext has neither italics nor rows of 42 characters.
"""

import datetime as dt
import re
import struct
from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import floor

from footage_manifest.findings import Finding
from footage_manifest.timecode import Clock
from subtitles.cue import Cue
from subtitles.errors import SubtitleError
from subtitles.formats.markup import Marked, Open, Piece, marked
from subtitles.formats.reading import unwritable, unwritten
from subtitles.formats.stl import DROP_FRAME, LANGUAGES
from subtitles.formats.stl_latin import bytes_of, lacking
from subtitles.tags import width

_PAL = Fraction(25)
_CODES = {_PAL: b"STL25.01", DROP_FRAME: b"STL30.01"}
_NEW_ROW, _UNUSED = b"\x8a", b"\x8f"
_SWITCHES = {"i": (b"\x80", b"\x81"), "u": (b"\x82", b"\x83")}
_FIELD = 112
_MOST_BLOCKS = 0xF1  # 00h to EFh, and FFh for the last
_MOST = 0xFFFF
_ROWS = 23
_COLUMNS = (1, 2, 3)
_SPACES = re.compile("[ \t]+")


def write_stl(
    cues: Sequence[Cue],
    *,
    file: str,
    language: str | None = None,
    rate: Fraction | None = None,
    made: dt.date | None = None,
) -> bytes:
    """Return `cues`, in the order given, as EBU STL whose programme starts at 00:00:00:00.

    Times go to the nearest label, halves up; one that would last nothing gets one. `rate` is 25 (the default) or 29.97,
    whose labels count 30 a second, drop-frame. `language` is a code, `made` the day that the header names, today where none
    is given. Rows stand at the bottom, those whose place is at the top there. Raises SubtitleError, with every cue, for
    characters that the Latin table lacks, for what lasts nothing or past 24 hours of timecode, for more than 65,535 cues,
    and for another rate.
    """
    labels = rate or _PAL
    if labels not in _CODES:
        cure = "write it at 25 or 29.97 (--rate 25); a file that counts other frames is made into SRT first"
        raise _refused(file, f"EBU STL does not count {labels} frames a second", cure)
    if len(cues) > _MOST:
        raise _refused(file, f"EBU STL numbers {_MOST:,} subtitles, and there are {len(cues):,}", "write it in parts")
    taken = [marked(cue.text) for cue in cues]
    fields = [_field(text) for text in taken]
    times = [_labels(cue, labels) for cue in cues]
    problems = (_problem(cue, fields[at], times[at], labels) for at, cue in enumerate(cues))
    unwritten(file, ((number, problem) for number, problem in enumerate(problems, start=1) if problem))
    blocks = [
        block
        for number, (text, field, stamps) in enumerate(zip(taken, fields, times, strict=True))
        for block in _blocks(number, text, field or (), tuple(_stamp(one, labels) for one in stamps))
    ]
    widest = max((width(line) for cue in cues for line in cue.lines), default=0)
    first = _stamp(min((start for start, _ in times), default=0), labels)
    header = _header(
        rate=_CODES[labels],
        language=_language(language),
        counts=(len(blocks), len(cues)),
        columns=min(max(widest, 40), 99),
        first=b"".join(b"%02d" % part for part in first),
        day=(made or dt.date.today()).strftime("%y%m%d").encode(),  # noqa: DTZ011 - a day, where the file is made
    )
    return header + b"".join(blocks)


def _problem(cue: Cue, field: tuple[bytes, ...] | None, times: tuple[int, int], rate: Fraction) -> str:
    problem = unwritable(cue, lasting="EBU STL")
    if problem:
        return problem
    if field is None:
        shown = ", ".join(f"{letter} (U+{ord(letter):04X})" for letter in _missing(marked(cue.text)))
        return f"EBU STL's Latin table has no {shown}; write it otherwise, or write .ttml"
    if times[1] >= Clock(rate, drop=rate == DROP_FRAME).frames_a_day:
        return "it ends past 23:59:59, the last timecode"
    if len(list(_parts(field))) > _MOST_BLOCKS:
        return f"its text is longer than the {_MOST_BLOCKS * _FIELD:,} bytes that a subtitle can have"
    return ""


def _missing(text: Marked) -> tuple[str, ...]:
    return lacking("".join(_said(piece) for piece in text.pieces if isinstance(piece, str)).replace("\n", ""))


def _said(text: str) -> str:
    """Return a text whose runs of spaces are one: in the file they place texts, and readers take them for none or one."""
    return _SPACES.sub(" ", text)


# ---------------------------------------------------------------------------------------------------------------- header


def _language(code: str | None) -> bytes:
    wanted = (code or "").lower().partition("-")[0]
    return next((figure for figure, known in LANGUAGES.items() if known == wanted), b"00")


def _header(*, rate: bytes, language: bytes, counts: tuple[int, int], columns: int, first: bytes, day: bytes) -> bytes:
    """Return the General Subtitle Information (section 4.2), fields that we know nothing for left blank."""
    blocks, cues = counts
    fields = (
        (b"850", 3),  # CPN: the code page of this header
        (rate, 8),
        (b"0", 1),  # DSC: open subtitles
        (b"00", 2),  # CCT: Latin
        (language, 2),
        (b"", 32 * 6),  # titles, translator's name and address
        (b"", 16),
        (day, 6),  # CD, RD
        (day, 6),
        (b"00", 2),  # RN
        (b"%05d" % blocks, 5),
        (b"%05d" % cues, 5),
        (b"001", 3),  # TNG: groups
        (b"%02d" % columns, 2),  # MNC
        (b"%02d" % _ROWS, 2),  # MNR
        (b"1", 1),  # TCS: timecodes are to be used
        (b"00000000", 8),  # TCP: where the programme starts
        (first, 8),
        (b"1", 1),  # TND, DSN: disk 1 of 1
        (b"1", 1),
        (b"", 3 + 32 + 32 + 32 + 75 + 576),  # country, publisher, editor, spare and user-defined
    )
    return b"".join(value.ljust(size) for value, size in fields)


# ---------------------------------------------------------------------------------------------------------------- blocks


def _blocks(number: int, text: Marked, field: tuple[bytes, ...], times: tuple[bytes, ...]) -> Iterator[bytes]:
    """Yield the blocks of one subtitle (section 5), its text over as many of them as it needs."""
    parts = list(_parts(field))
    place = text.place or 2
    rows = field.count(_NEW_ROW) + 1
    row = 1 if place > 6 else max(_ROWS // 2 + 1, _ROWS - rows)
    for at, part in enumerate(parts):
        extension = 0xFF if at == len(parts) - 1 else at
        head = struct.pack("<BHBB", 0, number, extension, 0)
        yield head + b"".join(times) + bytes((row, _COLUMNS[(place - 1) % 3], 0)) + part.ljust(_FIELD, _UNUSED)


def _parts(field: tuple[bytes, ...]) -> Iterator[bytes]:
    """Yield a text in parts that a block has room for; an accent stays with its letter."""
    part = b""
    for code in field:
        if len(part) + len(code) > _FIELD:
            yield part
            part = b""
        part += code
    yield part


def _field(text: Marked) -> tuple[bytes, ...] | None:
    """Return a text with its codes, each character on its own; None where the table lacks one.

    What is switched on ends with its row and begins again on the next: readers differ in whether it goes on.
    """
    out: list[bytes] = []
    opened: list[str] = []
    for piece in text.pieces:
        codes = _codes(piece, opened)
        if codes is None:
            return None
        out.extend(codes)
    return tuple(out)


def _codes(piece: Piece, opened: list[str]) -> list[bytes] | None:
    if isinstance(piece, Open):
        opened.append(piece.name)
        return _switched([piece.name], on=True) if opened.count(piece.name) == 1 else []
    if not isinstance(piece, str):
        opened.pop()
        return _switched([piece.name], on=False) if piece.name not in opened else []
    out: list[bytes] = []
    for at, line in enumerate(_said(piece).split("\n")):
        letters = bytes_of(line)
        if letters is None:
            return None
        if at:
            active = list(dict.fromkeys(opened))
            out += [*_switched(active, on=False), _NEW_ROW, *_switched(active, on=True)]
        out.extend(letters)
    return out


def _switched(names: Sequence[str], *, on: bool) -> list[bytes]:
    return [_SWITCHES[name][0 if on else 1] for name in names if name in _SWITCHES]


# ----------------------------------------------------------------------------------------------------------------- times


def _labels(cue: Cue, rate: Fraction) -> tuple[int, int]:
    start, end = (floor(Fraction(ms, 1000) * rate + Fraction(1, 2)) for ms in (cue.start_ms, cue.end_ms))
    return start, max(end, start + 1)


def _stamp(label: int, rate: Fraction) -> bytes:
    shown = Clock(rate, drop=rate == DROP_FRAME).label(label)
    return bytes((shown.hours, shown.minutes, shown.seconds, shown.frames))


def _refused(file: str, what: str, cure: str) -> SubtitleError:
    return SubtitleError((Finding(file=file, what=what, cure=cure),))
