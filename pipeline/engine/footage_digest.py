"""SHA-256 of people's files, read in full once and remembered; a sample of each is read again in every run."""

import hashlib
import json
import os
import stat
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from pipeline.durable import storage_errors, write_whole
from pipeline.errors import MediaError
from pipeline.ports.work import Progress

_FORMAT = 1
_CHUNK_BYTES = 1 << 20
_BLOCK_BYTES = 1 << 16
_BLOCKS = 16
_YOUNG_NS = 2_000_000_000
"""FAT counts in steps of two seconds: a file changed this recently may change again without a new date."""
_SAVE_EVERY_NS = 5_000_000_000
TASK = "reading footage"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """What a file system says about one state of one file."""

    device: int
    inode: int
    size: int
    mtime_ns: int
    ctime_ns: int

    @classmethod
    def of(cls, found: os.stat_result) -> "Stamp":
        """Return the stamp in a stat result."""
        return cls(
            device=found.st_dev,
            inode=found.st_ino,
            size=found.st_size,
            mtime_ns=found.st_mtime_ns,
            ctime_ns=found.st_ctime_ns,
        )

    def is_young(self, now_ns: int) -> bool:
        """Return whether the file changed so recently that the stamp may not tell its next state from this one."""
        return any(0 <= now_ns - changed < _YOUNG_NS for changed in (self.mtime_ns, self.ctime_ns))


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file of the film: its absolute path, the SHA-256 of its content in hex, and the state it was in."""

    path: Path
    digest: str
    stamp: Stamp

    def require_unchanged(self) -> None:
        """Raise MediaError where the file is gone or is no longer in the state it was read in."""
        if _stamp_at(self.path) != self.stamp:
            raise _changed(self.path)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Remembered:
    stamp: Stamp
    sha256: str
    blocks: str


class FootageDigests:
    """The digests of a film's files. `memory` is where they are remembered; it may be lost at the cost of time.

    A remembered digest holds while device, inode, size and both times are the same and 16 fixed blocks of the file are;
    with `rehash` every file is read in full. Where the film folder may not be written (`writable` is False), nothing is
    remembered.
    """

    def __init__(self, memory: Path, progress: Progress, *, rehash: bool = False, writable: bool = True) -> None:
        self._memory = memory
        self._progress = progress
        self._rehash = rehash
        self._writable = writable
        self._known = _read_memory(memory)
        self._saved_ns = time.monotonic_ns()

    def sources(self, paths: Sequence[Path]) -> tuple[Source, ...]:
        """Return each file with its digest, in order.

        Raises MediaError, naming the file, for what is not there, is not a plain file, cannot be read, or changes while
        it is read.
        """
        found: dict[Path, Source] = {}
        to_read: list[Path] = []
        for path in dict.fromkeys(paths):
            source = None if self._rehash else self._from_memory(path)
            if source is None:
                to_read.append(path)
            else:
                found[path] = source
        if to_read:
            self._progress.start(TASK, sum(_stamp_at(path).size for path in to_read), "bytes")
            for path in to_read:
                found[path] = self._read(path)
            self._progress.finish(TASK)
            self._save()
        return tuple(found[path] for path in paths)

    def remembers(self, paths: Sequence[Path]) -> bool:
        """Return whether every file is in the state in which its digest was remembered; nothing is read for it."""
        stamps = [Stamp.of(path.stat()) for path in paths if path.is_file()]
        known = [self._known.get((stamp.device, stamp.inode)) for stamp in stamps]
        same = all(one is not None and one.stamp == stamp for one, stamp in zip(known, stamps, strict=True))
        return same and len(stamps) == len(paths) and not self._rehash

    def _from_memory(self, path: Path) -> Source | None:
        stamp = _stamp_at(path)
        known = self._known.get((stamp.device, stamp.inode))
        if known is None or known.stamp != stamp:
            return None
        with _opened(path) as file:
            same = _sample(file, stamp.size) == known.blocks
        if not same:
            self._progress.note(f"{path.name} has changed without a new date: it is read again in full")
            return None
        return Source(path=path, digest=known.sha256, stamp=stamp)

    def _read(self, path: Path) -> Source:
        began_ns = time.time_ns()
        with _opened(path) as file:
            before = Stamp.of(os.fstat(file.fileno()))
            digest = hashlib.sha256()
            left = before.size  # no further: a file that is being copied here may grow as fast as it is read
            while left > 0 and (chunk := file.read(min(_CHUNK_BYTES, left))):
                digest.update(chunk)
                left -= len(chunk)
                self._progress.advance(TASK, len(chunk))
            blocks = _sample(file, before.size)
            after = Stamp.of(os.fstat(file.fileno()))
        if before != after or _stamp_at(path) != after:
            raise _changed(path)
        sha256 = digest.hexdigest()
        self._known.pop((after.device, after.inode), None)
        if not after.is_young(began_ns):
            self._known[after.device, after.inode] = _Remembered(stamp=after, sha256=sha256, blocks=blocks)
            if time.monotonic_ns() - self._saved_ns > _SAVE_EVERY_NS:  # an hour of reading survives being ended
                self._save()
        return Source(path=path, digest=sha256, stamp=after)

    def _save(self) -> None:
        if not self._writable:
            return
        files = [
            [k.stamp.device, k.stamp.inode, k.stamp.size, k.stamp.mtime_ns, k.stamp.ctime_ns, k.sha256, k.blocks]
            for k in self._known.values()
        ]
        text = json.dumps({"format": _FORMAT, "files": files}, indent=0).encode("ascii")
        with storage_errors(f"remembering the digests of footage in {self._memory}"):
            write_whole(self._memory, text)
        self._saved_ns = time.monotonic_ns()


def _stamp_at(path: Path) -> Stamp:
    try:
        found = path.stat()
    except OSError as error:
        raise _unreadable(path, error) from error
    if not stat.S_ISREG(found.st_mode):
        raise MediaError(f"{path} is not a file that can be read as media", "name a plain file")
    return Stamp.of(found)


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        with path.open("rb", buffering=0) as file:
            yield file
    except OSError as error:
        raise _unreadable(path, error) from error


def _sample(file: Any, size: int) -> str:
    """Return the SHA-256 of 16 blocks of 64 KiB spread evenly over a file, its first and last included."""
    digest = hashlib.sha256()
    step, last = divmod(max(size - _BLOCK_BYTES, 0), _BLOCKS - 1)
    for block in range(_BLOCKS):
        file.seek(block * step + (last if block == _BLOCKS - 1 else 0))
        digest.update(file.read(_BLOCK_BYTES))
    return digest.hexdigest()


def _unreadable(path: Path, error: OSError) -> MediaError:
    if isinstance(error, FileNotFoundError):
        return MediaError(f"{path} is not there", "put it back, or correct the path in footage_manifest.yaml")
    return MediaError(f"{path} cannot be read: {error.strerror}", "check the file's rights and its disk")


def _changed(path: Path) -> MediaError:
    return MediaError(f"{path} changed while this run was using it", "wait until it is copied whole, then run again")


def _read_memory(memory: Path) -> dict[tuple[int, int], _Remembered]:
    try:
        sheet: Any = json.loads(memory.read_bytes())
        if sheet["format"] != _FORMAT:
            return {}
        known: dict[tuple[int, int], _Remembered] = {}
        for device, inode, size, mtime_ns, ctime_ns, sha256, blocks in sheet["files"]:
            stamp = Stamp(device=device, inode=inode, size=size, mtime_ns=mtime_ns, ctime_ns=ctime_ns)
            known[device, inode] = _Remembered(stamp=stamp, sha256=sha256, blocks=blocks)
    except (OSError, ValueError, LookupError, TypeError):
        return {}
    return known
