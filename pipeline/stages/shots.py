"""shots: which pictures are searched for shot changes, and those of a reel from those of its files."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from footage_manifest.media import VideoFacts
from pipeline.ports.shots import FindShotsRequest, Shots
from pipeline.ports.stage import Stage
from pipeline.stages.media import Media, PicturePart

__all__ = ["SHOTS", "SeenPart", "Shots", "of_reel", "seen"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenPart:
    """One file of a reel's picture, shown from `start` seconds after the reel's zero."""

    digest: str
    video: VideoFacts
    start: Fraction


def seen(media: Media, key: str) -> tuple[SeenPart, ...]:
    """Return the files of a reel's picture, in order of time; none where it has no picture."""
    parts = media.parts.get(key) or (PicturePart(facts=media.reels[key]),)
    return tuple(
        SeenPart(digest=part.facts.digest, video=part.facts.video, start=part.start)
        for part in parts
        if part.facts.video is not None
    )


def of_reel(parts: Sequence[SeenPart], found: Sequence[Shots]) -> Shots:
    """Return the shot changes of a reel, in SOURCE time, from those of its files.

    One file that goes on where the other ended is one recording: that is no shot change.
    """
    changes = {
        floor(part.start * 1000 + Fraction(1, 2)) + change
        for part, shots in zip(parts, found, strict=True)
        for change in shots.changes_ms
    }
    return Shots(changes_ms=tuple(sorted(changes)))


def plan_shots(part: SeenPart) -> FindShotsRequest:
    """Return the search of one file. Where it stands in the reel is not asked: it is searched once."""
    return FindShotsRequest(digest=part.digest, video=part.video)


SHOTS = Stage(name="shots", version=1, plan=plan_shots, result=Shots)
