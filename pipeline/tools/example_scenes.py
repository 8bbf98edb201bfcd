"""What moves in the made-up example: a person who speaks before a wall, and a river that is passed by."""

from dataclasses import dataclass
from math import cos, sin
from typing import Protocol

import numpy as np

from pipeline.tools.example_paint import Bytes, Picture, Sprite
from pipeline.tools.example_people import MOUTHS


class Scene(Protocol):
    """Something that can be drawn at any instant; the same instant is always drawn alike."""

    @property
    def size(self) -> tuple[int, int]:
        """Return width and height in pixels, as seen upright."""

    def draw(self, picture: Picture, seconds: float, level: float) -> None:
        """Draw the instant `seconds`; `level`, from 0 to 1, is how loud the voice is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interview:
    """A person before a wall over which a light, wider than the picture, slowly moves.

    `faces` are the portrait's sprites by (opening of the mouth, eyes shut), laid with their corner at `seat`.
    """

    wall: Picture
    light: Bytes
    faces: dict[tuple[int, bool], Sprite]
    seat: tuple[int, int]

    @property
    def size(self) -> tuple[int, int]:
        """Return width and height in pixels."""
        return self.wall.size

    def draw(self, picture: Picture, seconds: float, level: float) -> None:
        """Draw the wall, the light on it and the person, who breathes, blinks and speaks."""
        picture.copy_from(self.wall)
        luma = picture.planes[0]
        room = self.light.shape[1] - luma.shape[1]
        across = round(room * (0.5 - 0.5 * cos(seconds * 0.13)))
        luma += self.light[:, across : across + luma.shape[1]]
        shut = seconds % 4.3 < 0.14
        mouth = min(MOUTHS - 1, round(level * (MOUTHS - 1)))
        sway, breath = round(1.4 * sin(seconds * 0.53)) * 2, round(1.3 * sin(seconds * 1.5)) * 2
        self.faces[mouth, shut].lay(picture, self.seat[0] + sway, self.seat[1] + breath)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """A strip wider than the picture, its upper edge at `top`, that passes to the left at `speed` pixels a second."""

    strip: Sprite
    top: int
    speed: int

    def lay(self, picture: Picture, seconds: float) -> None:
        """Lay the strip as far along as it is at `seconds`."""
        self.strip.lay(picture, -round(self.speed * seconds / 2) * 2, self.top)


@dataclass(frozen=True, slots=True, kw_only=True)
class River:
    """A river at dawn, seen in passing: `far` lies behind the water, `near` before it.

    Two sheets of `ripples`, each twice as wide as the picture and repeating, drift against one another below `bank`.
    """

    sky: Picture
    far: tuple[Layer, ...]
    near: Layer
    ripples: tuple[Bytes, Bytes]
    bank: int

    @property
    def size(self) -> tuple[int, int]:
        """Return width and height in pixels."""
        return self.sky.size

    def draw(self, picture: Picture, seconds: float, level: float) -> None:  # noqa: ARG002 - a scene may not need it
        """Draw sky, clouds, hills, the shimmering river and the near bank."""
        picture.copy_from(self.sky)
        for layer in self.far:
            layer.lay(picture, seconds)
        luma = picture.planes[0]
        width, height = luma.shape[1], self.ripples[0].shape[0]
        places = (round(seconds * 26) % width, width - round(seconds * 17) % width)
        sheets = [sheet[:, place : place + width] for sheet, place in zip(self.ripples, places, strict=True)]
        luma[self.bank : self.bank + height] += np.minimum(*sheets)
        self.near.lay(picture, seconds)
