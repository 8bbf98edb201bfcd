"""Converted models through the true CTranslate2: found by path or name, told their languages, never losing a line."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import ToolError, ToolMissing
from pipeline.ports.speech import Span
from pipeline.ports.translation import Passage, TermPair, TranslateRequest
from pipeline.tools.translate_ctranslate2 import CTranslate2Translator
from pipeline.tools.translate_models import Family, find_translation_model, models_here, read_model
from pipeline.tools.translate_sentences import sentences, within
from tests.fake_bench import FakeBench
from tests.tiny_translation_model import ENGLISH, FRENCH, make_madlad, make_nllb, make_opus

CORPUS = [
    "La casa de mi hermana.",
    "casa",
    "La gente vive en la noche, no en casa.",
    "¿Poca agua?",
    "el agua y la gente",
]


def passage(*texts: str) -> Passage:
    spans = tuple(Span(at * 3_000, at * 3_000 + 2_900) for at in range(len(texts)))
    return Passage(texts=texts, spans=spans, sound=None)


def said(
    model: Path, tmp_path: Path, *passages: Passage, target: str = "en", jobs: int = 2
) -> tuple[tuple[str, ...], ...]:
    translator = CTranslate2Translator(str(model))
    translator.state("es", target)
    request = TranslateRequest(source="es", target=target, passages=passages)
    ((_, found),) = translator.carry_out([request], FakeBench(tmp_path / "bench", jobs=jobs))
    return found.passages


@pytest.fixture(scope="module")
def opus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_opus(tmp_path_factory.mktemp("models") / "opus-mt-es-en", ENGLISH, CORPUS)


# --------------------------------------------------------------------------------------------------------------- families


def test_each_family_is_told_its_languages_and_says_the_words(tmp_path: Path) -> None:
    models = {
        Family.OPUS: make_opus(tmp_path / "opus-mt-es-fr", FRENCH, CORPUS),
        Family.NLLB: make_nllb(tmp_path / "nllb", FRENCH, CORPUS, ["spa_Latn", "fra_Latn"]),
        Family.M2M: make_nllb(tmp_path / "m2m", FRENCH, CORPUS, ["__es__", "__fr__"]),
        Family.MADLAD: make_madlad(tmp_path / "madlad", FRENCH, CORPUS, ["fr", "es"]),
    }
    for family, folder in models.items():
        assert read_model("x", folder).family is family
        assert said(folder, tmp_path, passage("La casa de", "mi hermana."), target="fr") == (
            ("La maison", "de ma soeur."),
        )


def test_an_opus_model_into_several_languages_is_told_which(tmp_path: Path) -> None:
    folder = make_opus(tmp_path / "opus-mt-es-ROMANCE", FRENCH, CORPUS, languages=["fra", "ita"])
    model = read_model("x", folder)
    assert model.token("fr") == ">>fra<<"
    assert model.covers("es", "fr", stated=True)
    assert not model.covers("es", "pt", stated=True)
    assert said(folder, tmp_path, passage("La gente vive en casa"), target="fr") == (("La gens vit dans maison",),)


def test_languages_are_found_as_models_spell_them(tmp_path: Path) -> None:
    listed = ["spa_Latn", "arb_Arab", "zho_Hans", "zho_Hant", "quy_Latn", "srp_Cyrl", "eng_Latn"]
    model = read_model("x", make_nllb(tmp_path / "nllb", ENGLISH, CORPUS, listed))
    spelled = {one: model.token(one) for one in ("es-419", "ar", "zh", "zh-Hant", "qu", "sr", "en-GB", "nah")}
    assert spelled == {
        "es-419": "spa_Latn", "ar": "arb_Arab", "zh": "zho_Hans", "zh-Hant": "zho_Hant", "qu": "quy_Latn",
        "sr": "srp_Cyrl", "en-GB": "eng_Latn", "nah": None,
    }  # fmt: skip


def test_a_direction_that_nothing_states_is_asked_for(tmp_path: Path) -> None:
    folder = make_opus(tmp_path / "mine", ENGLISH, CORPUS)
    with pytest.raises(ToolError, match=r"nothing says which languages.*pairs: .es-en"):
        CTranslate2Translator(str(folder)).covers("es", "en")
    (folder / "tokenizer_config.json").write_text(json.dumps({"source_lang": "spa", "target_lang": "eng"}), "utf-8")
    assert CTranslate2Translator(str(folder)).covers("es", "en")
    assert not CTranslate2Translator(str(folder)).covers("es", "fr")


# ------------------------------------------------------------------------------------------------------------------ finding


def test_a_model_is_found_in_the_film_by_path_or_by_name(
    opus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert find_translation_model(opus.name, film=opus.parent).folder == opus
    assert find_translation_model(str(opus), film=tmp_path).folder == opus
    monkeypatch.setenv("TESTIMONIO_MODELS", str(tmp_path / "models"))
    owned = make_opus(tmp_path / "models" / "Someone--opus-mt-es-en", ENGLISH, CORPUS)
    assert find_translation_model("Someone/opus-mt-es-en", film=tmp_path).folder == owned
    assert [one.name for one in models_here()][:1] == [owned.name]


def test_a_model_in_the_hubs_cache_is_found_and_none_is_fetched(
    opus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "hub"
    held = cache / "models--Someone--es-en-ct2"
    snapshot = held / "snapshots" / "abc"
    snapshot.mkdir(parents=True)
    for file in opus.iterdir():
        (snapshot / file.name).write_bytes(file.read_bytes())
    (held / "refs").mkdir()
    (held / "refs" / "main").write_text("abc", "utf-8")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(cache))
    assert find_translation_model("Someone/es-en-ct2").digest == read_model("x", opus).digest
    with pytest.raises(ToolMissing, match=r"no translation model 'Someone/else'.*ct2-transformers-converter"):
        find_translation_model("Someone/else")


@pytest.mark.parametrize("name", ["~nobody-here/model", "../..", "a b", "a\nb", "/nowhere", "https://x.org/y"])
def test_what_is_no_model_is_refused_with_every_place(tmp_path: Path, name: str) -> None:
    with pytest.raises(ToolError, match="ct2-transformers-converter"):
        find_translation_model(name, film=tmp_path)


@pytest.mark.parametrize("name", ["model.bin", "config.json", "shared_vocabulary.json", "source.spm", "target.spm"])
def test_half_a_model_is_refused_by_what_is_missing(tmp_path: Path, name: str) -> None:
    folder = make_opus(tmp_path / "opus-mt-es-en", ENGLISH, CORPUS)
    (folder / name).unlink()
    with pytest.raises(ToolError, match=f"is not a translation model.*{name.partition('.')[0]}"):
        CTranslate2Translator(str(folder)).covers("es", "en")


@pytest.mark.parametrize("name", ["model.bin", "source.spm"])
def test_a_damaged_model_is_an_error_in_words(tmp_path: Path, name: str) -> None:
    folder = make_opus(tmp_path / "opus-mt-es-en", ENGLISH, CORPUS)
    (folder / name).write_bytes(b"\x01cut short")
    with pytest.raises(ToolError, match="cannot be loaded"):
        said(folder, tmp_path, passage("La casa."))


def test_the_identity_is_what_is_in_the_files(opus: Path, tmp_path: Path) -> None:
    request = TranslateRequest(source="es", target="en", passages=())
    copied = make_opus(tmp_path / "opus-mt-es-en", ENGLISH, CORPUS)
    first, second = (CTranslate2Translator(str(folder)).identity(request) for folder in (opus, copied))
    assert first["weights"] == read_model("x", opus).digest
    assert (second["weights"] == first["weights"]) == (
        (copied / "source.spm").read_bytes() == (opus / "source.spm").read_bytes()
    )
    (copied / "target.spm").write_bytes((copied / "target.spm").read_bytes() + b"\x00")
    assert read_model("x", copied).digest != second["weights"]
    assert "4.8" not in str(first)


# ------------------------------------------------------------------------------------------------------------------ saying


def test_the_result_is_the_same_on_any_number_of_cores(opus: Path, tmp_path: Path) -> None:
    passages = tuple(passage(f"La casa {at}", "de mi hermana.", "¿Poca agua?") for at in range(40))
    found = {jobs: said(opus, tmp_path, *passages, jobs=jobs) for jobs in (1, 2, 4)}
    assert found[1] == found[2] == found[4]
    assert [" ".join(texts) for texts in found[1]] == [
        f"The house {at} of my sister. ¿Little water?" for at in range(40)
    ]


def test_words_that_the_model_does_not_know_stay(opus: Path, tmp_path: Path) -> None:
    assert said(opus, tmp_path, passage("La Zacatecoluca de mi casa")) == (("The Zacatecoluca of my house",),)


def test_a_sentence_longer_than_the_model_holds_loses_nothing(opus: Path, tmp_path: Path) -> None:
    words = [f"casa gente{at}" for at in range(300)]
    ((text,),) = said(opus, tmp_path, passage(" ".join(words)))
    assert text.split() == [word.replace("casa", "house") for one in words for word in one.split()]
    endless = "a" * 20_000
    assert said(opus, tmp_path, passage(endless)) == ((endless,),)


def test_terms_hold_and_what_a_model_loses_is_reported(opus: Path, tmp_path: Path) -> None:
    translator = CTranslate2Translator(str(opus))
    terms = (TermPair("casa", "home"), TermPair("mi hermana", "Sister Maria"))
    request = TranslateRequest(source="es", target="en", passages=(passage("La casa de", "mi hermana."),), terms=terms)
    ((_, found),) = translator.carry_out([request], FakeBench(tmp_path))
    assert " ".join(found.passages[0]) == "The home of Sister Maria."
    assert found.missed_terms == ()


@settings(max_examples=25, deadline=None)
@given(texts=st.lists(st.text(max_size=80), min_size=1, max_size=6))
def test_whatever_people_write_comes_back_line_for_line(
    opus: Path, tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    passages = tuple(passage(text) for text in texts)
    found = said(opus, tmp_path_factory.mktemp("bench"), *passages)
    assert len(found) == len(texts)
    for text, (translated,) in zip(texts, found, strict=True):
        assert bool(translated.strip()) == bool("".join(text.split())) or not any(one.isalnum() for one in text)


# --------------------------------------------------------------------------------------------------------------- sentences


@given(text=st.text(alphabet="ab .?!,", max_size=60), most=st.integers(1, 9))
def test_taking_apart_keeps_every_word_in_order(text: str, most: int) -> None:
    parts = within(sentences(text, "es"), len, most)
    assert " ".join(parts).split() == text.split()
    assert all(len(part) <= most or " " not in part for part in parts)


def test_sentences_end_where_people_end_them() -> None:
    assert sentences("No. El Dr. Paz vino. ¿Y?", "es") == ("No.", "El Dr. Paz vino.", "¿Y?")
