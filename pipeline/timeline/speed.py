"""How fast an event plays, from the M2 line that says so, and how that is put into words.

The rule, in this one place: M2 states source frames a second, and an event's speed is that number over the frames a second
at which the reel's labels count: 24, 25, 30, 50 or 60, the nominal rate, also where frames come at 23.976, 29.97 or 59.94 a
second. There, programs write either the nominal number (60.0 for double speed) or the true one (59.94, or 59.9 for want of
digits): a number within a tenth of a whole multiple of a quarter of the true rate means that multiple.
"""

from fractions import Fraction
from math import floor

from footage_manifest.timecode import Clock
from pipeline.timeline.edl_model import Motion

_AS_WRITTEN = Fraction(1, 10)
"""M2 has one decimal, which some programs round and others cut off."""
_QUARTER = Fraction(1, 4)


def speed_of(motion: Motion | None, clock: Clock) -> Fraction:
    """Return source seconds a record second: negative backwards, 0 for a frozen frame, 1 without a motion.

    `clock` is how the reel's labels count. A speed that the motion states itself is returned as it is.
    """
    if motion is None:
        return Fraction(1)
    if motion.speed is not None:
        return motion.speed
    written = motion.frames_a_second
    if clock.rate != clock.nominal:
        quarters = floor(abs(written) / (clock.rate * _QUARTER) + Fraction(1, 2))
        meant = quarters * _QUARTER
        if quarters and abs(abs(written) - meant * clock.rate) < _AS_WRITTEN:
            return meant if written > 0 else -meant
    return written / clock.nominal


def speed_text(speed: Fraction) -> str:
    """Return what was done to an event: `at 50 %`, `backwards`, `backwards at 140 %`, `frozen`; empty at plain speed."""
    if speed == 0:
        return "frozen"
    percent = "" if abs(speed) == 1 else f"at {_percent(abs(speed))} %"
    return " ".join(part for part in ("backwards" if speed < 0 else "", percent) if part)


def _percent(speed: Fraction) -> str:
    """Return a speed in per cent with at most two decimals, halves rounded up."""
    hundredths = floor(speed * 10_000 + Fraction(1, 2))
    whole, rest = divmod(hundredths, 100)
    return f"{whole}.{rest:02}".rstrip("0").rstrip(".")
