"""Burned-in subtitles keep clear of the names that are on screen with them."""

from fractions import Fraction

from footage_manifest.subtitle_tracks import BurnInStyle
from footage_manifest.timebase import FrameRange
from pipeline.ports.drawing import CueLook, Drawn
from pipeline.ports.work import Artifact
from pipeline.stages.draw import Box, aside, covers, look_of, raised, shown
from subtitles.cue import Cue

RATE = Fraction(25)
NAME = Box(record=FrameRange(25, 100), ink=(30, 200, 180, 240))


def drawing(*ink: int) -> Drawn:
    return Drawn(file=Artifact(digest="0" * 64, size=1), ink=ink)  # type: ignore[arg-type]


def cue(start_ms: int, text: str) -> Cue:
    return Cue(start_ms=start_ms, end_ms=start_ms + 1000, text=text)


def test_only_what_lies_over_a_name_while_it_is_shown_is_raised() -> None:
    drawn = {
        "over": drawing(100, 230, 500, 340),
        "under": drawing(100, 300, 500, 340),
        "beside": drawing(200, 230, 500, 340),
        "later": drawing(100, 230, 500, 340),
        "{\\an8}top": drawing(100, 190, 500, 240),
    }
    cues = [cue(2000, "over"), cue(2000, "under"), cue(2000, "beside"), cue(4000, "later"), cue(2000, "{\\an8}top")]
    assert raised(cues, drawn, [NAME], RATE, 360) == {"over": 197}


def test_a_text_that_begins_before_the_name_does_not_jump() -> None:
    drawn = {"over": drawing(100, 230, 500, 340)}
    assert raised([cue(40, "over")], drawn, [NAME], RATE, 360) == {"over": 197}
    assert raised([cue(0, "over")], drawn, [NAME], RATE, 360) == {}


def test_the_highest_of_several_names_counts_and_what_would_leave_the_picture_stays() -> None:
    drawn = {"over": drawing(100, 230, 500, 340)}
    higher = Box(record=FrameRange(90, 120), ink=(30, 150, 180, 300))
    again = [cue(2000, "over"), cue(3700, "over")]
    assert raised(again, drawn, [NAME, higher], RATE, 360) == {"over": 147}
    tall = {"over": drawing(100, 60, 500, 340)}
    assert raised(again, tall, [NAME, higher], RATE, 360) == {}


def test_a_films_style_is_drawn_as_it_says() -> None:
    assert look_of(BurnInStyle()) == CueLook()
    style = BurnInStyle.model_validate({"size": "large", "position": "top", "edge": "box", "safe_area": 10})
    assert look_of(style) == CueLook(letters=14, boxed=True, at_top=True, safe_percent=10)


def test_two_languages_part_and_anything_else_goes_to_the_top() -> None:
    halves = {"uno\ndos\none\ntwo": ("uno\ndos", "one\ntwo"), "{\\an3}uno\none\ntwo": ("uno", "one\ntwo")}
    texts = [*halves, "uno\ndos\ntres", "{\\an1}uno\ndos\ntres"]
    assert aside(texts, halves, BurnInStyle()) == {
        "uno\ndos\none\ntwo": ("{\\an8}uno\ndos", "one\ntwo"),
        "{\\an3}uno\none\ntwo": ("{\\an8}uno", "one\ntwo"),
        "uno\ndos\ntres": ("{\\an8}uno\ndos\ntres",),
        "{\\an1}uno\ndos\ntres": ("{\\an7}uno\ndos\ntres",),
    }
    above = BurnInStyle.model_validate({"position": "top"})
    assert aside(["uno\ndos\none\ntwo"], halves, above) == {"uno\ndos\none\ntwo": ("{\\an8}uno\ndos\none\ntwo",)}


def test_a_drawing_that_touches_a_name_while_it_is_shown_covers_it() -> None:
    high, low, over = drawing(100, 10, 500, 60), drawing(100, 300, 500, 340), drawing(100, 230, 500, 340)
    one = cue(2000, "x")
    assert not covers(one, (high, low), [NAME], RATE, 360)
    assert covers(one, (high, over), [NAME], RATE, 360)
    assert not covers(cue(9000, "x"), (over,), [NAME], RATE, 360)


def test_each_of_a_texts_drawings_is_shown_for_as_long_as_it_is() -> None:
    one = cue(2000, "x")
    found = shown([one], {"x": (drawing(1, 1, 2, 2), drawing(3, 3, 4, 4))}, RATE)
    assert [part.record for part in found] == [FrameRange(50, 75)] * 2
