"""What the machine would say now in a translation whose source has changed: new drafts where no person has been at work."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from pipeline.assembly.handover import Draft, Track
from pipeline.assembly.track_files import OpenTrack
from subtitles.after_merge import held
from subtitles.cue import Cue
from subtitles.merge import AlignedTrack, stale_cues, untranslated
from subtitles.state import CueState, CueStatus, TrackState


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal:
    """The machine's side of a translation: `cues` with ids, and for those drafted anew, by id, what they were made from."""

    cues: tuple[Cue, ...]
    sources: Mapping[str, tuple[Cue, ...]]


def redrafts(track: OpenTrack, spoken: Track, *, anew: bool) -> bool:
    """Return whether something of a translation is to be drafted: all of it where it is made `anew`, by another engine."""
    if anew or track.state is None:
        return anew
    view = _View(track, spoken)
    return bool(_missing(track, track.state, view)) or any(view.may_redraft(cue) for cue in track.state.cues)


def renewal(track: OpenTrack, spoken: Track, draft: Draft | None, *, anew: bool) -> Renewal:
    """Return what the machine says now of every cue of a translation, given a `draft` of all that is `spoken`.

    A cue that people have not touched is drafted anew where its source says something else, and goes where that is gone;
    one that people edited or approved stays, to be looked at, unless all is made `anew`. What keeps its words follows its
    source in time. Sentences that nothing translates are added, but for those whose translation a person deleted.
    """
    state = track.known(spoken.language)
    view = _View(track, spoken)
    texts = {cue.id: cue for cue in draft.cues} if draft else {}
    cues: list[Cue] = []
    sources: dict[str, tuple[Cue, ...]] = {}

    def put(name: str, source: Cue) -> None:
        cues.append(replace(texts[source.id], id=name))
        sources[name] = (source,)

    for one in state.cues:
        source = view.source_of(one)
        if one.own:
            continue
        if source is not None and source.id in texts and (anew or view.may_redraft(one)):
            put(one.id, source)
            for part in view.parts.get(source.id, ()):
                if part.id in texts and part.id not in view.known:
                    put(part.id, part)
        elif not view.is_gone(one, drafted=bool(texts)):
            cues.append(view.in_its_time(one))
    for source in _missing(track, state, view):
        if source.id in texts and source.id not in sources:
            put(source.id, source)
    return Renewal(cues=tuple(cues), sources=sources)


def _missing(track: OpenTrack, state: TrackState, view: "_View") -> tuple[Cue, ...]:
    known = {cue.id for cue in state.cues}
    return tuple(cue.cue for cue in untranslated(track.aligned, view.spoken) if cue.id not in known)


class _View:
    """A translation beside its source."""

    def __init__(self, track: OpenTrack, spoken: Track) -> None:
        state = track.known(spoken.language)
        self.spoken: AlignedTrack = spoken.aligned
        self.known = state.by_id()
        self.parts: dict[str, list[Cue]] = {}
        for cue in spoken.aligned.cues:
            if cue.split_from:
                self.parts.setdefault(cue.split_from, []).append(cue.cue)
        self._sources = {cue.id: cue.cue for cue in spoken.aligned.cues}
        self._into = {name: cue for cue in spoken.aligned.cues for name in cue.joined}
        self._stale = stale_cues(track.aligned, spoken.aligned)
        behind = held(state)
        self._drafts = {
            cue.id for cue in track.aligned.cues if cue.status is CueStatus.DRAFT and cue.id not in behind and cue.known
        }
        self._there = {cue.id for cue in track.aligned.cues}
        self._of = {name: one for one in state.cues for name in one.source_ids}

    def source_of(self, one: CueState) -> Cue | None:
        """Return the one cue that a cue translates, None where it is gone or they are several."""
        return self._sources.get(one.source_ids[0]) if len(one.source_ids) == 1 else None

    def may_redraft(self, one: CueState) -> bool:
        """Return whether a cue is still the machine's and its source says something else."""
        return one.id in self._drafts and one.id in self._stale and self.source_of(one) is not None

    def is_gone(self, one: CueState, *, drafted: bool) -> bool:
        """Return whether a draft translates something that was deleted, or joined to what is drafted anew."""
        if one.id not in self._drafts or len(one.source_ids) != 1 or one.source_ids[0] in self._sources:
            return False
        into = self._into.get(one.source_ids[0])
        if into is None:
            return True
        of = self._of.get(into.id)
        return drafted and of is not None and self.may_redraft(of)

    def in_its_time(self, one: CueState) -> Cue:
        """Return what the machine said, at its source's times where that has only been moved."""
        source = self.source_of(one)
        if source is None or one.id in self._stale or one.id not in self._there or source.id in self.parts:
            return one.base
        return replace(one.base, start_ms=source.start_ms, end_ms=source.end_ms)
