"""What the search index holds of a reel, read anew: its clock, and the words of its tracks."""

from collections.abc import Mapping

from footage_manifest.model import Production
from pipeline.assembly.handover import read_track, srt_name, state_name
from pipeline.assembly.people_files import read_own
from pipeline.assembly.review_desk_answers import Refused
from pipeline.assembly.review_desk_film import FilmOnDesk
from pipeline.assembly.review_desk_reels import ReelsOnDesk
from pipeline.assembly.search_clock import labelled_reel
from pipeline.assembly.search_stamps import RULES, Stamps, digest_of
from pipeline.tools.word_index import WordIndex
from pipeline.tools.word_tables import IndexedReel, IndexedTrack, NewTrack
from subtitles.errors import SubtitleError
from subtitles.said import SaidWord, heard_as_said, said_in_cues
from subtitles.transcript import Transcript
from subtitles.two_languages import as_heard, said_in_one

_SILENT = Transcript(language="")


class Reading:
    """Reads reels into an index. `problems` are the files that could not be read."""

    def __init__(self, film: FilmOnDesk, production: Production, index: WordIndex, stamps: Stamps) -> None:
        self.problems: list[str] = []
        self._film = film
        self._production = production
        self._index = index
        self._stamps = stamps
        self._reels = ReelsOnDesk(film)

    def renew(self, key: str, known: IndexedReel | None, tracks: Mapping[tuple[str, str], IndexedTrack]) -> None:
        """Read a reel and those of its tracks that are otherwise than `known` and `tracks` have them."""
        stamp = self._stamps.reel_stamp(key)
        heard = self._reels.transcript(key)
        reel = known
        if known is None or known.stamp != stamp:
            reel = self._reel(key, stamp, heard)
            with self._index.changing():
                self._index.put_reel(key, reel)
        assert reel is not None  # noqa: S101 - either known or made
        for language in self._production.film.languages:
            track = tracks.get((key, language))
            if self._stamps.track_changed(reel, key, language, track):
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
            heard=digest_of(repr(heard.words).encode()) if heard is not None and heard.words else "",
            clock=labelled_reel(key, described, facts, film.timeline.clock).text(),
        )

    def _renew_track(
        self, key: str, language: str, reel: IndexedReel, heard: Transcript | None, track: IndexedTrack | None
    ) -> None:
        stamp = self._stamps.track_stamp(key, language, reel, settled=True)
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
        digest = digest_of(*(content or b"-" for content in contents), reel.heard.encode(), RULES.encode())
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


def heard_cues(film: FilmOnDesk, reel: str, language: str) -> frozenset[str]:
    """Return the cues of a track that say what was said, in a reel of two languages; none where that is not known."""
    heard = ReelsOnDesk(film).transcript(reel)
    found = read_track(film.folder, reel, language)
    if heard is None or not heard.other_language or found is None:
        return frozenset()
    return as_heard(found.aligned, language, heard.words)
