"""A timeline as FCPXML 1.8, which Final Cut Pro and Resolve read.

The lowest picture track is the primary storyline; every other track is a storyline connected to it.
"""

import xml.etree.ElementTree as ET
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import PurePosixPath
from urllib.parse import quote, unquote

from pipeline.timeline.edl_lines import TransitionKind
from pipeline.timeline.export_cuts import Crossing, Gap, in_a_row
from pipeline.timeline.export_markers import Marker
from pipeline.timeline.export_plan import Lost
from pipeline.timeline.export_xml import as_bytes, clean
from pipeline.timeline.interchange_fcpx_clip import UNPLACED
from pipeline.timeline.interchange_model import Medium, Piece, Sequence, Track

_REEL = "com.apple.proapps.studio.reel"


def write_fcpx(sequence: Sequence, lost: Lost, markers: tuple[Marker, ...] = ()) -> bytes:
    """Return the file, markers on what the primary storyline shows. What the format cannot carry is added to `lost`."""
    return as_bytes(_Writer(sequence, lost).document(markers), "fcpxml")


def _time(seconds: Fraction) -> str:
    return f"{seconds.numerator}s" if seconds.denominator == 1 else f"{seconds.numerator}/{seconds.denominator}s"


@dataclass(frozen=True, slots=True)
class _Standing:
    """An element of the primary storyline: where it stands, and the first instant of its own time."""

    element: ET.Element
    start: Fraction
    end: Fraction
    own: Fraction


class _Writer:
    def __init__(self, sequence: Sequence, lost: Lost) -> None:
        self._sequence = sequence
        self._lost = lost
        self._rate = sequence.clock.rate
        self._resources = ET.Element("resources")
        self._formats: dict[Fraction, str] = {}
        self._assets: dict[Medium, str] = {}
        self._used: dict[Medium, Fraction] = {}
        self._kinds: dict[Medium, set[bool]] = {}

    def document(self, markers: tuple[Marker, ...]) -> ET.Element:
        """Return the whole document."""
        root = ET.Element("fcpxml", version="1.8")
        root.append(self._resources)
        clock = self._sequence.clock
        own_format = self._format(self._rate)
        pieces = [piece for track in self._sequence.tracks for piece in track.pieces]
        for track in self._sequence.tracks:
            for piece in track.pieces:
                if piece.medium is not None:
                    end = max(piece.source, piece.source + (piece.end - piece.start) * piece.speed) + 1
                    self._used[piece.medium] = max(self._used.get(piece.medium, Fraction(0)), end)
                    self._kinds.setdefault(piece.medium, set()).add(track.sound)
        end = max((piece.end for piece in pieces), default=Fraction(0))
        title = clean(self._sequence.title) or "timeline"
        event = ET.SubElement(ET.SubElement(root, "library"), "event", name=title)
        project = ET.SubElement(event, "project", name=title)
        sequence = ET.SubElement(
            project,
            "sequence",
            format=own_format,
            duration=_time(end),
            tcStart=_time(self._sequence.start / self._rate),
            tcFormat="DF" if clock.drop else "NDF",
        )
        spine = ET.SubElement(sequence, "spine")
        pictures = [track for track in self._sequence.tracks if not track.sound]
        sounds = [track for track in self._sequence.tracks if track.sound]
        standing = self._primary(spine, pictures[0] if pictures else Track(sound=False, pieces=()), end)
        lanes = [*enumerate(pictures[1:], 1), *((-lane, track) for lane, track in enumerate(sounds, 1))]
        for lane, track in lanes:
            self._connect(standing, lane, track)
        for marker in markers:
            self._mark(standing, marker)
        return root

    def _primary(self, spine: ET.Element, track: Track, end: Fraction) -> list[_Standing]:
        """Write the primary storyline, filled up to the timeline's end, and return what stands where."""
        standing = []
        at = Fraction(0)
        for item in in_a_row(track, self._rate):
            if isinstance(item, Crossing):
                self._transition(spine, item, at, sound=False)
                continue
            made, length = self._item(spine, item, at, sound=False)
            standing.append(_Standing(made, at, at + length, Fraction(made.get("start", "0s").removesuffix("s"))))
            at += length
        if at < end:
            made, _ = self._item(spine, Gap(end - at), at, sound=False)
            standing.append(_Standing(made, at, end, Fraction(0)))
        return standing

    def _connect(self, standing: list[_Standing], lane: int, track: Track) -> None:
        """Write a track as a storyline that is connected to what stands where it begins."""
        if not track.pieces:
            return
        if not track.sound and any(piece.medium is None for piece in track.pieces):
            self._lost.add("black on an upper picture track is left out: what lies below shows through")
        first = min(piece.start for piece in track.pieces)
        under = next((one for one in standing if one.start <= first < one.end), standing[-1])
        offset = under.own + first - under.start
        spine = ET.Element("spine", lane=str(lane), offset=_time(offset))
        at = first
        begun = False
        for item in in_a_row(track, self._rate):
            if isinstance(item, Gap) and not begun:
                begun = True
                continue
            begun = True
            if isinstance(item, Crossing):
                self._transition(spine, item, at - first, sound=track.sound)
                continue
            _, length = self._item(spine, item, at - first, sound=track.sound)
            at += length
        _before_notes(under.element, spine)

    def _mark(self, standing: list[_Standing], marker: Marker) -> None:
        """Write a marker into what the primary storyline shows at its frame, in that clip's own time."""
        at = (marker.frame - self._sequence.start) / self._rate
        under = next(one for one in standing if one.start <= at < one.end)
        start = _time(under.own + at - under.start)
        made = ET.Element("marker", start=start, duration=_time(1 / self._rate), value=clean(marker.text))
        if marker.name:
            made.set("note", clean(marker.name))
        _before_notes(under.element, made)

    def _item(self, parent: ET.Element, item: Piece | Gap, at: Fraction, *, sound: bool) -> tuple[ET.Element, Fraction]:
        if isinstance(item, Gap) or item.medium is None:
            length = item.seconds if isinstance(item, Gap) else item.end - item.start
            gap = ET.SubElement(parent, "gap", name="Gap", offset=_time(at), start="0s", duration=_time(length))
            return gap, length
        return self._clip(parent, item, item.medium, at, sound=sound), item.end - item.start

    def _clip(self, parent: ET.Element, piece: Piece, medium: Medium, at: Fraction, *, sound: bool) -> ET.Element:
        length = piece.end - piece.start
        start = piece.source + (medium.start or 0) / medium.clock.rate
        if piece.speed < 0:
            start += 1 / medium.clock.rate  # backwards, an instant is the end of the frame that is shown
        made = ET.SubElement(
            parent,
            "asset-clip",
            ref=self._asset(medium),
            name=clean(medium.names[0] if medium.names else medium.reel),
            offset=_time(at),
            start=_time(start),
            duration=_time(length),
            srcEnable="audio" if sound else "video",
            tcFormat="DF" if medium.clock.drop else "NDF",
        )
        if piece.speed != 1:
            mapping = ET.SubElement(made, "timeMap")
            for seconds in (Fraction(0), length or 1 / self._rate):
                value = _time(start + seconds * piece.speed)
                ET.SubElement(mapping, "timept", time=_time(start + seconds), value=value, interp="linear")
        if sound and piece.channels:
            ET.SubElement(made, "audio-channel-source", srcCh=", ".join(map(str, piece.channels)))
        return made

    def _transition(self, parent: ET.Element, crossing: Crossing, cut: Fraction, *, sound: bool) -> None:
        join = crossing.join
        name = "Audio Crossfade" if sound else "Cross Dissolve"
        if join.kind is TransitionKind.WIPE:
            self._lost.add(f"wipes are written as {'cross fades' if sound else 'dissolves'}", join.place.field)
        offset, length = _time(cut - crossing.into), _time(crossing.into + crossing.out)
        made = ET.SubElement(parent, "transition", name=name, offset=offset, duration=length)
        ET.SubElement(made, "filter-audio" if sound else "filter-video", ref=self._effect(name, sound=sound), name=name)

    # ------------------------------------------------------------------------------------------------------------ resources

    def _effect(self, name: str, *, sound: bool) -> str:
        key = "effect-audio" if sound else "effect-video"
        uid = "FFAudioTransition" if sound else "FxPlug:4731E73A-8DAC-4113-9A30-AE85B1761265"
        if not any(one.get("id") == key for one in self._resources):
            ET.SubElement(self._resources, "effect", id=key, name=name, uid=uid)
        return key

    def _format(self, rate: Fraction) -> str:
        if rate not in self._formats:
            self._formats[rate] = f"format-{len(self._formats) + 1}"
            ET.SubElement(self._resources, "format", id=self._formats[rate], frameDuration=_time(1 / rate))
        return self._formats[rate]

    def _asset(self, medium: Medium) -> str:
        if medium in self._assets:
            return self._assets[medium]
        key = f"{UNPLACED if medium.start is None else 'asset-'}{len(self._assets) + 1}"
        self._assets[medium] = key
        kinds = self._kinds[medium]
        name = PurePosixPath(unquote(medium.url)).name or (medium.names[0] if medium.names else medium.reel)
        length = medium.length if medium.length is not None else self._used[medium]
        asset = ET.SubElement(
            self._resources,
            "asset",
            id=key,
            name=clean(name),
            src=medium.url or f"file:///{quote(clean(name))}",
            start=_time((medium.start or 0) / medium.clock.rate),
            duration=_time(length),
            format=self._format(medium.clock.rate),
            hasVideo="1" if False in kinds else "0",
            hasAudio="1" if True in kinds else "0",
        )
        ET.SubElement(ET.SubElement(asset, "metadata"), "md", key=_REEL, value=clean(medium.reel))
        return key


def _before_notes(parent: ET.Element, child: ET.Element) -> None:
    """Add a connected storyline or a marker where the format wants it: after changes of speed, before channels."""
    at = 0
    for index, one in enumerate(parent):
        if one.tag in _FIRST:
            at = index + 1
    parent.insert(at, child)


_FIRST: Iterable[str] = frozenset({"note", "conform-rate", "timeMap", "spine", "marker"})
