"""conform, picture side: segments of a cut, each encoded once, and their join. All frames are event-relative."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from footage_manifest.media import StillFacts, VideoFacts
from pipeline.ports.work import Artifact, Executor


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoLayer:
    """A moving source: at segment frame i the source instant `first + i / rate * speed` is shown (rule 2).

    `first` is in seconds from the first displayed frame of the file. `facts` says how to find and how to show a frame.
    """

    digest: str
    facts: VideoFacts
    first: Fraction
    speed: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class StillLayer:
    """A photograph, upright, fitted into the picture."""

    digest: str
    facts: StillFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class BlackLayer:
    """Black."""


Layer = VideoLayer | StillLayer | BlackLayer


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """The dissolve over this segment: at segment frame i the incoming weight is (first_k + i + 1) / (of + 1) (rule 10).

    A segment lies wholly inside or wholly outside a dissolve.
    """

    outgoing: Layer
    first_k: int
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """A drawn subtitle laid over segment frames `start` up to, not including, `end`; its PNG has the picture's size."""

    picture: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoEncoding:
    """How segments are encoded; every field changes the bytes. `crf` and `preset` are x264's."""

    codec: str = "libx264"
    preset: str = "medium"
    crf: int = 20
    keyframe_seconds: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentRequest:
    """One segment: at most a few hundred frames of one event, in words that do not know where in the cut it stands."""

    rate: Fraction
    width: int
    height: int
    frames: int
    incoming: Layer
    mix: Mix | None = None
    overlays: tuple[Overlay, ...] = ()
    encoding: VideoEncoding = VideoEncoding()


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A stored segment, decoded again and counted.

    `packets` is the SHA-256 over its packets' bytes, in order, in hex; `headers` that of its codec headers: segments join
    only where these are equal.
    """

    file: Artifact
    frames: int
    packets: str
    headers: str


class SegmentEncoder(Executor[SegmentRequest, Segment], Protocol):
    """Encodes segments: reads each source in its own order, decodes shared frames once, encodes several side by side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinRequest:
    """Join segments, in order, by copying packets."""

    rate: Fraction
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """The picture of a cut in one MP4 without sound.

    Its packets and timestamps were compared with the segments', and frames at either side of each joint decoded again.
    """

    file: Artifact
    frames: int


class SegmentJoiner(Executor[JoinRequest, Joined], Protocol):
    """Joins segments. Raises ToolError where their headers differ."""
