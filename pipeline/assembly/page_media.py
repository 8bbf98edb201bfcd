"""Films and waveforms for the page: made in the background, once, and kept under `.testimonio/page/`.

Nothing there is precious: it may be deleted at any time. A file is named after what it was made from, so one that is out of
date is never found; and what shows a person who withdrew consent is removed when that is noticed.
"""

import os
import shutil
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from pipeline.assembly import preview as previewing
from pipeline.assembly.own_folder import own_folder
from pipeline.assembly.page_media_files import RETRY_S, Stopped, alone, film_name, picture_parts_of, tidy, to_show
from pipeline.assembly.preview import PreviewOptions
from pipeline.assembly.review_desk_answers import Denied, Problem, Refused
from pipeline.assembly.review_desk_film import FilmOnDesk
from pipeline.assembly.review_desk_films import vouch_for_whole
from pipeline.assembly.review_desk_problems import problem_of
from pipeline.assembly.review_desk_reels import ReelsOnDesk
from pipeline.durable import move_whole, storage_errors, write_whole
from pipeline.engine.store import FOLDER as STORE
from pipeline.errors import BusyError, StageError
from pipeline.stages.media import Media
from pipeline.tools.browser_proxy import ReelToShow, make_reel_film
from pipeline.tools.programs import find_ffmpeg
from pipeline.tools.waveform_peaks import peaks

FOLDER = f"{STORE}/page"
_MOST_REMEMBERED = 50


@dataclass(slots=True, kw_only=True)
class _Job:
    """One film that is being made. `done` of `total` source milliseconds are there."""

    subject: str
    reel: str | None
    cut: str | None
    state: str = "waiting"
    done: int = 0
    total: int = 0
    problem: Problem | None = None

    def document(self) -> dict[str, object]:
        """Return the job as the page shows it."""
        return {
            "subject": self.subject,
            "reel": self.reel,
            "cut": self.cut,
            "state": self.state,
            "done": self.done,
            "total": self.total,
            "problem": self.problem.document() if self.problem else None,
        }


class PageMedia:
    """The films of one page's server. One is made at a time; everything is safe between threads and servers."""

    def __init__(self, film: FilmOnDesk, reels: ReelsOnDesk) -> None:
        self._film = film
        self._reels = reels
        self._lock = threading.Lock()
        self._jobs: deque[_Job] = deque(maxlen=_MOST_REMEMBERED)
        self._stop = threading.Event()
        self._worker: threading.Thread | None = None

    def stop(self) -> None:
        """Have what is being made end soon."""
        self._stop.set()

    def jobs(self) -> list[dict[str, object]]:
        """Return what is being made and what was, oldest first."""
        with self._lock:
            return [job.document() for job in self._jobs]

    def make(self, *, reel: str | None, cut: str | None) -> dict[str, object]:
        """Begin to make a film, unless that is under way. Raises Refused where it may not be shown."""
        if reel is not None:
            self._film.any_reel(reel)
            self.require_shown(reel)
        if cut is not None:
            self._film.cut(cut)
        subject = f"reel {reel}" if reel is not None else f"cut {cut}"
        with self._lock:
            under_way = [job for job in self._jobs if job.subject == subject and job.state in {"waiting", "running"}]
            if under_way:
                return under_way[0].document()
            job = _Job(subject=subject, reel=reel, cut=cut)
            self._jobs.append(job)
            if self._worker is None or not self._worker.is_alive():
                # A daemon: it may be inside of an encoder when the server ends, and what it makes is not there until whole.
                self._worker = threading.Thread(target=self._work, name="films for the page", daemon=True)
                self._worker.start()
            return job.document()

    def require_shown(self, reel: str) -> None:
        """Raise Refused, and remove what was made, where a person in the reel withdrew consent (rule 22)."""
        why = self._film.withdrawn(reel)
        if why:
            shutil.rmtree(self._place(reel), ignore_errors=True)
            cure = "the reel is neither shown nor heard"
            raise Refused(Denied.NO_MEDIA, why.text, cure, code=why.why, fields=why.fields)

    def film_of(self, reel: str) -> Path | None:
        """Return where a reel's film lies, None where it is still to be made. Raises Refused where it may not be shown."""
        return self._found(reel, "mp4")

    def peaks_of(self, reel: str) -> Path | None:
        """Return where a reel's waveform lies; as `film_of`."""
        return self._found(reel, "peaks")

    def _found(self, reel: str, kind: str) -> Path | None:
        self.require_shown(reel)
        media = self._reels.media(reel)
        if media is None:
            return None
        path = self._place(reel) / f"{film_name(media, reel, self._film)}.{kind}"
        return path if path.is_file() and not path.is_symlink() else None

    def _place(self, reel: str) -> Path:
        return own_folder(self._film.folder, FOLDER) / "reels" / quote(reel, safe="")

    # ------------------------------------------------------------------------------------------------------------- work

    def _work(self) -> None:
        while not self._stop.is_set():
            with self._lock:
                job = next((one for one in self._jobs if one.state == "waiting"), None)
                if job is None:
                    self._worker = None
                    return
            self._carry_out(job)

    def _carry_out(self, job: _Job) -> None:
        try:
            if job.reel is not None:
                self._make_reel(job, job.reel)
            elif job.cut is not None:
                self._make_cut(job, job.cut)
            job.done, job.state = job.total, "done"
        except Stopped:
            job.state = "waiting"
        except Exception as error:  # noqa: BLE001 - the worker goes on with the next one, and the page says what happened
            job.problem, job.state = problem_of(error), "failed"

    def _make_reel(self, job: _Job, reel: str) -> None:
        media = self._reels.media(reel) or self._looked_at(reel)
        facts = self._film.any_reel(reel)
        name, place = film_name(media, reel, self._film), self._place(reel)
        with self.site_files(media, reel) as path_of:
            whole = to_show(media, reel, facts, self._film.production.film.timeline.rate, path_of)
            job.total, job.state = int(whole.length * 1000), "running"
            with storage_errors(f"making the film of {reel}"):
                place.mkdir(parents=True, exist_ok=True)
                with alone(place / f"{name}.lock", self._stop):
                    tidy(place, name)
                    self._keep(place / f"{name}.peaks", lambda path: self._write_peaks(whole, path))
                    self._keep(place / f"{name}.mp4", lambda path: self._write_film(whole, path, job))
        self.require_shown(reel)

    def _keep(self, path: Path, make: Callable[[Path], None]) -> None:
        """Make a file under another name, and give it its own when it is whole; one that is there is left."""
        if path.is_file():
            return
        unfinished = path.with_name(f".{path.name}.new")
        make(unfinished)
        move_whole(unfinished, path)

    def _write_peaks(self, whole: ReelToShow, path: Path) -> None:
        write_whole(path, peaks(whole.heard, lambda _ms: self._go_on()), durable=False)

    def _write_film(self, whole: ReelToShow, path: Path, job: _Job) -> None:
        program = find_ffmpeg(film=self._film.folder) if whole.shown else None

        def made(done_ms: int) -> None:
            self._go_on()
            job.done = min(done_ms, job.total)

        make_reel_film(whole, path, program, made)

    def _go_on(self) -> None:
        if self._stop.is_set():
            raise Stopped

    def _looked_at(self, reel: str) -> Media:
        """Return the facts of a reel that nobody has looked at; waits where another run holds the film folder."""
        while True:
            self._go_on()
            try:
                return self._reels.look_at(reel)
            except BusyError:
                self._stop.wait(RETRY_S)

    @contextmanager
    def site_files(self, media: Media, reel: str) -> Iterator[Callable[[str], Path]]:
        """Give what finds the files of a reel by their digests."""
        manifest = self._film.production.manifest.reels[reel]
        names = (*manifest.file, *(manifest.sound.file if manifest.sound else ()))
        with self._reels.site(dry=True) as site:
            paths = [site.file(name) for name in names]
            known = dict(zip(site.engine.digests(paths), paths, strict=True))
        wanted = {part.facts.digest for part in picture_parts_of(media, reel)} | {
            part.sound.digest for part in media.sounds_of(reel, manifest)
        }
        if not wanted <= known.keys():
            raise StageError(f"the files of {reel} changed while they were looked at", "ask for the film again")
        yield known.__getitem__

    def _make_cut(self, job: _Job, cut: str) -> None:
        options = PreviewOptions(folder=self._film.folder, cut=cut, jobs=max(1, (os.cpu_count() or 2) - 1))
        while True:
            self._go_on()
            try:
                job.state = "running"
                made = previewing.preview(options, _Counted(job))
            except BusyError:
                job.state = "running"
                self._stop.wait(RETRY_S)
                continue
            job.total = made.film_ms
            vouch_for_whole(self._film, cut)
            return


class _Counted:
    """Progress of a preview, as its job shows it: the picture's frames."""

    def __init__(self, job: _Job) -> None:
        self._job = job
        self._counted = ""

    def start(self, task: str, total: int, unit: str) -> None:
        """Count the frames of what takes longest."""
        if unit == "frames":
            self._counted, self._job.total, self._job.done = task, total, 0

    def advance(self, task: str, done: int) -> None:
        """Count on."""
        if task == self._counted:
            self._job.done += done

    def finish(self, task: str) -> None:
        """Say nothing."""

    def note(self, text: str) -> None:
        """Say nothing."""
