"""What the files of a track are called."""

FOLDER = "subtitles"
TRANSCRIPTS = "transcripts"
"""Of what people say of what was said: transcripts of theirs, who speaks, what passages are about."""


def srt_name(reel: str, language: str) -> str:
    """Return the name of a track's file, relative to the film folder."""
    return f"{FOLDER}/{reel}.{language}.srt"


def state_name(reel: str, language: str) -> str:
    """Return the name of a track's state, relative to the film folder."""
    return f"{FOLDER}/state/{reel}.{language}.json"


def given_file(reel: str, language: str) -> str:
    """Return where a reel's given transcript lies, relative to the film."""
    return f"{TRANSCRIPTS}/{reel}.{language}.json"
