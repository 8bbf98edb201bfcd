"""DeepL and LibreTranslate against a server that misbehaves: no line is dropped or moved, no name or key gets out."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.errors import ToolError, ToolMissing
from pipeline.ports.speech import Span
from pipeline.ports.translation import Passage, TermPair, Translated, TranslateRequest, Translator
from pipeline.tools.translate_deepl import DeepLTranslator
from pipeline.tools.translate_http import Patience, Service
from pipeline.tools.translate_keys import find_key
from pipeline.tools.translate_libretranslate import LibreTranslator
from tests.fake_bench import FakeBench
from tests.service_stand_in import StandIn, stand_in
from tests.tiny_translation_model import ENGLISH

KEY = "0123-secret-4567:fx"
PAUSES: list[float] = []
HASTE = Patience(answer_s=1, quiet_s=1, pauses_s=(1, 2), sleep=PAUSES.append)


@pytest.fixture
def server() -> Iterator[StandIn]:
    PAUSES.clear()
    with stand_in(ENGLISH) as made:
        yield made


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TESTIMONIO_DEEPL_KEY", KEY)
    monkeypatch.delenv("TESTIMONIO_LIBRETRANSLATE_KEY", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def written(*texts: str, start: int = 0) -> Passage:
    spans = tuple(Span(start + at * 3_000, start + at * 3_000 + 2_900) for at in range(len(texts)))
    return Passage(texts=texts, spans=spans, sound=None)


LINES = ("La casa.", "Mi hermana vive", "en la casa.", "Poca agua.", "La noche.", "♪", "Gente y voces.")
PASSAGES = (written(LINES[0]), written(*LINES[1:3]), *(written(text) for text in LINES[3:]))
SAID = (
    ("The house.",), ("My sister lives", "in the house."), ("Little water.",), ("The night.",), ("♪",),
    ("People and voices.",),
)  # fmt: skip


def request_of(*passages: Passage, terms: tuple[TermPair, ...] = ()) -> TranslateRequest:
    return TranslateRequest(source="es", target="en", passages=passages, terms=terms)


def deepl(server: StandIn, **more: object) -> DeepLTranslator:
    return DeepLTranslator(server=server.url, patience=HASTE, **more)  # type: ignore[arg-type]


def libre(server: StandIn, **more: object) -> LibreTranslator:
    return LibreTranslator(server.url, patience=HASTE, **more)  # type: ignore[arg-type]


ENGINES = {"deepl": deepl, "libretranslate": libre}


def translated(translator: Translator, request: TranslateRequest, tmp_path: Path) -> tuple[Translated, list[str]]:
    bench = FakeBench(tmp_path)
    ((_, found),) = translator.carry_out([request], bench)
    return found, bench.progress.notes


# ------------------------------------------------------------------------------------------------- a server that stumbles


@pytest.mark.parametrize("fault", ["500", "502", "503", "504", "429", "529", "html", "broken", "list", "hang-up"])
@pytest.mark.parametrize("engine", ENGINES)
def test_what_passes_by_itself_is_asked_again(server: StandIn, tmp_path: Path, engine: str, fault: str) -> None:
    server.faults = [fault]
    found, notes = translated(ENGINES[engine](server), request_of(*PASSAGES), tmp_path)
    assert (found.passages, notes, PAUSES) == (SAID, [], [1])


@pytest.mark.parametrize("fault", ["fewer", "more", "swapped", "unmarked"])
def test_an_answer_that_would_shift_lines_is_never_used(server: StandIn, tmp_path: Path, fault: str) -> None:
    server.faults = [fault]
    found, _ = translated(deepl(server), request_of(*PASSAGES), tmp_path)
    assert found.passages == SAID
    assert PAUSES == [1]
    server.faults = [fault] * 9
    with pytest.raises(ToolError, match=r"3 times.*run again later"):
        translated(deepl(server), request_of(*PASSAGES), tmp_path)


@pytest.mark.parametrize("fault", ["hang", "drip"])
def test_a_server_that_never_ends_is_not_waited_for(server: StandIn, tmp_path: Path, fault: str) -> None:
    server.faults = [fault, None]
    found, _ = translated(deepl(server), request_of(PASSAGES[0]), tmp_path)
    assert found.passages == SAID[:1]
    assert PAUSES == [1]


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("403", "403.*the key is right"),
        ("456", "456.*used up.*is kept"),
        ("400", "400.*translation.pairs"),
        ("404", "404.*address"),
        ("redirect", "sends us on to http://127.0.0.1:9/elsewhere, where nothing was sent"),
        ("flood", "larger than 4 MiB"),
    ],
)
@pytest.mark.parametrize("engine", ENGINES)
def test_what_does_not_pass_is_said_at_once(
    server: StandIn, tmp_path: Path, engine: str, fault: str, says: str
) -> None:
    server.faults = [fault]
    translator = ENGINES[engine](server)
    with pytest.raises(ToolError, match=says) as error:
        translated(translator, request_of(PASSAGES[0]), tmp_path)
    assert PAUSES == []
    assert len(server.asked) <= 2
    assert KEY not in f"{error.value}{error.value!r}{error.value.__dict__}"


def test_a_server_that_stays_down_is_named_after_the_last_try(server: StandIn, tmp_path: Path) -> None:
    server.faults = ["503"] * 9
    with pytest.raises(ToolError, match=r"DeepL: it answered 503 \(.*\), 3 times"):
        translated(deepl(server), request_of(PASSAGES[0]), tmp_path)
    assert PAUSES == [1, 2]
    server.server_close()
    with pytest.raises(ToolError, match="cannot be reached"):
        translated(deepl(server), request_of(PASSAGES[0]), tmp_path)


def test_a_pause_that_the_server_asks_for_is_kept() -> None:
    pauses: list[float] = []
    with stand_in(ENGLISH) as server:
        answering = server.RequestHandlerClass._send

        def patient(self, status, content, kind, headers=None):
            answering(self, status, content, kind, {"Retry-After": "7"} if status == 429 else headers)

        server.RequestHandlerClass = type("Patient", (server.RequestHandlerClass,), {"_send": patient})
        server.faults = ["429"]
        service = Service("x", server.url, patience=Patience(pauses_s=(1,), sleep=pauses.append))
        assert service.post("/translate", {"q": "casa"}, {}, lambda answer: answer) == {"translatedText": "house"}
    assert pauses == [7]


@pytest.mark.parametrize("fault", ["empty", "endless", "lost"])
def test_a_passage_that_comes_back_spoiled_keeps_what_was_said(server: StandIn, tmp_path: Path, fault: str) -> None:
    private = ("Juana",)
    request = request_of(written("Juana vive en la casa."))
    server.faults = [fault] * 4
    elsewhere = libre(server, private=private)
    elsewhere._private = private  # a server on this machine is told names
    found, notes = translated(elsewhere, request, tmp_path)
    assert found.passages == (("Juana vive en la casa.",),)
    assert "keep what was said" in notes[0]
    assert "Juana" not in server.sent
    if fault != "endless":
        server.faults = [fault] * 4
        found, notes = translated(deepl(server, private=private), request, tmp_path)
        assert found.passages == (("Juana vive en la casa.",),)
        assert len(notes) == 1


def test_what_a_server_sends_for_a_terminal_is_only_text(server: StandIn, tmp_path: Path) -> None:
    server.faults = ["control"]
    found, _ = translated(libre(server), request_of(PASSAGES[0]), tmp_path)
    assert found.passages == (("[31mThe house.",),)


def test_what_came_before_a_failure_is_not_lost(server: StandIn, tmp_path: Path) -> None:
    server.faults = [None, "456"]
    found = []
    with pytest.raises(ToolError, match="456"):
        found.extend(deepl(server).carry_out([request_of(PASSAGES[0]), request_of(PASSAGES[1])], FakeBench(tmp_path)))
    assert [index for index, _ in found] == [0]


# ------------------------------------------------------------------------------------------------------ what leaves, and not


def test_many_passages_stay_in_their_places(server: StandIn, tmp_path: Path) -> None:
    passages = tuple(written(f"casa {at}", f"noche {at}.", start=at * 7_000) for at in range(33))
    for make in ENGINES.values():
        found, _ = translated(make(server), request_of(*passages), tmp_path)
        assert [" ".join(texts) for texts in found.passages] == [f"house {at} night {at}." for at in range(33)]
        assert {len(texts) for texts in found.passages} == {2}
    questions = [body for path, _, body in server.asked if path == "/v2/translate"]
    assert [len(body["text"]) for body in questions] == [10, 10, 10, 3]
    assert questions[1]["context"].startswith("casa 8 noche 8. casa 9 noche 9. casa 10")
    assert questions[1]["context"].endswith("noche 21.")
    assert (questions[0]["source_lang"], questions[0]["target_lang"]) == ("ES", "EN-US")


def test_names_of_people_never_leave_and_come_back_in_their_place(server: StandIn, tmp_path: Path) -> None:
    private = ("Juana", "Xochitl")
    request = request_of(
        written("Juana vive en la casa de XOCHITL."),
        written("La hermana de Juana."),
        terms=(TermPair("Juana", "Juana"),),
    )
    found, _ = translated(deepl(server, private=private), request, tmp_path)
    assert found.passages == (("Juana lives in the house of XOCHITL.",), ("The sister of Juana.",))
    assert not re.search("juana|xochitl", server.sent, re.IGNORECASE)
    assert "N. vive en la casa de N." in server.asked[-1][2]["context"]


def test_a_term_that_holds_a_name_does_not_carry_it_out(server: StandIn, tmp_path: Path) -> None:
    terms = (TermPair("Comité Juana", "Juana Committee"), TermPair("casa", "home"))
    found, _ = translated(
        deepl(server, private=("Juana",)), request_of(written("El Comité Juana en la casa."), terms=terms), tmp_path
    )
    assert "Juana" in found.passages[0][0]
    assert found.passages[0][0].endswith("in the home.")
    assert "Juana" not in server.sent


def test_a_name_in_capitals_in_the_manifest_or_in_a_terms_translation_does_not_leave(
    server: StandIn, tmp_path: Path
) -> None:
    request = request_of(
        written("Xóchitl Peña vive en la casa de xochitl pena, la jefa."),
        terms=(TermPair("la jefa", "Xochitl"),),
    )
    elsewhere = libre(server)
    elsewhere._private = ("XÓCHITL PEÑA",)  # a server on this machine is told names
    for engine in (deepl(server, private=("XÓCHITL PEÑA",)), elsewhere):
        found, _ = translated(engine, request, tmp_path)
        assert found.passages == (("Xóchitl Peña lives in the house of xochitl pena, Xochitl.",),)
    assert not re.search("x[oó]chitl|pe[ñn]a", server.sent, re.IGNORECASE)


def test_terms_are_said_as_the_glossary_has_them(server: StandIn, tmp_path: Path) -> None:
    terms = (TermPair("casa grande", "Great House & Yard"), TermPair("agua", "WATER"))
    request = request_of(written("La casa grande <no> tiene agua."), written("Casa grande, noche."), terms=terms)
    for make in ENGINES.values():
        found, _ = translated(make(server), request, tmp_path)
        assert "Great House & Yard <not> tiene WATER." in found.passages[0][0]
        assert found.passages[1] == ("Great House & Yard, night.",)
        assert found.missed_terms == ()


def test_a_lost_term_is_asked_for_again_without_it(server: StandIn, tmp_path: Path) -> None:
    server.faults = ["lost"]
    request = request_of(written("Hermana y agua."), terms=(TermPair("agua", "river"),))
    found, notes = translated(libre(server), request, tmp_path)
    assert found.passages == (("Sister and water.",),)
    assert found.missed_terms == (TermPair("agua", "river"),)
    assert notes == []


@pytest.mark.parametrize(
    "text", ["<i>casa</i> & «agua»", "<i> casa", "3 < 5 > casa & agua;", "</t> casa <x n='0'>", "a\x0bcasa"]
)
def test_signs_and_italics_come_back_as_they_were(server: StandIn, tmp_path: Path, text: str) -> None:
    found, _ = translated(deepl(server), request_of(written(text)), tmp_path)
    wanted = text.replace("casa", "house").replace("agua", "water").replace("\x0b", " ")
    assert found.passages == ((wanted,),)


def test_the_key_goes_into_the_header_and_nowhere_else(server: StandIn, tmp_path: Path) -> None:
    translator = deepl(server)
    request = request_of(PASSAGES[0])
    translated(translator, request, tmp_path)
    path, headers, body = server.asked[0]
    assert (path, headers["Authorization"]) == ("/v2/translate", f"DeepL-Auth-Key {KEY}")
    assert KEY not in path + json.dumps(body) + json.dumps([translator.identity(request), translator.provenance()])


def test_a_key_to_libretranslate_goes_into_the_question(
    server: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TESTIMONIO_LIBRETRANSLATE_KEY", "abc")
    translated(libre(server), request_of(PASSAGES[0]), tmp_path)
    bodies = {path: body for path, _, body in server.asked}
    assert bodies["/languages"] == {}
    assert bodies["/translate"] == {"q": "La casa.", "source": "es", "target": "en", "format": "text", "api_key": "abc"}


# --------------------------------------------------------------------------------------------------------------------- keys


def test_a_key_may_lie_in_a_file_of_the_users_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TESTIMONIO_DEEPL_KEY")
    assert find_key("deepl") is None
    file = tmp_path / "config" / "testimonio" / "deepl.key"
    file.parent.mkdir(parents=True)
    file.write_text("from-a-file\n", "utf-8")
    file.chmod(0o644)
    with pytest.raises(ToolError, match="chmod 600"):
        find_key("deepl")
    file.chmod(0o600)
    assert find_key("deepl") == "from-a-file"
    with pytest.raises(ToolError, match="lies in the film folder"):
        find_key("deepl", film=tmp_path)
    monkeypatch.setenv("TESTIMONIO_DEEPL_KEY_FILE", str(tmp_path / "none"))
    assert find_key("deepl") is None


@pytest.mark.parametrize("key", ["two words", "x\r\nHost: elsewhere", "ñ", "a" * 300, " \t"])
def test_what_cannot_be_a_key_is_refused_unsaid(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TESTIMONIO_DEEPL_KEY", key)
    with pytest.raises(ToolError, match="is no key") as error:
        find_key("deepl")
    assert key.strip() == "" or key not in str(error.value)


def test_without_a_key_nothing_is_sent(server: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TESTIMONIO_DEEPL_KEY")
    with pytest.raises(ToolMissing, match="TESTIMONIO_DEEPL_KEY"):
        translated(deepl(server), request_of(PASSAGES[0]), tmp_path)
    assert server.asked == []


# ----------------------------------------------------------------------------------------------------------- connections


def test_an_address_that_leads_to_another_machine_is_not_this_one(server: StandIn) -> None:
    service = Service("x", server.url.replace("127.0.0.1", "localhost"), this_machine=True, patience=HASTE)
    assert service.get("/languages", bool)
    outside = Service("x", server.url, this_machine=True, patience=HASTE)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("pipeline.tools.translate_http._is_loopback", lambda _: False)
        with pytest.raises(ToolError, match=r"another machine.*nothing was sent"):
            outside.post("/translate", {"q": "secret words"}, {}, lambda answer: answer)
    assert "secret words" not in server.sent


def test_proxies_of_the_environment_are_not_used(server: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert Service("x", server.url, patience=HASTE).get("/languages", bool)


def test_a_certificate_that_is_not_trusted_ends_it(server: StandIn) -> None:
    service = Service("x", server.url.replace("http://", "https://"), patience=HASTE)
    with pytest.raises(ToolError, match="cannot be reached"):  # it speaks no TLS at all
        service.get("/languages", bool)
    assert server.asked == []


def test_deepl_covers_what_its_list_has() -> None:
    engine = DeepLTranslator()
    assert engine.covers("es-419", "fr")
    assert engine.covers("en", "pt-BR")
    assert not engine.covers("es", "es-419")
    assert not engine.covers("es", "nah")
    request = TranslateRequest(source="es", target="pt-BR", passages=())
    assert engine.identity(request)["target"] == "PT-BR"
    assert os.environ["TESTIMONIO_DEEPL_KEY"] not in str(engine.identity(request))
