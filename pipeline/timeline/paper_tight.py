"""A clip without its long pauses and filler words: only a view of it, the words that were chosen stay what they are.

All times are SOURCE milliseconds of the reel, ends exclusive.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from subtitles.quote_words import folded
from subtitles.said import SaidWord

_PAUSE_MS = 100
"""A filler word is one only where a pause stands on both sides of it."""
_FILLERS: dict[str, frozenset[tuple[str, ...]]] = {
    "es": frozenset({("eh",), ("em",), ("este",), ("mm",), ("mmm",), ("ehm",), ("pues", "eh"), ("o", "sea")}),
    "en": frozenset({("um",), ("uh",), ("uhm",), ("er",), ("erm",), ("hm",), ("hmm",), ("mm",), ("you", "know")}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """What is left out from `from_ms` to `to_ms`: filler words, or a pause where `words` is empty."""

    from_ms: int
    to_ms: int
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tightened:
    """The pieces of a clip that stay, in order, from its first word's start to its last one's end; and what went."""

    pieces: tuple[tuple[int, int], ...]
    left_out: tuple[LeftOut, ...]


def tightened(said: Sequence[SaidWord], first: int, end: int, tight_ms: int, language: str) -> Tightened:
    """Return the words `first` up to, not including, `end` with pauses over `tight_ms` shortened to it, fillers left out.

    Filler words are known in Spanish and English, and left out only between pauses, never first or last. Nothing is cut
    inside a word.
    """
    pieces: list[tuple[int, int]] = []
    left_out: list[LeftOut] = []
    start = said[first].start_ms
    until = said[first].end_ms
    filler = _fillers(said, first, end, language)
    gone: list[SaidWord] = []
    for at in range(first + 1, end):
        word = said[at]
        if at in filler:
            gone.append(word)
            continue
        if gone or word.start_ms - until > tight_ms:
            before = gone[0].start_ms if gone else word.start_ms
            after = gone[-1].end_ms if gone else until
            leave = until + min(tight_ms // 2, max(before - until, 0))
            enter = word.start_ms - min(tight_ms - tight_ms // 2, max(word.start_ms - after, 0))
            pieces.append((start, leave))
            left_out.append(LeftOut(from_ms=leave, to_ms=enter, words=" ".join(one.text for one in gone)))
            start, gone = enter, []
        until = max(until, word.end_ms)
    return Tightened(pieces=(*pieces, (start, until)), left_out=tuple(left_out))


def _fillers(said: Sequence[SaidWord], first: int, end: int, language: str) -> frozenset[int]:
    """Return the places of filler words between pauses."""
    known = _FILLERS.get(language.partition("-")[0], frozenset())
    found: set[int] = set()
    for at in range(first + 1, end - 1):
        for count in (2, 1):
            words = said[at : at + count]
            if (
                at in found
                or at + count >= end
                or tuple(one for word in words for one in folded(word.text)) not in known
            ):
                continue
            before = words[0].start_ms - max(word.end_ms for word in said[max(first, at - 4) : at])
            after = min(word.start_ms for word in said[at + count : at + count + 4]) - words[-1].end_ms
            if before >= _PAUSE_MS and after >= _PAUSE_MS:
                found.update(range(at, at + count))
    return frozenset(found)
