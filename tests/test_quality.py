from fractions import Fraction

import pytest

from subtitles.cue import Cue
from subtitles.quality import Fault, check
from subtitles.style import OURS

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
        (cue("uno\ndos\ntres"), [(Fault.TOO_MANY_LINES, 3, 2)]),
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


def test_every_fault_can_be_said():
    cues = [cue("a" * 50 + "\n\n", 0, 100), cue(""), cue("b", 50, 9000), cue("c", 9000, 10_000)]
    findings = check(cues, language="es", style=OURS, rate=RATE)
    assert {finding.fault for finding in findings} == set(Fault)
    assert all("{" not in str(finding.in_file("a.srt")) for finding in findings)
