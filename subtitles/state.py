"""What is known of a subtitle file beside the file itself (SEMANTICS rule 14): `subtitles/state/<reel>.<lang>.json`.

Nothing is coded into people's SRT files. The state holds each cue's id, what the machine last wrote (the base that a
person's file is compared and merged with), what it was translated from, and whether a person has approved it.
"""

from collections.abc import Mapping, Sequence
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
class CueState:
    """One cue as it is known: `base` is what the machine last wrote, with the cue's id, in source milliseconds.

    `source_ids` name the cues it was translated from and `source_hash` what they said then (`identity.text_hash` of their
    texts, in order); both are empty in the spoken language. `approved_hash` is the `identity.content_hash` of the cue that
    was approved, empty unless the status is approved.
    """

    base: Cue
    status: CueStatus = CueStatus.DRAFT
    source_ids: tuple[str, ...] = ()
    source_hash: str = ""
    approved_hash: str = ""

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
    """Return the SRT file that `state` was seeded with, for when the file is missing: base texts, not a person's edits."""
    return write_srt([cue.base for cue in state.cues], file=f"{state.reel}.{state.language}.srt")


def approved(state: TrackState, cues: Mapping[str, Cue]) -> TrackState:
    """Return `state` with the given cues, by id, approved as they stand; ids the state does not know are left out."""
    return replace(
        state,
        cues=tuple(
            CueState(
                base=cue.base,
                status=CueStatus.APPROVED,
                source_ids=cue.source_ids,
                source_hash=cue.source_hash,
                approved_hash=content_hash(cues[cue.id]),
            )
            if cue.id in cues
            else cue
            for cue in state.cues
        ),
    )
