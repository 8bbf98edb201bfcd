"""`testimonio words`: how much is said, and which words, by speaker, programme or reel."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from pipeline.assembly.review_desk_film import FilmOnDesk
from pipeline.assembly.review_desk_reels import ReelsOnDesk
from pipeline.assembly.search import Where, reels_where
from pipeline.assembly.search_index import Searchable, searchable
from pipeline.assembly.speakers_desk import SpeakersOnDesk, shown_names
from pipeline.assembly.speakers_named import Turn, turn_at
from pipeline.assembly.speakers_sheet import INTERVIEWER
from pipeline.ports.work import Progress
from pipeline.tools.word_forms import keys_of
from pipeline.tools.word_tables import IndexedTrack
from subtitles.quote_words import folded
from subtitles.said import SaidWord

_ALL = 1 << 40
_ANYWHERE = Where()
_UNKNOWN = "?"


class By(StrEnum):
    """What words are counted by."""

    REEL = "reel"
    SPEAKER = "speaker"
    PROGRAMME = "programme"


@dataclass(frozen=True, slots=True, kw_only=True)
class CountChoice:
    """What is counted: words as they are spoken, or with `where.language` in that one; forms as one with `lemma`."""

    folder: Path
    by: By = By.SPEAKER
    where: Where = _ANYWHERE
    lemma: bool = False
    most: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class WordCount:
    """What one speaker, programme or reel says: words in all, how many different ones, the commonest with their number."""

    name: str
    words: int
    different: int
    commonest: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WordCounts:
    """The counts, the most words first; `problems` are files that could not be read."""

    counts: tuple[WordCount, ...]
    problems: tuple[str, ...]


def count_words(choice: CountChoice, progress: Progress) -> WordCounts:
    """Return what is said how often, by what `choice` says. Words of people who withdrew are not counted.

    A speaker is who is known to speak at that moment, else the one person of the reel, else "?". Raises as `find`.
    """
    film = FilmOnDesk.loaded(choice.folder.absolute())
    with searchable(film, progress) as ready:
        production = ready.production
        reels = frozenset(reels_where(production, film, replace(choice.where, speaker=None)))
        if choice.where.speaker is not None:
            reels_where(production, film, choice.where)  # refuses somebody who is nobody
        spellings: dict[str, dict[str, Counter[str]]] = {}
        for track in ready.tracks:
            language = choice.where.language
            if track.reel in reels and (track.language == language if language else track.spoken):
                _count(choice, ready, track, spellings)
        wanted = choice.where.speaker
        counts = [
            _counted(name, by_word, choice.most)
            for name, by_word in spellings.items()
            if choice.by is not By.SPEAKER or wanted is None or {*folded(wanted)} <= {*folded(name)}
        ]
        return WordCounts(counts=tuple(sorted(counts, key=lambda one: (-one.words, one.name))), problems=ready.problems)


def _count(
    choice: CountChoice, ready: Searchable, track: IndexedTrack, spellings: dict[str, dict[str, Counter[str]]]
) -> None:
    name_of = _namer(choice, ready, track)
    known: dict[str, str] = {}
    for word in ready.index.words(track.id, 0, _ALL):
        by_word = spellings.setdefault(name_of(word.said), {})
        for spelling in _spellings(word.said.text):
            if spelling not in known:
                known[spelling] = _form(spelling, track.language) if choice.lemma else "".join(folded(spelling))
            by_word.setdefault(known[spelling], Counter())[spelling] += 1


def _spellings(text: str) -> Iterator[str]:
    """Yield the words of what is written without a space, in small letters, with their accents."""
    whole = "".join(sign for sign in text.casefold() if sign.isalnum() or sign in "'’-").strip("'’-")
    if whole and folded(whole):
        yield whole


def _form(spelling: str, language: str) -> str:
    keys = keys_of(spelling, language)
    return keys[0] if keys else "".join(folded(spelling))


def _namer(choice: CountChoice, ready: Searchable, track: IndexedTrack) -> Callable[[SaidWord], str]:
    """Return what says under which name a word of a track is counted."""
    if choice.by is By.REEL:
        return lambda _: track.reel
    if choice.by is By.PROGRAMME:
        programme = ready.production.manifest.reels[track.reel].programme or _UNKNOWN
        return lambda _: programme
    names = shown_names(ready.film, track.reel)
    told = _turns(ready.film, track.reel)
    alone = next(iter(names.values())) if len(names) == 1 else _UNKNOWN
    starts = [turn.start_ms for turn in told]

    def named(said: SaidWord) -> str:
        if not told:
            return alone
        middle = (said.start_ms + said.end_ms) // 2
        at = bisect_right(starts, middle)
        turn = turn_at(told[max(0, at - 1) : at + 1], middle)
        speaker = turn.speaker if turn is not None else ""
        return INTERVIEWER if speaker == INTERVIEWER else names.get(speaker, _UNKNOWN)

    return named


def _turns(film: FilmOnDesk, key: str) -> tuple[Turn, ...]:
    told = SpeakersOnDesk(film, ReelsOnDesk(film)).speakers(key)
    return tuple(sorted(told.turns, key=lambda one: one.start_ms)) if told is not None else ()


def _counted(name: str, by_word: dict[str, Counter[str]], most: int) -> WordCount:
    """Return the counts of one name, each word as it is most often spelt."""
    totals = {word: sum(own.values()) for word, own in by_word.items()}
    ranked = sorted(totals, key=lambda word: (-totals[word], word))[: most or None]
    commonest = tuple((min(by_word[word], key=lambda one: (-by_word[word][one], one)), totals[word]) for word in ranked)
    return WordCount(name=name, words=sum(totals.values()), different=len(totals), commonest=commonest)
