"""EBU STL (EBU Tech 3264): read, its Latin letters (ISO 6937) through ttconv.

The file is binary: a header of 1,024 bytes and blocks of 128. Messages name the block, from 1, since there are no lines.
"""

import re
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

from footage_manifest.findings import Finding, Severity
from subtitles.cue import Cue
from subtitles.errors import SubtitleError
from subtitles.formats.markup import Piece, joined, text_of
from subtitles.formats.reading import Aside, ReadSubtitles, SubtitleFormat, counted, raise_errors
from subtitles.formats.stl_text import CHARACTER_SETS, pieces_in

_HEADER, _BLOCK = 1024, 128
DROP_FRAME = Fraction(30000, 1001)
"""The rate whose labels are drop-frame timecode."""

_RATES = {
    b"STL23.01": Fraction(24000, 1001),
    b"STL24.01": Fraction(24),
    b"STL25.01": Fraction(25),
    b"STL30.01": DROP_FRAME,
    b"STL50.01": Fraction(50),
}
_LAST_OF_SUBTITLE = 0xFF
_USER_DATA = range(0xF0, 0xFF)
_TELETEXT_ROWS = 23
# Tech 3264, appendix 3: the codes of the languages that we are asked for; any other is left unsaid.
LANGUAGES = {
    b"03": "ca", b"08": "de", b"09": "en", b"0A": "es", b"0D": "eu", b"0F": "fr", b"13": "gl", b"15": "it", b"1D": "nl",
    b"20": "pl", b"21": "pt", b"22": "ro", b"28": "sv", b"29": "tr", b"56": "ru", b"5A": "fa", b"6A": "id", b"6C": "he",
    b"70": "el", b"75": "zh", b"7E": "ar", b"7F": "am",
}  # fmt: skip
"""The languages that a header can name, by their codes there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Subtitle:
    """One subtitle: its first block, from 1, times in seconds of timecode, text field, place and how it adds to others."""

    block: int
    number: tuple[int, int]
    cumulative: int
    begin: Fraction
    end: Fraction
    row: int
    justification: int
    text: bytes


@dataclass(frozen=True, slots=True)
class _Header:
    rate: Fraction
    characters: bytes
    teletext: bool
    rows: int
    language: str | None
    programme_start: Fraction


@dataclass(slots=True)
class _Reading:
    file: str
    header: _Header
    findings: list[Finding] = field(default_factory=list)
    asides: list[Aside] = field(default_factory=list)

    def subtitles(self, body: bytes) -> Iterator[_Subtitle]:
        """Yield the subtitles of the blocks, those that go over several blocks put together."""
        text, first = b"", 0
        for number in range(1, len(body) // _BLOCK + 1):
            block = body[(number - 1) * _BLOCK : number * _BLOCK]
            group, index, extension, cumulative = struct.unpack_from("<BHBB", block)
            row, justification, comment = block[13], block[14], block[15]
            if extension in _USER_DATA:
                self.asides.append(Aside("blocks of user data"))
                continue
            first = first or number
            text += block[16:].rstrip(b"\x8f")
            if extension != _LAST_OF_SUBTITLE:
                continue
            begin, end = self._time(number, "in", block[5:9]), self._time(number, "out", block[9:13])
            if comment:
                self.asides.append(Aside("comments, which are not shown"))
            elif begin is not None and end is not None:
                yield _Subtitle(
                    block=first,
                    number=(group, index),
                    cumulative=cumulative,
                    begin=begin,
                    end=end,
                    row=row,
                    justification=justification,
                    text=text,
                )
            text, first = b"", 0
        if first:
            self.error(first, "its last part is missing", "export it again")

    def _time(self, number: int, which: str, stamp: bytes) -> Fraction | None:
        found = _seconds(stamp, self.header.rate)
        if found is None:
            shown = ":".join(f"{one:02}" for one in stamp)
            self.error(number, f"its {which}-time {shown} is none at {self.header.rate} frames a second", "correct it")
        return found

    def error(self, number: int, what: str, cure: str) -> None:
        """Note what is wrong with a block."""
        self.findings.append(Finding(file=self.file, field=f"block {number}", what=what, cure=cure))


def read_stl(content: bytes, *, file: str, rate: Fraction | None = None) -> ReadSubtitles:
    """Return the cues of an EBU STL file, times in milliseconds from the start of the programme that the header names.

    `rate` is used where the header names none that is known. A set of subtitles that grow line by line becomes a cue for
    each state. Raises SubtitleError, naming the block, for a file that is cut off, times that are none or run backwards, and
    characters that are not in its set.
    """
    header = _header(content, file, rate)
    reading = _Reading(file, header)
    subtitles = list(reading.subtitles(content[_HEADER:]))
    cues = tuple(_cues(reading, subtitles))
    raise_errors(reading.findings, file)
    return ReadSubtitles(
        format=SubtitleFormat.STL,
        encoding="",
        cues=cues,
        lines=(None,) * len(cues),
        language=header.language,
        findings=tuple(reading.findings),
        asides=counted(reading.asides),
    )


def _header(content: bytes, file: str, rate: Fraction | None) -> _Header:
    problems: list[Finding] = []

    def problem(name: str, what: str, cure: str = "export it again") -> None:
        problems.append(Finding(file=file, field=f"header, {name}", what=what, cure=cure))

    frames = _RATES.get(content[3:11], rate)
    if frames is None:
        problem("DFC", "its frame rate is none that is known", "name it: --rate 25")
    if (len(content) - _HEADER) % _BLOCK or len(content) < _HEADER:
        problem("length", "it is cut off: 1,024 bytes and blocks of 128 do not make up its length")
    characters = content[12:14]
    if characters not in CHARACTER_SETS:
        problem("CCT", f"its character set {characters!r} is none that EBU STL has")
    named, found = content[238:243].strip(), max(len(content) - _HEADER, 0) // _BLOCK
    if named.isdigit() and int(named) > found:
        problem("TNB", f"it is cut off: it should have {int(named)} blocks and has {found}")
    if problems or frames is None:
        raise SubtitleError(problems)
    rows = int(content[253:255]) if re.fullmatch(rb"\d\d", content[253:255]) else 0
    teletext = content[11:12] in {b"1", b"2"}
    return _Header(
        rate=frames,
        characters=characters,
        teletext=teletext,
        rows=_TELETEXT_ROWS if teletext or not rows else rows,
        language=LANGUAGES.get(content[14:16].upper()),
        programme_start=_programme_start(content[256:264], frames),
    )


def _programme_start(stamp: bytes, rate: Fraction) -> Fraction:
    """Return the timecode of the programme's start in seconds, 0 where the header has none."""
    if not re.fullmatch(rb"\d{8}", stamp):
        return Fraction(0)
    return _seconds([int(stamp[at : at + 2]) for at in (0, 2, 4, 6)], rate) or Fraction(0)


def _cues(reading: _Reading, subtitles: Sequence[_Subtitle]) -> Iterator[Cue]:
    start, subtitles = _in_programme(reading, subtitles)
    growing: list[tuple[_Subtitle, tuple[Piece, ...]]] = []
    for one in subtitles:
        if one.end <= one.begin:
            reading.error(one.block, "it does not end after it begins", "correct its times")
            continue
        pieces = _pieces(reading, one)
        if one.cumulative in {0, 1} and growing:
            yield from _states(growing, reading.header, start)
            growing = []
        if one.cumulative == 0:
            yield from _states([(one, pieces)], reading.header, start)
        else:
            growing.append((one, pieces))
        if one.cumulative == 3:
            yield from _states(growing, reading.header, start)
            growing = []
    yield from _states(growing, reading.header, start)


def _in_programme(reading: _Reading, subtitles: Sequence[_Subtitle]) -> tuple[Fraction, Sequence[_Subtitle]]:
    """Return when the programme starts, and the subtitles from then on: those before it tell broadcasters what it is."""
    start = reading.header.programme_start
    inside = [one for one in subtitles if one.begin >= start]
    if len(inside) == len(subtitles):
        return start, subtitles
    if inside:
        what = f"{len(subtitles) - len(inside)} subtitles stand before the start of the programme; left out"
    else:
        what = "all subtitles stand before the start of the programme; times count from 00:00:00:00"
    cure = "see whether TCP in the header is right"
    warning = Finding(severity=Severity.WARNING, file=reading.file, field="header, TCP", what=what, cure=cure)
    reading.findings.append(warning)
    return (start, inside) if inside else (Fraction(0), subtitles)


def _states(shown: Sequence[tuple[_Subtitle, tuple[Piece, ...]]], header: _Header, start: Fraction) -> Iterator[Cue]:
    """Yield a cue for each state of subtitles that are shown together, each added to those before it."""
    times = sorted({time for one, _ in shown for time in (one.begin, one.end)})
    for begin, end in pairwise(times):
        seen = [(one, pieces) for one, pieces in shown if one.begin <= begin and one.end >= end]
        if not seen:
            continue
        pieces: list[Piece] = []
        for _, added in seen:
            pieces += ["\n", *added] if pieces else added
        text = text_of(joined(pieces), _place(seen[0][0], header))
        yield Cue(start_ms=_milliseconds(begin - start), end_ms=_milliseconds(end - start), text=text)


def _place(one: _Subtitle, header: _Header) -> int:
    """Return where a subtitle stands, as on a number pad: rows in the upper half of the picture are at the top."""
    column = {1: 0, 3: 2}.get(one.justification, 1)
    return 1 + column + (6 if 0 < one.row < header.rows // 2 else 0)


def _pieces(reading: _Reading, one: _Subtitle) -> tuple[Piece, ...]:
    try:
        return pieces_in(one.text, reading.header.characters, teletext=reading.header.teletext)
    except ValueError:
        cure = "see whether the character set in the header (CCT) is right"
        reading.error(one.block, "its text has characters that are not in the file's set", cure)
        return ()


def _seconds(stamp: Sequence[int], rate: Fraction) -> Fraction | None:
    """Return a timecode, hours to frames, in seconds; None where it is none at `rate`.

    At 29.97 it is drop-frame timecode: the format has no word for it, and only that keeps to the clock, as 30 a second does.
    """
    hours, minutes, seconds, frames = stamp
    whole = round(rate)
    if hours > 23 or minutes > 59 or seconds > 59 or frames >= whole:
        return None
    count = ((hours * 60 + minutes) * 60 + seconds) * whole + frames
    if rate == DROP_FRAME:
        whole_minutes = hours * 60 + minutes
        count -= 2 * (whole_minutes - whole_minutes // 10)
    return max(count, 0) / rate


def _milliseconds(seconds: Fraction) -> int:
    return int(seconds * 1000 + Fraction(1, 2))
