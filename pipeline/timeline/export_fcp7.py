"""A timeline as Final Cut Pro 7 XML, version 4: what Premiere, Resolve and Media Composer (by way of them) read."""

import xml.etree.ElementTree as ET
from fractions import Fraction
from math import ceil, floor
from pathlib import PurePosixPath
from urllib.parse import unquote

from footage_manifest.timecode import Clock
from pipeline.timeline.edl_lines import TransitionKind
from pipeline.timeline.export_markers import Marker
from pipeline.timeline.export_plan import Lost
from pipeline.timeline.export_xml import as_bytes, clean
from pipeline.timeline.interchange_fcp7_clip import UNPLACED
from pipeline.timeline.interchange_model import Join, Medium, Piece, Sequence, Track

_DIGITS = 12


def write_fcp7(sequence: Sequence, lost: Lost, markers: tuple[Marker, ...] = ()) -> bytes:
    """Return the file, markers on its timeline. What the format cannot carry is added to `lost`."""
    root = ET.Element("xmeml", version="4")
    timeline = ET.SubElement(root, "sequence", id="sequence-1")
    _Writer(sequence, lost).fill(timeline)
    for marker in markers:
        made = _put(timeline, "marker")
        _put(made, "comment", marker.text)
        _put(made, "name", marker.name)
        _put(made, "in", marker.frame - sequence.start)
        _put(made, "out", -1)  # an instant
    return as_bytes(root, "xmeml")


def _put(parent: ET.Element, tag: str, value: object = None) -> ET.Element:
    made = ET.SubElement(parent, tag)
    if value is not None:
        made.text = clean(str(value))
    return made


def _put_rate(parent: ET.Element, rate: Fraction) -> None:
    made = _put(parent, "rate")
    _put(made, "timebase", ceil(rate))
    _put(made, "ntsc", "TRUE" if rate.denominator == 1001 else "FALSE")


def _put_timecode(parent: ET.Element, clock: Clock, frame: int) -> ET.Element:
    made = _put(parent, "timecode")
    _put_rate(made, clock.rate)
    _put(made, "string", clock.label(frame))
    _put(made, "frame", frame % clock.frames_a_day)
    _put(made, "displayformat", "DF" if clock.drop else "NDF")
    return made


class _Writer:
    def __init__(self, sequence: Sequence, lost: Lost) -> None:
        self._sequence = sequence
        self._lost = lost
        self._rate = sequence.clock.rate
        self._files: dict[Medium, str] = {}
        self._clips = 0
        self._used: dict[Medium, Fraction] = {}
        self._kinds: dict[Medium, dict[str, int]] = {}

    def fill(self, element: ET.Element) -> None:
        """Write the timeline into its element."""
        pieces = [piece for track in self._sequence.tracks for piece in track.pieces]
        _put(element, "name", self._sequence.title or "timeline")
        _put(element, "duration", self._frames(max((piece.end for piece in pieces), default=Fraction(0))))
        _put_rate(element, self._rate)
        _put_timecode(element, self._sequence.clock, self._sequence.start)
        for track in self._sequence.tracks:
            for piece in track.pieces:
                self._note(piece, "audio" if track.sound else "video")
        media = _put(element, "media")
        video, audio = _put(media, "video"), _put(media, "audio")
        _put_rate(_put(_put(video, "format"), "samplecharacteristics"), self._rate)
        for track in self._sequence.tracks:
            channels = sorted({channel for piece in track.pieces for channel in piece.channels})
            for channel in channels if track.sound and channels else [None]:
                self._track(audio if track.sound else video, track, channel)

    def _note(self, piece: Piece, kind: str) -> None:
        """Remember how far a medium is used, as what, and up to which of its channels."""
        if piece.medium is None:
            return
        end = max(piece.source, piece.source + (piece.end - piece.start) * piece.speed)
        self._used[piece.medium] = max(self._used.get(piece.medium, Fraction(0)), end + 1)
        kinds = self._kinds.setdefault(piece.medium, {})
        kinds[kind] = max(kinds.get(kind, 0), *piece.channels, 0)

    def _track(self, parent: ET.Element, track: Track, channel: int | None) -> None:
        element = _put(parent, "track")
        heads = {join.enters: join for join in track.joins if join.enters is not None}
        tails = {join.leaves: join for join in track.joins if join.leaves is not None}
        for index, piece in enumerate(track.pieces):
            if index in heads:
                self._transition(element, heads[index], sound=track.sound)
            self._clip(element, piece, (index in heads, index in tails), channel, sound=track.sound)
            if index in tails and tails[index].enters is None:
                self._transition(element, tails[index], sound=track.sound)
        _put(element, "enabled", "TRUE")
        _put(element, "locked", "FALSE")
        if channel is not None:
            _put(element, "outputchannelindex", (channel - 1) % 2 + 1)

    def _transition(self, parent: ET.Element, join: Join, *, sound: bool) -> None:
        made = _put(parent, "transitionitem")
        _put(made, "start", self._frames(join.start))
        _put(made, "end", self._frames(join.end))
        alignment = "start-black" if join.leaves is None else "end-black" if join.enters is None else "center"
        _put(made, "alignment", alignment)
        _put_rate(made, self._rate)
        effect = _put(made, "effect")
        wipe = join.kind is TransitionKind.WIPE and not sound
        name = "Edge Wipe" if wipe else "Cross Fade ( 0dB)" if sound else "Cross Dissolve"
        _put(effect, "name", name)
        _put(effect, "effectid", "KGAudioTransCrossFade0dB" if sound else name)
        _put(effect, "effectcategory", "Wipe" if wipe else "Dissolve")
        _put(effect, "effecttype", "transition")
        _put(effect, "mediatype", "audio" if sound else "video")
        if wipe:
            _put(effect, "wipecode", int(join.code[1:]))
        elif join.kind is TransitionKind.WIPE:
            self._lost.add("a wipe in the sound is written as a cross fade", join.place.field)

    def _clip(
        self, parent: ET.Element, piece: Piece, joined: tuple[bool, bool], channel: int | None, *, sound: bool
    ) -> None:
        self._clips += 1
        medium = piece.medium
        made = ET.SubElement(parent, "generatoritem" if medium is None else "clipitem", id=f"clipitem-{self._clips}")
        name = "Slug" if medium is None else medium.names[0] if medium.names else medium.reel
        _put(made, "name", name)
        _put(made, "enabled", "TRUE")
        rate = self._rate if medium is None else medium.clock.rate
        first, graph = self._first_frame(piece, rate)
        length = self._length(piece, rate)
        _put(made, "duration", first + length)
        _put_rate(made, rate)
        _put(made, "start", -1 if joined[0] else self._frames(piece.start))
        _put(made, "end", -1 if joined[1] else self._frames(piece.end))
        _put(made, "in", first)
        _put(made, "out", first + length)
        if medium is None:
            effect = _put(made, "effect")
            for tag, value in (("name", "Slug"), ("effectid", "Slug"), ("effecttype", "generator")):
                _put(effect, tag, value)
            return
        self._file(made, medium)
        if graph:
            _put_speed(made, piece.speed, graph, sound=sound)
        if channel is not None:
            source = _put(made, "sourcetrack")
            _put(source, "mediatype", "audio")
            _put(source, "trackindex", channel)

    def _first_frame(self, piece: Piece, rate: Fraction) -> tuple[int, list[tuple[int, Fraction]]]:
        """Return `in`, and the graph of a change of speed: instants of the source by frames as played."""
        source = piece.source * rate
        where = piece.place.field
        if piece.speed == 1:
            if source.denominator != 1:
                self._lost.add("a source in between two frames is moved to the frame before it", where)
            return floor(source), []
        if piece.speed < 0:
            source += 1  # backwards, an instant is the end of the frame that is shown
        if source.denominator != 1:
            self._lost.add("a source in between two frames is kept in the speed's graph only", where)
        first = floor(source / piece.speed) if piece.speed > 0 else floor(source) if not piece.speed else 0
        step = piece.speed.denominator * max(1, ceil(self._length(piece, rate) / Fraction(piece.speed.denominator)))
        return max(0, first), [(max(0, first), source), (max(0, first) + step, source + step * piece.speed)]

    def _length(self, piece: Piece, rate: Fraction) -> int:
        return floor((piece.end - piece.start) * rate + Fraction(1, 2))

    def _file(self, parent: ET.Element, medium: Medium) -> None:
        known = self._files.get(medium)
        if known is not None:
            ET.SubElement(parent, "file", id=known)
            return
        number = len(self._files) + 1
        self._files[medium] = f"{UNPLACED if medium.start is None else 'file-'}{number}"
        file = ET.SubElement(parent, "file", id=self._files[medium])
        url_name = PurePosixPath(unquote(medium.url)).name
        name = url_name or (medium.names[0] if medium.names else medium.reel)
        _put(file, "name", name)
        if medium.url:
            _put(file, "pathurl", medium.url.replace("file:///", "file://localhost/", 1))
        _put_rate(file, medium.clock.rate)
        length = medium.length if medium.length is not None else self._used[medium]
        _put(file, "duration", ceil(length * medium.clock.rate))
        timecode = _put_timecode(file, medium.clock, medium.start or 0)
        _put(_put(timecode, "reel"), "name", medium.reel)
        media = _put(file, "media")
        for kind, channels in sorted(self._kinds[medium].items(), reverse=True):
            made = _put(media, kind)
            if channels > 1:
                _put(made, "channelcount", channels)

    def _frames(self, seconds: Fraction) -> int:
        return floor(seconds * self._rate)


def _put_speed(parent: ET.Element, speed: Fraction, graph: list[tuple[int, Fraction]], *, sound: bool) -> None:
    effect = _put(_put(parent, "filter"), "effect")
    for tag, text in (
        ("name", "Time Remap"),
        ("effectid", "timeremap"),
        ("effectcategory", "motion"),
        ("effecttype", "motion"),
        ("mediatype", "audio" if sound else "video"),
    ):
        _put(effect, tag, text)
    for name, text in (
        ("variablespeed", "0"),
        ("speed", decimal(abs(speed) * 100)),
        ("reverse", "TRUE" if speed < 0 else "FALSE"),
        ("frameblending", "FALSE"),
    ):
        parameter = _put(effect, "parameter")
        _put(parameter, "parameterid", name)
        _put(parameter, "name", name)
        _put(parameter, "value", text)
    parameter = _put(effect, "parameter")
    _put(parameter, "parameterid", "graphdict")
    _put(parameter, "name", "graphdict")
    for when, value in graph:
        key = _put(parameter, "keyframe")
        _put(key, "when", when)
        _put(key, "value", decimal(value))
    _put(_put(parameter, "interpolation"), "name", "FCPCurve")


def decimal(number: Fraction) -> str:
    """Return a number with at most twelve decimals."""
    scaled = floor(number * 10**_DIGITS + Fraction(1, 2))
    sign = "-" if scaled < 0 else ""
    whole, rest = divmod(abs(scaled), 10**_DIGITS)
    return f"{sign}{whole}.{rest:0{_DIGITS}}".rstrip("0").rstrip(".")
