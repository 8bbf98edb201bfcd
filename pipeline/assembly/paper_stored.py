"""A film as it is stored, for whoever looks at a paper edit without making anything: the page, commands that show."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from footage_manifest.findings import Finding, ManifestError
from footage_manifest.media import MediaFacts
from footage_manifest.model import Production
from pipeline.assembly import survey
from pipeline.assembly.options import RunOptions, Step
from pipeline.assembly.paper_words import withdrawn_people
from pipeline.assembly.site import Site
from pipeline.assembly.toolbox import Toolbox
from pipeline.engine import run as engine
from pipeline.errors import PipelineError
from pipeline.ports.work import Progress
from pipeline.stages.media import Media, SoundPart
from pipeline.timeline.paper_model import Entry, Music, Narration, PaperEdit, Picture, Quote

_SOON_READ_BYTES = 256 << 20
"""Files of this size in all are read while somebody waits; larger ones only where their digests are remembered."""


@contextmanager
def stored_site(folder: Path, production: Production, progress: Progress) -> Iterator[Site]:
    """Give the site of a film as a dry run has it: without its lock, and nothing is made."""
    folder = folder.resolve()
    options = RunOptions(folder=folder, to=Step.TRANSCRIBE, dry_run=True)
    with engine.opened(folder, progress, engine.Options(dry_run=True)) as opened:
        tools = Toolbox(production.film, folder)
        yield Site(folder=folder, production=production, options=options, engine=opened, tools=tools, progress=progress)


def looked_at(site: Site, edit: PaperEdit) -> tuple[Media, list[Finding]]:
    """Return the facts of the reels that a paper edit names, and an error for each line that names one without any."""
    facts: dict[str, MediaFacts] = {}
    sounds: dict[str, tuple[SoundPart, ...]] = {}
    why: dict[str, tuple[str, str]] = {}
    findings: list[Finding] = []
    hidden = tuple(key for key in site.production.manifest.reels if withdrawn_people(site.production, key))
    for line, key in named_reels(site.production, edit):
        if key not in facts and key not in why:
            try:
                media = _survey(site, key, hidden)
            except engine.WouldRun:
                why[key] = (f"nobody has looked at {key} yet", "testimonio check does that")
            except (PipelineError, ManifestError) as error:
                why[key] = (f"{key} cannot be used: {str(error).splitlines()[0]}", "testimonio check says more")
            else:
                facts[key] = media.reels[key]
                sounds |= {key: media.sounds[key]} if key in media.sounds else {}
        if key in why:
            what, cure = why[key]
            findings.append(Finding(file=edit.file, line=line, what=what, cure=cure))
    return Media(reels=facts, stills={}, sounds=sounds), list(dict.fromkeys(findings))


def _survey(site: Site, key: str, hidden: tuple[str, ...]) -> Media:
    """Return the facts of a reel. Never without those of people who withdrew: the same recording may have another key.

    Raises WouldRun where nobody has looked at it, or it would be read in full for longer than anybody waits.
    """
    keys = tuple(dict.fromkeys((key, *(one for one in hidden if _is_there(site, one)))))
    files = [file for one in keys for file in _files(site, one)]
    if sum(file.stat().st_size for file in files) > _SOON_READ_BYTES and not site.engine.remembers(files):
        raise engine.WouldRun("probe", [key])
    return survey.survey(site, keys, ())


def _files(site: Site, key: str) -> list[Path]:
    reel = site.production.manifest.reels[key]
    return [site.file(name) for name in (*reel.file, *(reel.sound.file if reel.sound else ()))]


def _is_there(site: Site, key: str) -> bool:
    try:
        _files(site, key)
    except PipelineError:
        return False
    return True


def named_reels(production: Production, edit: PaperEdit) -> Iterator[tuple[int, str]]:
    """Yield the line and key of every reel of the manifest that a paper edit names."""
    for entry in edit.entries:
        for key in _keys(entry):
            if key in production.manifest.reels:
                yield entry.line, key


def _keys(entry: Entry) -> tuple[str, ...]:
    match entry:
        case Quote() | Narration():
            return (entry.reel, *(one.key for one in entry.over))
        case Picture():
            return (entry.key,)
        case Music():
            return (entry.reel,)
    return ()
