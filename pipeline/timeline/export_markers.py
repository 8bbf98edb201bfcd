"""Markers of a timeline that is written for another program."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """What is said of one frame of a timeline.

    `frame` counts labels of the timeline's clock as record sides do, from 00:00:00:00, and lies within the timeline. `name`
    says whose it is, empty where nobody said; `text` may have several lines.
    """

    frame: int
    name: str
    text: str
