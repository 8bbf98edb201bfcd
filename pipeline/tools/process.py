"""Starting programs: the one place where it happens, by argument list, and so that none outlives us.

Three things see to that. The kernel kills a child when the *thread* that started it ends (PR_SET_PDEATHSIG), so one
starter thread lives as long as this process and starts them all. A guard (`pipeline.tools.guard`) kills the process
groups that are left when this process is gone, which reaches what the children started themselves. And whatever
interrupts a wait, Ctrl-C first of all, kills the group that was waited for.
"""

import contextlib
import ctypes
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pipeline.errors import ToolError, ToolMissing

T = TypeVar("T")

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_TAIL_CHARACTERS = 4_000


@dataclass(frozen=True, slots=True)
class Completed:
    """What a program that ended with status 0 wrote, as bytes."""

    stdout: bytes
    stderr: bytes


def run_program(
    argv: Sequence[str],
    *,
    stdin: bytes | None = None,
    env: Mapping[str, str] | None = None,
    timeout_s: int | None = None,
    cwd: Path | None = None,
) -> Completed:
    """Run a program to its end and return what it wrote.

    `argv[0]` is an absolute path; no shell is involved. Without `stdin` the program reads nothing, never our terminal.
    `env` is its whole environment, by default ours. Raises ToolMissing where the program is not there, ToolError where
    it cannot be started, ends with a status other than 0 or by a signal, or runs longer than `timeout_s`. Whatever is
    raised while it runs, KeyboardInterrupt included, its whole process group is killed first.
    """
    command = _checked(argv)
    child, announced = _start(command, subprocess.DEVNULL if stdin is None else subprocess.PIPE, env, cwd)
    try:
        stdout, stderr = child.communicate(stdin, timeout=timeout_s)
    except subprocess.TimeoutExpired:
        tail = stderr_tail(_kill(child))
        what = f"{_name(command)} was stopped because it had not ended after {timeout_s} s"
        raise ToolError(what, argv=command, stderr_tail=tail) from None
    except BaseException:
        _kill(child)
        raise
    finally:
        announced.withdraw()
    if child.returncode != 0:
        raise _failure(command, child.returncode, stderr)
    return Completed(stdout, stderr)


def on_starter_thread(action: Callable[[], T]) -> T:
    """Return what `action` returns, run on the thread that lives as long as this process.

    For starting worker processes: whoever is started elsewhere and asks to die with us dies when that thread ends.
    """
    future: Future[T] = Future()
    _STARTER.hand_over(lambda: _settle(future, action))
    return future.result()


def die_with_parent(parent: int) -> None:
    """Ask the kernel to kill this process when the thread that started it ends; for worker processes of our own.

    `parent` is the process id that the parent saw as its own: where it is gone already, this process ends at once.
    """
    _ask_to_die_with_parent(_prctl(), parent)


def stderr_tail(stderr: bytes) -> str:
    """Return the last lines of what a program wrote, as text that is safe to show: no control characters."""
    text = stderr[-4 * _TAIL_CHARACTERS :].decode("utf-8", "replace").replace("\r", "\n")
    shown = "".join(c if c == "\n" or c.isprintable() else " " for c in text)
    return "\n".join(line.rstrip() for line in shown.splitlines() if line.strip())[-_TAIL_CHARACTERS:]


def _checked(argv: Sequence[str]) -> tuple[str, ...]:
    command = tuple(argv)
    if isinstance(argv, str) or not command:
        raise TypeError("a program is started by a list of arguments, its path first")
    if not Path(command[0]).is_absolute():
        raise ToolError(f"{command[0]!r} is not an absolute path", "programs are named once, by absolute path")
    if any("\0" in argument for argument in command):
        raise ToolError(f"{_name(command)} cannot be given a name with a zero byte in it", "rename the file")
    return command


def _name(command: Sequence[str]) -> str:
    return Path(command[0]).name


def _failure(command: tuple[str, ...], status: int, stderr: bytes) -> ToolError:
    tail = stderr_tail(stderr)
    if status < 0:
        try:
            how = f"was ended by {signal.Signals(-status).name}"
        except ValueError:
            how = f"was ended by signal {-status}"
        how += " (the machine may have run out of memory)" if -status == signal.SIGKILL else ""
    else:
        how = f"failed with status {status}"
    last = tail.rpartition("\n")[2]
    what = f"{_name(command)} {how}: {last}" if last else f"{_name(command)} {how}"
    return ToolError(what, argv=command, exit_status=status, stderr_tail=tail)


def _kill(child: subprocess.Popen[bytes]) -> bytes:
    """Kill the child's whole group and wait for it; return what it had written to standard error."""
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        child.kill()
    try:
        return child.communicate(timeout=5)[1]
    except (subprocess.TimeoutExpired, ValueError):  # a descendant outside the group holds the pipe, or it is closed
        child.wait()
        for pipe in (child.stdin, child.stdout, child.stderr):
            if pipe is not None:
                pipe.close()
        return b""


# --------------------------------------------------------------------------------------------- starting, dying together


class _Announced:
    """One process group that the guard knows of, until it is withdrawn."""

    def __init__(self, fd: int, group: int) -> None:
        self._fd = fd
        self._group = group

    def withdraw(self) -> None:
        """Tell the guard that the group was waited for: its number may soon be someone else's."""
        with contextlib.suppress(BrokenPipeError):  # someone ended the guard: the next start makes another
            os.write(self._fd, b"-%d\n" % self._group)


def _start(
    command: tuple[str, ...],
    stdin: int,
    env: Mapping[str, str] | None,
    cwd: Path | None,
) -> tuple[subprocess.Popen[bytes], _Announced]:
    future: Future[subprocess.Popen[bytes]] = Future()
    guard = _STARTER.guard_fd()
    prctl, parent = _prctl(), os.getpid()

    def before_program() -> None:  # in the child, between fork and exec: nothing but system calls
        _ask_to_die_with_parent(prctl, parent)
        os.write(guard, b"+%d\n" % os.getpid())

    def start() -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            command,
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=None if env is None else dict(env),
            cwd=cwd,
            start_new_session=True,
            preexec_fn=before_program,  # noqa: PLW1509 - the child only calls prctl before it becomes the program
        )

    _STARTER.hand_over(lambda: _settle(future, start))
    try:
        child = future.result()
    except FileNotFoundError:
        if cwd is not None and not cwd.is_dir():
            raise ToolError(
                f"{_name(command)} cannot be started: the folder {cwd} is not there", argv=command
            ) from None
        raise ToolMissing(f"{command[0]} is not there", "see testimonio doctor", argv=command) from None
    except OSError as error:
        raise ToolError(f"{command[0]} cannot be started: {error.strerror}", argv=command) from error
    except KeyboardInterrupt:
        _kill(future.result())
        raise
    return child, _Announced(guard, child.pid)


def _settle(future: "Future[T]", action: Callable[[], T]) -> None:
    try:
        future.set_result(action())
    except BaseException as error:  # noqa: BLE001 - it is handed on to whoever waits
        future.set_exception(error)


def _prctl() -> Any:
    return getattr(ctypes.CDLL(None), "prctl", None)  # Linux alone has it; elsewhere the guard does the work


def _ask_to_die_with_parent(prctl: Any, parent: int) -> None:
    if prctl is not None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # the parent ended before the request was made: the kernel will not say so later
        os.kill(os.getpid(), signal.SIGKILL)


class _Starter:
    """The starter thread and the guard of this process, made when first needed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._owner = 0
        self._tasks: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._guard: subprocess.Popen[bytes] | None = None
        self._guard_fd = -1

    def hand_over(self, task: Callable[[], None]) -> None:
        """Have the starter thread run `task`."""
        self._ensure()
        self._tasks.put(task)

    def guard_fd(self) -> int:
        """Return the file descriptor on which the guard is told about process groups."""
        self._ensure()
        return self._guard_fd

    def _ensure(self) -> None:
        with self._lock:
            if self._owner != os.getpid():  # a forked child has neither thread nor guard of its own
                self._tasks = queue.SimpleQueue()
                tasks = self._tasks
                threading.Thread(target=lambda: _run_forever(tasks), name="starts programs", daemon=True).start()
                self._guard = None
                self._owner = os.getpid()
            if self._guard is None or self._guard.poll() is not None:
                self._guard, self._guard_fd = _start_guard()


def _run_forever(tasks: "queue.SimpleQueue[Callable[[], None]]") -> None:
    while True:
        tasks.get()()


class _Guard(subprocess.Popen[bytes]):
    """The guard outlives us by a moment: nobody waits for it, and nobody is warned that nobody did."""

    def __del__(self) -> None:
        """Say nothing."""


def _start_guard() -> tuple[_Guard, int]:
    """Start the guard, in a session of its own; return it and the descriptor whose closing tells it of our end."""
    reading, writing = os.pipe()
    try:
        guard = _Guard(
            (sys.executable, "-I", "-S", str(Path(__file__).with_name("guard.py"))),
            stdin=reading,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
        )
    finally:
        os.close(reading)
    return guard, writing


_STARTER = _Starter()
