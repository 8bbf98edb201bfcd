"""The wipes that are known, by the SMPTE pattern number that an EDL writes (`W001`).

Numbers, names and directions are those of the transition table in SMIL 2.0, section 12 (taxonomy), which gives the SMPTE
code of each pattern. A direction says where the incoming picture first shows, and where it grows to.
"""

from collections.abc import Mapping
from types import MappingProxyType

KNOWN: Mapping[int, str] = MappingProxyType(
    {
        1: "bar from left to right",
        2: "bar from top to bottom",
        3: "box from the top left corner",
        4: "box from the top right corner",
        5: "box from the bottom right corner",
        6: "box from the bottom left corner",
        7: "four boxes from the corners inwards",
        8: "four boxes from their middles outwards",
        21: "barn door, vertical: from the middle to left and right",
        22: "barn door, horizontal: from the middle to top and bottom",
        23: "box from the middle of the top edge",
        24: "box from the middle of the right edge",
        25: "box from the middle of the bottom edge",
        26: "box from the middle of the left edge",
        41: "diagonal from the top left corner",
        42: "diagonal from the top right corner",
        43: "bow tie, vertical: from the top and bottom edges",
        44: "bow tie, horizontal: from the left and right edges",
        45: "barn door along the diagonal from bottom left to top right",
        46: "barn door along the diagonal from top left to bottom right",
        61: "vee downwards from the top edge",
        62: "vee leftwards from the right edge",
        63: "vee upwards from the bottom edge",
        64: "vee rightwards from the left edge",
        101: "iris, rectangle",
        102: "iris, diamond",
        119: "circle from the middle",
        120: "ellipse, horizontal, from the middle",
        121: "ellipse, vertical, from the middle",
        201: "clock, clockwise from twelve",
        202: "clock, clockwise from three",
        203: "clock, clockwise from six",
        204: "clock, clockwise from nine",
    }
)
"""Code to what it looks like. What draws wipes draws exactly these; any other is refused by its number."""


def known_codes() -> str:
    """Return the known patterns for a message: `1-8, 21-26, 41-46, ...`."""
    runs: list[list[int]] = []
    for code in sorted(KNOWN):
        if runs and code == runs[-1][-1] + 1:
            runs[-1].append(code)
        else:
            runs.append([code])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)
