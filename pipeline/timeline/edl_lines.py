"""What a line of a CMX3600 list can say: one frozen type each, all with the line's number, counted from 1."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from footage_manifest.timecode import Label

BLACK_REEL = "BL"
"""The reel name of black, in every list."""


class TransitionKind(StrEnum):
    """How an event begins."""

    CUT = "cut"
    DISSOLVE = "dissolve"
    WIPE = "wipe"
    KEY = "key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """How an event begins: `code` as written (`C`, `D`, `W001`, `KB`), `frames` in record labels, 0 for a cut."""

    kind: TransitionKind
    code: str
    frames: int = 0

    @property
    def mixes(self) -> bool:
        """Return whether two sides are played at once: a dissolve or a wipe."""
        return self.kind in {TransitionKind.DISSOLVE, TransitionKind.WIPE}

    @property
    def pattern(self) -> int | None:
        """Return the SMPTE pattern number of a wipe, None for anything else."""
        return int(self.code[1:]) if self.kind is TransitionKind.WIPE else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Channels:
    """What an event carries: picture, and the sound channels by number (A is 1, A2 is 2), in order.

    With `whole` the reel's own choice of channels is heard (rule 8), and `sound` says on which of the track's lanes.
    """

    picture: bool = False
    sound: tuple[int, ...] = ()
    whole: bool = False

    def __str__(self) -> str:
        """Return the channels in words: `picture and sound 1, 2`."""
        sound = f"sound {', '.join(map(str, self.sound))}" if self.sound else ""
        return " and ".join(part for part in ("picture" if self.picture else "", sound) if part) or "no channel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """`TITLE: ...`."""

    line: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameCode:
    """`FCM: DROP FRAME` or `FCM: NON-DROP FRAME`: how labels written with colons count from here on."""

    line: int
    drop: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EventLine:
    """One event line; `number` is empty where none is written. Outs are exclusive."""

    line: int
    number: str
    reel: str
    channels: Channels
    transition: Transition
    source_in: Label
    source_out: Label
    record_in: Label
    record_out: Label


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeedLine:
    """`M2`: from label `at` on, `reel` plays `frames_a_second` source frames a second; negative is backwards."""

    line: int
    reel: str
    frames_a_second: Fraction
    at: Label


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioLine:
    """`AUD`: sound channels that the event carries beside those in its channel column."""

    line: int
    channels: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitLine:
    """`SPLIT`: sound, or the picture where `picture_waits`, begins later than the other by `delay`, a duration."""

    line: int
    delay: Label
    picture_waits: bool


class Role(StrEnum):
    """Whose clip name a `CLIP NAME` comment gives."""

    FROM = "FROM"
    TO = "TO"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipName:
    """`* FROM CLIP NAME: ...` or `* TO CLIP NAME: ...`."""

    line: int
    role: Role
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Any other line. `key` is what stands before the colon of a comment (`SOURCE FILE`, `LOC`), empty without one."""

    line: int
    key: str
    text: str


Statement = Title | FrameCode | EventLine | SpeedLine | AudioLine | SplitLine | ClipName | Remark
