"""The whole road on a small film, through the command line, with real speech recognition and translation."""

import json
import os
from fractions import Fraction
from pathlib import Path

import av
import pytest

from tests.media_samples import luma_of, number_in
from tests.small_film import FRAMES, SIZE, answered, answered_json, copy_of, sums

FILES = {
    "SHA256SUMS",
    "report.json",
    "small.burn-es+en.mp4",
    "small.en.srt",
    "small.en.vtt",
    "small.es+en.srt",
    "small.es.srt",
    "small.es.vtt",
    "small.mp4",
}


@pytest.fixture
def film(delivered_film: Path, tmp_path: Path) -> Path:
    return copy_of(delivered_film, tmp_path / "film")


def expected_frame(frame: int) -> int | None:
    """Which source frame the EDL puts on output frame `frame`; None inside the dissolve."""
    if frame < 150:
        return frame + 12
    if frame < 238:
        return frame - 150
    return None if frame < 248 else frame - 238 + 250


def test_everything_asked_for_is_delivered(delivered_film):
    folder = delivered_film / "deliverables" / "small"
    assert {path.name for path in folder.iterdir()} == FILES


@pytest.mark.parametrize("name", ["small.mp4", "small.burn-es+en.mp4"])
def test_every_output_frame_shows_the_source_frame_that_the_edl_says(delivered_film, name):
    with av.open(str(delivered_film / "deliverables" / "small" / name)) as container:
        shown = [
            number_in(luma_of(frame)) if expected_frame(number) is not None else None
            for number, frame in enumerate(container.decode(video=0))
        ]
    assert shown == [expected_frame(number) for number in range(FRAMES)]


def test_picture_and_sound_declare_the_same_length(delivered_film):
    with av.open(str(delivered_film / "deliverables" / "small" / "small.mp4")) as container:
        picture, sound = container.streams.video[0], container.streams.audio[0]
        assert picture.duration * picture.time_base == Fraction(FRAMES, 25)
        assert sound.duration * sound.time_base == Fraction(FRAMES, 25)
        assert [stream.language for stream in container.streams.subtitles] == ["spa", "eng"]


def test_the_subtitles_say_what_is_said_and_when(delivered_film):
    spanish = (delivered_film / "deliverables" / "small" / "small.es.srt").read_text("utf-8").lower()
    assert "salimos de noche" in spanish
    assert "muy poca agua" in spanish
    first = spanish.split("\n")[1]
    assert first.startswith("00:00:00,"), first


def test_words_cut_away_are_not_shown(delivered_film):
    spanish = (delivered_film / "deliverables" / "small" / "small.es.srt").read_text("utf-8").lower()
    assert "llegamos" not in spanish  # said after the last event ends
    assert "llegamos" in (delivered_film / "subtitles" / "INT01.es.srt").read_text("utf-8").lower()


def test_the_burned_in_version_has_ink_where_the_clean_one_has_none(delivered_film):
    folder = delivered_film / "deliverables" / "small"
    brightest = []
    for name in ("small.mp4", "small.burn-es+en.mp4"):
        with av.open(str(folder / name)) as container:
            frame = next(frame for index, frame in enumerate(container.decode(video=0)) if index == 20)
            brightest.append(int(luma_of(frame)[SIZE[1] * 3 // 4 :].max()))
    assert brightest[1] > 225 > brightest[0] - 10


def test_a_second_run_changes_nothing(film):
    before = {path: path.stat().st_mtime_ns for path in film.rglob("*") if path.is_file() and "subtitles" in path.parts}
    delivered = sums(film)
    status, document = answered_json(film, "--explain")
    assert status == 0
    assert document["cuts"][0]["unchanged"]
    assert {one["outcome"] for one in document["decisions"]} == {"stored"}
    assert sums(film) == delivered
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_a_film_that_was_moved_is_not_made_again(film, tmp_path):
    moved = film.rename(tmp_path / "elsewhere")
    status, document = answered_json(moved)
    assert status == 0
    assert document["cuts"][0]["unchanged"]


def test_a_persons_edit_is_in_the_next_render_and_stays_as_it_is(film):
    edited = film / "subtitles" / "INT01.es.srt"
    text = edited.read_text("utf-8").replace("noche", "madrugada").replace("\n", "\r\n")
    edited.write_bytes(b"\xef\xbb\xbf" + text.encode())
    before = edited.read_bytes()
    status, document = answered_json(film, "--explain")
    assert status == 0
    assert edited.read_bytes() == before
    assert "madrugada" in (film / "deliverables" / "small" / "small.es.srt").read_text("utf-8")
    assert any("its source was changed" in line for line in document["cuts"][0]["problems"])
    made = {one["stage"] for one in document["decisions"] if one["outcome"] == "ran"}
    assert "transcribe" not in made
    assert "mix" not in made
    assert "translate" not in made
    report = json.loads((film / "deliverables" / "small" / "report.json").read_text("utf-8"))
    assert report["subtitles"]["es"]["edited"] == 1
    assert report["subtitles"]["en"]["stale"] == 1


def test_an_emptied_file_is_refused_and_the_delivery_stays(film):
    before = sums(film)
    (film / "subtitles" / "INT01.en.srt").write_bytes(b"")
    done = answered("run", film)
    assert done.returncode == 5
    assert "INT01.en.srt" in done.stdout + done.stderr
    assert sums(film) == before
    assert (film / "subtitles" / "INT01.en.srt").read_bytes() == b""


def test_a_missing_file_is_made_again_from_its_state(film):
    file = film / "subtitles" / "INT01.en.srt"
    before = file.read_bytes()
    file.unlink()
    done = answered("run", film)
    assert done.returncode == 0
    assert "made again" in done.stderr
    assert file.read_bytes() == before


def test_one_trimmed_event_is_encoded_again_and_nothing_else(film):
    edl = film / "cuts" / "small.edl"
    edl.write_text(edl.read_text("utf-8").replace("01:00:00:12 01:00:06:12", "01:00:00:11 01:00:06:11"), "utf-8")
    status, document = answered_json(film, "--explain")
    assert status == 0, document
    made = [one["subject"] for one in document["decisions"] if one["outcome"] == "ran" and one["stage"] == "conform"]
    assert made
    assert all(subject.startswith("small/001.") for subject in made), made
    changed = next(one for one in document["decisions"] if one["subject"] == "small/001.3.0")
    assert [change["field"] for change in changed["changes"]] == ["request.incoming.first"]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("status: granted, uses: [forum]", "status: withdrawn", "withdrawn"),
        ("status: granted, uses: [forum]", "status: granted, uses: [training]", "forum"),
        ("status: granted, uses: [forum]", "status: granted, uses: [forum], until: 2020-01-31", "2020-01-31"),
        ("status: granted, uses: [forum]", "status: granted, uses: [forum], protections: [blur-face]", "blur-face"),
        (", consent: {status: granted, uses: [forum]}", "", "consent"),
    ],
)
def test_without_consent_nothing_is_rendered_and_the_message_names_who_and_where(film, old, new, reason):
    before = sums(film)
    manifest = film / "footage_manifest.yaml"
    manifest.write_text(manifest.read_text("utf-8").replace(old, new), "utf-8")
    done = answered("run", film)
    said = done.stdout + done.stderr
    assert done.returncode == 6, said
    assert "people.juana" in said
    assert "cuts/small.edl:3" in said
    assert reason in said
    assert "Juana R." not in said
    assert sums(film) == before


def test_a_dry_run_says_what_it_would_do_first_and_writes_nothing(small_film, tmp_path):
    film = copy_of(small_film, tmp_path / "film")
    before = sorted(path for path in film.rglob("*"))
    done = answered("run", film, "--dry-run")
    assert done.returncode == 0, done.stderr
    assert "would run probe" in done.stdout
    assert sorted(path for path in film.rglob("*")) == before


def test_only_refuses_where_an_earlier_step_has_something_to_do(small_film, tmp_path):
    film = copy_of(small_film, tmp_path / "film")
    done = answered("run", film, "--only", "deliver")
    assert done.returncode == 1
    assert "without --only" in done.stderr


def test_a_missing_source_is_named_before_anything_is_made(film):
    (film / "footage" / "river.mp4").rename(film / "footage" / "river.away")
    before = sums(film)
    done = answered("run", film)
    assert done.returncode == 3
    assert "footage/river.mp4" in done.stderr
    assert sums(film) == before
    (film / "footage" / "river.away").rename(film / "footage" / "river.mp4")
    assert answered("run", film).returncode == 0


def test_touched_sources_are_not_rendered_again(film):
    for path in (film / "footage").iterdir():
        os.utime(path)
    status, document = answered_json(film)
    assert status == 0
    assert document["cuts"][0]["unchanged"]


def test_a_damaged_delivery_is_made_good_again(film):
    before = sums(film)
    (film / "deliverables" / "small" / "small.mp4").write_bytes(b"cut short")
    status, document = answered_json(film)
    assert status == 0
    assert not document["cuts"][0]["unchanged"]
    assert sums(film) == before
    assert (film / "deliverables" / "small" / "small.mp4").stat().st_size > 10_000


def test_status_counts_drafts_and_cuts(film):
    done = answered("status", film, "--json")
    report = json.loads(done.stdout)
    by_language = {track["language"]: track for track in report["tracks"]}
    assert by_language["es"]["counts"]["draft"] > 0
    assert by_language["es"]["counts"]["edited"] == 0
    assert [cut["state"] for cut in report["cuts"]] == ["delivered"]


def test_what_a_person_changed_among_the_deliverables_is_kept_under_another_name(film):
    delivered = film / "deliverables" / "small" / "small.es.srt"
    delivered.write_text("1\n00:00:00,000 --> 00:00:01,000\nA note of mine\n", "utf-8")
    done = answered("run", film)
    assert done.returncode == 0
    assert "small.es.kept-1.srt" in done.stderr
    assert "A note of mine" in (delivered.parent / "small.es.kept-1.srt").read_text("utf-8")
    assert "noche" in delivered.read_text("utf-8")


def test_a_delivery_stays_marked_for_withdrawal_when_consent_is_taken_back(film):
    manifest = film / "footage_manifest.yaml"
    manifest.write_text(manifest.read_text("utf-8").replace("status: granted", "status: withdrawn"), "utf-8")
    report = json.loads(answered("status", film, "--json").stdout)
    assert [cut["state"] for cut in report["cuts"]] == ["to be withdrawn"]
    assert "'juana' has withdrawn consent" in report["cuts"][0]["problems"][0]


def test_subtitles_that_nothing_would_read_are_named(film):
    (film / "subtitles" / "INT01_en.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\nHello\n", "utf-8")
    done = answered("check", film)
    assert done.returncode == 0
    assert "subtitles/INT01_en.srt" in done.stdout
    (film / "subtitles" / "cuts").mkdir()
    (film / "subtitles" / "cuts" / "smal.en.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\nHello\n", "utf-8")
    done = answered("check", film)
    assert done.returncode == 0
    assert "subtitles/cuts/smal.en.srt" in done.stdout


def test_one_recording_under_two_keys_cannot_hide_who_is_in_it(film):
    before = sums(film)
    (film / "footage" / "river.mp4").write_bytes((film / "footage" / "int01.mp4").read_bytes())
    done = answered("run", film)
    assert done.returncode == 3
    assert "BROLL01 and INT01 are the same recording" in done.stdout + done.stderr
    assert sums(film) == before
