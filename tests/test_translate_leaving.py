"""Testimony leaves the machine only if film.yaml says so, only of people who agreed, and never unannounced."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from footage_manifest.check import check_references
from footage_manifest.findings import ManifestError, Severity
from footage_manifest.load import load_production
from footage_manifest.model import Production
from footage_manifest.naming import parts_of
from footage_manifest.services import may_send, private_names
from pipeline.assembly import road
from pipeline.assembly.options import RunOptions, RunOutcome, Step
from pipeline.assembly.sending import findings, outgoing
from subtitles.cue import Cue
from tests.fake_bench import SilentProgress
from tests.film_folder import FILM, MANIFEST, write_film
from tests.service_stand_in import StandIn, stand_in
from tests.small_film import answered, copy_of
from tests.tiny_translation_model import ENGLISH

TODAY = dt.date(2026, 11, 23)
DEEPL = "translation: {engine: deepl, price_per_million: 20}\nservices: [deepl]\n"
KEY = "key-0000:fx"


def film_with(folder: Path, said: str, manifest: str = MANIFEST) -> Production:
    write_film(folder, FILM.replace("translation: {engine: auto}\n", said), manifest)
    return load_production(folder).production


def errors(production: Production) -> list[str]:
    return [str(one) for one in check_references(production) if one.severity is Severity.ERROR]


# ------------------------------------------------------------------------------------------------------- what film.yaml says


@pytest.mark.parametrize(
    ("said", "place", "line"),
    [
        ("translation: {engine: deepl}\n", "translation.engine", "add 'services: [deepl]'"),
        (
            "translation: {engine: libretranslate, url: 'https://a.example.org'}\nservices: [deepl]\n",
            "translation.engine",
            "add 'services: [deepl, libretranslate]'",
        ),
        (
            "translation: {pairs: {es-en: {engine: deepl}}}\n",
            "translation.pairs.es-en.engine",
            "add 'services: [deepl]'",
        ),
        ("services: [deep]\n", "services", "did you mean 'deepl'?"),
        ("translation: {engine: ctranslate2}\n", "translation", "add 'model:'"),
        ("translation: {engine: libretranslate}\n", "translation", "add 'url: http://127.0.0.1:5000'"),
        ("translation: {pairs: {es-fr: {engine: whisper}}}\n", "translation.pairs.es-fr", "no direction between"),
    ],
)
def test_what_is_missing_is_named_with_the_line_to_add(tmp_path: Path, said: str, place: str, line: str) -> None:
    (found,) = errors(film_with(tmp_path, said))
    assert place in found
    assert line in found


def test_a_server_on_this_machine_is_no_service(tmp_path: Path) -> None:
    for url in ("http://127.0.0.1:5000", "http://localhost:5000/", "http://[::1]:5000"):
        production = film_with(tmp_path, f"translation: {{engine: libretranslate, url: '{url}'}}\n")
        assert errors(production) == []
        assert production.film.translation.service == ""


@pytest.mark.parametrize(
    "url",
    [
        "http://translate.example.org", "http://127.0.0.1.example.org", "ftp://127.0.0.1", "https://me:pass@a.example.org",
        "https://a.example.org?key=1", "a.example.org", "http://0.0.0.0:5000", "https://", "http://127.0.0.1:70000",
        "file:///etc/passwd", "http://2130706433:5000",
    ],
)  # fmt: skip
def test_addresses_that_are_no_place_to_send_words_to_are_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(ManifestError) as refused:
        film_with(tmp_path, f"translation: {{engine: libretranslate, url: '{url}'}}\n")
    (finding,) = refused.value.findings
    assert finding.field == "translation.url"
    assert finding.cure
    assert "pass" not in finding.what.replace("password", "").replace("/etc/passwd", "")


# ------------------------------------------------------------------------------------------------------------- whose words


@pytest.mark.parametrize(
    ("consent", "reason"),
    [
        ("consent: {status: granted, uses: [forum]}", ""),
        ("consent: {status: granted, uses: []}", ""),
        ("consent: {status: pending}", "pending"),
        ("consent: {status: restricted, uses: [forum]}", "restricted"),
        ("consent: {status: withdrawn}", "withdrawn"),
        ("consent: {status: granted, uses: [forum], until: 2026-11-22}", "ended on 2026-11-22"),
        ("consent: {status: granted, uses: [forum], until: 2026-11-23}", ""),
        ("consent: {status: granted, uses: [forum], protections: [hide-name]}", "protected (hide-name)"),
        ("role: {es: Testimonio}", "no consent record"),
    ],
)
def test_only_the_words_of_those_who_granted_consent_may_be_sent(tmp_path: Path, consent: str, reason: str) -> None:
    manifest = (
        "people:\n"
        "  ana: {name: Ana B., consent: {status: granted, uses: [forum]}}\n"
        f"  juana: {{name: Juana R., {consent}}}\n"
        "reels:\n"
        "  INT01: {file: footage/int01.mp4, kind: interview, language: es, people: [ana, juana]}\n"
    )
    decision = may_send(film_with(tmp_path, DEEPL, manifest).manifest, "INT01", TODAY)
    assert decision.allowed is not bool(reason)
    assert reason in decision.reason or decision.allowed
    assert "Juana R." not in decision.reason


@pytest.mark.parametrize(("people", "allowed"), [("people: []", True), ("names: [X]", False), ("people: [eve]", False)])
def test_a_reel_must_say_who_is_in_it(tmp_path: Path, people: str, allowed: bool) -> None:
    manifest = f"people: {{}}\nreels:\n  INT01: {{file: footage/int01.mp4, kind: interview, {people}}}\n"
    assert may_send(film_with(tmp_path, DEEPL, manifest).manifest, "INT01", TODAY).allowed is allowed


def test_every_persons_name_is_private(tmp_path: Path) -> None:
    manifest = (
        "people:\n  a: {name: María de la O Pérez-Gómez, consent: {status: withdrawn}}\n"
        "  b: {name: ليلى حداد, consent: {status: granted, protections: [hide-name]}}\n"
        "reels: {}\n"
    )
    names = private_names(film_with(tmp_path, DEEPL, manifest).manifest)
    assert names == ("María de la O Pérez-Gómez", "ليلى حداد")
    assert [parts_of(one) for one in names] == [("María", "Pérez", "Gómez"), ("ليلى", "حداد")]


# ---------------------------------------------------------------------------------------------------- what is announced


CUES = (Cue(start_ms=0, end_ms=900, text="<i>Salimos</i>\nde noche."), Cue(start_ms=900, end_ms=1800, text="♪"))


def test_what_would_be_sent_is_counted_and_priced(tmp_path: Path) -> None:
    production = film_with(tmp_path, DEEPL)
    (sent,) = outgoing(production, tmp_path, {"INT01": ("es", CUES)}, TODAY).sendings
    assert (sent.reels, sent.cues, sent.characters, sent.cost) == (("INT01",), 2, 18, Decimal("0.01"))
    line = "2 cues, 18 characters of INT01 go to deepl, an outside service, from es into en: about 0.01 at 20 a million"
    assert str(sent).startswith(line)
    unpriced = film_with(tmp_path, DEEPL.replace(", price_per_million: 20", ""))
    (sent,) = outgoing(unpriced, tmp_path, {"INT01": ("es", CUES)}, TODAY).sendings
    assert "not known (translation.price_per_million)" in str(sent)


def test_what_is_translated_or_stays_here_is_not_announced(tmp_path: Path) -> None:
    production = film_with(tmp_path, DEEPL)
    (tmp_path / "subtitles").mkdir()
    (tmp_path / "subtitles" / "INT01.en.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\nHi\n", "utf-8")
    assert outgoing(production, tmp_path, {"INT01": ("es", CUES)}, TODAY).lines == ()
    here = film_with(tmp_path, "translation: {engine: auto}\nservices: [deepl]\n")
    assert outgoing(here, tmp_path, {"INT01": ("es", CUES)}, TODAY).lines == ()
    assert findings(tmp_path, here, TODAY) == ()


def test_a_check_says_what_would_be_sent_and_what_is_kept_back(tmp_path: Path) -> None:
    people = MANIFEST.replace("reels:\n", "  eva: {name: Eva S., consent: {status: pending}}\nreels:\n")
    people = people.replace(
        "stills:\n", "  INT02: {file: footage/int01.mp4, kind: interview, language: es, people: [eva]}\n"
        "  INT03: {file: footage/int01.mp4, kind: interview, language: es, people: [juana]}\nstills:\n"
    )  # fmt: skip
    production = film_with(tmp_path, DEEPL, people)
    (tmp_path / "subtitles").mkdir()
    for key in ("INT01", "INT02"):
        (tmp_path / "subtitles" / f"{key}.es.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\nNoche.\n", "utf-8")
    said = [one.what for one in findings(tmp_path, production, TODAY)]
    assert said[0].startswith("1 cue, 6 characters of INT01 go to deepl")
    assert said[1] == (
        "INT02 is not translated from es into en: its words are not sent to deepl, because the consent of 'eva' is pending"
    )
    assert said[2].startswith("INT03: how much would be sent is known when")
    assert all(one.severity is Severity.NOTE for one in findings(tmp_path, production, TODAY))


# ---------------------------------------------------------------------------------------------------------- on the road


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    with stand_in(ENGLISH) as made:
        monkeypatch.setattr("pipeline.tools.translate_deepl.FREE", made.url)
        monkeypatch.setenv("TESTIMONIO_DEEPL_KEY", KEY)
        yield made


def film_of(heard_film: Path, folder: Path, said: str) -> Path:
    copy_of(heard_film, folder)
    with (folder / "film.yaml").open("a", encoding="utf-8") as file:
        file.write(said)
    return folder


def run(film: Path, **more: object) -> tuple[RunOutcome, list[str]]:
    progress = SilentProgress()
    outcome = road.run(RunOptions(folder=film, to=Step.HANDOVER, **more), progress)  # type: ignore[arg-type]
    return outcome, progress.notes


def test_a_service_that_the_film_does_not_allow_ends_the_run_before_anything(
    heard_film: Path, tmp_path: Path, server: StandIn
) -> None:
    film = film_of(heard_film, tmp_path / "film", "translation: {engine: deepl}\n")
    done = answered("run", film)
    assert done.returncode == 3
    assert "add 'services: [deepl]' to film.yaml" in done.stderr
    assert server.asked == []


def test_a_film_that_allows_it_is_translated_after_one_line_says_so(
    heard_film: Path, tmp_path: Path, server: StandIn
) -> None:
    film = film_of(heard_film, tmp_path / "film", DEEPL)
    _, notes = run(film, dry_run=True)
    assert server.asked == []
    outcome, notes = run(film)
    assert outcome.exit_code == 0
    (line,) = [note for note in notes if "outside service" in note]
    assert notes.index(line) < notes.index("INT01 is translated from es into en by deepl")
    spanish, english = ((film / "subtitles" / f"INT01.{one}.srt").read_text("utf-8") for one in ("es", "en"))
    assert spanish.count("-->") == english.count("-->")
    assert "night" in english
    assert len(server.asked) > 0
    assert all(word not in server.sent for word in ("Juana", "juana", "INT01", "Prueba"))
    stored = b"".join(path.read_bytes() for path in (film / ".testimonio").rglob("*") if path.is_file())
    assert KEY.encode() not in stored
    asked = len(server.asked)
    (film / "subtitles" / "INT01.en.srt").unlink()
    (film / "subtitles" / "state" / "INT01.en.json").unlink()
    _, notes = run(film, dry_run=True)
    assert any("go to deepl" in note for note in notes)
    run(film)
    assert len(server.asked) == asked, "what is stored was sent again"


def test_a_reel_of_someone_who_did_not_grant_consent_stays_untranslated(
    heard_film: Path, tmp_path: Path, server: StandIn
) -> None:
    film = film_of(heard_film, tmp_path / "film", DEEPL)
    manifest = film / "footage_manifest.yaml"
    manifest.write_text(manifest.read_text("utf-8").replace("status: granted", "status: restricted"), "utf-8")
    _, notes = run(film)
    assert server.asked == []
    assert any("INT01 is not translated from es into en: its words are not sent to deepl" in note for note in notes)
    assert (film / "subtitles" / "INT01.es.srt").exists()
    assert not (film / "subtitles" / "INT01.en.srt").exists()
