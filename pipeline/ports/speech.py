"""transcribe: where there is speech, and which words. All times are SOURCE milliseconds (from the reel's zero)."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from footage_manifest.model import ChannelChoice
from pipeline.ports.work import Executor
from subtitles.transcript import Word


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundOfReel:
    """Which sound is listened to: a file's stream, the channel choice of rule 8, and where the reel's zero lies in it.

    `zero` is the reel's zero in seconds on the file's clock (`MediaFacts.reel_start`).
    """

    digest: str
    stream: int
    channels: ChannelChoice
    zero: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class FindSpeechRequest:
    """Find the speech of a whole reel and cut it into chunks inside silences, two to five minutes each."""

    sound: SoundOfReel
    chunk_min_ms: int = 120_000
    chunk_max_ms: int = 300_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FindSpeechUntil(FindSpeechRequest):
    """Find the speech of one part of a reel: from the sound's zero to `end_ms`, exclusive, on a clock of the part's own.

    A kind of its own, so that what was found in reels of one file stays found.
    """

    end_ms: int


@dataclass(frozen=True, slots=True)
class Span:
    """From `start_ms`, inclusive, to `end_ms`, exclusive."""

    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """Chunks cover all speech, in order, without overlap; `speech_ms` is how much of the reel is speech."""

    chunks: tuple[Span, ...]
    speech_ms: int
    duration_ms: int


class SpeechFinder(Executor[FindSpeechRequest, Speech], Protocol):
    """Finds speech by a voice detector. Deterministic at any thread count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecogniseRequest:
    """Recognise one chunk.

    `language` is a code, or None to detect it. `prime` holds names and terms that may be heard, most important first.
    """

    sound: SoundOfReel
    chunk: Span
    language: str | None
    prime: tuple[str, ...] = ()
    beam: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class RecogniseTurns(RecogniseRequest):
    """Recognise only what is said in `turns`, stretches of the chunk in order, as one piece; the rest is not heard.

    A kind of its own, so that what was heard in reels of one language stays heard.
    """

    turns: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TellTurnsRequest:
    """Tell which of two or more `languages` is spoken in which part of a chunk."""

    sound: SoundOfReel
    chunk: Span
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A stretch in one language, from `start_ms`, inclusive, to `end_ms`, exclusive, in the sound's time."""

    start_ms: int
    end_ms: int
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Turns:
    """The turns of a chunk: in order, from its start to its end, without a gap, the language changing between any two.

    `doubts` are stretches whose language is a guess from what is said around them.
    """

    turns: tuple[Turn, ...]
    doubts: tuple[Span, ...] = ()


class TurnTeller(Executor[TellTurnsRequest, Turns], Protocol):
    """Tells languages apart with a speech engine's weights. Deterministic; its identity is a recogniser's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VoicesRequest:
    """Find exactly where in a chunk somebody begins and ceases to speak."""

    sound: SoundOfReel
    chunk: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Voices:
    """The stretches of a chunk in which there is a voice, in order and without margins, in the sound's time."""

    stretches: tuple[Span, ...]


class VoiceFinder(Executor[VoicesRequest, Voices], Protocol):
    """Finds voices by the voice detector. Deterministic at any thread count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """The words of one chunk, in order, in the reel's time; `language_confidence` in thousandths."""

    language: str
    language_confidence: int
    words: tuple[Word, ...]


class Recogniser(Executor[RecogniseRequest, Recognised], Protocol):
    """Recognises speech with the voice detector and word times on: no text over silence, nothing silently dropped.

    Its identity holds digests of the weights and of the voice detector, and options; never a library's version.
    """
