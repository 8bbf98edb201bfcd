"""One frame made ready for the timeline: upright, fitted, in its colours; dissolved; with a subtitle laid over it.

Every frame that leaves here has the timeline's size, as 8-bit 4:2:0 in BT.709 at video range.
"""

from dataclasses import dataclass
from fractions import Fraction

import av
import numpy as np
from av.filter import Graph
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from footage_manifest.media import VideoFacts
from pipeline.errors import MediaError, ToolError

PIXELS = "yuv420p"
_SCALING = "bicubic+accurate_rnd+bitexact+full_chroma_int"
_UNTAGGED_HD_HEIGHT = 720
"""From this height on, pictures without a colour tag are BT.709; below it they are BT.601, as players assume."""

_AV_MATRICES = {"bt709": 1, "fcc": 4, "bt470bg": 5, "smpte170m": 6, "smpte240m": 7, "bt2020nc": 9}
_AV_LIMITED, _AV_FULL = 1, 2
_TURNS = {0: (), 90: ("transpose=clock",), 180: ("hflip", "vflip"), 270: ("transpose=cclock",)}

Plane = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a picture lies inside a frame, in even pixels: nothing is stretched, and the rest is black."""

    width: int
    height: int
    left: int
    top: int


def fitted(shape: Fraction, width: int, height: int) -> Place:
    """Return the largest centred place for a picture `shape` times as wide as high, in a frame of `width` x `height`."""
    inner_width = _even(min(Fraction(width), height * shape))
    inner_height = _even(min(Fraction(height), width / shape))
    left, top = ((width - inner_width) // 4 * 2, (height - inner_height) // 4 * 2)
    return Place(width=inner_width, height=inner_height, left=left, top=top)


class Fitter:
    """Brings the frames of one source to the timeline's size and colours."""

    def __init__(self, facts: VideoFacts, width: int, height: int) -> None:
        """Prepare for a source. Raises MediaError for what is not shown yet (HDR), and for sizes that are not even."""
        if facts.colour.hdr:
            raise MediaError(
                "its picture is HDR (PQ or HLG), which is not built yet: it would come out grey",
                "convert it to SDR (BT.709) in an editing program and name that file in the manifest",
            )
        self._facts = facts
        self._size = (width, height)
        self._graph: Graph | None = None
        self._made_for: tuple[int, int, str] | None = None

    def fit(self, frame: VideoFrame) -> VideoFrame:
        """Return `frame` as the timeline shows it; where it fits as it is, the same object."""
        matrix, limited = self._matrix(frame), self._limited(frame)
        as_it_is = (
            (frame.width, frame.height) == self._size
            and frame.format.name == PIXELS
            and self._facts.rotation == 0
            and not self._facts.mirrored
            and self._facts.sample_aspect == 1
        )
        if as_it_is and matrix == "bt709" and limited:
            return frame
        shape = (frame.width, frame.height, frame.format.name)
        if self._graph is None or self._made_for != shape:
            self._graph, self._made_for = self._build(frame, matrix, limited=limited), shape
        frame.colorspace = 0 if matrix == "gbr" else _AV_MATRICES[matrix]
        frame.color_range = _AV_LIMITED if limited else _AV_FULL
        self._graph.vpush(frame)
        return self._graph.vpull()

    def _matrix(self, frame: VideoFrame) -> str:
        if frame.format.is_rgb or frame.format.name.startswith(("gbr", "pal8")):
            return "gbr"
        tagged = self._facts.colour.matrix
        if tagged in _AV_MATRICES:
            return tagged
        return "bt709" if max(frame.height, frame.width * 9 // 16) >= _UNTAGGED_HD_HEIGHT else "smpte170m"

    def _limited(self, frame: VideoFrame) -> bool:
        full = self._facts.colour.range == "pc" or frame.format.name.startswith("yuvj") or self._matrix(frame) == "gbr"
        return not full

    def _build(self, frame: VideoFrame, matrix: str, *, limited: bool) -> Graph:
        upright = frame.width * self._facts.sample_aspect / frame.height
        place = fitted(1 / upright if self._facts.rotation % 180 else upright, *self._size)
        coded = "" if matrix == "gbr" else f":in_color_matrix={matrix}:in_range={'tv' if limited else 'pc'}"
        scale = f"scale={place.width}:{place.height}:flags={_SCALING}{coded}:out_color_matrix=bt709:out_range=tv"
        steps = [
            *(["hflip"] if self._facts.mirrored else []),
            *_TURNS[self._facts.rotation],
            scale,
            f"format={PIXELS}",
            "setsar=1",
            f"pad={self._size[0]}:{self._size[1]}:{place.left}:{place.top}:black",
        ]
        source = (
            f"video_size={frame.width}x{frame.height}:pix_fmt={frame.format.name}:time_base=1/1000"
            f":colorspace={matrix}:range={'tv' if limited else 'pc'}"
        )
        return chain(source, steps)


def chain(source: str, steps: list[str]) -> Graph:
    """Return a configured graph that takes frames as `source` describes them through filters, one after another.

    Raises ToolError where libav does not accept it.
    """
    graph = Graph()
    graph.threads = 1
    try:
        nodes = [graph.add("buffer", source)]
        for step in steps:
            name, _, arguments = step.partition("=")
            nodes.append(graph.add(name, arguments or None))
        graph.link_nodes(*nodes, graph.add("buffersink")).configure()
    except (av.FFmpegError, ValueError) as error:
        raise ToolError(f"libav does not accept the filters {','.join(steps)}: {error}") from None
    return graph


def black(width: int, height: int) -> VideoFrame:
    """Return a black frame."""
    planes = np.full((height * 3 // 2, width), 128, np.uint8)
    planes[:height] = 16
    return from_planes(planes)


def dissolved(outgoing: VideoFrame, incoming: VideoFrame, k: int, of: int) -> VideoFrame:
    """Return the mix of two frames on coded values: incoming (k+1)/(of+1), rounded half up (rule 10)."""
    weight, whole = k + 1, of + 1
    mixed = planes_of(outgoing).astype(np.uint32) * (whole - weight)
    mixed += planes_of(incoming).astype(np.uint32) * weight
    mixed += whole // 2
    mixed //= whole
    return from_planes(mixed.astype(np.uint8))


def planes_of(frame: VideoFrame) -> Plane:
    """Return a copy of a frame's coded values: the rows of Y, then U and V packed as ffmpeg packs yuv420p."""
    return frame.to_ndarray().astype(np.uint8, copy=False)


def from_planes(planes: Plane) -> VideoFrame:
    """Return the frame with these coded values."""
    return VideoFrame.from_ndarray(planes, format=PIXELS)


def _even(length: Fraction) -> int:
    return max(2, round(length / 2) * 2)
