"""A side of an event as media: relinked, its labels turned into exact seconds, its extent known."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from footage_manifest.findings import Finding
from footage_manifest.media import MediaFacts
from footage_manifest.model import Manifest, Timeline
from footage_manifest.timecode import Label, TimecodeError
from footage_manifest.wording import Refusal
from pipeline.timeline.edl_model import Side
from pipeline.timeline.model import BLACK, Clip, MediaKind
from pipeline.timeline.reel_clock import ReelClock, reel_clock, start_conflicts
from pipeline.timeline.relink import Link, Relinker, Unlinked
from pipeline.timeline.wording import rate_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Sourced:
    """What a side plays: from `first` up to, not including, `last`, in seconds from the reel's first displayed frame.

    Both are 0 for stills and black. `slack` is one frame, in seconds, where the reel's labels count at another rate than the
    film's (rule 4), else 0; `media_slack` the same for its frames. `facts` is None for stills and black.
    """

    link: Link
    first: Fraction = Fraction(0)
    last: Fraction = Fraction(0)
    slack: Fraction = Fraction(0)
    media_slack: Fraction = Fraction(0)
    label_rate: Fraction | None = None
    facts: MediaFacts | None = None

    @property
    def clip(self) -> Clip:
        """Return the side as a clip; a start less than a frame before the media shows its first frame."""
        if self.link.kind is MediaKind.BLACK:
            return BLACK
        return Clip(kind=self.link.kind, key=self.link.key, source_in=max(self.first, Fraction(0)))


class Sources:
    """Turns sides into media. `warnings` holds what a person should look at, each once."""

    def __init__(self, *, timeline: Timeline, manifest: Manifest, facts: Mapping[str, MediaFacts]) -> None:
        self.warnings: list[Finding] = []
        self._timeline = timeline
        self._clock = timeline.clock
        self._manifest = manifest
        self._facts = facts
        self._relinker = Relinker(manifest)
        self._met: set[str] = set()

    def source(self, side: Side) -> Sourced:
        """Return the media of `side`. Raises Refusal where there is none, more than one, or its labels cannot be read."""
        link = self._relinker.find(side.reel, side.names)
        if isinstance(link, Unlinked):
            raise Refusal(link.what, link.cure)
        if link.kind is not MediaKind.REEL:
            return Sourced(link=link)
        reel, facts = self._manifest.reels[link.key], self._facts.get(link.key)
        if facts is None:
            raise Refusal(f"reel {link.key} could not be read", "see what was said about its file")
        if len(reel.file) > 1:
            raise Refusal(
                f"reel {link.key} consists of several files, which is not built yet", "join them into one file"
            )
        if link.key not in self._met:
            self._met.add(link.key)
            self.warnings.extend(start_conflicts(link.key, reel, facts))
        clock = reel_clock(link.key, reel, facts, self._clock, side)
        return Sourced(
            link=link,
            first=_seconds(clock, side.source_in, link.key),
            last=_seconds(clock, side.source_out, link.key),
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


def _seconds(clock: ReelClock, label: Label, key: str) -> Fraction:
    try:
        return clock.seconds(label)
    except TimecodeError as error:
        rate = rate_text(clock.clock.rate)
        cure = f"reel {key} counts {rate} frames a second here: correct the line, or state the reel's timecode_rate"
        raise Refusal(f"source timecode {error}", cure) from None
