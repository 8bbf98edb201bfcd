"""What is doubted of heard words: circles, and passages where hardly a word is sure."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pipeline.stages.doubts import DOUBTED, Circle, doubted
from subtitles.transcript import Word


def said(text: str, confidence: int = 950) -> list[Word]:
    return [
        Word(text=word, start_ms=at * 300, end_ms=at * 300 + 250, confidence=confidence)
        for at, word in enumerate(text.split())
    ]


def texts(words: tuple[Word, ...]) -> str:
    return " ".join(word.text for word in words)


def test_what_people_say_again_is_not_doubted() -> None:
    words = said(
        "No, no, no, no, no le digo que no, sí, sí, sí. Vivos los llevaron, vivos los llevaron, vivos los llevaron."
    )
    assert doubted(words) == (tuple(words), ())


def test_a_word_that_never_ends_is_folded_and_said_where() -> None:
    words = said("Salimos temprano. " + "no, " * 200 + "Y ya.")
    kept, circles = doubted(words)
    assert texts(kept) == "Salimos temprano. no, no, no, Y ya."
    assert [word.confidence for word in kept] == [950, 950, DOUBTED, DOUBTED, DOUBTED, 950, 950]
    assert circles == (Circle(text="no,", turns=200, kept=3, start_ms=600, end_ms=600 + 199 * 300 + 250),)


def test_a_refrain_stays_and_is_doubted() -> None:
    kept, (circle,) = doubted(said("en este momento, la verdad es que " * 5 + "fin"))
    assert texts(kept).count("verdad") == 5 == circle.kept == circle.turns
    assert circle.text == "en este momento, la verdad es que"
    assert {word.confidence for word in kept[:-1]} == {DOUBTED}


def test_signs_alone_are_no_words() -> None:
    kept, _ = doubted([*said("¡¡¡¡¡¡¡¡ Hola ¿ -- 5")])
    assert texts(kept) == "Hola ¿ -- 5"


def test_a_sure_word_among_guesses_is_no_surer_than_they() -> None:
    words = said("La Argentina va a ir seleccionza a Ojoa a Vartioa", confidence=450)
    words[3] = Word(text="a", start_ms=900, end_ms=1_150, confidence=990)
    kept, circles = doubted(words)
    assert kept[3].confidence < 600
    assert not circles


def test_one_unsure_name_among_sure_words_is_the_only_doubt() -> None:
    words = said("Esta es una grabación de Libribox todas son del dominio público")
    words[5] = Word(text="Libribox", start_ms=1_500, end_ms=1_750, confidence=310)
    assert doubted(words)[0] == tuple(words)


def test_a_pause_parts_neighbourhoods() -> None:
    unsure = said("a b c d e f", confidence=200)
    sure = [
        Word(text=word.text, start_ms=word.start_ms + 9_000, end_ms=word.end_ms + 9_000, confidence=950)
        for word in said("uno dos tres")
    ]
    assert [word.confidence for word in doubted([*unsure, *sure])[0]] == [200] * 6 + [950] * 3


@given(st.lists(st.sampled_from(["no", "sí", "ya", "…….."]), max_size=120), st.integers(0, 1000))
def test_words_only_go_and_only_grow_doubtful(chosen: list[str], confidence: int) -> None:
    words = said(" ".join(chosen), confidence)
    kept, circles = doubted(words)
    before = {word.start_ms: word for word in words}
    assert all(word.text == before[word.start_ms].text and word.confidence <= confidence for word in kept)
    assert all(one.end_ms <= two.start_ms for one, two in pairwise(circles))
    outside = [word.start_ms for word in words if len(word.text) < 4 and not _within(circles, word)]
    assert outside == [word.start_ms for word in kept if not _within(circles, word)]


def _within(circles: tuple[Circle, ...], word: Word) -> bool:
    return any(circle.start_ms <= word.start_ms < circle.end_ms for circle in circles)
