"""A cut as events. Record time is counted in timeline frames from the first output frame; source time in exact seconds.

Three clocks meet here and are kept apart: `record` (output frames), `source` (seconds from a reel's first displayed
frame) and labels (what the EDL says, kept on the event for messages).
"""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from footage_manifest.timebase import FrameRange


class MediaKind(StrEnum):
    """What an event plays."""

    REEL = "reel"
    STILL = "still"
    TITLE = "title"
    BLACK = "black"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """One side of an event: what plays, and from where.

    `key` is the reel's or still's key in the manifest, the title's in film.yaml, empty for black. At the event's first frame
    the instant `source_in` is on display, in seconds from the reel's first displayed frame; `speed` is source seconds a
    record second: negative backwards, 0 for a frozen frame. For a still or a title `source_in` counts from where its own
    event began, and `length` is that event's length in record frames, over which it moves; 0 elsewhere.
    """

    kind: MediaKind
    key: str = ""
    source_in: Fraction = Fraction(0)
    speed: Fraction = Fraction(1)
    length: int = 0

    def source_at(self, frames: int, rate: Fraction) -> Fraction:
        """Return the source instant on display `frames` record frames after the event's start (rule 2)."""
        return self.source_in + frames / rate * self.speed


BLACK = Clip(kind=MediaKind.BLACK)


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureEvent:
    """What is seen during `record`. During its first `dissolve_frames`, `outgoing` is mixed out (rule 10).

    For k = 0 ... N-1 the incoming weight is (k+1)/(N+1). With `wipe`, an SMPTE pattern number, the incoming side covers that
    part of the picture instead. `outgoing.source_in` is what the outgoing side shows at the event's first frame.
    `dissolve_passed` of the N frames lie before that frame, under a picture of a track above: the
    event begins at that k. `line` is the EDL's, `number` its event number, `source` the file it stands in.
    """

    record: FrameRange
    clip: Clip
    outgoing: Clip | None = None
    dissolve_frames: int = 0
    dissolve_passed: int = 0
    wipe: int | None = None
    number: str
    line: int
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundEvent:
    """What is heard during `record`, on one track.

    `source_channel` is the 1-based channel of the source that the EDL chose (A is 1, A2 is 2), None for the reel's own
    choice (rule 8). `outgoing` crosses over with equal power during the first `dissolve_frames`. `fade_in` and `fade_out`
    say whether a join fade begins or ends here: False where the neighbour is continuous in the source (rule 11). Sound that
    film.yaml lays under the cut (music, narration) has a gain and longer fades of its own, in record frames.
    """

    record: FrameRange
    clip: Clip
    source_channel: int | None = None
    outgoing: Clip | None = None
    outgoing_channel: int | None = None
    dissolve_frames: int = 0
    fade_in: bool = True
    fade_out: bool = True
    gain_centibel: int = 0
    """Tenths of a decibel."""
    fade_in_frames: int = 0
    fade_out_frames: int = 0
    number: str
    line: int
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """A cut, relinked and complete: picture events cover every frame once, in order (gaps are black events)."""

    cut: str
    rate: Fraction
    frames: int
    record_zero: int
    """The record frame, on the film's clock, of output frame 0 (rule 5)."""
    picture: tuple[PictureEvent, ...]
    sound: tuple[SoundEvent, ...]
