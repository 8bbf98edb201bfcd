from fractions import Fraction

import pytest

from subtitles.cue import Cue
from subtitles.errors import SubtitleError
from subtitles.formats.any import read_any
from tests.made_subtitles import STL, stl

ONE = {"begin": (0, 0, 1, 0), "end": (0, 0, 2, 12), "text": b"Hola"}


def read(*blocks, **more):
    return read_any(stl(blocks, **more), file="a.stl")


def refusal(content):
    with pytest.raises(SubtitleError) as caught:
        read_any(content, file="a.stl")
    return [str(finding) for finding in caught.value.findings]


def test_subtitles_are_read_with_italics_colours_accents_and_the_language():
    found = read_any(STL, file="a.stl")
    assert found.cues == (
        Cue(start_ms=1000, end_ms=2480, text="Hola\nqué tal"),
        Cue(start_ms=3000, end_ms=4000, text='<i>dos</i> y <font color="#ffff00">tres</font>'),
    )
    assert (found.language, found.lines) == ("es", (None, None))


@pytest.mark.parametrize(
    ("block", "text"),
    [
        ({"row": 2}, "{\\an8}Hola"),
        ({"row": 2, "justification": 1}, "{\\an7}Hola"),
        ({"justification": 3}, "{\\an3}Hola"),
        ({"justification": 0}, "Hola"),
    ],
)
def test_rows_and_columns_become_places(block, text):
    assert read(ONE | block).cues[0].text == text


def test_texts_over_several_blocks_are_put_together_and_what_is_no_text_left_out():
    long = {"extension": 0, **ONE, "text": b"x" * 112}
    found = read(long, ONE, ONE | {"comment": 1}, ONE | {"extension": 0xFE})
    assert [cue.text for cue in found.cues] == ["x" * 112 + "Hola"]
    assert {aside.what for aside in found.asides} == {"comments, which are not shown", "blocks of user data"}


def test_a_set_that_grows_becomes_a_cue_for_each_state():
    times = [((0, 0, 1, 0), 1), ((0, 0, 2, 0), 2), ((0, 0, 3, 0), 3)]
    blocks = [
        {"begin": at, "end": (0, 0, 4, 0), "text": text, "cumulative": kind}
        for (at, kind), text in zip(times, (b"uno", b"dos", b"tres"), strict=True)
    ]
    assert [(cue.start_ms, cue.text) for cue in read(*blocks).cues] == [
        (1000, "uno"),
        (2000, "uno\ndos"),
        (3000, "uno\ndos\ntres"),
    ]


def test_times_count_from_the_start_of_the_programme():
    at_ten = {"begin": (10, 0, 1, 0), "end": (10, 0, 2, 0), "text": b"Hola"}
    assert read(at_ten, start=b"10000000").cues[0].start_ms == 1000
    before = read(ONE, at_ten, start=b"10000000")
    assert [cue.start_ms for cue in before.cues] == [1000]
    assert "1 subtitles stand before the start" in str(before.findings[0])
    assert read(ONE, start=b"10000000").cues[0].start_ms == 1000


def test_the_header_s_rate_is_used_then_the_one_named():
    assert read(ONE, rate=b"STL30.01").cues[0].end_ms == 2402
    with pytest.raises(SubtitleError, match="--rate 25"):
        read(ONE, rate=b"STL12.01")
    found = read_any(stl([ONE], rate=b"STL12.01"), file="a.stl", rate=Fraction(25))
    assert found.cues[0].end_ms == 2480


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (stl([ONE])[:-5], "header, length"),
        (STL[:500], "header, length"),
        (stl([ONE], count=9), "header, TNB: it is cut off"),
        (stl([ONE], characters=b"99"), "header, CCT"),
        (stl([ONE | {"end": (0, 0, 1, 0)}]), "block 1: it does not end"),
        (stl([ONE, ONE | {"begin": (0, 0, 1, 30)}]), "block 2: its in-time 00:00:01:30"),
        (stl([ONE | {"extension": 1}]), "block 1: its last part is missing"),
        (stl([ONE | {"text": b"a\xff"}], characters=b"03"), "block 1: its text has characters"),
    ],
)
def test_what_is_wrong_is_refused_with_its_block(content, said):
    assert any(f"a.stl: {said}" in line for line in refusal(content))
