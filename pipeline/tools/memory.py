"""Keeping the memory and the threads of a process few while several threads hear at once."""

import ctypes
import os
from contextlib import suppress

_ARENAS = -8
"""`M_ARENA_MAX` of glibc's malloc.h."""


def keep_memory_together() -> bool:
    """Have all threads take memory from one pool, so that what one gives back the next can use; return whether it worked.

    To be called before a process starts its first thread; later it has no effect. glibc gives each thread a pool of its
    own, which keeps what a hearing needed at its highest: 170 MB more for two hearings at once, and no faster. Other C
    libraries have no such pools, and nothing is done.
    """
    try:
        return bool(ctypes.CDLL(None).mallopt(_ARENAS, 1))
    except (AttributeError, OSError, TypeError):  # not glibc
        return False


def give_memory_back() -> None:
    """Have malloc give back to the system what nothing uses between what is in use.

    Hearing leaves its one pool full of holes, 70 MB of them in five minutes of speech.
    """
    with suppress(AttributeError, OSError, TypeError):  # not glibc
        ctypes.CDLL(None).malloc_trim(0)


def keep_sums_on_one_thread() -> None:
    """Have numpy's library for sums (OpenBLAS) start no threads of its own, unless the environment says how many.

    To be called before numpy is imported. Work is done side by side already, and threads below it wait for each other:
    voice prints took 1.5 times the CPU, and five times on a busy machine.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
