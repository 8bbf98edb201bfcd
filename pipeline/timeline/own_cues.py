"""A cut's own subtitles on its record clock (SEMANTICS rule 16): where each goes, and for which cues of the reels it stands.

A cue that has the times that the state knows goes with what it stood over, wherever that is in the cut now. One that is
new, or that a person has moved, stands where the file says, and is bound to what is there now.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from footage_manifest.findings import Finding, Severity
from pipeline.timeline.apart import Moved
from pipeline.timeline.own_places import NOWHERE, Found, Heard, Places, stands_apart
from subtitles.cue import Cue
from subtitles.cut_state import CutTrackState, OwnCueState, Side
from subtitles.identity import content_hash, same_cue
from subtitles.merge import AlignedCue, AlignedTrack
from subtitles.state import CueStatus
from subtitles.tags import plain


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTrack:
    """One file of a cut's own, in RECORD milliseconds, held against its state; `file` is relative to the film folder."""

    file: str
    aligned: AlignedTrack
    state: CutTrackState


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """A cut's own cues where they go. `replaced` are the ids of moved cues that they stand for, shown or not.

    `above` are additions that say of themselves where they stand: they are shown beside what is said at the time. `status`
    says how finished each cue of the file is that found its place. `state` is what is known of the file from now on.
    """

    moved: tuple[Moved, ...] = ()
    above: tuple[Moved, ...] = ()
    replaced: frozenset[str] = frozenset()
    status: Mapping[str, CueStatus]
    findings: tuple[Finding, ...] = ()
    state: CutTrackState


def settle(own: OwnTrack, heard: Heard) -> Settled:
    r"""Return where the cut's own cues go, and what is known of them from now on.

    A cue stands for a cue of the reels if the state says so, or, where it is new, if the two share at least half of the
    shorter one's time; it does not if it says of itself where it stands (`{\an8}`). One without a text hides what it stands
    for. Findings: what a cue stood over is not in the cut any more (it is not shown, and comes back with it), or other words
    are heard there now than when it was written: in the language that is spoken the reel's own cue is shown then.
    """
    return _Settling(own, heard).settled()


class _Settling:
    """One pass over a file."""

    def __init__(self, own: OwnTrack, heard: Heard) -> None:
        self.own = own
        self.places = Places(heard)
        self.entries = own.state.by_id()
        self.taken: set[str] = set()

    def settled(self) -> Settled:
        """Return what came of it."""
        cues = sorted(self.own.aligned.cues, key=lambda one: (one.cue.start_ms, one.cue.end_ms, one.position))
        followed = self.places.followed([self.entries[one.id] for one in cues if self._as_known(one)])
        moved: list[Moved] = []
        above: list[Moved] = []
        replaced: set[str] = set()
        status: dict[str, CueStatus] = {}
        findings: list[Finding] = []
        states: list[OwnCueState] = []
        for one in cues:
            found = followed.get(one.id) if self._as_known(one) else self._as_written(one.cue)
            if found is None:
                findings.append(self._orphaned(one))
                states.extend([self.entries[one.id]] if one.id in self.entries else [])
                continue
            state, changed = self._state(one, found)
            states.append(state)
            findings.extend([self._heard_otherwise(one, found)] if changed else [])
            if changed and self.places.spoken(found):
                continue  # the reel's own cue keeps only the words heard, and a word that was cut away is in no other
            approved = state.approved_hash and state.approved_hash == content_hash(one.cue) and not changed
            status[one.id] = CueStatus.APPROVED if approved else CueStatus.EDITED
            replaced |= {other.cue.id for other in found.instead}
            if plain(one.cue.text):
                (above if stands_apart(one.cue) and not found.instead else moved).append(self._shown(one, found))
        known = self.own.state.model_copy(
            update={"cues": tuple(sorted(states, key=lambda cue: (cue.start_ms, cue.id)))}
        )
        return Settled(
            moved=tuple(moved),
            above=tuple(above),
            replaced=frozenset(replaced),
            status=status,
            findings=tuple(findings),
            state=known,
        )

    def _as_written(self, cue: Cue) -> Found | None:
        replacing = self.own.state.kind == "full" and not stands_apart(cue)
        return self.places.as_written(cue, replacing=replacing)

    def _as_known(self, one: AlignedCue) -> bool:
        """Return whether a cue has the times at which the state knows it."""
        entry = self.entries.get(one.id)
        return entry is not None and (entry.start_ms, entry.end_ms) == (one.cue.start_ms, one.cue.end_ms)

    # ----------------------------------------------------------------------------------------------------------- what it is

    def _state(self, one: AlignedCue, found: Found) -> tuple[OwnCueState, bool]:
        """Return what is known of a cue from now on, and whether other words are heard under it than when it was written."""
        entry, heard = self.entries.get(one.id), self.places.hash_of(found)
        if entry is not None and self._as_known(one):
            if same_cue(entry.cue, one.cue):
                return entry, heard != entry.heard_hash
            return entry.model_copy(update={"text": one.cue.text, "heard_hash": heard}), False
        return (
            OwnCueState(
                id=one.id,
                start_ms=one.cue.start_ms,
                end_ms=one.cue.end_ms,
                text=one.cue.text,
                anchor=self.places.anchor(found),
                replaces=tuple(other.cue.id.rpartition("@")[0] for other in found.instead),
                heard_hash=heard,
            ),
            False,
        )

    def _shown(self, one: AlignedCue, found: Found) -> Moved:
        number = found.stretch.number if found.stretch else NOWHERE
        name = f"{one.id}@{number}"
        if found.instead and found.instead[0].cue.id not in self.taken:
            name = found.instead[0].cue.id  # by which both languages of it pair
        self.taken.add(name)
        return Moved(file=self.own.file, cue=replace(one.cue, id=name), start=found.start, end=found.end, run=number)

    # ------------------------------------------------------------------------------------------------------------- findings

    def _orphaned(self, one: AlignedCue) -> Finding:
        entry = self.entries.get(one.id) if self._as_known(one) else None
        if entry is None or entry.anchor.side is Side.RECORD:
            return self._finding(one, "it lies behind the end of the cut, and is not shown", "delete it, or move it")
        anchor = entry.anchor
        place = f"{anchor.key} from {anchor.start_ms / 1000:.3f} s to {anchor.end_ms / 1000:.3f} s"
        what = f"what it stood over ({place}) is not in the cut any more, and it is not shown"
        return self._finding(one, what, "delete it, or give it the time in the cut at which it belongs")

    def _heard_otherwise(self, one: AlignedCue, found: Found) -> Finding:
        said = _short(self.places.said(found))
        kept = ", and the reel's own subtitle is shown" if self.places.spoken(found) else ""
        what = f"other words are heard under '{_short(one.cue.text)}' than when it was written: '{said}'{kept}"
        return self._finding(one, what, "change it, or keep it with testimonio subtitles cut --approve")

    def _finding(self, one: AlignedCue, what: str, cure: str) -> Finding:
        return Finding(severity=Severity.WARNING, file=self.own.file, line=one.line, field=one.id, what=what, cure=cure)


def _short(text: str) -> str:
    said = plain(text)
    return said if len(said) <= 60 else f"{said[:59]}…"
