"""What every translator must do, and what holds of each alone.

The conformance half runs over TRANSLATORS; Apertium's runs where Debian's apertium-eng-spa is installed.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footage_manifest.model import ChannelChoice, Film
from pipeline.errors import ToolError, ToolMissing
from pipeline.ports.speech import SoundOfReel, Span
from pipeline.ports.translation import Passage, TermPair, Translated, TranslateRequest, Translator
from pipeline.tools.listen import Samples
from pipeline.tools.recognise import Heard
from pipeline.tools.recognise_faster_whisper import FasterWhisperEar
from pipeline.tools.spoken import HeardWord
from pipeline.tools.translate_apertium import ApertiumTranslator
from pipeline.tools.translate_ctranslate2 import CTranslate2Translator
from pipeline.tools.translate_deepl import DeepLTranslator
from pipeline.tools.translate_glossary import missed_terms, replace_terms, shield, unshield
from pipeline.tools.translate_laying import whole
from pipeline.tools.translate_libretranslate import LibreTranslator
from pipeline.tools.translate_signs import with_opening_signs
from pipeline.tools.translate_whisper import WhisperTranslator, told_apart
from pipeline.tools.translators import Translators
from tests.fake_bench import FakeBench
from tests.service_stand_in import StandIn, stand_in
from tests.tiny_translation_model import ENGLISH, make_madlad, make_nllb, make_opus

VOICES = Path(__file__).parents[1] / "examples" / "three-days" / "voices"
APERTIUM = ApertiumTranslator()


KEY = "12345678-90ab-cdef:fx"


def make_whisper(_folder: Path) -> Translator:
    return WhisperTranslator(FasterWhisperEar("base", device="cpu"), "base")


def make_apertium(_folder: Path) -> Translator:
    return ApertiumTranslator()


def corpus() -> list[str]:
    return [" ".join(whole(passage).split()) for name in ("INT01", "INT02") for passage in spoken(name)]


def make_opus_model(folder: Path) -> Translator:
    return CTranslate2Translator(str(make_opus(folder / "opus-mt-es-en", ENGLISH, corpus())))


def make_nllb_model(folder: Path) -> Translator:
    return CTranslate2Translator(str(make_nllb(folder / "nllb", ENGLISH, corpus(), ["spa_Latn", "eng_Latn"])))


def make_madlad_model(folder: Path) -> Translator:
    return CTranslate2Translator(str(make_madlad(folder / "madlad", ENGLISH, corpus(), ["es", "en"])))


def make_deepl(_folder: Path) -> Translator:
    return DeepLTranslator(server=SERVERS[0].url)


def make_libretranslate(_folder: Path) -> Translator:
    return LibreTranslator(SERVERS[0].url)


SERVERS: list[StandIn] = []


@pytest.fixture(autouse=True, scope="module")
def _server() -> Iterator[None]:
    with stand_in(ENGLISH) as server:
        SERVERS[:] = [server]
        yield


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TESTIMONIO_DEEPL_KEY", KEY)


TRANSLATORS: list[Callable[[Path], Translator]] = [
    make_whisper, make_opus_model, make_nllb_model, make_madlad_model, make_deepl, make_libretranslate,
]  # fmt: skip
PAIRS: list[tuple[str, str]] = []
if APERTIUM.covers("es", "en") and APERTIUM.covers("en", "es"):
    TRANSLATORS.append(make_apertium)
    PAIRS = [("es", "en"), ("en", "es")]


def sound(name: str) -> SoundOfReel:
    return SoundOfReel(digest=name, stream=0, channels=ChannelChoice.MIX, zero=Fraction(0))


def spoken(name: str) -> tuple[Passage, ...]:
    """Return what is said in one of the example's voices, each turn in one to three cues."""
    passages = []
    for turn in json.loads((VOICES / f"{name}.json").read_text("utf-8"))["turns"]:
        words = turn["text"].split()
        texts = [" ".join(words[at : at + 6]) for at in range(0, len(words), 6)]
        step = (turn["end_ms"] - turn["start_ms"]) // len(texts)
        spans = [Span(turn["start_ms"] + at * step, turn["start_ms"] + (at + 1) * step) for at in range(len(texts))]
        passages.append(Passage(texts=tuple(texts), spans=tuple(spans), sound=sound(name)))
    return tuple(passages)


def written(*texts: str) -> Passage:
    spans = tuple(Span(at * 3_000, at * 3_000 + 2_900) for at in range(len(texts)))
    return Passage(texts=texts, spans=spans, sound=None)


def bench(tmp_path: Path) -> FakeBench:
    return FakeBench(tmp_path, {path.stem: path for path in VOICES.glob("*.ogg")})


def translate(translator: Translator, request: TranslateRequest, on: FakeBench) -> Translated:
    ((index, translated),) = translator.carry_out([request], on)
    assert index == 0
    return translated


# ---------------------------------------------------------------------------------------------------- every translator


@pytest.fixture(params=TRANSLATORS, ids=lambda make: make.__name__)
def translator(request: pytest.FixtureRequest, tmp_path: Path) -> Translator:
    made: Translator = request.param(tmp_path / "models")
    return made


def test_one_cue_in_is_one_cue_out(translator: Translator, tmp_path: Path) -> None:
    passages = (*spoken("INT01")[:3], Passage(texts=("♪",), spans=(Span(0, 900),), sound=sound("INT01")))
    translated = translate(translator, TranslateRequest(source="es", target="en", passages=passages), bench(tmp_path))
    assert [len(texts) for texts in translated.passages] == [len(passage.texts) for passage in passages]
    assert all(text.strip() and "\n" not in text for texts in translated.passages for text in texts)
    assert translated.passages[-1] == ("♪",)
    heard = " ".join(text.lower() for texts in translated.passages for text in texts)
    assert sum(word in heard for word in ("people", "water", "sister", "voices")) >= 3


def test_terms_are_said_as_the_glossary_has_them_or_missed(translator: Translator, tmp_path: Path) -> None:
    terms = (TermPair("grupo de rescate", "rescue group"), TermPair("taller", "sewing workshop"))
    request = TranslateRequest(source="es", target="en", passages=spoken("INT01")[3:4], terms=terms)
    translated = translate(translator, request, bench(tmp_path))
    text = " ".join(translated.passages[0]).lower()
    assert ("rescue group" in text) != (terms[0] in translated.missed_terms)
    assert terms[1] not in translated.missed_terms


def test_requests_together_give_what_each_gives_alone(translator: Translator, tmp_path: Path) -> None:
    first, second = (
        TranslateRequest(source="es", target="en", passages=spoken(name)[:1]) for name in ("INT01", "INT02")
    )
    nothing = TranslateRequest(source="es", target="en", passages=())
    together = dict(translator.carry_out([first, second, nothing], bench(tmp_path)))
    alone = [translate(translator, request, bench(tmp_path)) for request in (first, second)]
    assert [together[0], together[1]] == alone
    assert together[2] == Translated(passages=())


def test_what_it_does_not_cover_it_refuses(translator: Translator, tmp_path: Path) -> None:
    assert translator.covers("es", "en")
    assert translator.covers("es-419", "en")
    assert not translator.covers("es", "nah")
    with pytest.raises(ToolMissing, match="nah"):
        translate(
            translator, TranslateRequest(source="es", target="nah", passages=spoken("INT01")[:1]), bench(tmp_path)
        )


def test_identity_is_digests_and_stays(translator: Translator) -> None:
    request = TranslateRequest(source="es", target="en", passages=spoken("INT01")[:1])
    identity = translator.identity(request)
    assert identity["engine"] == translator.name
    assert identity == translator.identity(request)
    assert any(len(value) == 64 for value in identity.values())


def test_progress_counts_passages(translator: Translator, tmp_path: Path) -> None:
    on = bench(tmp_path)
    translate(translator, TranslateRequest(source="es", target="en", passages=spoken("INT01")[:2]), on)
    assert on.progress.totals == {"translate": (2, "passages")}
    assert on.progress.done == {"translate": 2}


# ------------------------------------------------------------------------------------------------------------- Apertium


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_lines_are_never_dropped_joined_or_moved(tmp_path: Path, source: str, target: str) -> None:
    numbers = ("uno", "dos", "tres") if source == "es" else ("one", "two", "three")
    wanted = ("one", "two", "three") if source == "es" else ("uno", "dos", "tres")
    passages = tuple(written(f"{numbers[at % 3]} {at}") for at in range(60))
    translated = translate(APERTIUM, TranslateRequest(source=source, target=target, passages=passages), bench(tmp_path))
    assert [texts[0].lower() for texts in translated.passages] == [f"{wanted[at % 3]} {at}" for at in range(60)]


@pytest.mark.parametrize(
    "text",
    [
        "La casa [sic] cuesta 3 @ 4",
        "un ^signo$ y otro /más/ \\ aquí",
        "<i>cuando llegamos</i>",
        "*él* #1 +2 ~3 {x}",
        "«sí» — dijo… ♪ 😀",
        "dos\u00a0mil; 100 % (más o menos)",
    ],
)
@pytest.mark.parametrize("pair", PAIRS)
def test_signs_survive_as_they_are(tmp_path: Path, text: str, pair: tuple[str, str]) -> None:
    request = TranslateRequest(source=pair[0], target=pair[1], passages=(written(text), written("fin.")))
    translated = translate(APERTIUM, request, bench(tmp_path))
    signs = [letter for letter in text if not letter.isalnum() and not letter.isspace()]
    said = "".join(translated.passages[0])
    assert [letter for letter in said if letter in signs] == signs
    assert "<i>" not in text or "<i>" in said
    assert len(translated.passages) == 2


@pytest.mark.parametrize("pair", PAIRS)
def test_whatever_people_write_comes_back_whole(
    tmp_path_factory: pytest.TempPathFactory, pair: tuple[str, str]
) -> None:
    on = bench(tmp_path_factory.mktemp("bench"))

    @settings(max_examples=5, deadline=None)  # each starts programs; many texts together cost no more than one
    @given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=60), min_size=8, max_size=16))
    def holds(texts: list[str]) -> None:
        passages = tuple(written(text) for text in texts)
        translated = translate(APERTIUM, TranslateRequest(source=pair[0], target=pair[1], passages=passages), on)
        assert len(translated.passages) == len(texts)
        for text, (said,) in zip(texts, translated.passages, strict=True):
            assert bool(said.strip()) == bool("".join(text.split()))

    holds()


@pytest.mark.parametrize(("source", "target"), PAIRS[1:])
def test_questions_in_spanish_open_with_their_sign(tmp_path: Path, source: str, target: str) -> None:
    request = TranslateRequest(source=source, target=target, passages=(written("Where is the river? Come here!"),))
    said = " ".join(translate(APERTIUM, request, bench(tmp_path)).passages[0])
    assert (said[0], said.count("¿"), said.count("¡")) == ("¿", 1, 1)


@pytest.mark.parametrize(("source", "target"), PAIRS[:1])
def test_names_and_terms_are_not_translated(tmp_path: Path, source: str, target: str) -> None:
    terms = (
        TermPair("Rosa Flores", "Rosa Flores"),
        TermPair("Flores", "Flores"),
        TermPair("madre buscadora", "searching mother"),
        TermPair("río Sumpul", "Sumpul River"),
    )
    passages = (
        written("Rosa Flores trajo flores", "al RIO SUMPUL."),
        written("Las madres buscadoras no se cansan."),
        written("La señora Flores vive aquí."),
    )
    request = TranslateRequest(source=source, target=target, passages=passages, terms=terms)
    translated = translate(APERTIUM, request, bench(tmp_path))
    first, second, third = (" ".join(texts) for texts in translated.passages)
    assert first.startswith("Rosa Flores brought flowers")
    assert "Sumpul River." in first
    assert "searching mothers" in second
    assert "Flores" in third
    assert translated.missed_terms == ()


# ------------------------------------------------------------------------------------------------------------- Whisper


def test_whisper_translates_what_it_hears_into_english_only() -> None:
    whisper = make_whisper(VOICES)
    assert whisper.covers("es", "en-GB")
    assert not whisper.covers("en", "es")
    assert not whisper.covers("en", "en")
    for model in ("base.en", "large-v3-turbo", "distil-large-v3"):
        assert not WhisperTranslator(FasterWhisperEar(model), model).covers("es", "en")


def test_sentences_heard_together_are_told_apart_at_their_ends() -> None:
    text = "We left at night. It was cold, and dark. Nobody came. So we went on"
    words = [
        HeardWord(text=f" {word}", start_s=at * 0.5, end_s=at * 0.5 + 0.4, probability=1.0)
        for at, word in enumerate(text.split())
    ]
    parts = told_apart(words, [2_600, 4_400])
    assert ["".join(word.text for word in part).strip() for part in parts] == [
        "We left at night.",
        "It was cold, and dark.",
        "Nobody came. So we went on",
    ]


@given(st.lists(st.integers(0, 30_000), max_size=6), st.integers(1, 12))
def test_no_part_is_empty_and_no_word_is_lost(boundaries: list[int], more: int) -> None:
    words = [
        HeardWord(text=f" w{at}", start_s=at, end_s=at + 0.9, probability=1.0) for at in range(len(boundaries) + more)
    ]
    parts = told_apart(words, sorted(boundaries))
    assert len(parts) == len(boundaries) + 1
    assert all(parts)
    assert [word for part in parts for word in part] == words


class DeafEar(FasterWhisperEar):
    """An ear that makes nothing of anything."""

    def get_ready(self, jobs: int) -> None:
        assert jobs

    def translate(self, samples: Samples, language: str) -> Heard:
        assert (len(samples) > 0, language) == (True, "es")
        return Heard(words=(), loops=False)


def test_where_nothing_is_heard_the_cues_keep_what_was_said(tmp_path: Path) -> None:
    passages = spoken("INT01")[:2]
    on = bench(tmp_path)
    deaf = WhisperTranslator(DeafEar("base"), "base")
    translated = translate(deaf, TranslateRequest(source="es", target="en", passages=passages), on)
    assert translated.passages == tuple(passage.texts for passage in passages)
    assert len(on.progress.notes) == 2


# ------------------------------------------------------------------------------------------------------------- choosing


@pytest.fixture
def _no_apertium(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("TESTIMONIO_APERTIUM", raising=False)


def choose(engine: str, source: str, target: str, film: Path, **more: object) -> str | None:
    said = {"translation": {"engine": engine, **more}}
    chosen = Translators(film_that_says(said), film).choose(source, target)
    return chosen.name if chosen else None


def film_that_says(said: Mapping[str, object]) -> Film:
    timeline = {"rate": 25, "size": "320x180"}
    return Film.model_validate({"title": "T", "languages": ["es", "en"], "timeline": timeline, "cuts": {}, **said})


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_auto_takes_apertium_where_it_has_the_pair(tmp_path: Path, source: str, target: str) -> None:
    assert choose("auto", source, target, tmp_path) == "apertium"


@pytest.mark.usefixtures("_no_apertium")
def test_auto_takes_whisper_into_english_where_there_is_no_apertium(tmp_path: Path) -> None:
    assert choose("auto", "es", "en", tmp_path) == "whisper"
    assert choose("auto", "en", "es", tmp_path) is None


@pytest.mark.usefixtures("_no_apertium")
def test_auto_takes_none_where_there_are_no_weights_either(tmp_path: Path) -> None:
    film = film_that_says({"transcription": {"model": "./no-such-model.pt"}})
    assert Translators(film, tmp_path).choose("es", "en") is None


@pytest.mark.usefixtures("_no_apertium")
def test_a_named_engine_is_never_replaced(tmp_path: Path) -> None:
    with pytest.raises(ToolMissing, match="apt-get install apertium"):
        choose("apertium", "es", "en", tmp_path)
    assert choose("whisper", "en", "es", tmp_path) is None


def test_auto_never_takes_a_service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = {"services": ["deepl", "libretranslate"], "translation": {"engine": "auto"}, "languages": ["es", "ja"]}
    assert Translators(film_that_says(said), tmp_path).choose("es", "ja", ()) is None
    assert DeepLTranslator().covers("es", "ja")


def test_auto_takes_the_model_that_the_film_names(tmp_path: Path) -> None:
    make_opus(tmp_path / "models" / "opus-mt-es-en", ENGLISH, ["la casa"])
    assert choose("auto", "es", "en", tmp_path, model="models/opus-mt-es-en") == "ctranslate2"
    assert choose("auto", "en", "es", tmp_path, model="models/opus-mt-es-en") != "ctranslate2"


def test_a_service_that_the_film_does_not_allow_is_refused(tmp_path: Path) -> None:
    for said in ({"engine": "deepl"}, {"engine": "libretranslate", "url": "https://translate.example.org"}):
        film = film_that_says({"translation": said, "services": []})
        with pytest.raises(ToolError, match=f"services: .{said['engine']}.*nothing was sent"):
            Translators(film, tmp_path).choose("es", "en")


def test_each_direction_may_have_its_engine(tmp_path: Path) -> None:
    make_opus(tmp_path / "es-fr", ENGLISH, ["la casa"])
    pairs = {"es-fr": {"engine": "ctranslate2", "model": "es-fr"}, "en-es": {"engine": "none"}}
    film = film_that_says({"translation": {"engine": "whisper", "pairs": pairs}})
    chosen = [Translators(film, tmp_path).choose(*one) for one in (("es", "fr"), ("es", "en"), ("en", "es"))]
    assert [one.name if one else None for one in chosen] == ["ctranslate2", "whisper", None]


def test_none_is_none(tmp_path: Path) -> None:
    assert choose("none", "es", "en", tmp_path) is None


# ------------------------------------------------------------------------------------------------------------- glossary


TERMS = (TermPair("cruz roja", "Red Cross"), TermPair("cruz", "cross"), TermPair("año", "year"), TermPair("Luz", "Luz"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("La Cruz Roja vino", "La Red Cross vino"),
        ("dos cruces y una cruz", "dos cruces y una cross"),
        ("crúz", "Cross"),
        ("el ano no es el año", "el ano no es el year"),
        ("Luz apagó la luz", "Luz apagó la luz"),
        ("cruzar", "cruzar"),
        ("cruz", "Cross"),
        ("unos años", "unos years"),
        ("u\u0301ltimo an\u0303o", "último year"),
    ],
)
def test_terms_are_found_as_whole_words_in_any_form(text: str, said: str) -> None:
    shielded = shield(text, TERMS, "en")
    assert unshield(shielded.text, shielded) == said


@given(st.text(alphabet="aáñ ZqbxwLuz.", max_size=40))
def test_shielding_and_unshielding_changes_only_terms(text: str) -> None:
    shielded = shield(text, (TermPair("Luz", "Luz"),), "en")
    assert unshield(shielded.text, shielded).casefold() == text.casefold()


def test_missed_terms_are_those_said_and_not_translated() -> None:
    assert missed_terms("La cruz roja y el año", "The red cross and the years", TERMS) == ()
    assert missed_terms("La cruz roja y el año", "The help and the time", TERMS) == (TERMS[0], TERMS[2])


def test_a_term_left_in_the_sources_language_is_replaced() -> None:
    assert replace_terms("The Cruz Roja came", TERMS) == "The Red Cross came"


# ------------------------------------------------------------------------------------------------------------- ¿ and ¡


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Dónde está?", "¿Dónde está?"),
        ("¿Dónde está?", "¿Dónde está?"),
        ("Llegó. Dónde está? Ven!", "Llegó. ¿Dónde está? ¡Ven!"),
        ("— Quién?", "— ¿Quién?"),
        ('Dijo "quién eres?"', 'Dijo "¿quién eres?"'),
        ("La pregunta es: qué?", "La pregunta es: ¿qué?"),
        ("El Dr. Pérez vino?", "¿El Dr. Pérez vino?"),
        ("?", "?"),
        ("Sin pregunta.", "Sin pregunta."),
        ("", ""),
    ],
)
def test_opening_signs(text: str, said: str) -> None:
    assert with_opening_signs(text) == said
