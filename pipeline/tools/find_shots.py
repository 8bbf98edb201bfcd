"""shots: every frame of a picture decoded once, made small, and compared with the one before."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from math import floor
from pathlib import Path
from threading import Event

import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from footage_manifest.media import VideoFacts
from footage_manifest.timebase import frame_to_ms
from pipeline.errors import MediaError
from pipeline.ports.shots import FindShotsRequest, Shots
from pipeline.ports.work import Bench
from pipeline.tools.frame_index import ConstantClock
from pipeline.tools.media_open import library_versions, open_media, plain_errors
from pipeline.tools.picture_source import StoppedError
from pipeline.tools.shot_scores import HEIGHT, WIDTH, ShotJudge, Small
from pipeline.tools.side_by_side import side_by_side

TASK = "find shot changes"
"""The name under which progress is shown, in frames."""

_STEP = 250


class LibavShotFinder:
    """Finds shot changes with libav; memory does not grow with the length of a film."""

    def identity(self, _request: FindShotsRequest) -> Mapping[str, str]:
        """Return nothing: what finds cuts is ours, and its changes raise the stage's version."""
        return {}

    def provenance(self) -> Mapping[str, str]:
        """Return the versions of libav."""
        return library_versions()

    def carry_out(self, requests: Sequence[FindShotsRequest], bench: Bench) -> Iterator[tuple[int, Shots]]:
        """Yield (index, the shot changes of a file), several files side by side. Raises MediaError for a broken picture."""
        for request in requests:  # a file that is gone is said before an hour is spent
            bench.path(request.digest)
        bench.progress.start(TASK, sum(request.video.frames for request in requests), "frames")
        threads = max(1, bench.jobs // max(1, len(requests)))
        yield from side_by_side(lambda one, stop: _find(one, bench, stop, threads), requests, bench.jobs)
        bench.progress.finish(TASK)


def _find(request: FindShotsRequest, bench: Bench, stop: Event, threads: int) -> Shots:
    judge = ShotJudge()
    changes: list[int] = []
    times: dict[int, int] = {}
    for number, (start_ms, frame) in enumerate(_frames(bench.path(request.digest), request.video, threads)):
        if stop.is_set():
            raise StoppedError
        times[number] = start_ms
        times.pop(number - 4 * _STEP, None)
        changes += [times[change] for change in judge.take(number, frame)]
        if number % _STEP == _STEP - 1:
            bench.progress.advance(TASK, _STEP)
    changes += [times[change] for change in judge.end()]
    return Shots(changes_ms=tuple(dict.fromkeys(sorted(changes))))


def _frames(path: Path, video: VideoFacts, threads: int) -> Iterator[tuple[int, Small]]:
    """Yield (the millisecond from which it is shown, small picture) of each displayed frame, in order."""
    clock = ConstantClock(video)
    counted = 0
    with open_media(path) as container, plain_errors("its picture cannot be decoded"):
        stream = _stream(container, video, threads)
        for frame in container.decode(stream):
            stamp = frame.pts
            number = counted if stamp is None else clock.frame_of(stamp)
            counted = number + 1
            if number < 0:
                continue  # in front of where the file's edit list begins
            if not video.variable or stamp is None:
                shown_ms = frame_to_ms(number, video.rate)
            else:
                shown_ms = floor((stamp * video.time_base - video.start) * 1000 + Fraction(1, 2))
            yield shown_ms, _small(frame)


def _stream(container: InputContainer, video: VideoFacts, threads: int) -> VideoStream:
    found = next((one for one in container.streams.video if one.index == video.index), None)
    if found is None:
        raise MediaError("it no longer holds the picture that was found in it before", "run again")
    found.codec_context.thread_count = threads
    return found


def _small(frame: VideoFrame) -> Small:
    small = frame.reformat(width=WIDTH, height=HEIGHT, format="yuv444p", interpolation="AREA")
    return np.asarray(small.to_ndarray(), dtype=np.uint8)  # (plane, row, column)
