"""The default engine: faster-whisper, with 8-bit numbers on a processor, 16-bit ones on an NVIDIA card."""

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from pipeline.errors import ToolError, ToolMissing
from pipeline.tools.listen import HEARING_RATE, Samples
from pipeline.tools.log_mel import log_mel_in_pieces
from pipeline.tools.memory import give_memory_back
from pipeline.tools.recognise import Heard, Hearing
from pipeline.tools.spoken import HeardWord
from pipeline.tools.weights import Weights, find_weights

if TYPE_CHECKING:
    from faster_whisper import WhisperModel

Device = Literal["auto", "cpu", "cuda"]

_LOOPS_ABOVE = 2.4
"""A text that zlib packs this much smaller repeats itself (the threshold of the Whisper authors)."""

TELLING_FRAMES = 500
"""Hundredths of a second by which a turn's language is told."""

_COMPUTE = {"cpu": "int8", "cuda": "float16"}


class FasterWhisperEar:
    """Hears with faster-whisper, one thread a hearing; loaded when first needed.

    Temperature stays 0: sampling would make the result depend on what was heard before on the same thread.
    """

    name = "faster-whisper"
    options = "words; temperature 0"

    def __init__(self, model: str, *, device: Device = "auto", film: Path | None = None) -> None:
        self._model_name = model
        self._device: Device = device
        self._film = film
        self._lock = Lock()
        self._loaded: WhisperModel | None = None
        self._on = ""

    def weights(self) -> Weights:
        """Return the weights. Raises ToolMissing where they are not to be had."""
        with self._lock:
            return self._found

    @cached_property
    def _found(self) -> Weights:
        return find_weights(self._model_name, film=self._film)

    def provenance(self) -> Mapping[str, str]:
        """Return versions, device and number format."""
        device = self._on or "not loaded"
        return {
            "faster-whisper": version("faster-whisper"),
            "ctranslate2": version("ctranslate2"),
            "device": device,
            "numbers": _COMPUTE.get(device, ""),
        }

    def get_ready(self, jobs: int) -> None:
        """Load the weights for `jobs` hearings at once. Raises ToolMissing or ToolError."""
        weights = self.weights()
        with self._lock:
            if self._loaded is None:
                self._loaded, self._on = _load(weights, self._device, jobs)

    def rest(self) -> None:
        """Let go of the weights until `get_ready` is called again."""
        with self._lock:
            self._loaded = None
        give_memory_back()

    def languages(self) -> frozenset[str]:
        """Return the language codes the weights know."""
        return frozenset(self._model.supported_languages)

    def detect(self, samples: Samples) -> Mapping[str, float]:
        """Return how likely each language is."""
        if not self._model.model.is_multilingual:
            return {"en": 1.0}
        return dict(self._model.detect_language(samples)[2])

    def tell(self, samples: Samples) -> Mapping[str, float]:
        """Return how likely each language is, looking at no more than the sound has: a ninth of the work of 30 s."""
        if not self._model.model.is_multilingual:
            return {"en": 1.0}
        import ctranslate2  # noqa: PLC0415 - as above

        features = self._model.feature_extractor(samples)[..., :TELLING_FRAMES]
        short = np.ascontiguousarray(np.pad(features, ((0, 0), (0, TELLING_FRAMES - features.shape[-1])))[None])
        found = self._model.model.detect_language(ctranslate2.StorageView.from_array(short))[0]
        return {token[2:-2]: float(level) for token, level in found}

    def hear(self, samples: Samples, hearing: Hearing) -> Heard:
        """Return what is heard in `samples`."""
        segments, _ = self._model.transcribe(
            samples,
            language=hearing.language,
            beam_size=hearing.beam,
            temperature=0.0,
            word_timestamps=True,
            condition_on_previous_text=hearing.lean_on_previous,
            initial_prompt=hearing.prompt or None,
        )
        return _heard(segments, hearing.reached)

    def translate(self, samples: Samples, language: str) -> Heard:
        """Return in English what is said in `language`, each word about where its meaning is heard."""
        segments, _ = self._model.transcribe(
            samples,
            language=language,
            task="translate",
            temperature=0.0,
            word_timestamps=True,
            condition_on_previous_text=False,
        )
        return _heard(segments, lambda _: None)

    @property
    def _model(self) -> Any:
        if self._loaded is None:
            raise ToolError("the speech engine was asked before it was made ready")
        return self._loaded


def _heard(segments: Iterable[Any], reached: Callable[[float], None]) -> Heard:
    words, loops = [], False
    for segment in segments:
        reached(segment.end)
        loops = loops or segment.compression_ratio > _LOOPS_ABOVE
        for index, word in enumerate(segment.words or ()):
            text = word.word if index or word.word[:1].isspace() else f" {word.word}"
            words.append(HeardWord(text=text, start_s=word.start, end_s=word.end, probability=word.probability))
    return Heard(words=tuple(words), loops=loops)


def _load(weights: Weights, device: Device, jobs: int) -> "tuple[WhisperModel, str]":
    """Return the model, and the device it is on."""
    import ctranslate2  # noqa: PLC0415 - takes 0.2 s, in runs that hear speech only

    has_card = ctranslate2.get_cuda_device_count() > 0
    if device == "cuda" and not has_card:
        raise ToolMissing(
            "transcription.device is cuda, and there is no NVIDIA card here",
            "write `device: auto` in film.yaml, or see that nvidia-smi lists a card",
        )
    if has_card and device != "cpu":
        try:
            model = _model(weights, "cuda", jobs)
            _try_out(model)
        except RuntimeError as error:  # a card without cuBLAS or cuDNN shows only when it is used
            if device == "cuda":
                raise ToolMissing(
                    f"the NVIDIA card cannot be used: {_first_line(error)}",
                    "install the CUDA libraries (nvidia-cublas-cu12, nvidia-cudnn-cu12), or write `device: cpu`",
                ) from error
        else:
            return model, "cuda"
    try:
        return _model(weights, "cpu", jobs), "cpu"
    except (RuntimeError, ValueError) as error:
        raise ToolError(
            f"the model in {weights.path} cannot be loaded: {_first_line(error)}", "get it again: scripts/get-weights"
        ) from error


def _model(weights: Weights, device: str, jobs: int) -> "WhisperModel":
    from faster_whisper import WhisperModel  # noqa: PLC0415 - as above
    from faster_whisper.feature_extractor import FeatureExtractor  # noqa: PLC0415 - as above

    class InPieces(FeatureExtractor):  # type: ignore[misc]
        def __call__(self, waveform: Samples, padding: int = 160, chunk_length: int | None = None) -> Samples:
            if chunk_length not in {None, self.chunk_length}:
                raise ToolError(f"the speech engine asks for windows of {chunk_length} s, which is not foreseen")
            return log_mel_in_pieces(self, waveform, padding)

    class OneEncoding(WhisperModel):  # type: ignore[misc]
        """Encodes one window at a time, which takes 180 MB; decoding goes on beside it."""

        encoding = Lock()

        def encode(self, features: Samples) -> Any:
            with self.encoding:
                give_memory_back()
                return super().encode(features)

    model = (OneEncoding if device == "cpu" else WhisperModel)(
        str(weights.path),
        device=device,
        compute_type=_COMPUTE[device],
        cpu_threads=1,
        num_workers=jobs,
        local_files_only=True,
    )
    model.feature_extractor = InPieces(**model.feat_kwargs)
    return model


def _try_out(model: Any) -> None:
    model.encode(model.feature_extractor(np.zeros(HEARING_RATE, np.float32)))


def _first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__
