"""conform, picture side: segments of a cut, each encoded once, and their join. All frames are event-relative."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from footage_manifest.media import StillFacts, VideoFacts
from footage_manifest.picture_plan import Fit
from pipeline.ports.work import Artifact, Executor


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoLayer:
    """A moving source: at segment frame i the source instant `first + i / rate * speed` is shown (rule 2).

    `first` is in seconds from the first displayed frame of the file. `facts` says how to find and how to show a frame, `fit`
    how a picture of another shape fills the frame. `speed` is negative backwards, 0 for one frozen frame.
    """

    digest: str
    facts: VideoFacts
    first: Fraction
    speed: Fraction = Fraction(1)
    fit: Fit = Fit.FIT


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What the frame shows of an upright still: its centre and width, in parts of the still's own width and height.

    The height follows from the frame's shape. What lies outside the still is black.
    """

    x: Fraction
    y: Fraction
    width: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """From one view of a still to another: segment frame i is number `first + i` of a move of `frames` frames.

    Frame 0 shows `start` and frame `frames` - 1 `end`; before and after, the move stands. An `eased` move starts and ends
    softly.
    """

    start: View
    end: View
    first: int
    frames: int
    eased: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class StillLayer:
    """A photograph or a drawn card, upright; `fit` as for a moving source, unless a `move` says what is seen of it."""

    digest: str
    facts: StillFacts
    fit: Fit = Fit.FIT
    move: Move | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BlackLayer:
    """Black."""


Layer = VideoLayer | StillLayer | BlackLayer


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """The transition over this segment: at segment frame i the incoming weight is (first_k + i + 1) / (of + 1) (rule 10).

    With `wipe`, an SMPTE pattern number, the incoming side covers that part of the picture. A segment lies wholly inside or
    wholly outside a transition.
    """

    outgoing: Layer
    first_k: int
    of: int
    wipe: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """A drawing laid over segment frames `start` up to, not including, `end`; its PNG has the picture's size.

    Frame `start` is number `into` of the `frames` that the drawing is on screen (0: it neither fades in nor out). Over its
    first `fade` frames frame k has (k + 1) / (fade + 1) of its opacity, and over its last as much, falling.
    """

    picture: str
    start: int
    end: int
    into: int = 0
    frames: int = 0
    fade: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """The record timecode and a text, drawn on every frame of a review copy.

    Segment frame i has the label of frame `first + i` on a clock of `rate` labels a second, each of which covers `each`
    frames; `font` is the digest of the font file.
    """

    first: int
    rate: Fraction
    drop: bool
    each: int
    text: str
    font: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoEncoding:
    """How segments are encoded; every field changes the bytes.

    `codec` is libav's name of the encoder, `options` its own options in the order in which they are given. `pixels` is the
    pixel format. Segments are MP4 or MOV files, whichever the codec is delivered in.
    """

    codec: str = "libx264"
    pixels: str = "yuv420p"
    options: tuple[tuple[str, str], ...] = (("preset", "medium"), ("crf", "20"))
    keyframe_seconds: int = 2
    container: str = "mp4"


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
    stamp: Stamp | None = None
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
    """Join segments, in order, by copying packets, into a file of the container that they are in."""

    rate: Fraction
    segments: tuple[Segment, ...]
    container: str = "mp4"


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """The picture of a cut in one MP4 or MOV without sound.

    Its packets and timestamps were compared with the segments', and frames at either side of each joint decoded again.
    """

    file: Artifact
    frames: int


class SegmentJoiner(Executor[JoinRequest, Joined], Protocol):
    """Joins segments. Raises ToolError where their headers differ."""
