"""conform, picture side: segments out of sources, each source read in its own order, several encoded side by side."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import lru_cache
from queue import SimpleQueue
from threading import Event

import PIL

from pipeline.ports.picture import Segment, SegmentRequest, StillLayer, VideoLayer
from pipeline.ports.work import Bench
from pipeline.tools.machine import usable_memory
from pipeline.tools.media_open import library_versions
from pipeline.tools.picture_layers import Clocks, LayerPool
from pipeline.tools.picture_overlay import InkOverlay
from pipeline.tools.picture_source import StoppedError
from pipeline.tools.segment_file import RECIPE, MadeSegment, SegmentWriter

_RULES = "1"
"""Raised when the same request must give other frames."""

_TASK = "picture"
_RUN_FRAMES = 1500
"""A source is handed to several threads in runs of about this many frames: each run begins with at most one pre-roll."""
_SHORTEST_RUN_FRAMES = 250
_VARIANTS_AT_ONCE = 4
"""How many encoders share one pass over the same frames at most."""
_ENCODER_BYTES_A_PIXEL = 190
"""What one encoder holds, its forty frames of looking ahead included: about 380 MB at 1920x1080, as measured."""
_BYTES_OF_ALL_PASSES = 1_200 << 20
_MEMORY_PART = 4
"""Passes side by side may take a quarter of the memory that is there."""

Results = SimpleQueue[tuple[int, MadeSegment] | Future[None]]


@dataclass(frozen=True, slots=True)
class _Pass:
    """Requests that differ in their overlays alone, by their numbers: their frames are made once."""

    base: SegmentRequest
    variants: tuple[tuple[int, SegmentRequest], ...]

    @property
    def place(self) -> tuple[str, int, float]:
        """Return where the pass stands: by source, then by position in it."""
        layer = self.base.incoming
        if isinstance(layer, VideoLayer):
            return layer.digest, layer.facts.index, float(layer.first)
        return (layer.digest if isinstance(layer, StillLayer) else ""), 0, 0.0


class LibavSegmentEncoder:
    """Encodes segments with x264 (`pipeline.ports.picture.SegmentEncoder`)."""

    def identity(self, request: SegmentRequest) -> Mapping[str, str]:
        """Return the versions of what decodes, scales and encodes, and the encoder's recipe."""
        versions = library_versions()
        layers = (request.incoming, *([request.mix.outgoing] if request.mix else []))
        stills = {"pillow": PIL.__version__} if any(isinstance(layer, StillLayer) for layer in layers) else {}
        return {"rules": _RULES, "recipe": RECIPE, **versions, **stills}

    def provenance(self) -> Mapping[str, str]:
        """Return the versions of PyAV, libav and Pillow."""
        return {**library_versions(), "pillow": PIL.__version__}

    def carry_out(self, requests: Sequence[SegmentRequest], bench: Bench) -> Iterator[tuple[int, Segment]]:
        """Yield segments as they are finished, each decoded again. Raises MediaError or ToolError at the first failure."""
        bench.progress.start(_TASK, sum(request.frames for request in requests), "frames")
        results: Results = SimpleQueue()
        stop = Event()
        clocks = Clocks()
        jobs = _passes_at_once(requests, bench.jobs)
        runs = _runs(requests, jobs)
        pool = ThreadPoolExecutor(max_workers=jobs, thread_name_prefix=_TASK)
        try:
            for run in runs:
                pool.submit(_carry_out, run, bench, clocks, results, stop).add_done_callback(results.put)
            yield from _finished(results, len(runs), bench)
        finally:
            stop.set()
            pool.shutdown(wait=True, cancel_futures=True)
        bench.progress.finish(_TASK)


def _finished(results: Results, runs: int, bench: Bench) -> Iterator[tuple[int, Segment]]:
    while runs:
        result = results.get()
        if isinstance(result, Future):
            result.result()
            runs -= 1
            continue
        number, made = result
        yield (
            number,
            Segment(file=bench.keep(made.path), frames=made.frames, packets=made.packets, headers=made.headers),
        )


def _encoder_bytes(requests: Sequence[SegmentRequest]) -> int:
    return _ENCODER_BYTES_A_PIXEL * max((request.width * request.height for request in requests), default=1)


def _passes_at_once(requests: Sequence[SegmentRequest], jobs: int) -> int:
    """Return how many passes go side by side: one a core, fewer where memory is short; at least one."""
    return max(1, min(jobs, usable_memory() // _MEMORY_PART // _encoder_bytes(requests)))


def _variants_at_once(requests: Sequence[SegmentRequest], jobs: int) -> int:
    """Return how many encoders share one pass: more of them share its decoding, and hold more memory."""
    return max(1, min(_VARIANTS_AT_ONCE, _BYTES_OF_ALL_PASSES // jobs // _encoder_bytes(requests)))


def _runs(requests: Sequence[SegmentRequest], jobs: int) -> list[list[_Pass]]:
    """Return passes in runs: each run reads one source forward; longest first, so that threads end together."""
    passes = sorted(_passes(requests, _variants_at_once(requests, jobs)), key=lambda one: one.place)
    fair_share = sum(one.base.frames for one in passes) // max(1, jobs * 2)
    longest = max(_SHORTEST_RUN_FRAMES, min(_RUN_FRAMES, fair_share))
    runs: list[list[_Pass]] = []
    length = 0
    for one in passes:
        if not runs or runs[-1][-1].place[:2] != one.place[:2] or length >= longest:
            runs.append([])
            length = 0
        runs[-1].append(one)
        length += one.base.frames * len(one.variants)
    return sorted(runs, key=lambda run: -sum(one.base.frames * len(one.variants) for one in run))


def _passes(requests: Sequence[SegmentRequest], at_once: int) -> Iterator[_Pass]:
    alike: dict[SegmentRequest, list[tuple[int, SegmentRequest]]] = {}
    for number, request in enumerate(requests):
        alike.setdefault(dataclasses.replace(request, overlays=()), []).append((number, request))
    for base, variants in alike.items():
        for start in range(0, len(variants), at_once):
            yield _Pass(base, tuple(variants[start : start + at_once]))


def _carry_out(run: list[_Pass], bench: Bench, clocks: Clocks, results: Results, stop: Event) -> None:
    pool = LayerPool(bench, clocks, stop)
    try:
        for one in run:
            _make(one, bench, pool, results, stop)
    except StoppedError:
        return
    finally:
        pool.close()


def _make(one: _Pass, bench: Bench, pool: LayerPool, results: Results, stop: Event) -> None:
    overlay = lru_cache(maxsize=4)(lambda digest: InkOverlay(bench.path(digest), one.base.width, one.base.height))
    with ExitStack() as unfinished:
        writers = []
        for number, request in one.variants:
            writer = SegmentWriter(bench.work / f"segment-{number}.mp4", request)
            unfinished.callback(writer.abandon)
            writers.append((number, request, writer))
        for i, frame in enumerate(pool.frames(one.base)):
            for _, request, writer in writers:
                if stop.is_set():
                    raise StoppedError
                shown = frame
                for laid in request.overlays:
                    if laid.start <= i < laid.end:
                        shown = overlay(laid.picture).over(shown)
                writer.write(shown, i)
            bench.progress.advance(_TASK, len(writers))
        finished = [(number, writer.finish()) for number, _, writer in writers]
        unfinished.pop_all()
    for result in finished:
        results.put(result)
