"""What is known of a subtitle file beside the file itself (SEMANTICS rule 14): `subtitles/state/<reel>.<lang>.json`.

Nothing is coded into people's SRT files. The state holds each cue's id, what the machine last wrote (the base that a
person's file is compared and merged with), what it was translated from, whether a person has approved it, the other side
of a conflict that no one has settled, and what people remarked on it.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from subtitles.cue import Cue
from subtitles.formats.srt import write_srt
from subtitles.identity import content_hash, text_hash

STATE_VERSION = 1


class CueStatus(StrEnum):
    """How finished a cue is: as the machine wrote it, changed or made by a person, or approved by one."""

    DRAFT = "draft"
    EDITED = "edited"
    APPROVED = "approved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """What somebody remarked on a cue. `at` is the date and time, as ISO 8601 writes it, that the caller gave."""

    text: str
    who: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CueState:
    """One cue as it is known: `base` is what the machine last wrote, with the cue's id, in source milliseconds.

    `source_ids` name the cues it was translated from and `source_hash` what they said then (`identity.text_hash` of their
    texts, in order); both are empty in the spoken language. `approved_hash` is the `identity.content_hash` of the cue that
    was approved, empty unless the status is approved.

    `theirs` is the other side of a conflict that no one has settled, while the file keeps people's; without a text it says
    that the other side has no such cue. `theirs_from` names the file or person it came from, and is empty for the machine.
    `own` marks a cue of people's that the machine has not: its base is what it said when it became known, and it is never a
    draft. `split_from` is the id of the cue that such a one was cut off.
    """

    base: Cue
    status: CueStatus = CueStatus.DRAFT
    source_ids: tuple[str, ...] = ()
    source_hash: str = ""
    approved_hash: str = ""
    theirs: Cue | None = None
    theirs_from: str = ""
    comments: tuple[Comment, ...] = ()
    own: bool = False
    split_from: str = ""

    @property
    def id(self) -> str:
        """Return the cue's id."""
        return self.base.id


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackState:
    """What is known of one reel's subtitles in one language; `source_language` is None where that is the spoken one.

    `made_by` is the engine that wrote the bases, such as `apertium`, empty where that is not known. `cues` are in order of
    their base's start, then id.
    """

    reel: str
    language: str
    source_language: str | None = None
    made_by: str = ""
    cues: tuple[CueState, ...] = ()

    def by_id(self) -> dict[str, CueState]:
        """Return the cues by id."""
        return {cue.id: cue for cue in self.cues}

    def machine(self) -> tuple[Cue, ...]:
        """Return what the machine last wrote, with ids, in order: the base of a three-way merge."""
        return tuple(cue.base for cue in self.cues if not cue.own)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeded:
    """A track made for the first time: its state, and the SRT file to put in a person's hands."""

    state: TrackState
    srt: bytes


def seed(
    cues: Sequence[Cue],
    *,
    reel: str,
    language: str,
    made_by: str = "",
    source_language: str | None = None,
    source: Sequence[Cue] = (),
) -> Seeded:
    """Return state and file of a new track of `cues`, all drafts made by the engine `made_by`. Every cue has an id.

    For a translation, `source` are the cues it was made from: a cue of the same id is its source. Raises ValueError for a
    missing or repeated id, SubtitleError for a cue that SRT cannot hold.
    """
    ids = [cue.id for cue in cues]
    if not all(ids) or len(set(ids)) != len(ids):
        raise ValueError("every cue of a new track needs an id of its own")
    said = {cue.id: cue.text for cue in source}
    ordered = sorted(cues, key=lambda cue: (cue.start_ms, cue.id))
    states = tuple(
        CueState(
            base=cue,
            source_ids=(cue.id,) if cue.id in said else (),
            source_hash=text_hash(said[cue.id]) if cue.id in said else "",
        )
        for cue in ordered
    )
    state = TrackState(reel=reel, language=language, source_language=source_language, made_by=made_by, cues=states)
    return Seeded(state=state, srt=restore(state))


def restore(state: TrackState) -> bytes:
    """Return the SRT file to make again where it is missing: what the machine last wrote, not a person's edits.

    Cues of people's own are there as they were when they became known.
    """
    return write_srt([cue.base for cue in state.cues], file=f"{state.reel}.{state.language}.srt")


def approved(state: TrackState, cues: Mapping[str, Cue]) -> TrackState:
    """Return `state` with the given cues, by id, approved as they stand; ids the state does not know are left out."""
    return _each(
        state,
        cues,
        lambda cue: replace(cue, status=CueStatus.APPROVED, approved_hash=content_hash(cues[cue.id])),
    )


def disapproved(state: TrackState, ids: Collection[str]) -> TrackState:
    """Return `state` with the approval of the cues `ids` taken back."""
    return _each(state, ids, lambda cue: replace(cue, status=CueStatus.DRAFT, approved_hash=""))


def settled(state: TrackState, sources: Mapping[str, Sequence[Cue]]) -> TrackState:
    """Return `state` with the cues that `sources` names looked at by a person: no conflict is left, none is stale.

    `sources` are, by the id of each such cue, the cues it translates now, in order (`merge.sources_of`); none where the
    language is the spoken one.
    """

    def looked_at(cue: CueState) -> CueState:
        of = sources[cue.id]
        names, said = tuple(one.id for one in of), text_hash(*(one.text for one in of)) if of else ""
        return replace(cue, theirs=None, theirs_from="", source_ids=names, source_hash=said)

    return _each(state, sources, looked_at)


def commented(state: TrackState, name: str, comment: Comment) -> TrackState:
    """Return `state` with a remark added to the cue `name`, behind those it has."""
    return _each(state, {name}, lambda cue: replace(cue, comments=(*cue.comments, comment)))


def complete(state: TrackState, cues: Sequence[Cue], split_from: Mapping[str, str] | None = None) -> TrackState:
    """Return `state` knowing every one of `cues`, a whole track with ids: those it lacks are people's own.

    `split_from` are, by id, the cues that some of them were cut off. People's own cues that are no longer in the track are
    forgotten, unless something is to be settled or was remarked on them.
    """
    there, known, parents = {cue.id for cue in cues}, state.by_id(), split_from or {}
    kept = [cue for cue in state.cues if not cue.own or cue.id in there or cue.theirs or cue.comments]
    own = [_own(cue, known.get(parents.get(cue.id, "")), known) for cue in cues if cue.id not in known]
    return replace(state, cues=tuple(sorted((*kept, *own), key=lambda cue: (cue.base.start_ms, cue.id))))


def _own(cue: Cue, parent: CueState | None, known: Mapping[str, CueState]) -> CueState:
    """Return the state of a cue of people's own; what was cut off another translates what that translates."""
    if parent is None or parent.id not in known:
        return CueState(base=cue, own=True)
    return CueState(
        base=cue,
        own=True,
        split_from=parent.id,
        source_ids=parent.source_ids,
        source_hash=parent.source_hash,
    )


def _each(state: TrackState, ids: Collection[str], change: Callable[[CueState], CueState]) -> TrackState:
    return replace(state, cues=tuple(change(cue) if cue.id in ids else cue for cue in state.cues))
