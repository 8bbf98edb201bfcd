"""Pictures of another shape than the frame: cropped until they fill it, or laid over a blurred copy of themselves.

Nothing is stretched. For stills: `filled` says how large a picture is drawn that fills the frame; `backdrop`, of the picture
at the size of its place (`picture_frame.fitted`), returns what lies behind it, and `compose` lays it there.
"""

from collections.abc import Callable
from fractions import Fraction
from math import ceil
from typing import Protocol

import numpy as np
from av.filter import Graph
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter
from PIL import Image, ImageFilter

from footage_manifest.media import VideoFacts
from footage_manifest.picture_plan import Fit
from pipeline.errors import MediaError
from pipeline.tools.picture_frame import PIXELS, Fitter, Place, chain, fitted, from_planes, planes_of
from pipeline.tools.picture_planes import Plane, assembled, channels

_MOST_CUT_AWAY = 16
"""A picture so long that less than this part of it would be seen is not cropped: it fills memory before it fills a frame."""

_SMALL = 90
"""The backdrop is blurred at about this height, or width where that is less: there is no detail in it to lose."""
_BLUR = 4
"""Standard deviation of the blur at that size, in pixels of luma."""
_DARKER = Fraction(11, 20)
_PALER = Fraction(4, 5)
_SCALING = Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.BITEXACT
_BLACK, _NEUTRAL = 16, 128


class FrameFitter(Protocol):
    """Brings the frames of one source to the timeline's size and colours."""

    def fit(self, frame: VideoFrame) -> VideoFrame:
        """Return `frame` as the timeline shows it; it may be the same object."""


def fitter_for(facts: VideoFacts, width: int, height: int, fit: Fit) -> FrameFitter:
    """Return what brings a source's frames into a frame of `width` x `height` as `fit` says. Raises what `Fitter` raises."""
    plain = Fitter(facts, width, height)
    if fit is Fit.FILL:
        return _Cropped(facts, width, height)
    return _OverItself(plain, facts, width, height) if fit is Fit.BLUR else plain


def filled(shape: Fraction, width: int, height: int) -> Place:
    """Return the smallest centred place that covers the frame, for a picture `shape` times as wide as high.

    `left` and `top` are 0 or negative: what lies outside the frame is cut away, as much on either side to within two
    pixels. Sizes are even. Raises MediaError for a picture so long that hardly anything of it would be seen.
    """
    outer_width, outer_height = (
        _even_up(max(Fraction(width), height * shape)),
        _even_up(max(Fraction(height), width / shape)),
    )
    if outer_width * outer_height > _MOST_CUT_AWAY * width * height:
        raise MediaError(
            f"its picture is {_longer(shape)} and cannot fill the frame: less than a {_MOST_CUT_AWAY}th would be seen",
            "let it fit, with bars (fit: fit)",
        )
    left, top = -((outer_width - width) // 4 * 2), -((outer_height - height) // 4 * 2)
    return Place(width=outer_width, height=outer_height, left=left, top=top)


def backdrop(picture: VideoFrame, width: int, height: int) -> VideoFrame:
    """Return a frame of `width` x `height`, filled by `picture`: enlarged, cropped, blurred and darkened.

    `picture` is 8-bit 4:2:0 at video range, of any even size, without bars.
    """
    frame = (width, height)
    small_width, small_height = (_even_up(Fraction(length * _SMALL, min(frame))) for length in frame)
    luma, blue, red = channels(planes_of(picture))
    small = assembled(
        _blurred(luma, frame, (small_width, small_height), _BLUR),
        _blurred(blue, frame, (small_width // 2, small_height // 2), _BLUR / 2),
        _blurred(red, frame, (small_width // 2, small_height // 2), _BLUR / 2),
    )
    y, u, v = channels(small)
    y[:] = _towards(_BLACK, _DARKER)[y]
    for chroma in (u, v):
        chroma[:] = _towards(_NEUTRAL, _PALER)[chroma]
    return VideoReformatter().reformat(
        from_planes(small), width=width, height=height, format=PIXELS, interpolation=_SCALING, threads=1
    )


def compose(inner: VideoFrame, place: Place, behind: VideoFrame) -> VideoFrame:
    """Return `behind` with `inner`, a picture of the size of `place`, laid into that place; a new frame."""
    below = planes_of(behind)
    for lower, upper in zip(_windows(below, place), channels(planes_of(inner)), strict=True):
        lower[:] = upper
    return from_planes(below)


class _OverItself:
    """Fits a source, and fills what is left beside it with a blurred copy."""

    def __init__(self, fitter: Fitter, facts: VideoFacts, width: int, height: int) -> None:
        self._fitter = fitter
        self._facts = facts
        self._size = (width, height)

    def fit(self, frame: VideoFrame) -> VideoFrame:
        place = fitted(_shape(self._facts, frame), *self._size)
        barred = self._fitter.fit(frame)
        if (place.width, place.height) == self._size:
            return barred
        inner = from_planes(assembled(*_windows(planes_of(barred), place)))
        return compose(inner, place, backdrop(inner, *self._size))


class _Cropped:
    """Brings a source to the size at which it covers the frame, and cuts the frame out of that."""

    def __init__(self, facts: VideoFacts, width: int, height: int) -> None:
        self._facts = facts
        self._size = (width, height)
        self._made_for: Fraction | None = None
        self._fitter: Fitter | None = None
        self._crop: Callable[[VideoFrame], VideoFrame] | None = None

    def fit(self, frame: VideoFrame) -> VideoFrame:
        shape = _shape(self._facts, frame)
        if self._fitter is None or self._crop is None or shape != self._made_for:
            place = filled(shape, *self._size)
            self._fitter = Fitter(self._facts, place.width, place.height)
            self._crop = _cropper(place, *self._size)
            self._made_for = shape
        return self._crop(self._fitter.fit(frame))


def _cropper(place: Place, width: int, height: int) -> Callable[[VideoFrame], VideoFrame]:
    if (place.width, place.height) == (width, height):
        return lambda frame: frame
    source = f"video_size={place.width}x{place.height}:pix_fmt={PIXELS}:time_base=1/1000:colorspace=bt709:range=tv"
    graph: Graph = chain(source, [f"crop={width}:{height}:{-place.left}:{-place.top}:exact=1"])

    def cropped(frame: VideoFrame) -> VideoFrame:
        frame.colorspace = frame.color_range = 1  # BT.709 at video range, which some frames do not say of themselves
        graph.vpush(frame)
        return graph.vpull()

    return cropped


def _shape(facts: VideoFacts, frame: VideoFrame) -> Fraction:
    coded = frame.width * facts.sample_aspect / frame.height
    return 1 / coded if facts.rotation % 180 else coded


def _windows(planes: Plane, place: Place) -> tuple[Plane, Plane, Plane]:
    right, bottom = place.left + place.width, place.top + place.height
    luma, blue, red = channels(planes)
    half = (slice(place.top // 2, bottom // 2), slice(place.left // 2, right // 2))
    return luma[place.top : bottom, place.left : right], blue[half], red[half]


def _blurred(plane: Plane, frame: tuple[int, int], size: tuple[int, int], blur: float) -> Plane:
    """Return the middle of `plane`, of the frame's shape, at `size`, blurred."""
    rows, columns = plane.shape
    kept_columns, kept_rows = min(columns, rows * frame[0] / frame[1]), min(rows, columns * frame[1] / frame[0])
    left, top = (columns - kept_columns) / 2, (rows - kept_rows) / 2
    box = (left, top, left + kept_columns, top + kept_rows)
    small = Image.fromarray(plane).resize(size, Image.Resampling.BILINEAR, box=box, reducing_gap=2.0)
    return np.asarray(small.filter(ImageFilter.GaussianBlur(blur)))


def _towards(centre: int, part: Fraction) -> Plane:
    """Return a table of coded values, each moved towards `centre` until `part` of its distance is left."""
    return np.array([max(0, min(255, round(centre + (value - centre) * part))) for value in range(256)], np.uint8)


def _longer(shape: Fraction) -> str:
    return f"{float(shape):.1f} times as wide as high" if shape > 1 else f"{float(1 / shape):.1f} times as high as wide"


def _even_up(length: Fraction | int) -> int:
    return max(2, ceil(Fraction(length) / 2) * 2)
