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
