"""conform, sound side: one continuous mix at 48 kHz, and its one encoding."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from pipeline.ports.speech import SoundOfReel
from pipeline.ports.work import Artifact, Executor

MIX_SAMPLE_RATE = 48_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundSpan:
    """One event's sound: output samples `start` up to, not including, `end`, at 48 kHz from the cut's first frame.

    At sample `start` the source instant `source_in` is heard (seconds from the reel's zero); `speed` as for pictures.
    `source_channel` (1-based) overrides the reel's choice. The first `crossfade` samples rise with equal power and the
    last `crossfade_out` fall so (rule 10); `fade_in` and `fade_out` are raised-cosine join fades in samples (rule 11).
    """

    sound: SoundOfReel
    start: int
    end: int
    source_in: Fraction
    speed: Fraction = Fraction(1)
    source_channel: int | None = None
    crossfade: int = 0
    crossfade_out: int = 0
    fade_in: int = 0
    fade_out: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MixRequest:
    """Mix spans to exactly `samples` samples of stereo; where nothing sounds there is silence."""

    samples: int
    spans: tuple[SoundSpan, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixed:
    """The mix as lossless PCM in the store, and its sample peak in thousandths of full scale."""

    file: Artifact
    samples: int
    peak: int


class Mixer(Executor[MixRequest, Mixed], Protocol):
    """Mixes, sample-exact; memory does not grow with the length of the cut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodeSoundRequest:
    """Encode a mix once, as AAC-LC stereo at `kbps`."""

    mix: Mixed
    kbps: int = 192


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodedSound:
    """The encoded mix in an M4A whose edit list declares exactly `samples`; decoded again when made."""

    file: Artifact
    samples: int


class SoundEncoder(Executor[EncodeSoundRequest, EncodedSound], Protocol):
    """Encodes a mix."""
