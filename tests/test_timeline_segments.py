import pytest

from footage_manifest.timebase import FrameRange
from pipeline.timeline.model import BLACK, PictureEvent
from pipeline.timeline.segments import split


def event(frames, dissolve=0, passed=0):
    return PictureEvent(
        record=FrameRange(1000, 1000 + frames),
        clip=BLACK,
        outgoing=BLACK if dissolve else None,
        dissolve_frames=dissolve,
        dissolve_passed=passed,
        number="001",
        line=3,
        source="cuts/forum.edl",
    )


def shape(pieces):
    return [(piece.frames.start, piece.frames.end, piece.first_k) for piece in pieces]


def test_a_long_event_is_cut_every_250_frames():
    assert shape(split(event(620))) == [(0, 250, None), (250, 500, None), (500, 620, None)]


def test_a_short_event_is_one_piece():
    assert shape(split(event(250))) == [(0, 250, None)]


def test_no_piece_is_partly_in_the_dissolve_and_the_rest_counts_from_its_end():
    pieces = split(event(620, dissolve=260))
    assert shape(pieces) == [(0, 250, 0), (250, 260, 250), (260, 510, None), (510, 620, None)]
    assert [piece.in_dissolve for piece in pieces] == [True, True, False, False]


def test_a_dissolve_may_fill_the_event_or_go_beyond_what_is_left_of_it():
    assert shape(split(event(10, dissolve=10))) == [(0, 10, 0)]
    assert shape(split(event(4, dissolve=10))) == [(0, 4, 0)]


def test_a_dissolve_of_which_a_part_has_passed_goes_on_at_its_k():
    assert shape(split(event(20, dissolve=10, passed=6))) == [(0, 4, 6), (4, 20, None)]


def test_trimming_the_end_leaves_the_pieces_before_it_alone():
    assert shape(split(event(619, dissolve=30)))[:-1] == shape(split(event(620, dissolve=30)))[:-1]


def test_pieces_cover_every_frame_once():
    for frames in (1, 249, 250, 251, 777):
        for dissolve in range(0, frames, 83):
            covered = [frame for piece in split(event(frames, dissolve), 100) for frame in range(*_ends(piece.frames))]
            assert covered == list(range(frames))


def test_a_piece_without_frames_is_refused():
    with pytest.raises(ValueError, match="0 frames"):
        split(event(10), 0)


def _ends(frames):
    return frames.start, frames.end
