"""conform, picture side: a stretch of a source as a segment of its own, packet by packet, and the proof that it is one."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from pathlib import Path
from threading import Event

import av
import numpy as np
from av.packet import Packet
from av.video.frame import VideoFrame

from pipeline.errors import MediaError, ToolError
from pipeline.ports.copying import Copied, CopyRequest
from pipeline.ports.picture import Segment
from pipeline.ports.work import Bench
from pipeline.tools.copy_run import UNREADABLE, Coded, CodedSource, StopsHereError, coded_source, run_from, sets_of
from pipeline.tools.copy_survey import batches
from pipeline.tools.media_open import library_versions, words_of
from pipeline.tools.nal_syntax import Delay
from pipeline.tools.nal_units import UnreadableError, packed
from pipeline.tools.picture_frame import Plane, planes_of
from pipeline.tools.picture_source import SourceReader, StoppedError
from pipeline.tools.segment_file import MadeSegment, checked, create_film, movie_timescale, track_timescale
from pipeline.tools.side_by_side import side_by_side

_RULES = "1"
"""Raised when the same request must give other packets."""

_TASK = "copied picture"
_COMPARED = 2
"""How many frames at either end of a copy are compared with the source's."""
_BACK_FRAMES = 100
_DIFFERS = "decoded again, the copy was not the source frame for frame"


class PacketCopier:
    """Copies packets without what stands between them (`pipeline.ports.copying.SegmentCopier`)."""

    def identity(self, request: CopyRequest) -> Mapping[str, str]:  # noqa: ARG002 - the same for every request
        """Return the versions of what reads, writes and decodes again, and of our rules."""
        return {"rules": _RULES, **library_versions()}

    def provenance(self) -> Mapping[str, str]:
        """Return the versions of PyAV and libav."""
        return library_versions()

    def carry_out(self, requests: Sequence[CopyRequest], bench: Bench) -> Iterator[tuple[int, Copied]]:
        """Yield each segment, or why there is none. Raises MediaError for a source that cannot be opened."""
        bench.progress.start(_TASK, sum(request.frames for request in requests), "frames")

        def work(batch: Sequence[int], stop: Event) -> list[tuple[int, Path, MadeSegment | str]]:
            return list(_batch(requests, batch, bench, stop))

        asked = batches([(one.digest, one.facts.index) for one in requests])
        for _, made in side_by_side(work, asked, bench.jobs):
            for number, path, outcome in made:
                yield number, _kept(path, outcome, bench)
        bench.progress.finish(_TASK)


def _batch(
    requests: Sequence[CopyRequest], batch: Sequence[int], bench: Bench, stop: Event
) -> Iterator[tuple[int, Path, MadeSegment | str]]:
    """Yield each segment of one source as it lies in the work folder, or why it cannot be made."""
    facts, path = requests[batch[0]].facts, bench.path(requests[batch[0]].digest)
    with coded_source(path, facts) as source, closing(SourceReader(path, facts, source.clock, stop)) as reader:
        for number in batch:
            request, made = requests[number], bench.work / f"copy-{number}.mp4"
            with suppress(StoppedError):
                yield number, made, _made(source, reader, request, made, _Watch(bench, stop))
            if stop.is_set():
                return


@dataclass(frozen=True, slots=True)
class _Watch:
    """Ends the work when the run ends, and counts what is done."""

    bench: Bench
    stop: Event

    def frames_done(self, frames: int) -> None:
        """Count frames. Raises StoppedError where the run ends."""
        if self.stop.is_set():
            raise StoppedError
        self.bench.progress.advance(_TASK, frames)


def _made(
    source: CodedSource, reader: SourceReader, request: CopyRequest, path: Path, watch: _Watch
) -> MadeSegment | str:
    """Return the segment as it lies at `path`, or why it cannot be made, in plain words."""
    try:
        _write(source, request, path, watch)
        return _compared(reader, request, path, watch)
    except StopsHereError as reason:
        return str(reason)
    except (MediaError, ToolError):
        return _DIFFERS
    except (UnreadableError, IndexError):
        return UNREADABLE
    except (av.FFmpegError, OSError) as error:
        raise ToolError(f"a copied segment could not be written: {words_of(error)}", "is the disk full?") from None


def _write(source: CodedSource, request: CopyRequest, path: Path, watch: _Watch) -> None:
    pictures, start = _at(source, request.first)
    delay = Delay(rate=request.rate, frames=request.delay)
    ticks = track_timescale(request.rate)
    each, written = int(ticks / request.rate), 0
    with create_film(path, "mp4", movie_timescale(request.rate), ticks) as film:
        stream = source.stream_in(film, source.syntax.extradata(sets_of(source.syntax, start.sets, delay)))
        for coded in islice(run_from(source, pictures, start), request.frames):
            watch.frames_done(0)
            packet = Packet(packed(coded.units))
            packet.stream, packet.time_base = stream, Fraction(1, ticks)
            packet.pts = (coded.number - request.first) * each
            packet.dts, packet.duration = (written - request.delay) * each, each
            packet.is_keyframe = source.may_start(coded)
            film.mux(packet)
            written += 1


def _at(source: CodedSource, first: int) -> tuple[Iterator[Coded], Coded]:
    """Return the picture of frame `first`, and what follows it. Raises StopsHereError where no copy begins there."""
    for back in (0, _BACK_FRAMES, first):  # containers without an index seek past what is asked for
        pictures = source.pictures(max(0, first - back))
        for coded in pictures:
            if coded.number == first and source.may_start(coded):
                return pictures, coded
            if coded.number > first and source.may_start(coded):
                break
    raise StopsHereError(UNREADABLE)


def _compared(reader: SourceReader, request: CopyRequest, path: Path, watch: _Watch) -> MadeSegment:
    """Return the segment, decoded whole, its first and last frames the source's. Raises StopsHereError where they differ."""
    last = request.frames - 1
    numbers = sorted({k for k in (*range(_COMPARED), *range(last - _COMPARED + 1, last + 1)) if 0 <= k <= last})
    copied: dict[int, Plane] = {}

    def look(number: int, frame: VideoFrame) -> None:
        watch.frames_done(1)
        if number in numbers:
            copied[number] = planes_of(frame)

    made = checked(path, request.frames, request.rate, look)
    originals = reader.read([request.first + number for number in numbers])
    if not all(np.array_equal(copied[k], planes_of(one)) for k, one in zip(numbers, originals, strict=True)):
        raise StopsHereError(_DIFFERS)
    return made


def _kept(path: Path, made: MadeSegment | str, bench: Bench) -> Copied:
    if isinstance(made, str):
        path.unlink(missing_ok=True)
        return Copied(segment=None, why=made)
    segment = Segment(file=bench.keep(path), frames=made.frames, packets=made.packets, headers=made.headers)
    return Copied(segment=segment)
