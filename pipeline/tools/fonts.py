"""The font that words are drawn in: the film's own or the one we ship, and which characters it has."""

import hashlib
import io
import struct
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont, TTLibError

from pipeline.errors import ToolError, ToolMissing
from pipeline.tools.markup import plain_text

SHIPPED = Path(__file__).parents[1] / "fonts" / "NotoSans-SemiBold.ttf"
"""Noto Sans SemiBold 2.004, SIL Open Font License 1.1 (its text lies beside it)."""

_BROKEN = (TTLibError, LookupError, ValueError, TypeError, AttributeError, AssertionError, struct.error)
"""What reading a damaged font raises."""

_FONT_FILES = (b"\x00\x01\x00\x00", b"OTTO", b"true", b"ttcf")
_OUTLINES = ("glyf", "CFF ", "CFF2")


@dataclass(frozen=True, slots=True, kw_only=True)
class Font:
    """A font file and what is needed to set text in it; of a collection its first font.

    `digest` is the file's SHA-256 in hex. `family` and `face` are how libass asks for it and names it (its family and its
    PostScript name). `line_height` is in thousandths of the size;
    `advances` maps the code points it has to their widths, in thousandths of the size as well.
    """

    path: Path
    digest: str
    family: str
    face: str
    line_height: int
    advances: dict[int, int]

    def width(self, text: str) -> int:
        """Return how wide `text` is in thousandths of the size, set without kerning; unknown characters count as wide."""
        return sum(self.advances.get(ord(character), 1000) for character in text)


def find_font(film_font: Path | None = None, key: str = "subtitles: font:") -> Font:
    """Return the film's own font, or the shipped one where the film names none; `key` is where the film names it.

    Raises ToolMissing where the file is not there, ToolError where it is not a TrueType or OpenType font.
    """
    path = film_font or SHIPPED
    if not path.is_file():
        cure = f"correct {key} in film.yaml" if film_font else "install testimonio again"
        raise ToolMissing(f"{path.name}: the font is not there", cure)
    return read_font(path, key)


def read_font(path: Path, key: str = "subtitles: font:") -> Font:
    """Return what a font file holds. Raises ToolError where it is not a TrueType or OpenType font with outlines."""
    stat = path.stat()
    try:
        return _read(path, stat.st_size, stat.st_mtime_ns)
    except _BROKEN as error:
        raise ToolError(
            f"{path.name}: this is not a TrueType or OpenType font", f"name a .ttf or .otf file as {key}"
        ) from error


def missing_glyphs(font: Font, text: str) -> tuple[str, ...]:
    """Return the characters of a cue's text that `font` cannot draw, as `lacking` does; tags are not text."""
    return lacking(font, plain_text(text))


def lacking(font: Font, text: str) -> tuple[str, ...]:
    """Return the characters of `text` that `font` cannot draw, each once, in order.

    Spaces, line feeds, joiners and marks of direction need no glyph. A letter with an accent is there when the font has
    it in one piece or in parts.
    """
    missing: list[str] = []
    for character in unicodedata.normalize("NFC", text):
        parts = unicodedata.normalize("NFD", character)
        drawn = ord(character) in font.advances or all(ord(part) in font.advances for part in parts)
        if not (drawn or needs_no_glyph(character) or character in missing):
            missing.append(character)
    return tuple(missing)


def needs_no_glyph(character: str) -> bool:
    """Return whether a character shows nothing of its own: white space, joiners, directions, variation selectors."""
    return unicodedata.category(character) in {"Zs", "Zl", "Zp", "Cc", "Cf"} or "\ufe00" <= character <= "\ufe0f"


@lru_cache(maxsize=32)
def _read(path: Path, size: int, mtime_ns: int) -> Font:  # noqa: ARG001 - they tell states of the file apart
    """Return what a font file holds. Raises one of `_BROKEN`."""
    content = path.read_bytes()
    if not content.startswith(_FONT_FILES):
        raise TTLibError("it does not begin like a font")
    with TTFont(io.BytesIO(content), lazy=True, fontNumber=0) as font:
        if not any(table in font for table in _OUTLINES):
            raise TTLibError("it has pictures instead of outlines")
        unit = font["head"].unitsPerEm
        widths = font["hmtx"].metrics
        advances = {code: round(widths[name][0] * 1000 / unit) for code, name in font.getBestCmap().items()}
        names = font["name"]
        return Font(
            path=path,
            digest=hashlib.sha256(content).hexdigest(),
            family=str(names.getDebugName(1)),
            face=str(names.getDebugName(6)),
            line_height=round((font["OS/2"].usWinAscent + font["OS/2"].usWinDescent) * 1000 / unit),
            advances=advances,
        )
