"""Credits as one tall card: roles beside names where the picture is wide, above them where it is upright."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from footage_manifest.wording import Refusal, shown
from pipeline.ports.drawing import CreditEntry, CreditsRequest
from pipeline.tools.bidi import runs_rightward
from pipeline.tools.card_canvas import Placed, bar, line_at, strip
from pipeline.tools.text_setting import SMALLEST, Colour, Lettering, Pixels, fitted, pitch, rgb

TALLEST = 20_000
"""Pixels: a taller card would need more memory than a whole cut."""

_MARGIN = 100
_HEADING = (76, 68, 60)
_THANKS = (56, 50)
_NAME = 44
_ROLE_ABOVE = 34
_GUTTER = 30
"""Thousandths of the width between the columns."""
_FADED = 68
"""Hundredths of the letters' colour that a role has, the rest being the background's."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A strip across the card: its height, and what lies on it."""

    height: int
    placed: tuple[Placed, ...] = ()


def credits_picture(request: CreditsRequest, letters: Lettering) -> tuple[Pixels, int]:
    """Return the card, RGB, and the height of a line of names.

    Raises Refusal where it would be taller than `TALLEST` or a word is wider than its column.
    """
    look = request.look
    page = _Page(request, letters)
    rows = (_Row(look.height), *page.rows(), _Row(look.height))
    height = sum(row.height for row in rows)
    if height > TALLEST:
        what = f"these credits would be {height:,} pixels tall, and {TALLEST:,} is the most"
        raise Refusal(what, "divide them between two titles of kind credits, played one after the other")
    colour = rgb(look.background)
    strips = [strip(look.width, row.height, colour, row.placed) for row in rows if row.height]
    return np.concatenate(strips), pitch(page.size)


class _Page:
    """Lays out one request from top to bottom."""

    def __init__(self, request: CreditsRequest, letters: Lettering) -> None:
        self._request = request
        self._letters = letters
        self._look = request.look
        self._short = min(request.look.width, request.look.height)
        self.size = max(SMALLEST, self._short * _NAME // 1000)
        self._plain = rgb(request.look.text)
        under = rgb(request.look.background)
        red, green, blue = ((a * _FADED + b * (100 - _FADED)) // 100 for a, b in zip(self._plain, under, strict=True))
        self._faded: Colour = (red, green, blue)

    def rows(self) -> Iterator[_Row]:
        """Yield everything between the two empty frames."""
        if self._request.heading:
            yield from self._centred(self._request.heading, _HEADING, self._plain)
            yield self._rule()
        for entry in self._request.entries:
            yield from self._entry(entry)
            yield _Row(pitch(self.size) * 6 // 10)
        if self._request.thanked:
            yield _Row(pitch(self.size))
            if self._request.thanks:
                yield from self._centred(self._request.thanks, _THANKS, self._plain)
                yield self._rule()
            for text in self._request.thanked:
                yield from self._centred(text, (_NAME,), self._plain)
                yield _Row(pitch(self.size) * 2 // 10)

    def _entry(self, entry: CreditEntry) -> Iterator[_Row]:
        alone = not (entry.role and entry.names)
        if alone or self._look.height > self._look.width:
            if entry.role:
                yield from self._centred(entry.role, (_NAME if alone else _ROLE_ABOVE,), self._faded)
            for name in entry.names:
                yield from self._centred(name, (_NAME,), self._plain)
            return
        gutter = self._look.width * _GUTTER // 1000
        column = (self._look.width - 2 * (self._look.width * _MARGIN // 1000) - gutter) // 2
        roles = self._broken(entry.role, (_NAME,), column)[0]
        names = [line for name in entry.names for line in self._broken(name, (_NAME,), column)[0]]
        for number in range(max(len(roles), len(names))):
            role = roles[number] if number < len(roles) else ""
            name = names[number] if number < len(names) else ""
            yield self._beside(role, name, gutter)

    def _beside(self, role: str, name: str, gutter: int) -> _Row:
        """Return a role that ends at the gutter and a name that begins beyond it, in the direction of reading."""
        height, middle = pitch(self.size), self._look.width // 2
        baseline = height - self.size * 3 // 10
        first, second = (role, self._faded), (name, self._plain)
        if not runs_rightward(self._look.language):
            first, second = second, first
        left = self._letters.line(first[0], self.size, first[1])
        right = self._letters.line(second[0], self.size, second[1])
        at_left = line_at(left, middle - gutter // 2 - left.width, baseline)
        at_right = line_at(right, middle + gutter // 2, baseline)
        return _Row(height, tuple(one for one, text in ((at_left, first), (at_right, second)) if text[0]))

    def _centred(self, text: str, sizes: Sequence[int], colour: Colour) -> Iterator[_Row]:
        most = self._look.width - 2 * (self._look.width * _MARGIN // 1000)
        lines, size = self._broken(text, sizes, most)
        for shown_line in lines:
            line = self._letters.line(shown_line, size, colour)
            height = pitch(size)
            placed = line_at(line, (self._look.width - line.width) // 2, height - size * 3 // 10)
            yield _Row(height, (placed,))

    def _rule(self) -> _Row:
        long, thick = self._short * 120 // 1000, max(2, self._short * 4 // 1000)
        rule = bar(long, thick, rgb(self._look.accent))
        height = pitch(self.size) * 3 // 2
        return _Row(height, (Placed(rule, (self._look.width - long) // 2, height * 3 // 10),))

    def _broken(self, text: str, sizes: Sequence[int], most: int) -> tuple[tuple[str, ...], int]:
        smaller = [self._short * size // 1000 for size in (*sizes, sizes[-1] * 3 // 4)]
        found = fitted(self._letters, text, smaller[:-1], most, 40) or fitted(
            self._letters, text, smaller[-1:], most, 40
        )
        if found is None:
            raise Refusal(f"{shown(text)} does not fit the credits of a picture {self._look.width} wide", "shorten it")
        return found.lines, found.size
