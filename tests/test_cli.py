"""The command line: what each command answers, in words and as data, and with which exit code."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.cli.answering import answer
from tests.small_film import copy_of

Typed = subprocess.CompletedProcess[str]
COMMANDS = ("new", "check", "run", "preview", "status", "doctor", "schema")
START = "from pipeline.cli.main import main; main()"


@pytest.fixture
def film(delivered_film: Path, tmp_path: Path) -> Path:
    """A delivered film of one's own."""
    return copy_of(delivered_film, tmp_path / "film")


@pytest.fixture
def typed(capsys: pytest.CaptureFixture[str]) -> Callable[..., Typed]:
    """Return a function that answers what was typed: all of the command but its own process."""

    def answered(*arguments: str | Path) -> Typed:
        status = answer([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return subprocess.CompletedProcess(arguments, status, said.out, said.err)

    return answered


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


def document(done: subprocess.CompletedProcess[str]) -> dict:
    """Return the one JSON document on standard output; standard error holds JSON lines and nothing else."""
    for line in done.stderr.splitlines():
        assert {"note", "task"} & json.loads(line).keys(), line
    found = json.loads(done.stdout)
    assert found["exit_code"] == done.returncode
    assert isinstance(found["problems"], list)
    assert bool(found["problems"]) == (done.returncode != 0)
    return found


def test_the_help_lists_every_command_in_the_order_of_use(typed):
    said = typed("--help").stdout
    places = [said.index(f" {command} ") for command in COMMANDS]
    assert places == sorted(places)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(typed, command):
    done = typed(command, "--help")
    assert done.returncode == 0
    assert f" {command} [OPTIONS]" in done.stdout
    assert done.stderr == ""


# ----------------------------------------------------------------------------------------------------------------- new


def test_a_new_film_checks_and_is_never_written_over(typed, tmp_path):
    film = tmp_path / "my film"
    done = typed("new", film)
    assert done.returncode == 0, done.stderr
    assert f"testimonio check {film}" in done.stdout
    assert typed("check", film).returncode == 0
    before = {path: path.read_bytes() for path in film.rglob("*") if path.is_file() and ".testimonio" not in path.parts}
    again = typed("new", film)
    assert again.returncode == 1
    assert "is not empty" in again.stderr
    assert {path: path.read_bytes() for path in before} == before


def test_schemas_are_written_and_listed(typed, tmp_path):
    done = typed("schema", tmp_path)
    assert done.returncode == 0
    written = [Path(line) for line in done.stdout.split("\n") if line]
    assert [path.name for path in written] == ["film.json", "footage_manifest.json"]
    assert all("properties" in json.loads(path.read_text("utf-8")) for path in written)


# --------------------------------------------------------------------------------------------------------------- check

BROKEN = {
    3: ("film.yaml", "languages: [es, en]", "languages: [es, en"),
    4: ("cuts/small.edl", "BROLL01  V     C", "BROLL99  V     C"),
    5: ("subtitles/INT01.es.srt", "-->", "->"),
    6: ("footage_manifest.yaml", "status: granted", "status: withdrawn"),
}


def test_a_sound_film_has_nothing_wrong_with_it(typed, film):
    done = typed("check", film)
    assert (done.returncode, done.stdout, done.stderr.count("error")) == (0, "nothing is wrong\n", 0)
    assert document(typed("check", film, "--json"))["findings"] == []


@pytest.mark.parametrize("code", BROKEN)
def test_a_check_names_what_is_broken_and_its_place(typed, film, code):
    file, old, new = BROKEN[code]
    change(film / file, old, new)
    plain = typed("check", film)
    assert plain.returncode == code, plain.stdout
    first = plain.stdout.splitlines()[0]
    assert first.startswith("error: ")
    assert {3: "film.yaml:", 4: "cuts/small.edl:5", 5: "subtitles/INT01.es.srt:", 6: "cuts/small.edl:3"}[code] in first
    found = document(typed("check", film, "--json"))
    assert f"error: {found['problems'][0]}" == first


def test_the_first_broken_phase_gives_the_code_and_all_are_told(typed, film):
    for code in (4, 5):
        file, old, new = BROKEN[code]
        change(film / file, old, new)
    found = document(typed("check", film, "--json"))
    assert found["exit_code"] == 4
    assert {one["file"] for one in found["findings"]} >= {"cuts/small.edl", "subtitles/INT01.es.srt"}


# ----------------------------------------------------------------------------------------------------------------- run


@pytest.mark.parametrize("code", BROKEN)
def test_a_run_that_is_refused_still_prints_one_document(typed, film, code):
    file, old, new = BROKEN[code]
    change(film / file, old, new)
    found = document(typed("run", film, "--json"))
    assert found["exit_code"] == code


def test_a_run_of_what_is_done_says_where_it_lies(typed, film):
    done = typed("run", film)
    assert done.returncode == 0
    assert "small is as it was in deliverables/small:" in done.stdout
    found = document(typed("run", film, "--json", "--explain", "--cut", "small", "--cut", "small"))
    assert [cut["cut"] for cut in found["cuts"]] == ["small"]
    assert {one["outcome"] for one in found["decisions"]} == {"stored"}


WRONG = {
    ("run", "--to", "probe", "--only", "probe"): "--to and --only exclude each other",
    ("run", "--to", "nowhere"): "'nowhere' is not one of",
    ("run", "--jobs", "0"): "--jobs",
    ("run", "--cut", "forum"): "there is no cut 'forum'; film.yaml has: small",
    ("run", "--refresh", "everything"): "there is no stage 'everything'; there are: ",
    ("run", "--no-such"): "--no-such",
    ("check", "one", "two"): "two",
    ("walk",): "walk",
    ("new",): "DIR",
}


@pytest.mark.parametrize("arguments", WRONG, ids=" ".join)
def test_a_slip_on_the_command_line_is_one_line_and_exit_2(typed, film, arguments):
    folder = (film,) if arguments[0] == "run" else ()
    done = typed(*arguments, *folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert WRONG[arguments] in done.stderr


def test_a_slip_is_a_document_too_where_one_is_asked_for(typed, film):
    assert WRONG["run", "--cut", "forum"] in document(typed("run", film, "--cut", "forum", "--json"))["problems"][0]
    assert "walk" in document(typed("walk", "--json"))["problems"][0]


def test_a_folder_that_is_no_film_is_exit_3(typed, tmp_path):
    for command in ("run", "check", "status"):
        for folder in (tmp_path, tmp_path / "nothing"):
            done = typed(command, folder, "--json")
            assert done.returncode == 3
            assert "film.yaml" in document(done)["problems"][0]


def test_the_film_may_be_the_current_folder(film):
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    done = subprocess.run(
        [sys.executable, "-c", START, "check"], cwd=film, env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "nothing is wrong\n")


@pytest.mark.parametrize("closed", ["stdout", "stderr"])
def test_nobody_reading_is_no_error(film, closed):
    reading, writing = os.pipe()
    os.close(reading)
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, closed: writing}
    with subprocess.Popen([sys.executable, "-c", START, "run", str(film), "--json"], text=True, **streams) as child:
        os.close(writing)
        out, err = child.communicate(timeout=120)
        assert child.returncode == 0
    assert "Traceback" not in (out or "") + (err or "")
    assert "BrokenPipe" not in (out or "") + (err or "")


def test_words_that_a_terminal_has_no_letters_for_do_not_end_a_run(film):
    change(film / "footage_manifest.yaml", "status: granted", "status: withdrawn")
    renamed = film.rename(film.with_name(os.fsdecode(b"pel\xedcula")))
    bare = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "LC_ALL": "C"}
    for options in ((), ("--json",)):
        done = subprocess.run(
            [sys.executable, "-c", START, "run", renamed, *options],
            env=bare,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 6
        assert b"Traceback" not in done.stderr + done.stdout


# -------------------------------------------------------------------------------------------------------------- status


def states(typed: Callable[..., Typed], film: Path) -> tuple[list[dict], list[dict]]:
    found = document(typed("status", film, "--json"))
    return found["tracks"], found["cuts"]


def test_the_status_of_a_film_before_anything_was_made(typed, small_film):
    tracks, cuts = states(typed, small_film)
    assert [(track["file"], sum(track["counts"].values())) for track in tracks] == [("", 0), ("", 0)]
    assert cuts[0]["state"] == "not made"
    assert "not made yet" in typed("status", small_film).stdout


def test_the_status_tells_drafts_edits_and_what_is_stale_and_missing(typed, film):
    file = film / "subtitles" / "INT01.es.srt"
    change(file, "noche", "madrugada")
    tracks, cuts = states(typed, film)
    assert (tracks[0]["counts"]["draft"], tracks[0]["counts"]["edited"], tracks[1]["counts"]["stale"]) == (4, 1, 1)
    assert cuts[0]["state"] == "delivered"
    (film / "subtitles" / "INT01.en.srt").unlink()
    assert states(typed, film)[0][1]["problem"] == "the file is missing"
    file.write_bytes(b"")
    assert "INT01.es.srt" in states(typed, film)[0][0]["problem"]


def test_the_status_tells_damaged_and_unfinished_deliverables(typed, film):
    place = film / "deliverables" / "small"
    (place / "small.es.srt").write_text("1\n", "utf-8")
    cut = states(typed, film)[1][0]
    assert (cut["state"], cut["problems"]) == ("damaged", ["small/small.es.srt has changed since it was made"])
    assert "damaged" in typed("status", film).stdout
    (place / "SHA256SUMS").unlink()
    assert states(typed, film)[1][0]["state"] == "unfinished"


def test_the_doctor_says_what_is_here(typed):
    found = document(typed("doctor", "--json"))
    names = {item["name"] for item in found["items"]}
    assert {"ffmpeg", "cores", "disk"} <= names
    assert all(item["condition"] for item in found["items"])
