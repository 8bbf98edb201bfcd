"""`testimonio status`: how far each reel's subtitles and each cut are. Reads only; takes no lock."""

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from footage_manifest import consent
from footage_manifest.load import load_production
from footage_manifest.model import FILM_FILE, Production, ReelKind
from pipeline.assembly.handover import Track, read_track, state_name
from pipeline.assembly.heard_names import open_names
from pipeline.assembly.near_names import NearName
from pipeline.assembly.preview_file import FOLDER as PREVIEWS
from pipeline.assembly.publish import FOLDER
from pipeline.assembly.review import read_remarks
from pipeline.assembly.status_own import OwnStatus, own_statuses
from pipeline.errors import TimelineError, UsageError
from pipeline.ports.work import Progress
from pipeline.tools.delivery_folder import SUMS, earlier, verify_sums
from subtitles.cue import Cue
from subtitles.errors import SubtitleError
from subtitles.merge import Standing, stale_cues, standing_of, untranslated

_NOT_FILMED = frozenset({"title", "black"})
"""The kinds of events, as reports name them, in which nobody is seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackStatus:
    """One reel's subtitles in one language. `problem` says why the file cannot be read; counts are then empty.

    A cue that was deleted and that another side changed is a conflict too. `untranslated` are sentences that nothing
    translates. What is left to look at are drafts, stale cues, conflicts and these: `words_left` of them, and as many
    milliseconds of film.
    """

    reel: str
    language: str
    file: str = ""
    counts: Mapping[Standing, int]
    untranslated: int = 0
    words: int = 0
    words_left: int = 0
    ms_left: int = 0
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CutStatus:
    """One cut, its own subtitles, and how many remarks there are on it; also one that is only delivered or previewed.

    `state` is "not made", "unfinished", "damaged", "delivered" or, for want of consent, "to be withdrawn".
    """

    cut: str
    audience: str
    state: str
    files: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    remarks: int = 0
    own: tuple[OwnStatus, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Where a film stands; `near_names` may be names that were heard wrongly."""

    tracks: tuple[TrackStatus, ...]
    cuts: tuple[CutStatus, ...]
    near_names: tuple[NearName, ...] = ()


def examine(folder: Path, progress: Progress) -> Status:
    """Return where the film in `folder` stands. Raises ManifestError where its files cannot be read."""
    production = load_production(folder).production
    return Status(
        tracks=tuple(
            _track(folder, reel, language)
            for reel, described in production.manifest.reels.items()
            if described.kind in {ReelKind.INTERVIEW, ReelKind.NARRATION}
            for language in production.film.languages
        ),
        cuts=(
            *(
                replace(
                    _with_remarks(folder, _cut(folder, name, production)),
                    own=own_statuses(folder, name, production.film.languages),
                )
                for name in production.film.cuts
            ),
            *(_cut(folder, name, production) for name in _cuts_gone(folder, production)),
        ),
        near_names=open_names(folder, production, progress),
    )


_LEFT = frozenset({Standing.DRAFT, Standing.STALE, Standing.CONFLICT})
"""Where a cue stands that people are still to look at."""


def _track(folder: Path, reel: str, language: str) -> TrackStatus:
    nothing = dict.fromkeys(Standing, 0)
    try:
        track = read_track(folder, reel, language)
        if track is None:
            missing = "" if not (folder / state_name(reel, language)).exists() else "the file is missing"
            return TrackStatus(reel=reel, language=language, counts=nothing, problem=missing)
        source = read_track(folder, reel, track.source_language) if track.source_language else None
    except SubtitleError as error:
        return TrackStatus(reel=reel, language=language, counts=nothing, problem=str(error).splitlines()[0])
    return _counted(reel, track, source)


def _counted(reel: str, track: Track, source: Track | None) -> TrackStatus:
    stale = stale_cues(track.aligned, source.aligned) if source else frozenset[str]()
    missing = tuple(cue.cue for cue in untranslated(track.aligned, source.aligned)) if source else ()
    standing = [(standing_of(cue, stale), cue.cue) for cue in track.aligned.cues]
    counts = {stands: sum(one is stands for one, _ in standing) for stands in Standing}
    counts[Standing.CONFLICT] += len(track.aligned.unsettled())
    left = (*(cue for stands, cue in standing if stands in _LEFT), *missing)
    return TrackStatus(
        reel=reel,
        language=track.language,
        file=track.file,
        counts=counts,
        untranslated=len(missing),
        words=_words(track.cues),
        words_left=_words(left),
        ms_left=sum(cue.duration_ms for cue in left),
    )


def _words(cues: Iterable[Cue]) -> int:
    return sum(len(cue.text.split()) for cue in cues)


def _with_remarks(folder: Path, cut: CutStatus) -> CutStatus:
    try:
        return replace(cut, remarks=len(read_remarks(folder, cut.cut)))
    except (TimelineError, UsageError) as error:
        return replace(cut, problems=(*cut.problems, *str(error).splitlines()))


def _cuts_gone(folder: Path, production: Production) -> list[str]:
    """Return what lies in deliverables or among the previews under no cut of the film: renamed or taken out since."""
    delivered = (path.name for path in _within(folder / FOLDER) if path.is_dir())
    previewed = (path.stem for path in _within(folder / PREVIEWS) if path.suffix == ".mp4")
    return sorted({*delivered, *previewed} - {*production.film.cuts})


def _within(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from (path for path in folder.iterdir() if not path.name.startswith("."))


def _cut(folder: Path, name: str, production: Production) -> CutStatus:
    cut = production.film.cuts.get(name)
    place = folder / FOLDER / name
    held = _reported(place)
    audience = cut.audience if cut else (held or _NOTHING).audience
    on = (cut.date if cut else None) or dt.date.today()  # noqa: DTZ011 - consent is given for days where the film is made
    gate = _Gate(production, cut.audience if cut else None, on)
    gone = () if cut else (f"{FILM_FILE} has no cut '{name}' any more",)
    previewed = tuple(_refused_preview(folder, name, gate))
    if not place.is_dir():
        return CutStatus(cut=name, audience=audience, state="not made", problems=(*gone, *previewed))
    files = tuple(sorted(path.name for path in place.iterdir()))
    problems = verify_sums(place)
    state = "delivered"
    if problems:
        state = "damaged" if (place / SUMS).is_file() else "unfinished"
    refused = (*(gate.refused(held) if held else ()), *_refused_before(place, gate))
    if held is None and state == "delivered":
        problems = (_UNREADABLE,)
    said = (*problems, *refused, *gone, *previewed)
    return CutStatus(
        cut=name, audience=audience, state="to be withdrawn" if refused else state, files=files, problems=said
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """Who is in a file that was made: its reels and stills, whom it names, both by key, and for whom it was made."""

    audience: str
    media: frozenset[str]
    named: frozenset[str]


_NOTHING = _Held(audience="", media=frozenset(), named=frozenset())
_UNREADABLE = "its report.json cannot be read, so nobody can say who is in it; run it again"


def _reported(place: Path) -> _Held | None:
    """Return who is in a delivered cut, from its report; None where it does not say.

    Cards and black are no media, unless a reel or still is called that too.
    """
    try:
        report = json.loads((place / "report.json").read_bytes())
        narrated = (event for events in report.get("other_narration", {}).values() for event in events)
        events = (*report["picture"], *report["sound"], *narrated)
        filmed = {event["medium"] for event in events if event["kind"] not in _NOT_FILMED}
        others = {event["medium"] for event in events if event["kind"] in _NOT_FILMED} | {"", "black"}
        left = {event["dissolve_from"] for event in events if "dissolve_from" in event}
        named = frozenset(report.get("named", ()))
        return _Held(audience=str(report["audience"]), media=frozenset(filmed | (left - others)), named=named)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _refused_before(place: Path, gate: "_Gate") -> Iterator[str]:
    """Yield the same for the deliveries that were kept when newer ones came."""
    for number, before in sorted(earlier(place).items()):
        held = _reported(before)
        if held is None:
            yield f"v{number}: its report.json cannot be read, so nobody can say who is in it"
            continue
        for line in gate.refused(held):
            yield f"v{number}: {line}"


def _refused_preview(folder: Path, name: str, gate: "_Gate") -> Iterator[str]:
    """Yield why a cut's preview may not be shown; a run or a preview of a cut that is refused removes it."""
    path = folder / PREVIEWS / f"{name}.mp4"
    if not path.is_file():
        return
    try:
        said = json.loads(path.with_suffix(".json").read_bytes())
        held = _Held(audience=said["audience"], media=frozenset(said["media"]), named=frozenset(said["named"]))
    except (OSError, ValueError, KeyError, TypeError):
        yield f"{PREVIEWS}/{path.name}: nobody can say who is in it; make it again, or remove it"
        return
    for line in gate.refused(held):
        yield f"{PREVIEWS}/{path.name}: {line}; remove it"


@dataclass(frozen=True, slots=True)
class _Gate:
    """What people agree to as the manifest stands; without an `audience` each file is judged by the one it was made for."""

    production: Production
    audience: str | None
    on: dt.date

    def refused(self, held: _Held) -> tuple[str, ...]:
        """Return one line for each person in a file, or named in it, who does not agree to it.

        A reel or still that the manifest no longer knows is one more line: whoever is in it may have asked to be taken out.
        """
        manifest = self.production.manifest
        found = [one for key in sorted(held.media) for one in (manifest.reels.get(key), manifest.stills.get(key))]
        people = dict.fromkeys(person for medium in found if medium for person in medium.people or ())
        people.update(dict.fromkeys(sorted(held.named)))
        use = self.audience or held.audience
        decisions = (consent.decide(key, manifest.people.get(key), use, self.on) for key in people)
        gone = sorted(held.media - {*manifest.reels, *manifest.stills})
        return (
            *(decision.reason for decision in decisions if not decision.allowed),
            *(f"{key} is in it and no longer in the manifest, so nobody can say who is seen or heard" for key in gone),
        )
