"""Where the picture of a finished cut changes at once."""

from dataclasses import replace
from fractions import Fraction

from footage_manifest.timebase import FrameRange
from pipeline.timeline.model import BLACK, Clip, MediaKind, PictureEvent, Timeline
from pipeline.timeline.picture_cuts import picture_cuts


def event(start: int, end: int, clip: Clip, **more: object) -> PictureEvent:
    record = FrameRange(start, end)
    return PictureEvent(record=record, clip=clip, number="1", line=1, source="a.edl", **more)  # type: ignore[arg-type]


def reel(key: str, seconds: int) -> Clip:
    return Clip(kind=MediaKind.REEL, key=key, source_in=Fraction(seconds))


def cuts(*events: PictureEvent) -> tuple[int, ...]:
    frames = events[-1].record.end
    return picture_cuts(Timeline(cut="a", rate=Fraction(25), frames=frames, record_zero=0, picture=events, sound=()))


def test_another_shot_is_a_cut_and_a_shot_that_plays_on_is_none() -> None:
    assert cuts(
        event(0, 25, reel("A", 0)),
        event(25, 50, reel("A", 1)),
        event(50, 75, reel("A", 9)),
        event(75, 100, BLACK),
        event(100, 125, BLACK),
        event(125, 150, reel("B", 0)),
    ) == (50, 75, 125)


def test_a_change_of_speed_is_no_shot_that_plays_on() -> None:
    faster = replace(reel("A", 1), speed=Fraction(2))
    assert cuts(event(0, 25, reel("A", 0)), event(25, 50, faster)) == (25,)


def test_a_dissolve_is_no_cut_and_what_is_left_after_one_is() -> None:
    first = event(0, 25, reel("A", 0))
    mixed = event(25, 60, reel("B", 0), outgoing=reel("A", 1), dissolve_frames=10)
    assert cuts(first, mixed) == ()
    assert cuts(first, replace(mixed, dissolve_passed=10)) == (25,)
