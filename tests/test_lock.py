"""One run at a time, and no lock left behind."""

import fcntl
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.engine.lock import held
from pipeline.engine.run import Options, opened
from pipeline.errors import BusyError
from tests.fake_bench import SilentProgress

ROOT = Path(__file__).parents[1]
HOLD = """
import subprocess, sys, time
from pathlib import Path
from pipeline.engine.lock import held
from pipeline.errors import BusyError
try:
    with held(Path(sys.argv[1])):
        print("held", flush=True)
        if sys.argv[2] == "child":
            subprocess.Popen(["/bin/sleep", "4"], stdout=subprocess.DEVNULL)
        time.sleep(float(sys.argv[3]))
except BusyError as error:
    print(error, flush=True)
"""


def holder(path: Path, what: str = "alone", seconds: float = 60) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", HOLD, str(path), what, str(seconds)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_a_second_run_is_refused_quickly_and_told_by_whom(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    with holder(lock) as other:
        assert first_line(other) == "held"
        began = time.monotonic()
        with pytest.raises(BusyError) as caught, held(lock):
            pass
        assert time.monotonic() - began < 1
        assert re.fullmatch(rf"process {other.pid} on \S+ since [\d-]+ [\d:]+ UTC", caught.value.holder)
        other.kill()


def test_a_killed_holder_leaves_no_lock_even_where_its_child_lives_on(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    with holder(lock, "child") as other:
        assert first_line(other) == "held"
        other.kill()
    with held(lock):
        pass


def test_the_lock_is_let_go_when_the_run_ends(tmp_path: Path) -> None:
    for _ in range(3):
        with held(tmp_path / "lock"):
            pass


def test_the_lock_is_let_go_when_the_run_fails(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), held(tmp_path / "lock"):
        _ = 1 // 0
    with held(tmp_path / "lock"):
        pass


def test_of_runs_started_together_exactly_one_proceeds(tmp_path: Path) -> None:
    for _ in range(3):
        runs = [holder(tmp_path / "lock", seconds=3) for _ in range(4)]
        said = [first_line(run) for run in runs]
        winner = runs[said.index("held")]
        assert said.count("held") == 1
        assert sum(f"in use by process {winner.pid} on" in line for line in said) == 3
        for run in runs:
            run.kill()
            run.communicate()


def test_a_store_deleted_under_a_run_does_not_lock_out_the_next(tmp_path: Path) -> None:
    with held(tmp_path / "lock"):
        (tmp_path / "lock").unlink()
        with held(tmp_path / "lock"):
            pass


def test_a_link_in_the_locks_place_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("a person's")
    (tmp_path / "lock").symlink_to(tmp_path / "precious")
    with pytest.raises(Exception, match="locking"), held(tmp_path / "lock"):
        pass
    assert (tmp_path / "precious").read_text() == "a person's"


def test_an_open_film_is_busy_and_a_dry_run_is_not_refused(tmp_path: Path) -> None:
    with opened(tmp_path, SilentProgress()):
        with pytest.raises(BusyError), opened(tmp_path, SilentProgress()):
            pass
        with opened(tmp_path, SilentProgress(), Options(dry_run=True)):
            pass
    shutil.rmtree(tmp_path / ".testimonio")


def test_a_lock_file_exchanged_while_it_was_being_locked_is_not_taken_for_the_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flock, exchanged = fcntl.flock, []

    def exchanging(descriptor: int, operation: int) -> None:
        flock(descriptor, operation)
        if not exchanged:
            exchanged.append(True)
            (tmp_path / "lock").unlink()

    monkeypatch.setattr(fcntl, "flock", exchanging)
    with held(tmp_path / "lock"), pytest.raises(BusyError), held(tmp_path / "lock"):
        pass
