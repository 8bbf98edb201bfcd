"""sound-levels: the sound around a quote, in which the quiet places of its pauses are looked for."""

from dataclasses import dataclass

from pipeline.ports.sound import SoundStretch
from pipeline.ports.sound_levels import LEVEL_MS, SoundLevels, SoundLevelsRequest
from pipeline.ports.stage import Stage
from pipeline.stages.media import SoundPart

__all__ = ["SOUND_LEVELS", "Around", "SoundLevels"]

AROUND_MS = 2000
"""So much is measured beside the words, which is also what a picture of a joint shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """Words of a reel, from `from_ms` up to, not including, `to_ms`, SOURCE; `parts` are the files of the reel's sound."""

    parts: tuple[SoundPart, ...]
    from_ms: int
    to_ms: int


def plan_levels(around: Around) -> SoundLevelsRequest:
    """Return the measurement of the words and two seconds on either side, as far as the reel reaches back."""
    start = max(0, around.from_ms - AROUND_MS) // LEVEL_MS * LEVEL_MS
    end = -(-(around.to_ms + AROUND_MS) // LEVEL_MS) * LEVEL_MS
    stretches = tuple(SoundStretch(sound=one.sound, start=one.start, end=one.end) for one in around.parts)
    return SoundLevelsRequest(stretches=stretches, start_ms=start, end_ms=max(end, start))


SOUND_LEVELS = Stage(name="sound-levels", version=1, plan=plan_levels, result=SoundLevels)
