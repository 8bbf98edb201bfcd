"""Rates, frame ranges, and conversions between frames, samples and milliseconds."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footage_manifest.timebase import (
    STANDARD_RATES,
    FrameRange,
    frame_on_display,
    frame_to_ms,
    nearest_frame,
    samples_in,
)

RATES = st.sampled_from(STANDARD_RATES)
FRAMES = st.integers(min_value=0, max_value=10_000_000)
RANGES = st.tuples(FRAMES, FRAMES).map(lambda ends: FrameRange(min(ends), max(ends)))


def test_the_end_of_a_range_is_outside_it():
    shot = FrameRange(10, 12)
    assert len(shot) == 2
    assert [frame in shot for frame in (9, 10, 11, 12)] == [False, True, True, False]


def test_a_range_may_be_empty_but_not_backwards():
    assert len(FrameRange(5, 5)) == 0
    with pytest.raises(ValueError, match="cannot end at 4 before it starts at 5"):
        FrameRange(5, 4)


def test_ranges_that_only_touch_have_nothing_in_common():
    assert FrameRange(0, 10).intersection(FrameRange(10, 20)) is None
    assert FrameRange(0, 10).intersection(FrameRange(9, 20)) == FrameRange(9, 10)


@given(RANGES, RANGES)
def test_an_intersection_holds_exactly_the_frames_of_both(one, other):
    common = one.intersection(other)
    assert common == other.intersection(one)
    for frame in {one.start, one.end - 1, one.end, other.start, other.end - 1, other.end}:
        assert (common is not None and frame in common) == (frame in one and frame in other)


@given(RANGES, st.integers(min_value=0, max_value=1000))
def test_a_moved_range_keeps_its_length(shot, frames):
    assert len(shot.moved(frames)) == len(shot)
    assert shot.moved(frames).moved(-frames) == shot


@given(FRAMES, RATES)
def test_a_frame_is_on_display_from_its_own_instant_until_the_next(frame, rate):
    just_before_next = Fraction(frame + 1) / rate - Fraction(1, 10**9)
    assert frame_on_display(Fraction(frame) / rate, rate) == frame
    assert frame_on_display(just_before_next, rate) == frame


@given(st.integers(min_value=1, max_value=1_000_000), RATES)
def test_a_frame_found_by_its_millisecond_is_the_same_frame(frame, rate):
    assert nearest_frame(frame_to_ms(frame, rate), rate) == frame


@pytest.mark.parametrize(
    ("frames", "rate", "samples"),
    [
        (25, Fraction(25), 48_000),
        (1, Fraction(30000, 1001), 1602),  # 1601.6
        (5, Fraction(30000, 1001), 8008),  # five NTSC frames are a whole number of samples
        (30000, Fraction(30000, 1001), 48_048_000),
        (1, Fraction(24000, 1001), 2002),
        (0, Fraction(24), 0),
    ],
)
def test_samples_of_a_picture_are_rounded_once(frames, rate, samples):
    assert samples_in(frames, rate, 48_000) == samples


@given(FRAMES, RATES)
def test_sound_never_strays_more_than_half_a_sample_from_the_picture(frames, rate):
    exact = Fraction(frames * 48_000) / rate
    assert abs(samples_in(frames, rate, 48_000) - exact) <= Fraction(1, 2)


def test_the_rates_are_the_eight_of_the_trade():
    assert [f"{float(rate):.3f}" for rate in STANDARD_RATES] == [
        "23.976", "24.000", "25.000", "29.970", "30.000", "50.000", "59.940", "60.000",
    ]  # fmt: skip
