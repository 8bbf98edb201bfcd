"""Safe repairs of cues, each a value that a person may look at first: nothing is said differently, and nothing gets worse.

A repair changes one cue. It is offered only where the faults that it meets are fewer afterwards, in the cue and in its
neighbours, and no other fault appears or grows: a cue moved to a shot change is not read in a hurry for it.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from subtitles.cue import Cue
from subtitles.quality import CueFinding, Fault, Surroundings, check_among
from subtitles.quality_times import Around
from subtitles.repair_text import better_break, with_dots, without_spaces
from subtitles.repair_times import (
    ending_by_a_shot,
    open_gap_closed,
    starting_by_a_shot,
    staying_long_enough,
    staying_to_the_last_word,
    wide_enough,
)
from subtitles.style import SubtitleStyle

_ROUNDS = 20
"""One repair may make room for another. Each makes the sum of what is wrong smaller, so rounds end by themselves."""

REPAIRABLE = (
    Fault.SPACES,
    Fault.ELLIPSIS,
    Fault.BAD_BREAK,
    Fault.LINE_TOO_LONG,
    Fault.SHOT_IN,
    Fault.SHOT_OUT,
    Fault.VOICE_OUT,
    Fault.TOO_SHORT,
    Fault.GAP,
    Fault.OPEN_GAP,
)
"""The rules that there are repairs for, in the order in which they are made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """One cue made better under one rule: `position` is its place among the cues, from 0."""

    rule: Fault
    position: int
    before: Cue
    after: Cue


@dataclass(frozen=True, slots=True, kw_only=True)
class Repaired:
    """Cues as they would be, in their order, and what was done to them, in the order in which it was done."""

    cues: tuple[Cue, ...]
    repairs: tuple[Repair, ...]


def repair(
    cues: Sequence[Cue],
    *,
    language: str,
    style: SubtitleStyle,
    rate: Fraction,
    known: Surroundings | None = None,
    only: Sequence[Fault] = (),
) -> Repaired:
    """Return `cues` with every safe repair made, times still in their own milliseconds.

    `only` names the rules to repair, all of `REPAIRABLE` where it is empty. Ids, order and number of the cues stay. A second
    repair of what comes back finds nothing to do.
    """
    work = _Work(list(cues), language, style, rate, known or Surroundings())
    rules = [rule for rule in REPAIRABLE if not only or rule in only]
    done: list[Repair] = []
    for _ in range(_ROUNDS):
        made = list(work.round(rules))
        done += made
        if not made:
            break
    return Repaired(cues=tuple(work.cues), repairs=tuple(done))


class _Work:
    """The cues as they are so far, and what they are held against."""

    def __init__(
        self, cues: list[Cue], language: str, style: SubtitleStyle, rate: Fraction, known: Surroundings
    ) -> None:
        self.cues = cues
        self.language, self.style, self.rate, self.known = language, style, rate, known
        self.around = Around(shots_ms=known.shots_ms, words=known.words, style=style, rate=rate)

    def round(self, rules: Sequence[Fault]) -> Iterator[Repair]:
        """Make every safe repair of what is wrong now, rule by rule, and yield it."""
        wrong = sorted((rules.index(one.fault), one.position) for one in self._faults(self.cues) if one.fault in rules)
        for rule, at in dict.fromkeys(wrong):
            better = next((one for one in self._proposals(rules[rule], at) if self._better(at, one, rules[rule])), None)
            if better is not None:
                yield Repair(rule=rules[rule], position=at, before=self.cues[at], after=better)
                self.cues[at] = better

    def _proposals(self, rule: Fault, at: int) -> Iterator[Cue]:
        cue = self.cues[at]
        before = self.cues[at - 1] if at else None
        following = self.cues[at + 1] if at + 1 < len(self.cues) else None
        texts: dict[Fault, Callable[[], str | None]] = {
            Fault.SPACES: lambda: without_spaces(cue.text, self.language),
            Fault.ELLIPSIS: lambda: with_dots(cue.text, self.style),
            Fault.BAD_BREAK: lambda: better_break(cue.text, self.language, self.style),
            Fault.LINE_TOO_LONG: lambda: better_break(cue.text, self.language, self.style),
        }
        if rule in texts:
            text = texts[rule]()
            if text is not None:
                yield Cue(id=cue.id, start_ms=cue.start_ms, end_ms=cue.end_ms, text=text)
            return
        times: dict[Fault, Callable[[], Iterator[tuple[int, int]]]] = {
            Fault.SHOT_IN: lambda: starting_by_a_shot(cue, before, self.around),
            Fault.SHOT_OUT: lambda: ending_by_a_shot(cue, following, self.around),
            Fault.VOICE_OUT: lambda: staying_to_the_last_word(cue, following, self.around),
            Fault.TOO_SHORT: lambda: staying_long_enough(cue, following, self.around),
            Fault.GAP: lambda: wide_enough(cue, following, self.around),
            Fault.OPEN_GAP: lambda: open_gap_closed(cue, following, self.around),
        }
        for start_ms, end_ms in times[rule]():
            if 0 <= start_ms < end_ms:
                yield Cue(id=cue.id, start_ms=start_ms, end_ms=end_ms, text=cue.text)

    def _better(self, at: int, proposed: Cue, rule: Fault) -> bool:
        """Return whether a cue is better so: the fault goes, and no fault comes or grows there or next to it."""
        first, end = max(0, at - 1), min(len(self.cues), at + 2)
        window = self.cues[first:end]
        changed = [*window]
        changed[at - first] = proposed
        was, would_be = self._weights(window), self._weights(changed)
        key = (rule, at - first)
        if would_be[key] >= was[key]:
            return False
        return all(weight <= was[fault] for fault, weight in would_be.items())

    def _weights(self, cues: Sequence[Cue]) -> Counter[tuple[Fault, int]]:
        """Return how bad each fault of each cue is: how far it is from its limit, and at least 1."""
        weights: Counter[tuple[Fault, int]] = Counter()
        for one in self._faults(cues):
            weights[one.fault, one.position] += 1 + abs(one.measured - one.limit)
        return weights

    def _faults(self, cues: Sequence[Cue]) -> tuple[CueFinding, ...]:
        return check_among(cues, language=self.language, style=self.style, rate=self.rate, known=self.known)
