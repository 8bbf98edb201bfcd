"""How long a WAV says it is. libav believes the file's size instead, so a copy that was cut short would pass for whole.

Chunks are those of RIFF/WAVE; RF64 (EBU Tech 3306) keeps sizes above 4 GiB in its ds64 chunk.
"""

import struct
from fractions import Fraction
from pathlib import Path

_MOST_CHUNKS = 10_000
_UNKNOWN = {0, 0xFFFFFFFF}
"""Sizes that recorders write before they know: nothing can be said then."""


def declared_seconds(path: Path) -> Fraction | None:
    """Return the length that a WAV's header declares, where the file ends before that; else None."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(12)
        if head[:4] not in (b"RIFF", b"RF64") or head[8:12] != b"WAVE":
            return None
        bytes_a_second, long_size = 0, 0
        for _ in range(_MOST_CHUNKS):
            header = file.read(8)
            if len(header) < 8:
                return None
            kind, length = struct.unpack("<4sI", header)
            start = file.tell()
            if kind == b"data":
                length = long_size if head[:4] == b"RF64" else length
                whole = length in _UNKNOWN or start + length <= size or not bytes_a_second
                return None if whole else Fraction(length, bytes_a_second)
            body = file.read(min(length, 16))
            if kind == b"fmt " and len(body) == 16:
                bytes_a_second = struct.unpack("<I", body[8:12])[0]
            elif kind == b"ds64" and len(body) == 16:
                long_size = struct.unpack("<Q", body[8:16])[0]
            file.seek(start + length + length % 2)
    return None
