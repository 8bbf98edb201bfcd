"""Saving a paper edit that others may be writing at the same moment: the versions are merged, never replaced."""

import hashlib
import tempfile
from dataclasses import dataclass
from pathlib import Path

from footage_manifest.findings import Finding
from footage_manifest.paths import inside
from footage_manifest.wording import Refusal
from pipeline.assembly import kept_versions, track_swap
from pipeline.assembly.own_folder import own_folder
from pipeline.assembly.people_files import MOST_BYTES
from pipeline.durable import TEMPORARY, storage_errors
from pipeline.engine.store import FOLDER
from pipeline.errors import TimelineError
from pipeline.timeline.paper_blocks import with_line_ends
from pipeline.timeline.paper_merge import PaperConflict, merge_papers

_MOST_TRIES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedPaper:
    """What stands in the file now. `merged` tells that somebody else had changed it, `conflicts` where both had."""

    text: str
    merged: bool
    conflicts: tuple[PaperConflict, ...]


def version_of(text: str) -> str:
    """Return what tells one text of a paper edit from the next: the SHA-256 of its bytes."""
    return hashlib.sha256(text.encode()).hexdigest()


def paper_text(folder: Path, file: str) -> str:
    """Return the text of a film's paper edit, once nobody is writing it. Raises TimelineError where it is none."""
    content = track_swap.settled_content(_path(folder, file))
    if content is None:
        raise TimelineError([Finding(file=file, what="is not there any more", cure="put it back, or reload the page")])
    return _decoded(content, file)


def save_paper(folder: Path, file: str, base: str, mine: str, *, languages: tuple[str, ...]) -> SavedPaper:
    """Put `mine`, which was made of `base`, in the place of the paper edit, merged with what others saved meanwhile.

    The version that was there is kept where it was not `base`. Raises TimelineError for what is no text, StoreError where it
    cannot be written; then the file is as it was.
    """
    if base.count("\n") == base.count("\r\n") > 0:
        mine = with_line_ends(mine, "\r\n")  # browsers write line feeds
    path = _path(folder, file)
    expected = track_swap.settled_content(path)
    theirs = base if expected is None else _decoded(expected, file)
    merged = False
    conflicts: tuple[PaperConflict, ...] = ()
    for _ in range(_MOST_TRIES):
        result = merge_papers(base, mine, theirs, languages=languages, file=file)
        merged = merged or theirs not in (base, mine)
        conflicts = result.conflicts or conflicts
        content = result.text.encode()
        if content == expected:
            break
        if expected is not None and theirs != base:
            _keep(folder, file, expected)
        found = _swapped(path, content, expected)
        if found is None:
            break
        base, mine, expected = theirs, result.text, found.in_place
        theirs = base if found.found is None else _decoded(found.found, file)
    return SavedPaper(text=result.text, merged=merged, conflicts=conflicts)


def _swapped(path: Path, content: bytes, expected: bytes | None) -> track_swap.Swapped | None:
    """Put `content` in the file's place; return what came of it where somebody saved meanwhile, else None."""
    with (
        storage_errors(f"writing {path.name}"),
        tempfile.NamedTemporaryFile(dir=path.parent, prefix=TEMPORARY, delete=False) as place,
    ):
        part = Path(place.name)
    try:
        track_swap.prepare(path, content, expected, part)
        swapped = track_swap.swap(path, content, expected, part)
    finally:
        part.unlink(missing_ok=True)
    return None if swapped.found is None and swapped.in_place == content else swapped


def _keep(folder: Path, file: str, content: bytes) -> None:
    own_folder(folder, FOLDER)
    kept_versions.keep_in(folder / FOLDER / "kept" / Path(file).name, file, content)


def _path(folder: Path, file: str) -> Path:
    try:
        path = inside(folder, file)
    except Refusal as error:
        raise TimelineError([Finding(file=file, what=error.what, cure=error.cure)]) from None
    if (size := path.stat().st_size) > MOST_BYTES:
        what = f"it is {size >> 20} MiB large"
        raise TimelineError([Finding(file=file, what=what, cure="check that it is the right file")])
    return path


def _decoded(content: bytes, file: str) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise TimelineError([Finding(file=file, what="the text is not UTF-8", cure="save it as UTF-8")]) from None
