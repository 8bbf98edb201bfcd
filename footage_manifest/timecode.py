"""SMPTE labels (ST 12-1): hours, minutes, seconds and frames, counted with or without drop-frame."""

import re
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Self

_LABEL = re.compile(r"(\d{2}):(\d{2})([:;])(\d{2})([:;.,])(\d{2,3})")
_DROP_RATES = {Fraction(30000, 1001): 2, Fraction(60000, 1001): 4}


class TimecodeError(ValueError):
    """A label that does not exist on its clock; the message says why, without naming a file."""


@dataclass(frozen=True, slots=True)
class Label:
    """A timecode label as written: not yet a frame, since that takes a clock.

    `drop` is True for `;` before the frames, False for `:`; whether `:` may mean drop-frame is FCM's to say.
    """

    hours: int
    minutes: int
    seconds: int
    frames: int
    drop: bool = False

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the label that `text` spells (`HH:MM:SS:FF`, `;` for drop-frame).

        Raises TimecodeError when it is not in that form; whether the frame exists is for `Clock.frame` to say.
        """
        match = _LABEL.fullmatch(text.strip())
        if match is None:
            raise TimecodeError(f"'{text}' is not a timecode of the form HH:MM:SS:FF")
        hours, minutes, second_mark, seconds, mark, frames = match.groups()
        return cls(int(hours), int(minutes), int(seconds), int(frames), drop=";" in second_mark + mark)

    def __str__(self) -> str:
        """Return the label in its written form."""
        mark = ";" if self.drop else ":"
        return f"{self.hours:02}:{self.minutes:02}:{self.seconds:02}{mark}{self.frames:02}"


@dataclass(frozen=True, slots=True)
class Clock:
    """How labels count: at which exact rate, and whether labels are dropped to keep up with the wall clock.

    Drop-frame exists at 30000/1001 (two labels a minute) and 60000/1001 (four), not in minutes that divide by ten.
    """

    rate: Fraction
    drop: bool = False

    def __post_init__(self) -> None:
        """Refuse drop-frame counting at a rate that has none with TimecodeError."""
        if self.drop and self.rate not in _DROP_RATES:
            raise TimecodeError(f"there is no drop-frame counting at {self.rate} frames a second")

    @property
    def nominal(self) -> int:
        """Return the frames that a label second counts: 24, 25, 30, 50 or 60."""
        return ceil(self.rate)

    @property
    def frames_a_day(self) -> int:
        """Return how many frames 24 hours of labels hold."""
        dropped = _DROP_RATES[self.rate] * 9 * 6 * 24 if self.drop else 0
        return self.nominal * 86_400 - dropped

    def frame(self, label: Label) -> int:
        """Return the 0-based frame that `label` names, counted from 00:00:00:00; its own `drop` is not consulted.

        Raises TimecodeError for hours, minutes, seconds or frames out of range and for labels that drop-frame skips.
        """
        if label.hours > 23 or label.minutes > 59 or label.seconds > 59:
            raise TimecodeError(f"{label} does not exist: hours go to 23, minutes and seconds to 59")
        if label.frames >= self.nominal:
            raise TimecodeError(
                f"{label} does not exist at {self.nominal} frames a second: frames go to {self.nominal - 1}"
            )
        minutes = label.hours * 60 + label.minutes
        count = (minutes * 60 + label.seconds) * self.nominal + label.frames
        if not self.drop:
            return count
        skipped = _DROP_RATES[self.rate]
        if label.seconds == 0 and label.frames < skipped and label.minutes % 10 != 0:
            raise TimecodeError(f"{label} does not exist: drop-frame counting skips it")
        return count - skipped * (minutes - minutes // 10)

    def label(self, frame: int) -> Label:
        """Return the label of the 0-based `frame`; past midnight labels begin again at 00:00:00:00."""
        count = frame % self.frames_a_day
        if self.drop:
            skipped = _DROP_RATES[self.rate]
            ten_minutes = self.nominal * 600 - skipped * 9
            minute = self.nominal * 60 - skipped
            tens, rest = divmod(count, ten_minutes)
            full = max(0, (rest - skipped) // minute)
            count += skipped * (tens * 9 + full)
        seconds, frames = divmod(count, self.nominal)
        minutes, seconds = divmod(seconds, 60)
        hours, minutes = divmod(minutes, 60)
        return Label(hours, minutes, seconds, frames, self.drop)
