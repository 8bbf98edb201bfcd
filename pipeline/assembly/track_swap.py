"""Putting a new version in the place of a file that other programs may be saving at this very moment.

Editors take no lock. So the two are exchanged, and what came out is looked at: if it is not what was expected, somebody has
saved meanwhile, and the caller has that version in hand. An editor that writes into the file itself still writes into what
came out: it is waited for.
"""

import errno
import fcntl
import hashlib
import os
import signal
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pipeline.durable import TEMPORARY, exchange, storage_errors, sync_folder

_WRITING_S = 3.0
"""How long somebody who writes is waited for."""
_EMPTY_S = 0.3
"""How long a file may be empty while an editor opens it again to write."""
_PAUSE_S = 0.004
_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK}


@dataclass(frozen=True, slots=True, kw_only=True)
class Swapped:
    """What an exchange brought: `found` is a version that was not expected, None where all went well.

    `in_place` is what stands there now.
    """

    found: bytes | None
    in_place: bytes | None


def digest_of(content: bytes | None) -> str:
    """Return the SHA-256 of `content` in hex, empty for None."""
    return hashlib.sha256(content).hexdigest() if content is not None else ""


def settled_content(path: Path) -> bytes | None:
    """Return what a file holds once nobody is writing it, None where it is not there.

    A writer is waited for, three seconds at most; then what is there counts. Raises OSError.
    """
    begun = time.monotonic()
    while True:
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        with os.fdopen(descriptor, "rb") as file:
            content, busy = _read_alone(descriptor, file)
        waited = time.monotonic() - begun
        if not (busy and waited < _WRITING_S) and (content.strip() or waited > _EMPTY_S):
            return content
        time.sleep(_PAUSE_S)


def wait_for(path: Path) -> None:
    """Wait a moment for a file that an editor may have removed to write it anew."""
    until = time.monotonic() + _EMPTY_S
    while not path.exists() and time.monotonic() < until:
        time.sleep(_PAUSE_S)


def unwritten(path: Path) -> bytes | None:
    """Return what a file holds, None where it is not there or somebody is writing it. Raises OSError."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    with os.fdopen(descriptor, "rb") as file:
        content, busy = _read_alone(descriptor, file)
    return None if busy else content


def _read_alone(descriptor: int, file: BinaryIO) -> tuple[bytes, bool]:
    """Return what a file holds, and whether somebody has it open to write, or was about to open it.

    Told by a read lease, which is given only while nobody has, and is taken back when somebody will (fcntl(2), F_SETLEASE).
    """
    try:
        # The signal that comes with taking it back would end the process, were it the usual one.
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except OSError as error:
        return file.read(), error.errno == errno.EAGAIN  # anything else: this file system cannot tell
    try:
        content = file.read()
        return content, fcntl.fcntl(descriptor, fcntl.F_GETLEASE) != fcntl.F_RDLCK
    finally:
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)


def prepare(path: Path, content: bytes, expected: bytes | None, part: Path) -> None:
    """Write `content`, which is to take the place of the file `path`, as the file `part`, whole. Raises StoreError."""
    with storage_errors(f"writing {path.name}"):
        mode = path.stat().st_mode & 0o777 if expected is not None and path.exists() else 0o644
        _finished(part, content, mode)


def swap(path: Path, content: bytes, expected: bytes | None, part: Path) -> Swapped:
    """Put `content`, prepared as `part`, in the place of the file `path`, which should hold `expected`.

    `expected` is None where there should be none. What came out of the place has the name `part` afterwards. Raises
    StoreError.
    """
    with storage_errors(f"writing {path.name}"):
        if expected is None:
            return _put_new(path, content, part)
        try:
            exchanged = exchange(part, path)
        except FileNotFoundError:  # taken away meanwhile
            part.unlink(missing_ok=True)
            wait_for(path)
            found = settled_content(path)
            return Swapped(found=found, in_place=found)
        if not exchanged:
            return _step_by_step(path, content, expected, part)
        sync_folder(path.parent)
        out = settled_content(part)
        return Swapped(found=None if out == expected else out, in_place=content)


def _finished(part: Path, content: bytes, mode: int) -> None:
    handle, name = tempfile.mkstemp(prefix=TEMPORARY, dir=part.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        Path(name).replace(part)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    sync_folder(part.parent)


def _put_new(path: Path, content: bytes, part: Path) -> Swapped:
    try:
        if not _named_once(part, path):
            found = settled_content(path)
            return Swapped(found=found, in_place=found)
    finally:
        part.unlink(missing_ok=True)
    sync_folder(path.parent)
    return Swapped(found=None, in_place=content)


def _named_once(part: Path, path: Path) -> bool:
    """Give `part` the name `path` too, unless something has it; return whether it got it."""
    try:
        os.link(part, path)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        if path.exists():
            return False
        part.rename(path)  # a drive without hard links, as cameras format theirs
    return True


def _step_by_step(path: Path, content: bytes, expected: bytes, part: Path) -> Swapped:
    """Do the same where two names cannot be exchanged: what stands there is moved out, then the new version in."""
    out = aside(part)
    path.rename(out)
    found = settled_content(out)
    try:
        named = _named_once(part if found == expected else out, path)
    except OSError:
        if not path.exists():
            out.rename(path)
        raise
    sync_folder(path.parent)
    if named and found == expected:
        _leave(out, part)
        return Swapped(found=None, in_place=content)
    if named:
        part.unlink(missing_ok=True)
        out.unlink(missing_ok=True)
        return Swapped(found=found, in_place=found)
    newer = settled_content(path)
    _leave(out, part)
    return Swapped(found=newer, in_place=newer)


def aside(part: Path) -> Path:
    """Return the name of what was moved out of its place while the new version is on its way."""
    return part.with_name(f"{part.name}.out")


def _leave(out: Path, part: Path) -> None:
    part.unlink(missing_ok=True)
    out.rename(part)
