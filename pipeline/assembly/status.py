"""`testimonio status`: how far each reel's subtitles and each cut are. Reads only; takes no lock."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from footage_manifest.load import load_production
from footage_manifest.model import ReelKind
from pipeline.assembly.handover import read_track, state_name
from pipeline.assembly.publish import FOLDER
from pipeline.tools.delivery_folder import SUMS, verify_sums
from subtitles.errors import SubtitleError
from subtitles.merge import staleness
from subtitles.state import CueStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackStatus:
    """One reel's subtitles in one language. `problem` says why the file cannot be read; counts are then empty."""

    reel: str
    language: str
    file: str = ""
    counts: Mapping[CueStatus, int]
    stale: int = 0
    words: int = 0
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CutStatus:
    """One cut: `state` is "not made", "unfinished", "damaged" or "delivered"."""

    cut: str
    audience: str
    state: str
    files: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Where a film stands."""

    tracks: tuple[TrackStatus, ...]
    cuts: tuple[CutStatus, ...]


def examine(folder: Path) -> Status:
    """Return where the film in `folder` stands. Raises ManifestError where its files cannot be read."""
    production = load_production(folder).production
    return Status(
        tracks=tuple(
            _track(folder, reel, language)
            for reel, described in production.manifest.reels.items()
            if described.kind in {ReelKind.INTERVIEW, ReelKind.NARRATION}
            for language in production.film.languages
        ),
        cuts=tuple(_cut(folder, name, cut.audience) for name, cut in production.film.cuts.items()),
    )


def _track(folder: Path, reel: str, language: str) -> TrackStatus:
    nothing = dict.fromkeys(CueStatus, 0)
    try:
        track = read_track(folder, reel, language)
        if track is None:
            missing = "" if not (folder / state_name(reel, language)).exists() else "the file is missing"
            return TrackStatus(reel=reel, language=language, counts=nothing, problem=missing)
        source = read_track(folder, reel, track.source_language) if track.source_language else None
    except SubtitleError as error:
        return TrackStatus(reel=reel, language=language, counts=nothing, problem=str(error).splitlines()[0])
    stale = len(staleness(track.aligned, source.aligned, file=track.file)) if source else 0
    words = sum(len(cue.text.split()) for cue in track.cues)
    counts = track.aligned.counted()
    return TrackStatus(reel=reel, language=language, file=track.file, counts=counts, stale=stale, words=words)


def _cut(folder: Path, name: str, audience: str) -> CutStatus:
    place = folder / FOLDER / name
    if not place.is_dir():
        return CutStatus(cut=name, audience=audience, state="not made")
    files = tuple(sorted(path.name for path in place.iterdir()))
    problems = verify_sums(place)
    if not problems:
        return CutStatus(cut=name, audience=audience, state="delivered", files=files)
    state = "damaged" if (place / SUMS).is_file() else "unfinished"
    return CutStatus(cut=name, audience=audience, state=state, files=files, problems=problems)
