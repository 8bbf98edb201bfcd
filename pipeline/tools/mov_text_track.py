"""What libav cannot be asked for when it writes text tracks: their sample description, and not to show the first one.

Boxes are those of ISO/IEC 14496-12. An MP4 is only ever changed here before anyone has seen it.
"""

import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

from av.packet import Packet
from av.subtitles.stream import SubtitleStream

from pipeline.errors import ToolError
from pipeline.tools.media_open import create_mp4, open_media
from pipeline.tools.mov_boxes import top_level_boxes

_TO_DESCRIPTION = (b"trak", b"mdia", b"minf", b"stbl", b"stsd")
_ENTRY_HEADER = 16
_TABLE_HEADER = 8


@contextmanager
def text_stream(work: Path, description: bytes) -> Iterator[SubtitleStream]:
    """Yield a text stream with this `tx3g` description, to make others like it: libav sets none of its own."""
    path = work / "text-track.mp4"
    with create_mp4(path, 1000, 1000) as container:
        stream = container.add_mux_stream("mov_text", time_base=Fraction(1, 1000))
        packet = Packet(b"\0\0")
        packet.stream, packet.time_base = stream, Fraction(1, 1000)
        packet.pts = packet.dts = 0
        packet.duration = 1000
        container.mux_one(packet)
    _describe(path, description)
    try:
        with open_media(path) as container:
            yield container.streams.subtitles[0]
    finally:
        path.unlink()


def show_by_default(path: Path, shown: Sequence[bool]) -> None:
    """Set, track by track, whether players show or play it unasked (`track_enabled` of its header).

    libav turns the first text track on where none is; a film's subtitles are then on for people who never asked.
    """
    start, end = _movie(path)
    with path.open("r+b") as file:
        file.seek(start)
        movie = file.read(end - start)
        headers = [
            header for track in _inside(movie, 0, len(movie), b"trak") for header in _inside(movie, *track, b"tkhd")
        ]
        for (content, _), on in zip(headers, shown, strict=True):
            flags = movie[content + 3]
            file.seek(start + content + 3)
            file.write(bytes([flags | 1 if on else flags & ~1]))


def _describe(path: Path, description: bytes) -> None:
    """Put the description into the one text track of a file whose `moov` comes last, so that nothing after it moves."""
    start, end = _movie(path)
    content = bytearray(path.read_bytes())
    if end != len(content):
        raise ToolError("the text track's pattern is not laid out as expected")
    sizes = [start - 8]
    box = (start, end)
    for kind in _TO_DESCRIPTION:
        box = next(_inside(bytes(content), *box, kind))
        sizes.append(box[0] - 8)
    entry = box[0] + _TABLE_HEADER
    sizes.append(entry)
    for at in sizes:
        struct.pack_into(">I", content, at, struct.unpack_from(">I", content, at)[0] + len(description))
    after_entry_header = entry + _ENTRY_HEADER
    content[after_entry_header:after_entry_header] = description
    path.write_bytes(content)


def _movie(path: Path) -> tuple[int, int]:
    """Return where the content of the `moov` box starts and ends in the file."""
    for box in top_level_boxes(path):
        if box.kind == "moov":
            return box.content, box.end
    raise ToolError("the MP4 that was written has no index", "is the disk full?")


def _inside(content: bytes, start: int, end: int, kind: bytes) -> Iterator[tuple[int, int]]:
    """Yield where the content of each box of this kind, directly inside [start, end), starts and ends."""
    position = start
    while position + 8 <= end:
        size = int.from_bytes(content[position : position + 4], "big")
        if size < 8:
            return
        if content[position + 4 : position + 8] == kind:
            yield position + 8, position + size
        position += size
