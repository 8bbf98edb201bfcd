"""What every frame of the made-up example carries: its reel, its timecode, and its number for machines to read.

The strip along the top edge has 32 blocks across the picture: light, dark, light; 24 bits, the highest first, light for
1 (4 bits of reel number, 20 bits of frame number); one block that makes the light blocks of the first twelve bits even
and one for the last twelve; dark, light, dark. It is a sixtieth of the picture high and outlives scaling.
"""

from dataclasses import dataclass, field
from functools import cache

import numpy as np
from PIL import Image, ImageDraw

from pipeline.tools.example_paint import Bytes, Picture, Sprite, font

BLOCKS = 32
FRAME_BITS = 20
LIGHT, DARK = 206, 36
NOTICE = "MADE-UP EXAMPLE"


def strip_bits(reel: int, frame: int) -> tuple[int, ...]:
    """Return the 32 blocks for `frame` (0-based) of reel number `reel`, 1 for light."""
    value = reel << FRAME_BITS | frame
    bits = tuple(value >> place & 1 for place in range(23, -1, -1))
    return (1, 0, 1, *bits, sum(bits[:12]) & 1, sum(bits[12:]) & 1, 0, 1, 0)


@dataclass(frozen=True, slots=True)
class Marks:
    """Draws reel, timecode, notice and strip on pictures of one size; a still has no timecode."""

    width: int
    height: int
    reel: str
    number: int
    timed: bool = True
    plates: tuple[tuple[Sprite, int, int], ...] = field(init=False)
    text_size: int = field(init=False)

    def __post_init__(self) -> None:
        """Paint what is the same on every frame."""
        size = round(min(self.width, self.height) / 34)
        object.__setattr__(self, "text_size", size)
        left, top = self._corner
        name, notice = _plate(self.reel, size, self._timecode_width), _plate(NOTICE, size, 0)
        right = (self.width - left - notice.width) // 2 * 2
        plates = ((Sprite.of(name), left, top), (Sprite.of(notice), right, top))
        object.__setattr__(self, "plates", plates)

    @property
    def _corner(self) -> tuple[int, int]:
        margin = min(self.width, self.height) // 30 // 2 * 2
        return margin, self.height // 60 // 2 * 2 + margin

    @property
    def _timecode_width(self) -> int:
        if not self.timed:
            return 0
        widths: list[int] = [_glyph(character, self.text_size).shape[1] for character in "00:00:00:00"]
        return sum(widths) + self.text_size // 2

    def draw(self, picture: Picture, frame: int, timecode: str = "") -> None:
        """Mark `picture` as frame `frame` (0-based) with `timecode` written beside the reel's name."""
        for plate, left, top in self.plates:
            plate.lay(picture, left, top)
        luma, blue, red = picture.planes
        left, top = self._corner
        x = left + self.text_size // 2 + round(font(self.text_size).getlength(self.reel)) + self.text_size // 2
        for character in timecode:
            glyph = _glyph(character, self.text_size)
            here = luma[top : top + glyph.shape[0], x : x + glyph.shape[1]]
            np.maximum(here, glyph, out=here)
            x += glyph.shape[1]
        deep = max(4, self.height // 60 // 2 * 2)
        blue[: deep // 2] = 124
        red[: deep // 2] = 132
        for block, bit in enumerate(strip_bits(self.number, frame)):
            edges = (block * self.width // BLOCKS, (block + 1) * self.width // BLOCKS)
            luma[:deep, edges[0] : edges[1]] = LIGHT if bit else DARK


def _plate(text: str, size: int, room: int) -> Image.Image:
    type_face = font(size)
    width = round(type_face.getlength(text)) + size + room
    height = size * 3 // 2
    plate = Image.new("RGBA", ((width + 1) // 2 * 2, (height + 1) // 2 * 2), (20, 17, 15, 0))
    pen = ImageDraw.Draw(plate)
    pen.rounded_rectangle((0, 0, width - 1, height - 1), size // 3, fill=(20, 17, 15, 120))
    pen.text((size // 2, height // 2), text, font=type_face, fill=(236, 230, 218, 235), anchor="lm")
    return plate


@cache
def _glyph(character: str, size: int) -> Bytes:
    type_face = font(size)
    width = max(round(type_face.getlength(digit)) for digit in "0123456789") if character.isdigit() else size * 3 // 8
    image = Image.new("L", (width, size * 3 // 2), 0)
    ImageDraw.Draw(image).text((width / 2, size * 3 // 2 // 2), character, font=type_face, fill=218, anchor="mm")
    return np.asarray(image)
