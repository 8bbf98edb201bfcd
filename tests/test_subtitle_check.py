"""`testimonio subtitles check` and `repair`: bare files and films, what is said, what is written, the exit codes."""

import csv
import json
from fractions import Fraction
from pathlib import Path

import pytest

from pipeline.assembly.subtitle_check import CheckOptions, check_film
from pipeline.cli.answering import answer
from pipeline.engine import footage_digest
from pipeline.engine.run import Options, opened
from subtitles.cue import Cue
from subtitles.state import seed
from subtitles.state_file import dump_state
from tests.fake_bench import SilentProgress
from tests.shot_film import made, written

MESSY = """1
00:00:01,000 --> 00:00:02,500
Hola  mundo.

2
00:00:02,800 --> 00:00:06,000 X1:10
Nos fuimos ese día a la
casa de mi abuela materna...

3
00:00:06,100 --> 00:00:08,000
¿Qué pasó?
"""
FILM = """title: {es: Tres, en: Three}
languages: [es, en]
timeline: {rate: 25, size: 160x96}
cuts: {forum: {source: cuts/forum.edl, audience: AUDIENCE}}
"""
MANIFEST = """people:
  juana: {name: Juana R., consent: {status: granted, uses: [forum, public]}}
  pedro: {name: Pedro S., consent: {status: STATUS, uses: [forum, public]}}
reels:
  INT01: {file: footage/one.mp4, kind: interview, language: es, people: [juana]}
  INT02: {file: footage/two.mp4, kind: interview, language: es, people: [pedro]}
"""
SPANISH = (
    Cue(id="INT01-a", start_ms=1120, end_ms=4000, text="Bajamos por el río"),
    Cue(id="INT01-b", start_ms=4300, end_ms=8000, text="hasta el Atrato."),
)
ENGLISH = (
    Cue(id="INT01-a", start_ms=1120, end_ms=4000, text="We went down the river"),
    Cue(id="INT01-b", start_ms=4080, end_ms=8000, text="as far as the sea."),
)


@pytest.fixture
def messy(tmp_path: Path) -> Path:
    path = tmp_path / "talk.es.srt"
    path.write_bytes(MESSY.encode())
    return path


@pytest.fixture
def film(tmp_path: Path) -> Path:
    return make_film(tmp_path / "film")


def make_film(folder: Path, audience: str = "forum", status: str = "granted") -> Path:
    for name in ("footage", "cuts", "subtitles/state"):
        (folder / name).mkdir(parents=True)
    (folder / "film.yaml").write_text(FILM.replace("AUDIENCE", audience), "utf-8")
    (folder / "footage_manifest.yaml").write_text(MANIFEST.replace("STATUS", status), "utf-8")
    (folder / "glossary.csv").write_text("es,en,note\nAtrato,Atrato,\n", "utf-8")
    frames, _ = made(1)
    written(folder / "footage" / "one.mp4", frames, Fraction(25))
    written(folder / "footage" / "two.mp4", frames[:30], Fraction(25))
    spoken = seed(SPANISH, reel="INT01", language="es", made_by="ear")
    other = seed(ENGLISH, reel="INT01", language="en", made_by="mill", source_language="es", source=SPANISH)
    for language, one in (("es", spoken), ("en", other)):
        (folder / f"subtitles/INT01.{language}.srt").write_bytes(one.srt)
        (folder / f"subtitles/state/INT01.{language}.json").write_bytes(dump_state(one.state))
    (folder / "subtitles/INT02.es.srt").write_text("1\n00:00:01,000 --> 00:00:03,000\nNo  soy yo\n", "utf-8")
    return folder


def typed(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    status = answer([str(argument) for argument in ("subtitles", *arguments)])
    said = capsys.readouterr()
    return status, said.out, said.err


# ---------------------------------------------------------------------------------------------------------------- check


def test_a_bare_file_is_checked_and_each_line_says_where(messy, capsys):
    status, said, _ = typed(capsys, "check", messy)
    assert status == 0
    assert f"{messy}:2  spaces" in " ".join(said.split(" ")).replace("  ", "  ")
    assert "the line break parts 'la / casa'" in said
    assert f"{messy}: 3 cues, es, rules ours: 1 bad-break, 1 open-gap, 1 spaces" in said


def test_broken_rules_of_a_bare_file_are_an_error_only_where_that_is_asked(messy, capsys):
    assert typed(capsys, "check", messy, "--strict")[0] == 5
    clean = messy.with_name("clean.es.srt")
    clean.write_text("1\n00:00:01,000 --> 00:00:03,000\nHola.\n", "utf-8")
    assert typed(capsys, "check", clean, "--strict")[0] == 0


def test_a_file_that_cannot_be_read_is_an_error_and_the_others_are_checked(messy, capsys):
    broken = messy.with_name("broken.es.srt")
    broken.write_text("1\n00:00:01,000 --> 00:00:9x\nHola.\n", "utf-8")
    status, said, _ = typed(capsys, "check", broken, messy)
    assert status == 5
    assert f"{broken}: cannot be read" in said
    assert f"{messy}: 3 cues" in said


def test_other_rules_find_other_things(messy, capsys):
    _, said, _ = typed(capsys, "check", messy, "--rules", "netflix-es-419", "--json")
    (file,) = json.loads(said)["files"]
    assert file["counts"] == {"bad-break": 1, "ellipsis": 1, "open-gap": 1, "spaces": 1}
    first = file["found"][0]
    assert (first["rule"], first["line"], first["start_ms"], first["severity"]) == ("spaces", 2, 1000, "warning")


def test_the_table_is_written_for_spreadsheets(messy, capsys):
    table = messy.with_name("found.csv")
    assert typed(capsys, "check", messy, "--csv", table)[0] == 0
    with table.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["line"], row["rule"]) for row in rows] == [("2", "spaces"), ("2", "open-gap"), ("6", "bad-break")]
    assert (rows[1]["measured"], rows[1]["limit"]) == ("300", "80")


def test_the_table_is_never_written_over_what_is_checked(messy, capsys):
    assert typed(capsys, "check", messy, "--csv", messy)[0] == 2
    assert messy.read_text("utf-8") == MESSY


def test_a_cell_that_a_spreadsheet_would_work_out_is_text(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("=1+1.es.srt").write_text(MESSY, "utf-8")
    typed(capsys, "check", "=1+1.es.srt", "--csv", "found.csv")
    assert "\n'=1+1.es.srt,2," in Path("found.csv").read_text("utf-8-sig")


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "nowhere.srt"),
        ("check", "--rules", "nobodys", "talk.es.srt"),
        ("check", "--rate", "13", "talk.es.srt"),
        ("check", "empty"),
        ("repair", "--only", "too-fast", "talk.es.srt"),
        ("repair", "--in-place", "talk.es.srt"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_one_line(arguments, messy, capsys, monkeypatch):
    monkeypatch.chdir(messy.parent)
    Path("empty").mkdir()
    status, said, error = typed(capsys, *arguments)
    assert (status, said, error.count("\n")) == (2, "", 1)


def test_a_film_is_checked_with_its_translation_and_its_glossary(film, capsys):
    status, said, _ = typed(capsys, "check", film, "--json")
    found = {file["file"]: file["counts"] for file in json.loads(said)["files"]}
    assert status == 0
    assert found == {
        "subtitles/INT01.es.srt": {"open-gap": 1},
        "subtitles/INT01.en.srt": {"glossary": 1},
        "INT01.es+en": {},
        "subtitles/INT02.es.srt": {"spaces": 1},
    }


def test_the_gate_of_a_film_makes_broken_rules_an_error(tmp_path, capsys):
    public = make_film(tmp_path / "public", audience="public")
    assert typed(capsys, "check", public)[0] == 5
    (public / "film.yaml").write_text(f"{FILM.replace('AUDIENCE', 'public')}subtitles: {{gate: none}}\n", "utf-8")
    assert typed(capsys, "check", public)[0] == 0


def test_the_film_names_its_rules(film, capsys):
    with (film / "film.yaml").open("a", encoding="utf-8") as file:
        file.write("subtitles: {style: bbc}\n")
    _, said, _ = typed(capsys, "check", film)
    assert "rules bbc" in said
    with (film / "film.yaml").open("a", encoding="utf-8") as file:
        file.write("\n")
    (film / "film.yaml").write_text((film / "film.yaml").read_text("utf-8").replace("bbc", "nobodys"), "utf-8")
    status, _, error = typed(capsys, "check", film)
    assert status == 3
    assert "nobodys" in error


def test_subtitles_of_who_withdrew_are_left_out_and_that_is_said(tmp_path, capsys):
    film = make_film(tmp_path / "film", status="withdrawn")
    _, said, error = typed(capsys, "check", film)
    assert "INT02.es.srt" not in said
    assert "No  soy" not in said
    assert "INT02 is left out: pedro withdrew consent" in error


def test_shots_are_found_where_asked_and_kept(film, capsys, monkeypatch):
    monkeypatch.setattr(footage_digest, "_YOUNG_NS", 0)
    _, without, _ = typed(capsys, "check", film)
    assert "shot-in" not in without
    _, said, _ = typed(capsys, "check", film, "--shots")
    # A shot begins at 0.96 s: the first cue, at 1.12 s, is 160 ms behind it.
    assert "it starts 160 ms behind a shot change" in said
    _, again, _ = typed(capsys, "check", film)
    assert again == said


def test_new_footage_is_not_read_for_a_check(film):
    with opened(film, SilentProgress(), Options()):
        pass
    noted: list[str] = []

    class Listening(SilentProgress):
        def start(self, task: str, total: int, unit: str) -> None:
            noted.append(task)

    check_film(film, CheckOptions(), Listening())
    assert noted == []


# --------------------------------------------------------------------------------------------------------------- repair


def test_repairs_are_shown_and_nothing_is_written(messy, capsys):
    status, said, _ = typed(capsys, "repair", messy)
    assert status == 0
    assert "  - Hola  mundo.\n  + Hola mundo." in said
    assert "  - 00:00:01,000 --> 00:00:02,500\n  + 00:00:01,000 --> 00:00:02,720" in said
    assert "say --apply" in said
    assert [path.name for path in messy.parent.iterdir()] == [messy.name]
    assert messy.read_text("utf-8") == MESSY


def test_a_bare_file_is_repaired_beside_itself(messy, capsys):
    assert typed(capsys, "repair", messy, "--apply", "--only", "spaces")[0] == 0
    assert messy.read_text("utf-8") == MESSY
    made_anew = messy.with_name("talk.es.repaired.srt")
    assert made_anew.read_text("utf-8") == MESSY.replace("Hola  mundo", "Hola mundo")
    # Nothing that is there is written over.
    assert typed(capsys, "repair", messy, "--apply")[0] == 2


def test_a_bare_file_is_repaired_in_place_and_what_it_was_is_kept(messy, capsys):
    assert typed(capsys, "repair", messy, "--apply", "--in-place")[0] == 0
    assert messy.with_name("talk.es.srt.bak").read_text("utf-8") == MESSY
    assert "X1:10\nNos fuimos ese día a la casa\nde mi abuela materna..." in messy.read_text("utf-8")
    assert typed(capsys, "check", messy, "--strict")[0] == 0


def test_a_file_without_anything_to_repair_is_left_as_it_is(messy, capsys):
    messy.write_text("1\n00:00:01,000 --> 00:00:03,000\nHola.\n", "utf-8")
    assert typed(capsys, "repair", messy, "--apply", "--in-place")[0] == 0
    assert [path.name for path in messy.parent.iterdir()] == [messy.name]


def test_webvtt_keeps_its_notes_and_settings(tmp_path, capsys):
    path = tmp_path / "talk.vtt"
    path.write_text("WEBVTT\n\nNOTE mine\n\nid1\n00:01.000 --> 00:03.000 line:0\n<v Juana>Hola  mundo\n", "utf-8")
    assert typed(capsys, "repair", path, "--apply", "--in-place")[0] == 0
    assert path.read_text("utf-8") == (
        "WEBVTT\n\nNOTE mine\n\nid1\n00:01.000 --> 00:03.000 line:0\n<v Juana>Hola mundo\n"
    )


def test_formats_that_would_lose_something_are_refused_by_name(tmp_path, capsys):
    path = tmp_path / "talk.ass"
    path.write_text("[Script Info]\n[Events]\nFormat: Layer, Start, End, Text\n", "utf-8")
    status, said, _ = typed(capsys, "repair", path)
    assert status == 5
    assert "ASS files are not repaired" in said


def test_a_track_of_a_film_is_repaired_and_its_cue_counts_as_edited(film, capsys):
    track = film / "subtitles" / "INT01.es.srt"
    before = track.read_bytes()
    assert typed(capsys, "repair", film)[0] == 0
    assert track.read_bytes() == before
    status, said, _ = typed(capsys, "repair", film, "--apply")
    assert status == 0
    assert "written to subtitles/INT01.es.srt" in said
    assert track.read_bytes() == before.replace(b"00:00:04,000", b"00:00:04,220")
    _, again, _ = typed(capsys, "repair", film, "--json")
    assert all(file["repairs"] == [] for file in json.loads(again)["files"])
    status = answer(["status", str(film), "--json"])
    rows = json.loads(capsys.readouterr().out)["tracks"]
    (row,) = [one for one in rows if (one["reel"], one["language"]) == ("INT01", "es")]
    assert (status, row["counts"]["draft"], row["counts"]["edited"]) == (0, 1, 1)
