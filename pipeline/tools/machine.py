"""What this machine, or the part of it that we may use, has to offer."""

import ctypes
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

_CGROUP = Path("/sys/fs/cgroup")
_M_MMAP_THRESHOLD = -3  # glibc's malloc.h
_LARGE_BYTES = 256 << 10


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


def give_large_blocks_back() -> None:
    """Have every freed block of 256 KiB or more go back to the system at once; nothing where the C library is not glibc.

    glibc raises that limit by itself up to 32 MiB, and pictures that were freed then stay in its heaps: an eighth more
    memory than two encoders and their decoders need.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES)


def _text(path: Path) -> str:
    try:
        return path.read_text("ascii").strip()
    except (OSError, ValueError):
        return ""
