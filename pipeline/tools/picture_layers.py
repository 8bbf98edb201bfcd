"""The frames of a segment, as the timeline shows them, out of a bounded pool of open sources."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from threading import Event, Lock

from av.video.frame import VideoFrame

from footage_manifest.media import VideoFacts
from pipeline.errors import MediaError, StageError
from pipeline.ports.picture import BlackLayer, Layer, SegmentRequest, StillLayer, VideoLayer
from pipeline.ports.work import Bench
from pipeline.tools.frame_index import ConstantClock, FrameClock, StampedClock, frames_shown
from pipeline.tools.media_open import open_media, plain_errors
from pipeline.tools.packet_survey import displayed_stamps
from pipeline.tools.picture_fields import INTERLACED, Deinterlacer, whole_frames
from pipeline.tools.picture_frame import Fitter, black, dissolved
from pipeline.tools.picture_source import SourceReader
from pipeline.tools.picture_still import still


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
        """Yield the segment's frames, dissolved but without overlays. Raises MediaError, naming the file."""
        incoming = self._layer("incoming", request.incoming, request)
        if request.mix is None:
            yield from incoming
            return
        outgoing = self._layer("outgoing", request.mix.outgoing, request)
        for i, (leaving, coming) in enumerate(zip(outgoing, incoming, strict=True)):
            yield dissolved(leaving, coming, request.mix.first_k + i, request.mix.of)

    def _layer(self, side: str, layer: Layer, request: SegmentRequest) -> Iterator[VideoFrame]:
        if isinstance(layer, BlackLayer):
            return _repeated(black(request.width, request.height), request.frames)
        path = self._bench.path(layer.digest)
        if isinstance(layer, StillLayer):
            return _named(path, lambda: _repeated(self._still(path, request.width, request.height), request.frames))
        return _named(path, lambda: self._moving(side, layer, path, request))

    def _moving(self, side: str, layer: VideoLayer, path: Path, request: SegmentRequest) -> Iterator[VideoFrame]:
        facts = layer.facts
        if layer.speed < 0:
            raise MediaError("it is played backwards, which is not built yet", "reverse it and name that file")
        fitter = Fitter(facts, request.width, request.height)
        clock = self._clocks.of(layer.digest, facts, path)
        instants = (layer.first + i / request.rate * layer.speed for i in range(request.frames))
        numbers = frames_shown(clock, facts, instants, 1 / request.rate)
        reader = self._reader(side, layer, path, clock)
        if facts.scan in INTERLACED:
            decoded = whole_frames(reader, Deinterlacer(facts.scan), numbers, facts.frames)
        else:
            decoded = reader.read(numbers)
        shown: tuple[int, VideoFrame] | None = None
        for number, frame in zip(numbers, decoded, strict=True):
            if shown is None or shown[0] != number:
                if frame.is_corrupt:
                    self._bench.progress.note(f"{path.name}: frame {number} of its picture is damaged")
                shown = (number, fitter.fit(frame))
            yield shown[1]

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
