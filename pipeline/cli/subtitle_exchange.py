"""`testimonio subtitles export` and `import`: to translators' tools and back."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from footage_manifest.findings import Severity
from pipeline.assembly.exchange import (
    Exported,
    ExportOptions,
    Imported,
    ImportOptions,
    Only,
    bring_in,
    export,
)
from pipeline.assembly.exchange_files import ExchangeFormat
from pipeline.cli.answer import Answer, Job
from pipeline.cli.printing import findings_as_data, printable
from pipeline.errors import ExitCode, UsageError

_Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The film folder.")]
_AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
_SEPARATORS: Mapping[str, str] = {",": ",", ";": ";", "tab": "\t"}


def export_one(  # noqa: PLR0913 - the options of the command
    folder: _Folder,
    reel: Annotated[str, typer.Argument(metavar="REEL", help="Whose subtitles.")],
    *,
    to: Annotated[ExchangeFormat, typer.Option("--to", help="What the translator works in.")],
    language: Annotated[
        str | None, typer.Option("--language", metavar="CODE", help="The language to translate into.")
    ] = None,
    source: Annotated[str | None, typer.Option("--from", metavar="CODE", help="The language beside it.")] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="FILE", help="Where to; REEL.CODE here if left out.")
    ] = None,
    only: Annotated[Only, typer.Option("--only", help="Which subtitles to send.")] = Only.ALL,
    separator: Annotated[
        str, typer.Option("--separator", metavar="SIGN", help="What parts the columns of a CSV: , ; or tab.")
    ] = ",",
    replace: Annotated[bool, typer.Option("--replace", help="Write over a file that is there.")] = False,
    as_json: _AsJson = False,  # noqa: ARG001 - read where the answer is given
) -> Job:
    """Write a reel's subtitles for a translator: what is said and its translation side by side."""
    if separator not in _SEPARATORS:
        raise UsageError(f"'{separator}' cannot part columns", "write --separator ',' or ';' or tab")
    options = ExportOptions(
        folder=folder,
        reel=reel,
        to=to,
        language=language,
        source=source,
        out=out,
        only=only,
        separator=_SEPARATORS[separator],
        replace=replace,
    )
    return Job(lambda _progress: _exported(export(options), only))


def import_some(
    folder: _Folder,
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="What translators sent back.")],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be taken, and take nothing.")] = False,
    approve_final: Annotated[
        bool, typer.Option("--approve-final", help="Approve what an XLIFF file marks as final.")
    ] = False,
    encoding: Annotated[
        str | None, typer.Option("--encoding", metavar="NAME", help="The encoding of a CSV that is not UTF-8.")
    ] = None,
    as_json: _AsJson = False,  # noqa: ARG001 - read where the answer is given
) -> Job:
    """Merge what translators sent back into the film's subtitles; what both sides changed is kept from both."""
    options = ImportOptions(
        folder=folder,
        files=tuple(files),
        at=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        dry_run=dry_run,
        approve_final=approve_final,
        encoding=encoding,
    )
    return Job(lambda _progress: _imported(bring_in(options), dry_run=dry_run))


def _exported(made: Exported, only: Only) -> Answer:
    total = sum(made.counts.values())
    pair = f"{made.source_language} to {made.target_language}"
    if made.file is None:
        text = f"there is nothing to send: {made.reel}, {pair}, has no subtitle that --only {only.value} asks for"
    else:
        kinds = ", ".join(f"{count} {status.value}" for status, count in made.counts.items() if count)
        text = f"{made.file}: {total} {'subtitle' if total == 1 else 'subtitles'} of {made.reel}, {pair} ({kinds})"
    document = {
        "file": None if made.file is None else str(made.file),
        "reel": made.reel,
        "from": made.source_language,
        "language": made.target_language,
        "subtitles": {status.value: count for status, count in made.counts.items()},
        "findings": findings_as_data(made.findings),
    }
    lines = (text, *(f"{one.severity.value}: {one}" for one in made.findings))
    return Answer(text=printable("\n".join(lines)), document=document)


def _imported(results: tuple[Imported, ...], *, dry_run: bool) -> Answer:
    """Say what came of each file; exit code 5 where something that came back was not taken."""
    lines: list[str] = []
    for one in results:
        lines.append(_summary(one, dry_run=dry_run))
        lines += [f"  {found.severity.value}: {found}" for found in one.findings]
    errors = [found for one in results for found in one.findings if found.severity is Severity.ERROR]
    files = [{**asdict(one), "findings": findings_as_data(one.findings)} for one in results]
    return Answer(
        code=ExitCode.SUBTITLES if errors else ExitCode.OK,
        text=printable("\n".join(lines)),
        problems=tuple(str(found) for found in errors),
        document={"dry_run": dry_run, "files": files},
    )


def _summary(one: Imported, *, dry_run: bool) -> str:
    if not one.track:
        return f"{one.file}: not taken"
    counts = {
        "taken": one.taken,
        "in conflict": one.conflicts,
        "unchanged": one.unchanged,
        "without a text": one.empty,
        "approved": one.approved,
        "remarked on": one.remarks,
    }
    said = ", ".join(f"{count} {what}" for what, count in counts.items() if count) or "nothing in it"
    news = "" if one.written else "; nothing changes"
    return f"{one.file} into {one.track}: {'would be ' if dry_run and one.written else ''}{said}{news}"
