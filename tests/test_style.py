from fractions import Fraction

import pytest

from subtitles.style import OURS, STYLES


@pytest.mark.parametrize(("language", "speed"), [("es", 17), ("es-PE", 17), ("en", 20), ("EN-us", 20), ("qu", 17)])
def test_reading_speed_depends_on_the_language(language, speed):
    assert OURS.speed(language) == speed


@pytest.mark.parametrize(
    ("rate", "gap_ms"),
    [(Fraction(25), 80), (Fraction(24000, 1001), 84), (Fraction(30000, 1001), 67), (Fraction(60), 34)],
)
def test_the_gap_is_two_frames_at_any_rate(rate, gap_ms):
    assert OURS.gap_ms(rate) == gap_ms


def test_styles_are_found_by_their_names():
    assert all(style.name == name for name, style in STYLES.items())
    assert STYLES["ours"] is OURS


def test_every_set_that_the_film_format_names_is_there():
    assert list(STYLES) == ["ours", "netflix-es-419", "netflix-en", "bbc"]


def test_the_sets_contradict_each_other_on_gaps():
    netflix, bbc = STYLES["netflix-en"], STYLES["bbc"]
    assert (netflix.gap_frames, bbc.gap_frames) == (2, 0)
    assert (netflix.close_gap_ms, bbc.close_gap_ms) == (500, 1000)


def test_distances_to_shot_changes_are_fractions_of_half_a_second():
    shots = STYLES["netflix-en"].shots
    assert shots is not None
    # 7 of 12 frames at 24 frames a second.
    assert shots.in_before_ms == Fraction(7 * 1000, 24)
    assert (shots.in_after_ms, shots.in_pull_ms, shots.out_near_ms) == (500, 500, 500)
