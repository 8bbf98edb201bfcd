"""The stamp of a review copy: the right label on every frame, readable, in its box, and nothing else touched."""

import shutil
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from footage_manifest.timecode import Clock, Label
from pipeline.errors import ToolError
from pipeline.ports.picture import Stamp
from pipeline.tools.fonts import SHIPPED
from pipeline.tools.picture_frame import black, from_planes, planes_of
from pipeline.tools.picture_planes import channels
from pipeline.tools.picture_stamp import Stamper

SIZE = (640, 360)
PLAIN = Stamp(first=25 * 3600 * 10, rate=Fraction(25), drop=False, each=1, text="forum v3", font="")


def ink_of(frame) -> np.ndarray:
    """Return the text's own pixels: on black, what is lighter than black."""
    return channels(planes_of(frame))[0].astype(int) - 16


def label_on(frame) -> str:
    """Read the label: what stands in each of its cells, which are as wide as the widest digit, against fresh drawings."""
    face = ImageFont.truetype(str(SHIPPED), SIZE[1] // 11)
    digit = max(round(face.getlength(character)) for character in "0123456789")
    mark = max(round(face.getlength(character)) for character in ":;")
    widths = [mark if place in {2, 5, 8} else digit for place in range(11)]
    left = (SIZE[0] - sum(widths)) // 2
    ink = ink_of(frame)[: SIZE[1] // 7]
    read = ""
    for width in widths:
        likeness = {}
        for character in "0123456789" if width == digit else ":;":
            picture = Image.new("L", (width, ink.shape[0]))
            ImageDraw.Draw(picture).text(((width - face.getlength(character)) / 2, 4), character, fill=219, font=face)
            drawn = np.asarray(picture).astype(int)
            likeness[character] = min(
                np.abs(ink[:, left + by : left + by + width] - np.roll(drawn, down, axis=0)).mean()
                for by in (-2, -1, 0, 1, 2)
                for down in (-2, -1, 0, 1, 2)
            )
        read += min(likeness, key=likeness.__getitem__)
        left += width
    return read


@pytest.mark.parametrize(
    ("stamp", "number", "label"),
    [
        (PLAIN, 0, "10:00:00:00"),
        (PLAIN, 51, "10:00:02:01"),
        (replace(PLAIN, each=2), 51, "05:00:01:00"),
        (replace(PLAIN, first=1799, rate=Fraction(30000, 1001), drop=True), 0, "00:00:59;29"),
        (replace(PLAIN, first=1799, rate=Fraction(30000, 1001), drop=True), 1, "00:01:00;02"),
        (replace(PLAIN, first=86_400 * 25 - 1), 1, "00:00:00:00"),
    ],
)
def test_each_frame_carries_its_own_label(stamp, number, label):
    assert label_on(Stamper(stamp, SHIPPED, *SIZE).stamped(black(*SIZE), number)) == label


def test_every_label_of_a_minute_is_the_clock_s():
    stamper, clock = Stamper(PLAIN, SHIPPED, *SIZE), Clock(Fraction(25))
    for number in range(0, 1500, 113):
        assert label_on(stamper.stamped(black(*SIZE), number)) == str(clock.label(PLAIN.first + number))
    assert str(clock.label(PLAIN.first)) == str(Label(10, 0, 0, 0))


def test_the_box_is_at_the_top_half_transparent_and_the_rest_is_untouched():
    under = np.full((540, 640), 180, np.uint8)
    luma, blue, red = channels(planes_of(Stamper(PLAIN, SHIPPED, *SIZE).stamped(from_planes(under), 7)))
    box = luma != 180
    rows, columns = np.flatnonzero(box.any(axis=1)), np.flatnonzero(box.any(axis=0))
    assert rows[0] == 0
    assert 40 < rows[-1] < 90
    assert 150 < len(columns) < 400
    assert abs(columns[0] - (639 - columns[-1])) <= 4
    corner = luma[1, columns[0] + 1]
    assert 80 < corner < 100
    assert luma.max() == 235
    assert (blue[rows[-1] // 2 + 1 :] == 180).all()
    assert (red[:, : columns[0] // 2] == 180).all()
    assert abs(int(blue[1, columns[0] // 2 + 1]) - 151) <= 2  # paler, as the box is


def test_nothing_jumps_from_label_to_label():
    stamper = Stamper(replace(PLAIN, text=""), SHIPPED, *SIZE)
    one, other = (ink_of(stamper.stamped(black(*SIZE), number)) for number in (1, 4))
    changed = np.flatnonzero((one != other).any(axis=0))
    assert len(changed) > 0
    assert changed[-1] - changed[0] < 24  # the last digit alone


@pytest.mark.parametrize("size", [(320, 180), (640, 360), (1920, 1080), (360, 640)])
@pytest.mark.parametrize("text", ["", "forum v3", "Para Juana. " * 12, "x" * 300])
def test_any_text_fits_any_picture(size, text):
    stamped = Stamper(replace(PLAIN, text=text), SHIPPED, *size).stamped(black(*size), 0)
    ink = ink_of(stamped)
    assert ink.max() == 219
    assert ink[size[1] * 3 // 4 :].max() == 0
    edge = max(1, size[0] // 100)
    if len(text) < 300:
        assert ink[:, :edge].max() == ink[:, -edge:].max() == 0


def test_words_come_whole_and_in_more_lines_than_one():
    short = Stamper(replace(PLAIN, text="word"), SHIPPED, *SIZE).stamped(black(*SIZE), 0)
    long = Stamper(replace(PLAIN, text="word " * 30), SHIPPED, *SIZE).stamped(black(*SIZE), 0)
    assert np.flatnonzero(ink_of(long).max(axis=1))[-1] > np.flatnonzero(ink_of(short).max(axis=1))[-1] + 15


def test_a_text_that_the_font_cannot_draw_is_refused_by_its_characters(tmp_path):
    with pytest.raises(ToolError, match="写"):
        Stamper(replace(PLAIN, text="forum 写"), SHIPPED, *SIZE)
    nothing: Path = tmp_path / "font.ttf"
    nothing.write_bytes(b"no font")
    with pytest.raises(ToolError, match="not a TrueType"):
        Stamper(PLAIN, nothing, *SIZE)


def test_a_font_is_found_without_its_suffix(tmp_path):
    stored = tmp_path / "0a1b2c"
    shutil.copy(SHIPPED, stored)
    stamped = Stamper(PLAIN, stored, *SIZE).stamped(black(*SIZE), 0)
    assert label_on(stamped) == "10:00:00:00"
