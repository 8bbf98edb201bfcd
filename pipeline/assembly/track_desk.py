"""One track's place on the disk: its file, its state, the versions kept, and what an unfinished change left behind.

What comes out of a file's place when a new version goes in is left lying, under a name that says what it should be
(`.testimonio-part-<track>-<expected>-<ours>-<state>`), until the next change looks at it again: an editor that had the file
open may have written into it after all, and a change that was broken off is seen from it, too.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from footage_manifest.findings import Finding
from pipeline.assembly.kept_versions import keep, kept_folder, version_with, versions
from pipeline.assembly.own_folder import own_folder
from pipeline.assembly.people_files import read_own
from pipeline.assembly.track_names import srt_name, state_name
from pipeline.assembly.track_swap import (
    Swapped,
    digest_of,
    prepare,
    settled_content,
    swap,
    unwritten,
    wait_for,
)
from pipeline.durable import TEMPORARY, exchange, storage_errors, sync_folder, write_whole
from pipeline.engine.store import FOLDER as STORE
from pipeline.errors import BusyError, StoreError
from subtitles.errors import EmptySubtitles

_LOCK_S = 30.0
_PAUSE_S = 0.01
_DIGITS = 16
_NOTHING = "0" * 64
"""What stands for the digest of what is not there."""
_ABANDONED_S = 3600.0
_RANDOM = 8
"""How many signs `tempfile` adds to a name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """A version that somebody saved into a file while it was being replaced, found later; `base` is what it was before."""

    part: Path
    content: bytes
    base: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where one reel's subtitles in one language lie in the film folder `folder`."""

    folder: Path
    reel: str
    language: str

    def __post_init__(self) -> None:
        """Refuse names that lead elsewhere: some come from a page. Raises StoreError."""
        for name in (self.reel, self.language):
            if not name or name.startswith(".") or any(sign in name for sign in "/\\\0"):
                raise StoreError(f"'{name[:60]}' is no name of a reel or language", "use one of the film's")

    @property
    def file(self) -> str:
        """Return the file's name, relative to the film folder."""
        return srt_name(self.reel, self.language)

    @property
    def path(self) -> Path:
        """Return the file itself, links followed. Raises StoreError where they lead out of the film folder."""
        own_folder(self.folder, str(Path(self.file).parent))
        path = (self.folder / self.file).resolve()
        if not path.is_relative_to(self.folder.resolve()):
            raise StoreError(f"{self.file} is a link that leads out of the film folder", "put the file itself there")
        return path

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the track's lock while inside, against other threads and processes of ours; editors know of none.

        Raises BusyError where another holds it for half a minute.
        """
        own_folder(self.folder, f"{STORE}/kept")
        lock = kept_folder(self.folder, self.reel, self.language) / "lock"
        until = time.monotonic() + _LOCK_S
        while (descriptor := _try_lock(lock)) is None:
            if time.monotonic() > until:
                raise BusyError(f"another change of {self.file}")
            time.sleep(_PAUSE_S)
        try:
            yield
        finally:
            os.close(descriptor)

    def read(self, *, wait: bool = False) -> bytes | None:
        """Return the file's content once nobody is writing it, None where it is not there. Raises as `read_own`.

        With `wait` it is given a moment to come: some editors remove a file and write it anew.
        """
        if wait:
            wait_for(self.path)
        if read_own(self.folder, self.file) is None:
            return None
        with storage_errors(f"reading {self.file}"):
            return settled_content(self.path)

    def read_state(self) -> bytes | None:
        """Return the state's content, None where it is not there."""
        return read_own(self.folder, state_name(self.reel, self.language))

    def write_state(self, content: bytes | None) -> None:
        """Write the state; None takes it away, as it was not there. Raises StoreError."""
        name = state_name(self.reel, self.language)
        own_folder(self.folder, str(Path(name).parent))
        path = self.folder / name
        with storage_errors(f"writing {name}"):
            if content is None:
                path.unlink(missing_ok=True)
                return
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, content, partial=self._parts())

    def keep(self, content: bytes) -> None:
        """Keep a version of the file."""
        keep(self.folder, self.reel, self.language, content)

    def prepare(self, content: bytes, expected: bytes | None, state: bytes | None) -> Path:
        """Write what is to stand in the file's place, beside it, and return where.

        The place should hold `expected` now, and `state` is what the state will be: a change that is broken off once its
        state is written is finished from this file. Raises StoreError.
        """
        path = self.path
        with storage_errors(f"writing {self.file}"):
            path.parent.mkdir(parents=True, exist_ok=True)
            if expected is not None and path.exists() and not os.access(path, os.W_OK):
                raise StoreError(f"{self.file} is write-protected", "allow writing to it, or leave it as it is")
            parts = self._parts()
        marks = "-".join((digest_of(one) or _NOTHING)[:_DIGITS] for one in (expected, content, state))
        part = parts / f"{self._prefix()}{marks}"
        prepare(path, content, expected, part)
        return part

    def swap(self, content: bytes, expected: bytes | None, part: Path) -> Swapped:
        """Put `content`, which `prepare` wrote to `part`, in the file's place, which should hold `expected`."""
        return swap(self.path, content, expected, part)

    def withdraw(self, part: Path, content: bytes) -> None:
        """Take away what was prepared, unless it has been exchanged for what stood in the file's place."""
        with suppress(OSError):
            if _bytes_of(part) == content:
                part.unlink()

    def lately(self) -> list[Late]:
        """Tidy up what earlier changes left, finish what one broke off, and return what was saved meanwhile. Locked."""
        with storage_errors(f"tidying up after {self.file}"):
            self._remove_unfinished()
            return [late for part in self._left() if (late := self._look_at(part)) is not None]

    def has_late(self) -> bool:
        """Return whether a change of the track would find something to tidy up that counts."""
        with storage_errors(f"looking after {self.file}"):
            for part in self._left():
                marks = part.name.removeprefix(self._prefix()).split("-")
                if part.suffix == ".out" or not digest_of(_bytes_of(part)).startswith(marks[0]):
                    return True
        return False

    def empty(self, error: EmptySubtitles) -> EmptySubtitles:
        """Return the refusal of an emptied file that says where its text is kept."""
        kept = versions(self.folder, self.reel, self.language)
        if not kept:
            return error
        place = kept[-1].relative_to(self.folder).as_posix()
        cure = (
            f"put back the text it had: {place} is how it was last seen; to start anew, delete the file and its state"
        )
        return EmptySubtitles([Finding(file=one.file, what=one.what, cure=cure) for one in error.findings])

    def _look_at(self, part: Path) -> Late | None:
        if part.suffix == ".out":
            self._put_back(part)
            return None
        expected, ours, state = part.name.removeprefix(self._prefix()).split("-")
        content = unwritten(part)
        if content is None:
            return None  # looked at again next time
        found = digest_of(content)[:_DIGITS]
        if found == ours:
            theirs = not self._finished(part, content, expected, state)
        else:
            theirs = found != expected and bool(content.strip())
            if theirs:
                self.keep(content)
        if theirs:
            return Late(part=part, content=content, base=version_with(self.folder, self.reel, self.language, expected))
        part.unlink(missing_ok=True)
        return None

    def _finished(self, part: Path, content: bytes, expected: str, state: str) -> bool:
        """Go on with a change that ended between state and file; without its state it is not wanted any more.

        Returns False where somebody has saved the file since, so that the two are to be merged.
        """
        if not (digest_of(self.read_state()) or _NOTHING).startswith(state):
            return True
        standing = _bytes_of(self.path)
        if not (digest_of(standing) or _NOTHING).startswith(expected):
            return not (standing or b"").strip() or standing == content
        swapped = swap(self.path, content, standing, part)
        if swapped.found is not None and swapped.in_place == content:
            exchange(part, self.path)  # somebody saved just now: theirs stays
        return True

    def _remove_unfinished(self) -> None:
        """Remove what a change that was ended in the middle of writing left without a name of ours."""
        before = time.time() - _ABANDONED_S
        for place in self._places():
            for path in place.glob(f"{TEMPORARY}{'[a-z0-9_]' * _RANDOM}"):
                with suppress(FileNotFoundError):
                    if path.lstat().st_mtime < before:
                        path.unlink()

    def _put_back(self, out: Path) -> None:
        """Give a file its place again that was moved out of it and never followed by a new version."""
        if not self.path.exists():
            out.rename(self.path)
            sync_folder(self.path.parent)
            return
        self.keep(out.read_bytes())
        out.unlink()

    def _left(self) -> list[Path]:
        found = (path for place in self._places() for path in place.glob(f"{_literal(self._prefix())}*"))
        return sorted(found, key=lambda path: (path.suffix != ".out", path.name))

    def _places(self) -> list[Path]:
        places = dict.fromkeys((kept_folder(self.folder, self.reel, self.language), self.path.parent))
        return [place for place in places if place.is_dir()]

    def _prefix(self) -> str:
        return f"{TEMPORARY}{self.reel}.{self.language}-"

    def _parts(self) -> Path:
        """Return the folder for what is on its way in or out: the store's, or the file's own where that is another disk."""
        kept = kept_folder(self.folder, self.reel, self.language)
        kept.mkdir(parents=True, exist_ok=True)
        beside = self.path.parent
        return beside if beside.is_dir() and beside.stat().st_dev != kept.stat().st_dev else kept


def _try_lock(path: Path) -> int | None:
    with storage_errors(f"locking {path.parent.name}"):
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(path.stat(), os.fstat(descriptor)):
            return descriptor
    except (BlockingIOError, FileNotFoundError):  # held, or the store was deleted
        pass
    except BaseException:
        os.close(descriptor)
        raise
    os.close(descriptor)
    return None


def _bytes_of(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _literal(name: str) -> str:
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in name)
