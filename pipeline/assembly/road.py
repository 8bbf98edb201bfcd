"""The road, in order, from the check of a film's files to the deliverables of its cuts (`options.Step` names the steps)."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from footage_manifest.check import check_production
from footage_manifest.findings import Finding, ManifestError, Severity
from footage_manifest.load import load_production
from footage_manifest.model import FILM_FILE, Production
from footage_manifest.wording import shown
from pipeline.assembly import (
    captions,
    cut_subtitles,
    edits,
    graphics,
    handover,
    outputs,
    publish,
    ready_cuts,
    render,
    report,
    speakers,
    survey,
    words,
)
from pipeline.assembly import sound as sounding
from pipeline.assembly.captions import CutCaptions, FilmWords
from pipeline.assembly.edits import ReadyCut
from pipeline.assembly.handover import strangers
from pipeline.assembly.options import CutOutcome, RunOptions, RunOutcome, Step, code_of
from pipeline.assembly.outputs import Output
from pipeline.assembly.own_folder import own_folder
from pipeline.assembly.paper_report import joint_pictures
from pipeline.assembly.preview_file import remove_preview
from pipeline.assembly.printed_names import require_unspoken
from pipeline.assembly.site import Site
from pipeline.assembly.sound import Sounded
from pipeline.assembly.toolbox import Toolbox
from pipeline.engine import run as engine
from pipeline.errors import ConsentError, PipelineError, StageError, UsageError
from pipeline.ports.work import Progress
from pipeline.stages.media import Media
from pipeline.timeline.model import Timeline
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
    with _opened(options, production, progress) as site:
        try:
            outcome = _travel(site, names)
        except engine.WouldRun as ahead:
            outcome = RunOutcome(would_run=tuple(f"{ahead.stage} {subject}" for subject in ahead.subjects))
        return replace(outcome, findings=(*warnings, *outcome.findings), decisions=tuple(site.engine.decisions))


@contextmanager
def opened(options: RunOptions, progress: Progress) -> Iterator[Site]:
    """Give the site of a film that may be used, holding its lock while inside. Raises as `run`."""
    options = replace(options, folder=options.folder.resolve())
    production, _ = _loaded(options)
    _chosen(production, options)
    with _opened(options, production, progress) as site:
        yield site


@contextmanager
def _opened(options: RunOptions, production: Production, progress: Progress) -> Iterator[Site]:
    chosen = engine.Options(
        jobs=options.jobs, dry_run=options.dry_run, refresh=options.refresh, rehash=options.rehash, only=_only(options)
    )
    with engine.opened(options.folder, progress, chosen) as opened_engine:
        yield Site(
            folder=options.folder,
            production=production,
            options=options,
            engine=opened_engine,
            tools=Toolbox(production.film, options.folder),
            progress=progress,
        )


def _loaded(options: RunOptions) -> tuple[Production, tuple[Finding, ...]]:
    loaded = load_production(options.folder)
    found = (*loaded.warnings, *check_production(options.folder, loaded.production))
    found = (*found, *_unknown_style(loaded.production), *strangers(options.folder, loaded.production))
    found = (*found, *cut_subtitles.strangers(options.folder, loaded.production))
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
                f"--cut: there is no cut {shown(name)}", f"{FILM_FILE} has: {', '.join(production.film.cuts) or 'none'}"
            )
    known = frozenset[str]().union(*STAGES_OF.values())
    for stage in sorted(options.refresh - known):
        raise UsageError(f"--refresh: there is no stage {shown(stage)}", f"there are: {', '.join(sorted(known))}")
    return options.cuts or tuple(production.film.cuts)


def _only(options: RunOptions) -> frozenset[str] | None:
    return None if options.only is None else STAGES_OF[options.only]


_PROBING = frozenset({"probe", "probe-still", "sync", "find-ends"})
_CONFORM = frozenset(
    {"draw", "draw-card", "draw-overlay", "find-copy", "copy", "conform", "level", "mix", "master", "encode-sound"}
)

STAGES_OF: Mapping[Step, frozenset[str]] = {
    Step.CHECK: frozenset(),
    Step.PROBE: _PROBING,
    Step.TIMELINE: _PROBING,
    Step.RELINK: _PROBING,
    Step.CLEAR: _PROBING,
    Step.TRANSCRIBE: frozenset({"find-speech", "tell-turns", "transcribe", "voice-prints", "voices", "sound-levels"}),
    Step.DRAFT: frozenset(),
    Step.TRANSLATE: frozenset({"translate"}),
    Step.HANDOVER: frozenset(),
    Step.CONFORM: _CONFORM,
    Step.RETIME: frozenset(),
    Step.DELIVER: _CONFORM | {"join", "encode-pcm", "deliver", "sound-levels"},
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
        speakers.listen(site, media, heard.reels)
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
            cut = ready_cuts.ready(site, name, media)
            own = edits.site_of(site, cut)
            outputs.outputs(own.production, name)  # refused before an hour is spent
            if site.options.reaches(Step.CLEAR):
                cut = replace(cut, warnings=(*cut.warnings, *graphics.names(own, cut).findings))
            found.append(cut)
        except (PipelineError, ManifestError) as error:
            if isinstance(error, ConsentError) and site.options.reaches(Step.TRANSCRIBE):  # not for a check
                remove_preview(site, name)
            refused.append(_failed(name, error))
    done = () if site.options.reaches(Step.CONFORM) else tuple(CutOutcome(cut=cut.name) for cut in found)
    return tuple(found), (*refused, *done)


def _to_hear(site: Site, ready: Iterable[ReadyCut]) -> tuple[str, ...]:
    """Return the reels that get subtitles: all speech, or with `--cut` only what the chosen cuts use."""
    speech = words.spoken_reels(site)
    if not site.options.cuts:
        return speech
    used = frozenset[str]().union(*(edits.keys_used(one) for cut in ready for one in _whole(cut)))
    return tuple(key for key in speech if key in used)


def _whole(cut: ReadyCut) -> tuple[Timeline, ...]:
    """Return a cut with each of its narrations."""
    return tuple(cut.timeline_with(narration) for narration in (None, *cut.cut.narration))


def _rendered(site: Site, ready: tuple[ReadyCut, ...], media: Media, heard: FilmWords) -> list[CutOutcome]:
    outcomes = []
    for cut in ready:
        try:
            outcomes.append(_render(edits.site_of(site, cut), cut, media, heard))
        except (PipelineError, ManifestError, SubtitleError) as error:
            outcomes.append(_failed(cut.name, error))
    return outcomes


def _render(site: Site, cut: ReadyCut, media: Media, heard: FilmWords) -> CutOutcome:
    for whole in _whole(cut):
        survey.require_there(site, whole)
    planned = outputs.outputs(site.production, cut.name)
    if site.options.last is not Step.DELIVER and site.options.only is not Step.RETIME:
        job = render.Job(site=site, ready=cut, media=media)
        render.conform(job, [one for one in planned if not one.burn_in and not one.stamped])
        _sounds(site, cut, media, planned)
    if not site.options.reaches(Step.RETIME):
        return CutOutcome(cut=cut.name)
    heard.require(cut)
    subtitles = _subtitles(site, cut, heard, planned)
    for whole in _whole(cut):
        edits.clear(site, cut.name, whole)
    require_unspoken(site, cut, subtitles.values())
    problems = tuple(dict.fromkeys(str(finding) for one in subtitles.values() for finding in one.findings))
    if not site.options.reaches(Step.DELIVER):
        return CutOutcome(cut=cut.name, problems=problems)
    job = render.Job(
        site=site,
        ready=cut,
        media=media,
        sounds=_sounds(site, cut, media, planned),
        subtitles=subtitles,
        spoken={key: reel.language for key, reel in heard.reels.items()},
    )
    outcome = _delivered(job, planned)
    return replace(outcome, problems=problems)


def _delivered(job: render.Job, planned: tuple[Output, ...]) -> CutOutcome:
    """Make every film and put the folder in its place.

    Review copies come last: they carry the delivery's number, and that says whether the rest differs from what lies there.
    """
    site, cut = job.site, job.ready
    wanted = render.wanted(planned, job.subtitles)
    films = render.films(job, [one for one in wanted if not one.stamped])
    if site.options.dry_run:
        return CutOutcome(cut=cut.name)
    texts = publish.texts(site, cut, tuple(dict.fromkeys(one.version for one in planned)), job.subtitles)
    texts |= joint_pictures(site, cut, job.media)
    number = publish.next_number(site, cut, films, texts)
    films = {**films, **render.films(job, [one for one in wanted if one.stamped], number)}
    left_out = publish.left_out(site, cut, planned, job.subtitles)
    said = report.report(job, wanted, films, number, left_out)
    return publish.publish(
        site, cut, publish.Delivery(films=films, texts=texts, report=said, number=number, left_out=left_out)
    )


def _sounds(site: Site, cut: ReadyCut, media: Media, planned: Iterable[Output]) -> dict[str | None, Sounded]:
    narrations = dict.fromkeys(one.version.narration for one in planned)
    return {narration: sounding.sound(site, cut, media, narration) for narration in narrations}


def _subtitles(site: Site, cut: ReadyCut, heard: FilmWords, planned: Iterable[Output]) -> dict[str | None, CutCaptions]:
    """Return the subtitles of a cut by the narration that is heard in it: a narrator's words are subtitled like any."""
    film = site.production.film
    style = STYLES[film.subtitles.style]
    own = cut_subtitles.own_subtitles(site, cut)
    made: dict[str | None, CutCaptions] = {}
    for narration in dict.fromkeys(one.version.narration for one in planned):
        whole = replace(cut, timeline=cut.timeline_with(narration))
        made[narration] = captions.captions(film, whole, heard.reels, style, own)
    cut_subtitles.keep_states(site, cut.name, next(iter(made.values())).own_states)
    return made


def _failed(name: str, error: PipelineError | ManifestError | SubtitleError) -> CutOutcome:
    findings = () if isinstance(error, StageError) else getattr(error, "findings", ())
    return CutOutcome(
        cut=name, exit_code=code_of(error), problems=tuple(str(error).splitlines()), findings=tuple(findings)
    )


def _in_order(outcomes: Iterable[CutOutcome], names: tuple[str, ...]) -> tuple[CutOutcome, ...]:
    return tuple(sorted(outcomes, key=lambda outcome: names.index(outcome.cut)))
