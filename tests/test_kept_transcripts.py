"""An upgrade hears nothing again: what is asked of the recognisers is fingerprinted as it always was.

The fingerprints are those of the versions that stored transcripts. Where one of these tests fails, every film's speech
would be heard again, under cues that people have corrected.
"""

from fractions import Fraction
from types import SimpleNamespace

import pytest

from footage_manifest.model import ChannelChoice
from pipeline.engine.canonical import as_json, read_back
from pipeline.engine.fingerprint import fingerprint
from pipeline.ports.speech import Recognised, SoundOfReel, Span
from pipeline.stages.find_speech import FIND_SPEECH
from pipeline.stages.media import HeardPart
from pipeline.stages.transcribe import RECOGNISE, ChunkToHear, Listening
from pipeline.tools.find_speech import SileroSpeechFinder
from pipeline.tools.recognise import WhisperRecogniser
from pipeline.tools.recognise_faster_whisper import FasterWhisperEar
from pipeline.tools.recognise_openai_whisper import OpenAIWhisperEar
from subtitles.transcript import Word

SOUND = SoundOfReel(digest="d" * 64, stream=1, channels=ChannelChoice.MIX, zero=Fraction(1, 25))
DETECTOR = SimpleNamespace(digest="v" * 64)


@pytest.mark.parametrize(
    ("engine", "stored_as"),
    [
        (FasterWhisperEar, "cb5b8297b37e86249d8ae363b8a9a4077a629b5e386005016faa66f17ca19827"),
        (OpenAIWhisperEar, "3a54ae687841c182c3d15fa43729e602c368758f750061b981c6f2f6798a050c"),
    ],
)
def test_a_chunk_that_was_heard_stays_heard(engine, stored_as: str) -> None:
    ear = SimpleNamespace(name=engine.name, options=engine.options, weights=lambda: SimpleNamespace(digest="w" * 64))
    listening = Listening(sound=SOUND, language="es", prime=("Juana R.",), beam=5)
    request = RECOGNISE.plan(ChunkToHear(listening=listening, chunk=Span(400, 120_000)))
    identity = WhisperRecogniser(ear, DETECTOR).identity(request)
    assert fingerprint(RECOGNISE.name, RECOGNISE.version, as_json(request), identity) == stored_as


def test_speech_that_was_found_stays_found() -> None:
    request = FIND_SPEECH.plan(HeardPart(sound=SOUND, start_ms=0, length_ms=None))
    key = fingerprint(
        FIND_SPEECH.name, FIND_SPEECH.version, as_json(request), SileroSpeechFinder(DETECTOR).identity(request)
    )
    assert key == "c539f023083d6d4db4c57af9f56c8a86e2c590017d67689f769ea4fffce3e128"


def test_words_that_were_stored_are_read() -> None:
    word = {"$": "Word", "text": "hola", "start_ms": 1, "end_ms": 2, "confidence": 900, "joins_previous": False}
    stored = {"$": "Recognised", "language": "es", "language_confidence": 1000, "words": [word]}
    assert read_back(Recognised, stored) == Recognised(
        language="es", language_confidence=1000, words=(Word(text="hola", start_ms=1, end_ms=2, confidence=900),)
    )
