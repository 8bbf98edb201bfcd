from itertools import pairwise

from hypothesis import example, given, settings
from hypothesis import strategies as st

from subtitles.bilingual import stack
from subtitles.cue import Cue
from subtitles.style import OURS


def cue(name: str, start_ms: int, end_ms: int, text: str) -> Cue:
    return Cue(id=name, start_ms=start_ms, end_ms=end_ms, text=text)


def stacked(first, second):
    return stack(first, second, languages=("es", "en"), style=OURS, file="forum.es+en.srt")


def shown(first, second):
    return [(cue.start_ms, cue.end_ms, cue.text) for cue in stacked(first, second).cues]


def test_the_spoken_language_comes_first_on_one_line_each():
    result = stacked([cue("a", 0, 3000, "Salimos\nde madrugada.")], [cue("a", 0, 3000, "We left\nbefore dawn.")])
    assert result.cues == (cue("a", 0, 3000, "Salimos de madrugada.\nWe left before dawn."),)
    assert result.findings == ()


def test_a_pair_shares_the_time_of_both_as_far_as_neighbours_allow():
    first = [cue("a", 1000, 3000, "uno"), cue("b", 3080, 5000, "dos")]
    second = [cue("a", 900, 3500, "one"), cue("b", 3600, 5200, "two")]
    assert shown(first, second) == [(900, 3080, "uno\none"), (3080, 5200, "dos\ntwo")]


def test_cues_without_ids_are_joined_by_the_time_they_share():
    assert shown([cue("", 0, 2000, "uno")], [cue("", 500, 2500, "one")]) == [(0, 2500, "uno\none")]


def test_one_translation_of_two_cues_shows_with_both():
    first = [cue("a", 0, 2000, "uno"), cue("b", 2080, 4000, "dos")]
    assert shown(first, [cue("x", 0, 4000, "one two")]) == [(0, 2000, "uno\none two"), (2080, 4000, "dos\none two")]


def test_one_cue_with_two_translations_shows_with_each_in_turn():
    second = [cue("x", 0, 2000, "one"), cue("y", 2080, 4000, "two")]
    assert shown([cue("a", 0, 4000, "uno dos")], second) == [(0, 2000, "uno dos\none"), (2080, 4000, "uno dos\ntwo")]


def test_what_has_no_partner_shows_alone():
    first, second = [cue("a", 0, 1000, "uno")], [cue("b", 5000, 6000, "two")]
    assert shown(first, second) == [(0, 1000, "uno"), (5000, 6000, "two")]


def test_a_cue_moved_far_away_is_no_longer_a_partner():
    assert len(shown([cue("a", 0, 1000, "uno")], [cue("a", 60_000, 61_000, "one")])) == 2


def test_two_people_speaking_at_once_are_shown_as_one():
    first = [cue("a", 0, 4000, "uno"), cue("b", 1000, 2000, "dos")]
    assert shown(first, []) == [(0, 4000, "uno\ndos")]


def test_more_than_two_lines_and_too_little_time_are_found():
    long = "Nos sacaron de la fábrica a las tres y no sabíamos adónde."
    result = stacked([cue("a", 0, 9000, long)], [cue("a", 0, 9000, "They took us out.")])
    assert ["3 lines" in finding.what for finding in result.findings] == [True]
    result = stacked([cue("a", 0, 1000, "Sí, claro.")], [cue("a", 0, 1000, "Yes, of course I did.")])
    (finding,) = result.findings
    assert str(finding) == (
        "forum.es+en.srt: a: the slower of its languages takes 1050 ms to read, and it stays 1000 ms; "
        "shorten it, or let it stay longer"
    )


def test_a_position_holds_for_both():
    assert shown([cue("a", 0, 2000, "{\\an8}uno")], [cue("a", 0, 2000, "{\\an8}one")]) == [(0, 2000, "{\\an8}uno\none")]


SPANS = st.lists(st.tuples(st.integers(0, 20_000), st.integers(1, 5000), st.booleans()), max_size=10)


@settings(max_examples=300, deadline=None)
@given(first=SPANS, second=SPANS)
@example(first=[(0, 1, False)] * 4 + [(1, 2, True)], second=[(0, 1, False)] * 3 + [(2, 1, False), (0, 1, True)])
def test_nothing_is_lost_and_nothing_overlaps(first, second):
    uppers = [cue(f"{i}" if same else "", at, at + length, f"a{i}") for i, (at, length, same) in enumerate(first)]
    lowers = [cue(f"{i}" if same else "", at, at + length, f"b{i}") for i, (at, length, same) in enumerate(second)]
    cues = stacked(uppers, lowers).cues
    assert {line for each in cues for line in each.lines} == {each.text for each in (*uppers, *lowers)}
    assert all(left.end_ms <= right.start_ms for left, right in pairwise(cues))
    assert all(each.start_ms < each.end_ms for each in cues)
