"""What went wrong elsewhere in the program, as one of the sentences that the page has in each of its languages."""

from collections.abc import Sequence

from footage_manifest.findings import Finding, ManifestError
from pipeline.assembly.review_desk_answers import Denied, Problem, Refused, Why
from pipeline.errors import BusyError, FindingsError, PipelineError, StageError, StoreError
from subtitles.errors import SubtitleError

_MOST_LETTERS = 400


def problem_of(error: BaseException) -> Problem:
    """Return what to say of an error: the file and the line where one is meant, and what the program says of it."""
    if isinstance(error, Refused):
        return error.said
    if isinstance(error, (ManifestError, SubtitleError, FindingsError)) and error.findings:
        return of_findings(error.findings)
    if isinstance(error, StageError) and error.subject and not isinstance(error, StoreError):
        fields = {"subject": error.subject, "detail": error.what}
        return Problem(why=Why.MEDIA_PROBLEM, text=_first_line(error), fields=fields)
    return _of_a_line(error, _first_line(error))


def _of_a_line(error: BaseException, line: str) -> Problem:
    if isinstance(error, BusyError):
        return Problem(why=Why.TRACK_BUSY, text=line)
    if isinstance(error, (StoreError, OSError)):
        return Problem(why=Why.DISK_PROBLEM, text=line, fields={"detail": line})
    if isinstance(error, PipelineError):
        return Problem(why=Why.PROGRAM_PROBLEM, text=line, fields={"detail": line})
    name = type(error).__name__
    return Problem(why=Why.UNFORESEEN, text=f"something unforeseen happened ({name})", fields={"detail": name})


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [""])[0][:_MOST_LETTERS] or type(error).__name__


def of_findings(findings: Sequence[Finding]) -> Problem:
    """Return what to say of findings: the first, and how many there are besides."""
    first, more = findings[0], len(findings) - 1
    place = ":".join(str(part) for part in (first.file, first.line, first.field or None) if part is not None)
    fields = {"place": place, "detail": first.what}
    if not more:
        return Problem(why=Why.FILE_PROBLEM, text=str(first), fields=fields)
    return Problem(why=Why.FILE_PROBLEMS, text=f"{first} (and {more} more)", fields={**fields, "more": str(more)})


def refused(denied: Denied, error: BaseException, cure: str = "", *, mine: dict[str, object] | None = None) -> Refused:
    """Return the refusal that an error is answered with, in its words; `cure` is said behind them in English."""
    said = problem_of(error)
    return Refused(denied, said.text, cure, code=said.why, fields=said.fields, mine=mine)
