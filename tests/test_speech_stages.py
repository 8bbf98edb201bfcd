"""What the recogniser and the translators are asked, and how their answers become a transcript and cues."""

from fractions import Fraction

import pytest

from footage_manifest.model import (
    ChannelChoice,
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
from pipeline.ports.speech import Recognised, SoundOfReel, Span, Speech
from pipeline.ports.translation import TermPair, Translated
from pipeline.stages.transcribe import MOST_PRIMED, Listening, chunks_to_hear, joined, plan_chunk, priming
from pipeline.stages.translate import PASSAGES_A_BATCH, batches, plan_batch, translated
from subtitles.cue import Cue
from subtitles.style import OURS
from subtitles.transcript import Word

SOUND = SoundOfReel(digest="d" * 64, stream=1, channels=ChannelChoice.MIX, zero=Fraction(1, 25))


def production(*terms: Term, **people: Person) -> Production:
    film = Film.model_validate(
        {"title": "t", "languages": ["es", "en"], "timeline": {"rate": 25, "size": "640x360"}, "cuts": {}}
    )
    reel = Reel.model_validate({"file": "a.mp4", "kind": "interview", "people": list(people), "programme": "retorno"})
    return Production(film=film, manifest=Manifest(people=people, reels={"INT01": reel}), glossary=terms)


def heard(language: str, confidence: int, *texts: str, start_ms: int = 0) -> Recognised:
    words = [
        Word(text=text, start_ms=start_ms + at * 500, end_ms=start_ms + at * 500 + 400, confidence=900)
        for at, text in enumerate(texts)
    ]
    return Recognised(language=language, language_confidence=confidence, words=tuple(words))


# ---------------------------------------------------------------------------------------------------------- transcribe


def test_every_chunk_is_asked_for_in_order_and_in_the_reels_language() -> None:
    listening = Listening(sound=SOUND, language="es", prime=("Juana R.",), beam=3)
    speech = Speech(chunks=(Span(0, 5_000), Span(7_000, 9_000)), speech_ms=6_000, duration_ms=10_000)
    asked = [plan_chunk(chunk) for chunk in chunks_to_hear(listening, speech)]
    assert [request.chunk for request in asked] == [Span(0, 5_000), Span(7_000, 9_000)]
    assert {(request.sound, request.language, request.prime, request.beam) for request in asked} == {
        (SOUND, "es", ("Juana R.",), 3)
    }


def test_people_come_before_terms_and_terms_before_the_programme() -> None:
    terms = (Term(texts={"es": "taller", "en": "workshop"}, line=2), Term(texts={"en": "only English"}, line=3))
    assert priming(production(*terms, juana=Person(name="Juana R.")), "INT01", "es") == (
        "Juana R.",
        "taller",
        "retorno",
    )


def test_a_protected_name_never_primes() -> None:
    hidden = Consent(status=ConsentStatus.GRANTED, protections=(Protection.HIDE_NAME,))
    people = {"juana": Person(name="Juana R.", consent=hidden), "elena": Person(name="Elena M.")}
    assert priming(production(**people), "INT01", "es") == ("Elena M.", "retorno")


def test_a_longer_glossary_makes_no_transcript_out_of_date() -> None:
    terms = [Term(texts={"es": f"palabra número {at}"}, line=at + 2) for at in range(40)]
    few, many = (priming(production(*terms[:count]), "INT01", "es") for count in (20, 40))
    assert few == many
    assert 60 < len(", ".join(few)) <= MOST_PRIMED


def test_a_language_told_by_some_chunks_only_is_less_sure() -> None:
    chunks = [heard("es", 990, "hola", "a", "todos"), heard("gl", 600, "ola", start_ms=9_000)]
    transcript = joined(None, chunks)
    assert (transcript.language, transcript.language_confidence) == ("es", 990)
    assert [word.text for word in transcript.words] == ["hola", "a", "todos", "ola"]


def test_a_silent_chunk_has_no_say_in_the_language() -> None:
    chunks = [Recognised(language="und", language_confidence=0, words=()), heard("en", 940, "hello")]
    assert (joined(None, chunks).language, joined(None, chunks).language_confidence) == ("en", 940)
    assert joined(None, chunks[:1]).language == ""
    assert joined("es", chunks[:1]).language == "es"


# ----------------------------------------------------------------------------------------------------------- translate


def cues(count: int) -> tuple[Cue, ...]:
    return tuple(
        Cue(id=f"c{at}", start_ms=at * 3_000, end_ms=at * 3_000 + 2_500, text=f"Línea\n<i>número</i> {at}.")
        for at in range(count)
    )


def test_every_cue_is_in_one_passage_without_its_lines_and_tags() -> None:
    (batch,) = batches(cues(3), ("es", "en"), (), SOUND)
    request = plan_batch(batch)
    assert [passage.texts for passage in request.passages] == [(f"Línea número {at}.",) for at in range(3)]
    assert [passage.spans for passage in request.passages] == [
        (Span(at * 3_000, at * 3_000 + 2_500),) for at in range(3)
    ]
    assert {passage.sound for passage in request.passages} == {SOUND}


def test_an_edit_changes_its_own_batch_only() -> None:
    before = list(cues(PASSAGES_A_BATCH * 2 + 5))
    after = list(before)
    after[PASSAGES_A_BATCH + 3] = Cue(
        id="c", start_ms=before[PASSAGES_A_BATCH + 3].start_ms, end_ms=10**6, text="Otra."
    )
    pairs = zip(batches(before, ("es", "en"), (), None), batches(after, ("es", "en"), (), None), strict=True)
    assert [old == new for old, new in pairs] == [True, False, True]


def test_terms_need_both_languages_and_names_stay() -> None:
    terms = (Term(texts={"es": "taller"}, line=2), Term(texts={"es": "grupo", "en": "group"}, line=3))
    (batch,) = batches(cues(1), ("es", "en"), terms, None, names=("Rosa Flores", "Rosa Flores"))
    assert batch.terms == (TermPair("grupo", "group"), TermPair("Rosa Flores", "Rosa Flores"))


def test_translations_keep_their_cues_ids_and_times() -> None:
    results = [Translated(passages=(("One.",), ("Two.",))), Translated(passages=(("Three.",),))]
    made = translated(cues(3), results, "en", OURS)
    assert [(cue.id, cue.start_ms, cue.text) for cue in made] == [
        ("c0", 0, "One."),
        ("c1", 3_000, "Two."),
        ("c2", 6_000, "Three."),
    ]
    with pytest.raises(ValueError, match="zip"):
        translated(cues(4), results, "en", OURS)
