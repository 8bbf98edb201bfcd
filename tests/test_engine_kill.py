"""Kill -9, Ctrl-C and full disks: the store stays usable, and the next run goes on."""

import errno
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.engine.store import Store
from pipeline.errors import StoreError
from pipeline.ports.work import Artifact
from tests.engine_stages import Writer, actions, left_over, objects, run_film

ROOT = Path(__file__).parents[1]


# ------------------------------------------------------------------------------------------------------------- kill -9


def start(film: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.engine_stages", str(film)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def kill_at_random_moments(tmp_path: Path, times: int) -> None:
    film, undisturbed = tmp_path / "film", tmp_path / "undisturbed"
    film.mkdir()
    undisturbed.mkdir()
    expected = run_film(undisturbed)
    chance = random.Random(7)  # noqa: S311 - moments, not secrets
    for _ in range(times):
        with start(film) as child:
            assert child.stdout is not None
            child.stdout.readline()
            time.sleep(chance.random() * 0.3)
            child.kill()
        for path in objects(film):  # whatever has its name is whole
            assert path.name == Store(film).object_path(Artifact(digest=path.name, size=path.stat().st_size)).name
    done = len(actions(film))
    assert run_film(film, writer=(writer := Writer())) == expected
    assert sum(len(call) for call in writer.calls) == len(expected) - done
    assert left_over(film) == []
    assert [path.name for path in actions(film)] == [path.name for path in actions(undisturbed)]
    for one, other in zip(actions(film), actions(undisturbed), strict=True):
        assert one.read_bytes() == other.read_bytes()


def test_a_killed_writer_leaves_a_usable_store(tmp_path: Path) -> None:
    kill_at_random_moments(tmp_path, 5)


@pytest.mark.slow
def test_a_writer_killed_many_times_leaves_a_usable_store(tmp_path: Path) -> None:
    kill_at_random_moments(tmp_path, 60)


def test_ctrl_c_from_outside_ends_at_once_and_a_second_run_continues(tmp_path: Path) -> None:
    with start(tmp_path) as child:
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(0.05)
        child.send_signal(signal.SIGINT)
        child.communicate(timeout=10)
    if child.returncode != 0:  # it may just have ended of itself
        assert left_over(tmp_path) == []
    run_film(tmp_path)


# ----------------------------------------------------------------------------------------------------------- full disks

LIMITED = """
import resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
from pipeline.errors import StoreError
from tests.engine_stages import Writer, run_film
try:
    run_film(Path(sys.argv[1]), 2)
except StoreError as error:
    print(error)
"""


def test_a_file_that_may_not_grow_is_said_plainly(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", LIMITED, str(tmp_path)], cwd=ROOT, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"a file grew larger than this system allows" in done.stdout
    assert actions(tmp_path) == []
    assert len(run_film(tmp_path, 2)) == 2


SMALL_DISK = """
import subprocess, sys
from pathlib import Path
from pipeline.errors import StoreError
from tests.engine_stages import run_film
film = Path(sys.argv[1])
if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(film)], capture_output=True).returncode:
    print("no disk of our own")
    sys.exit()
try:
    run_film(film)
except StoreError as error:
    print(error)
kept = len(list((film / ".testimonio" / "actions").iterdir()))
subprocess.run(["mount", "-o", "remount,size=64m", str(film)], check=True)
assert len(run_film(film)) == 40
print(kept > 0, list((film / ".testimonio" / "work").iterdir()))
"""


def test_a_full_disk_keeps_what_was_finished_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    unshare = shutil.which("unshare") or "/usr/bin/env"  # without rights or the program, the script says so itself
    command = [
        unshare,
        *(["-m"] if unshare.endswith("unshare") else []),
        sys.executable,
        "-c",
        SMALL_DISK,
        str(tmp_path),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    said = done.stdout.decode()
    allowed = os.geteuid() == 0 and b"Operation not permitted" not in done.stderr and "no disk" not in said
    if allowed:
        assert "the disk is full" in said, done.stderr.decode()
        assert said.rstrip().endswith("True []")
    assert list(tmp_path.iterdir()) == []  # the small disk went with its process


def test_a_folder_that_may_not_be_written_is_said_plainly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(self: Path, *arguments: object, **named: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(Path, "mkdir", refused)
    with pytest.raises(StoreError, match="it may not be written"):
        run_film(tmp_path, 1)
