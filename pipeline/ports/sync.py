"""sync: where a recorder's sound lies under a picture, found by comparing it with the camera's own sound (rule 8)."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from pipeline.ports.speech import SoundOfReel
from pipeline.ports.work import Executor

SYNC_SAMPLE_RATE = 48_000
"""Samples a second in which offsets are counted, whatever the files have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundStretch:
    """One of the consecutive files of a sound, heard from `start` up to, not including, `end`.

    Both are seconds from the zero of the whole sound; `sound.zero` is where that zero lies on this file's clock.
    """

    sound: SoundOfReel
    start: Fraction
    end: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncRequest:
    """Find where the recorder's sound lies on the reel's clock.

    `camera` counts from the reel's zero, `recorder` from the recorder's first sample. Both in order of time, neither empty.
    """

    camera: tuple[SoundStretch, ...]
    recorder: tuple[SoundStretch, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Synced:
    """Where the recorder's first sample is heard, in samples at 48 kHz after the reel's zero: negative before it.

    `confidence`, in thousandths, is how much of the sound agrees on it, less what agrees on the next best place: 0 where
    nothing was found. `offset` is true in the middle of what both recorded; `offset_at_start` and `offset_at_end` are what
    it would be at either end: they differ where the two clocks run apart.
    """

    offset: int
    offset_at_start: int
    offset_at_end: int
    confidence: int


class SoundSyncer(Executor[SyncRequest, Synced], Protocol):
    """Finds offsets. Level, noise, number of channels and sample rate may differ; memory is bounded for hours of sound."""
