"""A cut's deliverables: swapped in whole, with the checksums that say so; the one before goes to `v<n>` beside them.

A folder whose SHA256SUMS is missing or does not hold is unfinished, whatever else lies in it. Files that are not ours (not
listed in the sums, and not among what was just made) are carried along: a producer's notes are not swept away.
"""

import errno
import hashlib
import os
import re
import shutil
from pathlib import Path

from pipeline.durable import exchange, storage_errors, sync_file, sync_folder, write_whole
from pipeline.errors import StoreError

SUMS = "SHA256SUMS"
_LAST_SUMS = ".SHA256SUMS.last"
"""What a folder's sums are called while it is being changed file by file: which files in it are ours."""
_VERSION = re.compile(r"v([1-9][0-9]{0,5})")


def staging_folder(final: Path) -> Path:
    """Return a new, empty folder beside `final` (`.<name>.new`) to put a cut together in; what stood there is removed.

    It lies beside, not in the store, so that the two can be exchanged: both are on one file system. Raises StoreError.
    """
    folder = final.parent / f".{final.name}.new"
    with storage_errors(f"making room for {final.name}"):
        if folder.is_symlink():
            raise StoreError(f"{folder} is a link, and may lead out of the film folder", "remove it")
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(parents=True)
    return folder


def write_sums(folder: Path) -> None:
    """Write SHA256SUMS, as `sha256sum --check` reads it, over every file below `folder`. Raises StoreError."""
    with storage_errors(f"writing {SUMS} of {folder.name}"):
        lines = []
        for path in _files(folder):
            sync_file(path)
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            lines.append(_line(digest, path.relative_to(folder).as_posix()))
        for part in (path for path in folder.rglob("*") if path.is_dir()):
            sync_folder(part)
        write_whole(folder / SUMS, b"".join(lines))


def verify_sums(folder: Path) -> tuple[str, ...]:
    """Return what is wrong with a folder, one line each; empty where every listed file is there and whole.

    Files that are not listed are not looked at. Raises StoreError where a file cannot be read.
    """
    if not (folder / SUMS).is_file():
        return (f"{folder.name} is unfinished: it has no {SUMS}",)
    with storage_errors(f"reading {folder.name}"):
        text = (folder / SUMS).read_bytes()
        listed = _listed(text)
        if not listed or len(listed) != len(text.splitlines()):
            return (f"{SUMS} of {folder.name} is damaged",)
        problems = []
        for name, digest in sorted(listed.items()):
            path = folder / name
            if not path.is_file() or path.is_symlink():
                problems.append(f"{folder.name}/{name} is missing")
                continue
            with path.open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != digest:
                    problems.append(f"{folder.name}/{name} has changed since it was made")
    return tuple(problems)


def listed_sums(folder: Path) -> dict[str, str]:
    """Return the SHA-256, in hex, that a folder's sums give each of its files, by name; empty where it has none."""
    sums = folder / SUMS
    with storage_errors(f"reading {folder.name}"):
        return _listed(sums.read_bytes()) if sums.is_file() else {}


def earlier(folder: Path) -> dict[int, Path]:
    """Return the deliveries before the one in `folder` by number, `v1` as 1.

    A copy of the present one, as a change that was broken off leaves it, is none of them, nor is a folder without sums.
    """
    if not folder.is_dir():
        return {}
    with storage_errors(f"reading {folder.name}"):
        present = _bytes_of(folder / SUMS)
        numbered = ((_VERSION.fullmatch(path.name), path) for path in folder.iterdir() if path.is_dir())
        return {
            int(found[1]): path
            for found, path in numbered
            if found and not path.is_symlink() and _bytes_of(path / SUMS) not in {None, present}
        }


def keep_previous(new: Path, final: Path, number: int) -> None:
    """Put the delivery that lies in `final` into `new` as `v<number>`, before the two are exchanged: links where possible.

    Its sums go with it. What people changed by hand is copied, so that nobody changes two files at once. Raises StoreError.
    """
    with storage_errors(f"keeping the previous delivery of {final.name}"):
        target = new / f"v{number}"
        target.mkdir()
        listed = _listed((final / SUMS).read_bytes())
        for name in (*sorted(_ours(final) & listed.keys()), SUMS):
            path = final / name
            if not path.is_file() or path.is_symlink():
                continue
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            if name == SUMS or _digest(path) != listed[name]:
                shutil.copy2(path, target / name)
                sync_file(target / name)
            else:
                _link(path, target / name)
        sync_folder(target)


def _bytes_of(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def set_aside_changed(folder: Path) -> tuple[str, ...]:
    """Rename files that are not as their sums say, so that what a person changed is carried along and not replaced.

    `forum.es.srt` becomes `forum.es.kept-1.srt`. Returns the new names, none where the folder is not there or has no sums.
    Raises StoreError.
    """
    if not (folder / SUMS).is_file():
        return ()
    kept = []
    with storage_errors(f"setting aside what was changed in {folder.name}"):
        for name, digest in sorted(_listed((folder / SUMS).read_bytes()).items()):
            path = folder / name
            if path.is_symlink() or not path.is_file() or _digest(path) == digest:
                continue
            number = 1
            while (aside := path.with_name(f"{path.stem}.kept-{number}{path.suffix}")).exists():
                number += 1
            path.rename(aside)
            kept.append(aside.name)
    return tuple(kept)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def swap_in(new: Path, final: Path) -> None:
    """Put the finished folder `new`, sums written, in the place of `final` at once, and remove what stood there.

    Where the file system cannot exchange two folders, the old sums go first and the new ones come last. Raises StoreError;
    `final` is then as it was, or without sums.
    """
    with storage_errors(f"putting {final.name} in its place"):
        if final.is_symlink():
            raise StoreError(f"{final} is a link, and may lead out of the film folder", "replace it by a folder")
        if final.exists() and not final.is_dir():
            raise StoreError(f"{final} stands where a folder is to be", "move it elsewhere")
        if not (new / SUMS).is_file():
            raise StoreError(f"{new.name} has no {SUMS}: it is not finished")
        if not final.exists():
            new.rename(final)
            sync_folder(final.parent)
            return
        _carry_over(final, new)
        if exchange(new, final):
            sync_folder(final.parent)
        else:
            _move_file_by_file(new, final)
        shutil.rmtree(new, ignore_errors=True)  # what is left of it goes when this cut is made again


def _move_file_by_file(new: Path, final: Path) -> None:
    ours = _ours(final)
    # The previous delivery first, while it is still whole in its place, its sums last.
    for path in sorted(_files(new), key=lambda path: path.name == SUMS):
        inside = path.relative_to(new)
        if _VERSION.fullmatch(inside.parts[0]) and len(inside.parts) > 1:
            _move(path, final / inside)
    lists = (final / _LAST_SUMS, final / SUMS, new / SUMS)
    write_whole(final / _LAST_SUMS, b"".join(path.read_bytes() for path in lists if path.is_file()))
    (final / SUMS).unlink(missing_ok=True)  # from here on unfinished; which files are ours stays known
    sync_folder(final)
    arriving = {path.relative_to(new).as_posix() for path in _files(new)}
    for name in sorted(ours - arriving):
        (final / name).unlink(missing_ok=True)
    for name in sorted(arriving):
        _move(new / name, final / name)
    sync_folder(final)
    (new / SUMS).replace(final / SUMS)
    (final / _LAST_SUMS).unlink(missing_ok=True)
    sync_folder(final)


def _carry_over(final: Path, new: Path) -> None:
    """Bring what is not ours from the old folder into the new one, before the exchange: links where there can be."""
    ours = _ours(final)
    for path in _files(final):
        name = path.relative_to(final).as_posix()
        target = new / name
        if name in ours or name == _LAST_SUMS or os.path.lexists(target):
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        _link(path, target)


def _link(path: Path, target: Path) -> None:
    """Make `target` the same file as `path`, or a copy of it where the file system has no links."""
    try:
        os.link(path, target, follow_symlinks=False)
    except OSError as error:
        if error.errno not in {errno.EPERM, errno.EMLINK, errno.ENOTSUP, errno.ENOSYS}:
            raise
        shutil.copy2(path, target, follow_symlinks=False)


def _move(path: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    path.replace(target)


def _ours(folder: Path) -> set[str]:
    """Return the names that the folder's sums list, or listed before it was begun to be changed."""
    ours: set[str] = set()
    for sums in (SUMS, _LAST_SUMS):
        try:
            ours.update(_listed((folder / sums).read_bytes()))
        except FileNotFoundError:
            continue
    root = folder.resolve()  # a name may lead through a linked folder to what is nobody's to remove
    return {name for name in ours if (root / name).parent.resolve().is_relative_to(root)}


def _files(folder: Path) -> list[Path]:
    """Return every file and link below `folder` but its sums, in an order that is the same everywhere."""
    found = (path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    return sorted((path for path in found if path != folder / SUMS), key=os.fsencode)


def _line(digest: str, name: str) -> bytes:
    raw = os.fsencode(name)
    escaped = raw.replace(b"\\", b"\\\\").replace(b"\n", b"\\n").replace(b"\r", b"\\r")
    return (b"\\" if escaped != raw else b"") + digest.encode("ascii") + b"  " + escaped + b"\n"


def _listed(text: bytes) -> dict[str, str]:
    """Return digests by name; lines that are not sums, or name something outside the folder, are left out."""
    found: dict[str, str] = {}
    for line in text.split(b"\n"):
        escaped = line.startswith(b"\\")
        digest, gap, raw = line.removeprefix(b"\\").partition(b"  ")
        if escaped:
            raw = raw.replace(b"\\\\", b"\0").replace(b"\\n", b"\n").replace(b"\\r", b"\r").replace(b"\0", b"\\")
        name = os.fsdecode(raw)
        inside = not name.startswith("/") and ".." not in Path(name).parts
        if gap and name and inside and len(digest) == 64:
            found[name] = digest.decode("ascii", "replace")
    return found
