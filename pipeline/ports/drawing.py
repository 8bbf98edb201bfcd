"""Drawings: subtitles for burn-in by libass, and the film's graphics: cards, credits, lower thirds, the bug."""

from dataclasses import dataclass
from typing import Protocol

from footage_manifest.graphics import Corner
from pipeline.ports.work import Artifact, Executor


@dataclass(frozen=True, slots=True, kw_only=True)
class CueLook:
    """How subtitles are drawn: a `letters`th of the picture's shorter side high, outlined or on a box, below or at the top.

    `safe_percent` of the picture stay free on every side; None for 6 below and above and 5 beside.
    """

    letters: int = 18
    boxed: bool = False
    at_top: bool = False
    safe_percent: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawRequest:
    """Draw `text` (lines joined by a line feed, `<i>` and `<b>` understood) into a `width` x `height` picture.

    `font` is the SHA-256 of the font file, `more_fonts` those of the fonts for what it lacks. `language` helps shaping. A
    text that would stand at the bottom stands wholly above row `above` instead, unless that is 0.
    """

    text: str
    language: str
    width: int
    height: int
    font: str
    more_fonts: tuple[str, ...] = ()
    look: CueLook = CueLook()
    above: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """An RGBA PNG of the picture's size, and the box (left, top, right, bottom; ends exclusive) that holds its ink."""

    file: Artifact
    ink: tuple[int, int, int, int]


class SubtitleDrawer(Executor[DrawRequest, Drawn], Protocol):
    """Draws subtitles. Raises ToolError where a glyph is missing or nothing was drawn: never a box, never nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How graphics look: the picture's size, the language that helps shaping and says where lines begin, fonts, colours.

    `fonts` are SHA-256, the film's own font first, then those for what it lacks. Colours are `#RRGGBB`.
    """

    width: int
    height: int
    language: str
    fonts: tuple[str, ...]
    text: str
    background: str
    accent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CardRequest:
    """Draw a card of the picture's size: a large text and a small one under it; a chapter stands at the side."""

    look: Look
    text: str
    under: str
    chapter: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditEntry:
    """What was done, and by whom. Without a role the names stand alone."""

    role: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditsRequest:
    """Draw credits as one tall card, a frame's height of background above the first line and below the last."""

    look: Look
    heading: str
    entries: tuple[CreditEntry, ...]
    thanks: str
    thanked: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnCard:
    """An opaque PNG as wide as the picture, its size in pixels; `line` is the height of one line of names, 0 on a card."""

    file: Artifact
    width: int
    height: int
    line: int = 0


class CardDrawer(Executor[CardRequest | CreditsRequest, DrawnCard], Protocol):
    """Draws cards and credits. Raises ToolError for words that do not fit, or have a character that no font has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LowerThirdRequest:
    """Draw a name and a role at the lower left (right, where the language runs leftward), wholly above row `above`."""

    look: Look
    name: str
    role: str
    above: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BugRequest:
    """Draw a small picture (by digest) in a corner, `height_percent` of the frame high, `opacity_percent` opaque."""

    picture: str
    width: int
    height: int
    corner: Corner
    height_percent: int
    opacity_percent: int


class OverlayDrawer(Executor[LowerThirdRequest | BugRequest, Drawn], Protocol):
    """Draws what is laid over the picture, inside its safe area. Raises ToolError as `CardDrawer`."""
