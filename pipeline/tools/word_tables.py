"""What the index of words holds, and how its tables are made."""

from dataclasses import dataclass

from subtitles.said import SaidWord

TABLES = """
CREATE TABLE reel (reel TEXT PRIMARY KEY, stamp TEXT, language TEXT, heard TEXT, clock TEXT) WITHOUT ROWID;
CREATE TABLE track (id INTEGER PRIMARY KEY, reel TEXT, language TEXT, stamp TEXT, digest TEXT, spoken INTEGER,
  words INTEGER, UNIQUE (reel, language));
CREATE TABLE term (id INTEGER PRIMARY KEY, language TEXT, term TEXT, UNIQUE (language, term));
CREATE TABLE spelling (term INTEGER, text TEXT, known INTEGER, PRIMARY KEY (term, text)) WITHOUT ROWID;
CREATE TABLE kin (language TEXT, key TEXT, term INTEGER, PRIMARY KEY (language, key, term)) WITHOUT ROWID;
CREATE TABLE posting (track INTEGER, term INTEGER, places BLOB, PRIMARY KEY (track, term)) WITHOUT ROWID;
CREATE TABLE block (track INTEGER, number INTEGER, words BLOB, PRIMARY KEY (track, number)) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedReel:
    """What is remembered of a reel: what tells its state from the next, the language spoken, its words' digest, its clock.

    `clock` is text of whoever wrote it.
    """

    stamp: str
    language: str
    heard: str
    clock: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedTrack:
    """A track in the index; `spoken` says that it is in the language of the reel. `words` counts them as searched."""

    id: int
    reel: str
    language: str
    stamp: str
    digest: str
    spoken: bool
    words: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTrack:
    """A track to be put into the index."""

    reel: str
    language: str
    stamp: str
    digest: str
    spoken: bool
    words: tuple[SaidWord, ...]
