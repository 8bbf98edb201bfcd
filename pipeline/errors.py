"""What can go wrong on the road, and the exit code each phase has.

    PipelineError
      UsageError        the command line asks for what there is not    exit 2
      TimelineError     an edit cannot be played as written            exit 4
      GateError         subtitles are less finished than asked          exit 5
      ConsentError      a person has not agreed to this use             exit 6
      StageError        a stage failed while carried out                exit 1
        ToolError       a program or library failed
          ToolMissing   it is not installed
        MediaError      a file cannot be read, or is shorter than it says
        StoreError      the store cannot be read or written
      BusyError         another run holds the film folder               exit 1

`footage_manifest.findings.ManifestError` (exit 3) stands beside these. `engine.run` turns what a tool raises into a
`StageError`; `cli.answering` alone turns any of them into an exit code. All carry data and survive pickling.
"""

from collections.abc import Sequence
from enum import IntEnum

from footage_manifest.findings import Finding


class ExitCode(IntEnum):
    """What the command's exit status means."""

    OK = 0
    STAGE = 1
    USAGE = 2
    MANIFEST = 3
    CUT = 4
    SUBTITLES = 5
    CONSENT = 6
    INTERRUPTED = 130


class PipelineError(Exception):
    """Base of every error of this package; `exit_code` is the phase's."""

    exit_code = ExitCode.STAGE


class UsageError(PipelineError):
    """The command line asks for something that there is not: `what`, and the cure."""

    exit_code = ExitCode.USAGE

    def __init__(self, what: str, cure: str) -> None:
        self.what = what
        self.cure = cure
        super().__init__(what, cure)

    def __str__(self) -> str:
        """Return one line: what is wrong, what to do."""
        return f"{self.what}; {self.cure}"


class FindingsError(PipelineError):
    """A refusal that consists of findings, all of one phase."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(str(finding) for finding in self.findings))

    def __reduce__(self) -> tuple[type["FindingsError"], tuple[tuple[Finding, ...]]]:
        """Keep the findings across process boundaries."""
        return type(self), (self.findings,)


class TimelineError(FindingsError):
    """A cut cannot be read, relinked or played as written."""

    exit_code = ExitCode.CUT


class GateError(FindingsError):
    """Subtitles that a deliverable needs are missing or less finished than the film's gate asks."""

    exit_code = ExitCode.SUBTITLES


class ConsentError(FindingsError):
    """A person seen or heard has not agreed to this use, or asked for a protection that is not built yet."""

    exit_code = ExitCode.CONSENT


class StageError(PipelineError):
    """A stage failed: `what` says it in plain words, `cure` what to do; `stage` and `subject` are set by the engine."""

    def __init__(self, what: str, cure: str = "", *, stage: str = "", subject: str = "") -> None:
        self.what = what
        self.cure = cure
        self.stage = stage
        self.subject = subject
        super().__init__(what, cure)

    def __str__(self) -> str:
        """Return one line: stage and subject where known, what happened, what to do."""
        place = " ".join(part for part in (self.stage, self.subject) if part)
        text = f"{place}: {self.what}" if place else self.what
        return f"{text}; {self.cure}" if self.cure else text

    def __reduce__(self) -> tuple[object, ...]:
        """Keep the fields across process boundaries."""
        return _rebuild, (type(self), dict(self.__dict__))


class ToolError(StageError):
    """A program or library failed; `argv` is what was started (empty for a library), `stderr_tail` its last lines."""

    def __init__(  # noqa: PLR0913 - data of one failure, all named
        self,
        what: str,
        cure: str = "",
        *,
        argv: Sequence[str] = (),
        exit_status: int | None = None,
        stderr_tail: str = "",
        stage: str = "",
        subject: str = "",
    ) -> None:
        super().__init__(what, cure, stage=stage, subject=subject)
        self.argv = tuple(argv)
        self.exit_status = exit_status
        self.stderr_tail = stderr_tail


class ToolMissing(ToolError):
    """A program, model or library that was asked for by name is not installed; the cure says how to get it."""


class MediaError(StageError):
    """A media file cannot be read, or holds less than it declares."""


class StoreError(StageError):
    """The store cannot be read or written: a full disk, a changed object, a folder that may not be written."""


class BusyError(PipelineError):
    """Another run holds the film folder; `holder` says which process on which host."""

    def __init__(self, holder: str) -> None:
        self.holder = holder
        super().__init__(f"this film folder is in use by {holder}; wait for it to end, or end it")

    def __reduce__(self) -> tuple[type["BusyError"], tuple[str]]:
        """Keep the holder across process boundaries."""
        return type(self), (self.holder,)


def _rebuild(kind: type[StageError], fields: dict[str, object]) -> StageError:
    error = kind.__new__(kind)
    Exception.__init__(error, fields["what"], fields["cure"])
    error.__dict__.update(fields)
    return error
