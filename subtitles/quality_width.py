"""How wide a line is drawn: in thousandths of the picture's width, from the widths of a font's letters."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from subtitles.tags import without_tags

_UNKNOWN = 1000
"""A letter that the font has not is taken for as wide as it is high, in thousandths of the letters' size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineWidths:
    """The widths of a font's letters by code point, in thousandths of its size, without kerning.

    `size` is the size of the letters as a part of the picture's width.
    """

    advances: Mapping[int, int]
    size: Fraction

    def permille(self, line: str) -> int:
        """Return how much of the picture's width a line takes, in thousandths, rounded up; tags take none."""
        shown = unicodedata.normalize("NFC", without_tags(line))
        taken = sum(
            self.advances.get(ord(letter), _UNKNOWN)
            for letter in shown
            if unicodedata.category(letter) not in {"Mn", "Me", "Cf"}
        )
        return ceil(taken * self.size)
