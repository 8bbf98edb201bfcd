"""The mix as 24-bit PCM, for those who go on working with it: a broadcast WAV that says at which timecode it begins."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
from av.audio.frame import AudioFrame

from pipeline.errors import ToolError
from pipeline.ports.delivery import PcmRequest
from pipeline.ports.sound import MIX_SAMPLE_RATE, EncodedSound
from pipeline.ports.work import Bench
from pipeline.tools.encode_sound import decoded_samples
from pipeline.tools.media_open import file_url, library_versions, open_media, plain_errors

_RULES = "1"
"""Raised when the same mix must give other samples."""

_STEPS = 1 << 23
"""A 24-bit sample's steps on either side of zero."""

_UNUSED_BITS = 8
"""libav hands 24-bit samples over in the upper bits of 32."""


class LibavPcmWriter:
    """Writes WAV files with libav; carries out `pipeline.ports.delivery.PcmWriter`."""

    def identity(self, request: PcmRequest) -> Mapping[str, str]:  # noqa: ARG002 - the same for every request
        """Return the version of the library that writes containers, and of our rules."""
        return {"rules": _RULES, "libavformat": library_versions()["libavformat"]}

    def provenance(self) -> Mapping[str, str]:
        """Return the versions of PyAV and libav."""
        return library_versions()

    def carry_out(self, requests: Sequence[PcmRequest], bench: Bench) -> Iterator[tuple[int, EncodedSound]]:
        """Yield each file, decoded again and counted. Raises ToolError where the count is not the mix's."""
        for index, request in enumerate(requests):
            path = bench.work / f"sound-{index}.wav"
            with plain_errors("the mix cannot be written as PCM"):
                _write(bench.path(request.mix.file.digest), path, request.start)
            with plain_errors("the PCM that was written cannot be read back"):
                decoded = decoded_samples(path)
            if decoded != request.mix.samples:
                raise ToolError(f"the PCM that was written has {decoded} samples; the mix has {request.mix.samples}")
            yield index, EncodedSound(file=bench.keep(path), samples=request.mix.samples)


def _write(mix: Path, path: Path, start: int) -> None:
    options = {"fflags": "+bitexact", "rf64": "auto", "write_bext": "1"}
    with open_media(mix) as source, av.open(file_url(path), "w", format="wav", container_options=options) as container:
        container.metadata["time_reference"] = str(start)
        stream = container.add_stream(
            "pcm_s24le", rate=MIX_SAMPLE_RATE, layout="stereo", options={"flags": "+bitexact"}
        )
        written = 0
        for heard in source.decode(audio=0):
            frame = AudioFrame.from_ndarray(_in_24_bits(heard), format="s32", layout="stereo")
            frame.sample_rate = MIX_SAMPLE_RATE
            frame.time_base = Fraction(1, MIX_SAMPLE_RATE)
            frame.pts = written
            written += frame.samples
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def _in_24_bits(frame: AudioFrame) -> npt.NDArray[np.int32]:
    steps = np.rint(frame.to_ndarray().astype(np.float64) * _STEPS)
    return np.clip(steps, -_STEPS, _STEPS - 1).astype(np.int32) << _UNUSED_BITS
