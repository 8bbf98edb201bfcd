"""The index of what was said: which word stands where, in one SQLite file that may be deleted and is made again.

For each track, one reel in one language, it holds a list of places for every word and, in blocks, the words as they are
written with their times. SQLite's own full-text tables do not say where in a text a phrase of several possible forms stands,
and would have to be read whole to count words by speaker; lists of places answer both.
"""

import fcntl
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from pipeline.durable import storage_errors
from pipeline.errors import StoreError
from pipeline.tools.word_blocks import BLOCK, DamagedBlockError, PlacedWord, numbers, packed, placed, unpacked
from pipeline.tools.word_tables import TABLES, IndexedReel, IndexedTrack, NewTrack

FILE = "words.sqlite"
_VERSION = 1
_WAIT_S = 30.0
_JOURNALS = ("", "-journal", "-wal", "-shm")


class DamagedIndexError(Exception):
    """The file is no index of this version, or is damaged: it is to be made again."""


@contextmanager
def opened(folder: Path) -> Iterator["WordIndex"]:
    """Give the index in `folder`, made where it is not there; one that is damaged, or another version's, is made again.

    Several processes may have it open, one of them writing. Raises StoreError for what the disk or SQLite refuses.
    """
    with storage_errors(f"making {folder}"):
        folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
    try:
        fcntl.flock(lock, fcntl.LOCK_SH)
        with _said_plainly():
            index = _connected(folder / FILE, lock)
            try:
                yield index
            finally:
                index.close()
    finally:
        os.close(lock)


def _connected(path: Path, lock: int) -> "WordIndex":
    try:
        return WordIndex(path)
    except DamagedIndexError:
        try:  # nobody else may have open what is taken away
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            cure = "wait until the other search has ended, and search again"
            raise StoreError("the index of words is damaged, and another search has it open", cure) from None
    with suppress(DamagedIndexError):  # another has mended it meanwhile
        index = WordIndex(path)
        fcntl.flock(lock, fcntl.LOCK_SH)
        return index
    with storage_errors("removing the damaged index of words"):
        for ending in _JOURNALS:
            path.with_name(path.name + ending).unlink(missing_ok=True)
    index = WordIndex(path)
    fcntl.flock(lock, fcntl.LOCK_SH)
    return index


@contextmanager
def _said_plainly() -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, DamagedBlockError) as error:
        cure = "free space and see to the rights there; .testimonio/search may be deleted, it is made again"
        raise StoreError(f"the index of words cannot be used: {error}", cure) from error


class WordIndex:
    """The open index. Not to be shared between threads."""

    def __init__(self, path: Path) -> None:
        """Open or make it. Raises DamagedIndexError, sqlite3.Error."""
        self._db = sqlite3.connect(path, timeout=_WAIT_S, isolation_level=None)
        try:
            self._db.execute("PRAGMA secure_delete = ON")  # what people took back is not left in free pages
            self._prepare()
        except sqlite3.OperationalError:
            self._db.close()
            raise
        except (sqlite3.DatabaseError, DamagedIndexError) as error:
            self._db.close()
            raise DamagedIndexError(str(error)) from error

    def _prepare(self) -> None:
        found = self._version()
        if found == _VERSION:
            return
        with self.changing():
            if self._version() == _VERSION:
                return
            if self._db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                raise DamagedIndexError("another version made it")
            for statement in TABLES.split(";"):
                self._db.execute(statement)
            self._db.execute(f"PRAGMA user_version = {_VERSION}")

    def _version(self) -> int:
        return int(self._db.execute("PRAGMA user_version").fetchone()[0])

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Have all changes inside happen at once, or not at all; others wait for at most half a minute."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Have everything read inside be of one state of the index."""
        self._db.execute("BEGIN")
        try:
            yield
        finally:
            self._db.execute("ROLLBACK")

    # ------------------------------------------------------------------------------------------------- what is in it

    def reels(self) -> dict[str, IndexedReel]:
        """Return what is remembered of reels."""
        rows = self._db.execute("SELECT reel, stamp, language, heard, clock FROM reel")
        return {row[0]: IndexedReel(stamp=row[1], language=row[2], heard=row[3], clock=row[4]) for row in rows}

    def tracks(self) -> tuple[IndexedTrack, ...]:
        """Return the tracks that can be searched."""
        rows = self._db.execute("SELECT id, reel, language, stamp, digest, spoken, words FROM track")
        names = ("id", "reel", "language", "stamp", "digest", "spoken", "words")
        found = (dict(zip(names, row, strict=True)) for row in rows)
        return tuple(IndexedTrack(**{**one, "spoken": bool(one["spoken"])}) for one in found)

    def put_reel(self, reel: str, known: IndexedReel) -> None:
        """Remember a reel."""
        values = (reel, known.stamp, known.language, known.heard, known.clock)
        self._db.execute("INSERT OR REPLACE INTO reel VALUES (?, ?, ?, ?, ?)", values)

    def put_stamp(self, track: int, stamp: str) -> None:
        """Remember another state of a track's files in which it says the same."""
        self._db.execute("UPDATE track SET stamp = ? WHERE id = ?", (stamp, track))

    def put_track(self, new: NewTrack) -> None:
        """Put a track in the place of the one of that reel and language, if any; all at once, inside `changing`."""
        self._remove_track(new.reel, new.language)
        words, places, spellings = placed(new.words)
        values = (new.reel, new.language, new.stamp, new.digest, new.spoken, sum(one.count for one in words))
        row = self._db.execute(
            "INSERT INTO track (reel, language, stamp, digest, spoken, words) VALUES (?, ?, ?, ?, ?, ?)", values
        )
        track = row.lastrowid
        self._db.executemany(
            "INSERT OR IGNORE INTO term (language, term) VALUES (?, ?)", ((new.language, term) for term in places)
        )
        ids = self.terms(new.language, places)
        self._db.executemany(
            "INSERT OR IGNORE INTO spelling VALUES (?, ?, 0)",
            ((ids[term], text) for term, text in sorted(spellings)),
        )
        self._db.executemany(
            "INSERT INTO posting VALUES (?, ?, ?)",
            sorted((track, ids[term], found.tobytes()) for term, found in places.items()),
        )
        self._db.executemany(
            "INSERT INTO block VALUES (?, ?, ?)", ((track, number, data) for number, data in packed(words))
        )

    def remove(self, reel: str, language: str | None = None) -> None:
        """Take a reel, or its track in one language, out, with the words that are said nowhere else."""
        if language is None:
            self._db.execute("DELETE FROM reel WHERE reel = ?", (reel,))
            rows = self._db.execute("SELECT language FROM track WHERE reel = ?", (reel,)).fetchall()
            for (one,) in rows:
                self._remove_track(reel, one)
        else:
            self._remove_track(reel, language)

    def forget_unsaid(self) -> None:
        """Take out the words that no track has any more: a name that only one person said must not stay."""
        self._db.execute("DELETE FROM term WHERE id NOT IN (SELECT term FROM posting)")
        self._db.execute("DELETE FROM spelling WHERE term NOT IN (SELECT id FROM term)")
        self._db.execute("DELETE FROM kin WHERE term NOT IN (SELECT id FROM term)")

    def _remove_track(self, reel: str, language: str) -> None:
        rows = self._db.execute("SELECT id FROM track WHERE reel = ? AND language = ?", (reel, language)).fetchall()
        for (track,) in rows:
            for table, column in (("posting", "track"), ("block", "track"), ("track", "id")):
                self._db.execute(f"DELETE FROM {table} WHERE {column} = ?", (track,))  # noqa: S608 - names of our own

    # ------------------------------------------------------------------------------------------------------ looking up

    def terms(self, language: str, words: Iterable[str]) -> dict[str, int]:
        """Return the numbers of those of `words`, folded, that are said in a language."""
        query = "SELECT t.term, t.id FROM json_each(?) j CROSS JOIN term t ON t.language = ? AND t.term = j.value"
        return dict(self._db.execute(query, (json.dumps(list(words)), language)))

    def vocabulary(self, language: str) -> dict[str, int]:
        """Return all words of a language, folded, with their numbers."""
        return dict(self._db.execute("SELECT term, id FROM term WHERE language = ?", (language,)))

    def places(self, tracks: Sequence[int], terms: Iterable[int]) -> Iterator[tuple[int, int, Sequence[int]]]:
        """Yield (track, word, places) wherever one of the words is said in one of the tracks; places in order."""
        query = (
            "SELECT p.track, p.term, p.places FROM json_each(?) t CROSS JOIN json_each(?) w"
            " JOIN posting p ON p.track = t.value AND p.term = w.value"
        )
        for track, term, data in self._db.execute(query, (json.dumps(list(tracks)), json.dumps(list(terms)))):
            yield track, term, numbers(data)

    def words(self, track: int, first: int, last: int) -> tuple[PlacedWord, ...]:
        """Return the words of a track with the places from `first` to `last`, whole blocks of them."""
        query = "SELECT words FROM block WHERE track = ? AND number BETWEEN ? AND ? ORDER BY number"
        found: list[PlacedWord] = []
        for (data,) in self._db.execute(query, (track, max(0, first) // BLOCK, max(0, last) // BLOCK)):
            found += unpacked(data)
        return tuple(found)

    # ----------------------------------------------------------------------------------------------------- forms of words

    def without_kin(self, language: str) -> tuple[tuple[int, str], ...]:
        """Return (word, spelling) of a language for which nothing says yet of which words they are forms."""
        query = (
            "SELECT s.term, s.text FROM spelling s JOIN term t ON t.id = s.term WHERE s.known = 0 AND t.language = ?"
        )
        return tuple(self._db.execute(query, (language,)))

    def put_kin(self, language: str, kin: Mapping[tuple[int, str], Iterable[str]]) -> None:
        """Remember of which words, as keys, each (word, spelling) is a form; inside `changing`."""
        rows = ((language, key, term) for (term, _), keys in kin.items() for key in keys)
        self._db.executemany("INSERT OR IGNORE INTO kin SELECT ?, ?, id FROM term WHERE id = ?", rows)
        self._db.executemany("UPDATE spelling SET known = 1 WHERE term = ? AND text = ?", kin)

    def kin_of(self, language: str, term: int) -> tuple[str, ...]:
        """Return the keys of which a word is a form."""
        query = "SELECT key FROM kin WHERE language = ? AND term = ?"
        return tuple(key for (key,) in self._db.execute(query, (language, term)))

    def with_kin(self, language: str, keys: Iterable[str]) -> frozenset[int]:
        """Return the words that are forms of any of the keys."""
        query = "SELECT k.term FROM json_each(?) j CROSS JOIN kin k ON k.language = ? AND k.key = j.value"
        return frozenset(term for (term,) in self._db.execute(query, (json.dumps(list(keys)), language)))
