"""What is known of a track after a translator's file was merged into it."""

from collections.abc import Iterable
from dataclasses import replace

from subtitles.after_merge import after_people
from subtitles.exchange.back import Brought
from subtitles.exchange.model import ReturnedComment
from subtitles.state import Comment, CueState, TrackState, approved, commented


def state_after(known: TrackState, brought: Brought, *, came_from: str, at: str, approve_final: bool) -> TrackState:
    """Return `known`, the track's state with every cue in it, after `brought`.

    A cue that was taken is an edited one. It is stale where its source has changed since it was sent, and not where it has
    not. With `approve_final` those that the file marks as final are approved as they stand. `came_from` is the file's name
    and `at` the date and time, as ISO 8601 writes it, of what was remarked.
    """
    state = after_people(known, brought.merged, came_from)
    state = replace(state, cues=tuple(_sourced(cue, brought) for cue in state.cues))
    if approve_final:
        there = {cue.id: cue for cue in brought.merged.cues}
        state = approved(state, {name: there[name] for name in brought.final if name in there})
    return _remarked(state, brought.comments, came_from, at)


def _sourced(cue: CueState, brought: Brought) -> CueState:
    """Return what is known of a cue with the source that its translation was made from."""
    unit = brought.units.get(cue.id)
    if unit is None or not unit.source_ids:
        return cue
    said = unit.source_hash if cue.id in brought.looked_at else brought.made_from.get(cue.id, "")
    return replace(cue, source_ids=unit.source_ids, source_hash=said) if said else cue


def _remarked(
    state: TrackState, comments: Iterable[tuple[str, ReturnedComment]], came_from: str, at: str
) -> TrackState:
    """Return `state` with what was remarked, each remark once."""
    for name, remark in comments:
        there = {one.text for cue in state.cues if cue.id == name for one in cue.comments}
        if remark.text not in there:
            state = commented(state, name, Comment(text=remark.text, who=remark.who or came_from, at=at))
    return state
