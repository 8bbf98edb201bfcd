"""The road, in order, from the check of a film's files to the deliverables of its cuts (`options.Step` names the steps)."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from footage_manifest.check import check_production
from footage_manifest.findings import Finding, ManifestError, Severity
from footage_manifest.load import load_production
from footage_manifest.model import FILM_FILE, Production
from footage_manifest.wording import shown
from pipeline.assembly import captions, edits, handover, publish, render, report, survey, words
from pipeline.assembly.captions import FilmWords
from pipeline.assembly.edits import ReadyCut
from pipeline.assembly.handover import strangers
from pipeline.assembly.options import CutOutcome, RunOptions, RunOutcome, Step, code_of
from pipeline.assembly.site import Site, own_folder
from pipeline.assembly.toolbox import Toolbox
from pipeline.engine import run as engine
from pipeline.errors import PipelineError, StageError, UsageError
from pipeline.ports.work import Progress
from pipeline.stages.media import Media
from subtitles.errors import SubtitleError
from subtitles.style import STYLES


def run(options: RunOptions, progress: Progress) -> RunOutcome:
    """Go the road as far as `options` say, for every cut asked for, and return how it ended.

    One cut's failure does not stop the others. Raises UsageError where there is no such cut or stage, ManifestError where
    the film itself cannot be used, BusyError where another run holds the folder, StageError where nothing at all can be
    done.
    """
    options = replace(options, folder=options.folder.resolve())
    production, warnings = _loaded(options)
    names = _chosen(production, options)
    for folder in (handover.FOLDER, *(f"{publish.FOLDER}/{name}" for name in names)):
        own_folder(options.folder, folder)  # refused before an hour is spent
    if not options.reaches(Step.PROBE):
        return RunOutcome(findings=warnings)
    chosen = engine.Options(
        jobs=options.jobs, dry_run=options.dry_run, refresh=options.refresh, rehash=options.rehash, only=_only(options)
    )
    with engine.opened(options.folder, progress, chosen) as opened:
        site = Site(
            folder=options.folder,
            production=production,
            options=options,
            engine=opened,
            tools=Toolbox(production.film, options.folder),
            progress=progress,
        )
        try:
            outcome = _travel(site, names)
        except engine.WouldRun as ahead:
            outcome = RunOutcome(would_run=tuple(f"{ahead.stage} {subject}" for subject in ahead.subjects))
        return replace(outcome, findings=(*warnings, *outcome.findings), decisions=tuple(opened.decisions))


def _loaded(options: RunOptions) -> tuple[Production, tuple[Finding, ...]]:
    loaded = load_production(options.folder)
    found = (*loaded.warnings, *check_production(options.folder, loaded.production))
    found = (*found, *_unknown_style(loaded.production), *strangers(options.folder, loaded.production))
    errors = tuple(finding for finding in found if finding.severity is Severity.ERROR)
    if errors:
        raise ManifestError(errors)
    return loaded.production, found


def _unknown_style(production: Production) -> tuple[Finding, ...]:
    style = production.film.subtitles.style
    if style in STYLES:
        return ()
    what, cure = f"there is no subtitle style '{style}'", f"write one of: {', '.join(STYLES)}"
    return (production.finding(FILM_FILE, "subtitles.style", what, cure),)


def _chosen(production: Production, options: RunOptions) -> tuple[str, ...]:
    for name in options.cuts:
        if name not in production.film.cuts:
            raise UsageError(
                f"--cut: there is no cut {shown(name)}", f"{FILM_FILE} has: {_or_none(production.film.cuts)}"
            )
    known = frozenset[str]().union(*STAGES_OF.values())
    for stage in sorted(options.refresh - known):
        raise UsageError(f"--refresh: there is no stage {shown(stage)}", f"there are: {', '.join(sorted(known))}")
    return options.cuts or tuple(production.film.cuts)


def _or_none(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"


def _only(options: RunOptions) -> frozenset[str] | None:
    return None if options.only is None else STAGES_OF[options.only]


STAGES_OF: Mapping[Step, frozenset[str]] = {
    Step.CHECK: frozenset(),
    Step.PROBE: frozenset({"probe", "probe-still"}),
    Step.TIMELINE: frozenset({"probe", "probe-still"}),
    Step.RELINK: frozenset({"probe", "probe-still"}),
    Step.CLEAR: frozenset({"probe", "probe-still"}),
    Step.TRANSCRIBE: frozenset({"find-speech", "transcribe"}),
    Step.DRAFT: frozenset(),
    Step.TRANSLATE: frozenset({"translate"}),
    Step.HANDOVER: frozenset(),
    Step.CONFORM: frozenset({"conform", "mix", "encode-sound"}),
    Step.RETIME: frozenset(),
    Step.DELIVER: frozenset({"draw", "conform", "join", "mix", "encode-sound", "deliver"}),
}
"""The stages that `--only` lets run for each step; the others must be stored."""


def _travel(site: Site, names: tuple[str, ...]) -> RunOutcome:
    manifest = site.production.manifest
    media = survey.survey(site, manifest.reels, manifest.stills)
    if not site.options.reaches(Step.TIMELINE):
        return RunOutcome()
    ready, outcomes = _ready(site, names, media)
    warnings = tuple(finding for cut in ready for finding in cut.warnings)
    if not site.options.reaches(Step.TRANSCRIBE):
        return RunOutcome(cuts=outcomes, findings=warnings)
    if site.options.only is Step.CONFORM:  # the clean picture and the mix need no words
        heard = FilmWords(reels={}, refused={})
    else:
        heard = words.prepare(site, media, _to_hear(site, ready))
    if site.options.reaches(Step.CONFORM):
        outcomes = (*outcomes, *_rendered(site, ready, media, heard))
    return RunOutcome(cuts=_in_order(outcomes, names), findings=(*warnings, *_untold(heard, outcomes)))


def _untold(heard: FilmWords, outcomes: Iterable[CutOutcome]) -> tuple[Finding, ...]:
    """Return, as warnings, what is wrong with subtitles that no cut of this run needed."""
    told = {finding for cut in outcomes for finding in cut.findings}
    wrong = (finding for error in heard.refused.values() for finding in error.findings)
    return tuple(replace(finding, severity=Severity.WARNING) for finding in wrong if finding not in told)


def _ready(site: Site, names: tuple[str, ...], media: Media) -> tuple[tuple[ReadyCut, ...], tuple[CutOutcome, ...]]:
    """Return the cuts that may be rendered, and how the others ended."""
    found: list[ReadyCut] = []
    refused: list[CutOutcome] = []
    for name in names:
        try:
            found.append(edits.ready(site, name, media))
        except (PipelineError, ManifestError) as error:
            refused.append(_failed(name, error))
    done = () if site.options.reaches(Step.CONFORM) else tuple(CutOutcome(cut=cut.name) for cut in found)
    return tuple(found), (*refused, *done)


def _to_hear(site: Site, ready: Iterable[ReadyCut]) -> tuple[str, ...]:
    """Return the reels that get subtitles: all speech, or with `--cut` only what the chosen cuts use."""
    speech = words.spoken_reels(site)
    if not site.options.cuts:
        return speech
    used = frozenset[str]().union(*(edits.keys_used(cut.timeline) for cut in ready))
    return tuple(key for key in speech if key in used)


def _rendered(site: Site, ready: tuple[ReadyCut, ...], media: Media, heard: FilmWords) -> list[CutOutcome]:
    outcomes = []
    for cut in ready:
        try:
            outcomes.append(_render(site, cut, media, heard))
        except (PipelineError, ManifestError, SubtitleError) as error:
            outcomes.append(_failed(cut.name, error))
    return outcomes


def _render(site: Site, cut: ReadyCut, media: Media, heard: FilmWords) -> CutOutcome:
    survey.require_there(site, cut.timeline)
    if site.options.last is not Step.DELIVER and site.options.only is not Step.RETIME:
        render.conform(site, cut, media, {render.CLEAN: ()})
        render.sound(site, cut, media)
    if not site.options.reaches(Step.RETIME):
        return CutOutcome(cut=cut.name)
    film = site.production.film
    heard.require(cut)
    subtitles = captions.captions(film, cut, heard.reels, STYLES[film.subtitles.style])
    edits.clear(site, cut.name, cut.timeline)
    problems = tuple(str(finding) for finding in subtitles.findings)
    if not site.options.reaches(Step.DELIVER):
        return CutOutcome(cut=cut.name, problems=problems)
    laid = render.overlays(site, cut, subtitles)
    segments = render.conform(site, cut, media, laid)
    spoken = {key: reel.language for key, reel in heard.reels.items()}
    rendered = render.mux(site, cut, segments, render.sound(site, cut, media), subtitles, spoken)
    if site.options.dry_run:
        return CutOutcome(cut=cut.name)
    outcome = publish.publish(site, cut, rendered, subtitles, report.report(site, cut, media, rendered, subtitles))
    return replace(outcome, problems=problems)


def _failed(name: str, error: PipelineError | ManifestError | SubtitleError) -> CutOutcome:
    findings = () if isinstance(error, StageError) else getattr(error, "findings", ())
    return CutOutcome(
        cut=name, exit_code=code_of(error), problems=tuple(str(error).splitlines()), findings=tuple(findings)
    )


def _in_order(outcomes: Iterable[CutOutcome], names: tuple[str, ...]) -> tuple[CutOutcome, ...]:
    return tuple(sorted(outcomes, key=lambda outcome: names.index(outcome.cut)))
