"""`testimonio find --speaker`: in a reel of several voices, what is known to be somebody else's is left out."""

from collections.abc import Sequence

from footage_manifest.model import Production
from pipeline.assembly.review_desk_film import FilmOnDesk
from pipeline.assembly.review_desk_reels import ReelsOnDesk
from pipeline.assembly.search_index import Searchable
from pipeline.assembly.search_match import Span
from pipeline.assembly.speakers_desk import SpeakersOnDesk, shown_names
from pipeline.assembly.speakers_named import turn_at
from pipeline.assembly.speakers_sheet import INTERVIEWER
from pipeline.tools.word_tables import IndexedTrack
from subtitles.quote_words import folded

Placed = tuple[IndexedTrack, tuple[Span, ...]]


def said_by(ready: Searchable, placed: Sequence[Placed], speaker: str) -> list[Placed]:
    """Return the places without those where somebody else is known to speak; of the interviewer only what is known."""
    desk = SpeakersOnDesk(ready.film, ReelsOnDesk(ready.film))
    told = {key: desk.speakers(key) for key in dict.fromkeys(track.reel for track, _ in placed)}
    kept = []
    for track, places in placed:
        reel = told[track.reel]
        turn = turn_at(reel.turns, _instant(ready, track, places)) if reel is not None else None
        known = turn.speaker if turn is not None else ""
        if known in _meant(ready.film, ready.production, track.reel, speaker) or (not known and speaker != INTERVIEWER):
            kept.append((track, places))
    return kept


def _instant(ready: Searchable, track: IndexedTrack, places: tuple[Span, ...]) -> int:
    first = min(one.first for one in places)
    words = ready.index.words(track.id, first, first + 1)
    said = next(one.said for one in words if one.place + one.count > first)
    return (said.start_ms + said.end_ms) // 2


def _meant(film: FilmOnDesk, production: Production, key: str, speaker: str) -> frozenset[str]:
    """Return who of a reel's people is meant by a key, or by a name or part of it."""
    people = production.manifest.reels[key].people or ()
    wanted = {*folded(speaker)}
    by_name = (one for one, name in shown_names(film, key).items() if wanted and wanted <= {*folded(name)})
    return frozenset({*(one for one in people if one == speaker), *by_name, *({speaker} & {INTERVIEWER})})
