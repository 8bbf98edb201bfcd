"""The text field of an EBU STL block (EBU Tech 3264, section 5.4 and appendices 1 and 2): its codes, its character sets."""

import codecs
import re
from collections.abc import Iterator

from ttconv.stl import iso6937

from subtitles.formats.markup import Close, Open, Piece, joined, literal

CHARACTER_SETS = {b"00": "", b"01": "iso8859_5", b"02": "iso8859_6", b"03": "iso8859_7", b"04": "iso8859_8"}
"""The code tables that a header can name; the first, Latin, is ISO 6937."""

_COLOURS = ("#000000", "#ff0000", "#00ff00", "#ffff00", "#0000ff", "#ff00ff", "#00ffff", "#ffffff")
_WHITE = "#ffffff"
_NO_WIDTH = range(0x80, 0xA0)
# What ISO 6937 puts accents together from, where the second byte is none that it goes with.
_BAD_TEXT = (ValueError, LookupError, TypeError)


def pieces_in(text: bytes, table: bytes, *, teletext: bool) -> tuple[Piece, ...]:
    """Return what a text field says. `table` is a key of CHARACTER_SETS; in teletext each row begins white and upright.

    Runs of spaces, which place texts on the screen, are one space; so are the codes that take a cell. Raises ValueError for
    bytes that are not in the table.
    """
    rows = [row for row in re.split(b"\x8a+", text.split(b"\x8f")[0]) if row]
    out: list[Piece] = []
    state = _State()
    for at, row in enumerate(rows):
        state = _State() if teletext else state
        out += (["\n"] if at else []) + _trimmed(list(_runs(row, table, state)))
    return joined(out)


class _State:
    """What the codes have switched on."""

    def __init__(self) -> None:
        self.italic = False
        self.underline = False
        self.colour = _WHITE

    def switch(self, code: int) -> None:
        """Take in one code."""
        if code < len(_COLOURS):
            self.colour = _COLOURS[code]
        elif code in {0x80, 0x81}:
            self.italic = code == 0x80
        elif code in {0x82, 0x83}:
            self.underline = code == 0x82

    def tags(self) -> list[Open]:
        """Return the tags that say the same."""
        tags = [Open("i")] if self.italic else []
        tags += [Open("u")] if self.underline else []
        return tags + ([Open("font", self.colour)] if self.colour != _WHITE else [])


def _runs(row: bytes, table: bytes, state: _State) -> Iterator[tuple[list[Open], str]]:
    """Yield a row's runs of text with the tags around each."""
    run = bytearray()
    for code in row:
        if 0x20 <= code < 0x80 or code >= 0xA0:
            run.append(code)
            continue
        if run:
            yield state.tags(), _decoded(bytes(run), table)
            run.clear()
        if code not in _NO_WIDTH:
            yield [], " "
        state.switch(code)
    if run:
        yield state.tags(), _decoded(bytes(run), table)


def _trimmed(runs: list[tuple[list[Open], str]]) -> list[Piece]:
    """Return the pieces of a row, runs of spaces made one, those at its ends left out."""
    out: list[Piece] = []
    space = False
    for tags, text in runs:
        words = text.split()
        if not words:
            space = space or bool(text)
            continue
        if out and (space or text[0] == " "):
            out.append(" ")
        out += [*tags, literal(" ".join(words)), *(Close(tag.name) for tag in reversed(tags))]
        space = text[-1] == " "
    return out


def _decoded(run: bytes, table: bytes) -> str:
    try:
        text = codecs.decode(run, CHARACTER_SETS[table]) if CHARACTER_SETS[table] else str(iso6937.decode(run)[0])
    except _BAD_TEXT:
        raise ValueError("bytes that are not in the table") from None
    if "\ufffd" in text:
        raise ValueError("bytes that are not in the table")
    return "".join(letter for letter in text if letter >= " ")
