"""`testimonio cut`: show an edit, compare two, write one for another program."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.assembly.cut_export import ExportOptions, Format, export
from pipeline.assembly.cut_reading import read_any_cut
from pipeline.assembly.cut_tight import tightenings
from pipeline.cli import show_cut
from pipeline.cli.answer import Answer, Job
from pipeline.cli.place_commands import place_one
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
_What = typer.Argument(metavar="CUT|FILE", help="A cut of the film, or an .edl, .otio, .xml, .fcpxml or .md file.")


@cut_app.command(name="show")
def show_one(
    what: Annotated[str, _What],
    *,
    rate: _Rate = None,
    film: _Film = Path(),
    as_json: _AsJson = False,  # noqa: ARG001 - read where the answer is given
) -> Job:
    """List the events of a cut or of a bare file; of a paper edit also its chapters and the words that were chosen."""

    def act(progress: Progress) -> Answer:
        cut = read_any_cut(what, rate=rate, folder=film, progress=progress)
        return show_cut.shown_cut(cut, tightenings(cut, progress))

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
    """Say what moved, was trimmed, changed, replaced, added or removed, in frames; and what `tight:` takes out of quotes."""

    def act(progress: Progress) -> Answer:
        one, other = (read_any_cut(each, rate=rate, folder=film, progress=progress) for each in (before, after))
        return show_cut.difference(one, other, (tightenings(one, progress), tightenings(other, progress)))

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


@cut_app.command(name="convert")
def convert_one(
    what: Annotated[str, _What],
    *,
    to: Annotated[Format, typer.Option("--to", help="What to make of it; md is a paper edit.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Where to; the cut's name, here, if left out.")
    ] = None,
    rate: _Rate = None,
    film: _Film = Path(),
    as_json: _AsJson = False,  # noqa: ARG001 - read where the answer is given
) -> Job:
    """Make a list or timeline of a paper edit, or a paper edit of any cut with what is said in each event."""
    options = ExportOptions(what=what, to=to, output=output, rate=rate, folder=film)
    return Job(lambda progress: show_cut.exported(export(options, progress)))


cut_app.command(name="place")(place_one)
