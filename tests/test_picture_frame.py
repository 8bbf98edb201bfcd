"""Frames of every coding come out as the same colours, upright, over black, nothing stretched."""

from fractions import Fraction

import numpy as np
import pytest
from av.video.frame import VideoFrame
from PIL import Image

from footage_manifest.media import Colour, VideoFacts
from pipeline.tools.picture_frame import Fitter

SIZE = (128, 72)
QUARTERS = {(0, 0): (210, 40, 40), (1, 0): (40, 190, 60), (0, 1): (50, 60, 200), (1, 1): (225, 225, 225)}
KEYS = {"bt709": 1, "smpte170m": 6, "bt470bg": 5, "bt2020nc": 9}


def _picture(size=SIZE) -> Image.Image:
    picture = Image.new("RGB", size)
    for (column, row), colour in QUARTERS.items():
        picture.paste(colour, (column * size[0] // 2, row * size[1] // 2, size[0], size[1]))
    return picture


def _facts(frame: VideoFrame, matrix="bt709", levels="tv", **other) -> VideoFacts:
    return VideoFacts(
        index=0,
        codec="test",
        width=frame.width,
        height=frame.height,
        rate=Fraction(25),
        variable=False,
        frames=1,
        start=Fraction(0),
        duration=Fraction(1, 25),
        time_base=Fraction(1, 25),
        pixel_format=frame.format.name,
        bit_depth=8,
        colour=Colour(primaries="unknown", transfer="unknown", matrix=matrix, range=levels),
        **other,
    )


def _colours(frame: VideoFrame) -> dict[tuple[int, int], np.ndarray]:
    assert (frame.width, frame.height, frame.format.name) == (*SIZE, "yuv420p")
    pixels = frame.reformat(format="rgb24", src_colorspace="itu709", dst_colorspace="itu709").to_ndarray().astype(int)
    return {(x, y): pixels[SIZE[1] * (1 + 2 * y) // 4, SIZE[0] * (1 + 2 * x) // 4] for x, y in QUARTERS}


def _assert_quarters(frame: VideoFrame, within: int = 4) -> None:
    for place, colour in _colours(frame).items():
        assert np.abs(colour - np.array(QUARTERS[place])).max() <= within, place


@pytest.mark.parametrize(
    "pixels",
    [
        "yuv420p",
        "yuv422p",
        "yuv444p",
        "yuv422p10le",
        "yuv444p12le",
        "yuv420p12le",
        "yuv411p",
        "nv12",
        "p010le",
        "uyvy422",
    ],
)
@pytest.mark.parametrize("matrix", ["bt709", "smpte170m", "bt470bg", "bt2020nc"])
def test_every_coding_gives_the_same_colours(pixels, matrix):
    to = {"bt709": "itu709", "smpte170m": "smpte170m", "bt470bg": "itu601", "bt2020nc": 9}[matrix]
    frame = VideoFrame.from_image(_picture()).reformat(format=pixels, dst_colorspace=to, dst_color_range="MPEG")
    _assert_quarters(Fitter(_facts(frame, matrix), *SIZE).fit(frame))


@pytest.mark.parametrize("pixels", ["rgb24", "bgr0", "gbrp", "gbrp10le", "rgb48le"])
def test_rgb_gives_the_same_colours(pixels):
    frame = VideoFrame.from_image(_picture()).reformat(format=pixels)
    _assert_quarters(Fitter(_facts(frame, "unknown", "unknown"), *SIZE).fit(frame))


@pytest.mark.parametrize("pixels", ["yuvj420p", "yuvj422p", "yuvj444p", "yuv420p"])
def test_full_range_gives_the_same_colours(pixels):
    frame = VideoFrame.from_image(_picture()).reformat(
        format=pixels, dst_colorspace="smpte170m", dst_color_range="JPEG", src_color_range="JPEG"
    )
    said = "unknown" if pixels.startswith("yuvj") else "pc"
    _assert_quarters(Fitter(_facts(frame, "smpte170m", said), *SIZE).fit(frame))


@pytest.mark.parametrize(
    "pixels", ["rgba", "bgra", "argb", "yuva444p", "yuva420p", "yuva444p10le", "yuva444p12le", "gbrap"]
)
def test_what_is_half_transparent_is_half_as_bright(pixels):
    picture = _picture()
    picture.putalpha(128)
    frame = VideoFrame.from_ndarray(np.asarray(picture), format="rgba")
    if pixels != "rgba":
        frame = frame.reformat(format=pixels, dst_colorspace="itu709", dst_color_range="MPEG")
    shown = _colours(Fitter(_facts(frame), *SIZE).fit(frame))
    for place, colour in shown.items():
        assert np.abs(colour - np.array(QUARTERS[place]) * 128 / 255).max() <= 5, place


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_all_eight_ways_of_holding_a_camera_are_undone(rotation, mirrored):
    held = _picture().rotate(rotation, expand=True)  # anticlockwise, so that turning clockwise shows it upright
    if mirrored:
        held = held.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    frame = VideoFrame.from_image(held)
    _assert_quarters(Fitter(_facts(frame, rotation=rotation, mirrored=mirrored), *SIZE).fit(frame))


@pytest.mark.parametrize("size", [(127, 71), (129, 73), (641, 361), (33, 19)], ids=str)
def test_odd_sizes_are_shown_whole(size):
    frame = VideoFrame.from_image(_picture(size)).reformat(format="yuv420p", dst_colorspace="itu709")
    _assert_quarters(Fitter(_facts(frame), *SIZE).fit(frame), within=6)


def test_wide_pixels_are_shown_wide():
    # 4:3 coded, 16:9 shown: it fills the frame, and turned upright it would not.
    frame = VideoFrame.from_image(_picture((96, 72))).reformat(format="yuv420p", dst_colorspace="itu709")
    _assert_quarters(Fitter(_facts(frame, sample_aspect=Fraction(4, 3)), *SIZE).fit(frame), within=6)
    square = Fitter(_facts(frame), *SIZE).fit(frame).to_ndarray()[: SIZE[1]]
    assert square[:, :14].max() == square[:, -14:].max() == 16


def test_a_file_may_change_its_pixels_on_the_way():
    first = VideoFrame.from_image(_picture((64, 36))).reformat(format="yuv420p", dst_colorspace="itu709")
    then = VideoFrame.from_image(_picture((128, 72))).reformat(format="yuv422p10le", dst_colorspace="itu709")
    fitter = Fitter(_facts(first), *SIZE)
    for frame in (first, then):
        _assert_quarters(fitter.fit(frame), within=6)


def test_what_fits_is_passed_on_untouched():
    frame = VideoFrame.from_image(_picture()).reformat(format="yuv420p", dst_colorspace="itu709")
    assert Fitter(_facts(frame), *SIZE).fit(frame) is frame


@pytest.mark.parametrize("pixels", ["gray", "gray10le", "ya8", "pal8"])
def test_pictures_without_colour_channels_are_shown(pixels):
    if pixels == "pal8":
        palette = np.full((256, 4), (255, 120, 120, 120), np.uint8)  # opacity first
        frame = VideoFrame.from_ndarray((np.full((72, 128), 9, np.uint8), palette), format="pal8")
    else:
        frame = VideoFrame.from_image(Image.new("RGB", SIZE, (120, 120, 120))).reformat(format=pixels)
    shown = Fitter(_facts(frame, "unknown", "pc"), *SIZE).fit(frame)
    for colour in _colours(shown).values():
        assert np.abs(colour - 120).max() <= 4
