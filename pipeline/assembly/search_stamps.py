"""What tells one state of a reel's files and tracks from the next, from what the file system says of them alone."""

import hashlib
import time
from collections.abc import Mapping
from pathlib import Path

from footage_manifest.model import Production
from pipeline.assembly.review_desk_film import FilmOnDesk
from pipeline.assembly.track_names import given_file, srt_name, state_name
from pipeline.engine.store import FOLDER as STORE
from pipeline.tools.word_tables import IndexedReel, IndexedTrack

RULES = "1"
"""Raised when the same files must give other words."""
_SETTLED_S = 2.0


class Stamps:
    """The stamps of one film's reels and tracks, as its files are now."""

    def __init__(self, film: FilmOnDesk, production: Production) -> None:
        self._film = film
        self._production = production
        self._store = _listed_in(film.folder / STORE / "latest")

    def changed(self, key: str, known: IndexedReel | None, tracks: Mapping[tuple[str, str], IndexedTrack]) -> bool:
        """Return whether anything of a reel is otherwise than the index has it."""
        if known is None or known.stamp != self.reel_stamp(key):
            return True
        languages = self._production.film.languages
        return any(self.track_changed(known, key, one, tracks.get((key, one))) for one in languages)

    def track_changed(self, known: IndexedReel, key: str, language: str, track: IndexedTrack | None) -> bool:
        """Return whether a track is otherwise than the index has it, there or not."""
        stamp = self.track_stamp(key, language, known)
        return track.stamp != stamp if track is not None else stamp != ""

    def reel_stamp(self, key: str) -> str:
        """Return what tells a reel's state from the next: the film's files, its own, what is stored."""
        reel, folder = self._production.manifest.reels[key], self._film.folder
        given = (given_file(key, language) for language in self._production.film.languages)
        files = (*reel.file, *(reel.sound.file if reel.sound else ()), *given)
        states = [_state_of(folder / file) for file in files]
        return digest_of(repr((RULES, self._film.stamp(), states, self._store)).encode())

    def track_stamp(self, key: str, language: str, reel: IndexedReel, *, settled: bool = False) -> str:
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
        return digest_of(repr((RULES, states, reel.heard, reel.language, time.time_ns() if young else 0)).encode())


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


def digest_of(*parts: bytes) -> str:
    """Return a digest of `parts` in their order, as hexadecimal digits."""
    return hashlib.sha256(b"\0".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()
