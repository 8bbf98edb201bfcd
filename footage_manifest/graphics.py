"""What is drawn over or between pictures: title and chapter cards, credits, lower thirds, a bug. Nouns of film.yaml."""

import re
from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator, Discriminator, Field, StrictInt, Tag, WithJsonSchema

from footage_manifest.fields import FilePath, FrozenModel, Localised, Name, TimecodeLabel
from footage_manifest.wording import Refusal, listed, shown

_COLOUR = re.compile(r"#?([0-9A-Fa-f]{6})")


def _colour(value: object) -> object:
    """Return a colour as `#RRGGBB` in capitals. Raises Refusal, since an unquoted # begins a comment in YAML."""
    match = _COLOUR.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        cure = 'write red, green and blue as six hexadecimal digits in quotation marks, such as "#E0A030"'
        raise Refusal(f"{shown(value)} is not a colour", cure)
    return f"#{match[1].upper()}"


Colour = Annotated[str, BeforeValidator(_colour), WithJsonSchema({"type": "string", "pattern": "^#?[0-9A-Fa-f]{6}$"})]
"""Red, green and blue as `#RRGGBB`."""


class TitleKind(StrEnum):
    """What a title card is for."""

    TITLE = "title"
    CHAPTER = "chapter"
    CREDITS = "credits"


class CreditLine(FrozenModel):
    """One entry of the credits: what was done, and by whom."""

    role: Localised = Field(default="", description="What was done, such as Camera.")
    names: tuple[str, ...] = Field(default=(), description="Who did it.")


class Title(FrozenModel):
    """A card that an edit plays like a still, by its key as the reel name. Credits roll over the length of their event."""

    kind: TitleKind = Field(default=TitleKind.TITLE, description="What the card is for.")
    text: Localised = Field(default="", description="The large line.")
    under: Localised = Field(default="", description="The small line under it.")
    lines: tuple[CreditLine, ...] = Field(default=(), description="The entries of credits.")
    thanks: Localised = Field(
        default="", description="A heading; under it stand the credits of the reels and stills that the cut uses."
    )


class LowerThird(FrozenModel):
    """A name and role from the manifest's people, shown for a while."""

    person: Name = Field(description="Whose name, by key.", examples=["juana"])
    at: TimecodeLabel = Field(description="Record timecode at which it appears.", examples=['"01:00:05:00"'])
    seconds: Annotated[StrictInt, Field(ge=1, le=60)] = Field(default=5, description="How long it is shown.")


class LowerThirds(StrEnum):
    """Lower thirds without a list: nobody's, or everyone's where they are first seen speaking in the cut."""

    NONE = "none"
    FIRST = "first"


def _word_or_list(value: object) -> object:
    """Return a choice by its word as that choice, a list as it is. Raises Refusal for anything else."""
    words = [choice.value for choice in LowerThirds]
    if isinstance(value, LowerThirds | list | tuple):
        return value
    if isinstance(value, str) and value in words:
        return LowerThirds(value)
    entry = '[{person: juana, at: "01:00:05:00"}]'
    raise Refusal(
        f"{shown(value)} does not say whose names are shown", f"write {listed(words, 'or')}, or a list: {entry}"
    )


def _branch(value: object) -> str:
    return WORD_BRANCH if isinstance(value, LowerThirds) else LIST_BRANCH


WORD_BRANCH = "[word]"
LIST_BRANCH = "[list]"
"""What pydantic puts into the place of a mistake to say which half of the choice was meant; nobody wrote it."""

LowerThirdsChoice = Annotated[
    Annotated[LowerThirds, Tag(WORD_BRANCH)] | Annotated[tuple[LowerThird, ...], Tag(LIST_BRANCH)],
    Discriminator(_branch),
    BeforeValidator(_word_or_list),
]
"""Whose names are shown: nobody's, everyone's where they first speak, or those of a list."""


class Corner(StrEnum):
    """Where a bug stands."""

    TOP_LEFT = "top-left"
    TOP_RIGHT = "top-right"
    BOTTOM_LEFT = "bottom-left"
    BOTTOM_RIGHT = "bottom-right"


class Bug(FrozenModel):
    """A small picture in a corner of every frame."""

    file: FilePath = Field(
        description="The picture, a PNG with transparency for preference.", examples=["stills/bug.png"]
    )
    corner: Corner = Field(default=Corner.TOP_RIGHT, description="Where it stands.")
    height_percent: Annotated[StrictInt, Field(ge=1, le=50)] = Field(
        default=8, description="Its height in the frame's."
    )
    opacity_percent: Annotated[StrictInt, Field(ge=1, le=100)] = Field(default=80, description="How much it covers.")


class GraphicsStyle(FrozenModel):
    """How cards, credits and lower thirds look."""

    font: FilePath | None = Field(default=None, description="Font file. Default: the one that comes with the program.")
    text: Colour = Field(default="#F5F5F0", description="Colour of letters.")
    background: Colour = Field(default="#101418", description="Colour of cards.")
    accent: Colour = Field(default="#E0A030", description="Colour of the line beside a name.")
