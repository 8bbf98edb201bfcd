"""Programs: what comes back, what is raised, and that nothing outlives us."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.errors import ToolError, ToolMissing
from pipeline.tools import process
from pipeline.tools.guard import groups_left
from pipeline.tools.process import on_starter_thread, run_program, stderr_tail

ROOT = Path(__file__).parents[1]
SHELL = "/bin/sh"


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}
    except (FileNotFoundError, ProcessLookupError):
        return False


def wait_until(condition: Callable[[], bool], seconds: float = 5.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return condition()


def pids_in(path: Path, count: int) -> list[int]:
    assert wait_until(lambda: path.exists() and len(path.read_text().split()) >= count, 20)
    return [int(pid) for pid in path.read_text().split()]


def python(script: str, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        cwd=ROOT,
        start_new_session=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def test_returns_what_the_program_wrote() -> None:
    done = run_program([SHELL, "-c", "cat; echo problem >&2"], stdin=b"in\0put")
    assert (done.stdout, done.stderr) == (b"in\0put", b"problem\n")


def test_without_input_a_program_reads_nothing() -> None:
    assert run_program(["/bin/cat"], timeout_s=10).stdout == b""


def test_large_output_does_not_block() -> None:
    done = run_program([SHELL, "-c", "head -c 3000000 /dev/zero; head -c 3000000 /dev/zero >&2"], timeout_s=30)
    assert (len(done.stdout), len(done.stderr)) == (3_000_000, 3_000_000)


def test_arguments_are_never_read_by_a_shell(tmp_path: Path) -> None:
    hostile = f"$(touch {tmp_path}/canary); `touch {tmp_path}/canary`"
    assert run_program(["/bin/echo", hostile]).stdout.decode() == hostile + "\n"
    assert list(tmp_path.iterdir()) == []


def test_environment_and_folder_are_those_given(tmp_path: Path) -> None:
    done = run_program([SHELL, "-c", 'echo "$WORD"; pwd'], env={"WORD": "río"}, cwd=tmp_path)
    assert done.stdout.decode() == f"río\n{tmp_path}\n"


def test_failure_carries_what_was_started_and_what_it_said() -> None:
    command = [SHELL, "-c", "echo first >&2; echo No such filter >&2; exit 3"]
    with pytest.raises(ToolError) as caught:
        run_program(command)
    assert caught.value.argv == tuple(command)
    assert caught.value.exit_status == 3
    assert caught.value.stderr_tail == "first\nNo such filter"
    assert str(caught.value) == "sh failed with status 3: No such filter"


def test_a_program_ended_by_a_signal_is_a_failure() -> None:
    with pytest.raises(ToolError, match="sh was ended by SIGKILL") as caught:
        run_program([SHELL, "-c", "kill -9 $$"])
    assert caught.value.exit_status == -signal.SIGKILL


def test_what_is_not_there_is_missing() -> None:
    with pytest.raises(ToolMissing, match="/nowhere/ffmpeg is not there"):
        run_program(["/nowhere/ffmpeg"])


def test_a_missing_folder_is_not_a_missing_program(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match=r"the folder .* is not there") as caught:
        run_program([SHELL, "-c", "true"], cwd=tmp_path / "gone")
    assert not isinstance(caught.value, ToolMissing)


def test_a_file_that_cannot_be_started_is_named(tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("text")
    with pytest.raises(ToolError, match="plain cannot be started: Permission denied"):
        run_program([str(tmp_path / "plain")])


@pytest.mark.parametrize("name", ["sh", "./sh", "bin/sh", ""])
def test_relative_programs_are_refused(name: str) -> None:
    with pytest.raises(ToolError, match="not an absolute path"):
        run_program([name, "-c", "true"])


def test_a_zero_byte_in_a_name_is_refused() -> None:
    with pytest.raises(ToolError, match="zero byte"):
        run_program(["/bin/echo", "a\0b"])


def test_a_program_that_takes_too_long_is_killed_with_all_it_started(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    with pytest.raises(ToolError, match="had not ended after 1 s"):
        run_program([SHELL, "-c", f"sleep 60 & echo $! $$ > {pids}; wait"], timeout_s=1)
    assert wait_until(lambda: not any(alive(pid) for pid in pids_in(pids, 2)))


def test_tail_holds_no_control_characters_and_is_short() -> None:
    text = b"frame= 1\rframe= 2\r\x1b[31mbad\x1b[0m \xff\n" + "\u202e".encode()
    assert stderr_tail(text) == "frame= 1\nframe= 2\n [31mbad [0m \ufffd"
    assert len(stderr_tail(b"x" * 100_000)) == 4_000


def test_guard_kills_only_what_was_not_taken_back() -> None:
    assert groups_left([b"+20\n", b"+30\n", b"-20\n", b"+0\n", b"+1\n", b"junk\n", b"+\n", b"-99\n"]) == {30}


def test_work_goes_on_when_someone_ends_the_guard() -> None:
    run_program(["/bin/echo"])
    guard = process._STARTER._guard
    assert guard is not None
    guard.kill()
    guard.wait()
    assert run_program(["/bin/echo", "again"]).stdout == b"again\n"


RUNS = """
import sys, threading
from pipeline.tools.process import run_program
def work(name):
    run_program(["/bin/sh", "-c", "sleep 300 & echo $! $$ >> " + name + "; wait"])
if sys.argv[2] == "thread":
    thread = threading.Thread(target=work, args=(sys.argv[1],)); thread.start(); thread.join()
else:
    work(sys.argv[1])
"""


@pytest.mark.parametrize("where", ["main", "thread"])
@pytest.mark.parametrize("group", [False, True])
def test_nothing_is_alive_five_seconds_after_we_are_killed(tmp_path: Path, where: str, group: bool) -> None:
    parent = python(RUNS, str(tmp_path / "pids"), where)
    with parent:
        pids = pids_in(tmp_path / "pids", 2)
        assert all(alive(pid) for pid in pids)
        if group:
            os.killpg(parent.pid, signal.SIGKILL)
        else:
            parent.kill()
    assert wait_until(lambda: not any(alive(pid) for pid in pids))


def test_ctrl_c_ends_the_program_at_once(tmp_path: Path) -> None:
    parent = python(RUNS, str(tmp_path / "pids"), "main")
    with parent:
        pids = pids_in(tmp_path / "pids", 2)
        began = time.monotonic()
        parent.send_signal(signal.SIGINT)
        stderr = parent.communicate(timeout=20)[1]
    assert b"KeyboardInterrupt" in stderr
    assert time.monotonic() - began < 5
    assert wait_until(lambda: not any(alive(pid) for pid in pids))


WORKER = """
import os, subprocess, sys, threading, time
from pathlib import Path
from pipeline.tools.process import on_starter_thread
CHILD = ("import os, sys, time; from pathlib import Path; from pipeline.tools.process import die_with_parent;"
         "die_with_parent(int(sys.argv[1])); Path(sys.argv[2]).write_text(str(os.getpid())); time.sleep(300)")
def begin():
    on_starter_thread(lambda: subprocess.Popen([sys.executable, "-c", CHILD, str(os.getpid()), sys.argv[1]]))
thread = threading.Thread(target=begin); thread.start(); thread.join()
time.sleep(300)
"""


def test_a_worker_outlives_the_thread_that_asked_for_it_and_not_the_process(tmp_path: Path) -> None:
    parent = python(WORKER, str(tmp_path / "pids"))
    with parent:
        (pid,) = pids_in(tmp_path / "pids", 1)
        time.sleep(0.3)
        assert alive(pid)
        parent.kill()
    assert wait_until(lambda: not alive(pid))


def test_the_starter_thread_hands_failures_back() -> None:
    with pytest.raises(ZeroDivisionError):
        on_starter_thread(lambda: 1 // 0)
    assert on_starter_thread(threading.current_thread) is on_starter_thread(threading.current_thread)
