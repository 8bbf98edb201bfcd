"""burn-in: which subtitles are drawn, and on which output frames each drawing is."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from footage_manifest.subtitle_tracks import BurnInStyle, Edge, LetterSize, Place
from footage_manifest.timebase import FrameRange, nearest_frame
from pipeline.ports.drawing import CueLook, Drawn, DrawRequest
from pipeline.ports.stage import Stage
from pipeline.stages.conform import Shown
from subtitles.cue import Cue
from subtitles.tags import position_of, without_position

_LOWEST = 3
"""The highest of the places at the bottom, as the keys of a number pad lie."""

_LETTERS = {LetterSize.SMALL: 22, LetterSize.MEDIUM: 18, LetterSize.LARGE: 14}
"""The size of letters as a part of the picture's shorter side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawInputs:
    """One distinct text, the picture's size, the font's digest, those of the fonts for what it lacks, the film's style.

    `above` is the pixel row above which it stands wholly; 0 where nothing is in its way.
    """

    text: str
    language: str
    size: tuple[int, int]
    font: str
    more_fonts: tuple[str, ...] = ()
    style: BurnInStyle = field(default_factory=BurnInStyle)
    above: int = 0


def plan_drawing(inputs: DrawInputs) -> DrawRequest:
    """Return the drawing of one text."""
    width, height = inputs.size
    return DrawRequest(
        text=inputs.text,
        language=inputs.language,
        width=width,
        height=height,
        font=inputs.font,
        more_fonts=inputs.more_fonts,
        look=look_of(inputs.style),
        above=inputs.above,
    )


def look_of(style: BurnInStyle) -> CueLook:
    """Return how a film's style of burned-in subtitles is drawn."""
    return CueLook(
        letters=_LETTERS[style.size],
        boxed=style.edge is Edge.BOX,
        at_top=style.position is Place.TOP,
        safe_percent=style.safe_area,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """Where something is drawn over the picture: pixels (left, top, right, bottom; ends exclusive) during output frames."""

    record: FrameRange
    ink: tuple[int, int, int, int]


def raised(
    cues: Sequence[Cue], drawn: Mapping[str, Drawn], boxes: Sequence[Box], rate: Fraction, height: int
) -> dict[str, int]:
    """Return, by the text of each cue that would lie over a box, the pixel row above which it has to stand.

    A text is raised wherever it shows, and for as long as it shows: it does not jump. A gap of a hundredth of the picture's
    height stays between the two. A text that would reach beyond the picture's top, or says of itself
    where it stands, is left where it is.
    """
    gap = max(2, height // 100)
    rows: dict[str, int] = {}
    for cue in cues:
        record, ink = _frames(cue, rate), drawn[cue.text].ink
        in_way = [box for box in boxes if box.record.intersection(record) and _touch(box.ink, ink, gap)]
        row = min((box.ink[1] - gap for box in in_way), default=0)
        fits = row > ink[3] - ink[1] + gap and (position_of(cue.text) or 0) <= _LOWEST
        if fits and (cue.text not in rows or row < rows[cue.text]):
            rows[cue.text] = row
    return rows


def aside(
    texts: Collection[str], halves: Mapping[str, tuple[str, str]], style: BurnInStyle
) -> dict[str, tuple[str, ...]]:
    """Return, by each text that would lie over a name, what is shown of it instead, clear of names and of faces.

    Two languages part: the upper one goes to the top of the picture, the lower one stays below. Anything else goes to the
    top as a whole. Lifted above the name, four lines would cover the face that it belongs to.
    """
    found: dict[str, tuple[str, ...]] = {}
    for text in texts:
        upper, lower = halves.get(text, (text, ""))
        parted = bool(lower) and style.position is not Place.TOP
        found[text] = (at_top(upper), without_position(lower)) if parted else (at_top(text),)
    return found


def at_top(text: str) -> str:
    """Return a text that says of itself that it stands at the top, on the side on which it stood."""
    place = (position_of(text) or 2) % 3 or 3
    return f"{{\\an{place + 6}}}{without_position(text)}"


def covers(cue: Cue, drawn: Iterable[Drawn], boxes: Sequence[Box], rate: Fraction, height: int) -> bool:
    """Return whether one of a cue's drawings would touch a box while that is shown."""
    gap = max(2, height // 100)
    shown_at = [box for box in boxes if box.record.intersection(_frames(cue, rate))]
    return any(_touch(box.ink, one.ink, gap) for one in drawn for box in shown_at)


def _touch(first: tuple[int, int, int, int], second: tuple[int, int, int, int], gap: int) -> bool:
    beside = first[2] + gap <= second[0] or second[2] + gap <= first[0]
    apart = first[3] + gap <= second[1] or second[3] + gap <= first[1]
    return not beside and not apart


def _frames(cue: Cue, rate: Fraction) -> FrameRange:
    return FrameRange(nearest_frame(cue.start_ms, rate), nearest_frame(cue.end_ms, rate))


def shown(cues: Sequence[Cue], drawn: Mapping[str, Sequence[Drawn]], rate: Fraction) -> tuple[Shown, ...]:
    """Return the output frames of each cue (RECORD milliseconds, on frame boundaries) with the drawings of its text."""
    return tuple(Shown(picture=one.file.digest, record=_frames(cue, rate)) for cue in cues for one in drawn[cue.text])


DRAW = Stage(name="draw", version=3, plan=plan_drawing, result=Drawn)
