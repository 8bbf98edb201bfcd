"""`testimonio preview`, and `testimonio remarks`: remarks on a review copy, taken in and listed."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.assembly import preview as previewing
from pipeline.assembly import review
from pipeline.assembly.preview import PreviewOptions
from pipeline.cli import show_review
from pipeline.cli.answer import Answer, Job
from pipeline.ports.work import Progress
from pipeline.tools.machine import usable_cores

remarks_app = typer.Typer(no_args_is_help=True, help="Remarks on a cut's review copy, by timecode.")
_AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
_Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The film folder; the current one if left out.")]


def preview(
    cut: Annotated[str, typer.Argument(metavar="CUT", help="The cut to look at.")],
    folder: _Folder = Path(),
    *,
    first: Annotated[str | None, typer.Option("--from", metavar="TC", help="Record timecode to begin at.")] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="TC", help="Record timecode to end before.")] = None,
    jobs: Annotated[int | None, typer.Option("--jobs", min=1, help="How many cores to use; all if left out.")] = None,
    as_json: _AsJson = False,  # noqa: ARG001 - read where the answer is given
) -> Job:
    """Make a small film of a cut, or of a stretch of it, to look at soon."""
    options = PreviewOptions(folder=folder, cut=cut, first=first, last=last, jobs=jobs or usable_cores())
    return Job(lambda progress: show_review.previewed(previewing.preview(options, progress)))


@remarks_app.command()
def add(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The film folder.")],
    cut: Annotated[str, typer.Argument(metavar="CUT", help="The cut that was reviewed.")],
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="What the reviewer sent: timecode, remark, name.")],
    *,
    version: Annotated[
        int | None,
        typer.Option("--version", min=1, help="The delivery that was reviewed; the present one if left out."),
    ] = None,
    as_json: _AsJson = False,  # noqa: ARG001 - read where the answer is given
) -> Job:
    """Take a reviewer's remarks into the cut: they become its markers."""

    def act(_progress: Progress) -> Answer:
        return show_review.added(review.add_remarks(folder.resolve(), cut, file, version))

    return Job(act)


@remarks_app.command(name="list")
def list_remarks(
    folder: _Folder = Path(),
    *,
    cut: Annotated[str | None, typer.Option("--cut", metavar="NAME", help="Only this cut.")] = None,
    as_json: _AsJson = False,  # noqa: ARG001 - read where the answer is given
) -> Job:
    """List the remarks on the film's cuts."""

    def act(_progress: Progress) -> Answer:
        return show_review.listed(review.all_remarks(folder.resolve(), cut))

    return Job(act)
