"""What neighbours on a track can be refused for: overlaps (SEMANTICS rule 7) and transitions from elsewhere (rule 10)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from footage_manifest.findings import Finding
from footage_manifest.timecode import Clock
from pipeline.timeline.edl_lines import TransitionKind
from pipeline.timeline.model import MediaKind
from pipeline.timeline.placing import Placed
from pipeline.timeline.sources import Sourced
from pipeline.timeline.speed import speed_text
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
    """Return a finding for each event that begins before an earlier one on its lane ends; keys are refused elsewhere."""
    found: dict[tuple[int, int], Finding] = {}
    for lane in by_lane([one for one in placed if one.event.transition.kind is not TransitionKind.KEY]).values():
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


def continued(placed: Sequence[Placed], rate: Fraction) -> tuple[list[Placed], list[Finding]]:
    """Return the events with outgoing sides that go on as what plays up to them, and a finding for each that does not.

    An outgoing side has the speed of the event that it continues. A still stands at the end of its event's move. Where the
    list gives no timecode of its own for it, it goes on where that event really ended.
    """
    ending = {lane: {one.record.end: one for one in events} for lane, events in by_lane(placed).items()}
    done: list[Placed] = []
    found: dict[tuple[int, int], Finding] = {}
    for one in placed:
        if one.outgoing is None or one.event.outgoing is None or one.incoming is None:
            done.append(one)
            continue
        befores = [(lane, ending[lane].get(one.record.start)) for lane in one.lanes]
        outgoing = _going_on(one, befores[0][1], rate)
        done.append(replace(one, outgoing=outgoing))
        what = next(filter(None, (_mismatch(one, outgoing, lane, before, rate) for lane, before in befores)), "")
        if what:
            cure = f"make the {one.event.transition.kind}'s first line go on where the event before it ends"
            finding = Finding(file=one.file, line=one.event.outgoing.line, what=what, cure=cure)
            found.setdefault((one.track, one.event.line), finding)
    return done, list(found.values())


def _going_on(one: Placed, before: Placed | None, rate: Fraction) -> Sourced:
    """Return the outgoing side of `one` as it goes on from the event that ends where it begins."""
    outgoing, stated = one.outgoing, one.event.outgoing
    assert outgoing is not None  # noqa: S101 - only asked for events that have one
    assert stated is not None  # noqa: S101 - as above
    if before is None or before.incoming is None or before.incoming.link != outgoing.link:
        return outgoing
    ended = before.incoming
    if outgoing.link.kind in {MediaKind.STILL, MediaKind.TITLE}:
        return replace(outgoing, length=ended.length, first=ended.length / rate)
    speed = outgoing.speed if stated.motion is not None else ended.speed
    first = outgoing.first
    if stated.line == before.event.incoming.line and speed != 1:
        first = _end(before, rate)  # the event's own line: its source out is no statement of where it ended
    return replace(outgoing, first=first, speed=speed, retimed=speed != 1)


def _end(before: Placed, rate: Fraction) -> Fraction:
    """Return the source instant at which an event ends: as its columns say at plain speed, else as it was played."""
    side = before.incoming
    assert side is not None  # noqa: S101 - callers have seen to it
    return side.first + len(before.record) / rate * side.speed if side.retimed else side.last


def _mismatch(one: Placed, outgoing: Sourced, lane: Lane, before: Placed | None, rate: Fraction) -> str:
    """Return what is wrong with an outgoing side, given the event on a lane that ends where it begins; empty if nothing."""
    kind = one.event.transition.kind
    if before is None:
        black = outgoing.link.kind is MediaKind.BLACK
        return "" if black else f"the {kind} leaves {outgoing.link}, and no event on its track ends where it begins"
    if before.incoming is None:
        return ""  # refused already
    ended, line = before.incoming, f"line {before.event.line} before it"
    if ended.link != outgoing.link:
        return f"the {kind} leaves {outgoing.link}, and {line} plays {ended.link}"
    what = _elsewhere(outgoing, before, rate) if outgoing.link.kind is MediaKind.REEL else ""
    if not what and lane[1] and before.sound != one.sound:
        return f"the {kind} and {line} carry different sound channels"
    return f"the {kind} {what}" if what else ""


def _elsewhere(outgoing: Sourced, before: Placed, rate: Fraction) -> str:
    """Return how a reel does not go on as `before` plays it; empty where it does."""
    ended, line = before.incoming, f"line {before.event.line} before it"
    if ended is not None and ended.speed != outgoing.speed:
        played = [speed_text(speed) or "at 100 %" for speed in (outgoing.speed, ended.speed)]
        return f"leaves {outgoing.link} {played[0]}, and {line} plays it {played[1]}"
    slack = max(outgoing.slack, _frame(outgoing, rate)) if outgoing.retimed else outgoing.slack
    end = _end(before, rate)
    if abs(end - outgoing.first) > slack:
        goes_on = f"goes on {seconds_text(outgoing.first)} into reel {outgoing.link.key}"
        return f"{goes_on}, and {line} ends {seconds_text(end)} into it"
    return ""


def _frame(side: Sourced, rate: Fraction) -> Fraction:
    """Return a frame of the output or of the reel's labels, whichever is longer, in seconds."""
    return 1 / min(rate, side.label_rate or rate)
