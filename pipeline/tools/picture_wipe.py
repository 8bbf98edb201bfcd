"""Wipes: the part of the picture that the incoming side covers, by SMPTE pattern, and the two sides put together by it.

A pattern is a field of distances: how many pixels inside the covered part (positive) or outside it each pixel's centre lies.
Its edge is hard, softened over one pixel so that it does not look like stairs. Distances are made with additions, products,
quotients and square roots of doubles alone, which IEEE 754 defines to the last bit: masks are the same on every machine.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from math import cos, pi, sin, sqrt

import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from pipeline.errors import ToolError
from pipeline.tools.picture_frame import from_planes, planes_of
from pipeline.tools.picture_planes import Plane, channels

_BITS = 8
_WHOLE = 1 << _BITS
"""The weight of a pixel that is wholly covered."""

Distances = NDArray[np.float64]
Weights = NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class _Field:
    """The pixels of a frame: x of every column and y of every row, from 0 at the left and top edge, at pixel centres."""

    width: int
    height: int
    x: Distances
    y: Distances

    @property
    def x_off(self) -> Distances:
        """Return how far each column lies from the middle."""
        return np.abs(self.x - self.width / 2)

    @property
    def y_off(self) -> Distances:
        """Return how far each row lies from the middle."""
        return np.abs(self.y - self.height / 2)

    def turned(self, *, x: bool = False, y: bool = False) -> "_Field":
        """Return the field counted from the right edge, from the bottom edge, or both."""
        return _Field(
            self.width, self.height, self.width - self.x if x else self.x, self.height - self.y if y else self.y
        )

    def lying(self) -> "_Field":
        """Return the field with x and y exchanged: what comes from the top in it comes from the left of the frame."""
        return _Field(self.height, self.width, self.y, self.x)


_Pattern = Callable[[_Field, float], Distances]


def wiped(outgoing: VideoFrame, incoming: VideoFrame, pattern: int, k: int, of: int) -> VideoFrame:
    """Return two frames put together at frame `k` of a wipe of `of` frames: (k+1)/(of+1) of its way is gone (rule 10).

    Where the pattern has covered, it is the incoming frame; along its edge coded values are mixed, rounded half up. Raises
    ToolError for a pattern that is not known.
    """
    below = planes_of(outgoing)
    luma = weights(pattern, incoming.width, incoming.height, Fraction(k + 1, of + 1))
    rows, columns = luma.shape
    chroma = luma.reshape(rows // 2, 2, columns // 2, 2).sum(axis=(1, 3), dtype=np.uint32)
    masks = ((luma, _BITS), (chroma, _BITS + 2), (chroma, _BITS + 2))
    for (mask, bits), lower, upper in zip(masks, channels(below), channels(planes_of(incoming)), strict=True):
        _lay(lower, upper, mask, bits)
    return from_planes(below)


def weights(pattern: int, width: int, height: int, progress: Fraction) -> Weights:
    """Return how much of each pixel is covered, of 256, after `progress` (0 to 1) of the pattern's way.

    Raises ToolError for a pattern that is not known.
    """
    if pattern not in PATTERNS:
        raise ToolError(
            f"wipe {pattern} is not among the patterns that can be drawn", "use another wipe, or a dissolve"
        )
    x, y = (np.arange(length, dtype=np.float64) + 0.5 for length in (width, height))
    field = _Field(width, height, x[None, :], y[:, None])
    distances = PATTERNS[pattern](field, float(progress))
    covered = np.clip(np.floor((distances + 0.5) * _WHOLE + 0.5), 0, _WHOLE).astype(np.uint16)
    return np.broadcast_to(covered, (height, width))


def _lay(lower: Plane, upper: Plane, mask: NDArray[np.uint16] | NDArray[np.uint32], bits: int) -> None:
    mixed = lower * ((1 << bits) - mask)
    mixed += upper * mask
    mixed += 1 << bits - 1
    lower[:] = mixed >> bits


def _bar(field: _Field, p: float) -> Distances:
    return p * field.width - field.x


def _box(field: _Field, p: float) -> Distances:
    return np.minimum(p * field.width - field.x, p * field.height - field.y)


def _boxes_from_corners(field: _Field, p: float) -> Distances:
    x, y = field.width / 2 - field.x_off, field.height / 2 - field.y_off
    return np.minimum(p * field.width / 2 - x, p * field.height / 2 - y)


def _boxes_in_quarters(field: _Field, p: float) -> Distances:
    x, y = np.abs(field.x_off - field.width / 4), np.abs(field.y_off - field.height / 4)
    return np.minimum(p * field.width / 4 - x, p * field.height / 4 - y)


def _barn_door(field: _Field, p: float) -> Distances:
    return p * field.width / 2 - field.x_off


def _box_from_top(field: _Field, p: float) -> Distances:
    return np.minimum(p * field.width / 2 - field.x_off, p * field.height - field.y)


def _diagonal(field: _Field, p: float) -> Distances:
    return (2 * p - field.x / field.width - field.y / field.height) / _steepness(field)


def _diagonal_barn_door(field: _Field, p: float) -> Distances:
    return (p - np.abs(field.x / field.width - field.y / field.height)) / _steepness(field)


def _vee_down(field: _Field, p: float) -> Distances:
    # Its arms fall by the frame's height over half its width.
    along = 2 * p - field.y / field.height - field.x_off / (field.width / 2)
    return along / sqrt(1 / field.height**2 + 4 / field.width**2)


def _bow_tie(field: _Field, p: float) -> Distances:
    # Two triangles, from the top and the bottom edge, half as steep as the vee: they meet halfway.
    from_edge = field.height / 2 - field.y_off
    along = p - from_edge / field.height - field.x_off / field.width
    return along / _steepness(field)


def _iris(field: _Field, p: float) -> Distances:
    return np.minimum(p * field.width / 2 - field.x_off, p * field.height / 2 - field.y_off)


def _diamond(field: _Field, p: float) -> Distances:
    return (2 * p - field.x_off / (field.width / 2) - field.y_off / (field.height / 2)) / (2 * _steepness(field))


def _ellipse(field: _Field, p: float, wider: float, higher: float) -> Distances:
    """Return an ellipse `wider` / `higher` times as wide as high that reaches the corners at the end."""
    x, y = field.x_off / wider, field.y_off / higher
    radius = p * sqrt((field.width / 2 / wider) ** 2 + (field.height / 2 / higher) ** 2)
    from_middle = np.sqrt(x * x + y * y)
    # Distance in pixels, to first order: how far inside, over how fast that changes here.
    a, b = x / wider, y / higher
    change = np.sqrt(a * a + b * b) / np.maximum(from_middle, 1e-9)
    return (radius - from_middle) / np.maximum(change, 1e-9)


def _clock(field: _Field, p: float, quarters: int) -> Distances:
    """Return a hand's sweep, clockwise from twelve o'clock plus `quarters` of a turn."""
    x, y = field.x - field.width / 2, field.y - field.height / 2
    behind_start = _to_the_right(x, y, quarters / 4)
    before_hand = -_to_the_right(x, y, quarters / 4 + p)
    return np.minimum(behind_start, before_hand) if p <= 0.5 else np.maximum(behind_start, before_hand)


def _to_the_right(x: Distances, y: Distances, turn: float) -> Distances:
    """Return how far points lie clockwise of a hand that points to `turn` of a full turn from twelve o'clock."""
    # Sine and cosine may differ in their last bit between machines: rounded, they do not.
    across, along = round(sin(2 * pi * turn), 9), round(cos(2 * pi * turn), 9)
    return across * y + along * x


def _steepness(field: _Field) -> float:
    return sqrt(1 / field.width**2 + 1 / field.height**2)


def _seen(pattern: _Pattern, *, x: bool = False, y: bool = False, lying: bool = False) -> _Pattern:
    """Return a pattern that starts from the other side, or, `lying`, with rows and columns exchanged."""

    def seen(field: _Field, p: float) -> Distances:
        turned = field.turned(x=x, y=y)
        return pattern(turned.lying() if lying else turned, p)

    return seen


PATTERNS: Mapping[int, _Pattern] = {
    1: _bar,
    2: _seen(_bar, lying=True),
    3: _box,
    4: _seen(_box, x=True),
    5: _seen(_box, x=True, y=True),
    6: _seen(_box, y=True),
    7: _boxes_from_corners,
    8: _boxes_in_quarters,
    21: _barn_door,
    22: _seen(_barn_door, lying=True),
    23: _box_from_top,
    24: _seen(_box_from_top, x=True, lying=True),
    25: _seen(_box_from_top, y=True),
    26: _seen(_box_from_top, lying=True),
    41: _diagonal,
    42: _seen(_diagonal, x=True),
    43: _bow_tie,
    44: _seen(_bow_tie, lying=True),
    45: _seen(_diagonal_barn_door, y=True),
    46: _diagonal_barn_door,
    61: _vee_down,
    62: _seen(_vee_down, x=True, lying=True),
    63: _seen(_vee_down, y=True),
    64: _seen(_vee_down, lying=True),
    101: _iris,
    102: _diamond,
    119: partial(_ellipse, wider=1.0, higher=1.0),
    120: partial(_ellipse, wider=2.0, higher=1.0),
    121: partial(_ellipse, wider=1.0, higher=2.0),
    201: partial(_clock, quarters=0),
    202: partial(_clock, quarters=1),
    203: partial(_clock, quarters=2),
    204: partial(_clock, quarters=3),
}
"""What draws each pattern of `pipeline.timeline.wipes.KNOWN`, where their directions are said."""
