"""OpenTimelineIO's own files (.otio), read from their JSON.

The library itself is not asked to read them: its native reader ends the whole process on damaged files, and its times are
floating-point numbers. The schema is theirs (Timeline.1, Stack.1, Track.1, Clip.1 and .2, Gap.1, Transition.1); a transition
covers `in_offset` before the cut and `out_offset` after it.
"""

from fractions import Fraction

from footage_manifest.timebase import STANDARD_RATES
from footage_manifest.timecode import Clock, TimecodeError
from footage_manifest.wording import shown
from pipeline.timeline.interchange_json import Object, parse
from pipeline.timeline.interchange_model import RefusedError, Remarks, Sequence
from pipeline.timeline.interchange_otio_clip import OWN, children, inside, place, schema, time
from pipeline.timeline.interchange_otio_clip import text as text_of
from pipeline.timeline.interchange_otio_tracks import COMPOSITIONS, TrackReader

_AGAIN = "export the timeline again"


def read_otio(data: bytes, clock: Clock | None, remarks: Remarks) -> Sequence:
    """Return the one timeline in `data`; `clock` is the film's, None where the file has to say itself how it counts.

    Raises RefusedError; what can be read past is refused in `remarks`.
    """
    root = parse(data)
    timeline = _timeline(root)
    stack = timeline.get("tracks")
    if not isinstance(stack, Object) or schema(stack) not in COMPOSITIONS:
        raise RefusedError(place(timeline), "the timeline holds no tracks", _AGAIN)
    reader = TrackReader(remarks, _drop(timeline, clock))
    tracks = reader.tracks(stack)
    own = _clock(timeline, reader.rates, clock)
    start = time(timeline, "global_start_time")
    return Sequence(
        title=text_of(timeline, "name"),
        clock=own,
        start=_start(timeline, Fraction(0) if start is None else start[0], own),
        tracks=(*(one for one in tracks if not one.sound), *(one for one in tracks if one.sound)),
        states_drop="drop_frame" in inside(timeline, "metadata", OWN),
    )


def _timeline(root: Object) -> Object:
    kind = schema(root)
    if kind == "Timeline":
        return root
    if kind == "SerializableCollection":
        found = [one for one in children(root) if schema(one) == "Timeline"]
        if len(found) == 1:
            return found[0]
        cure = "export the one timeline that is the cut"
        raise RefusedError(place(root), f"the file holds {len(found)} timelines", cure)
    raise RefusedError(place(root), f"the file holds {shown(kind)} and no timeline", "export the timeline")


def _drop(timeline: Object, clock: Clock | None) -> bool:
    stated = inside(timeline, "metadata", OWN).get("drop_frame")
    return stated if isinstance(stated, bool) else clock is not None and clock.drop


def _clock(timeline: Object, rates: set[Fraction], film: Clock | None) -> Clock:
    """Return how the timeline counts: at its start's rate, else at that of all of its clips. Raises RefusedError."""
    start = time(timeline, "global_start_time")
    rate = start[1] if start is not None else next(iter(rates)) if len(rates) == 1 else None
    if film is not None and (rate is None or rate not in STANDARD_RATES):
        return film
    if rate is None:
        what = "the timeline holds no clip and does not say at which rate it counts"
        if rates:
            what = "its clips count frames at several rates, and nothing says which is the timeline's"
        raise RefusedError(place(timeline), what, "say it with --rate, or export the timeline with its start")
    try:
        return Clock(rate, _drop(timeline, film) and (film is None or film.rate == rate))
    except TimecodeError as error:
        raise RefusedError(place(timeline), str(error), _AGAIN) from None


def _start(timeline: Object, seconds: Fraction, clock: Clock) -> int:
    frames = seconds * clock.rate
    if frames.denominator != 1 or frames < 0:
        what = "the timeline starts between two frames, or before midnight"
        raise RefusedError(place(timeline), what, "let it start on a frame")
    return frames.numerator
