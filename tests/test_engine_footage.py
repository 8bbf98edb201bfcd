"""Digests of footage: read in full once, believed only while nothing speaks against it."""

import hashlib
import os
import shutil
import time
from pathlib import Path

import pytest

from pipeline.engine import footage_digest
from pipeline.engine.footage_digest import TASK, FootageDigests
from pipeline.errors import MediaError
from tests.fake_bench import SilentProgress

LONG_AGO = 1_600_000_000


def reel(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    os.utime(path, (LONG_AGO, LONG_AGO))
    return path


@pytest.fixture(autouse=True)
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let files count as settled at once, so that no test has to wait: a change's date cannot be set back."""
    monkeypatch.setattr(footage_digest, "_YOUNG_NS", 0)


def read(
    memory: Path, *paths: Path, rehash: bool = False, writable: bool = True
) -> tuple[tuple[str, ...], int, list[str]]:
    """Return the digests, how many bytes were read in full, and what was noted."""
    progress = SilentProgress()
    sources = FootageDigests(memory, progress, rehash=rehash, writable=writable).sources(paths)
    return tuple(source.digest for source in sources), progress.done.get(TASK, 0), progress.notes


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 65_537, 1 << 20, (1 << 20) + 1, 5_000_003])
def test_a_digest_is_that_of_the_whole_file_and_is_remembered(tmp_path: Path, size: int) -> None:
    content = os.urandom(size)
    path = reel(tmp_path / "int01.mp4", content)
    assert read(tmp_path / "memory", path) == ((sha256(content),), size, [])
    assert read(tmp_path / "memory", path) == ((sha256(content),), 0, [])
    assert read(tmp_path / "memory", path, rehash=True) == ((sha256(content),), size, [])


def test_progress_counts_every_byte_of_what_is_read(tmp_path: Path) -> None:
    paths = [reel(tmp_path / f"{number}.mov", bytes(1000 * number)) for number in (1, 2, 3)]
    progress = SilentProgress()
    FootageDigests(tmp_path / "memory", progress).sources(paths)
    assert progress.totals == {TASK: (6000, "bytes")}
    assert progress.done == {TASK: 6000}
    assert progress.finished == [TASK]


def test_order_and_repetition_are_kept_and_a_file_is_read_once(tmp_path: Path) -> None:
    one, two = reel(tmp_path / "1", b"one"), reel(tmp_path / "2", b"three")
    digests, count, _ = read(tmp_path / "memory", two, one, two)
    assert digests == (sha256(b"three"), sha256(b"one"), sha256(b"three"))
    assert count == 8


def test_a_new_date_is_enough_to_read_again(tmp_path: Path) -> None:
    path = reel(tmp_path / "a", b"same")
    read(tmp_path / "memory", path)
    os.utime(path)
    assert read(tmp_path / "memory", path)[:2] == ((sha256(b"same"),), 4)


def test_another_file_under_the_same_name_is_read(tmp_path: Path) -> None:
    path = reel(tmp_path / "a", b"first")
    read(tmp_path / "memory", path)
    reel(tmp_path / "b", b"other").replace(path)
    assert read(tmp_path / "memory", path)[0] == (sha256(b"other"),)


def test_a_renamed_film_folder_is_not_read_again(tmp_path: Path) -> None:
    (tmp_path / "film").mkdir()
    path = reel(tmp_path / "film" / "a", b"footage")
    read(tmp_path / "film" / "memory", path)
    (tmp_path / "film").rename(tmp_path / "moved")
    assert read(tmp_path / "moved" / "memory", tmp_path / "moved" / "a")[1] == 0


@pytest.mark.parametrize("place", [0, 65_535, 4_900_000])
def test_a_change_without_a_new_date_is_seen_in_the_sample(
    tmp_path: Path, place: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = bytearray(os.urandom(4_900_001))
    path = reel(tmp_path / "a", bytes(content))
    (source,) = FootageDigests(tmp_path / "memory", SilentProgress()).sources([path])
    content[place] ^= 1
    reel(path, bytes(content))
    monkeypatch.setattr(footage_digest, "_stamp_at", lambda _path: source.stamp)  # a disk that rots gives no new date
    monkeypatch.setattr(footage_digest.Stamp, "of", lambda _found: source.stamp)
    digests, count, notes = read(tmp_path / "memory", path)
    assert (digests, count) == ((sha256(bytes(content)),), len(content))
    assert notes == ["a has changed without a new date: it is read again in full"]


def test_a_file_as_young_as_its_reading_is_not_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(footage_digest, "_YOUNG_NS", 2_000_000_000)
    path = tmp_path / "a"
    path.write_bytes(b"fresh")
    os.utime(path, (LONG_AGO, LONG_AGO))  # its date says old, the change of its date says young
    assert read(tmp_path / "memory", path)[1] == 5
    assert read(tmp_path / "memory", path)[1] == 5
    later = time.time_ns() + 3_000_000_000
    monkeypatch.setattr(footage_digest.time, "time_ns", lambda: later)
    assert read(tmp_path / "memory", path)[1] == 5
    assert read(tmp_path / "memory", path)[1] == 0


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = reel(tmp_path / "a.mov", bytes(3_000_000))

    class Copying(SilentProgress):
        def advance(self, task: str, done: int) -> None:
            with path.open("ab") as file:
                file.write(b"more")

    with pytest.raises(MediaError, match=r"a\.mov changed while this run was using it; wait until it is copied whole"):
        FootageDigests(tmp_path / "memory", Copying()).sources([path])


def test_a_file_that_is_exchanged_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = reel(tmp_path / "a.mov", bytes(3_000_000))

    class Exchanging(SilentProgress):
        def advance(self, task: str, done: int) -> None:
            reel(tmp_path / "b", bytes(3_000_000)).replace(path)

    with pytest.raises(MediaError, match="changed while"):
        FootageDigests(tmp_path / "memory", Exchanging()).sources([path])


def test_what_is_not_there_or_is_no_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match=r"gone\.mov is not there; put it back"):
        read(tmp_path / "memory", tmp_path / "gone.mov")
    os.mkfifo(tmp_path / "pipe")
    for name in ("pipe", "."):
        with pytest.raises(MediaError, match="is not a file that can be read as media"):
            read(tmp_path / "memory", tmp_path / name)
    with pytest.raises(MediaError, match="is not a file that can be read as media"):
        read(tmp_path / "memory", Path("/dev/zero"))


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"format":2}', b'{"format":1,"files":[[1]]}', b"\xff"])
def test_a_damaged_memory_costs_only_time(tmp_path: Path, content: bytes) -> None:
    path = reel(tmp_path / "a", b"footage")
    (tmp_path / "memory").write_bytes(content)
    assert read(tmp_path / "memory", path)[:2] == ((sha256(b"footage"),), 7)
    assert read(tmp_path / "memory", path)[1] == 0


def test_nothing_is_written_where_nothing_may_be(tmp_path: Path) -> None:
    path = reel(tmp_path / "a", b"footage")
    read(tmp_path / "memory", path, writable=False)
    assert [entry.name for entry in tmp_path.iterdir()] == ["a"]


def test_footage_is_left_as_it_is(tmp_path: Path) -> None:
    path = reel(tmp_path / "a", b"footage")
    before = path.stat()
    read(tmp_path / "memory", path)
    after = path.stat()
    assert (before.st_mtime_ns, before.st_ctime_ns) == (after.st_mtime_ns, after.st_ctime_ns)


def test_a_copy_has_the_same_digest(tmp_path: Path) -> None:
    path = reel(tmp_path / "a", b"footage")
    shutil.copy2(path, tmp_path / "b")
    digests, _, _ = read(tmp_path / "memory", path, tmp_path / "b")
    assert digests[0] == digests[1]
