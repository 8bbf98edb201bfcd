"""The mix: every span laid where it belongs, to the sample, ten seconds at a time.

Sums are made in 32-bit floats and stored so: nothing clips in the mix, and what rises above full scale can still be turned
down. The encoder is where it would be cut off. Where music gives way to speech, everything else is mixed and measured
first, and music is then added in place.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor, pi
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pipeline.errors import ToolError
from pipeline.ports.sound import MIX_SAMPLE_RATE, SPEECH, Mixed, MixRequest, SoundSpan, Stem, StemHeard
from pipeline.ports.work import Bench
from pipeline.tools.media_open import library_versions, plain_errors
from pipeline.tools.mix_ducking import DuckingCurve, SpeechLevels
from pipeline.tools.mix_file import BLOCK, MixFile, MixWriter
from pipeline.tools.mix_source import Heard, OpenSounds
from pipeline.tools.sound_reader import Samples

_RULES = "2"
"""Raised when the same request must give other samples."""

_WORTH_SAYING = Fraction(1, 25)
"""Seconds: sound that ends this much before its event does is named to the person."""

_Gains = npt.NDArray[np.float32]


class SpanMixer:
    """Mixes with libav's decoders and resampler; carries out `pipeline.ports.sound.Mixer`."""

    def identity(self, request: MixRequest) -> Mapping[str, str]:  # noqa: ARG002 - the same for every request
        """Return our rules and the libraries' versions: they decode and resample."""
        return {"rules": _RULES, **library_versions()}

    def provenance(self) -> Mapping[str, str]:
        """Return the libraries' versions and numpy's."""
        return {**library_versions(), "numpy": np.__version__}

    def carry_out(self, requests: Sequence[MixRequest], bench: Bench) -> Iterator[tuple[int, Mixed]]:
        """Yield each mix.

        Raises MediaError for a source that cannot be opened or decoded or lacks the channel, ToolError for spans that do
        not fit the mix.
        """
        for index, request in enumerate(requests):
            with plain_errors("the mix cannot be made"):
                mixed = _mix(request, bench, bench.work / f"mix-{index}.w64")
            yield index, mixed


def _mix(request: MixRequest, bench: Bench, path: Path) -> Mixed:
    if request.samples <= 0:
        raise ToolError("a mix needs at least one sample", "check that the cut has events")
    voices = _voices(request)
    music = [voice for voice in voices if _gives_way(voice, request)]
    levels = SpeechLevels() if music else None
    sounds = OpenSounds(bench.path)
    task = "mix"
    bench.progress.start(task, -(-request.samples // MIX_SAMPLE_RATE), "seconds")
    try:
        others = [voice for voice in voices if not _gives_way(voice, request)]
        peaks = _Desk(others, sounds, bench).write(path, request.samples, levels)
        held_down = 0
        if levels is not None and request.ducked is not None:
            curve = DuckingCurve.under(levels, request.ducked)
            held_down = _add_music(path, _Desk(music, sounds, bench), curve, peaks)
    finally:
        sounds.close()
    bench.progress.finish(task)
    return Mixed(
        file=bench.keep(path),
        samples=request.samples,
        peak=floor(max(peaks) * 1000 + 0.5),
        stems=_stems(request.spans),
        ducked_samples=held_down,
    )


def _gives_way(voice: "_Voice", request: MixRequest) -> bool:
    return request.ducked is not None and voice.span.stem is Stem.MUSIC


def _add_music(path: Path, desk: "_Desk", curve: DuckingCurve, peaks: list[float]) -> int:
    """Add music, turned down by the curve, to a mix that has everything else; return how many samples of it were."""
    held_down = 0
    with MixFile(path, editable=True) as file:
        for number, start in enumerate(range(0, file.samples, BLOCK)):
            end = min(start + BLOCK, file.samples)
            voices = desk.sounding(start, end)
            if not voices:
                continue
            music = desk.summed(voices, start, end)
            gain = curve.gain(start, end)
            if gain is not None:
                held_down += int(np.count_nonzero((gain < 1) & music.any(axis=0)))
                music *= gain
            block = file.read(start, end) + music
            peaks[number] = float(np.abs(block).max())
            file.write(start, block)
    return held_down


def _stems(spans: Iterable[SoundSpan]) -> tuple[StemHeard, ...]:
    """Return how long each stem is heard, overlaps counted once, in the order of `Stem`."""
    heard = []
    for stem in Stem:
        samples, reached = 0, 0
        for start, end in sorted((span.start, span.end) for span in spans if span.stem is stem):
            samples += max(0, end - max(start, reached))
            reached = max(reached, end)
        if samples:
            heard.append(StemHeard(stem=stem, samples=samples))
    return tuple(heard)


# ------------------------------------------------------------------------------------------------------ where spans lie


@dataclass(frozen=True, slots=True)
class _Voice:
    """A span, what is heard of its source, and the place in it that is heard at the span's first sample."""

    span: SoundSpan
    heard: Heard
    position: int


def _voices(request: MixRequest) -> list[_Voice]:
    """Return the spans in order of time, each with its place in its source.

    A span that goes on where its predecessor stops in the same source keeps its predecessor's place: rounding both would
    drop or repeat a sample at every other join of a 29.97 cut. Both sides of a dissolve within one source may end at once;
    the predecessor is the one that leads to the span's own place.
    """
    for span in request.spans:
        _check(span, request.samples)
    spans = sorted(request.spans, key=lambda span: (span.start, span.end))
    voices: list[_Voice] = []
    by_end: dict[tuple[Heard, int], list[int]] = {}
    for span in spans:
        instant = span.sound.zero + span.source_in
        if span.speed != 1:
            heard = Heard(span.sound, span.source_channel, span.speed, instant)
            voices.append(_Voice(span, heard, 0))
            continue
        heard = Heard(span.sound, span.source_channel)
        position = floor(instant * MIX_SAMPLE_RATE + Fraction(1, 2))
        reached = by_end.get((heard, span.start), ())
        position = next((follows for follows in reached if abs(follows - position) <= 1), position)
        by_end.setdefault((heard, span.end), []).append(position + span.end - span.start)
        voices.append(_Voice(span, heard, position))
    return voices


def _check(span: SoundSpan, samples: int) -> None:
    if span.speed == 0:
        raise ToolError("a frozen frame has no sound", "leave its sound out")
    if not 0 <= span.start < span.end <= samples:
        raise ToolError(f"a sound from sample {span.start} to {span.end} does not lie in a mix of {samples}")
    lengths = (span.crossfade, span.crossfade_out, span.fade_in, span.fade_out, span.before, span.after)
    whole = span.before + span.end - span.start + span.after
    if min(lengths) < 0 or max(span.crossfade, span.crossfade_out) > whole:
        raise ToolError(f"a crossfade is longer than its sound of {whole} samples")


# ------------------------------------------------------------------------------------------------------------- summing


class _Desk:
    """Voices, asked for in order of time."""

    def __init__(self, voices: Sequence[_Voice], sounds: OpenSounds, bench: Bench) -> None:
        self._sounds = sounds
        self._bench = bench
        self._coming = list(reversed(voices))
        self._sounding: list[_Voice] = []

    def write(self, path: Path, samples: int, levels: SpeechLevels | None) -> list[float]:
        """Write the mix of all voices and return the peak of each block; speech is measured where `levels` are given."""
        peaks = []
        with MixWriter(path) as file:
            for start in range(0, samples, BLOCK):
                end = min(start + BLOCK, samples)
                voices = self.sounding(start, end)
                if levels is None:
                    block = self.summed(voices, start, end)
                else:
                    block = self.summed([voice for voice in voices if voice.span.stem in SPEECH], start, end)
                    levels.add(block)
                    block += self.summed([voice for voice in voices if voice.span.stem not in SPEECH], start, end)
                peaks.append(float(np.abs(block).max()))
                file.write(block)
                self._bench.progress.advance("mix", -(-end // MIX_SAMPLE_RATE) - -(-start // MIX_SAMPLE_RATE))
        return peaks

    def sounding(self, start: int, end: int) -> list[_Voice]:
        """Return the voices heard in samples `start` up to, not including, `end`; starts may not go back."""
        while self._coming and self._coming[-1].span.start < end:
            self._sounding.append(self._coming.pop())
        self._sounding = [voice for voice in self._sounding if voice.span.end > start]
        return self._sounding

    def summed(self, voices: Sequence[_Voice], start: int, end: int) -> Samples:
        """Return the sum of voices over some samples: two rows."""
        block = np.zeros((2, end - start), np.float32)
        for voice in voices:
            span = voice.span
            first, last = max(start, span.start), min(end, span.end)
            offset, count = first - span.start, last - first
            heard = self._sounds.read(voice.heard, voice.position + offset, count)
            gain = _gain(span, offset, count)
            block[:, first - start : last - start] += heard if gain is None else heard * gain
            if last == span.end:
                self._say_what_is_missing(voice)
        return block

    def _say_what_is_missing(self, voice: _Voice) -> None:
        span = voice.span
        ended = self._sounds.ended(voice.heard, voice.position + span.end - span.start)
        length = Fraction(span.end - span.start, MIX_SAMPLE_RATE)
        begins = span.sound.zero + span.source_in
        due = max(begins, begins + length * span.speed)
        if ended is None or (due - ended) / abs(span.speed) < _WORTH_SAYING:
            return
        missing = float(min((due - ended) / abs(span.speed), length))
        name = self._bench.path(span.sound.digest).name
        if span.speed > 0:
            text = f"{name}: its sound ends {missing:.2f} s before an event that uses it does; silence follows"
        else:
            text = f"{name}: its sound ends before an event that plays it backwards begins: {missing:.2f} s of silence"
        self._bench.progress.note(text)


def _gain(span: SoundSpan, offset: int, count: int) -> _Gains | None:
    """Return the gain of `count` samples from the span's sample `offset` on, or None where it is 1 throughout.

    Crossfades keep the power (sine up, cosine down), join fades are raised cosines; a sample's gain is that of its middle.
    """
    offset += span.before
    length = span.before + span.end - span.start + span.after
    rises, falls = max(span.crossfade, span.fade_in), max(span.crossfade_out, span.fade_out)
    level = 10 ** (span.gain_millibel / 2000)
    if offset >= rises and offset + count <= length - falls:
        return None if span.gain_millibel == 0 else np.full(count, level, np.float32)
    after = np.arange(offset, offset + count) + 0.5
    before = length - after
    gain = np.full(count, level)
    for fade, distance in ((span.crossfade, after), (span.crossfade_out, before)):
        if fade:
            gain *= np.sin(np.clip(distance / fade, 0, 1) * (pi / 2))
    for fade, distance in ((span.fade_in, after), (span.fade_out, before)):
        if fade:
            gain *= 0.5 - 0.5 * np.cos(np.clip(distance / fade, 0, 1) * pi)
    return gain.astype(np.float32)
