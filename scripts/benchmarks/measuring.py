"""One process and its children, measured: CPU, wall time, memory at the most."""

import os
import resource
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

_EVERY_S = 0.05


@dataclass(frozen=True)
class Measured:
    """CPU and wall seconds, the most memory that the process and its children held at once, and what it printed."""

    cpu: float
    wall: float
    mib: int
    said: float | None = None
    output: str = ""


def measured(command: list[str]) -> Measured:
    """Run a command and return what it cost. Ends the program where the command fails."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.monotonic()
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
    )
    watch = _Watch(process.pid)
    output, _ = process.communicate()
    wall = time.monotonic() - begun
    most = watch.end()
    if process.returncode:
        sys.exit(f"{command[:3]} failed with status {process.returncode}\n{output[-2000:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    said = [float(line.split()[1]) for line in output.splitlines() if line.startswith("cpu ")]
    return Measured(cpu=cpu, wall=wall, mib=most >> 20, said=said[-1] if said else None, output=output)


class _Watch:
    """Looks at the memory of a process and its children every so often."""

    def __init__(self, pid: int) -> None:
        self._pid, self._most, self._ended = pid, 0, threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def end(self) -> int:
        self._ended.set()
        self._thread.join()
        return self._most

    def _look(self) -> None:
        while not self._ended.wait(_EVERY_S):
            self._most = max(self._most, sum(_resident(pid) for pid in _family(self._pid)))


def _family(pid: int) -> list[int]:
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*"):
        try:
            children = (task / "children").read_text().split()
        except OSError:
            continue
        for child in children:
            found += _family(int(child))
    return found


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * resource.getpagesize()
    except (OSError, IndexError):
        return 0
