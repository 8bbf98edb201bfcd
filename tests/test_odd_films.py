"""Films that are not like the small one: other clocks, languages, engines and gates, through the whole road."""

import json
import os
import subprocess
import sys
import wave
from fractions import Fraction
from math import floor
from pathlib import Path

import av
import pytest

from tests.media_samples import luma_of, number_in
from tests.small_film import answered, answered_json, copy_of, write_clip


@pytest.fixture
def film(delivered_film: Path, tmp_path: Path) -> Path:
    """A delivered film of one's own."""
    return copy_of(delivered_film, tmp_path / "film")


def change(file: Path, *changes: tuple[str, str]) -> None:
    text = file.read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    file.write_text(text, "utf-8")


def delivered(film: Path) -> set[str]:
    return {path.name for path in (film / "deliverables" / "small").iterdir() if path.is_file()}


def report(film: Path) -> dict:
    return json.loads((film / "deliverables" / "small" / "report.json").read_text("utf-8"))


# -------------------------------------------------------------------------------------------------------------- clocks


@pytest.mark.parametrize(
    ("timeline", "fcm", "record", "source", "rate", "first", "frames"),
    [
        (
            "{rate: 30000/1001, drop_frame: true, size: 320x180}",
            "DROP FRAME",
            "01:00:58;00 01:01:02;02",  # ;00 and ;01 of the new minute are no labels
            "01:00:01;00 01:00:05;00",
            Fraction(30000, 1001),
            30,
            120,
        ),
        (
            "{rate: 24000/1001, size: 320x180}",
            "NON-DROP FRAME",
            "01:00:58:00 01:01:02:12",
            "01:00:01:00 01:00:05:12",
            Fraction(24000, 1001),
            24,
            108,
        ),
    ],
)
def test_films_of_broken_rates_have_every_frame(  # noqa: PLR0917 - a table's columns
    small_film, tmp_path, timeline, fcm, record, source, rate, first, frames
):
    film = copy_of(small_film, tmp_path / "film")
    start = record.partition(" ")[0]
    change(
        film / "film.yaml",
        ("{rate: 25, size: 320x180}", timeline),
        ('"01:00:00:00"', f'"{start}"'),
        (", burn_in: [es+en]", ""),
        ("[es, en]", "[es]"),
    )
    # Taken for b-roll, the interview's words are not listened to: this is about frames.
    change(film / "footage_manifest.yaml", ("kind: interview, language: es", "kind: b-roll"))
    (film / "cuts" / "small.edl").write_text(f"FCM: {fcm}\n001  INT01  B  C  {source} {record}\n", "utf-8")
    status, document = answered_json(film)
    assert status == 0, document
    with av.open(str(film / "deliverables" / "small" / "small.mp4")) as container:
        shown = [number_in(luma_of(frame)) for frame in container.decode(video=0)]
        lengths = {stream.duration * stream.time_base for stream in container.streams if stream.type != "subtitle"}
    assert shown == [floor((first + number) / rate * 25) for number in range(frames)]
    assert {floor(length * 48_000 + Fraction(1, 2)) for length in lengths} == {
        floor(frames / rate * 48_000 + Fraction(1, 2))
    }


# ----------------------------------------------------------------------------------------------------------- languages


def test_a_film_in_one_language_has_no_stacked_subtitles(film):
    change(film / "film.yaml", ("[es, en]", "[es]"), (", burn_in: [es+en]", ""))
    assert answered_json(film)[0] == 0
    assert delivered(film) == {"SHA256SUMS", "report.json", "small.es.srt", "small.es.vtt", "small.mp4"}
    with av.open(str(film / "deliverables" / "small" / "small.mp4")) as container:
        assert [stream.language for stream in container.streams.subtitles] == ["spa"]
        assert container.streams.audio[0].language == "spa"


def test_a_language_that_no_engine_covers_is_left_out_and_named_unless_a_gate_needs_it(film):
    change(film / "film.yaml", ("[es, en]", "[es, en, qu]"), ("burn_in: [es+en]", "burn_in: [qu, es+qu]"))
    status, document = answered_json(film)
    assert status == 0
    files = "small.qu.srt, small.qu.vtt, small.es+qu.srt, small.burn-qu.mp4, small.burn-es+qu.mp4"
    assert document["cuts"][0]["left_out"] == [f"left out: {files}: INT01 is not translated into qu"]
    assert report(film)["left_out"] == document["cuts"][0]["left_out"]
    assert not [name for name in delivered(film) if "qu" in name]
    change(film / "film.yaml", ("title:", "subtitles: {gate: edited}\ntitle:"))
    done = answered("run", film)
    assert done.returncode == 5
    assert "INT01 is not translated into qu" in done.stdout


def test_with_no_engine_asked_for_only_what_is_spoken_is_delivered(heard_film, tmp_path):
    film = copy_of(heard_film, tmp_path / "film")
    change(film / "film.yaml", ("title:", "translation: {engine: none}\ntitle:"))
    done = answered("run", film)
    assert done.returncode == 0, done.stderr
    assert "translation.engine is none" in done.stderr
    assert "small.burn-es+en.mp4" in done.stdout
    assert "left out: small.en.srt, small.en.vtt, small.es+en.srt, small.burn-es+en.mp4: INT01 is not" in done.stdout
    assert delivered(film) == {"SHA256SUMS", "report.json", "small.es.srt", "small.es.vtt", "small.mp4"}


def test_an_engine_that_is_named_and_not_here_is_never_replaced(heard_film, tmp_path):
    film = copy_of(heard_film, tmp_path / "film")
    change(film / "film.yaml", ("title:", "translation: {engine: apertium}\ntitle:"))
    command = [sys.executable, "-c", "from pipeline.cli.main import main; main()", "run", film, "--to", "translate"]
    bare = {**os.environ, "PATH": "/nowhere"}
    done = subprocess.run(command, env=bare, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 1
    assert "apertium, which is not installed" in done.stderr
    assert "apt-get install" in done.stderr
    assert not (film / "subtitles" / "INT01.en.srt").exists()


def test_who_drafted_what_is_in_the_report_and_stays_known_without_the_store(film):
    spoken, english = (report(film)["subtitles"][language]["drafted_by"] for language in ("es", "en"))
    assert spoken == {"INT01": "faster-whisper base"}
    assert set(english.values()) <= {"apertium", "whisper"}
    state = json.loads((film / "subtitles" / "state" / "INT01.en.json").read_text("utf-8"))
    assert {"INT01": state["made_by"]} == english


def test_a_reel_in_three_languages_is_refused_only_where_a_cut_needs_it(film):
    change(film / "footage_manifest.yaml", ("language: es", "language: [es, en, fr]"))
    change(
        film / "film.yaml",
        ("languages: [es, en]", "languages: [es, en, fr]"),
        ("cuts:\n", "cuts:\n  river: {source: cuts/river.edl, audience: forum, sound: edl}\n"),
    )
    (film / "cuts" / "river.edl").write_text("001  BROLL01  V  C  00:00:00:00 00:00:00:10 00:00:00:00 00:00:00:10\n")
    status, document = answered_json(film)
    assert status == 3
    river, small = document["cuts"]
    assert (river["exit_code"], small["exit_code"]) == (0, 3)
    assert "more than two languages" in small["problems"][0]


def test_a_cut_goes_on_where_only_anothers_subtitles_cannot_be_used(film):
    change(film / "film.yaml", ("cuts:\n", "cuts:\n  river: {source: cuts/river.edl, audience: forum, sound: edl}\n"))
    (film / "cuts" / "river.edl").write_text("001  BROLL01  V  C  00:00:00:00 00:00:00:10 00:00:00:00 00:00:00:10\n")
    (film / "subtitles" / "INT01.en.srt").write_bytes(b"")
    status, document = answered_json(film)
    assert [cut["exit_code"] for cut in document["cuts"]] == [0, 5]
    assert status == 5
    assert (film / "deliverables" / "river" / "river.mp4").exists()
    assert answered_json(film, "--cut", "river")[0] == 0
    assert answered_json(film, "--to", "handover")[0] == 5


# -------------------------------------------------------------------------------------------------------------- speech


def test_a_cut_in_which_nobody_speaks_is_delivered_without_subtitles_which_are_named(film):
    (film / "cuts" / "small.edl").write_text(
        "001  BROLL01  V  C  00:00:00:00 00:00:01:00 01:00:00:00 01:00:01:00\n"
        "002  INT01  A  C  01:00:00:00 01:00:00:05 01:00:00:00 01:00:00:05\n",
        "utf-8",
    )
    status, document = answered_json(film)
    assert status == 0, document
    assert delivered(film) == {"SHA256SUMS", "report.json", "small.mp4"}
    files = ("small.es.srt, small.es.vtt, small.es+en.srt, small.burn-es+en.mp4", "small.en.srt, small.en.vtt")
    assert document["cuts"][0]["left_out"] == [
        f"left out: {named}: nothing with subtitles in {language} is heard in this cut"
        for named, language in zip(files, ("es", "en"), strict=True)
    ]


def test_an_interview_in_which_nothing_is_said_gets_no_subtitles(small_film, tmp_path):
    film = copy_of(small_film, tmp_path / "film")
    silence = tmp_path / "silence.wav"
    with wave.open(str(silence), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48_000)
        file.writeframes(bytes(2 * 48_000 * 14))
    write_clip(film / "footage" / "int01.mp4", shade=0, voice=silence)
    status, document = answered_json(film)
    assert status == 0, document
    assert not list((film / "subtitles").glob("*.srt")) if (film / "subtitles").exists() else True
    assert delivered(film) == {"SHA256SUMS", "report.json", "small.mp4"}


# --------------------------------------------------------------------------------------------------------------- gates


def test_the_gate_asks_for_edited_and_for_approved_subtitles(film):
    change(film / "film.yaml", ("title:", "subtitles: {gate: edited}\ntitle:"), (", burn_in: [es+en]", ""))
    done = answered("run", film)
    assert done.returncode == 5
    assert "5 of 5 subtitles in es are not edited yet" in done.stdout
    assert "5 of 5 subtitles in en are not edited yet" in done.stdout
    for language in ("es", "en"):
        file = film / "subtitles" / f"INT01.{language}.srt"
        file.write_text(file.read_text("utf-8").replace("\n\n", " …\n\n").rstrip() + " …\n", "utf-8")
    assert answered("run", film).returncode == 0
    change(film / "film.yaml", ("gate: edited", "gate: approved"))
    done = answered("run", film)
    assert done.returncode == 5
    assert "5 of 5 subtitles in es are not approved yet" in done.stdout


@pytest.mark.parametrize("only", ["conform", "deliver"])
def test_consent_is_asked_whatever_only_says(film, only):
    change(film / "footage_manifest.yaml", ("status: granted, uses: [forum]", "status: withdrawn"))
    done = answered("run", film, "--only", only)
    assert done.returncode == 6
    assert "people.juana" in done.stdout


@pytest.mark.slow
def test_each_step_leaves_what_follows_undone(small_film, tmp_path):
    film = copy_of(small_film, tmp_path / "film")
    assert answered_json(film, "--only", "probe")[0] == 0
    assert answered_json(film, "--only", "conform")[0] == 0  # the clean picture needs no words
    assert not (film / "subtitles").exists()
    status, document = answered_json(film, "--only", "retime")
    assert status == 1
    assert "run without --only first" in document["problems"][0]
    assert answered_json(film, "--to", "handover")[0] == 0
    assert (film / "subtitles" / "INT01.en.srt").exists()
    assert answered_json(film, "--to", "retime")[0] == 0
    assert not (film / "deliverables").exists()
    (film / "subtitles" / "INT01.en.srt").unlink()
    (film / "subtitles" / "state" / "INT01.en.json").unlink()
    status, document = answered_json(film, "--only", "deliver")
    assert status == 1
    assert not (film / "subtitles" / "INT01.en.srt").exists()


# -------------------------------------------------------------------------------------------------------- newer drafts


def test_a_newer_draft_lies_beside_the_store_and_peoples_file_stays_to_the_byte(film):
    # As if another model had heard something else: in the state, and in the file that people have corrected since.
    state, file = film / "subtitles" / "state" / "INT01.es.json", film / "subtitles" / "INT01.es.srt"
    change(state, ("noche", "coche"), ("faster-whisper base", "faster-whisper tiny"))
    change(file, ("noche", "madrugada"))
    before = (file.read_bytes(), file.stat().st_mtime_ns, state.read_bytes())
    done = answered("run", film, "--to", "handover")
    assert done.returncode == 0
    assert (
        "subtitles/INT01.es.srt stays as it is, drafted by faster-whisper tiny; 1 of 5 subtitles would be drafted"
        " differently by faster-whisper base: see .testimonio/drafts/INT01.es.srt"
    ) in done.stderr
    assert "noche" in (film / ".testimonio" / "drafts" / "INT01.es.srt").read_text("utf-8")
    assert (file.read_bytes(), file.stat().st_mtime_ns, state.read_bytes()) == before
    change(state, ("coche", "noche"))
    assert "differently" not in answered("run", film, "--to", "handover").stderr
    assert not list((film / ".testimonio" / "drafts").iterdir())
