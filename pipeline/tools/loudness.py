"""How loud something is: integrated loudness (ITU-R BS.1770-4), loudness range (EBU Tech 3342), true peak (BS.1770 annex 2).

Loudness and range are measured by libav's ebur128 filter, the true peak by our own oversampling, which the limiter uses too.
"""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from math import floor, log10

import av
import numpy as np
from av.audio.frame import AudioFrame

from pipeline.ports.sound import MIX_SAMPLE_RATE, LoudnessFacts
from pipeline.tools.loudness_peak import MARGIN, peak_of
from pipeline.tools.mix_file import as_frame
from pipeline.tools.sound_reader import Samples

_SILENCE_LUFS = -70.0
"""The absolute gate of BS.1770: what never rises above it has no loudness. The filter answers so for silence."""

_AT_ONCE = MIX_SAMPLE_RATE
_SHORTEST = MIX_SAMPLE_RATE * 4 // 10
"""One block of BS.1770."""


def measured(blocks: Iterable[Samples]) -> LoudnessFacts:
    """Return the loudness of stereo at 48 kHz that comes by in blocks of two rows, whatever their lengths."""
    meter, peaks = _Meter(), _Peaks()
    for block in blocks:
        meter.add(block)
        peaks.add(block)
    integrated, spread = meter.result()
    return LoudnessFacts(
        integrated_millibel=integrated, range_millibel=spread, true_peak_millibel=as_millibel(peaks.result())
    )


def integrated_millibel(blocks: Iterable[Samples]) -> int | None:
    """Return the integrated loudness alone, in hundredths of LUFS, as `measured` does."""
    meter = _Meter()
    for block in blocks:
        meter.add(block)
    return meter.result()[0]


def as_millibel(amplitude: float) -> int | None:
    """Return an amplitude in hundredths of dB relative to 1, None for 0."""
    return floor(2000 * log10(amplitude) + 0.5) if amplitude > 0 else None


class _Meter:
    """The ebur128 filter, fed block by block; it answers every 100 ms with what has been measured until then."""

    def __init__(self) -> None:
        graph = av.filter.Graph()
        self._source = graph.add_abuffer(
            sample_rate=MIX_SAMPLE_RATE, format="flt", layout="stereo", time_base=Fraction(1, MIX_SAMPLE_RATE)
        )
        meter = graph.add("ebur128", "metadata=1:peak=none:framelog=quiet")
        self._sink = graph.add("abuffersink")
        self._source.link_to(meter)
        meter.link_to(self._sink)
        graph.configure()
        self._graph = graph
        self._fed = 0
        self._answer: dict[str, str] = {}

    def add(self, block: Samples) -> None:
        """Measure two rows more."""
        for start in range(0, block.shape[1], _AT_ONCE):
            piece = block[:, start : start + _AT_ONCE]
            self._source.push(as_frame(piece, self._fed))
            self._fed += piece.shape[1]
            self._take()

    def result(self) -> tuple[int | None, int | None]:
        """Return integrated loudness and range in millibels; nothing more may be added."""
        self._source.push(None)
        self._take()
        integrated = float(self._answer.get("lavfi.r128.I", _SILENCE_LUFS))
        if integrated <= _SILENCE_LUFS or self._fed < _SHORTEST:
            return None, None
        return floor(integrated * 100 + 0.5), floor(float(self._answer["lavfi.r128.LRA"]) * 100 + 0.5)

    def _take(self) -> None:
        for frame in self._frames():
            self._answer.update(frame.metadata)

    def _frames(self) -> Iterator[AudioFrame]:
        while True:
            try:
                frame = self._sink.pull()
            except (av.BlockingIOError, av.EOFError):
                return
            if isinstance(frame, AudioFrame):
                yield frame


class _Peaks:
    """The highest true peak of blocks that follow each other."""

    def __init__(self) -> None:
        self._before: Samples = np.zeros((2, MARGIN), np.float32)
        self._highest = 0.0

    def add(self, block: Samples) -> None:
        self._highest = max(self._highest, peak_of(np.concatenate([self._before, block], axis=1), self._highest))
        self._before = np.concatenate([self._before, block], axis=1)[:, -2 * MARGIN :]

    def result(self) -> float:
        tail = np.zeros((2, MARGIN), np.float32)
        return max(self._highest, peak_of(np.concatenate([self._before, tail], axis=1), self._highest))
