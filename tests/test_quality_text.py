from fractions import Fraction

import pytest

from subtitles.cue import Cue
from subtitles.quality import Fault, check
from subtitles.style import STYLES


def seen(text: str, language: str = "es", rules: str = "ours", terms: tuple[str, ...] = ()) -> list[tuple[Fault, str]]:
    cue = Cue(start_ms=0, end_ms=6500, text=text)
    found = check([cue], language=language, style=STYLES[rules], rate=Fraction(25), terms=terms)
    return [(one.fault, one.detail) for one in found]


def faults(text: str, language: str = "es", rules: str = "ours", terms: tuple[str, ...] = ()) -> list[Fault]:
    return [fault for fault, _ in seen(text, language, rules, terms)]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Hola mundo", "es", []),
        ("Hola  mundo", "es", [Fault.SPACES]),
        ("<i>Hola </i> mundo", "es", [Fault.SPACES]),
        ("Hola \nmundo", "es", [Fault.SPACES]),
        ("Hola , mundo", "es", [Fault.SPACES]),
        ("Quoi ?", "fr", []),
        ("Costó 3 ,5 pesos", "es", []),
        ("Y ... nada", "es", []),
    ],
)
def test_spaces_that_nobody_meant(text, language, expected):
    assert faults(text, language) == expected


@pytest.mark.parametrize(
    ("text", "rules", "expected"),
    [
        ("Bien...", "ours", []),
        ("Bien…", "ours", []),
        ("Bien...", "netflix-es-419", [Fault.ELLIPSIS]),
        ("Bien…", "netflix-es-419", []),
        ("Bien…", "bbc", [Fault.ELLIPSIS]),
        ("Bien....", "netflix-es-419", []),
    ],
)
def test_dots_are_written_as_each_set_has_them(text, rules, expected):
    assert faults(text, rules=rules) == expected


@pytest.mark.parametrize(
    ("text", "rules", "expected"),
    [
        ("-Hola.\n-Adiós.", "netflix-es-419", []),
        ("- Hola.\n- Adiós.", "netflix-es-419", [Fault.DASH]),
        ("- Hola.\n- Adiós.", "ours", []),
        ("-Hola.\n- Adiós.", "ours", [Fault.DASH]),
        ("Hola.\n-Adiós.", "ours", [Fault.DASH]),
        ("La casa, mi casa,\n-la de antes- se quemó.", "ours", []),
        ("– Hola.\n– Adiós.", "bbc", []),
        ("-5 grados\nhace hoy", "netflix-es-419", []),
    ],
)
def test_dashes_of_two_speakers(text, rules, expected):
    assert faults(text, rules=rules) == expected


@pytest.mark.parametrize(
    ("text", "language", "parted"),
    [
        ("Nos fuimos ese mismo día a la\ncasa de mi abuela materna", "es", "la / casa"),
        ("Llegó por fin don José\nMaría Pérez con toda su familia", "es", "José / María"),
        ("Caminamos por el monte unos 25\nkilómetros hasta la frontera", "es", "25 / kilómetros"),
        ("We left that very same night for the\nhouse of my grandmother", "en", "the / house"),
    ],
)
def test_a_break_that_parts_what_belongs_together_where_a_better_one_fits(text, language, parted):
    assert seen(text, language) == [(Fault.BAD_BREAK, parted)]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Nos fuimos ese mismo día\na la casa de mi abuela materna", "es"),
        ("We left that very same night\nfor the house of my grandmother", "en"),
        # No better break fits: the line would be too long on either side.
        ("Aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa la\nbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", "es"),
    ],
)
def test_a_break_without_a_better_one_is_left_alone(text, language):
    assert faults(text, language) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bajamos por el Atrato", []),
        ("Bajamos por el atrato", ["'atrato' is 'Atrato' in the glossary"]),
        ("BAJAMOS POR EL ATRATO", []),
        ("Vino del Choco", ["'Choco' is 'Chocó' in the glossary"]),
        ("Consejo Comunitario", []),
        ("el consejo\ncomunitario", []),
        ("el consejo comunitário", ["'consejo comunitário' is 'consejo comunitario' in the glossary"]),
        ("atratos", []),
        ("la mina", []),
    ],
)
def test_terms_are_spelled_as_in_the_glossary(text, expected):
    terms = ("Atrato", "Chocó", "consejo comunitario", "miná")
    assert [detail for fault, detail in seen(text, terms=terms) if fault is Fault.TERM] == expected


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("The river runs behind the house", "es", [Fault.OTHER_LANGUAGE]),
        ("El río pasa detrás de la casa", "en", [Fault.OTHER_LANGUAGE]),
        ("El río pasa detrás de la casa", "es", []),
        ("We walked to La Casa del Río", "en", []),
        ("La Casa", "en", []),
        ("The river runs behind the house", "fr", []),
    ],
)
def test_text_that_was_left_in_another_language(text, language, expected):
    assert faults(text, language) == expected
