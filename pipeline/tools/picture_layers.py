"""The frames of a segment, as the timeline shows them, out of a bounded pool of open sources."""

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from threading import Event, Lock

from av.video.frame import VideoFrame

from footage_manifest.media import VideoFacts
from pipeline.errors import MediaError, StageError
from pipeline.ports.picture import BlackLayer, Layer, Mix, SegmentRequest, VideoLayer
from pipeline.ports.work import Bench
from pipeline.tools.frame_index import ConstantClock, FrameClock, StampedClock, frames_shown
from pipeline.tools.media_open import open_media, plain_errors
from pipeline.tools.packet_survey import displayed_stamps
from pipeline.tools.picture_backdrop import fitter_for
from pipeline.tools.picture_fields import INTERLACED, Deinterlacer, whole_frames
from pipeline.tools.picture_frame import black, dissolved
from pipeline.tools.picture_reverse import backwards, room_for
from pipeline.tools.picture_source import SourceReader
from pipeline.tools.picture_still import moved_frames, still
from pipeline.tools.picture_wipe import wiped


class Clocks:
    """Knows each source's frame clock; a variable-rate source's timestamps are read once. Safe to use from threads."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int], FrameClock] = {}
        self._lock = Lock()

    def of(self, digest: str, facts: VideoFacts, path: Path) -> FrameClock:
        """Return the clock of a source. Raises MediaError where its timestamps are no longer those that were probed."""
        if not facts.variable:
            return ConstantClock(facts)
        with self._lock:
            key = (digest, facts.index)
            if key not in self._known:
                self._known[key] = _stamped(path, facts)
            return self._known[key]


class LayerPool:
    """Open sources, one for each side of a dissolve, kept while the next segment goes on in them. For one thread."""

    def __init__(self, bench: Bench, clocks: Clocks, stop: Event) -> None:
        """Take the bench that knows the files, the sources' clocks, and what says that the run ends."""
        self._stop = stop
        self._bench = bench
        self._clocks = clocks
        self._open: dict[str, tuple[tuple[str, VideoFacts], SourceReader]] = {}
        self._still = lru_cache(maxsize=2)(still)

    def close(self) -> None:
        """Close all sources."""
        for _, reader in self._open.values():
            reader.close()
        self._open.clear()

    def frames(self, request: SegmentRequest) -> Iterator[VideoFrame]:
        """Yield the segment's frames, mixed but with nothing laid over them. Raises MediaError, naming the file."""
        incoming = self._layer("incoming", request.incoming, request)
        if request.mix is None:
            yield from incoming
            return
        outgoing = self._layer("outgoing", request.mix.outgoing, request)
        for i, (leaving, coming) in enumerate(zip(outgoing, incoming, strict=True)):
            yield _mixed(leaving, coming, request.mix, request.mix.first_k + i)

    def _layer(self, side: str, layer: Layer, request: SegmentRequest) -> Iterator[VideoFrame]:
        width, height, frames = request.width, request.height, request.frames
        if isinstance(layer, BlackLayer):
            return _repeated(black(width, height), frames)
        path = self._bench.path(layer.digest)
        if isinstance(layer, VideoLayer):
            return _named(path, lambda: self._moving(side, layer, path, request))
        if layer.move is not None:
            return _named(path, lambda: moved_frames(path, layer, width, height, frames))
        return _named(path, lambda: _repeated(self._still(path, width, height, layer.fit), frames))

    def _moving(self, side: str, layer: VideoLayer, path: Path, request: SegmentRequest) -> Iterator[VideoFrame]:
        facts = layer.facts
        clock = self._clocks.of(layer.digest, facts, path)
        reversing = layer.speed < 0
        instants = (layer.first + i / request.rate * layer.speed for i in range(request.frames))
        one_frame = 1 / request.rate
        numbers = frames_shown(
            clock, facts, instants, one_frame, early=max(one_frame, 1 / facts.rate) if reversing else Fraction(0)
        )
        reader = self._reader(side, layer, path, clock)
        fitter = fitter_for(facts, request.width, request.height, layer.fit)

        def forwards(ascending: Sequence[int]) -> Iterator[VideoFrame]:
            for number, frame in zip(ascending, _whole(reader, facts, ascending), strict=True):
                if frame.is_corrupt:
                    self._bench.progress.note(f"{path.name}: frame {number} of its picture is damaged")
                yield fitter.fit(frame)

        each_once = [number for number, _ in groupby(numbers)]
        if reversing:
            room = room_for(request.width, request.height)
            made = backwards(each_once, forwards, reader.group_start, room)
        else:
            made = forwards(each_once)
        return _held(numbers, made)

    def _reader(self, side: str, layer: VideoLayer, path: Path, clock: FrameClock) -> SourceReader:
        key = (layer.digest, layer.facts)
        known = self._open.get(side)
        if known is not None and known[0] == key:
            return known[1]
        if known is not None:
            known[1].close()
            del self._open[side]
        reader = SourceReader(path, layer.facts, clock, self._stop)
        self._open[side] = (key, reader)
        return reader


def _mixed(outgoing: VideoFrame, incoming: VideoFrame, mix: Mix, k: int) -> VideoFrame:
    if mix.wipe is None:
        return dissolved(outgoing, incoming, k, mix.of)
    return wiped(outgoing, incoming, mix.wipe, k, mix.of)


def _whole(reader: SourceReader, facts: VideoFacts, ascending: Sequence[int]) -> Iterator[VideoFrame]:
    if facts.scan in INTERLACED:
        return whole_frames(reader, Deinterlacer(facts.scan), ascending, facts.frames)
    return reader.read(ascending)


def _held(numbers: Sequence[int], made: Iterator[VideoFrame]) -> Iterator[VideoFrame]:
    """Yield a frame for each of `numbers`; `made` yields one for each run of equal ones."""
    for (_, run), frame in zip(groupby(numbers), made, strict=True):
        for _ in run:
            yield frame


def _stamped(path: Path, facts: VideoFacts) -> StampedClock:
    with open_media(path) as container, plain_errors("its timestamps cannot be read"):
        stream = next((stream for stream in container.streams.video if stream.index == facts.index), None)
        stamps = displayed_stamps(container, stream) if stream is not None else ()
    if len(stamps) != facts.frames:
        raise MediaError(f"it has {len(stamps)} frames now, and had {facts.frames} when it was probed", "run again")
    return StampedClock(stamps, facts.time_base)


def _repeated(frame: VideoFrame, times: int) -> Iterator[VideoFrame]:
    return iter([frame] * times)


def _named(path: Path, frames: Callable[[], Iterator[VideoFrame]]) -> Iterator[VideoFrame]:
    try:
        yield from frames()
    except StageError as error:
        error.subject = error.subject or path.name
        raise
