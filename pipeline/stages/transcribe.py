"""transcribe: what the recogniser is asked about each chunk, and how chunks become one transcript."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain

from footage_manifest.model import Production, Protection
from pipeline.ports.speech import Recognised, RecogniseRequest, RecogniseTurns, SoundOfReel, Span, Speech
from pipeline.ports.stage import Stage
from subtitles.transcript import Transcript

MOST_PRIMED = 120
"""How many characters of names and terms prime the recogniser.

More than a few of them make small models pass over sentences; and what is left out here makes no transcript out of date.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """How one file of a reel is heard. `language` is None where it has to be detected.

    The sound's zero, from which its chunks and words count, lies `start_ms` after the reel's.
    """

    sound: SoundOfReel
    start_ms: int = 0
    language: str | None
    prime: tuple[str, ...]
    beam: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkToHear:
    """One chunk of one file of a reel, in that file's own time."""

    listening: Listening
    chunk: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnsToHear(ChunkToHear):
    """What is said in one language in a chunk: in `turns`, in order, in the file's own time."""

    turns: tuple[Span, ...]


def chunks_to_hear(listening: Listening, speech: Speech) -> tuple[ChunkToHear, ...]:
    """Return every chunk of a file that holds speech, in order."""
    return tuple(ChunkToHear(listening=listening, chunk=chunk) for chunk in speech.chunks)


def plan_chunk(inputs: ChunkToHear) -> RecogniseRequest:
    """Return the recognition of one chunk, or of one language's turns in it."""
    heard = inputs.listening
    if isinstance(inputs, TurnsToHear):
        return RecogniseTurns(
            sound=heard.sound,
            chunk=inputs.chunk,
            language=heard.language,
            prime=heard.prime,
            beam=heard.beam,
            turns=inputs.turns,
        )
    return RecogniseRequest(
        sound=heard.sound, chunk=inputs.chunk, language=heard.language, prime=heard.prime, beam=heard.beam
    )


RECOGNISE = Stage(name="transcribe", version=1, plan=plan_chunk, result=Recognised)


def priming(production: Production, reel: str, language: str | None) -> tuple[str, ...]:
    """Return the first of the names and terms that may be heard in a reel: what the recogniser is given to lean on."""
    kept: list[str] = []
    for text in vocabulary(production, reel, language):
        if sum(len(one) + 2 for one in (*kept, text)) > MOST_PRIMED:
            break
        kept.append(text)
    return tuple(kept)


def vocabulary(production: Production, reel: str, language: str | None) -> tuple[str, ...]:
    """Return the names and terms that may be heard in a reel, each once, most important first.

    The people in it, unless their names are protected, then the glossary in its language, then its programme and themes.
    """
    described = production.manifest.reels[reel]
    people = (production.manifest.people.get(key) for key in described.people or ())
    names = [
        person.name
        for person in people
        if person is not None
        and not (person.consent is not None and Protection.HIDE_NAME in person.consent.protections)
    ]
    terms = [term.texts[language] for term in production.glossary if language in term.texts] if language else []
    wider = [text for text in (described.programme, *described.themes) if text]
    return tuple(dict.fromkeys(chain(names, terms, wider)))


def on_the_reel(listening: Listening, answer: Recognised) -> Recognised:
    """Return what was heard in a chunk of a file, its words in the reel's time."""
    at = listening.start_ms
    if not at:
        return answer
    words = tuple(replace(word, start_ms=word.start_ms + at, end_ms=word.end_ms + at) for word in answer.words)
    return replace(answer, words=words)


def joined(stated: str | None, chunks: Sequence[Recognised]) -> Transcript:
    """Return one transcript of a reel's chunks, in order.

    The language is the stated one, else the one that most words were heard in, as sure as the chunks in it were, weighed by
    words. Without any word an unstated language is empty.
    """
    words = tuple(word for chunk in chunks for word in chunk.words)
    if stated is not None:
        return Transcript(language=stated, words=words)
    heard: Counter[str] = Counter()
    for chunk in chunks:
        heard[chunk.language] += len(chunk.words)
    if not words:
        return Transcript(language="", language_confidence=0)
    language, count = max(sorted(heard.items()), key=lambda pair: pair[1])
    sure = sum(chunk.language_confidence * len(chunk.words) for chunk in chunks if chunk.language == language)
    return Transcript(language=language, language_confidence=sure // count, words=words)
