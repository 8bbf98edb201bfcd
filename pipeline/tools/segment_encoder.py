"""conform, picture side: segments out of sources, each source read in its own order, several encoded side by side."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from queue import SimpleQueue
from threading import Event

import PIL
from av.video.frame import VideoFrame

from footage_manifest.picture_plan import Fit
from pipeline.ports.picture import Layer, Segment, SegmentRequest, StillLayer, VideoLayer
from pipeline.ports.work import Bench
from pipeline.tools.encoders import recipe_of
from pipeline.tools.machine import give_large_blocks_back, usable_memory
from pipeline.tools.media_open import library_versions
from pipeline.tools.picture_layers import Clocks, LayerPool
from pipeline.tools.picture_overlay import InkOverlay, LaidOver
from pipeline.tools.picture_source import StoppedError
from pipeline.tools.picture_stamp import Stamper, drawing_versions
from pipeline.tools.segment_file import MadeSegment, SegmentWriter
from pipeline.tools.segment_passes import Pass, PassesToDo, Run

_RULES = "2"
"""Raised when the same request must give other frames."""

_TASK = "picture"
_VARIANTS_AT_ONCE = 4
"""How many encoders share one pass over the same frames at most."""
_ENCODER_BYTES_A_PIXEL = 105
"""What one encoder holds, its sixteen frames of looking ahead and its decoder included: 215 MB at 1920x1080."""
_BYTES_OF_ALL_PASSES = 900 << 20
_MEMORY_PART = 4
"""Passes side by side may take a quarter of the memory that is there."""

Finish = Callable[[VideoFrame, int], VideoFrame]
"""What is done to a segment's frame, by its number in it, once its picture is there."""
Results = SimpleQueue[tuple[int, MadeSegment] | Future[None]]


class LibavSegmentEncoder:
    """Encodes segments with x264 (`pipeline.ports.picture.SegmentEncoder`)."""

    def identity(self, request: SegmentRequest) -> Mapping[str, str]:
        """Return the versions of what decodes, scales and encodes, and the encoder's recipe."""
        versions = library_versions()
        layers = (request.incoming, *([request.mix.outgoing] if request.mix else []))
        stills = {"pillow": PIL.__version__} if any(_drawn_with_pillow(layer) for layer in layers) else {}
        stamp = drawing_versions() if request.stamp else {}
        return {"rules": _RULES, "recipe": recipe_of(request.encoding), **versions, **stills, **stamp}

    def provenance(self) -> Mapping[str, str]:
        """Return the versions of PyAV, libav and Pillow."""
        return {**library_versions(), "pillow": PIL.__version__}

    def carry_out(self, requests: Sequence[SegmentRequest], bench: Bench) -> Iterator[tuple[int, Segment]]:
        """Yield segments as they are finished, each decoded again. Raises MediaError or ToolError at the first failure."""
        bench.progress.start(_TASK, sum(request.frames for request in requests), "frames")
        give_large_blocks_back()
        results: Results = SimpleQueue()
        stop = Event()
        clocks = Clocks()
        jobs = _passes_at_once(requests, bench.jobs)
        work = PassesToDo(requests, jobs, _variants_at_once(requests, jobs))
        pool = ThreadPoolExecutor(max_workers=jobs, thread_name_prefix=_TASK)
        try:
            for _ in range(jobs):
                pool.submit(_carry_out, work, bench, clocks, results, stop).add_done_callback(results.put)
            yield from _finished(results, jobs, bench)
        finally:
            stop.set()
            pool.shutdown(wait=True, cancel_futures=True)
        bench.progress.finish(_TASK)


def _finished(results: Results, threads: int, bench: Bench) -> Iterator[tuple[int, Segment]]:
    while threads:
        result = results.get()
        if isinstance(result, Future):
            result.result()
            threads -= 1
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


def _carry_out(work: PassesToDo, bench: Bench, clocks: Clocks, results: Results, stop: Event) -> None:
    """Do passes until none is left; sources stay open for as long as passes go on in them."""
    pool = LayerPool(bench, clocks, stop)
    run: Run | None = None
    try:
        while (taken := work.next_of(run)) is not None:
            if taken[0] is not run:
                pool.close()
            run = taken[0]
            _make(taken[1], bench, pool, results, stop)
    except StoppedError:
        return
    finally:
        pool.close()


def _make(one: Pass, bench: Bench, pool: LayerPool, results: Results, stop: Event) -> None:
    with ExitStack() as unfinished:
        writers = []
        for number, request in one.variants:
            writer = SegmentWriter(bench.work / f"segment-{number}.mp4", request)
            unfinished.callback(writer.abandon)
            writers.append((number, _finish(request, bench), writer))
        for i, frame in enumerate(pool.frames(one.base)):
            for _, finish, writer in writers:
                if stop.is_set():
                    raise StoppedError
                writer.write(finish(frame, i), i)
            bench.progress.advance(_TASK, len(writers))
        finished = [(number, writer.finish()) for number, _, writer in writers]
        unfinished.pop_all()
    for result in finished:
        results.put(result)


def _finish(request: SegmentRequest, bench: Bench) -> Finish:
    """Return what lays a segment's overlays over its frames, then the stamp of a review copy."""
    width, height = request.width, request.height
    laid = LaidOver(request.overlays, lambda digest: InkOverlay(bench.path(digest), width, height))
    if request.stamp is None:
        return laid.over
    stamper = Stamper(request.stamp, bench.path(request.stamp.font), width, height)
    return lambda frame, number: stamper.stamped(laid.over(frame, number), number)


def _drawn_with_pillow(layer: Layer) -> bool:
    return isinstance(layer, StillLayer) or (isinstance(layer, VideoLayer) and layer.fit is Fit.BLUR)
