"""The places of the made-up example, painted once: three walls to sit before, the river at dawn, and the two stills."""

from math import pi, sin

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from pipeline.tools.example_paint import Bytes, Picture, Rgb, Sprite, glow, gradient, painted, soft_noise
from pipeline.tools.example_people import ELENA, JUANA, TOM, portraits
from pipeline.tools.example_scenes import Interview, Layer, River

_WIDE = (1280, 720)
_UPRIGHT = (720, 1280)
_TRAVEL = 760
"""How far, in pixels, the nearest layer of the river passes in the length of its reel."""


def juanas_room() -> Interview:
    """Return a warm wall with the light of a window on it."""
    wall = gradient(*_WIDE, ((0, (134, 86, 66)), (0.62, (168, 112, 82)), (0.64, (110, 70, 56)), (1, (84, 54, 46))))
    wall = glow(wall, (250, 230), 820, (236, 184, 126), 0.5)
    plant = painted(*_WIDE, _plant)
    wall.paste(plant, (0, 0), plant)
    return Interview(
        wall=Picture.of(wall), light=_window_light(*_WIDE, 220), faces=portraits(JUANA, 640), seat=(352, 88)
    )


def elenas_workshop() -> Interview:
    """Return an upright picture of a workshop with cloths on a line, out of focus."""
    wall = gradient(*_UPRIGHT, ((0, (70, 104, 104)), (0.7, (112, 132, 116)), (1, (76, 82, 76))))
    wall = glow(wall, (560, 300), 760, (244, 214, 158), 0.55)
    cloths = painted(*_UPRIGHT, lambda pen, scale: _cloths(pen, scale, ((-40, 150), (760, 210)), 430))
    wall.paste(cloths, (0, 0), cloths)
    wall = wall.filter(ImageFilter.GaussianBlur(9))
    light = _window_light(*_UPRIGHT, 160)
    return Interview(wall=Picture.of(wall), light=light, faces=portraits(ELENA, 860), seat=(-70, 426))


def toms_hillside() -> Interview:
    """Return hills under an afternoon sky whose clouds pass."""
    sky = gradient(
        *_WIDE, ((0, (104, 134, 160)), (0.55, (200, 182, 150)), (0.75, (196, 160, 120)), (1, (120, 104, 84)))
    )
    sky = glow(sky, (1040, 320), 620, (252, 222, 166), 0.6)
    for top, height, ink, seed in (
        (400, 90, (136, 134, 126), 3),
        (470, 80, (108, 112, 98), 4),
        (560, 70, (84, 84, 66), 5),
    ):
        hills = _hills(1280, 720 - top, height, ink, seed)
        sky.paste(hills, (0, top), hills)
    wide = soft_noise(1280 + 260, 420, (5, 3), 21)
    fade = np.linspace(1, 0, 420)[:, np.newaxis]
    light = np.zeros((720, 1280 + 260), np.uint8)
    light[:420] = np.rint(np.clip(wide - 0.5, 0, 0.5) * 84 * fade).astype(np.uint8)
    wall = Picture.of(sky.filter(ImageFilter.GaussianBlur(3)))
    return Interview(wall=wall, light=light, faces=portraits(TOM, 640), seat=(300, 88))


def river_at_dawn() -> River:
    """Return the river, its hills and clouds, and the road's bank that passes in front."""
    width, height = _WIDE
    bank = 430
    sky = gradient(
        width, bank, ((0, (56, 66, 104)), (0.5, (150, 116, 128)), (0.85, (238, 176, 124)), (1, (246, 200, 146)))
    )
    sky = glow(sky, (860, 386), 460, (255, 232, 178), 0.85)
    whole = Image.new("RGB", _WIDE)
    whole.paste(sky, (0, 0))
    water = sky.transpose(Image.Transpose.FLIP_TOP_BOTTOM).resize((width, height - bank))
    whole.paste(Image.blend(water, Image.new("RGB", water.size, (46, 58, 84)), 0.42), (0, bank))
    far = (
        Layer(strip=_clouds(width + 140, 300), top=30, speed=8),
        Layer(strip=Sprite.of(_hills(width + 180, 150, 84, (116, 96, 116), 11)), top=bank - 148, speed=12),
        Layer(strip=Sprite.of(_hills(width + 320, 100, 56, (74, 66, 84), 12)), top=bank - 96, speed=22),
    )
    near = Layer(strip=Sprite.of(_bank(width + _TRAVEL, 200)), top=height - 200, speed=60)
    return River(sky=Picture.of(whole), far=far, near=near, ripples=(_ripples(31), _ripples(32)), bank=bank)


def shelter_at_dusk() -> Image.Image:
    """Return the first still: a house with its windows lit, hills behind it; 1600 by 1200."""
    image = gradient(
        1600, 1200, ((0, (30, 38, 72)), (0.45, (108, 84, 116)), (0.68, (226, 146, 108)), (1, (90, 64, 60)))
    )
    for top, height, ink, seed in (
        (600, 170, (78, 66, 92), 41),
        (740, 110, (54, 48, 68), 42),
        (900, 60, (44, 38, 44), 43),
    ):
        hills = _hills(1600, 1200 - top, height, ink, seed)
        image.paste(hills, (0, top), hills)
    house = painted(1600, 1200, _house)
    image.paste(house, (0, 0), house)
    for x, y in ((596, 850), (786, 850), (1010, 860)):
        image = glow(image, (x, y), 190, (255, 206, 120), 0.42)
    return image


def cloths_on_a_line() -> Image.Image:
    """Return the second still, upright: finished cloths drying at the workshop; 1200 by 1600."""
    image = gradient(
        1200, 1600, ((0, (232, 206, 166)), (0.72, (214, 176, 134)), (0.73, (150, 112, 88)), (1, (112, 84, 70)))
    )
    image = glow(image, (260, 240), 1300, (255, 240, 206), 0.6)
    shadows = painted(1200, 1600, lambda pen, scale: _cloths(pen, scale, ((-20, 330), (1220, 400)), 760))
    shade = Image.new("RGB", image.size, (120, 84, 66))
    image.paste(
        shade,
        (34, 30),
        shadows.getchannel("A").point([value // 3 for value in range(256)]).filter(ImageFilter.GaussianBlur(14)),
    )
    cloths = painted(1200, 1600, lambda pen, scale: _cloths(pen, scale, ((-20, 300), (1220, 370)), 760))
    image.paste(cloths, (0, 0), cloths)
    return image


def _plant(pen: ImageDraw.ImageDraw, scale: int) -> None:
    root = (1096, 560)
    for turn, length in ((-62, 210), (-34, 270), (-8, 300), (20, 270), (48, 220), (70, 150)):
        tip = (root[0] + length * sin(turn * pi / 180), root[1] - length * sin((90 - abs(turn)) * pi / 180))
        middle = ((root[0] + tip[0]) / 2, (root[1] + tip[1]) / 2)
        side = 26 if abs(turn) < 40 else 20
        leaf = (root, (middle[0] - side, middle[1] - 6), tip, (middle[0] + side, middle[1] + 6))
        pen.polygon([(x * scale, y * scale) for x, y in leaf], fill=(72 + abs(turn) // 3, 92, 66, 255))
    pot = ((1040, 550), (1152, 550), (1136, 664), (1056, 664))
    pen.polygon([(x * scale, y * scale) for x, y in pot], fill=(150, 84, 58, 255))
    pen.rectangle([value * scale for value in (1032, 540, 1160, 564)], fill=(170, 98, 68, 255))


def _cloths(pen: ImageDraw.ImageDraw, scale: int, line: tuple[tuple[int, int], tuple[int, int]], length: int) -> None:
    inks: tuple[Rgb, ...] = (
        (188, 84, 66),
        (226, 172, 84),
        (86, 132, 124),
        (232, 220, 194),
        (150, 88, 108),
        (92, 110, 150),
    )
    (start, high), (end, low) = line
    pen.line([value * scale for value in (start, high, end, low)], fill=(84, 66, 56, 255), width=4 * scale)
    step = (end - start) / len(inks)
    for number, ink in enumerate(inks):
        left = start + step * number + step * 0.09
        folds = 5
        part = step * 0.82 / folds
        for fold in range(folds):
            x, y = left + part * fold, high + (low - high) * (left + part * fold - start) / (end - start)
            bottom = y + length * (0.82 + 0.18 * ((number * 5) % 7) / 6) + 9 * sin(fold * 1.7 + number)
            tone = tuple(max(0, min(255, part_of + (10, -8, 14, -12, 4)[fold])) for part_of in ink)
            corners = (
                (x, y),
                (x + part + 1, y + 4),
                (x + part + 1, bottom + 6 * sin(fold * 1.7 + 1.7 + number)),
                (x, bottom),
            )
            pen.polygon([(across * scale, down * scale) for across, down in corners], fill=(*tone, 255))


def _house(pen: ImageDraw.ImageDraw, scale: int) -> None:
    def shape(ink: Rgb, *points: tuple[int, int]) -> None:
        pen.polygon([(x * scale, y * scale) for x, y in points], fill=(*ink, 255))

    shape((96, 74, 74), (480, 760), (1130, 760), (1130, 1010), (480, 1010))
    shape((76, 58, 62), (930, 760), (1130, 760), (1130, 1010), (930, 1010))
    shape((60, 44, 52), (430, 770), (560, 640), (1060, 640), (1180, 770))
    shape((52, 40, 48), (980, 690), (980, 590), (1030, 590), (1030, 690))
    for left in (560, 750):
        shape((250, 204, 122), (left, 810), (left + 72, 810), (left + 72, 890), (left, 890))
        shape((110, 78, 70), (left + 33, 810), (left + 39, 810), (left + 39, 890), (left + 33, 890))
        shape((110, 78, 70), (left, 847), (left + 72, 847), (left + 72, 853), (left, 853))
    shape((246, 190, 106), (974, 820), (1046, 820), (1046, 1010), (974, 1010))
    shape((70, 52, 54), (974, 820), (996, 836), (996, 1010), (974, 1010))
    shape((116, 92, 80), (974, 1010), (1046, 1010), (1290, 1200), (900, 1200))


def _window_light(width: int, height: int, room: int) -> Bytes:
    image = Image.new("L", (width + room, height), 0)
    pen = ImageDraw.Draw(image)
    pane, lean = width // 7, width // 9
    for column in range(3):
        for row in range(2):
            x, y = room + width // 8 + column * (pane + 18), height // 7 + row * (pane + 26)
            skew = lean * row
            corners = (
                (x - skew, y),
                (x + pane - skew, y + 14),
                (x + pane - skew - lean, y + pane + 14),
                (x - skew - lean, y + pane),
            )
            pen.polygon(corners, fill=30)
    return np.array(image.filter(ImageFilter.GaussianBlur(12)), np.uint8)


def _hills(width: int, depth: int, height: int, ink: Rgb, seed: int) -> Image.Image:
    outline = soft_noise(width, 4, (max(2, width // 500), 1), seed)[0] * height

    def paint(pen: ImageDraw.ImageDraw, scale: int) -> None:
        ridge = [(x * scale, (height - float(outline[x])) * scale) for x in range(width)]
        pen.polygon([*ridge, (width * scale, depth * scale), (0, depth * scale)], fill=(*ink, 255))

    return painted(width, depth, paint)


def _bank(width: int, depth: int) -> Image.Image:
    image = _hills(width, depth, 70, (38, 36, 44), 51)
    chance = np.random.default_rng(52)

    def paint(pen: ImageDraw.ImageDraw, scale: int) -> None:
        for x in chance.integers(0, width, width // 5):
            blade, lean = int(chance.integers(24, 84)), int(chance.integers(-12, 13))
            foot = depth - int(chance.integers(40, 110))
            pen.line(
                [(x * scale, (foot + 60) * scale), ((x + lean) * scale, (foot - blade + 40) * scale)],
                fill=(34, 33, 40, 255),
                width=scale * 2,
            )
        pen.rectangle((0, (depth - 34) * scale, width * scale, depth * scale), fill=(58, 54, 60, 255))
        for x in range(0, width, 190):
            pen.rectangle(
                ((x + 30) * scale, (depth - 19) * scale, (x + 110) * scale, (depth - 14) * scale),
                fill=(150, 136, 120, 255),
            )

    image.alpha_composite(painted(width, depth, paint))
    return image


def _clouds(width: int, height: int) -> Sprite:
    cover = np.clip(soft_noise(width, height, (4, 5), 61) - 0.52, 0, 0.3) / 0.3
    cover *= np.sin(np.linspace(0, np.pi, height))[:, np.newaxis]
    image = Image.new("RGBA", (width, height), (250, 206, 178, 0))
    image.putalpha(Image.fromarray(np.rint(cover * 150).astype(np.uint8)))
    return Sprite.of(image)


def _ripples(seed: int) -> Bytes:
    sheet = np.clip(soft_noise(1280, 290, (10, 34), seed) - 0.5, 0, 0.4) * 130
    sheet *= np.linspace(0.6, 1.0, 290)[:, np.newaxis]
    whole = np.rint(sheet).astype(np.uint8)
    return np.hstack((whole, whole))
