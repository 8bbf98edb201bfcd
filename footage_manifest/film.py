"""The nouns of film.yaml: what is to be made.

Descriptions are what an editor shows beside a key; examples are what a message offers where a key is missing.
"""

from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field, StrictBool, ValidationInfo, field_validator

from footage_manifest.delivery import Profile
from footage_manifest.fields import (
    BurnIn,
    CalendarDate,
    ExactRate,
    FilePath,
    FilePaths,
    FrozenModel,
    LanguageCode,
    Localised,
    Name,
    PictureSize,
    TimecodeLabel,
    TimelineRate,
)
from footage_manifest.graphics import Bug, GraphicsStyle, LowerThirds, LowerThirdsChoice, Title
from footage_manifest.picture_plan import Fit, StillMove
from footage_manifest.sound_plan import Ducking, LaidSound
from footage_manifest.subtitle_tracks import BurnInStyle, CutSubtitles
from footage_manifest.timecode import Clock, TimecodeError
from footage_manifest.translation import Translation
from footage_manifest.wording import Refusal, listed

_DOUBLED = (Fraction(50), Fraction(60000, 1001), Fraction(60))


class Timeline(FrozenModel):
    """The clock and size of every cut of the film. There is no default rate."""

    rate: TimelineRate = Field(description="Frames a second of every cut, exact.", examples=[25])
    size: PictureSize = Field(description="Width and height of the picture in pixels.", examples=["1920x1080"])
    timecode_rate: ExactRate | None = Field(
        default=None, description="Rate at which record labels count: 25 at 50, 30000/1001 at 60000/1001, 30 at 60."
    )
    drop_frame: StrictBool = Field(default=False, description="Whether record labels are drop-frame (29.97 and 59.94).")

    @field_validator("timecode_rate")
    @classmethod
    def _labels_divide(cls, value: Fraction | None, known: ValidationInfo) -> Fraction | None:
        rate = known.data.get("rate")
        if value is None or rate is None or value == rate or (rate in _DOUBLED and value * 2 == rate):
            return value
        choices = [str(rate), *([str(rate / 2)] if rate in _DOUBLED else [])]
        raise Refusal(f"a timeline of {rate} cannot be labelled at {value}", f"write {listed(choices, 'or')}")

    @field_validator("drop_frame")
    @classmethod
    def _drops_somewhere(cls, value: bool, known: ValidationInfo) -> bool:  # noqa: FBT001 - pydantic's signature
        labels = known.data.get("timecode_rate") or known.data.get("rate")
        try:
            if labels is not None:
                Clock(labels, drop=value)
        except TimecodeError as error:
            raise Refusal(str(error), "write false, or a rate of 30000/1001 or 60000/1001") from None
        return value

    @property
    def clock(self) -> Clock:
        """Return how record labels count: at `timecode_rate` where stated (rule 6), else at the rate."""
        return Clock(self.timecode_rate or self.rate, self.drop_frame)

    @property
    def frames_a_label(self) -> int:
        """Return how many timeline frames one record label covers: 2 for a 50 fps timeline labelled at 25, else 1."""
        return int(self.rate / self.clock.rate)


class SoundChoice(StrEnum):
    """Whose sound a cut plays: the EDL's own sound events, or that of whatever is seen."""

    EDL = "edl"
    FOLLOW_PICTURE = "follow-picture"


class Loudness(StrEnum):
    """The loudness profile of a cut; `none` leaves levels as they are."""

    NONE = "none"
    BROADCAST = "broadcast"
    WEB = "web"
    PLATFORM = "platform"


class Version(FrozenModel):
    """One language version of a cut (rule 12)."""

    text: LanguageCode = Field(description="Language of titles and lower thirds.", examples=["es"])
    narration: LanguageCode | None = Field(default=None, description="Language of the narration.")


class Cut(FrozenModel):
    """One cut: which edit it plays, for whom, from which record timecode."""

    source: FilePaths = Field(
        description="The edit: an EDL, or a list of them, one a track; or one paper edit (.md).",
        examples=["cuts/forum.edl"],
    )
    audience: str = Field(
        description="For whom: public, forum, training, internal, book, web or one of the film's own. Consent is checked "
        "against it.",
        examples=["forum"],
    )
    start: TimecodeLabel | None = Field(
        default=None, description='Record timecode of the first frame, such as "01:00:00:00". Default: the earliest.'
    )
    date: CalendarDate | None = Field(default=None, description="Day on which consent must hold. Default: today.")
    sound: SoundChoice | None = Field(default=None, description="The EDL's own sound (default), or what is seen.")
    versions: dict[Name, Version] = Field(default_factory=dict, description="One film for each version named here.")
    picture: Literal["encode", "copy-where-possible"] = Field(default="encode", description="How pictures are made.")
    burn_in: tuple[BurnIn, ...] = Field(
        default=(), description="Subtitles drawn into a copy of the film: [es], [es+en] for both at once, [es-forced]."
    )
    subtitles: CutSubtitles = Field(default=CutSubtitles(), description="Which subtitle tracks the cut comes with.")
    deliverables: tuple[Name, ...] = Field(
        default=(),
        description="Further deliverables: hevc, prores, dnxhr, audio, review, or a profile of the film's own.",
    )
    fit: Fit | None = Field(default=None, description="How pictures of another shape fill the frame, in this cut.")
    moves: dict[Name, StillMove] = Field(default_factory=dict, description="How stills move in this cut, by key.")
    lower_thirds: LowerThirdsChoice = Field(
        default=LowerThirds.NONE, description="Names under people: none, first (where they first speak), or a list."
    )
    music: tuple[LaidSound, ...] = Field(default=(), description="Music laid under the cut.")
    narration: dict[LanguageCode, tuple[LaidSound, ...]] = Field(
        default_factory=dict, description="Narration by language: {es: [{reel: NARR01, at: '01:00:05:00'}]}."
    )
    ducking: Ducking | None = Field(default=None, description="How music gives way to speech; without it, not at all.")
    level_dialogue: StrictBool | None = Field(
        default=None, description="Whether speakers are brought to one level. Default: if a loudness profile is chosen."
    )
    loudness: Loudness = Field(default=Loudness.NONE, description="Loudness profile; none leaves levels as they are.")
    join_fade_ms: Annotated[int, Field(strict=True, ge=0, le=1000)] = Field(
        default=5, description="Milliseconds of fade at each cut in the sound; 0 leaves samples untouched."
    )


class Transcription(FrozenModel):
    """Which engine hears the words, and with which weights: a folder, a name, or a hub name."""

    engine: Literal["faster-whisper", "openai-whisper"] = Field(default="faster-whisper", description="Who listens.")
    model: str = Field(default="base", description="Weights: tiny, base, small, ..., a folder, or a name on the hub.")
    device: Literal["auto", "cpu", "cuda"] = Field(default="auto", description="Where it runs.")
    beam: Annotated[int, Field(strict=True, ge=1, le=10)] = Field(default=5, description="How wide it searches.")


class Gate(StrEnum):
    """How finished a cut's subtitles must be before it is delivered (rule 19)."""

    NONE = "none"
    EDITED = "edited"
    APPROVED = "approved"


class SubtitleSettings(FrozenModel):
    """The film's subtitle rules: the gate (default by audience, rule 19), the named style, the burn-in font."""

    gate: Gate | None = Field(
        default=None, description="How finished subtitles must be. Default: approved for the public, else none."
    )
    style: str = Field(default="ours", description="Named rules for line length and reading speed.")
    font: str | None = Field(default=None, description="Font of burned-in subtitles.")
    burn_in: BurnInStyle = Field(default=BurnInStyle(), description="How burned-in subtitles look.")


class Film(FrozenModel):
    """What is to be made: film.yaml."""

    title: Localised = Field(description="The film's title, in one language or several.", examples=["My film"])
    languages: Annotated[tuple[LanguageCode, ...], Field(min_length=1)] = Field(
        description="Languages of the subtitles.", examples=["[es, en]"]
    )
    timeline: Timeline = Field(description="Clock and size of every cut.", examples=["{rate: 25, size: 1920x1080}"])
    cuts: dict[Name, Cut] = Field(
        description="The cuts, each by its name.", examples=["{forum: {source: cuts/forum.edl, audience: forum}}"]
    )
    transcription: Transcription = Field(default=Transcription(), description="Who hears the words.")
    translation: Translation = Field(default=Translation(), description="Who drafts translations.")
    subtitles: SubtitleSettings = Field(default=SubtitleSettings(), description="The film's subtitle rules.")
    glossary: FilePath = Field(
        default="glossary.csv", description="Terms that are heard, spelled and translated one way."
    )
    fit: Fit = Field(default=Fit.FIT, description="How pictures of another shape fill the frame: fit, fill or blur.")
    titles: dict[Name, Title] = Field(
        default_factory=dict, description="Cards and credits, by the reel names with which edits play them."
    )
    graphics: GraphicsStyle = Field(default=GraphicsStyle(), description="How cards and lower thirds look.")
    bug: Bug | None = Field(default=None, description="A small picture in a corner of every frame.")
    profiles: dict[Name, Profile] = Field(
        default_factory=dict, description="The film's own forms of delivery; one called mp4 changes the main film."
    )
    audiences: tuple[Name, ...] = Field(default=(), description="The film's own audiences beside the usual ones.")
    services: tuple[str, ...] = Field(
        default=(), description="Outside services that people's words may be sent to: deepl, libretranslate."
    )
    allow_truncated: StrictBool = Field(default=False, description="Whether media shorter than it says may be used.")

    @field_validator("languages")
    @classmethod
    def _each_once(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        twice = sorted({language for language in value if value.count(language) > 1})
        if twice:
            raise Refusal(f"{listed(twice)} {'stands' if len(twice) == 1 else 'stand'} there twice", "keep one of each")
        return value
