"""probe: facts of every file of the film, once; and whether each is still there before anything is rendered from it."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from footage_manifest.findings import Finding, ManifestError
from footage_manifest.media import MediaFacts
from footage_manifest.model import MANIFEST_FILE, Production
from pipeline.assembly.edits import clips_of
from pipeline.assembly.site import Site
from pipeline.errors import MediaError
from pipeline.ports.media import ProbeRequest
from pipeline.stages.media import Media
from pipeline.stages.probe import PROBE, PROBE_STILL
from pipeline.timeline.model import Clip, MediaKind, Timeline

_MOST_EVENTS = 5


def survey(site: Site, reels: Iterable[str], stills: Iterable[str]) -> Media:
    """Return the facts of the named reels and stills.

    Raises MediaError for a file that cannot be read, ManifestError for media that hold less than they declare, unless the
    film says `allow_truncated: true`.
    """
    manifest = site.production.manifest
    reel_files = {key: manifest.reels[key].file[0] for key in reels}
    still_files = {key: manifest.stills[key].file for key in stills}
    digests = _digests(site, [*reel_files.values(), *still_files.values()])
    reel_facts = site.engine.map(
        PROBE, site.tools.media_probe, [(key, _request(file, digests)) for key, file in reel_files.items()]
    )
    still_facts = site.engine.map(
        PROBE_STILL, site.tools.still_probe, [(key, _request(file, digests)) for key, file in still_files.items()]
    )
    found = dict(zip(reel_files, reel_facts, strict=True))
    _refuse_truncated(site.production, found)
    _refuse_other_people(site.production, found)
    return Media(reels=found, stills=dict(zip(still_files, still_facts, strict=True)))


def require_there(site: Site, timeline: Timeline) -> None:
    """Raise MediaError, naming the lines of the edit, where a file that a cut needs has gone since it was probed."""
    needed: dict[str, dict[str, None]] = {}
    for event, clip in clips_of(timeline):
        if clip.kind is not MediaKind.BLACK:
            needed.setdefault(_file_of(site, clip), {})[f"{event.source}:{event.line}"] = None
    for file, events in needed.items():
        try:
            site.file(file)
        except MediaError as error:
            lines = list(events)
            more = f" and {len(lines) - _MOST_EVENTS} more" if len(lines) > _MOST_EVENTS else ""
            what = f"{error.what}; the cut needs it for {', '.join(lines[:_MOST_EVENTS])}{more}"
            raise MediaError(what, "put it back as it was, and run again") from error


def _file_of(site: Site, clip: Clip) -> str:
    manifest = site.production.manifest
    return manifest.reels[clip.key].file[0] if clip.kind is MediaKind.REEL else manifest.stills[clip.key].file


def _digests(site: Site, files: list[str]) -> dict[str, str]:
    paths = [site.file(file) for file in files]
    return dict(zip(files, site.engine.digests(paths), strict=True))


def _request(file: str, digests: dict[str, str]) -> ProbeRequest:
    return ProbeRequest(digest=digests[file], suffix=Path(file).suffix.removeprefix(".").lower())


def _refuse_other_people(production: Production, found: Mapping[str, MediaFacts]) -> None:
    """Refuse one recording under two keys that name different people: the gate could be passed by the other key."""
    first: dict[str, str] = {}
    wrong = []
    for key, facts in found.items():
        other = first.setdefault(facts.digest, key)
        people = {name: frozenset(production.manifest.reels[name].people or ()) for name in (key, other)}
        if people[key] != people[other]:
            what = f"{key} and {other} are the same recording and do not name the same people"
            wrong.append(production.finding(MANIFEST_FILE, f"reels.{key}.people", what, "name them under both"))
    if wrong:
        raise ManifestError(tuple(wrong))


def _refuse_truncated(production: Production, found: dict[str, MediaFacts]) -> None:
    if production.film.allow_truncated:
        return
    short = [_short(production, key, facts) for key, facts in found.items() if facts.expected_duration is not None]
    if short:
        raise ManifestError(tuple(short))


def _short(production: Production, key: str, facts: MediaFacts) -> Finding:
    file = production.manifest.reels[key].file[0]
    expected, found = float(facts.expected_duration or 0), float(facts.duration)
    return production.finding(
        MANIFEST_FILE,
        f"reels.{key}.file.0",
        what=f"{file} says it lasts {expected:.2f} s and holds {found:.2f} s",
        cure="copy it again from the card, or write 'allow_truncated: true' into film.yaml",
    )
