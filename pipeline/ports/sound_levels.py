"""sound-levels: how loud a reel is from moment to moment, where a cut is to fall into a pause."""

from dataclasses import dataclass
from typing import Protocol

from pipeline.ports.sound import SoundStretch
from pipeline.ports.work import Executor

LEVEL_MS = 10
"""One level stands for so many milliseconds."""
SILENCE_CENTIBEL = -1200
"""The level of digital silence, and of where no file has sound; nothing is lower."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundLevelsRequest:
    """Measure `stretches`, a reel's files in order, from `start_ms` up to, not including, `end_ms`: SOURCE milliseconds.

    The two differ by a whole number of LEVEL_MS.
    """

    stretches: tuple[SoundStretch, ...]
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundLevels:
    """A level for each 10 ms from `start_ms` on: root mean square, tenths of a decibel below full scale, none above 0."""

    start_ms: int
    centibels: tuple[int, ...]


class SoundLevelMeter(Executor[SoundLevelsRequest, SoundLevels], Protocol):
    """Measures stretches of reels. Raises MediaError for sound that cannot be read."""
