"""The mix: every span laid where it belongs, to the sample, ten seconds at a time.

Sums are made in 32-bit floats and stored so (a W64 file, which may pass 4 GB): nothing clips in the mix, and what rises
above full scale can still be turned down. The encoder is where it would be cut off.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor, pi
from pathlib import Path
from typing import Self

import av
import numpy as np
import numpy.typing as npt
from av.audio.frame import AudioFrame

from pipeline.errors import ToolError
from pipeline.ports.sound import MIX_SAMPLE_RATE, Mixed, MixRequest, SoundSpan
from pipeline.ports.work import Bench
from pipeline.tools.media_open import file_url, library_versions, plain_errors
from pipeline.tools.mix_source import OpenSounds
from pipeline.tools.sound_reader import Samples

_BLOCK = 10 * MIX_SAMPLE_RATE
_WORTH_SAYING = MIX_SAMPLE_RATE // 25
"""Samples: sound that ends this much before its event does is named to the person."""

_Gains = npt.NDArray[np.float32]


class SpanMixer:
    """Mixes with libav's decoders and resampler; carries out `pipeline.ports.sound.Mixer`."""

    def identity(self, request: MixRequest) -> Mapping[str, str]:  # noqa: ARG002 - the same for every request
        """Return the libraries' versions: they decode and resample."""
        return library_versions()

    def provenance(self) -> Mapping[str, str]:
        """Return the libraries' versions and numpy's."""
        return {**library_versions(), "numpy": np.__version__}

    def carry_out(self, requests: Sequence[MixRequest], bench: Bench) -> Iterator[tuple[int, Mixed]]:
        """Yield each mix.

        Raises MediaError for a source that cannot be opened or decoded or lacks the channel, ToolError for what is not
        built yet.
        """
        for index, request in enumerate(requests):
            with plain_errors("the mix cannot be made"):
                mixed = _mix(request, bench, bench.work / f"mix-{index}.w64")
            yield index, mixed


def _mix(request: MixRequest, bench: Bench, path: Path) -> Mixed:
    if request.samples <= 0:
        raise ToolError("a mix needs at least one sample", "check that the cut has events")
    voices = _voices(request)
    sounds = OpenSounds(bench.path)
    peak = 0.0
    task = "mix"
    bench.progress.start(task, -(-request.samples // MIX_SAMPLE_RATE), "seconds")
    try:
        with _FloatFile(path) as file:
            for start in range(0, request.samples, _BLOCK):
                end = min(start + _BLOCK, request.samples)
                block = _mixed_block(voices, start, end, sounds, bench)
                peak = max(peak, float(np.abs(block).max()))
                file.write(block)
                bench.progress.advance(task, -(-end // MIX_SAMPLE_RATE) - -(-start // MIX_SAMPLE_RATE))
    finally:
        sounds.close()
    bench.progress.finish(task)
    return Mixed(file=bench.keep(path), samples=request.samples, peak=floor(peak * 1000 + 0.5))


# ------------------------------------------------------------------------------------------------------ where spans lie


@dataclass(frozen=True, slots=True)
class _Voice:
    """A span, and the grid sample of its source that is heard at its first sample."""

    span: SoundSpan
    position: int


def _voices(request: MixRequest) -> tuple[_Voice, ...]:
    """Return the spans in order of time, each with its place in its source.

    A span that goes on where its predecessor stops in the same source keeps its predecessor's place: rounding both would
    drop or repeat a sample at every other join of a 29.97 cut.
    """
    for span in request.spans:
        _check(span, request.samples)
    spans = sorted(request.spans, key=lambda span: (span.start, span.end))
    voices: list[_Voice] = []
    by_end: dict[tuple[object, ...], _Voice] = {}
    for span in spans:
        position = floor((span.sound.zero + span.source_in) * MIX_SAMPLE_RATE + Fraction(1, 2))
        before = by_end.get((span.sound, span.source_channel, span.start))
        if before is not None:
            follows = before.position + before.span.end - before.span.start
            position = follows if abs(follows - position) <= 1 else position
        voice = _Voice(span, position)
        by_end[(span.sound, span.source_channel, span.end)] = voice
        voices.append(voice)
    return tuple(voices)


def _check(span: SoundSpan, samples: int) -> None:
    if span.speed != 1:
        raise ToolError(
            f"sound at {float(span.speed):g} times its speed is not built yet",
            "take the event's sound out of the edit, or prepare it in the editing program",
        )
    if not 0 <= span.start < span.end <= samples:
        raise ToolError(f"a sound from sample {span.start} to {span.end} does not lie in a mix of {samples}")
    lengths = (span.crossfade, span.crossfade_out, span.fade_in, span.fade_out)
    if min(lengths) < 0 or max(span.crossfade, span.crossfade_out) > span.end - span.start:
        raise ToolError(f"a crossfade is longer than its sound of {span.end - span.start} samples")


# ------------------------------------------------------------------------------------------------------------- summing


def _mixed_block(voices: Sequence[_Voice], start: int, end: int, sounds: OpenSounds, bench: Bench) -> Samples:
    block = np.zeros((2, end - start), np.float32)
    for voice in voices:
        span = voice.span
        first, last = max(start, span.start), min(end, span.end)
        if first >= last:
            continue
        offset, count = first - span.start, last - first
        heard = sounds.read(span.sound, span.source_channel, voice.position + offset, count)
        gain = _gain(span, offset, count)
        block[:, first - start : last - start] += heard if gain is None else heard * gain
        if last == span.end:
            _say_what_is_missing(voice, sounds, bench)
    return block


def _gain(span: SoundSpan, offset: int, count: int) -> _Gains | None:
    """Return the gain of `count` samples from the span's sample `offset` on, or None where it is 1 throughout.

    Crossfades keep the power (sine up, cosine down), join fades are raised cosines; a sample's gain is that of its middle.
    """
    length = span.end - span.start
    rises, falls = max(span.crossfade, span.fade_in), max(span.crossfade_out, span.fade_out)
    if offset >= rises and offset + count <= length - falls:
        return None
    after = np.arange(offset, offset + count) + 0.5
    before = length - after
    gain = np.ones(count)
    for fade, distance in ((span.crossfade, after), (span.crossfade_out, before)):
        if fade:
            gain *= np.sin(np.clip(distance / fade, 0, 1) * (pi / 2))
    for fade, distance in ((span.fade_in, after), (span.fade_out, before)):
        if fade:
            gain *= 0.5 - 0.5 * np.cos(np.clip(distance / fade, 0, 1) * pi)
    return gain.astype(np.float32)


def _say_what_is_missing(voice: _Voice, sounds: OpenSounds, bench: Bench) -> None:
    span = voice.span
    due = voice.position + span.end - span.start
    ended = sounds.ended(span.sound, span.source_channel, due)
    if ended is None or due - ended < _WORTH_SAYING:
        return
    missing = min(due - ended, span.end - span.start) / MIX_SAMPLE_RATE
    name = bench.path(span.sound.digest).name
    bench.progress.note(f"{name}: its sound ends {missing:.2f} s before an event that uses it does; silence follows")


# ------------------------------------------------------------------------------------------------------------- storing


class _FloatFile:
    """A W64 file of 32-bit floats, written block by block."""

    def __init__(self, path: Path) -> None:
        self._container = av.open(file_url(path), "w", format="w64", container_options={"fflags": "+bitexact"})
        self._stream = self._container.add_stream("pcm_f32le", rate=MIX_SAMPLE_RATE, layout="stereo")
        self._written = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._container.close()

    def write(self, block: Samples) -> None:
        """Write two rows of samples."""
        packed = np.ascontiguousarray(block.T).reshape(1, -1)
        frame = AudioFrame.from_ndarray(packed, format="flt", layout="stereo")
        frame.sample_rate = MIX_SAMPLE_RATE
        frame.time_base = Fraction(1, MIX_SAMPLE_RATE)
        frame.pts = self._written
        self._written += block.shape[1]
        self._container.mux(self._stream.encode(frame))
