"""The index of words brought up to date: per reel and language, from people's subtitles, else from what was heard.

Only what changed is read again. Nothing is made for it, and the run's lock is not needed: the store is read as a dry run
reads it. What people who withdrew have said is taken out before anything else is done.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from footage_manifest.model import Production
from pipeline.assembly.own_folder import own_folder
from pipeline.assembly.review_desk_film import FilmOnDesk
from pipeline.assembly.search_clock import LabelledReel
from pipeline.assembly.search_stamps import Stamps
from pipeline.durable import storage_errors
from pipeline.engine.store import FOLDER as STORE
from pipeline.engine.store import Store
from pipeline.ports.work import Progress
from pipeline.tools import word_forms, word_index
from pipeline.tools.word_index import WordIndex
from pipeline.tools.word_tables import IndexedTrack

FOLDER = f"{STORE}/search"


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
def searchable(film: FilmOnDesk, progress: Progress, *, forms: bool = False) -> Iterator[Searchable]:
    """Give the film ready to be searched, its index brought up to date; with `forms` those of all words are known.

    A file that cannot be read is among the `problems`, and the others are searched. Raises StoreError where the index cannot
    be written.
    """
    production = film.production
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
        self._stamps = Stamps(film, production)

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
        changed = [key for key in keys if self._stamps.changed(key, known.get(key), tracks)]
        if not changed:
            return
        from pipeline.assembly.search_reading import Reading  # noqa: PLC0415 - as long as a search, and seldom needed

        reading = Reading(self._film, self._production, self._index, self._stamps)
        progress.start("index", len(changed), "reels")
        try:
            for number, key in enumerate(changed, start=1):
                reading.renew(key, known.get(key), tracks)
                progress.advance("index", number)
        finally:
            progress.finish("index")
            self.problems += reading.problems
