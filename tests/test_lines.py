import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from subtitles.lines import break_lines
from subtitles.style import OURS
from subtitles.tags import position_of, width, without_position, without_tags


def lines(text: str, language: str) -> list[str]:
    return break_lines(text, language, OURS).split("\n")


@pytest.mark.parametrize(
    ("language", "text", "first"),
    [
        (
            "es",
            "Yo vivía en la casa de mi abuela cuando llegó la policía a la plaza.",
            "Yo vivía en la casa de mi abuela",
        ),
        ("es", "Cruzamos la frontera de noche, y nadie sabía adónde íbamos.", "Cruzamos la frontera de noche,"),
        ("es", "Perdimos todo lo que teníamos pero seguimos caminando juntos.", "Perdimos todo lo que teníamos"),
        ("en", "We had been walking for three days when the group found us.", "We had been walking for three days"),
        ("en", "The volunteers gave us water and a phone call of five minutes.", "The volunteers gave us water"),
    ],
)
def test_lines_break_where_a_reader_would(language, text, first):
    assert lines(text, language)[0] == first


@pytest.mark.parametrize(
    ("language", "text", "together"),
    [
        ("es", "Aquel día vinieron a preguntarnos por la señora Juana Rivas Quispe otra vez", "Juana Rivas Quispe"),
        ("es", "Trabajamos en aquella cosecha de fresas unos 25 años enteros sin descanso", "25 años"),
        ("es", "Cuando volvimos encontramos que toda nuestra casa se había quemado", "se había quemado"),
        ("es", "Mi madre trabajaba limpiando habitaciones en San Juan de Lurigancho", "San Juan de Lurigancho"),
        ("es", "Ellos dijeron que hablarían con el abogado de la organización mañana", "el abogado"),
        ("en", "My brother was studying medicine at the University of Salamanca then", "University of Salamanca"),
        ("en", "Nobody in that whole office could tell me why Dr. Smith had left", "Dr. Smith"),
        ("en", "They told everyone they would be walking to the old station tonight", "the old"),
    ],
)
def test_what_belongs_together_stays_on_one_line(language, text, together):
    broken = lines(text, language)
    assert len(broken) == 2
    assert any(together in line for line in broken)


def test_a_text_that_fits_stays_on_one_line_however_it_was_broken():
    assert lines("Hola,\n  amiga.", "es") == ["Hola, amiga."]


def test_each_speaker_of_a_dialogue_has_a_line():
    assert lines("—¿Vienes mañana? —No puedo.", "es") == ["—¿Vienes mañana?", "—No puedo."]
    assert lines("- Are you coming? - No.", "en") == ["- Are you coming?", "- No."]
    assert lines("Salimos —de noche— sin nada.", "es") == ["Salimos —de noche— sin nada."]


def test_tags_take_no_room_and_are_not_torn():
    text = '<font face="Noto Sans" size="18">' + "palabra " * 4 + "fin</font>"
    assert lines(text, "es") == [text]


def test_a_language_we_do_not_know_is_broken_at_punctuation():
    assert lines("Ñuqaqa wasiymanta lluqsirqani, chaymanta mana kutirqanichu.", "qu")[0].endswith(",")


def test_no_text_gives_no_text():
    assert break_lines("  \n ", "es", OURS) == ""


WORDS = st.lists(st.text("abcñ.,¿?-", min_size=1, max_size=12), min_size=1, max_size=70)


@settings(max_examples=200, deadline=None)
@given(words=WORDS)
def test_no_word_is_lost_and_no_line_is_longer_than_the_style_allows(words):
    broken = break_lines(" ".join(words), "es", OURS)
    assert broken.split() == words
    assert all(width(line) <= OURS.max_line_length for line in broken.split("\n"))


def test_a_word_longer_than_a_line_is_not_cut():
    assert lines("mira " + "w" * 60, "es") == ["mira", "w" * 60]


def test_a_cue_with_a_book_in_it_takes_no_longer_than_its_words():
    assert len(lines("a la casa " * 20_000, "es")) > 4000
    assert len(lines("a b " * 75, "es")) == 8


@pytest.mark.parametrize("text", ["<font" + " " * 60_000, "{" + "\\an8" * 20_000, "<i" + " " * 60_000])
def test_a_tag_that_never_ends_is_text_and_takes_no_time(text: str) -> None:
    began = time.monotonic()
    assert (without_tags(text), position_of(text), without_position(text)) == (text, None, text)
    assert time.monotonic() - began < 3
