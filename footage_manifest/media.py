"""What a probe found in a media file, as values. Times are on the file's own clock unless a field says otherwise."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from footage_manifest.timecode import Label

_UNTAGGED_HD_HEIGHT = 720
_READ_MATRICES = {"bt709", "fcc", "bt470bg", "smpte170m", "smpte240m", "bt2020nc"}
_RGB_FORMATS = ("rgb", "bgr", "gbr", "argb", "abgr", "rgba", "bgra", "0rgb", "0bgr", "pal8", "x2rgb", "x2bgr")
_ALPHA_FORMATS = ("yuva", "rgba", "bgra", "argb", "abgr", "gbrap", "ya", "pal8", "ayuv", "vuya")
"""How ffmpeg's names of pixel formats begin: in RGB, and with an alpha channel."""


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

    @property
    def wide(self) -> bool:
        """Return whether it holds more colours than BT.709: HDR, BT.2020 or Display P3.

        The primaries of BT.601 (525 and 625 lines) are so near BT.709's that they are taken for them; its matrix is not.
        """
        return self.hdr or self.primaries in {"bt2020", "smpte432"}


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
    def matrix(self) -> str:
        """Return the matrix by which the picture is read: as tagged, `gbr` for RGB, and else by what it can only be.

        Untagged, HDR and BT.2020 are read by BT.2020's. Other pictures from 720 lines on are BT.709 and smaller ones
        BT.601, as players assume.
        """
        if self.pixel_format.startswith(_RGB_FORMATS):
            return "gbr"
        if self.colour.matrix in _READ_MATRICES:
            return self.colour.matrix
        if self.colour.hdr or self.colour.primaries == "bt2020":
            return "bt2020nc"
        return "bt709" if max(self.height, self.width * 9 // 16) >= _UNTAGGED_HD_HEIGHT else "smpte170m"

    @property
    def full_range(self) -> bool:
        """Return whether coded values use all levels, as in computers, and not video's 16 to 235 of 255."""
        return self.colour.range == "pc" or self.pixel_format.startswith(("yuvj", *_RGB_FORMATS))

    @property
    def has_alpha(self) -> bool:
        """Return whether parts of the picture may be transparent."""
        return self.pixel_format.startswith(_ALPHA_FORMATS)

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
    """One still picture; size in pixels as shown, after `orientation` (EXIF 1 to 8) is applied.

    `bit_depth` is of one channel. `inks` says that its colours are inks (CMYK), `profile` how its colour profile is called,
    empty where it has none.
    """

    digest: str
    format: str
    width: int
    height: int
    orientation: int = 1
    has_alpha: bool = False
    bit_depth: int = 8
    inks: bool = False
    profile: str = ""
