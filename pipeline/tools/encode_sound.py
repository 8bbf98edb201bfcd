"""The mix, encoded once: AAC-LC in an M4A whose edit list hides the encoder's run-up and declares the exact length."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
import numpy.typing as npt
from av.audio.frame import AudioFrame

from pipeline.errors import ToolError
from pipeline.ports.sound import MIX_SAMPLE_RATE, EncodedSound, EncodeSoundRequest
from pipeline.ports.work import Bench
from pipeline.tools.loudness import measured
from pipeline.tools.media_open import create_mp4, library_versions, open_media, plain_errors
from pipeline.tools.mix_file import BLOCK
from pipeline.tools.sound_reader import Samples

AAC_FRAME = 1024
_LOUDEST_UNNOTICED = 1000
"""Thousandths of full scale: a mix above it is cut off here, and the person is told."""


class AacEncoder:
    """Encodes with libav's AAC encoder; carries out `pipeline.ports.sound.SoundEncoder`."""

    def identity(self, request: EncodeSoundRequest) -> Mapping[str, str]:  # noqa: ARG002 - the same for every request
        """Return the libraries' versions: they hold the encoder."""
        return library_versions()

    def provenance(self) -> Mapping[str, str]:
        """Return the libraries' versions."""
        return library_versions()

    def carry_out(self, requests: Sequence[EncodeSoundRequest], bench: Bench) -> Iterator[tuple[int, EncodedSound]]:
        """Yield each encoded mix, decoded again and counted. Raises ToolError where the count is not the mix's."""
        for index, request in enumerate(requests):
            path = bench.work / f"sound-{index}.m4a"
            if request.mix.peak > _LOUDEST_UNNOTICED:
                times = request.mix.peak / 1000
                bench.progress.note(f"the mix rises to {times:.2f} times full scale and is cut off there; turn it down")
            with plain_errors("the mix cannot be encoded"):
                _encode(bench.path(request.mix.file.digest), path, request.kbps)
            with plain_errors("the encoded mix cannot be read back"):
                _verify(path, request.mix.samples)
                loudness = measured(_decoded(path, request.mix.samples)) if request.measured else None
            yield index, EncodedSound(file=bench.keep(path), samples=request.mix.samples, loudness=loudness)


def decoded_samples(path: Path) -> int:
    """Return how many samples the first sound stream of a file gives when decoded whole, its edit list applied."""
    with open_media(path) as container:
        return sum(frame.samples for frame in container.decode(audio=0))


def _encode(mix: Path, path: Path, kbps: int) -> None:
    with open_media(mix) as source, create_mp4(path, MIX_SAMPLE_RATE, MIX_SAMPLE_RATE) as container:
        stream = container.add_stream("aac", rate=MIX_SAMPLE_RATE, layout="stereo", options={"flags": "+bitexact"})
        stream.bit_rate = kbps * 1000
        written = 0
        for heard in source.decode(audio=0):
            frame = AudioFrame.from_ndarray(_clipped(heard), format="flt", layout="stereo")
            frame.sample_rate = MIX_SAMPLE_RATE
            frame.time_base = Fraction(1, MIX_SAMPLE_RATE)
            frame.pts = written
            written += frame.samples
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def _clipped(frame: AudioFrame) -> npt.NDArray[np.float32]:
    return np.clip(np.asarray(frame.to_ndarray(), np.float32), -1, 1)


def _decoded(path: Path, samples: int) -> Iterator[Samples]:
    """Yield what is heard of the file, ten seconds at a time: rows of samples, `samples` in all."""
    held: list[Samples] = []
    count, left = 0, samples
    with open_media(path) as container:
        for frame in container.decode(audio=0):
            held.append(np.asarray(frame.to_ndarray(), np.float32)[:, :left])
            count += held[-1].shape[1]
            left -= held[-1].shape[1]
            if count >= BLOCK:
                yield np.concatenate(held, axis=1)
                held, count = [], 0
    if held:
        yield np.concatenate(held, axis=1)


def _verify(path: Path, samples: int) -> None:
    """Raise ToolError unless the file declares `samples` and gives them, at most the rest of one AAC frame more."""
    with open_media(path) as container:
        stream = container.streams.audio[0]
        declared = (stream.duration or 0) * (stream.time_base or Fraction(0)) * MIX_SAMPLE_RATE
    decoded = decoded_samples(path)
    if declared != samples or not samples <= decoded < samples + AAC_FRAME:
        raise ToolError(f"the encoded sound declares {declared} samples and gives {decoded}; the mix has {samples}")
