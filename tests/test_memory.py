"""One pool of memory for all threads."""

import ctypes
import os
import platform
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import faster_whisper
import pytest

from pipeline.tools import memory, recognise_faster_whisper
from pipeline.tools.memory import keep_memory_together, keep_sums_on_one_thread
from pipeline.tools.recognise_faster_whisper import FasterWhisperEar
from pipeline.tools.recognise_openai_whisper import OpenAIWhisperEar


def test_glibc_takes_the_wish_and_no_other() -> None:
    assert keep_memory_together() is (platform.libc_ver()[0] == "glibc")


@pytest.mark.parametrize("library", [SimpleNamespace(), None])
def test_another_library_is_left_alone(monkeypatch: pytest.MonkeyPatch, library: object) -> None:
    def opened(_name: object) -> object:
        if library is None:
            raise OSError
        return library

    monkeypatch.setattr(ctypes, "CDLL", opened)
    assert keep_memory_together() is False


def test_sums_start_no_threads_unless_somebody_says_how_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "2")  # so that it is put back as it was
    monkeypatch.delenv("OPENBLAS_NUM_THREADS")
    keep_sums_on_one_thread()
    assert os.environ["OPENBLAS_NUM_THREADS"] == "1"
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "3")
    keep_sums_on_one_thread()
    assert os.environ["OPENBLAS_NUM_THREADS"] == "3"


def test_what_is_given_back_is_asked_of_glibc_only(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(memory.ctypes, "CDLL", lambda _name: SimpleNamespace(malloc_trim=asked.append))
    memory.give_memory_back()
    assert asked == [0]
    monkeypatch.setattr(memory.ctypes, "CDLL", lambda _name: SimpleNamespace())
    memory.give_memory_back()


def test_two_hearings_on_a_processor_encode_one_after_the_other(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    inside: list[int] = []
    most: list[int] = []

    class Model:
        def __init__(self, *_arguments: object, **_options: object) -> None:
            self.feat_kwargs: dict[str, int] = {}

        def encode(self, features: int) -> None:
            inside.append(features)
            most.append(len(inside))
            time.sleep(0.01)
            inside.remove(features)

    monkeypatch.setattr(faster_whisper, "WhisperModel", Model)

    def encoded(device: str) -> tuple[int, int]:
        most.clear()
        model = recognise_faster_whisper._model(SimpleNamespace(path=tmp_path), device, 2)
        threads = [
            threading.Thread(target=lambda one: [model.encode(one) for _ in range(20)], args=(at,)) for at in (0, 1)
        ]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        return len(most), max(most)

    assert encoded("cpu") == (40, 1)
    assert encoded("cuda") == (40, 2)


@pytest.mark.parametrize("ear", [FasterWhisperEar("base"), OpenAIWhisperEar("base")])
def test_an_ear_that_rests_holds_no_weights_and_still_says_what_it_ran_on(
    ear: FasterWhisperEar | OpenAIWhisperEar,
) -> None:
    ear._loaded, ear._on = SimpleNamespace(), "cpu"
    ear.rest()
    assert ear._loaded is None
    assert ear._on == "cpu"
