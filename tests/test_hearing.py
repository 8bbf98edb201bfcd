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


def test_a_corrected_spelling_takes_its_time_from_its_neighbours() -> None:
    corrected = Cue(id="x", start_ms=1000, end_ms=3400, text="Salimos de amanecida,\ncon la niebla.")
    tokens = timed_tokens(corrected, WORDS)
    assert [(token.start_ms, token.end_ms) for token in tokens][2] == (1500, 2300)
    assert heard_text(corrected, WORDS, 0, 2200) == "Salimos de amanecida,"


def test_without_words_the_time_is_shared_by_length() -> None:
    cue = Cue(id="x", start_ms=0, end_ms=1000, text="aaaa bbbb")
    assert [(token.start_ms, token.end_ms) for token in timed_tokens(cue, ())] == [(0, 500), (500, 1000)]


def test_an_empty_text_has_nothing_to_hear() -> None:
    assert heard_text(Cue(id="x", start_ms=0, end_ms=1000, text="  "), WORDS, 0, 1000) == ""
