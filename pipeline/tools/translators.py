"""Which engine translates a direction: the one that film.yaml names, or for `auto` the best that is on this machine."""

from collections.abc import Sequence
from pathlib import Path

from footage_manifest.model import Film
from footage_manifest.translation import TranslationEngine
from pipeline.errors import ToolError, ToolMissing
from pipeline.ports.translation import Translator
from pipeline.tools.recognise_faster_whisper import FasterWhisperEar
from pipeline.tools.translate_apertium import HOW_TO_GET, ApertiumTranslator
from pipeline.tools.translate_ctranslate2 import CTranslate2Translator
from pipeline.tools.translate_deepl import DeepLTranslator
from pipeline.tools.translate_libretranslate import LibreTranslator
from pipeline.tools.translate_whisper import WhisperTranslator


class Translators:
    """The engines of one film, each model loaded once. `folder` is the film's: no program or key is taken from it."""

    def __init__(self, film: Film, folder: Path) -> None:
        self._film = film
        self._folder = folder
        self._models: dict[str, CTranslate2Translator] = {}
        self._servers: dict[tuple[str, tuple[str, ...]], LibreTranslator] = {}

    def choose(self, source: str, target: str, private: Sequence[str] = ()) -> Translator | None:
        """Return the translator for a direction, None where no engine covers it or the film wants none.

        `auto` takes the model that the film names if it has the direction, then Apertium where it has the pair, else Whisper
        into English (its text is a translation of what was heard, not of the cues); never an outside service. A named engine
        is never replaced by another (rule 20): raises ToolMissing where it is not to be had. `private` are names that are
        not sent to a service. Raises ToolError for a service that the film does not allow.
        """
        said = self._film.translation.into(source, target)
        if said.service and said.service not in self._film.services:
            what = f"{said.service} is an outside service, and film.yaml does not allow it"
            raise ToolError(what, f"add 'services: [{said.service}]' to film.yaml; nothing was sent")
        candidates = {
            "auto": (self._model, self._apertium, self._whisper),
            "ctranslate2": (self._model,),
            "apertium": (self._apertium,),
            "whisper": (self._whisper,),
        }.get(said.engine, ())
        for candidate in candidates:
            found = candidate(said, source, target)
            if found is not None:
                return found
        return self._service(said, source, target, tuple(private))

    def _model(self, said: TranslationEngine, source: str, target: str) -> Translator | None:
        if said.model is None:
            return None
        device = self._film.transcription.device
        kept = self._models.setdefault(said.model, CTranslate2Translator(said.model, film=self._folder, device=device))
        if f"{source}-{target}" in self._film.translation.pairs:
            kept.state(source, target)
        return kept if kept.covers(source, target) else None

    def _apertium(self, said: TranslationEngine, source: str, target: str) -> Translator | None:
        apertium = ApertiumTranslator(film=self._folder)
        if said.engine == "apertium" and not apertium.installed:
            raise ToolMissing("translation.engine is apertium, which is not installed", HOW_TO_GET)
        return apertium if apertium.covers(source, target) else None

    def _whisper(self, said: TranslationEngine, source: str, target: str) -> Translator | None:
        heard = self._film.transcription
        ear = FasterWhisperEar(heard.model, device=heard.device, film=self._folder)
        whisper = WhisperTranslator(ear, heard.model)
        if whisper.covers(source, target) and (said.engine == "whisper" or _is_there(ear)):
            return whisper
        return None

    def _service(
        self, said: TranslationEngine, source: str, target: str, private: tuple[str, ...]
    ) -> Translator | None:
        found: Translator | None = None
        if said.engine == "deepl":
            found = DeepLTranslator(film=self._folder, private=private)
        elif said.engine == "libretranslate" and said.url:
            made = LibreTranslator(said.url, film=self._folder, private=private)
            found = self._servers.setdefault((said.url, private), made)
        return found if found is not None and found.covers(source, target) else None


def _is_there(ear: FasterWhisperEar) -> bool:
    try:
        ear.weights()
    except ToolMissing:
        return False
    return True
