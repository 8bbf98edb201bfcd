"""What a run is asked for, and what it says afterwards."""

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from footage_manifest.findings import Finding, ManifestError
from pipeline.engine.explain import Decision
from pipeline.errors import ExitCode, PipelineError
from subtitles.errors import SubtitleError


class Step(StrEnum):
    """The stretches of the road, in order."""

    CHECK = "check"
    PROBE = "probe"
    TIMELINE = "timeline"
    RELINK = "relink"
    CLEAR = "clear"
    TRANSCRIBE = "transcribe"
    DRAFT = "draft"
    TRANSLATE = "translate"
    HANDOVER = "handover"
    CONFORM = "conform"
    RETIME = "retime"
    DELIVER = "deliver"


ORDER = tuple(Step)


def code_of(error: ManifestError | SubtitleError | PipelineError) -> ExitCode:
    """Return the exit code of the phase that an error belongs to."""
    if isinstance(error, ManifestError):
        return ExitCode.MANIFEST
    return ExitCode.SUBTITLES if isinstance(error, SubtitleError) else error.exit_code


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """What is asked for.

    No `cuts` means all of them. `to` is the last step done. `only` does one step from what is stored and refuses where an
    earlier step has something to do. `refresh` names stages that are done again although their result is stored.
    """

    folder: Path
    cuts: tuple[str, ...] = ()
    to: Step = Step.DELIVER
    only: Step | None = None
    jobs: int = 1
    dry_run: bool = False
    refresh: frozenset[str] = frozenset()
    rehash: bool = False
    today: dt.date = field(default_factory=dt.date.today)

    @property
    def last(self) -> Step:
        """Return the last step that is done."""
        return self.only or self.to

    def reaches(self, step: Step) -> bool:
        """Return whether the run goes as far as `step`."""
        return ORDER.index(step) <= ORDER.index(self.last)


@dataclass(frozen=True, slots=True, kw_only=True)
class CutOutcome:
    """How one cut ended: what lies where, or why not. `previous` is where the delivery before this one was kept."""

    cut: str
    exit_code: ExitCode = ExitCode.OK
    folder: str = ""
    files: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    unchanged: bool = False
    previous: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOutcome:
    """How a run ended. `would_run` is what a dry run found to do first."""

    cuts: tuple[CutOutcome, ...] = ()
    findings: tuple[Finding, ...] = ()
    would_run: tuple[str, ...] = ()
    decisions: tuple[Decision, ...] = ()

    @property
    def exit_code(self) -> ExitCode:
        """Return 0, or the code of the first failing phase in road order."""
        road = (ExitCode.MANIFEST, ExitCode.CUT, ExitCode.CONSENT, ExitCode.SUBTITLES, ExitCode.STAGE)
        codes = {cut.exit_code for cut in self.cuts}
        return next((code for code in road if code in codes), ExitCode.OK)
