"""`testimonio speakers`: who speaks, and for how long; and whose voice it is."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from pipeline.assembly.speakers_list import SpeakersOfReel, SpeakersShown, listed_speakers, name_speaker
from pipeline.cli.answer import Answer, Job
from pipeline.cli.printing import printable

speakers_app = typer.Typer(no_args_is_help=True, help="Say who speaks in each reel, and whose voice it is.")

_Film = Annotated[
    Path, typer.Option("--film", "-C", metavar="DIR", help="The film folder; the current one if left out.")
]
_AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]


@speakers_app.command("list")
def list_speakers(
    reel: Annotated[
        str | None, typer.Argument(metavar="REEL", help="Only this reel, turn by turn; all reels if left out.")
    ] = None,
    *,
    film: _Film = Path(),
    as_json: _AsJson = False,  # noqa: ARG001 - read where the answer is given
) -> Job:
    """Show who speaks in each reel and for how long, as far as that is known."""
    return Job(lambda _progress: _answer(listed_speakers(film, reel), turns=reel is not None))


@speakers_app.command("name")
def name(
    reel: Annotated[str, typer.Argument(metavar="REEL", help="The reel.")],
    start: Annotated[str, typer.Argument(metavar="FROM", help="A timecode of the reel, such as 01:00:12:00.")],
    person: Annotated[str, typer.Argument(metavar="PERSON", help="A key of people, a name, or interviewer.")],
    *,
    to: Annotated[
        str | None, typer.Option("--to", metavar="TIME", help="Where it ends; with the turn if left out.")
    ] = None,
    film: _Film = Path(),
    as_json: _AsJson = False,  # noqa: ARG001 - read where the answer is given
) -> Job:
    """Say whose voice is heard from a timecode on; the same voice is then known wherever it speaks."""
    return Job(lambda _progress: _answer(name_speaker(film, reel, (start, to), person), turns=True))


def _answer(found: SpeakersShown, *, turns: bool) -> Answer:
    lines = [line for one in found.reels for line in _lines(one, turns=turns)]
    return Answer(
        text=printable("\n".join([*lines, *(f"warning: {one}" for one in found.problems)])),
        problems=found.problems,
        document={"reels": [one.document() for one in found.reels]},
    )


def _lines(reel: SpeakersOfReel, *, turns: bool) -> Iterator[str]:
    if reel.why:
        yield f"{reel.reel}: {reel.why}"
        return
    guess = " (how many is a guess)" if reel.guessed else ""
    yield f"{reel.reel}: {reel.voices} {'voice' if reel.voices == 1 else 'voices'}{guess}"
    for one in reel.shares:
        how = f", {one.how}" if one.how else ""
        yield f"    {one.seconds // 60:3d}:{one.seconds % 60:02d}  {one.turns:4d} turns  {one.who}{how}"
    for turn in reel.turns if turns else ():
        yield f"    {turn.start} {turn.end}  {turn.who}"
