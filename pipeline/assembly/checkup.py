"""`testimonio check`: everything that is wrong with a film's files, all at once, before any work is done."""

from dataclasses import dataclass, replace
from pathlib import Path

from footage_manifest.findings import Finding, ManifestError, Severity
from footage_manifest.load import load_production
from footage_manifest.model import Production
from footage_manifest.paths import inside
from footage_manifest.wording import Refusal
from pipeline.assembly import heard_names, road, sending
from pipeline.assembly.cut_files import read_edit
from pipeline.assembly.handover import read_track
from pipeline.assembly.options import RunOptions, Step
from pipeline.assembly.paper import is_paper
from pipeline.assembly.people_files import MOST_BYTES, content_of
from pipeline.errors import ExitCode, FindingsError, StageError, TimelineError
from pipeline.ports.work import Progress
from pipeline.timeline.paper_text import read_paper
from subtitles.errors import SubtitleError


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a check found, errors first in road order, and the exit code of the first phase with an error."""

    findings: tuple[Finding, ...]
    exit_code: ExitCode


def check(folder: Path, progress: Progress) -> Checked:
    """Return what is wrong with the film in `folder`.

    The two files and the glossary, every EDL, every cut as far as the consent gate (for which media are probed), and every
    subtitle file that people have. Raises BusyError where a run holds the folder.
    """
    options = RunOptions(folder=folder.resolve(), to=Step.CLEAR)
    try:
        outcome = road.run(options, progress)
    except ManifestError as error:
        found = dict.fromkeys((*error.findings, *_edits(options.folder), *_subtitles(options.folder)))
        return Checked(findings=tuple(found), exit_code=ExitCode.MANIFEST)
    except FindingsError as error:
        return Checked(findings=error.findings, exit_code=error.exit_code)
    except StageError as error:
        return Checked(
            findings=(Finding(file=error.subject or options.folder.name, what=error.what, cure=error.cure),),
            exit_code=error.exit_code,
        )
    subtitles = (*_subtitles(options.folder), *_sent(options), *_names(options.folder, progress))
    refused = tuple(finding for cut in outcome.cuts for finding in cut.findings)
    code = outcome.exit_code
    if code is ExitCode.OK and any(finding.severity is Severity.ERROR for finding in subtitles):
        code = ExitCode.SUBTITLES
    return Checked(findings=tuple(dict.fromkeys((*refused, *subtitles, *outcome.findings))), exit_code=code)


def _sent(options: RunOptions) -> tuple[Finding, ...]:
    """Return what a run would send to outside services."""
    return sending.findings(options.folder, load_production(options.folder).production, options.today)


def _names(folder: Path, progress: Progress) -> tuple[Finding, ...]:
    """Return where names may have been heard wrongly, as far as anything was heard yet."""
    return heard_names.findings(heard_names.open_names(folder, load_production(folder).production, progress))


def _edits(folder: Path) -> tuple[Finding, ...]:
    """Return what is wrong with the edits of a film whose manifest is refused, as far as the film says what they are."""
    try:
        film = load_production(folder).production.film
    except ManifestError:
        return ()
    found: list[Finding] = []
    for cut in film.cuts.values():
        for file in cut.source:
            try:
                data = content_of(inside(folder, file), name=file, most_bytes=MOST_BYTES)
                if is_paper(cut):
                    read_paper(data, file=file, languages=film.languages)
                else:
                    read_edit(data, file=file, clock=film.timeline.clock)
            except (TimelineError, SubtitleError) as error:
                found.extend(error.findings)
            except Refusal:
                continue  # the manifest's own findings say what is there instead
    return tuple(dict.fromkeys(found))


def _subtitles(folder: Path) -> tuple[Finding, ...]:
    """Return what is wrong with the subtitle files of a film; nothing where the film cannot be told."""
    try:
        production: Production = load_production(folder).production
    except ManifestError:
        return ()
    found: list[Finding] = []
    for reel in production.manifest.reels:
        for language in production.film.languages:
            try:
                track = read_track(folder, reel, language)
            except SubtitleError as error:
                found.extend(error.findings)
            else:
                found.extend(replace(one, severity=Severity.WARNING) for one in (track.findings if track else ()))
    return tuple(found)
