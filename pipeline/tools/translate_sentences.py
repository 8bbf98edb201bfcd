"""A passage taken apart into what a model was taught on: single sentences of a length that it can hold."""

from collections.abc import Callable, Iterable, Iterator

from subtitles.breaks import ends_sentence


def sentences(text: str, language: str) -> tuple[str, ...]:
    """Return `text` in sentences, every word once and in order."""
    found: list[list[str]] = [[]]
    for word in text.split():
        found[-1].append(word)
        if ends_sentence(word, language):
            found.append([])
    return tuple(" ".join(words) for words in found if words)


def within(parts: Iterable[str], length: Callable[[str], int], most: int) -> tuple[str, ...]:
    """Return `parts`, each that is longer than `most` in `length` taken apart between words; a single word stays whole."""
    return tuple(shorter for part in parts for shorter in _halved(part, length, most))


def _halved(part: str, length: Callable[[str], int], most: int) -> Iterator[str]:
    words = part.split()
    if len(words) < 2 or length(part) <= most:
        yield part
        return
    middle = _middle(words)
    yield from _halved(" ".join(words[:middle]), length, most)
    yield from _halved(" ".join(words[middle:]), length, most)


def _middle(words: list[str]) -> int:
    """Return where to cut words in two: after a comma near the middle, else in the middle."""
    half = len(words) // 2
    near = range(max(1, half - half // 2), half + half // 2 + 1)
    commas = [at for at in near if words[at - 1].endswith((",", ";", ":", "،"))]
    return min(commas, key=lambda at: abs(at - half), default=max(1, half))
