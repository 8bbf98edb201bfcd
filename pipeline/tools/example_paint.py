"""Drawing straight into 4:2:0 planes: a background is painted once, and each frame changes only what moves.

Colours are painted as RGB by Pillow at several times the size, made smaller, and turned once into BT.709 limited-range
planes (ITU-R BT.709-6, 3.5). What then happens for each frame is whole-number arithmetic on slices of those planes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

Bytes = npt.NDArray[np.uint8]
Words = npt.NDArray[np.uint16]
Rgb = tuple[int, int, int]

SUPERSAMPLING = 3
"""How many times larger shapes are painted before they are made smaller, so that edges are smooth."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of even size as one block of planes: luma above, both chroma planes below, as yuv420p lies in memory."""

    block: Bytes

    @classmethod
    def black(cls, width: int, height: int) -> Self:
        """Return a black picture."""
        block = np.full((height * 3 // 2, width), 128, np.uint8)
        block[:height] = 16
        return cls(block)

    @classmethod
    def of(cls, image: Image.Image) -> Self:
        """Return `image` (RGB, even size) as planes."""
        picture = cls.black(*image.size)
        for plane, values in zip(picture.planes, _planes_of(image.convert("RGB")), strict=True):
            plane[:] = values
        return picture

    @property
    def planes(self) -> tuple[Bytes, Bytes, Bytes]:
        """Return luma and the two chroma planes as views: writing to them changes the picture."""
        rows, width = self.block.shape
        height = rows * 2 // 3
        chroma = (height // 2, width // 2)
        return (
            self.block[:height],
            self.block[height : height * 5 // 4].reshape(chroma),
            self.block[height * 5 // 4 :].reshape(chroma),
        )

    @property
    def size(self) -> tuple[int, int]:
        """Return width and height."""
        rows, width = self.block.shape
        return width, rows * 2 // 3

    def rgb(self) -> Image.Image:
        """Return the picture as Pillow shows it, for stills and for looking at a frame."""
        luma, blue, red = (plane.astype(np.float32) for plane in self.planes)
        blue, red = (np.repeat(np.repeat(plane, 2, 0), 2, 1) - 128 for plane in (blue, red))
        luma = (luma - 16) * (255 / 219)
        green = luma - 0.2132 * blue - 0.5329 * red
        stacked = np.stack((luma + 1.7927 * red, green, luma + 2.1124 * blue), axis=-1)
        return Image.fromarray(np.rint(stacked).clip(0, 255).astype(np.uint8))

    def turned_left(self) -> "Picture":
        """Return the picture lying on its side: turned a quarter clockwise it stands upright again."""
        turned = Picture.black(*reversed(self.size))
        for plane, values in zip(turned.planes, self.planes, strict=True):
            plane[:] = np.rot90(values)
        return turned

    def copy_from(self, other: "Picture") -> None:
        """Become `other`, which has the same size."""
        np.copyto(self.block, other.block)


@dataclass(frozen=True, slots=True)
class Sprite:
    """A picture with transparency, ready to be laid over another at an even place.

    For each plane: the values times their opacity, and how much of what lies below remains, both of 256.
    """

    planes: tuple[tuple[Words, Words], ...]

    @classmethod
    def of(cls, image: Image.Image) -> Self:
        """Return `image` (RGBA, even size) as a sprite."""
        rgba = np.asarray(image.convert("RGBA"), np.float32)
        opacity = rgba[:, :, 3] * (256 / 255)
        small = opacity.reshape(opacity.shape[0] // 2, 2, opacity.shape[1] // 2, 2).mean(axis=(1, 3))
        planes = []
        for values, weight in zip(_planes_of(image.convert("RGB")), (opacity, small, small), strict=True):
            planes.append((np.rint(values * weight).astype(np.uint16), np.rint(256 - weight).astype(np.uint16)))
        return cls(tuple(planes))

    def lay(self, picture: Picture, left: int, top: int) -> None:
        """Lay the sprite over `picture` with its corner at (`left`, `top`), both even; what falls outside is cut off."""
        for index, (plane, (above, below)) in enumerate(zip(picture.planes, self.planes, strict=True)):
            x, y = (left, top) if index == 0 else (left // 2, top // 2)
            rows, columns = _overlap(y, above.shape[0], plane.shape[0]), _overlap(x, above.shape[1], plane.shape[1])
            here = plane[rows.start + y : rows.stop + y, columns.start + x : columns.stop + x]
            here[:] = (here * below[rows, columns] + above[rows, columns]) >> 8


def _overlap(place: int, length: int, room: int) -> slice:
    start = max(0, -place)
    return slice(start, max(start, min(length, room - place)))


def _planes_of(image: Image.Image) -> tuple[Bytes, Bytes, Bytes]:
    rgb = np.asarray(image, np.float32) / 255
    red, green, blue = rgb[:, :, 0], rgb[:, :, 1], rgb[:, :, 2]
    luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    height, width = luma.shape
    chroma = [
        difference.reshape(height // 2, 2, width // 2, 2).mean(axis=(1, 3))
        for difference in ((blue - luma) / 1.8556, (red - luma) / 1.5748)
    ]
    planes = (16 + 219 * luma, *(128 + 224 * plane for plane in chroma))
    first, second, third = (np.rint(plane).clip(1, 254).astype(np.uint8) for plane in planes)
    return first, second, third


def painted(width: int, height: int, paint: Callable[[ImageDraw.ImageDraw, int], None]) -> Image.Image:
    """Return a transparent RGBA picture that `paint` drew on at `SUPERSAMPLING` times the size, with smooth edges.

    `paint` is given the pen and the scale to multiply its coordinates by.
    """
    large = Image.new("RGBA", (width * SUPERSAMPLING, height * SUPERSAMPLING), (0, 0, 0, 0))
    paint(ImageDraw.Draw(large), SUPERSAMPLING)
    return large.resize((width, height), Image.Resampling.BOX)


def gradient(width: int, height: int, stops: tuple[tuple[float, Rgb], ...]) -> Image.Image:
    """Return a top-to-bottom gradient through `stops` (place from 0 to 1, colour), with a fine grain against banding."""
    places = np.linspace(0, 1, height)
    columns = [np.interp(places, [at for at, _ in stops], [rgb[channel] for _, rgb in stops]) for channel in range(3)]
    smooth = np.repeat(np.stack(columns, axis=-1)[:, np.newaxis, :], width, axis=1)
    grain = np.random.default_rng(7).uniform(-1.0, 1.0, (height, width, 1))
    return Image.fromarray(np.rint(smooth + grain).clip(0, 255).astype(np.uint8))


def glow(image: Image.Image, centre: tuple[int, int], radius: int, rgb: Rgb, strength: float) -> Image.Image:
    """Return `image` with a round light of `strength` (0 to 1) that fades out to nothing at `radius` pixels."""
    width, height = image.size
    rows, columns = np.mgrid[0:height, 0:width]
    distance = np.hypot(columns - centre[0], rows - centre[1]) / radius
    weight = (np.clip(1 - distance, 0, 1) ** 2 * strength)[:, :, np.newaxis]
    lit = np.asarray(image, np.float32) * (1 - weight) + np.array(rgb, np.float32) * weight
    return Image.fromarray(np.rint(lit).astype(np.uint8))


def soft_noise(width: int, height: int, cells: tuple[int, int], seed: int) -> npt.NDArray[np.float32]:
    """Return smooth noise from 0 to 1 that repeats seamlessly from left to right; `cells` counts its coarsest swells."""
    chance = np.random.default_rng(seed)
    total = np.zeros((height, width), np.float32)
    for octave in range(4):
        across, down = cells[0] << octave, cells[1] << octave
        grid = chance.uniform(0, 1, (down + 1, across)).astype(np.float32)
        wrapped = Image.fromarray(np.hstack((grid, grid, grid)))
        swell = np.asarray(wrapped.resize((width * 3, height), Image.Resampling.BICUBIC))
        total += swell[:, width : width * 2] / (1 << octave)
    low, high = float(total.min()), float(total.max())
    return (total - low) / (high - low)


def font(size: int) -> ImageFont.FreeTypeFont:
    """Return the typeface that Pillow brings with it, so that pictures do not depend on a machine's fonts."""
    found = ImageFont.load_default(size)
    if not isinstance(found, ImageFont.FreeTypeFont):
        raise TypeError("Pillow was built without FreeType: no text can be drawn")
    return found
