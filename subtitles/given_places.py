"""When the words of a given text are said: where the same words are heard, and between them as it fits.

The words stay as they were given. Those that are heard take the heard word's time; those for which something else is heard
(`doce` for `12`) share the time of what is heard there; those for which nothing is heard are marked as doubtful.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from subtitles.given_json import SHARED
from subtitles.quote_words import folded
from subtitles.same_words import same_words
from subtitles.transcript import Word

HEARD = 1000
"""The confidence of a given word that is heard as it is written."""

UNHEARD = 300
"""The confidence of a given word for which nothing is heard: to be listened to."""

_MS_A_WORD = 375
_LEAST_MS = 1


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch that only the text has, or only the sound: from `start_ms` up to `end_ms` (SOURCE time), its words."""

    start_ms: int
    end_ms: int
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Given words with the times at which they are heard, in order.

    `share` is how much of the text is heard as it is written, 0 to 1. `unheard` are stretches of the text for which nothing
    is heard, `unwritten` those of the sound that the text does not have.
    """

    words: tuple[Word, ...]
    share: float
    unheard: tuple[Stretch, ...]
    unwritten: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A word as it is compared, and how it is written; `word` is the place of the first of the words that it is of.

    Of a word with a dash (`post-ops`) each side is one, and halves of words (`madru`, `gada`) together are one.
    """

    word: int
    text: str
    written: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class _Time:
    start_ms: int
    end_ms: int
    sure: int


def placed(given: Sequence[Word], heard: Sequence[Word]) -> Placed:
    """Return the given words at the times at which they are heard; times that they have are not looked at."""
    written, spoken = _pieces(given), _pieces(heard)
    pairs = same_words([one.text for one in written], [one.text for one in spoken])
    times: list[_Time] = []
    unheard: list[Stretch] = []
    unwritten: list[Stretch] = []
    for (a, b), (a_end, b_end) in pairwise([(-1, -1), *pairs, (len(written), len(spoken))]):
        gap, between = written[a + 1 : a_end], spoken[b + 1 : b_end]
        after = spoken[b].end_ms if b >= 0 else None
        before = spoken[b_end].start_ms if b_end < len(spoken) else None
        here = _shared(gap, between) if between else _squeezed(gap, after, before)
        times += here
        if between and not gap:
            unwritten.append(Stretch(between[0].start_ms, between[-1].end_ms, _texts(between)))
        if not between and (missing := _texts(gap)):
            unheard.append(Stretch(here[0].start_ms, here[-1].end_ms, missing))
        if a_end < len(written):
            times.append(_Time(spoken[b_end].start_ms, spoken[b_end].end_ms, HEARD))
    words = tuple(_timed(given, written, times))
    spelled = sum(bool(one.text) for one in written)
    share = len(pairs) / spelled if spelled else 0.0
    return Placed(words=words, share=share, unheard=tuple(unheard), unwritten=tuple(unwritten))


def _pieces(words: Sequence[Word]) -> list[_Piece]:
    """Return words as they are compared; signs alone are a piece that is like no other."""
    found: list[_Piece] = []
    for first, group in _whole(words):
        text = "".join(word.text for word in group)
        start, end = group[0].start_ms, max(word.end_ms for word in group)
        parts = folded(text) or ("",)
        total, at = max(1, sum(len(part) for part in parts)), 0
        for part in parts:
            begin = start + (end - start) * at // total
            at += len(part)
            found.append(_Piece(first, part, text, begin, start + (end - start) * at // total if part else end))
    return found


def _whole(words: Sequence[Word]) -> Iterator[tuple[int, list[Word]]]:
    """Yield words with those that join them, and the place of the first."""
    begins = [at for at, word in enumerate(words) if not at or not word.joins_previous]
    for at, end in pairwise([*begins, len(words)]):
        yield at, list(words[at:end])


def _texts(pieces: Iterable[_Piece]) -> tuple[str, ...]:
    """Return the words that pieces are of, each once, as they are written; signs alone are none."""
    return tuple({one.word: one.written for one in pieces if one.text}.values())


def _shared(gap: Sequence[_Piece], between: Sequence[_Piece]) -> list[_Time]:
    """Return times for written words of the time that other words are heard in: one each, else by their letters."""
    if len(gap) == len(between):
        return [_Time(one.start_ms, one.end_ms, SHARED) for one in between]
    letters = max(1, sum(len(one.text) for one in gap))
    times: list[_Time] = []
    at = 0
    for one in gap:
        start = _instant(between, at / letters, late=True)
        at += len(one.text)
        times.append(_Time(start, _instant(between, at / letters, late=False), SHARED))
    return times


def _instant(between: Sequence[_Piece], share: float, *, late: bool) -> int:
    """Return when so much of the heard letters is said; between two words the second's beginning where asked `late`."""
    lengths = [max(1, len(one.text)) for one in between]
    wanted, at = share * sum(lengths), 0
    for one, length in zip(between, lengths, strict=True):
        part = (wanted - at) / length
        if part < 1 or (not late and part <= 1):
            return round(one.start_ms + (one.end_ms - one.start_ms) * max(0.0, part))
        at += length
    return between[-1].end_ms


def _squeezed(gap: Sequence[_Piece], after: int | None, before: int | None) -> list[_Time]:
    """Return times for words for which nothing is heard: behind the one before them, as long as they take and have room."""
    wanted = _MS_A_WORD * len(gap)
    if after is None:
        end = wanted if before is None else before
        start = max(0, end - wanted)
    else:
        start = after
        end = start + wanted if before is None else min(start + wanted, max(before, start))
    letters = max(1, sum(len(one.text) for one in gap))
    times: list[_Time] = []
    at = 0
    for one in gap:
        begin = start + (end - start) * at // letters
        at += len(one.text)
        times.append(_Time(begin, start + (end - start) * at // letters, UNHEARD if one.text else SHARED))
    return times


def _timed(given: Sequence[Word], written: Sequence[_Piece], times: Sequence[_Time]) -> Iterator[Word]:
    """Yield the words, each with those that join it at its share of the time of its pieces; beginnings never go back."""
    by_word: dict[int, list[_Time]] = {}
    for piece, time in zip(written, times, strict=True):
        by_word.setdefault(piece.word, []).append(time)
    reached = 0
    for first, group in _whole(given):
        own = by_word[first]
        start, sure = max(reached, own[0].start_ms), min(one.sure for one in own)
        length = max(0, own[-1].end_ms - start)
        total, at = sum(len(word.text) for word in group), 0
        for word in group:
            reached = start + length * at // total
            at += len(word.text)
            end = max(start + length * at // total, reached + _LEAST_MS)
            yield replace(word, start_ms=reached, end_ms=end, confidence=sure)
