"""From what was typed to what is said and the exit code: the one place where errors become exit codes."""

import json
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import TextIO

from footage_manifest.findings import ManifestError
from pipeline.assembly.options import code_of
from pipeline.cli.answer import Answer, Job
from pipeline.cli.commands import app_for
from pipeline.cli.printing import findings_as_data, printable
from pipeline.cli.progress import progress_for
from pipeline.errors import ExitCode, PipelineError
from subtitles.errors import SubtitleError

DETAILS = "TESTIMONIO_DETAILS"
"""Set to anything, it has an error that nobody foresaw shown as Python shows it, for whoever mends it."""


def answer(arguments: Sequence[str]) -> int:
    """Do what `arguments` ask for, say what came of it, and return the exit code.

    With `--json` one JSON document goes to standard output in every case, and nothing else does. What a program that reads
    us has closed is not an error. KeyboardInterrupt passes.
    """
    as_json = "--json" in arguments
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # names may hold what the terminal has no letters for
    given = _answered(arguments, as_json=as_json)
    if given is None:
        return ExitCode.OK
    if as_json:
        document = {"exit_code": int(given.code), "problems": list(given.problems), **given.document}
        _say(sys.stdout, json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True))
    else:
        _say(sys.stdout, given.text)
        _say(sys.stderr, printable("\n".join(given.problems)) if not given.text else "")
    return given.code


def _answered(arguments: Sequence[str], *, as_json: bool) -> Answer | None:
    """Return the answer, None where the library that reads arguments has said all (help)."""
    try:
        job = app_for(arguments)(list(arguments), standalone_mode=False)
        return _done(job, as_json=as_json) if isinstance(job, Job) else None
    except (ManifestError, SubtitleError, PipelineError) as error:
        findings = getattr(error, "findings", ())
        said = tuple(str(one) for one in findings) or (" ".join(str(error).split()),)
        return Answer(code=code_of(error), problems=said, document={"findings": findings_as_data(findings)})
    except Exception as error:  # noqa: BLE001 - the last resort: nobody is shown a traceback who did not ask for it
        return _unforeseen(error)


def _done(job: Job, *, as_json: bool) -> Answer:
    progress = progress_for(as_json=as_json)
    try:
        return job(progress)
    finally:
        progress.close()


def _unforeseen(error: Exception) -> Answer:
    """Return what to say of an error that is no one's refusal: a slip in the arguments, or a mistake of ours."""
    if hasattr(error, "format_message") and hasattr(error, "exit_code"):  # click's, wherever typer keeps it
        said = " ".join(error.format_message().replace("Value error, ", "").split()).removesuffix(".")
        # Without any command the help has been shown, and there is nothing more to say.
        return Answer(code=ExitCode.USAGE, problems=(f"{said}; see testimonio --help",) if said else ())
    if os.environ.get(DETAILS):
        raise error
    text = " ".join(str(error).split())[:300]
    said = f"something unforeseen happened ({type(error).__name__}: {text}); please report it, with what is shown when"
    return Answer(code=ExitCode.STAGE, problems=(f"{said} {DETAILS}=1 is set",))


def _say(stream: TextIO, text: str) -> None:
    """Write text and a line end; where nobody reads any more, make sure that the interpreter does not complain either."""
    if not text:
        return
    try:
        stream.write(text + "\n")
        stream.flush()
    except OSError:
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
