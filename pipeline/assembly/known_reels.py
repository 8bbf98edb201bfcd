"""What is known of a film's reels beside their subtitles: words that were heard, shot changes that were found."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from footage_manifest import consent
from footage_manifest.findings import ManifestError
from footage_manifest.model import Production
from pipeline.assembly import survey, words
from pipeline.assembly.options import RunOptions, Step
from pipeline.assembly.site import Site
from pipeline.assembly.toolbox import Toolbox
from pipeline.engine import run as engine
from pipeline.errors import PipelineError
from pipeline.ports.work import Progress
from pipeline.stages.media import Media
from pipeline.stages.shots import SHOTS, SeenPart, of_reel, seen
from pipeline.tools.machine import usable_cores
from subtitles.errors import SubtitleError
from subtitles.transcript import Word


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownReel:
    """The words of a reel and its shot changes, in SOURCE milliseconds; empty where they are not known."""

    words: tuple[Word, ...] = ()
    shots_ms: tuple[int, ...] = ()


def withdrawn(production: Production, key: str) -> tuple[str, ...]:
    """Return who of a reel's people has withdrawn consent: nothing of theirs is worked on (rule 22)."""
    manifest = production.manifest
    people = manifest.reels[key].people or ()
    return tuple(one for one in people if not consent.may_process(one, manifest.people.get(one)).allowed)


def stored(folder: Path, production: Production, keys: Iterable[str], progress: Progress) -> dict[str, KnownReel]:
    """Return what is stored of the reels `keys`, without making anything; what is not to be had is left out.

    Words and shots are a help for whoever looks at subtitles: without them what can be seen without them is still seen.
    """
    found: dict[str, KnownReel] = {}
    with _site(folder, production, progress, dry=True) as site:
        for key in keys:
            try:
                if not site.engine.remembers(_files_of(site, key)):
                    continue  # new or copied since: it would be read in full, which may take hours
                media = survey.survey(site, (key,), ())
            except (engine.WouldRun, PipelineError, ManifestError):
                continue
            found[key] = KnownReel(words=_words(site, media, key), shots_ms=_shots(site, media, key))
    return found


def with_shots(folder: Path, production: Production, keys: Iterable[str], progress: Progress) -> dict[str, KnownReel]:
    """Return what is known of reels as `stored`, their shot changes looked for where that was not done yet.

    Raises MediaError for a picture that cannot be read, ManifestError as `survey`, BusyError where a run holds the folder.
    """
    asked = tuple(keys)
    with _site(folder, production, progress, dry=False) as site:
        media = survey.survey(site, asked, ())
        named = {key: _named(media, key) for key in asked}
        found = iter(site.engine.map(SHOTS, site.tools.shot_finder, [one for own in named.values() for one in own]))
        shots = {
            key: of_reel([part for _, part in own], [next(found) for _ in own]).changes_ms for key, own in named.items()
        }
    heard = stored(folder, production, asked, progress)
    return {key: KnownReel(words=heard.get(key, KnownReel()).words, shots_ms=shots[key]) for key in asked}


@contextmanager
def _site(folder: Path, production: Production, progress: Progress, *, dry: bool) -> Iterator[Site]:
    options = RunOptions(folder=folder, to=Step.TRANSCRIBE, dry_run=dry, jobs=usable_cores())
    with engine.opened(folder, progress, engine.Options(dry_run=dry, jobs=options.jobs)) as opened:
        tools = Toolbox(production.film, folder)
        yield Site(folder=folder, production=production, options=options, engine=opened, tools=tools, progress=progress)


def _files_of(site: Site, key: str) -> list[Path]:
    reel = site.production.manifest.reels[key]
    return [site.file(name) for name in (*reel.file, *(reel.sound.file if reel.sound else ()))]


def _words(site: Site, media: Media, key: str) -> tuple[Word, ...]:
    try:
        found = words.prepare(site, media, (key,)).reels.get(key)
    except (engine.WouldRun, PipelineError, ManifestError, SubtitleError):
        return ()
    return found.transcript.words if found is not None else ()


def _named(media: Media, key: str) -> list[tuple[str, SeenPart]]:
    """Return the files of a reel's picture with what the search of each is called."""
    return [(key if not number else f"{key} part {number + 1}", part) for number, part in enumerate(seen(media, key))]


def _shots(site: Site, media: Media, key: str) -> tuple[int, ...]:
    named = _named(media, key)
    try:
        found = site.engine.map(SHOTS, site.tools.shot_finder, named)
    except (engine.WouldRun, PipelineError):
        return ()
    return of_reel([part for _, part in named], found).changes_ms
