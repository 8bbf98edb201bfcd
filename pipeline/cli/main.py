"""The command `testimonio`: reads what was asked, calls the road, turns what comes back into words and an exit code."""

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from typer.core import TyperGroup

from footage_manifest.findings import ManifestError
from pipeline.assembly import checkup, new_film, road, status
from pipeline.assembly.options import RunOptions, Step, code_of
from pipeline.cli import show
from pipeline.cli.progress import progress_for
from pipeline.errors import ExitCode, PipelineError
from pipeline.tools import doctor as doctoring
from pipeline.tools.machine import usable_cores
from subtitles.errors import SubtitleError

Folder = Annotated[Path, typer.Argument(metavar="[DIR]", help="The film folder; the current one if left out.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]


class InOrder(TyperGroup):
    """Lists commands in the order in which a newcomer needs them."""

    def list_commands(self, ctx: object) -> list[str]:  # noqa: ARG002 - the library's signature
        """Return the command names as they were written down."""
        return list(self.commands)


app = typer.Typer(
    cls=InOrder,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="From filmed interviews to a subtitled documentary.",
)


def main() -> NoReturn:
    """Run the command line and exit with its code: the one place where errors become exit codes."""
    signal.signal(signal.SIGTERM, _interrupt)
    sys.exit(_guarded(lambda: app(standalone_mode=False)))


def _interrupt(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _guarded(command: Callable[[], object]) -> int:
    try:
        outcome = command()
    except (typer.Exit, typer.Abort) as stop:
        return getattr(stop, "exit_code", ExitCode.INTERRUPTED)
    except KeyboardInterrupt:
        _say("interrupted; what is finished is kept, and the next run goes on from there")
        sys.stderr.flush()
        sys.stdout.flush()
        os._exit(ExitCode.INTERRUPTED)  # threads inside a model or an encoder do not hear of it
    except (ManifestError, SubtitleError, PipelineError) as error:
        _say(str(error))
        return code_of(error)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.OK
    except Exception as error:
        if type(error).__module__.partition(".")[0] not in {"click", "typer"} or not hasattr(error, "format_message"):
            raise
        _say(error.format_message())
        return ExitCode.USAGE
    return outcome if isinstance(outcome, int) else ExitCode.OK


def _say(text: str) -> None:
    typer.echo(text, err=True)


def _print_json(document: object) -> None:
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True))


@app.command()
def new(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The film folder to make.")],
    *,
    example: Annotated[bool, typer.Option("--example", help="Fill it with a small made-up film to try out.")] = False,
) -> None:
    """Make a film folder to start from."""
    progress = progress_for(as_json=False)
    try:
        made = new_film.make(folder, example=example, progress=progress)
    finally:
        progress.close()
    typer.echo(show.new_film(folder, made, example=example))


@app.command()
def check(folder: Folder = Path(), *, as_json: AsJson = False) -> None:
    """Say everything that is wrong with the film's files, all at once, before any work is done."""
    progress = progress_for(as_json=as_json)
    try:
        result = checkup.check(folder, progress)
    finally:
        progress.close()
    if as_json:
        _print_json(show.findings_json(result.findings))
    else:
        typer.echo(show.findings(result.findings))
    raise typer.Exit(result.exit_code)


@app.command()
def run(  # noqa: PLR0913 - the options of the command
    folder: Folder = Path(),
    *,
    cut: Annotated[
        list[str] | None, typer.Option("--cut", metavar="NAME", help="Only this cut; may be repeated.")
    ] = None,
    to: Annotated[Step | None, typer.Option("--to", help="Stop after this step.")] = None,
    only: Annotated[Step | None, typer.Option("--only", help="Do only this step, from what is stored.")] = None,
    jobs: Annotated[int | None, typer.Option("--jobs", min=1, help="How many cores to use; all if left out.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done first, and do nothing.")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Say why each result was made again or not.")] = False,
    refresh: Annotated[list[str] | None, typer.Option("--refresh", metavar="STAGE", help="Do this stage anew.")] = None,
    rehash: Annotated[bool, typer.Option("--rehash", help="Read all footage again to see whether it changed.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make what the film asks for: transcripts, subtitles, cuts."""
    if to and only:
        raise typer.BadParameter("--to and --only exclude each other")
    options = RunOptions(
        folder=folder,
        cuts=tuple(cut or ()),
        to=to or Step.DELIVER,
        only=only,
        jobs=jobs or usable_cores(),
        dry_run=dry_run,
        refresh=frozenset(refresh or ()),
        rehash=rehash,
    )
    progress = progress_for(as_json=as_json)
    try:
        outcome = road.run(options, progress)
    finally:
        progress.close()
    if as_json:
        _print_json(show.run_json(outcome, explain=explain))
    else:
        typer.echo(show.run(outcome, explain=explain))
    raise typer.Exit(outcome.exit_code)


@app.command(name="status")
def show_status(folder: Folder = Path(), *, as_json: AsJson = False) -> None:
    """Show how far each reel's subtitles and each cut are."""
    report = status.examine(folder)
    if as_json:
        _print_json(show.status_json(report))
    else:
        show.status(report)


@app.command()
def doctor(*, as_json: AsJson = False) -> None:
    """Show what was found on this machine, and what to do about each thing that is missing."""
    report = doctoring.examine()
    if as_json:
        _print_json(show.doctor_json(report))
    else:
        show.doctor(report)


@app.command()
def schema(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where to write the two schemas.")],
) -> None:
    """Write JSON Schemas of the two files, from which editors complete and check every field."""
    for path in new_film.write_schemas(folder):
        typer.echo(str(path))
