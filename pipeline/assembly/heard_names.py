"""Which names and terms that were heard nearly right are still to be looked at: for `check` and `status`."""

from collections.abc import Sequence
from pathlib import Path

from footage_manifest.findings import Finding, Severity
from footage_manifest.model import Production
from pipeline.assembly import known_reels
from pipeline.assembly.handover import read_track, srt_name
from pipeline.assembly.near_names import NearName, near_names
from pipeline.ports.work import Progress
from subtitles.cue import Cue
from subtitles.errors import SubtitleError
from subtitles.quote_words import folded
from subtitles.transcript import Transcript

_AROUND_MS = 1_000


def open_names(folder: Path, production: Production, progress: Progress) -> tuple[NearName, ...]:
    """Return the near names of all reels that were heard, without those that people's subtitles no longer say.

    Nothing is made, and nothing of people who withdrew is read.
    """
    keys = [key for key in production.manifest.reels if not known_reels.withdrawn(production, key)]
    found: list[NearName] = []
    for key, known in known_reels.stored(folder, production, keys, progress).items():
        stated = production.manifest.reels[key].language or production.film.languages[:1]
        heard = Transcript(language=stated[0], words=known.words, other_language=(*stated[1:], "")[0])
        cues: dict[str, tuple[Cue, ...]] = {}
        for one in near_names(production, key, heard):
            if one.language not in cues:
                cues[one.language] = _cues(folder, key, one.language)
            if _still_said(one, cues[one.language]):
                found.append(one)
    return tuple(found)


def findings(names: Sequence[NearName]) -> tuple[Finding, ...]:
    """Return what `check` says of near names: notes, never more."""
    return tuple(Finding(severity=Severity.NOTE, file=srt_name(one.reel, one.language), what=str(one)) for one in names)


def _cues(folder: Path, reel: str, language: str) -> tuple[Cue, ...]:
    try:
        track = read_track(folder, reel, language)
    except SubtitleError:  # its own command says so
        return ()
    return track.cues if track else ()


def _still_said(one: NearName, cues: Sequence[Cue]) -> bool:
    """Return whether the subtitles around still say what was heard; without subtitles nobody has decided yet."""
    if not cues:
        return True
    near = [cue for cue in cues if cue.start_ms < one.end_ms + _AROUND_MS and one.start_ms - _AROUND_MS < cue.end_ms]
    return "".join(folded(one.heard)) in "".join("".join(folded(cue.text)) for cue in near)
