"""Photographs: opened without trusting them, and brought to the timeline's size and colours once for all their frames."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from threading import Lock

import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter
from PIL import Image, ImageOps, UnidentifiedImageError
from PIL.TiffImagePlugin import TiffImageFile

from pipeline.errors import MediaError
from pipeline.tools.picture_frame import PIXELS, fitted

FORMATS = ("JPEG", "PNG", "TIFF", "WEBP")
"""What is taken; a JPEG with further pictures behind the first, as some cameras write it, counts as one."""

MOST_PIXELS = 178_956_970
"""A larger picture (14,000 x 12,700, say) is taken for an attack or a mistake; Pillow refuses it by itself."""

_HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis")
_DNG_VERSION = 50706
_SCALING = Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.BITEXACT | Interpolation.FULL_CHR_H_INT
_WARNINGS = Lock()  # warning filters belong to the process


@contextmanager
def open_still(path: Path) -> Iterator[Image.Image]:
    """Open a photograph for the block; errors in it are this file's too.

    Raises MediaError for what is not a still of a known format, is damaged, cut short or too large.
    """
    _refuse_by_name(path)
    try:
        with _WARNINGS, warnings.catch_warnings():
            # What Pillow only warns of: half the size it refuses, and broken metadata beside a picture that decodes.
            warnings.simplefilter("ignore")
            with Image.open(path, formats=FORMATS) as picture:
                _refuse_raw(picture)
                yield picture
    except Image.DecompressionBombError:
        raise MediaError(
            f"the picture is unreasonably large: more than {MOST_PIXELS:,} pixels",
            "export it smaller: 8,000 pixels wide is plenty",
        ) from None
    except UnidentifiedImageError:
        raise MediaError("it is not a JPEG, PNG, TIFF or WebP picture", "export it as one of these") from None
    except (OSError, ValueError, SyntaxError, EOFError, OverflowError, IndexError, TypeError, KeyError) as error:
        raise MediaError(
            f"the picture is damaged or cut short: {error}", "copy it again from the camera, or export it again"
        ) from None


def still(path: Path, width: int, height: int) -> VideoFrame:
    """Return a photograph as the timeline shows it: upright, fitted, what is transparent over black.

    Raises MediaError where it cannot be read.
    """
    with open_still(path) as picture:
        photograph = _eight_bit(ImageOps.exif_transpose(picture)).convert("RGBA")
    place = fitted(Fraction(photograph.width, photograph.height), width, height)
    on_black = Image.new("RGBA", photograph.size, (0, 0, 0, 255))
    on_black.alpha_composite(photograph)
    frame = Image.new("RGB", (width, height))
    resized = on_black.convert("RGB").resize((place.width, place.height), Image.Resampling.LANCZOS)
    frame.paste(resized, (place.left, place.top))
    return VideoReformatter().reformat(
        VideoFrame.from_ndarray(np.asarray(frame), format="rgb24"),
        format=PIXELS,
        dst_colorspace=Colorspace.ITU709,
        src_color_range=ColorRange.JPEG,
        dst_color_range=ColorRange.MPEG,
        interpolation=_SCALING,
        threads=1,
    )


def _eight_bit(picture: Image.Image) -> Image.Image:
    """Return a picture with 8 bits a channel; 16-bit grey keeps its upper eight, which Pillow would clip."""
    if not picture.mode.startswith(("I", "F")):
        return picture
    values = np.nan_to_num(np.asarray(picture).astype(np.float64))
    return Image.fromarray((np.clip(values, 0, 65535) / 257).round().astype(np.uint8))


def _refuse_raw(picture: Image.Image) -> None:
    # A DNG is a TIFF whose first picture is a thumbnail: showing that would be wrong without a word.
    if isinstance(picture, TiffImageFile) and _DNG_VERSION in picture.tag_v2:
        raise MediaError("it is a camera's raw picture (DNG)", "develop it and export it as JPEG or TIFF")


def _refuse_by_name(path: Path) -> None:
    if not path.is_file():
        raise MediaError("the file is missing or is not an ordinary file")
    with path.open("rb") as file:
        head = file.read(16)
    if not head:
        raise MediaError("the file is empty", "copy it again from the camera")
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS:
        raise MediaError(
            "it is a HEIC or AVIF picture, which is not built yet",
            "export it as JPEG: phones do so when a picture is shared, or set the camera to 'most compatible'",
        )
