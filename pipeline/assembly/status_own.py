"""How far a cut's own subtitle files are (SEMANTICS rule 16)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from footage_manifest.subtitle_tracks import SubtitleKind
from pipeline.assembly.cut_subtitles import own_name, own_state_name, read_own_track
from pipeline.timeline.own_cues import OwnTrack
from subtitles.errors import SubtitleError
from subtitles.identity import content_hash
from subtitles.state import CueStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnStatus:
    """One file of a cut's own in one language; `kind` is full or sdh. `problem` says why it cannot be used.

    A cue counts as approved while it says what was approved. Whether other words are heard there since, after which it is
    edited again, is seen only when the cut is made.
    """

    language: str
    kind: str
    file: str
    counts: Mapping[CueStatus, int]
    words: int = 0
    problem: str = ""


def own_statuses(folder: Path, cut: str, languages: tuple[str, ...]) -> tuple[OwnStatus, ...]:
    """Return the subtitle files of a cut's own that are there, or are known and missing."""
    return tuple(_found(folder, cut, languages))


def _found(folder: Path, cut: str, languages: tuple[str, ...]) -> Iterator[OwnStatus]:
    for language in languages:
        for kind in (SubtitleKind.FULL, SubtitleKind.SDH):
            name = f"{language}{kind.suffix}"
            if any((folder / file).exists() for file in (own_name(cut, name), own_state_name(cut, name))):
                yield _status(folder, cut, language, kind)


def _status(folder: Path, cut: str, language: str, kind: SubtitleKind) -> OwnStatus:
    track: OwnTrack | None = None
    problem = ""
    try:
        track, _ = read_own_track(folder, cut, language, kind)
        problem = "" if track else "the file is missing"
    except SubtitleError as error:
        problem = str(error).splitlines()[0]
    cues = track.aligned.cues if track else ()
    known = track.state.by_id() if track else {}
    approved = sum(one.id in known and known[one.id].approved_hash == content_hash(one.cue) for one in cues)
    return OwnStatus(
        language=language,
        kind=kind.value,
        file=own_name(cut, f"{language}{kind.suffix}"),
        counts={CueStatus.DRAFT: 0, CueStatus.EDITED: len(cues) - approved, CueStatus.APPROVED: approved},
        words=sum(len(one.cue.text.split()) for one in cues),
        problem=problem,
    )
