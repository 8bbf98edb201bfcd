"""Which kinds of picture files are read, and what is said about those that are not: by the kind's name, with a cure."""

from pathlib import Path

from PIL import Image
from PIL.TiffImagePlugin import TiffImageFile

from pipeline.errors import MediaError

FORMATS = ("JPEG", "PNG", "TIFF", "WEBP", "AVIF", "BMP", "GIF")
"""What is taken; a JPEG with further pictures behind the first, as some cameras write it, counts as one."""
READ = "JPEG, PNG, TIFF, WebP, AVIF, BMP or GIF"

_ANIMATED = {"PNG", "WEBP", "GIF", "AVIF"}
_DNG_VERSION = 50706
_NEW_SUBFILE_TYPE, _REDUCED = 254, 1

_HEIF_BRANDS = {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"}
_AVIF_BRANDS = {b"avif", b"avis"}
_RAW_BRANDS = {b"crx "}
_EXPORT = "export it as JPEG, PNG or TIFF"
_DEVELOP = "develop it, and export it as JPEG or TIFF"
_BY_FIRST_BYTES = (
    (b"\xff\x0a", "it is a JPEG XL picture, which is not read here", _EXPORT),
    (b"\x00\x00\x00\x0cJXL ", "it is a JPEG XL picture, which is not read here", _EXPORT),
    (b"\x00\x00\x00\x0cjP  ", "it is a JPEG 2000 picture, which is not read here", _EXPORT),
    (b"v/1\x01", "it is an OpenEXR picture, whose light has no white", "grade it, and export it as 16-bit PNG or TIFF"),
    (b"8BPS", "it is a Photoshop document, which is not read here", "export it from there as PNG or TIFF"),
    (b"%PDF", "it is a PDF document, not a picture", "export the page as PNG"),
    (b"FUJIFILMCCD-RAW", "it is a camera's raw picture (RAF)", _DEVELOP),
    (b"IIU\x00", "it is a camera's raw picture (RW2)", _DEVELOP),
    (b"IIRO", "it is a camera's raw picture (ORF)", _DEVELOP),
    (b"IIRS", "it is a camera's raw picture (ORF)", _DEVELOP),
    (b"II*\x00\x10\x00\x00\x00CR", "it is a camera's raw picture (CR2)", _DEVELOP),
)


def refuse_by_name(path: Path) -> None:
    """Raise MediaError where the file is none, or its first bytes are those of a kind of picture that is not read."""
    if not path.is_file():
        raise MediaError("the file is missing or is not an ordinary file")
    with path.open("rb") as file:
        head = file.read(64)
    if not head:
        raise MediaError("the file is empty", "copy it again from the camera")
    for first, what, cure in _BY_FIRST_BYTES:
        if head.startswith(first):
            raise MediaError(what, cure)
    if head[4:8] == b"ftyp":
        _refuse_brand(head)


def refuse_kind(picture: Image.Image) -> None:
    """Raise MediaError for an open picture that moves, and for a camera's raw one, of which only a thumbnail would show."""
    if isinstance(picture, TiffImageFile) and _DNG_VERSION in picture.tag_v2:
        raise MediaError("it is a camera's raw picture (DNG)", _DEVELOP)
    if isinstance(picture, TiffImageFile) and picture.tag_v2.get(_NEW_SUBFILE_TYPE) == _REDUCED:
        raise MediaError("its first picture is only a small preview, as in a camera's raw files", _DEVELOP)
    if picture.format in _ANIMATED and getattr(picture, "n_frames", 1) > 1:
        raise MediaError("it is an animation, not a still", "export one frame of it as PNG")


def _refuse_brand(head: bytes) -> None:
    # ISO/IEC 14496-12: the box's length, "ftyp", the major brand, its version, then the compatible brands.
    end = min(int.from_bytes(head[:4], "big"), len(head))
    brands = {head[8:12], *(head[at : at + 4] for at in range(16, end, 4))}
    if brands & _AVIF_BRANDS:
        return
    if brands & _HEIF_BRANDS:
        raise MediaError(
            "it is a HEIC picture, which is not read here",
            "export it as JPEG: phones do so when a picture is shared, or set the camera to 'most compatible'",
        )
    if head[8:12] in _RAW_BRANDS:
        raise MediaError("it is a camera's raw picture (CR3)", _DEVELOP)
    raise MediaError("it is a film, not a still", "list it under reels, or export one frame of it as PNG")
