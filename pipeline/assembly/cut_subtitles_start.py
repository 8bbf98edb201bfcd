"""`testimonio subtitles cut`: the file that a person writes a cut's own subtitles into, and what is still to be written."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from footage_manifest.timebase import frame_to_ms
from footage_manifest.wording import listed, shown
from pipeline.assembly import edits, outputs, ready_cuts, road, survey, words
from pipeline.assembly.captions_cut import Own, cut_words, reel_tracks
from pipeline.assembly.cut_subtitles import keep_states, own_name, read_own_track
from pipeline.assembly.edits import ReadyCut
from pipeline.assembly.options import RunOptions, Step
from pipeline.assembly.own_folder import own_folder
from pipeline.assembly.people_files import write_new
from pipeline.assembly.site import Site
from pipeline.errors import UsageError
from pipeline.ports.work import Progress
from pipeline.timeline.apart import Moved
from pipeline.timeline.own_cues import OwnTrack, Settled, settle
from pipeline.timeline.own_places import Heard
from pipeline.timeline.retime import move
from subtitles.cue import Cue
from subtitles.cut_state import CutTrackState
from subtitles.formats.srt import write_srt
from subtitles.identity import content_hash
from subtitles.merge import align
from subtitles.state import CueStatus
from subtitles.style import STYLES


@dataclass(frozen=True, slots=True, kw_only=True)
class StartOptions:
    """What is asked for: the cut and the language, and whether what the file says now is approved."""

    folder: Path
    cut: str
    language: str
    approve: bool = False
    jobs: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """A cut's own file. `made` says whether it was made now; people's text in one that was there is never changed.

    `partly` are the cues that are only partly heard and that the file does not stand for: those that were written into a new
    file, or that are missing in an old one, in RECORD milliseconds. `own` are the cues of the file where they are in the cut
    now; `approved` is how many of them count as approved. `problems` are what is to be looked at.
    """

    file: str
    made: bool
    partly: tuple[Cue, ...] = ()
    own: tuple[Cue, ...] = ()
    approved: int = 0
    problems: tuple[str, ...] = ()


def start(options: StartOptions, progress: Progress) -> Started:
    """Make the file of a cut's own subtitles from the cues that are only partly heard, with the reel's text, or look at it.

    Whoever leaves such a cue as it is accepts it. A file that is there stays as it is: what it lacks is said, and with
    `approve` its cues count as approved as they stand. Raises UsageError for a language that the film does not have and for
    an approval of nothing; else as `road.run`, for what keeps the cut from being made.
    """
    asked = RunOptions(folder=options.folder, cuts=(options.cut,), jobs=options.jobs, to=Step.RETIME)
    with road.opened(asked, progress) as site:
        known = site.production.film.languages
        if options.language not in known:
            raise UsageError(f"the film has no subtitles in {shown(options.language)}", f"it has {listed(known)}")
        name = own_name(options.cut, options.language)
        track, _ = read_own_track(site.folder, options.cut, options.language)
        if track is None and options.approve:
            raise UsageError(f"{name} is not there, so there is nothing to approve", "run this without --approve first")
        heard = _heard(site, options)
        if track is None:
            return _made(site, options, heard)
        settled = settle(track, heard)
        state = _approved(track, settled, heard) if options.approve else settled.state
        keep_states(site, options.cut, {options.language: state})
        now = settle(replace(track, state=state), heard)
        return Started(
            file=name,
            made=False,
            partly=_cues(_partly(heard, settled.replaced), heard),
            own=_cues((*settled.moved, *settled.above), heard),
            approved=sum(status is CueStatus.APPROVED for status in now.status.values()),
            problems=tuple(str(finding) for finding in now.findings),
        )


def _heard(site: Site, options: StartOptions) -> Heard:
    """Return the cut as the language of it is heard."""
    manifest = site.production.manifest
    media = survey.survey(site, manifest.reels, manifest.stills)
    ready = ready_cuts.ready(site, options.cut, media)
    site = edits.site_of(site, ready)
    version = outputs.versions(site.production, options.cut)[0]
    whole: ReadyCut = replace(ready, timeline=ready.timeline_with(version.narration))
    used = edits.keys_used(whole.timeline)
    known = words.prepare(site, media, [key for key in words.spoken_reels(site) if key in used])
    known.require(whole)
    cut = cut_words(whole, known.reels, STYLES[site.production.film.subtitles.style], Own())
    tracks = reel_tracks(options.language, cut.keys, cut.words)
    return Heard(
        timeline=whole.timeline,
        runs=cut.heard,
        speech=frozenset(cut.keys),
        tracks=tracks,
        movement=move(cut.heard, tracks, whole.timeline.rate),
    )


def _made(site: Site, options: StartOptions, heard: Heard) -> Started:
    """Write the file and what is known of it, the state first, as with every file that is handed over."""
    name = own_name(options.cut, options.language)
    cues = _cues(_partly(heard, frozenset()), heard)
    if not cues:
        return Started(file=name, made=False)
    empty = CutTrackState(cut=options.cut, language=options.language)
    bare = [replace(cue, id="") for cue in cues]
    own = OwnTrack(file=name, aligned=align(bare, None, reel=options.cut), state=empty)
    keep_states(site, options.cut, {options.language: settle(own, heard).state})
    own_folder(site.folder, str(Path(name).parent))
    write_new(site.folder / name, write_srt(bare, file=name), partial=site.engine.store.root / "work")
    return Started(file=name, made=True, partly=cues)


def _partly(heard: Heard, replaced: frozenset[str]) -> tuple[Moved, ...]:
    doubtful = heard.movement.partly.keys() - replaced
    return tuple(one for one in heard.movement.moved if one.cue.id in doubtful)


def _cues(moved: Sequence[Moved], heard: Heard) -> tuple[Cue, ...]:
    """Return moved cues in RECORD milliseconds, in order of time."""
    rate = heard.timeline.rate
    cues = [replace(one.cue, start_ms=frame_to_ms(one.start, rate), end_ms=frame_to_ms(one.end, rate)) for one in moved]
    return tuple(sorted(cues, key=lambda cue: (cue.start_ms, cue.end_ms, cue.id)))


def _approved(track: OwnTrack, settled: Settled, heard: Heard) -> CutTrackState:
    """Return what is known of a file whose cues are approved as they stand, over what is heard under them now."""
    cues = track.aligned.by_id()
    fresh = settle(replace(track, state=_unheard(settled.state)), heard)
    hashes = {name: one.heard_hash for name, one in fresh.state.by_id().items()}
    approved = [
        one.model_copy(
            update={"heard_hash": hashes[one.id], "approved_hash": content_hash(cues[one.id].cue)}
            if one.id in fresh.status
            else {}
        )
        for one in settled.state.cues
    ]
    return settled.state.model_copy(update={"cues": tuple(approved)})


def _unheard(state: CutTrackState) -> CutTrackState:
    """Return a state whose cues count as changed since, so that what is heard under them is taken anew."""
    return state.model_copy(
        update={"cues": tuple(one.model_copy(update={"text": f"{one.text}?"}) for one in state.cues)}
    )
