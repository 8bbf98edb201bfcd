from dataclasses import replace

import pytest

from subtitles.cue import Cue
from subtitles.hearing import heard_text, timed_tokens
from subtitles.transcript import Word


def word(text: str, start_ms: int, end_ms: int) -> Word:
    return Word(text=text, start_ms=start_ms, end_ms=end_ms, confidence=900)


WORDS = (
    word("Salimos", 1000, 1400),
    word("de", 1400, 1500),
    word("madrugada,", 1500, 2100),
    word("con", 2300, 2500),
    word("la", 2500, 2600),
    word("neblina.", 2600, 3200),
)
CUE = Cue(id="INT01-0001", start_ms=1000, end_ms=3400, text="Salimos de madrugada,\ncon la neblina.")


def test_a_cue_heard_whole_keeps_its_text_and_lines() -> None:
    assert heard_text(CUE, WORDS, 0, 10_000) == CUE.text


def test_words_after_the_cut_do_not_survive() -> None:
    assert heard_text(CUE, WORDS, 0, 2400) == "Salimos de madrugada,\ncon"
    assert heard_text(CUE, WORDS, 0, 2200) == "Salimos de madrugada,"


def test_words_before_the_cut_do_not_survive() -> None:
    assert heard_text(CUE, WORDS, 2200, 9000) == "con la neblina."


def test_a_word_mostly_cut_away_goes_and_one_mostly_heard_stays() -> None:
    assert heard_text(CUE, WORDS, 0, 1799) == "Salimos de"
    assert heard_text(CUE, WORDS, 0, 1800) == "Salimos de madrugada,"


def said(text: str, start_ms: int = 1000, end_ms: int = 3400) -> Cue:
    return Cue(id="x", start_ms=start_ms, end_ms=end_ms, text=text)


def test_a_corrected_word_takes_the_time_of_the_word_it_replaces() -> None:
    corrected = said("Salimos de amanecida,\ncon la niebla.")
    tokens = timed_tokens(corrected, WORDS)
    assert [(token.start_ms, token.end_ms) for token in tokens][2::3] == [(1500, 2100), (2600, 3200)]
    assert heard_text(corrected, WORDS, 0, 2200) == "Salimos de amanecida,"
    assert heard_text(corrected, WORDS, 0, 3000) == corrected.text


@pytest.mark.parametrize(
    "added", ["Nosotros salimos de madrugada,", "- Salimos de madrugada,", "Salimos de la madrugada,"]
)
def test_a_word_or_a_dash_that_a_person_put_in_is_heard_with_its_neighbours(added: str) -> None:
    assert heard_text(said(f"{added}\ncon la neblina."), WORDS, 0, 2200) == added


def test_a_word_put_in_between_stands_in_the_silence_that_is_there() -> None:
    tokens = timed_tokens(said("Salimos de madrugada, juntos, con la neblina."), WORDS)
    assert (tokens[3].start_ms, tokens[3].end_ms) == (2100, 2300)


def test_words_said_twice_are_found_where_the_cue_is() -> None:
    words = (word("Sí,", 2000, 2200), word("sí.", 2200, 2400), word("Sí,", 3000, 3300), word("sí.", 3600, 3900))
    again = said("Sí, sí.", 3000, 4100)
    assert heard_text(again, words, 0, 3500) == "Sí,"
    assert heard_text(again, words, 2950, 9000) == "Sí, sí."


def test_a_cue_that_a_person_moved_off_its_words_is_found_beside() -> None:
    moved = said("Salimos de madrugada,", 100, 1050)
    assert [token.start_ms for token in timed_tokens(moved, WORDS)] == [1000, 1400, 1500]


def test_a_word_written_in_pieces_is_one() -> None:
    words = (word("3", 1000, 1400), replace(word(",5", 1400, 1900), joins_previous=True), word("días", 2000, 2400))
    assert [token.start_ms for token in timed_tokens(said("3,5 días"), words)] == [1000, 2000]


@pytest.mark.parametrize(
    ("text", "until", "since"),
    [
        ("<i>Salimos de madrugada, con</i>", "<i>Salimos de madrugada,</i>", "<i>madrugada, con</i>"),
        (r"{\an8}Salimos de madrugada, con", r"{\an8}Salimos de madrugada,", r"{\an8}madrugada, con"),
        (
            '<font color="red">Salimos <b>de</b> madrugada, con</font>',
            '<font color="red">Salimos <b>de</b> madrugada,</font>',
            '<font color="red">madrugada, con</font>',
        ),
        ("<b>Salimos de</b> madrugada, con", "<b>Salimos de</b> madrugada,", "madrugada, con"),
    ],
)
def test_what_is_left_keeps_its_formatting(text: str, until: str, since: str) -> None:
    assert heard_text(said(text), WORDS, 0, 2200) == until
    assert heard_text(said(text), WORDS, 1600, 2500) == since


def test_text_without_recognised_words_is_never_lost_at_whole_hearing() -> None:
    for text in ("♪", "<i></i> ♪", "- -", "¡Ay!"):
        assert heard_text(said(text), WORDS, 0, 9000) == text


def test_without_words_the_time_is_shared_by_length() -> None:
    cue = Cue(id="x", start_ms=0, end_ms=1000, text="aaaa bbbb")
    assert [(token.start_ms, token.end_ms) for token in timed_tokens(cue, ())] == [(0, 500), (500, 1000)]


def test_an_empty_text_has_nothing_to_hear() -> None:
    assert heard_text(Cue(id="x", start_ms=0, end_ms=1000, text="  "), WORDS, 0, 1000) == ""
