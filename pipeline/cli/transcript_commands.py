"""`testimonio transcripts`: transcripts that people already have."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from footage_manifest.wording import listed
from pipeline.assembly.given_transcripts import GivenTranscript, import_transcript, listed_transcripts
from pipeline.cli.answer import Answer, Job
from pipeline.cli.printing import printable
from subtitles.given_json import Times

transcripts_app = typer.Typer(no_args_is_help=True, help="Use transcripts that were made elsewhere.")

_HOW = {
    Times.WORDS: "",
    Times.PASSAGES: "; a run listens where in its passage each word is said",
    Times.NONE: "; a run listens where it is said",
}
_SHOWN = 100

_Film = Annotated[
    Path, typer.Option("--film", "-C", metavar="DIR", help="The film folder; the current one if left out.")
]
_AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]


@transcripts_app.command("import")
def import_one(
    reel: Annotated[str, typer.Argument(metavar="REEL", help="The reel of which it is.")],
    source: Annotated[Path, typer.Argument(metavar="FILE", help="Whisper or WhisperX JSON, SRT, VTT, or text.")],
    *,
    language: Annotated[
        str | None, typer.Option("--language", "-l", metavar="CODE", help="Where neither reel nor file says it.")
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Take it in place of the one that is there.")] = False,
    film: _Film = Path(),
    as_json: _AsJson = False,  # noqa: ARG001 - read where the answer is given
) -> Job:
    """Take in a transcript; a run then uses its words, and listens only for times that it lacks."""
    return Job(lambda _progress: _answer((import_transcript(film, reel, source, language, replace=replace),)))


@transcripts_app.command("list")
def list_all(
    *,
    film: _Film = Path(),
    as_json: _AsJson = False,  # noqa: ARG001 - read where the answer is given
) -> Job:
    """Show the transcripts that the film was given."""
    return Job(lambda _progress: _answer(listed_transcripts(film)))


def _answer(found: tuple[GivenTranscript, ...]) -> Answer:
    lines = [_line(one) for one in found] or ["the film was given no transcript"]
    return Answer(text=printable("\n".join(lines)), document={"transcripts": [asdict(one) for one in found]})


def _line(one: GivenTranscript) -> str:
    until = "" if one.until_ms is None else f", until {one.until_ms / 1000:.1f} s"
    lines = [f"{one.file}: {one.words} words of {one.reel} in '{one.language}'{until}{_HOW[one.times]}"]
    if one.speakers:
        lines.append(f"  said by {listed(one.speakers)}")
    if one.left_out:
        lines.append(f"  left out, as it stands before the first time: {_short(one.left_out)}")
    return "\n".join(lines)


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."
