"""One line of text as pixels: runs of one font and one direction, shaped by HarfBuzz (through Pillow), laid side by side.

moviepy's TextClip is not used for letters: it names neither language nor direction to the shaper, knows one font a text,
and its caption mode breaks words in two from the third line on. It gets finished lines to place.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from math import ceil
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont, features

from pipeline.errors import ToolError, ToolMissing
from pipeline.tools.bidi import in_visual_order, levels
from pipeline.tools.font_search import by_font
from pipeline.tools.fonts import Font
from pipeline.tools.line_breaking import balanced, lines_needed

Pixels = npt.NDArray[np.uint8]
Colour = tuple[int, int, int]

# Blocks of scripts whose letters join, stack or run leftward: nonsense without a shaper.
_SHAPED = ((0x0590, 0x109F), (0x1780, 0x18AF), (0x1A20, 0x1BFF), (0xA800, 0xAAFF), (0xFB1D, 0xFDFF), (0xFE70, 0xFEFC))
_LONGEST = 2000
"""Characters: no card has room for more, and looking for it would take long."""
SMALLEST = 4
"""Pixels: letters that nobody can read any more, in pictures that are too small for words."""
_LINE_PITCH = 125
"""Hundredths of the letters' size from one baseline to the next."""


@dataclass(frozen=True, slots=True)
class Lettering:
    """Fonts and language in which text is set; `fonts` in the order in which they are tried, the film's own first."""

    fonts: tuple[Font, ...]
    language: str

    def width(self, text: str, size: int) -> int:
        """Return how wide a line is, in pixels rounded up. Raises Refusal where no font has a character."""
        return ceil(sum(_length(run, size, self.language) for run in self._runs(text)))

    def line(self, text: str, size: int, colour: Colour) -> "SetLine":
        """Return a line drawn in one colour. Raises Refusal where no font has a character."""
        runs = self._runs(text)
        lengths = [_length(run, size, self.language) for run in runs]
        metrics = [_loaded(run.font.path, size).getmetrics() for run in runs] or [(size, size // 4)]
        above, below = max(up for up, _ in metrics), max(down for _, down in metrics)
        pad = size // 2  # letters may lean out of their width
        mask = Image.new("L", (ceil(sum(lengths)) + 2 * pad, above + below + 2 * pad))
        draw = ImageDraw.Draw(mask)
        x = float(pad)
        for run, length in zip(runs, lengths, strict=True):
            font = _loaded(run.font.path, size)
            direction, language = _shaping(run, self.language)
            draw.text(
                (x, pad + above),
                run.text,
                fill=255,
                font=font,
                anchor="ls",
                direction=direction,
                language=language,
            )
            x += length
        alpha = np.asarray(mask)
        pixels = np.empty((*alpha.shape, 4), np.uint8)
        pixels[:, :, :3] = colour
        pixels[:, :, 3] = alpha
        return SetLine(pixels=pixels, left=pad, baseline=pad + above, width=ceil(sum(lengths)))

    def _runs(self, text: str) -> tuple["_Run", ...]:
        """Return the runs of a line as they stand from left to right."""
        shown = unicodedata.normalize("NFC", "".join(_shown(character) for character in text))
        _require_shaper(shown)
        kept = list(zip(shown, by_font(self.fonts, shown), levels(shown, self.language), strict=True))
        runs: list[_Run] = []
        for character, number, level in kept:
            font = self.fonts[number]
            if runs and runs[-1].font is font and runs[-1].level == level:
                runs[-1] = _Run(runs[-1].text + character, font, level)
            else:
                runs.append(_Run(character, font, level))
        return tuple(runs[number] for number in in_visual_order([run.level for run in runs]))


@dataclass(frozen=True, slots=True)
class SetLine:
    """A drawn line, RGBA with straight alpha: its ink begins near column `left` and is `width` wide; `baseline` is a row."""

    pixels: Pixels
    left: int
    baseline: int
    width: int


@dataclass(frozen=True, slots=True)
class _Run:
    text: str
    font: Font
    level: int


def pitch(size: int) -> int:
    """Return how many pixels lie between the baselines of two lines of this size."""
    return size * _LINE_PITCH // 100


def rgb(colour: str) -> Colour:
    """Return red, green and blue of `#RRGGBB`."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def setting_identity() -> dict[str, str]:
    """Return what decides how letters look beside the fonts: the versions of Pillow and of what shapes and draws for it."""
    parts = ("pil", "freetype2", "raqm", "harfbuzz", "fribidi")
    return {part: str(features.version(part) or "none") for part in parts}


def _length(run: _Run, size: int, language: str) -> float:
    direction, shaped_as = _shaping(run, language)
    return float(_loaded(run.font.path, size).getlength(run.text, direction=direction, language=shaped_as))


def _shaping(run: _Run, language: str) -> tuple[str | None, str | None]:
    """Return direction and language for the shaper; without one Pillow takes neither."""
    if not features.check("raqm"):
        return None, None
    return "rtl" if run.level % 2 else "ltr", language


@lru_cache(maxsize=64)
def _loaded(path: Path, size: int) -> ImageFont.FreeTypeFont:
    try:
        return ImageFont.truetype(str(path), size)
    except OSError as error:
        raise ToolError(f"{path.name}: the font cannot be used: {error}", "name another font") from None


def _shown(character: str) -> str:
    return " " if unicodedata.category(character) == "Cc" else character


def _require_shaper(text: str) -> None:
    if features.check("raqm"):
        return
    needing = [one for one in text if any(first <= ord(one) <= last for first, last in _SHAPED)]
    if needing:
        raise ToolMissing(
            f"the letters of this script cannot be joined here: {needing[0]} (U+{ord(needing[0]):04X})",
            "install FriBidi (on Debian 'apt install libfribidi0'), which Pillow needs for it",
        )


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines in which a text fits, and the size of its letters."""

    lines: tuple[str, ...]
    size: int


def fitted(lettering: Lettering, text: str, sizes: Sequence[int], most: int, most_lines: int) -> Paragraph | None:
    """Return the text broken into at most `most_lines` lines that are at most `most` pixels wide, as large as may be.

    `sizes` are tried in order; None where it fits in none of them.
    """
    for wanted in sizes if len(text) <= _LONGEST else ():
        size = max(wanted, SMALLEST)
        width = partial(lettering.width, size=size)
        if lines_needed(text, width, most) > most_lines:
            continue
        lines = balanced(text, width, most)
        if all(width(line) <= most for line in lines):
            return Paragraph(lines, size)
    return None
