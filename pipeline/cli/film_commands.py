"""The commands that a film goes through, from new to delivered: each reads what was typed and returns the job."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.assembly import checkup, new_film, road, status
from pipeline.assembly.options import RunOptions, Step
from pipeline.cli import show
from pipeline.cli.answer import Answer, Job
from pipeline.errors import UsageError
from pipeline.ports.work import Progress
from pipeline.tools import doctor as doctoring
from pipeline.tools.machine import usable_cores

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The film folder; the current one if left out.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]


def new(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The film folder to make.")],
    *,
    example: Annotated[bool, typer.Option("--example", help="Fill it with a small made-up film to try out.")] = False,
) -> Job:
    """Make a film folder to start from."""

    def act(progress: Progress) -> Answer:
        made = new_film.make(folder, example=example, progress=progress)
        return Answer(text=show.new_film(folder, made, example=example))

    return Job(act)


def check(folder: Folder = Path(), *, as_json: AsJson = False) -> Job:  # noqa: ARG001 - read where the answer is given
    """Say everything that is wrong with the film's files, all at once, before any work is done."""

    def act(progress: Progress) -> Answer:
        return show.check(checkup.check(folder, progress))

    return Job(act)


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
    as_json: AsJson = False,  # noqa: ARG001 - read where the answer is given
) -> Job:
    """Make what the film asks for: transcripts, subtitles, cuts."""
    if to and only:
        raise UsageError("--to and --only exclude each other", "leave one of them out")
    options = RunOptions(
        folder=folder,
        cuts=tuple(dict.fromkeys(cut or ())),
        to=to or Step.DELIVER,
        only=only,
        jobs=jobs or usable_cores(),
        dry_run=dry_run,
        refresh=frozenset(refresh or ()),
        rehash=rehash,
    )
    return Job(lambda progress: show.run(road.run(options, progress), explain=explain))


def show_status(folder: Folder = Path(), *, as_json: AsJson = False) -> Job:  # noqa: ARG001 - read where it is answered
    """Show how far each reel's subtitles and each cut are."""
    return Job(lambda progress: show.status(status.examine(folder, progress)))


def doctor(*, as_json: AsJson = False) -> Job:  # noqa: ARG001 - read where the answer is given
    """Show what was found on this machine, and what to do about each thing that is missing."""
    return Job(lambda _progress: show.doctor(doctoring.examine()))


def schema(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where to write the two schemas.")],
) -> Job:
    """Write JSON Schemas of the two files, from which editors complete and check every field."""

    def act(_progress: Progress) -> Answer:
        return Answer(text="\n".join(str(path) for path in new_film.write_schemas(folder)))

    return Job(act)
