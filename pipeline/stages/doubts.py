"""What is to be doubted of words that were heard: hearings that go in circles, and passages where hardly a word is sure.

An engine that is given a crowd, a song or several voices at once makes words of them, and is sure of the single word. What
tells is the neighbourhood. Pure code over what is stored, so nothing is heard again for it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from subtitles.transcript import Word

DOUBTED = 300
"""The confidence, in thousandths, that a word of a circle has at most."""

_LONGEST_TURN = 20
_TURNS_OF_FEW_WORDS = 8
_TURNS_OF_MANY = 4
"""So often is a phrase said one time after another before it is doubted: "no, no, no" is said by people."""

_FOLDED_FROM = 10
_KEPT_TURNS = 3

_NEIGHBOURS = 5
_PAUSE_MS = 1_500
_SURE_TOGETHER = 650
"""Seen: clear speech never falls below 760 in the mean of eleven words, a bad synthetic voice rarely below 650."""

_NO_WORD_FROM = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """A phrase heard so often in a row that it is doubted, from `start_ms`, inclusive, to `end_ms`, exclusive.

    `kept` turns of `turns` are left among the words.
    """

    text: str
    turns: int
    kept: int
    start_ms: int
    end_ms: int


def doubted(words: Sequence[Word]) -> tuple[tuple[Word, ...], tuple[Circle, ...]]:
    """Return the words with what is doubtful marked by its confidence, and the circles among them; times stay.

    A phrase of one or two words that stands eight times in a row, or a longer one four times, is doubted; of ten turns and
    more the first three are kept. Signs without a letter or figure, four or more together, are no words. Where the mean of
    the words around one is low, it is no surer than that mean; circles have no say in it.
    """
    said = [word for word in words if len(word.text) < _NO_WORD_FROM or _key(word)]
    circles: list[Circle] = []
    kept: list[Word] = []
    done = 0
    for first, length, turns in _circles(said):
        after = first + length * turns
        turned = said[first:after]
        stay = min(turns, _KEPT_TURNS) if turns >= _FOLDED_FROM else turns
        kept.extend(_weighed(said[done:first]))
        kept.extend(replace(word, confidence=min(word.confidence, DOUBTED)) for word in turned[: length * stay])
        text = " ".join(word.text for word in turned[:length])
        circle = Circle(text=text, turns=turns, kept=stay, start_ms=turned[0].start_ms, end_ms=turned[-1].end_ms)
        circles.append(circle)
        done = after
    kept.extend(_weighed(said[done:]))
    return tuple(kept), tuple(circles)


def _circles(words: Sequence[Word]) -> Iterator[tuple[int, int, int]]:
    """Yield (first word, words in a turn, turns) of each circle, in order and apart; the shortest turn that explains it."""
    keys = [_key(word) for word in words]
    at = 0
    while at < len(keys):
        found = next(
            ((length, turns) for length in range(1, _LONGEST_TURN + 1) if (turns := _turns(keys, at, length))), None
        )
        if found is None:
            at += 1
            continue
        yield at, *found
        at += found[0] * found[1]


def _turns(keys: Sequence[str], at: int, length: int) -> int:
    """Return how often the phrase of `length` words at `at` stands there in a row, 0 where that is no circle."""
    end = at + length
    while end < len(keys) and keys[end] == keys[end - length]:
        end += 1
    turns = (end - at) // length
    return turns if turns >= (_TURNS_OF_FEW_WORDS if length <= 2 else _TURNS_OF_MANY) else 0


def _weighed(words: Sequence[Word]) -> Iterator[Word]:
    for at, word in enumerate(words):
        near = [word.confidence]
        for step in (-1, 1):
            for other in range(at + step, at + step * (_NEIGHBOURS + 1), step):
                if not 0 <= other < len(words) or _pause_ms(words[other - step], words[other]) > _PAUSE_MS:
                    break
                near.append(words[other].confidence)
        mean = sum(near) // len(near)
        yield replace(word, confidence=min(word.confidence, mean)) if len(near) > 1 and mean < _SURE_TOGETHER else word


def _pause_ms(one: Word, other: Word) -> int:
    first, last = (one, other) if one.start_ms <= other.start_ms else (other, one)
    return last.start_ms - first.end_ms


def _key(word: Word) -> str:
    return "".join(letter for letter in word.text.casefold() if letter.isalnum())
