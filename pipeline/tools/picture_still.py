"""Photographs: opened without trusting them, and brought to the timeline's size and colours once for all their frames."""

import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from threading import Lock

import numpy as np
from av.video.frame import VideoFrame
from PIL import Image, UnidentifiedImageError

from footage_manifest.picture_plan import Fit
from pipeline.errors import MediaError
from pipeline.ports.picture import Move, StillLayer, View
from pipeline.tools.picture_backdrop import backdrop, compose, filled
from pipeline.tools.picture_colour import in_srgb, plain
from pipeline.tools.picture_frame import coded_rgb, fitted
from pipeline.tools.picture_kinds import FORMATS, READ, refuse_by_name, refuse_kind
from pipeline.tools.picture_move import Canvas, canvas, moved, working_size

MOST_PIXELS = 178_956_970
"""A larger picture (14,000 x 12,700, say) is taken for an attack or a mistake; Pillow refuses it by itself."""

_EXIF_ORIENTATION = 0x0112
_FIRST_TURNED = 5
"""From this EXIF orientation on, width and height change places."""
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What shows each EXIF orientation upright (Exif 2.32, 4.6.4 A); Pillow turns anticlockwise."""
_DAMAGED = (
    OSError,
    ValueError,
    ArithmeticError,
    SyntaxError,
    EOFError,
    LookupError,
    TypeError,
    RuntimeError,
    struct.error,
)
"""What Pillow's readers raise at bytes that they did not expect."""
_WARNINGS = Lock()  # warning filters belong to the process


@contextmanager
def open_still(path: Path) -> Iterator[Image.Image]:
    """Open a photograph for the block; errors in it are this file's too.

    Raises MediaError for what is not a still of a known format, is animated, damaged, cut short or too large.
    """
    refuse_by_name(path)
    try:
        with _WARNINGS, warnings.catch_warnings():
            # What Pillow only warns of: half the size it refuses, and broken metadata beside a picture that decodes.
            warnings.simplefilter("ignore")
            with Image.open(path, formats=FORMATS) as picture:
                refuse_kind(picture)
                yield picture
    except Image.DecompressionBombError:
        raise MediaError(
            f"the picture is unreasonably large: more than {MOST_PIXELS:,} pixels",
            "export it smaller: 8,000 pixels wide is plenty",
        ) from None
    except UnidentifiedImageError:
        raise MediaError(f"it is not a {READ} picture that can be read", "export it as JPEG, PNG or TIFF") from None
    except _DAMAGED as error:
        raise MediaError(
            f"the picture is damaged or cut short: {error}", "copy it again from the camera, or export it again"
        ) from None


def orientation_of(picture: Image.Image) -> int:
    """Return which way up an open picture was held: EXIF's 1 to 8, 1 where it says nothing or nonsense."""
    orientation = picture.getexif().get(_EXIF_ORIENTATION, 1)
    return orientation if orientation in range(1, 9) else 1


def upright_size(picture: Image.Image) -> tuple[int, int]:
    """Return the width and height of an open picture as shown."""
    width, height = picture.size
    return (height, width) if orientation_of(picture) >= _FIRST_TURNED else (width, height)


def moved_frames(path: Path, layer: StillLayer, width: int, height: int, frames: int) -> Iterator[VideoFrame]:
    """Yield a still's frames as the timeline shows them over a segment of `frames` frames, moved as its layer says.

    Where it rests, the same object comes again. Raises MediaError where it cannot be read.
    """
    if layer.move is None:
        yield from [still(path, width, height, layer.fit)] * frames
        return
    drawn = _canvas(path, layer.digest, layer.move.start, layer.move.end, (width, height))
    yield from moved(drawn, layer.move, (width, height), frames)


def still(path: Path, width: int, height: int, fit: Fit = Fit.FIT) -> VideoFrame:
    """Return a photograph as the timeline shows it: upright, filling the frame as `fit` says, over black where transparent.

    Raises MediaError where it cannot be read.
    """
    with open_still(path) as picture:
        shape = Fraction(*upright_size(picture))
        place = filled(shape, width, height) if fit is Fit.FILL else fitted(shape, width, height)
        photograph = _photograph(picture, (place.width, place.height))
    if fit is Fit.BLUR and (place.width, place.height) != (width, height):
        inner = coded_rgb(np.asarray(photograph))
        return compose(inner, place, backdrop(inner, width, height))
    frame = Image.new("RGB", (width, height))
    frame.paste(photograph, (place.left, place.top))
    return coded_rgb(np.asarray(frame))


def small_jpeg(path: Path, most: int) -> bytes:
    """Return a photograph upright as a JPEG of at most `most` pixels each way. Raises MediaError where it cannot be read."""
    with open_still(path) as picture:
        width, height = upright_size(picture)
        scale = min(1.0, most / max(width, height))
        photograph = _photograph(picture, (max(1, round(width * scale)), max(1, round(height * scale))))
    made = BytesIO()
    photograph.info.clear()  # comments of cameras and archives, which Pillow would hand on
    photograph.save(made, "JPEG", quality=85)
    return made.getvalue()


# One event's segments follow each other, and side by side: each would prepare the same photograph.
@lru_cache(maxsize=4)
def _canvas(path: Path, digest: str, start: View, end: View, frame: tuple[int, int]) -> Canvas:
    del digest  # says when the file at `path` is another
    move = Move(start=start, end=end, first=0, frames=2)
    with open_still(path) as picture:
        whole = upright_size(picture)
        photograph = _photograph(picture, working_size(whole, move, frame[0]))
    return canvas(coded_rgb(np.asarray(photograph)), Fraction(*whole), move, frame)


def _photograph(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Return an open picture upright, at `size` as shown, in 8-bit sRGB over black.

    It is scaled first: what comes after needs less memory then.
    """
    orientation = orientation_of(picture)
    stored = (size[1], size[0]) if orientation >= _FIRST_TURNED else size
    profile = picture.info.get("icc_profile")
    if picture.format in {"JPEG", "MPO"} and picture.mode in {"RGB", "L"}:
        picture.draft(picture.mode, stored)  # decoded at a half, a quarter or an eighth where that is enough
    picture.load()
    scaled = plain(picture).resize(stored, Image.Resampling.LANCZOS)
    photograph = in_srgb(scaled, profile)
    return photograph.transpose(_UPRIGHT[orientation]) if orientation in _UPRIGHT else photograph
