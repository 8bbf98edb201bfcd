"""What it costs a reader to have a text broken between two words."""

import re
from collections.abc import Sequence
from enum import IntEnum

from subtitles.grammar import Grammar, grammar_of
from subtitles.tags import without_tags

_CLOSERS = "\"'”’»)]}"
_OPENERS = "\"'“‘«([{¿¡"
_DASHES = frozenset("-–—")
_SENTENCE_END = (".", "?", "!", "…", "。", "？", "！", "؟", "۔", "।", "።")
_CLAUSE_END = (";", ":", "；", "：", "؛")
_COMMA = (",", "，", "、", "،", ")", "]", "–", "—")
_NUMBER = re.compile(r"[$€£#]?\d[\d.,:/]*", re.ASCII)
_INITIAL = re.compile(r"(?:[^\W\d_]\.)+")


class BreakCost(IntEnum):
    """The price of a break, the same for lines and for cues. The steps were set by reading drafts, not derived."""

    SENTENCE = 0
    CLAUSE = 8
    COMMA = 14
    CONJUNCTION = 26
    PREPOSITION = 34
    PLAIN = 60
    WITH_VERB = 150
    NAME_LIKELY = 250
    NUMBER_AND_UNIT = 400
    LEADER = 450
    NAME = 500
    NEVER = 2000


def break_costs(words: Sequence[str], language: str) -> tuple[int, ...]:
    """Return, for each word, what a break before it costs; a break before the first costs nothing.

    `words` carry their punctuation and may carry tags. Cheapest is the end of a sentence, then other punctuation, then
    before a conjunction and before a preposition; dearest inside article and noun, number and unit, and a name.
    """
    grammar = grammar_of(language)
    bare = [without_tags(word) for word in words]
    begins = [not at or _sentence_between(bare[at - 1], bare[at], language) for at in range(len(bare))]
    return tuple(int(_cost(bare, at, grammar, begins)) if at else 0 for at in range(len(bare)))


def ends_sentence(word: str, language: str) -> bool:
    """Return whether a sentence ends with `word`: a full stop, question or exclamation mark, unless an abbreviation's."""
    bare = word.rstrip(_CLOSERS)
    if not bare.endswith(_SENTENCE_END):
        return False
    if not bare.endswith(".") or bare.endswith(".."):
        return True
    lower = bare.lstrip(_OPENERS).lower()
    initials = bool(_INITIAL.fullmatch(lower)) and not bare[-2:-1].islower()
    return lower not in grammar_of(language).abbreviations and not initials


def is_dash(word: str) -> bool:
    """Return whether `word` opens with a dash, as a speaker's turn does."""
    return word[:1] in _DASHES


def _sentence_between(left: str, right: str, language: str) -> bool:
    """Return whether a sentence ends between two words; dots before a small letter are a hesitation, not an end."""
    hesitates = left.rstrip(_CLOSERS).endswith(("...", "…")) and right[:1].islower()
    return ends_sentence(left, language) and not hesitates


def _cost(bare: Sequence[str], at: int, grammar: Grammar, begins: Sequence[bool]) -> BreakCost:
    left, right = bare[at - 1], bare[at]
    if left in _DASHES and len(left) == 1 and begins[at - 1]:
        return BreakCost.NEVER
    if begins[at]:
        return BreakCost.SENTENCE
    pause = _pause(left)
    if pause is not None:
        return pause
    before, after = _core(left), _core(right)
    if _NUMBER.fullmatch(before) and (after[:1].isalnum() or after[:1] in "%°"):
        return BreakCost.NUMBER_AND_UNIT
    name = _name(bare, at, grammar, begins)
    if name is not None:
        return name
    cost = _by_class(before.lower(), after.lower(), grammar)
    return min(cost, BreakCost.COMMA) if right[:1] in "¿¡" and cost <= BreakCost.PLAIN else cost


def _by_class(before: str, after: str, grammar: Grammar) -> BreakCost:
    if before in grammar.leaders or before in grammar.prepositions or before in grammar.conjunctions:
        return BreakCost.LEADER
    if before in grammar.helpers:
        return BreakCost.WITH_VERB
    if after in grammar.conjunctions:
        return BreakCost.CONJUNCTION
    if after in grammar.prepositions:
        return BreakCost.PREPOSITION
    return BreakCost.PLAIN


def _pause(left: str) -> BreakCost | None:
    bare = left.rstrip(_CLOSERS.replace(")", "").replace("]", ""))
    if bare.endswith((*_CLAUSE_END, "...", "…")):
        return BreakCost.CLAUSE
    if bare.endswith(_COMMA) and len(bare) > 1:
        return BreakCost.COMMA
    return None


def _name(bare: Sequence[str], at: int, grammar: Grammar, begins: Sequence[bool]) -> BreakCost | None:
    """Return what a break inside a name costs, or None where no name runs over it."""
    left, right = _core(bare[at - 1]), _core(bare[at])
    if f"{left}.".lower() in grammar.abbreviations or bare[at - 1].lower() in grammar.abbreviations:
        return BreakCost.NAME
    if _capital(left) and _capital(right):
        if not begins[at - 1]:
            return BreakCost.NAME
        # The first word of a sentence is always a capital: small words are no names, others may be.
        return None if _small(left.lower(), grammar) else BreakCost.NAME_LIKELY
    if right.lower() in grammar.particles and _capital(left) and not _small(left.lower(), grammar):
        behind = next(
            (_core(word) for word in bare[at + 1 : at + 4] if _core(word).lower() not in grammar.particles), ""
        )
        return BreakCost.NAME_LIKELY if _capital(behind) else None
    if left.lower() in grammar.particles and _capital(right) and at > 1 and _capital(_core(bare[at - 2])):
        return BreakCost.NAME
    return None


def _small(word: str, grammar: Grammar) -> bool:
    return (
        word in grammar.leaders
        or word in grammar.prepositions
        or word in grammar.conjunctions
        or word in grammar.helpers
    )


def _capital(word: str) -> bool:
    return word[:1].isupper()


def _core(word: str) -> str:
    return word.strip(_OPENERS + _CLOSERS + ".,;:!?…–—")
