"""Whether two timelines show and play the same, frame for frame."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from footage_manifest.media import MediaFacts
from footage_manifest.timebase import frame_on_display
from pipeline.timeline.model import BLACK, Clip, MediaKind, Timeline

Sound = tuple[str, Fraction, Fraction]
"""A reel, where it would be at the timeline's first frame, and its speed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """How many of the `frames` of the longer of two timelines show, or play, something else; `first` is the first of them.

    Of a transition only what comes is looked at; which channels are heard, and how loud, is not.
    """

    frames: int
    pictures: int = 0
    sounds: int = 0
    first: int | None = None


def alike(
    one: Timeline, other: Timeline, facts: Mapping[str, MediaFacts], *, leave_out: frozenset[str] = frozenset()
) -> Alike:
    """Return how far two timelines of one rate differ. `leave_out` names reels whose sound is not compared."""
    frames = max(one.frames, other.frames)
    edges = {0, frames}
    for timeline in (one, other):
        edges |= {edge for event in timeline.picture for edge in (event.record.start, event.record.end)}
        edges |= {edge for event in timeline.sound for edge in (event.record.start, event.record.end)}
    marks = sorted(edges)
    heard = [_heard(timeline, marks, leave_out) for timeline in (one, other)]
    starts = [[event.record.start for event in timeline.picture] for timeline in (one, other)]
    pictures = sounds = 0
    differing: list[int] = []
    for number, (start, end) in enumerate(pairwise(marks)):
        clips = [_clip(timeline, begun, start) for timeline, begun in zip((one, other), starts, strict=True)]
        unlike = _unlike(clips[0], clips[1], end - start, one.rate, facts)
        pictures += len(unlike)
        differing += [start + unlike[0]] if unlike else []
        if heard[0][number] != heard[1][number]:
            sounds += end - start
            differing.append(start)
    return Alike(frames=frames, pictures=pictures, sounds=sounds, first=min(differing, default=None))


def _clip(timeline: Timeline, begun: Sequence[int], frame: int) -> Clip:
    """Return what is on display at `frame`, black behind the end."""
    at = bisect_right(begun, frame) - 1
    if at < 0 or frame >= timeline.picture[at].record.end:
        return BLACK
    event = timeline.picture[at]
    into = event.clip.source_at(frame - event.record.start, timeline.rate)
    return Clip(kind=event.clip.kind, key=event.clip.key, source_in=into, speed=event.clip.speed)


def _unlike(one: Clip, other: Clip, frames: int, rate: Fraction, facts: Mapping[str, MediaFacts]) -> list[int]:
    """Return which of `frames` frames, from 0, show something else."""
    if (one.kind, one.key) != (other.kind, other.key):
        return list(range(frames))
    if one.kind is not MediaKind.REEL or one == other:
        return []  # a card or a still looks the same wherever it is begun, unless it moves
    video = facts[one.key].video
    if video is None or video.variable:
        return list(range(frames))
    shown = [
        [frame_on_display(clip.source_at(frame, rate), video.rate) for frame in range(frames)] for clip in (one, other)
    ]
    return [frame for frame in range(frames) if shown[0][frame] != shown[1][frame]]


def _heard(timeline: Timeline, marks: Sequence[int], leave_out: frozenset[str]) -> list[frozenset[Sound]]:
    """Return what is heard from each mark to the next, whichever channels of it."""
    begins: defaultdict[int, list[Sound]] = defaultdict(list)
    ends: defaultdict[int, list[Sound]] = defaultdict(list)
    for event in timeline.sound:
        clip = event.clip
        if clip.kind is MediaKind.REEL and clip.key not in leave_out:
            sound = clip.key, clip.source_in - event.record.start / timeline.rate * clip.speed, clip.speed
            begins[event.record.start].append(sound)
            ends[event.record.end].append(sound)
    now: Counter[Sound] = Counter()
    found = []
    for mark in marks:
        now.subtract(ends[mark])
        now.update(begins[mark])
        found.append(frozenset((+now).keys()))
    return found
