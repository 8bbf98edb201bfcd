"""Shapes, fills and soft shading for one flat portrait: what `example_people` paints with."""

from PIL import Image, ImageChops, ImageDraw, ImageFilter

Ink = tuple[int, ...]
Corners = tuple[int, int, int, int]

BOX = 620
"""A portrait's width and height in its own units; the face's middle lies at (310, 236)."""

_CENTRE = (310, 236)
_SCALE = 2


class Easel:
    """One transparent picture and the shapes laid on it, measured in units from the middle of the face."""

    def __init__(self, under: Image.Image | None = None) -> None:
        self.side = BOX * _SCALE
        self.image = Image.new("RGBA", (self.side, self.side), (60, 44, 36, 0)) if under is None else under.copy()

    def small(self, size: int) -> Image.Image:
        """Return the picture, `size` pixels square, with smooth edges."""
        return self.image.resize((size, size), Image.Resampling.LANCZOS)

    def empty(self) -> Image.Image:
        """Return a shape that covers nothing yet."""
        return Image.new("L", (self.side, self.side), 0)

    def oval(self, shape: Image.Image, centre: tuple[int, int], radii: tuple[int, int]) -> None:
        """Add an oval to `shape`."""
        ImageDraw.Draw(shape).ellipse(self._oval_corners(centre, radii), fill=255)

    def polygon(self, shape: Image.Image, points: tuple[tuple[int, int], ...]) -> None:
        """Add a polygon to `shape`."""
        (left, top), scale = _CENTRE, _SCALE
        ImageDraw.Draw(shape).polygon([((left + x) * scale, (top + y) * scale) for x, y in points], fill=255)

    def dot(self, centre: tuple[int, int], radii: tuple[int, int], ink: Ink) -> None:
        """Paint an oval in `ink`."""
        ImageDraw.Draw(self.image).ellipse(self._oval_corners(centre, radii), fill=ink)

    def stroke(self, box: Corners, turn: tuple[int, int], ink: Ink, width: int) -> None:
        """Paint the part of an oval in `box` (left, top, right, bottom) between two angles in degrees."""
        (left, top), scale = _CENTRE, _SCALE
        corners = ((left + box[0]) * scale, (top + box[1]) * scale, (left + box[2]) * scale, (top + box[3]) * scale)
        ImageDraw.Draw(self.image).arc(corners, *turn, fill=ink, width=width * scale)

    def fill(self, shape: Image.Image, ink: Ink) -> None:
        """Paint `shape` in `ink`."""
        paint = Image.new("RGBA", self.image.size, (*ink, 255))
        paint.putalpha(shape)
        self.image.alpha_composite(paint)

    def shade(self, shape: Image.Image, lit: Image.Image, ink: Ink, strength: int) -> None:
        """Paint the part of `shape` that lies outside `lit` in `ink`, with `strength` up to 255."""
        away = ImageChops.multiply(shape, ImageChops.invert(lit))
        self.fill(weakened(away, strength), ink)

    def moved(self, shape: Image.Image, x: int, y: int) -> Image.Image:
        """Return `shape` moved by (x, y) with soft edges: what the light falls on."""
        return self.soft(ImageChops.offset(shape, x * _SCALE, y * _SCALE), 10)

    def soft(self, shape: Image.Image, radius: int) -> Image.Image:
        """Return `shape` with edges that fade over about twice `radius`."""
        return shape.filter(ImageFilter.GaussianBlur(radius * _SCALE))

    def rounded(self, shape: Image.Image, radius: int) -> Image.Image:
        """Return `shape` with its corners rounded."""
        return self.soft(shape, radius).point([min(255, max(0, (value - 112) * 8)) for value in range(256)])

    def _oval_corners(self, centre: tuple[int, int], radii: tuple[int, int]) -> Corners:
        x, y = (_CENTRE[0] + centre[0]) * _SCALE, (_CENTRE[1] + centre[1]) * _SCALE
        across, down = radii[0] * _SCALE, radii[1] * _SCALE
        return (x - across, y - down, x + across, y + down)


def weakened(shape: Image.Image, strength: int) -> Image.Image:
    """Return `shape` with `strength` of 255 of its opacity."""
    return shape.point([value * strength // 255 for value in range(256)])
