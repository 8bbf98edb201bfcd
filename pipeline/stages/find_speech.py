"""find-speech: which sound is searched for speech."""

from pipeline.ports.speech import FindSpeechRequest, FindSpeechUntil, Speech
from pipeline.ports.stage import Stage
from pipeline.stages.media import HeardPart


def plan_search(part: HeardPart) -> FindSpeechRequest:
    """Return the search of one file of a reel, with chunks of two to five minutes."""
    if part.length_ms is None:
        return FindSpeechRequest(sound=part.sound)
    return FindSpeechUntil(sound=part.sound, end_ms=part.length_ms)


FIND_SPEECH = Stage(name="find-speech", version=1, plan=plan_search, result=Speech)
