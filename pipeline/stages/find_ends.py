"""find-ends: the silence before and after narration or music that film.yaml wants trimmed."""

from pipeline.ports.sound import Ends, FindEndsRequest, SoundStretch
from pipeline.ports.stage import Stage
from pipeline.stages.media import SoundPart


def plan_ends(parts: tuple[SoundPart, ...]) -> FindEndsRequest:
    """Return the search through all of a reel's sound."""
    stretches = tuple(SoundStretch(sound=part.sound, start=part.start, end=part.end) for part in parts)
    return FindEndsRequest(stretches=stretches)


FIND_ENDS = Stage(name="find-ends", version=1, plan=plan_ends, result=Ends)
