from fractions import Fraction

import pytest

from subtitles.cue import Cue
from subtitles.quality import Fault, check
from subtitles.style import OURS


def marks(*texts: str, language: str = "es", apart_ms: int = 80) -> list[tuple[int, Fault]]:
    cues = [
        Cue(start_ms=n * (5000 + apart_ms), end_ms=n * (5000 + apart_ms) + 5000, text=text)
        for n, text in enumerate(texts)
    ]
    found = check(cues, language=language, style=OURS, rate=Fraction(25))
    return [(one.position, one.fault) for one in found if one.fault in {Fault.OPENING_MARK, Fault.UNBALANCED}]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (("¿Qué pasó?",), []),
        (("Qué pasó?",), [(0, Fault.OPENING_MARK)]),
        (("Oye, ¿qué pasó?",), []),
        (("¡Ay!", "Ay!"), [(1, Fault.OPENING_MARK)]),
        (("¡¿Qué?!",), []),
        (("¿Qué!",), []),
        (("¿De dónde vienes", "a estas horas?"), []),
        (("¿De dónde vienes",), [(0, Fault.UNBALANCED)]),
        (("¿De dónde", "¿Quién es?"), [(0, Fault.UNBALANCED)]),
        (("¡No, no, no!!!",), []),
    ],
)
def test_questions_are_opened_in_spanish(texts, expected):
    assert marks(*texts) == expected


def test_other_languages_do_not_open_them():
    assert marks("What?", "No!", language="en") == []


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (('Dijo: "vengan"',), []),
        (('Dijo: "vengan', 'todos"'), []),
        (('Dijo: "vengan',), [(0, Fault.UNBALANCED)]),
        (("Dijo: «vengan", "todos»"), []),
        (("todos»",), [(0, Fault.UNBALANCED)]),
        (("(risas)",), []),
        (("(risas",), [(0, Fault.UNBALANCED)]),
        (("a) primero",), []),
        (("Bien :)",), []),
        (('Una tabla de 5"',), []),
        (("<i>Hola</i>",), []),
        (("<i>Hola",), [(0, Fault.UNBALANCED)]),
        (("Hola</i>",), [(0, Fault.UNBALANCED)]),
        (("<i>Hola <b>tú</i></b>",), []),
    ],
)
def test_quotes_brackets_and_tags_come_in_pairs(texts, expected):
    assert marks(*texts) == expected


def test_a_long_silence_closes_nothing():
    assert marks('Dijo: "vengan', 'todos"', apart_ms=11_000) == [(0, Fault.UNBALANCED), (1, Fault.UNBALANCED)]
