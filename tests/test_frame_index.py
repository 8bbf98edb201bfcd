"""Rule 1 by numbers: which timestamps make a constant rate, and which frame is on display when."""

from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footage_manifest.media import Colour, VideoFacts
from pipeline.errors import MediaError
from pipeline.tools.frame_index import ConstantClock, StampedClock, exact_rate, frames_shown

RATES = [
    Fraction(24000, 1001),
    Fraction(24),
    Fraction(25),
    Fraction(30000, 1001),
    Fraction(30),
    Fraction(50),
    Fraction(60000, 1001),
    Fraction(60),
    Fraction(25, 2),
    Fraction(15),
    Fraction(120),
]
BASES = [Fraction(1, 1000), Fraction(1, 90000), Fraction(1, 600), Fraction(1, 12800), Fraction(1, 30000)]
rates, bases = st.sampled_from(RATES), st.sampled_from(BASES)


def stamps(rate: Fraction, base: Fraction, frames: int, start: Fraction = Fraction(0)) -> list[int]:
    return [floor((start + k / rate) / base + Fraction(1, 2)) for k in range(frames)]


def facts(rate: Fraction, base: Fraction, frames: int, start: Fraction) -> VideoFacts:
    return VideoFacts(
        index=0,
        codec="h264",
        width=64,
        height=36,
        rate=rate,
        variable=False,
        frames=frames,
        start=start,
        duration=frames / rate,
        time_base=base,
        pixel_format="yuv420p",
        bit_depth=8,
        colour=Colour(primaries="unknown", transfer="unknown", matrix="unknown", range="unknown"),
    )


@given(rate=rates, base=bases, start=st.integers(0, 10**6))
def test_a_rate_is_found_again_behind_any_container_s_rounding(rate, base, start):
    made = stamps(rate, base, 2500, start * Fraction(1, 90000))
    assert exact_rate(made, base, ()) == rate
    assert exact_rate(made, base, (Fraction(1000), None)) == rate


@pytest.mark.parametrize("stated", [Fraction(2997, 100), Fraction(29970, 1000), Fraction(19001, 634)])
def test_a_rate_written_in_decimals_is_the_standard_one(stated):
    made = stamps(Fraction(30000, 1001), Fraction(1, 1000), 40)
    assert exact_rate(made, Fraction(1, 1000), (stated,)) == Fraction(30000, 1001)


def test_a_short_clip_follows_what_its_file_states():
    made = stamps(Fraction(24000, 1001), Fraction(1, 1000), 8)
    assert exact_rate(made, Fraction(1, 1000), (Fraction(24000, 1001),)) == Fraction(24000, 1001)
    assert exact_rate(made, Fraction(1, 1000), (Fraction(24),)) == Fraction(24)


def test_an_odd_rate_is_kept_as_it_is():
    made = [k * 3001 for k in range(9)]
    assert exact_rate(made, Fraction(1, 90000), (Fraction(90000, 3001),)) == Fraction(90000, 3001)


@given(late=st.integers(2, 40), where=st.integers(1, 98))
def test_one_frame_out_of_step_makes_the_rate_variable(late, where):
    made = stamps(Fraction(30), Fraction(1, 1000), 100)
    made[where] += min(late, 30)
    assert exact_rate(made, Fraction(1, 1000), (Fraction(30),)) is None


def test_a_missing_frame_makes_the_rate_variable():
    made = stamps(Fraction(30), Fraction(1, 1000), 100)
    del made[50]
    assert exact_rate(made, Fraction(1, 1000), (Fraction(30),)) is None


def test_no_rate_is_made_up():
    assert exact_rate([], Fraction(1, 1000), (Fraction(25),)) is None
    assert exact_rate([5], Fraction(1, 1000), (Fraction(25),)) is None
    assert exact_rate([5, 5], Fraction(1, 1000), (Fraction(25),)) is None


@given(rate=rates, base=bases, start=st.integers(0, 10**6), k=st.integers(0, 200_000))
def test_a_constant_clock_numbers_every_rounded_timestamp(rate, base, start, k):
    zero = start * Fraction(1, 90000)
    first = floor(zero / base + Fraction(1, 2))
    clock = ConstantClock(facts(rate, base, 200_001, first * base))
    stamp = floor((zero + k / rate) / base + Fraction(1, 2))
    assert clock.frame_of(stamp) == k
    assert abs(clock.stamp_of(k) - stamp) <= 1
    assert clock.frame_at(k / rate) == k
    assert clock.frame_at((k + 1) / rate - Fraction(1, 10**9)) == k


def test_last_timestamp_at_or_before_would_be_wrong_and_rounding_is_not():
    # The reason for rule 1, counted: 29.97 in a container that counts milliseconds.
    rate, base = Fraction(30000, 1001), Fraction(1, 1000)
    made = stamps(rate, base, 600)
    clock = ConstantClock(facts(rate, base, 600, Fraction(0)))
    naive = [max(k for k in range(600) if made[k] * base <= n / rate) for n in range(600)]
    assert sum(found != n for n, found in enumerate(naive)) > 150
    assert (
        [clock.frame_at(n / rate) for n in range(600)] == [clock.frame_of(stamp) for stamp in made] == list(range(600))
    )


def test_a_stamped_clock_goes_by_its_stamps():
    clock = StampedClock([10, 20, 25, 60], Fraction(1, 600))
    assert [clock.frame_of(stamp) for stamp in (10, 20, 25, 60, 24, 61, 0)] == [0, 1, 2, 3, -1, -1, -1]
    assert clock.frame_at(Fraction(0)) == 0
    assert clock.frame_at(Fraction(10, 600) - Fraction(1, 1200)) == 1
    assert clock.frame_at(Fraction(10, 600) - Fraction(1, 1199)) == 0
    assert clock.frame_at(Fraction(49, 600)) == 2
    assert clock.frame_at(Fraction(500, 600)) == 3


def test_frames_are_held_one_frame_and_refused_after():
    found = facts(Fraction(25), Fraction(1, 1000), 10, Fraction(0))
    clock = ConstantClock(found)
    hold = Fraction(1, 30)
    assert frames_shown(
        clock, found, [Fraction(0), Fraction(9, 25), Fraction(2, 5) + hold * Fraction(9, 10)], hold
    ) == (0, 9, 9)
    for beyond in (Fraction(2, 5) + hold, Fraction(-1, 1000)):
        with pytest.raises(MediaError, match="10 frames"):
            frames_shown(clock, found, [beyond], hold)


def test_the_first_frame_is_held_before_its_start_only_where_that_is_allowed():
    found = facts(Fraction(25), Fraction(1, 1000), 10, Fraction(0))
    clock, early = ConstantClock(found), Fraction(1, 25)
    back = [Fraction(k, 100) for k in (9, 4, 3, 0, -1, -3)]
    assert frames_shown(clock, found, back, Fraction(1, 25), early) == (2, 1, 0, 0, 0, 0)
    with pytest.raises(MediaError, match=r"-0\.040 s is asked for"):
        frames_shown(clock, found, [-early], Fraction(1, 25), early)
    stamped = StampedClock([10, 20, 25, 60], Fraction(1, 600))
    assert frames_shown(stamped, found, [Fraction(-1, 30)], Fraction(1, 25), early) == (0,)
