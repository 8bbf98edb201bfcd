"""probe: facts of every file of the film, once; and whether each is still there before anything is rendered from it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from footage_manifest.findings import Finding, ManifestError
from footage_manifest.media import MediaFacts, StillFacts
from footage_manifest.model import FILM_FILE, MANIFEST_FILE, Production, Reel
from footage_manifest.wording import listed
from pipeline.assembly.edits import clips_of
from pipeline.assembly.reels import reels_of
from pipeline.assembly.site import Site
from pipeline.errors import MediaError
from pipeline.ports.media import ProbeRequest
from pipeline.stages.media import Media
from pipeline.stages.probe import PROBE, PROBE_STILL
from pipeline.stages.reel_parts import Files
from pipeline.timeline.model import Clip, MediaKind, Timeline

_MOST_EVENTS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Named:
    """A file of a reel: `field` is where the manifest names it, seen from the reel; `subject` what its probe is called."""

    key: str
    field: str
    file: str
    subject: str


def survey(site: Site, reels: Iterable[str], stills: Iterable[str]) -> Media:
    """Return the facts of the named reels and stills, and which file of a reel holds what.

    What a person should look at is said. Raises MediaError for a file that cannot be read, ManifestError for media that hold
    less than they declare (unless the film says `allow_truncated: true`), that do not belong together, or that other people
    are named in elsewhere, for a bug that is no picture or shows people, for a font that is none, and for separate sound
    that cannot be laid.
    """
    manifest = site.production.manifest
    named = [one for key in reels for one in _files_of(key, manifest.reels[key])]
    still_files = {key: manifest.stills[key].file for key in stills}
    digests = _digests(site, [*(one.file for one in named), *still_files.values()])
    facts = site.engine.map(
        PROBE, site.tools.media_probe, [(one.subject, _request(one.file, digests)) for one in named]
    )
    still_facts = site.engine.map(
        PROBE_STILL, site.tools.still_probe, [(key, _request(file, digests)) for key, file in still_files.items()]
    )
    found = dict(zip(named, facts, strict=True))
    found_stills = dict(zip(still_files, still_facts, strict=True))
    same = (*_other_people(site.production, found), *_other_people_in_stills(site.production, found_stills))
    wrong = (*_truncated(site.production, found), *same, *_people_in_bug(site, found_stills), *_unfit(site))
    if wrong:
        raise ManifestError(wrong)
    return reels_of(site, _by_reel(found), found_stills)


def require_there(site: Site, timeline: Timeline) -> None:
    """Raise MediaError, naming the lines of the edit, where a file that a cut needs has gone since it was probed."""
    needed: dict[str, dict[str, None]] = {}
    for event, clip in clips_of(timeline):
        if clip.kind in {MediaKind.REEL, MediaKind.STILL}:
            for file in _needed(site, clip):
                needed.setdefault(file, {})[f"{event.source}:{event.line}"] = None
    for file, events in needed.items():
        try:
            site.file(file)
        except MediaError as error:
            lines = list(events)
            more = f" and {len(lines) - _MOST_EVENTS} more" if len(lines) > _MOST_EVENTS else ""
            what = f"{error.what}; the cut needs it for {', '.join(lines[:_MOST_EVENTS])}{more}"
            raise MediaError(what, "put it back as it was, and run again") from error


def _needed(site: Site, clip: Clip) -> tuple[str, ...]:
    manifest = site.production.manifest
    if clip.kind is MediaKind.STILL:
        return (manifest.stills[clip.key].file,)
    return tuple(one.file for one in _files_of(clip.key, manifest.reels[clip.key]))


def _files_of(key: str, reel: Reel) -> Iterator[_Named]:
    for number, file in enumerate(reel.file):
        subject = f"{key} part {number + 1}" if number else key
        yield _Named(key=key, field=f"file.{number}", file=file, subject=subject)
    for number, file in enumerate(reel.sound.file if reel.sound else ()):
        yield _Named(key=key, field=f"sound.file.{number}", file=file, subject=f"{key} sound {number + 1}")


def _by_reel(found: Mapping[_Named, MediaFacts]) -> dict[str, tuple[Files, Files | None]]:
    """Return the files of each reel's picture, and of its separate sound where it has one."""
    reels: dict[str, tuple[Files, Files | None]] = {}
    for key in dict.fromkeys(one.key for one in found):
        lists = []
        for field in ("file", "sound.file"):
            own = [one for one in found if one.key == key and one.field.rpartition(".")[0] == field]
            facts = tuple(found[one] for one in own)
            lists.append(Files(field=field, names=tuple(one.file for one in own), facts=facts) if own else None)
        picture, sound = lists
        if picture is not None:
            reels[key] = (picture, sound)
    return reels


def _digests(site: Site, files: list[str]) -> dict[str, str]:
    paths = [site.file(file) for file in files]
    return dict(zip(files, site.engine.digests(paths), strict=True))


def _request(file: str, digests: dict[str, str]) -> ProbeRequest:
    return ProbeRequest(digest=digests[file], suffix=Path(file).suffix.removeprefix(".").lower())


def _other_people(production: Production, found: Mapping[_Named, MediaFacts]) -> Iterator[Finding]:
    """Refuse one recording under two keys that name different people: the gate could be passed by the other key."""
    first: dict[str, str] = {}
    told: set[tuple[str, str]] = set()
    for one, facts in found.items():
        other = first.setdefault(facts.digest, one.key)
        people = {name: frozenset(production.manifest.reels[name].people or ()) for name in (one.key, other)}
        if people[one.key] != people[other] and (one.key, other) not in told:
            told.add((one.key, other))
            shared = f" ({one.file})" if _has_several(production, one.key) or _has_several(production, other) else ""
            what = f"{one.key} and {other} are the same recording{shared} and do not name the same people"
            yield production.finding(MANIFEST_FILE, f"reels.{one.key}.people", what, "name them under both")


def _other_people_in_stills(production: Production, found: Mapping[str, StillFacts]) -> Iterator[Finding]:
    """Refuse one picture under two keys that name different people, as `_other_people` does."""
    first: dict[str, str] = {}
    stills = production.manifest.stills
    for key, facts in found.items():
        other = first.setdefault(facts.digest, key)
        if frozenset(stills[key].people or ()) != frozenset(stills[other].people or ()):
            what = f"{key} and {other} are the same picture and do not name the same people"
            yield production.finding(MANIFEST_FILE, f"stills.{key}.people", what, "name them under both")


def _people_in_bug(site: Site, found: Mapping[str, StillFacts]) -> Iterator[Finding]:
    """Refuse a bug that is the picture of a still with people: it stands in every frame, and no gate asks who is in it."""
    bug = site.production.film.bug
    if bug is None or not found:
        return
    (digest,) = site.engine.digests([site.file(bug.file)])
    for key, facts in found.items():
        people = site.production.manifest.stills[key].people
        if facts.digest == digest and people:
            what = f"the bug is the same picture as still {key}, which shows {listed(people)}"
            yield site.production.finding(
                FILM_FILE, "bug.file", what, "take a picture in which no one can be recognised"
            )


def _unfit(site: Site) -> Iterator[Finding]:
    """Refuse a bug that is no picture and a font that is no font: they would be met only after hours of work."""
    for field, what, cure in site.tools.unfit_fonts():
        yield site.production.finding(FILM_FILE, field, what, cure)
    bug = site.production.film.bug
    if bug is None:
        return
    try:
        site.engine.run(PROBE_STILL, site.tools.still_probe, "bug", _request(bug.file, _digests(site, [bug.file])))
    except MediaError as error:
        yield site.production.finding(FILM_FILE, "bug.file", f"{bug.file}: {error.what}", error.cure)


def _has_several(production: Production, key: str) -> bool:
    reel = production.manifest.reels[key]
    return len(reel.file) > 1 or reel.sound is not None


def _truncated(production: Production, found: Mapping[_Named, MediaFacts]) -> Iterator[Finding]:
    if production.film.allow_truncated:
        return
    for one, facts in found.items():
        if facts.expected_duration is None:
            continue
        expected, holds = float(facts.expected_duration), float(facts.duration)
        yield production.finding(
            MANIFEST_FILE,
            f"reels.{one.key}.{one.field}",
            what=f"{one.file} says it lasts {expected:.2f} s and holds {holds:.2f} s",
            cure="copy it again from the card, or write 'allow_truncated: true' into film.yaml",
        )
