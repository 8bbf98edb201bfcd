"""find-speech: which sound is searched for speech."""

from pipeline.ports.speech import FindSpeechRequest, SoundOfReel, Speech
from pipeline.ports.stage import Stage


def plan_search(sound: SoundOfReel) -> FindSpeechRequest:
    """Return the search of one reel's sound, with chunks of two to five minutes."""
    return FindSpeechRequest(sound=sound)


FIND_SPEECH = Stage(name="find-speech", version=1, plan=plan_search, result=Speech)
