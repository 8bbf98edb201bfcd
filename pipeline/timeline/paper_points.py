"""Where a quoted clip is cut: in the pause beside its words, never inside one; and what is left of it when it is tightened.

All times are SOURCE milliseconds of the reel, ends exclusive.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from subtitles.breaks import ends_sentence
from subtitles.said import SaidWord

HEAD_MS = 250
TAIL_MS = 350
SHORTEST_PAUSE_MS = 60
_STEP_MS = 10
_LOUD_CENTIBEL = 60
"""By so much a breath, or a word that begins early, is louder than the quiet of its pause."""
_AS_QUIET_CENTIBEL = 10
_AROUND = 4
_LOOSE_MS = 200
"""So far from where words seem to touch the pause between them may lie: recognised words' times are no better."""
_ROOM_MS = 1000
_SHORTEST_QUIET = 3
"""Steps; what is quiet for less is a consonant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """How loud a reel is in each 10 ms from `start_ms` on: tenths of a decibel below full scale, so none above 0."""

    start_ms: int
    centibels: tuple[int, ...]

    def between(self, from_ms: int, to_ms: int) -> tuple[tuple[int, int], ...]:
        """Return (start in milliseconds, level) of every 10 ms that lies wholly between the two."""
        first = max(0, -(-(from_ms - self.start_ms) // _STEP_MS))
        last = min(len(self.centibels), (to_ms - self.start_ms) // _STEP_MS)
        return tuple((self.start_ms + at * _STEP_MS, self.centibels[at]) for at in range(first, max(first, last)))


class Joint(StrEnum):
    """What a person should look at where a clip is cut."""

    BEGINS_INSIDE = "the quote begins in the middle of a sentence"
    ENDS_INSIDE = "the quote ends in the middle of a sentence"
    NO_PAUSE_BEFORE = "there is no pause before the quote's first word"
    NO_PAUSE_AFTER = "there is no pause behind the quote's last word"


@dataclass(frozen=True, slots=True, kw_only=True)
class JointRemark:
    """A joint that is worth a look, at `at_ms`, with the words around it, ` | ` where it is cut."""

    joint: Joint
    at_ms: int
    words: str

    def __str__(self) -> str:
        """Return it as a finding says it."""
        return f"{self.joint}: {self.words}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CutPoints:
    """Where a clip begins and ends, and what is to be said of it."""

    in_ms: int
    out_ms: int
    remarks: tuple[JointRemark, ...] = ()


def cut_points(
    said: Sequence[SaidWord],
    first: int,
    end: int,
    levels: Levels | None = None,
    *,
    language: str,
    reel_ms: int | None = None,
) -> CutPoints:
    """Return where a clip of the words `first` up to, not including, `end` is cut.

    Up to 250 ms before the first and 350 ms behind the last word, at most to the middle of the pause it shares with the next
    word; where `levels` are known, at the quietest 10 ms there, never within a breath, and at the head before it. Without a
    pause of 60 ms in the quiet that is heard nearby, else at the word's own edge. `reel_ms` is how long the reel is.
    """
    begins = min(word.start_ms for word in said[first:end])
    ends = max(word.end_ms for word in said[first:end])
    before = max((word.end_ms for word in said[max(0, first - 8) : first]), default=None)
    after = min((word.start_ms for word in said[end : end + 8]), default=None)
    in_ms, out_ms = begins, ends
    remarks: list[JointRemark] = []
    pause = begins - before if before is not None else 2 * begins
    if before is None or pause >= SHORTEST_PAUSE_MS:
        in_ms = _head(begins - min(HEAD_MS, pause // 2), begins, levels)
    elif (quiet := _nearby(levels, begins, from_ms=_middle(said[first - 1]), to_ms=begins)) is not None:
        in_ms = quiet
    else:
        remarks.append(_remark(Joint.NO_PAUSE_BEFORE, said, first, begins))
    if before is not None and not ends_sentence(said[first - 1].text, language):
        remarks.append(_remark(Joint.BEGINS_INSIDE, said, first, in_ms))
    pause = after - ends if after is not None else 2 * TAIL_MS
    if after is None or pause >= SHORTEST_PAUSE_MS:
        out_ms = _tail(ends, ends + min(TAIL_MS, pause // 2), levels)
    elif (quiet := _nearby(levels, ends, from_ms=ends, to_ms=_middle(said[end]))) is not None:
        out_ms = quiet
    else:
        remarks.append(_remark(Joint.NO_PAUSE_AFTER, said, end, ends))
    if after is not None and not ends_sentence(said[end - 1].text, language):
        remarks.append(_remark(Joint.ENDS_INSIDE, said, end, out_ms))
    out_ms = out_ms if reel_ms is None else min(out_ms, max(reel_ms, in_ms + 1))
    return CutPoints(in_ms=in_ms, out_ms=max(out_ms, in_ms + 1), remarks=tuple(remarks))


def _middle(word: SaidWord) -> int:
    return (word.start_ms + word.end_ms) // 2


def _remark(joint: Joint, said: Sequence[SaidWord], at: int, at_ms: int) -> JointRemark:
    before = " ".join(word.text for word in said[max(0, at - _AROUND) : at])
    after = " ".join(word.text for word in said[at : at + _AROUND])
    return JointRemark(joint=joint, at_ms=at_ms, words=f"{before} | {after}".strip())


def _head(from_ms: int, to_ms: int, levels: Levels | None) -> int:
    """Return where to cut before a word that begins at `to_ms`: before a breath, if there is one."""
    heard = levels.between(from_ms, to_ms) if levels is not None else ()
    if not heard:
        return from_ms
    return _quietest(_quiet_runs(heard)[0])


def _tail(from_ms: int, to_ms: int, levels: Levels | None) -> int:
    """Return where to cut behind a word that ends at `from_ms`."""
    heard = levels.between(from_ms, to_ms) if levels is not None else ()
    if not heard:
        return to_ms
    return _quietest([one for run in _quiet_runs(heard) for one in run])


def _nearby(levels: Levels | None, border_ms: int, *, from_ms: int, to_ms: int) -> int | None:
    """Return the quietest 10 ms of the pause that is heard nearest to where two words seem to touch, None without one.

    It is looked for in the half of the neighbour that lies there, and is as quiet as the room: the chosen word stays whole.
    """
    if levels is None:
        return None
    room = levels.between(border_ms - _ROOM_MS, border_ms + _ROOM_MS)
    limit = min((level for _, level in room), default=0) + _LOUD_CENTIBEL
    runs: list[list[tuple[int, int]]] = [[]]
    for at, level in levels.between(max(from_ms, border_ms - _LOOSE_MS), min(to_ms, border_ms + _LOOSE_MS)):
        if level < limit:
            runs[-1].append((at, level))
        elif runs[-1]:
            runs.append([])
    pauses = [run for run in runs if len(run) >= _SHORTEST_QUIET]
    if not pauses:
        return None
    return _quietest(min(pauses, key=lambda run: min(abs(at - border_ms) for at, _ in run)))


def _quiet_runs(heard: Sequence[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """Return the stretches without a breath or a word's edge, in order; all of it where nothing stands out."""
    limit = min(level for _, level in heard) + _LOUD_CENTIBEL
    runs: list[list[tuple[int, int]]] = []
    quiet = False
    for at, level in heard:
        if level < limit and quiet:
            runs[-1].append((at, level))
        elif level < limit:
            runs.append([(at, level)])
        quiet = level < limit
    return runs


def _quietest(heard: Sequence[tuple[int, int]]) -> int:
    """Return the middle of the quietest 10 ms; of those that are as quiet, of the one in their midst."""
    limit = min(level for _, level in heard) + _AS_QUIET_CENTIBEL
    quiet = [at for at, level in heard if level < limit]
    return quiet[len(quiet) // 2] + _STEP_MS // 2
