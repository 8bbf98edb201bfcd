"""How long each stage took, for people: written to run.json at the end of a run and never read back."""

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from pipeline.durable import write_whole


@dataclass(slots=True, kw_only=True)
class StageTime:
    """One stage in one run: requests asked for and carried out, wall clock, and CPU of this process and its children."""

    stage: str
    asked: int = 0
    carried_out: int = 0
    wall_ms: int = 0
    cpu_ms: int = 0


class Timings:
    """The stages of one run, in the order in which they were first asked for."""

    def __init__(self) -> None:
        self._began_ns = time.monotonic_ns()
        self._stages: dict[str, StageTime] = {}

    @property
    def stages(self) -> tuple[StageTime, ...]:
        """Return one entry a stage."""
        return tuple(self._stages.values())

    @contextmanager
    def measured(self, stage: str) -> Iterator[StageTime]:
        """Add what passes inside to a stage, however it ends."""
        entry = self._stages.setdefault(stage, StageTime(stage=stage))
        wall_ns, cpu_ms = time.monotonic_ns(), _cpu_ms()
        try:
            yield entry
        finally:
            entry.wall_ms += (time.monotonic_ns() - wall_ns) // 1_000_000
            entry.cpu_ms += _cpu_ms() - cpu_ms

    def write(self, path: Path) -> None:
        """Write what was measured as JSON. Raises OSError."""
        sheet = {
            "wall_ms": (time.monotonic_ns() - self._began_ns) // 1_000_000,
            "cpu_ms": _cpu_ms(),
            "stages": [asdict(entry) for entry in self._stages.values()],
        }
        write_whole(path, json.dumps(sheet, indent=1).encode("utf-8") + b"\n", durable=False)


def _cpu_ms() -> int:
    spent = os.times()  # a child's share is added when it has been waited for
    return round(1000 * (spent.user + spent.system + spent.children_user + spent.children_system))
