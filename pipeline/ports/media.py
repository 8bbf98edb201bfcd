"""probe: facts of every file, once, by demuxing, never by decoding."""

from dataclasses import dataclass
from typing import Protocol

from footage_manifest.media import MediaFacts, StillFacts
from pipeline.ports.work import Executor


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeRequest:
    """Which file to look at. `suffix` is its extension without the dot, lower case: a hint, never trusted."""

    digest: str
    suffix: str


class MediaProbe(Executor[ProbeRequest, MediaFacts], Protocol):
    """Returns what a media file holds. Raises MediaError, naming what is wrong, for what is not media or cannot be read."""


class StillProbe(Executor[ProbeRequest, StillFacts], Protocol):
    """Returns what a still holds. Raises MediaError for what is not a picture, is broken, or is unreasonably large."""
