"""`testimonio subtitles sync`, `merge` and `approve`: what is new brought into people's files, and what is done approved."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from pipeline.assembly import approve_subtitles, merge_subtitles, sync_subtitles
from pipeline.assembly.approve_subtitles import ApproveOptions, TrackApproved
from pipeline.assembly.merge_subtitles import FileMerged, FilesMerged, MergeOptions
from pipeline.assembly.sync_subtitles import Synced, SyncOptions, TrackSynced
from pipeline.cli.answer import Answer, Job
from pipeline.cli.printing import printable
from pipeline.errors import UsageError
from pipeline.tools.machine import usable_cores
from subtitles.cue import Cue
from subtitles.three_way import Conflict

_AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
_Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The film folder.")]
_MOST_LINES = 40


def sync_one(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="The film folder; the current one if left out.")
    ] = Path(),
    *,
    reel: Annotated[
        list[str] | None, typer.Option("--reel", metavar="NAME", help="Only this reel; may be repeated.")
    ] = None,
    language: Annotated[
        list[str] | None, typer.Option("--language", metavar="CODE", help="Only this language; may be repeated.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be changed, and change nothing.")] = False,
    jobs: Annotated[int | None, typer.Option("--jobs", min=1, help="How many cores to use; all if left out.")] = None,
    as_json: _AsJson = False,  # noqa: ARG001 - read where the answer is given
) -> Job:
    """Bring a new draft, a new transcript or a corrected source into people's files; what they wrote stays."""
    options = SyncOptions(
        folder=folder,
        reels=tuple(reel or ()),
        languages=tuple(language or ()),
        dry_run=dry_run,
        jobs=jobs or usable_cores(),
    )
    return Job(lambda progress: _synced(sync_subtitles.sync(options, progress), dry_run=dry_run))


def merge_one(  # noqa: PLR0913 - the options of the command
    folder: _Folder,
    track: Annotated[str, typer.Argument(metavar="REEL.LANG", help="Whose versions they are, such as INT01.en.")],
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="The versions that people sent back.")],
    *,
    base: Annotated[
        Path | None, typer.Option("--base", metavar="FILE", help="The file that all of them began with.")
    ] = None,
    encoding: Annotated[
        str | None, typer.Option("--encoding", metavar="NAME", help="The encoding of files that are not UTF-8.")
    ] = None,
    deletions: Annotated[
        bool, typer.Option("--deletions", help="Take out whatever a version lacks, be it most of it.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be taken, and take nothing.")] = False,
    as_json: _AsJson = False,  # noqa: ARG001 - read where the answer is given
) -> Job:
    """Merge several people's versions of one file, cue by cue; where they differ, both are kept."""
    options = MergeOptions(
        folder=folder.resolve(),
        track=track,
        files=tuple(files),
        base=base,
        encoding=encoding,
        deletions=deletions,
        dry_run=dry_run,
    )
    return Job(lambda _progress: _merged(merge_subtitles.merge(options), dry_run=dry_run))


def approve_some(  # noqa: PLR0913 - the options of the command
    folder: _Folder,
    reel: Annotated[str, typer.Argument(metavar="REEL", help="Whose subtitles.")],
    *,
    language: Annotated[
        list[str] | None, typer.Option("--language", metavar="CODE", help="Only this language; may be repeated.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All that are neither stale nor in conflict.")] = False,
    cue: Annotated[
        list[str] | None, typer.Option("--cue", metavar="ID", help="This one, whatever it is; may be repeated.")
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Take the approval back.")] = False,
    as_json: _AsJson = False,  # noqa: ARG001 - read where the answer is given
) -> Job:
    """Approve subtitles as they stand."""
    if every == bool(cue):
        raise UsageError("say which subtitles: --all, or --cue ID", "sync and status --json name the ids")
    options = ApproveOptions(
        folder=folder.resolve(),
        reel=reel,
        languages=tuple(language or ()),
        cues=tuple(cue or ()),
        every=every,
        undo=undo,
    )
    return Job(lambda _progress: _approved(approve_subtitles.approve(options), undo=undo))


def _synced(outcome: Synced, *, dry_run: bool) -> Answer:
    lines = [line for track in outcome.tracks for line in _track_lines(track)]
    lines += [f"would run first: {one}; what follows is decided then" for one in outcome.would_run]
    lines += ["nothing was written: this was a dry run"] if dry_run else []
    document = {
        "tracks": [{**asdict(one), "conflicts": _as_data(one.conflicts)} for one in outcome.tracks],
        "would_run": list(outcome.would_run),
        "dry_run": dry_run,
    }
    return Answer(text=printable("\n".join(lines or ["there is nothing to bring up to date"])), document=document)


def _track_lines(track: TrackSynced) -> list[str]:
    counts = {
        "followed": track.followed,
        "kept as people made them": track.kept,
        "added": track.added,
        "removed": track.removed,
        "stale": track.stale,
        "in conflict": track.conflicts,
    }
    said = ", ".join(f"{len(found)} {what}" for what, found in counts.items() if found)
    stale = [f"  stale: {name}" for name in track.stale]
    return [f"{track.file}: {said or 'nothing new'}", *_some([*_conflict_lines(track.conflicts), *stale])]


def _merged(outcome: FilesMerged, *, dry_run: bool) -> Answer:
    lines = [line for one in outcome.files for line in _file_lines(outcome.file, one)]
    lines += ["nothing was written: this was a dry run"] if dry_run else []
    document = {
        "file": outcome.file,
        "files": [{**asdict(one), "conflicts": _as_data(one.conflicts)} for one in outcome.files],
        "dry_run": dry_run,
    }
    return Answer(text=printable("\n".join(lines)), document=document)


def _file_lines(file: str, one: FileMerged) -> list[str]:
    counts = {"taken": one.taken, "added": one.added, "removed": one.removed, "in conflict": one.conflicts}
    said = ", ".join(f"{len(found)} {what}" for what, found in counts.items() if found)
    began = f"it began with {one.began_with}" if one.began_with else "it has no beginning"
    return [f"{file} from {one.name}: {said or 'nothing new'} ({began})", *_some(_conflict_lines(one.conflicts))]


def _approved(done: Iterable[TrackApproved], *, undo: bool) -> Answer:
    lines = []
    tracks = tuple(done)
    for one in tracks:
        verb = "taken back" if undo else "approved"
        lines.append(f"{one.file}: {len(one.done)} {verb}")
        left = [*(f"  stale: {name}" for name in one.stale), *(f"  in conflict: {name}" for name in one.conflicts)]
        lines += [*(["  left, to be looked at first:"] if left else []), *_some(left)]
    return Answer(text=printable("\n".join(lines)), document={"tracks": [asdict(one) for one in tracks]})


def _conflict_lines(conflicts: Iterable[Conflict]) -> list[str]:
    return [f"  conflict at {one.id}: here {_says(one.people)}; there {_says(one.other)}" for one in conflicts]


def _says(cue: Cue | None) -> str:
    if cue is None:
        return "no such subtitle"
    return f"{_clock(cue.start_ms)}-{_clock(cue.end_ms)} '{' / '.join(cue.lines)}'"


def _clock(ms: int) -> str:
    minutes, rest = divmod(ms, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}.{rest % 1000:03}"


def _some(lines: list[str]) -> list[str]:
    more = len(lines) - _MOST_LINES
    return [*lines[:_MOST_LINES], f"  and {more} more: --json names all"] if more > 0 else lines


def _as_data(conflicts: Iterable[Conflict]) -> list[Mapping[str, object]]:
    return [asdict(one) for one in conflicts]
