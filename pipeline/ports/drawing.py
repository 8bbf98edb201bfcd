"""burn-in: one transparent picture for each distinct subtitle, drawn by libass."""

from dataclasses import dataclass
from typing import Protocol

from pipeline.ports.work import Artifact, Executor


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawRequest:
    """Draw `text` (lines joined by a line feed, `<i>` and `<b>` understood) at the bottom of a `width` x `height` picture.

    `font` is the SHA-256 of the font file. `language` helps shaping.
    """

    text: str
    language: str
    width: int
    height: int
    font: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """An RGBA PNG of the picture's size, and the box (left, top, right, bottom; ends exclusive) that holds its ink."""

    file: Artifact
    ink: tuple[int, int, int, int]


class SubtitleDrawer(Executor[DrawRequest, Drawn], Protocol):
    """Draws subtitles. Raises ToolError where a glyph is missing or nothing was drawn: never a box, never nothing."""
