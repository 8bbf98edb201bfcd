"""Interlaced pictures made whole: one frame from both fields, by bwdif, which looks one frame back and one ahead."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from av.filter import Graph
from av.video.frame import VideoFrame

from footage_manifest.media import Scan
from pipeline.tools.picture_frame import chain
from pipeline.tools.picture_source import SourceReader

INTERLACED = (Scan.TOP_FIRST, Scan.BOTTOM_FIRST)
_TICK = Fraction(1, 1000)


class Deinterlacer:
    """Makes frames whole. What comes out depends on a frame and its two neighbours, and on nothing before."""

    def __init__(self, scan: Scan) -> None:
        """Prepare for a source whose first field is `scan`'s."""
        self._parity = "tff" if scan is Scan.TOP_FIRST else "bff"
        self._graph: Graph | None = None
        self._shape: tuple[int, int, str] | None = None

    def whole(self, before: VideoFrame, frame: VideoFrame, after: VideoFrame) -> VideoFrame:
        """Return `frame` made whole; at either end of a source its neighbour is the frame itself."""
        shape = (frame.width, frame.height, frame.format.name)
        if self._graph is None or self._shape != shape:
            source = f"video_size={shape[0]}x{shape[1]}:pix_fmt={shape[2]}:time_base=1/1000"
            source += f":colorspace={frame.colorspace}:range={frame.color_range}"
            self._graph = chain(source, [f"bwdif=mode=send_frame:parity={self._parity}:deint=all"])
            self._shape = shape
            self._pushed = 0
        for neighbour in (before, frame, after):
            neighbour.pts, neighbour.time_base = self._pushed, _TICK
            self._graph.vpush(neighbour)
            self._pushed += 1
        # Each frame comes out once the next is known, so the one before the last is meant; bwdif counts in half ticks.
        wanted = (self._pushed - 2) * 2
        while True:
            made = self._graph.vpull()
            if made.pts is not None and made.pts >= wanted:
                return made


def whole_frames(
    reader: SourceReader, deinterlacer: Deinterlacer, numbers: Sequence[int], frames: int
) -> Iterator[VideoFrame]:
    """Yield the frames with ascending `numbers`, made whole; `frames` is how many the source has."""

    def inside(number: int) -> int:
        return min(max(number, 0), frames - 1)

    read = sorted({inside(number + step) for number in numbers for step in (-1, 0, 1)})
    arriving = zip(read, reader.read(read), strict=True)
    window: dict[int, VideoFrame] = {}
    made: tuple[int, VideoFrame] | None = None
    for number in numbers:
        while inside(number + 1) not in window:
            position, frame = next(arriving)
            window[position] = frame
        for old in [old for old in window if old < number - 1]:
            del window[old]
        if made is None or made[0] != number:
            three = (window[inside(number + step)] for step in (-1, 0, 1))
            made = (number, deinterlacer.whole(*three))
        yield made[1]
