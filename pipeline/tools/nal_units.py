"""H.264 and HEVC as they lie in packets: units taken apart and put together, and the bits at their beginning.

Sections 7.3 and B.1 of ITU-T H.264 and H.265. A unit's bytes are escaped (no 00 00 0x inside); its raw bytes are not.
"""

from collections.abc import Iterable, Sequence

_START = b"\x00\x00\x01"
_ESCAPE = 3
_LENGTH_BYTES = 4
_ONES_TO_COUNT = 32


class UnreadableError(ValueError):
    """The bits are not what the standard says stands there."""


class Bits:
    """Reads raw bytes bit by bit from `at` on; `text` are all of them as noughts and ones."""

    def __init__(self, raw: bytes) -> None:
        self.text = "".join(f"{byte:08b}" for byte in raw)
        self.at = 0

    def take(self, count: int) -> int:
        """Return the next `count` bits as a number, u(n); 0 for none. Raises UnreadableError at the end."""
        if self.at + count > len(self.text):
            raise UnreadableError
        found = self.text[self.at : self.at + count]
        self.at += count
        return int(found, 2) if found else 0

    def flag(self) -> bool:
        """Return the next bit, u(1). Raises UnreadableError at the end."""
        return bool(self.take(1))

    def unsigned(self) -> int:
        """Return the next number of the kind ue(v). Raises UnreadableError at the end."""
        zeros = 0
        while not self.take(1):
            zeros += 1
            if zeros > _ONES_TO_COUNT:
                raise UnreadableError
        return (1 << zeros) - 1 + self.take(zeros)

    def signed(self) -> int:
        """Return the next number of the kind se(v). Raises UnreadableError at the end."""
        coded = self.unsigned()
        return (coded + 1) // 2 if coded % 2 else -(coded // 2)


def unsigned(number: int) -> str:
    """Return a number as ue(v), in noughts and ones."""
    digits = f"{number + 1:b}"
    return "0" * (len(digits) - 1) + digits


def fixed(number: int, count: int) -> str:
    """Return a number as u(n), in noughts and ones."""
    return f"{number:0{count}b}"


def to_bytes(bits: str) -> bytes:
    """Return whole bytes of noughts and ones; what is short of a byte is filled with noughts."""
    bits += "0" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big") if bits else b""


def content_of(bits: str) -> str:
    """Return a set's bits without the stop bit and what follows it. Raises UnreadableError where there is none."""
    end = bits.rfind("1")
    if end < 0:
        raise UnreadableError
    return bits[:end]


def raw(unit: bytes) -> bytes:
    """Return a unit's bytes without its escapes."""
    out, zeros = bytearray(), 0
    for byte in unit:
        if zeros >= 2 and byte == _ESCAPE:
            zeros = 0
            continue
        out.append(byte)
        zeros = 0 if byte else zeros + 1
    return bytes(out)


def escaped(content: bytes) -> bytes:
    """Return raw bytes with escapes put in."""
    out, zeros = bytearray(), 0
    for byte in content:
        if zeros == 2 and byte <= _ESCAPE:
            out.append(_ESCAPE)
            zeros = 0
        out.append(byte)
        zeros = 0 if byte else zeros + 1
    return bytes(out)


def units_of(packet: bytes, length_bytes: int) -> list[bytes]:
    """Return the units of a packet; `length_bytes` is how long each one's length is, 0 for start codes.

    Raises UnreadableError where a unit is longer than the packet.
    """
    if not length_bytes:
        return split_at_start_codes(packet)
    units, at = [], 0
    while at < len(packet):
        start = at + length_bytes
        size = int.from_bytes(packet[at:start], "big")
        if not size or start + size > len(packet):
            raise UnreadableError
        units.append(packet[start : start + size])
        at = start + size
    return units


def split_at_start_codes(stream: bytes) -> list[bytes]:
    """Return the units of a byte stream (annex B)."""
    units = []
    at = stream.find(_START)
    while at >= 0:
        start = at + len(_START)
        at = stream.find(_START, start)
        unit = stream[start : at if at >= 0 else len(stream)].rstrip(b"\x00")
        if unit:
            units.append(unit)
    return units


def packed(units: Iterable[bytes]) -> bytes:
    """Return units as one packet, each with its length in four bytes before it."""
    return b"".join(part for unit in units for part in (len(unit).to_bytes(_LENGTH_BYTES, "big"), unit))


def renumbered(unit: bytes, at: int, length: int, instead: str) -> bytes:
    """Return a unit whose `length` bits from bit `at` are replaced; the number of bits changes by whole bytes.

    What follows keeps its place inside its byte, so that not one bit of the picture itself is touched. Raises
    UnreadableError for a unit that ends before that.
    """
    if (len(instead) - length) % 8:
        raise ValueError(instead)
    first_untouched = (at + length + 7) // 8
    cut, zeros, seen = 0, 0, 0
    # A byte that is not nought ends every row of noughts: from there on escapes stand where they stood.
    for cut, byte in enumerate(unit):  # noqa: B007 - it is used after the loop
        if zeros >= 2 and byte == _ESCAPE:
            zeros = 0
            continue
        zeros = 0 if byte else zeros + 1
        if seen >= first_untouched and byte:
            break
        seen += 1
    else:
        raise UnreadableError
    head = Bits(raw(unit[: cut + 1])).text
    return escaped(to_bytes(head[:at] + instead + head[at + length :])) + unit[cut + 1 :]


def same_length(number: int, taken: Sequence[int], most: int) -> int:
    """Return the least free number whose ue(v) is a whole number of bytes longer than `number`'s, or as long.

    Raises UnreadableError where none is free up to `most`.
    """
    long = len(unsigned(number))
    for free in range(most + 1):
        if free not in taken and len(unsigned(free)) >= long and not (len(unsigned(free)) - long) % 8:
            return free
    raise UnreadableError
