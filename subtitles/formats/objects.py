"""pysrt's objects in and out, for people who script with that library."""

from collections.abc import Iterable, Sequence
from typing import Any

import pysrt

from subtitles.cue import Cue

_ID = "cue_id"


def from_pysrt(subs: Iterable[Any]) -> tuple[Cue, ...]:
    """Return the items of a `pysrt.SubRipFile`, or of any sequence of `SubRipItem`, as cues in their order.

    Times are milliseconds on the clock of the items; line ends within a text become LF. An item made by `to_pysrt` keeps
    its cue's id, whatever its number and text have become. Numbers and coordinates stay behind: a cue has none.
    """
    return tuple(
        Cue(
            id=getattr(item, _ID, ""),
            start_ms=item.start.ordinal,
            end_ms=item.end.ordinal,
            text=str(item.text).replace("\r\n", "\n").replace("\r", "\n"),
        )
        for item in subs
    )


def to_pysrt(cues: Sequence[Cue]) -> Any:
    """Return a `pysrt.SubRipFile` with an item for each cue, in the order given, numbered from 1.

    `from_pysrt` gives the same cues back, ids included: each item has its cue's in the attribute `cue_id`.
    """
    items = []
    for number, cue in enumerate(cues, start=1):
        start, end = (pysrt.SubRipTime(milliseconds=ms) for ms in (cue.start_ms, cue.end_ms))
        item = pysrt.SubRipItem(index=number, start=start, end=end, text=cue.text)
        setattr(item, _ID, cue.id)
        items.append(item)
    return pysrt.SubRipFile(items=items)
