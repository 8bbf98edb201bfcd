"""Where the picture of a finished cut changes at once: what a subtitle should keep away from (SEMANTICS rule 17)."""

from itertools import pairwise

from pipeline.timeline.model import MediaKind, PictureEvent, Timeline


def picture_cuts(timeline: Timeline) -> tuple[int, ...]:
    """Return the output frames with which another shot begins, in order; the first frame is none.

    A dissolve or wipe is no cut, nor is an edit across which one shot plays on. Cuts inside the footage itself are not known
    here.
    """
    return tuple(
        event.record.start
        for before, event in pairwise(timeline.picture)
        if not _mixed(event) and not _plays_on(before, event, timeline)
    )


def _mixed(event: PictureEvent) -> bool:
    return event.outgoing is not None and event.dissolve_frames > event.dissolve_passed


def _plays_on(before: PictureEvent, event: PictureEvent, timeline: Timeline) -> bool:
    first, second = before.clip, event.clip
    if (first.kind, first.key, first.speed) != (second.kind, second.key, second.speed):
        return False
    if first.kind is MediaKind.BLACK:
        return True
    return first.source_at(len(before.record), timeline.rate) == second.source_in
