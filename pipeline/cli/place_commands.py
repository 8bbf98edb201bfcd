"""`testimonio cut place`: where the quotes of a paper edit lie."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from pipeline.assembly.paper import Chosen
from pipeline.assembly.place_cut import PlacedCut, PlaceOptions, place
from pipeline.cli.answer import Answer, Job
from pipeline.ports.work import Progress
from pipeline.tools.machine import usable_cores


def place_one(
    cut: Annotated[str, typer.Argument(metavar="CUT", help="A cut of the film that is a paper edit.")],
    *,
    again: Annotated[
        bool, typer.Option("--again", help="Look for every quote anew; without it, what was found stays where it is.")
    ] = False,
    film: Annotated[
        Path, typer.Option("--film", "-C", metavar="DIR", help="The film folder; the current one if left out.")
    ] = Path(),
    as_json: Annotated[  # noqa: ARG001 - read where the answer is given
        bool, typer.Option("--json", help="Print one JSON document and nothing else.")
    ] = False,
) -> Job:
    """Show where each quote of a paper edit lies in its reel, and keep it there whatever is spelled otherwise later."""
    options = PlaceOptions(folder=film, cut=cut, again=again, jobs=usable_cores())

    def act(progress: Progress) -> Answer:
        return _answer(place(options, progress))

    return Job(act)


def _answer(found: PlacedCut) -> Answer:
    warnings = tuple(str(finding) for finding in found.paper.findings)
    lines = [line for one in found.paper.chosen for line in _lines(one, moved=one in found.moved)]
    document = {
        "cut": found.cut,
        "places": found.file,
        "quotes": [asdict(one) for one in found.paper.chosen],
        "moved": [one.line for one in found.moved],
        "findings": list(warnings),
    }
    kept = f"kept in {found.file}" if found.paper.chosen else f"{found.cut} quotes nothing"
    text = "\n".join([*lines, kept, *(f"warning: {one}" for one in warnings)])
    return Answer(text=text, problems=warnings, document=document)


def _lines(one: Chosen, *, moved: bool) -> list[str]:
    first, last = one.labels
    mark = "  (new place)" if moved else ""
    said = f"line {one.line}  {one.reel}  {first} to {last}{mark}"
    around = " ".join(part for part in (f"({one.before})" if one.before else "", one.words) if part)
    words = f"    {around} ({one.after})" if one.after else f"    {around}"
    shorter = [f"    tightened by {one.tightened_ms / 1000:.2f} s"] if one.tightened_ms else []
    return [said, words, *shorter]
