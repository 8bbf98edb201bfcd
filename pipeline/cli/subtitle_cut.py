"""`testimonio subtitles cut`: begin a cut's own subtitles, see what they lack, approve them."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from pipeline.assembly.cut_subtitles_start import Started, StartOptions, start
from pipeline.cli.answer import Answer, Job
from pipeline.cli.printing import printable
from pipeline.tools.machine import usable_cores
from subtitles.cue import Cue
from subtitles.formats.srt import write_srt


def start_cut(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The film folder.")],
    cut: Annotated[str, typer.Argument(metavar="CUT", help="The cut that gets subtitles of its own.")],
    *,
    language: Annotated[str, typer.Option("--language", "-l", metavar="CODE", help="The language of the subtitles.")],
    approve: Annotated[
        bool, typer.Option("--approve", help="Count the file's cues as approved as they stand.")
    ] = False,
    jobs: Annotated[int | None, typer.Option("--jobs", min=1, help="How many cores to use; all if left out.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")] = False,  # noqa: ARG001 - read where the answer is given
) -> Job:
    """Write what of a cut is only partly heard into a file of its own, to be rewritten or accepted."""
    options = StartOptions(folder=folder, cut=cut, language=language, approve=approve, jobs=jobs or usable_cores())
    return Job(lambda progress: started(start(options, progress), approve=approve))


def started(found: Started, *, approve: bool) -> Answer:
    """Say what was made, or what a file that is there lacks."""
    document = {**asdict(found), "partly": _as_data(found.partly), "own": _as_data(found.own)}
    return Answer(text=printable("\n".join(_lines(found, approve=approve))), document=document)


def _lines(found: Started, *, approve: bool) -> list[str]:
    if found.made:
        count = f"{len(found.partly)} subtitles that are only partly heard" if len(found.partly) > 1 else "1 subtitle"
        return [f"{found.file} was made with {count}: rewrite what is not heard, or leave it to accept it"]
    if not found.own and not found.partly:
        none = "nothing in this cut is only partly heard, so no file was made"
        return [none, f"for subtitles of its own, write {found.file} yourself: times count from the cut's first frame"]
    lines = [f"{found.file} is there and stays as it is: {len(found.own)} subtitles are shown from it"]
    lines += [f"{found.approved} of them are approved as they stand"] if approve else []
    lines += found.problems
    if found.partly:
        lines += ["it says nothing yet for these, which are only partly heard:", "", *_as_srt(found.partly)]
    return lines


def _as_srt(cues: Sequence[Cue]) -> list[str]:
    """Return cues as they would stand in the file, to be put into it by hand."""
    return write_srt(cues).decode().rstrip("\n").split("\n")


def _as_data(cues: Sequence[Cue]) -> list[dict[str, object]]:
    return [asdict(cue) for cue in cues]
