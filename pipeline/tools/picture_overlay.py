"""A drawn subtitle, converted once and blended over many frames: only where its ink is, in whole numbers."""

from pathlib import Path

import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray
from PIL import Image

from pipeline.errors import ToolError
from pipeline.tools.picture_frame import from_planes, planes_of

_SCALE = 1 << 16
# ITU-R BT.709: Kr = 0.2126, Kb = 0.0722; 8-bit R'G'B' to Y'CbCr at video range, in 1/65536.
_KR, _KB = 0.2126, 0.0722
_KG = 1 - _KR - _KB
_LUMA = tuple(round(k * 219 / 255 * _SCALE) for k in (_KR, _KG, _KB))
_BLUE = tuple(round(k * 112 / 255 / (1 - _KB) * _SCALE) for k in (-_KR, -_KG, 1 - _KB))
_RED = tuple(round(k * 112 / 255 / (1 - _KR) * _SCALE) for k in (1 - _KR, -_KG, -_KB))

Values = NDArray[np.int32]


class InkOverlay:
    """The ink of one transparent PNG as coded values with their opacity."""

    def __init__(self, path: Path, width: int, height: int) -> None:
        """Read an RGBA PNG (straight alpha). Raises ToolError where it is not a picture of `width` x `height`."""
        try:
            with Image.open(path, formats=("PNG",)) as picture:
                pixels = np.asarray(picture.convert("RGBA")).astype(np.int32)
        except (OSError, SyntaxError, ValueError) as error:
            raise ToolError(f"a drawn subtitle cannot be read: {error}") from None
        if pixels.shape[:2] != (height, width):
            raise ToolError(f"a drawn subtitle is {pixels.shape[1]}x{pixels.shape[0]}, the picture {width}x{height}")
        self._size = (width, height)
        self._box = _even_box(pixels[:, :, 3])
        if self._box is not None:
            left, top, right, bottom = self._box
            ink = pixels[top:bottom, left:right]
            self._alpha = ink[:, :, 3]
            self._quad_alpha = _quad_sum(self._alpha)
            self._luma = _coded(ink, _LUMA, 16) * self._alpha
            # Chroma is shared by four pixels: each counts by its opacity.
            self._chroma = tuple(_quad_sum(_coded(ink, k, 128) * self._alpha) for k in (_BLUE, _RED))

    def over(self, frame: VideoFrame) -> VideoFrame:
        """Return `frame` with the ink laid over it; rounding is half up. A frame without ink is returned as it is."""
        if self._box is None:
            return frame
        width, height = self._size
        left, top, right, bottom = self._box
        planes = planes_of(frame)
        flat = planes.reshape(-1)
        luma = planes[top:bottom, left:right]
        luma[:] = (luma * (255 - self._alpha) + self._luma + 127) // 255
        for number, chroma in enumerate(self._chroma):
            start = width * height * (4 + number) // 4
            plane = flat[start : start + width * height // 4].reshape(height // 2, width // 2)
            area = plane[top // 2 : bottom // 2, left // 2 : right // 2]
            area[:] = (area * (1020 - self._quad_alpha) + chroma + 510) // 1020
        return from_planes(planes)


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
