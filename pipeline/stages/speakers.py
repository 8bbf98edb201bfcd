"""voice-prints: which stretches of a reel's sound are listened to for who speaks."""

from dataclasses import dataclass

from pipeline.ports.speakers import VoicePrintRequest, VoicePrints
from pipeline.ports.speech import SoundOfReel, Span
from pipeline.ports.stage import Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkOfVoices:
    """One chunk of one file of a reel, in that file's own time."""

    sound: SoundOfReel
    chunk: Span


def plan_prints(inputs: ChunkOfVoices) -> VoicePrintRequest:
    """Return the request for the prints of one chunk."""
    return VoicePrintRequest(sound=inputs.sound, chunk=inputs.chunk)


VOICE_PRINTS = Stage(name="voice-prints", version=1, plan=plan_prints, result=VoicePrints)
