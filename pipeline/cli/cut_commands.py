"""`testimonio cut`: show an edit, compare two, write one for another program."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.assembly.cut_export import ExportOptions, Format, export
from pipeline.assembly.cut_files import read_cut
from pipeline.cli import show_cut
from pipeline.cli.answer import Answer, Job
from pipeline.ports.work import Progress

cut_app = typer.Typer(no_args_is_help=True, help="Look at edits: show, compare, write for another program.")
_AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
_Film = Annotated[
    Path, typer.Option("--film", "-C", metavar="DIR", help="The film folder; the current one if left out.")
]
_Rate = Annotated[
    str | None,
    typer.Option("--rate", metavar="R", help="The rate of a bare EDL: 24, 25, 23.976, 29.97, 30000/1001 ..."),
]
_What = typer.Argument(metavar="CUT|FILE", help="A cut of the film, or an .edl, .otio, .xml or .fcpxml file.")


@cut_app.command(name="show")
def show_one(
    what: Annotated[str, _What],
    *,
    rate: _Rate = None,
    film: _Film = Path(),
    as_json: _AsJson = False,  # noqa: ARG001 - read where the answer is given
) -> Job:
    """List the events of a cut or of a bare file."""

    def act(_progress: Progress) -> Answer:
        return show_cut.shown_cut(read_cut(what, rate=rate, folder=film))

    return Job(act)


@cut_app.command()
def diff(
    before: Annotated[str, typer.Argument(metavar="A", help="A cut of the film, or a file: what there was.")],
    after: Annotated[str, typer.Argument(metavar="B", help="A cut of the film, or a file: what there is.")],
    *,
    rate: _Rate = None,
    film: _Film = Path(),
    as_json: _AsJson = False,  # noqa: ARG001 - read where the answer is given
) -> Job:
    """Say what moved, was trimmed, changed, replaced, added or removed, in frames."""

    def act(_progress: Progress) -> Answer:
        return show_cut.difference(*(read_cut(one, rate=rate, folder=film) for one in (before, after)))

    return Job(act)


@cut_app.command(name="export")
def export_one(
    what: Annotated[str, _What],
    *,
    to: Annotated[Format, typer.Option("--to", help="What to write.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Where to; the cut's name, here, if left out.")
    ] = None,
    rate: _Rate = None,
    film: _Film = Path(),
    as_json: _AsJson = False,  # noqa: ARG001 - read where the answer is given
) -> Job:
    """Write a cut so that it can be finished in another program, and say what could not be written."""
    options = ExportOptions(what=what, to=to, output=output, rate=rate, folder=film)
    return Job(lambda progress: show_cut.exported(export(options, progress)))
