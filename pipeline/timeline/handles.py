"""Whether media holds what an event asks of it, picture and sound."""

from fractions import Fraction

from footage_manifest.media import MediaFacts, VideoFacts
from footage_manifest.wording import Refusal
from pipeline.timeline.model import MediaKind
from pipeline.timeline.sources import Sourced
from pipeline.timeline.wording import seconds_text

_UNHEARD = Fraction(1, 10)
"""Cameras end sound up to two frames before or after the picture; a longer silence at an event's end is worth a warning."""


def picture_seconds(video: VideoFacts) -> Fraction:
    """Return how long a reel's picture is shown, in seconds: by its frames, by its own times where the rate varies."""
    return video.duration if video.variable else video.frames / video.rate


def check_picture(side: Sourced, length: Fraction, what_for: str) -> None:
    """Raise Refusal unless the picture reaches from the side's first instant for `length` seconds."""
    if side.facts is None:
        return
    if side.facts.video is None:
        raise Refusal(f"reel {side.link.key} has no picture", "use it on a sound channel, or relink the event")
    _check(side, length, picture_seconds(side.facts.video), what_for)


def check_sound(side: Sourced, length: Fraction, what_for: str) -> str | None:
    """Return a warning where sound ends before the picture does, None where all is there.

    Raises Refusal unless the reel has sound and reaches from the side's first instant for `length` seconds.
    """
    if side.link.kind is MediaKind.STILL:
        raise Refusal(f"still {side.link.key} has no sound", "take the event off the sound channels")
    if side.facts is None:
        return None
    if not side.facts.sound:
        raise Refusal(f"reel {side.link.key} has no sound", "take the event off the sound channels, or relink it")
    heard = sound_seconds(side.facts)
    seen = picture_seconds(side.facts.video) if side.facts.video is not None else Fraction(0)
    _check(side, length, max(heard, seen), what_for)
    if side.first + length > heard + _UNHEARD:
        return f"the sound of reel {side.link.key} ends at {seconds_text(heard)}: after that there is silence"
    return None


def sound_seconds(facts: MediaFacts) -> Fraction:
    """Return where a reel's sound ends, in seconds from its zero."""
    first = facts.sound[0]
    return first.start + first.duration - facts.reel_start


def _check(side: Sourced, length: Fraction, available: Fraction, what_for: str) -> None:
    slack = max(side.slack, side.media_slack)
    if side.first < -slack or side.first + length > available + slack:
        raise Refusal(
            f"{what_for} needs reel {side.link.key} from {seconds_text(side.first)} to"
            f" {seconds_text(side.first + length)} after its first frame, and it has 0.000 s to {seconds_text(available)}",
            "correct the source timecodes, or the reel's start in footage_manifest.yaml",
        )
