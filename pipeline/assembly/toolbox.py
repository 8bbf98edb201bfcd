"""The tools of one run, chosen by what film.yaml names, each made when it is first needed."""

from functools import cached_property
from pathlib import Path

from footage_manifest.model import Film
from footage_manifest.paths import inside
from footage_manifest.wording import Refusal
from pipeline.engine.run import Engine
from pipeline.errors import ToolMissing
from pipeline.ports.speech import Recogniser, SpeechFinder
from pipeline.ports.translation import Translator
from pipeline.tools.draw_subtitles import LibassDrawer
from pipeline.tools.encode_sound import AacEncoder
from pipeline.tools.find_speech import SileroSpeechFinder
from pipeline.tools.fonts import find_font
from pipeline.tools.mix import SpanMixer
from pipeline.tools.mux import LibavMuxer
from pipeline.tools.probe import LibavProbe
from pipeline.tools.probe_still import PillowStillProbe
from pipeline.tools.programs import find_ffmpeg
from pipeline.tools.recognise import WhisperRecogniser
from pipeline.tools.recognise_faster_whisper import FasterWhisperEar
from pipeline.tools.recognise_openai_whisper import OpenAIWhisperEar
from pipeline.tools.segment_encoder import LibavSegmentEncoder
from pipeline.tools.segment_join import LibavSegmentJoiner
from pipeline.tools.translators import choose_translator


class Toolbox:
    """Executors by the work they do. `folder` is the film's."""

    def __init__(self, film: Film, folder: Path) -> None:
        self._film = film
        self._folder = folder
        self.media_probe = LibavProbe()
        self.still_probe = PillowStillProbe()
        self.segment_encoder = LibavSegmentEncoder()
        self.segment_joiner = LibavSegmentJoiner()
        self.mixer = SpanMixer()
        self.sound_encoder = AacEncoder()
        self.muxer = LibavMuxer()

    @cached_property
    def speech_finder(self) -> SpeechFinder:
        """The voice detector."""
        return SileroSpeechFinder()

    @cached_property
    def recogniser(self) -> Recogniser:
        """The engine that film.yaml names, never another (rule 20)."""
        said = self._film.transcription
        ear = FasterWhisperEar if said.engine == "faster-whisper" else OpenAIWhisperEar
        return WhisperRecogniser(ear(said.model, device=said.device, film=self._folder))

    def translator(self, source: str, target: str) -> Translator | None:
        """Return the engine for a direction: the named one, or for `auto` the best that is here; None for none."""
        return choose_translator(self._film.translation.engine, source, target, self._film.transcription, self._folder)

    @cached_property
    def subtitle_drawer(self) -> LibassDrawer:
        """libass, through the ffmpeg program."""
        return LibassDrawer(find_ffmpeg(film=self._folder))

    def subtitle_font(self, engine: Engine) -> str:
        """Return the digest of the font that subtitles are drawn with, and make it known to tools.

        Raises ToolMissing where the film's own is not in the film folder.
        """
        named = self._film.subtitles.font
        try:
            font = find_font(inside(self._folder, named) if named else None)
        except Refusal as error:
            raise ToolMissing(f"subtitles.font: {error.what}", error.cure) from error
        return engine.digests([font.path])[0]
