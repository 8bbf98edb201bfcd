"""What is known of a reel without making anything: its files' facts, its words, its shot changes, all from the store.

The store is read as a dry run reads it, without its lock: a page may stand open while the film is run.
"""

import threading
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from footage_manifest.findings import ManifestError
from pipeline.assembly import survey, words
from pipeline.assembly.options import RunOptions, Step
from pipeline.assembly.review_desk_answers import Denied, Refused
from pipeline.assembly.review_desk_film import FilmOnDesk
from pipeline.assembly.review_desk_problems import refused
from pipeline.assembly.site import Site
from pipeline.assembly.toolbox import Toolbox
from pipeline.assembly.track_names import given_file
from pipeline.engine import run as engine
from pipeline.engine.store import FOLDER as STORE
from pipeline.errors import PipelineError, StageError
from pipeline.ports.work import Progress
from pipeline.stages.media import Media
from pipeline.stages.shots import SHOTS, of_reel, seen
from subtitles.errors import SubtitleError
from subtitles.transcript import Transcript

_SOON_READ_BYTES = 256 << 20
"""Files of this size in all are read while somebody waits; larger ones only where their digests are remembered."""


class Unheard:
    """Progress of which nobody hears."""

    def start(self, task: str, total: int, unit: str) -> None:
        """Say nothing."""

    def advance(self, task: str, done: int) -> None:
        """Say nothing."""

    def finish(self, task: str) -> None:
        """Say nothing."""

    def note(self, text: str) -> None:
        """Say nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Remembered:
    state: Hashable
    media: Media | None
    problem: Refused | None


class ReelsOnDesk:
    """The reels of one film. Safe between threads."""

    def __init__(self, film: FilmOnDesk) -> None:
        self._film = film
        self._lock = threading.Lock()
        self._media: dict[str, _Remembered] = {}
        self._heard: dict[str, tuple[Hashable, Transcript]] = {}
        self._shots: dict[str, tuple[Hashable, tuple[int, ...]]] = {}

    @contextmanager
    def site(self, *, dry: bool, progress: Progress | None = None) -> Iterator[Site]:
        """Give the site of the film: dry, from the store alone and without its lock; else holding it. Raises BusyError."""
        production = self._film.production
        heard = progress or Unheard()
        options = RunOptions(folder=self._film.folder, to=Step.TRANSCRIBE, dry_run=dry)
        with engine.opened(self._film.folder, heard, engine.Options(dry_run=dry)) as opened:
            yield Site(
                folder=self._film.folder,
                production=production,
                options=options,
                engine=opened,
                tools=Toolbox(production.film, self._film.folder),
                progress=heard,
            )

    def media(self, key: str) -> Media | None:
        """Return the facts of a reel's files, None where nothing has looked at them yet.

        A reel is never looked at without those whose people withdrew: the same recording under another key would show them.
        Raises Refused where the files cannot be used.
        """
        state = self._state(key)
        with self._lock:
            known = self._media.get(key)
        if known is None or known.state != state:
            known = self._looked_up(key, state)
            with self._lock:
                self._media[key] = known
        if known.problem is not None:
            raise known.problem
        return known.media

    def _looked_up(self, key: str, state: Hashable) -> _Remembered:
        try:
            with self.site(dry=True) as site:
                files = [site.file(name) for one in self._with_withdrawn(key) for name in self._files(one)]
                large = sum(file.stat().st_size for file in files) > _SOON_READ_BYTES
                if large and not site.engine.remembers(files):
                    return _Remembered(state=(), media=None, problem=None)  # all of it would be read now
                return _Remembered(state=state, media=self.surveyed(site, key), problem=None)
        except StageError as error:
            return _Remembered(state=state, media=None, problem=refused(Denied.NO_MEDIA, error))
        except engine.WouldRun:
            return _Remembered(state=(), media=None, problem=None)
        except Refused as problem:
            return _Remembered(state=state, media=None, problem=problem)

    def look_at(self, key: str) -> Media:
        """Return the facts of a reel's files, found out now where nobody has yet. Raises as `surveyed`, and BusyError."""
        state = self._state(key)
        with self.site(dry=False) as site:
            media = self.surveyed(site, key)
        with self._lock:
            self._media[key] = _Remembered(state=state, media=media, problem=None)
        return media

    def _state(self, key: str) -> Hashable:
        return (self._film.stamp(), *(_state_of(self._film, one) for one in self._with_withdrawn(key)))

    def surveyed(self, site: Site, key: str) -> Media:
        """Return the facts of a reel's files. Raises Refused where they cannot be used, WouldRun in a dry run, BusyError."""
        try:
            return survey.survey(site, self._with_withdrawn(key), ())
        except ManifestError as error:
            raise refused(Denied.NO_MEDIA, error, "mend it, and load the page again") from error
        except StageError as error:
            raise refused(Denied.NO_MEDIA, error) from error

    def _with_withdrawn(self, key: str) -> tuple[str, ...]:
        others = (one for one in self._film.withdrawn_reels() if None not in _state_of(self._film, one))
        return tuple(dict.fromkeys((key, *others)))

    def transcript(self, key: str) -> Transcript | None:
        """Return what was heard in a reel, in source time, None where it was not heard or that is not to be had."""
        try:
            media = self.media(key)
        except Refused:
            return None
        if media is None:
            return None
        done = tuple(_listed(self._film, stage) for stage in ("transcribe", "voices"))
        given = _given_state(self._film, key)
        state = (self._film.stamp(), _state_of(self._film, key), given, done)
        with self._lock:
            known = self._heard.get(key)
        if known is not None and known[0] == state:
            return known[1]
        heard = self._heard_before(key, media)
        if heard is not None:
            with self._lock:
                self._heard[key] = (state, heard)
        return heard

    def shots_ms(self, key: str) -> tuple[int, ...]:
        """Return the shot changes of a reel in source milliseconds, none where nobody has looked for them."""
        try:
            media = self.media(key)
        except Refused:
            return ()
        if media is None:
            return ()
        state = (self._film.stamp(), _state_of(self._film, key), _listed(self._film, "shots"))
        with self._lock:
            known = self._shots.get(key)
        if known is not None and known[0] == state:
            return known[1]
        found = self._seen_before(key, media)
        with self._lock:
            self._shots[key] = (state, found)
        return found

    def _seen_before(self, key: str, media: Media) -> tuple[int, ...]:
        parts = seen(media, key)
        named = [(key if not number else f"{key} part {number + 1}", part) for number, part in enumerate(parts)]
        try:
            with self.site(dry=True) as site:
                return of_reel(parts, site.engine.map(SHOTS, site.tools.shot_finder, named)).changes_ms
        except (engine.WouldRun, PipelineError):  # they are a help, never a condition
            return ()

    def _files(self, key: str) -> tuple[str, ...]:
        reel = self._film.production.manifest.reels[key]
        return (*reel.file, *(reel.sound.file if reel.sound else ()))

    def _heard_before(self, key: str, media: Media) -> Transcript | None:
        try:
            with self.site(dry=True) as site:
                if key not in words.spoken_reels(site):
                    return None
                found = words.prepare(site, media, (key,)).reels.get(key)
        except (engine.WouldRun, PipelineError, ManifestError, SubtitleError):  # words are a help, never a condition
            return None
        return found.transcript if found else None


def _state_of(film: FilmOnDesk, key: str) -> tuple[object, ...]:
    """Return what tells one state of a reel's files from the next; None in the place of one that is not there."""
    reel = film.production.manifest.reels[key]
    states: list[object] = []
    for name in (*reel.file, *(reel.sound.file if reel.sound else ())):
        try:
            found = (film.folder / name).stat()
            states.append((found.st_ino, found.st_size, found.st_mtime_ns))
        except OSError:
            states.append(None)
    return tuple(states)


def _given_state(film: FilmOnDesk, key: str) -> tuple[object, ...]:
    """Return what changes when a transcript of a reel is brought or taken away."""
    states: list[object] = []
    for language in film.production.film.languages:
        try:
            found = (film.folder / given_file(key, language)).stat()
            states.append((found.st_ino, found.st_size, found.st_mtime_ns))
        except OSError:
            states.append(None)
    return tuple(states)


def _listed(film: FilmOnDesk, stage: str) -> object:
    """Return what changes when a stage had something new to do."""
    try:
        return (film.folder / STORE / "latest" / stage).stat().st_mtime_ns
    except OSError:
        return None
