"""A file's sound at its own rate, from any sample on: decoded with a run-up, placed by its time stamps."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import chain, islice
from math import floor
from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np
import numpy.typing as npt
from av.audio.frame import AudioFrame
from av.stream import Discard

from pipeline.errors import MediaError
from pipeline.ports.speech import SoundOfReel
from pipeline.tools.channels import Gains, channel_gains
from pipeline.tools.media_open import open_container, words_of

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.packet import Packet

Samples = npt.NDArray[np.float32]
"""Rows of samples, full scale 1.0: one row a channel."""

_RUN_UP = Fraction(1)
"""Seconds decoded and thrown away after a jump: more than AAC's overlap, Opus's 80 ms and MP3's bit reservoir need."""

_TOLERANCE = Fraction(1, 50)
"""How far, in seconds, time stamps may stray from the count of samples before they are believed: jitter is not a gap."""

_JITTER = Fraction(1, 500)
"""How far, in seconds, stamps of frames that are all alike may lie beside a whole number of frames and still mean it."""

_LONGEST_SILENCE_S = 10
"""Silence before a late stream is made in pieces of at most this length, so that memory stays bounded."""

_KEEPS_TIME = {"mov", "matroska", "webm", "wav", "w64", "aiff", "flac", "ogg", "mpegts", "avi", "mxf", "caf"}
"""Containers whose time stamps are true after a jump; others estimate them, and are read from their beginning."""


class SoundReader:
    """The chosen channels of one stream, sample s at the instant s / `rate` on the file's clock.

    `start_at` says where reading begins, and may be called again; `take` goes forward from there. `ended` is the sample at
    which the file's sound is over, None while that has not been reached. All raise MediaError, naming the file.
    """

    def __init__(self, path: Path, sound: SoundOfReel, source_channel: int | None) -> None:
        self._path = path
        self._stream_index = sound.stream
        self._container = self._open()
        try:
            self._opening = self._frames()
            self._opened_with = self._first_two()
            first = self._opened_with[0]
            self.rate = first.sample_rate
            self._names = tuple(channel.name for channel in first.layout.channels)
            self._places = _Places(self._stream(), self._opened_with)
            self._plain = self._stream().codec_context.name.startswith("pcm_")  # samples stand there as they are
            self.gains = self._chosen(sound, source_channel)
        except BaseException:
            self.close()
            raise
        self.ended: int | None = None
        self._next = 0
        self._blocks: Iterator[tuple[int, Samples]] = iter(())
        self._pending: list[Samples] = []
        self._pending_count = 0

    def close(self) -> None:
        """Close the file."""
        self._container.close()

    def start_at(self, sample: int) -> None:
        """Make `sample`, which may be negative, the next one that `take` returns."""
        self._next, self.ended = sample, None
        self._pending, self._pending_count = [], 0
        self._blocks = self._placed(Fraction(sample, self.rate))

    def take(self, count: int) -> Samples:
        """Return the next `count` samples; where the file has none, silence."""
        while self._pending_count < count and self.ended is None:
            placed = next(self._blocks, None)
            if placed is None:
                self.ended = self._next + self._pending_count
            else:
                self._append(*placed)
        if self._pending_count < count:
            self._push(self._silence(count - self._pending_count))
        block = np.concatenate([self._silence(0), *self._pending], axis=1)
        self._pending, self._pending_count = [block[:, count:]], block.shape[1] - count
        self._next += count
        return block[:, :count]

    def _append(self, position: int, samples: Samples) -> None:
        """Put decoded samples where they belong: what lies before is dropped, what is missing is silence."""
        gap = position - (self._next + self._pending_count)
        longest = self.rate * _LONGEST_SILENCE_S
        if gap > longest:
            self._push(self._silence(longest))
            self._blocks = chain([(position, samples)], self._blocks)
            return
        if gap > 0:
            self._push(self._silence(gap))
        self._push(samples[:, max(0, -gap) :])

    def _push(self, samples: Samples) -> None:
        self._pending.append(samples)
        self._pending_count += samples.shape[1]

    def _silence(self, count: int) -> Samples:
        return np.zeros((len(self.gains), count), np.float32)

    def _placed(self, wanted: Fraction) -> Iterator[tuple[int, Samples]]:
        """Yield (position, samples of the chosen channels), beginning at latest at the instant `wanted`."""
        expected: int | None = None
        for frame in self._frames_for(wanted):
            position = self._places.position(frame, expected)
            expected = position + frame.samples
            yield position, self._mixed(frame)

    def _frames_for(self, wanted: Fraction) -> Iterator[AudioFrame]:
        run_up = wanted if self._plain else wanted - _RUN_UP
        opened_with, self._opened_with = self._opened_with, ()
        if run_up <= self._places.first_instant:
            if opened_with:
                return chain(opened_with, self._opening)
            self._reopen()
            return self._frames()
        stream = self._stream()
        if _KEEPS_TIME & set(self._container.format.name.split(",")) and stream.time_base:
            try:
                self._container.seek(floor(run_up / stream.time_base), stream=stream, backward=True)
            except av.FFmpegError:
                self._reopen()
            frames = self._run_up_frames(run_up, wanted)
            landed = next(frames, None)
            if landed is not None and self._places.position(landed, None) <= wanted * self.rate:
                return chain([landed], frames)
        self._reopen()
        return self._run_up_frames(run_up, wanted)

    def _run_up_frames(self, run_up: Fraction, wanted: Fraction) -> Iterator[AudioFrame]:
        # The first frame after a jump may be trimmed, as if the stream began there (Opus): counting starts with the next.
        return islice(self._frames(run_up=run_up, wanted=wanted), 0 if self._plain else 1, None)

    def _frames(self, run_up: Fraction | None = None, wanted: Fraction | None = None) -> Iterator[AudioFrame]:
        """Yield decoded frames. Packets that end before `run_up` are not decoded; before `wanted` they may fail to."""
        for packet in self._packets():
            ends = None
            if packet.pts is not None and packet.time_base is not None:
                ends = (packet.pts + (packet.duration or 0)) * packet.time_base
            if run_up is not None and ends is not None and ends < run_up:
                continue
            try:
                frames = packet.decode()
            except av.FFmpegError as error:
                if wanted is not None and ends is not None and ends < wanted:
                    continue  # begun in the middle: what it leans on was not decoded
                where = "" if ends is None else f" near {float(ends):.1f} s"
                raise self._refusal(
                    f"its sound cannot be decoded{where}: {words_of(error)}", "copy or export the file again"
                ) from None
            for frame in frames:
                if isinstance(frame, AudioFrame):
                    yield frame

    def _packets(self) -> "Iterator[Packet[AudioStream]]":
        try:
            yield from self._container.demux(self._stream())
        except av.FFmpegError as error:
            raise self._refusal(f"it cannot be read on: {words_of(error)}", "copy or export the file again") from None

    def _first_two(self) -> tuple[AudioFrame, ...]:
        frames = tuple(islice(self._opening, 2))
        if not frames:
            raise self._refusal(f"stream {self._stream_index} holds no sound that can be decoded")
        return frames

    def _reopen(self) -> None:
        self._container.close()
        self._container = self._open()

    def _open(self) -> "InputContainer":
        try:
            container = open_container(self._path)
        except MediaError as error:
            raise self._refusal(error.what, error.cure) from None
        for stream in container.streams:
            if stream.index != self._stream_index:
                stream.discard = Discard.all  # a picture is not read from disk to hear what lies beside it
        return container

    def _stream(self) -> "AudioStream":
        for stream in self._container.streams.audio:
            if stream.index == self._stream_index:
                return stream
        raise self._refusal(f"stream {self._stream_index} is not sound")

    def _chosen(self, sound: SoundOfReel, source_channel: int | None) -> Gains:
        try:
            return channel_gains(self._names, sound.channels, source_channel)
        except MediaError as error:
            raise self._refusal(error.what, error.cure) from None

    def _refusal(self, what: str, cure: str = "") -> MediaError:
        return MediaError(f"{self._path.name}: {what}", cure)

    def _mixed(self, frame: AudioFrame) -> Samples:
        if frame.sample_rate != self.rate or len(frame.layout.channels) != len(self._names):
            raise self._refusal(
                "its sound changes its rate or its channels on the way",
                "export it with one rate and one set of channels",
            )
        channels = _as_float(frame)
        mixed = np.zeros((len(self.gains), frame.samples), np.float32)
        for side, gains in enumerate(self.gains):
            for gain, channel in zip(gains, channels, strict=True):
                if gain:
                    mixed[side] += np.float32(gain) * channel
        return mixed


class _Places:
    """Where a frame's first sample lies, from its time stamp.

    Matroska rounds stamps to milliseconds, and telephones' stamps tremble: the place is the nearest whole number of frames
    from the first one, if that is within the rounding or the trembling. Inside one reading samples are counted, and stamps
    believed only where they stray far.
    """

    def __init__(self, stream: "AudioStream", opened_with: tuple[AudioFrame, ...]) -> None:
        first = opened_with[0]
        self._rate = first.sample_rate
        self._tick = (stream.time_base or Fraction(1, self._rate)) * self._rate
        self._tolerance = max(2 * self._tick, _TOLERANCE * self._rate)
        self._frame = opened_with[-1].samples  # the first may be trimmed
        alike = stream.codec_context.frame_size == self._frame  # AAC and MP3: every frame has as many samples
        self._snap = max(self._tick if self._tick > 1 else Fraction(0), _JITTER * self._rate if alike else Fraction(0))
        stamped = self._stamped(first) or Fraction(0)
        self.first_instant = stamped / self._rate
        self._anchor = _nearest(stamped) + first.samples

    def position(self, frame: AudioFrame, expected: int | None) -> int:
        """Return the sample, on the file's clock, at which `frame` starts; `expected` follows the frame before it."""
        stamped = self._stamped(frame)
        if expected is not None and (stamped is None or abs(stamped - expected) <= self._tolerance):
            return expected
        if stamped is None:
            return 0
        if stamped < self._anchor:  # the first frame itself, which may be trimmed
            return _nearest(stamped)
        snapped = self._anchor + _nearest((stamped - self._anchor) / self._frame) * self._frame
        return snapped if abs(snapped - stamped) <= self._snap else _nearest(stamped)

    def _stamped(self, frame: AudioFrame) -> Fraction | None:
        if frame.pts is None or frame.time_base is None:
            return None
        return frame.pts * frame.time_base * self._rate


def _nearest(value: Fraction) -> int:
    return floor(value + Fraction(1, 2))


def _as_float(frame: AudioFrame) -> Samples:
    """Return a frame as rows of floats, full scale 1.0."""
    values = frame.to_ndarray()
    if not frame.format.is_planar:
        values = values.reshape(-1, len(frame.layout.channels)).T
    if values.dtype.kind == "f":
        return np.nan_to_num(values.astype(np.float32), nan=0.0, posinf=0.0, neginf=0.0)  # a damaged float is no sound
    if values.dtype == np.uint8:
        return (values.astype(np.float32) - 128) / np.float32(128)
    scale = float(2 ** (8 * values.dtype.itemsize - 1))
    return (values.astype(np.float64) / scale).astype(np.float32)
