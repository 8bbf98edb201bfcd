"""What the files of a track are called."""

FOLDER = "subtitles"


def srt_name(reel: str, language: str) -> str:
    """Return the name of a track's file, relative to the film folder."""
    return f"{FOLDER}/{reel}.{language}.srt"


def state_name(reel: str, language: str) -> str:
    """Return the name of a track's state, relative to the film folder."""
    return f"{FOLDER}/state/{reel}.{language}.json"
