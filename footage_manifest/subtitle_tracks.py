"""Which subtitles a cut is delivered with, and how they look where they are drawn into the picture. Nouns of film.yaml."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StrictInt, field_validator

from footage_manifest.fields import FrozenModel
from footage_manifest.wording import Refusal, listed


class SubtitleKind(StrEnum):
    """What a subtitle track is for: everything said, only what is said in another language, or everything heard."""

    FULL = "full"
    FORCED = "forced"
    SDH = "sdh"

    @property
    def suffix(self) -> str:
        """Return what follows the language in the name of such a file: nothing, `.forced`, `.sdh`."""
        return "" if self is SubtitleKind.FULL else f".{self.value}"


class CutSubtitles(FrozenModel):
    """Which subtitle tracks one cut is delivered with."""

    tracks: tuple[SubtitleKind, ...] = Field(
        default=(SubtitleKind.FULL,),
        min_length=1,
        description="full (all speech), forced (only speech in another language), sdh (speech, speakers and sounds).",
    )

    @field_validator("tracks")
    @classmethod
    def _each_once(cls, value: tuple[SubtitleKind, ...]) -> tuple[SubtitleKind, ...]:
        twice = sorted({kind.value for kind in value if value.count(kind) > 1})
        if twice:
            raise Refusal(f"{listed(twice)} {'stands' if len(twice) == 1 else 'stand'} there twice", "keep one of each")
        return value


class LetterSize(StrEnum):
    """How large burned-in subtitles are, beside the picture's shorter side."""

    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


class Edge(StrEnum):
    """What sets burned-in subtitles off from the picture."""

    OUTLINE = "outline"
    BOX = "box"


class Place(StrEnum):
    """Where burned-in subtitles stand, unless a cue says otherwise of itself."""

    BOTTOM = "bottom"
    TOP = "top"


class BurnInStyle(FrozenModel):
    """How subtitles look where they are drawn into the picture."""

    size: LetterSize = Field(default=LetterSize.MEDIUM, description="small, medium or large letters.")
    position: Place = Field(default=Place.BOTTOM, description="bottom or top of the picture.")
    edge: Edge = Field(default=Edge.OUTLINE, description="outline around the letters, or a box behind them.")
    safe_area: Annotated[StrictInt, Field(ge=2, le=20)] | None = Field(
        default=None,
        description="Per cent of the picture kept free on every side. Default: 6 below and above, 5 beside.",
    )


def burned_in(written: str) -> tuple[tuple[str, ...], SubtitleKind]:
    """Return the languages that an entry of `burn_in` names, and what kind of subtitles: `es`, `es+en`, `es-forced`.

    Only a single language has a kind: `es+en-forced` names a language `en-forced`, which no film has.
    """
    languages = tuple(written.split("+"))
    for kind in (SubtitleKind.FORCED, SubtitleKind.SDH):
        if len(languages) == 1 and written.endswith(f"-{kind.value}"):
            return (written.removesuffix(f"-{kind.value}"),), kind
    return languages, SubtitleKind.FULL
