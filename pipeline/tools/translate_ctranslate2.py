"""Translation by a converted model on this machine: CTranslate2 with sentencepiece, sentence by sentence."""

from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from threading import Lock
from typing import Any

from pipeline.errors import ToolError, ToolMissing
from pipeline.ports.translation import Translated, TranslateRequest
from pipeline.ports.work import Bench
from pipeline.tools.recognise_faster_whisper import Device
from pipeline.tools.translate_apertium import TASK
from pipeline.tools.translate_models import Family, TranslationModel, find_translation_model
from pipeline.tools.translate_sentences import sentences, within
from pipeline.tools.translate_shielded import translate_shielded

_BEAM = 4
_MOST_TOKENS = 160
"""Longer sentences are taken in parts: models forget the end of what is much longer than what they were taught on."""

_TIMES_LONGER, _LONGER_BY = 3, 24
"""A translation this much longer than its source, in tokens, goes in circles. OPUS-MT models end at 512 in any case."""

_AT_ONCE = 32
_COMPUTE = {"cpu": "int8", "cuda": "int8_float16"}
_END = "</s>"
_SPACE = "▁"
"""What sentencepiece writes for a space; it stays in pieces that the target's side does not know, as names may be."""

_SPECIAL = frozenset({"<s>", _END, "<pad>", "<unk>"})


class CTranslate2Translator:
    """Translates with one model; loaded when first needed. `film` is the folder that a relative path starts from."""

    name = "ctranslate2"
    service = ""

    def __init__(self, model: str, *, film: Path | None = None, device: Device = "auto") -> None:
        self._name = model
        self._film = film
        self._device = device
        self._lock = Lock()
        self._found: TranslationModel | None = None
        self._loaded: _Loaded | None = None
        self._stated: set[tuple[str, str]] = set()

    def state(self, source: str, target: str) -> None:
        """Take it from film.yaml that the model translates this direction, where the model itself does not say."""
        self._stated.add((source, target))

    def model(self) -> TranslationModel:
        """Return the model. Raises ToolMissing where it is not to be had, ToolError where it is not whole."""
        with self._lock:
            self._found = self._found or find_translation_model(self._name, film=self._film)
            return self._found

    def covers(self, source: str, target: str) -> bool:
        """Return whether the model translates this direction. Raises as `model`."""
        return self.model().covers(source, target, stated=(source, target) in self._stated)

    def identity(self, request: TranslateRequest) -> Mapping[str, str]:
        """Return the digest of the model with its tokenizers, and the options. Raises as `model`."""
        self._require(request)
        options = f"int8; beam {_BEAM}; sentences up to {_MOST_TOKENS} tokens, {_AT_ONCE} at once; terms; ¿¡"
        return {"engine": self.name, "weights": self.model().digest, "options": options}

    def provenance(self) -> Mapping[str, str]:
        """Return versions, the model's family and place, and the device."""
        found = self.model()
        return {
            "ctranslate2": version("ctranslate2"),
            "sentencepiece": version("sentencepiece"),
            "model": f"{found.family.value} {found.folder}",
            "device": self._loaded.device if self._loaded else "not loaded",
        }

    def carry_out(self, requests: Sequence[TranslateRequest], bench: Bench) -> Iterator[tuple[int, Translated]]:
        """Yield (index, the translation of a request), in order. Raises ToolMissing or ToolError."""
        for request in requests:
            self._require(request)
        loaded = self._load(bench.jobs)
        bench.progress.start(TASK, sum(len(request.passages) for request in requests), "passages")
        for index, request in enumerate(requests):

            def say(texts: Sequence[str], asked: TranslateRequest = request) -> list[str]:
                return loaded.say(texts, asked.source, asked.target)

            yield index, translate_shielded(request, say, bench.progress.note)
            bench.progress.advance(TASK, len(request.passages))
        bench.progress.finish(TASK)

    def _require(self, request: TranslateRequest) -> None:
        if not self.covers(request.source, request.target):
            found = self.model()
            what = (
                f"the {found.family.value} model {self._name} does not translate {request.source} into {request.target}"
            )
            raise ToolMissing(what, "name another model for that direction under translation.pairs in film.yaml")

    def _load(self, jobs: int) -> "_Loaded":
        found = self.model()
        with self._lock:
            self._loaded = self._loaded or _Loaded(found, self._device, jobs)
            return self._loaded


class _Loaded:
    """A model in memory with its tokenizers."""

    def __init__(self, model: TranslationModel, device: Device, jobs: int) -> None:
        import ctranslate2  # noqa: PLC0415 - takes 0.2 s, in runs that translate with it
        import sentencepiece  # noqa: PLC0415 - as above

        self._model = model
        self.device = ("cuda" if ctranslate2.get_cuda_device_count() else "cpu") if device == "auto" else device
        try:
            self._source, self._target = (sentencepiece.SentencePieceProcessor(model_file=str(p)) for p in model.pieces)
            self._translator = ctranslate2.Translator(
                str(model.folder),
                device=self.device,
                compute_type=_COMPUTE[self.device],
                intra_threads=max(1, jobs),
                inter_threads=1,
            )
        except (RuntimeError, ValueError, OSError) as error:
            raise ToolError(f"{model.folder} cannot be loaded: {error}", "convert the model again") from error

    def say(self, texts: Sequence[str], source: str, target: str) -> list[str]:
        """Return the translation of each text; empty where it could make nothing of a sentence."""
        parts = [within(sentences(text, source), self._length, _MOST_TOKENS) for text in texts]
        said = iter(self._translated([part for each in parts for part in each], source, target))
        found = [[next(said) for _ in each] for each in parts]
        return [" ".join(each) if all(each) else "" for each in found]

    def _length(self, text: str) -> int:
        return len(self._source.encode(text, out_type=str))

    def _translated(self, parts: Sequence[str], source: str, target: str) -> list[str]:
        """Return each part's translation. Signs alone are not asked for, nor one word that is too long for any sentence."""
        said = list(parts)
        asked = [at for at, part in enumerate(parts) if _has_letters(part) and self._length(part) <= _MOST_TOKENS]
        for first in range(0, len(asked), _AT_ONCE):
            places = asked[first : first + _AT_ONCE]
            for at, text in zip(places, self._together([parts[at] for at in places], source, target), strict=True):
                said[at] = text
        return said

    def _together(self, parts: Sequence[str], source: str, target: str) -> list[str]:
        tokens = [self._asked(self._source.encode(part, out_type=str), source, target) for part in parts]
        prefix = self._prefix(target)
        longest = _TIMES_LONGER * max(map(len, tokens)) + _LONGER_BY
        try:
            results = self._translator.translate_batch(
                tokens,
                target_prefix=[prefix] * len(tokens) if prefix else None,
                beam_size=_BEAM,
                max_input_length=0,
                max_decoding_length=longest,
                replace_unknowns=True,
            )
        except (RuntimeError, ValueError) as error:
            raise ToolError(f"the model {self._model.name} failed: {error}", "try another model or engine") from error
        return [self._read(result.hypotheses[0], asked, prefix) for result, asked in zip(results, tokens, strict=True)]

    def _read(self, hypothesis: Sequence[str], asked: Sequence[str], prefix: Sequence[str]) -> str:
        pieces = [piece for piece in hypothesis if piece not in _SPECIAL and piece not in prefix]
        if len(pieces) > _TIMES_LONGER * len(asked) + _LONGER_BY // 2:
            return ""
        text: Any = self._target.decode_pieces(pieces)
        return " ".join(str(text).replace(_SPACE, " ").replace("⁇", " ").split())

    def _asked(self, pieces: Sequence[str], source: str, target: str) -> list[str]:
        """Return a sentence as the model wants it: its pieces, its language or the other, and an end."""
        model = self._model
        ahead = source if model.family in {Family.NLLB, Family.M2M} else target
        token = model.token(ahead)
        return [*([token] if token else []), *pieces, *([] if model.ends_sources else [_END])]

    def _prefix(self, target: str) -> list[str]:
        token = self._model.token(target) if self._model.family in {Family.NLLB, Family.M2M} else None
        return [token] if token else []


def _has_letters(text: str) -> bool:
    return any(letter.isalpha() for letter in text)
