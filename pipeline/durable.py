"""Files that are whole or not there: temporary name, fsync, rename; and what a disk refuses, said in plain words."""

import ctypes
import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import StoreError

TEMPORARY = ".testimonio-part-"
"""How the name of an unfinished file begins."""

_FULL = {errno.ENOSPC, errno.EDQUOT}
_TOO_LARGE = {errno.EFBIG}
_READ_ONLY = {errno.EROFS}
_AT_FDCWD = -100  # fcntl.h
_RENAME_EXCHANGE = 2  # linux/fs.h
_NO_EXCHANGE = {errno.ENOSYS, errno.EINVAL, errno.EXDEV, errno.EOPNOTSUPP, errno.EPERM}


def refusal(error: BaseException) -> OSError | None:
    """Return the disk's own refusal behind `error` (it is full, a limit, may not be written), or None."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, OSError) and seen.errno in _FULL | _TOO_LARGE | _READ_ONLY:
            return seen
        seen = seen.__cause__ or seen.__context__
    return None


def storage_error(what: str, error: OSError) -> StoreError:
    """Return the StoreError that says `what` could not be done, why, and what to do."""
    if error.errno in _FULL:
        return StoreError(f"the disk is full: {what} failed", "free some space there; what was finished is kept")
    if error.errno in _TOO_LARGE:
        return StoreError(f"{what} failed: a file grew larger than this system allows", "raise the limit (ulimit -f)")
    if error.errno in _READ_ONLY | {errno.EACCES, errno.EPERM}:
        cure = "give yourself the right to write there, or work on a copy"
        return StoreError(f"{what} failed: it may not be written ({error.strerror})", cure)
    return StoreError(f"{what} failed: {error.strerror or error}")


@contextmanager
def storage_errors(what: str) -> Iterator[None]:
    """Turn an OSError inside into the StoreError that says `what` could not be done."""
    try:
        yield
    except OSError as error:
        raise storage_error(what, error) from error


def write_whole(path: Path, content: bytes, *, partial: Path | None = None, durable: bool = True) -> None:
    """Write `content` under the name `path`, replacing what is there, so that no one ever reads half of it.

    The temporary file stands in `partial`, by default beside `path`. With `durable` it survives a power cut once this
    returns. Raises OSError.
    """
    handle, name = tempfile.mkstemp(prefix=TEMPORARY, dir=partial or path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fchmod(file.fileno(), 0o644)
            if durable:
                os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    if durable:
        sync_folder(path.parent)


def move_whole(source: Path, target: Path) -> None:
    """Give a finished file its final name, durably, replacing what is there. Raises OSError."""
    sync_file(source)
    source.replace(target)
    sync_folder(target.parent)


def exchange(first: Path, second: Path) -> bool:
    """Exchange what two names stand for in one step (renameat2(2)); return False where that cannot be done here.

    Raises OSError, FileNotFoundError where one of them is not there.
    """
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if renameat2 is None:
        return False
    done = renameat2(_AT_FDCWD, os.fsencode(first), _AT_FDCWD, os.fsencode(second), ctypes.c_uint(_RENAME_EXCHANGE))
    if done == 0:
        return True
    code = ctypes.get_errno()
    if code in _NO_EXCHANGE:
        return False
    raise OSError(code, os.strerror(code), str(second))


def sync_file(path: Path) -> None:
    """Have the disk confirm a file's content. Raises OSError."""
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_folder(path: Path) -> None:
    """Have the disk confirm a folder's names; file systems that cannot are believed. Raises OSError."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in {errno.EINVAL, errno.ENOTSUP, errno.EBADF}:
            raise
    finally:
        os.close(handle)
