"""A side of an event as media: relinked, its labels turned into exact seconds, its extent and its speed known."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from footage_manifest.findings import Finding
from footage_manifest.media import MediaFacts
from footage_manifest.model import Manifest, Timeline
from footage_manifest.timecode import Label, TimecodeError
from footage_manifest.wording import Refusal
from pipeline.timeline.edl_model import Side
from pipeline.timeline.handles import reel_seconds
from pipeline.timeline.model import BLACK, Clip, MediaKind
from pipeline.timeline.reel_clock import ReelClock, reel_clock, start_conflicts
from pipeline.timeline.relink import Link, Relinker, Unlinked
from pipeline.timeline.speed import speed_of
from pipeline.timeline.wording import rate_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Sourced:
    """What a side plays: from `first` up to, not including, `last`, in seconds from the reel's first displayed frame.

    `last` is as the list says, and counts only at plain speed: with another, what is played follows from `first`, `speed`
    and the record side. `retimed` is True where a speed is stated and is not the plain one. Of a still or a title `first`
    counts from where its event begins and `length` is that event's length in record frames; both are 0 for black. `slack` is
    one frame, in seconds, where the reel's labels count at another rate than the film's (rule 4), else 0; `media_slack` the
    same for its frames. `facts` is None for all but reels.
    """

    link: Link
    first: Fraction = Fraction(0)
    last: Fraction = Fraction(0)
    speed: Fraction = Fraction(1)
    retimed: bool = False
    length: int = 0
    slack: Fraction = Fraction(0)
    media_slack: Fraction = Fraction(0)
    label_rate: Fraction | None = None
    facts: MediaFacts | None = None

    @property
    def clip(self) -> Clip:
        """Return the side as a clip; a start less than a frame before the media shows its first frame."""
        if self.link.kind is MediaKind.BLACK:
            return BLACK
        first = max(self.first, Fraction(0))
        return Clip(kind=self.link.kind, key=self.link.key, source_in=first, speed=self.speed, length=self.length)


class Sources:
    """Turns sides into media. `warnings` holds what a person should look at, each once."""

    def __init__(
        self, *, timeline: Timeline, manifest: Manifest, facts: Mapping[str, MediaFacts], titles: frozenset[str]
    ) -> None:
        self.warnings: list[Finding] = []
        self._timeline = timeline
        self._clock = timeline.clock
        self._manifest = manifest
        self._facts = facts
        self._relinker = Relinker(manifest, titles)
        self._met: set[str] = set()

    def source(self, side: Side) -> Sourced:
        """Return the media of `side`. Raises Refusal where there is none, more than one, or its labels cannot be read."""
        link = self._relinker.find(side.reel, side.names)
        if isinstance(link, Unlinked):
            raise Refusal(link.what, link.cure)
        if link.kind is not MediaKind.REEL:
            return Sourced(link=link)
        facts = self._facts.get(link.key)
        if facts is None:
            raise Refusal(f"reel {link.key} could not be read", "see what was said about its file")
        return self._spanned(link, facts, side, side.span) if side.span else self._labelled(link, facts, side)

    def _spanned(self, link: Link, facts: MediaFacts, side: Side, span: tuple[Fraction, Fraction]) -> Sourced:
        speed = speed_of(side.motion, self._clock)
        slack = self._media_slack(facts)
        return Sourced(
            link=link,
            first=span[0],
            last=span[1],
            speed=speed,
            retimed=speed != 1,
            slack=slack,
            media_slack=slack,
            facts=facts,
        )

    def _labelled(self, link: Link, facts: MediaFacts, side: Side) -> Sourced:
        reel = self._manifest.reels[link.key]
        if link.key not in self._met:
            self._met.add(link.key)
            self.warnings.extend(start_conflicts(link.key, reel, facts))
        clock = reel_clock(link.key, reel, facts, self._clock, side)
        first = _seconds(clock, side.source_in, link.key)
        last = _seconds(clock, side.source_out, link.key)
        first = _after_midnight(first, clock, facts)
        if last < first:
            last += clock.day  # played backwards it may stand before, and does not count
        speed = speed_of(side.motion, clock.clock)
        return Sourced(
            link=link,
            first=first,
            last=last,
            speed=speed,
            retimed=speed != 1,
            slack=self._one_frame(clock.clock.rate, self._clock.rate),
            media_slack=self._media_slack(facts),
            label_rate=clock.clock.rate,
            facts=facts,
        )

    def _one_frame(self, rate: Fraction, film_rate: Fraction) -> Fraction:
        return Fraction(0) if rate == film_rate else max(1 / rate, 1 / self._timeline.rate)

    def _media_slack(self, facts: MediaFacts) -> Fraction:
        """Return how far an event may reach beyond the media: nothing where frame answers to frame, else one frame."""
        if facts.video is None or facts.video.variable:
            return 1 / self._timeline.rate
        return self._one_frame(facts.video.rate, self._timeline.rate)


def _after_midnight(first: Fraction, clock: ReelClock, facts: MediaFacts) -> Fraction:
    """Return an instant on a reel; one before its start is on the next day where the reel goes on so far."""
    return first + clock.day if first < 0 and first + clock.day < reel_seconds(facts) else first


def _seconds(clock: ReelClock, label: Label, key: str) -> Fraction:
    try:
        return clock.seconds(label)
    except TimecodeError as error:
        rate = rate_text(clock.clock.rate)
        cure = f"reel {key} counts {rate} frames a second here: correct the line, or state the reel's timecode_rate"
        raise Refusal(f"source timecode {error}", cure) from None
