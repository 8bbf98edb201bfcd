"""The nouns of footage_manifest.yaml: what was filmed, who is in it, what they agreed to.

Descriptions are what an editor shows beside a key; examples are what a message offers where a key is missing.
"""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StrictBool

from footage_manifest.fields import (
    CHANNEL_NUMBERS,
    CHANNEL_SCHEMA,
    CalendarDate,
    ExactRate,
    FilePath,
    FilePaths,
    FrozenModel,
    Languages,
    Localised,
    Name,
    Names,
    SoundSync,
    TimecodeLabel,
)
from footage_manifest.picture_plan import Fit, StillMove


class ConsentStatus(StrEnum):
    """What a person last said. `restricted` permits exactly what `granted` does, and must name its uses."""

    GRANTED = "granted"
    RESTRICTED = "restricted"
    PENDING = "pending"
    WITHDRAWN = "withdrawn"


class Protection(StrEnum):
    """What a person asked for as a condition of being shown or heard."""

    BLUR_FACE = "blur-face"
    CHANGE_VOICE = "change-voice"
    HIDE_NAME = "hide-name"


class Consent(FrozenModel):
    """What a person agreed to: `uses` permits what it names and nothing else; `until` is the last day (rule 21)."""

    status: ConsentStatus = Field(description="What the person last said.", examples=["granted"])
    uses: Names = Field(default=(), description="For which audiences; nothing else is permitted.")
    until: CalendarDate | None = Field(default=None, description="Last day on which it holds.")
    protections: tuple[Protection, ...] = Field(default=(), description="What the person asked for in return.")
    note: str = Field(default="", description="Anything worth knowing; shown nowhere.")


class VoiceSample(FrozenModel):
    """A stretch of a reel in which one person alone is heard; `end` is not included."""

    reel: Name = Field(description="The reel.", examples=["INT05"])
    start: TimecodeLabel = Field(description="Its timecode where the stretch begins, in quotation marks.")
    end: TimecodeLabel = Field(description="Its timecode where the stretch ends, not included, in quotation marks.")


class Person(FrozenModel):
    """Someone filmed. No consent record is pending consent."""

    name: str = Field(description="Name as it is shown.", examples=["Juana R."])
    role: Localised = Field(default="", description="Second line of the lower third.")
    consent: Consent | None = Field(default=None, description="What the person agreed to. Missing means pending.")
    speaker: StrictBool = Field(default=True, description="Whether the person speaks.")
    voice: VoiceSample | None = Field(
        default=None, description="Where only this person is heard, to know the voice by."
    )


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


class SeparateSound(FrozenModel):
    """A recorder's file that replaces the camera's sound (rule 8); `sync` may be an offset in milliseconds."""

    file: FilePaths = Field(
        description="The recorder's file, or its consecutive parts.", examples=["footage/zoom01.wav"]
    )
    sync: SoundSync = Field(
        description="How it is laid under the picture: timecode, waveform, or milliseconds.", examples=["timecode"]
    )


class Reel(FrozenModel):
    """One filmed or recorded source. `file` may be a list: the consecutive parts of one reel."""

    file: FilePaths = Field(description="Where it is, seen from the film folder.", examples=["footage/int01.mp4"])
    kind: ReelKind = Field(description="What it is for.", examples=["interview"])
    language: Languages | None = Field(default=None, description="Spoken language, or a list of them.")
    people: tuple[Name, ...] | None = Field(
        default=None, description="Who can be recognised, by key; [] declares that no one can."
    )
    start: TimecodeLabel | None = Field(default=None, description="Timecode of its first frame, in quotation marks.")
    timecode_rate: ExactRate | None = Field(default=None, description="Rate at which its timecode counts.")
    names: Names = Field(default=(), description="Other names that edits know it by.")
    channels: Annotated[ChannelChoice | None, CHANNEL_NUMBERS, CHANNEL_SCHEMA] = Field(
        default=None, description="Which sound channels are used."
    )
    sound: SeparateSound | None = Field(default=None, description="Sound recorded apart from the picture.")
    fit: Fit | None = Field(default=None, description="How its picture fills the frame: fit, fill or blur.")
    programme: str | None = Field(default=None, description="Programme it belongs to.")
    themes: Names = Field(default=(), description="What it is about.")
    credit: str = Field(default="", description="Whom to thank.")
    note: str = Field(default="", description="Anything worth knowing; shown nowhere.")

    @property
    def channel_choice(self) -> ChannelChoice:
        """Return the stated channel choice, or rule 8's default: stereo for music, a mix for everything else."""
        return self.channels or (ChannelChoice.STEREO if self.kind is ReelKind.MUSIC else ChannelChoice.MIX)


class Still(FrozenModel):
    """One photograph; undeclared people are listed, `people: []` declares that no one can be recognised (rule 21)."""

    file: FilePath = Field(description="Where it is, seen from the film folder.", examples=["stills/river.jpg"])
    credit: str = Field(default="", description="Whom to thank.")
    people: tuple[Name, ...] | None = Field(
        default=None, description="Who can be recognised, by key; [] declares that no one can."
    )
    names: Names = Field(default=(), description="Other names that edits know it by.")
    fit: Fit | None = Field(default=None, description="How it fills the frame: fit, fill or blur.")
    move: StillMove = Field(default=StillMove.NONE, description="How it moves while it is shown.")
    programme: str | None = Field(default=None, description="Programme it belongs to.")
    themes: Names = Field(default=(), description="What it is about.")
    note: str = Field(default="", description="Anything worth knowing; shown nowhere.")


class Manifest(FrozenModel):
    """What was filmed, who is in it, what they agreed to: footage_manifest.yaml."""

    people: dict[Name, Person] = Field(default_factory=dict, description="Everyone filmed, each by a key.")
    reels: dict[Name, Reel] = Field(
        description="What was filmed, by the reel names that edits use.",
        examples=["{INT01: {file: footage/int01.mp4, kind: interview}}"],
    )
    stills: dict[Name, Still] = Field(default_factory=dict, description="Photographs, by the names that edits use.")
