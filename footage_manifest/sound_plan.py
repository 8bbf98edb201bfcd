"""What is laid under a cut beside its edit: music and narration, and how they give way to speech. Nouns of film.yaml."""

from typing import Annotated

from pydantic import Field, StrictBool, StrictFloat, StrictInt

from footage_manifest.fields import FrozenModel, Name, TimecodeLabel


class LaidSound(FrozenModel):
    """A reel of the manifest (music, narration) laid under the cut."""

    reel: Name = Field(description="Which reel, by key.", examples=["THEME"])
    at: TimecodeLabel = Field(description="Record timecode at which it begins.", examples=['"01:00:00:00"'])
    until: TimecodeLabel | None = Field(
        default=None, description="Record timecode at which it ends; default: with the reel or the cut."
    )
    source_in_ms: Annotated[StrictInt, Field(ge=0)] = Field(
        default=0, description="From where in the reel, in milliseconds after its start."
    )
    trim: StrictBool = Field(default=False, description="Whether silence at the reel's beginning and end is left out.")
    gain_db: Annotated[StrictFloat, Field(ge=-96, le=24)] = Field(
        default=0.0, description="Louder or softer, in decibels."
    )
    fade_in_ms: Annotated[StrictInt, Field(ge=0, le=60_000)] = Field(default=0, description="How long it fades in.")
    fade_out_ms: Annotated[StrictInt, Field(ge=0, le=60_000)] = Field(default=0, description="How long it fades out.")


class Ducking(FrozenModel):
    """How music gives way where someone speaks."""

    depth_db: Annotated[StrictFloat, Field(ge=-40, le=0)] = Field(
        default=-12.0, description="By how much, in decibels."
    )
    attack_ms: Annotated[StrictInt, Field(ge=1, le=5_000)] = Field(default=200, description="How fast it gives way.")
    release_ms: Annotated[StrictInt, Field(ge=1, le=10_000)] = Field(default=600, description="How fast it comes back.")
