"""timeline, relink, clear: the cuts of a film as timelines that may be shown."""

from dataclasses import replace

from footage_manifest.findings import Finding, ManifestError
from footage_manifest.model import FILM_FILE
from footage_manifest.not_built import not_built
from pipeline.assembly.edits import ReadyCut, clear, keys_used, read_edits, site_with
from pipeline.assembly.options import Step
from pipeline.assembly.paper import PaperCut, is_paper, paper_cut
from pipeline.assembly.paper_places import paper_bytes
from pipeline.assembly.site import Site
from pipeline.errors import TimelineError
from pipeline.stages.find_ends import FIND_ENDS
from pipeline.stages.media import Media
from pipeline.timeline.build import build_timeline
from pipeline.timeline.clear import undeclared
from pipeline.timeline.laid_sound import HeardFrom, Laid, Under, laid_in, laid_sound
from pipeline.timeline.model import Timeline


def ready(site: Site, name: str, media: Media) -> ReadyCut:
    """Return a cut, relinked, built and cleared.

    In a run that does not transcribe, quotes of reels that nobody has listened to have guessed lengths. Raises
    TimelineError where it cannot be played as written, ManifestError where it needs what is not built yet, ConsentError
    where a person in it has not agreed; for a paper edit also as `paper_cut`.
    """
    paper = _paper(site, name, media)
    cut = site.production.film.cuts[name]
    if paper is not None:
        cut = paper.compiled.cut(cut)
        site = site_with(site, name, cut, paper)
    film, manifest = site.production.film, site.production.manifest
    edls = read_edits(site, name) if paper is None else paper.compiled.edls
    try:
        built = build_timeline(name, cut, film, manifest, edls, media.reels)
    except TimelineError as error:
        raise TimelineError([_placed(site, finding) for finding in error.findings]) from None
    timeline = built.timeline
    laid = _laid(site, media, timeline)
    under = tuple(event for events in laid.events.values() for event in events)
    everything = replace(timeline, sound=(*timeline.sound, *under))
    needed = not_built(site.production, name, keys_used(everything))
    if needed:
        raise ManifestError(needed)
    if site.options.reaches(Step.CLEAR):
        clear(site, name, everything)
    of_media = (one for key in sorted(keys_used(everything)) for one in media.warnings.get(key, ()))
    said = paper.findings if paper is not None else ()
    return ReadyCut(
        name=name,
        cut=cut,
        timeline=timeline,
        laid=laid.events,
        warnings=tuple(_placed(site, finding) for finding in (*said, *built.warnings, *of_media, *laid.notes)),
        undeclared=tuple(one.medium for one in undeclared(everything, manifest)),
        paper=paper,
    )


def _paper(site: Site, name: str, media: Media) -> PaperCut | None:
    """Return the paper edit that a cut is, None for any other; a run that transcribes listens to what it quotes."""
    cut = site.production.film.cuts[name]
    if not is_paper(cut):
        return None
    (file,) = cut.source  # beside others it is refused before anything is read
    data = paper_bytes(site.folder, file)
    return paper_cut(site, media, name, cut, file, data, may_make=site.options.reaches(Step.TRANSCRIBE))


def _laid(site: Site, media: Media, timeline: Timeline) -> Laid:
    """Return what film.yaml lays under a cut; reels whose silence is trimmed are listened to. Raises TimelineError."""
    film, manifest = site.production.film, site.production.manifest
    cut = film.cuts[timeline.cut]
    keys = dict.fromkeys(one.reel for _, _, one in laid_in(cut) if one.trim and one.reel in media.reels)
    parts = {key: media.sounds_of(key, manifest.reels[key]) for key in keys}
    ends = site.engine.map(FIND_ENDS, site.tools.silence_trimmer, [(key, own) for key, own in parts.items() if own])
    found = dict(zip((key for key, own in parts.items() if own), ends, strict=True))
    under = Under(
        cut=cut,
        film=film,
        manifest=manifest,
        timeline=timeline,
        facts=media.reels,
        trimmed={key: HeardFrom(first_ms=one.first_ms, last_ms=one.last_ms) for key, one in found.items()},
        line_of=lambda field: site.production.place(FILM_FILE, field)[0] or 1,
    )
    try:
        return laid_sound(under)
    except TimelineError as error:
        raise TimelineError([_placed(site, finding) for finding in error.findings]) from None


def _placed(site: Site, finding: Finding) -> Finding:
    """Return a finding about one of the two YAML files with its line, which the timeline does not know."""
    if finding.line is not None or not finding.field:
        return finding
    line, column = site.production.place(finding.file, finding.field)
    return replace(finding, line=line, column=column)
