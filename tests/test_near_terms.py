"""Names and terms heard nearly right: found by letters and dictionary, said, and left as they are."""

import unicodedata

import pytest

from footage_manifest.model import (
    Consent,
    ConsentStatus,
    Film,
    Manifest,
    Person,
    Production,
    Protection,
    Reel,
    Term,
)
from pipeline.assembly.near_names import marked, near_names, words_shown
from pipeline.tools.near_terms import NearTerm, near_terms
from subtitles.transcript import Transcript, Word


def heard(text: str, language: str = "es") -> Transcript:
    words = (
        Word(text=one, start_ms=61_000 + at * 500, end_ms=61_400 + at * 500, confidence=900)
        for at, one in enumerate(text.split())
    )
    return Transcript(language=language, words=tuple(words))


def production(*terms: str, language: str = "es", **people: Person) -> Production:
    film = Film.model_validate(
        {"title": "t", "languages": ["es", "en"], "timeline": {"rate": 25, "size": "64x64"}, "cuts": {}}
    )
    reel = Reel.model_validate({"file": "a.mp4", "kind": "interview", "people": list(people)})
    glossary = tuple(Term(texts={language: term}, line=at) for at, term in enumerate(terms, start=2))
    return Production(film=film, manifest=Manifest(people=people, reels={"INT01": reel}), glossary=glossary)


def found(text: str, *terms: str, language: str = "es") -> list[tuple[str, str]]:
    words = text.split()
    return [(" ".join(words[one.first : one.after]), one.term) for one in near_terms(words, language, terms)]


def test_a_term_heard_with_wrong_letters_is_found() -> None:
    assert found("Esta es una grabación de Libribox.", "LibriVox") == [("Libribox.", "LibriVox")]
    assert found("Venimos de Xochitepeque y ya.", "Xochitepec") == [("Xochitepeque", "Xochitepec")]
    assert found("Venimos de Sochidepeque y ya.", "Xochitepec") == []  # five letters of ten


def test_a_term_heard_in_pieces_or_run_together_is_found() -> None:
    assert found("las de Libri box aquí", "LibriVox") == [("Libri box", "LibriVox")]
    assert found("en Altolukus hubo", "Alto Lukus") == []  # run together it is the term
    assert found("en Altolucus hubo", "Alto Lukus") == [("Altolucus", "Alto Lukus")]


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("la olla está llena y harta", "Elena"),  # words of the dictionary
        ("la olla está llena y harta", "Marta"),
        ("LibriVox, librivox LIBRIVOX", "LibriVox"),  # as it is
        ("los Xochitepecs dicen", "Xochitepec"),  # a form of it
        ("yo me llamo Anha", "Ana"),  # too short to be told
        ("¿… -- 12", "LibriVox"),
        ("", "LibriVox"),
    ],
)
def test_what_is_no_slip_is_left_alone(text: str, term: str) -> None:
    assert found(text, term) == []


def test_letters_and_accents_may_be_written_apart() -> None:
    assert found(unicodedata.normalize("NFD", "un cafetal según Rámon"), "Según") == []
    assert found(unicodedata.normalize("NFD", "habló de Mictlán"), "Mictlan") == []
    assert found(unicodedata.normalize("NFD", "cruzó también"), "Tambien Co") == []


def test_a_language_without_dictionary_says_nothing() -> None:
    assert found("Libribox", "LibriVox", language="nah") == []


def test_the_nearest_term_is_offered() -> None:
    assert near_terms(["Libribox"], "es", ("Libriboxa", "LibriVoxx")) == (NearTerm(term="Libriboxa", first=0, after=1),)


def test_a_near_name_says_where_and_what_and_changes_no_word() -> None:
    said = heard("Grabación de Libribox para Yuana")
    people = {"juana": Person(name="Xuana Reyes")}
    names = near_names(production("LibriVox", **people), "INT01", said)
    assert [str(one) for one in names] == [
        "'Libribox' was heard at 1:02.0, and may be 'LibriVox': listen to it",
        "'Yuana' was heard at 1:03.0, and may be 'Xuana': listen to it",
    ]
    after = marked(said.words, names)
    assert [word.text for word in after] == [word.text for word in said.words]
    assert [word.confidence < 600 for word in after] == [False, False, True, False, True]


def test_a_protected_name_is_never_offered() -> None:
    hidden = Consent(status=ConsentStatus.GRANTED, protections=(Protection.HIDE_NAME,))
    people = {"juana": Person(name="Xuana Reyes", consent=hidden)}
    assert near_names(production(**people), "INT01", heard("para Yuana")) == ()


def test_each_language_of_a_reel_has_its_own_terms() -> None:
    said = heard("Libribox Libribox")
    two = (said.words[0], Word(text="Libribox", start_ms=62_000, end_ms=62_400, confidence=900, language="en"))
    both = Transcript(language="es", other_language="en", words=two)
    names = near_names(production("LibriVox", language="en"), "INT01", both)
    assert [(one.language, one.start_ms) for one in names] == [("en", 62_000)]


def test_the_page_is_given_the_name_that_may_be_meant() -> None:
    shown = words_shown(production("LibriVox"), "INT01", heard("de Libribox"))
    assert [one.get("may_be") for one in shown] == [None, "LibriVox"]
    assert shown[0] == {"text": "de", "start_ms": 61_000, "end_ms": 61_400, "confidence": 900}
