"""Deliveries of every form through the whole road: what they are, that each is what the edit says, and what came before."""

import hashlib
import json
import shutil
from fractions import Fraction
from pathlib import Path

import av
import pytest

from pipeline.tools.delivery_folder import SUMS, verify_sums
from tests.made_film import EDL, NUMBERS, make_film, typed
from tests.made_sound import decoded
from tests.media_samples import luma_of, numbers_in
from tests.small_film import VOICE

FORMS = ", deliverables: [hevc, prores, dnxhr, audio, review, podcast]"
OWN = "profiles: {podcast: {codec: aac}, mp4: {codec: h264, preset: veryfast}}\n"
SAMPLES = len(NUMBERS) * 1920


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_film(
        tmp_path_factory.mktemp("forms") / "film", FORMS + ", versions: {es: {text: es}, en: {text: en}}", OWN
    )


def folder_of(film: Path) -> Path:
    return film / "deliverables" / "small"


def report_of(folder: Path) -> dict:
    return json.loads((folder / "report.json").read_text("utf-8"))


def contents(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_every_form_is_delivered_and_a_second_run_leaves_it_alone(film, capsys):
    status, document = typed(capsys, "run", film)
    assert status == 0, document
    folder = folder_of(film)
    rests = ("audio.wav", "dnxhr.mov", "hevc.mp4", "mp4", "podcast.m4a", "prores.mov", "review.mp4")
    names = {f"small.{version}.{rest}" for version in ("es", "en") for rest in rests}
    assert {path.name for path in folder.iterdir()} == names | {"report.json", SUMS}
    before = contents(folder)
    status, document = typed(capsys, "run", film, "--explain")
    assert document["cuts"][0]["unchanged"]
    assert {one["outcome"] for one in document["decisions"]} == {"stored"}
    assert contents(folder) == before


@pytest.mark.parametrize("name", ["mp4", "hevc.mp4", "prores.mov", "dnxhr.mov"])
def test_every_film_shows_what_the_edit_says_for_exactly_as_long(film, name):
    path = folder_of(film) / f"small.es.{name}"
    assert numbers_in(path) == NUMBERS
    with av.open(str(path)) as container:
        picture, sound = container.streams.video[0], container.streams.audio[0]
        assert picture.duration * picture.time_base == Fraction(len(NUMBERS), 25)
        assert sound.duration * sound.time_base == Fraction(len(NUMBERS), 25)
        if name.endswith("mov"):
            assert picture.metadata["timecode"] == "01:00:00:00"
            assert sound.codec_context.name == "pcm_s24le"
    content = path.read_bytes()
    assert 0 < content.index(b"moov") < content.index(b"mdat")


def test_sound_alone_is_exact(film):
    with av.open(str(folder_of(film) / "small.en.audio.wav")) as container:
        assert container.metadata["time_reference"] == str(3600 * 48_000)
        assert container.streams.audio[0].codec_context.name == "pcm_s24le"
        assert sum(frame.samples for frame in container.decode(audio=0)) == SAMPLES
    with av.open(str(folder_of(film) / "small.en.podcast.m4a")) as container:
        stream = container.streams.audio[0]
        assert stream.duration * stream.time_base == Fraction(SAMPLES, 48_000)


def test_a_review_copy_is_stamped_and_nothing_else_is(film):
    tops = {}
    for name in ("mp4", "review.mp4", "hevc.mp4"):
        with av.open(str(folder_of(film) / f"small.es.{name}")) as container:
            tops[name] = [luma_of(frame)[:24].astype(int) for frame in container.decode(video=0)]
    assert all(abs(a - b).mean() < 4 for a, b in zip(tops["mp4"], tops["hevc.mp4"], strict=True))
    assert all(abs(a - b).max() > 80 for a, b in zip(tops["mp4"], tops["review.mp4"], strict=True))
    label = [top[:, 120:200] for top in tops["review.mp4"]]
    assert abs(label[0] - label[1]).max() > 60  # its timecode goes on


def test_the_report_says_what_each_file_is(film):
    report = report_of(folder_of(film))
    assert report["version"] == 1
    by_name = {one["file"]: one for one in report["outputs"]}
    hevc = by_name["small.en.hevc.mp4"]
    assert (hevc["codec"], hevc["encoder"], hevc["size"], hevc["titles_in"]) == ("hevc", "libx265", "320x192", "en")
    assert {one["frames"] for one in by_name.values()} == {len(NUMBERS)}
    assert by_name["small.es.audio.wav"]["bytes"] == (folder_of(film) / "small.es.audio.wav").stat().st_size
    assert report["picture"][1]["done"] == ["colours brought from BT.601 to BT.709, taken for it by its size"]
    assert report["loudness"][""]["heard_s"] == {"effects": 1.8}
    assert report["stamped"] == ["small.es.review.mp4", "small.en.review.mp4"]


def test_a_delivery_that_differs_keeps_the_one_before_it_whole(tmp_path, capsys):
    film = make_film(
        tmp_path / "film", ", deliverables: [review]", "profiles: {mp4: {codec: h264, preset: veryfast}}\n"
    )
    folder = folder_of(film)
    assert typed(capsys, "run", film)[0] == 0
    (folder / "notes.txt").write_text("call the mayor")
    edl = film / "cuts" / "small.edl"
    states = [contents(folder)]
    for number, frames in ((1, "00:00:03:01 00:00:03:21"), (2, "00:00:03:02 00:00:03:22")):
        edl.write_text(EDL.replace("00:00:03:00 00:00:03:20", frames), "utf-8")
        status, document = typed(capsys, "run", film)
        assert (status, document["cuts"][0]["previous"]) == (0, f"deliverables/small/v{number}")
        kept = {name: digest for name, digest in states[-1].items() if "/" not in name and name != "notes.txt"}
        assert contents(folder / f"v{number}") == kept
        assert verify_sums(folder / f"v{number}") == verify_sums(folder) == ()
        assert report_of(folder)["version"] == number + 1
        states.append(contents(folder))
    assert numbers_in(folder / "small.mp4")[25] == 77
    assert (folder / "notes.txt").read_text() == "call the mayor"
    assert typed(capsys, "run", film)[1]["cuts"][0]["unchanged"]
    assert contents(folder) == states[-1]
    _only_the_report_differs(film, capsys)


def _only_the_report_differs(film: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is seen and heard is the same: the report is renewed, and no version is counted."""
    manifest = film / "footage_manifest.yaml"
    manifest.write_text(manifest.read_text("utf-8").replace(", people: [ana]", ""), "utf-8")
    _, document = typed(capsys, "run", film)
    assert (document["cuts"][0]["unchanged"], document["cuts"][0]["previous"]) == (False, "")
    assert report_of(folder_of(film))["version"] == 3
    assert report_of(folder_of(film))["people_not_declared"] == ["CLIP"]
    assert not (folder_of(film) / "v3").exists()


@pytest.mark.slow
def test_versions_with_narration_have_subtitles_of_their_own(tmp_path, capsys):
    versions = "versions: {con: {text: es, narration: es}, sin: {text: en}}"
    narration = "narration: {es: [{reel: VOZ, at: '01:00:00:05'}]}"
    film = make_film(tmp_path / "film", f", {versions}, {narration}")
    (film / "narration").mkdir()
    shutil.copy(VOICE, film / "narration" / "voice.ogg")
    with (film / "footage_manifest.yaml").open("a", encoding="utf-8") as manifest:
        manifest.write("  VOZ: {file: narration/voice.ogg, kind: narration, language: es, people: [ana]}\n")
    status, document = typed(capsys, "run", film)
    assert status == 0, document
    assert "Salimos" in (folder_of(film) / "small.con.es.srt").read_text("utf-8")
    assert not (folder_of(film) / "small.sin.es.srt").exists()
    heard = [decoded(folder_of(film) / f"small.{name}.mp4")[:, : SAMPLES - 2000] for name in ("con", "sin")]
    assert abs(heard[0] - heard[1])[:, :9000].max() < 0.02  # the narrator has not begun
    assert abs(heard[0] - heard[1]).max() > 0.1
    report = report_of(folder_of(film))
    assert report["sound"][-1]["medium"] == "VOZ"
    assert report["other_narration"] == {"": []}
    assert set(report["loudness"]) == {"", "es"}


def test_status_asks_for_consent_to_earlier_deliveries_too(tmp_path, capsys):
    other = make_film(tmp_path / "film")
    assert typed(capsys, "run", other)[0] == 0
    (other / "cuts" / "small.edl").write_text(
        "001  BL  V  C  00:00:00:00 00:00:01:00 01:00:00:00 01:00:01:00\n", "utf-8"
    )
    film_yaml = other / "film.yaml"
    film_yaml.write_text(
        film_yaml.read_text("utf-8").replace("audience: forum", "audience: forum, sound: edl"), "utf-8"
    )
    assert typed(capsys, "run", other)[0] == 0
    manifest = other / "footage_manifest.yaml"
    manifest.write_text(manifest.read_text("utf-8").replace("status: granted", "status: withdrawn"), "utf-8")
    (cut,) = typed(capsys, "status", other)[1]["cuts"]
    assert cut["state"] == "to be withdrawn"
    assert [line.partition(":")[0] for line in cut["problems"]] == ["v1"]


def test_status_names_what_was_taken_out_of_the_manifest_after_it_was_delivered(tmp_path, capsys):
    film = make_film(tmp_path / "film")
    assert typed(capsys, "run", film)[0] == 0
    manifest = film / "footage_manifest.yaml"
    manifest.write_text("people: {}\nreels: {}\n", "utf-8")
    (cut,) = typed(capsys, "status", film)[1]["cuts"]
    assert cut["state"] == "to be withdrawn"
    assert cut["problems"] == ["CLIP is in it and no longer in the manifest, so nobody can say who is seen or heard"]


def test_status_lists_what_is_left_of_a_cut_that_the_film_has_no_more(tmp_path, capsys):
    film = make_film(tmp_path / "film", ', lower_thirds: [{person: ana, at: "01:00:00:00", seconds: 1}]')
    assert typed(capsys, "run", film)[0] == 0
    assert report_of(folder_of(film))["named"] == ["ana"]
    folder_of(film).rename(film / "deliverables" / "old")
    old = film / "deliverables" / "old"
    (old / "v1").mkdir()
    for path in old.glob("*.*"):
        (old / "v1" / path.name).write_bytes(path.read_bytes())
    (old / "v1" / "SHA256SUMS").write_text("0" * 64 + "  report.json\n")
    small, gone = typed(capsys, "status", film)[1]["cuts"]
    assert (small["cut"], small["state"]) == ("small", "not made")
    assert (gone["cut"], gone["audience"], gone["state"]) == ("old", "forum", "delivered")
    assert gone["problems"] == ["film.yaml has no cut 'old' any more"]
    manifest = film / "footage_manifest.yaml"
    manifest.write_text(manifest.read_text("utf-8").replace("status: granted", "status: withdrawn"), "utf-8")
    _, gone = typed(capsys, "status", film)[1]["cuts"]
    assert gone["state"] == "to be withdrawn"
    assert gone["problems"][:2] == ["'ana' has withdrawn consent", "v1: 'ana' has withdrawn consent"]


def test_status_judges_who_is_named_and_what_is_damaged(tmp_path, capsys):
    film = make_film(tmp_path / "film")
    assert typed(capsys, "run", film)[0] == 0
    said = folder_of(film) / "report.json"
    said.write_text(json.dumps({**report_of(folder_of(film)), "named": ["eva"]}), "utf-8")
    (cut,) = typed(capsys, "status", film)[1]["cuts"]
    assert cut["state"] == "to be withdrawn"
    assert cut["problems"] == [
        "small/report.json has changed since it was made",
        "'eva' is not among the manifest's people",
    ]


def test_a_bug_and_fonts_that_are_none_are_found_by_the_check(tmp_path, capsys):
    more = "bug: {file: bug.png}\ngraphics: {font: own.ttf}\nsubtitles: {font: own.ttf}\n"
    film = make_film(tmp_path / "film", more=more)
    (film / "bug.png").write_bytes(b"no picture")
    (film / "own.ttf").write_bytes(b"no font")
    status, document = typed(capsys, "check", film)
    assert status == 3
    said = [(one["file"], one["line"], one["field"]) for one in document["findings"] if one["severity"] == "error"]
    assert said == [
        ("film.yaml", 7, "graphics.font"),
        ("film.yaml", 8, "subtitles.font"),
        ("film.yaml", 6, "bug.file"),
    ]


def test_only_conform_needs_no_words(tmp_path, capsys):
    film = make_film(tmp_path / "film")
    assert typed(capsys, "run", film, "--to", "clear")[0] == 0
    status, document = typed(capsys, "run", film, "--only", "conform", "--explain")
    assert status == 0, document
    assert {"conform", "mix"} <= {one["stage"] for one in document["decisions"] if one["outcome"] == "ran"}


def test_hardware_that_must_be_there_and_is_not_stops_the_cut(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("pipeline.tools.encoders.hardware_encoder", lambda _codec: None)
    film = make_film(tmp_path / "film", more="profiles: {mp4: {codec: h264, hardware: always}}\n")
    status, document = typed(capsys, "run", film)
    assert status == 1
    assert "there is no hardware encoder for h264 here" in document["problems"][0]
