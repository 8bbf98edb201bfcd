"""Reels in which two languages are spoken: which subtitles say what is heard, and which translate it.

The track of each language holds the whole reel: what is said in it as it was heard, the rest translated from the other
track. A cue that was drafted as heard names no sources in the state; one that was translated does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import groupby

from subtitles.cue import Cue
from subtitles.hearing import heard_words
from subtitles.merge import AlignedCue, AlignedTrack
from subtitles.said import SaidWord, said_in_cues
from subtitles.segment import out_time, reading_ms, segment
from subtitles.style import SubtitleStyle
from subtitles.transcript import Transcript, Word


def segment_in(heard: Transcript, language: str, *, style: SubtitleStyle, rate: Fraction, reel: str) -> tuple[Cue, ...]:
    """Return the cues of what is said in one language of a reel, as `segment` makes them; no cue holds two languages.

    They end before what is said next in the other language begins.
    """
    found: list[Cue] = []
    rows = [list(row) for _, row in groupby(heard.words, key=lambda word: word.language or heard.language)]
    for number, row in enumerate(rows):
        if (row[0].language or heard.language) != language:
            continue
        cues = list(segment(row, language=language, style=style, rate=rate, reel=reel))
        if cues and number + 1 < len(rows):
            last, following = cues[-1], rows[number + 1][0].start_ms
            needed = reading_ms(last.text, language, style)
            end_ms = out_time(last.start_ms, row[-1].end_ms, following, needed, style, rate)
            cues[-1] = replace(last, end_ms=end_ms)
        found.extend(cues)
    return tuple(found)


def as_heard(track: AlignedTrack, language: str, words: Sequence[Word]) -> frozenset[str]:
    """Return the ids of the cues of a track that say what is heard in the track's own `language`, untranslated.

    A cue that a person added, or cut off another that is not there any more, is one where most of the reel's `words` in its
    time are in that language.
    """
    known = {cue.id: not cue.known.source_ids for cue in track.cues if cue.known is not None and not cue.known.own}
    return frozenset(cue.id for cue in track.cues if _is_heard(cue, known, language, words))


def _is_heard(cue: AlignedCue, known: dict[str, bool], language: str, words: Sequence[Word]) -> bool:
    if cue.id in known:
        return known[cue.id]
    if cue.split_from in known:
        return known[cue.split_from]
    if cue.known is not None and cue.known.source_ids:
        return False
    during = heard_words(words, cue.cue.start_ms, cue.cue.end_ms)
    return bool(during) and 2 * sum(word.language == language for word in during) >= len(during)


def only(track: AlignedTrack, ids: frozenset[str]) -> AlignedTrack:
    """Return a track with only the cues of these ids, and the deleted ones among them that said what was heard."""
    return AlignedTrack(
        cues=tuple(cue for cue in track.cues if cue.id in ids),
        deleted=tuple(cue for cue in track.deleted if not cue.source_ids),
    )


def said_in_both(tracks: Mapping[str, AlignedTrack], heard: Transcript) -> tuple[SaidWord, ...]:
    """Return the words of what is heard in a reel as people corrected them, in order of time, out of both its `tracks`."""
    said: list[SaidWord] = []
    for language, track in tracks.items():
        own = as_heard(track, language, heard.words)
        said.extend(said_in_cues([cue for cue in track.plain() if cue.id in own], heard))
    return tuple(sorted(said, key=lambda word: (word.start_ms, word.end_ms)))


def said_in_one(track: AlignedTrack, language: str, heard: Transcript) -> tuple[SaidWord, ...]:
    """Return the words of the track of one language: those that are heard when they are said, the others with their cue."""
    own = as_heard(track, language, heard.words)
    translated = [cue for cue in track.plain() if cue.id not in own]
    said = (*said_in_both({language: track}, heard), *said_in_cues(translated, Transcript(language=language)))
    return tuple(sorted(said, key=lambda word: (word.start_ms, word.end_ms)))
