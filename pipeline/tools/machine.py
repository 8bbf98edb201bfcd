"""What this machine, or the part of it that we may use, has to offer."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

_CGROUP = Path("/sys/fs/cgroup")


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """Cores that may be used, memory and free disk in bytes."""

    cores: int
    memory: int
    disk_free: int


def this_machine(folder: Path) -> Machine:
    """Return what may be used here: a container's limits where it has any; the disk is the one that holds `folder`."""
    there = next(place for place in (folder.absolute(), *folder.absolute().parents) if place.is_dir())
    return Machine(cores=usable_cores(), memory=usable_memory(), disk_free=shutil.disk_usage(there).free)


def usable_cores(cgroup: Path = _CGROUP) -> int:
    """Return how many cores this process may keep busy, at least 1: its affinity and its container's quota."""
    cores = len(os.sched_getaffinity(0))
    quota, _, period = _text(cgroup / "cpu.max").partition(" ")
    if quota.isdigit() and period.isdigit() and int(period) > 0:
        cores = min(cores, -(-int(quota) // int(period)))
    return max(cores, 1)


def usable_memory(cgroup: Path = _CGROUP) -> int:
    """Return how many bytes of memory this process may use at most: the machine's, or its container's limit."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limit = _text(cgroup / "memory.max")
    return min(memory, int(limit)) if limit.isdigit() else memory


def _text(path: Path) -> str:
    try:
        return path.read_text("ascii").strip()
    except (OSError, ValueError):
        return ""
