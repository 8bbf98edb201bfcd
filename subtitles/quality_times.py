"""When a cue comes and goes: beside its neighbours, the voice and the shot changes."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import ceil, floor

from subtitles.cue import Cue
from subtitles.quality_faults import Fault, Measured
from subtitles.style import ShotRules, SubtitleStyle
from subtitles.transcript import Word

_BREATH_MS = 300
"""Words further apart than this are not said in one go."""

_LONGEST_WORD_MS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What times are held against: shot changes and words in order of time, on the cues' clock, and the rules."""

    shots_ms: Sequence[int]
    words: Sequence[Word]
    style: SubtitleStyle
    rate: Fraction

    @property
    def forgiven_ms(self) -> Fraction:
        """Return half a frame in milliseconds: no more is made of times that were rounded."""
        return Fraction(500) / self.rate

    @property
    def gap_ms(self) -> Fraction:
        """Return the style's gap, exactly, in milliseconds."""
        return Fraction(1000) * self.style.gap_frames / self.rate

    @property
    def gaps_ms(self) -> tuple[int, int]:
        """Return the least and the greatest gap, in whole milliseconds, that count as the style's."""
        return _gaps_ms(self.style.gap_frames, self.rate)


@lru_cache(maxsize=8)
def _gaps_ms(frames: int, rate: Fraction) -> tuple[int, int]:
    exact, forgiven = Fraction(1000) * frames / rate, Fraction(500) / rate
    return ceil(exact - forgiven), floor(exact + forgiven)


def times(cue: Cue, before: Cue | None, following: Cue | None, around: Around) -> Iterator[Measured]:
    """Yield what is wrong with a cue's times; `before` and `following` are its neighbours in the file."""
    style = around.style
    if cue.duration_ms < style.min_ms:
        yield Measured(Fault.TOO_SHORT, cue.duration_ms, style.min_ms)
    if cue.duration_ms > style.max_ms:
        yield Measured(Fault.TOO_LONG, cue.duration_ms, style.max_ms)
    if following is not None:
        yield from _gap(cue, following, around)
    if around.words and style.voice_ms is not None:
        yield from _voice_in(cue, before, around, style.voice_ms)
        yield from _voice_out(cue, following, around, style.voice_ms)
    if around.shots_ms and style.shots is not None:
        yield from _shot_in(cue, around, style.shots)
        yield from _shot_out(cue, following, around, style.shots)


def _gap(cue: Cue, following: Cue, around: Around) -> Iterator[Measured]:
    style, gap = around.style, following.start_ms - cue.end_ms
    least_ms, most_ms = around.gaps_ms
    if gap < 0:
        yield Measured(Fault.OVERLAP, -gap)
    elif gap < least_ms:
        yield Measured(Fault.GAP, gap, style.gap_ms(around.rate))
    elif most_ms < gap < style.close_gap_ms and not _shot_within(cue, following, around):
        yield Measured(Fault.OPEN_GAP, gap, style.gap_ms(around.rate))


def _shot_within(cue: Cue, following: Cue, around: Around) -> bool:
    """Return whether the picture changes in the gap: both cues then go by the change."""
    at = bisect_left(around.shots_ms, cue.end_ms)
    return at < len(around.shots_ms) and around.shots_ms[at] <= following.start_ms


def _voice_in(cue: Cue, before: Cue | None, around: Around, most_ms: int) -> Iterator[Measured]:
    if _by_a_shot(cue, around):
        return
    words = around.words
    first = _first_heard(words, cue.start_ms)
    if first >= len(words) or words[first].start_ms >= cue.end_ms:
        return  # nobody speaks: a sound, or words on screen
    shown_ms = before.end_ms if before is not None else 0
    while (
        first
        and words[first - 1].start_ms >= shown_ms
        and words[first].start_ms - words[first - 1].end_ms < _BREATH_MS
        and words[first - 1].end_ms > cue.start_ms - _LONGEST_WORD_MS
    ):
        first -= 1
    off = words[first].start_ms - cue.start_ms
    if off < 0 and words[first].start_ms < shown_ms:
        return  # the cue before shows it
    if abs(off) > most_ms + around.forgiven_ms:
        yield Measured(Fault.VOICE_IN, abs(off), most_ms, "before" if off > 0 else "after")


def _voice_out(cue: Cue, following: Cue | None, around: Around, most_ms: int) -> Iterator[Measured]:
    words = around.words
    last = bisect_left(words, cue.end_ms, key=lambda word: word.start_ms) - 1
    if last < 0 or words[last].start_ms < cue.start_ms or words[last].end_ms - cue.end_ms <= most_ms:
        return
    if following is None or following.start_ms >= words[last].end_ms:
        yield Measured(Fault.VOICE_OUT, words[last].end_ms - cue.end_ms)


def _first_heard(words: Sequence[Word], start_ms: int) -> int:
    """Return the place of the first word that has not ended at `start_ms`."""
    at = bisect_left(words, start_ms - _LONGEST_WORD_MS, key=lambda word: word.start_ms)
    while at < len(words) and words[at].end_ms <= start_ms:
        at += 1
    return at


def _by_a_shot(cue: Cue, around: Around) -> bool:
    """Return whether the cue starts where a shot change has it start: on it, or the style's distance before it."""
    rules = around.style.shots
    if rules is None or not around.shots_ms:
        return False
    places = (Fraction(cue.start_ms), cue.start_ms + rules.in_pull_ms)
    return any(_nearest(around.shots_ms, place) <= around.forgiven_ms for place in places)


def _nearest(shots_ms: Sequence[int], place: Fraction) -> Fraction:
    at = bisect_left(shots_ms, place)
    return min(abs(shot - place) for shot in shots_ms[max(0, at - 1) : at + 1])


def _shot_in(cue: Cue, around: Around, rules: ShotRules) -> Iterator[Measured]:
    shots, forgiven = around.shots_ms, around.forgiven_ms
    at = bisect_right(shots, cue.start_ms + forgiven)
    behind = cue.start_ms - shots[at - 1] if at else None
    if behind is not None and behind <= forgiven:
        return
    if behind is not None and behind < rules.in_after_ms - forgiven:
        yield Measured(Fault.SHOT_IN, behind, 0, "behind")
        return
    if at < len(shots) and shots[at] - cue.start_ms < rules.in_pull_ms - forgiven:
        yield Measured(Fault.SHOT_IN, shots[at] - cue.start_ms, 0, "before")


def _shot_out(cue: Cue, following: Cue | None, around: Around, rules: ShotRules) -> Iterator[Measured]:
    shots, forgiven, gap = around.shots_ms, around.forgiven_ms, around.gap_ms
    if following is not None and abs(following.start_ms - cue.end_ms - gap) <= forgiven:
        return  # one follows the other: where the change is, the next one's start says
    near = shots[
        bisect_right(shots, cue.end_ms - rules.out_near_ms + forgiven) : bisect_left(
            shots, cue.end_ms + rules.out_near_ms - forgiven
        )
    ]
    near = [shot for shot in near if shot > cue.start_ms + forgiven]
    if not near or any(abs(shot - gap - cue.end_ms) <= forgiven for shot in near):
        return
    shot = min(near, key=lambda one: abs(one - cue.end_ms))
    if shot > cue.end_ms:
        if following is None or following.start_ms >= shot - forgiven:
            yield Measured(Fault.SHOT_OUT, shot - cue.end_ms, around.style.gap_ms(around.rate), "before")
    else:
        yield Measured(Fault.SHOT_OUT, cue.end_ms - shot, int(rules.out_near_ms), "behind")
