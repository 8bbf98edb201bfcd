"""What of a reel is said in the language that it is written in, and what is a translation."""

from pipeline.assembly.search_index import Searchable
from pipeline.tools.word_tables import IndexedTrack


class Spoken:
    """Which cues are in the language they were said in, found out once a track."""

    def __init__(self, ready: Searchable) -> None:
        self._ready = ready
        self._heard: dict[int, frozenset[str]] = {}

    def at(self, track: IndexedTrack, cue: str) -> bool:
        """Return whether a cue of a track says what was said; in a reel of two languages each track has both kinds."""
        stated = self._ready.production.manifest.reels[track.reel].language or ()
        if len(stated) < 2 or not cue:
            return track.spoken
        if track.id not in self._heard:
            from pipeline.assembly.search_reading import heard_cues  # noqa: PLC0415 - as long as a search, and seldom

            self._heard[track.id] = heard_cues(self._ready.film, track.reel, track.language)
        return cue in self._heard[track.id]
