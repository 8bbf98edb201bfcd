"""voice-prints: what each moment of speech sounds like, as numbers that are near for one voice and far for two.

A voice print is personal data: it lies in the store, nowhere else, and goes when a person withdraws.
"""

from dataclasses import dataclass
from typing import Protocol

from pipeline.ports.speech import SoundOfReel, Span
from pipeline.ports.work import Executor

PRINT_SIZE = 256
"""Numbers of one print."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VoicePrintRequest:
    """Take the prints of one chunk of a sound, in windows of `window_ms`, one every `step_ms` of speech."""

    sound: SoundOfReel
    chunk: Span
    window_ms: int = 1600
    step_ms: int = 800


@dataclass(frozen=True, slots=True, kw_only=True)
class VoicePrints:
    """The prints of a chunk, in order of time, on the clock of its sound; windows of one stretch of speech overlap.

    `prints` holds `PRINT_SIZE` bytes for each window, in base64; each byte is a 510th of what the network gave.
    """

    windows: tuple[Span, ...]
    prints: str


class VoicePrinter(Executor[VoicePrintRequest, VoicePrints], Protocol):
    """Takes voice prints, by weights that lie on this machine. Its identity holds their digest, and the detector's."""
