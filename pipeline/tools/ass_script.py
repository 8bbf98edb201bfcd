"""Subtitles as an ASS script that libass draws: one cue after another, a second each, every text taken as data.

The format is Sub Station Alpha v4.00+ as libass reads it; its font size is the height of a line, not of the letter square.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from pipeline.tools.font_search import by_font
from pipeline.tools.fonts import Font
from pipeline.tools.markup import Run, plain_text, runs_of
from subtitles.tags import position_of

_WIDEST = 900
"""Thousandths of the picture's width that a line may take; a wider one makes its cue smaller."""

_TALLEST = 850
_SIZES_A_HEIGHT = 18
_BOTTOM_MARGIN = 60
"""Thousandths of the picture's height below the last line: inside the title-safe area of EBU R 95."""

_WORD_JOINER = "\u2060"
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")

_HEAD = """\
[Script Info]
ScriptType: v4.00+
PlayResX: {width}
PlayResY: {height}
WrapStyle: 2
ScaledBorderAndShadow: yes
YCbCr Matrix: None
{language}
[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, \
StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Cue,{family},{line},&H00FFFFFF,&H00FFFFFF,&H00000000,&H70000000,0,0,0,0,100,100,0,0,1,{outline},{shadow},2,\
{side},{side},{bottom},-1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""


@dataclass(frozen=True, slots=True)
class Page:
    """What is drawn on: the picture's size in pixels, the language code that helps shaping, the font.

    `more` are fonts for what that one lacks.
    """

    width: int
    height: int
    language: str
    font: Font
    more: tuple[Font, ...] = ()

    @property
    def fonts(self) -> tuple[Font, ...]:
        """Return all fonts, in the order in which they are tried."""
        return (self.font, *self.more)

    @property
    def size(self) -> int:
        """Return the size of the letters in thousandths of a pixel: an eighteenth of the picture's shorter side."""
        return min(self.width, self.height) * 1000 // _SIZES_A_HEIGHT

    def scale(self, text: str) -> int:
        """Return how large a cue is set, in thousandths of the page's size: 1000 where its lines fit."""
        lines = plain_text(text).split("\n")
        widest = max(self._width(line) for line in lines) * self.size // 1_000_000
        tallest = len(lines) * self.font.line_height * self.size // 1_000_000
        by_width = self.width * _WIDEST // max(widest, 1)
        by_height = self.height * _TALLEST // max(tallest, 1)
        return max(1, min(1000, by_width, by_height))

    def top(self, text: str) -> int:
        """Return the first pixel row that a cue at the bottom can reach, a line to spare; 0 for one placed elsewhere."""
        if (position_of(text) or 2) > 3:
            return 0
        return self.top_of(plain_text(text).count("\n") + 2)

    def top_of(self, lines: int) -> int:
        """Return the first pixel row of so many lines at the bottom, with their outline."""
        needed = lines * self.font.line_height * self.size // 1_000_000 + self.height * _BOTTOM_MARGIN // 1000
        return max(0, self.height - needed - self.size // 16_000)

    def _width(self, line: str) -> int:
        if not self.more:
            return self.font.width(line)
        chosen = by_font(self.fonts, line)
        return sum(self.fonts[number].width(one) for number, one in zip(chosen, line, strict=True))


def script(page: Page, texts: Sequence[str]) -> str:
    """Return the script that shows `texts[n]`, alone, from second n to second n + 1."""
    size = page.size
    head = _HEAD.format(
        width=page.width,
        height=page.height,
        language=f"Language: {page.language}\n" if _LANGUAGE.fullmatch(page.language) else "",
        family=_family(page.font),
        line=_pixels(size * page.font.line_height // 1000),
        outline=_pixels(size // 16),
        shadow=_pixels(size // 30),
        side=page.width * 30 // 1000,
        bottom=page.height * _BOTTOM_MARGIN // 1000,
    )
    return head + "".join(
        f"Dialogue: 0,{_clock(n)},{_clock(n + 1)},Cue,,0,0,0,,{_dialogue(page, text)}\n" for n, text in enumerate(texts)
    )


def _dialogue(page: Page, text: str) -> str:
    position, scale = position_of(text), page.scale(text)
    placed = f"{{\\an{position}}}" if position else ""
    if scale < 1000:
        placed += f"{{\\fs{_pixels(page.size * page.font.line_height // 1000 * scale // 1000)}}}"
    return placed + "".join(_styled(page, run) for run in runs_of(text))


def _styled(page: Page, run: Run) -> str:
    before = ("{\\i1}" if run.italic else "") + ("{\\b900}" if run.bold else "")
    after = ("{\\b0}" if run.bold else "") + ("{\\i0}" if run.italic else "")
    return before + _in_fonts(page, run.text) + after


def _in_fonts(page: Page, text: str) -> str:
    """Return text that names the font of what the page's own font lacks."""
    if not page.more:
        return _as_data(text)
    chosen = zip(by_font(page.fonts, text), text, strict=True)
    parts = []
    for number, letters in groupby(chosen, key=itemgetter(0)):
        data = _as_data("".join(letter for _, letter in letters))
        parts.append(data if not number else f"{{\\fn{_family(page.fonts[number])}}}{data}{{\\fn{_family(page.font)}}}")
    return "".join(parts)


def _family(font: Font) -> str:
    return re.sub(r"[\\{}(),]", " ", font.family)


def _as_data(text: str) -> str:
    """Return text that libass shows as it is.

    A backslash would begin a line break or take the meaning of a bracket: a joiner that shows nothing follows it.
    """
    kept = text.replace("\\", "\\" + _WORD_JOINER).replace("{", "\\{").replace("}", "\\}")
    return kept.replace("\n", "\\N")


def _pixels(thousandths: int) -> str:
    return f"{thousandths // 1000}.{thousandths % 1000:03}"


def _clock(second: int) -> str:
    minutes, seconds = divmod(second, 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}.00"
