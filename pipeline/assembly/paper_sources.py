"""What the quotes of a paper edit are looked for in: transcripts, people's subtitles, and the sound around the words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import floor

from footage_manifest.findings import ManifestError
from footage_manifest.model import ReelKind
from pipeline.assembly import words
from pipeline.assembly.options import Step
from pipeline.assembly.paper_find import SaidReel
from pipeline.assembly.paper_words import ReelSaid, reel_said
from pipeline.assembly.review_desk_reels import Unheard
from pipeline.assembly.site import Site
from pipeline.engine import run as engine
from pipeline.errors import PipelineError
from pipeline.stages.media import Media
from pipeline.stages.sound_levels import SOUND_LEVELS, Around
from pipeline.timeline.handles import reel_seconds
from pipeline.timeline.paper_points import Levels
from subtitles.errors import SubtitleError
from subtitles.transcript import Transcript

SPOKEN_KINDS = frozenset({ReelKind.INTERVIEW, ReelKind.NARRATION})
"""The reels that are listened to."""


def quiet(site: Site) -> Site:
    """Return the site as it may be asked what is stored: it makes nothing and says nothing."""
    options = replace(site.options, to=Step.TRANSCRIBE, only=None, dry_run=True)
    dry = engine.Engine(site.engine.store, Unheard(), engine.Options(dry_run=True, jobs=options.jobs))
    return replace(site, options=options, engine=dry, progress=Unheard())


@dataclass(slots=True, kw_only=True)
class Sources:
    """The words and the sound of a film's reels. With `may_make` what is missing is made; else it is not there."""

    site: Site
    media: Media
    may_make: bool
    _reels: dict[str, SaidReel | None] = field(default_factory=dict)

    def hear(self, keys: Sequence[str]) -> None:
        """Have the words of reels ready. Raises WouldRun in a dry run that may make them, ManifestError, StageError."""
        wanted = tuple(key for key in dict.fromkeys(keys) if key not in self._reels)
        for key, transcript in self._transcripts(wanted).items():
            self._reels[key] = None if transcript is None else self._said(key, transcript)

    def reel(self, key: str) -> SaidReel | None:
        """Return the words of a reel, None where nobody has listened to it. Raises as `hear`."""
        self.hear((key,))
        return self._reels[key]

    def stored_reel(self, key: str) -> SaidReel | None:
        """Return the words of a reel as far as they are stored; nothing is made for it."""
        if key not in self._reels:
            transcript = self._stored(quiet(self.site), key)
            return None if transcript is None else self._said(key, transcript)
        return self._reels[key]

    def said(self) -> tuple[ReelSaid, ...]:
        """Return what was said in the reels whose words were asked for."""
        return tuple(reel.said for reel in self._reels.values() if reel is not None)

    def levels(self, asked: Sequence[tuple[str, int, int]]) -> list[Levels | None]:
        """Return how loud it is around words: (reel, from, to). None where nobody has measured that. Raises as `hear`."""
        reels = self.site.production.manifest.reels
        inputs = [
            (f"{key} {begin}", Around(parts=self.media.sounds_of(key, reels[key]), from_ms=begin, to_ms=end))
            for key, begin, end in asked
        ]
        if self.may_make:
            found = self.site.engine.map(SOUND_LEVELS, self.site.tools.level_meter, inputs)
            return [Levels(start_ms=one.start_ms, centibels=one.centibels) for one in found]
        return [self._stored_levels(one) for one in inputs]

    def _stored_levels(self, one: tuple[str, Around]) -> Levels | None:
        try:
            (found,) = self.site.engine.map(SOUND_LEVELS, self.site.tools.level_meter, [one])
        except (engine.WouldRun, PipelineError):
            return None
        return Levels(start_ms=found.start_ms, centibels=found.centibels)

    def _transcripts(self, keys: tuple[str, ...]) -> Mapping[str, Transcript | None]:
        if not self.may_make:
            return {key: self._stored(self.site, key) for key in keys}
        if not keys:
            return {}
        heard = words.heard_in_reels(self.site, self.media, keys)
        return {key: heard.get(key, Transcript(language="")) for key in keys}

    def _stored(self, site: Site, key: str) -> Transcript | None:
        try:
            heard = words.heard_in_reels(site, self.media, (key,))
        except (engine.WouldRun, PipelineError, ManifestError, SubtitleError):
            return None
        return heard.get(key, Transcript(language=""))

    def _said(self, key: str, transcript: Transcript) -> SaidReel:
        lasts_ms = floor(reel_seconds(self.media.reels[key]) * 1000)
        said = reel_said(self.site.folder, self.site.production, key, transcript, reel_ms=lasts_ms)
        return SaidReel(said=said)
