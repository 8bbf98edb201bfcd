from fractions import Fraction

from pipeline.timeline.apart import Moved, apart
from subtitles.cue import Cue
from subtitles.style import OURS

RATE = Fraction(25)


def moved(start: int, end: int, text: str, run: int = 0) -> Moved:
    return Moved(
        file=f"{run}.srt", cue=Cue(id=f"{text}@{run}", start_ms=0, end_ms=1, text=text), start=start, end=end, run=run
    )


def frames(*cues: Moved) -> list[tuple[int, int, str]]:
    return [(one.start_ms // 40, one.end_ms // 40, one.text) for one in apart(cues, RATE, OURS)[0]]


def findings(*cues: Moved) -> list[str]:
    return [finding.file for finding in apart(cues, RATE, OURS)[1]]


def test_nothing_stays_nothing() -> None:
    assert frames() == []


def test_two_frames_are_left_between_cues() -> None:
    assert frames(moved(0, 50, "a"), moved(50, 90, "b")) == [(0, 48, "a"), (50, 90, "b")]
    assert frames(moved(0, 40, "a"), moved(50, 90, "b")) == [(0, 40, "a"), (50, 90, "b")]


def test_a_third_frame_that_rounding_left_is_closed_within_a_run() -> None:
    assert frames(moved(0, 47, "a"), moved(50, 90, "b"))[0] == (0, 48, "a")
    assert frames(moved(0, 47, "a"), moved(50, 90, "b", run=1))[0] == (0, 47, "a")


def test_the_last_half_second_gives_way_to_the_next_voice() -> None:
    cues = (moved(0, 60, "a"), moved(50, 90, "b", run=1))
    assert frames(*cues) == [(0, 48, "a"), (50, 90, "b")]
    assert findings(*cues) == []


def test_two_voices_share_a_subtitle_where_one_would_lose_more() -> None:
    cues = (moved(0, 75, "a"), moved(50, 70, "b", run=1))
    assert frames(*cues) == [(0, 75, "- a\n- b")]
    assert findings(*cues) == ["1.srt"]


def test_a_cue_is_never_cut_to_a_flash() -> None:
    assert frames(moved(0, 30, "a"), moved(20, 60, "b", run=1)) == [(0, 60, "- a\n- b")]
    assert frames(moved(20, 40, "a"), moved(20, 60, "b", run=1)) == [(20, 60, "- a\n- b")]


def test_a_short_cue_before_another_only_gives_up_the_gap() -> None:
    assert frames(moved(0, 10, "a"), moved(10, 60, "b")) == [(0, 8, "a"), (10, 60, "b")]
    assert frames(moved(0, 1, "a"), moved(1, 60, "b")) == [(0, 1, "a"), (1, 60, "b")]


def test_one_text_in_two_runs_at_once_is_shown_once() -> None:
    cues = (moved(0, 50, "a"), moved(10, 60, "<i>a</i>", run=1))
    assert frames(*cues) == [(0, 60, "a")]
    assert findings(*cues) == []


def test_a_dash_that_is_there_is_enough() -> None:
    assert frames(moved(0, 50, "- a"), moved(0, 60, "b", run=1)) == [(0, 60, "- a\n- b")]
