"""A timeline as an OpenTimelineIO file, made by its library.

What the format has no place for stands in `metadata` under our own name: channels, numbers, exact fractions, drop-frame.
"""

from fractions import Fraction
from typing import Any

from pipeline.timeline.edl_lines import TransitionKind
from pipeline.timeline.export_cuts import Crossing, Gap, in_a_row
from pipeline.timeline.export_markers import Marker
from pipeline.timeline.export_plan import Lost
from pipeline.timeline.interchange_model import Medium, Piece, Sequence, Track
from pipeline.timeline.interchange_otio_clip import OWN


def write_otio(sequence: Sequence, lost: Lost, markers: tuple[Marker, ...] = ()) -> bytes:
    """Return the file, markers on its stack. What the format cannot carry is added to `lost`."""
    import opentimelineio as otio  # noqa: PLC0415 - takes a tenth of a second, for this format only

    timeline = _Writer(otio, sequence, lost).timeline()
    for marker in markers:
        timeline.tracks.markers.append(_marker(otio, marker, sequence))
    text: str = otio.core.serialize_json_to_string(timeline, indent=2)
    return text.encode() + b"\n"


def _marker(otio: Any, marker: Marker, sequence: Sequence) -> Any:
    rate = float(sequence.clock.rate)
    time = otio.opentime.RationalTime
    return otio.schema.Marker(
        name=marker.name,
        marked_range=otio.opentime.TimeRange(time(marker.frame - sequence.start, rate), time(1, rate)),
        color=otio.schema.MarkerColor.RED,
        comment=marker.text,
    )


class _Writer:
    def __init__(self, otio: Any, sequence: Sequence, lost: Lost) -> None:
        self._otio = otio
        self._sequence = sequence
        self._lost = lost
        self._rate = sequence.clock.rate
        self._reach: dict[Medium, tuple[Fraction, Fraction]] = {}

    def timeline(self) -> Any:
        schema = self._otio.schema
        for track in self._sequence.tracks:
            for piece in track.pieces:
                self._extend(piece)
        timeline = schema.Timeline(
            name=self._sequence.title,
            global_start_time=self._time(self._sequence.start / self._rate, self._rate),
            metadata={OWN: {"drop_frame": self._sequence.clock.drop}},
        )
        for number, track in enumerate(self._sequence.tracks, 1):
            timeline.tracks.append(self._track(track, number))
        return timeline

    def _extend(self, piece: Piece) -> None:
        """Remember how much of a medium is used, for the range that it is said to have."""
        if piece.medium is None:
            return
        reach = [piece.source, piece.source + (piece.end - piece.start) * piece.speed]
        reach += [reach[0] + 1 / piece.medium.clock.rate]
        low, high = self._reach.get(piece.medium, (Fraction(0), Fraction(0)))
        self._reach[piece.medium] = (min(low, *reach), max(high, *reach))

    def _time(self, seconds: Fraction, rate: Fraction) -> Any:
        return self._otio.opentime.RationalTime(float(seconds * rate), float(rate))

    def _range(self, start: Fraction, rate: Fraction, length: Fraction) -> Any:
        return self._otio.opentime.TimeRange(self._time(start, rate), self._time(length, self._rate))

    def _track(self, track: Track, number: int) -> Any:
        kind = self._otio.schema.TrackKind.Audio if track.sound else self._otio.schema.TrackKind.Video
        made = self._otio.schema.Track(name=track.name or f"{'A' if track.sound else 'V'}{number}", kind=kind)
        for item in in_a_row(track, self._rate):
            if isinstance(item, Gap):
                made.append(self._otio.schema.Gap(duration=self._time(item.seconds, self._rate)))
            elif isinstance(item, Crossing):
                made.append(self._transition(item))
            else:
                made.append(self._clip(item))
        return made

    def _transition(self, crossing: Crossing) -> Any:
        wipe = crossing.join.kind is TransitionKind.WIPE
        return self._otio.schema.Transition(
            transition_type="SMPTE_Wipe" if wipe else "SMPTE_Dissolve",
            in_offset=self._time(crossing.into, self._rate),
            out_offset=self._time(crossing.out, self._rate),
            metadata={"cmx_3600": {"transition": crossing.join.code}} if wipe else {},
        )

    def _clip(self, piece: Piece) -> Any:
        length, medium = piece.end - piece.start, piece.medium
        own: dict[str, object] = {"number": piece.number}
        if piece.channels:
            own["channels"] = list(piece.channels)
        if medium is None:
            return self._otio.schema.Clip(
                name="BL",
                source_range=self._range(Fraction(0), self._rate, length),
                media_reference=self._otio.schema.GeneratorReference(generator_kind="black"),
                metadata={OWN: own},
            )
        clock = medium.clock
        start = piece.source
        if piece.speed < 0:  # the range is what is played, from its end
            start += 1 / clock.rate - length * -piece.speed
        start += (medium.start or 0) / clock.rate
        if (start * clock.rate).denominator != 1:
            own["source_start"] = str(start)
        return self._otio.schema.Clip(
            name=medium.names[0] if medium.names else medium.reel,
            source_range=self._range(start, clock.rate, length),
            media_reference=self._reference(medium),
            metadata={OWN: own, "cmx_3600": {"reel": medium.reel}},
            effects=self._effects(piece.speed),
        )

    def _effects(self, speed: Fraction) -> list[Any]:
        if speed == 1:
            return []
        if not speed:
            return [self._otio.schema.FreezeFrame()]
        own = {OWN: {"speed": f"{speed.numerator}/{speed.denominator}"}}
        return [self._otio.schema.LinearTimeWarp(time_scalar=float(speed), metadata=own)]

    def _reference(self, medium: Medium) -> Any:
        own = {OWN: {"drop_frame": medium.clock.drop}}
        known = None
        if medium.start is not None:
            low, high = self._reach[medium]
            length = medium.length if medium.length is not None else high - min(low, Fraction(0))
            known = self._otio.opentime.TimeRange(
                self._time(medium.start / medium.clock.rate, medium.clock.rate),
                self._time(length, medium.clock.rate),
            )
        name = medium.names[1] if len(medium.names) > 1 else ""
        if medium.url:
            reference = self._otio.schema.ExternalReference(target_url=medium.url, available_range=known, metadata=own)
            reference.name = name
            return reference
        return self._otio.schema.MissingReference(name=name, available_range=known, metadata=own)
