"""Who speaks, from what is stored: for the review page, the search and `testimonio speakers`. Makes nothing."""

import threading
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from pathlib import Path

from footage_manifest.model import Production
from footage_manifest.timecode import TimecodeError
from pipeline.assembly.review_desk_answers import Refused
from pipeline.assembly.review_desk_film import FilmOnDesk
from pipeline.assembly.review_desk_reels import ReelsOnDesk
from pipeline.assembly.search_clock import LabelledReel, labelled_reel
from pipeline.assembly.site import Site
from pipeline.assembly.speakers import (
    HeardVoices,
    ReelSpeakers,
    hidden,
    print_of,
    speakers_of,
    speaking,
    stored_voices,
)
from pipeline.assembly.speakers_given import as_turns, spans_given
from pipeline.assembly.speakers_sheet import FILE, INTERVIEWER, SaidWho, SpeakerSheet, add_speaker, read_speakers
from pipeline.assembly.track_names import given_file
from pipeline.engine.store import FOLDER as STORE
from pipeline.ports.speech import Span
from pipeline.stages.media import Media
from pipeline.stages.speakers import VOICE_PRINTS
from pipeline.tools.voice_weights import Numbers
from subtitles.errors import SubtitleError


class SpeakersOnDesk:
    """Who speaks in the reels of one film. Safe between threads."""

    def __init__(self, film: FilmOnDesk, reels: ReelsOnDesk) -> None:
        self._film = film
        self._reels = reels
        self._lock = threading.Lock()
        self._known: dict[str, tuple[Hashable, ReelSpeakers | None]] = {}

    def speakers(self, key: str) -> ReelSpeakers | None:
        """Return who speaks when in a reel; None where nobody has listened to its voices, or nobody may work on it.

        Nobody is in it who asked for their name to be kept back. A file of people's that cannot be read says nothing.
        """
        media = self._media(key)
        if media is None:
            return None
        state = self._state(key)
        with self._lock:
            known = self._known.get(key)
        if known is None or known[0] != state:
            known = (state, self._told(key, media))
            with self._lock:
                self._known[key] = known
        return known[1]

    def sheet(self) -> SpeakerSheet:
        """Return what people said of who speaks, as the file has it. Raises SubtitleError where it cannot be read."""
        return read_speakers(self._film.folder, self._film.production)

    def say(self, key: str, start_ms: int, end_ms: int, speaker: str) -> SaidWho:
        """Note who speaks in a stretch of a reel, in SOURCE time, and return the line. Raises SubtitleError, StoreError."""
        clock = self.clock(key)
        one = SaidWho(reel=key, start=clock.label(start_ms), end=clock.label(end_ms, end=True), speaker=speaker, line=0)
        add_speaker(self._film.folder, one)
        return one

    def clock(self, key: str) -> LabelledReel:
        """Return how a reel's labels count."""
        production, media = self._film.production, self._media(key)
        facts = media.reels.get(key) if media is not None else None
        return labelled_reel(key, production.manifest.reels[key], facts, production.film.timeline.clock)

    def names(self, key: str) -> dict[str, str]:
        """Return the people of a reel who may be named, by key; the interviewer has no name of their own."""
        return shown_names(self._film, key)

    # ------------------------------------------------------------------------------------------------------------ parts

    def _media(self, key: str) -> Media | None:
        if self._film.withdrawn(key) is not None:
            return None
        try:
            return self._reels.media(key)
        except Refused:
            return None

    def _state(self, key: str) -> Hashable:
        folder = self._film.folder
        heard = self._reels.transcript(key)
        return (
            self._film.stamp(),
            _state_of(folder / FILE),
            *(_state_of(folder / given_file(key, language)) for language in self._film.production.film.languages),
            _state_of(folder / STORE / "latest" / VOICE_PRINTS.name),
            hash(heard.words) if heard else None,
        )

    def _told(self, key: str, media: Media) -> ReelSpeakers | None:
        production = self._film.production
        try:
            sheet = self.sheet()
        except SubtitleError:
            sheet = SpeakerSheet()
        with self._reels.site(dry=True) as site:
            heard = stored_voices(site, media, key)
            words = self._reels.transcript(key)
            written = spans_said(sheet, key, self.clock(key))
            given = spans_given(self._film.folder, production, key, words.words if words else ())
            said = [*(one for one in given if not any(_covers(span, one[0]) for span, _ in written)), *written]
            if heard is None:
                told = as_turns(said) if given else None
                return hidden(told, self.names(key)) if told else None
            people = speaking(production, key)
            samples = _Samples(self, site, sheet, key)
            told = speakers_of(heard, people, said, samples.found, words.words if words else ())
        return hidden(told, self.names(key))

    def voices_in(self, site: Site, key: str) -> HeardVoices | None:
        """Return the stored voice prints of another reel, None where there are none."""
        media = self._media(key)
        return stored_voices(site, media, key) if media is not None else None


class _Samples:
    """The voices that people named in other reels."""

    def __init__(self, desk: SpeakersOnDesk, site: Site, sheet: SpeakerSheet, key: str) -> None:
        self._desk, self._site, self._sheet, self._key = desk, site, sheet, key

    def found(self) -> dict[str, Numbers]:
        """Return a print for each speaker, of the first reel in which there is one."""
        found: dict[str, Numbers] = {}
        for reel in dict.fromkeys(one.reel for one in self._sheet.said if one.reel != self._key):
            named = {one.speaker for one in self._sheet.said if one.reel == reel} - {*found}
            heard = self._desk.voices_in(self._site, reel) if named else None
            if heard is None:
                continue
            said = spans_said(self._sheet, reel, self._desk.clock(reel))
            for speaker in sorted(named):
                sample = print_of(heard, [span for span, name in said if name == speaker])
                if sample is not None:
                    found[speaker] = sample
        return found


def spans_said(sheet: SpeakerSheet, key: str, clock: LabelledReel) -> list[tuple[Span, str]]:
    """Return what people said of a reel in SOURCE time; where two lines mean the same stretch, the later one alone."""
    found: list[tuple[Span, str]] = []
    for one in sheet.said:
        if one.reel != key:
            continue
        try:
            span = Span(clock.ms(one.start), clock.ms(one.end))
        except TimecodeError:
            continue
        if span.start_ms < span.end_ms:
            found = [other for other in found if not _covers(span, other[0])]
            found.append((span, one.speaker))
    return found


def shown_names(film: FilmOnDesk, key: str) -> dict[str, str]:
    """Return the names of a reel's people who may be named, by their keys."""
    names = film.names_in(key)
    people = film.production.manifest.people
    keys = film.production.manifest.reels[key].people or ()
    return {one: people[one].name for one in keys if one in people and people[one].name in names}


@contextmanager
def speakers_on_desk(folder: Path) -> Iterator[tuple[FilmOnDesk, SpeakersOnDesk]]:
    """Give a film and who speaks in it, from what is stored."""
    film = FilmOnDesk(folder.absolute())
    yield film, SpeakersOnDesk(film, ReelsOnDesk(film))


def may_be_named(production: Production, key: str, speaker: str) -> bool:
    """Return whether a speaker is one whom a line about a reel may name: one of its people, or the interviewer."""
    return speaker == INTERVIEWER or speaker in (production.manifest.reels[key].people or ())


def _covers(span: Span, other: Span) -> bool:
    inside = min(span.end_ms, other.end_ms) - max(span.start_ms, other.start_ms)
    return 2 * inside >= other.end_ms - other.start_ms


def _state_of(path: Path) -> tuple[int, ...] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
