"""The tools of one run, chosen by what film.yaml names, each loaded and made when it is first needed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from footage_manifest.model import Film
from footage_manifest.paths import inside
from footage_manifest.wording import Refusal, shown
from pipeline.engine.run import Engine
from pipeline.errors import ToolError, ToolMissing
from pipeline.ports.copying import CopyFinder, SegmentCopier
from pipeline.ports.delivery import Muxer, PcmWriter
from pipeline.ports.drawing import CardDrawer, OverlayDrawer, SubtitleDrawer
from pipeline.ports.media import MediaProbe, StillProbe
from pipeline.ports.picture import SegmentEncoder, SegmentJoiner
from pipeline.ports.shots import ShotFinder
from pipeline.ports.sound import EndsFinder, Leveller, Masterer, Mixer, SoundEncoder
from pipeline.ports.sound_levels import SoundLevelMeter
from pipeline.ports.speakers import VoicePrinter
from pipeline.ports.speech import Recogniser, SpeechFinder, TurnTeller, VoiceFinder
from pipeline.ports.sync import SoundSyncer
from pipeline.ports.translation import Translator
from pipeline.stages.draw import look_of
from pipeline.tools.ass_script import Page
from pipeline.tools.font_search import fonts_for
from pipeline.tools.fonts import Font, find_font
from pipeline.tools.markup import plain_text

if TYPE_CHECKING:
    from pipeline.tools.recognise_faster_whisper import FasterWhisperEar
    from pipeline.tools.recognise_openai_whisper import OpenAIWhisperEar
    from pipeline.tools.translators import Translators
    from pipeline.tools.voice import VoiceDetector


class Toolbox:
    """Executors by the work they do. `folder` is the film's."""

    def __init__(self, film: Film, folder: Path) -> None:
        self._film = film
        self._folder = folder

    @cached_property
    def media_probe(self) -> MediaProbe:
        """What libav says of a recording."""
        from pipeline.tools.probe import LibavProbe

        return LibavProbe()

    @cached_property
    def still_probe(self) -> StillProbe:
        """What Pillow says of a photograph."""
        from pipeline.tools.probe_still import PillowStillProbe

        return PillowStillProbe()

    @cached_property
    def segment_encoder(self) -> SegmentEncoder:
        """The picture of a segment, through libav."""
        from pipeline.tools.segment_encoder import LibavSegmentEncoder

        return LibavSegmentEncoder()

    @cached_property
    def copy_finder(self) -> CopyFinder:
        """The frames that can be taken as they are."""
        from pipeline.tools.copy_survey import PacketCopyFinder

        return PacketCopyFinder()

    @cached_property
    def segment_copier(self) -> SegmentCopier:
        """Those frames, taken."""
        from pipeline.tools.copy_segment import PacketCopier

        return PacketCopier()

    @cached_property
    def segment_joiner(self) -> SegmentJoiner:
        """Segments, one behind the other."""
        from pipeline.tools.segment_join import LibavSegmentJoiner

        return LibavSegmentJoiner()

    @cached_property
    def sound_syncer(self) -> SoundSyncer:
        """Two recordings of one sound, laid over each other."""
        from pipeline.tools.sync_waveform import WaveformSyncer

        return WaveformSyncer()

    @cached_property
    def shot_finder(self) -> ShotFinder:
        """Where the picture changes."""
        from pipeline.tools.find_shots import LibavShotFinder

        return LibavShotFinder()

    @cached_property
    def mixer(self) -> Mixer:
        """The sound mix."""
        from pipeline.tools.mix import SpanMixer

        return SpanMixer()

    @cached_property
    def silence_trimmer(self) -> EndsFinder:
        """Where narration begins and ends."""
        from pipeline.tools.prepare_sound import SilenceTrimmer

        return SilenceTrimmer()

    @cached_property
    def leveller(self) -> Leveller:
        """How loud somebody speaks."""
        from pipeline.tools.loudness_level import ReelLeveller

        return ReelLeveller()

    @cached_property
    def level_meter(self) -> SoundLevelMeter:
        """Where the sound is quiet."""
        from pipeline.tools.sound_levels import RmsLevelMeter

        return RmsLevelMeter()

    @cached_property
    def master(self) -> Masterer:
        """Loudness for where a film is shown."""
        from pipeline.tools.loudness_master import LoudnessMaster

        return LoudnessMaster()

    @cached_property
    def sound_encoder(self) -> SoundEncoder:
        """AAC."""
        from pipeline.tools.encode_sound import AacEncoder

        return AacEncoder()

    @cached_property
    def pcm_writer(self) -> PcmWriter:
        """Sound as it is."""
        from pipeline.tools.encode_pcm import LibavPcmWriter

        return LibavPcmWriter()

    @cached_property
    def muxer(self) -> Muxer:
        """Picture, sound and subtitles in one file."""
        from pipeline.tools.mux import LibavMuxer

        return LibavMuxer()

    @cached_property
    def card_painter(self) -> CardDrawer:
        """Title cards and credits."""
        from pipeline.tools.draw_cards import CardPainter

        return CardPainter()

    @cached_property
    def overlay_painter(self) -> OverlayDrawer:
        """Names under people, and the bug."""
        from pipeline.tools.draw_overlays import OverlayPainter

        return OverlayPainter()

    @cached_property
    def speech_finder(self) -> SpeechFinder:
        """The voice detector."""
        from pipeline.tools.find_speech import SileroSpeechFinder

        return SileroSpeechFinder()

    @cached_property
    def voice_finder(self) -> VoiceFinder:
        """The same detector, asked where exactly a voice begins."""
        from pipeline.tools.find_voices import SileroVoiceFinder

        return SileroVoiceFinder(self._detector)

    @cached_property
    def voice_printer(self) -> VoicePrinter:
        """What tells voices apart."""
        from pipeline.tools.voice_prints import ResemblyzerPrinter

        return ResemblyzerPrinter(self._detector)

    @cached_property
    def recogniser(self) -> Recogniser:
        """The engine that film.yaml names, never another (rule 20)."""
        from pipeline.tools.recognise import WhisperRecogniser

        return WhisperRecogniser(self._ear, self._detector)

    @cached_property
    def turn_teller(self) -> TurnTeller:
        """The same engine, asked for languages."""
        from pipeline.tools.tell_turns import WhisperTurnTeller

        return WhisperTurnTeller(self._ear)

    @cached_property
    def _detector(self) -> "VoiceDetector":
        """One for all three that ask it about the same chunks: it remembers what it said."""
        from pipeline.tools.voice import VoiceDetector

        return VoiceDetector()

    @cached_property
    def _ear(self) -> "FasterWhisperEar | OpenAIWhisperEar":
        from pipeline.tools.recognise_faster_whisper import FasterWhisperEar
        from pipeline.tools.recognise_openai_whisper import OpenAIWhisperEar

        said = self._film.transcription
        ear = FasterWhisperEar if said.engine == "faster-whisper" else OpenAIWhisperEar
        return ear(said.model, device=said.device, film=self._folder)

    @cached_property
    def _translators(self) -> "Translators":
        from pipeline.tools.translators import Translators

        return Translators(self._film, self._folder)

    def translator(self, source: str, target: str, private: Sequence[str] = ()) -> Translator | None:
        """Return the engine for a direction: the named one, or for `auto` the best that is here; None for none.

        `private` are names that are not sent to a service.
        """
        return self._translators.choose(source, target, private)

    @cached_property
    def subtitle_drawer(self) -> SubtitleDrawer:
        """libass, through the ffmpeg program."""
        from pipeline.tools.draw_subtitles import LibassDrawer
        from pipeline.tools.programs import find_ffmpeg

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
