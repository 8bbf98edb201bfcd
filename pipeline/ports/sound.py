"""conform, sound side: one continuous mix at 48 kHz, brought to a loudness where one is asked for, and its one encoding.

Levels are whole numbers: centibels are tenths of a decibel, millibels hundredths. A loudness is in millibels as well:
hundredths of LUFS (ITU-R BS.1770-4), of LU, of dBTP.
"""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Protocol

from pipeline.ports.speech import SoundOfReel
from pipeline.ports.work import Artifact, Executor

MIX_SAMPLE_RATE = 48_000


class Stem(StrEnum):
    """What a sound is in the mix: speech in the picture, a narrator, music, or what was there beside them."""

    DIALOGUE = "dialogue"
    NARRATION = "narration"
    MUSIC = "music"
    EFFECTS = "effects"


SPEECH = frozenset({Stem.DIALOGUE, Stem.NARRATION})
"""The stems under which music gives way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundSpan:
    """One event's sound: output samples `start` up to, not including, `end`, at 48 kHz from the cut's first frame.

    At sample `start` the source instant `source_in` is heard (seconds from the reel's zero); sample n of the span is the
    instant `source_in` + n / 48000 * `speed`, and pitch follows speed as on tape. `source_channel` (1-based) overrides the
    reel's choice. Where a reel has several files an event has a span for each: `before` and `after` count the samples of the
    same event that stand before and behind this one, and fades belong to the whole. The first `crossfade` samples of the
    event rise with equal power and the last `crossfade_out` fall so (rule 10); `fade_in` and `fade_out` are raised-cosine
    fades in samples (rule 11).
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
    before: int = 0
    after: int = 0
    gain_millibel: int = 0
    stem: Stem = Stem.DIALOGUE


@dataclass(frozen=True, slots=True, kw_only=True)
class Ducked:
    """How music gives way to speech: by how much, how fast, how fast it comes back.

    It begins to give way `attack` samples before someone speaks, is down when they do, stays down for `hold` samples after
    they end, and is back `release` samples later. A pause of at most `bridge` samples counts as speech.
    """

    depth_millibel: int
    attack: int
    release: int
    hold: int
    bridge: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MixRequest:
    """Mix spans to exactly `samples` samples of stereo; where nothing sounds there is silence."""

    samples: int
    spans: tuple[SoundSpan, ...]
    ducked: Ducked | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StemHeard:
    """How much of a stem is in a mix: samples in which one of its spans stands, overlaps counted once."""

    stem: Stem
    samples: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixed:
    """The mix as lossless PCM in the store, and its sample peak in thousandths of full scale.

    `stems` says what is in it; `ducked_samples` for how many of them music was held down by speech, wholly or in part.
    """

    file: Artifact
    samples: int
    peak: int
    stems: tuple[StemHeard, ...] = ()
    ducked_samples: int = 0


class Mixer(Executor[MixRequest, Mixed], Protocol):
    """Mixes, sample-exact; memory does not grow with the length of the cut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoudnessFacts:
    """What was measured, in millibels: hundredths of LUFS, LU and dBTP.

    `integrated_millibel` is the gated loudness of ITU-R BS.1770-4, `range_millibel` that of EBU Tech 3342. Both are None for
    what is silent or shorter than the 0.4 s that a measurement takes; the true peak is None for digital silence.
    """

    integrated_millibel: int | None
    range_millibel: int | None
    true_peak_millibel: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundStretch:
    """A part of a reel: one file's sound, from `start` up to, not including, `end`, in seconds from the reel's zero."""

    sound: SoundOfReel
    start: Fraction
    end: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelRequest:
    """Measure how loud a whole reel is, as a cut hears it.

    `source_channels` are the channels that are heard together; without any, what the reel's own choice makes of them.
    """

    stretches: tuple[SoundStretch, ...]
    source_channels: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Levelled:
    """How loud a reel is; None where it is silent or too short to say."""

    integrated_millibel: int | None


class Leveller(Executor[LevelRequest, Levelled], Protocol):
    """Measures reels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MasterRequest:
    """Bring a mix to `target_millibel` LUFS by one gain; what then rises above `ceiling_millibel` dBTP is limited there."""

    mix: Mixed
    target_millibel: int
    ceiling_millibel: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mastered:
    """The mix at its loudness: what it was, by how much it was turned up or down, and what it is now.

    `limited_samples` counts the samples that the limiter turned down. `reached` is False where the target was missed by more
    than 0.2 LU, which only the limiter can cause, or where nothing could be measured.
    """

    mixed: Mixed
    before: LoudnessFacts
    after: LoudnessFacts
    gain_millibel: int
    limited_samples: int
    reached: bool


class Masterer(Executor[MasterRequest, Mastered], Protocol):
    """Masters by measurement, one linear gain, and a true-peak limiter that acts only above the ceiling."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodeSoundRequest:
    """Encode a mix once, as AAC-LC stereo at `kbps`; with `measured`, its loudness as decoded is measured."""

    mix: Mixed
    kbps: int = 192
    measured: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodedSound:
    """The encoded mix in an M4A whose edit list declares exactly `samples`; decoded again when made.

    `loudness` is that of the decoded sound, None where it was not asked for.
    """

    file: Artifact
    samples: int
    loudness: LoudnessFacts | None = None


class SoundEncoder(Executor[EncodeSoundRequest, EncodedSound], Protocol):
    """Encodes a mix."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindEndsRequest:
    """Find the silence before and after what is heard in a reel."""

    stretches: tuple[SoundStretch, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """What is heard of a reel begins `first_ms` and ends, exclusive, `last_ms` after its zero; equal for a silent one."""

    first_ms: int
    last_ms: int


class EndsFinder(Executor[FindEndsRequest, Ends], Protocol):
    """Finds where a recording's silence at its head ends and at its tail begins."""
