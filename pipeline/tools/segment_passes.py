"""Which segments are made together, in which order and by which thread: each source is read forward, frames decoded once."""

import dataclasses
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from threading import Lock

from pipeline.ports.picture import SegmentRequest, StillLayer, VideoEncoding, VideoLayer

_RUN_FRAMES = 1500
"""A source is handed to several threads in runs of about this many frames: each run begins with at most one pre-roll."""
_SHORTEST_RUN_FRAMES = 250
_WORTH_TAKING_FRAMES = 50
"""Fewer than these are not taken out of another thread's run: it would cost a second pre-roll."""

_ANY_ENCODING = VideoEncoding()


@dataclass(frozen=True, slots=True)
class Pass:
    """Requests that differ only in what is laid over the picture and in how it is encoded: their frames are made once."""

    base: SegmentRequest
    variants: tuple[tuple[int, SegmentRequest], ...]

    @property
    def frames(self) -> int:
        """Return how many frames are encoded."""
        return self.base.frames * len(self.variants)

    @property
    def place(self) -> tuple[str, int, float]:
        """Return where the pass stands: by source, then by position in it."""
        layer = self.base.incoming
        if isinstance(layer, VideoLayer):
            return layer.digest, layer.facts.index, float(layer.first)
        return (layer.digest if isinstance(layer, StillLayer) else ""), 0, 0.0


Run = deque[Pass]
"""Passes over one source, in the order of their places, that one thread does."""


class PassesToDo:
    """The passes that are still to be begun. Safe to use from threads.

    A thread goes on in its run; where that is done it takes up the longest new one, and where there is none, the later half
    of the run that has most left: so all end at about the same time.
    """

    def __init__(self, requests: Sequence[SegmentRequest], jobs: int, variants_at_once: int) -> None:
        """Take the requests and how many threads will ask; at most `variants_at_once` encoders share a pass."""
        self._lock = Lock()
        self._new = _runs(sorted(_passes(requests, variants_at_once), key=lambda one: one.place), jobs)
        self._begun: list[Run] = []

    def next_of(self, run: Run | None) -> tuple[Run, Pass] | None:
        """Return the next pass and the run that it belongs to: `run`, the one that the caller is in, if it goes on."""
        with self._lock:
            if not run:
                run = self._new.popleft() if self._new else self._later_half()
                self._begun.append(run)
            return (run, run.popleft()) if run else None

    def _later_half(self) -> Run:
        longest = max(self._begun, key=_frames_in, default=deque[Pass]())
        half: Run = deque()
        due = _frames_in(longest) / 2
        while longest and (taken := _frames_in(half)) < due and taken + longest[-1].frames / 2 <= due:
            half.appendleft(longest.pop())
        if _frames_in(half) < _WORTH_TAKING_FRAMES:
            longest.extend(half)
            half.clear()
        return half


def _frames_in(run: Run) -> int:
    return sum(one.frames for one in run)


def _runs(passes: Sequence[Pass], jobs: int) -> deque[Run]:
    """Return passes in runs, the longest first."""
    fair_share = sum(one.base.frames for one in passes) // max(1, jobs * 2)
    longest = max(_SHORTEST_RUN_FRAMES, min(_RUN_FRAMES, fair_share))
    runs: list[Run] = []
    length = 0
    for one in passes:
        if not runs or runs[-1][-1].place[:2] != one.place[:2] or length >= longest:
            runs.append(deque())
            length = 0
        runs[-1].append(one)
        length += one.frames
    return deque(sorted(runs, key=_frames_in, reverse=True))


def _passes(requests: Sequence[SegmentRequest], at_once: int) -> Iterator[Pass]:
    alike: dict[SegmentRequest, list[tuple[int, SegmentRequest]]] = {}
    for number, request in enumerate(requests):
        base = dataclasses.replace(request, overlays=(), stamp=None, encoding=_ANY_ENCODING)
        alike.setdefault(base, []).append((number, request))
    for base, variants in alike.items():
        for start in range(0, len(variants), at_once):
            yield Pass(base, tuple(variants[start : start + at_once]))
