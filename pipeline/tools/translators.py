"""Which engine translates a direction: the one that film.yaml names, or the best that is here."""

from pathlib import Path
from typing import Literal

from footage_manifest.model import Transcription
from pipeline.errors import ToolMissing
from pipeline.ports.translation import Translator
from pipeline.tools.recognise_faster_whisper import FasterWhisperEar
from pipeline.tools.translate_apertium import HOW_TO_GET, ApertiumTranslator
from pipeline.tools.translate_whisper import WhisperTranslator


def choose_translator(
    engine: Literal["auto", "apertium", "whisper", "none"],
    source: str,
    target: str,
    transcription: Transcription,
    film: Path,
) -> Translator | None:
    """Return the translator for a direction, None where no engine covers it or the film wants none.

    `auto` takes Apertium where it has the pair, else Whisper into English (its text is a translation of what was heard, not
    of the cues). A named engine is never replaced by another (rule 20): raises ToolMissing where it is not installed.
    """
    if engine in {"auto", "apertium"}:
        apertium = ApertiumTranslator(film=film)
        if engine == "apertium" and not apertium.installed:
            raise ToolMissing("translation.engine is apertium, which is not installed", HOW_TO_GET)
        if apertium.covers(source, target):
            return apertium
    if engine in {"auto", "whisper"}:
        ear = FasterWhisperEar(transcription.model, device=transcription.device, film=film)
        whisper = WhisperTranslator(ear, transcription.model)
        if whisper.covers(source, target) and (engine == "whisper" or _is_there(ear)):
            return whisper
    return None


def _is_there(ear: FasterWhisperEar) -> bool:
    try:
        ear.weights()
    except ToolMissing:
        return False
    return True
