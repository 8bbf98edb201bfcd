"""A picture of the sound around a joint: what is heard of it and what is not, the words on either side, as SVG 1.1."""

from collections.abc import Iterator
from html import escape as escaped
from math import floor

from pipeline.timeline.export_xml import clean
from pipeline.timeline.paper_points import JointRemark, Levels

AROUND_MS = 1500
_WIDTH, _HEIGHT, _TOP, _BOTTOM = 900, 260, 62, 212
_QUIETEST = -700
"""The level that the picture begins with, in tenths of a decibel."""
_HEARD, _CUT_AWAY, _MARK, _INK = "#1d5f8a", "#b9c2c9", "#c0392b", "#222"
_SIZE, _LETTERS = 15, 100
"""So many letters of this size, bold, have room across."""
_OPENING = (
    f'<svg xmlns="http://www.w3.org/2000/svg" version="1.1" width="{_WIDTH}" height="{_HEIGHT}" '
    f'viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif" font-size="{_SIZE}" fill="{_INK}">'
)


def joint_picture(levels: Levels, remark: JointRemark, *, heard_behind: bool, title: str, label: str) -> bytes:
    """Return the picture of a joint: 1.5 seconds on either side of it, UTF-8.

    `heard_behind` says on which side of the joint the cut plays. `title` says what it is, `label` is the joint's time.
    """
    before, _, after = remark.words.partition("|")
    at = _WIDTH // 2
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        _OPENING,
        f"<title>{_text(title)}</title>",
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>',
        f'<text x="12" y="22" font-weight="bold" font-size="{_fitting(title)}">{_text(title)}</text>',
        f'<text x="{at - 8}" y="50" text-anchor="end" fill="{_colour(not heard_behind)}">{_text(before.strip())}</text>',
        f'<text x="{at + 8}" y="50" fill="{_colour(heard_behind)}">{_text(after.strip())}</text>',
        *_bars(levels, remark.at_ms, heard_behind=heard_behind),
        f'<line x1="{at}" y1="34" x2="{at}" y2="{_BOTTOM + 6}" stroke="{_MARK}" stroke-width="2"/>',
        *_ticks(),
        f'<text x="{at}" y="{_HEIGHT - 8}" text-anchor="middle" fill="{_MARK}">{_text(label)}</text>',
        "</svg>",
    ]
    return "\n".join([*lines, ""]).encode()


def _fitting(title: str) -> float:
    """Return the size in which a title has room on one line."""
    return min(_SIZE, floor(10 * _SIZE * _LETTERS / max(1, len(title))) / 10)


def _text(text: str) -> str:
    """Return words as XML holds them, without signs that it has no way to write."""
    return escaped(clean(text))


def _colour(heard: bool) -> str:  # noqa: FBT001 - one of two colours
    return _INK if heard else "#8a949b"


def _bars(levels: Levels, at_ms: int, *, heard_behind: bool) -> Iterator[str]:
    """Yield a bar for every ten milliseconds that were measured, as high as it is loud."""
    middle = (_TOP + _BOTTOM) // 2
    for start_ms, level in levels.between(at_ms - AROUND_MS, at_ms + AROUND_MS):
        half = max(1, (max(level, _QUIETEST) - _QUIETEST) * (_BOTTOM - _TOP) // (2 * -_QUIETEST))
        heard = (start_ms + 5 >= at_ms) == heard_behind
        x = (start_ms - at_ms + AROUND_MS) * _WIDTH / (2 * AROUND_MS)
        colour = _HEARD if heard else _CUT_AWAY
        yield f'<rect x="{x:.1f}" y="{middle - half}" width="2.4" height="{2 * half}" fill="{colour}"/>'


def _ticks() -> Iterator[str]:
    for tenths in range(-10, 11, 5):
        x = _WIDTH / 2 + tenths * 100 * _WIDTH / (2 * AROUND_MS)
        yield f'<line x1="{x:.1f}" y1="{_BOTTOM}" x2="{x:.1f}" y2="{_BOTTOM + 6}" stroke="{_INK}"/>'
        if tenths:
            yield f'<text x="{x:.1f}" y="{_BOTTOM + 22}" text-anchor="middle" font-size="12">{tenths / 10:+.1f} s</text>'
