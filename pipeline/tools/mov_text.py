"""Timed text in MP4 (3GPP TS 26.245, `tx3g`): samples that follow each other without a gap, empty where nothing shows."""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.errors import ToolError
from pipeline.tools.markup import Run, runs_of
from subtitles.cue import Cue

_BOLD, _ITALIC = 1, 2
_FONT_ID = 1
_FONT_SIZE = 16
_WHITE = b"\xff\xff\xff\xff"
_MOST_BYTES = 0xFFFF
_ALL_FORCED = 0xC0000000
"""`displayFlags` of a text sample description (QuickTime File Format, Subtitle Sample Data): all samples are forced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSample:
    """What one sample shows from `start_ms`, inclusive, to `end_ms`, exclusive; empty text where nothing shows."""

    start_ms: int
    end_ms: int
    runs: tuple[Run, ...] = ()

    @property
    def text(self) -> str:
        """Return the text without its styles."""
        return "".join(run.text for run in self.runs)


def samples_of(cues: Iterable[Cue], length_ms: int) -> tuple[TextSample, ...]:
    """Return samples in order that cover, without a gap, 0 to the end of the last cue (to `length_ms` where there is none).

    Where cues overlap, all their texts show, the earlier first; what lies past `length_ms` is cut off. Raises ToolError
    for a cue that would never show.
    """
    shown = sorted(cues, key=lambda cue: (cue.start_ms, cue.end_ms))
    for cue in shown:
        if not 0 <= cue.start_ms < min(cue.end_ms, length_ms):
            raise ToolError(
                f"the subtitle at {cue.start_ms} ms ({cue.lines[0]!r}) does not lie in a film of {length_ms} ms",
                "see the cut's subtitles",
            )
    edges = (
        {0}
        | ({length_ms} if not shown else set())
        | {min(edge, length_ms) for cue in shown for edge in (cue.start_ms, cue.end_ms)}
    )
    ordered = sorted(edges)
    samples: list[TextSample] = []
    waiting, showing = list(reversed(shown)), list[Cue]()
    for start, end in pairwise(ordered):
        showing = [cue for cue in showing if cue.end_ms > start]
        while waiting and waiting[-1].start_ms <= start:
            showing.append(waiting.pop())
        samples.append(TextSample(start_ms=start, end_ms=end, runs=_stacked(showing)))
    return tuple(samples)


def encoded(sample: TextSample) -> bytes:
    """Return a sample's bytes: the text's length and the text in UTF-8, then its styles. Raises ToolError over 64 KB."""
    text = sample.text.encode()
    if len(text) > _MOST_BYTES:
        raise ToolError(f"the subtitle at {sample.start_ms} ms is longer than a text track can hold", "divide it")
    return struct.pack(">H", len(text)) + text + _style_box(sample.runs)


def decoded_text(packet: bytes) -> str:
    """Return the text of a sample's bytes. Raises ToolError where they are not a text sample."""
    length = struct.unpack(">H", packet[:2])[0] if len(packet) >= 2 else -1
    if length < 0 or len(packet) < 2 + length:
        raise ToolError("a text track holds a sample that is not text")
    return packet[2 : 2 + length].decode("utf-8")


def sample_description(width: int, height: int, *, forced: bool = False) -> bytes:
    """Return the track's `tx3g` description: white, centred, at the bottom of a picture of `width` x `height` pixels.

    With `forced`, every sample is marked as one that shows without being asked for, as Apple's players read it.
    """
    box = struct.pack(">hhhh", 0, 0, min(height, 0x7FFF), min(width, 0x7FFF))
    style = struct.pack(">HHHBB", 0, 0, _FONT_ID, 0, _FONT_SIZE) + _WHITE
    name = b"Arial"
    fonts = struct.pack(">HHB", 1, _FONT_ID, len(name)) + name
    table = struct.pack(">I4s", 8 + len(fonts), b"ftab") + fonts
    return struct.pack(">IbbI", _ALL_FORCED if forced else 0, 1, -1, 0) + box + style + table


def _stacked(cues: Sequence[Cue]) -> tuple[Run, ...]:
    runs: list[Run] = []
    for cue in cues:
        if runs:
            runs.append(Run(text="\n"))
        runs.extend(runs_of(cue.text))
    return tuple(runs)


def _style_box(runs: Sequence[Run]) -> bytes:
    """Return the `styl` box, which counts in characters, or nothing where all is plain."""
    records = b""
    count = start = 0
    for run in runs:
        end = start + len(run.text)
        face = (_BOLD if run.bold else 0) | (_ITALIC if run.italic else 0)
        if face:
            records += struct.pack(">HHHBB", start, end, _FONT_ID, face, _FONT_SIZE) + _WHITE
            count += 1
        start = end
    return struct.pack(">I4sH", 10 + len(records), b"styl", count) + records if count else b""
