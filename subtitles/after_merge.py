"""The state after a three-way merge: what the next one begins with, and the conflicts that are left to settle."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from subtitles.cue import Cue
from subtitles.identity import same_cue, text_hash
from subtitles.state import CueState, CueStatus, TrackState, complete
from subtitles.three_way import Conflict, Merged, together


def held(state: TrackState) -> frozenset[str]:
    """Return the ids of cues that people stand behind even where they say what the machine said.

    Those are cues that were approved or remarked on, and those on which another person's version waits to be settled.
    """
    return frozenset(
        cue.id
        for cue in state.cues
        if cue.status is CueStatus.APPROVED or cue.comments or (cue.theirs is not None and cue.theirs_from)
    )


def after_machine(state: TrackState, merged: Merged, drafted: Mapping[str, Sequence[Cue]] | None = None) -> TrackState:
    """Return the state of a track that a new machine draft was merged into.

    The draft is the base from now on. `drafted` are, by id, the cues of the source that each newly translated cue was made
    from: where the merged track says what the draft says, it is stale no longer.
    """
    known, there = state.by_id(), {cue.id: cue for cue in merged.cues}
    bases = {cue.id for cue in merged.bases}
    cues = []
    for base in merged.bases:
        of = known.get(base.id)
        entry = replace(of, base=base, own=False) if of else CueState(base=base)
        shown = there.get(base.id)
        if drafted and base.id in drafted and shown is not None and same_cue(shown, base):
            sources = drafted[base.id]
            names, said = tuple(cue.id for cue in sources), text_hash(*(cue.text for cue in sources))
            entry = replace(entry, source_ids=names, source_hash=said)
        cues.append(_still_open(entry, shown, merged))
    own = [
        cue
        for cue in state.cues
        if cue.id not in bases and (cue.own or cue.id in there or cue.comments or _of_people(cue))
    ]
    cues += [replace(cue, own=True, base=there.get(cue.id, cue.base)) for cue in own]
    whole = replace(state, cues=tuple(sorted(cues, key=lambda cue: (cue.base.start_ms, cue.id))))
    return with_conflicts(complete(whole, merged.cues), merged.conflicts)


def after_people(state: TrackState, merged: Merged, came_from: str) -> TrackState:
    """Return the state of a track that another person's version was merged into; `came_from` names the file or person.

    What the machine last wrote stays the base.
    """
    return with_conflicts(complete(state, merged.cues), merged.conflicts, came_from)


def with_conflicts(state: TrackState, conflicts: Sequence[Conflict], came_from: str = "") -> TrackState:
    """Return `state` with the other side of each conflict; `came_from` as in `CueState.theirs_from`.

    Where another person's side waits already, both are kept, line by line.
    """
    known = {cue.id: cue for cue in state.cues}
    met: dict[str, list[Cue]] = {}
    for conflict in conflicts:
        met.setdefault(conflict.id, []).append(_other_side(conflict))
        if conflict.id not in known:
            base = conflict.people or conflict.base or _other_side(conflict)
            known[conflict.id] = CueState(base=replace(base, id=conflict.id), own=True)
    for name, sides in met.items():
        known[name] = _waiting(known[name], [replace(one, id=name) for one in sides], came_from)
    return replace(state, cues=tuple(sorted(known.values(), key=lambda cue: (cue.base.start_ms, cue.id))))


def _still_open(entry: CueState, shown: Cue | None, merged: Merged) -> CueState:
    """Return `entry` without the machine's side of an earlier conflict, unless people's cue still stands against it."""
    stands = _of_people(entry) or shown is None or shown.id in merged.kept
    return entry if stands else replace(entry, theirs=None, theirs_from="")


def _of_people(entry: CueState) -> bool:
    """Return whether what some other person wrote waits to be settled, which no machine takes away."""
    return entry.theirs is not None and bool(entry.theirs_from)


def _other_side(conflict: Conflict) -> Cue:
    if conflict.other is not None:
        return conflict.other
    gone = conflict.people or conflict.base
    if gone is None:
        raise ValueError(f"the conflict at {conflict.id} has no side")
    return replace(gone, text="")


def _waiting(entry: CueState, sides: list[Cue], came_from: str) -> CueState:
    if entry.theirs is not None and entry.theirs_from and entry.theirs.text:
        if any(same_cue(entry.theirs, one) for one in sides):
            sides = [one for one in sides if not same_cue(entry.theirs, one)]
        sides = [entry.theirs, *sides]
        names = dict.fromkeys(name for name in (entry.theirs_from, came_from) if name)
        came_from = ", ".join(names)
    said = [one for one in sides if one.text] or sides
    return replace(entry, theirs=together(said), theirs_from=came_from)
