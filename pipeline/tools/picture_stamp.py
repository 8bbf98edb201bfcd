"""The stamp of a review copy: record timecode and a text on every frame, white on a half-transparent box at the top."""

from itertools import pairwise
from pathlib import Path

import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont, features

from footage_manifest.timecode import Clock
from pipeline.errors import ToolError
from pipeline.ports.picture import Stamp
from pipeline.tools.fonts import missing_glyphs, read_font
from pipeline.tools.picture_frame import from_planes, planes_of
from pipeline.tools.picture_planes import Plane, channels

_LABEL_CHARACTERS = "0123456789:;"
_LABEL_HEIGHT, _TEXT_HEIGHT = 11, 20
"""The size of the timecode and of the text: one such part of the picture's height (at 640x360: 32 and 18 pixels)."""
_SMALLEST_SIZE = 10
_TEXT_WIDTH = 9 / 10
"""A line of text takes this part of the picture's width at most; a longer text goes on in the next line."""
_MOST_LINES = 4

_WHITE, _BLACK, _NEUTRAL = 235, 16, 128
_BOX = 140
"""How opaque the box is, of 255."""

Ink = NDArray[np.uint8]


def drawing_versions() -> dict[str, str]:
    """Return the versions of what sets and draws type: they decide what a stamp looks like."""
    return {name: str(features.version(name)) for name in ("pil", "freetype2", "raqm", "harfbuzz")}


class Stamper:
    """Stamps the frames of one segment. Characters are drawn once and then only put together."""

    def __init__(self, stamp: Stamp, font: Path, width: int, height: int) -> None:
        """Draw what every frame has. Raises ToolError where the font cannot be read or lacks a character of the text."""
        _refuse_boxes(font, stamp.text)
        self._stamp = stamp
        self._clock = Clock(stamp.rate, drop=stamp.drop)
        self._characters = _characters(font, max(_SMALLEST_SIZE, height // _LABEL_HEIGHT))
        label = self._label(stamp.first)
        text = _text(font, stamp.text, max(_SMALLEST_SIZE, height // _TEXT_HEIGHT), int(width * _TEXT_WIDTH))
        margin = max(2, height // 90)
        rows = margin + label.shape[0] + (margin + text.shape[0] if text.size else 0) + margin
        columns = max(label.shape[1], text.shape[1]) + 4 * margin
        self._ink = np.zeros((min(height, _even(rows)), min(width, _even(columns))), np.uint8)
        if text.size:
            _put(self._ink, text, margin + label.shape[0] + margin)
        self._top, self._left = 0, (width - self._ink.shape[1]) // 4 * 2
        self._label_row = margin

    def stamped(self, frame: VideoFrame, number: int) -> VideoFrame:
        """Return the segment's frame `number` with its timecode and the text."""
        ink = self._ink.copy()
        _put(ink, self._label(self._stamp.first + number), self._label_row)
        planes = planes_of(frame)
        luma, *chroma = channels(planes)
        rows, columns = ink.shape
        area = luma[self._top : self._top + rows, self._left : self._left + columns]
        area[:] = _mixed(_mixed(area, _BLACK, _BOX), _WHITE, ink)
        quarter = ink.reshape(rows // 2, 2, columns // 2, 2).max(axis=(1, 3))
        half = (
            slice(self._top // 2, (self._top + rows) // 2),
            slice(self._left // 2, (self._left + columns) // 2),
        )
        for plane in chroma:
            plane[half] = _mixed(_mixed(plane[half], _NEUTRAL, _BOX), _NEUTRAL, quarter)
        return from_planes(planes)

    def _label(self, frame: int) -> Ink:
        text = str(self._clock.label(frame // self._stamp.each))
        return np.hstack([self._characters[character] for character in text])


def _refuse_boxes(font: Path, text: str) -> None:
    found = read_font(font)
    missing = missing_glyphs(found, text + _LABEL_CHARACTERS)
    if missing:
        raise ToolError(
            f"the font {found.family} has no {', '.join(missing)}, which the stamp of the review copy needs",
            "name a font that has it as subtitles: font: in film.yaml, or write the text without it",
        )


def _characters(font: Path, size: int) -> dict[str, Ink]:
    """Return the characters of a label, all of one height and all digits of one width, so that nothing jumps."""
    face = ImageFont.truetype(str(font), size)
    ascent, descent = face.getmetrics()
    widths = {character: round(face.getlength(character)) for character in _LABEL_CHARACTERS}
    digit = max(widths[character] for character in "0123456789")
    mark = max(widths[character] for character in ":;")
    drawn = {}
    for character in _LABEL_CHARACTERS:
        width = digit if character.isdigit() else mark
        picture = Image.new("L", (width, ascent + descent))
        ImageDraw.Draw(picture).text(((width - widths[character]) // 2, 0), character, fill=255, font=face)
        drawn[character] = np.asarray(picture)
    return drawn


def _text(font: Path, text: str, size: int, width: int) -> Ink:
    """Return the text in lines, centred; smaller where it would take too many. Empty where there is no text."""
    words = text.split()
    if not words:
        return np.zeros((0, 0), np.uint8)
    while True:
        face = ImageFont.truetype(str(font), size)
        lines = _lines(words, face, width)
        fits = len(lines) <= _MOST_LINES and all(face.getlength(line) <= width for line in lines)
        if fits or size <= _SMALLEST_SIZE:
            break
        size -= 1
    ascent, descent = face.getmetrics()
    picture = Image.new("L", (width, (ascent + descent) * len(lines)))
    drawing = ImageDraw.Draw(picture)
    for number, line in enumerate(lines):
        left = max(0, (width - round(face.getlength(line))) // 2)
        drawing.text((left, number * (ascent + descent)), line, fill=255, font=face)
    ink = np.asarray(picture)
    inked = np.flatnonzero(ink.any(axis=0))
    return ink[:, inked[0] : inked[-1] + 1] if len(inked) else ink[:, :1]


def _lines(words: list[str], face: ImageFont.FreeTypeFont, width: int) -> list[str]:
    starts = [0]
    for at in range(1, len(words)):
        if face.getlength(" ".join(words[starts[-1] : at + 1])) > width:
            starts.append(at)
    return [" ".join(words[start:end]) for start, end in pairwise([*starts, len(words)])]


def _put(ink: Ink, drawn: Ink, top: int) -> None:
    """Lay `drawn` into the middle of `ink`; what does not fit is cut off evenly."""
    rows, columns = min(drawn.shape[0], ink.shape[0] - top), min(drawn.shape[1], ink.shape[1])
    if rows <= 0:
        return
    left, from_left = (ink.shape[1] - columns) // 2, (drawn.shape[1] - columns) // 2
    ink[top : top + rows, left : left + columns] = drawn[:rows, from_left : from_left + columns]


def _mixed(values: Plane, colour: int, opacity: Ink | int) -> Plane:
    weight = np.asarray(opacity, np.uint16)
    return np.asarray((values * (255 - weight) + colour * weight + 127) // 255, np.uint8)


def _even(length: int) -> int:
    return (length + 1) // 2 * 2
