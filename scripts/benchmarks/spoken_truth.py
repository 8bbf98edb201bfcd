"""What is said in a folder's sound files, and how far what was heard is from it.

What is said stands beside each file: in `<name>.txt`; in `<name>.json` as a list of turns (or `turns`) with their `text`, or
as `words` with `w` and `start` in seconds, where a `text` may hold more than is timed; in a `<name>.json` of [label, start,
end] where a label that begins with "speech" says where somebody speaks and every word elsewhere is invented; or in a row
`| <name>.flac | what | text |` of the folder's README.md.
"""

import difflib
import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NEAR_MS = 200
SOUNDS = {".flac", ".ogg", ".wav"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What is said in a file: its words, and where known when they start, and which seconds hold speech."""

    words: tuple[str, ...]
    timed: tuple[tuple[str, int], ...] = ()
    speech: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardWord:
    """One word as some engine heard it, in milliseconds from the sound's beginning."""

    text: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How good a hearing is: each figure with what it is out of, which is 0 where the truth does not tell it."""

    edits: int = 0
    words: int = 0
    near: int = 0
    starts: int = 0
    invented: int | None = None


def sounds(folder: Path, only: Sequence[str]) -> Iterator[Path]:
    """Yield the sound files of a folder, in order of name."""
    for path in sorted(folder.iterdir()):
        if path.suffix in SOUNDS and (not only or path.stem in only):
            yield path


def score(truth: Truth, heard: Sequence[HeardWord]) -> Score:
    """Return how good a hearing is."""
    got = [(part, word.start_ms) for word in heard for part in compared(word.text)]
    near = starts = 0
    if truth.timed:
        matcher = difflib.SequenceMatcher(
            a=[part for part, _ in truth.timed], b=[part for part, _ in got], autojunk=False
        )
        for block in matcher.get_matching_blocks():
            for at in range(block.size):
                near += abs(truth.timed[block.a + at][1] - got[block.b + at][1]) <= NEAR_MS
                starts += 1
    invented = None
    if truth.speech:
        middles = [((word.start_ms + word.end_ms) / 2000, len(compared(word.text))) for word in heard]
        invented = sum(words for at, words in middles if not any(start <= at <= end for start, end in truth.speech))
    wrong = edits(truth.words, [part for part, _ in got]) if truth.words else 0
    return Score(edits=wrong, words=len(truth.words), near=near, starts=starts, invented=invented)


def known(path: Path) -> Truth:
    """Return what is said in a file, from whatever stands beside it."""
    written, listed, readme = path.with_suffix(".txt"), path.with_suffix(".json"), path.parent / "README.md"
    if written.is_file():
        return Truth(words=compared(written.read_text("utf-8")))
    if listed.is_file():
        return from_json(json.loads(listed.read_text("utf-8")))
    for line in readme.read_text("utf-8").splitlines() if readme.is_file() else ():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) > 2 and cells[0] == path.name:
            return Truth(words=compared(cells[2]))
    return Truth(words=())


def from_json(read: Any) -> Truth:
    """Return the truth in one of the forms that this module's heading names."""
    if isinstance(read, dict) and "words" in read:
        spoken = [(part, round(word["start"] * 1000)) for word in read["words"] for part in compared(word["w"])]
        words = compared(read["text"]) if "text" in read else tuple(part for part, _ in spoken)
        return Truth(words=words, timed=tuple(spoken))
    turns = read["turns"] if isinstance(read, dict) else read
    if turns and isinstance(turns[0], list):
        return Truth(words=(), speech=tuple((start, end) for label, start, end in turns if label.startswith("speech")))
    return Truth(words=compared(" ".join(turn["text"] for turn in turns)))


def compared(text: str) -> tuple[str, ...]:
    """Return words in small letters without punctuation."""
    return tuple(re.sub(r"[^\w\s]", " ", unicodedata.normalize("NFC", text).lower()).split())


def edits(wanted: Sequence[str], got: Sequence[str]) -> int:
    """Return how many words have to be changed, left out or put in (Levenshtein)."""
    costs = list(range(len(got) + 1))
    for row_number, word in enumerate(wanted, start=1):
        diagonal, costs[0] = costs[0], row_number
        for column, other in enumerate(got, start=1):
            diagonal, costs[column] = (
                costs[column],
                min(costs[column] + 1, costs[column - 1] + 1, diagonal + (word != other)),
            )
    return costs[-1]
