"""Where a cue might better come or go. Each yields (start, end) in milliseconds, the best first; who asks judges them."""

from bisect import bisect_left
from collections.abc import Iterator
from fractions import Fraction
from math import ceil, floor

from subtitles.cue import Cue
from subtitles.quality_times import Around
from subtitles.tags import reading_length


def starting_by_a_shot(cue: Cue, before: Cue | None, around: Around) -> Iterator[tuple[int, int]]:
    """Yield the times of a cue that starts on the nearest shot change, or the style's distance before the next one."""
    rules = around.style.shots
    if rules is None:
        return
    floor_ms = before.end_ms + around.gap_ms if before is not None else Fraction(0)
    for shot in _near(around, cue.start_ms, max(rules.in_after_ms, rules.in_pull_ms)):
        near = shot - cue.start_ms <= rules.in_before_ms + around.forgiven_ms
        start = shot if near else ceil(shot - rules.in_pull_ms)
        if start >= floor_ms - around.forgiven_ms:
            yield start, cue.end_ms


def ending_by_a_shot(cue: Cue, following: Cue | None, around: Around) -> Iterator[tuple[int, int]]:
    """Yield the times of a cue that ends the gap before the nearest shot change; where words go on, behind it."""
    rules = around.style.shots
    if rules is None:
        return
    last = _last_word_ms(cue, around)
    for shot in _near(around, cue.end_ms, rules.out_near_ms):
        end = floor(shot - around.gap_ms)
        if last is None or last <= shot:
            yield cue.start_ms, end
        later = ceil(shot + rules.out_near_ms)
        # Behind the change it only stays where something is still said there.
        if last is not None and last > shot and (following is None or later <= _latest(following, around)):
            yield cue.start_ms, later


def staying_to_the_last_word(cue: Cue, following: Cue | None, around: Around) -> Iterator[tuple[int, int]]:
    """Yield the times of a cue that stays to the end of its last word, and longer where reading needs it (rule 17)."""
    last = _last_word_ms(cue, around)
    if last is None:
        return
    reading = ceil(Fraction(1000 * reading_length(cue.text), around.style.reading_speed))
    ends = [max(last, min(last + around.style.tail_ms, cue.start_ms + reading)), last]
    for end in ends:
        yield cue.start_ms, end if following is None else min(end, _latest(following, around))


def staying_long_enough(cue: Cue, following: Cue | None, around: Around) -> Iterator[tuple[int, int]]:
    """Yield the times of a cue that stays the style's least time."""
    end = cue.start_ms + around.style.min_ms
    if following is None or end <= _latest(following, around):
        yield cue.start_ms, end


def wide_enough(cue: Cue, following: Cue | None, around: Around) -> Iterator[tuple[int, int]]:
    """Yield the times of a cue that goes the style's gap before the next one comes."""
    if following is not None:
        yield cue.start_ms, _latest(following, around)


def open_gap_closed(cue: Cue, following: Cue | None, around: Around) -> Iterator[tuple[int, int]]:
    """Yield the times of a cue that stays until the style's gap before the next one."""
    if following is not None:
        yield cue.start_ms, _latest(following, around)


def _latest(following: Cue, around: Around) -> int:
    return following.start_ms - around.style.gap_ms(around.rate)


def _near(around: Around, place_ms: int, within_ms: Fraction) -> list[int]:
    """Return the shot changes around an instant, the nearest first."""
    shots = around.shots_ms
    found = shots[bisect_left(shots, place_ms - within_ms) : bisect_left(shots, place_ms + within_ms)]
    return sorted(found, key=lambda shot: (abs(shot - place_ms), shot))


def _last_word_ms(cue: Cue, around: Around) -> int | None:
    """Return when the last word ends that begins while the cue is there, None where none does."""
    at = bisect_left(around.words, cue.end_ms, key=lambda word: word.start_ms) - 1
    if at < 0 or around.words[at].start_ms < cue.start_ms:
        return None
    return around.words[at].end_ms
