"""One pool of memory for all threads."""

import ctypes
import platform
from types import SimpleNamespace

import pytest

from pipeline.tools.memory import keep_memory_together


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
