"""`testimonio status`: how far each reel's subtitles and each cut are. Reads only; takes no lock."""

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from footage_manifest import consent
from footage_manifest.load import load_production
from footage_manifest.model import Production, ReelKind
from pipeline.assembly.handover import read_track, state_name
from pipeline.assembly.publish import FOLDER
from pipeline.assembly.review import read_remarks
from pipeline.errors import TimelineError, UsageError
from pipeline.tools.delivery_folder import SUMS, earlier, verify_sums
from subtitles.errors import SubtitleError
from subtitles.merge import staleness
from subtitles.state import CueStatus

_NOT_FILMED = frozenset({"title", "black"})
"""The kinds of events, as reports name them, in which nobody is seen."""


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
    """One cut, and how many remarks people have made on it.

    `state` is "not made", "unfinished", "damaged", "delivered" or, for want of consent, "to be withdrawn".
    """

    cut: str
    audience: str
    state: str
    files: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    remarks: int = 0


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
        cuts=tuple(_with_remarks(folder, _cut(folder, name, production)) for name in production.film.cuts),
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


def _with_remarks(folder: Path, cut: CutStatus) -> CutStatus:
    try:
        return replace(cut, remarks=len(read_remarks(folder, cut.cut)))
    except (TimelineError, UsageError) as error:
        return replace(cut, problems=(*cut.problems, *str(error).splitlines()))


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
        refused = (*_refused_now(media, production, name), *_refused_before(place, production, name))
        state = "to be withdrawn" if refused else "delivered"
        return CutStatus(cut=name, audience=audience, state=state, files=files, problems=refused)
    state = "damaged" if (place / SUMS).is_file() else "unfinished"
    return CutStatus(cut=name, audience=audience, state=state, files=files, problems=problems)


def _media_in(place: Path) -> frozenset[str] | None:
    """Return the keys of the reels and stills in a delivered cut, from its report; None where it does not say.

    Cards and black are none of them, unless a reel or still is called that too.
    """
    try:
        report = json.loads((place / "report.json").read_bytes())
        narrated = (event for events in report.get("other_narration", {}).values() for event in events)
        events = (*report["picture"], *report["sound"], *narrated)
        filmed = {event["medium"] for event in events if event["kind"] not in _NOT_FILMED}
        others = {event["medium"] for event in events if event["kind"] in _NOT_FILMED} | {"", "black"}
        left = {event["dissolve_from"] for event in events if "dissolve_from" in event}
        return frozenset(filmed | (left - others))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _refused_before(place: Path, production: Production, name: str) -> Iterator[str]:
    """Yield the same for the deliveries that were kept when newer ones came."""
    for number, before in sorted(earlier(place).items()):
        media = _media_in(before)
        if media is None:
            yield f"v{number}: its report.json cannot be read, so nobody can say who is in it"
            continue
        for line in _refused_now(media, production, name):
            yield f"v{number}: {line}"


def _refused_now(media: frozenset[str], production: Production, name: str) -> tuple[str, ...]:
    """Return one line for each person in a delivered cut who, as the manifest stands today, does not agree to it.

    A reel or still that the manifest no longer knows is one more line: whoever is in it may have asked to be taken out.
    """
    cut, manifest = production.film.cuts[name], production.manifest
    on = cut.date or dt.date.today()  # noqa: DTZ011 - consent is given for days where the film is made
    described = [medium for key in sorted(media) if (medium := manifest.reels.get(key) or manifest.stills.get(key))]
    people = dict.fromkeys(person for medium in described for person in medium.people or ())
    decisions = (consent.decide(key, manifest.people.get(key), cut.audience, on) for key in people)
    gone = sorted(media - {*manifest.reels, *manifest.stills})
    return (
        *(decision.reason for decision in decisions if not decision.allowed),
        *(f"{key} is in it and no longer in the manifest, so nobody can say who is seen or heard" for key in gone),
    )
