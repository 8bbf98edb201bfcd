"""How stills move: from a named move, the still's shape and the frame's to the views that it begins and ends with."""

from fractions import Fraction

from footage_manifest.media import StillFacts
from footage_manifest.picture_plan import Fit, StillMove
from pipeline.ports.picture import Move, View

_CLOSER = Fraction(28, 25)
"""A push-in ends, and a pull-out begins, this much closer: 12 %."""
_SPARE = Fraction(28, 25)
"""Where a still has less to pan over than this many frames' width (or height), it is shown a little closer: 12 % again."""
_MIDDLE = Fraction(1, 2)

_PUSHES = {StillMove.PUSH_IN, StillMove.PULL_OUT}
_SIDEWAYS = {StillMove.PAN_LEFT, StillMove.PAN_RIGHT}
_BACKWARDS = {StillMove.PULL_OUT, StillMove.PAN_LEFT, StillMove.PAN_UP}


def move_of(
    kind: StillMove, still: StillFacts, size: tuple[int, int], into: int, frames: int, fit: Fit = Fit.FIT
) -> Move | None:
    """Return the move of a still over an event of `frames` frames, from the event's frame `into` on; None if it rests.

    A push-in begins with the whole still, bars and all where `fit` is `fit`, and else with the part that fills the frame; a
    pull-out ends so. Pans always fill the frame, and go as the camera would: pan-left begins at the still's right edge and
    ends at its left one.
    """
    if kind is StillMove.NONE or frames < 2:
        return None
    shape = Fraction(still.width * size[1], still.height * size[0])  # of the still, the frame's being 1
    start, end = _push(shape, fit) if kind in _PUSHES else _pan(shape, sideways=kind in _SIDEWAYS)
    if kind in _BACKWARDS:
        start, end = end, start
    return Move(start=start, end=end, first=into, frames=frames)


def roll_of(card: StillFacts, size: tuple[int, int], into: int, frames: int) -> Move:
    """Return the roll of a card that is as wide as the frame, from its top to its bottom.

    The card begins and ends with a frame's height of its own background: first lines come from below, last ones leave above.
    """
    width, height = size
    above = Fraction(height, 2) / card.height
    whole = Fraction(card.width, width)
    start, end = above, 1 - above
    return Move(
        start=View(x=Fraction(1, 2), y=start, width=1 / whole),
        end=View(x=Fraction(1, 2), y=end, width=1 / whole),
        first=into,
        frames=max(frames, 2),
        eased=False,
    )


def _push(shape: Fraction, fit: Fit) -> tuple[View, View]:
    """Return the far and the near view."""
    whole = max(Fraction(1), 1 / shape) if fit is Fit.FIT else min(Fraction(1), 1 / shape)
    return View(x=_MIDDLE, y=_MIDDLE, width=whole), View(x=_MIDDLE, y=_MIDDLE, width=whole / _CLOSER)


def _pan(shape: Fraction, *, sideways: bool) -> tuple[View, View]:
    """Return the views at the left and the right edge, or at the upper and the lower one."""
    widest = min(Fraction(1), 1 / shape)
    if sideways:
        width = min(widest, 1 / _SPARE)
        return View(x=width / 2, y=_MIDDLE, width=width), View(x=1 - width / 2, y=_MIDDLE, width=width)
    height = min(widest * shape, 1 / _SPARE)
    width = height / shape
    return View(x=_MIDDLE, y=height / 2, width=width), View(x=_MIDDLE, y=1 - height / 2, width=width)
