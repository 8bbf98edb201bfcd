"""A joined picture beside the segments that it was made of: frames of sets that got new numbers, decoded from both."""

from collections.abc import Iterator
from contextlib import closing
from fractions import Fraction
from itertools import islice
from pathlib import Path

import numpy as np

from pipeline.errors import ToolError
from pipeline.ports.picture import JoinRequest
from pipeline.ports.work import Bench
from pipeline.tools.media_open import open_container
from pipeline.tools.picture_frame import Plane

_MOST_FRAMES = 12


def compare_headers(request: JoinRequest, bench: Bench, path: Path) -> None:
    """Compare the frames of one segment of each kind of headers with what the film at `path` shows in their place.

    Raises ToolError where one differs. Packets of equal headers are treated alike, so that one segment stands for all.
    """
    seen: set[str] = set()
    first = 0
    for segment in request.segments:
        if segment.headers not in seen:
            seen.add(segment.headers)
            alone = _frames(bench.path(segment.file.digest), request.rate, 0)
            joined = _frames(path, request.rate, first)
            for one, other in islice(zip(alone, joined, strict=False), min(segment.frames, _MOST_FRAMES)):
                if not np.array_equal(one, other):
                    raise ToolError(f"frames from {first} on are not the joined segment's", "write 'picture: encode'")
        first += segment.frames


def _frames(path: Path, rate: Fraction, first: int) -> Iterator[Plane]:
    """Yield the planes of frames from number `first` on, at which a segment begins."""
    with closing(open_container(path)) as container:
        stream = container.streams.video[0]
        stream.codec_context.thread_count = 1
        time_base = stream.time_base or Fraction(1)
        container.seek(round(first / rate / time_base), stream=stream)
        for frame in container.decode(stream):
            if frame.pts is not None and round(frame.pts * time_base * rate) >= first:
                yield frame.to_ndarray().astype(np.uint8, copy=False)
