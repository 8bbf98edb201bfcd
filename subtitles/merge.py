"""A person's file held against the state (SEMANTICS rules 14, 15): which cue is which, how finished, and what is stale."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from footage_manifest.findings import Finding, Severity
from subtitles.alignment import matches, words_of
from subtitles.cue import Cue
from subtitles.identity import content_hash, new_id, same_cue, text_hash
from subtitles.parts import joined_into, split_off
from subtitles.state import CueState, CueStatus, TrackState
from subtitles.tags import plain


class Standing(StrEnum):
    """Where a cue stands for whoever works on it next: its status, unless something about it is to be settled first."""

    DRAFT = "draft"
    EDITED = "edited"
    APPROVED = "approved"
    STALE = "stale"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlignedCue:
    """A person's cue, with its id, and what is known of it.

    `position` is its place in the file, from 0, and `line` its timing line where known. `known` is the state of the cue it
    is, None where a person added it. `split_from` is the id of the cue it was cut off, "" where it was not. `joined` are the
    ids of cues that went into it beside its own.
    """

    cue: Cue
    status: CueStatus
    position: int
    line: int | None = None
    known: CueState | None = None
    split_from: str = ""
    joined: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Return the cue's id."""
        return self.cue.id

    @property
    def in_conflict(self) -> bool:
        """Return whether another side says something else and no one has settled it."""
        return self.known is not None and self.known.theirs is not None and not same_cue(self.cue, self.known.theirs)

    @property
    def added(self) -> bool:
        """Return whether a person added it, so that it translates whatever is spoken at its time."""
        return self.known is None or (self.known.own and not self.known.source_ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlignedTrack:
    """A person's file, in its order, every cue with an id of its own.

    `deleted` are cues of the state that the file does not have, those joined into others left out.
    """

    cues: tuple[AlignedCue, ...]
    deleted: tuple[CueState, ...] = ()

    def plain(self) -> tuple[Cue, ...]:
        """Return the cues with their ids, in the file's order."""
        return tuple(cue.cue for cue in self.cues)

    def by_id(self) -> dict[str, AlignedCue]:
        """Return the cues by id."""
        return {cue.id: cue for cue in self.cues}

    def unsettled(self) -> tuple[AlignedCue, ...]:
        """Return the deleted cues of which another side's words wait to be settled, as cues without a text."""
        return tuple(
            AlignedCue(
                cue=replace(one.theirs, id=one.id, text=""), status=CueStatus.EDITED, position=len(self.cues), known=one
            )
            for one in self.deleted
            if one.theirs is not None and one.theirs.text.strip()
        )

    def counted(self) -> dict[CueStatus, int]:
        """Return how many cues have each status."""
        return {status: sum(cue.status is status for cue in self.cues) for status in CueStatus}


def align(cues: Sequence[Cue], state: TrackState | None, *, reel: str, lines: Sequence[int] = ()) -> AlignedTrack:
    """Return `cues`, a person's file in its order, with ids and statuses found by time and text.

    A cue equal to its base is a draft, any other edited; one that was approved stays so while it is as it was then. Without
    a state every cue is a person's. A new cue gets an id made from its start, the same each time until it is in the state.
    `lines` are the lines of their timing lines, for findings.
    """
    order = sorted(range(len(cues)), key=lambda position: (cues[position].start_ms, cues[position].end_ms, position))
    known = tuple(sorted(state.cues, key=lambda cue: (cue.base.start_ms, cue.id))) if state else ()
    found = [cues[position] for position in order]
    bases = [cue.base for cue in known]
    pairs = matches(bases, found)
    matched = {column: known[row] for row, column in pairs}
    split = {column: known[row].id for column, row in split_off(bases, found, pairs).items()}
    joined = joined_into(bases, found, pairs)
    taken = {cue.id for cue in known}
    parts: dict[int, tuple[str, ...]] = {}
    for row, column in sorted(joined.items()):
        parts[column] = (*parts.get(column, ()), known[row].id)
    aligned: list[AlignedCue] = []
    for column, (position, cue) in enumerate(zip(order, found, strict=True)):
        of_state = matched.get(column)
        name = of_state.id if of_state else new_id(reel, cue.start_ms, taken)
        taken.add(name)
        aligned.append(
            AlignedCue(
                cue=Cue(id=name, start_ms=cue.start_ms, end_ms=cue.end_ms, text=cue.text),
                status=_status(cue, of_state),
                position=position,
                line=lines[position] if position < len(lines) else None,
                known=of_state,
                split_from=of_state.split_from if of_state else split.get(column, ""),
                joined=parts.get(column, ()),
            )
        )
    rows = {row for row, _ in pairs} | set(joined)
    return AlignedTrack(
        cues=tuple(sorted(aligned, key=lambda cue: cue.position)),
        deleted=tuple(cue for row, cue in enumerate(known) if row not in rows),
    )


def sources_of(translation: AlignedTrack, source: AlignedTrack) -> dict[str, tuple[Cue, ...]]:
    """Return, by the id of each cue of `translation`, the cues of `source` that it translates, in order of time.

    What a person cut off a source cue counts as that cue, and a source that was joined into another is the other; for a
    translation that was joined, the sources of all its parts. Of several only those in its own time count, if any are. A
    cue that a person added, or cut off another, translates what is spoken for most of the time that the two share, as does
    one of which no source is left. Where each track translates the other, a cue that says what is heard has none.
    """
    sources = _sources(translation, source)
    heard = _translated_back(translation, source)
    into = {name: cue for cue in source.cues for name in cue.joined}
    cut_off: dict[str, list[AlignedCue]] = {}
    for cue in source.cues:
        if cue.split_from:
            cut_off.setdefault(cue.split_from, []).append(cue)
    found: dict[str, tuple[Cue, ...]] = {cue.id: () for cue in translation.cues if cue.id in heard}
    for cue in (cue for cue in translation.cues if cue.id not in heard):
        names = (*cue.known.source_ids, *cue.joined) if cue.known and not cue.added else ()
        whole = [one for name in names if (one := sources.get(name) or into.get(name))]
        parts = [*whole, *(part for one in whole for part in cut_off.get(one.id, ()))]
        if not parts:
            parts = [other for other in source.cues if _mostly_at_once(cue.cue, other.cue)]
        of = {one.id: one.cue for one in parts}
        at_once = [one for one in of.values() if _share_time(cue.cue, one)]
        found[cue.id] = tuple(sorted(at_once or of.values(), key=lambda one: (one.start_ms, one.end_ms)))
    return found


def standing_of(cue: AlignedCue, stale_ids: Collection[str]) -> Standing:
    """Return where a cue stands: a conflict before a stale source, and that before its status.

    `stale_ids` are the track's stale cues (`stale_cues`).
    """
    if cue.in_conflict:
        return Standing.CONFLICT
    return Standing.STALE if cue.id in stale_ids else Standing(cue.status.value)


def stale_cues(translation: AlignedTrack, source: AlignedTrack) -> frozenset[str]:
    """Return the ids of the cues of `translation` whose source says something else now, or is gone (rule 15)."""
    sources = _sources(translation, source)
    into = {name: cue for cue in source.cues for name in cue.joined}
    return frozenset(
        cue.id for cue in translation.cues if cue.known and plain(cue.cue.text) and _why_stale(cue.known, sources, into)
    )


def staleness(translation: AlignedTrack, source: AlignedTrack, *, file: str) -> tuple[Finding, ...]:
    """Return a warning for each cue of `translation` whose source says something else now, in the file's order (rule 15).

    A source that is gone, or was joined into another cue, counts as changed; how a text is broken into lines does not. Cues
    of `source` that nothing translates are named too, except those cut off a cue that is: a cue without a text translates
    nothing, and one that only repeats what is spoken is named itself. `file` is the translation's name.
    """
    sources = _sources(translation, source)
    into = {name: cue for cue in source.cues for name in cue.joined}
    found = []
    for cue in translation.cues:
        if cue.known is None or not plain(cue.cue.text):
            continue
        what = _why_stale(cue.known, sources, into)
        if what:
            found.append(_warning(file, cue, what, "compare the translation with it"))
        elif _untranslated(cue.cue, [sources[name].cue for name in cue.known.source_ids]):
            found.append(_warning(file, cue, "it says the same as what is spoken", "translate it"))
    for cue in untranslated(translation, source):
        what = f"'{_short(cue.cue.text)}' is not translated"
        found.append(Finding(severity=Severity.WARNING, file=file, field=cue.id, what=what, cure="add a cue for it"))
    return tuple(found)


def untranslated(translation: AlignedTrack, source: AlignedTrack) -> tuple[AlignedCue, ...]:
    """Return the cues of `source` with a text that no cue of `translation` says, in order.

    A cue without a text translates nothing. A cue that a person added translates what is spoken for most of the time they
    share, not what it only touches. What was cut off a cue that is translated counts as translated. Where each of the two
    tracks translates the other, what `source` translates itself needs no translation.
    """
    sources = _sources(translation, source)
    heard = _translated_back(translation, source)
    covered = {cue.id for cue in source.cues if cue.known and heard.intersection(cue.known.source_ids)}
    for cue in translation.cues:
        if not plain(cue.cue.text):
            continue
        if cue.id in heard:
            covered |= {other.id for other in source.cues if other.added and _mostly_at_once(cue.cue, other.cue)}
            continue
        if cue.known is None or cue.added:
            covered |= {other.id for other in source.cues if _mostly_at_once(cue.cue, other.cue)}
        else:
            names = (*cue.known.source_ids, *cue.joined)
            covered.update(sources[name].id if name in sources else name for name in names)
    covered |= {cue.split_from for cue in source.cues if cue.split_from in covered}
    return tuple(
        cue for cue in source.cues if cue.id not in covered and cue.split_from not in covered and plain(cue.cue.text)
    )


def _translated_back(translation: AlignedTrack, source: AlignedTrack) -> frozenset[str]:
    """Return the ids of cues, deleted ones among them, that say what is heard and that `source` is a translation of."""
    known = (*(cue.known for cue in translation.cues if cue.known), *translation.deleted)
    heard = {cue.id for cue in known if not cue.own and not cue.source_ids}
    if not heard:
        return frozenset()
    return frozenset(name for cue in source.cues if cue.known for name in cue.known.source_ids if name in heard)


def _sources(translation: AlignedTrack, source: AlignedTrack) -> dict[str, AlignedCue]:
    """Return the cues of `source` by the ids that `translation` knows them by.

    A cue that the source's state does not know is named after its start, and has another name once it was moved: it is
    found again by what it said when it was translated.
    """
    sources = source.by_id()
    unknown = {text_hash(cue.cue.text): cue for cue in source.cues if cue.known is None}
    for cue in translation.cues:
        names = cue.known.source_ids if cue.known else ()
        if cue.known and len(names) == 1 and names[0] not in sources and cue.known.source_hash in unknown:
            sources[names[0]] = unknown[cue.known.source_hash]
    return sources


def _why_stale(known: CueState, sources: dict[str, AlignedCue], into: dict[str, AlignedCue]) -> str:
    if not known.source_ids:
        return ""
    for name in known.source_ids:
        if name not in sources:
            return f"its source was joined into {into[name].id}" if name in into else "its source was deleted"
    if text_hash(*(sources[name].cue.text for name in known.source_ids)) != known.source_hash:
        says = _short(" ".join(sources[name].cue.text for name in known.source_ids))
        return f"its source was changed since it was translated and says '{says}'"
    return ""


def _untranslated(cue: Cue, sources: Sequence[Cue]) -> bool:
    """Return whether a translation is its source again; a word or two may be a name, or the same in both languages."""
    said = " ".join(plain(source.text) for source in sources)
    return plain(cue.text).casefold() == said.casefold() and words_of(cue).total() > 2


def _warning(file: str, cue: AlignedCue | None, what: str, cure: str) -> Finding:
    line, field = (cue.line, cue.id) if cue else (None, "")
    return Finding(severity=Severity.WARNING, file=file, line=line, field=field, what=what, cure=cure)


def _short(text: str) -> str:
    said = " ".join(text.split())
    return said if len(said) <= 60 else f"{said[:59]}…"


def _share_time(first: Cue, second: Cue) -> bool:
    return min(first.end_ms, second.end_ms) > max(first.start_ms, second.start_ms)


def _mostly_at_once(first: Cue, second: Cue) -> bool:
    shared = min(first.end_ms, second.end_ms) - max(first.start_ms, second.start_ms)
    return shared > 0 and 2 * shared >= min(first.duration_ms, second.duration_ms)


def _status(cue: Cue, known: CueState | None) -> CueStatus:
    if known is None:
        return CueStatus.EDITED
    if known.status is CueStatus.APPROVED and content_hash(cue) == known.approved_hash:
        return CueStatus.APPROVED
    return CueStatus.DRAFT if same_cue(cue, known.base) and not known.own else CueStatus.EDITED
