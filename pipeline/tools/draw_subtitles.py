"""Burn-in: libass, in the ffmpeg program, draws subtitles that conform lays over the picture.

Each cue is drawn twice, over black and over white: from the two, colour and opacity follow exactly. (The subtitles
filter can draw on transparency, but where outline, shadow and letter overlap its opacity is wrong by up to a quarter.)
"""

import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ffmpeg
import numpy as np
import numpy.typing as npt
from PIL import Image

from pipeline.errors import ToolError, ToolMissing
from pipeline.ports.drawing import Drawn, DrawRequest
from pipeline.ports.work import Bench
from pipeline.tools.ass_script import Page, script
from pipeline.tools.font_search import named
from pipeline.tools.fonts import missing_glyphs, needs_no_glyph, read_font
from pipeline.tools.markup import plain_text
from pipeline.tools.process import Completed, run_program
from pipeline.tools.programs import Program

_BATCH_BYTES = 96 * 1024 * 1024
_MOST_A_BATCH = 64
_TIMEOUT_S = 600
_PNG_EFFORT = 1  # of 9: drawings are small, mostly empty, and thrown away with the store
_CHOSEN = re.compile(rb"fontselect: \(.*\) -> (.*)$", re.MULTILINE)
_LACKING = re.compile(rb"Glyph 0x([0-9A-Fa-f]+) not found")
_NO_FONTS = '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig></fontconfig>\n'

_Pixels = npt.NDArray[np.uint8]


class LibassDrawer:
    """Draws through the ffmpeg program; carries out `pipeline.ports.drawing.SubtitleDrawer`."""

    def __init__(self, program: Program) -> None:
        """Draw with this ffmpeg, which must have been built with libass."""
        self._program = program

    def identity(self, request: DrawRequest) -> Mapping[str, str]:  # noqa: ARG002 - the same for every request
        """Return the digest of what ffmpeg says about itself: libass and its shaping libraries are part of it."""
        return {"ffmpeg": self._program.digest}

    def provenance(self) -> Mapping[str, str]:
        """Return ffmpeg's version."""
        return {"ffmpeg": self._program.version}

    def carry_out(self, requests: Sequence[DrawRequest], bench: Bench) -> Iterator[tuple[int, Drawn]]:
        """Yield each drawing, many drawn by one process.

        Raises ToolError for a character that the font lacks, before anything is drawn, and where a drawing is empty or does
        not fit the picture.
        """
        pages = [_page(request, bench) for request in requests]
        for page, request in zip(pages, requests, strict=True):
            _refuse_undrawable(page, request.text)
        task = "draw subtitles"
        bench.progress.start(task, len(requests), "cues")
        for batch in _batches(pages, requests):
            page = pages[batch[0]]
            texts = [requests[number].text for number in batch]
            for number, drawing in zip(batch, _drawn(self._program, page, texts, bench.work), strict=True):
                yield number, _kept(page, requests[number].text, drawing, bench)
            bench.progress.advance(task, len(batch))
        bench.progress.finish(task)


def _page(request: DrawRequest, bench: Bench) -> Page:
    font, *more = (read_font(bench.path(digest)) for digest in (request.font, *request.more_fonts))
    return Page(request.width, request.height, request.language, font, tuple(more), request.look, request.above)


def _refuse_undrawable(page: Page, text: str) -> None:
    lacked = (missing_glyphs(font, text) for font in page.fonts)
    missing = next(lacked)
    for others in lacked:
        missing = tuple(one for one in missing if one in others)
    if missing:
        raise ToolError(
            f'the subtitle font {page.font.family} has no {named(missing)}, which "{_first_words(text)}" needs',
            "name a font that has it as subtitles: font: in film.yaml, or write it otherwise",
        )
    if not plain_text(text).strip():
        raise ToolError("a subtitle has no text to draw", "delete the empty cue")


def _batches(pages: Sequence[Page], requests: Sequence[DrawRequest]) -> Iterator[list[int]]:
    """Yield the numbers of requests that one process draws: the same page, the same part of it, a bounded size."""
    alike: dict[tuple[object, ...], list[int]] = {}
    for number, (page, request) in enumerate(zip(pages, requests, strict=True)):
        key = (
            page.width,
            page.height,
            page.language,
            tuple(font.digest for font in page.fonts),
            page.top(request.text),
            page.look,
            page.above,
        )
        alike.setdefault(key, []).append(number)
    for numbers in alike.values():
        page = pages[numbers[0]]
        rows = page.height - page.top(requests[numbers[0]].text)
        bytes_a_cue = 2 * 3 * page.width * rows
        size = max(1, min(_MOST_A_BATCH, _BATCH_BYTES // bytes_a_cue))
        for start in range(0, len(numbers), size):
            yield numbers[start : start + size]


# ------------------------------------------------------------------------------------------------------ through ffmpeg


@dataclass(frozen=True, slots=True)
class _Drawing:
    """One cue drawn over black and over white, RGB, from the page's row `top` down."""

    over_black: _Pixels
    over_white: _Pixels
    top: int


def _drawn(program: Program, page: Page, texts: Sequence[str], work: Path) -> list[_Drawing]:
    top = page.top(texts[0])
    rows = page.height - top
    (work / "cues.ass").write_text(script(page, texts), encoding="utf-8")
    completed = _run(program, _argv(program, page, len(texts), top), _setting(page, work), work)
    _check_font(page, completed.stderr)
    expected = len(texts) * 2 * rows * page.width * 3
    if len(completed.stdout) != expected:
        raise ToolError(f"ffmpeg drew {len(completed.stdout)} bytes where {len(texts)} subtitles are {expected}")
    pairs = np.frombuffer(completed.stdout, np.uint8).reshape(len(texts), 2, rows, page.width, 3)
    return [_Drawing(over_black, over_white, top) for over_black, over_white in pairs]


def _argv(program: Program, page: Page, seconds: int, top: int) -> list[str]:
    """Return the command: names without folders, since it runs in the work folder, so that no path needs escaping."""

    def over(colour: str) -> Any:
        ground = ffmpeg.input(f"color=c={colour}:s={page.width}x{page.height}:r=1:d={seconds}", f="lavfi")
        drawn = ground.filter("format", "rgb24").filter("subtitles", "cues.ass", fontsdir="fonts")
        return drawn.filter("crop", page.width, page.height - top, 0, top)

    both = ffmpeg.filter([over("black"), over("white")], "vstack")
    output = both.output("pipe:", format="rawvideo", pix_fmt="rgb24").global_args("-hide_banner", "-nostdin")
    return [str(argument) for argument in output.compile(cmd=str(program.path))]


def _setting(page: Page, work: Path) -> dict[str, str]:
    """Put the fonts, alone, where libass looks, and return an environment in which it finds no other."""
    fonts = work / "fonts"
    shutil.rmtree(fonts, ignore_errors=True)
    fonts.mkdir()
    for number, font in enumerate(page.fonts):
        shutil.copyfile(font.path, fonts / f"font{number}.ttf")
    configuration = work / "fonts.conf"
    configuration.write_text(_NO_FONTS, encoding="utf-8")
    return {
        **os.environ,
        "FONTCONFIG_FILE": str(configuration),
        "XDG_CACHE_HOME": str(work),
        "AV_LOG_FORCE_NOCOLOR": "1",
    }


def _run(program: Program, argv: Sequence[str], environment: Mapping[str, str], work: Path) -> Completed:
    try:
        return run_program(argv, env=environment, cwd=work, timeout_s=_TIMEOUT_S)
    except ToolError as error:
        if "No such filter" in error.stderr_tail:
            raise ToolMissing(
                f"this ffmpeg ({program.path}) cannot draw subtitles: it was built without libass",
                "install Debian's ffmpeg or the imageio-ffmpeg package",
                argv=argv,
            ) from None
        raise


def _check_font(page: Page, log: bytes) -> None:
    """Raise ToolError where libass says that it took another font, or that a character was not to be had."""
    faces = [font.face.encode() for font in page.fonts]
    for line in _CHOSEN.findall(log):
        if not any(face in line for face in faces):
            raise ToolError(
                f"the subtitle font {page.font.family} was not used but {line.decode('utf-8', 'replace').strip()}",
                "name another font as subtitles: font: in film.yaml",
            )
    for code in _LACKING.findall(log):
        character = chr(int(code, 16))
        if not needs_no_glyph(character):
            raise ToolError(f"the subtitle font {page.font.family} has no {character} (U+{ord(character):04X})")


# ------------------------------------------------------------------------------------------------------------- results


def _kept(page: Page, text: str, drawn: _Drawing, bench: Bench) -> Drawn:
    box = _ink_box(drawn)
    if box is None:
        raise ToolError(f'nothing was drawn for the subtitle "{_first_words(text)}"', "see testimonio doctor")
    left, top, right, bottom = box
    if left == 0 or top == 0 or right == page.width or bottom == len(drawn.over_black):
        raise ToolError(f'the subtitle "{_first_words(text)}" does not fit the picture', "shorten or break its lines")
    ink = _straight(drawn.over_black[top:bottom, left:right], drawn.over_white[top:bottom, left:right])
    picture = Image.new("RGBA", (page.width, page.height))
    picture.paste(Image.fromarray(ink), (left, top + drawn.top))
    path = bench.work / "drawn.png"
    try:
        picture.save(path, format="PNG", compress_level=_PNG_EFFORT)
    except OSError as error:
        raise ToolError(f"a drawn subtitle cannot be written: {error.strerror}", "is the disk full?") from None
    return Drawn(file=bench.keep(path), ink=(left, top + drawn.top, right, bottom + drawn.top))


def _ink_box(drawn: _Drawing) -> tuple[int, int, int, int] | None:
    """Return the box that is not wholly transparent (ends exclusive), None where there is none."""
    covered = (drawn.over_white[:, :, 1] - drawn.over_black[:, :, 1]) != 255
    rows, columns = np.flatnonzero(covered.any(axis=1)), np.flatnonzero(covered.any(axis=0))
    if not len(rows):
        return None
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _straight(over_black: _Pixels, over_white: _Pixels) -> _Pixels:
    """Return RGBA with straight alpha: white shows through by what is not covered, black leaves colour times opacity."""
    through = (over_white.astype(np.int32) - over_black).sum(axis=2, keepdims=True)
    alpha = np.clip(255 - (through + 1) // 3, 0, 255)
    colour = np.minimum((over_black.astype(np.int32) * 255 + alpha // 2) // np.maximum(alpha, 1), 255)
    return np.concatenate([np.where(alpha > 0, colour, 0), alpha], axis=2).astype(np.uint8)


def _first_words(text: str) -> str:
    line = " ".join(plain_text(text).split())
    return line if len(line) <= 40 else line[:39] + "…"
