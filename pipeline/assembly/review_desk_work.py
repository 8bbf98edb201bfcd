"""Work on one film's tracks: each held against its source and the rules, and changed where it lies."""

import datetime as dt
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from pipeline.assembly.review_desk_answers import Denied, Problem, Refused, Why
from pipeline.assembly.review_desk_edits import Changed, TrackEdits
from pipeline.assembly.review_desk_film import FilmOnDesk
from pipeline.assembly.review_desk_problems import refused
from pipeline.assembly.review_desk_reels import ReelsOnDesk
from pipeline.assembly.review_desk_tracks import Desktop, Rules, TracksOnDesk, print_of, values
from pipeline.assembly.track_files import Change, OpenTrack, change_track
from pipeline.assembly.track_names import srt_name
from pipeline.errors import BusyError, StoreError
from subtitles.errors import SubtitleError
from subtitles.glossary import spelled
from subtitles.merge import Standing, stale_cues, standing_of
from subtitles.state_file import dump_state

_FORM = "1"
"""Part of every track's etag: raised when the page is shown something else of the same files."""

_MOST_SHOWN = 4
"""Tracks whose cues are remembered as the page shows them: those that somebody has open."""

_FOR_READING = Problem(why=Why.PAGE_READ_ONLY, text="this page is for reading")
_RUN = "run testimonio run on the film: it drafts what is missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """Who is at work, and whether they may only read."""

    reviewer: str = ""
    read_only: bool = False


class WorkOnDesk:
    """The tracks of one film, for reading and for work. Safe between threads."""

    def __init__(self, film: FilmOnDesk, reels: ReelsOnDesk, worker: Worker) -> None:
        self._film = film
        self._reels = reels
        self.worker = worker
        self._tracks = TracksOnDesk(film.folder)
        self._counted: dict[tuple[str, str], tuple[str, dict[str, object]]] = {}
        self._lock = threading.Lock()
        self._shown: OrderedDict[tuple[str, str], tuple[str, list[dict[str, object]]]] = OrderedDict()

    def opened(self, key: str, language: str) -> tuple[Desktop, str]:
        """Return a track as it is on the disk, and its etag. Raises Refused where there is nothing, or nothing readable."""
        own = self._tracks.state_of(key, language)
        opened = self._tracks.open(key, language)
        if opened is None:
            raise Refused(Denied.NOT_THERE, f"{srt_name(key, language)} is not there", _RUN, code=Why.NO_TRACK)
        desktop = self.desktop(opened)
        return desktop, self._etag(desktop, own)

    def cues(self, desktop: Desktop, etag: str) -> list[dict[str, object]]:
        """Return all that the page shows of a track, in order of time; found out once for one `etag` of it."""
        of = (desktop.track.reel, desktop.track.language)
        with self._lock:
            known = self._shown.get(of)
        if known is not None and known[0] == etag:
            return known[1]
        cues = list(values(desktop).values())
        with self._lock:
            self._shown[of] = (etag, cues)
            self._shown.move_to_end(of)
            while len(self._shown) > _MOST_SHOWN:
                self._shown.popitem(last=False)
        return cues

    def edits(self, key: str, language: str) -> TrackEdits:
        """Return the edits of a track."""
        return TrackEdits(_Bench(self, key, language))

    def desktop(self, track: OpenTrack) -> Desktop:
        """Return a track with what it is compared with: its source and the rules."""
        source = self._source(track)
        heard = self._reels.transcript(track.reel)
        rules = Rules(
            style=self._film.style,
            rate=self._film.production.film.timeline.rate,
            shots_ms=self._reels.shots_ms(track.reel),
            words=heard.words if heard else (),
            doubted=heard is not None and track.language in heard.languages,
            terms=spelled(self._film.production.glossary, track.language),
        )
        return Desktop(track=track, source=source, rules=rules)

    def summary(self, key: str, language: str) -> dict[str, object]:
        """Return how many cues of a track are how finished and how many words it has, or why that cannot be said."""
        nothing: dict[str, object] = {
            "counts": {standing.value: 0 for standing in Standing},
            "words": 0,
            "there": False,
        }
        why = self._film.withdrawn(key)
        try:
            if why is None and not self._tracks.state_of(key, language):
                why = Problem(why=Why.NO_SUBTITLES, text="there are no subtitles yet")
            if why is not None:
                return {**nothing, "problem": why.document()}
            desktop, etag = self.opened(key, language)
        except Refused as refusal:
            return {**nothing, "problem": refusal.said.document()}
        known = self._counted.get((key, language))
        if known is None or known[0] != etag:
            known = self._counted[key, language] = (etag, _counted(desktop))
        return known[1]

    def changed(
        self, key: str, language: str, change: Callable[[OpenTrack], Change], mine: dict[str, object]
    ) -> Changed:
        """Carry a change out on the file as it is now, and return the track before and after. Raises Refused."""
        why = _FOR_READING if self.worker.read_only else self._film.withdrawn(key)
        if why is not None:
            cure = "keep a copy of what you wrote"
            raise Refused(Denied.READ_ONLY, why.text, cure, code=why.why, fields=why.fields, mine=mine)
        seen: list[tuple[OpenTrack, str]] = []

        def on_what_is_there(track: OpenTrack) -> Change:
            if not track.digest:
                raise Refused(Denied.NOT_THERE, f"{track.file} is not there", _RUN, code=Why.NO_TRACK)
            seen[:] = [(track, self._tracks.state_of(key, language))]
            return change(track)

        try:
            after = change_track(self._film.folder, key, language, on_what_is_there)
        except Refused as refusal:
            refusal.mine = refusal.mine or mine
            raise
        except SubtitleError as error:
            raise refused(Denied.UNUSABLE, error, "nothing was changed", mine=mine) from error
        except (StoreError, BusyError) as error:
            raise refused(Denied.BUSY, error, "nothing was changed; try again", mine=mine) from error
        before, known = seen[0]
        own = _print_after(after, before, known)
        self._tracks.keep(own, after)
        first, second = self.desktop(before), self.desktop(after)
        return Changed(first, second, self._etag(first, known), self._etag(second, own))

    def _source(self, track: OpenTrack) -> OpenTrack | None:
        """Return the track that another is a translation of, None where it is none or its source cannot be read."""
        spoken = track.state.source_language if track.state else None
        spoken = spoken or spoken_language(self._film, self._reels, track.reel)
        if spoken is None or spoken == track.language:
            return None
        try:
            return self._tracks.open(track.reel, spoken)
        except Refused:
            return None

    def _etag(self, desktop: Desktop, own: str) -> str:
        """Return a track's etag: of all that is shown of it. `own` is the print of its file and state."""
        source = desktop.source
        of_source = None if source is None else self._tracks.state_of(source.reel, source.language)
        rules = desktop.rules
        heard = (len(rules.words), rules.words[-1].end_ms if rules.words else 0, rules.doubted)
        held_against = (rules.style, rules.rate, rules.shots_ms, rules.terms, heard)
        return print_of(f"{_FORM} {own} {of_source} {held_against!r}")[:32]


class _Bench:
    """What edits of one track ask of the desk."""

    def __init__(self, work: WorkOnDesk, key: str, language: str) -> None:
        self._work = work
        self._key = key
        self._language = language

    def change(self, change: Callable[[OpenTrack], Change], mine: dict[str, object]) -> Changed:
        """Carry a change out."""
        return self._work.changed(self._key, self._language, change, mine)

    def desktop(self, track: OpenTrack) -> Desktop:
        """Return a track with what it is compared with."""
        return self._work.desktop(track)

    def now(self) -> str:
        """Return the date and time here, to the second."""
        return dt.datetime.now(dt.UTC).astimezone().isoformat(timespec="seconds")

    @property
    def reviewer(self) -> str:
        """Return who is at work."""
        return self._work.worker.reviewer


def spoken_language(film: FilmOnDesk, reels: ReelsOnDesk, key: str) -> str | None:
    """Return the language spoken in a reel: as the manifest says, else as it was heard; None where nobody knows."""
    stated = film.spoken_language(key)
    if stated is not None:
        return stated
    heard = reels.transcript(key)
    return heard.language or None if heard else None


def _counted(desktop: Desktop) -> dict[str, object]:
    track = desktop.track.aligned
    stale = stale_cues(track, desktop.source.aligned) if desktop.source else frozenset[str]()
    standings = [standing_of(cue, stale) for cue in (*track.cues, *track.unsettled())]
    return {
        "counts": {standing.value: standings.count(standing) for standing in Standing},
        "words": sum(len(cue.cue.text.split()) for cue in track.cues),
        "problem": None,
        "there": True,
    }


def _print_after(after: OpenTrack, before: OpenTrack, known: str) -> str:
    """Return the print of a track just written, without reading it again; `known` is that of the track before."""
    if after.state == before.state:
        return f"{after.digest} {known.partition(' ')[2]}"
    return f"{after.digest} {print_of(None if after.state is None else dump_state(after.state))}"
