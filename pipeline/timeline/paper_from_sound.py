"""What of a cut's sound a paper edit can hold: one voice after the other, and music from its beginning on.

Frames are those of the film's clock, from the cut's start, ends exclusive.
"""

from bisect import bisect_right, insort
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from footage_manifest.media import MediaFacts
from footage_manifest.model import Manifest, Reel, ReelKind
from pipeline.timeline.export_plan import Lost
from pipeline.timeline.model import MediaKind, PictureEvent, SoundEvent, Timeline

_CHANNEL_LOST = (
    "sound channels that the edit chooses: the reel's own choice is heard (write its channels in the manifest)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A reel that is heard at its own speed from frame `start` to `end`; `source` is its instant at `start`, in seconds.

    `where` names it for people.
    """

    start: int
    end: int
    key: str
    source: Fraction
    where: str

    def part(self, start: int, end: int, rate: Fraction) -> "Stretch":
        """Return what of it is heard from `start` to `end`, which lie inside."""
        return replace(self, start=start, end=end, source=self.source + (start - self.start) / rate)


def where(event: PictureEvent | SoundEvent) -> str:
    """Return how an event is named for people."""
    return f"event {event.number} (line {event.line})" if event.number else f"line {event.line}"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardPlan:
    """What is heard: `voices`, in order and never two at once, and `music`, likewise, each from its reel's beginning."""

    voices: tuple[Stretch, ...]
    music: tuple[Stretch, ...]


def plan_sound(
    timeline: Timeline, manifest: Manifest, facts: Mapping[str, MediaFacts], *, unit: int, lost: Lost
) -> HeardPlan:
    """Return what of the cut's sound a paper edit can hold; the rest is added to `lost`. `unit` frames make a label.

    Where several reels are heard at once the narrator wins, then who is interviewed, then what is seen.
    """
    rate = timeline.rate / unit
    found: list[Stretch] = []
    for event in timeline.sound:
        if event.dissolve_frames:
            lost.add("crossfades in the sound become cuts", where(event))
        clip = event.clip
        if clip.kind is not MediaKind.REEL:
            continue
        if clip.speed != 1:
            lost.add("sound at another speed than its own is left out", where(event))
            continue
        if _chooses(event, manifest.reels[clip.key], facts[clip.key]):
            lost.add(_CHANNEL_LOST, where(event))
        start, end = event.record.start // unit, event.record.end // unit
        found.append(Stretch(start=start, end=end, key=clip.key, source=clip.source_in, where=where(event)))
    whole = _once(found, rate)
    tunes = [one for one in _continued(whole, rate) if _is_tune(one, manifest)]
    taken = {(one.key, one.source - one.start / rate) for one in tunes}
    rest = [
        one
        for one in whole
        if manifest.reels[one.key].kind is not ReelKind.MUSIC or (one.key, one.source - one.start / rate) not in taken
    ]
    seen = {(one.clip.key, one.clip.source_in - one.record.start / timeline.rate) for one in timeline.picture}

    def rank(one: Stretch) -> tuple[int, int]:
        kind = manifest.reels[one.key].kind
        order = {ReelKind.NARRATION: 0, ReelKind.INTERVIEW: 1, ReelKind.MUSIC: 4}.get(kind)
        if order is None:
            order = 2 if (one.key, one.source - one.start / rate) in seen else 3
        return order, one.start

    return HeardPlan(voices=_one_at_a_time(sorted(rest, key=rank), rate, lost), music=_tunes(tunes, lost))


def _chooses(event: SoundEvent, reel: Reel, facts: MediaFacts) -> bool:
    """Return whether an event plays a channel that the reel alone would not."""
    if event.source_channel is None or (facts.sound and facts.sound[0].channels == 1):
        return False
    return str(reel.channel_choice) != str(event.source_channel)


def _once(found: Iterable[Stretch], rate: Fraction) -> list[Stretch]:
    """Return what is heard, a reel that is heard on several channels at once as one."""
    kept: list[Stretch] = []
    last: dict[tuple[str, Fraction], Stretch] = {}
    for one in sorted(found, key=lambda each: (each.start, -each.end)):
        place = (one.key, one.source - one.start / rate)
        before = last.get(place)
        if before is not None and before.end > one.start:
            if one.end <= before.end:
                continue
            one = one.part(before.end, one.end, rate)  # noqa: PLW2901 - the rest of it
        kept.append(one)
        last[place] = one
    return kept


def _continued(whole: Iterable[Stretch], rate: Fraction) -> list[Stretch]:
    """Return stretches joined where one goes on with what the one before plays."""
    joined: dict[tuple[str, Fraction, int], Stretch] = {}
    for one in whole:
        place = (one.key, one.source - one.start / rate)
        before = joined.pop((*place, one.start), None)
        whole_one = one if before is None else replace(before, end=one.end)
        joined[(*place, one.end)] = whole_one
    return sorted(joined.values(), key=lambda one: one.start)


def _is_tune(one: Stretch, manifest: Manifest) -> bool:
    return manifest.reels[one.key].kind is ReelKind.MUSIC and one.source == 0


def _tunes(tunes: list[Stretch], lost: Lost) -> tuple[Stretch, ...]:
    """Return music one after the other; where two play at once the second ends the first."""
    kept: list[Stretch] = []
    for one in tunes:
        if kept and kept[-1].end > one.start:
            lost.add("music under other music ends where that begins", kept[-1].where)
            kept[-1] = replace(kept[-1], end=one.start)
        kept.append(one)
    return tuple(one for one in kept if one.end > one.start)


def _one_at_a_time(ranked: list[Stretch], rate: Fraction, lost: Lost) -> tuple[Stretch, ...]:
    """Return what is heard with one voice at a time; `ranked` names first what is to be kept."""
    kept: list[Stretch] = []  # in order, none over another
    for one in ranked:
        start, at = one.start, bisect_right(kept, one.start, key=_end)
        free: list[Stretch] = []
        while at < len(kept) and kept[at].start < one.end:
            lost.add("sound under other sound is left out", one.where)
            if start < kept[at].start:
                free.append(one.part(start, kept[at].start, rate))
            start = max(start, kept[at].end)
            at += 1
        if start < one.end:
            free.append(one.part(start, one.end, rate))
        for each in free:
            insort(kept, each, key=_end)
    return tuple(kept)


def _end(one: Stretch) -> int:
    return one.end
