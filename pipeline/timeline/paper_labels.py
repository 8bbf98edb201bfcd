"""Instants of reels as the timecodes that a paper edit writes, so that read again they are the same instants."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import ceil, floor

from footage_manifest.media import MediaFacts
from footage_manifest.model import Film, Manifest
from footage_manifest.timecode import Label
from pipeline.timeline.edl_model import Side
from pipeline.timeline.export_plan import Lost
from pipeline.timeline.handles import picture_seconds, reel_seconds
from pipeline.timeline.model import BLACK, Clip
from pipeline.timeline.reel_clock import ReelClock, reel_clock

_MIDNIGHT = Label(0, 0, 0, 0)
_OFF_GRID = "sources that begin between two labels of their reel begin up to a label earlier"


@dataclass(slots=True, kw_only=True)
class ReelLabels:
    """How reels are labelled. What cannot be told to the instant is added to `lost`."""

    film: Film
    manifest: Manifest
    facts: Mapping[str, MediaFacts]
    lost: Lost
    _clocks: dict[str, ReelClock] = field(default_factory=dict)

    @property
    def rate(self) -> Fraction:
        """Return how many frames of the film's clock a second has."""
        return self.film.timeline.clock.rate

    def ms(self, frames: int) -> int:
        """Return a length that is read as `frames` again, in milliseconds."""
        return round(frames * 1000 / self.rate)

    def label(self, key: str, seconds: Fraction, where: str) -> Label:
        """Return the label of a reel at `seconds` from its first frame, the one before where there is none."""
        own = self._clock(key)
        return own.clock.label(self._count(own, seconds, where))

    def span(self, key: str, seconds: Fraction, frames: int, where: str) -> tuple[Label, Label] | None:
        """Return the labels between which a reel plays `frames` of the film's clock; the second is exclusive.

        None where no second label gives that length.
        """
        own = self._clock(key)
        first = self._count(own, seconds, where)
        begin = (first - own.start) / own.clock.rate
        wanted = first + max(1, round(frames / self.rate * own.clock.rate))
        for last in (wanted, wanted + 1, wanted - 1):
            end = min((last - own.start) / own.clock.rate, reel_seconds(self.facts[key]))
            if last > first and max(1, floor((end - begin) * self.rate + Fraction(1, 2))) == frames:
                return own.clock.label(first), own.clock.label(last)
        return None

    def at_own_speed(self, clip: Clip, frames: int, where: str) -> Clip:
        """Return what is seen of a reel instead of a clip at another speed: from its first frame on, if it lasts so long."""
        video = self.facts[clip.key].video
        room = (picture_seconds(video) if video is not None else Fraction(0)) - frames / self.rate
        if room < 0:
            self.lost.add("pictures that are held longer than their reel lasts become black", where)
            return BLACK
        return replace(clip, source_in=max(min(clip.source_in, room), Fraction(0)), speed=Fraction(1))

    def _count(self, own: ReelClock, seconds: Fraction, where: str) -> int:
        """Return the label frame at `seconds`, never before the reel's first frame."""
        at = own.start + seconds * own.clock.rate
        if at.denominator != 1:
            self.lost.add(_OFF_GRID, where)
        return max(floor(at), ceil(own.start))

    def _clock(self, key: str) -> ReelClock:
        if key not in self._clocks:
            side = Side(line=0, reel=key, source_in=_MIDNIGHT, source_out=_MIDNIGHT, drop=None)
            reel = self.manifest.reels[key]
            self._clocks[key] = reel_clock(key, reel, self.facts[key], self.film.timeline.clock, side)
        return self._clocks[key]
