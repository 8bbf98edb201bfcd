"""What is said in a reel as people have it: their words where they corrected them, with the times of what was heard."""

from collections.abc import Sequence
from dataclasses import dataclass

from subtitles.cue import Cue
from subtitles.hearing import timed_tokens
from subtitles.tags import without_tags
from subtitles.transcript import Transcript


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidWord:
    """One word between spaces, with its punctuation, and when it is said: SOURCE milliseconds, `end_ms` exclusive.

    `cue` is the id of the cue that shows it, empty where no cue does. `confidence` is the recogniser's, in thousandths,
    1000 where a person wrote the word.
    """

    text: str
    start_ms: int
    end_ms: int
    cue: str = ""
    confidence: int = 1000


def heard_as_said(transcript: Transcript) -> tuple[SaidWord, ...]:
    """Return the words of a transcript as a text has them: what is written without a space before it is one word."""
    said: list[SaidWord] = []
    for word in transcript.words:
        text = word.text.strip()
        if not text:
            continue
        if word.joins_previous and said:
            before = said.pop()
            said.append(
                SaidWord(
                    text=before.text + text,
                    start_ms=before.start_ms,
                    end_ms=max(before.end_ms, word.end_ms),
                    confidence=min(before.confidence, word.confidence),
                )
            )
        else:
            said.append(SaidWord(text=text, start_ms=word.start_ms, end_ms=word.end_ms, confidence=word.confidence))
    return tuple(said)


def said_in_cues(cues: Sequence[Cue], transcript: Transcript) -> tuple[SaidWord, ...]:
    """Return the words of `cues`, in order of time, each when it is said; a translation's share the time of their cue.

    `cues` are a reel's in SOURCE time, `transcript` what was heard there; words of a cue that were recognised take their
    times (`hearing.timed_tokens`), others those of what they stand for. Never more than one word for one between spaces.
    """
    said: list[SaidWord] = []
    for cue in sorted(cues, key=lambda one: (one.start_ms, one.end_ms)):
        for token in timed_tokens(cue, transcript.words):
            text = without_tags(cue.text[token.begin : token.end]).strip()
            if text:
                said.append(SaidWord(text=text, start_ms=token.start_ms, end_ms=token.end_ms, cue=cue.id))
    return tuple(said)
