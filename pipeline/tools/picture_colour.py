"""A photograph's colours, whatever it keeps them in, as 8-bit sRGB over black: what is put on the timeline.

sRGB values go onto the timeline as they are, as every editing program does: BT.709 has the same primaries.
"""

from io import BytesIO

import numpy as np
from PIL import Image, ImageCms, ImageOps
from PIL.TiffImagePlugin import TiffImageFile

from pipeline.errors import MediaError

_MODES = {"GRAY": {"L", "I;16", "1"}, "RGB": {"RGB", "RGBA", "P"}, "CMYK": {"CMYK"}, "Lab": {"LAB"}}
"""Which pictures an ICC profile of a colour space can be meant for."""
_LONGEST_NAME = 60
_NAMELESS = "unnamed"
_PHOTOMETRIC, _WHITE_IS_ZERO = 262, 0
_WITH_ALPHA = {"RGBA", "LA", "PA", "La", "RGBa"}
_BY_PROFILE = {"L", "RGB", "RGBA", "CMYK", "LAB"}
"""What ImageCms takes as it is."""


def plain(picture: Image.Image) -> Image.Image:
    """Return a picture in 8 bits a channel, in a mode that can be scaled: L, RGB, RGBA, CMYK or LAB.

    16-bit grey is divided by 257 and rounded; of 16-bit colour Pillow keeps the upper eight bits, which is within one level
    of that. Raises MediaError for pixels that do not say how bright white is.
    """
    mode = picture.mode
    if mode.startswith(("I;16", "I;16B")):
        values = np.asarray(picture).astype(np.uint32)
        made = Image.fromarray(((values + 128) // 257).astype(np.uint8))
        return ImageOps.invert(made) if _counts_from_white(picture) else made
    if mode in {"I", "F"}:
        raise MediaError(
            "its pixels have 32 bits, which do not say how bright white is", "export it with 16 or 8 bits a channel"
        )
    if picture.has_transparency_data or mode in _WITH_ALPHA:
        return picture.convert("RGBA")
    if mode == "1":
        return picture.convert("L")
    return picture if mode in _BY_PROFILE else picture.convert("RGB")


def in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Return a picture that `plain` returned as sRGB over black, in mode RGB.

    `profile` is its ICC profile: relative colorimetric with black point compensation. Where there is none, or none that fits
    the picture, RGB and grey are taken for sRGB, as every viewer does, and CMYK is mixed as plain inks.
    """
    translated = _by_profile(picture, profile)
    if translated.mode == "RGBA":
        # Premultiplied by its opacity is what lies over black.
        return Image.merge("RGB", translated.convert("RGBa").split()[:3])
    return translated.convert("RGB")


def profile_name(picture: Image.Image, profile: bytes) -> str:
    """Return what a picture's ICC profile calls itself, in one short line; empty where it does not fit the picture."""
    read = _fitting(picture, profile)
    if read is None:
        return ""
    try:
        said = ImageCms.getProfileDescription(read)
    except ImageCms.PyCMSError:
        return _NAMELESS
    words = "".join(letter if letter.isprintable() else " " for letter in said).split()
    return " ".join(words)[:_LONGEST_NAME] or _NAMELESS


def _by_profile(picture: Image.Image, profile: bytes | None) -> Image.Image:
    lab = picture.mode == "LAB"
    source = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")) if lab else _fitting(picture, profile)
    if source is None:
        return picture
    try:
        translated = ImageCms.profileToProfile(
            picture,
            source,
            ImageCms.createProfile("sRGB"),
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            outputMode="RGBA" if picture.mode == "RGBA" else "RGB",
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except ImageCms.PyCMSError:
        return picture
    return picture if translated is None else translated


def _fitting(picture: Image.Image, profile: bytes | None) -> ImageCms.ImageCmsProfile | None:
    """Return an ICC profile that is one, and is meant for the kind of colours that the picture has."""
    try:
        read = ImageCms.ImageCmsProfile(BytesIO(profile or b""))
    except OSError:
        return None
    return read if picture.mode in _MODES.get(read.profile.xcolor_space.strip(), ()) else None


def _counts_from_white(picture: Image.Image) -> bool:
    return isinstance(picture, TiffImageFile) and picture.tag_v2.get(_PHOTOMETRIC) == _WHITE_IS_ZERO
