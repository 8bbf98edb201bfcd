"""How loud a reel is: its whole sound, as the cut hears it, measured once."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from math import ceil, floor

import numpy as np

from pipeline.ports.sound import MIX_SAMPLE_RATE, Levelled, LevelRequest, SoundStretch
from pipeline.ports.work import Bench
from pipeline.tools.loudness import integrated_millibel
from pipeline.tools.media_open import library_versions, plain_errors
from pipeline.tools.mix_file import BLOCK
from pipeline.tools.mix_source import SourceSound
from pipeline.tools.sound_reader import Samples


class ReelLeveller:
    """Measures with libav's ebur128 filter; carries out `pipeline.ports.sound.Leveller`."""

    def identity(self, request: LevelRequest) -> Mapping[str, str]:  # noqa: ARG002 - the same for every request
        """Return the libraries' versions: they decode, resample and measure."""
        return library_versions()

    def provenance(self) -> Mapping[str, str]:
        """Return the libraries' versions."""
        return library_versions()

    def carry_out(self, requests: Sequence[LevelRequest], bench: Bench) -> Iterator[tuple[int, Levelled]]:
        """Yield each reel's loudness. Raises MediaError, naming the file, for what cannot be read or lacks a channel."""
        for index, request in enumerate(requests):
            with plain_errors("the loudness of a reel cannot be measured"):
                level = integrated_millibel(_heard(request, bench))
            yield index, Levelled(integrated_millibel=level)


def _heard(request: LevelRequest, bench: Bench) -> Iterator[Samples]:
    task = "level"
    seconds = sum((stretch.end - stretch.start for stretch in request.stretches), Fraction(0))
    bench.progress.start(task, max(1, ceil(seconds)), "seconds")
    for stretch in request.stretches:
        for block in _stretch(stretch, request.source_channels or (None,), bench):
            yield block
            bench.progress.advance(task, block.shape[1] // MIX_SAMPLE_RATE)
    bench.progress.finish(task)


def _stretch(stretch: SoundStretch, channels: Sequence[int | None], bench: Bench) -> Iterator[Samples]:
    """Yield a file's sound in blocks of two rows, several channels added up as a cut that plays both adds them."""
    first = floor((stretch.sound.zero + stretch.start) * MIX_SAMPLE_RATE + Fraction(1, 2))
    last = floor((stretch.sound.zero + stretch.end) * MIX_SAMPLE_RATE + Fraction(1, 2))
    path = bench.path(stretch.sound.digest)
    sources: list[SourceSound] = []
    try:
        for channel in channels:
            sources.append(SourceSound(path, stretch.sound, channel))
            sources[-1].move_to(first)
        for start in range(first, last, BLOCK):
            block = np.zeros((2, min(BLOCK, last - start)), np.float32)
            for source in sources:
                block += source.read(block.shape[1])
            yield block
    finally:
        for source in sources:
            source.close()
