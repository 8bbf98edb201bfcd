"""Drawn lines and bars laid on a ground by moviepy, strip by strip.

A composition of moviepy blends every piece over a canvas of its own size: 150 lines on one canvas of 1920 x 9000 pixels take
6 seconds, in strips of one line each, no larger than what lies on them, less than one.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Any

import numpy as np

from pipeline.tools.text_setting import Colour, Pixels, SetLine


@dataclass(frozen=True, slots=True)
class Placed:
    """RGBA pixels with their upper left corner on a strip; what reaches beyond the strip is cut off."""

    pixels: Pixels
    left: int
    top: int


def line_at(line: SetLine, left: int, baseline: int) -> Placed:
    """Return a line placed so that its first letter begins at column `left` and stands on row `baseline`."""
    return Placed(line.pixels, left - line.left, baseline - line.baseline)


def bar(width: int, height: int, colour: Colour, opacity_percent: int = 100) -> Pixels:
    """Return a filled rectangle."""
    pixels = np.empty((height, width, 4), np.uint8)
    pixels[:, :, :3] = colour
    pixels[:, :, 3] = opacity_percent * 255 // 100
    return pixels


def ground(width: int, height: int, colour: Colour) -> Pixels:
    """Return an empty strip, RGB."""
    return np.full((height, width, 3), colour, np.uint8)


def strip(width: int, height: int, colour: Colour, placed: Sequence[Placed]) -> Pixels:
    """Return pieces laid on a ground of one colour, in order, RGB."""
    whole = ground(width, height, colour)
    box = _box(width, height, placed)
    if box is not None:
        left, top, right, bottom = box
        inside = [Placed(piece.pixels, piece.left - left, piece.top - top) for piece in placed]
        whole[top:bottom, left:right] = _composed(right - left, bottom - top, colour, inside).get_frame(0)
    return whole


def _box(width: int, height: int, placed: Sequence[Placed]) -> tuple[int, int, int, int] | None:
    """Return the part of a strip that pieces reach (ends exclusive), None where they reach none of it."""
    left = max(0, min((piece.left for piece in placed), default=width))
    top = max(0, min((piece.top for piece in placed), default=height))
    right = min(width, max((piece.left + piece.pixels.shape[1] for piece in placed), default=0))
    bottom = min(height, max((piece.top + piece.pixels.shape[0] for piece in placed), default=0))
    return (left, top, right, bottom) if left < right and top < bottom else None


def transparent_strip(width: int, height: int, placed: Sequence[Placed]) -> Pixels:
    """Return pieces laid on nothing, in order, RGBA with straight alpha."""
    clip = _composed(width, height, None, placed)
    alpha = np.rint(clip.mask.get_frame(0) * 255).astype(np.uint8)
    return np.dstack([clip.get_frame(0), alpha])


def _composed(width: int, height: int, colour: Colour | None, placed: Sequence[Placed]) -> Any:
    compositing, clips = _moviepy()
    pieces = [clips.ImageClip(piece.pixels).with_position((piece.left, piece.top)) for piece in placed]
    return compositing.CompositeVideoClip(pieces, size=(width, height), bg_color=colour)


def _moviepy() -> tuple[ModuleType, ModuleType]:
    """Return moviepy's modules of compositions and of clips, imported when they are first needed (0.2 s).

    Its configuration would start ffmpeg and ffplay to see whether they are there, and read a `.env` file into this
    process's environment. Nothing here plays or encodes, so one that knows of no programs takes its place.
    """
    if "moviepy.config" not in sys.modules:
        without_programs = ModuleType("moviepy.config")
        vars(without_programs).update(FFMPEG_BINARY="unset", FFPLAY_BINARY="unset")
        sys.modules["moviepy.config"] = without_programs
    compositing = import_module("moviepy.video.compositing.CompositeVideoClip")
    return compositing, import_module("moviepy.video.VideoClip")
