"""What neighbours on a track can be refused for: overlaps (SEMANTICS rule 7) and dissolves from elsewhere (rule 10)."""

from collections import defaultdict
from collections.abc import Sequence

from footage_manifest.findings import Finding
from footage_manifest.timecode import Clock
from pipeline.timeline.model import MediaKind
from pipeline.timeline.placing import Placed
from pipeline.timeline.sources import Sourced
from pipeline.timeline.wording import seconds_text

Lane = tuple[int, int]


def by_lane(placed: Sequence[Placed]) -> dict[Lane, list[Placed]]:
    """Return the events of each lane in order of record time."""
    lanes: dict[Lane, list[Placed]] = defaultdict(list)
    for one in sorted(placed, key=lambda one: (one.record, one.event.line)):
        for lane in one.lanes:
            lanes[lane].append(one)
    return lanes


def overlaps(placed: Sequence[Placed], clock: Clock) -> list[Finding]:
    """Return a finding for each event that begins before an earlier one on its lane ends."""
    found: dict[tuple[int, int], Finding] = {}
    for lane in by_lane(placed).values():
        last: Placed | None = None
        for one in lane:
            if last is not None and one.record.start < last.record.end:
                what = (
                    f"record in {clock.label(one.event.record.start)} lies inside the event on line {last.event.line} of"
                    f" the same track, which ends at {clock.label(last.event.record.end)}"
                )
                cure = "trim one of them, or put one on a track (an EDL) of its own"
                finding = Finding(file=one.file, line=one.event.line, what=what, cure=cure)
                found.setdefault((one.track, one.event.line), finding)
            if last is None or one.record.end > last.record.end:
                last = one
    return list(found.values())


def broken_dissolves(placed: Sequence[Placed]) -> list[Finding]:
    """Return a finding for each dissolve whose outgoing side is not what plays up to it, to the frame."""
    found: dict[tuple[int, int], Finding] = {}
    for (_, channel), lane in by_lane(placed).items():
        ending = {one.record.end: one for one in lane}
        for one in lane:
            if one.outgoing is None or one.event.outgoing is None:
                continue
            before = ending.get(one.record.start)
            what = _mismatch(one.outgoing, before)
            if (
                not what
                and channel
                and before is not None
                and before.incoming is not None
                and before.sound != one.sound
            ):
                what = f"the dissolve and line {before.event.line} before it carry different sound channels"
            if what:
                cure = "make the dissolve's first line go on where the event before it ends"
                finding = Finding(file=one.file, line=one.event.outgoing.line, what=what, cure=cure)
                found.setdefault((one.track, one.event.line), finding)
    return list(found.values())


def _mismatch(outgoing: Sourced, before: Placed | None) -> str:
    """Return what is wrong with a dissolve's outgoing side, given the event that ends where it begins; empty if nothing."""
    black = outgoing.link.kind is MediaKind.BLACK
    if before is None:
        return "" if black else f"the dissolve leaves {outgoing.link}, and no event on its track ends where it begins"
    if before.incoming is None:
        return ""  # refused already
    if before.incoming.link != outgoing.link:
        return (
            f"the dissolve leaves {outgoing.link}, and line {before.event.line} before it plays {before.incoming.link}"
        )
    if abs(before.incoming.last - outgoing.first) > outgoing.slack:
        return (
            f"the dissolve goes on {seconds_text(outgoing.first)} into reel {outgoing.link.key}, and line"
            f" {before.event.line} before it ends {seconds_text(before.incoming.last)} into it"
        )
    return ""
