"""burn-in: which subtitles are drawn, and on which output frames each drawing is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from footage_manifest.timebase import FrameRange, nearest_frame
from pipeline.ports.drawing import Drawn, DrawRequest
from pipeline.ports.stage import Stage
from pipeline.stages.conform import Shown
from subtitles.cue import Cue


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawInputs:
    """One distinct text, the picture's size, the font's digest, those of the fonts for what it lacks."""

    text: str
    language: str
    size: tuple[int, int]
    font: str
    more_fonts: tuple[str, ...] = ()


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
    )


def distinct_texts(cues: Sequence[Cue]) -> tuple[str, ...]:
    """Return every text of the cues once, in order of first appearance."""
    return tuple(dict.fromkeys(cue.text for cue in cues))


def shown(cues: Sequence[Cue], drawn: Mapping[str, Drawn], rate: Fraction) -> tuple[Shown, ...]:
    """Return the output frames of each cue (RECORD milliseconds, on frame boundaries) with the drawing of its text."""
    return tuple(
        Shown(
            picture=drawn[cue.text].file.digest,
            record=FrameRange(nearest_frame(cue.start_ms, rate), nearest_frame(cue.end_ms, rate)),
        )
        for cue in cues
    )


DRAW = Stage(name="draw", version=2, plan=plan_drawing, result=Drawn)
