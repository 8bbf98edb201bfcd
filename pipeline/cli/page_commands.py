"""`testimonio review`: the page on which subtitles are corrected, translated and approved."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.answer import Answer, Job
from pipeline.ports.work import Progress


def review(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="The film folder; the current one if left out.")
    ] = Path(),
    *,
    port: Annotated[
        int | None, typer.Option("--port", min=0, max=65535, metavar="N", help="The port; 0 takes any free one.")
    ] = None,
    address: Annotated[
        str, typer.Option("--address", metavar="A", help="Let other machines in by this address of ours.")
    ] = "127.0.0.1",
    read_only: Annotated[bool, typer.Option("--read-only", help="Nothing can be changed: for reading along.")] = False,
    reviewer: Annotated[
        str,
        typer.Option("--reviewer", metavar="NAME", help="Who is at work: signs comments unless they say otherwise."),
    ] = "",
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Only print the page's address.")] = False,
) -> Job:
    """Open the page on which subtitles are corrected, translated and approved."""

    def act(progress: Progress) -> Answer:
        from pipeline.review.serve import Serving, serve  # noqa: PLC0415 - the server takes half a second to load

        url = serve(
            Serving(
                folder=folder.resolve(),
                port=port,
                address=address,
                read_only=read_only,
                reviewer=reviewer,
                browser=not no_browser,
            ),
            progress,
        )
        return Answer(text=f"{url} is closed")

    return Job(act)
