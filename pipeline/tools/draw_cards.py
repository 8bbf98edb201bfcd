"""Title and chapter cards, at the picture's size, inside its title-safe area (EBU R 95: 90 % of each side)."""

from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version

import numpy as np
from PIL import Image

from footage_manifest.wording import Refusal, shown
from pipeline.errors import ToolError
from pipeline.ports.drawing import CardRequest, CreditsRequest, DrawnCard, Look
from pipeline.ports.work import Bench
from pipeline.tools.bidi import runs_rightward
from pipeline.tools.card_canvas import Placed, bar, line_at, strip
from pipeline.tools.draw_credits import credits_picture
from pipeline.tools.fonts import read_font
from pipeline.tools.text_setting import (
    Lettering,
    Paragraph,
    Pixels,
    fitted,
    pitch,
    rgb,
    setting_identity,
)

RULES = "1"
"""Raised when the same request is drawn in another way."""

_MARGIN = 100
"""Thousandths of the width that stay free at either side."""
_TALLEST = 800
_TITLE = (112, 100, 90, 80, 70, 60)
_CHAPTER = (84, 76, 68, 60)
_UNDER = (46, 42, 38)
"""Sizes of letters to be tried, in thousandths of the picture's shorter side."""
_PNG_EFFORT = 1


class CardPainter:
    """Draws cards and credits; carries out `pipeline.ports.drawing.CardDrawer`."""

    def identity(self, request: CardRequest | CreditsRequest) -> Mapping[str, str]:  # noqa: ARG002 - the same for each
        """Return what shapes, draws and lays out: versions, and those of our own rules."""
        return graphics_identity()

    def provenance(self) -> Mapping[str, str]:
        """Return nothing beyond the identity."""
        return {}

    def carry_out(
        self, requests: Sequence[CardRequest | CreditsRequest], bench: Bench
    ) -> Iterator[tuple[int, DrawnCard]]:
        """Yield each card. Raises ToolError for words that do not fit, or have a character that no font has."""
        task = "draw cards"
        bench.progress.start(task, len(requests), "cards")
        for number, request in enumerate(requests):
            letters = lettering_of(request.look, bench)
            try:
                if isinstance(request, CreditsRequest):
                    picture, line = credits_picture(request, letters)
                else:
                    picture, line = card_picture(request, letters), 0
            except Refusal as refusal:
                raise ToolError(refusal.what, refusal.cure) from None
            yield number, _kept(picture, line, bench)
            bench.progress.advance(task, 1)
        bench.progress.finish(task)


def graphics_identity() -> dict[str, str]:
    """Return what, beside a request, decides how graphics look."""
    return {**setting_identity(), "moviepy": version("moviepy"), "rules": RULES}


def lettering_of(look: Look, bench: Bench) -> Lettering:
    """Return the fonts of a look, ready for use."""
    return Lettering(tuple(read_font(bench.path(digest), "graphics: font:") for digest in look.fonts), look.language)


def card_picture(request: CardRequest, letters: Lettering) -> Pixels:
    """Return a card, RGB. Raises Refusal where its words do not fit."""
    look = request.look
    placed = _chapter(request, letters) if request.chapter else _title(request, letters)
    return strip(look.width, look.height, rgb(look.background), placed)


def _title(request: CardRequest, letters: Lettering) -> list[Placed]:
    """Return the lines in the middle, an accent between the large text and the small one."""
    look, short = request.look, min(request.look.width, request.look.height)
    large, small, height = _paragraphs(request, letters, _TITLE, _room(look), accent=short * 70 // 1000)
    placed: list[Placed] = []
    y = (look.height - height) // 2 - look.height * 15 // 1000  # the optical middle lies a little above the other
    for line in large.lines:
        y += pitch(large.size)
        placed.append(_centred(letters, line, large.size, y - large.size * 3 // 10, look))
    if small.lines:
        long, thick = short * 120 // 1000, max(2, short * 4 // 1000)
        rule = bar(long, thick, rgb(look.accent))
        placed.append(Placed(rule, (look.width - long) // 2, y + short * 30 // 1000))
        y += short * 70 // 1000
    for line in small.lines:
        y += pitch(small.size)
        placed.append(_centred(letters, line, small.size, y - small.size * 3 // 10, look))
    return placed


def _chapter(request: CardRequest, letters: Lettering) -> list[Placed]:
    """Return the lines beside an accent, at the side where reading begins."""
    look, short = request.look, min(request.look.width, request.look.height)
    indent = short * 45 // 1000
    large, small, height = _paragraphs(request, letters, _CHAPTER, _room(look) - indent, accent=short * 15 // 1000)
    rightward = runs_rightward(look.language)
    margin = look.width * _MARGIN // 1000
    thick = max(3, short * 9 // 1000)
    top = (look.height - height) // 2
    side = margin if rightward else look.width - margin - thick
    placed = [Placed(bar(thick, height + short * 20 // 1000, rgb(look.accent)), side, top - short * 10 // 1000)]
    y = top
    for paragraph, gap in ((large, 0), (small, short * 15 // 1000)):
        y += gap if paragraph.lines else 0
        for text in paragraph.lines:
            y += pitch(paragraph.size)
            line = letters.line(text, paragraph.size, rgb(look.text))
            left = margin + indent if rightward else look.width - margin - indent - line.width
            placed.append(line_at(line, left, y - paragraph.size * 3 // 10))
    return placed


def _room(look: Look) -> int:
    return look.width - 2 * (look.width * _MARGIN // 1000)


def _paragraphs(
    request: CardRequest, letters: Lettering, sizes: tuple[int, ...], most: int, accent: int
) -> tuple[Paragraph, Paragraph, int]:
    """Return the large and the small lines, as large as fit, and the height of all with what stands between them."""
    look = request.look
    short = min(look.width, look.height)
    upright = look.height > look.width
    small = fitted(letters, request.under, [short * size // 1000 for size in _UNDER], most, 6 if upright else 3)
    for thousandths in sizes:
        large = fitted(letters, request.text, (short * thousandths // 1000,), most, 8 if upright else 4)
        if large is None or small is None:
            continue
        height = len(large.lines) * pitch(large.size) + len(small.lines) * pitch(small.size)
        height += accent if small.lines else 0
        if height <= look.height * _TALLEST // 1000:
            return large, small, height
    what = request.under if small is None else request.text
    raise Refusal(
        f"{shown(what)} does not fit a card of {look.width}x{look.height}", "shorten it, or make it two cards"
    )


def _centred(letters: Lettering, text: str, size: int, baseline: int, look: Look) -> Placed:
    line = letters.line(text, size, rgb(look.text))
    return line_at(line, (look.width - line.width) // 2, baseline)


def _kept(picture: Pixels, line: int, bench: Bench) -> DrawnCard:
    path = bench.work / "card.png"
    try:
        Image.fromarray(np.ascontiguousarray(picture)).save(path, format="PNG", compress_level=_PNG_EFFORT)
    except OSError as error:
        raise ToolError(f"a drawn card cannot be written: {error.strerror}", "is the disk full?") from None
    height, width = picture.shape[:2]
    return DrawnCard(file=bench.keep(path), width=width, height=height, line=line)
