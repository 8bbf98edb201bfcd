"""The doctor: what is here, what is not, and what to do about it."""

import stat
from pathlib import Path

import pytest

from pipeline.tools import doctor
from pipeline.tools.doctor import Condition, Group, Item, examine
from pipeline.tools.machine import usable_cores, usable_memory
from tests.tiny_translation_model import ENGLISH, make_opus


def item(name: str, film: Path | None = None) -> Item:
    return next(one for one in examine(film).items if one.name == name)


def ffmpeg_without_libass(folder: Path) -> Path:
    path = folder / "ffmpeg"
    path.write_text("#!/bin/sh\n[ \"$1\" = -version ] && echo 'ffmpeg version 1.0' || echo ' ... scale V->V'\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_everything_is_named_with_what_to_do_where_it_is_not_good() -> None:
    report = examine()
    assert {one.group for one in report.items} == set(Group)
    assert all(one.cure for one in report.items if one.condition is not Condition.GOOD)
    assert all(one.path.is_absolute() for one in report.items if one.path is not None)
    assert report.ready


def test_ffmpeg_is_named_by_version_and_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = ffmpeg_without_libass(tmp_path)
    monkeypatch.setenv("TESTIMONIO_FFMPEG", str(path))
    assert (item("ffmpeg").version, item("ffmpeg").path) == ("1.0", path)
    assert item("libass").condition is Condition.REDUCED
    assert "burned into the picture" in item("libass").found


def test_no_ffmpeg_means_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TESTIMONIO_FFMPEG", "/nowhere/ffmpeg")
    assert item("ffmpeg").condition is Condition.MISSING
    assert not examine().ready


def test_without_debians_programs_a_film_can_still_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("TESTIMONIO_FFMPEG", raising=False)
    monkeypatch.delenv("TESTIMONIO_APERTIUM", raising=False)
    assert item("apertium").condition is Condition.REDUCED
    assert "apertium-eng-spa" in item("apertium").cure
    assert item("libass").condition is Condition.GOOD
    assert examine().ready


def test_apertium_without_the_pair_is_of_less_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "apertium"
    path.write_text("#!/bin/sh\n[ \"$1\" = -V ] && echo 'apertium 3.8.3' || printf '  cat-spa\\n  spa-eng\\n'\n")
    path.chmod(0o755)
    monkeypatch.setenv("TESTIMONIO_APERTIUM", str(path))
    assert (item("apertium").condition, item("apertium").found) == (Condition.REDUCED, "without eng-spa")


def test_a_broken_program_is_an_item_and_not_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "broken"
    path.write_text("#!/bin/sh\necho 'wrong library' >&2\nexit 127\n")
    path.chmod(0o755)
    monkeypatch.setenv("TESTIMONIO_FFMPEG", str(path))
    monkeypatch.setenv("TESTIMONIO_APERTIUM", str(path))
    assert item("ffmpeg").condition is Condition.MISSING
    assert "wrong library" in item("ffmpeg").found
    assert item("apertium").condition is Condition.REDUCED


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_font_has_every_letter_of_both_languages(language: str) -> None:
    assert item(f"subtitles in {language}").condition is Condition.GOOD


def test_a_font_that_lacks_letters_is_named_with_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(doctor.LETTERS, "zh", "a中文")
    found = item("subtitles in zh")
    assert found.condition is Condition.REDUCED
    assert found.found.endswith("lacks 中 文")


def test_models_are_listed_where_they_lie(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "whisper-base").mkdir()
    (tmp_path / "whisper-base" / "model.bin").write_bytes(bytes(2_000_000))
    monkeypatch.setenv("TESTIMONIO_MODELS", str(tmp_path))
    found = item("whisper-base")
    assert (found.path, found.found) == (tmp_path / "whisper-base", "2 MB")


def test_no_models_say_where_they_were_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "model_folders", lambda: (tmp_path / "models",))
    found = item("whisper")
    assert found.condition is Condition.REDUCED
    assert str(tmp_path / "models") in found.found


def test_a_containers_limits_count(tmp_path: Path) -> None:
    (tmp_path / "cpu.max").write_text("50000 100000\n")
    (tmp_path / "memory.max").write_text("1000000\n")
    assert usable_cores(tmp_path) == 1
    assert usable_memory(tmp_path) == 1_000_000


@pytest.mark.parametrize("text", ["max 100000\n", "max\n", "", "garbage"])
def test_no_limit_means_all_of_the_machine(tmp_path: Path, text: str) -> None:
    (tmp_path / "cpu.max").write_text(text)
    (tmp_path / "memory.max").write_text(text)
    assert usable_cores(tmp_path) == usable_cores(tmp_path / "absent")
    assert usable_memory(tmp_path) == usable_memory(tmp_path / "absent")


def test_a_folder_that_is_not_there_yet_has_the_disk_it_would_be_on(tmp_path: Path) -> None:
    assert item("disk", tmp_path / "a" / "b").found.endswith("MB free")


def test_translation_models_and_keys_are_told_apart_from_speech(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_opus(tmp_path / "opus-mt-es-en", ENGLISH, ["la casa"])
    monkeypatch.setenv("TESTIMONIO_MODELS", str(tmp_path))
    monkeypatch.setenv("TESTIMONIO_DEEPL_KEY", "secret-key")
    assert "translates (OPUS-MT, engine: ctranslate2)" in item("opus-mt-es-en").found
    with_key = next(doctor._services(None))
    assert with_key.found.startswith("a key is there")
    assert "secret-key" not in str(with_key)
    monkeypatch.setenv("TESTIMONIO_DEEPL_KEY", "two words")
    assert next(doctor._services(None)).condition is Condition.REDUCED
    monkeypatch.delenv("TESTIMONIO_DEEPL_KEY")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert "TESTIMONIO_DEEPL_KEY" in next(doctor._services(None)).cure
