"""A mix on disk: a W64 file (Sony Wave64, which may pass 4 GB) of interleaved 32-bit stereo floats at 48 kHz."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Self

import av
import numpy as np
from av.audio.frame import AudioFrame

from pipeline.errors import MediaError
from pipeline.ports.sound import MIX_SAMPLE_RATE
from pipeline.tools.media_open import file_url
from pipeline.tools.sound_reader import Samples

BLOCK = 10 * MIX_SAMPLE_RATE
"""How many samples are worked on at a time."""

_SAMPLE_BYTES = 8
_GUID_TAIL = bytes.fromhex("f3acd3118cd100c04f8edb8a")
"""The last twelve bytes of every W64 chunk's name except `riff`, after its four letters."""


class MixWriter:
    """A mix, written block by block."""

    def __init__(self, path: Path) -> None:
        self._container = av.open(file_url(path), "w", format="w64", container_options={"fflags": "+bitexact"})
        self._stream = self._container.add_stream("pcm_f32le", rate=MIX_SAMPLE_RATE, layout="stereo")
        self._written = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._container.close()

    def write(self, block: Samples) -> None:
        """Write two rows of samples."""
        frame = as_frame(block, self._written)
        self._written += block.shape[1]
        self._container.mux(self._stream.encode(frame))


def as_frame(block: Samples, first: int) -> AudioFrame:
    """Return two rows of samples as a frame that starts at sample `first` of a mix."""
    packed = np.ascontiguousarray(block.T, np.float32).reshape(1, -1)
    frame = AudioFrame.from_ndarray(packed, format="flt", layout="stereo")
    frame.sample_rate = MIX_SAMPLE_RATE
    frame.time_base = Fraction(1, MIX_SAMPLE_RATE)
    frame.pts = first
    return frame


class MixFile:
    """A mix that was written by `MixWriter`, read and, with `editable`, changed in any place.

    `samples` is its length. Raises MediaError for a file that is not such a mix.
    """

    def __init__(self, path: Path, *, editable: bool = False) -> None:
        self._file = path.open("r+b" if editable else "rb")
        try:
            self._first, length = self._found()
        except BaseException:
            self._file.close()
            raise
        self.samples = length // _SAMPLE_BYTES

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def read(self, start: int, end: int) -> Samples:
        """Return samples `start` up to, not including, `end` as two rows; silence beyond the mix on either side."""
        first, last = min(max(start, 0), self.samples), min(max(end, 0), self.samples)
        self._file.seek(self._first + first * _SAMPLE_BYTES)
        held = np.fromfile(self._file, np.float32, 2 * (last - first)).reshape(-1, 2).T
        if held.shape[1] != last - first:
            raise MediaError("the mix is shorter than it says", "run again: it is made again")
        if (first, last) == (start, end):
            return held
        block = np.zeros((2, end - start), np.float32)
        block[:, first - start : first - start + held.shape[1]] = held
        return block

    def write(self, start: int, block: Samples) -> None:
        """Replace samples from `start` on by two rows, which must lie within the mix."""
        self._file.seek(self._first + start * _SAMPLE_BYTES)
        self._file.write(np.ascontiguousarray(block.T, np.float32).tobytes())

    def blocks(self) -> Iterator[tuple[int, Samples]]:
        """Yield (first sample, two rows), ten seconds at a time."""
        for start in range(0, self.samples, BLOCK):
            yield start, self.read(start, min(start + BLOCK, self.samples))

    def _found(self) -> tuple[int, int]:
        """Return where the samples begin, in bytes, and how many bytes they are."""
        if self._file.read(4) != b"riff":
            raise MediaError("the mix is not a W64 file", "run again: it is made again")
        self._file.seek(40)
        while True:
            head = self._file.read(24)
            length = int.from_bytes(head[16:24], "little") - 24
            if len(head) < 24 or length < 0 or head[4:16] != _GUID_TAIL:
                raise MediaError("the mix holds no samples", "run again: it is made again")
            if head[:4] == b"data":
                return self._file.tell(), length
            self._file.seek(length + -length % 8, 1)
