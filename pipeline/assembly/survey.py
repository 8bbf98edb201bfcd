"""probe: facts of every file of the film, once."""

from collections.abc import Iterable
from pathlib import Path

from footage_manifest.findings import Finding, ManifestError
from footage_manifest.media import MediaFacts
from footage_manifest.model import MANIFEST_FILE, Production
from pipeline.assembly.site import Site
from pipeline.ports.media import ProbeRequest
from pipeline.stages.media import Media
from pipeline.stages.probe import PROBE, PROBE_STILL


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
    return Media(reels=found, stills=dict(zip(still_files, still_facts, strict=True)))


def _digests(site: Site, files: list[str]) -> dict[str, str]:
    paths = [site.folder / file for file in files]
    return dict(zip(files, site.engine.digests(paths), strict=True))


def _request(file: str, digests: dict[str, str]) -> ProbeRequest:
    return ProbeRequest(digest=digests[file], suffix=Path(file).suffix.removeprefix(".").lower())


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
