"""Over what a cut's own subtitle stands: the events it may be bound to, and where they are in the cut now.

Sound comes first: a cue over speech follows the voice, one where nobody speaks what is seen, one over black and silence the
cut's own clock. A cue that says of itself where it stands follows what is seen.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from footage_manifest.timebase import FrameRange, frame_to_ms, nearest_frame
from pipeline.timeline.apart import Moved
from pipeline.timeline.heard import Run
from pipeline.timeline.model import Clip, MediaKind, Timeline
from pipeline.timeline.retime import Movement, ReelTrack, voice
from subtitles.cue import Cue
from subtitles.cut_state import Anchor, OwnCueState, Side
from subtitles.identity import text_hash
from subtitles.tags import plain, position_of

NOWHERE = -1
"""The number of the run of a cue that stands where no subtitled reel is heard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A cut as one language of it is heard: its runs, the reels that speak, those with a track, and where cues are."""

    timeline: Timeline
    runs: tuple[Run, ...]
    speech: frozenset[str]
    tracks: Mapping[str, ReelTrack]
    movement: Movement


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """One event, or run of them, that a cue may stand over; what stands still is counted as if it ran at normal speed."""

    side: Side
    number: int
    run: Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Where a cue goes: output frames, what it stands over, and the moved cues that it stands for."""

    start: int
    end: int
    stretch: Stretch | None
    instead: tuple[Moved, ...] = ()


class Places:
    """The events of one cut, as one language of it is heard."""

    def __init__(self, heard: Heard) -> None:
        """Know the cut. Cues of the reels are those of `heard.movement`."""
        self.heard = heard
        self.rate = heard.timeline.rate
        self.moved = {one.cue.id: one for one in heard.movement.moved}
        self.stretches = (*_sounding(heard), *_seen(heard.timeline))

    def followed(self, entries: Sequence[OwnCueState]) -> dict[str, Found]:
        """Return where what each cue stood over is now; of cues that stand for the same one, each goes to another run."""
        fits = sorted(
            ((self._fit(entry, stretch), entry.id, entry, stretch) for entry in entries for stretch in self._of(entry)),
            key=lambda fit: (fit[0], fit[1]),
            reverse=True,
        )
        found: dict[str, Found] = {}
        claimed: set[tuple[tuple[str, ...], int]] = set()
        for _, _, entry, stretch in fits:
            claim = (entry.replaces, stretch.number)
            if entry.id not in found and not (entry.replaces and claim in claimed):
                claimed.add(claim)
                found[entry.id] = self._over(entry, stretch)
        for entry in entries:
            start = nearest_frame(entry.anchor.start_ms, self.rate)
            if entry.anchor.side is Side.RECORD and start < self.heard.timeline.frames:
                end = max(start + 1, min(nearest_frame(entry.anchor.end_ms, self.rate), self.heard.timeline.frames))
                found[entry.id] = Found(start=start, end=end, stretch=None)
        return found

    def _of(self, entry: OwnCueState) -> Iterator[Stretch]:
        """Yield the stretches in which what an entry stood over is heard or seen."""
        anchor = entry.anchor
        for stretch in self.stretches:
            if (stretch.side, stretch.run.key) != (anchor.side, anchor.key):
                continue
            if entry.replaces:
                if self._instead(entry.replaces, stretch.number):
                    yield stretch
            elif _shared(_span(stretch.run, self.rate), (anchor.start_ms, anchor.end_ms)) > 0:
                yield stretch

    def _fit(self, entry: OwnCueState, stretch: Stretch) -> tuple[bool, int, int, int]:
        """Return how well a stretch is the one that an entry stood over: the same, most in common, nearest."""
        anchor, span = entry.anchor, _span(stretch.run, self.rate)
        return (
            span == (anchor.in_ms, anchor.out_ms),
            _shared(span, (anchor.start_ms, anchor.end_ms)),
            _shared(span, (anchor.in_ms, anchor.out_ms)),
            -abs(frame_to_ms(stretch.run.record.start, self.rate) - entry.start_ms),
        )

    def _over(self, entry: OwnCueState, stretch: Stretch) -> Found:
        record, instead = stretch.run.record, self._instead(entry.replaces, stretch.number)
        ends = [
            _nearest(stretch.run.record_at(Fraction(instant, 1000), self.rate))
            for instant in (entry.anchor.start_ms, entry.anchor.end_ms)
        ]
        before, after = self._overhang(entry.anchor, stretch.run)
        start, end = max(min(ends), record.start - before, 0), min(max(ends), record.end + after)
        if start >= end:  # only a still or a sliver: it is on for as long as what it stands for, or for a frame
            start = min((one.start for one in instead), default=min(max(start, record.start), record.end - 1))
            end = max((one.end for one in instead), default=start + 1)
        return Found(start=start, end=end, stretch=stretch, instead=instead)

    def _overhang(self, anchor: Anchor, run: Run) -> tuple[int, int]:
        """Return by how many output frames a cue began before and ended after what it stood over."""
        beyond = [
            _nearest(Fraction(max(0, ms), 1000) / abs(run.speed) * self.rate)
            for ms in (anchor.in_ms - anchor.start_ms, anchor.end_ms - anchor.out_ms)
        ]
        return (beyond[0], beyond[1]) if run.speed > 0 else (beyond[1], beyond[0])

    def _instead(self, names: Iterable[str], number: int) -> tuple[Moved, ...]:
        return tuple(one for name in names if (one := self.moved.get(f"{name}@{number}")))

    def as_written(self, cue: Cue, *, replacing: bool = True) -> Found | None:
        """Return the place that a cue has by its own times, in the cut as it is now; None behind its end."""
        start = nearest_frame(cue.start_ms, self.rate)
        if start >= self.heard.timeline.frames:
            return None
        end = max(start + 1, min(nearest_frame(cue.end_ms, self.rate), self.heard.timeline.frames))
        together = [one for one in self.heard.movement.moved if replacing and _mostly(one, start, end)]
        if together:
            most = max(together, key=lambda one: (min(one.end, end) - max(one.start, start), -one.start))
            stretch = next(
                one for one in self.stretches if one.side is Side.SOUND and one.number == most.run
            )  # every moved cue has its run
            instead = tuple(one for one in together if one.run == most.run)
            return Found(start=start, end=end, stretch=stretch, instead=instead)
        return Found(start=start, end=end, stretch=self._under(FrameRange(start, end), cue))

    def _under(self, record: FrameRange, cue: Cue) -> Stretch | None:
        """Return what is heard, else seen, for most of these frames; None where that is black and silence.

        A cue that says where it stands is about what is seen, such as the words on a sign.
        """
        sides = (Side.SOUND, Side.PICTURE)
        for side in reversed(sides) if stands_apart(cue) else sides:
            over = [
                (len(shared), -one.run.record.start, one)
                for one in self.stretches
                if one.side is side and (shared := one.run.record.intersection(record))
            ]
            if over:
                return max(over, key=lambda found: found[:2])[2]
        return None

    def anchor(self, found: Found) -> Anchor:
        """Return what binds a cue to the place where it was found."""
        if found.stretch is None:
            start, end = (frame_to_ms(frame, self.rate) for frame in (found.start, found.end))
            return Anchor(side=Side.RECORD, start_ms=start, end_ms=end)
        run = found.stretch.run
        first, last = _span(run, self.rate)
        ends = [_milliseconds(run.source_at(frame, self.rate)) for frame in (found.start, found.end)]
        return Anchor(
            side=found.stretch.side,
            key=run.key,
            in_ms=first,
            out_ms=last,
            start_ms=max(0, min(ends)),
            end_ms=max(0, *ends),
        )

    def said(self, found: Found) -> str:
        """Return what is heard of the cues that a cue stands for."""
        said = (
            voice(other, self.heard.tracks[run.key], run, self.rate)
            for other in found.instead
            for run in (self.heard.runs[other.run],)
        )
        return " ".join(plain(text) for text in said)

    def spoken(self, found: Found) -> bool:
        """Return whether the cues that a cue stands for are in the language that is heard."""
        return any(not self.heard.tracks[self.heard.runs[one.run].key].translated for one in found.instead)

    def hash_of(self, found: Found) -> str:
        """Return the hash of that, empty for a cue that stands for none."""
        return text_hash(self.said(found)) if found.instead else ""


def _sounding(heard: Heard) -> Iterator[Stretch]:
    for number, run in enumerate(heard.runs):
        if run.key in heard.speech:
            yield Stretch(side=Side.SOUND, number=number, run=run)


def _seen(timeline: Timeline) -> Iterator[Stretch]:
    for event in timeline.picture:
        if event.clip.kind is not MediaKind.BLACK:
            yield Stretch(side=Side.PICTURE, number=NOWHERE, run=_run(event.clip, event.record))


def _run(clip: Clip, record: FrameRange) -> Run:
    return Run(key=clip.key, record=record, source_in=clip.source_in, speed=clip.speed or Fraction(1))


def _span(run: Run, rate: Fraction) -> tuple[int, int]:
    first, last = run.source_span(rate)
    return max(0, _milliseconds(first)), max(0, _milliseconds(last))


def _milliseconds(seconds: Fraction) -> int:
    return floor(seconds * 1000 + Fraction(1, 2))


def _nearest(frames: Fraction) -> int:
    return floor(frames + Fraction(1, 2))


def _shared(first: tuple[int, int], second: tuple[int, int]) -> int:
    return min(first[1], second[1]) - max(first[0], second[0])


def _mostly(one: Moved, start: int, end: int) -> bool:
    shared = min(one.end, end) - max(one.start, start)
    return shared > 0 and 2 * shared >= min(one.end - one.start, end - start)


def stands_apart(cue: Cue) -> bool:
    """Return whether a cue says of itself that it stands in the middle or at the top."""
    return (position_of(cue.text) or 2) > 3
