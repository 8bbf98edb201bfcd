"""One run at a time in a film folder.

By flock(2): it is seen across mount and process namespaces, and the kernel lets go of it however its holder ends, so there
is never a stale lock to remove by hand. fcntl locks (`lockf`) belong to a process and are not seen by it.
"""

import datetime as dt
import fcntl
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.durable import storage_errors
from pipeline.errors import BusyError

_TRIES = 5
_PAUSE_S = 0.05  # long enough for whoever has just won to write down who it is


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the lock file `path` while inside. Raises BusyError within half a second where another process holds it."""
    descriptor = _acquire(path)
    try:
        yield
    finally:
        os.close(descriptor)


def _acquire(path: Path) -> int:
    for _ in range(_TRIES):
        with storage_errors(f"locking {path.parent}"):
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is_still(path, descriptor):
                _sign(descriptor)
                return descriptor
        except BlockingIOError:
            time.sleep(_PAUSE_S)
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)
    raise BusyError(_holder(path))


def _is_still(path: Path, descriptor: int) -> bool:
    """Return whether the name still leads to the file that was locked: the store may be deleted at any time."""
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _sign(descriptor: int) -> None:
    since = dt.datetime.now(dt.UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    text = f"process {os.getpid()} on {socket.gethostname()} since {since}\n"
    with storage_errors("locking the film folder"):
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, text.encode("utf-8"), 0)


def _holder(path: Path) -> str:
    try:
        text = path.read_text("utf-8", "replace").strip()
    except OSError:
        text = ""
    return text or "another process"
