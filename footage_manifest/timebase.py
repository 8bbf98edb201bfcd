"""Rates as exact fractions and half-open, 0-based frame ranges: the only clocks the project counts with."""

from dataclasses import dataclass
from fractions import Fraction
from math import floor

STANDARD_RATES: tuple[Fraction, ...] = (
    Fraction(24000, 1001),
    Fraction(24),
    Fraction(25),
    Fraction(30000, 1001),
    Fraction(30),
    Fraction(50),
    Fraction(60000, 1001),
    Fraction(60),
)
"""The timeline rates a film may have, in frames a second."""


@dataclass(frozen=True, slots=True, order=True)
class FrameRange:
    """Frames `start` up to, not including, `end`, on a clock that its owner names."""

    start: int
    end: int

    def __post_init__(self) -> None:
        """Refuse a range that ends before it starts with ValueError."""
        if self.end < self.start:
            raise ValueError(f"a range cannot end at {self.end} before it starts at {self.start}")

    def __len__(self) -> int:
        """Return the number of frames; 0 for an empty range."""
        return self.end - self.start

    def __contains__(self, frame: int) -> bool:
        """Return whether `frame` lies in the range; the end does not."""
        return self.start <= frame < self.end

    def intersection(self, other: "FrameRange") -> "FrameRange | None":
        """Return the frames both ranges have, or None where they have none in common."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return FrameRange(start, end) if start < end else None

    def moved(self, frames: int) -> "FrameRange":
        """Return the range shifted by `frames`."""
        return FrameRange(self.start + frames, self.end + frames)


def frame_on_display(seconds: Fraction, rate: Fraction) -> int:
    """Return the 0-based frame k on display at `seconds`: frame k covers [k/rate, (k+1)/rate)."""
    return floor(seconds * rate)


def samples_in(frames: int, rate: Fraction, sample_rate: int) -> int:
    """Return how many samples `frames` last, rounded half up once, so that sound and picture end together."""
    return floor(Fraction(frames * sample_rate) / rate + Fraction(1, 2))


def nearest_frame(ms: int, rate: Fraction) -> int:
    """Return the frame boundary nearest to `ms` milliseconds, halves rounded up."""
    return floor(Fraction(ms, 1000) * rate + Fraction(1, 2))


def frame_to_ms(frame: int, rate: Fraction) -> int:
    """Return the millisecond at which `frame` starts, rounded half up."""
    return floor(Fraction(frame * 1000) / rate + Fraction(1, 2))
