"""`testimonio subtitles approve`: cues approved as they stand, so that the gate `approved` may pass."""

from dataclasses import dataclass
from pathlib import Path

from footage_manifest.load import load_production
from pipeline.assembly.track_files import Change, OpenTrack, change_track, open_track
from pipeline.errors import UsageError
from subtitles.cue import Cue
from subtitles.merge import AlignedTrack, Standing, sources_of, stale_cues, standing_of
from subtitles.state import CueStatus, TrackState, approved, disapproved, settled


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveOptions:
    """What is asked for: the cues with the ids `cues`, or all. No `languages` means all; `undo` takes approval back."""

    folder: Path
    reel: str
    languages: tuple[str, ...] = ()
    cues: tuple[str, ...] = ()
    every: bool = False
    undo: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackApproved:
    """What became of one track: the ids of the cues done, and of those left because they are to be looked at first."""

    file: str
    language: str
    done: tuple[str, ...]
    stale: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()


def approve(options: ApproveOptions) -> tuple[TrackApproved, ...]:
    """Approve cues as they stand, drafts too, or take that back, and return what became of each track.

    Among all, a cue that is stale or in conflict is left, and named. One that is named by its id counts as looked at: its
    conflict is settled, with what stands in the file, and it is stale no longer. Raises UsageError for a reel, language or
    cue that is not there, and as `change_track`.
    """
    production = load_production(options.folder).production
    if options.reel not in production.manifest.reels:
        raise UsageError(f"the film has no reel '{options.reel}'", f"it has: {', '.join(production.manifest.reels)}")
    for language in options.languages:
        if language not in production.film.languages:
            raise UsageError(
                f"the film has no language '{language}'", f"it has: {', '.join(production.film.languages)}"
            )
    wanted = options.languages or tuple(production.film.languages)
    tracks = [track for one in wanted if (track := open_track(options.folder, options.reel, one)) is not None]
    _require_there(options, tracks)
    return tuple(done for track in tracks if (done := _approved(options, track)) is not None)


def _require_there(options: ApproveOptions, tracks: list[OpenTrack]) -> None:
    if not tracks:
        raise UsageError(f"there are no subtitles of {options.reel} yet", "testimonio run makes them")
    for track in tracks:
        if not track.digest:  # what stands in its place is the machine's draft, which nobody has looked at
            raise UsageError(
                f"{track.file} is missing", "put it back, or have testimonio run make it again, and look at it"
            )
    there = {name for track in tracks for name in _ids(track)}
    for name in options.cues:
        if name not in there:
            raise UsageError(
                f"--cue: no subtitle of {options.reel} is called '{name}'", "sync and status --json name them"
            )


def _approved(options: ApproveOptions, track: OpenTrack) -> TrackApproved | None:
    source_language = track.state.source_language if track.state else None
    source = open_track(options.folder, options.reel, source_language) if source_language else None
    done: list[TrackApproved] = []

    def change(now: OpenTrack) -> Change:
        found = _chosen(options, now, source.aligned if source else None)
        done[:] = [found]
        state = now.known()
        if options.undo:
            return Change(cues=now.aligned.plain(), state=disapproved(state, found.done))
        if options.cues:
            state = _looked_at(state, now.aligned, found.done, source.aligned if source else None)
        there = {cue.id: cue.cue for cue in now.aligned.cues if cue.id in found.done}
        return Change(cues=now.aligned.plain(), state=approved(state, there))

    if options.cues and not _chosen(options, track, source.aligned if source else None).done:
        return None
    change_track(options.folder, options.reel, track.language, change)
    return done[0]


def _chosen(options: ApproveOptions, track: OpenTrack, source: AlignedTrack | None) -> TrackApproved:
    if options.cues:
        done = tuple(name for name in _ids(track) if name in options.cues)
        return TrackApproved(file=track.file, language=track.language, done=done)
    if options.undo:  # also of what was changed or deleted since: put back as it was, it would be approved again
        known = track.state.cues if track.state else ()
        done = tuple(cue.id for cue in known if cue.status is CueStatus.APPROVED)
        return TrackApproved(file=track.file, language=track.language, done=done)
    stale = stale_cues(track.aligned, source) if source else frozenset()
    standing = {cue.id: standing_of(cue, stale) for cue in (*track.aligned.cues, *track.aligned.unsettled())}
    left = {Standing.STALE, Standing.CONFLICT}
    return TrackApproved(
        file=track.file,
        language=track.language,
        done=tuple(name for name, stands in standing.items() if stands not in left),
        stale=tuple(name for name, stands in standing.items() if stands in left and stands is Standing.STALE),
        conflicts=tuple(name for name, stands in standing.items() if stands in left and stands is Standing.CONFLICT),
    )


def _ids(track: OpenTrack) -> list[str]:
    """Return the ids of a track's cues and of those that were deleted, whose conflicts may be to settle."""
    return [*(cue.id for cue in track.aligned.cues), *(cue.id for cue in track.aligned.deleted)]


def _looked_at(
    state: TrackState, aligned: AlignedTrack, names: tuple[str, ...], source: AlignedTrack | None
) -> TrackState:
    """Return `state` with cues compared by a person with what they translate now."""
    of: dict[str, tuple[Cue, ...]] = sources_of(aligned, source) if source else {}
    return settled(state, {name: of.get(name, ()) for name in names})
