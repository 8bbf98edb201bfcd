"""How a reel's labels count, as far as that is known without its media, kept as a line of text."""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from footage_manifest.media import MediaFacts
from footage_manifest.model import Reel
from footage_manifest.timecode import Clock, Label, TimecodeError
from footage_manifest.wording import Refusal
from pipeline.timeline.edl_model import Side
from pipeline.timeline.reel_clock import ReelClock, reel_clock


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledReel:
    """A reel's clock: milliseconds of SOURCE time to labels and back."""

    counting: ReelClock

    def label(self, ms: int, *, end: bool = False) -> Label:
        """Return the label of the frame at `ms`; for an `end`, which is exclusive, of the first frame after it."""
        frames = self.counting.start + Fraction(ms, 1000) * self.counting.clock.rate
        return self.counting.clock.label(ceil(frames) if end else floor(frames))

    def ms(self, label: Label) -> int:
        """Return where a label lies, in milliseconds. Raises TimecodeError for one that the clock does not have."""
        return round(self.counting.seconds(label) * 1000)

    def text(self) -> str:
        """Return the clock as one line."""
        return f"{self.counting.clock.rate} {int(self.counting.clock.drop)} {self.counting.start}"

    @classmethod
    def of_text(cls, text: str) -> "LabelledReel":
        """Return the clock that `text` gave."""
        rate, drop, start = text.split()
        return cls(counting=ReelClock(clock=Clock(Fraction(rate), drop == "1"), start=Fraction(start)))


def labelled_reel(key: str, reel: Reel, facts: MediaFacts | None, film_clock: Clock) -> LabelledReel:
    """Return how a reel's labels count: as in an edit, where its files are known; else as the manifest says.

    Where an edit would be refused, for a rate or start that nobody has stated, what is stated counts, from 00:00:00:00.
    """
    if facts is not None:
        zero = reel.start or facts.timecode or film_clock.label(0)
        side = Side(line=0, reel=key, source_in=zero, source_out=zero, drop=None)
        try:
            return LabelledReel(counting=reel_clock(key, reel, facts, film_clock, side))
        except (Refusal, TimecodeError):
            pass
    rate = reel.timecode_rate or film_clock.rate
    try:
        clock = Clock(rate, reel.start.drop if reel.start is not None else film_clock.drop and rate == film_clock.rate)
        start = clock.frame(reel.start) if reel.start is not None else 0
    except TimecodeError:
        clock, start = Clock(rate), 0
    return LabelledReel(counting=ReelClock(clock=clock, start=Fraction(start)))
