"""A cut's own subtitles (SEMANTICS rule 16): people's files in `subtitles/cuts`, and what is known of them.

The files are people's: a run only reads them. What it knows of them, over what each cue stands, it keeps in
`subtitles/state/cuts`, so that the cues go where that goes when the cut changes.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from footage_manifest.findings import Finding, Severity
from footage_manifest.model import Production
from footage_manifest.subtitle_tracks import SubtitleKind
from pipeline.assembly import graphics
from pipeline.assembly.captions import Own
from pipeline.assembly.captions_speakers import speakers
from pipeline.assembly.captions_voices import voices
from pipeline.assembly.edits import ReadyCut
from pipeline.assembly.own_folder import own_folder
from pipeline.assembly.people_files import read_own
from pipeline.assembly.site import Site
from pipeline.durable import storage_errors, write_whole
from pipeline.timeline.own_cues import OwnTrack
from subtitles.cut_state import CutTrackState, dump_cut_state, load_cut_state
from subtitles.formats.srt import read_srt
from subtitles.merge import align

FOLDER = "subtitles/cuts"
STATE_FOLDER = "subtitles/state/cuts"
_KINDS = (SubtitleKind.FULL, SubtitleKind.SDH)


def own_name(cut: str, track: str) -> str:
    """Return the name of a cut's own file, relative to the film folder. `track` is `es`, or `es.sdh`."""
    return f"{FOLDER}/{cut}.{track}.srt"


def own_state_name(cut: str, track: str) -> str:
    """Return the name of what is known of it, relative to the film folder."""
    return f"{STATE_FOLDER}/{cut}.{track}.json"


def own_subtitles(site: Site, ready: ReadyCut) -> Own:
    """Return what a cut adds to its reels' subtitles, and the names that its picture shows.

    Raises SubtitleError, with every problem of the first bad file, and as `graphics.names`.
    """
    tracks: dict[str, OwnTrack] = {}
    findings: list[Finding] = []
    for language in site.production.film.languages:
        for kind in _KINDS:
            name = f"{language}{kind.suffix}"
            track, seen = read_own_track(site.folder, ready.name, language, kind)
            findings.extend(seen)
            if track is not None:
                tracks[name] = track
    named = graphics.names(site, ready).shown
    return Own(
        tracks=tracks,
        speakers=speakers(site, ready),
        voices=voices(site, ready),
        names=named,
        findings=tuple(findings),
    )


def read_own_track(
    folder: Path, cut: str, language: str, kind: SubtitleKind = SubtitleKind.FULL
) -> tuple[OwnTrack | None, tuple[Finding, ...]]:
    """Return one file of a cut's own as people have it, None where it is not there, and what was noticed.

    Raises SubtitleError for a file or state that cannot be read, EmptySubtitles for a file that was emptied.
    """
    name = f"{language}{kind.suffix}"
    file = own_name(cut, name)
    content, known = read_own(folder, file), read_own(folder, own_state_name(cut, name))
    if content is None:
        what = f"it is not there any more, and {own_state_name(cut, name)} is: the cut has none of its subtitles"
        gone = Finding(severity=Severity.WARNING, file=file, what=what, cure="put it back, or delete the other as well")
        return None, () if known is None else (gone,)
    empty = CutTrackState(cut=cut, language=language, kind="sdh" if kind is SubtitleKind.SDH else "full")
    state = empty if known is None else load_cut_state(known, file=own_state_name(cut, name))
    document = read_srt(content, file=file)
    aligned = align(document.cues, state.as_track(), reel=cut, lines=[entry.line for entry in document.entries])
    return OwnTrack(file=file, aligned=aligned, state=state), document.findings


def keep_states(site: Site, cut: str, states: Mapping[str, CutTrackState]) -> None:
    """Keep what is known of a cut's own files, by track, where it changed. Raises StoreError."""
    if site.options.dry_run:
        return
    for track, state in states.items():
        path, content = site.folder / own_state_name(cut, track), dump_cut_state(state)
        own_folder(site.folder, STATE_FOLDER)
        with storage_errors(f"writing {own_state_name(cut, track)}"):
            if path.is_file() and path.read_bytes() == content:
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            work = site.engine.store.root / "work"  # where what a kill leaves behind is cleared away
            beside = work.stat().st_dev != path.parent.stat().st_dev
            write_whole(path, content, partial=path.parent if beside else work)


def strangers(folder: Path, production: Production) -> tuple[Finding, ...]:
    """Return a warning for each SRT in `subtitles/cuts` that no cut and language of the film has the name of."""
    film = production.film
    known = {
        own_name(cut, f"{language}{kind.suffix}") for cut in film.cuts for language in film.languages for kind in _KINDS
    }
    found = sorted(f"{FOLDER}/{path.name}" for path in (folder / FOLDER).glob("*.srt"))
    return tuple(_stranger(name, known) for name in found if name not in known)


def _stranger(name: str, known: Iterable[str]) -> Finding:
    what = "no cut and language of the film go by this name, so nothing reads it"
    example = min(known, default="")
    cure = f"rename it to CUT.LANGUAGE.srt, such as {example}" if example else "take it out"
    return Finding(severity=Severity.WARNING, file=name, what=what, cure=cure)
