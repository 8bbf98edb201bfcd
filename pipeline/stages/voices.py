"""voices: where a chunk's voices begin and cease, and what that says of the words heard in it.

A stage of its own behind the recognition, so that words that are stored already get better starts without being heard again.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from pipeline.ports.speech import Recognised, Span, Voices, VoicesRequest
from pipeline.ports.stage import Stage
from pipeline.stages.transcribe import ChunkToHear
from subtitles.transcript import Word

_LEAD_MS = 30
"""The detector is sure of a voice a window of 32 ms after its first sound."""

_LATER_MS = 20
"""Recognisers put starts early, by 55 ms in the middle of what was measured; this is the half that is never too late."""

_PAUSE_REACH_MS = 150
"""A word is started in the pause before it, or as much earlier, in the last sounds of the word before."""

_LEAST_MS = 40
"""What a word keeps of its length at least, so far as it has it."""


def plan_voices(inputs: ChunkToHear) -> VoicesRequest:
    """Return the search for the voices of one chunk."""
    return VoicesRequest(sound=inputs.listening.sound, chunk=inputs.chunk)


VOICES = Stage(name="voices", version=1, plan=plan_voices, result=Voices)


def with_starts(heard: Recognised, voices: Voices) -> Recognised:
    """Return what was heard in a chunk, each word starting where it is heard to start; both in the same time.

    A word started in the pause before it starts 30 ms before the voice does, and every word 20 ms later than the recogniser
    says. No start moves back, and none comes nearer to the word's end than 40 ms; ends stay, and so does the order.
    """
    ends = [stretch.end_ms for stretch in voices.stretches]
    words = tuple(_started(word, voices.stretches, ends) for word in heard.words)
    return replace(heard, words=words)


def _started(word: Word, stretches: Sequence[Span], ends: Sequence[int]) -> Word:
    start = word.start_ms
    following = bisect_right(ends, start + _PAUSE_REACH_MS)
    if following < len(stretches):
        onset = stretches[following].start_ms
        if start < onset < word.end_ms:
            start = max(start, onset - _LEAD_MS)
    latest = max(word.start_ms, word.end_ms - _LEAST_MS)
    return replace(word, start_ms=min(start + _LATER_MS, latest))
