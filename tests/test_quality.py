from fractions import Fraction

import pytest

from subtitles.cue import Cue
from subtitles.quality import CueFinding, Fault, check
from subtitles.style import BBC, OURS

RATE = Fraction(25)


def faults(*cues: Cue, language: str = "es") -> list[tuple[Fault, int, int]]:
    found = check(cues, language=language, style=OURS, rate=RATE)
    return [(finding.fault, finding.measured, finding.limit) for finding in found]


def cue(text: str, start_ms: int = 0, end_ms: int = 3000) -> Cue:
    return Cue(start_ms=start_ms, end_ms=end_ms, text=text)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (cue("a" * 42), []),
        (cue("a" * 43), [(Fault.LINE_TOO_LONG, 43, 42)]),
        (cue("<i>" + "a" * 42 + "</i>"), []),
        (cue("e\u0301" * 42), []),
        (cue("rojo\nazul\nverde"), [(Fault.TOO_MANY_LINES, 3, 2)]),
        (cue(" <i></i>\n"), [(Fault.EMPTY, 0, 0)]),
        (cue("a" * 17, end_ms=1000), []),
        (cue("a" * 18, end_ms=1000), [(Fault.TOO_FAST, 18, 17)]),
        (cue("a" * 8 + "\n" + "a" * 9, end_ms=1000), [(Fault.TOO_FAST, 18, 17)]),
        (cue("Sí", end_ms=833), []),
        (cue("Sí", end_ms=832), [(Fault.TOO_SHORT, 832, 833)]),
        (cue("Sí", end_ms=7000), []),
        (cue("Sí", end_ms=7001), [(Fault.TOO_LONG, 7001, 7000)]),
        (cue("Sí", end_ms=0), [(Fault.TOO_FAST, 2000, 17), (Fault.TOO_SHORT, 0, 833)]),
    ],
)
def test_one_cue_is_measured(found, expected):
    assert faults(found) == expected


def test_english_is_read_faster_than_spanish():
    assert faults(cue("a" * 20, end_ms=1000), language="en") == []


@pytest.mark.parametrize(
    ("start_ms", "expected"),
    [
        (3080, []),
        (3060, []),
        (3059, [(Fault.GAP, 59, 80)]),
        (3000, [(Fault.GAP, 0, 80)]),
        (2900, [(Fault.OVERLAP, 100, 0)]),
    ],
)
def test_neighbours_keep_two_frames_half_a_frame_forgiven(start_ms, expected):
    assert faults(cue("uno"), cue("dos", start_ms, 6000)) == expected


def test_a_finding_says_where_and_what_to_do():
    (finding,) = check([cue("a" * 50)], language="es", style=OURS, rate=RATE)
    assert str(finding.in_file("subtitles/INT01.es.srt", 2)) == (
        "subtitles/INT01.es.srt:2: cue 1: a line has 50 characters, 42 are allowed; break it elsewhere, or shorten it"
    )


def test_a_gap_that_flickers_is_found_and_half_a_second_is_not():
    assert faults(cue("uno"), cue("dos", 3300, 6000)) == [(Fault.OPEN_GAP, 300, 80)]
    assert faults(cue("uno"), cue("dos", 3500, 6000)) == []


def test_the_bbc_lets_cues_touch_and_minds_gaps_of_less_than_a_second():
    found = check([cue("uno"), cue("dos", 3000, 6000), cue("tres", 6999, 9000)], language="es", style=BBC, rate=RATE)
    assert [(one.fault, one.position, one.measured) for one in found] == [(Fault.OPEN_GAP, 1, 999)]


def test_the_bbc_counts_words_a_minute():
    nine = "one two three\nfour five six seven eight nine"
    assert [one.fault for one in check([cue(nine)], language="en", style=BBC, rate=RATE)] == []
    (found,) = check([cue(f"{nine} ten")], language="en", style=BBC, rate=RATE)
    assert (found.fault, found.measured, found.limit) == (Fault.TOO_MANY_WORDS, 200, 180)


def test_a_cue_at_the_bottom_collides_with_a_name_and_one_at_the_top_does_not():
    found = check(
        [cue("Hola"), cue("{\\an8}Hola", 4000, 6000)],
        language="es",
        style=OURS,
        rate=RATE,
        lower_thirds=[(2000, 5000)],
    )
    assert [(one.fault, one.position, one.measured) for one in found] == [(Fault.LOWER_THIRD, 0, 1000)]


def test_what_only_repeats_the_spoken_words_is_not_translated():
    found = check(
        [Cue(id="a", start_ms=0, end_ms=3000, text="Buenos días, doña Rosa")],
        language="en",
        style=OURS,
        rate=RATE,
        spoken={"a": "Buenos días,\ndoña Rosa"},
    )
    assert [one.fault for one in found] == [Fault.UNTRANSLATED]


def test_every_fault_can_be_said():
    for fault in Fault:
        said = CueFinding(fault=fault, position=0, cue=cue("a"), measured=7, limit=5, detail="x").in_file("a.srt")
        assert said.what
        assert said.cure
        assert "{" not in said.what
