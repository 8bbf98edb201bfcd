"""handover: the machine's drafts become people's files, once; from then on what people have is read back as an input.

No stage: nothing here is stored under a fingerprint. The order of writing matters: the state first, then the file, so that
a run that ends between the two leaves "state there, file missing", from which the file is made again (SEMANTICS rule 14).
"""

import errno
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from footage_manifest.findings import Finding
from pipeline.assembly.site import Site
from pipeline.durable import storage_errors, sync_folder
from subtitles.cue import Cue
from subtitles.formats.srt import SrtDocument, read_srt
from subtitles.merge import AlignedTrack, align
from subtitles.state import TrackState, restore, seed
from subtitles.state_file import dump_state, load_state

FOLDER = "subtitles"


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """One reel's subtitles in one language as people have them now.

    `file` is relative to the film folder. `findings` are what the reader noticed, as warnings.
    """

    file: str
    language: str
    source_language: str | None
    aligned: AlignedTrack
    state: TrackState | None
    findings: tuple[Finding, ...] = ()

    @property
    def cues(self) -> tuple[Cue, ...]:
        """Return the cues with their ids, in source milliseconds, in order of time."""
        return tuple(sorted(self.aligned.plain(), key=lambda cue: (cue.start_ms, cue.end_ms)))


def srt_name(reel: str, language: str) -> str:
    """Return the name of a track's file, relative to the film folder."""
    return f"{FOLDER}/{reel}.{language}.srt"


def state_name(reel: str, language: str) -> str:
    """Return the name of a track's state, relative to the film folder."""
    return f"{FOLDER}/state/{reel}.{language}.json"


def present(folder: Path, reel: str, language: str) -> bool:
    """Return whether a track was handed over before: its file or its state is there."""
    return any((folder / name(reel, language)).exists() for name in (srt_name, state_name))


def read_track(folder: Path, reel: str, language: str) -> Track | None:
    """Return a track as people have it, or None where its file is not there.

    Raises SubtitleError for a file or state that cannot be read, EmptySubtitles for a file that was emptied.
    """
    file = srt_name(reel, language)
    content = _content(folder / file)
    if content is None:
        return None
    state = _state(folder, reel, language)
    document: SrtDocument = read_srt(content, file=file)
    lines = [entry.line for entry in document.entries]
    return Track(
        file=file,
        language=language,
        source_language=state.source_language if state else None,
        aligned=align(document.cues, state, reel=reel, lines=lines),
        state=state,
        findings=document.findings,
    )


def hand_over(site: Site, reel: str, language: str, draft: Callable[[], "Draft | None"]) -> Track | None:
    """Return a track as people have it, seeding its file from `draft` where neither file nor state is there.

    With the state there and the file gone the file is made again from the state, and one line says so. Returns None where
    there is nothing to seed from. Raises SubtitleError as `read_track`, StoreError where it cannot be written.
    """
    found = read_track(site.folder, reel, language)
    if found is not None:
        return found
    state = _state(site.folder, reel, language)
    partial = site.engine.store.root / "work"
    if state is not None:
        content = restore(state)
        site.progress.note(f"{srt_name(reel, language)} was missing and is made again as the machine first wrote it")
    else:
        made = draft()
        if made is None:
            return None
        seeded = seed(made.cues, reel=reel, language=language, source_language=made.source_language, source=made.source)
        write_new(site.folder / state_name(reel, language), dump_state(seeded.state), partial=partial)
        content = seeded.srt
    write_new(site.folder / srt_name(reel, language), content, partial=partial)
    return read_track(site.folder, reel, language)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What the machine would put into a new file; `source` are the cues a translation was made from."""

    cues: Sequence[Cue]
    source_language: str | None = None
    source: Sequence[Cue] = ()


def write_new(path: Path, content: bytes, *, partial: Path) -> None:
    """Write a file that is not there yet, whole or not at all; one that has appeared meanwhile is left as it is.

    `partial` is the folder for the unfinished file, on the same file system. Raises StoreError.
    """
    with storage_errors(f"writing {path.name}"):
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(suffix=path.suffix, dir=partial)
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
        if error.errno not in {errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK}:
            raise
        if not path.exists():  # a drive without hard links, as cameras format theirs
            finished.rename(path)


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _state(folder: Path, reel: str, language: str) -> TrackState | None:
    name = state_name(reel, language)
    content = _content(folder / name)
    return None if content is None else load_state(content, file=name)
