"""Lists of events as CMX3600 lists: one for each picture track, sound beside a picture where its channels are free."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from math import floor

from footage_manifest.timecode import Clock, Label
from footage_manifest.wording import shown
from pipeline.timeline.edl_lines import BLACK_REEL, Channels, Remark
from pipeline.timeline.edl_model import Edl, Event, Motion, Side
from pipeline.timeline.export_markers import Marker
from pipeline.timeline.export_plan import Lost, clock_of, where
from pipeline.timeline.relink import AUXILIARY_REEL
from pipeline.timeline.speed import speed_of

_MOST_CHANNELS = 9
_PLAIN_REEL = 8
_MOST_NUMBER = 999
_MOST_SIGNS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenList:
    """One list as text; `suffix` tells it from the others of the cut: empty, `.v2`, `.a2`."""

    suffix: str
    text: str


def write_edls(
    edls: Sequence[Edl], *, title: str, clock: Clock, lost: Lost, markers: Sequence[Marker] = ()
) -> tuple[WrittenList, ...]:
    """Return the lists, record labels on `clock`. What a list cannot carry is added to `lost`.

    Markers become `LOC` comments, as Media Composer writes them, after the event that they mark.
    """
    made: list[WrittenList] = []
    pictures = sounds = 0
    groups = list(_grouped(edls))
    marked = _marked([events for events, _ in groups], markers)
    for events, has_picture in groups:
        pictures, sounds = pictures + has_picture, sounds + (not has_picture)
        number = pictures if has_picture else sounds
        suffix = "" if not made else f".{'v' if has_picture else 'a'}{number}"
        head = () if made else [remark for edl in edls for remark in edl.remarks]
        made.append(WrittenList(suffix=suffix, text=_Writer(clock, lost, marked).text(events, title, head)))
    if pictures > 1:
        lost.add("a list holds one picture track: the upper ones are lists of their own")
    return tuple(made)


def _grouped(edls: Sequence[Edl]) -> Iterator[tuple[list[Event], bool]]:
    """Yield the events of each list to write, in order of record time, and whether they carry pictures."""
    groups: list[list[Event]] = []
    for edl in edls:
        if not edl.events:
            continue
        has_picture = any(event.channels.picture for event in edl.events)
        home = None if has_picture else next((one for one in groups if _is_free(one, edl.events)), None)
        if home is None:
            groups.append(list(edl.events))
        else:
            home.extend(edl.events)
    for group in groups:
        has_picture = any(event.channels.picture for event in group)
        yield sorted(group, key=lambda event: (event.record.start, not event.channels.picture)), has_picture


def _marked(groups: Sequence[Sequence[Event]], markers: Sequence[Marker]) -> dict[int, list[Marker]]:
    """Return the markers by the identity of their event: what is seen at the frame, else heard, else came before it."""
    marked: dict[int, list[Marker]] = {}
    events = [(-number, event) for number, group in enumerate(groups) for event in group]

    def nearness(one: tuple[int, Event], frame: int) -> tuple[bool, bool, bool, int, int]:
        event = one[1]
        begun, goes_on = event.record.start <= frame, frame < event.record.end
        return begun and goes_on, begun, event.channels.picture, one[0], event.record.start

    for marker in markers if events else ():
        _, event = max(events, key=lambda one: nearness(one, marker.frame))
        marked.setdefault(id(event), []).append(marker)
    return marked


def _is_free(group: Sequence[Event], events: Sequence[Event]) -> bool:
    """Return whether no channel would be occupied twice."""
    for lane in range(1, _MOST_CHANNELS + 1):
        spans = sorted(
            (event.record.start, event.record.end) for event in (*group, *events) if lane in _sound(event.channels)
        )
        if any(after[0] < before[1] for before, after in pairwise(spans)):
            return False
    return True


def _sound(channels: Channels) -> tuple[int, ...]:
    """Return the channels that are written: what plays a reel's own choice goes onto the first two."""
    return (1, 2) if channels.whole else channels.sound


class _Writer:
    def __init__(self, clock: Clock, lost: Lost, marked: Mapping[int, Sequence[Marker]]) -> None:
        self._clock = clock
        self._lost = lost
        self._marked = marked

    def text(self, events: Sequence[Event], title: str, head: Sequence[Remark]) -> str:
        """Return a list, its head with the remarks that stand in it."""
        mode = "DROP FRAME" if self._clock.drop else "NON-DROP FRAME"
        lines = [f"TITLE: {_one_line(title) or 'UNTITLED'}", f"FCM: {mode}", *map(_comment, head), ""]
        written = [event.number for event in events]
        kept = all(number.isascii() and number.isdigit() and len(number) <= 6 for number in written)
        kept = kept and len(set(written)) == len(written)
        if not kept and any(written):
            self._lost.add("event numbers are counted anew")
        for count, event in enumerate(events, 1):
            number = event.number if kept else f"{count:03}"
            if int(number) > _MOST_NUMBER:
                self._lost.add("there are event numbers above 999, which old machines do not read")
            lines += [*self._event(event, number), ""]
        return "\n".join(lines).rstrip("\n") + "\n"

    def _event(self, event: Event, number: str) -> Iterator[str]:
        channels = _sound(event.channels)
        if event.channels.whole:
            self._lost.add("a list names channels: a reel's own choice of sound is written as channels 1 and 2")
        code, more = _code(replace(event.channels, sound=channels))
        record = self._clock.label(event.record.start), self._clock.label(event.record.end)
        if event.outgoing is not None:
            side = event.outgoing
            begins = self._label(side, side.source_in)
            yield _line(number, self._reel(side, event), code, "C    ", (begins, begins, record[0], record[0]))
        transition = event.transition.code
        if event.transition.frames:
            transition = f"{transition:<4} {event.transition.frames:03}"
        side = event.incoming
        source = self._label(side, side.source_in), self._label(side, side.source_out)
        if side.span is not None and (side.span[0] * clock_of(side, self._clock).rate).denominator != 1:
            self._lost.add("a source in between two frames is written as the frame before it", where(event))
        yield _line(number, self._reel(side, event), code, transition, (*source, *record))
        yield from self._comments(event, more)
        yield from map(self._marker, self._marked.get(id(event), ()))

    def _comments(self, event: Event, more: tuple[int, ...]) -> Iterator[str]:
        if more:
            yield f"AUD  {' '.join(map(str, more))}"
        if event.split is not None:
            who = "VIDEO" if event.split.picture_waits else "AUDIO"
            yield f"SPLIT:    {who} DELAY=  {_duration(event.split.delay, self._clock)}"
        sides = (("FROM", event.outgoing), ("TO", event.incoming)) if event.outgoing else (("FROM", event.incoming),)
        for role, side in sides:
            if side.names:
                yield f"* {role} CLIP NAME: {_one_line(side.names[0])}"
            if side.motion is not None:
                yield self._speed(event, side, side.motion)
        yield from map(_comment, event.remarks)

    def _marker(self, marker: Marker) -> str:
        label = self._clock.label(marker.frame)
        said = f"{marker.name}: {marker.text}" if marker.name else marker.text
        text = _one_line(said)
        if len(" ".join(said.split())) > _MOST_SIGNS:
            self._lost.add(f"markers of more than {_MOST_SIGNS} characters are cut off", str(label))
        return f"* LOC: {label} RED     {text}"

    def _speed(self, event: Event, side: Side, motion: Motion) -> str:
        clock = clock_of(side, self._clock)
        frames = motion.frames_a_second if motion.speed is None else motion.speed * clock.nominal
        text = _decimal(frames)
        if speed_of(Motion(line=1, frames_a_second=Fraction(text)), clock) != speed_of(motion, clock):
            self._lost.add("speeds are rounded to six decimals of a frame a second", where(event))
        return f"M2   {self._reel(side, event):<8}       {text:>10}                {self._label(side, side.source_in)}"

    def _reel(self, side: Side, event: Event) -> str:
        reel = " ".join(_one_line(side.reel).split())
        if not reel:
            return AUXILIARY_REEL
        if reel != side.reel:
            self._lost.add("reel names are written on one line, with single spaces", where(event))
        if len(reel) > _PLAIN_REEL:
            self._lost.add("reel names are longer than 8 characters, which old machines cut off", shown(reel))
        return reel

    def _label(self, side: Side, label: Label) -> Label:
        """Return a source label with the punctuation that says how it counts."""
        drop = label.drop if side.drop is None else side.drop
        if side.reel != BLACK_REEL and (clock_of(side, self._clock).rate, drop) != (self._clock.rate, self._clock.drop):
            what = (
                "source labels of these reels count otherwise than the list: state their timecode_rate where it is read"
            )
            self._lost.add(what, shown(side.reel))
        return replace(label, drop=drop)


def _comment(remark: Remark) -> str:
    text = _one_line(remark.text)
    return f"* {_one_line(remark.key)}: {text}" if remark.key else f"* {text}"


def _line(number: str, reel: str, channels: str, transition: str, labels: Sequence[Label]) -> str:
    return f"{number:<6} {reel:<8} {channels:<5} {transition:<8} {' '.join(map(str, labels))}"


def channel_column(channels: Channels) -> str:
    """Return channels as a list's column writes them, all of them: `V`, `AA/V`, `A3`, `AA/A3/A4`."""
    code, more = _code(channels)
    return "/".join([code, *(f"A{channel}" for channel in more)])


def _code(channels: Channels) -> tuple[str, tuple[int, ...]]:
    """Return the channel column, and the channels that an AUD line has to add."""
    sound = channels.sound
    if not sound:
        return ("V" if channels.picture else "NONE"), ()
    if sound[:2] == (1, 2):
        return ("AA/V" if channels.picture else "AA"), sound[2:]
    if sound[0] == 1:
        return ("B" if channels.picture else "A"), sound[1:]
    first = f"A{sound[0]}"
    return (f"{first}/V" if channels.picture else first), sound[1:]


def _one_line(text: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[:_MOST_SIGNS]


def _duration(frames: int, clock: Clock) -> Label:
    seconds, rest = divmod(frames, clock.nominal)
    return Label(seconds // 3600, seconds // 60 % 60, seconds % 60, rest)


def _decimal(number: Fraction) -> str:
    millionths = floor(abs(number) * 10**6 + Fraction(1, 2))
    whole, rest = divmod(millionths, 10**6)
    decimals = f"{rest:06}".rstrip("0").ljust(1, "0")
    return f"{'-' if number < 0 else ''}{whole:03}.{decimals}"
