"""Words of a cue that the recogniser was not sure of: found again in the text as it stands."""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from difflib import SequenceMatcher

from subtitles.cue import Cue
from subtitles.transcript import Word

UNSURE = 600
"""The confidence, in thousandths, below which a word is worth a second look."""

_AROUND_MS = 400
_LONGEST_MS = 30_000
"""No word is longer: how far before a cue the search for its first word begins."""

_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
_TAG = re.compile(r"<[^<>]*>|\{\\[^{}]*\}")


def doubtful(cue: Cue, words: Sequence[Word]) -> tuple[tuple[int, int, int], ...]:
    """Return (first character, character after the last, confidence) of each doubtful word that the cue still says.

    `words` are the reel's in order of time, on the cue's clock. A word that a person changed is doubtful no longer.
    """
    heard = _around(cue, words)
    if all(word.confidence >= UNSURE for word in heard):
        return ()
    blank = _TAG.sub(lambda tag: " " * len(tag[0]), cue.text)
    shown = list(_WORD.finditer(blank))
    said = [(_folded(part[0]), word) for word in heard for part in _WORD.finditer(word.text)]
    matcher = SequenceMatcher(None, [_folded(one[0]) for one in shown], [text for text, _ in said], autojunk=False)
    found = []
    for block in matcher.get_matching_blocks():
        for step in range(block.size):
            place, word = shown[block.a + step], said[block.b + step][1]
            if word.confidence < UNSURE:
                found.append((place.start(), place.end(), word.confidence))
    return tuple(found)


def _around(cue: Cue, words: Sequence[Word]) -> list[Word]:
    first = bisect_left(words, cue.start_ms - _AROUND_MS - _LONGEST_MS, key=lambda word: word.start_ms)
    last = bisect_left(words, cue.end_ms + _AROUND_MS, key=lambda word: word.start_ms)
    return [word for word in words[first:last] if word.end_ms > cue.start_ms - _AROUND_MS]


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()
