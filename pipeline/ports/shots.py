"""shots: where the picture of a source changes from one frame to the next."""

from dataclasses import dataclass
from typing import Protocol

from footage_manifest.media import VideoFacts
from pipeline.ports.work import Executor


@dataclass(frozen=True, slots=True, kw_only=True)
class FindShotsRequest:
    """Look through the whole picture of one file: `video` is what the probe found in it."""

    digest: str
    video: VideoFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Shots:
    """The shot changes of a picture, in order: the milliseconds at which the first frame of each further shot is shown.

    They count from the first displayed frame: of the file, or of the reel (SOURCE time, SEMANTICS rule 13). The first frame
    is none; nor are dissolves, flashes and movements of the camera.
    """

    changes_ms: tuple[int, ...] = ()


class ShotFinder(Executor[FindShotsRequest, Shots], Protocol):
    """Returns the shot changes of files. Raises MediaError for a picture that cannot be read."""
