"""Which way each letter of a line runs: the Unicode Bidirectional Algorithm (UAX #9) for one line without embeddings.

Shaping one font at a time takes the order of runs out of the shaper's hands, so it is decided here. Embedding, override and
isolate characters count as neutral: nobody types them into a title.
"""

import unicodedata
from collections.abc import Sequence

from subtitles.direction import RTL_LANGUAGES, runs_rightward

__all__ = ["RTL_LANGUAGES", "in_visual_order", "levels", "runs_rightward"]

_PAIRS = {"(": ")", "[": "]", "{": "}"}
_NUMBERS = frozenset({"EN", "AN"})


def levels(text: str, language: str) -> tuple[int, ...]:
    """Return the embedding level of each character: even runs from left to right, odd from right to left.

    The line's own direction is that of its first strong letter (P2, P3); without one, the language's.
    """
    kinds = [unicodedata.bidirectional(character) or "L" for character in text]
    strong = next((kind for kind in kinds if kind in {"L", "R", "AL"}), "L" if runs_rightward(language) else "R")
    base = int(strong != "L")
    weak = _weak(kinds, "R" if base else "L")
    resolved = _neutral(_brackets(text, weak, base), base)
    found = [_level(kind, base) for kind in resolved]
    for index in range(len(text) - 1, -1, -1):  # L1: white space at the end takes the line's direction
        if kinds[index] not in {"WS", "S", "B", "BN"}:
            break
        found[index] = base
    return tuple(found)


def in_visual_order(run_levels: Sequence[int]) -> tuple[int, ...]:
    """Return the numbers of runs, each of one level, as they stand from left to right (L2)."""
    order = list(range(len(run_levels)))
    highest = max(run_levels, default=0)
    for level in range(highest, 0, -1):
        start = 0
        while start < len(order):
            end = start
            while end < len(order) and run_levels[order[end]] >= level:
                end += 1
            order[start:end] = order[start:end][::-1]
            start = max(end, start + 1)
    return tuple(order)


def _weak(kinds: Sequence[str], start: str) -> list[str]:
    """Resolve marks and numbers (W1 to W7)."""
    found = list(kinds)
    for index, kind in enumerate(found):  # W1
        if kind == "NSM":
            found[index] = found[index - 1] if index else start
    found = ["R" if kind == "AL" else kind for kind in _after(found, {"AL"}, "AN", start)]  # W2, W3
    for index in range(1, len(found) - 1):  # W4
        before, kind, after = found[index - 1 : index + 2]
        same = before == after and before in _NUMBERS
        if same and (kind == "CS" or (kind == "ES" and before == "EN")):
            found[index] = before
    _spread_numbers(found)
    found = ["ON" if kind in {"ES", "ET", "CS"} else kind for kind in found]  # W6
    return _after(found, {"L"}, "L", start)  # W7


def _after(kinds: Sequence[str], strong: set[str], becomes: str, start: str) -> list[str]:
    """Return the kinds with each European number whose nearest strong letter before it is one of `strong` changed."""
    found, nearest = list(kinds), start
    for index, kind in enumerate(found):
        if kind in {"L", "R", "AL"}:
            nearest = kind
        elif kind == "EN" and nearest in strong:
            found[index] = becomes
    return found


def _spread_numbers(found: list[str]) -> None:
    """Let signs such as % and € beside a number run with it (W5)."""
    for step in (1, -1):
        near = ""
        for index in range(len(found))[::step]:
            if found[index] == "ET" and near == "EN":
                found[index] = "EN"
            near = found[index]


def _brackets(text: str, kinds: list[str], base: int) -> list[str]:
    """Give a pair of brackets the direction of what it holds (N0)."""
    found = list(kinds)
    embedding, opposite = ("R", "L") if base else ("L", "R")
    for start, end in _bracket_pairs(text, kinds):
        inside = {_strong(kind) for kind in found[start + 1 : end]} & {"L", "R"}
        before = next((_strong(kind) for kind in found[:start][::-1] if _strong(kind)), embedding)
        if embedding in inside:
            found[start] = found[end] = embedding
        elif inside:
            found[start] = found[end] = opposite if before == opposite else embedding
    return found


def _bracket_pairs(text: str, kinds: Sequence[str]) -> list[tuple[int, int]]:
    pairs: list[tuple[int, int]] = []
    opened: list[tuple[str, int]] = []
    for index, character in enumerate(text):
        if kinds[index] != "ON":
            continue
        if character in _PAIRS:
            opened.append((_PAIRS[character], index))
            continue
        for place in range(len(opened) - 1, -1, -1):
            if opened[place][0] == character:
                pairs.append((opened[place][1], index))
                del opened[place:]
                break
    return sorted(pairs)


def _neutral(kinds: Sequence[str], base: int) -> list[str]:
    """Give what has no direction that of both neighbours where they agree, else the line's (N1, N2)."""
    found = list(kinds)
    embedding = "R" if base else "L"
    index = 0
    while index < len(found):
        if _strong(found[index]):
            index += 1
            continue
        end = index
        while end < len(found) and not _strong(found[end]):
            end += 1
        before = _strong(found[index - 1]) if index else embedding
        after = _strong(found[end]) if end < len(found) else embedding
        found[index:end] = [before if before == after else embedding] * (end - index)
        index = end
    return found


def _strong(kind: str) -> str:
    """Return the direction that a resolved kind counts for: numbers as right to left; empty for neutrals."""
    return {"L": "L", "R": "R", "EN": "R", "AN": "R"}.get(kind, "")


def _level(kind: str, base: int) -> int:
    """Return the level of a resolved kind (I1, I2)."""
    if base:
        return 1 if kind == "R" else 2
    return {"L": 0, "R": 1}.get(kind, 2)
