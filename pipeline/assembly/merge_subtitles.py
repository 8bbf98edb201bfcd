"""`testimonio subtitles merge`: versions of one file that several people send back, brought together cue by cue."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from footage_manifest.findings import Finding
from footage_manifest.load import load_production
from pipeline.assembly.kept_versions import versions
from pipeline.assembly.people_files import MOST_BYTES, content_of
from pipeline.assembly.track_files import Change, OpenTrack, change_track, in_file_order, open_track, require_there
from pipeline.errors import UsageError
from subtitles.after_merge import after_people, held
from subtitles.alignment import matches
from subtitles.cue import Cue
from subtitles.errors import SubtitleError
from subtitles.formats.any import read_any
from subtitles.formats.srt import read_srt
from subtitles.identity import normal_text
from subtitles.merge import align
from subtitles.parts import joined_into
from subtitles.state import TrackState
from subtitles.three_way import Conflict, Merged, merge_three

_Content = tuple[int, int, str]
_PART = 4
"""A version that lacks more than one subtitle in so many is refused as cut short."""
_MOST_OFF_THE_END = 3
"""So is one that ends so many subtitles early."""
_MOST_VERSIONS = 50
"""How many of the versions that were kept a file that came back may go back to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeOptions:
    """What is asked for: `track` is `REEL.LANGUAGE`. `base` is the file that all began with, None to find it out.

    `encoding` is that of the files, where somebody named it. `deletions` says that what a version lacks was deleted in it,
    however much that is.
    """

    folder: Path
    track: str
    files: tuple[Path, ...]
    base: Path | None = None
    encoding: str | None = None
    deletions: bool = False
    dry_run: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FileMerged:
    """What became of one version: ids of cues. `began_with` says which version it was compared with."""

    name: str
    began_with: str
    taken: tuple[str, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    conflicts: tuple[Conflict, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesMerged:
    """What became of each version, in the order given."""

    file: str
    files: tuple[FileMerged, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Version:
    """A version that a file may have begun with; its cues have ids."""

    name: str
    cues: tuple[Cue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Returned:
    """A version that came back: its file's name and its cues, in order of time."""

    name: str
    cues: tuple[Cue, ...]


def merge(options: MergeOptions) -> FilesMerged:
    """Merge versions of a track's file into it, one after the other, and return what became of each.

    Each is held against the version it began with: of the file as it is, what was kept of it before and the machine's
    draft, the one it shares most with. Where two changed one cue differently the first stays in the file, and the other
    beside it, as a conflict. Raises UsageError for a track that is not there, SubtitleError for a file that cannot be read
    or is no version of the track; nothing is written then.
    """
    reel, language = _track(options)
    returned = [_Returned(name=path.name, cues=_read(path, options.encoding)) for path in options.files]
    first = open_track(options.folder, reel, language)
    if first is None:
        raise UsageError(f"there are no subtitles {options.track}", "testimonio status shows which there are")
    given = _read(options.base, options.encoding) if options.base else None
    done: list[FileMerged] = []

    def change(track: OpenTrack) -> Change:
        done.clear()
        require_there(track)
        began = _beginnings(track) if given is None else [_version(options.base, given, track)]
        state, cues = track.known(), track.aligned.plain()
        for one in returned:
            base = _nearest(began, one)
            if not options.deletions:
                _require_whole(one, base, cues)
            merged = _merged_in(base, began, one, (cues, state))
            state, cues = after_people(state, merged, one.name), in_file_order(track, merged.cues)
            done.append(_told(one, base, merged))
        return Change(cues=cues, state=state)

    if options.dry_run:
        change(first)
    else:
        change_track(options.folder, reel, language, change)
    return FilesMerged(file=first.file, files=tuple(done))


def _merged_in(
    base: _Version, began: Sequence[_Version], one: _Returned, now: tuple[tuple[Cue, ...], TrackState]
) -> Merged:
    """Return the merge of a version that came back, where what it says as an older version did undoes nothing.

    Whoever sent it may have taken something back, or never have seen what came since: nobody can tell, so what stands in
    the file goes on standing, as a conflict, and what somebody deleted stays deleted.
    """
    cues, state = now
    behind = held(state)
    merged = merge_three(base.cues, cues, one.cues, held=behind, reel=state.reel)
    older = Counter[_Content]()
    for version in began:
        if version is not base:
            older |= _contents(version.cues)
    there = {cue.id: _content(cue) for cue in merged.cues}
    before = {cue.id: _content(cue) for cue in cues}
    undone = {name for name in merged.followed if there[name] in older}
    undone |= {name for name in merged.removed if any(before[name] not in _contents(version.cues) for version in began)}
    returned = {there[name] for name in merged.added if there[name] in older}
    if not undone and not returned:
        return merged
    left = [cue for cue in one.cues if _content(cue) not in returned]
    return merge_three(base.cues, cues, left, held={*behind, *undone}, reel=state.reel)


def _track(options: MergeOptions) -> tuple[str, str]:
    production = load_production(options.folder).production
    reel, _, language = options.track.removesuffix(".srt").rpartition(".")
    reels, languages = production.manifest.reels, production.film.languages
    if reel not in reels or language not in languages:
        what = f"'{options.track}' is no reel and language of this film"
        raise UsageError(what, f"write REEL.LANGUAGE, such as {next(iter(reels), 'INT01')}.{languages[0]}")
    return reel, language


def _read(path: Path, encoding: str | None) -> tuple[Cue, ...]:
    read = read_any(content_of(path, name=path.name, most_bytes=MOST_BYTES), file=path.name, encoding=encoding)
    return tuple(sorted((replace(cue, id="") for cue in read.cues), key=lambda cue: (cue.start_ms, cue.end_ms)))


def _beginnings(track: OpenTrack) -> list[_Version]:
    """Return what a version may have begun with, the likeliest first."""
    found = [_Version(name="the file as it is", cues=track.aligned.plain())]
    for path in reversed(versions(track.folder, track.reel, track.language)[-_MOST_VERSIONS:]):
        try:
            cues = read_srt(path.read_bytes(), file=path.name).cues
        except SubtitleError:  # as it was when it was kept
            continue
        found.append(_version(path, cues, track))
    if track.state is not None:
        found.append(_Version(name="the machine's draft", cues=track.state.machine()))
    return found


def _version(path: Path | None, cues: Sequence[Cue], track: OpenTrack) -> _Version:
    aligned = align([replace(cue, id="") for cue in cues], track.known(), reel=track.reel)
    return _Version(name=path.name if path else "", cues=aligned.plain())


def _nearest(began: Sequence[_Version], one: _Returned) -> _Version:
    """Return the version that a file is, or else the one it shares most with, the older of two.

    Taking an older one for it costs a conflict at worst, a newer one somebody's edit. Raises SubtitleError where it is like
    none.
    """
    wanted = _contents(one.cues)

    def unlike(version: _Version) -> tuple[bool, int]:
        there = _contents(version.cues)
        return there != wanted, -(there & wanted).total()

    best = min(reversed(began), key=unlike)
    shared = len(matches(sorted(best.cues, key=lambda cue: (cue.start_ms, cue.end_ms)), one.cues))
    if 2 * shared < max(len(one.cues), 1):
        what = f"only {shared} of its {len(one.cues)} subtitles are like those of this track"
        raise SubtitleError(
            (Finding(file=one.name, what=what, cure="check that it is the right file and reel, or pass --base FILE"),)
        )
    return best


def _require_whole(one: _Returned, base: _Version, now: Sequence[Cue]) -> None:
    """Refuse a version that lacks so much, or so much of the end, that it was cut short rather than edited.

    What it lacks would be taken out of the file. Raises SubtitleError.
    """
    began = sorted(base.cues, key=lambda cue: (cue.start_ms, cue.end_ms))
    pairs = matches(began, one.cues)
    found = {row for row, _ in pairs} | set(joined_into(began, one.cues, pairs))
    there = {cue.id for cue in now}
    lacking = [row for row, cue in enumerate(began) if row not in found and cue.id in there]
    at_the_end = sum(row > max(found, default=-1) for row in lacking)
    if len(lacking) <= 1 or (len(lacking) * _PART <= len(began) and at_the_end < _MOST_OFF_THE_END):
        return
    what = f"it lacks {len(lacking)} of the {len(began)} subtitles that {base.name or 'what it began with'} has"
    cure = "check that all of it has come; if they were deleted on purpose, add --deletions"
    raise SubtitleError((Finding(file=one.name, what=what, cure=cure),))


def _contents(cues: Iterable[Cue]) -> Counter[_Content]:
    return Counter(_content(cue) for cue in cues)


def _content(cue: Cue) -> _Content:
    return cue.start_ms, cue.end_ms, normal_text(cue.text)


def _told(one: _Returned, base: _Version, merged: Merged) -> FileMerged:
    return FileMerged(
        name=one.name,
        began_with=base.name,
        taken=merged.followed,
        added=merged.added,
        removed=merged.removed,
        conflicts=merged.conflicts,
    )
