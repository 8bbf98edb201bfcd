"""The three made-up people of the example, drawn as flat portraits: nobody's likeness, and plainly a drawing.

What does not move is painted once; each opening of the mouth, with eyes open and shut, is laid between the face and the
hair. A frame only chooses one.
"""

from dataclasses import dataclass
from enum import Enum

from PIL import Image, ImageChops

from pipeline.tools.example_easel import BOX, Easel, Ink, weakened
from pipeline.tools.example_paint import Rgb, Sprite

MOUTHS = 6
"""How many openings of the mouth there are, 0 shut."""


class Dress(Enum):
    """How a portrait's hair is worn, and what over the clothes."""

    SHAWL = "long hair and a shawl"
    APRON = "a bun and an apron"
    CAP = "a cap, a beard and reflecting bands"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The colours of one portrait.

    `accent` is the shawl's, the apron's or the cap's; `light` is -1 where it comes from the left, 1 from the right.
    """

    skin: Rgb
    shade: Rgb
    lips: Rgb
    hair: Rgb
    dress: Dress
    cloth: Rgb
    accent: Rgb
    light: int


JUANA = Look(
    skin=(196, 140, 104),
    shade=(150, 98, 74),
    lips=(156, 78, 70),
    hair=(44, 30, 30),
    dress=Dress.SHAWL,
    cloth=(122, 52, 50),
    accent=(214, 142, 74),
    light=-1,
)
ELENA = Look(
    skin=(176, 120, 88),
    shade=(132, 84, 62),
    lips=(142, 68, 66),
    hair=(56, 46, 50),
    dress=Dress.APRON,
    cloth=(58, 98, 96),
    accent=(232, 208, 160),
    light=1,
)
TOM = Look(
    skin=(222, 178, 148),
    shade=(178, 130, 104),
    lips=(176, 106, 94),
    hair=(108, 82, 62),
    dress=Dress.CAP,
    cloth=(62, 76, 92),
    accent=(206, 116, 62),
    light=-1,
)


def portraits(look: Look, size: int = BOX) -> dict[tuple[int, bool], Sprite]:
    """Return a sprite of `size` pixels square (even) for every (opening of the mouth, eyes shut)."""
    behind, before = Easel(), Easel()
    _hair_behind(behind, look)
    _body(behind, look)
    _head(behind, look)
    _hair_before(before, look)
    found = {}
    for mouth in range(MOUTHS):
        for shut in (False, True):
            easel = Easel(behind.image)
            _eyes_and_nose(easel, look, shut=shut)
            _mouth(easel, look, mouth)
            easel.image.alpha_composite(before.image)
            found[mouth, shut] = Sprite.of(easel.small(size))
    return found


def _hair_behind(easel: Easel, look: Look) -> None:
    hair = easel.empty()
    if look.dress is Dress.SHAWL:
        easel.oval(hair, (0, 0), (124, 146))
        easel.polygon(hair, ((-124, 0), (-138, 120), (-128, 236), (128, 236), (138, 120), (124, 0)))
        easel.fill(hair, look.hair)
    elif look.dress is Dress.APRON:
        easel.oval(hair, (0, -10), (112, 138))
        easel.oval(hair, (26, -152), (54, 46))
        easel.fill(hair, look.hair)
        easel.shade(hair, easel.moved(hair, 10 * look.light, -14), (88, 74, 76), 60)


def _body(easel: Easel, look: Look) -> None:
    neck, shoulders, neckline = easel.empty(), easel.empty(), easel.empty()
    easel.polygon(neck, ((-50, 60), (50, 60), (58, 220), (-58, 220)))
    easel.fill(neck, look.shade)
    half = ((56, 158), (150, 190), (222, 236), (262, 390))
    easel.polygon(shoulders, (*((-x, y) for x, y in half), *reversed(half)))
    easel.oval(shoulders, (0, 300), (232, 126))
    easel.oval(neckline, (0, 146), (62, 58))
    shoulders = ImageChops.subtract(easel.rounded(shoulders, 16), neckline)
    easel.fill(shoulders, look.cloth)
    easel.shade(shoulders, easel.moved(shoulders, 34 * look.light, 22), (0, 0, 0), 70)
    piece = ImageChops.multiply(_over_clothes(easel, look.dress), shoulders)
    easel.fill(piece, look.accent)
    easel.shade(piece, easel.moved(piece, 12 * look.light, 8), (90, 40, 20), 80)


def _over_clothes(easel: Easel, dress: Dress) -> Image.Image:
    piece = easel.empty()
    if dress is Dress.SHAWL:
        easel.polygon(piece, ((-70, 150), (-120, 182), (-270, 300), (-270, 390), (-96, 390), (-20, 286), (-44, 200)))
        easel.polygon(
            piece, ((70, 150), (120, 182), (270, 300), (270, 390), (96, 390), (-20, 300), (30, 240), (48, 200))
        )
    elif dress is Dress.APRON:
        easel.polygon(piece, ((-96, 254), (96, 254), (120, 390), (-120, 390)))
        for side in (-1, 1):
            easel.polygon(piece, ((96 * side, 262), (78 * side, 262), (92 * side, 160), (108 * side, 160)))
    else:
        easel.polygon(piece, ((-262, 272), (262, 272), (262, 290), (-262, 290)))
        easel.polygon(piece, ((-262, 312), (262, 312), (262, 330), (-262, 330)))
    return piece


def _head(easel: Easel, look: Look) -> None:
    if look.dress is not Dress.SHAWL:
        ears = easel.empty()
        for side in (-1, 1):
            easel.oval(ears, (94 * side, 12), (17, 28))
        easel.fill(ears, look.shade)
    chin, face, lit = easel.empty(), easel.empty(), easel.empty()
    easel.oval(chin, (0, 42), (84, 108))
    easel.fill(ImageChops.multiply(chin, easel.image.getchannel("A")), _darker(look.shade, 4, 5))
    easel.oval(face, (0, -14), (94, 106))
    easel.oval(face, (0, 30), (84, 94))
    easel.fill(face, look.skin)
    easel.oval(lit, (30 * look.light, -8), (96, 128))
    easel.shade(face, easel.soft(lit, 14), look.shade, 190)
    for side in (-1, 1):
        cheek = easel.empty()
        easel.oval(cheek, (52 * side, 36), (24, 18))
        easel.fill(weakened(easel.soft(cheek, 9), 50), (206, 92, 80))


def _eyes_and_nose(easel: Easel, look: Look, *, shut: bool) -> None:
    lash = _darker(look.shade, 1, 3)
    for side in (-1, 1):
        x = 38 * side
        if shut:
            easel.stroke((x - 17, -12, x + 17, 8), (20, 160), lash, 4)
        else:
            easel.dot((x, -2), (17, 10), (240, 232, 222))
            easel.dot((x + 1, -2), (9, 10), (54, 36, 28))
            easel.dot((x + 4 * look.light, -5), (3, 3), (250, 248, 240))
            easel.stroke((x - 19, -14, x + 19, 12), (190, 350), lash, 5)
        easel.stroke((x - 26, -40, x + 26, -6), (205, 335), _darker(look.hair, 3, 4), 7)
    easel.stroke((-16, 18, 16, 48), (30, 150), look.shade, 5)
    easel.stroke((-10 - 6 * look.light, -16, 8 - 6 * look.light, 46), (100, 200), look.shade, 3)


def _mouth(easel: Easel, look: Look, mouth: int) -> None:
    if mouth == 0:
        easel.stroke((-32, 50, 32, 82), (25, 155), look.lips, 7)
        return
    opening, wide = 2 + mouth * 5 // 2, 30 - mouth
    centre = (0, 74 + opening // 2)
    easel.dot(centre, (wide + 5, opening + 6), look.lips)
    easel.dot(centre, (wide, opening), (74, 30, 32))
    if mouth > 1:
        inside, upper = easel.empty(), easel.empty()
        easel.oval(inside, centre, (wide - 2, opening - 1))
        easel.oval(upper, (0, 66), (wide - 4, opening // 2 + 6))
        easel.fill(ImageChops.multiply(inside, upper), (236, 226, 214))


def _hair_before(easel: Easel, look: Look) -> None:
    if look.dress is Dress.CAP:
        _beard(easel, look)
        _cap(easel, look)
        return
    crown, brow = easel.empty(), easel.empty()
    easel.oval(crown, (0, -4), (106, 132))
    easel.oval(brow, (-36 if look.dress is Dress.SHAWL else 0, 62), (104, 142))
    easel.oval(brow, (30, 66), (90, 128))
    hair = ImageChops.subtract(crown, brow)
    if look.dress is Dress.SHAWL:
        for side in (-1, 1):
            lock = ((66, -92), (104, -60), (120, 0), (130, 150), (126, 236), (94, 226), (86, 100))
            easel.polygon(hair, tuple((x * side, y) for x, y in lock))
    hair = easel.rounded(hair, 5)
    easel.fill(hair, look.hair)
    lighter = tuple(min(255, part + 46) for part in look.hair)
    easel.shade(hair, easel.moved(hair, -14 * look.light, 14), lighter, 70)


def _beard(easel: Easel, look: Look) -> None:
    beard, above, sides = easel.empty(), easel.empty(), easel.empty()
    easel.oval(beard, (0, 14), (97, 121))
    easel.oval(above, (0, -36), (120, 92))
    easel.oval(above, (0, 78), (42, 27))
    easel.fill(weakened(easel.soft(ImageChops.subtract(beard, above), 4), 200), look.hair)
    for side in (-1, 1):
        hair = ((100, -66), (80, -66), (86, -30), (90, 20), (97, 20))
        easel.polygon(sides, tuple((x * side, y) for x, y in hair))
    easel.fill(easel.rounded(sides, 3), look.hair)


def _cap(easel: Easel, look: Look) -> None:
    cap, below, brim = easel.empty(), easel.empty(), easel.empty()
    easel.oval(cap, (0, -26), (108, 118))
    easel.polygon(below, ((-160, -56), (160, -56), (160, 200), (-160, 200)))
    cap = ImageChops.subtract(cap, below)
    easel.fill(cap, look.accent)
    easel.shade(cap, easel.moved(cap, 30 * look.light, 0), (96, 40, 20), 90)
    easel.polygon(brim, ((-110, -70), (110, -70), (112, -50), (-112, -50)))
    easel.fill(easel.rounded(brim, 6), _darker(look.accent, 3, 5))


def _darker(ink: Ink, part: int, of: int) -> Ink:
    return tuple(value * part // of for value in ink)
