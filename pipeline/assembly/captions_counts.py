"""How finished the subtitles of a cut are, and how they stand to what is spoken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from footage_manifest.findings import Finding
from pipeline.assembly.captions_cut import CutWords
from pipeline.timeline.apart import Moved
from pipeline.timeline.own_cues import Settled
from pipeline.timeline.retime import Retimed
from subtitles import merge
from subtitles.state import CueStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How a language stands to what is spoken: how many of its cues are stale, how many of that are untranslated."""

    stale: int = 0
    untranslated: int = 0
    findings: tuple[Finding, ...] = ()


def counts(language: str, cut: CutWords, retimed: Retimed, settled: Mapping[str, Settled]) -> dict[CueStatus, int]:
    """Return how many cues that are shown have each status, the cut's own among them.

    What was approved and has had another side since, which no one has settled, is only edited.
    """
    found = dict.fromkeys(CueStatus, 0)
    for key in cut.keys:
        track = cut.words[key].tracks.get(language)
        for aligned in track.aligned.cues if track else ():
            disputed = aligned.in_conflict and aligned.status is CueStatus.APPROVED
            found[CueStatus.EDITED if disputed else aligned.status] += aligned.id in retimed.shown
    for one in settled.values():
        for status in one.status.values():
            found[status] += 1
    return found


def told(language: str, cut: CutWords, retimed: Retimed, own: Settled | None) -> Told:
    """Return how a language of a cut stands to what is spoken in it; the cut's own cues translate what they stand over."""
    spoken = frozenset(one.cue.id.rpartition("@")[0] for one in cut.spoken)
    covered = _covered(cut.spoken, own)
    here = retimed.shown | (spoken - covered)
    stale, untold = 0, 0
    findings: list[Finding] = []
    for key in cut.keys:
        reel = cut.words[key]
        source, track = reel.source_of(language), reel.tracks.get(language)
        if source is None:
            continue
        if track is None:
            untold += sum(cue.id in spoken - covered for cue in source.aligned.cues)
            continue
        old = [one for one in merge.staleness(track.aligned, source.aligned, file=track.file) if one.field in here]
        untold += sum(cue.id in spoken - covered for cue in merge.untranslated(track.aligned, source.aligned))
        stale += len(old)
        findings.extend(old)
    return Told(stale=stale, untranslated=untold, findings=tuple(findings))


def _covered(spoken: Sequence[Moved], own: Settled | None) -> frozenset[str]:
    """Return the ids of spoken cues that the cut's own cues stand over wherever they are heard."""
    if own is None:
        return frozenset()
    bare = [one for one in spoken if not any(_mostly_at_once(one, other) for other in own.moved)]
    return frozenset(one.cue.id.rpartition("@")[0] for one in spoken) - {one.cue.id.rpartition("@")[0] for one in bare}


def _mostly_at_once(one: Moved, other: Moved) -> bool:
    shared = min(one.end, other.end) - max(one.start, other.start)
    return shared > 0 and 2 * shared >= min(one.end - one.start, other.end - other.start)
