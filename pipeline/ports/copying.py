"""conform, picture side: stretches of a source taken over as they are coded, without decoding and encoding them again."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from footage_manifest.media import VideoFacts
from pipeline.ports.picture import Segment
from pipeline.ports.work import Executor


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyQuestion:
    """What of a stretch of a source can be copied: `frames` frames, the first on display `first` seconds after the file's.

    `rate` is the film's, and the source's.
    """

    digest: str
    facts: VideoFacts
    rate: Fraction
    first: Fraction
    frames: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyRange:
    """The longest run of the stretch's frames that can be copied: from `start`, `frames` frames; none where `frames` is 0.

    `source` is the number of the first in the source, `delay` by how many frames decoding runs ahead of showing. `headers`
    tells the sources' parameter sets apart. `why` says, in plain words, what kept the others from being copied.
    """

    start: int = 0
    frames: int = 0
    source: int = 0
    delay: int = 0
    headers: str = ""
    why: str = ""


class CopyFinder(Executor[CopyQuestion, CopyRange], Protocol):
    """Looks where groups of pictures begin and end, and whether their parameter sets let them be copied."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyRequest:
    """Copy `frames` frames of a source from its frame number `first` on, which begins a group of pictures.

    `delay` and `rate` as in `CopyRange` and `CopyQuestion`.
    """

    digest: str
    facts: VideoFacts
    rate: Fraction
    first: int
    frames: int
    delay: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """A stored segment of copied packets, decoded again and compared with the source; None and `why` where it differs."""

    segment: Segment | None
    why: str = ""


class SegmentCopier(Executor[CopyRequest, Copied], Protocol):
    """Copies segments, each decoded whole and compared with the source's own frames at either end."""
