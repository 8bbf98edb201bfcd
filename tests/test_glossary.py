from footage_manifest.model import Term
from subtitles.cue import Cue
from subtitles.glossary import check_terms


def track(*texts: str) -> list[Cue]:
    return [Cue(id=f"R-{i}", start_ms=i * 2000, end_ms=i * 2000 + 1900, text=text) for i, text in enumerate(texts)]


TERMS = (
    Term(texts={"es": "hogar de paso", "en": "transit home"}, line=2),
    Term(texts={"es": "Casa Azul", "en": "Casa Azul"}, line=3),
    Term(texts={"es": "asilo"}, line=4),
)


def found(source, target):
    return check_terms(source, target, TERMS, languages=("es", "en"), file="INT01.en.srt", lines={"R-0": 12})


def test_a_term_that_the_translation_lacks_is_named_with_its_place():
    (finding,) = found(track("Vivía en el hogar\nde paso."), track("I lived in the shelter."))
    assert str(finding) == (
        "INT01.en.srt:12: R-0: 'hogar de paso' is said, and 'transit home' is not in the translation; "
        "use the term, or change line 2 of the glossary"
    )


def test_a_term_may_cross_a_cue_within_its_sentence():
    source = track("Cuando llegué a la Casa Azul", "no conocía a nadie.")
    assert found(source, track("I knew nobody", "when I came to <i>Casa</i>\nAZUL.")) == ()


def test_only_whole_words_count_and_only_terms_with_both_languages():
    assert found(track("Los hogares de paso. Pedí asilo."), track("The homes.")) == ()
    assert len(found(track("Casa Azul."), track("Casa Azulita."))) == 1


def test_what_is_not_translated_is_not_judged():
    assert found(track("Casa Azul."), []) == ()
