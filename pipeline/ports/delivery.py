"""deliver: picture, sound and text tracks into one MP4, decoded again before it may carry its name."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from pipeline.ports.picture import Joined
from pipeline.ports.sound import EncodedSound
from pipeline.ports.work import Artifact, Executor
from subtitles.cue import Cue


@dataclass(frozen=True, slots=True, kw_only=True)
class TextTrack:
    """One subtitle track: cues in RECORD milliseconds, its language code, and whether players show it by default."""

    language: str
    cues: tuple[Cue, ...]
    default: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MuxRequest:
    """Put a cut together without encoding anything. `title` becomes the only metadata."""

    rate: Fraction
    picture: Joined
    sound: EncodedSound | None
    texts: tuple[TextTrack, ...]
    title: str
    sound_language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Muxed:
    """A finished MP4 (faststart, H.264, AAC, mov_text), decoded again: `frames` and `samples` are what it declares."""

    file: Artifact
    frames: int
    samples: int


class Muxer(Executor[MuxRequest, Muxed], Protocol):
    """Muxes and verifies: packets against the joined picture, sound decoded whole, declared lengths equal."""
