"""Moves of stills as views: where they begin and end, and that they never leave the picture."""

from fractions import Fraction
from itertools import product

import pytest

from footage_manifest.media import StillFacts
from footage_manifest.picture_plan import Fit, StillMove
from pipeline.stages.moves import move_of, roll_of

WIDE = (1280, 720)
SHAPES = ((1280, 720), (4000, 3000), (3000, 4000), (9000, 1000), (500, 4000), (641, 359))
PANS = (StillMove.PAN_LEFT, StillMove.PAN_RIGHT, StillMove.PAN_UP, StillMove.PAN_DOWN)
PUSHES = (StillMove.PUSH_IN, StillMove.PULL_OUT)


def _still(size):
    return StillFacts(digest="s", format="JPEG", width=size[0], height=size[1])


def _edges(view, still, frame):
    """Left, top, right, bottom of what is seen, in pixels of the still."""
    width = view.width * still[0]
    height = width * frame[1] / frame[0]
    x, y = view.x * still[0], view.y * still[1]
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


@pytest.mark.parametrize(
    ("size", "frame", "kind"), list(product(SHAPES, (WIDE, (720, 1280)), (*PANS, *PUSHES))), ids=str
)
def test_what_fills_the_frame_never_leaves_the_picture(size, frame, kind):
    move = move_of(kind, _still(size), frame, 0, 100, Fit.FILL)
    for view in (move.start, move.end):
        left, top, right, bottom = _edges(view, size, frame)
        assert 0 <= left < right <= size[0]
        assert 0 <= top < bottom <= size[1]


@pytest.mark.parametrize("size", SHAPES, ids=str)
def test_a_push_in_begins_with_the_whole_still_and_ends_12_per_cent_closer(size):
    move = move_of(StillMove.PUSH_IN, _still(size), WIDE, 0, 100)
    left, top, right, bottom = _edges(move.start, size, WIDE)
    assert min(left, top) <= 0
    assert max(left, top) == 0  # it touches the frame one way, and is all there the other way
    assert (size[0] - right, size[1] - bottom) == (left, top)
    assert (move.end.x, move.end.y) == (Fraction(1, 2), Fraction(1, 2))
    assert move.start.width / move.end.width == Fraction(112, 100)


def test_a_pull_out_is_a_push_in_backwards():
    still = _still((4000, 3000))
    into, out = (move_of(kind, still, WIDE, 0, 100) for kind in PUSHES)
    assert (into.start, into.end) == (out.end, out.start)


@pytest.mark.parametrize("size", SHAPES, ids=str)
def test_pans_go_from_edge_to_edge_the_way_they_are_called(size):
    seen = {
        kind: [
            _edges(view, size, WIDE)
            for move in [move_of(kind, _still(size), WIDE, 0, 9)]
            for view in (move.start, move.end)
        ]
        for kind in PANS
    }
    start, end = seen[StillMove.PAN_RIGHT]
    assert (start[0], end[2]) == (0, size[0])
    assert start[1] == end[1]
    assert seen[StillMove.PAN_LEFT] == [end, start]
    start, end = seen[StillMove.PAN_DOWN]
    assert (start[1], end[3]) == (0, size[1])
    assert seen[StillMove.PAN_UP] == [end, start]


@pytest.mark.parametrize(("size", "kind"), list(product(SHAPES, PANS)), ids=str)
def test_there_is_always_something_to_pan_over(size, kind):
    move = move_of(kind, _still(size), WIDE, 0, 9)
    start, end = (_edges(view, size, WIDE) for view in (move.start, move.end))
    length = start[2] - start[0] if start[1] == end[1] else start[3] - start[1]
    assert max(abs(a - b) for a, b in zip(start, end, strict=True)) >= length * Fraction(12, 100)


def test_what_rests_has_no_move():
    assert move_of(StillMove.NONE, _still((400, 300)), WIDE, 0, 100) is None
    assert move_of(StillMove.PUSH_IN, _still((400, 300)), WIDE, 0, 1) is None


def test_moves_speak_of_their_event_alone():
    still = _still((400, 300))
    parts = [move_of(StillMove.PAN_UP, still, WIDE, into, 600) for into in (0, 250, 500)]
    assert [part.first for part in parts] == [0, 250, 500]
    assert len({(part.start, part.end, part.frames, part.eased) for part in parts}) == 1


def test_a_roll_passes_its_whole_card_at_one_speed():
    card = (1280, 3000)
    move = roll_of(_still(card), WIDE, 0, 250)
    assert not move.eased
    assert _edges(move.start, card, WIDE) == (0, 0, 1280, 720)
    assert _edges(move.end, card, WIDE) == (0, 2280, 1280, 3000)
