"""Wipes by their masks: where they begin, how they grow, that they end everywhere, and how edges are mixed."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from pipeline.errors import ToolError
from pipeline.timeline.wipes import KNOWN
from pipeline.tools.picture_frame import from_planes, planes_of
from pipeline.tools.picture_planes import channels
from pipeline.tools.picture_wipe import PATTERNS, weights, wiped

WIDTH, HEIGHT = 96, 54
HALF = Fraction(1, 2)


def mask(pattern: int, progress: Fraction, size=(WIDTH, HEIGHT)) -> np.ndarray:
    return weights(pattern, *size, progress).astype(int)


def flat(value: int, size=(WIDTH, HEIGHT)):
    return from_planes(np.full((size[1] * 3 // 2, size[0]), value, np.uint8))


def test_what_a_cut_may_ask_for_is_what_can_be_drawn():
    assert set(PATTERNS) == set(KNOWN)
    with pytest.raises(ToolError, match="wipe 99 is not"):
        mask(99, HALF)


@pytest.mark.parametrize("pattern", sorted(KNOWN))
def test_a_wipe_starts_with_nothing_only_grows_and_ends_with_all(pattern):
    steps = [mask(pattern, Fraction(k, 30)) for k in range(31)]
    assert steps[0].max() <= 128  # half a pixel at the line it starts from, at most
    assert steps[-1].min() >= 128
    for before, after in pairwise(steps):
        assert (after >= before).all()
        assert after.sum() > before.sum()


@pytest.mark.parametrize("pattern", sorted(KNOWN))
def test_an_edge_is_one_pixel_wide(pattern):
    covered = mask(pattern, Fraction(2, 5), (192, 108))
    soft = (covered > 0) & (covered < 256)
    # No pixel that is softened lies two pixels away from both a covered and an uncovered one.
    assert 0 <= soft.sum() < 192 * 108 // 12
    rows, columns = np.nonzero(soft)
    for row, column in zip(rows, columns, strict=True):
        around = covered[max(0, row - 2) : row + 3, max(0, column - 2) : column + 3]
        assert around.max() == 256 or around.min() == 0


@pytest.mark.parametrize(
    ("pattern", "first", "last"),
    [
        (1, (0.0, 0.5), (1.0, 0.5)),
        (2, (0.5, 0.0), (0.5, 1.0)),
        (3, (0.0, 0.0), (1.0, 1.0)),
        (4, (1.0, 0.0), (0.0, 1.0)),
        (5, (1.0, 1.0), (0.0, 0.0)),
        (6, (0.0, 1.0), (1.0, 0.0)),
        (7, (0.0, 0.0), (0.5, 0.5)),
        (8, (0.25, 0.75), (0.5, 0.5)),
        (21, (0.5, 0.3), (0.0, 0.5)),
        (22, (0.3, 0.5), (0.5, 1.0)),
        (23, (0.5, 0.0), (0.5, 1.0)),
        (24, (1.0, 0.5), (0.0, 0.5)),
        (25, (0.5, 1.0), (0.5, 0.0)),
        (26, (0.0, 0.5), (1.0, 0.5)),
        (41, (0.0, 0.0), (1.0, 1.0)),
        (42, (1.0, 0.0), (0.0, 1.0)),
        (43, (0.5, 1.0), (0.0, 0.5)),
        (44, (1.0, 0.5), (0.5, 1.0)),
        (45, (0.0, 1.0), (0.0, 0.0)),
        (46, (0.0, 0.0), (1.0, 0.0)),
        (61, (0.5, 0.0), (0.0, 1.0)),
        (62, (1.0, 0.5), (0.0, 0.0)),
        (63, (0.5, 1.0), (0.0, 0.0)),
        (64, (0.0, 0.5), (1.0, 0.0)),
        (101, (0.5, 0.5), (0.0, 0.0)),
        (102, (0.5, 0.5), (1.0, 0.0)),
        (119, (0.5, 0.5), (0.0, 1.0)),
        (120, (0.5, 0.5), (0.0, 0.0)),
        (121, (0.5, 0.5), (1.0, 1.0)),
        (201, (0.55, 0.0), (0.45, 0.0)),
        (202, (1.0, 0.55), (1.0, 0.45)),
        (203, (0.45, 1.0), (0.55, 1.0)),
        (204, (0.0, 0.45), (0.0, 0.55)),
    ],
)
def test_a_wipe_begins_and_ends_where_its_name_says(pattern, first, last):
    def at(place: tuple[float, float]) -> tuple[int, int]:
        return min(HEIGHT - 1, int(place[1] * HEIGHT)), min(WIDTH - 1, int(place[0] * WIDTH))

    early, late = mask(pattern, Fraction(1, 20)), mask(pattern, Fraction(19, 20))
    assert early[at(first)] == 256
    assert early[at(last)] == 0
    assert late[at(first)] == 256
    assert late[at(last)] == 0


def test_a_bar_stands_where_the_rule_puts_it():
    # k = 6 of 12: 7/13 of 96 pixels are 51.69.
    covered = mask(1, Fraction(7, 13))
    assert (covered[:, :51] == 256).all()
    assert (covered[:, 52:] == 0).all()
    assert (covered[:, 51] == round((96 * 7 / 13 - 51) * 256)).all()


def test_a_circle_is_round_and_an_ellipse_twice_as_long_as_wide():
    def extent(pattern: int) -> tuple[int, int]:
        covered = mask(pattern, Fraction(1, 4), (192, 108)) > 128
        return int(covered.any(axis=0).sum()), int(covered.any(axis=1).sum())

    width, height = extent(119)
    assert abs(width - height) <= 1
    width, height = extent(120)
    assert abs(width - 2 * height) <= 3
    width, height = extent(121)
    assert abs(2 * width - height) <= 3


def test_a_quarter_past_is_a_quarter_of_the_clock():
    covered = mask(201, Fraction(1, 4))
    assert (covered[: HEIGHT // 2, WIDTH // 2 :] == 256).all()
    assert covered.sum() == 256 * WIDTH * HEIGHT // 4


def test_coded_values_are_mixed_along_the_edge_alone_and_chroma_by_the_mean_of_its_four_pixels():
    both = planes_of(wiped(flat(40), flat(200), 1, 6, 12))
    luma, blue, red = channels(both)
    assert (luma[:, :51] == 200).all()
    assert (luma[:, 52:] == 40).all()
    part = round((96 * 7 / 13 - 51) * 256)
    assert (luma[:, 51] == (40 * (256 - part) + 200 * part + 128) // 256).all()
    # Columns 50 and 51 share chroma sample 25.
    shared = (40 * (512 - 256 - part) + 200 * (256 + part) + 256) // 512
    for chroma in (blue, red):
        assert (chroma[:, :25] == 200).all()
        assert (chroma[:, 25] == shared).all()
        assert (chroma[:, 26:] == 40).all()


@pytest.mark.parametrize("pattern", [1, 43, 119, 204])
def test_equal_pictures_stay_what_they_are(pattern):
    assert (planes_of(wiped(flat(255), flat(255), pattern, 3, 9)) == 255).all()
    assert (planes_of(wiped(flat(16), flat(16), pattern, 3, 9)) == 16).all()
