"""Small ICC profiles (ICC.1:2001-04) made for tests: RGB with other primaries, grey with another curve, and inks."""

import struct

import numpy as np

D50 = (0.9642, 1.0, 0.8249)


def _fixed(value: float) -> bytes:
    return struct.pack(">i", round(value * 65536))


def _xyz(values: tuple[float, float, float]) -> bytes:
    return b"XYZ \0\0\0\0" + b"".join(_fixed(value) for value in values)


def _gamma(value: float) -> bytes:
    return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(value * 256)) + b"\0\0"


def _described(words: str) -> bytes:
    text = words.encode() + b"\0"
    made = b"desc\0\0\0\0" + struct.pack(">I", len(text)) + text + bytes(4 + 4 + 2 + 1 + 67)
    return made + bytes(-len(made) % 4)


def _profile(kind: bytes, space: bytes, connection: bytes, tags: dict[bytes, bytes]) -> bytes:
    table, content = b"", b""
    offset = 128 + 4 + 12 * len(tags)
    for name, value in tags.items():
        table += name + struct.pack(">II", offset + len(content), len(value))
        content += value
    size = offset + len(content)
    head = struct.pack(">I", size) + bytes(4) + bytes((2, 0x40, 0, 0)) + kind + space + connection
    head += bytes(12) + b"acsp" + bytes(28) + b"".join(_fixed(value) for value in D50)
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + content


def rgb_profile(words: str, primaries: np.ndarray, gamma: float) -> bytes:
    """A profile whose red, green and blue have these XYZ, adapted to D50 (rows)."""
    tags = {b"desc": _described(words), b"wtpt": _xyz(D50), b"cprt": b"text\0\0\0\0none\0\0\0\0"}
    for letter, values in zip((b"r", b"g", b"b"), primaries, strict=True):
        tags[letter + b"XYZ"] = _xyz(tuple(float(value) for value in values))
        tags[letter + b"TRC"] = _gamma(gamma)
    return _profile(b"mntr", b"RGB ", b"XYZ ", tags)


def grey_profile(words: str, gamma: float) -> bytes:
    """A profile of one channel."""
    tags = {
        b"desc": _described(words),
        b"wtpt": _xyz(D50),
        b"cprt": b"text\0\0\0\0none\0\0\0\0",
        b"kTRC": _gamma(gamma),
    }
    return _profile(b"mntr", b"GRAY", b"XYZ ", tags)


def ink_profile(words: str, lab_of: dict[tuple[int, int, int, int], tuple[float, float, float]]) -> bytes:
    """A CMYK profile: a colour (CIELAB) for each of the sixteen mixtures of whole inks."""
    table = b"mft1\0\0\0\0" + bytes((4, 3, 2, 0))
    table += b"".join(_fixed(float(row == column)) for row in range(3) for column in range(3))
    table += bytes(range(256)) * 4
    for cyan in (0, 1):
        for magenta in (0, 1):
            for yellow in (0, 1):
                for black in (0, 1):
                    light, a, b = lab_of[cyan, magenta, yellow, black]
                    table += bytes((round(light * 255 / 100), round(a) + 128, round(b) + 128))
    table += bytes(range(256)) * 3
    table += bytes(-len(table) % 4)
    tags = {b"desc": _described(words), b"wtpt": _xyz(D50), b"cprt": b"text\0\0\0\0none\0\0\0\0"}
    return _profile(b"prtr", b"CMYK", b"Lab ", {**tags, b"A2B0": table, b"A2B1": table, b"A2B2": table})
