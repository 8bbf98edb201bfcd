"""One pool of memory for all threads."""

import ctypes
import os
import platform
from types import SimpleNamespace

import pytest

from pipeline.tools.memory import keep_memory_together, keep_sums_on_one_thread


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
