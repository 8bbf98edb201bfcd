"""Photographs of every kind of pixels come out in the colours that they are meant to have."""

import struct
import zlib
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from pipeline.errors import MediaError
from pipeline.tools.picture_colour import in_srgb, plain
from pipeline.tools.picture_still import still
from pipeline.tools.probe_still import still_facts
from tests.icc_profiles import grey_profile, ink_profile, rgb_profile

# XYZ of the primaries adapted to D50, as the profiles of these names have them.
ADOBE_RGB = np.array([(0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457)])
DISPLAY_P3 = np.array([(0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407)])
SRGB = np.array([(0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.71410)])


def _srgb_of(colour, primaries, gamma):
    """The same colour in sRGB, by our own sum: XYZ once, and sRGB's curve."""
    xyz = (np.array(colour) / 255) ** gamma @ primaries
    linear = np.clip(xyz @ np.linalg.inv(SRGB), 0, 1)
    coded = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    return coded * 255


def _shown(path: Path) -> np.ndarray:
    """The colour in the middle of the frame, as 8-bit RGB."""
    frame = still(path, 64, 64).reformat(format="rgb24", src_colorspace="itu709", dst_colorspace="itu709")
    return frame.to_ndarray()[32, 32].astype(int)


def _deep_png(values: np.ndarray, kind: int) -> bytes:
    height, width = values.shape[:2]
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in values)

    def chunk(name: bytes, content: bytes) -> bytes:
        checked = name + content
        return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))

    head = struct.pack(">IIBBBBB", width, height, 16, kind, 0, 0, 0)
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def _deep_tiff(values: np.ndarray, photometric: int) -> bytes:
    height, width, channels = values.shape
    content = values.astype("<u2").tobytes()
    bits = struct.pack(f"<{channels}H", *[16] * channels)
    content_at, bits_at = 400, 300
    in_place = channels <= 2
    entries = [
        (256, 3, 1, struct.pack("<H", width)),
        (257, 3, 1, struct.pack("<H", height)),
        (258, 3, channels, bits if in_place else struct.pack("<I", bits_at)),
        (259, 3, 1, struct.pack("<H", 1)),
        (262, 3, 1, struct.pack("<H", photometric)),
        (273, 4, 1, struct.pack("<I", content_at)),
        (277, 3, 1, struct.pack("<H", channels)),
        (278, 3, 1, struct.pack("<H", height)),
        (279, 4, 1, struct.pack("<I", len(content))),
    ]
    directory = struct.pack("<H", len(entries))
    directory += b"".join(struct.pack("<HHI", *entry[:3]) + entry[3].ljust(4, b"\0") for entry in entries) + bytes(4)
    file = b"II*\0" + struct.pack("<I", 8) + directory
    return file.ljust(bits_at, b"\0") + bits.ljust(content_at - bits_at, b"\0") + content


@pytest.mark.parametrize(("channels", "png", "tiff"), [(1, 0, 1), (3, 2, 2)])
def test_16_bits_come_down_to_8_within_one_level(tmp_path, channels, png, tiff):
    values = np.random.default_rng(4).integers(0, 65536, (64, 64, channels)).astype(np.uint16)
    meant = values.astype(float) / 257
    for name, made in (("deep.png", _deep_png(values, png)), ("deep.tif", _deep_tiff(values, tiff))):
        path = tmp_path / name
        path.write_bytes(made)
        assert still_facts(path, "").bit_depth == 16
        with Image.open(path) as picture:
            eight = np.asarray(in_srgb(plain(picture), None)).astype(float)
        assert np.abs(eight - meant).max() <= 1
        assert abs((eight - meant).mean()) < 0.05


def test_16_bit_grey_that_counts_from_white_is_not_shown_as_a_negative(tmp_path):
    path = tmp_path / "negative.tif"
    path.write_bytes(_deep_tiff(np.full((64, 64, 1), 65535 - 200 * 257, np.uint16), 0))
    assert np.abs(_shown(path) - 200).max() <= 2


def test_16_bit_colour_with_opacity_lies_over_black(tmp_path):
    values = np.zeros((64, 64, 4), np.uint16)
    values[:] = (200 * 257, 100 * 257, 50 * 257, 128 * 257)
    path = tmp_path / "deep.png"
    path.write_bytes(_deep_png(values, 6))
    assert still_facts(path, "").has_alpha
    assert np.abs(_shown(path) - np.array([100, 50, 25])).max() <= 3


@pytest.mark.parametrize(
    ("mode", "colour", "meant"),
    [
        ("RGBA", (240, 120, 40, 128), (120, 60, 20)),
        ("RGBA", (255, 255, 255, 0), (0, 0, 0)),
        ("LA", (200, 64), (50, 50, 50)),
        ("L", 77, (77, 77, 77)),
        ("1", 255, (255, 255, 255)),
        ("CMYK", (0, 255, 255, 0), (255, 0, 0)),
        ("CMYK", (255, 0, 0, 128), (0, 127, 127)),
        ("RGB", (10, 200, 90), (10, 200, 90)),
    ],
    ids=str,
)
def test_every_mode_has_its_colours(tmp_path, mode, colour, meant):
    path = tmp_path / ("photo.tif" if mode == "CMYK" else "photo.png")
    Image.new(mode, (80, 80), colour).save(path)
    assert np.abs(_shown(path) - np.array(meant)).max() <= 3


def test_inks_of_a_jpeg_are_not_inverted(tmp_path):
    path = tmp_path / "inks.jpg"
    Image.new("CMYK", (80, 80), (0, 200, 255, 0)).save(path, quality=98)
    assert b"Adobe" in path.read_bytes()[:400]
    facts = still_facts(path, "")
    assert (facts.inks, facts.profile) == (True, "")
    assert np.abs(_shown(path) - np.array([255, 55, 0])).max() <= 6


def test_a_palette_with_a_transparent_colour_lies_over_black(tmp_path):
    picture = Image.new("P", (80, 80), 1)
    picture.putpalette([0, 0, 0, 250, 200, 10, 20, 30, 240])
    path = tmp_path / "palette.png"
    picture.save(path)
    assert np.abs(_shown(path) - np.array([250, 200, 10])).max() <= 3
    picture.save(path, transparency=1)
    assert np.abs(_shown(path)).max() <= 2


def test_straight_opacity_leaves_no_fringe_where_a_picture_is_scaled(tmp_path):
    picture = Image.new("RGBA", (640, 640), (255, 255, 255, 0))  # white where nobody sees it
    picture.paste((0, 0, 0, 255), (0, 0, 320, 640))
    path = tmp_path / "cut-out.png"
    picture.save(path)
    assert still(path, 64, 64).to_ndarray()[:64].max() <= 17


@pytest.mark.parametrize("name", ["Adobe RGB (1998)", "Display P3"])
@pytest.mark.parametrize("colour", [(40, 200, 60), (200, 120, 90), (128, 128, 128), (230, 40, 40)], ids=str)
def test_other_profiles_are_brought_to_srgb(tmp_path, name, colour):
    primaries, gamma = (ADOBE_RGB, 2.19921875) if "Adobe" in name else (DISPLAY_P3, 2.4)
    path = tmp_path / "photo.png"
    Image.new("RGB", (80, 80), colour).save(path, icc_profile=rgb_profile(name, primaries, gamma))
    assert still_facts(path, "").profile == name
    assert np.abs(_shown(path) - _srgb_of(colour, primaries, gamma)).max() <= 4


def test_a_grey_profile_counts(tmp_path):
    path = tmp_path / "scan.png"
    Image.new("L", (80, 80), 128).save(path, icc_profile=grey_profile("Scanner", 1.0))
    # Half the light is 188 in sRGB.
    assert np.abs(_shown(path) - 188).max() <= 3


def test_inks_are_mixed_as_their_profile_says(tmp_path):
    lab_of = {inks: (95.0 * (1 - sum(inks) / 4), 0.0, 0.0) for inks in product((0, 1), repeat=4)}
    lab_of[0, 0, 0, 0] = (100.0, 0.0, 0.0)
    lab_of[1, 1, 1, 1] = (0.0, 0.0, 0.0)
    lab_of[1, 0, 0, 0] = (55.0, -37.0, -50.0)  # as printed, cyan is nowhere near (0, 255, 255)
    path = tmp_path / "print.tif"
    Image.new("CMYK", (80, 80), (255, 0, 0, 0)).save(path, icc_profile=ink_profile("Coated paper", lab_of))
    facts = still_facts(path, "")
    assert (facts.inks, facts.profile) == (True, "Coated paper")
    red, green, blue = _shown(path)
    assert red < 30
    assert 125 < green < 165
    assert 195 < blue < 235


@pytest.mark.parametrize(
    "profile", [b"", b"nonsense" * 50, grey_profile("Grey", 1.0), rgb_profile("Cut", ADOBE_RGB, 2.2)[:150]]
)
def test_a_profile_that_does_not_fit_is_left_aside(tmp_path, profile):
    picture = Image.new("RGB", (8, 8), (40, 200, 60))
    assert in_srgb(picture, profile).getpixel((4, 4)) == (40, 200, 60)


def test_a_profile_s_name_is_one_short_line(tmp_path):
    path = tmp_path / "photo.png"
    name = "A\x1b[31m\nB" + "x" * 200
    Image.new("RGB", (8, 8)).save(path, icc_profile=rgb_profile(name, ADOBE_RGB, 2.2))
    shown = still_facts(path, "").profile
    assert shown.isprintable()
    assert len(shown) <= 60


def test_srgb_profiles_change_nothing(tmp_path):
    path = tmp_path / "photo.png"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    Image.new("RGB", (80, 80), (200, 100, 30)).save(path, icc_profile=profile)
    assert np.abs(_shown(path) - np.array([200, 100, 30])).max() <= 3


@pytest.mark.parametrize("mode", ["I", "F"])
def test_pixels_without_a_white_are_refused(tmp_path, mode):
    path = tmp_path / "science.tif"
    Image.new(mode, (8, 8)).save(path)
    with pytest.raises(MediaError, match="32 bits"):
        still_facts(path, "")
