import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import ToolError
from pipeline.tools.markup import Run
from pipeline.tools.mov_text import TextSample, decoded_text, encoded, samples_of
from subtitles.cue import Cue


def cue(start_ms: int, end_ms: int, text: str) -> Cue:
    return Cue(start_ms=start_ms, end_ms=end_ms, text=text)


def shown(*cues: Cue, length_ms: int = 10_000) -> list[tuple[int, int, str]]:
    return [(sample.start_ms, sample.end_ms, sample.text) for sample in samples_of(cues, length_ms)]


def test_gaps_are_samples_that_show_nothing() -> None:
    assert shown(cue(1_000, 2_000, "a"), cue(2_500, 3_000, "b"), cue(3_000, 4_000, "c")) == [
        (0, 1_000, ""),
        (1_000, 2_000, "a"),
        (2_000, 2_500, ""),
        (2_500, 3_000, "b"),
        (3_000, 4_000, "c"),
    ]


def test_a_track_without_cues_shows_nothing_to_the_end() -> None:
    assert shown(length_ms=700) == [(0, 700, "")]


def test_cues_that_overlap_show_together_the_earlier_first() -> None:
    assert shown(cue(0, 2_000, "a"), cue(1_000, 3_000, "b")) == [
        (0, 1_000, "a"),
        (1_000, 2_000, "a\nb"),
        (2_000, 3_000, "b"),
    ]


def test_what_lies_past_the_end_of_the_film_is_cut_off() -> None:
    assert shown(cue(0, 20_000, "a"))[-1] == (0, 10_000, "a")


@pytest.mark.parametrize("times", [(10_000, 11_000), (-5, 100), (500, 500)])
def test_a_cue_that_would_never_show_is_refused(times: tuple[int, int]) -> None:
    with pytest.raises(ToolError, match="does not lie in a film of 10000 ms"):
        shown(cue(*times, "a"))


def test_styles_are_counted_in_characters_not_bytes() -> None:
    runs = (Run(text="ñé "), Run(text="sí", italic=True), Run(text="!", bold=True))
    packet = encoded(TextSample(start_ms=0, end_ms=1, runs=runs))
    box = packet[2 + len("ñé sí!".encode()) :]
    assert (int.from_bytes(box[:4], "big"), box[4:8], box[8:10]) == (len(box), b"styl", b"\0\2")
    assert [box[at : at + 7] for at in (10, 22)] == [b"\0\3\0\5\0\1\2", b"\0\5\0\6\0\1\1"]


@given(st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=60))
def test_any_text_is_read_back_as_written(text: str) -> None:
    assert decoded_text(encoded(TextSample(start_ms=0, end_ms=1, runs=(Run(text=text),)))) == text


def test_a_text_that_no_sample_can_hold_is_refused() -> None:
    with pytest.raises(ToolError, match="longer than a text track can hold"):
        encoded(TextSample(start_ms=0, end_ms=1, runs=(Run(text="ñ" * 40_000),)))


@pytest.mark.parametrize("packet", [b"", b"\0", b"\0\5abc"])
def test_what_is_not_a_text_sample_is_refused(packet: bytes) -> None:
    with pytest.raises(ToolError, match="not text"):
        decoded_text(packet)
