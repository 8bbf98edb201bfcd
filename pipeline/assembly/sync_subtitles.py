"""`testimonio subtitles sync`: a new draft, a new transcript or a corrected source brought into people's files.

The spoken language comes first, then each translation of it as it is then. Everything is a three-way merge, so what people
made of a cue stays, and what contradicts it is kept beside it as a conflict.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.assembly import road, survey, words
from pipeline.assembly.handover import Draft, Track, srt_name
from pipeline.assembly.handover_both import drafts_with, heard_by, spoken_part, translated_by
from pipeline.assembly.options import RunOptions, Step
from pipeline.assembly.renew_translation import Renewal, redrafts, renewal
from pipeline.assembly.site import Site
from pipeline.assembly.track_files import Change, OpenTrack, change_track, in_file_order, open_track
from pipeline.engine.run import WouldRun
from pipeline.errors import UsageError
from pipeline.ports.work import Progress
from pipeline.stages.media import Media
from subtitles.after_merge import after_machine, held
from subtitles.cue import Cue
from subtitles.merge import align, stale_cues
from subtitles.state import TrackState
from subtitles.three_way import Conflict, Merged, merge_three
from subtitles.transcript import Transcript


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncOptions:
    """What is asked for: no `reels` or `languages` means all. A dry run says what would be done, and writes nothing."""

    folder: Path
    reels: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    dry_run: bool = False
    jobs: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackSynced:
    """What became of one track: ids of cues, in order of time. `changed` says whether its file differs from before.

    `stale` are those whose source changed and that people have to look at.
    """

    reel: str
    language: str
    file: str
    changed: bool
    followed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Synced:
    """What became of each track. `would_run` is what a dry run found to be done first, stage and subject."""

    tracks: tuple[TrackSynced, ...] = ()
    would_run: tuple[str, ...] = ()


def sync(options: SyncOptions, progress: Progress) -> Synced:
    """Bring what is new into people's files, and return what became of each.

    Files that are not there are not made. Raises UsageError for a reel or language that the film has not, as `road.opened`,
    and as `change_track`: tracks before the one that cannot be read are done then.
    """
    run = RunOptions(folder=options.folder, to=Step.HANDOVER, jobs=options.jobs, dry_run=options.dry_run)
    done: list[TrackSynced] = []
    with road.opened(run, progress) as site:
        try:
            _require_known(site, options)
            manifest = site.production.manifest
            media = survey.survey(site, manifest.reels, manifest.stills)
            keys = tuple(key for key in words.spoken_reels(site) if not options.reels or key in options.reels)
            for key, heard in words.heard_in_reels(site, media, keys).items():
                _reel(site, media, (key, heard), options.languages, done)
        except WouldRun as ahead:
            return Synced(tracks=tuple(done), would_run=tuple(f"{ahead.stage} {subject}" for subject in ahead.subjects))
    return Synced(tracks=tuple(done))


def _require_known(site: Site, options: SyncOptions) -> None:
    known = site.production.manifest.reels, site.production.film.languages
    for option, wanted, there in zip(("reel", "language"), (options.reels, options.languages), known, strict=True):
        for name in wanted:
            if name not in there:
                raise UsageError(f"--{option}: the film has no {option} '{name}'", f"it has: {', '.join(there)}")


def _reel(
    site: Site, media: Media, spoken: tuple[str, Transcript], wanted: tuple[str, ...], done: list[TrackSynced]
) -> None:
    """Bring one reel's tracks up to date, adding to `done` what became of each."""
    key, heard = spoken
    if heard.other_language:
        now = _both(site, media, spoken, wanted, done)
    else:
        now = _spoken(site, key, (heard, heard.language), done, write=not wanted or heard.language in wanted)
    if now is None:
        return
    for language in site.production.film.languages:
        if language not in heard.languages and (not wanted or language in wanted):
            _translation(site, media, now, (key, language), done)


def _both(
    site: Site, media: Media, spoken: tuple[str, Transcript], wanted: tuple[str, ...], done: list[TrackSynced]
) -> Track | None:
    """Bring both tracks of a reel in two languages up to date: what each says as heard, then what it translates.

    Returns the first language's as it is then, None where there is none.
    """
    key, heard = spoken
    tracks = {
        language: _spoken(site, key, (heard, language), done, write=not wanted or language in wanted)
        for language in heard.languages
    }
    for language, other in (heard.languages, heard.languages[::-1]):
        source = tracks[other]
        if source is not None and tracks[language] is not None and (not wanted or language in wanted):
            _translation(site, media, spoken_part(source, heard), (key, language), done, both=True)
    now = open_track(site.folder, key, heard.language)
    return _as_track(now) if now is not None and now.digest else None


def _spoken(site: Site, key: str, of: tuple[Transcript, str], done: list[TrackSynced], *, write: bool) -> Track | None:
    """Return the track of what is spoken in a language as it is after the merge, None where there is none."""
    heard, language = of
    track = open_track(site.folder, key, language)
    if track is None or _gone(site, track):
        if track is None:
            site.progress.note(f"{srt_name(key, language)} is not made yet: testimonio run makes it")
        return None
    if not write:
        return _as_track(track)
    draft = words.draft_spoken(site, key, heard, language)
    if not _can_follow(site, track, draft):
        return _as_track(track)

    def merged(now: OpenTrack) -> tuple[Change, Merged]:
        state = now.known()
        also = _translated(state) if heard.other_language else ()
        cues = [replace(cue, id="") for cue in sorted((*draft.cues, *also), key=lambda cue: (cue.start_ms, cue.end_ms))]
        found = merge_three(state.machine(), now.aligned.plain(), cues, held=held(state), reel=key)
        made_by = heard_by(state.made_by, draft.made_by) if heard.other_language else draft.made_by
        after = replace(after_machine(state, found), made_by=made_by)
        return Change(cues=in_file_order(now, found.cues), state=after), found

    now, found = _carried_out(site, track, merged)
    done.append(_synced(now, found, ()))
    if not site.options.dry_run:  # what keep_newer_draft left for people to look at is in their files now
        (site.engine.store.root / "drafts" / f"{key}.{language}.srt").unlink(missing_ok=True)
    return _as_track(now)


def _translated(state: TrackState) -> tuple[Cue, ...]:
    """Return what the machine last wrote as a translation."""
    return tuple(cue.base for cue in state.cues if cue.source_ids and not cue.own)


def _gone(site: Site, track: OpenTrack) -> bool:
    """Return whether a file that was handed over is not there, and say so: what people made of it may come back."""
    if not track.digest:
        site.progress.note(f"{track.file} is missing: put it back, or have testimonio run make it again")
    return not track.digest


def _can_follow(site: Site, track: OpenTrack, draft: Draft) -> bool:
    if track.state is None:
        site.progress.note(f"{track.file} has no state, so every cue is a person's and stays as it is")
        return False
    if not draft.cues and track.aligned.cues:
        site.progress.note(f"{track.file} stays as it is: no speech was found in {track.reel} now")
        return False
    return True


def _translation(
    site: Site, media: Media, spoken: Track, of: tuple[str, str], done: list[TrackSynced], *, both: bool = False
) -> None:
    """Bring a translation up to date; where `both` languages are spoken, what a track translates of the other."""
    key, language = of
    track = open_track(site.folder, key, language)
    if track is None:
        site.progress.note(f"{srt_name(key, language)} is not made yet: testimonio run makes it")
        return
    if _gone(site, track):
        return
    if track.state is None:
        site.progress.note(f"{track.file} has no state, so every cue is a person's and stays as it is")
        return
    engine = site.production.film.translation.into(spoken.language, language).engine
    made_by = track.state.made_by
    anew = engine not in {"auto", "none", ""} and bool(made_by) and not drafts_with(made_by, engine)
    needed = redrafts(track, spoken, anew=anew)
    draft = words.draft_translation(site, media, key, spoken, language) if needed else None

    def merged(now: OpenTrack) -> tuple[Change, Merged]:
        state = now.known(spoken.language)
        new: Renewal = renewal(now, spoken, draft, anew=anew)
        found = merge_three(state.machine(), now.aligned.plain(), new.cues, held=held(state), reel=key)
        after = after_machine(state, found, new.sources)
        if draft is not None and (anew or not after.made_by):
            after = replace(after, made_by=draft.made_by)
        if draft is not None and both:
            after = replace(after, made_by=translated_by(state.made_by, draft.made_by))
        return Change(cues=in_file_order(now, found.cues), state=after), found

    now, found = _carried_out(site, track, merged)
    done.append(_synced(now, found, stale_cues(now.aligned, spoken.aligned)))


def _carried_out(
    site: Site, track: OpenTrack, merged: Callable[[OpenTrack], tuple[Change, Merged]]
) -> tuple[OpenTrack, Merged]:
    """Return the track with the change made, in a dry run as it would be, and what the merge found."""
    found: list[Merged] = []

    def change(now: OpenTrack) -> Change:
        made, one = merged(now)
        found.append(one)
        return made

    if not site.options.dry_run:
        after = change_track(site.folder, track.reel, track.language, change)
        return after, found[-1]
    made = change(track)
    aligned = align(_bare(made.cues), made.state, reel=track.reel)
    return replace(track, aligned=aligned, state=made.state), found[-1]


def _bare(cues: Iterable[Cue]) -> list[Cue]:
    return [replace(cue, id="") for cue in cues]


def _as_track(track: OpenTrack) -> Track:
    return Track(
        file=track.file,
        language=track.language,
        source_language=track.state.source_language if track.state else None,
        aligned=track.aligned,
        state=track.state,
    )


def _synced(track: OpenTrack, merged: Merged, stale: Iterable[str]) -> TrackSynced:
    waiting = frozenset(stale)
    return TrackSynced(
        reel=track.reel,
        language=track.language,
        file=track.file,
        changed=merged.changed,
        followed=merged.followed,
        kept=merged.kept,
        added=merged.added,
        removed=merged.removed,
        stale=tuple(cue.id for cue in merged.cues if cue.id in waiting),
        conflicts=merged.conflicts,
    )
