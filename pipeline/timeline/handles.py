"""How far the picture and the sound of a reel reach, in seconds from its zero."""

from fractions import Fraction

from footage_manifest.media import MediaFacts, VideoFacts


def picture_seconds(video: VideoFacts) -> Fraction:
    """Return how long a reel's picture is shown, in seconds: by its frames, by its own times where the rate varies."""
    return video.duration if video.variable else video.frames / video.rate


def sound_begins(facts: MediaFacts) -> Fraction:
    """Return where a reel's sound begins, in seconds from its zero. `facts` has sound."""
    return facts.sound[0].start - facts.reel_start


def sound_ends(facts: MediaFacts) -> Fraction:
    """Return where a reel's sound ends, in seconds from its zero. `facts` has sound."""
    return sound_begins(facts) + facts.sound[0].duration


def reel_seconds(facts: MediaFacts) -> Fraction:
    """Return how far a reel reaches by its picture or its sound, whichever is longer."""
    ends = [picture_seconds(facts.video)] if facts.video is not None else []
    ends += [sound_ends(facts)] if facts.sound else []
    return max(ends, default=Fraction(0))
