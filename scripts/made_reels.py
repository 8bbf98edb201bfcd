"""Pictures and silence for reels that an edit names and nobody has."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from footage_manifest.timecode import Clock

HANDLE_S = 10
LENGTHS_MINUTES = (1, 10, 60, 240, 1200, 1440)
TURN = 250
"""Frames that are encoded; longer films repeat them."""
OPTIONS = {"preset": "ultrafast", "bf": "0", "g": str(TURN)}
SOUND_RATE = 8000
EACH = Fraction(1024, SOUND_RATE)
"""How long a packet of AAC is heard."""


class Reels:
    """Reels of any length, made once for each length and rate: nobody will look at them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def of(
        self, events: Sequence[dict[str, Any]], rate: Fraction, *, labelled: bool
    ) -> tuple[dict[str, Any], list[Path]]:
        """Return the manifest's reels, one for each that the events name, and their files.

        A reel starts where its first event needs it; with `labelled` false at 00:00:00:00, where a timecode and a count of
        frames from the file's first one are the same. A reel that is only seen has no sound, one that is only
        heard no picture.
        """
        needs: dict[str, list[_Need]] = {}
        for event in events:
            for side in filter(None, (event, event["outgoing"])):
                if side["reel"] != "BL":
                    needs.setdefault(side["reel"], []).append(_needed(event, side, rate))
        reels, files = {}, {}
        for number, (reel, own) in enumerate(needs.items(), 1):
            start = max(Fraction(0), min(need.first for need in own)) if labelled else Fraction(0)
            kinds = [any(need.seen for need in own), any(need.heard for need in own)]
            path = self._made(rate, max(need.last for need in own) - start, *kinds)
            files[path] = path
            reels[f"R{number}"] = {
                "file": f"footage/{path.name}",
                "kind": "b-roll",
                "people": [],
                "names": [reel],
                "start": str(own[0].clock.label(int(start * own[0].clock.rate))),
                "timecode_rate": str(own[0].clock.rate),
            }
        return reels, list(files)

    def _made(self, rate: Fraction, seconds: Fraction, seen: bool, heard: bool) -> Path:  # noqa: FBT001 - never by themselves
        minutes = next((length for length in LENGTHS_MINUTES if seconds <= length * 60), LENGTHS_MINUTES[-1])
        name = (
            f"{minutes}m-{rate.numerator}-{rate.denominator}{'' if heard else '-mute'}.mov"
            if seen
            else f"{minutes}m.m4a"
        )
        path = self._folder / name
        if not path.exists():
            self._folder.mkdir(parents=True, exist_ok=True)
            _write_blank(path, rate, minutes * 60, seen=seen, heard=heard)
        return path


@dataclass(frozen=True, slots=True, kw_only=True)
class _Need:
    """From where to where, in seconds of the reel's timecode, an event needs it; how that counts; if it is seen, heard."""

    first: Fraction
    last: Fraction
    clock: Clock
    seen: bool
    heard: bool


def _needed(event: dict[str, Any], side: dict[str, Any], rate: Fraction) -> _Need:
    clock = Clock(Fraction(side["source_rate"]), drop=";" in side["source_in"])
    first = Fraction(side["source_in_frame"] or 0) / clock.rate
    last = Fraction(side["source_out_frame"] or 0) / clock.rate
    played = Fraction(event["record_out_frame"] - event["record_in_frame"]) / rate * Fraction(side["speed"])
    return _Need(
        first=min(first, first + played) - HANDLE_S,
        last=max(first, last, first + played) + HANDLE_S,
        clock=clock,
        seen="V" in event["channels"] or "B" in event["channels"],
        heard="A" in event["channels"] or "B" in event["channels"],
    )


def _write_blank(path: Path, rate: Fraction, seconds: int, *, seen: bool, heard: bool) -> None:
    """Write grey pictures and four channels of silence: a few seconds encoded, their packets written over and over."""
    with av.open(str(path), "w", format="mov") as container:
        picture = container.add_stream("libx264", rate=rate, options=OPTIONS) if seen else None
        sound = container.add_stream("aac", rate=SOUND_RATE, layout="4.0") if heard or not seen else None
        grey, silence = _grey(picture, rate) if picture else [], _silence(sound) if sound else None
        written = 0
        for number in range(int(seconds * rate)):
            if picture is not None:
                _mux(container, picture, grey[number % TURN], number, 1 / rate)
            while sound is not None and silence is not None and written * EACH < number / rate:
                _mux(container, sound, silence, written, EACH)
                written += 1


def _grey(stream: av.VideoStream, rate: Fraction) -> "list[av.Packet[Any]]":
    stream.width, stream.height, stream.pix_fmt = 64, 36, "yuv420p"
    packets = []
    for number in range(TURN):
        frame = av.VideoFrame.from_ndarray(np.full((54, 64), 128, np.uint8), format="yuv420p")
        frame.pts, frame.time_base = number, 1 / rate
        packets += stream.encode(frame)
    return packets + stream.encode(None)


def _silence(stream: av.AudioStream) -> "av.Packet[Any]":
    frame = av.AudioFrame.from_ndarray(np.zeros((4, 1024), np.float32), format="fltp", layout="4.0")
    frame.sample_rate = SOUND_RATE
    packets = []
    for number in range(3):
        frame.pts = number * 1024
        packets += stream.encode(frame)
    return [*packets, *stream.encode(None)][-1]


def _mux(
    container: av.container.OutputContainer,
    stream: av.stream.Stream,
    packet: "av.Packet[Any]",
    number: int,
    each: Fraction,
) -> None:
    again = av.Packet(bytes(packet))
    again.stream, again.time_base = stream, each
    again.pts = again.dts = number
    again.duration, again.is_keyframe = 1, packet.is_keyframe
    container.mux(again)
