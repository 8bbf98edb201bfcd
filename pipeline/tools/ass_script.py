"""Subtitles as an ASS script that libass draws: one cue after another, a second each, every text taken as data.

The format is Sub Station Alpha v4.00+ as libass reads it; its font size is the height of a line, not of the letter square.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter

from pipeline.ports.drawing import CueLook
from pipeline.tools.font_search import by_font
from pipeline.tools.fonts import Font
from pipeline.tools.markup import Run, plain_text, runs_of
from subtitles.tags import position_of

_BESIDE = 50
"""Thousandths of the picture's width on either side of a line; a wider one makes its cue smaller."""

_BELOW = 60
"""Thousandths of the picture's height below the last line: inside the title-safe area of EBU R 95."""

_TALLEST = 850
_TOP, _BOTTOM = 8, 2
"""Where libass puts a text, as the keys of a number pad lie."""

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
Style: Cue,{family},{line},&H00FFFFFF,&H00FFFFFF,&H00000000,{behind},0,0,0,0,100,100,0,0,{border},{outline},{shadow},\
{place},{side},{side},{margin},-1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""


@dataclass(frozen=True, slots=True)
class Page:
    """What is drawn on: the picture's size in pixels, the language code that helps shaping, the font.

    `more` are fonts for what that one lacks. With `above`, texts at the bottom stand wholly above that pixel row.
    """

    width: int
    height: int
    language: str
    font: Font
    more: tuple[Font, ...] = ()
    look: CueLook = field(default_factory=CueLook)
    above: int = 0

    @property
    def fonts(self) -> tuple[Font, ...]:
        """Return all fonts, in the order in which they are tried."""
        return (self.font, *self.more)

    @property
    def size(self) -> int:
        """Return the size of the letters in thousandths of a pixel."""
        return min(self.width, self.height) * 1000 // self.look.letters

    @property
    def place(self) -> int:
        """Return where a text stands that does not say it itself: below, or at the top."""
        return _TOP if self.look.at_top and not self.above else _BOTTOM

    @property
    def margin(self) -> int:
        """Return how many pixels lie between a text and the edge of the picture that it stands at."""
        around = (self.padding + self.shadow) // 1000 + 1
        if self.above:
            return self.height - self.above + around
        if self.look.safe_percent is None:
            return self.height * _BELOW // 1000
        return self.height * self.look.safe_percent // 100 + around

    @property
    def beside(self) -> int:
        """Return the thousandths of the picture's width that stay free on either side."""
        return _BESIDE if self.look.safe_percent is None else self.look.safe_percent * 10

    @property
    def padding(self) -> int:
        """Return how far what sets letters off reaches beyond their lines, in thousandths of a pixel."""
        return self.size // (4 if self.look.boxed else 16)

    @property
    def shadow(self) -> int:
        """Return how far the letters' shadow reaches beyond that, in thousandths of a pixel; a box has none."""
        return 0 if self.look.boxed else self.size // 30

    def scale(self, text: str) -> int:
        """Return how large a cue is set, in thousandths of the page's size: 1000 where its lines fit."""
        lines = plain_text(text).split("\n")
        widest = max(self._width(line) for line in lines) * self.size // 1_000_000
        tallest = len(lines) * self.font.line_height * self.size // 1_000_000
        by_width = self.width * (1000 - 2 * self.beside) // max(widest, 1)
        by_height = self.height * _TALLEST // max(tallest, 1)
        return max(1, min(1000, by_width, by_height))

    def top(self, text: str) -> int:
        """Return the first pixel row that a cue at the bottom can reach, a line to spare; 0 for one placed elsewhere."""
        if (position_of(text) or self.place) > 3:
            return 0
        return self.top_of(plain_text(text).count("\n") + 2)

    def top_of(self, lines: int) -> int:
        """Return the first pixel row of so many lines at the bottom, with their outline."""
        needed = lines * self.font.line_height * self.size // 1_000_000 + self.margin
        return max(0, self.height - needed - self.padding // 1000)

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
        # 4 is libass's own: one box behind all lines, as far beyond them as the shadow is deep.
        border=4 if page.look.boxed else 1,
        behind="&H48000000" if page.look.boxed else "&H70000000",
        outline=_pixels(0 if page.look.boxed else size // 16),
        shadow=_pixels(page.padding if page.look.boxed else page.shadow),
        place=page.place,
        side=page.width * page.beside * 3 // 5 // 1000,
        margin=page.margin,
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
