"""FCPXML, as Final Cut Pro and Resolve write it.

Times in it are rational seconds. An item's `offset` is where it stands in what holds it, its `start` where it begins in its
own time, which is that of its medium for a clip; what is connected to it counts its `offset` in that time. `lane` says how
far above (or below) it a connected item lies (Apple, "FCPXML Reference", Story Elements).
"""

from collections import defaultdict
from dataclasses import replace
from fractions import Fraction
from xml.etree.ElementTree import Element

from footage_manifest.timecode import Clock, TimecodeError
from footage_manifest.wording import shown
from pipeline.timeline.interchange_fcpx_clip import (
    Resources,
    channels_of,
    extent_of,
    is_dissolve,
    medium_of,
    plays,
    refuse_conformed,
    retimed,
    seconds,
    warn_of_effects,
)
from pipeline.timeline.interchange_fcpx_time import OwnTime, Window, packed
from pipeline.timeline.interchange_model import MAX_PIECES, Join, Piece, RefusedError, Remarks, Sequence
from pipeline.timeline.interchange_nesting import Line
from pipeline.timeline.interchange_xml import parse, place

_AGAIN = "export the timeline again"
_OPEN = "break it apart in the program before the export, or render it into a file of its own"
_PLAYING = {"asset-clip", "video", "audio", "title"}
_CLOSED = {
    "ref-clip": "a compound clip",
    "sync-clip": "a synchronised clip",
    "mc-clip": "a multicam clip",
    "audition": "an audition",
}
_STORY = {*_PLAYING, *_CLOSED, "clip", "gap", "spine"}


def read_fcpx(data: bytes, clock: Clock | None, remarks: Remarks) -> Sequence:
    """Return the one timeline in `data`. Raises RefusedError; what can be read past is refused in `remarks`."""
    del clock  # the file says how it counts
    root = parse(data)
    if root.tag != "fcpxml":
        cure = "export as FCPXML (.fcpxml), or as .xml, .otio or .edl under that suffix"
        raise RefusedError(place(root), f"this is {shown(root.tag)} and no FCPXML", cure)
    projects = list(root.iter("project"))
    if len(projects) != 1:
        where = place(projects[1] if projects else root)
        found = f"{len(projects)} projects" if projects else "no project"
        raise RefusedError(where, f"the file holds {found}", "export the one project that is the cut")
    sequence = projects[0].find("sequence")
    if sequence is None:
        raise RefusedError(place(projects[0]), "the project holds no timeline", _AGAIN)
    return _Reader(Resources.of(root), remarks, sequence).sequence(projects[0].get("name") or "")


class _Reader:
    """Reads one timeline. Pictures are laid on lanes, sounds wherever there is room."""

    def __init__(self, resources: Resources, remarks: Remarks, sequence: Element) -> None:
        self._resources = resources
        self._remarks = remarks
        self._sequence = sequence
        self._pictures: defaultdict[int, Line] = defaultdict(Line)
        self._sounds: list[Line] = []
        self._count = 0
        rate = resources.rate_of(sequence)
        if rate is None:
            raise RefusedError(place(sequence), "its format states no duration of a frame", _AGAIN)
        try:
            self._clock = Clock(rate, sequence.get("tcFormat") == "DF")
        except TimecodeError as error:
            raise RefusedError(place(sequence), str(error), _AGAIN) from None

    def sequence(self, title: str) -> Sequence:
        """Return the timeline with its tracks, pictures first."""
        spine = self._sequence.find("spine")
        if spine is None:
            raise RefusedError(place(self._sequence), "the timeline holds no spine", _AGAIN)
        start = seconds(self._sequence, "tcStart", Fraction(0)) * self._clock.rate
        if start.denominator != 1 or start < 0:
            raise RefusedError(place(self._sequence), "tcStart lies between two frames", _AGAIN)
        self._spine(spine, Fraction(0), 0)
        lanes = sorted(lane for lane, line in self._pictures.items() if line.pieces)
        pictures = [self._pictures[lane].track(sound=False, name=f"lane {lane}") for lane in lanes]
        return Sequence(
            title=title,
            clock=self._clock,
            start=start.numerator,
            tracks=(*pictures, *packed(self._sounds)),
        )

    def _spine(self, spine: Element, at: Fraction, lane: int) -> None:
        """Lay what a spine holds, its first instant `at` seconds into the timeline."""
        picture, sound = self._pictures[lane], Line()
        items = [item for item in spine if item.tag in _STORY or item.tag == "transition"]
        laid: dict[int, tuple[int | None, int | None]] = {}
        position = Fraction(0)
        for index, item in enumerate(items):
            if item.tag == "transition":
                continue
            position = seconds(item, "offset", position)
            before = len(picture.pieces), len(sound.pieces)
            length = self._safely(item, OwnTime(at, Fraction(0)), position, (picture, sound), lane)
            position += length
            laid[index] = (
                len(picture.pieces) - 1 if len(picture.pieces) > before[0] else None,
                len(sound.pieces) - 1 if len(sound.pieces) > before[1] else None,
            )
        for index, item in enumerate(items):
            if item.tag == "transition":
                self._transition(item, at, laid.get(index - 1), laid.get(index + 1), (picture, sound))
        if sound.pieces:
            self._sounds.append(sound)

    def _safely(
        self, item: Element, time: OwnTime, position: Fraction, lines: tuple[Line, Line], lane: int
    ) -> Fraction:
        """Lay one item of a spine, and return how long it lasts; what is wrong with it is refused and passed over."""
        try:
            self._item(item, time, position, lines, lane, None)
        except RefusedError as error:
            self._remarks.refuse(error.place, error.what, error.cure)
        try:
            return self._length(item)
        except RefusedError as error:
            self._remarks.refuse(error.place, error.what, error.cure)
            return Fraction(0)

    # ---------------------------------------------------------------------------------------------------------------- items

    def _item(
        self,
        item: Element,
        time: OwnTime,
        offset: Fraction,
        lines: tuple[Line, Line],
        lane: int,
        bounds: Window | None,
    ) -> None:
        """Lay an item that stands at `offset` of what holds it, whose time is `time`, and all that is connected to it.

        With `bounds` it is the content of a clip, which shows no more than its own length of it.
        """
        self._count += 1
        if self._count > MAX_PIECES:
            raise RefusedError(place(item), f"a timeline may have {MAX_PIECES} clips", "split it into several")
        if item.tag in _CLOSED:
            raise RefusedError(place(item), f"it is {_CLOSED[item.tag]}, which is not read", _OPEN)
        if time.speed == 1:
            at = time.second_of(offset)
            window = Window(at, at + self._length(item)).within(bounds)
            second, own = at, self._start(item)
        else:  # the content of a clip that is retimed: it is as long as the clip shows it
            assert bounds is not None  # noqa: S101 - only clips are retimed, and they bound
            window = bounds
            second, own = bounds.start, self._start(item) + time.at(bounds.start) - offset
        if item.get("enabled") == "0":
            self._remarks.lose(place(item), "a disabled clip is left out")
        elif window.start < window.end:
            warn_of_effects(item, self._remarks)
            inner = self._retimed(item, OwnTime(second, own, time.speed))
            self._play(item, inner, window, lines, lane, contained=bounds is not None)
        if bounds is None:
            self._connected(item, OwnTime(second, own), lane)

    def _retimed(self, item: Element, time: OwnTime) -> OwnTime:
        """Return the time that runs inside an item, a change of speed of its own included."""
        mapped = retimed(item, time.own)
        if mapped is None:
            return time
        return OwnTime(time.second, mapped[0], time.speed * mapped[1])

    def _play(
        self, item: Element, time: OwnTime, window: Window, lines: tuple[Line, Line], lane: int, *, contained: bool
    ) -> None:
        if item.tag in _PLAYING:
            self._pieces(item, time, window, lines)
        for child in item:
            if child.tag not in _STORY:
                continue
            if child.get("lane") is None and item.tag == "clip":
                self._item(child, time, seconds(child, "offset", Fraction(0)), lines, lane, window)
            elif contained and child.tag != "spine":
                sound = Line()
                self._item(child, time, seconds(child, "offset", Fraction(0)), (lines[0], sound), lane, window)
                self._keep(sound)

    def _pieces(self, item: Element, time: OwnTime, window: Window, lines: tuple[Line, Line]) -> None:
        asset = self._resources.of_ref(item)
        refuse_conformed(item, self._resources, asset, self._clock.rate)
        medium = medium_of(item, self._resources, asset, self._clock)
        source = time.at(window.start)
        if medium is not None and asset is not None:
            source -= seconds(asset, "start", Fraction(0)) if medium.start is not None else 0
        if time.speed < 0 and medium is not None:
            source -= 1 / medium.clock.rate  # backwards, an instant is the end of the frame that is shown
        piece = Piece(
            place=place(item), start=window.start, end=window.end, medium=medium, source=source, speed=time.speed
        )
        if plays(item, asset, "video"):
            lines[0].add([piece])
        if plays(item, asset, "audio"):
            lines[1].add([replace(piece, channels=channels_of(item))])

    def _connected(self, item: Element, time: OwnTime, lane: int) -> None:
        """Lay what is connected to an item; `time` is the item's own, without any change of its speed."""
        for child in item:
            if child.tag not in _STORY or child.get("lane") is None:
                continue
            above = lane + self._lane(child)
            offset = seconds(child, "offset", Fraction(0))
            if child.tag == "spine":
                self._spine(child, time.second_of(offset), above)
                continue
            sound = Line()
            try:
                self._item(child, time, offset, (self._pictures[above], sound), above, None)
            except RefusedError as error:
                self._remarks.refuse(error.place, error.what, error.cure)
            self._keep(sound)

    def _keep(self, sound: Line) -> None:
        if sound.pieces:
            self._sounds.append(sound)

    def _lane(self, item: Element) -> int:
        written = item.get("lane") or ""
        if not written.removeprefix("-").isdecimal() or len(written) > 5:
            raise RefusedError(place(item), f"{shown(written)} is no lane", _AGAIN)
        return int(written)

    def _length(self, item: Element) -> Fraction:
        found = seconds(item, "duration", Fraction(-1))
        if found < 0:
            asset = self._resources.of_ref(item)
            found = seconds(asset, "duration", Fraction(-1)) if asset is not None else found
        if found < 0:
            raise RefusedError(place(item), "it does not say how long it lasts", _AGAIN)
        return found

    def _start(self, item: Element) -> Fraction:
        """Return an item's first instant in its own time: its medium's first where it does not say."""
        asset = self._resources.of_ref(item)
        return seconds(item, "start", seconds(asset, "start", Fraction(0)) if asset is not None else Fraction(0))

    # ---------------------------------------------------------------------------------------------------------- transitions

    def _transition(
        self,
        item: Element,
        at: Fraction,
        before: tuple[int | None, int | None] | None,
        after: tuple[int | None, int | None] | None,
        lines: tuple[Line, Line],
    ) -> None:
        """Lay a transition of a spine: what stands beside it goes on under it."""
        try:
            offset, length = extent_of(item)
            start, end = at + offset, at + offset + length
            for kind, line in enumerate(lines):
                if not is_dissolve(item, ("video", "audio")[kind]):
                    continue
                leaves, enters = (one[kind] if one is not None else None for one in (before, after))
                if leaves is None and enters is None:
                    continue
                if leaves is not None:
                    line.pieces[leaves] = line.pieces[leaves].trimmed(line.pieces[leaves].start, end)
                if enters is not None:
                    line.pieces[enters] = line.pieces[enters].trimmed(start, line.pieces[enters].end)
                line.join(Join(place=place(item), start=start, end=end, leaves=leaves, enters=enters))
        except RefusedError as error:
            self._remarks.refuse(error.place, error.what, error.cure)
