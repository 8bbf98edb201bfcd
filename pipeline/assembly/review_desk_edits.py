"""What a person does to one cue: each edit is one change of people's file, or a refusal that loses nothing."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Protocol

from pipeline.assembly.review_desk_answers import Denied, Refused, Why
from pipeline.assembly.review_desk_placed import Placed, placed, unfit
from pipeline.assembly.review_desk_tracks import Desktop, etag_of, neighbours, says, values
from pipeline.assembly.track_files import Change, OpenTrack
from subtitles.cue import Cue
from subtitles.identity import new_id, same_cue
from subtitles.lines import break_lines
from subtitles.merge import AlignedCue, sources_of
from subtitles.state import Comment, TrackState, approved, commented, complete, disapproved, settled
from subtitles.tags import without_tags


@dataclass(frozen=True, slots=True)
class Changed:
    """A track before and after a change, and its etags then."""

    before: Desktop
    after: Desktop
    etag_before: str
    etag: str


class Bench(Protocol):
    """What the desk does for an edit."""

    def change(self, change: Callable[[OpenTrack], Change], mine: dict[str, object]) -> Changed:
        """Carry a change out on what is on the disk now, and return the track before and after. Raises Refused."""

    def desktop(self, track: OpenTrack) -> Desktop:
        """Return a track with what it is compared with."""

    def now(self) -> str:
        """Return the date and time, as ISO 8601 has it."""

    @property
    def reviewer(self) -> str:
        """Return who is at work."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """Which cue an edit is of, what it was made to, and what a person sent."""

    name: str
    match: str | None
    mine: dict[str, object]


class TrackEdits:
    """The edits of one track. All return what changed: `cues`, `removed`, the track's `etag` and the one `before`.

    All raise Refused: where the cue is not there, where it is not what `match`, its etag, says, where the track may not be
    changed, and for what its file cannot hold.
    """

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    def put(self, name: str, match: str | None, wanted: Placed) -> dict[str, object]:
        """Change a cue's text and times. Where it has come to say the same already, nothing is changed."""

        def change(track: OpenTrack) -> Change:
            cue = self._cue(track, _Asked(name, match, asdict(wanted)), unless=wanted, gone=True)
            return _with(track, {name: placed(wanted, cue.cue)})

        return self._done(change, asdict(wanted), (name,))

    def add(self, wanted: Placed) -> dict[str, object]:
        """Add a cue at its place in time."""
        made: list[str] = []

        def change(track: OpenTrack) -> Change:
            cues = list(track.aligned.plain())
            taken = {cue.id for cue in cues} | ({one.id for one in track.state.cues} if track.state else set())
            cue = placed(wanted, Cue(id=new_id(track.reel, wanted.start_ms, taken), start_ms=0, end_ms=0, text=""))
            made[:] = [cue.id]
            place = max((at + 1 for at, other in enumerate(cues) if other.start_ms <= cue.start_ms), default=0)
            return _changed(track, [*cues[:place], cue, *cues[place:]])

        return self._done(change, asdict(wanted), made)

    def delete(self, name: str, match: str | None) -> dict[str, object]:
        """Take a cue away; where it is away already, and another side's words wait, it is settled that it stays so."""

        def change(track: OpenTrack) -> Change:
            self._cue(track, _Asked(name, match, {}), gone=True)
            made = _changed(track, [cue for cue in track.aligned.plain() if cue.id != name])
            return made if name in track.aligned.by_id() else replace(made, state=settled(made.state, {name: ()}))

        return self._done(change, {}, (name,))

    def split(self, name: str, match: str | None, at_ms: int, texts: tuple[str, str]) -> dict[str, object]:
        """Cut a cue in two: the second begins at `at_ms`, the first ends the least gap before it, where there is room."""
        mine: dict[str, object] = {"at_ms": at_ms, "texts": list(texts)}
        made = [name]

        def change(track: OpenTrack) -> Change:
            whole = self._cue(track, _Asked(name, match, mine)).cue
            if not whole.start_ms < at_ms < whole.end_ms:
                raise _unusable(
                    "a cue can only be cut inside of its own time", "choose another place", code=Why.CUT_OUTSIDE
                )
            rules = self._bench.desktop(track).rules
            gap = rules.style.gap_ms(rules.rate)
            end_ms = at_ms - gap if at_ms - gap > whole.start_ms else at_ms
            first = placed(Placed(start_ms=whole.start_ms, end_ms=end_ms, text=texts[0]), whole)
            taken = {cue.id for cue in track.aligned.plain()} | {one.id for one in _state(track).cues}
            blank = Cue(id=new_id(track.reel, at_ms, taken), start_ms=0, end_ms=0, text="")
            second = placed(Placed(start_ms=at_ms, end_ms=whole.end_ms, text=texts[1]), blank)
            made[:] = [first.id, second.id]
            cues = [part for cue in track.aligned.plain() for part in ((first, second) if cue.id == name else (cue,))]
            return _changed(track, cues, {second.id: first.id})

        return self._done(change, mine, made)

    def join(self, name: str, match: str | None, following: str) -> dict[str, object]:
        """Take the next cue in time into this one: both texts, broken into lines anew, over the time of both."""
        mine: dict[str, object] = {"next": following}

        def change(track: OpenTrack) -> Change:
            first = self._cue(track, _Asked(name, match, mine))
            ordered = sorted(track.aligned.cues, key=lambda one: (one.cue.start_ms, one.cue.end_ms, one.position))
            after = ordered[place] if (place := ordered.index(first) + 1) < len(ordered) else None
            if after is None or after.id != following:
                raise _unusable(
                    "another cue comes next by now", "look again, and join them then", code=Why.ANOTHER_NEXT
                )
            if first.in_conflict or after.in_conflict:
                raise _unusable("one of the two is in conflict", "settle that first", code=Why.ONE_IN_CONFLICT)
            style = self._bench.desktop(track).rules.style
            both = f"{first.cue.text}\n{after.cue.text}".strip("\n")
            text = break_lines(both, track.language, style)
            end_ms = max(first.cue.end_ms, after.cue.end_ms)
            whole = placed(Placed(start_ms=first.cue.start_ms, end_ms=end_ms, text=text), first.cue)
            cues = [whole if cue.id == name else cue for cue in track.aligned.plain() if cue.id != following]
            made = _changed(track, cues)
            state = made.state
            for remark in after.known.comments if after.known else ():
                state = commented(state, name, remark)
            return replace(made, state=state)

        return self._done(change, mine, (name,))

    def approve(self, name: str, match: str | None, *, approve_it: bool) -> dict[str, object]:
        """Approve a cue as it stands, against what its source says now; or take that back."""

        def change(track: OpenTrack) -> Change:
            cue = self._cue(track, _Asked(name, match, {"approved": approve_it}))
            if cue.in_conflict:
                raise _unusable("the cue is in conflict", "settle that first, then approve it", code=Why.IN_CONFLICT)
            if approve_it and not without_tags(cue.cue.text).strip():
                raise _unusable("there is nothing in it to approve", "write its text, or join it", code=Why.EMPTY)
            made = _changed(track, list(track.aligned.plain()))
            if not approve_it:
                return replace(made, state=disapproved(made.state, {name}))
            return replace(made, state=approved(self._looked_at(track, made.state, cue), {name: cue.cue}))

        return self._done(change, {"approved": approve_it}, (name,))

    def comment(self, name: str, text: str, who: str) -> dict[str, object]:
        """Say something about a cue; `who` is the reviewer where it is empty."""
        mine: dict[str, object] = {"text": text, "who": who}
        said = Comment(text=text.strip(), who=who.strip() or self._bench.reviewer, at=self._bench.now())

        def change(track: OpenTrack) -> Change:
            _there(track, _Asked(name, None, mine), gone=True)
            if not said.text or unfit(f"{said.text}{said.who}"):
                raise _unusable(
                    "the comment is empty, or holds what is no letter", "write it again", code=Why.BAD_COMMENT
                )
            made = _changed(track, list(track.aligned.plain()))
            return replace(made, state=commented(made.state, name, said))

        return self._done(change, mine, (name,))

    def resolve(self, name: str, match: str | None, wanted: Placed) -> dict[str, object]:
        """Settle a conflict by what the cue is to say, or say that a stale cue was looked at.

        One that was deleted stays so where it is to say nothing, and is there again otherwise.
        """

        def change(track: OpenTrack) -> Change:
            cue = self._cue(track, _Asked(name, match, asdict(wanted)), whole=True, gone=True)
            if name not in track.aligned.by_id() and not wanted.text.strip():  # it stays deleted
                made = _changed(track, list(track.aligned.plain()))
                return replace(made, state=settled(made.state, {name: ()}))
            made = _with(track, {name: placed(wanted, cue.cue)})
            return replace(made, state=self._looked_at(track, made.state, cue))

        return self._done(change, asdict(wanted), (name,))

    # ------------------------------------------------------------------------------------------------------------ parts

    def _cue(
        self,
        track: OpenTrack,
        asked: "_Asked",
        *,
        unless: Placed | None = None,
        whole: bool = False,
        gone: bool = False,
    ) -> AlignedCue:
        """Return the cue that an edit is of. Raises Refused where it is not there, or not what the edit was made to.

        What is not said in the cue itself counts only with `whole`. One that says what is wanted (`unless`) is no clash.
        With `gone` it may be one that was deleted and is to be settled.
        """
        cue = _there(track, asked, gone=gone)
        if asked.match is None:
            problem, cure = "the change does not say what it was made to", "load the page again"
            raise Refused(Denied.NO_MATCH_GIVEN, problem, cure, code=Why.NO_MATCH_GIVEN)
        now = etag_of(cue)
        if asked.match == now or (not whole and says(asked.match) == says(now)):
            return cue
        if unless is not None and same_cue(cue.cue, replace(cue.cue, **asdict(unless))):
            return cue
        shown = values(self._bench.desktop(track), {cue.id})[cue.id]
        problem = "this subtitle was changed elsewhere meanwhile"
        cure = "compare both, and keep what is right"
        raise Refused(Denied.CLASH, problem, cure, code=Why.CLASH, mine=asked.mine, clash=shown)

    def _looked_at(self, track: OpenTrack, state: TrackState, cue: AlignedCue) -> TrackState:
        """Return the state in which a person has looked at a cue: no conflict is left, and its source is what it is now."""
        source = self._bench.desktop(track).source
        found: tuple[Cue, ...] = ()
        if source is not None:
            found = sources_of(replace(track.aligned, cues=(cue,)), source.aligned).get(cue.id, ())
        return settled(state, {cue.id: found})

    def _done(
        self, change: Callable[[OpenTrack], Change], mine: dict[str, object], about: Collection[str]
    ) -> dict[str, object]:
        made = self._bench.change(change, mine)
        before, after = made.before, made.after
        were, are = _shown(before), _shown(after)
        differs = {name for name, one in are.items() if name not in were or _differ(were[name], one)}
        gone = were.keys() - are.keys()
        near = neighbours(before, {*gone, *(differs & were.keys())}) | neighbours(after, {*about, *differs})
        old, new = values(before, near), values(after, near)
        first = [name for name in about if name in new]
        ordered = [*first, *(name for name in new if name not in first and new[name] != old.get(name))]
        return {
            "cues": [new[name] for name in ordered],
            "removed": sorted(gone),
            "etag": made.etag,
            "before": made.etag_before,
        }


def _shown(desktop: Desktop) -> dict[str, AlignedCue]:
    """Return all that the page shows of a track, by id."""
    aligned = desktop.track.aligned
    return {one.id: one for one in (*aligned.cues, *aligned.unsettled())}


def _unusable(problem: str, cure: str, *, code: Why) -> Refused:
    return Refused(Denied.UNUSABLE, problem, cure, code=code)


def _there(track: OpenTrack, asked: _Asked, *, gone: bool = False) -> AlignedCue:
    cue = track.aligned.by_id().get(asked.name)
    if cue is None:
        cue = next((one for one in track.aligned.unsettled() if one.id == asked.name), None)
        if cue is not None and not gone:
            problem, cure = "the cue is in conflict", "settle that first"
            raise Refused(Denied.UNUSABLE, problem, cure, code=Why.SETTLE_FIRST, mine=asked.mine)
    if cue is None:
        problem = "this subtitle is not there any more: it was deleted, or joined to another"
        raise Refused(Denied.NOT_THERE, problem, "add it again if it is needed", mine=asked.mine, code=Why.CUE_GONE)
    return cue


def _differ(first: AlignedCue, second: AlignedCue) -> bool:
    return (first.cue, first.status, first.known) != (second.cue, second.status, second.known)


def _state(track: OpenTrack) -> TrackState:
    """Return what is known of a track; a file without a state gets one in which every cue is a person's (rule 14)."""
    return track.state or TrackState(reel=track.reel, language=track.language)


def _with(track: OpenTrack, changed: dict[str, Cue]) -> Change:
    """Return the change of cues to what they are to be; those that are not in the file are put where they belong."""
    cues = [changed.get(cue.id, cue) for cue in track.aligned.plain()]
    for cue in (cue for name, cue in changed.items() if name not in track.aligned.by_id()):
        place = max((at + 1 for at, other in enumerate(cues) if other.start_ms <= cue.start_ms), default=0)
        cues.insert(place, cue)
    return _changed(track, cues)


def _changed(track: OpenTrack, cues: Sequence[Cue], split_from: Mapping[str, str] | None = None) -> Change:
    return Change(cues=tuple(cues), state=complete(_state(track), cues, split_from))
