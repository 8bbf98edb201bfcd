"""SPLIT lines joined to their events: sound or picture that begins later than the rest of its event.

A SPLIT belongs to the event above it, as M2 and AUD do, and delays that event's sound or picture. Editing machines write it
above two lines of one number, one with the picture and one with the sound, that stand apart by that delay already: there
it only says so, and is kept as a remark. Where the event above carries only one of the two, the one below is meant.
"""

from collections.abc import Iterator, Sequence

from footage_manifest.timecode import Clock
from pipeline.timeline.edl_draft import Draft
from pipeline.timeline.edl_lines import Remark, SplitLine
from pipeline.timeline.edl_model import Split


def join_splits(splits: Sequence[SplitLine], drafts: Sequence[Draft], clock: Clock) -> Iterator[tuple[int, str, str]]:
    """Give each split to its event; yield line, what and cure of each that has none. `drafts` are in order of lines."""
    at = 0
    for split in splits:
        while at < len(drafts) and drafts[at].line.line < split.line:
            at += 1
        above = drafts[at - 1] if at else None
        below = drafts[at : at + 2]
        delay = Split(line=split.line, delay=_frames(split, clock), picture_waits=split.picture_waits)
        if _written_out(below, delay):
            who = "VIDEO" if split.picture_waits else "AUDIO"
            below[0].remarks.insert(0, Remark(line=split.line, key="SPLIT", text=f"{who} DELAY= {split.delay}"))
            continue
        owner = next((one for one in (above, *below[:1]) if one is not None and _has_both(one)), None)
        if owner is None:
            cure = "take the line out, or put it below the event with picture and sound that it belongs to"
            yield split.line, "no event beside it carries picture and sound together", cure
        elif owner.split is not None:
            what = f"the event on line {owner.line.line} has a SPLIT already"
            yield split.line, what, "keep one of the two, or write sound and picture as two events"
        else:
            owner.split = delay


def _frames(split: SplitLine, clock: Clock) -> int:
    """Return the delay in label frames; a duration counts every label, so nothing is dropped."""
    label = split.delay
    return ((label.hours * 60 + label.minutes) * 60 + label.seconds) * clock.nominal + label.frames


def _has_both(draft: Draft) -> bool:
    channels = draft.channels
    return channels.picture and bool(channels.sound)


def _written_out(below: Sequence[Draft], split: Split) -> bool:
    """Return whether the two events below are the halves of the split, set apart by its delay already."""
    if len(below) < 2 or below[0].line.number != below[1].line.number:
        return False
    picture = [one for one in below if one.channels.picture and not one.channels.sound]
    sound = [one for one in below if one.channels.sound and not one.channels.picture]
    if len(picture) != 1 or len(sound) != 1 or picture[0].incoming.reel != sound[0].incoming.reel:
        return False
    waits, first = (picture[0], sound[0]) if split.picture_waits else (sound[0], picture[0])
    return waits.record.start - first.record.start == split.delay
