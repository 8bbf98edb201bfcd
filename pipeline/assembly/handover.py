"""handover: the machine's drafts become people's files, once; from then on what people have is read back as an input.

No stage: nothing here is stored under a fingerprint. The order of writing matters: the state first, then the file, so that
a run that ends between the two leaves "state there, file missing", from which the file is made again (SEMANTICS rule 14).
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from footage_manifest.findings import Finding, Severity
from footage_manifest.model import Production
from pipeline.assembly.kept_versions import keep
from pipeline.assembly.options import Step
from pipeline.assembly.own_folder import own_folder
from pipeline.assembly.people_files import read_own, write_new
from pipeline.assembly.site import Site
from pipeline.assembly.track_files import recover
from pipeline.assembly.track_names import FOLDER, srt_name, state_name
from pipeline.durable import storage_errors, write_whole
from pipeline.engine.run import WouldRun
from pipeline.errors import StageError, StoreError
from subtitles.cue import Cue
from subtitles.formats.srt import SrtDocument, read_srt, write_srt
from subtitles.identity import same_cue
from subtitles.merge import AlignedTrack, align
from subtitles.state import TrackState, restore, seed
from subtitles.state_file import dump_state, load_state

__all__ = [
    "FOLDER",
    "Draft",
    "Track",
    "hand_over",
    "keep_newer_draft",
    "present",
    "read_track",
    "srt_name",
    "state_name",
    "strangers",
]

_SEEDING = {None, Step.DRAFT, Step.TRANSLATE, Step.HANDOVER}
"""What `--only` may say where a file is made."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What the machine would put into a new file, and which engine made it; `source` are the cues a translation is of."""

    cues: Sequence[Cue]
    made_by: str
    source_language: str | None = None
    source: Sequence[Cue] = ()


def strangers(folder: Path, production: Production) -> tuple[Finding, ...]:
    """Return a warning for each SRT in the film's `subtitles` that no reel and language of the film has the name of.

    It is an error where only upper and lower case keep it from being a track whose file is not there: a draft would take
    its place.
    """
    manifest, languages = production.manifest, production.film.languages
    known = {srt_name(reel, language) for reel in manifest.reels for language in languages}
    place = folder / FOLDER
    found = sorted(path.name for path in place.iterdir()) if place.is_dir() else []
    named = (f"{FOLDER}/{name}" for name in found if name.casefold().endswith(".srt"))
    return tuple(_stranger(folder, name, known) for name in named if name not in known)


def _stranger(folder: Path, name: str, known: Collection[str]) -> Finding:
    meant = next((one for one in sorted(known) if one.casefold() == name.casefold()), "")
    if meant and not (folder / meant).exists():
        what = f"only upper and lower case keep it from being {meant}, and a draft would take its place"
        return Finding(file=name, what=what, cure=f"rename it to {Path(meant).name}")
    cure = f"rename it to REEL.LANGUAGE.srt, such as {min(known)}" if known else "take it out"
    what = "no reel and language of the film go by this name, so nothing reads it"
    return Finding(severity=Severity.WARNING, file=name, what=what, cure=cure)


def present(folder: Path, reel: str, language: str) -> bool:
    """Return whether a track was handed over before: its file or its state is there."""
    return any((folder / name(reel, language)).exists() for name in (srt_name, state_name))


def read_track(folder: Path, reel: str, language: str) -> Track | None:
    """Return a track as people have it, or None where its file is not there.

    Raises SubtitleError for a file or state that cannot be read, EmptySubtitles for a file that was emptied.
    """
    file = srt_name(reel, language)
    content = read_own(folder, file)
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


def hand_over(site: Site, reel: str, language: str, draft: Callable[[], Draft | None]) -> Track | None:
    """Return a track as people have it, seeding its file from `draft` where neither file nor state is there.

    With the state there and the file gone the file is made again from the state, and one line says so. Returns None where
    there is nothing to seed from. Raises SubtitleError as `read_track`, StoreError where it cannot be written, StageError
    where `--only` asks for another step, and WouldRun in a dry run that comes to a file to be made.
    """
    file = srt_name(reel, language)
    found = read_track(site.folder, reel, language)
    if not site.options.dry_run and recover(site.folder, reel, language):
        found = read_track(site.folder, reel, language)
    if found is not None:
        _keep_seen(site, reel, language)
        return found
    state = _state(site.folder, reel, language)
    if state is not None:
        _require_seeding(site, file)
        site.progress.note(f"{file} was missing and is made again as the machine first wrote it")
        content = restore(state)
    else:
        made = draft()
        if made is None:
            return None
        _require_seeding(site, file)
        content = _seeded(site, reel, language, made)
    _write(site, file, content)
    track = read_track(site.folder, reel, language)
    if track is None:
        raise StoreError(f"{file} cannot be made: a link to nothing stands in its place", "remove the link")
    return track


def _keep_seen(site: Site, reel: str, language: str) -> None:
    """Keep the file as it was seen, so that one that is emptied later can be put back."""
    content = read_own(site.folder, srt_name(reel, language))
    if content is not None and not site.options.dry_run:
        keep(site.folder, reel, language, content)


def keep_newer_draft(site: Site, track: Track, draft: Callable[[], Draft], *, reel: str, made_by: str) -> None:
    """Where another engine than the one that drafted a track is asked for now, keep what it would write, and say so.

    People's file and its state stay as they are. The newer draft lies at `.testimonio/drafts/<reel>.<language>.srt`; one
    that does not differ, or no longer, is taken away. Nothing is drafted where the engine is the same.
    """
    if track.state is None or site.options.dry_run:
        return
    path = site.engine.store.root / "drafts" / f"{reel}.{track.language}.srt"
    known = {cue.base.start_ms: cue.base for cue in track.state.cues}
    cues = draft().cues if track.state.made_by not in {"", made_by} else tuple(known.values())
    new = sum(cue.start_ms not in known or not same_cue(cue, known[cue.start_ms]) for cue in cues)
    if not new and len(cues) == len(known):
        path.unlink(missing_ok=True)
        return
    with storage_errors(f"keeping a newer draft of {track.file}"):
        path.parent.mkdir(exist_ok=True)
        write_whole(path, write_srt(cues, file=path.name), durable=False)
    place = path.relative_to(site.folder).as_posix()
    differ = f"{new} of {len(cues)} subtitles would be drafted differently by {made_by}"
    site.progress.note(f"{track.file} stays as it is, drafted by {track.state.made_by}; {differ}: see {place}")


def _require_seeding(site: Site, file: str) -> None:
    if site.options.only not in _SEEDING:
        raise StageError("this is not done yet", "run without --only first", stage="handover", subject=file)
    if site.options.dry_run:
        raise WouldRun("handover", [file])


def _seeded(site: Site, reel: str, language: str, made: Draft) -> bytes:
    seeded = seed(
        made.cues,
        reel=reel,
        language=language,
        made_by=made.made_by,
        source_language=made.source_language,
        source=made.source,
    )
    _write(site, state_name(reel, language), dump_state(seeded.state))
    return seeded.srt


def _write(site: Site, name: str, content: bytes) -> None:
    own_folder(site.folder, str(Path(name).parent))
    write_new(site.folder / name, content, partial=site.engine.store.root / "work")


def _state(folder: Path, reel: str, language: str) -> TrackState | None:
    name = state_name(reel, language)
    content = read_own(folder, name)
    return None if content is None else load_state(content, file=name, of=(reel, language))
