"""The reference engine: openai-whisper, an extra (`pip install 'testimonio[openai-whisper]'`), slower and 2 GB larger."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from pickle import UnpicklingError
from threading import Lock
from types import ModuleType
from typing import Any

import numpy as np

from pipeline.errors import ToolError, ToolMissing
from pipeline.tools.listen import Samples
from pipeline.tools.memory import give_memory_back
from pipeline.tools.recognise import Heard, Hearing
from pipeline.tools.recognise_faster_whisper import Device
from pipeline.tools.spoken import HeardWord
from pipeline.tools.weights import Weights, find_checkpoint

_LOOPS_ABOVE = 2.4
_WINDOW_S = 30


class OpenAIWhisperEar:
    """Hears with openai-whisper, one chunk at a time on all cores; imported and loaded when first needed.

    The model is a checkpoint (`.pt`) given by its path, or a name such as `base`. Settings are those of the default engine.
    """

    name = "openai-whisper"
    options = "words; temperature 0"

    def __init__(self, model: str, *, device: Device = "auto", film: Path | None = None) -> None:
        self._model_name = model
        self._device: Device = device
        self._film = film
        self._lock = Lock()
        self._loaded: Any = None
        self._on = ""

    def weights(self) -> Weights:
        """Return the checkpoint. Raises ToolMissing where it is not to be had."""
        with self._lock:
            return self._found

    @cached_property
    def _found(self) -> Weights:
        cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "whisper"
        return find_checkpoint(
            self._model_name, film=self._film, cache=cache, download=lambda name: _download(name, cache)
        )

    def provenance(self) -> Mapping[str, str]:
        """Return versions, device and number format."""
        device = self._on or "not loaded"
        numbers = "float16" if device.startswith("cuda") else "float32"
        return {
            "openai-whisper": version("openai-whisper"),
            "torch": version("torch"),
            "device": device,
            "numbers": numbers,
        }

    def get_ready(self, jobs: int) -> None:
        """Load the weights; `jobs` is how many cores a hearing uses. Raises ToolMissing or ToolError."""
        weights = self.weights()
        whisper, torch = _library("whisper"), _library("torch")
        with self._lock:
            if self._loaded is None:
                torch.set_num_threads(jobs)
                self._loaded = _load(whisper, torch, weights, self._device)
                self._on = str(self._loaded.device)

    def rest(self) -> None:
        """Let go of the weights until `get_ready` is called again."""
        with self._lock:
            self._loaded = None
        give_memory_back()

    def languages(self) -> frozenset[str]:
        """Return the language codes the weights know."""
        if not self._model.is_multilingual:
            return frozenset({"en"})
        return frozenset(_library("whisper.tokenizer").LANGUAGES)

    def detect(self, samples: Samples) -> Mapping[str, float]:
        """Return how likely each language is."""
        model, whisper = self._model, _library("whisper")
        if not model.is_multilingual:
            return {"en": 1.0}
        mel = whisper.log_mel_spectrogram(whisper.pad_or_trim(samples), n_mels=model.dims.n_mels).to(model.device)
        with self._lock:
            return dict(whisper.detect_language(model, mel)[1])

    def tell(self, samples: Samples) -> Mapping[str, float]:
        """Return how likely each language is: this engine knows only one way."""
        return self.detect(samples)

    def hear(self, samples: Samples, hearing: Hearing) -> Heard:
        """Return what is heard in `samples`."""
        with self._lock, _said_to(self._model, hearing):  # the library hangs its hooks on the one model while it hears
            result = self._model.transcribe(
                samples,
                language=hearing.language,
                beam_size=hearing.beam,
                temperature=0.0,
                word_timestamps=True,
                condition_on_previous_text=hearing.lean_on_previous,
                initial_prompt=hearing.prompt or None,
                fp16=self._model.device.type == "cuda",
            )
        words, loops = [], False
        for segment in result["segments"]:
            loops = loops or segment["compression_ratio"] > _LOOPS_ABOVE
            for index, word in enumerate(segment["words"]):
                text = word["word"] if index or word["word"][:1].isspace() else f" {word['word']}"
                start, end = float(word["start"]), float(word["end"])
                words.append(HeardWord(text=text, start_s=start, end_s=end, probability=float(word["probability"])))
        return Heard(words=tuple(words), loops=loops)

    @property
    def _model(self) -> Any:
        if self._loaded is None:
            raise ToolError("the speech engine was asked before it was made ready")
        return self._loaded


@contextmanager
def _said_to(model: Any, hearing: Hearing) -> Iterator[None]:
    """Tell the hearing how far it is, each time another window of sound is looked at: the library itself says nothing."""
    windows = 0

    def looked_at(*_: object) -> None:
        nonlocal windows
        hearing.reached(float(windows * _WINDOW_S))
        windows += 1

    hook = model.encoder.register_forward_hook(looked_at)
    try:
        yield
    finally:
        hook.remove()


def _library(name: str) -> ModuleType:
    try:
        return import_module(name)
    except ImportError as error:
        raise ToolMissing(
            f"transcription.engine is openai-whisper, which is not installed here ({error})",
            "pip install torch==2.13.0, then 'testimonio[openai-whisper]', or write `engine: faster-whisper` in film.yaml",
        ) from error


def _download(name: str, cache: Path) -> Path | None:
    whisper = _library("whisper")
    url = whisper._MODELS.get(name)  # noqa: SLF001 - there is no public way
    if url is None:
        return None
    try:
        return Path(whisper._download(url, str(cache), in_memory=False))  # noqa: SLF001 - there is no public way
    except (OSError, RuntimeError):  # no connection, a full disk, or not what its name promises: it is not to be had
        return None


def _load(whisper: ModuleType, torch: ModuleType, weights: Weights, device: Device) -> Any:
    has_card = torch.cuda.is_available()
    if device == "cuda" and not has_card:
        raise ToolMissing("transcription.device is cuda, and there is no NVIDIA card here", "write `device: auto`")
    on = "cuda" if has_card and device != "cpu" else "cpu"
    _library("whisper.decoding").__dict__["np"] = _NumpyForTensors()
    try:
        model = whisper.load_model(str(weights.path), device=on)
    except (OSError, EOFError, RuntimeError, LookupError, TypeError, AttributeError, UnpicklingError) as error:
        raise ToolError(f"{weights.path} is not a checkpoint of openai-whisper: {error}", "get it again") from error
    heads = whisper._ALIGNMENT_HEADS.get(_size(model.dims))  # noqa: SLF001 - there is no public way
    if heads is not None:
        model.set_alignment_heads(heads)
    return model


class _NumpyForTensors:
    """numpy as the library's decoder uses it, but that sorting takes tensors.

    Where a beam does not come to an end (a crowd, a loop) the decoder sorts a tensor with numpy, and neither torch 2.13 nor
    numpy 2 takes the other's arguments any more.
    """

    def __getattr__(self, name: str) -> Any:
        return getattr(np, name)

    def argsort(self, values: Any) -> Any:
        """Return the order of values, a tensor's too."""
        return np.argsort(np.asarray(values))


def _size(dims: Any) -> str:
    """Return the name of the model whose layers these are: it says which of them tell the time of words."""
    layers, multilingual = (dims.n_audio_layer, dims.n_text_layer), dims.n_vocab >= 51_865
    if layers == (32, 32):
        return "large-v3" if dims.n_mels == 128 else "large-v2"
    names = {(4, 4): "tiny", (6, 6): "base", (12, 12): "small", (24, 24): "medium", (32, 4): "turbo"}
    return f"{names.get(layers, '')}{'' if multilingual else '.en'}"
