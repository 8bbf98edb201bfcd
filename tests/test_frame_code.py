import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from pipeline.tools.example_film import REEL_NUMBERS
from pipeline.tools.example_label import Marks
from pipeline.tools.example_paint import Picture
from tests.frame_code import REELS, fitted, read_strip


def marked(size: tuple[int, int], reel: str, frame: int, grey: int = 120) -> np.ndarray:
    picture = Picture.black(*size)
    picture.planes[0][:] = grey
    Marks(*size, reel, REEL_NUMBERS[reel]).draw(picture, frame, "01:02:03:04")
    return picture.planes[0]


def scaled(luma: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    return np.asarray(Image.fromarray(luma).resize(size, Image.Resampling.BICUBIC))


def test_reader_and_writer_name_the_reels_alike():
    assert {name: number for number, name in REELS.items()} == REEL_NUMBERS


@settings(max_examples=60, deadline=None)
@given(
    reel=st.sampled_from(sorted(REEL_NUMBERS)),
    frame=st.integers(0, 2**20 - 1),
    grey=st.integers(16, 235),
    size=st.sampled_from([(1280, 720), (720, 1280), (1600, 1200), (1200, 1600)]),
)
def test_every_number_is_read_back_as_drawn_and_at_half_the_size(reel, frame, grey, size):
    luma = marked(size, reel, frame, grey)
    assert read_strip(luma) == (reel, frame)
    assert read_strip(scaled(luma, (size[0] // 2, size[1] // 2))) == (reel, frame)


def test_an_upright_frame_is_read_after_fitting_into_a_wide_picture():
    for frame in (0, 1, 4095, 4096, 699050, 1048575):
        canvas = np.full((720, 1280), 16, np.uint8)
        rows, columns = fitted((720, 1280), (1280, 720))
        assert (rows, columns) == (slice(0, 720), slice(438, 842))
        canvas[:, 437:843] = scaled(marked((720, 1280), "INT02", frame), (406, 720))
        assert read_strip(canvas[rows, columns]) == ("INT02", frame)


def test_a_wrong_bit_is_noticed():
    luma = marked((1280, 720), "INT01", 77).copy()
    block = luma[:12, 40 * 20 : 40 * 21]
    block[:] = 206 if block.mean() < 120 else 36
    with pytest.raises(ValueError, match="a bit is wrong"):
        read_strip(luma)


def test_a_picture_without_a_strip_is_noticed():
    with pytest.raises(ValueError, match="no strip"):
        read_strip(np.full((720, 1280), 90, np.uint8))
