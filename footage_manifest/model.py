"""The nouns of a film folder: what film.yaml and footage_manifest.yaml hold, frozen and typed.

`footage_manifest.load` reads the files and reports every problem with its place; this module only says what is allowed.
"""

import datetime as dt
from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, StringConstraints

from footage_manifest.timebase import STANDARD_RATES
from footage_manifest.timecode import Clock, Label, TimecodeError


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=False, arbitrary_types_allowed=True)


LanguageCode = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
"""A key that becomes part of file names: letters, digits, `_`, `.` and `-`, at most 64."""

Localised = str | dict[LanguageCode, str]
"""A text, or one text for each language."""


def in_language(text: Localised, language: str) -> str:
    """Return `text` in `language`, or in the first language it has."""
    if isinstance(text, str):
        return text
    return text.get(language) or next(iter(text.values()), "")


def _rate(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("a rate is a number or a fraction such as 30000/1001")
    if isinstance(value, float):
        near = {round(float(rate), 3): rate for rate in STANDARD_RATES if rate.denominator == 1001}
        exact = Fraction(value) if value.is_integer() else near.get(round(value, 3)) or near.get(float(f"{value:.2f}"))
        if exact is None:
            raise ValueError(f"{value} is not exact: write it as a fraction, such as 30000/1001")
        return exact
    if isinstance(value, int | str):
        try:
            return Fraction(value)
        except (ValueError, ZeroDivisionError):
            raise ValueError(f"'{value}' is not a rate: write 25 or a fraction such as 30000/1001") from None
    return value


def _timeline_rate(value: Fraction) -> Fraction:
    if value not in STANDARD_RATES:
        known = ", ".join(str(rate) for rate in STANDARD_RATES)
        raise ValueError(f"{value} is not a rate a timeline can have: choose one of {known}")
    return value


def _size(value: object) -> object:
    if isinstance(value, str):
        width, _, height = value.lower().partition("x")
        if width.isdigit() and height.isdigit():
            return (int(width), int(height))
    if isinstance(value, tuple):
        return value
    raise ValueError(f"'{value}' is not a picture size: write WIDTHxHEIGHT, such as 1920x1080")


def _label(value: object) -> object:
    if isinstance(value, Label):
        return value
    if isinstance(value, str):
        try:
            return Label.parse(value)
        except TimecodeError as error:
            raise ValueError(str(error)) from None
    raise ValueError(f'{value} is not a timecode: write it in quotation marks, such as "01:00:00:00"')


def _one_or_more(value: object) -> object:
    return (value,) if isinstance(value, str) else value


ExactRate = Annotated[Fraction, BeforeValidator(_rate), PlainSerializer(str)]
PictureSize = Annotated[tuple[int, int], BeforeValidator(_size)]
TimecodeLabel = Annotated[Label, BeforeValidator(_label), PlainSerializer(str)]
Names = Annotated[tuple[str, ...], BeforeValidator(_one_or_more)]

# ---------------------------------------------------------------------------------------------------------------- film.yaml


class Timeline(_Model):
    """The clock and size of every cut of the film. There is no default rate."""

    rate: ExactRate
    size: PictureSize
    drop_frame: bool = False
    timecode_rate: ExactRate | None = None

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


class Version(_Model):
    """One language version of a cut (rule 12)."""

    text: LanguageCode
    narration: LanguageCode | None = None


class Cut(_Model):
    """One cut: which edit it plays, for whom, from which record timecode."""

    source: Names
    audience: str
    start: TimecodeLabel | None = None
    date: dt.date | None = None
    sound: SoundChoice | None = None
    versions: dict[Name, Version] = Field(default_factory=dict)
    picture: Literal["encode", "copy-where-possible"] = "encode"
    burn_in: tuple[
        Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}([-A-Za-z0-9]*)(\+[a-z]{2,3}[-A-Za-z0-9]*)?$")], ...
    ] = ()
    deliverables: tuple[str, ...] = ()
    loudness: Loudness = Loudness.NONE
    join_fade_ms: Annotated[int, Field(ge=0, le=1000)] = 5


class Transcription(_Model):
    """Which engine hears the words, and with which weights: a folder, a name, or a hub name."""

    engine: Literal["faster-whisper", "openai-whisper"] = "faster-whisper"
    model: str = "base"
    device: Literal["auto", "cpu", "cuda"] = "auto"
    beam: Annotated[int, Field(ge=1, le=10)] = 5


class Translation(_Model):
    """Which engine drafts translations."""

    engine: Literal["auto", "apertium", "whisper", "none"] = "auto"


class Gate(StrEnum):
    """How finished a cut's subtitles must be before it is delivered (rule 19)."""

    NONE = "none"
    EDITED = "edited"
    APPROVED = "approved"


class SubtitleSettings(_Model):
    """The film's subtitle rules: the gate (default by audience, rule 19), the named style, the burn-in font."""

    gate: Gate | None = None
    style: str = "ours"
    font: str | None = None


class Film(_Model):
    """What is to be made: film.yaml."""

    title: Localised
    languages: Annotated[tuple[LanguageCode, ...], Field(min_length=1)]
    timeline: Timeline
    cuts: dict[Name, Cut]
    transcription: Transcription = Transcription()
    translation: Translation = Translation()
    subtitles: SubtitleSettings = SubtitleSettings()
    glossary: str = "glossary.csv"
    audiences: tuple[Name, ...] = ()
    services: tuple[str, ...] = ()
    allow_truncated: bool = False


# ---------------------------------------------------------------------------------------------------- footage_manifest.yaml


class ConsentStatus(StrEnum):
    """What a person last said."""

    GRANTED = "granted"
    RESTRICTED = "restricted"
    PENDING = "pending"
    WITHDRAWN = "withdrawn"


class Protection(StrEnum):
    """What a person asked for as a condition of being shown or heard."""

    BLUR_FACE = "blur-face"
    CHANGE_VOICE = "change-voice"
    HIDE_NAME = "hide-name"


class Consent(_Model):
    """What a person agreed to: `uses` permits what it names and nothing else; `until` is the last day, inclusive (rule 21)."""

    status: ConsentStatus
    uses: tuple[str, ...] = ()
    until: dt.date | None = None
    protections: tuple[Protection, ...] = ()
    note: str = ""


class Person(_Model):
    """Someone filmed. No consent record is pending consent."""

    name: str
    role: Localised = ""
    consent: Consent | None = None
    speaker: bool = True


class ReelKind(StrEnum):
    """What a reel is for."""

    INTERVIEW = "interview"
    B_ROLL = "b-roll"
    MUSIC = "music"
    NARRATION = "narration"


class ChannelChoice(StrEnum):
    """Which of a reel's sound channels are used (rule 8)."""

    MIX = "mix"
    STEREO = "stereo"
    FIRST = "1"
    SECOND = "2"


class SeparateSound(_Model):
    """A recorder's file that replaces the camera's sound (rule 8); `sync` may be an offset in milliseconds."""

    file: Names
    sync: Literal["timecode", "waveform"] | int


def _channel(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


class Reel(_Model):
    """One filmed or recorded source. `file` may be a list: the consecutive parts of one reel."""

    file: Names
    kind: ReelKind
    language: Names | None = None
    people: tuple[Name, ...] | None = None
    start: TimecodeLabel | None = None
    timecode_rate: ExactRate | None = None
    names: Names = ()
    channels: Annotated[ChannelChoice | None, BeforeValidator(_channel)] = None
    sound: SeparateSound | None = None
    programme: str | None = None
    themes: Names = ()
    credit: str = ""
    note: str = ""

    @property
    def channel_choice(self) -> ChannelChoice:
        """Return the stated channel choice, or rule 8's default: stereo for music, a mix for everything else."""
        return self.channels or (ChannelChoice.STEREO if self.kind is ReelKind.MUSIC else ChannelChoice.MIX)


class Still(_Model):
    """One photograph; undeclared people are listed, `people: []` declares that no one can be recognised (rule 21)."""

    file: str
    credit: str = ""
    people: tuple[Name, ...] | None = None
    names: Names = ()
    programme: str | None = None
    themes: Names = ()
    note: str = ""


class Manifest(_Model):
    """What was filmed, who is in it, what they agreed to: footage_manifest.yaml."""

    people: dict[Name, Person] = Field(default_factory=dict)
    reels: dict[Name, Reel]
    stills: dict[Name, Still] = Field(default_factory=dict)


class Term(_Model):
    """One line of the glossary: a term that is heard, spelled and translated one way.

    `texts` maps a language code to the term in that language; codes without a text are absent.
    """

    texts: dict[LanguageCode, str]
    note: str = ""
    line: int


class Production(_Model):
    """A film folder as loaded: both files, the glossary, and where each key stood (`film.yaml` path to line and column)."""

    film: Film
    manifest: Manifest
    glossary: tuple[Term, ...] = ()
    places: dict[str, tuple[int, int]] = Field(default_factory=dict, repr=False)
    """`"film.yaml#cuts.forum.source"` to its (line, column), both from 1."""
