"""Final Cut Pro 7 XML ("xmeml"), as Premiere, Resolve and Final Cut write it.

Times in it: a clip's `start` and `end` count frames of its timeline, -1 where a transition decides; its `in` and `out` count
frames of the clip's own rate from the first frame of its medium, the part that a transition covers included (Apple, "Final
Cut Pro XML Interchange Format", Clip Items and Transitions).
"""

from dataclasses import dataclass
from fractions import Fraction
from xml.etree.ElementTree import Element

from footage_manifest.timecode import Clock
from footage_manifest.wording import listed, shown
from pipeline.timeline.interchange_fcp7_clip import (
    Definitions,
    clock_of,
    medium_of,
    rate_of,
    start_of,
    timed,
    transition_of,
    warn_of_effects,
)
from pipeline.timeline.interchange_model import MAX_PIECES, Join, Piece, RefusedError, Remarks, Sequence, Track
from pipeline.timeline.interchange_nesting import Line, heard, part, seen
from pipeline.timeline.interchange_xml import is_true, parse, place, text, whole
from pipeline.timeline.wording import seconds_text

_MAX_NESTING = 12


def read_fcp7(data: bytes, clock: Clock | None, remarks: Remarks) -> Sequence:
    """Return the one timeline in `data`. Raises RefusedError; what can be read past is refused in `remarks`."""
    del clock  # the file says how it counts
    root = parse(data)
    if root.tag != "xmeml":
        cure = "export as Final Cut Pro 7 XML (.xml), or as .fcpxml, .otio or .edl under that suffix"
        raise RefusedError(place(root), f"this is {shown(root.tag)} and no Final Cut Pro 7 XML", cure)
    found = list(_sequences(root))
    if len(found) != 1:
        names = listed(shown(text(one, "name")) for one in found[:5]) if found else ""
        what = f"the file holds {len(found)} timelines: {names}" if found else "the file holds no timeline"
        raise RefusedError(place(found[1] if found else root), what, "export the one timeline that is the cut")
    return _Reader(Definitions.of(root), remarks).sequence(found[0])


def _sequences(element: Element) -> list[Element]:
    """Return the timelines of a file, bins and projects opened, nested ones left where they are."""
    found: list[Element] = []
    for child in element:
        if child.tag == "sequence":
            found.append(child)
        elif child.tag in {"project", "bin", "children"}:
            found += _sequences(child)
    return found


@dataclass(slots=True)
class _Item:
    """A clip or transition of a track, `start` and `end` in frames of the timeline, None where a transition decides."""

    element: Element
    start: int | None
    end: int | None


class _Reader:
    """Reads timelines, nested ones as often as they are used."""

    def __init__(self, definitions: Definitions, remarks: Remarks) -> None:
        self._definitions = definitions
        self._remarks = remarks
        self._inside: list[Element] = []
        self._count = 0
        self._output: int | None = None
        self._written = Fraction(0)

    def sequence(self, element: Element) -> Sequence:
        """Return a timeline with its tracks, pictures first."""
        element = self._definitions.whole(element)
        clock = clock_of(element)
        start = start_of(element, clock) or 0
        if element.find("marker") is not None:
            self._remarks.lose(place(element), "markers are not carried")
        tracks = [track for kind in ("video", "audio") for track in self._tracks(element, kind, clock)]
        return Sequence(title=text(element, "name"), clock=clock, start=start, tracks=tuple(tracks))

    def _tracks(self, element: Element, kind: str, clock: Clock) -> list[Track]:
        """Return the tracks of one kind. Those into which Premiere takes a stereo track apart are one again."""
        tracks: list[Track] = []
        for number, element_of_track in enumerate(element.findall(f"media/{kind}/track"), 1):
            name = f"{'picture' if kind == 'video' else 'sound'} track {number}"
            track = self._whole_track(element_of_track, clock, name, sound=kind == "audio")
            if tracks and (element_of_track.get("currentExplodedTrackIndex") or "0") != "0":
                track = _together(tracks.pop(), track)
            tracks.append(track)
        return tracks

    def _whole_track(self, track: Element, clock: Clock, name: str, *, sound: bool) -> Track:
        try:
            return self._track(track, clock, name, sound=sound)
        except RefusedError as error:
            self._remarks.refuse(error.place, error.what, error.cure)
            return Track(sound=sound, pieces=(), name=name)

    def _track(self, track: Element, clock: Clock, name: str, *, sound: bool) -> Track:
        if not is_true(track, "enabled", unless_said=True):
            if track.find("clipitem") is not None:
                self._remarks.lose(place(track), f"{name} is disabled and left out")
            return Track(sound=sound, pieces=(), name=name)
        line = Line()
        exploded = track.get("currentExplodedTrackIndex") or ""
        self._output = int(exploded) + 1 if exploded.isdecimal() and len(exploded) < 3 else None
        items = [self._item(one) for one in track if one.tag in {"clipitem", "generatoritem", "transitionitem"}]
        laid: dict[int, tuple[int, int]] = {}
        for index, item in enumerate(items):
            if item.element.tag == "transitionitem":
                continue
            made = self._laid(items, index, clock, sound=sound)
            added = line.add(made.pieces, made.joins) if made is not None else None
            if added is not None:
                laid[index] = added
        for index, item in enumerate(items):
            if item.element.tag == "transitionitem":
                join = self._join(items, index, clock, laid)
                if join is not None:
                    line.join(join)
        return line.track(sound=sound, name=name)

    def _item(self, element: Element) -> _Item:
        self._count += 1
        if self._count > MAX_PIECES:
            raise RefusedError(place(element), f"a timeline may have {MAX_PIECES} clips", "split it into several")
        start, end = whole(element, "start"), whole(element, "end")
        return _Item(element, None if start in {None, -1} else start, None if end in {None, -1} else end)

    # ---------------------------------------------------------------------------------------------------------------- clips

    def _laid(self, items: list[_Item], index: int, clock: Clock, *, sound: bool) -> Track | None:
        """Return what a clip puts on its track, None where it is left out or refused."""
        element = items[index].element
        if not is_true(element, "enabled", unless_said=True):
            self._remarks.lose(place(element), "a disabled clip is left out")
            return None
        try:
            return self._clip(element, self._extent(items, index, clock), clock, sound=sound)
        except RefusedError as error:
            self._remarks.refuse(error.place, error.what, error.cure)
            return None

    def _extent(self, items: list[_Item], index: int, clock: Clock) -> tuple[Fraction, Fraction, Fraction]:
        """Return start and end in seconds, what transitions cover included, and how much of that lies before `in`.

        A clip whose edge is written although a transition reaches beyond it goes on under the transition.
        """
        item = items[index]
        before = items[index - 1] if index and items[index - 1].element.tag == "transitionitem" else None
        after = items[index + 1] if index + 1 < len(items) else None
        after = after if after is not None and after.element.tag == "transitionitem" else None
        starts, ends = [item.start], [item.end]
        if before is not None and before.start is not None and before.end is not None:
            if item.start is None:
                starts = [before.start]
            elif before.start <= item.start < before.end:
                starts.append(before.start)
        if after is not None and after.end is not None and after.start is not None:
            if item.end is None:
                ends = [after.end]
            elif after.start < item.end <= after.end:
                ends.append(after.end)
        known_starts = [one for one in starts if one is not None]
        known_ends = [one for one in ends if one is not None]
        if not known_starts or not known_ends:
            what = "nothing says where it begins or ends: -1 is written, and no transition stands beside it"
            raise RefusedError(place(item.element), what, "export the timeline again")
        start, end = min(known_starts), max(known_ends)
        if end < start:
            raise RefusedError(place(item.element), f"it ends at {end} before it begins at {start}", "export it again")
        lead = Fraction(known_starts[0] - start) / clock.rate
        self._written = (Fraction(known_ends[0]) - known_starts[0]) / clock.rate
        return start / clock.rate, end / clock.rate, lead

    def _clip(
        self, element: Element, extent: tuple[Fraction, Fraction, Fraction], clock: Clock, *, sound: bool
    ) -> Track | None:
        start, end, lead = extent
        if start == end:
            return None
        _refuse_unclear(element)
        warn_of_effects(element, self._remarks)
        rate = rate_of(element) or clock.rate
        times = timed(element, rate)
        self._check_length(element, times.length, Fraction(0) if rate == clock.rate else max(1 / rate, 1 / clock.rate))
        source = times.source - lead * times.speed
        nested = element.find("sequence")
        if nested is not None:
            return self._nested(element, nested, source, (start, end, times.speed), sound=sound)
        medium = medium_of(element, self._definitions, rate, clock)
        channels: tuple[int, ...] = ()
        if sound and medium is not None:
            channel = whole(element, "sourcetrack/trackindex")
            channels = (channel,) if channel else (1,) if medium.channels == 1 else ()
        piece = Piece(
            place=place(element),
            start=start,
            end=end,
            medium=medium,
            source=source,
            speed=times.speed,
            channels=channels,
        )
        return Track(sound=sound, pieces=(piece,))

    def _check_length(self, element: Element, length: Fraction | None, slack: Fraction) -> None:
        """Refuse a clip whose `in` and `out` are not as far apart as its edges: a frame less or more where rates differ."""
        if length is None or abs(length - self._written) <= slack:
            return
        what = f"its source lasts {seconds_text(length)} and it {seconds_text(self._written)} in the timeline"
        raise RefusedError(place(element), what, "make them equal, or state the change of speed")

    def _nested(
        self, element: Element, nested: Element, source: Fraction, extent: tuple[Fraction, ...], *, sound: bool
    ) -> Track:
        """Return the part of a nested timeline that a clip plays."""
        where = place(element)
        start, end, speed = extent
        if speed != 1:
            raise RefusedError(where, "it is a nested timeline at another speed", "render it into a file of its own")
        nested = self._definitions.whole(nested)
        if nested in self._inside or len(self._inside) >= _MAX_NESTING:
            raise RefusedError(where, "it is nested in itself, or too deep", "replace it by its clips")
        self._inside.append(nested)
        own_output = self._output
        try:
            clock = clock_of(nested)
            if not sound:
                track = seen(self._tracks(nested, "video", clock), where)
            else:
                output = whole(element, "sourcetrack/trackindex") or own_output
                feeding = [one for one in nested.findall("media/audio/track") if _feeds(one, output)]
                layers = [self._whole_track(one, clock, "a nested sound track", sound=True) for one in feeding]
                track = heard(layers, where)
        finally:
            self._inside.pop()
            self._output = own_output
        return part(track, source, source + end - start, start, where)

    # ---------------------------------------------------------------------------------------------------------- transitions

    def _join(self, items: list[_Item], index: int, clock: Clock, laid: dict[int, tuple[int, int]]) -> Join | None:
        item = items[index]
        where = place(item.element)
        if item.start is None or item.end is None or item.end <= item.start:
            raise RefusedError(
                where, "the transition does not say where it begins and ends", "export the timeline again"
            )
        alignment = text(item.element, "alignment")
        before, after = laid.get(index - 1), laid.get(index + 1)
        leaves = before[1] if before is not None and alignment != "start-black" else None
        enters = after[0] if after is not None and alignment != "end-black" else None
        kind, code = transition_of(item.element)
        return Join(
            place=where,
            start=item.start / clock.rate,
            end=item.end / clock.rate,
            kind=kind,
            code=code,
            leaves=leaves if leaves is not None and _touches(items[index - 1].end, item) else None,
            enters=enters if enters is not None and _touches(items[index + 1].start, item) else None,
        )


def _refuse_unclear(element: Element) -> None:
    """Raise RefusedError for a clip of which programs disagree what its times mean, or which of its angles is seen."""
    cure = "replace it by its clip in the program, or render it into a file of its own"
    if element.find("multiclip") is not None:
        raise RefusedError(place(element), "it is a multicam clip, which is not read", cure)
    if whole(element, "subclipinfo/startoffset"):
        raise RefusedError(place(element), "it is a subclip, whose times some programs count from its own start", cure)


def _together(first: Track, second: Track) -> Track:
    line = Line()
    line.add(first.pieces, first.joins)
    line.add(second.pieces, second.joins)
    return line.track(sound=first.sound, name=first.name)


def _touches(edge: int | None, transition: _Item) -> bool:
    return edge is None or (transition.start or 0) <= edge <= (transition.end or 0)


def _feeds(track: Element, output: int | None) -> bool:
    """Return whether a sound track of a nested timeline is heard on one of its outputs."""
    return output is None or whole(track, "outputchannelindex") in {None, output}
