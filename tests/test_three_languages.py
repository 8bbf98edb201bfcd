"""Films in more languages than two, one of them from right to left: the whole road, with models that say known words."""

import json
from pathlib import Path

import av
import pytest

from tests.media_samples import luma_of
from tests.small_film import SIZE, answered, answered_json, copy_of
from tests.tiny_translation_model import ARABIC, ENGLISH, FRENCH, make_opus

PAIRS = """\
translation:
  pairs:
    es-en: {engine: ctranslate2, model: models/opus-mt-es-en}
    es-fr: {engine: ctranslate2, model: models/opus-mt-es-fr}
    es-ar: {engine: ctranslate2, model: models/opus-mt-es-ar}
"""


def film_in(heard_film: Path, folder: Path, languages: str, burn_in: str) -> Path:
    copy_of(heard_film, folder)
    text = (folder / "film.yaml").read_text("utf-8").replace("languages: [es, en]", f"languages: [{languages}]")
    pairs = "".join(
        line for line in PAIRS.splitlines(keepends=True) if "es-" not in line or line.split("es-")[1][:2] in languages
    )
    (folder / "film.yaml").write_text(text.replace("burn_in: [es+en]", f"burn_in: [{burn_in}]") + pairs, "utf-8")
    edl = folder / "cuts" / "small.edl"
    edl.write_text(edl.read_text("utf-8").split("002  INT01")[0], "utf-8")  # its first six seconds say enough
    for language, said in (("en", ENGLISH), ("fr", FRENCH), ("ar", ARABIC)):
        words = [f"{form}{sign}" for word in said for form in (word, word.capitalize()) for sign in ("", ",", ".")]
        make_opus(folder / "models" / f"opus-mt-es-{language}", said, words)
    return folder


@pytest.fixture(scope="module")
def film(heard_film: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film in three languages after one whole run."""
    folder = film_in(heard_film, tmp_path_factory.mktemp("three") / "film", "es, en, fr", "en+fr")
    status, document = answered_json(folder)
    assert status == 0, document
    return folder


def test_each_language_has_its_files_and_every_pair_that_is_asked_for(film: Path) -> None:
    names = {path.name for path in (film / "deliverables" / "small").iterdir()}
    assert {f"small.{one}.{kind}" for one in ("es", "en", "fr") for kind in ("srt", "vtt")} <= names
    assert {"small.es+en.srt", "small.en+fr.srt", "small.burn-en+fr.mp4"} <= names


def test_each_language_says_its_own_words_cue_for_cue(film: Path) -> None:
    texts = {one: (film / "subtitles" / f"INT01.{one}.srt").read_text("utf-8") for one in ("es", "en", "fr")}
    assert len({text.count("-->") for text in texts.values()}) == 1
    assert "noche" in texts["es"]
    assert "night" in texts["en"]
    assert "nuit" in texts["fr"]


def test_the_film_carries_three_text_tracks_and_the_report_names_who_drafted(film: Path) -> None:
    folder = film / "deliverables" / "small"
    with av.open(str(folder / "small.mp4")) as container:
        assert [stream.language for stream in container.streams.subtitles] == ["spa", "eng", "fra"]
    report = json.loads((folder / "report.json").read_text("utf-8"))
    assert set(report["subtitles"]) >= {"es", "en", "fr"}
    assert "ctranslate2" in json.dumps(report["subtitles"]["fr"])


def test_status_counts_all_three(film: Path) -> None:
    tracks = json.loads(answered("status", film, "--json").stdout)["tracks"]
    assert [(one["reel"], one["language"]) for one in tracks if one["file"]] == [
        ("INT01", "es"), ("INT01", "en"), ("INT01", "fr"),
    ]  # fmt: skip


def test_a_second_run_changes_nothing(film: Path) -> None:
    status, document = answered_json(film)
    assert status == 0
    assert document["cuts"][0]["unchanged"]


def test_a_language_that_no_engine_covers_is_left_out_and_named(film: Path, tmp_path: Path) -> None:
    folder = copy_of(film, tmp_path / "film")
    text = (folder / "film.yaml").read_text("utf-8")
    (folder / "film.yaml").write_text(text.replace("[es, en, fr]", "[es, en, fr, nah]"), "utf-8")
    done = answered("run", folder)
    assert done.returncode == 0, done.stderr
    assert "INT01 is not translated from es into nah: no engine here covers it" in done.stderr
    assert "nah" in done.stdout
    assert not (folder / "subtitles" / "INT01.nah.srt").exists()


def test_a_language_from_right_to_left_goes_the_whole_road(heard_film: Path, tmp_path: Path) -> None:
    folder = film_in(heard_film, tmp_path / "film", "es, ar", "ar")
    status, document = answered_json(folder)
    assert status == 0, document
    delivered = folder / "deliverables" / "small"
    arabic = (delivered / "small.ar.srt").read_text("utf-8")
    assert "ليل" in arabic
    assert "ليل" in (delivered / "small.es+ar.srt").read_text("utf-8")
    with av.open(str(delivered / "small.burn-ar.mp4")) as container:
        frame = next(frame for index, frame in enumerate(container.decode(video=0)) if index == 20)
        assert int(luma_of(frame)[SIZE[1] * 3 // 4 :].max()) > 225
