"""How loud a stretch of a reel is, ten milliseconds at a time, as speech engines hear it: 16 kHz and mono."""

from collections.abc import Iterator, Mapping, Sequence
from math import ceil, floor

import numpy as np

from pipeline.ports.sound_levels import LEVEL_MS, SILENCE_CENTIBEL, SoundLevels, SoundLevelsRequest
from pipeline.ports.speech import Span
from pipeline.ports.work import Bench
from pipeline.tools.listen import HEARING_RATE, Listener, Samples
from pipeline.tools.media_open import library_versions, plain_errors

_SAMPLES = HEARING_RATE * LEVEL_MS // 1000
_PIECE_MS = 10_000
_RULES = f"rms {LEVEL_MS} {HEARING_RATE} {SILENCE_CENTIBEL}"


class RmsLevelMeter:
    """Measures root mean squares; carries out `pipeline.ports.sound_levels.SoundLevelMeter`."""

    def identity(self, request: SoundLevelsRequest) -> Mapping[str, str]:  # noqa: ARG002 - the same for every request
        """Return what a level is. A decoder's version moves none by a tenth of a decibel."""
        return {"rules": _RULES}

    def provenance(self) -> Mapping[str, str]:
        """Return the libraries' versions."""
        return library_versions()

    def carry_out(self, requests: Sequence[SoundLevelsRequest], bench: Bench) -> Iterator[tuple[int, SoundLevels]]:
        """Yield the levels of each stretch. Raises MediaError, naming the file, for what cannot be read."""
        bench.progress.start("levels", len(requests), "passages")
        try:
            for index, request in enumerate(requests):
                with plain_errors("the sound around a quote cannot be measured"):
                    levels = _levels(request, bench)
                yield index, SoundLevels(start_ms=request.start_ms, centibels=levels)
                bench.progress.advance("levels", 1)
        finally:
            bench.progress.finish("levels")


def _levels(request: SoundLevelsRequest, bench: Bench) -> tuple[int, ...]:
    found = [SILENCE_CENTIBEL] * ((request.end_ms - request.start_ms) // LEVEL_MS)
    for stretch in request.stretches:
        # Whole steps of the request's own grid that the file holds.
        first = max(0, ceil((ceil(stretch.start * 1000) - request.start_ms) / LEVEL_MS))
        last = min(len(found), floor((floor(stretch.end * 1000) - request.start_ms) / LEVEL_MS))
        if first >= last:
            continue
        with Listener.of(bench.path(stretch.sound.digest), stretch.sound) as listener:
            step = _PIECE_MS // LEVEL_MS
            for at in range(first, last, step):
                end = min(at + step, last)
                span = Span(start_ms=request.start_ms + at * LEVEL_MS, end_ms=request.start_ms + end * LEVEL_MS)
                found[at:end] = _measured(listener.span(span))
    return tuple(found)


def _measured(samples: Samples) -> list[int]:
    rows = samples.reshape(-1, _SAMPLES).astype(np.float64)
    power = np.square(rows).mean(axis=1)
    levels = 100 * np.log10(np.maximum(power, 1e-12))
    return [int(level) for level in np.clip(np.rint(levels), SILENCE_CENTIBEL, 0)]
