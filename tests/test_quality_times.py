from fractions import Fraction

import pytest

from subtitles.cue import Cue
from subtitles.quality import Fault, check
from subtitles.style import BBC, NETFLIX_EN, OURS, SubtitleStyle
from subtitles.transcript import Word

RATE = Fraction(24)
FRAME = 1000 / 24


def ms(frames: float) -> int:
    return round(frames * FRAME)


def found(
    *times: tuple[int, int],
    shots: tuple[int, ...] = (),
    words: tuple[tuple[int, int], ...] = (),
    style: SubtitleStyle = NETFLIX_EN,
) -> list[tuple[int, Fault, int]]:
    """Check cues whose times, like the shots, are frames of 24; words are in milliseconds."""
    cues = [Cue(start_ms=ms(start), end_ms=ms(end), text="Yes") for start, end in times]
    said = tuple(Word(text="x", start_ms=start, end_ms=end, confidence=900) for start, end in words)
    faults = check(cues, language="en", style=style, rate=RATE, shots_ms=tuple(map(ms, shots)), words=said)
    return [(one.position, one.fault, one.measured) for one in faults]


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (48, []),
        (49, [(0, Fault.SHOT_IN, ms(1))]),
        (59, [(0, Fault.SHOT_IN, ms(11))]),
        (60, []),
        (47, [(0, Fault.SHOT_IN, ms(1))]),
        (41, [(0, Fault.SHOT_IN, ms(7))]),
        (37, [(0, Fault.SHOT_IN, ms(11))]),
        (36, []),
        (20, []),
    ],
)
def test_a_cue_starts_on_a_shot_change_or_half_a_second_from_it(start, expected):
    assert [(at, fault, round(size / FRAME)) for at, fault, size in found((start, 120), shots=(48,))] == [
        (at, fault, round(size / FRAME)) for at, fault, size in expected
    ]


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        (94, []),
        (95, [Fault.SHOT_OUT]),
        (96, [Fault.SHOT_OUT]),
        (97, [Fault.SHOT_OUT]),
        (107, [Fault.SHOT_OUT]),
        (108, []),
        (93, [Fault.SHOT_OUT]),
        (85, [Fault.SHOT_OUT]),
        (84, []),
    ],
)
def test_a_cue_ends_two_frames_before_a_shot_change_or_half_a_second_from_it(end, expected):
    assert [fault for _, fault, _ in found((20, end), shots=(96,))] == expected


def test_distances_scale_with_the_rate():
    cue = Cue(start_ms=2000, end_ms=4000, text="Yes")
    # Seven of twelve frames of 24 are fifteen of 50 (rounded up to half a frame): both are below 7/12 of half a second.
    near = check([cue], language="en", style=NETFLIX_EN, rate=Fraction(50), shots_ms=(2280,))
    far = check([cue], language="en", style=NETFLIX_EN, rate=Fraction(50), shots_ms=(2500,))
    assert [one.fault for one in near] == [Fault.SHOT_IN]
    assert far == ()


def test_cues_that_follow_each_other_go_by_the_second_ones_start():
    assert found((20, 94), (96, 160), shots=(96,)) == []
    assert [fault for _, fault, _ in found((20, 98), (100, 160), shots=(96,))] == [Fault.SHOT_IN]


def test_the_bbc_ends_a_cue_on_the_last_frame_of_a_shot():
    assert found((20, 96), shots=(96,), style=BBC) == []
    assert [fault for _, fault, _ in found((20, 94), shots=(96,), style=BBC)] == [Fault.SHOT_OUT]


def test_without_shots_nothing_is_said_of_them():
    assert found((49, 97)) == []


@pytest.mark.parametrize(
    ("word_ms", "expected"),
    [(1000, []), (1100, []), (1300, [(0, Fault.VOICE_IN, 300)]), (900, []), (700, [(0, Fault.VOICE_IN, 300)])],
)
def test_a_cue_starts_with_the_voice(word_ms, expected):
    assert found((24, 72), words=((word_ms, word_ms + 400),)) == expected


def test_a_cue_on_a_shot_change_need_not_start_with_the_voice():
    assert found((24, 72), shots=(24,), words=((1400, 1800),)) == []


def test_words_that_the_cue_before_shows_do_not_make_a_cue_late():
    assert found((24, 70), (72, 120), words=((1000, 1400), (2500, 3300))) == []


def test_a_cue_without_a_voice_is_not_held_against_one():
    assert found((24, 72), words=((10_000, 10_400),)) == []


def test_a_cue_that_goes_before_its_last_word_ends():
    assert found((24, 72), words=((1000, 1400), (2800, 3500))) == [(0, Fault.VOICE_OUT, 500)]
    # The next cue has come by then.
    assert found((24, 72), (74, 120), words=((1000, 1400), (2800, 3500))) == []


def test_our_own_rules_allow_for_a_recognisers_errors():
    assert found((24, 72), words=((1200, 1600),), style=OURS) == []
