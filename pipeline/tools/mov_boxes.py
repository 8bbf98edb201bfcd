"""The few things that must be read from an MP4 or MOV directly: its top-level boxes and its timecode tracks.

Boxes are those of ISO/IEC 14496-12; the timecode sample description is QuickTime's ("Timecode sample description").
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO

_MOST_BOXES = 100_000
_HEVC_OR_AV1 = {"hvc1", "hev1", "dvh1", "dvhe", "av01", "dav1", "avc1", "dva1"}
_VISUAL_ENTRY = 78
"""Bytes of a visual sample entry before its own boxes (ISO/IEC 14496-12, 12.1.3)."""
_FIRST_KINDS = {b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A box: its four-letter kind, where its content starts, and where it says it ends (which may be past the file)."""

    kind: str
    content: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TimecodeTrack:
    """How a timecode track counts: labels a second, exactly, and whether labels are dropped."""

    rate: Fraction
    drop: bool


def is_mov(path: Path) -> bool:
    """Return whether a file starts as an MP4 or MOV does."""
    with path.open("rb") as file:
        return file.read(8)[4:8] in _FIRST_KINDS


def top_level_boxes(path: Path) -> tuple[Box, ...]:
    """Return the outermost boxes, in order; reading stops at what is not a box."""
    with path.open("rb") as file:
        return tuple(_boxes(file, 0, path.stat().st_size))


def timecode_tracks(path: Path) -> tuple[TimecodeTrack, ...]:
    """Return how each timecode track of an MP4 or MOV counts, in file order; empty for any other file."""
    if not is_mov(path):
        return ()
    size = path.stat().st_size
    with path.open("rb") as file:
        tables = _descend(file, (Box(kind="", content=0, end=size),), ("moov", "trak", "mdia", "minf", "stbl", "stsd"))
        found = [_timecode_description(file, table) for table in tables]
    return tuple(track for track in found if track is not None)


def dolby_vision_without_base(path: Path) -> bool:
    """Return whether a picture of an MP4 or MOV is Dolby Vision that only Dolby Vision's own players show (profile 5).

    The box is "Dolby Vision Streams within the ISO Base Media File Format", section 3.2: a profile of seven bits, and in the
    upper half of its fifth byte which other kind of player shows the picture, 0 for none.
    """
    if not is_mov(path):
        return False
    whole = Box(kind="", content=0, end=path.stat().st_size)
    with path.open("rb") as file:
        tables = _descend(file, (whole,), ("moov", "trak", "mdia", "minf", "stbl", "stsd"))
        entries = [entry for table in tables for entry in _boxes(file, table.content + 8, table.end)]
        for entry in entries:
            if entry.kind in _HEVC_OR_AV1:
                for box in _boxes(file, entry.content + _VISUAL_ENTRY, entry.end):
                    if box.kind in {"dvcC", "dvvC", "dvwC"}:
                        file.seek(box.content)
                        described = file.read(5)
                        return len(described) == 5 and described[4] >> 4 == 0
    return False


def _boxes(file: BinaryIO, start: int, end: int) -> Iterator[Box]:
    position = start
    for _ in range(_MOST_BOXES):
        file.seek(position)
        header = file.read(16)
        if position + 8 > end or len(header) < 8:
            return
        size, kind = struct.unpack(">I4s", header[:8])
        length = 8
        if size == 1 and len(header) == 16:
            size, length = struct.unpack(">Q", header[8:])[0], 16
        elif size == 0:
            size = end - position
        if size < length:
            return
        yield Box(kind=kind.decode("latin-1"), content=position + length, end=position + size)
        position += size


def _descend(file: BinaryIO, boxes: tuple[Box, ...], kinds: tuple[str, ...]) -> tuple[Box, ...]:
    for kind in kinds:
        boxes = tuple(inner for box in boxes for inner in _boxes(file, box.content, box.end) if inner.kind == kind)
    return boxes


def _timecode_description(file: BinaryIO, table: Box) -> TimecodeTrack | None:
    file.seek(table.content)
    entry = file.read(8 + 34)
    if len(entry) < 42 or entry[12:16] != b"tmcd":
        return None
    flags, timescale, frame_duration = struct.unpack(">III", entry[28:40])
    if timescale == 0 or frame_duration == 0:
        return None
    return TimecodeTrack(rate=Fraction(timescale, frame_duration), drop=bool(flags & 1))
