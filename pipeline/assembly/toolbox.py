"""The tools of one run, chosen by what film.yaml names, each made when it is first needed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from footage_manifest.model import Film
from footage_manifest.paths import inside
from footage_manifest.wording import Refusal, shown
from pipeline.engine.run import Engine
from pipeline.errors import ToolError, ToolMissing
from pipeline.ports.speakers import VoicePrinter
from pipeline.ports.speech import Recogniser, SpeechFinder, TurnTeller, VoiceFinder
from pipeline.ports.translation import Translator
from pipeline.stages.draw import look_of
from pipeline.tools.ass_script import Page
from pipeline.tools.copy_segment import PacketCopier
from pipeline.tools.copy_survey import PacketCopyFinder
from pipeline.tools.draw_cards import CardPainter
from pipeline.tools.draw_overlays import OverlayPainter
from pipeline.tools.draw_subtitles import LibassDrawer
from pipeline.tools.encode_pcm import LibavPcmWriter
from pipeline.tools.encode_sound import AacEncoder
from pipeline.tools.find_shots import LibavShotFinder
from pipeline.tools.find_speech import SileroSpeechFinder
from pipeline.tools.find_voices import SileroVoiceFinder
from pipeline.tools.font_search import fonts_for
from pipeline.tools.fonts import Font, find_font
from pipeline.tools.loudness_level import ReelLeveller
from pipeline.tools.loudness_master import LoudnessMaster
from pipeline.tools.markup import plain_text
from pipeline.tools.mix import SpanMixer
from pipeline.tools.mux import LibavMuxer
from pipeline.tools.prepare_sound import SilenceTrimmer
from pipeline.tools.probe import LibavProbe
from pipeline.tools.probe_still import PillowStillProbe
from pipeline.tools.programs import find_ffmpeg
from pipeline.tools.recognise import WhisperRecogniser
from pipeline.tools.recognise_faster_whisper import FasterWhisperEar
from pipeline.tools.recognise_openai_whisper import OpenAIWhisperEar
from pipeline.tools.segment_encoder import LibavSegmentEncoder
from pipeline.tools.segment_join import LibavSegmentJoiner
from pipeline.tools.sound_levels import RmsLevelMeter
from pipeline.tools.sync_waveform import WaveformSyncer
from pipeline.tools.tell_turns import WhisperTurnTeller
from pipeline.tools.translators import Translators
from pipeline.tools.voice import VoiceDetector
from pipeline.tools.voice_prints import ResemblyzerPrinter


class Toolbox:
    """Executors by the work they do. `folder` is the film's."""

    def __init__(self, film: Film, folder: Path) -> None:
        self._film = film
        self._folder = folder
        self._translators = Translators(film, folder)
        self.media_probe = LibavProbe()
        self.still_probe = PillowStillProbe()
        self.segment_encoder = LibavSegmentEncoder()
        self.copy_finder = PacketCopyFinder()
        self.segment_copier = PacketCopier()
        self.segment_joiner = LibavSegmentJoiner()
        self.sound_syncer = WaveformSyncer()
        self.shot_finder = LibavShotFinder()
        self.mixer = SpanMixer()
        self.silence_trimmer = SilenceTrimmer()
        self.leveller = ReelLeveller()
        self.level_meter = RmsLevelMeter()
        self.master = LoudnessMaster()
        self.sound_encoder = AacEncoder()
        self.pcm_writer = LibavPcmWriter()
        self.muxer = LibavMuxer()
        self.card_painter = CardPainter()
        self.overlay_painter = OverlayPainter()

    @cached_property
    def speech_finder(self) -> SpeechFinder:
        """The voice detector."""
        return SileroSpeechFinder()

    @cached_property
    def voice_finder(self) -> VoiceFinder:
        """The same detector, asked where exactly a voice begins."""
        return SileroVoiceFinder(self._detector)

    @cached_property
    def voice_printer(self) -> VoicePrinter:
        """What tells voices apart."""
        return ResemblyzerPrinter(self._detector)

    @cached_property
    def recogniser(self) -> Recogniser:
        """The engine that film.yaml names, never another (rule 20)."""
        return WhisperRecogniser(self._ear, self._detector)

    @cached_property
    def turn_teller(self) -> TurnTeller:
        """The same engine, asked for languages."""
        return WhisperTurnTeller(self._ear)

    @cached_property
    def _detector(self) -> VoiceDetector:
        """One for all three that ask it about the same chunks: it remembers what it said."""
        return VoiceDetector()

    @cached_property
    def _ear(self) -> FasterWhisperEar | OpenAIWhisperEar:
        said = self._film.transcription
        ear = FasterWhisperEar if said.engine == "faster-whisper" else OpenAIWhisperEar
        return ear(said.model, device=said.device, film=self._folder)

    def translator(self, source: str, target: str, private: Sequence[str] = ()) -> Translator | None:
        """Return the engine for a direction: the named one, or for `auto` the best that is here; None for none.

        `private` are names that are not sent to a service.
        """
        return self._translators.choose(source, target, private)

    @cached_property
    def subtitle_drawer(self) -> LibassDrawer:
        """libass, through the ffmpeg program."""
        return LibassDrawer(find_ffmpeg(film=self._folder))

    def subtitle_font(self, engine: Engine) -> str:
        """Return the digest of the font that subtitles are drawn with, and make it known to tools.

        Raises ToolMissing where the film's own is not in the film folder.
        """
        return engine.digests([self._subtitle_font.path])[0]

    def subtitle_fonts(self, engine: Engine, texts: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Return for each text of a subtitle the digests of the fonts it is drawn with, the film's own first.

        They are known to tools then. Raises ToolMissing, naming characters and what to install, where no font has them.
        """
        fonts: dict[str, tuple[Font, ...]] = {}
        for text in texts:
            try:
                fonts[text] = fonts_for(self._subtitle_font, plain_text(text))
            except Refusal as error:
                raise ToolMissing(f"{error.what}, which {shown(plain_text(text))} needs", error.cure) from error
        paths = list(dict.fromkeys(font.path for chosen in fonts.values() for font in chosen))
        known = dict(zip(paths, engine.digests(paths), strict=True))
        return {text: tuple(known[font.path] for font in chosen) for text, chosen in fonts.items()}

    def graphics_fonts(self, text: str) -> tuple[Path, ...]:
        """Return the fonts that a text of the film's graphics is drawn with, the film's own first.

        Raises Refusal where no font has a character, ToolMissing where the film's own is not in the film folder.
        """
        return tuple(font.path for font in fonts_for(self._graphics_font, text))

    def unfit_fonts(self) -> Iterator[tuple[str, str, str]]:
        """Yield the field of film.yaml, what is wrong and the cure for each font of the film's own that cannot be used."""
        own = {"graphics": self._film.graphics.font, "subtitles": self._film.subtitles.font}
        for section, named in own.items():
            try:
                self._own_font(named, section)
            except ToolError as error:
                yield f"{section}.font", error.what.removeprefix(f"{section}.font: "), error.cure

    def subtitle_top(self, size: tuple[int, int], language: str) -> int:
        """Return the first pixel row that two lines of subtitles can reach, in a picture of `size`."""
        look = look_of(self._film.subtitles.burn_in)
        return Page(size[0], size[1], language, self._subtitle_font, look=replace(look, at_top=False)).top_of(2)

    @cached_property
    def _subtitle_font(self) -> Font:
        return self._own_font(self._film.subtitles.font, "subtitles")

    @cached_property
    def _graphics_font(self) -> Font:
        return self._own_font(self._film.graphics.font, "graphics")

    def _own_font(self, named: str | None, section: str) -> Font:
        try:
            return find_font(inside(self._folder, named) if named else None, f"{section}: font:")
        except Refusal as error:
            raise ToolMissing(f"{section}.font: {error.what}", error.cure) from error
