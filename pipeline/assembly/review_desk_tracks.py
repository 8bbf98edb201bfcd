"""The subtitles of a reel as the desk reads them: people's file, its state, its source, and what the page shows of them."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from pipeline.assembly.handover import srt_name, state_name
from pipeline.assembly.handover_both import drafter
from pipeline.assembly.people_files import read_own
from pipeline.assembly.review_desk_answers import Denied
from pipeline.assembly.review_desk_doubts import doubtful
from pipeline.assembly.review_desk_problems import refused
from pipeline.assembly.track_files import OpenTrack, open_track
from subtitles.cue import Cue
from subtitles.errors import SubtitleError
from subtitles.identity import content_hash
from subtitles.merge import AlignedCue, Standing, sources_of, stale_cues, standing_of
from subtitles.quality import check
from subtitles.state import Comment
from subtitles.style import SubtitleStyle
from subtitles.transcript import Word

_MOST_OPEN = 48
_NEIGHBOURS = 13
"""How many cues around one are looked at with it: a quotation mark may be closed twelve cues after it was opened."""

_PAIRED = frozenset('¿?¡!“”«»()[]"<>')


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What cues are held against: the film's rules, at its rate, its terms, and the reel's shot changes and words.

    Times are source milliseconds. `doubted` says that the words are those of the cues' own language.
    """

    style: SubtitleStyle
    rate: Fraction
    shots_ms: tuple[int, ...] = ()
    words: tuple[Word, ...] = ()
    doubted: bool = False
    terms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Desktop:
    """One track with what it is compared with: its source, where it is a translation, and the rules."""

    track: OpenTrack
    source: OpenTrack | None
    rules: Rules

    @property
    def source_language(self) -> str | None:
        """Return the language that the track is translated from, None where it is the spoken one."""
        return self.source.language if self.source else None


class TracksOnDesk:
    """The tracks of one film folder, each read anew when its file or its state changes. Safe between threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._open: OrderedDict[tuple[str, str], tuple[str, OpenTrack]] = OrderedDict()

    def state_of(self, reel: str, language: str) -> str:
        """Return what tells one state of a track from the next, empty where nothing of it is there. Raises Refused."""
        with refused_where_unreadable():
            file, state = (read_own(self._folder, name(reel, language)) for name in (srt_name, state_name))
        return "" if file is None and state is None else print_of(file, state)

    def open(self, reel: str, language: str) -> OpenTrack | None:
        """Return a track as it is now, None where its file is not there. Raises Refused where it cannot be read."""
        before = self.state_of(reel, language)
        with self._lock:
            known = self._open.get((reel, language))
            if known is not None and known[0] == before:
                self._open.move_to_end((reel, language))
                return known[1]
        with refused_where_unreadable():
            opened = open_track(self._folder, reel, language)
        if opened is not None and opened.digest and self.state_of(reel, language) == before:
            self.keep(before, opened)
        return opened if opened is not None and opened.digest else None

    def keep(self, state: str, opened: OpenTrack) -> None:
        """Remember a track in the state `state`."""
        with self._lock:
            self._open[opened.reel, opened.language] = (state, opened)
            self._open.move_to_end((opened.reel, opened.language))
            while len(self._open) > _MOST_OPEN:
                self._open.popitem(last=False)


class refused_where_unreadable:  # noqa: N801 - used as `with refused_where_unreadable():`
    """Turn what is wrong with a file of people's into a refusal, inside."""

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """Raise Refused in the place of SubtitleError."""
        if isinstance(error, SubtitleError):
            raise refused(Denied.BROKEN, error, "mend the file, and go on here") from error


def print_of(*parts: bytes | str | None) -> str:
    """Return what tells these contents, in this order, from any others: their SHA-256 in hex, `-` for what is not there."""
    return " ".join("-" if part is None else hashlib.sha256(_bytes(part)).hexdigest() for part in parts)


def _bytes(part: bytes | str) -> bytes:
    return part.encode() if isinstance(part, str) else part


# ------------------------------------------------------------------------------------------------------- one cue's values


def etag_of(cue: AlignedCue) -> str:
    """Return what a change of this cue is made to: what it says and when, and what waits to be settled on it."""
    theirs = cue.known.theirs if cue.known else None
    return content_hash(cue.cue) if theirs is None else f"{content_hash(cue.cue)}.{content_hash(theirs)}"


def says(etag: str) -> str:
    """Return the part of an etag that stands for what a cue says and when."""
    return etag.partition(".")[0]


def values(desktop: Desktop, ids: Collection[str] | None = None) -> dict[str, dict[str, object]]:
    """Return what the page shows of cues, by id in order of time: of those named, or of all.

    A cue that was deleted and of which another side's words wait is shown too, without a text, to be settled.
    """
    track = desktop.track.aligned
    shown = sorted((*track.cues, *track.unsettled()), key=_in_time)
    ordered = [one for one in shown if one.position < len(track.cues)]
    wanted = [one for one in shown if ids is None or one.id in ids]
    part = replace(track, cues=tuple(wanted))
    sources: Mapping[str, tuple[Cue, ...]] = {}
    stale: frozenset[str] = frozenset()
    if desktop.source is not None:
        sources = sources_of(part, desktop.source.aligned)
        stale = stale_cues(part, desktop.source.aligned)
    faults = _faults(desktop, ordered, {one.id for one in wanted})
    made_by = desktop.track.state.made_by if desktop.track.state else ""
    unsure = desktop.rules.words if desktop.rules.doubted else ()
    return {
        one.id: {
            "id": one.id,
            "etag": etag_of(one),
            "start_ms": one.cue.start_ms,
            "end_ms": one.cue.end_ms,
            "text": one.cue.text,
            "standing": (standing := standing_of(one, stale)).value,
            "made_by": drafter(made_by, one.known) if one.known is not None and not one.known.own else "",
            "source_text": "\n".join(cue.text for cue in sources.get(one.id, ())),
            "source_ids": [cue.id for cue in sources.get(one.id, ())],
            "theirs": _theirs(one),
            "findings": faults.get(one.id, []),
            "doubtful": [] if standing is Standing.APPROVED else [list(span) for span in doubtful(one.cue, unsure)],
            "comments": [_said(comment) for comment in one.known.comments] if one.known else [],
        }
        for one in wanted
    }


def neighbours(desktop: Desktop, ids: Collection[str]) -> frozenset[str]:
    """Return the ids of cues whose rules look at any of `ids`: those beside them in time, and themselves.

    A mark that has to be closed is looked for in the cues around, so those count where one of `ids` has such a mark.
    """
    ordered = sorted(desktop.track.aligned.cues, key=_in_time)
    near: set[int] = set()
    for place, one in enumerate(ordered):
        if one.id in ids:
            reach = _NEIGHBOURS if _PAIRED & set(one.cue.text) else 1
            near.update(range(max(0, place - reach), min(len(ordered), place + reach + 1)))
    unsettled = (one.id for one in desktop.track.aligned.unsettled() if one.id in ids)
    return frozenset((*(ordered[at].id for at in near), *unsettled))


def _in_time(one: AlignedCue) -> tuple[int, int, int]:
    return one.cue.start_ms, one.cue.end_ms, one.position


def _faults(desktop: Desktop, ordered: list[AlignedCue], wanted: set[str]) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for first, last in _stretches(ordered, wanted):
        cues = [one.cue for one in ordered[first:last]]
        rules = desktop.rules
        language = desktop.track.language
        seen = check(
            cues,
            language=language,
            style=rules.style,
            rate=rules.rate,
            shots_ms=rules.shots_ms,
            words=rules.words,
            terms=rules.terms,
        )
        for fault in seen:
            if fault.cue.id in wanted:
                said = fault.in_file(desktop.track.file)
                one = {"rule": fault.fault.value, "what": said.what, "cure": said.cure}
                found.setdefault(fault.cue.id, []).append(one)
    return found


def _stretches(ordered: list[AlignedCue], wanted: set[str]) -> Iterator[tuple[int, int]]:
    """Yield the half-open stretches of cues that have to be looked at to judge those that are wanted."""
    begin = end = -1
    for place, one in enumerate(ordered):
        if one.id not in wanted:
            continue
        first, last = max(0, place - _NEIGHBOURS), min(len(ordered), place + _NEIGHBOURS + 1)
        if begin >= 0 and first <= end:
            end = last
            continue
        if begin >= 0:
            yield begin, end
        begin, end = first, last
    if begin >= 0:
        yield begin, end


def _theirs(one: AlignedCue) -> dict[str, object] | None:
    if one.known is None or one.known.theirs is None or not one.in_conflict:
        return None
    cue = one.known.theirs
    return {"start_ms": cue.start_ms, "end_ms": cue.end_ms, "text": cue.text}


def _said(comment: Comment) -> dict[str, str]:
    return {"who": comment.who, "at": comment.at, "text": comment.text}
