"""Moves on stills: a window of a photograph, as fine as any fraction of a pixel, brought to the frame for each frame anew.

The photograph is brought once to a quarter more than the closest view needs, larger than it is if must be: so every frame is
scaled down, by a filter that knows where between two pixels it lies. That keeps lines still while they travel: programs that
crop to whole pixels first, and scale then, make them tremble. And it keeps them equally sharp: drawn pixel for pixel, they
would blur and clear as they pass between two.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray
from PIL import Image

from pipeline.ports.picture import Move, View
from pipeline.tools.picture_frame import from_planes, planes_of
from pipeline.tools.picture_planes import assembled, channels

_OVERSAMPLED = Fraction(5, 4)
"""Pixels across for one of the frame at the closest view. Detail pulses by 0.1 % then, and by 36 % with one for one."""
_MOST_PIXELS = 64_000_000
"""Nothing is enlarged beyond this."""

_REACH = 8
"""Pixels kept around what is seen, for the filter to draw from."""
_BLACK = (16, 128, 128)

Planes = tuple[Image.Image, Image.Image, Image.Image]
Box = tuple[Fraction, Fraction, Fraction, Fraction]


@dataclass(frozen=True, slots=True, kw_only=True)
class Canvas:
    """Y, U and V (4:2:0, chroma at the left pixel of two) of all that a move shows of a photograph, black around it.

    `size` is the whole photograph's, in pixels of the canvas, and `left`, `top` where the canvas begins in it. `shape` is
    how many times as wide as high the photograph is, exactly: whole pixels come only near it.
    """

    planes: Planes
    shape: Fraction
    size: tuple[int, int]
    left: int
    top: int


def working_size(photograph: tuple[int, int], move: Move, width: int) -> tuple[int, int]:
    """Return the even size that a photograph is brought to for a move in frames `width` wide."""
    closest = min(move.start.width, move.end.width)
    scale = _OVERSAMPLED * width / (closest * photograph[0])
    if scale > 1 and photograph[0] * photograph[1] * scale * scale > _MOST_PIXELS:
        scale = Fraction(1)
    across, down = (max(2, round(length * scale / 2) * 2) for length in photograph)
    return across, down


def canvas(photograph: VideoFrame, shape: Fraction, move: Move, frame: tuple[int, int]) -> Canvas:
    """Return what a move draws from; `photograph` is as large as `working_size` says, `frame` the size of the frames."""
    size = (photograph.width, photograph.height)
    boxes = [_box(view, shape, size, frame) for view in (move.start, move.end)]
    left, right = _extent(min(box[0] for box in boxes), max(box[2] for box in boxes), size[0])
    top, bottom = _extent(min(box[1] for box in boxes), max(box[3] for box in boxes), size[1])
    planes = []
    for number, (plane, black) in enumerate(zip(channels(planes_of(photograph)), _BLACK, strict=True)):
        step = 2 if number else 1
        laid = Image.new("L", ((right - left) // step, (bottom - top) // step), black)
        laid.paste(Image.fromarray(plane), (-left // step, -top // step))
        planes.append(laid)
    return Canvas(planes=(planes[0], planes[1], planes[2]), shape=shape, size=size, left=left, top=top)


def moved(drawn: Canvas, move: Move, frame: tuple[int, int], frames: int) -> Iterator[VideoFrame]:
    """Yield a segment's frames; where the move stands, the same object comes again."""
    shown: tuple[Fraction, VideoFrame] | None = None
    for i in range(frames):
        passed = progress(move, i)
        if shown is None or shown[0] != passed:
            shown = passed, _window(drawn, _between(move, passed), frame)
        yield shown[1]


def progress(move: Move, i: int) -> Fraction:
    """Return how much of a move is behind at segment frame `i`: from 0 to 1, eased by 3 t^2 - 2 t^3 where it is eased."""
    t = (
        min(max(Fraction(move.first + i, move.frames - 1), Fraction(0)), Fraction(1))
        if move.frames > 1
        else Fraction(0)
    )
    return t * t * (3 - 2 * t) if move.eased else t


def _between(move: Move, passed: Fraction) -> View:
    start, end = move.start, move.end
    return View(
        x=start.x + (end.x - start.x) * passed,
        y=start.y + (end.y - start.y) * passed,
        width=start.width + (end.width - start.width) * passed,
    )


def _box(view: View, shape: Fraction, size: tuple[int, int], frame: tuple[int, int]) -> Box:
    """Return a view's left, top, right and bottom in pixels of a photograph of `size`."""
    half_width = view.width / 2
    half_height = half_width * shape * frame[1] / frame[0]
    return (
        (view.x - half_width) * size[0],
        (view.y - half_height) * size[1],
        (view.x + half_width) * size[0],
        (view.y + half_height) * size[1],
    )


def _extent(first: Fraction, last: Fraction, length: int) -> tuple[int, int]:
    """Return the even pixels to keep of a photograph's `length`: beyond it only where a view lies beyond it."""
    start = floor((first - _REACH) / 2) * 2
    end = ceil((last + _REACH) / 2) * 2
    return (start if first < 0 else max(start, 0)), (end if last > length else min(end, length))


def _window(drawn: Canvas, view: View, frame: tuple[int, int]) -> VideoFrame:
    width, height = frame
    left, top, right, bottom = _box(view, drawn.shape, drawn.size, frame)
    luma = _inside((left - drawn.left, top - drawn.top, right - drawn.left, bottom - drawn.top), drawn.planes[0])
    # Half as many samples each way; across, each stands at the left pixel of its two and not between them.
    shift = Fraction(1, 4) * (1 - (right - left) / width)
    halves = (luma[0] / 2 + shift, luma[1] / 2, luma[2] / 2 + shift, luma[3] / 2)
    blue, red = (_drawn(plane, _inside(halves, plane), (width // 2, height // 2)) for plane in drawn.planes[1:])
    return from_planes(assembled(_drawn(drawn.planes[0], luma, frame), blue, red))


def _drawn(plane: Image.Image, box: Box, size: tuple[int, int]) -> NDArray[np.uint8]:
    floats = (float(box[0]), float(box[1]), float(box[2]), float(box[3]))
    return np.asarray(plane.resize(size, Image.Resampling.BICUBIC, box=floats))


def _inside(box: Box, plane: Image.Image) -> Box:
    """Return a box without the fraction of a pixel by which it may stand out where the sizes were rounded."""
    return (
        max(box[0], Fraction(0)),
        max(box[1], Fraction(0)),
        min(box[2], Fraction(plane.width)),
        min(box[3], Fraction(plane.height)),
    )
