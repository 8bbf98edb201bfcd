"""What a probe found in a media file, as values. Times are on the file's own clock unless a field says otherwise."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from footage_manifest.timecode import Label


class Scan(StrEnum):
    """Whether a picture is one instant or two interleaved fields."""

    PROGRESSIVE = "progressive"
    TOP_FIRST = "top-first"
    BOTTOM_FIRST = "bottom-first"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Colour:
    """Colour tags as ffmpeg names them (`bt709`, `smpte2084`, ...); `unknown` where the file is silent."""

    primaries: str
    transfer: str
    matrix: str
    range: str

    @property
    def hdr(self) -> bool:
        """Return whether the transfer is PQ or HLG (ITU-R BT.2100)."""
        return self.transfer in {"smpte2084", "arib-std-b67"}


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoFacts:
    """One picture stream.

    `width` and `height` are coded, before rotation. `rate` is exact when the stream is constant (SEMANTICS rule 1) and the
    mean rate, for information, when `variable`. `frames` counts displayed frames (edit lists applied). `start` is the first
    displayed frame's time and `duration` the displayed length, both in seconds. `rotation` is clockwise, in degrees, to be
    applied for display after mirroring left-right when `mirrored`.
    """

    index: int
    codec: str
    width: int
    height: int
    rate: Fraction
    variable: bool
    frames: int
    start: Fraction
    duration: Fraction
    time_base: Fraction
    rotation: int = 0
    mirrored: bool = False
    sample_aspect: Fraction = Fraction(1)
    pixel_format: str
    bit_depth: int
    colour: Colour
    scan: Scan = Scan.UNKNOWN

    @property
    def upright_size(self) -> tuple[int, int]:
        """Return width and height as shown: rotation applied, pixels still as coded."""
        return (self.height, self.width) if self.rotation % 180 else (self.width, self.height)


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundFacts:
    """One sound stream; `start` and `duration` in seconds on the file's clock."""

    index: int
    codec: str
    sample_rate: int
    channels: int
    layout: str
    start: Fraction
    duration: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaFacts:
    """One media file: what it holds, how long it is, where its labels start.

    `digest` is the SHA-256 of the whole file in hex. `duration` is the longest stream's, in seconds. `expected_duration` is
    what the container declares, in seconds; it is set only when the packets found fall short of it (truncated media).
    `timecode` is the embedded start label with the rate it counts at; `time_reference` is BWF's, in samples since midnight.
    """

    digest: str
    container: str
    duration: Fraction
    expected_duration: Fraction | None = None
    video: VideoFacts | None = None
    sound: tuple[SoundFacts, ...] = ()
    timecode: Label | None = None
    timecode_rate: Fraction | None = None
    time_reference: int | None = None

    @property
    def reel_start(self) -> Fraction:
        """Return the reel's zero, in seconds on the file's clock: its first displayed frame, or first sample (rule 13)."""
        if self.video is not None:
            return self.video.start
        return self.sound[0].start if self.sound else Fraction(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class StillFacts:
    """One still picture; size in pixels as shown, after `orientation` (EXIF 1 to 8) is applied."""

    digest: str
    format: str
    width: int
    height: int
    orientation: int = 1
    has_alpha: bool = False
