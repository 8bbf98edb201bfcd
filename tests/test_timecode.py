"""SMPTE labels: every frame has one and every label has its frame, with and without drop-frame."""

import pickle
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footage_manifest.timebase import STANDARD_RATES
from footage_manifest.timecode import Clock, Label, TimecodeError

NTSC = Fraction(30000, 1001)
NTSC_DOUBLE = Fraction(60000, 1001)
DROPPING = (Clock(NTSC, drop=True), Clock(NTSC_DOUBLE, drop=True))
CLOCKS = (*(Clock(rate) for rate in STANDARD_RATES), *DROPPING)


def written_frames(text, clock):
    return clock.frame(Label.parse(text))


@pytest.mark.parametrize("clock", CLOCKS, ids=str)
@given(st.data())
def test_a_frame_comes_back_from_its_label(clock, data):
    frame = data.draw(st.integers(min_value=0, max_value=clock.frames_a_day - 1))
    label = clock.label(frame)
    assert clock.frame(label) == frame
    assert Label.parse(str(label)) == label


@pytest.mark.parametrize("clock", DROPPING, ids=str)
def test_every_frame_of_the_first_eleven_minutes_has_its_own_label_in_order(clock):
    labels = [clock.label(frame) for frame in range(clock.nominal * 660)]
    spelled = [(label.minutes, label.seconds, label.frames) for label in labels]
    assert spelled == sorted(set(spelled))


@pytest.mark.parametrize(
    ("text", "clock", "frame"),
    [
        # SMPTE ST 12-1: ten minutes of 29.97 drop-frame are 17,982 frames, an hour 107,892, a day 2,589,408.
        ("00:00:59;29", DROPPING[0], 1799),
        ("00:01:00;02", DROPPING[0], 1800),
        ("00:10:00;00", DROPPING[0], 17_982),
        ("01:00:00;00", DROPPING[0], 107_892),
        ("23:59:59;29", DROPPING[0], 2_589_407),
        ("00:00:59;59", DROPPING[1], 3599),
        ("00:01:00;04", DROPPING[1], 3600),
        ("01:00:00;00", DROPPING[1], 215_784),
        ("01:00:00:00", Clock(NTSC), 108_000),
        ("01:00:00:00", Clock(Fraction(25)), 90_000),
        ("01:00:00:00", Clock(Fraction(24000, 1001)), 86_400),
        ("00:00:01:00", Clock(Fraction(60)), 60),
    ],
)
def test_published_labels(text, clock, frame):
    assert written_frames(text, clock) == frame
    assert clock.label(frame) == Label.parse(text)


def test_drop_frame_keeps_within_a_tenth_of_a_second_of_the_wall_clock_in_an_hour():
    clock = DROPPING[0]
    drift = 3600 - Fraction(clock.frame(Label(1, 0, 0, 0))) / clock.rate
    assert abs(drift) < Fraction(1, 10)
    assert 3600 - Fraction(Clock(NTSC).frame(Label(1, 0, 0, 0))) / NTSC == Fraction(-36, 10)


@pytest.mark.parametrize("minute", range(60))
def test_two_labels_are_skipped_in_each_minute_but_the_tenth(minute):
    clock = DROPPING[0]
    for frames in (0, 1):
        label = Label(0, minute, 0, frames, drop=True)
        if minute % 10 == 0:
            assert clock.label(clock.frame(label)) == label
        else:
            with pytest.raises(TimecodeError, match="drop-frame counting skips it"):
                clock.frame(label)


@pytest.mark.parametrize(
    ("label", "rate", "said"),
    [
        (Label(24, 0, 0, 0), 25, "hours go to 23"),
        (Label(0, 60, 0, 0), 25, "minutes and seconds to 59"),
        (Label(99, 99, 99, 99), 25, "does not exist"),
        (Label(0, 0, 0, 25), 25, "frames go to 24"),
        (Label(0, 0, 0, 24), 24, "frames go to 23"),
    ],
)
def test_a_label_that_no_clock_shows_is_refused(label, rate, said):
    with pytest.raises(TimecodeError, match=said):
        Clock(Fraction(rate)).frame(label)


@pytest.mark.parametrize(
    "text", ["", "1:00:00:00", "01:00:00", "01:00:00:0", "01-00-00-00", "0a:00:00:00", "01:00:00:00x"]
)
def test_what_is_no_label_is_refused_by_name(text):
    with pytest.raises(TimecodeError, match="is not a timecode of the form HH:MM:SS:FF"):
        Label.parse(text)


@pytest.mark.parametrize(("text", "drop"), [("01:00:00;00", True), ("01:00;00;00", True), ("01:00:00:00", False)])
def test_the_punctuation_says_drop_frame(text, drop):
    assert Label.parse(text).drop is drop


@pytest.mark.parametrize("rate", [rate for rate in STANDARD_RATES if rate not in (NTSC, NTSC_DOUBLE)])
def test_there_is_no_drop_frame_at_other_rates(rate):
    with pytest.raises(TimecodeError, match="there is no drop-frame counting"):
        Clock(rate, drop=True)


@pytest.mark.parametrize("clock", CLOCKS, ids=str)
def test_labels_begin_again_at_midnight(clock):
    midnight = Label(0, 0, 0, 0, clock.drop)
    assert clock.label(clock.frames_a_day) == midnight
    assert clock.label(clock.frames_a_day - 1).hours == 23


def test_a_refused_label_crosses_processes():
    error = TimecodeError("00:01:00;00 does not exist: drop-frame counting skips it")
    assert str(pickle.loads(pickle.dumps(error))) == str(error)  # noqa: S301 - our own bytes
