"""tell-turns: in a reel with two languages, who speaks which when, and what the recogniser is asked about each of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.ports.speech import Recognised, Span, Speech, TellTurnsRequest, Turns
from pipeline.ports.stage import Stage
from pipeline.stages.transcribe import ChunkToHear, Listening, TurnsToHear
from subtitles.transcript import Transcript, Word

AS_DOUBTFUL = 500
"""The most, in thousandths, that a word's confidence is where the language that it was heard in is a guess."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkToTell:
    """One chunk of one file of a reel, and the reel's languages, as the manifest lists them."""

    listening: Listening
    chunk: Span
    languages: tuple[str, ...]


def plan_telling(inputs: ChunkToTell) -> TellTurnsRequest:
    """Return the search of one chunk for turns."""
    return TellTurnsRequest(sound=inputs.listening.sound, chunk=inputs.chunk, languages=inputs.languages)


TELL_TURNS = Stage(name="tell-turns", version=1, plan=plan_telling, result=Turns)


def chunks_to_tell(listening: Listening, speech: Speech, languages: tuple[str, ...]) -> tuple[ChunkToTell, ...]:
    """Return every chunk of a file that holds speech, in order."""
    return tuple(ChunkToTell(listening=listening, chunk=chunk, languages=languages) for chunk in speech.chunks)


def turns_to_hear(inputs: ChunkToTell, listening: Sequence[Listening], found: Turns) -> Iterator[ChunkToHear]:
    """Yield what is heard of a chunk: all its turns in a language as one piece, in each language that is spoken in it.

    `listening` holds how each language is heard: whatever was said in one of them helps with what is said in it next.
    """
    for one in listening:
        own = tuple(Span(turn.start_ms, turn.end_ms) for turn in found.turns if turn.language == one.language)
        if own:
            yield TurnsToHear(listening=one, chunk=inputs.chunk, turns=own)


def doubts_on_the_reel(listening: Listening, found: Turns) -> tuple[Span, ...]:
    """Return the stretches whose language is a guess, in the reel's time."""
    at = listening.start_ms
    return tuple(Span(doubt.start_ms + at, doubt.end_ms + at) for doubt in found.doubts)


def joined_turns(languages: tuple[str, str], chunks: Sequence[Recognised], doubts: Sequence[Span]) -> Transcript:
    """Return one transcript of a reel in two languages, each word with its own; `doubts` are in the reel's time, in order.

    Its language is the first of them. A word whose language is a guess is doubtful, however sure the recogniser was of it.
    """
    words = [replace(word, language=chunk.language) for chunk in chunks for word in chunk.words]
    words.sort(key=lambda word: (word.start_ms, word.end_ms))
    return Transcript(
        language=languages[0],
        other_language=languages[1],
        words=tuple(_doubted(word) if _in_doubt(word, doubts) else word for word in words),
    )


def _in_doubt(word: Word, doubts: Sequence[Span]) -> bool:
    middle = (word.start_ms + word.end_ms) // 2
    return any(doubt.start_ms <= middle < doubt.end_ms for doubt in doubts)


def _doubted(word: Word) -> Word:
    return replace(word, confidence=min(word.confidence, AS_DOUBTFUL))
