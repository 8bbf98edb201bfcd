"""A stretch of a cut as a cut of its own: what is seen and heard in it stays frame for frame what it was."""

from dataclasses import replace
from fractions import Fraction

from footage_manifest.timebase import FrameRange
from pipeline.timeline.model import Clip, PictureEvent, SoundEvent, Timeline


def excerpt(timeline: Timeline, frames: FrameRange, frames_a_label: int = 1) -> Timeline:
    """Return the output frames `frames` of a cut; record zero moves along, in labels of `frames_a_label` frames each.

    Dissolves that begin before the stretch go on at the k that they have reached there; a crossfade of sound that the
    stretch begins inside of is taken as finished.
    """
    return replace(
        timeline,
        frames=len(frames),
        record_zero=timeline.record_zero + frames.start // frames_a_label,
        picture=tuple(
            cut for event in timeline.picture if (cut := excerpt_of_picture(event, frames, timeline.rate)) is not None
        ),
        sound=excerpt_of_sound(timeline.sound, frames, timeline.rate),
    )


def excerpt_of_picture(event: PictureEvent, frames: FrameRange, rate: Fraction) -> PictureEvent | None:
    """Return the part of an event that is seen during `frames`, counted from their first; None where there is none."""
    part = event.record.intersection(frames)
    if part is None:
        return None
    passed = part.start - event.record.start
    dissolving = event.outgoing is not None and event.dissolve_passed + passed < event.dissolve_frames
    return replace(
        event,
        record=part.moved(-frames.start),
        clip=_later(event.clip, passed, rate),
        outgoing=_later(event.outgoing, passed, rate) if event.outgoing is not None and dissolving else None,
        dissolve_frames=event.dissolve_frames if dissolving else 0,
        dissolve_passed=event.dissolve_passed + passed if dissolving else 0,
        wipe=event.wipe if dissolving else None,
    )


def excerpt_of_sound(events: tuple[SoundEvent, ...], frames: FrameRange, rate: Fraction) -> tuple[SoundEvent, ...]:
    """Return the parts of sound events that are heard during `frames`, counted from their first."""
    found = []
    for event in events:
        part = event.record.intersection(frames)
        if part is None:
            continue
        passed = part.start - event.record.start
        whole = event if passed == 0 else replace(event, outgoing=None, dissolve_frames=0, fade_in=True)
        found.append(
            replace(
                whole,
                record=part.moved(-frames.start),
                clip=_later(event.clip, passed, rate),
                dissolve_frames=min(whole.dissolve_frames, len(part)),
                fade_out=event.fade_out or part.end < event.record.end,
                fade_in_frames=max(0, event.fade_in_frames - passed),
                fade_out_frames=max(0, event.fade_out_frames - (event.record.end - part.end)),
            )
        )
    return tuple(found)


def _later(clip: Clip, frames: int, rate: Fraction) -> Clip:
    return replace(clip, source_in=clip.source_at(frames, rate))
