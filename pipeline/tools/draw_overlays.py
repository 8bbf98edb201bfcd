"""What is laid over pictures beside subtitles: names of people at the lower side, and the bug in its corner."""

from collections.abc import Iterator, Mapping, Sequence

from PIL import Image, ImageOps

from footage_manifest.graphics import Corner
from footage_manifest.wording import Refusal, shown
from pipeline.errors import MediaError, ToolError
from pipeline.ports.drawing import BugRequest, Drawn, LowerThirdRequest
from pipeline.ports.work import Bench
from pipeline.tools.bidi import runs_rightward
from pipeline.tools.card_canvas import Placed, bar, line_at, transparent_strip
from pipeline.tools.draw_cards import graphics_identity, lettering_of
from pipeline.tools.picture_still import open_still
from pipeline.tools.text_setting import Lettering, Paragraph, fitted, pitch, rgb

_SAFE = 50
"""Thousandths of each side outside the title-safe area of EBU R 95."""
_SIDE = 60
_NAME = (52, 48, 44, 40)
_ROLE = (36, 33, 30)
"""Sizes of letters to be tried, in thousandths of the picture's shorter side."""
_WIDEST, _WIDEST_UPRIGHT = 480, 760
_PLATE_OPACITY = 84
_PNG_EFFORT = 1


class OverlayPainter:
    """Draws lower thirds and bugs; carries out `pipeline.ports.drawing.OverlayDrawer`."""

    def identity(self, request: LowerThirdRequest | BugRequest) -> Mapping[str, str]:  # noqa: ARG002 - the same for each
        """Return what shapes, draws and lays out: versions, and those of our own rules."""
        return graphics_identity()

    def provenance(self) -> Mapping[str, str]:
        """Return nothing beyond the identity."""
        return {}

    def carry_out(
        self, requests: Sequence[LowerThirdRequest | BugRequest], bench: Bench
    ) -> Iterator[tuple[int, Drawn]]:
        """Yield each drawing. Raises ToolError for what does not fit, or has a character that no font has."""
        task = "draw names and the bug"
        bench.progress.start(task, len(requests), "drawings")
        for number, request in enumerate(requests):
            try:
                picture = bug(request, bench) if isinstance(request, BugRequest) else _named(request, bench)
            except Refusal as refusal:
                raise ToolError(refusal.what, refusal.cure) from None
            yield number, _kept(picture, bench)
            bench.progress.advance(task, 1)
        bench.progress.finish(task)


# ------------------------------------------------------------------------------------------------------------ lower thirds


def _named(request: LowerThirdRequest, bench: Bench) -> Image.Image:
    return lower_third(request, lettering_of(request.look, bench))


def lower_third(request: LowerThirdRequest, letters: Lettering) -> Image.Image:
    """Return a name and role on a plate, RGBA at the picture's size. Raises Refusal where they do not fit."""
    look = request.look
    short = min(look.width, look.height)
    rightward = runs_rightward(look.language)
    name, role = _words(request, letters)
    lines = [(line, paragraph.size) for paragraph in (name, role) for line in paragraph.lines]
    if not name.lines:
        raise Refusal("a person without a name cannot be named", "write the name under people")
    drawn = [letters.line(text, size, rgb(look.text)) for text, size in lines]
    thick, padding = max(3, short * 10 // 1000), short * 24 // 1000
    width = thick + 2 * padding + max(line.width for line in drawn)
    height = sum(pitch(size) for _, size in lines) + padding
    placed = [Placed(bar(width, height, rgb(look.background), _PLATE_OPACITY), 0, 0)]
    placed.append(Placed(bar(thick, height, rgb(look.accent)), 0 if rightward else width - thick, 0))
    y = padding // 2
    for line, (_, size) in zip(drawn, lines, strict=True):
        y += pitch(size)
        left = thick + padding if rightward else width - thick - padding - line.width
        placed.append(line_at(line, left, y - size * 3 // 10))
    top = request.above - short * 22 // 1000 - height
    if top < look.height * _SAFE // 1000:
        raise Refusal(
            f"the name {shown(request.name)} does not fit above the subtitles", "shorten the name or the role"
        )
    side = look.width * _SIDE // 1000
    picture = Image.new("RGBA", (look.width, look.height))
    plate = Image.fromarray(transparent_strip(width, height, placed))
    picture.paste(plate, (side if rightward else look.width - side - width, top))
    return picture


def _words(request: LowerThirdRequest, letters: Lettering) -> tuple[Paragraph, Paragraph]:
    look = request.look
    short = min(look.width, look.height)
    most = look.width * (_WIDEST_UPRIGHT if look.height > look.width else _WIDEST) // 1000
    name = fitted(letters, request.name, [short * size // 1000 for size in _NAME], most, 2)
    role = fitted(letters, request.role, [short * size // 1000 for size in _ROLE], most, 2)
    if name is None or role is None:
        words = request.name if name is None else request.role
        raise Refusal(f"{shown(words)} does not fit under a face", "shorten it")
    return name, role


# --------------------------------------------------------------------------------------------------------------- the bug


def bug(request: BugRequest, bench: Bench) -> Image.Image:
    """Return the bug in its corner, RGBA at the picture's size, inside the title-safe area.

    Raises MediaError where the file is no picture, Refusal where it is wider than the safe area.
    """
    path = bench.path(request.picture)
    try:
        with open_still(path) as opened:
            small = ImageOps.exif_transpose(opened).convert("RGBA")
    except MediaError as error:
        error.subject = error.subject or path.name
        raise
    height = max(1, request.height * request.height_percent // 100)
    width = max(1, (small.width * height + small.height // 2) // small.height)
    room = request.width - 2 * (request.width * _SAFE // 1000)
    if width > room:
        what = f"the bug would be {width} pixels wide, and {room} is what the title-safe area has"
        raise Refusal(what, "make height_percent smaller")
    sized = small.resize((width, height), Image.Resampling.LANCZOS)
    opacity = request.opacity_percent
    sized.putalpha(sized.getchannel("A").point([(value * opacity + 50) // 100 for value in range(256)]))
    picture = Image.new("RGBA", (request.width, request.height))
    picture.paste(sized, _corner(request, width, height))
    return picture


def _corner(request: BugRequest, width: int, height: int) -> tuple[int, int]:
    aside, above = request.width * _SAFE // 1000, request.height * _SAFE // 1000
    at_left = request.corner in {Corner.TOP_LEFT, Corner.BOTTOM_LEFT}
    at_top = request.corner in {Corner.TOP_LEFT, Corner.TOP_RIGHT}
    return (
        aside if at_left else request.width - aside - width,
        above if at_top else request.height - above - height,
    )


def _kept(picture: Image.Image, bench: Bench) -> Drawn:
    ink = picture.getchannel("A").getbbox()
    if ink is None:
        raise ToolError("nothing was drawn: the picture is wholly transparent", "name another file, or more opacity")
    path = bench.work / "overlay.png"
    try:
        picture.save(path, format="PNG", compress_level=_PNG_EFFORT)
    except OSError as error:
        raise ToolError(f"a drawing cannot be written: {error.strerror}", "is the disk full?") from None
    return Drawn(file=bench.keep(path), ink=ink)
