"""Reading the wanted frames of one source, in its own order, decoding as little else as possible.

A reader seeks to the key frame before what is wanted only where that saves decoding, leaves out frames that nothing refers
to and nobody wants, and checks that what it landed on is a real key frame: containers lie about that.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Event

import av
from av.container import InputContainer
from av.packet import Packet
from av.stream import Discard
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from footage_manifest.media import Scan, VideoFacts
from pipeline.errors import MediaError
from pipeline.tools.frame_index import FrameClock
from pipeline.tools.media_open import open_container, words_of

_FIRST_STEP_BACK_SECONDS = 1
_STEP_BACK_GROWTH = 4
_WORTH_A_SEEK_SECONDS = 5
"""Where a container has no index, gaps longer than this are sought over instead of decoded through."""
_WORTH_A_LOOK_FRAMES = 8
"""Between two wanted frames that are nearer than this, no key frame is looked for: decoding on is as quick."""


_SAFE_TO_LEAVE_OUT = {"h264", "mpeg1video", "mpeg2video", "mpeg4"}
"""Codecs whose frames marked as no reference are referred to by none; in HEVC a higher temporal layer still may."""


_FIELDS = (Scan.TOP_FIRST, Scan.BOTTOM_FIRST)


class StoppedError(Exception):
    """The run ends: what was being done is given up."""


class SourceReader:
    """Yields frames of one source by number. Not safe to use from two threads."""

    def __init__(self, path: Path, facts: VideoFacts, clock: FrameClock, stop: Event) -> None:
        """Open `path`; `facts` is what the probe found in it. Raises MediaError where it cannot be opened.

        Once `stop` is set, reading raises StoppedError.
        """
        self._stop = stop
        self._path = path
        self._facts = facts
        self._clock = clock
        self._container, self._stream = self._open()
        self._packets: Iterator[Packet[VideoStream]] = iter(())
        # An AVI has no display times: with frames out of order, only counting them from the start tells which is which.
        self._counts = self._container.format.name == "avi" and bool(self._stream.codec_context.has_b_frames)
        self._started = False
        self._ended = False
        self._newest: int | None = None  # number of the last frame that the decoder gave out
        self._landed_well = False  # whether the first frame after a seek was a sound key frame
        self._wanted = (0, 0)  # first and last number that are still wanted
        self._fed_until = -(1 << 62)  # dts of the last packet that was fed
        self._index_lag = 0  # MP4's index says when a key frame is decoded: so many ticks before it is shown
        self._ready: dict[int, VideoFrame] = {}
        self._left_out: set[int] = set()  # numbers ahead of the newest frame that were not decoded

    def close(self) -> None:
        """Close the file; the reader cannot be used again."""
        self._ready.clear()
        self._packets = iter(())
        self._container.close()

    def read(self, wanted: Sequence[int]) -> Iterator[VideoFrame]:
        """Yield the frame with each wanted number; numbers ascend and may repeat (the same object comes again).

        What lies between two wanted frames is decoded or sought over, whichever is less work. Raises MediaError for a frame
        that cannot be decoded.
        """
        if not wanted:
            return
        needed = frozenset(wanted)
        self._wanted = (wanted[0], wanted[-1])
        if not self._may_go_on(wanted[0], needed):
            self._seek(wanted[0], needed)
        for number in wanted:
            self._wanted = (number, wanted[-1])
            if self._is_far(number) and not self._may_go_on(number, needed):
                self._seek(number, needed)
            while number not in self._ready:
                if self._has_passed(number) or not self._feed(needed):
                    raise MediaError(
                        f"frame {number} of its picture, at {float(number / self._facts.rate):.3f} s, cannot be decoded",
                        "check that the file plays there, and copy it again",
                    )
            self._forget_before(number)
            yield self._ready[number]

    def group_start(self, number: int) -> int:
        """Return the first frame of the group of frames that are decoded together with frame `number`.

        It is what the file's index says: good for planning, not for finding frames. 0 where the file has no index.
        """
        key = self._key_before(number)
        return 0 if key is None else max(0, min(self._clock.frame_of(key + self._index_lag), number))

    def _open(self) -> tuple[InputContainer, VideoStream]:
        container = open_container(self._path)
        found = [stream for stream in container.streams.video if stream.index == self._facts.index]
        if not found:
            container.close()
            raise MediaError("it no longer holds the picture that was found in it before", "run again")
        for other in container.streams:
            if other.index != self._facts.index:
                other.discard = Discard.all
        found[0].codec_context.thread_count = 1
        return container, found[0]

    def _is_far(self, number: int) -> bool:
        """Return whether `number` lies so far ahead that a key frame may be worth looking for; asked of every frame."""
        return self._newest is not None and number - self._newest > _WORTH_A_LOOK_FRAMES

    def _may_go_on(self, first: int, needed: frozenset[int]) -> bool:
        """Return whether decoding on from here reaches `first`, and sooner than seeking would."""
        if first in self._ready:
            return True
        if not self._started or self._ended or self._has_passed(first) or needed & self._left_out:
            return False
        newest = -1 if self._newest is None else self._newest
        if self._counts:
            return True
        key = self._key_before(first)
        if key is not None:
            return key <= self._fed_until
        return first - newest <= _WORTH_A_SEEK_SECONDS * self._facts.rate

    def _key_before(self, number: int) -> int | None:
        """Return the index's time of the last key frame at or before a frame, in ticks; None where there is no index."""
        entries = self._stream.index_entries
        found = entries.search_timestamp(self._clock.stamp_of(number) - self._index_lag) if len(entries) else -1
        return entries[found].timestamp if found >= 0 else None

    def _learn_index_lag(self, key: "Packet[VideoStream]") -> None:
        entries = self._stream.index_entries
        found = entries.search_timestamp(key.dts) if key.dts is not None and len(entries) else -1
        by_decoding = found >= 0 and entries[found].timestamp == key.dts
        self._index_lag = key.pts - key.dts if by_decoding and key.pts is not None and key.dts is not None else 0

    def _seek(self, first: int, needed: frozenset[int]) -> None:
        """Place the decoder so that `first` is the next frame or a later one; from the file's start if all else fails."""
        earliest = self._clock.stamp_of(0)
        stamp = earliest if self._counts else self._clock.stamp_of(first)
        second = max(1, round(1 / self._facts.time_base))
        back = 0
        while stamp - back > earliest:
            with suppress(av.FFmpegError):
                self._container.seek(stamp - back, stream=self._stream)
                self._restart()
                if self._prime(first, needed):
                    return
            back = back * _STEP_BACK_GROWTH or _FIRST_STEP_BACK_SECONDS * second
        self._container.close()
        self._container, self._stream = self._open()
        self._restart()

    def _restart(self) -> None:
        self._packets = self._container.demux(self._stream)
        self._started, self._ended = True, False
        self._newest, self._fed_until, self._landed_well = None, -(1 << 62), False
        self._ready.clear()
        self._left_out.clear()

    def _prime(self, first: int, needed: frozenset[int]) -> bool:
        """Decode up to the first frame after a seek; return whether it is a key frame and not past `first`."""
        for packet in self._packets:
            if self._stop.is_set():
                raise StoppedError
            if packet.pts is None or not packet.is_keyframe:
                continue
            if self._clock.frame_of(packet.pts) > first:
                return False
            self._learn_index_lag(packet)
            self._stream.codec_context.skip_frame = "DEFAULT"
            self._decode(packet)
            break
        while self._newest is None and self._feed(needed):
            pass
        return self._landed_well and not (self._has_passed(first) and first not in self._ready)

    def _has_passed(self, number: int) -> bool:
        return self._newest is not None and self._newest >= number

    def _feed(self, needed: frozenset[int]) -> bool:
        """Give the decoder one packet more; return False at the end of the file."""
        if self._stop.is_set():
            raise StoppedError
        try:
            packet = next(self._packets, None)
        except av.FFmpegError as error:
            raise MediaError(f"its picture cannot be read on: {words_of(error)}", "copy the file again") from None
        if packet is None:
            self._ended = True
            return False
        self._leave_out_if_idle(packet, needed)
        self._decode(packet)
        return True

    def _leave_out_if_idle(self, packet: "Packet[VideoStream]", needed: frozenset[int]) -> None:
        # Decoders obey skip_frame packet by packet as long as they run on one thread.
        # Two fields of a frame may come as packets of their own, the second between two frames: none is left out.
        idle = False
        progressive = self._facts.scan not in _FIELDS
        if packet.pts is not None and not self._counts and progressive and self._facts.codec in _SAFE_TO_LEAVE_OUT:
            number = self._clock.frame_of(packet.pts)
            idle = number not in needed and number < self._wanted[1]
            if idle:
                self._left_out.add(number)
        self._stream.codec_context.skip_frame = "NONREF" if idle else "DEFAULT"

    def _decode(self, packet: "Packet[VideoStream]") -> None:
        if packet.dts is not None:
            self._fed_until = packet.dts
        with suppress(av.InvalidDataError):  # a frame that is missing afterwards is noticed by its number
            for frame in packet.decode():
                if self._counts:
                    self._take(frame, 0 if self._newest is None else self._newest + 1)
                elif frame.pts is not None:
                    self._take(frame, self._clock.frame_of(frame.pts))
        self._left_out = {number for number in self._left_out if not self._has_passed(number)}

    def _take(self, frame: VideoFrame, number: int) -> None:
        if self._newest is None:
            self._landed_well = frame.key_frame and not frame.is_corrupt
        self._newest = number
        if number >= self._wanted[0]:
            self._ready[number] = frame

    def _forget_before(self, number: int) -> None:
        for old in [ready for ready in self._ready if ready < number]:
            del self._ready[old]
