"""The tracks of an .otio file: clips, gaps, transitions and nested timelines laid one after the other."""

import re
from dataclasses import replace
from fractions import Fraction

from footage_manifest.wording import shown
from pipeline.timeline.edl_lines import TransitionKind
from pipeline.timeline.interchange_json import Object
from pipeline.timeline.interchange_model import MAX_PIECES, Join, Piece, RefusedError, Remarks, Track
from pipeline.timeline.interchange_nesting import Line, heard, part, seen
from pipeline.timeline.interchange_otio_clip import (
    FASTEST,
    OWN,
    children,
    inside,
    medium_of,
    medium_range,
    place,
    range_of,
    schema,
    speed_of,
    time,
)
from pipeline.timeline.interchange_otio_clip import text as text_of

COMPOSITIONS = frozenset({"Stack", "Track", "Sequence"})
_AGAIN = "export the timeline again"


class TrackReader:
    """Reads tracks. `rates` are those that lengths are counted in."""

    def __init__(self, remarks: Remarks, drop: bool) -> None:  # noqa: FBT001 - private
        self.rates: set[Fraction] = set()
        self._remarks = remarks
        self._drop = drop
        self._count = 0

    def tracks(self, stack: Object) -> list[Track]:
        """Return the tracks of a timeline's stack, the lowest first. Raises RefusedError."""
        if schema(stack) != "Stack":
            return [self._safe_track(stack)]
        if stack.get("source_range") is not None:
            raise RefusedError(place(stack), "the timeline's stack of tracks is trimmed", "trim its tracks instead")
        return [self._safe_track(child) for child in children(stack)]

    def _safe_track(self, child: Object) -> Track:
        sound = text_of(child, "kind") == "Audio"
        try:
            if schema(child) in {"Track", "Sequence"}:
                return self._track(child)
            line = Line()
            self._lay(line, child, Fraction(0), sound=False)
            return line.track(sound=False)
        except RefusedError as error:
            self._remarks.refuse(error.place, error.what, error.cure)
            return Track(sound=sound, pieces=(), name=text_of(child, "name"))

    def _track(self, track: Object) -> Track:
        kind = text_of(track, "kind") or "Video"
        if kind not in {"Video", "Audio"}:
            raise RefusedError(place(track), f"a track of kind {shown(kind)} is neither picture nor sound", "remove it")
        sound, name = kind == "Audio", text_of(track, "name")
        if track.get("enabled") is False:
            self._remarks.lose(place(track), "a disabled track is left out")
            return Track(sound=sound, pieces=(), name=name)
        self._lost(track)
        line, at = Line(), Fraction(0)
        items = children(track)
        laid: dict[int, tuple[int, int]] = {}
        cuts: dict[int, Fraction] = {}
        for index, item in enumerate(items):
            cuts[index] = at
            if schema(item) == "Transition":
                continue
            base = len(line.pieces)
            at += self._lay(line, item, at, sound=sound)
            if len(line.pieces) > base:
                laid[index] = (base, len(line.pieces) - 1)
        for index, item in enumerate(items):
            if schema(item) == "Transition":
                self._join(line, item, cuts[index], laid.get(index - 1), laid.get(index + 1))
        whole = line.track(sound=sound, name=name)
        trimmed = range_of(track, "source_range")
        if trimmed is None:
            return whole
        start, end = _ends(trimmed)
        if end - start == at and (end <= 0 or start >= at):
            # An adapter for EDLs once wrote the record start here, as if nothing of the track were used.
            self._remarks.lose(place(track), "the track's range lies wholly outside of it and is passed over")
            return whole
        return replace(part(whole, start, end, Fraction(0), place(track)), name=name)

    def _lay(self, line: Line, item: Object, at: Fraction, *, sound: bool) -> Fraction:
        """Lay an item `at` seconds into its track, and return how long it lasts there."""
        self._count += 1
        if self._count > MAX_PIECES:
            raise RefusedError(place(item), f"a timeline may have {MAX_PIECES} clips", "split it into several")
        kind = schema(item)
        if kind in {"Gap", "Filler"}:
            return self._length(item, range_of(item, "source_range"))
        if kind in COMPOSITIONS:
            return self._nest(line, item, at, sound=sound)
        if kind != "Clip":
            raise RefusedError(place(item), f"{shown(kind)} is nothing that a cut can hold", "replace it by a clip")
        span = range_of(item, "source_range") or medium_range(item)
        length = self._length(item, span)
        if item.get("enabled") is False:
            self._remarks.lose(place(item), "a disabled clip is left out")
            return length
        line.add([self._clip(item, at, length, sound=sound)])
        return length

    def _length(self, item: Object, span: tuple[Fraction, Fraction, Fraction] | None) -> Fraction:
        if span is None:
            what = "nothing says how long it lasts: it has neither a source range nor a medium with an available range"
            raise RefusedError(place(item), what, _AGAIN)
        if span[1] < 0:
            raise RefusedError(place(item), "it lasts less than no time", _AGAIN)
        if span[2] <= FASTEST:
            self.rates.add(span[2])
        return span[1]

    def _clip(self, item: Object, at: Fraction, length: Fraction, *, sound: bool) -> Piece:
        self._lost(item)
        span = range_of(item, "source_range") or medium_range(item)
        assert span is not None  # noqa: S101 - its length was asked for
        started = time(inside(item, "source_range"), "start_time")
        medium = medium_of(item, span[2] if started is None else started[1], drop=self._drop)
        source = _exact(item, span[0])
        available = medium_range(item)
        if available is not None:
            source -= available[0]
        speed = speed_of(item)
        if speed < 0:  # it shows the end of its range first
            source += length * -speed - 1 / (medium.clock.rate if medium is not None else span[2])
        own = inside(item, "metadata", OWN)
        number = own.get("number")
        return Piece(
            place=place(item),
            start=at,
            end=at + length,
            medium=medium,
            source=source,
            speed=speed,
            channels=_channels(item) if sound else (),
            number=number
            if isinstance(number, str) and number.isascii() and number.isdigit() and len(number) < 9
            else "",
        )

    def _nest(self, line: Line, item: Object, at: Fraction, *, sound: bool) -> Fraction:
        """Lay the part of a nested timeline that is used, and return how long it lasts."""
        where = place(item)
        if speed_of(item) != 1:
            raise RefusedError(where, "it is a nested timeline at another speed", "render it into a file of its own")
        self._lost(item)
        tracks, length = self._opened(item, sound=sound)
        span = range_of(item, "source_range")
        start, end = _ends(span) if span is not None else (Fraction(0), length)
        if item.get("enabled") is False:
            self._remarks.lose(where, "a disabled nested timeline is left out")
            return end - start
        track = heard(tracks, where) if sound else seen(tracks, where)
        found = part(track, start, end, at, where)
        line.add(found.pieces, found.joins)
        return end - start

    def _opened(self, item: Object, *, sound: bool) -> tuple[list[Track], Fraction]:
        """Return the tracks of one kind that a nested timeline consists of, and how long the longest is."""
        if schema(item) != "Stack":
            inner = self._track(Object({**item, "source_range": None, "enabled": True, "effects": []}))
            return [inner], _length_of(inner, self._extent(item))
        tracks, length = [], Fraction(0)
        for child in children(item):
            if schema(child) in {"Track", "Sequence"}:
                track = self._track(child)
                length = max(length, self._extent(child))
            else:
                line = Line()
                length = max(length, self._lay(line, child, Fraction(0), sound=sound))
                track = line.track(sound=sound)
            if track.sound == sound:
                tracks.append(track)
            elif track.pieces:
                what = "the sound inside a nested timeline is heard only where that stands on a sound track as well"
                self._remarks.lose(place(child), what)
        return tracks, length

    def _extent(self, track: Object) -> Fraction:
        """Return how long a track lasts, its gaps included."""
        span = range_of(track, "source_range")
        if span is not None:
            return span[1]
        total = Fraction(0)
        for child in children(track):
            known = range_of(child, "source_range") or (medium_range(child) if schema(child) == "Clip" else None)
            if known is not None:
                total += known[1]
            elif schema(child) in {"Track", "Sequence"}:
                total += self._extent(child)
            elif schema(child) == "Stack":
                total += max((self._extent(one) for one in children(child)), default=Fraction(0))
        return total

    def _join(
        self, line: Line, item: Object, cut: Fraction, before: tuple[int, int] | None, after: tuple[int, int] | None
    ) -> None:
        """Lay a transition: the pieces beside it go on under it."""
        where = place(item)
        reach = [time(item, key) for key in ("in_offset", "out_offset")]
        into, out = (Fraction(0) if one is None else one[0] for one in reach)
        if into < 0 or out < 0 or not into + out:
            raise RefusedError(where, "the transition does not say how long it lasts", _AGAIN)
        leaves, enters = before[1] if before else None, after[0] if after else None
        if leaves is not None:
            line.pieces[leaves] = line.pieces[leaves].trimmed(line.pieces[leaves].start, cut + out)
        if enters is not None:
            line.pieces[enters] = line.pieces[enters].trimmed(cut - into, line.pieces[enters].end)
        kind, code = _kind(item)
        line.join(
            Join(place=where, start=cut - into, end=cut + out, kind=kind, code=code, leaves=leaves, enters=enters)
        )

    def _lost(self, item: Object) -> None:
        """Say which effects and markers of an item are not carried."""
        if item.get("markers"):
            self._remarks.lose(place(item), "markers are not carried")
        for effect in children(item, "effects"):
            if schema(effect) not in {"LinearTimeWarp", "FreezeFrame"}:
                name = text_of(effect, "effect_name") or text_of(effect, "name") or schema(effect)
                self._remarks.lose(place(item), f"the effect {shown(name)} is not carried")


def _exact(item: Object, seconds: Fraction) -> Fraction:
    """Return where a clip begins, as a fraction where we wrote one beside a decimal number that is near it."""
    own = inside(item, "metadata", OWN).get("source_start")
    if isinstance(own, str) and re.fullmatch(r"-?\d{1,18}/[1-9]\d{0,17}", own):
        exact = Fraction(own)
        return exact if abs(exact - seconds) < Fraction(1, 10**5) else seconds
    return seconds


def _ends(span: tuple[Fraction, Fraction, Fraction]) -> tuple[Fraction, Fraction]:
    return span[0], span[0] + span[1]


def _length_of(track: Track, extent: Fraction) -> Fraction:
    return max([extent, *(piece.end for piece in track.pieces)])


def _channels(item: Object) -> tuple[int, ...]:
    """Return the source's sound channels that a clip plays as we write them, or as Final Cut's XML came to be stored."""
    own = inside(item, "metadata", OWN).get("channels")
    if isinstance(own, list) and own and all(type(one) is int and 1 <= one <= 64 for one in own):
        return tuple(sorted(set(own)))
    index = inside(item, "metadata", "fcp_xml", "sourcetrack").get("trackindex")
    return (int(index),) if isinstance(index, str) and index.isdecimal() and 1 <= len(index) < 3 else ()


def _kind(item: Object) -> tuple[TransitionKind, str]:
    """Return what a transition is. Raises RefusedError for one that is neither a dissolve nor a wipe."""
    kind = text_of(item, "transition_type")
    if kind == "SMPTE_Dissolve":
        return TransitionKind.DISSOLVE, "D"
    code = inside(item, "metadata", "cmx_3600").get("transition")
    if isinstance(code, str) and code[:1] == "W" and code[1:].isdecimal() and len(code) <= 5:
        return TransitionKind.WIPE, code
    name = kind or text_of(item, "name")
    what = f"the transition {shown(name or 'without a name')} is no dissolve and no SMPTE wipe"
    raise RefusedError(place(item), what, "use a dissolve, or render it into a file of its own")
