"""Passages of what was said: where a search or a mark lies, made whole, none twice."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.timeline.paper_points import cut_points
from subtitles.breaks import ends_sentence
from subtitles.said import SaidWord

_LONGEST_WORDS = 80
"""Of a passage that a search is made into: a speaker who never ends a sentence does not bring the whole interview."""

_PAUSE_MS = 1500
"""Whoever stops as long has ended, whatever the punctuation says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A stretch of a reel, SOURCE milliseconds, end exclusive; to be made whole sentences where `whole`."""

    from_ms: int
    to_ms: int
    whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """What is played: SOURCE milliseconds, end exclusive, cut in the pauses beside its words, which may be none."""

    from_ms: int
    to_ms: int
    words: tuple[str, ...]


def passages(
    wanted: Iterable[Wanted], said: Sequence[SaidWord], *, language: str, reel_ms: int | None
) -> tuple[Passage, ...]:
    """Return what is wanted of one reel, in order of time; what overlaps or follows at once is one passage.

    `said` are the reel's words in order of time. A stretch in which no word lies is played as it stands.
    """
    runs: list[tuple[int, int]] = []
    bare: list[Passage] = []
    for one in wanted:
        run = _words_of(one, said)
        if run is None:
            bare.append(Passage(from_ms=one.from_ms, to_ms=one.to_ms, words=()))
        else:
            runs.append(_sentences(*run, said, language) if one.whole else run)
    cut = [_cut(first, end, said, language, reel_ms) for first, end in _joined(runs)]
    silent = [one for one in bare if not any(one.from_ms < other.to_ms and other.from_ms < one.to_ms for other in cut)]
    return tuple(sorted((*cut, *dict.fromkeys(silent)), key=lambda one: (one.from_ms, one.to_ms)))


def _words_of(one: Wanted, said: Sequence[SaidWord]) -> tuple[int, int] | None:
    """Return the words whose middle lies in a stretch; of a search, those it overlaps."""
    inside = [
        at
        for at, word in enumerate(said)
        if (word.start_ms < one.to_ms and word.end_ms > one.from_ms)
        and (one.whole or 2 * one.from_ms <= word.start_ms + word.end_ms < 2 * one.to_ms)
    ]
    return (inside[0], inside[-1] + 1) if inside else None


def _sentences(first: int, end: int, said: Sequence[SaidWord], language: str) -> tuple[int, int]:
    room = max(0, _LONGEST_WORDS - (end - first))
    least, most = max(0, first - room), min(len(said), end + room)
    while first > least and not _ends(said, first - 1, language):
        first -= 1
    while end < most and not _ends(said, end - 1, language):
        end += 1
    return first, end


def _ends(said: Sequence[SaidWord], at: int, language: str) -> bool:
    """Return whether a sentence ends with a word, or whoever speaks stops behind it."""
    stops = at + 1 < len(said) and said[at + 1].start_ms - said[at].end_ms >= _PAUSE_MS
    return stops or ends_sentence(said[at].text, language)


def _joined(runs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for first, end in sorted(runs):
        if joined and first <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        else:
            joined.append((first, end))
    return joined


def _cut(first: int, end: int, said: Sequence[SaidWord], language: str, reel_ms: int | None) -> Passage:
    points = cut_points(said, first, end, language=language, reel_ms=reel_ms)
    words = tuple(word.text for word in said[first:end])
    return Passage(from_ms=points.in_ms, to_ms=points.out_ms, words=words)
