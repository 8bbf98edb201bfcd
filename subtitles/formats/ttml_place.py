"""Where on the screen a TTML region puts its text, as on a number pad: 1 to 9."""

from typing import Any

from ttconv import model
from ttconv.style_properties import DisplayAlignType, LengthType, PositionType, StyleProperties

_LOW, _HIGH = 0.4, 0.6


def place_in(document: model.ContentDocument, region: Any, align: str) -> int | None:
    """Return where a text stands that is in `region` and aligned as said (start, center, end, "" where not said).

    None without a region: the standard's own default is the whole picture with the text at its top, which no one means.
    """
    if region is None:
        return None
    x, y, width, height = _box(document, region)
    display = region.get_style(StyleProperties.DisplayAlign) or DisplayAlignType.before
    along = {DisplayAlignType.before: 0.0, DisplayAlignType.center: 0.5}.get(display, 1.0)
    anchor = y + height * along
    row = 2 if anchor < _LOW else 1 if anchor <= _HIGH else 0
    column = 0 if align == "start" and x < _LOW / 2 else 2 if align == "end" and x + width > 1 - _LOW / 2 else 1
    return 1 + row * 3 + column


def _box(document: model.ContentDocument, region: Any) -> tuple[float, float, float, float]:
    """Return a region's left and upper edge, width and height, as parts of the picture's."""
    pixels, cells = document.get_px_resolution(), document.get_cell_resolution()
    across, down = (pixels.width if pixels else 1920, cells.columns), (pixels.height if pixels else 1080, cells.rows)
    extent = region.get_style(StyleProperties.Extent)
    width = _part(extent.width, *across) if extent else 1.0
    height = _part(extent.height, *down) if extent else 1.0
    position = region.get_style(StyleProperties.Position)
    if position is not None:
        x = _offset(position.h_offset, across, width, from_end=position.h_edge is PositionType.HEdge.right)
        y = _offset(position.v_offset, down, height, from_end=position.v_edge is PositionType.VEdge.bottom)
        return x, y, width, height
    origin = region.get_style(StyleProperties.Origin)
    return (_part(origin.x, *across), _part(origin.y, *down), width, height) if origin else (0.0, 0.0, width, height)


def _offset(length: LengthType, whole: tuple[int, int], size: float, *, from_end: bool) -> float:
    """Return where a box of `size` begins: a percentage is of what the box leaves free (TTML2, section 10.3.36)."""
    free = 1.0 - size
    offset = length.value / 100 * free if length.units is LengthType.Units.pct else _part(length, *whole)
    return free - offset if from_end else offset


def _part(length: LengthType, pixels: int, cells: int) -> float:
    units = LengthType.Units
    whole = {units.px: pixels, units.c: cells}.get(length.units, 100)
    return float(length.value) / (whole or 1)
