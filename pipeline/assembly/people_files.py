"""Files that people own: read only where they are plain files of the film, written only where nothing stands yet."""

import errno
import os
import stat
import tempfile
from pathlib import Path

from footage_manifest.findings import Finding
from pipeline.durable import TEMPORARY, storage_errors, sync_folder
from subtitles.errors import SubtitleError

_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK}
MOST_BYTES = 64 << 20
"""No subtitle file of a film is as large: a film of a hundred hours has a tenth of it."""
_MOST_ALONE = 512 << 20
"""Nor is one that belongs to none: a million subtitles have a fifth of it."""


def read_own(folder: Path, name: str) -> bytes | None:
    """Return the content of the film's file `name`, None where it is not there.

    Raises SubtitleError where it leads out of the film folder, is no plain file, is far too large or cannot be read.
    """
    path = folder / name
    try:
        if not path.resolve().is_relative_to(folder.resolve()):
            raise _refused(name, "it is a link that leads out of the film folder", "put the file itself there")
        return _whole(path, name, MOST_BYTES)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unreadable(name, error) from error


def content_of(path: Path, *, name: str = "", most_bytes: int = _MOST_ALONE) -> bytes:
    """Return what a file that somebody names holds, wherever it lies. `name` is what messages call it, by default `path`.

    Raises SubtitleError where it is not there, is no plain file, is larger than `most_bytes` or cannot be read.
    """
    try:
        return _whole(path, name or str(path), most_bytes)
    except OSError as error:
        raise _unreadable(name or str(path), error) from error


def _whole(path: Path, name: str, most_bytes: int) -> bytes:
    # A pipe would otherwise keep us waiting for whoever writes to it.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise _refused(name, "it is not a plain file", "put a text file there, or name another")
        if found.st_size > most_bytes:
            raise _refused(name, f"it is {found.st_size >> 20} MiB large", "check that it is the right file")
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read()
    finally:
        os.close(descriptor)


def _unreadable(name: str, error: OSError) -> SubtitleError:
    return _refused(name, f"it cannot be read: {error.strerror}", "see to its name, its rights and its disk")


def write_new(path: Path, content: bytes, *, partial: Path) -> None:
    """Write a file that is not there yet, whole or not at all; one that has appeared meanwhile is left as it is.

    `partial` is the folder for the unfinished file; where it is on another disk, it stands beside `path`. Raises StoreError.
    """
    with storage_errors(f"writing {path.name}"):
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = partial if partial.stat().st_dev == path.parent.stat().st_dev else path.parent
        descriptor, name = tempfile.mkstemp(prefix=TEMPORARY, suffix=path.suffix, dir=beside)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fchmod(file.fileno(), 0o644)
                os.fsync(file.fileno())
            _name_once(Path(name), path)
        finally:
            Path(name).unlink(missing_ok=True)
        sync_folder(path.parent)


def _name_once(finished: Path, path: Path) -> None:
    try:
        os.link(finished, path)
    except FileExistsError:
        return
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        if not path.exists():  # a drive without hard links, as cameras format theirs
            finished.rename(path)


def _refused(name: str, what: str, cure: str) -> SubtitleError:
    return SubtitleError((Finding(file=name, what=what, cure=cure),))
