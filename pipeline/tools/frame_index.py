"""Which frame of a source is on display when: rule 1 of the film format, in exact arithmetic.

Two clocks: a constant-rate source counts frames on its exact rate, whatever its container rounded its timestamps to; a
variable-rate source goes by its own timestamps, with half a tick of tolerance.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import pairwise
from math import floor, lcm
from typing import Protocol

from footage_manifest.media import VideoFacts
from footage_manifest.timebase import STANDARD_RATES, frame_on_display
from pipeline.errors import MediaError

_KNOWN_RATES = (
    *STANDARD_RATES,
    Fraction(15000, 1001),
    *(Fraction(rate) for rate in (5, 6, 8, 10, 12)),
    Fraction(25, 2),
    *(Fraction(rate) for rate in (15, 16, 18, 20, 48, 72, 90, 100)),
    Fraction(48000, 1001),
    Fraction(120000, 1001),
    *(Fraction(rate) for rate in (120, 200, 240)),
)
_AS_GOOD_AS = Fraction(1, 50_000)
"""Rates closer than this, relatively, are one rate written differently (29.97 for 30000/1001); 23.976 and 24 are 1/1000."""

_NEVER = Fraction(0)


class FrameClock(Protocol):
    """How a source's frames are numbered, from 0 in the order they are shown."""

    def frame_of(self, stamp: int) -> int:
        """Return the number of the frame with this timestamp; below 0 before the first displayed frame."""

    def frame_at(self, instant: Fraction) -> int:
        """Return the frame on display at `instant`, in seconds from the first displayed frame; may lie past the end."""

    def stamp_of(self, frame: int) -> int:
        """Return the timestamp of a frame, in ticks; exact to one tick."""


class ConstantClock:
    """Frame k covers [k/rate, (k+1)/rate) and is found by rounding its timestamp."""

    def __init__(self, facts: VideoFacts) -> None:
        self._rate = facts.rate
        # floor(stamp * per_tick - first + 1/2) over one denominator: asked of every packet that is read.
        per_tick, offset = facts.time_base * facts.rate, Fraction(1, 2) - facts.start * facts.rate
        self._whole = lcm(per_tick.denominator, offset.denominator)
        self._per_tick, self._offset = int(per_tick * self._whole), int(offset * self._whole)
        self._time_base = facts.time_base
        self._start = facts.start

    def frame_of(self, stamp: int) -> int:
        """Return the frame nearest to a timestamp."""
        return (stamp * self._per_tick + self._offset) // self._whole

    def frame_at(self, instant: Fraction) -> int:
        """Return the frame on display at `instant`, in seconds from the first displayed frame."""
        return frame_on_display(instant, self._rate)

    def stamp_of(self, frame: int) -> int:
        """Return the timestamp of a frame, rounded to a tick."""
        return floor((self._start + frame / self._rate) / self._time_base + Fraction(1, 2))


class StampedClock:
    """Frame k is shown from its own timestamp until the next one."""

    def __init__(self, stamps: Sequence[int], time_base: Fraction) -> None:
        """Take the timestamps of all displayed frames, ascending, in ticks of `time_base` seconds."""
        self._stamps = stamps
        self._time_base = time_base

    def frame_of(self, stamp: int) -> int:
        """Return the number of the frame with exactly this timestamp, or -1 where there is none."""
        found = bisect_left(self._stamps, stamp)
        return found if found < len(self._stamps) and self._stamps[found] == stamp else -1

    def frame_at(self, instant: Fraction) -> int:
        """Return the last frame whose timestamp is at or before `instant`, half a tick later at most."""
        ticks = floor(instant / self._time_base + Fraction(1, 2)) + self._stamps[0]
        return bisect_right(self._stamps, ticks) - 1

    def stamp_of(self, frame: int) -> int:
        """Return the timestamp of a frame."""
        return self._stamps[frame]


def frames_shown(
    clock: FrameClock, facts: VideoFacts, instants: Iterable[Fraction], longest_hold: Fraction, early: Fraction = _NEVER
) -> tuple[int, ...]:
    """Return the frame to show at each instant (seconds from the first displayed frame).

    The last frame is held for less than `longest_hold` seconds past the end (rule 4), the first one for less than `early`
    seconds before it begins: where a source is played backwards, its first frame is the last to be seen. Raises MediaError
    for an instant further outside.
    """
    frames = []
    for instant in instants:
        if (instant < 0 and instant <= -early) or instant >= facts.duration + longest_hold:
            raise MediaError(
                f"the picture at {float(instant):.3f} s is asked for, but the file's picture runs from 0 to "
                f"{float(facts.duration):.3f} s ({facts.frames} frames)",
                "trim the event in the cut, or put the complete file in place",
            )
        frames.append(max(0, min(clock.frame_at(instant), facts.frames - 1)))
    return tuple(frames)


def exact_rate(stamps: Sequence[int], time_base: Fraction, stated: Iterable[Fraction | None]) -> Fraction | None:
    """Return the constant rate that all timestamps keep to, or None where they keep to none (or there is one frame).

    `stamps` are the displayed frames' timestamps, ascending, in ticks of `time_base` seconds; `stated` are rates that the
    file claims, most trusted first. A rate holds where no timestamp is further than one tick (the container's rounding of
    two of them) from where the rate puts it.
    """
    if len(stamps) < 2 or any(later == earlier for earlier, later in pairwise(stamps)):
        return None
    measured = (len(stamps) - 1) / ((stamps[-1] - stamps[0]) * time_base)
    near = sorted(_KNOWN_RATES, key=lambda rate: abs(rate - measured))[:2]
    for rate in (*_usual(stated), *near, *_usual([measured.limit_denominator(1001), measured])):
        if abs(rate - measured) <= measured / len(stamps) and _keeps_to(stamps, time_base, rate):
            return rate
    return None


def _usual(rates: Iterable[Fraction | None]) -> Iterable[Fraction]:
    for rate in rates:
        if rate:
            yield next((known for known in _KNOWN_RATES if abs(known - rate) <= known * _AS_GOOD_AS), rate)


def _keeps_to(stamps: Sequence[int], time_base: Fraction, rate: Fraction) -> bool:
    # |stamp_k - stamp_0 - k / (rate * time_base)| <= 1, in whole numbers.
    ticks = 1 / (rate * time_base)
    step, unit = ticks.numerator, ticks.denominator
    first = stamps[0]
    return all(abs((stamp - first) * unit - k * step) <= unit for k, stamp in enumerate(stamps))
