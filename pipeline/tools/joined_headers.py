"""What stands at the head of a joined picture, and how its segments' packets name it."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import cast

from av.packet import Packet
from av.video.stream import VideoStream

from pipeline.errors import ToolError
from pipeline.ports.picture import JoinRequest, Segment
from pipeline.tools.media_open import open_container
from pipeline.tools.nal_syntax import Delay
from pipeline.tools.parameter_sets import SideBySide, side_by_side


class Headers:
    """The codec headers of the segments of one join. Where all are the same, packets stay as they are."""

    def __init__(self, request: JoinRequest, paths: Sequence[Path], delay: int) -> None:
        """Read the headers of each kind; `paths` are the segments', `delay` is in frames.

        Raises ToolError where there are several that do not go together.
        """
        one_of_each = {segment.headers: path for segment, path in zip(request.segments, paths, strict=True)}
        self._sets: SideBySide | None = None
        if len(one_of_each) > 1:
            self._sets = _together(one_of_each, Delay(rate=request.rate, frames=delay))
        self.written = request.segments[0]

    def put_into(self, stream: VideoStream) -> None:
        """Give the headers to a new stream."""
        if self._sets is not None:
            stream.codec_context.extradata = self._sets.extradata

    def named(self, packets: "Iterator[Packet[VideoStream]]", segment: Segment) -> "Iterator[Packet[VideoStream]]":
        """Yield a segment's packets as they stand in the film; afterwards `written` is the segment with their digest.

        Raises ToolError where they are not the segment's.
        """
        self.written = segment
        if self._sets is None:
            yield from packets
            return
        before, after = hashlib.sha256(), hashlib.sha256()
        for packet in packets:
            data = bytes(packet)
            before.update(data)
            data = self._sets.packet(data, segment.headers)
            after.update(data)
            made = cast("Packet[VideoStream]", Packet(data))
            made.time_base, made.pts, made.dts = packet.time_base, packet.pts, packet.dts
            made.is_keyframe = packet.is_keyframe
            yield made
        if before.hexdigest() != segment.packets:
            raise ToolError("a stored segment does not hold the packets that were put into it", "run again")
        self.written = replace(segment, packets=after.hexdigest())


def _together(paths: dict[str, Path], delay: Delay) -> SideBySide:
    boxes = {}
    codecs, sizes = set(), set()
    for headers, path in paths.items():
        with closing(open_container(path)) as container:
            shape = container.streams.video[0].codec_context
            boxes[headers] = bytes(shape.extradata or b"")
            codecs.add(shape.name)
            sizes.add((shape.width, shape.height))
    if len(codecs) > 1 or len(sizes) > 1:
        raise ToolError("segments with different codec headers cannot be joined", "run again with one set of tools")
    return side_by_side(codecs.pop(), boxes, sizes.pop(), delay)
