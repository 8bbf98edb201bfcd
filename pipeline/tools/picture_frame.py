"""One frame made ready for the timeline: upright, fitted, in its colours; dissolved; with a subtitle laid over it.

Every frame that leaves here has the timeline's size, as 8-bit 4:2:0 in BT.709 at video range.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import av
import numpy as np
from av.filter import Graph
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from footage_manifest.media import VideoFacts
from pipeline.errors import ToolError
from pipeline.tools.picture_hdr import DEEP_RGB, ToSdr

PIXELS = "yuv420p"
_SCALING = "bicubic+accurate_rnd+bitexact+full_chroma_int"
_OUT = ":out_color_matrix=bt709:out_range=tv:out_chroma_loc=left"
_AV_MATRICES = {"bt709": 1, "fcc": 4, "bt470bg": 5, "smpte170m": 6, "smpte240m": 7, "bt2020nc": 9}
_SCALE_NAMES = {"bt2020nc": "bt2020"}
"""What the scale filter calls a matrix, where that is not its name in H.273."""
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
    """Brings the frames of one source to the timeline's size and colours.

    The order: what is transparent over black, upright, scaled (no line is taken from another twice), then colours. HDR and
    colours beyond BT.709 are scaled as they are coded and brought to BT.709 after (`picture_hdr`).
    """

    def __init__(self, facts: VideoFacts, width: int, height: int) -> None:
        """Prepare for a source; width and height are even."""
        self._facts = facts
        self._size = (width, height)
        self._wide = facts.colour.wide
        self._steps: Callable[[VideoFrame], VideoFrame] | None = None
        self._made_for: tuple[int, int, str] | None = None

    def fit(self, frame: VideoFrame) -> VideoFrame:
        """Return `frame` as the timeline shows it; where it fits as it is, the same object."""
        in_rgb = _in_rgb(frame)  # files may change their pixel format on the way
        matrix = "gbr" if in_rgb else self._facts.matrix
        limited = not (self._facts.full_range or in_rgb)
        as_it_is = (
            (frame.width, frame.height) == self._size
            and frame.format.name == PIXELS
            and self._facts.rotation == 0
            and not self._facts.mirrored
            and self._facts.sample_aspect == 1
        )
        if as_it_is and matrix == "bt709" and limited and not self._wide:
            return frame
        shape = (frame.width, frame.height, frame.format.name)
        if self._steps is None or self._made_for != shape:
            self._steps, self._made_for = self._build(frame, matrix, limited=limited), shape
        frame.colorspace = 0 if matrix == "gbr" else _AV_MATRICES[matrix]
        frame.color_range = _AV_LIMITED if limited else _AV_FULL
        return self._steps(frame)

    def _build(self, frame: VideoFrame, matrix: str, *, limited: bool) -> Callable[[VideoFrame], VideoFrame]:
        upright = frame.width * self._facts.sample_aspect / frame.height
        place = fitted(1 / upright if self._facts.rotation % 180 else upright, *self._size)
        source = (
            f"video_size={frame.width}x{frame.height}:pix_fmt={frame.format.name}:time_base=1/1000"
            f":colorspace={matrix}:range={'tv' if limited else 'pc'}"
        )
        coded = _coded(frame, matrix, limited=limited)
        turned = [*(["hflip"] if self._facts.mirrored else []), *_TURNS[self._facts.rotation]]
        if _has_alpha(frame):
            turned, coded = [*_over_black(frame, coded), *turned], ":in_range=pc"
        scale = f"scale={place.width}:{place.height}:flags={_SCALING}"
        placed = [
            f"format={PIXELS}",
            "setsar=1",
            f"pad={self._size[0]}:{self._size[1]}:{place.left}:{place.top}:black",
        ]
        if not self._wide:
            return _through(chain(source, [*turned, f"{scale}{coded}{_OUT}", *placed]))
        into = _through(chain(source, [*turned, f"{scale}{coded}:out_range=pc", f"format={DEEP_RGB}", "setsar=1"]))
        table = ToSdr(self._facts.colour, place.width, place.height)
        deep = f"video_size={place.width}x{place.height}:pix_fmt={DEEP_RGB}:time_base=1/1000:colorspace=gbr:range=pc"
        out = _through(chain(deep, [f"{scale}{_OUT}", *placed]))
        return lambda frame: out(_tagged_rgb(table.apply(into(frame))))


def _coded(frame: VideoFrame, matrix: str, *, limited: bool) -> str:
    """Return how a frame's values are to be read, as options of the scale filter."""
    # Where nothing says otherwise, chroma stands at the left pixel of two (ITU-T H.264, annex E), in JPEG between them.
    sited = "center" if frame.format.name.startswith("yuvj") else "left"
    by = "" if matrix == "gbr" else f":in_color_matrix={_SCALE_NAMES.get(matrix, matrix)}"
    return f"{by}:in_chroma_loc={sited}:in_range={'tv' if limited else 'pc'}"


def _over_black(frame: VideoFrame, coded: str) -> list[str]:
    """Return the filters that multiply colours by their opacity, which is what lies over black; RGB comes out."""
    more = any(component.bits > 8 for component in frame.format.components)
    rgba, rgb = ("gbrap12", "gbrp12") if more else ("gbrap", "gbrp")
    whole = f"scale=iw:ih:flags={_SCALING}{coded}:out_range=pc"
    return [whole, f"format={rgba}", "premultiply=inplace=1", f"format={rgb}"]


def _in_rgb(frame: VideoFrame) -> bool:
    return frame.format.is_rgb or frame.format.name.startswith(("gbr", "pal8"))


def _has_alpha(frame: VideoFrame) -> bool:
    return frame.format.name == "pal8" or any(component.is_alpha for component in frame.format.components)


def _tagged_rgb(frame: VideoFrame) -> VideoFrame:
    frame.colorspace, frame.color_range = 0, _AV_FULL
    return frame


def _through(graph: Graph) -> Callable[[VideoFrame], VideoFrame]:
    def passed(frame: VideoFrame) -> VideoFrame:
        graph.vpush(frame)
        return graph.vpull()

    return passed


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


def coded_rgb(pixels: NDArray[np.uint8]) -> VideoFrame:
    """Return 8-bit sRGB pixels, height x width x 3, both even, as a frame of their size."""
    height, width = pixels.shape[:2]
    source = f"video_size={width}x{height}:pix_fmt=rgb24:time_base=1/1000:colorspace=gbr:range=pc"
    graph = chain(source, [f"scale={width}:{height}:flags={_SCALING}{_OUT}", f"format={PIXELS}"])
    return _through(graph)(_tagged_rgb(VideoFrame.from_ndarray(pixels, format="rgb24")))


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
