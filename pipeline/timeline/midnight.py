"""Several lists, and the start that film.yaml states, on one count of days: record timecode passes midnight between them."""

from collections.abc import Sequence
from dataclasses import replace

from footage_manifest.timecode import Clock
from pipeline.timeline.edl_labels import nearest_day
from pipeline.timeline.edl_model import Edl


def on_one_day(edls: Sequence[Edl], start: int | None, clock: Clock) -> tuple[list[Edl], int | None]:
    """Return the lists and the stated start, each moved to the next day if it lies more than 18 hours before the latest.

    `start` counts record labels from 00:00:00:00 as the events do, None where it is not stated.
    """
    firsts = [min(event.record.start for event in edl.events) for edl in edls if edl.events]
    latest = max([*firsts, *([start] if start is not None else [])], default=0)
    moved = [_moved(edl, latest, clock) for edl in edls]
    return moved, start if start is None else start + nearest_day(start, latest, clock) * clock.frames_a_day


def _moved(edl: Edl, latest: int, clock: Clock) -> Edl:
    if not edl.events:
        return edl
    days = nearest_day(min(event.record.start for event in edl.events), latest, clock)
    if not days:
        return edl
    frames = days * clock.frames_a_day
    return replace(edl, events=tuple(replace(event, record=event.record.moved(frames)) for event in edl.events))
