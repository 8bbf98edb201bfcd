"""A film whose frames are coded as two pictures, one a field (H.264, PAFF), as broadcasters and AVCHD cameras do.

No encoder at hand writes such films, so this one does, by the letter of ITU-T H.264: every macroblock is I_PCM (7.3.5).
"""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from tests.media_samples import numbered

SIZE = (320, 192)
RATE = Fraction(25)


class _Bits:
    def __init__(self) -> None:
        self._bits: list[int] = []

    def u(self, value: int, width: int) -> "_Bits":
        self._bits += [value >> (width - 1 - k) & 1 for k in range(width)]
        return self

    def ue(self, *values: int) -> "_Bits":
        """Exp-Golomb (9.1)."""
        for value in values:
            self.u(value + 1, 2 * (value + 1).bit_length() - 1)
        return self

    def align(self) -> "_Bits":
        self._bits += [0] * (-len(self._bits) % 8)
        return self

    def whole(self) -> bytes:
        return np.packbits(self._bits).tobytes()

    def ended(self) -> bytes:
        """With the stop bit (7.3.2.11)."""
        return self.u(1, 1).align().whole()


def _unit(kind: int, content: bytes) -> bytes:
    """A NAL unit with its start code; three zeros in a row are kept apart (7.4.1)."""
    out, zeros = bytearray(), 0
    for byte in content:
        if zeros >= 2 and byte <= 3:
            out.append(3)
            zeros = 0
        out.append(byte)
        zeros = zeros + 1 if byte == 0 else 0
    return b"\0\0\0\1" + bytes([(0 if kind == 9 else 3) << 5 | kind]) + bytes(out)


def _headers() -> bytes:
    sequence = _Bits().u(77, 8).u(0, 8).u(31, 8)
    # id, frame_num of 8 bits, order counts of 8 bits, 1 reference, no gaps, 20 macroblocks wide, 6 pairs of them high
    sequence.ue(0, 4, 0, 4, 1).u(0, 1).ue(SIZE[0] // 16 - 1, SIZE[1] // 32 - 1)
    sequence.u(0, 1).u(0, 1).u(1, 1).u(0, 1)  # fields allowed, no MBAFF, direct 8x8, no cropping
    sequence.u(1, 1).u(0, 4).u(1, 1).u(1, 32).u(50, 32).u(1, 1).u(0, 4)  # VUI: 50 ticks a second, fixed
    picture = _Bits().ue(0, 0).u(0, 2).ue(0, 0, 0).u(0, 3).ue(0, 0, 0).u(1, 1).u(0, 2)
    return _unit(7, sequence.ended()) + _unit(8, picture.ended())


def _field(values: np.ndarray, number: int, *, bottom: bool) -> bytes:
    """One field, coded: `values` are its rows of Y."""
    first = not bottom
    slice_ = _Bits().ue(0, 7, 0).u(0, 8).u(1, 1).u(int(bottom), 1)
    if first:
        slice_.ue(number % 2)
    slice_.u(int(bottom), 8)
    slice_.u(0, 2 if first else 1)  # how references are marked: plainly
    slice_.ue(0, 1)  # no change of quantiser, no deblocking
    rows, columns = values.shape
    coded = b""
    for row in range(0, rows, 16):
        for column in range(0, columns, 16):
            bits = slice_ if not coded else _Bits()
            coded += bits.ue(25).align().whole()
            coded += values[row : row + 16, column : column + 16].tobytes() + bytes([128]) * 128
    return (
        _unit(9, _Bits().u(7, 3).ended()) + (_headers() if first else b"") + _unit(5 if first else 1, coded + b"\x80")
    )


def paff_film(path: Path, frames: int, first: int = 0, *, packet_a_field: bool = False) -> Path:
    """Write a transport stream of `frames` frames with the numbers from `first` on, the upper field first."""
    with av.open(str(path), "w", format="mpegts") as container:
        stream = container.add_stream("libx264", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        for k in range(frames):
            luma = np.clip(np.asarray(numbered(first + k, SIZE).convert("L")), 16, 235)
            fields = [_field(np.ascontiguousarray(luma[part::2]), k, bottom=bool(part)) for part in (0, 1)]
            pieces = fields if packet_a_field else [b"".join(fields)]
            for number, piece in enumerate(pieces):
                packet = av.Packet(piece)
                packet.stream = stream
                packet.time_base = Fraction(1, 50)
                packet.pts = packet.dts = 100 + 2 * k + number
                container.mux(packet)
    return path
