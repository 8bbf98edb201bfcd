"""Drawings (subtitles, titles, a bug), converted once and blended over many frames: where ink is, in whole numbers."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray
from PIL import Image

from pipeline.errors import ToolError
from pipeline.ports.picture import Overlay
from pipeline.tools.picture_frame import from_planes, planes_of
from pipeline.tools.picture_planes import Plane, channels

_SCALE = 1 << 16
# ITU-R BT.709: Kr = 0.2126, Kb = 0.0722; 8-bit R'G'B' to Y'CbCr at video range, in 1/65536.
_KR, _KB = 0.2126, 0.0722
_KG = 1 - _KR - _KB
_LUMA = tuple(round(k * 219 / 255 * _SCALE) for k in (_KR, _KG, _KB))
_BLUE = tuple(round(k * 112 / 255 / (1 - _KB) * _SCALE) for k in (-_KR, -_KG, 1 - _KB))
_RED = tuple(round(k * 112 / 255 / (1 - _KR) * _SCALE) for k in (1 - _KR, -_KG, -_KB))
_WHOLLY = Fraction(1)

Values = NDArray[np.int32] | NDArray[np.int64]


class InkOverlay:
    """The ink of one transparent PNG as coded values with their opacity."""

    def __init__(self, path: Path, width: int, height: int) -> None:
        """Read an RGBA PNG (straight alpha). Raises ToolError where it is not a picture of `width` x `height`."""
        try:
            with Image.open(path, formats=("PNG",)) as picture:
                pixels = np.asarray(picture.convert("RGBA")).astype(np.int32)
        except (OSError, SyntaxError, ValueError) as error:
            raise ToolError(f"a drawing cannot be read: {error}") from None
        if pixels.shape[:2] != (height, width):
            raise ToolError(f"a drawing is {pixels.shape[1]}x{pixels.shape[0]}, the picture {width}x{height}")
        self._box = _even_box(pixels[:, :, 3])
        if self._box is not None:
            left, top, right, bottom = self._box
            ink = pixels[top:bottom, left:right]
            self._alpha = ink[:, :, 3]
            self._quad_alpha = _quad_sum(self._alpha)
            self._luma = _coded(ink, _LUMA, 16) * self._alpha
            # Chroma is shared by four pixels: each counts by its opacity.
            self._chroma = tuple(_quad_sum(_coded(ink, k, 128) * self._alpha) for k in (_BLUE, _RED))

    def over(self, frame: VideoFrame, opacity: Fraction = _WHOLLY) -> VideoFrame:
        """Return `frame` with the ink laid over it at `opacity`; rounding is half up. Without ink, `frame` as it is."""
        if self._box is None or not opacity:
            return frame
        left, top, right, bottom = self._box
        planes = planes_of(frame)
        luma, *chroma = channels(planes)
        part, whole = opacity.as_integer_ratio()

        def faded(values: Values) -> Values:
            # Wide enough for a fade of any length.
            return values if whole == 1 else values.astype(np.int64) * part

        _lay(luma[top:bottom, left:right], faded(self._alpha), faded(self._luma), 255 * whole)
        half = (slice(top // 2, bottom // 2), slice(left // 2, right // 2))
        for plane, values in zip(chroma, self._chroma, strict=True):
            _lay(plane[half], faded(self._quad_alpha), faded(values), 1020 * whole)
        return from_planes(planes)


class LaidOver:
    """What is laid over the frames of one segment; of its drawings, those that are on screen are kept."""

    def __init__(self, overlays: Sequence[Overlay], drawing: Callable[[str], InkOverlay]) -> None:
        """Take the overlays, what lies lowest first, and what opens a drawing by its digest."""
        self._overlays = overlays
        self._drawing = drawing
        self._open: dict[str, InkOverlay] = {}

    def over(self, frame: VideoFrame, number: int) -> VideoFrame:
        """Return `frame`, the segment's frame `number`, with all that is on screen then; without any, `frame` as it is."""
        on_screen = [overlay for overlay in self._overlays if overlay.start <= number < overlay.end]
        self._open = {
            overlay.picture: self._open.get(overlay.picture) or self._drawing(overlay.picture) for overlay in on_screen
        }
        for overlay in on_screen:
            frame = self._open[overlay.picture].over(frame, opacity_at(overlay, number))
        return frame


def opacity_at(overlay: Overlay, number: int) -> Fraction:
    """Return how opaque a drawing is in segment frame `number`, which is one of its own: 1 where it does not fade then."""
    if not overlay.frames or not overlay.fade:
        return _WHOLLY
    passed = overlay.into + number - overlay.start
    left = overlay.frames - 1 - passed
    return min(_WHOLLY, Fraction(min(passed, left) + 1, overlay.fade + 1))


def _lay(plane: Plane, alpha: Values, ink: Values, whole: int) -> None:
    plane[:] = (plane * (whole - alpha) + ink + whole // 2) // whole


def _even_box(alpha: Values) -> tuple[int, int, int, int] | None:
    rows, columns = np.flatnonzero(alpha.any(axis=1)), np.flatnonzero(alpha.any(axis=0))
    if not len(rows):
        return None
    top, left = int(rows[0]) // 2 * 2, int(columns[0]) // 2 * 2
    return left, top, (int(columns[-1]) + 2) // 2 * 2, (int(rows[-1]) + 2) // 2 * 2


def _coded(ink: Values, weights: tuple[int, ...], offset: int) -> Values:
    value = sum(ink[:, :, channel] * weight for channel, weight in enumerate(weights))
    return np.asarray(offset + ((value + _SCALE // 2) >> 16), np.int32)


def _quad_sum(values: Values) -> Values:
    rows, columns = values.shape
    return np.asarray(values.reshape(rows // 2, 2, columns // 2, 2).sum(axis=(1, 3)), np.int32)
