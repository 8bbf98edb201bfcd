"""The desk: all that the page shows of a film, and all that it changes. Plain code, without a web.

People's SRT files stay the truth: whatever is read is read from them as they are now, and an edit is on the disk before it
is answered.
"""

from pathlib import Path
from typing import Self
from urllib.parse import quote

from pipeline.assembly.near_names import words_shown
from pipeline.assembly.page_media import PageMedia
from pipeline.assembly.page_media_files import reel_seconds
from pipeline.assembly.review_desk_answers import Denied, Problem, Refused, Why
from pipeline.assembly.review_desk_cuts import CutsOnDesk
from pipeline.assembly.review_desk_edits import TrackEdits
from pipeline.assembly.review_desk_film import FilmOnDesk
from pipeline.assembly.review_desk_films import film_of_cut
from pipeline.assembly.review_desk_marks import MarksOnDesk
from pipeline.assembly.review_desk_papers import PapersOnDesk
from pipeline.assembly.review_desk_problems import problem_of
from pipeline.assembly.review_desk_reels import ReelsOnDesk
from pipeline.assembly.review_desk_stills import StillsOnDesk
from pipeline.assembly.review_desk_tracks import print_of
from pipeline.assembly.review_desk_voices import VoicesOnDesk
from pipeline.assembly.review_desk_work import Worker, WorkOnDesk, spoken_language
from pipeline.assembly.track_names import srt_name
from pipeline.errors import StoreError


class ReviewDesk:
    """One film on the desk of one server. Safe between threads; other servers and `testimonio run` may be at work beside it.

    As a context it stops making films at its end.
    """

    def __init__(self, folder: Path, *, reviewer: str = "", read_only: bool = False) -> None:
        self._film = FilmOnDesk(folder)
        self._reels = ReelsOnDesk(self._film)
        self._work = WorkOnDesk(self._film, self._reels, Worker(reviewer=reviewer, read_only=read_only))
        self._cuts = CutsOnDesk(self._film, self._reels)
        self._media = PageMedia(self._film, self._reels)
        self._speakers = VoicesOnDesk(self._film, self._reels, self._work.worker)
        self.marks = MarksOnDesk(self._film, self._reels, self._work.worker)
        self.papers = PapersOnDesk(self._film, self._reels, self._work.worker, self._media.film_of)
        self.stills = StillsOnDesk(self._film, self._reels)

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Stop making films."""
        self._media.stop()

    # ---------------------------------------------------------------------------------------------------------- reading

    def film(self) -> dict[str, object]:
        """Return the film as a whole: titles, rules, terms, its reels with how finished they are, its cuts."""
        film = self._film.production.film
        return {
            **self._film.facts(read_only=self._work.worker.read_only, reviewer=self._work.worker.reviewer),
            "reels": [
                {
                    "key": key,
                    "kind": reel.kind.value,
                    "language": spoken_language(self._film, self._reels, key),
                    "people": self._film.names_in(key),
                    "duration_ms": self._duration_ms(key),
                    "tracks": {language: self._work.summary(key, language) for language in film.languages},
                }
                for key, reel in self._film.reels().items()
            ],
            "cuts": [
                {"key": name, "audience": cut.audience, "languages": list(film.languages), "made": self._cut_made(name)}
                for name, cut in film.cuts.items()
            ],
        }

    def reel(self, key: str) -> dict[str, object]:
        """Return one reel: its length, its words, its shot changes, where its film and waveform are. Raises Refused."""
        self._film.reel(key)
        media, media_problem = self._media_of(key)
        heard = None if self._film.withdrawn(key) else self._reels.transcript(key)
        peaks = None if media_problem else self._media.peaks_of(key)
        address = f"/api/reels/{quote(key, safe='')}"
        return {
            "key": key,
            "language": spoken_language(self._film, self._reels, key),
            "duration_ms": self._duration_ms(key),
            "media": media,
            "media_problem": media_problem.document() if media_problem else None,
            "waveform": f"{address}/waveform" if peaks else None,
            "shots_ms": list(self._reels.shots_ms(key)),
            "words": words_shown(self._film.production, key, heard) if heard else [],
            "speakers": self._speakers.turns(key),
            "voices": self._speakers.people(key),
        }

    def waveform(self, key: str) -> bytes:
        """Return the peaks of a reel's sound, a byte for every ten milliseconds. Raises Refused where there are none."""
        self._film.reel(key)
        path = self._media.peaks_of(key)
        if path is None:
            raise Refused(
                Denied.NO_MEDIA, "the waveform is not made yet", "have the reel's film made", code=Why.NO_WAVEFORM
            )
        return path.read_bytes()

    def track(self, key: str, language: str, known: tuple[str, ...] = ()) -> dict[str, object]:
        """Return all subtitles of a reel in a language, or, where their etag is among the `known`, that alone."""
        self._film.reel(key)
        self._film.language(language)
        why = self._film.withdrawn(key)
        if why:  # what they said is not shown any more either
            return {**_document(key, language, why, [], None), "etag": print_of(str(why))[:32]}
        desktop, etag = self._work.opened(key, language)
        if etag in known:
            return {"etag": etag}
        return {**_document(key, language, None, self._work.cues(desktop, etag), desktop.source_language), "etag": etag}

    def cut(self, name: str) -> dict[str, object]:
        """Return a cut as it would be read: its events and captions at record time. Raises Refused."""
        facts = self._cuts.facts(name)
        media: str | None = None
        problem: Problem | None = None
        try:
            media = f"/media/cuts/{quote(name, safe='')}.mp4" if film_of_cut(self._film, name) else None
        except Refused as refusal:
            problem = refusal.said
        return {**facts, "media": media, "media_problem": problem.document() if problem else None}

    # ------------------------------------------------------------------------------------------------------------ media

    def media_jobs(self) -> list[dict[str, object]]:
        """Return what is being made."""
        return self._media.jobs()

    def make_media(self, *, reel: str | None, cut: str | None) -> dict[str, object]:
        """Begin to make a film that browsers play. Raises Refused."""
        if self._work.worker.read_only:
            raise Refused(
                Denied.READ_ONLY, "this page is for reading", "ask whoever started it", code=Why.PAGE_READ_ONLY
            )
        return self._media.make(reel=reel, cut=cut)

    def reel_film(self, key: str) -> Path:
        """Return where a reel's film lies. Raises Refused where there is none or it may not be shown."""
        self._film.any_reel(key)
        return _there(self._media.film_of(key))

    def cut_film(self, name: str) -> Path:
        """Return where a cut's film lies. Raises as `reel_film`."""
        return _there(film_of_cut(self._film, name))

    # ---------------------------------------------------------------------------------------------------------- changing

    def edits(self, key: str, language: str) -> TrackEdits:
        """Return the edits of a track. Raises Refused where there is no such reel or language."""
        self._film.reel(key)
        return self._work.edits(key, self._film.language(language))

    def name_speaker(self, key: str, span: tuple[int, int], speaker: str) -> list[dict[str, object]]:
        """Note who speaks in a stretch of a reel, in source time, and return who speaks where. Raises Refused."""
        self._film.reel(key)
        return self._speakers.say(key, span, speaker)

    # ------------------------------------------------------------------------------------------------------------ parts

    def _duration_ms(self, key: str) -> int:
        """Return how long a reel lasts, 0 where nobody has looked at its files yet."""
        try:
            media = self._reels.media(key)
        except Refused:
            return 0
        return int(reel_seconds(media, key) * 1000) if media else 0

    def _media_of(self, key: str) -> tuple[str | None, Problem | None]:
        try:
            path = self._media.film_of(key)
        except (Refused, StoreError) as error:
            return None, problem_of(error)
        return (f"/media/reels/{quote(key, safe='')}.mp4" if path else None), None

    def _cut_made(self, name: str) -> bool:
        try:
            return film_of_cut(self._film, name) is not None
        except (Refused, StoreError):
            return False


def _there(path: Path | None) -> Path:
    if path is None:
        raise Refused(Denied.NO_MEDIA, "this film is not made yet", "have it made", code=Why.NOT_MADE)
    return path


def _document(
    key: str, language: str, why: Problem | None, cues: list[dict[str, object]], source_language: str | None
) -> dict[str, object]:
    return {
        "language": language,
        "source_language": source_language,
        "file": srt_name(key, language),
        "read_only_reason": why.document() if why else None,
        "cues": cues,
    }
