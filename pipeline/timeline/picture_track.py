"""The picture of a cut: tracks laid over one another, gaps filled with black (SEMANTICS rule 7)."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from footage_manifest.findings import Finding, Severity
from footage_manifest.timebase import FrameRange
from pipeline.timeline.model import BLACK, Clip, MediaKind, PictureEvent
from pipeline.timeline.placing import Placed


def picture_events(placed: Sequence[Placed], *, frames: int, rate: Fraction) -> tuple[PictureEvent, ...]:
    """Return what is seen in each of the cut's frames, once and in order: later tracks over earlier, black in gaps.

    `placed` holds events without findings. What a track above leaves of an event plays on as if nothing had covered it.
    """
    seen: list[PictureEvent] = []
    for track in sorted({one.track for one in placed}):
        above = sorted(
            (_event(one) for one in placed if one.picture and one.track == track), key=lambda event: event.record
        )
        seen = sorted([*_uncovered(seen, above, rate), *above], key=lambda event: event.record)
    return tuple(_filled(seen, frames))


def covering_black(placed: Sequence[Placed]) -> list[Finding]:
    """Return a warning for each black event of a track above that hides pictures of a track below."""
    warnings = []
    below: list[FrameRange] = []
    for track in sorted({one.track for one in placed}):
        own = sorted((one for one in placed if one.picture and one.track == track), key=lambda one: one.record)
        for one in own:
            black = one.incoming is not None and one.incoming.link.kind is MediaKind.BLACK
            at = bisect_left(below, one.record.start, key=lambda covered: covered.end - 1)
            if black and at < len(below) and below[at].start < one.record.end:
                what = "black (BL) hides the pictures of the tracks below"
                cure = "remove the event if the track is meant to be empty here"
                severity = Severity.WARNING
                warnings.append(Finding(severity=severity, file=one.file, line=one.event.line, what=what, cure=cure))
        below = _merged([*below, *(one.record for one in own)])
    return warnings


def _merged(ranges: Iterable[FrameRange]) -> list[FrameRange]:
    """Return the frames that any of the ranges has, as ranges in order that do not touch."""
    merged: list[FrameRange] = []
    for one in sorted(ranges):
        if merged and one.start <= merged[-1].end:
            merged[-1] = FrameRange(merged[-1].start, max(merged[-1].end, one.end))
        else:
            merged.append(one)
    return merged


def _event(one: Placed) -> PictureEvent:
    mixing = one.outgoing is not None and one.transition_frames > 0
    return PictureEvent(
        record=one.record,
        clip=one.incoming.clip if one.incoming is not None else BLACK,
        outgoing=one.outgoing.clip if one.outgoing is not None and mixing else None,
        dissolve_frames=one.transition_frames if mixing else 0,
        wipe=one.event.transition.pattern if mixing else None,
        number=one.event.number,
        line=one.event.line,
        source=one.file,
    )


def _uncovered(below: Iterable[PictureEvent], above: Sequence[PictureEvent], rate: Fraction) -> list[PictureEvent]:
    """Return what `above` (in order, without overlaps) leaves to be seen of `below` (likewise)."""
    left: list[PictureEvent] = []
    first = 0
    for event in below:
        while first < len(above) and above[first].record.end <= event.record.start:
            first += 1
        start, index = event.record.start, first
        while index < len(above) and above[index].record.start < event.record.end:
            if start < above[index].record.start:
                left.append(_part(event, FrameRange(start, above[index].record.start), rate))
            start = above[index].record.end
            index += 1
        if start < event.record.end:
            left.append(_part(event, FrameRange(start, event.record.end), rate))
    return left


def _part(event: PictureEvent, record: FrameRange, rate: Fraction) -> PictureEvent:
    """Return the event during `record`, a part of its own, every frame of it as before."""
    into = record.start - event.record.start
    part = replace(event, record=record, clip=_moved(event.clip, into, rate))
    if event.outgoing is None:
        return part
    passed = event.dissolve_passed + into
    if passed >= event.dissolve_frames:
        return replace(part, outgoing=None, dissolve_frames=0, dissolve_passed=0, wipe=None)
    return replace(part, outgoing=_moved(event.outgoing, into, rate), dissolve_passed=passed)


def _moved(clip: Clip, frames: int, rate: Fraction) -> Clip:
    return clip if clip.kind is MediaKind.BLACK else replace(clip, source_in=clip.source_at(frames, rate))


def _filled(seen: Sequence[PictureEvent], frames: int) -> list[PictureEvent]:
    """Return the events with black between, before and after them; a gap carries the line of the event after it."""
    filled: list[PictureEvent] = []
    at = 0
    for event in seen:
        if at < event.record.start:
            filled.append(_gap(FrameRange(at, event.record.start), event.line, event.source))
        filled.append(event)
        at = event.record.end
    if at < frames:
        last = seen[-1] if seen else None
        filled.append(_gap(FrameRange(at, frames), last.line if last else 0, last.source if last else ""))
    return filled


def _gap(record: FrameRange, line: int, source: str) -> PictureEvent:
    return PictureEvent(record=record, clip=BLACK, number="", line=line, source=source)
