"""Drawings laid over frames: in order, for their frames, with the opacity that a fade gives them."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipeline.errors import ToolError
from pipeline.ports.picture import Overlay
from pipeline.tools.picture_frame import black, from_planes, planes_of
from pipeline.tools.picture_overlay import InkOverlay, LaidOver, opacity_at

SIZE = (64, 36)


def drawing(folder: Path, name: str, box: tuple[int, int, int, int], colour: tuple[int, int, int, int]) -> Path:
    picture = Image.new("RGBA", SIZE, (0, 0, 0, 0))
    picture.paste(colour, box)
    path = folder / f"{name}.png"
    picture.save(path)
    return path


def luma(frame) -> np.ndarray:
    return planes_of(frame)[: SIZE[1]].astype(int)


def test_a_fade_rises_over_its_frames_stands_and_falls():
    overlay = Overlay(picture="", start=10, end=22, into=0, frames=12, fade=3)
    quarters = [opacity_at(overlay, number) * 4 for number in range(10, 22)]
    assert quarters == [1, 2, 3, 4, 4, 4, 4, 4, 4, 3, 2, 1]


def test_a_segment_begins_in_the_middle_of_a_fade():
    # Frames 2 to 4 of a drawing of ten, and its last two.
    first = Overlay(picture="", start=0, end=3, into=2, frames=10, fade=4)
    last = Overlay(picture="", start=5, end=7, into=8, frames=10, fade=4)
    assert [opacity_at(first, number) for number in range(3)] == [Fraction(3, 5), Fraction(4, 5), 1]
    assert [opacity_at(last, number) for number in (5, 6)] == [Fraction(2, 5), Fraction(1, 5)]


def test_a_drawing_shorter_than_its_fades_rises_and_falls_and_never_stands():
    overlay = Overlay(picture="", start=0, end=5, into=0, frames=5, fade=4)
    assert [opacity_at(overlay, number) * 5 for number in range(5)] == [1, 2, 3, 2, 1]


@pytest.mark.parametrize("overlay", [Overlay(picture="", start=0, end=5), Overlay(picture="", start=0, end=5, fade=3)])
def test_without_a_length_nothing_fades(overlay):
    assert {opacity_at(overlay, number) for number in range(5)} == {1}


@pytest.mark.parametrize("opacity", [Fraction(1), Fraction(1, 3), Fraction(7, 9), Fraction(9999, 10_007)])
def test_opacity_mixes_coded_values_of_luma_and_chroma(tmp_path, opacity):
    ink = InkOverlay(drawing(tmp_path, "red", (10, 10, 30, 20), (255, 0, 0, 200)), *SIZE)
    under = np.full((SIZE[1] * 3 // 2, SIZE[0]), 90, np.uint8)
    laid = planes_of(ink.over(from_planes(under), opacity)).astype(int)
    part = 200 / 255 * float(opacity)
    # Pure red in BT.709 at video range: 62.6, 102.3, 240.
    assert laid[12:18, 12:28] == pytest.approx(np.full((6, 16), 90 + (16 + 219 * 0.2126 - 90) * part), abs=1)
    assert laid[:10].max() == laid[:10].min() == 90
    chroma = laid[36:].reshape(2, 18, 32)
    assert chroma[1, 6:9, 6:14] == pytest.approx(np.full((3, 8), 90 + (240 - 90) * part), abs=1)
    assert chroma[0, 6:9, 6:14] == pytest.approx(np.full((3, 8), 90 + (128 - 112 * 0.2126 / 0.9278 - 90) * part), abs=1)


def test_what_comes_later_lies_above_and_only_what_is_on_screen_is_kept_open(tmp_path):
    paths = {
        "white": drawing(tmp_path, "white", (0, 0, 20, 20), (255, 255, 255, 255)),
        "grey": drawing(tmp_path, "grey", (10, 10, 40, 30), (128, 128, 128, 255)),
    }
    opened = []

    def open_drawing(digest: str) -> InkOverlay:
        opened.append(digest)
        return InkOverlay(paths[digest], *SIZE)

    laid = LaidOver(
        (
            Overlay(picture="white", start=0, end=8),
            Overlay(picture="grey", start=2, end=4),
            Overlay(picture="grey", start=6, end=9, into=0, frames=3, fade=1),
        ),
        open_drawing,
    )
    frames = [luma(laid.over(black(*SIZE), number)) for number in range(10)]
    grey = round(16 + 219 * 128 / 255)
    assert [frame[5, 5] for frame in frames] == [235] * 8 + [16] * 2
    assert [frame[15, 15] for frame in frames[:6]] == [235, 235, grey, grey, 235, 235]
    assert frames[6][15, 15] == (235 + grey + 1) // 2
    assert (frames[7][15, 15], frames[8][15, 15]) == (grey, (16 + grey + 1) // 2)
    assert opened == ["white", "grey", "grey"]


def test_a_frame_without_a_drawing_is_not_touched():
    frame = black(*SIZE)
    assert LaidOver((), lambda _: pytest.fail("nothing is drawn")).over(frame, 3) is frame


def test_a_drawing_of_another_size_is_refused(tmp_path):
    with pytest.raises(ToolError, match="64x36, the picture 128x72"):
        InkOverlay(drawing(tmp_path, "x", (0, 0, 2, 2), (255, 255, 255, 255)), 128, 72)
