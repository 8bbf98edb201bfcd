"""Who speaks where, as a transcript has it that was brought from elsewhere: people's names before its words."""

from collections.abc import Sequence
from pathlib import Path

from footage_manifest.findings import ManifestError
from footage_manifest.model import Production
from pipeline.assembly.given_transcripts import given_transcripts
from pipeline.assembly.speakers import ReelSpeakers
from pipeline.assembly.speakers_named import Known, Turn
from pipeline.assembly.speakers_sheet import INTERVIEWER, speaker_named
from pipeline.ports.speech import Span
from subtitles.transcript import Word

Said = tuple[Span, str]


def spans_given(folder: Path, production: Production, key: str, words: Sequence[Word]) -> list[Said]:
    """Return who speaks where in a reel, in SOURCE time, as its given transcript has it; `words` are that one's in the reel.

    A speaker is a key of the reel's people, or `interviewer`; names of nobody among them (`Speaker 2`) say nothing.
    """
    try:
        given = given_transcripts(folder, production, (key,)).get(key)
    except ManifestError:  # a run says it
        return []
    if given is None or len(given.words) != len(words):
        return []
    known = {name: _speaker(production, key, name) for name in set(given.speakers)}
    spans: list[Said] = []
    before = ""
    for name, word in zip(given.speakers, words, strict=False):
        speaker = known[name]
        if speaker and speaker == before:
            spans[-1] = (Span(spans[-1][0].start_ms, max(word.end_ms, spans[-1][0].end_ms)), speaker)
        elif speaker:
            spans.append((Span(word.start_ms, word.end_ms), speaker))
        before = speaker
    return spans


def as_turns(said: Sequence[Said]) -> ReelSpeakers | None:
    """Return who speaks when by what is written alone, where nobody listened to the voices; None where nothing is."""
    people = [*dict.fromkeys(speaker for _, speaker in said)]
    turns = tuple(
        Turn(
            start_ms=span.start_ms,
            end_ms=span.end_ms,
            voice=people.index(speaker),
            speaker=speaker,
            known=Known.SAID,
        )
        for span, speaker in sorted(said, key=lambda one: (one[0].start_ms, one[0].end_ms))
    )
    return ReelSpeakers(turns=turns, voices=len(people), guessed=False) if turns else None


def _speaker(production: Production, key: str, name: str) -> str:
    """Return the key of the person of a reel whom a name means, or the interviewer; empty for anybody else."""
    try:
        speaker = speaker_named(production, name) if name else ""
    except ValueError:
        return ""
    return speaker if speaker == INTERVIEWER or speaker in (production.manifest.reels[key].people or ()) else ""
