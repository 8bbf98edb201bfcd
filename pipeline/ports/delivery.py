"""deliver: picture, sound and text tracks into one file, decoded again before it may carry its name."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from footage_manifest.subtitle_tracks import SubtitleKind
from pipeline.ports.picture import Joined, VideoEncoding
from pipeline.ports.sound import EncodedSound, Mixed
from pipeline.ports.work import Artifact, Executor
from subtitles.cue import Cue


@dataclass(frozen=True, slots=True, kw_only=True)
class TextTrack:
    """One subtitle track: cues in RECORD milliseconds, its language code, and whether players show it by default.

    `title` is its name in a player's menu, empty where its language is enough. `kind` says what it is for.
    """

    language: str
    cues: tuple[Cue, ...]
    default: bool = False
    title: str = ""
    kind: SubtitleKind = SubtitleKind.FULL


@dataclass(frozen=True, slots=True, kw_only=True)
class MuxRequest:
    """Put a cut together without encoding anything, as an MP4 or a MOV. `title` becomes the only metadata.

    With `timecode` a timecode track begins at that label, counted at `rate`; only a MOV has one. `encoding` is then how the
    picture was encoded.
    """

    rate: Fraction
    picture: Joined
    sound: EncodedSound | None
    texts: tuple[TextTrack, ...]
    title: str
    sound_language: str | None = None
    container: str = "mp4"
    timecode: str = ""
    encoding: VideoEncoding | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Muxed:
    """A finished film (its index first), decoded again: `frames` and `samples` are what it declares."""

    file: Artifact
    frames: int
    samples: int


class Muxer(Executor[MuxRequest, Muxed], Protocol):
    """Muxes and verifies: packets against the joined picture, sound decoded whole, declared lengths equal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PcmRequest:
    """Write a mix as 24-bit PCM at 48 kHz, in a WAV (RF64 where it passes 4 GB). `start` is its time of day in samples."""

    mix: Mixed
    start: int = 0


class PcmWriter(Executor[PcmRequest, EncodedSound], Protocol):
    """Writes PCM: exactly the mix's samples, each rounded to the nearest step; what passes full scale is cut off there."""
