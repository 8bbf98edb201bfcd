"""How pictures of another shape fill the frame: sizes, centres, nothing stretched, and what lies behind them."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import MediaError
from pipeline.tools.picture_backdrop import backdrop, compose, filled
from pipeline.tools.picture_frame import Place, fitted, from_planes, planes_of
from pipeline.tools.picture_planes import assembled, channels

even = st.integers(16, 1200).map(lambda half: half * 2)


@given(width=even, height=even, shape=st.fractions(Fraction(1, 8), Fraction(8), max_denominator=400))
def test_what_fills_covers_the_frame_is_centred_and_keeps_its_shape(width, height, shape):
    if not Fraction(1, 5) < shape * height / width < 5:
        return
    place = filled(shape, width, height)
    right, bottom = place.left + place.width, place.top + place.height
    assert place.left <= 0
    assert place.top <= 0
    assert right >= width
    assert bottom >= height
    assert abs(-place.left - (right - width)) <= 2
    assert abs(-place.top - (bottom - height)) <= 2
    assert place.width % 2 == place.height % 2 == place.left % 2 == place.top % 2 == 0
    # One side is the frame's own, to a pixel of its rounding; the other follows from the shape.
    assert min(place.width - width, place.height - height) in {0, 2}
    assert abs(place.width - place.height * shape) <= 2 + 2 * shape
    # Brought to that size, the picture leaves no bar inside the frame.
    inner = fitted(shape, place.width, place.height)
    assert inner.left == inner.top == 0
    assert -place.left + width <= inner.width
    assert -place.top + height <= inner.height


def test_an_upright_phone_clip_is_as_wide_as_the_frame():
    assert filled(Fraction(9, 16), 1920, 1080) == Place(width=1920, height=3414, left=0, top=-1166)
    assert filled(Fraction(16, 9), 1920, 1080) == Place(width=1920, height=1080, left=0, top=0)


@pytest.mark.parametrize("shape", [Fraction(60), Fraction(1, 60), Fraction(65535)])
def test_a_picture_of_which_hardly_anything_would_be_seen_is_refused_before_it_fills_memory(shape):
    with pytest.raises(MediaError, match=r"times as (wide|high).*fit: fit"):
        filled(shape, 1920, 1080)


def ramp(width: int, height: int):
    rows, columns = np.mgrid[0:height, 0:width]
    luma = np.where((columns // 8 + rows // 8) % 2, 200, 60).astype(np.uint8)
    blue, red = (np.full((height // 2, width // 2), value, np.uint8) for value in (170, 86))
    return from_planes(assembled(luma, blue, red))


@pytest.mark.parametrize("size", [(104, 192), (320, 60), (38, 16), (320, 192)])
def test_a_backdrop_fills_the_frame_softly_darker_and_paler(size):
    behind = backdrop(ramp(*size), 320, 192)
    assert (behind.width, behind.height) == (320, 192)
    luma, blue, red = (values.astype(int) for values in channels(planes_of(behind)))
    # The mean of the squares is 130: (130 - 16) * 11/20 + 16.
    assert luma.mean() == pytest.approx(16 + (130 - 16) * 0.55, abs=3)
    assert np.abs(np.diff(luma, axis=1)).max() <= 8
    assert np.abs(blue - (128 + 42 * 0.8)).max() <= 2
    assert np.abs(red - (128 - 42 * 0.8)).max() <= 2


def test_a_picture_is_laid_exactly_into_its_place():
    inner, behind = ramp(104, 192), from_planes(np.full((288, 320), 99, np.uint8))
    luma, blue, red = channels(planes_of(compose(inner, Place(width=104, height=192, left=108, top=0), behind)))
    own = channels(planes_of(inner))
    assert (luma[:, 108:212] == own[0]).all()
    assert (blue[:, 54:106] == own[1]).all()
    assert (red[:, 54:106] == own[2]).all()
    assert set(np.delete(luma, np.s_[108:212], axis=1).ravel()) == {99}
    assert set(np.delete(blue, np.s_[54:106], axis=1).ravel()) == {99}
    assert (planes_of(behind) == 99).all()
