"""In what form a cut is delivered: profiles of encoders. Nouns of film.yaml."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, StrictInt, StringConstraints, model_validator

from footage_manifest.fields import FrozenModel
from footage_manifest.wording import Refusal, listed


class Codec(StrEnum):
    """What a deliverable is encoded as: a film, a mezzanine for editing and grading, or the sound alone."""

    H264 = "h264"
    HEVC = "hevc"
    PRORES = "prores-422-hq"
    DNXHR = "dnxhr-hq"
    AUDIO = "audio"
    AAC = "aac"

    @property
    def suffix(self) -> str:
        """Return how the names of such files end, without the dot."""
        return _SUFFIXES[self]

    @property
    def sound_alone(self) -> bool:
        """Return whether such a file holds no picture."""
        return self in {Codec.AUDIO, Codec.AAC}

    @property
    def mezzanine(self) -> bool:
        """Return whether such a file is made to be edited and graded on: every frame a key frame, sound uncompressed."""
        return self in {Codec.PRORES, Codec.DNXHR}


_SUFFIXES = {
    Codec.H264: "mp4",
    Codec.HEVC: "mp4",
    Codec.PRORES: "mov",
    Codec.DNXHR: "mov",
    Codec.AUDIO: "wav",
    Codec.AAC: "m4a",
}
PRESETS = ("ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow")
"""The speeds that x264 and x265 know, fastest first."""


class Hardware(StrEnum):
    """Whether a hardware encoder is used: never, where there is one, or always (an error where there is none)."""

    NEVER = "never"
    AUTO = "auto"
    ALWAYS = "always"


class Profile(FrozenModel):
    """One form of delivery: encoder and quality."""

    codec: Codec = Field(description="What it is encoded as.", examples=["h264"])
    quality: Annotated[StrictInt, Field(ge=0, le=51)] | None = Field(
        default=None, description="The encoder's constant quality, lower is better (H.264: 20, HEVC: 22)."
    )
    preset: str | None = Field(default=None, description="The encoder's speed preset, such as medium or slow.")
    hardware: Hardware = Field(default=Hardware.NEVER, description="Whether a hardware encoder is used.")
    stamp: Annotated[str, StringConstraints(min_length=1, max_length=80)] | None = Field(
        default=None,
        description="A text on every frame, with the record timecode, the cut's name and its version: for review copies.",
    )

    @model_validator(mode="after")
    def _fits_its_codec(self) -> Self:
        if self.preset is not None and self.preset not in PRESETS:
            raise Refusal(f"there is no preset '{self.preset}'", f"write {listed(PRESETS, 'or')}")
        if self.codec in {Codec.H264, Codec.HEVC}:
            return self
        said = [name for name in ("quality", "preset") if getattr(self, name) is not None]
        said += ["hardware"] if self.hardware is not Hardware.NEVER else []
        said += ["stamp"] if self.stamp is not None and self.codec.sound_alone else []
        if said:
            them = "it" if len(said) == 1 else "them"
            raise Refusal(f"{self.codec.value} has no {listed(said, 'or')}", f"take {them} out")
        return self


MAIN = "mp4"
"""The profile of the main film and of its copies with subtitles burned in."""

BUILT_IN = {
    MAIN: Profile(codec=Codec.H264),
    "hevc": Profile(codec=Codec.HEVC),
    "prores": Profile(codec=Codec.PRORES),
    "dnxhr": Profile(codec=Codec.DNXHR),
    "audio": Profile(codec=Codec.AUDIO),
    "review": Profile(codec=Codec.H264, quality=27, preset="veryfast", stamp="review copy"),
}
"""The forms of delivery that need not be described; film.yaml's own of the same name replace them."""
