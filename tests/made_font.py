"""Fonts with just the characters that a test wants, each drawn as its own pattern of bars."""

from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

UNIT = 1000


def make_font(path: Path, family: str, characters: str) -> Path:
    """Write a TrueType font and return its path; the space is always in it."""
    wanted = dict.fromkeys((" ", *characters))
    names = {ord(character): f"u{ord(character):05X}" for character in wanted}
    builder = FontBuilder(UNIT, isTTF=True)
    builder.setupGlyphOrder([".notdef", *names.values()])
    builder.setupCharacterMap(names)
    glyphs = {name: bars(0 if code == 32 else code) for code, name in names.items()}
    builder.setupGlyf({".notdef": bars(0xFFFF), **glyphs})
    widths = {name: 420 + code % 7 * 40 for code, name in names.items()}
    builder.setupHorizontalMetrics({".notdef": (600, 0), **{name: (width, 60) for name, width in widths.items()}})
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupOS2(sTypoAscender=800, sTypoDescender=-200, usWinAscent=800, usWinDescent=200)
    builder.setupNameTable({"familyName": family, "styleName": "Regular", "psName": family.replace(" ", "")})
    builder.setupPost()
    builder.save(str(path))
    return path


def bars(code: int):
    """Return a glyph with one bar for each set bit of the number: no two look alike, or like their mirror image."""
    pen = TTGlyphPen(None)
    if code:
        rectangle(pen, 60, 0, 110, 700)
    for bit in range(16):
        if code >> bit & 1:
            rectangle(pen, 110, bit * 44, 180 + bit % 3 * 60, bit * 44 + 30)
    return pen.glyph()


def rectangle(pen, left: int, bottom: int, right: int, top: int) -> None:
    pen.moveTo((left, bottom))
    for point in ((left, top), (right, top), (right, bottom)):
        pen.lineTo(point)
    pen.closePath()
