"""Finding programs: in which order, and never where a film could have brought one along."""

import os
import stat
from pathlib import Path

import pytest

from pipeline.errors import ToolError, ToolMissing
from pipeline.tools.programs import find_apertium, find_ffmpeg, on_path


def program(path: Path, says: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho '{says}'\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("TESTIMONIO_FFMPEG", raising=False)
    monkeypatch.delenv("TESTIMONIO_APERTIUM", raising=False)


def test_configuration_comes_before_environment_before_path_before_the_wheel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = find_ffmpeg()
    assert "imageio_ffmpeg" in str(wheel.path)
    assert wheel.path.is_absolute()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    on = program(tmp_path / "bin" / "ffmpeg", "ffmpeg version 7.1-path Copyright")
    assert (find_ffmpeg().path, find_ffmpeg().version) == (on, "7.1-path")
    named = program(tmp_path / "named", "ffmpeg version 7.2 Copyright")
    monkeypatch.setenv("TESTIMONIO_FFMPEG", str(named))
    assert find_ffmpeg().path == named
    configured = program(tmp_path / "configured", "ffmpeg version 7.3 Copyright")
    assert find_ffmpeg(configured).path == configured


def test_the_digest_follows_what_it_says_and_not_where_it_lies(tmp_path: Path) -> None:
    first = find_ffmpeg(program(tmp_path / "a" / "ffmpeg", "ffmpeg version 7.1 built"))
    moved = find_ffmpeg(program(tmp_path / "b" / "ffmpeg", "ffmpeg version 7.1 built"))
    other = find_ffmpeg(program(tmp_path / "c" / "ffmpeg", "ffmpeg version 7.1 built otherwise"))
    assert first.digest == moved.digest != other.digest


@pytest.mark.parametrize("text", ["ffmpeg", "/nowhere/ffmpeg", "/tmp"])
def test_one_that_is_named_and_cannot_be_had_is_never_passed_over(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TESTIMONIO_FFMPEG", text)
    with pytest.raises(ToolMissing, match="TESTIMONIO_FFMPEG names"):
        find_ffmpeg()


def test_a_program_that_is_not_ffmpeg_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="does not answer as ffmpeg does"):
        find_ffmpeg(program(tmp_path / "ffmpeg", "hello"))


def test_nothing_is_taken_from_the_current_folder_the_film_or_a_relative_entry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    film, here = tmp_path / "film", tmp_path / "here"
    program(film / "bin" / "ffmpeg", "ffmpeg version 6")
    program(here / "ffmpeg", "ffmpeg version 6")
    program(here / "bin" / "ffmpeg", "ffmpeg version 6")
    linked = tmp_path / "linked"
    linked.mkdir()
    (linked / "ffmpeg").symlink_to(film / "bin" / "ffmpeg")
    monkeypatch.chdir(here)
    entries = ["", ".", "bin", str(here), str(film), str(film / "bin"), str(linked)]
    assert on_path("ffmpeg", {"PATH": os.pathsep.join(entries)}, film) is None
    good = program(tmp_path / "usr" / "ffmpeg", "ffmpeg version 6")
    assert on_path("ffmpeg", {"PATH": os.pathsep.join([*entries, str(good.parent)])}, film) == good


def test_files_that_cannot_be_run_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "a" / "ffmpeg").mkdir(parents=True)
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "ffmpeg").write_text("text")
    good = program(tmp_path / "c" / "ffmpeg", "ffmpeg version 6")
    entries = os.pathsep.join(str(tmp_path / name) for name in "abc")
    assert on_path("ffmpeg", {"PATH": entries}, None) == good


def test_apertium_may_be_absent_and_is_named_with_its_version_where_it_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert find_apertium() is None
    monkeypatch.setenv("PATH", str(tmp_path))
    program(tmp_path / "apertium", "apertium 3.8.3 2021")
    found = find_apertium()
    assert found is not None
    assert (found.name, found.version, found.path) == ("apertium", "3.8.3", tmp_path / "apertium")
