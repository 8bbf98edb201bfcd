"""The index of words brought up to date: per reel and language, from people's subtitles, else from what was heard.

Only what changed is read again. Nothing is made for it, and the run's lock is not needed: the store is read as a dry run
reads it. What people who withdrew have said is taken out before anything else is done.
"""

import hashlib
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from footage_manifest.model import Production
from pipeline.assembly.given_transcripts import given_file
from pipeline.assembly.handover import read_track, srt_name, state_name
from pipeline.assembly.people_files import read_own
from pipeline.assembly.review_desk_answers import Refused
from pipeline.assembly.review_desk_film import FilmOnDesk
from pipeline.assembly.review_desk_reels import ReelsOnDesk
from pipeline.assembly.search_clock import LabelledReel, labelled_reel
from pipeline.assembly.site import own_folder
from pipeline.durable import storage_errors
from pipeline.engine.store import FOLDER as STORE
from pipeline.engine.store import Store
from pipeline.ports.work import Progress
from pipeline.tools import word_forms, word_index
from pipeline.tools.word_index import WordIndex
from pipeline.tools.word_tables import IndexedReel, IndexedTrack, NewTrack
from subtitles.errors import SubtitleError
from subtitles.said import SaidWord, heard_as_said, said_in_cues
from subtitles.transcript import Transcript
from subtitles.two_languages import said_in_one

FOLDER = f"{STORE}/search"
_RULES = "1"
"""Raised when the same files must give other words."""
_SETTLED_S = 2.0
_SILENT = Transcript(language="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Searchable:
    """A film ready to be searched: the open index, its tracks, the reels' clocks, and what is not in it and why."""

    film: FilmOnDesk
    production: Production
    index: WordIndex
    tracks: tuple[IndexedTrack, ...]
    clocks: Mapping[str, LabelledReel]
    problems: tuple[str, ...]


@contextmanager
def searchable(
    folder: Path, production: Production, progress: Progress, *, forms: bool = False
) -> Iterator[Searchable]:
    """Give the film ready to be searched, its index brought up to date; with `forms` those of all words are known.

    A file that cannot be read is among the `problems`, and the others are searched. Raises StoreError where the index cannot
    be written.
    """
    film = FilmOnDesk(folder.absolute())
    root = Store(film.folder).root  # refused where it is a link
    with storage_errors(f"making {root}"):
        root.mkdir(exist_ok=True)
    with word_index.opened(own_folder(film.folder, FOLDER)) as index:
        renewal = _Renewal(film, production, index)
        renewal.take_out()
        renewal.bring_up_to_date(progress)
        for language in production.film.languages if forms else ():
            _learn_forms(index, language)
        with index.reading():
            shown = {key for key in film.reels() if film.withdrawn(key) is None}
            yield Searchable(
                film=film,
                production=production,
                index=index,
                tracks=tuple(track for track in index.tracks() if track.reel in shown),
                clocks={key: LabelledReel.of_text(one.clock) for key, one in index.reels().items()},
                problems=tuple(renewal.problems),
            )


def _learn_forms(index: WordIndex, language: str) -> None:
    """Have the index know of which words all that is said in a language are forms."""
    kin = {(term, text): word_forms.keys_of(text, language) for term, text in index.without_kin(language)}
    if kin:
        with index.changing():
            index.put_kin(language, kin)


class _Renewal:
    """Brings an index up to date with a film."""

    def __init__(self, film: FilmOnDesk, production: Production, index: WordIndex) -> None:
        self.problems: list[str] = []
        self._film = film
        self._production = production
        self._index = index
        self._reels = ReelsOnDesk(film)
        self._store = _listed_in(film.folder / STORE / "latest")

    def take_out(self) -> None:
        """Remove the reels that nobody may search, or that the film has no more, and languages that it has not."""
        wanted = {key for key in self._film.reels() if self._film.withdrawn(key) is None}
        languages = self._production.film.languages
        gone = {*self._index.reels(), *(track.reel for track in self._index.tracks())} - wanted
        other = {(one.reel, one.language) for one in self._index.tracks() if one.language not in languages}
        if gone or other:
            with self._index.changing():
                for reel in gone:
                    self._index.remove(reel)
                for reel, language in other:
                    self._index.remove(reel, language)
                self._index.forget_unsaid()

    def bring_up_to_date(self, progress: Progress) -> None:
        keys = [key for key in self._film.reels() if self._film.withdrawn(key) is None]
        known, tracks = self._index.reels(), {(one.reel, one.language): one for one in self._index.tracks()}
        changed = [key for key in keys if self._changed(key, known.get(key), tracks)]
        if not changed:
            return
        progress.start("index", len(changed), "reels")
        try:
            for number, key in enumerate(changed, start=1):
                self._renew(key, known.get(key), tracks)
                progress.advance("index", number)
        finally:
            progress.finish("index")

    def _changed(self, key: str, known: IndexedReel | None, tracks: Mapping[tuple[str, str], IndexedTrack]) -> bool:
        if known is None or known.stamp != self._reel_stamp(key):
            return True
        languages = self._production.film.languages
        return any(self._track_changed(known, key, one, tracks.get((key, one))) for one in languages)

    def _track_changed(self, known: IndexedReel, key: str, language: str, track: IndexedTrack | None) -> bool:
        stamp = self._track_stamp(key, language, known)
        return track.stamp != stamp if track is not None else stamp != ""

    def _renew(self, key: str, known: IndexedReel | None, tracks: Mapping[tuple[str, str], IndexedTrack]) -> None:
        stamp = self._reel_stamp(key)
        heard = self._reels.transcript(key)
        reel = known
        if known is None or known.stamp != stamp:
            reel = self._reel(key, stamp, heard)
            with self._index.changing():
                self._index.put_reel(key, reel)
        assert reel is not None  # noqa: S101 - either known or made
        for language in self._production.film.languages:
            track = tracks.get((key, language))
            if self._track_changed(reel, key, language, track):
                self._renew_track(key, language, reel, heard, track)

    def _reel(self, key: str, stamp: str, heard: Transcript | None) -> IndexedReel:
        described, film = self._production.manifest.reels[key], self._production.film
        try:
            media = self._reels.media(key)
        except Refused:
            media = None
        facts = media.reels.get(key) if media is not None else None
        spoken = self._film.spoken_language(key) or (heard.language if heard is not None and heard.words else "")
        return IndexedReel(
            stamp=stamp,
            language=spoken,
            heard=_digest(repr(heard.words).encode()) if heard is not None and heard.words else "",
            clock=labelled_reel(key, described, facts, film.timeline.clock).text(),
        )

    def _renew_track(
        self, key: str, language: str, reel: IndexedReel, heard: Transcript | None, track: IndexedTrack | None
    ) -> None:
        stamp = self._track_stamp(key, language, reel, settled=True)
        try:
            new = self._read(key, language, reel, heard, stamp)
        except SubtitleError as error:
            self.problems.append(f"{key} is not searched in {language}: {str(error).splitlines()[0]}")
            new = None
        if new is not None and track is not None and track.digest == new.digest:
            with self._index.changing():
                self._index.put_stamp(track.id, stamp)
        elif new is not None or track is not None:
            with self._index.changing():
                self._index.remove(key, language)
                if new is not None:
                    self._index.put_track(new)

    def _read(
        self, key: str, language: str, reel: IndexedReel, heard: Transcript | None, stamp: str
    ) -> NewTrack | None:
        """Return a track as it is now, None where there is nothing of it."""
        contents = [read_own(self._film.folder, name(key, language)) for name in (srt_name, state_name)]
        found = read_track(self._film.folder, key, language)
        spoken = found is None or (found.source_language is None and language == (reel.language or language))
        digest = _digest(*(content or b"-" for content in contents), reel.heard.encode(), _RULES.encode())
        words: tuple[SaidWord, ...]
        if found is not None:
            # A translation's words are said while its cue is: matching them with those that were heard says nothing.
            if heard is not None and heard.other_language and language in heard.languages:
                words = said_in_one(found.aligned, language, heard)
            else:
                words = said_in_cues(found.cues, (heard or _SILENT) if spoken else _SILENT)
        elif heard is not None and heard.words and language == reel.language:
            words = heard_as_said(heard)
        else:
            return None
        return NewTrack(reel=key, language=language, stamp=stamp, digest=digest, spoken=spoken, words=words)

    # ----------------------------------------------------------------------------------------- what tells states apart

    def _reel_stamp(self, key: str) -> str:
        reel, folder = self._production.manifest.reels[key], self._film.folder
        given = (given_file(key, language) for language in self._production.film.languages)
        files = (*reel.file, *(reel.sound.file if reel.sound else ()), *given)
        states = [_state_of(folder / file) for file in files]
        return _digest(repr((_RULES, self._film.stamp(), states, self._store)).encode())

    def _track_stamp(self, key: str, language: str, reel: IndexedReel, *, settled: bool = False) -> str:
        """Return what tells a track's state from the next, empty where nothing of it is there.

        With `settled` a file that was saved just now has one that is never met again: it may be saved once more in the same
        instant.
        """
        folder = self._film.folder
        states = [_state_of(folder / name(key, language)) for name in (srt_name, state_name)]
        if states[0] is None and (language != reel.language or not reel.heard):
            return ""
        saved = max((state[1] for state in states if state is not None), default=0)
        young = settled and time.time_ns() - saved < _SETTLED_S * 1e9
        return _digest(repr((_RULES, states, reel.heard, reel.language, time.time_ns() if young else 0)).encode())


def _state_of(path: Path) -> tuple[int, ...] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_ino, found.st_mtime_ns, found.st_ctime_ns, found.st_size)


def _listed_in(folder: Path) -> tuple[tuple[str, int], ...]:
    """Return what changes when any stage had something new to do."""
    try:
        return tuple(sorted((path.name, path.stat().st_mtime_ns) for path in folder.iterdir()))
    except OSError:
        return ()


def _digest(*parts: bytes) -> str:
    return hashlib.sha256(b"\0".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()
