"""People's names are found however they are written, so that none is printed or sent by a way of writing it."""

import unicodedata

import pytest

from footage_manifest.naming import NamesInText, prints_name

NFD = unicodedata.normalize("NFD", "Peña")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("la señora ROSA  SECRETA\nPENA vino", "Rosa Secreta Peña"),
        (f"Rosa Secreta {NFD}.", "Rosa Secreta Peña"),
        ("Rosa Secreta Peña", f"ROSA SECRETA {NFD.upper()}"),
        ("Juana R, de noche", "Juana R."),
        ("anne marie o’neill", "Anne-Marie O'Neill"),
        ("Lukasz Zolc", "Łukasz Żółć"),
        ("Ro\u00adsa Se\u200bcreta", "Rosa Secreta"),
        ("Ｒｏｓａ", "Rosa"),
        ("李小龙是他的名字", "李小龙"),
        ("Juana's boat", "Juana"),
        ("김철수는 밤에 떠났다", "김철수"),
    ],
)
def test_a_name_is_found_however_it_is_written(text: str, name: str) -> None:
    assert prints_name(text, name)


@pytest.mark.parametrize(
    ("text", "name"),
    [("Mariana", "Ana"), ("rosas rojas", "Rosa Secreta"), ("Juana vino", "Juana R."), ("", "Rosa"), ("Rosa", " . ")],
)
def test_other_words_are_no_name(text: str, name: str) -> None:
    assert not prints_name(text, name)


@pytest.mark.parametrize(
    ("name", "text", "kept"),
    [
        ("JOSÉ GARCÍA", "Jose y García", ["Jose", "García"]),
        ("marisol quispe", "Marisol QUISPE", ["Marisol", "QUISPE"]),
        (f"Rosa {NFD}", "Rosa Pena, Rosa Peña", ["Peña", "Pena", "Rosa", "Rosa"]),
        ("Rosa Secreta", "rosa secreta, una rosa secreta mía", ["rosa", "rosa", "secreta", "secreta"]),
        ("María Flores", "las flores de María Flores", ["Flores", "María"]),
        ("Luz de la Cruz", "la cruz de la iglesia", []),
        ("Luz de la Cruz", "luz de la cruz", ["cruz", "de", "la", "luz"]),
        ("Juana R.", "R. y juana", []),
        ("李小龙", "他是李小龙吗", ["李小龙"]),
        ("रोसा", "रोसा आई", ["रोसा"]),
        ("Juana Quispe", "los Quispes", ["Quispes"]),
    ],
)
def test_the_words_of_a_name_are_found_one_by_one(name: str, text: str, kept: list[str]) -> None:
    text = unicodedata.normalize("NFC", text)
    assert sorted(text[start:end] for start, end in NamesInText([name]).spans(text)) == sorted(kept)


def test_nobody_has_no_name() -> None:
    assert list(NamesInText(["", " . "]).spans("Rosa. de la . R")) == []
