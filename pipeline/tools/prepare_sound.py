"""Where what is heard in a recording begins and ends: narration comes with silence before and after it.

Silence is told by pydub, whose levels are those of 16-bit sound held in memory: it is given ten seconds of mono at a time,
which we have decoded. It is never asked to open a file, since for that it would start whatever ffmpeg it finds.
"""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from math import ceil, floor
from typing import Any

import numpy as np

from pipeline.errors import ToolMissing
from pipeline.ports.sound import MIX_SAMPLE_RATE, Ends, FindEndsRequest, SoundStretch
from pipeline.ports.work import Bench
from pipeline.tools.media_open import library_versions, plain_errors
from pipeline.tools.mix_file import BLOCK
from pipeline.tools.mix_source import SourceSound

_BELOW_PEAK_DB = 45.0
"""Silence is what lies this far below the recording's highest sample: a breath is kept, a room's noise is not."""

_QUIETEST_DB = -66.0
"""Where nothing rises above this, a recording is silent."""

_STEP_MS = 10
_KEPT_BEFORE_MS = 30
_KEPT_AFTER_MS = 150
_RULES = f"{_BELOW_PEAK_DB} {_QUIETEST_DB} {_STEP_MS} {_KEPT_BEFORE_MS} {_KEPT_AFTER_MS}"


class SilenceTrimmer:
    """Finds the ends of recordings with pydub; carries out `pipeline.ports.sound.EndsFinder`."""

    def identity(self, request: FindEndsRequest) -> Mapping[str, str]:  # noqa: ARG002 - the same for every request
        """Return the libraries' versions, which decode, and what counts as silence."""
        return {**library_versions(), "rules": _RULES}

    def provenance(self) -> Mapping[str, str]:
        """Return the libraries' versions."""
        return library_versions()

    def carry_out(self, requests: Sequence[FindEndsRequest], bench: Bench) -> Iterator[tuple[int, Ends]]:
        """Yield each recording's ends. Raises MediaError, naming the file, for what cannot be read."""
        for index, request in enumerate(requests):
            with plain_errors("the silence around a recording cannot be found"):
                ends = _ends(_blocks(request.stretches), bench)
            yield index, ends


def _ends(blocks: list[tuple[SoundStretch, int, int]], bench: Bench) -> Ends:
    loudest = max((_segment(block, bench).max_dBFS for block in blocks), default=_QUIETEST_DB)
    if loudest <= _QUIETEST_DB:
        return Ends(first_ms=0, last_ms=0)
    silence = loudest - _BELOW_PEAK_DB
    first = next(place for block in blocks if (place := _first_heard(block, silence, bench)) is not None)
    last = next(place for block in reversed(blocks) if (place := _last_heard(block, silence, bench)) is not None)
    return Ends(first_ms=max(0, floor(first) - _KEPT_BEFORE_MS), last_ms=ceil(last) + _KEPT_AFTER_MS)


def _blocks(stretches: Sequence[SoundStretch]) -> list[tuple[SoundStretch, int, int]]:
    """Return the pieces of at most ten seconds that are looked at: samples of the file's 48 kHz grid, the end exclusive."""
    found = []
    for stretch in stretches:
        first = floor((stretch.sound.zero + stretch.start) * MIX_SAMPLE_RATE + Fraction(1, 2))
        last = floor((stretch.sound.zero + stretch.end) * MIX_SAMPLE_RATE + Fraction(1, 2))
        found += [(stretch, start, min(start + BLOCK, last)) for start in range(first, last, BLOCK)]
    return found


def _first_heard(block: tuple[SoundStretch, int, int], silence: float, bench: Bench) -> Fraction | None:
    """Return the millisecond after the reel's zero at which something is first heard in a piece, None if nothing is."""
    segment = _segment(block, bench)
    quiet = _leading_silence(segment, silence)
    return None if quiet >= len(segment) else _ms(block[0], block[1]) + quiet


def _last_heard(block: tuple[SoundStretch, int, int], silence: float, bench: Bench) -> Fraction | None:
    segment = _segment(block, bench)
    quiet = _leading_silence(segment.reverse(), silence)
    return None if quiet >= len(segment) else _ms(block[0], block[2]) - quiet


def _ms(stretch: SoundStretch, sample: int) -> Fraction:
    return (Fraction(sample, MIX_SAMPLE_RATE) - stretch.sound.zero) * 1000


def _leading_silence(segment: Any, silence: float) -> int:
    found: int = _pydub().silence.detect_leading_silence(segment, silence_threshold=silence, chunk_size=_STEP_MS)
    return found


def _segment(block: tuple[SoundStretch, int, int], bench: Bench) -> Any:
    """Return a piece of a recording as pydub has it: mono, 16 bits."""
    stretch, first, last = block
    source = SourceSound(bench.path(stretch.sound.digest), stretch.sound, None)
    try:
        source.move_to(first)
        mono = source.read(last - first).mean(axis=0)
    finally:
        source.close()
    whole = np.clip(np.rint(mono * 32_767), -32_768, 32_767).astype("<i2")
    return _pydub().AudioSegment(data=whole.tobytes(), sample_width=2, frame_rate=MIX_SAMPLE_RATE, channels=1)


def _pydub() -> Any:
    """Return pydub, imported when it is first needed: it warns of audioop, of its own escapes and of a missing ffmpeg.

    Raises ToolMissing where it cannot be imported.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            import pydub  # noqa: PLC0415 - only where silence is to be trimmed
            import pydub.silence  # noqa: PLC0415
        except ImportError as error:  # Python 3.13 has no audioop any more
            cure = "install pydub, and audioop-lts on Python 3.13 or later; or write `trim: false`"
            raise ToolMissing(f"silence cannot be trimmed: {error}", cure) from error
    return pydub
