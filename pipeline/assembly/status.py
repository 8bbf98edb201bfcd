"""`testimonio status`: how far each reel's subtitles and each cut are. Reads only; takes no lock."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from footage_manifest import consent
from footage_manifest.load import load_production
from footage_manifest.model import Production, ReelKind
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
    """One cut: `state` is "not made", "unfinished", "damaged", "delivered" or, for want of consent, "to be withdrawn"."""

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
        cuts=tuple(_cut(folder, name, production) for name in production.film.cuts),
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


def _cut(folder: Path, name: str, production: Production) -> CutStatus:
    place = folder / FOLDER / name
    audience = production.film.cuts[name].audience
    if not place.is_dir():
        return CutStatus(cut=name, audience=audience, state="not made")
    files = tuple(sorted(path.name for path in place.iterdir()))
    problems = verify_sums(place)
    if not problems:
        media = _media_in(place)
        if media is None:
            problems = ("its report.json cannot be read, so nobody can say who is in it; run it again",)
            return CutStatus(cut=name, audience=audience, state="delivered", files=files, problems=problems)
        refused = _refused_now(media, production, name)
        state = "to be withdrawn" if refused else "delivered"
        return CutStatus(cut=name, audience=audience, state=state, files=files, problems=refused)
    state = "damaged" if (place / SUMS).is_file() else "unfinished"
    return CutStatus(cut=name, audience=audience, state=state, files=files, problems=problems)


def _media_in(place: Path) -> frozenset[str] | None:
    """Return the keys of the reels and stills in a delivered cut, from its report; None where it does not say."""
    try:
        report = json.loads((place / "report.json").read_bytes())
        events = (*report["picture"], *report["sound"])
        return frozenset(event[side] for event in events for side in ("medium", "dissolve_from") if side in event)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _refused_now(media: frozenset[str], production: Production, name: str) -> tuple[str, ...]:
    """Return one line for each person in a delivered cut who, as the manifest stands today, does not agree to it."""
    cut, manifest = production.film.cuts[name], production.manifest
    on = cut.date or dt.date.today()  # noqa: DTZ011 - consent is given for days where the film is made
    described = [medium for key in sorted(media) if (medium := manifest.reels.get(key) or manifest.stills.get(key))]
    people = dict.fromkeys(person for medium in described for person in medium.people or ())
    decisions = (consent.decide(key, manifest.people.get(key), cut.audience, on) for key in people)
    return tuple(decision.reason for decision in decisions if not decision.allowed)
