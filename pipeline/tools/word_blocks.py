"""Words of a track with their places, packed for the index and unpacked again."""

import json
import zlib
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from subtitles.quote_words import folded
from subtitles.said import SaidWord

BLOCK = 256
"""How many places a block covers."""


class DamagedBlockError(Exception):
    """What was packed cannot be unpacked."""


@dataclass(frozen=True, slots=True)
class PlacedWord:
    """A word and where it stands: `place` counts the searched words before it, of which it is `count` (`well-known`: 2)."""

    place: int
    count: int
    said: SaidWord


Placed = tuple[list[PlacedWord], dict[str, "array[int]"], set[tuple[str, str]]]


def placed(said: Iterable[SaidWord]) -> Placed:
    """Return the words with their places, the places of each folded word, and how these are written.

    A sign that is no word, such as a dash, goes with the word behind it, at the end with the one before.
    """
    words: list[PlacedWord] = []
    places: dict[str, array[int]] = {}
    spellings: set[tuple[str, str]] = set()
    at, signs = 0, ""
    for one in said:
        found = folded(one.text)
        if not found:
            signs += f"{one.text} "
            continue
        words.append(PlacedWord(at, len(found), replace(one, text=signs + one.text)))
        for number, term in enumerate(found):
            places.setdefault(term, array("I")).append(at + number)
        spellings.update(zip(found, _spelt(one.text, found), strict=True))
        at, signs = at + len(found), ""
    if signs and words:
        last = words.pop()
        words.append(PlacedWord(last.place, last.count, replace(last.said, text=f"{last.said.text} {signs.strip()}")))
    return words, places, spellings


def _spelt(text: str, found: Sequence[str]) -> Sequence[str]:
    """Return how the folded words of one written word are spelt: with its accents where it is one word."""
    whole = "".join(sign for sign in text.casefold() if sign.isalnum() or sign in "'’")
    return (whole.strip("'’"),) if len(found) == 1 else found


def packed(words: Iterable[PlacedWord]) -> Iterator[tuple[int, bytes]]:
    """Yield the number of each block and its words as bytes."""
    rows: dict[int, list[PlacedWord]] = {}
    for one in words:
        rows.setdefault(one.place // BLOCK, []).append(one)
    for number, block in rows.items():
        cues = list(dict.fromkeys(one.said.cue for one in block))
        columns = [
            block[0].place,
            [one.count for one in block],
            [one.said.text for one in block],
            [one.said.start_ms for one in block],
            [one.said.end_ms - one.said.start_ms for one in block],
            [one.said.confidence for one in block],
            [cues.index(one.said.cue) for one in block],
            cues,
        ]
        yield number, zlib.compress(json.dumps(columns, ensure_ascii=False, separators=(",", ":")).encode(), 6)


def unpacked(data: bytes) -> Iterator[PlacedWord]:
    """Yield the words of a block. Raises DamagedBlockError."""
    try:
        place, counts, *columns, cues = json.loads(zlib.decompress(data))
    except (zlib.error, ValueError) as error:
        raise DamagedBlockError("a block of words cannot be read") from error
    for count, text, start, length, confidence, cue in zip(counts, *columns, strict=True):
        said = SaidWord(text=text, start_ms=start, end_ms=start + length, cue=cues[cue], confidence=confidence)
        yield PlacedWord(place, count, said)
        place += count


def numbers(data: bytes) -> "array[int]":
    """Return the places that were written as bytes."""
    found = array("I")
    found.frombytes(data)
    return found
