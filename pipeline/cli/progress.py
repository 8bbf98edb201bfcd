"""How far a run is: a bar with the time left on a terminal, plain lines or JSON lines in a log. Always on standard error."""

import json
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from pipeline.cli.printing import printable

SECONDS_BETWEEN_LINES = 5.0


@dataclass(slots=True)
class _Task:
    total: int
    unit: str
    done: int = 0
    said_at: float = field(default_factory=time.monotonic)


class LineProgress:
    """One line at the start and the end of each task and every few seconds between, plain or as JSON."""

    def __init__(self, stream: TextIO, *, as_json: bool = False) -> None:
        self._stream = stream
        self._json = as_json
        self._tasks: dict[str, _Task] = {}
        self._noted: set[str] = set()
        self._lock = threading.Lock()

    def start(self, task: str, total: int, unit: str) -> None:
        """Announce a task."""
        with self._lock:
            self._tasks[task] = _Task(total, unit)
            self._say(task, "started")

    def advance(self, task: str, done: int) -> None:
        """Count what was done; say so now and then."""
        with self._lock:
            state = self._tasks.get(task)
            if state is None:
                return
            state.done += done
            now = time.monotonic()
            if now - state.said_at >= SECONDS_BETWEEN_LINES:
                state.said_at = now
                self._say(task, "running")

    def finish(self, task: str) -> None:
        """Say that a task is done."""
        with self._lock:
            if task in self._tasks:
                self._say(task, "done")
                del self._tasks[task]

    def note(self, text: str) -> None:
        """Say one line, once."""
        with self._lock:
            if text not in self._noted:
                self._noted.add(text)
                self._write({"note": text}, text)

    def close(self) -> None:
        """Nothing is held open."""

    def _say(self, task: str, state: str) -> None:
        known = self._tasks[task]
        count = f"{known.done} of {known.total} {known.unit}" if state == "running" else f"{known.total} {known.unit}"
        record = {"task": task, "state": state, "done": known.done, "total": known.total, "unit": known.unit}
        self._write(record, f"{task}: {state}, {count}")

    def _write(self, record: dict[str, object], line: str) -> None:
        with suppress(OSError, ValueError):  # that nobody reads any more is no reason to end an hour's work
            self._stream.write((json.dumps(record) if self._json else printable(line)) + "\n")
            self._stream.flush()


class BarProgress:
    """Bars with counts and the time left."""

    def __init__(self, console: Console) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[unit]}"),
            TimeRemainingColumn(),
            console=console,
            transient=True,
        )
        self._tasks: dict[str, TaskID] = {}
        self._noted: set[str] = set()
        self._lock = threading.Lock()
        self._started = False

    def start(self, task: str, total: int, unit: str) -> None:
        """Show a bar."""
        with self._lock:
            if not self._started:
                self._progress.start()
                self._started = True
            self._tasks[task] = self._progress.add_task(task, total=total, unit=unit)

    def advance(self, task: str, done: int) -> None:
        """Move a bar on."""
        with self._lock:
            if task in self._tasks:
                self._progress.advance(self._tasks[task], done)

    def finish(self, task: str) -> None:
        """Replace a bar by a line."""
        with self._lock:
            identity = self._tasks.pop(task, None)
            if identity is not None:
                self._progress.remove_task(identity)
                self._progress.console.print(f"{task}: done", highlight=False, markup=False)

    def note(self, text: str) -> None:
        """Print one line above the bars, once."""
        with self._lock:
            if text in self._noted:
                return
            self._noted.add(text)
            self._progress.console.print(printable(text), highlight=False, markup=False)

    def close(self) -> None:
        """Put the terminal back as it was."""
        with self._lock:
            if self._started:
                self._progress.stop()


def progress_for(*, as_json: bool) -> LineProgress | BarProgress:
    """Return what fits where standard error goes: bars on a terminal, else lines."""
    if sys.stderr.isatty() and not as_json:
        return BarProgress(Console(stderr=True))
    return LineProgress(sys.stderr, as_json=as_json)
