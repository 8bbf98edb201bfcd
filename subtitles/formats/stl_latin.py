"""The Latin code table of EBU STL (ISO 6937, Tech 3264 appendix 2) the other way round: characters to bytes."""

from functools import cache

from ttconv.stl import iso6937

from subtitles.formats.markup import WORD_JOINER

_ACCENTS = range(0xC1, 0xD0)
_ASCII = range(0x20, 0x7F)
_UPPER = range(0xA0, 0x100)


def bytes_of(text: str) -> tuple[bytes, ...] | None:
    """Return each character as its byte, or as an accent and its letter; None where the table lacks one."""
    table = _table()
    found = [table.get(letter) for letter in text if letter != WORD_JOINER]
    return None if None in found else tuple(one for one in found if one is not None)


def lacking(text: str) -> tuple[str, ...]:
    """Return the characters that the table does not have, each once."""
    table = _table()
    return tuple(dict.fromkeys(letter for letter in text if letter not in table and letter != WORD_JOINER))


@cache
def _table() -> dict[str, bytes]:
    """Return the bytes of every character, found by reading all bytes; the first of two that are read alike."""
    single = [bytes((code,)) for code in (*_ASCII, *(code for code in _UPPER if code not in _ACCENTS))]
    accented = [bytes((accent, letter)) for accent in _ACCENTS for letter in _ASCII]
    found: dict[str, bytes] = {}
    for code in (*single, *accented):
        try:
            letter = str(iso6937.decode(code)[0])
        except (ValueError, LookupError, TypeError):
            continue
        if len(letter) == 1 and (letter.isprintable() or letter == "\u00a0"):
            found.setdefault(letter, code)
    found.pop("\ufffd", None)
    return found
