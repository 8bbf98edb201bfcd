"""Stills: what they are, which way up, and what is refused."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipeline.errors import MediaError
from pipeline.ports.media import ProbeRequest
from pipeline.tools.picture_still import still
from pipeline.tools.probe_still import PillowStillProbe, still_facts
from tests.fake_bench import FakeBench
from tests.media_samples import luma_of, number_in, numbered

ORIENTATION = 0x0112
# How a camera held so writes an upright picture: what undoes each EXIF orientation.
AS_WRITTEN = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@pytest.mark.parametrize("orientation", AS_WRITTEN)
def test_every_orientation_is_shown_upright(tmp_path, orientation):
    upright = numbered(700 + orientation, (640, 360))
    way = AS_WRITTEN[orientation]
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    path = tmp_path / "photo.jpg"
    (upright.transpose(way) if way is not None else upright).save(path, exif=exif, quality=95)
    facts = still_facts(path, "digest")
    assert (facts.width, facts.height, facts.orientation, facts.format) == (640, 360, orientation, "JPEG")
    assert number_in(luma_of(still(path, 320, 180))) == 700 + orientation


@pytest.mark.parametrize(
    ("mode", "suffix", "alpha"),
    [
        ("RGB", "png", False),
        ("RGBA", "png", True),
        ("LA", "png", True),
        ("P", "png", False),
        ("L", "tif", False),
        ("CMYK", "tif", False),
        ("CMYK", "jpg", False),
        ("RGBA", "webp", True),
        ("I;16", "png", False),
        ("I;16", "tif", False),
        ("RGB", "bmp", False),
        ("P", "gif", False),
        ("RGB", "avif", False),
    ],
)
def test_kinds_of_pixels_come_out_as_they_look(tmp_path, mode, suffix, alpha):
    grey = numbered(321, (640, 360)).convert("L")
    if mode == "I;16":
        picture = Image.fromarray(np.asarray(grey).astype(np.uint16) * 257)
    elif mode == "P":
        picture = grey.quantize(256)
    else:
        picture = grey.convert("RGB").convert(mode)
    if mode in ("RGBA", "LA"):
        picture.putpixel((0, 0), (*picture.getpixel((0, 0))[:-1], 250))  # WebP leaves out an opacity that is full
    path = tmp_path / f"photo.{suffix}"
    picture.save(path)
    assert still_facts(path, "").has_alpha is alpha
    luma = luma_of(still(path, 640, 360)).astype(int)
    assert number_in(luma) == 321
    assert np.abs(luma - (16 + np.asarray(grey).astype(int) * 219 / 255)).mean() < 3


def _bomb(path: Path) -> Path:
    Image.new("1", (20_000, 20_000)).save(path)
    return path


def _cut_short(path: Path) -> Path:
    numbered(1, (640, 360)).save(path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return path


def _animation(path: Path) -> Path:
    frames = [numbered(k, (64, 36)) for k in range(3)]
    frames[0].save(path, save_all=True, append_images=frames[1:])
    return path


def _text(path: Path) -> Path:
    path.write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    return path


def _first_bytes(content: bytes) -> Callable[[Path], Path]:
    def written(path: Path) -> Path:
        path.write_bytes(content + bytes(200))
        return path

    return written


def _preview(path: Path) -> Path:
    numbered(1, (64, 36)).save(path, format="TIFF", tiffinfo={254: 1})
    return path


def _phone(path: Path) -> Path:
    path.write_bytes(b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(200))
    return path


def _raw(path: Path) -> Path:
    numbered(1, (64, 36)).save(path, format="TIFF", tiffinfo={50706: b"\x01\x04\x00\x00"})
    return path


@pytest.mark.parametrize(
    ("made", "name", "words"),
    [
        (_bomb, "bomb.png", "unreasonably large"),
        (_cut_short, "short.jpg", "cut short"),
        (_cut_short, "short.png", "cut short"),
        (_animation, "moving.png", "animation"),
        (_animation, "moving.webp", "animation"),
        (_animation, "moving.gif", "animation"),
        (_animation, "moving.avif", "animation"),
        (_first_bytes(b"\xff\x0a\xfa"), "photo.jxl", "JPEG XL"),
        (_first_bytes(b"v/1\x01\x02\0\0\0"), "render.exr", "OpenEXR"),
        (_first_bytes(b"8BPS\0\x01"), "layers.psd", "Photoshop"),
        (_first_bytes(b"II*\0\x10\0\0\0CR\x02\0"), "camera.cr2", "CR2"),
        (_first_bytes(b"\0\0\0\x18ftypcrx \0\0\0\x01crx isom"), "camera.cr3", "CR3"),
        (_first_bytes(b"\0\0\0\x18ftypisom\0\0\0\x01isommp41"), "film.jpg", "a film"),
        (_preview, "camera.nef", "preview"),
        (_text, "drawing.jpg", "not a JPEG"),
        (_phone, "phone.jpg", "HEIC"),
        (_raw, "camera.tif", "raw"),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_cure(tmp_path, made, name, words):
    bench = FakeBench(tmp_path)
    digest = bench.add(made(tmp_path / name))
    with pytest.raises(MediaError, match=words) as refusal:
        list(PillowStillProbe().carry_out([ProbeRequest(digest=digest, suffix="jpg")], bench))
    assert str(refusal.value).startswith(f"{name}: ")
    assert refusal.value.cure


def test_requests_are_answered_by_digest(tmp_path):
    bench = FakeBench(tmp_path)
    path = tmp_path / "photo.png"
    numbered(5, (64, 36)).save(path)
    digest = bench.add(path)
    ((number, facts),) = PillowStillProbe().carry_out([ProbeRequest(digest=digest, suffix="png")], bench)
    assert (number, facts.digest, facts.width, facts.height) == (0, digest, 64, 36)
