"""`testimonio find`: every place where something was said, in the language it was said in or a translation."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlencode

from footage_manifest.model import Production
from footage_manifest.timecode import Label
from footage_manifest.wording import choose, shown
from pipeline.assembly.review_desk_film import FilmOnDesk
from pipeline.assembly.search_index import Searchable, searchable
from pipeline.assembly.search_match import Span, phrase, spans
from pipeline.assembly.search_spoken import Spoken
from pipeline.assembly.speakers_sheet import INTERVIEWER
from pipeline.errors import UsageError
from pipeline.ports.work import Progress
from pipeline.tools.word_blocks import PlacedWord
from pipeline.tools.word_tables import IndexedTrack
from subtitles.quote_words import folded

MOST_HITS = 200
_PAGE = "http://127.0.0.1:8765/"
"""Where the review page is by default."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Where is searched: None is everywhere. A speaker is a key of the manifest, or a name or part of it."""

    reel: str | None = None
    speaker: str | None = None
    theme: str | None = None
    programme: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is searched: `phrases`, all of them in one passage. `most` are shown, 0 for all, with `context` words around."""

    folder: Path
    phrases: tuple[str, ...]
    where: Where = Where()
    lemma: bool = False
    fuzzy: bool = False
    context: int = 8
    most: int = MOST_HITS


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A stretch of what was said: `hit` where it was searched for."""

    text: str
    hit: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One place: from `start` up to, not including, `end`, on the reel's clock; `_ms` the same in SOURCE milliseconds.

    `speakers` are the names of the reel's people that may be shown. `spoken` says whether it was said in `language`; the
    times of a translation are those of its cues. `cue` and `link` are empty for what has no subtitles yet.
    """

    reel: str
    language: str
    spoken: bool
    speakers: tuple[str, ...]
    start: Label
    end: Label
    start_ms: int
    end_ms: int
    texts: tuple[Text, ...]
    cue: str
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was found: `total` places, of which `hits` are the first; `problems` are files that could not be searched."""

    hits: tuple[Hit, ...]
    total: int
    problems: tuple[str, ...]


def find(asked: Asked, progress: Progress) -> Found:
    """Return where something was said, reel by reel in the manifest's order, in order of time.

    Case, accents and punctuation do not count, `ñ` is `n`. What people who withdrew have said is never found. Raises
    ManifestError where the film cannot be read, UsageError for words, a reel, speaker, theme, programme or language that
    there are not, StoreError where the index cannot be written.
    """
    film = FilmOnDesk.loaded(asked.folder.absolute())
    if not asked.phrases or not all(folded(one) for one in asked.phrases):
        raise UsageError("there is no word to search for", 'write one, or a phrase such as "three days"')
    with searchable(film, progress, forms=asked.lemma) as ready:
        placed = _placed(ready, asked, reels_where(ready.production, film, asked.where))
        if asked.where.speaker is not None:
            from pipeline.assembly.speakers_search import said_by  # noqa: PLC0415 - loads all that hears voices

            placed = said_by(ready, placed, asked.where.speaker)
        shown_ones = placed if not asked.most else placed[: asked.most]
        spoken = Spoken(ready)
        hits = tuple(_hit(ready, spoken, track, found, asked.context) for track, found in shown_ones)
        if asked.where.speaker == INTERVIEWER:  # whoever asks is none of the reel's people
            hits = tuple(replace(one, speakers=(INTERVIEWER,)) for one in hits)
        return Found(hits=hits, total=len(placed), problems=ready.problems)


def reels_where(production: Production, film: FilmOnDesk, where: Where) -> tuple[str, ...]:
    """Return the reels that are asked for, in the manifest's order. Raises UsageError for what there is not."""
    reels = production.manifest.reels
    open_ones = [key for key in film.reels() if film.withdrawn(key) is None]
    themes = {theme for key in open_ones for theme in reels[key].themes}
    programmes = {programme for key in open_ones if (programme := reels[key].programme)}
    _require("reel", where.reel, open_ones)
    _require("theme", where.theme, themes)
    _require("programme", where.programme, programmes)
    _require("language", where.language, production.film.languages)
    speaking = {key for key in open_ones if where.speaker is None or _speaks(film, production, key, where.speaker)}
    if where.speaker is not None and not speaking:
        names = [*(name for key in open_ones for name in film.names_in(key)), *_keys(production, open_ones)]
        raise UsageError(f"there is no speaker {shown(where.speaker)}", choose(where.speaker, dict.fromkeys(names)))
    return tuple(
        key
        for key in open_ones
        if key in speaking
        and where.reel in {None, key}
        and (where.theme is None or where.theme in reels[key].themes)
        and where.programme in {None, reels[key].programme}
    )


def _require(what: str, asked: str | None, known: Iterable[str]) -> None:
    choices = sorted(known)
    if asked is not None and asked not in choices:
        raise UsageError(f"there is no {what} {shown(asked)}", choose(asked, choices))


def _keys(production: Production, reels: Iterable[str]) -> list[str]:
    return [person for key in reels for person in production.manifest.reels[key].people or ()]


def _speaks(film: FilmOnDesk, production: Production, key: str, speaker: str) -> bool:
    """Return whether someone of a reel is meant: a name that is kept back is not found by."""
    wanted = folded(speaker)
    names = [folded(name) for name in film.names_in(key)]
    by_name = bool(wanted) and any({*wanted} <= {*name} for name in names)
    return by_name or speaker == INTERVIEWER or speaker in _keys(production, (key,))


def _placed(ready: Searchable, asked: Asked, reels: Sequence[str]) -> list[tuple[IndexedTrack, tuple[Span, ...]]]:
    """Return all places, in order, each with its track."""
    found: list[tuple[IndexedTrack, tuple[Span, ...]]] = []
    order = {key: number for number, key in enumerate(reels)}
    wanted = [one for one in ready.tracks if one.reel in order and asked.where.language in {None, one.language}]
    for language in dict.fromkeys(one.language for one in wanted):
        tracks = {one.id: one for one in wanted if one.language == language}
        phrases = [phrase(ready.index, one, language, lemma=asked.lemma, fuzzy=asked.fuzzy) for one in asked.phrases]
        for track, places in spans(ready, phrases, list(tracks)).items():
            found += [(tracks[track], place) for place in places]
    return sorted(found, key=lambda one: (order[one[0].reel], not one[0].spoken, one[0].language, one[1]))


def _hit(ready: Searchable, spoken: Spoken, track: IndexedTrack, places: tuple[Span, ...], context: int) -> Hit:
    first, end = min(one.first for one in places), max(one.end for one in places)
    around = ready.index.words(track.id, first - context, end + context)
    inside = [one for one in around if one.place < end and one.place + one.count > first]
    clock = ready.clocks[track.reel]
    start_ms, end_ms = inside[0].said.start_ms, max(one.said.end_ms for one in inside)
    is_spoken = spoken.at(track, inside[0].said.cue)
    if not is_spoken:  # a translation's words have no times of their own
        cue = [one.said for one in around if one.said.cue in {inside[0].said.cue, inside[-1].said.cue}]
        start_ms, end_ms = min(one.start_ms for one in cue), max(one.end_ms for one in cue)
    cue_id = inside[0].said.cue
    asked = {"reel": track.reel, "lang": track.language, "cue": cue_id}
    return Hit(
        reel=track.reel,
        language=track.language,
        spoken=is_spoken,
        speakers=tuple(ready.film.names_in(track.reel)),
        start=clock.label(start_ms),
        end=clock.label(end_ms, end=True),
        start_ms=start_ms,
        end_ms=end_ms,
        texts=_texts(around, places, (first - context, end + context)),
        cue=cue_id,
        link=f"{_PAGE}#{urlencode(asked)}" if cue_id else "",
    )


def _texts(words: Sequence[PlacedWord], places: Sequence[Span], window: tuple[int, int]) -> tuple[Text, ...]:
    """Return the words in the window, those that were searched for apart from the others."""
    texts: list[Text] = []
    for word in words:
        stop = word.place + word.count
        if stop <= window[0] or word.place >= window[1]:
            continue
        hit = any(one.first < stop and word.place < one.end for one in places)
        if texts and texts[-1].hit == hit:
            texts.append(Text(text=f"{texts.pop().text} {word.said.text}", hit=hit))
        else:
            texts.append(Text(text=word.said.text, hit=hit))
    return tuple(texts)
