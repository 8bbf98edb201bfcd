import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipeline.errors import ToolError, ToolMissing
from pipeline.ports.drawing import CueLook, Drawn, DrawRequest
from pipeline.tools.ass_script import Page, script
from pipeline.tools.draw_subtitles import LibassDrawer
from pipeline.tools.fonts import SHIPPED, find_font
from pipeline.tools.programs import Program, find_ffmpeg
from tests.fake_bench import FakeBench
from tests.made_font import make_font

WIDTH, HEIGHT = 640, 360


@pytest.fixture
def bench(tmp_path: Path) -> FakeBench:
    bench = FakeBench(tmp_path / "bench")
    bench.add(SHIPPED)
    return bench


def request(text: str, width: int = WIDTH, height: int = HEIGHT) -> DrawRequest:
    return DrawRequest(text=text, language="es", width=width, height=height, font=find_font().digest)


def drawn(bench: FakeBench, *requests: DrawRequest) -> list[Drawn]:
    results = dict(LibassDrawer(find_ffmpeg()).carry_out(requests, bench))
    return [results[number] for number in range(len(requests))]


def pixels(bench: FakeBench, result: Drawn) -> np.ndarray:
    with Image.open(bench.path(result.file.digest)) as picture:
        assert picture.mode == "RGBA"
        return np.asarray(picture)


def ink_of(picture: np.ndarray) -> tuple[int, int, int, int]:
    rows, columns = np.flatnonzero(picture[:, :, 3].any(axis=1)), np.flatnonzero(picture[:, :, 3].any(axis=0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def test_text_stands_at_the_bottom_in_the_middle_and_the_box_holds_its_ink(bench: FakeBench) -> None:
    (result,) = drawn(bench, request("¿Dónde está la niña?"))
    picture = pixels(bench, result)
    left, top, right, bottom = result.ink
    assert picture.shape == (HEIGHT, WIDTH, 4)
    assert ink_of(picture) == result.ink
    assert abs((left + right) / 2 - WIDTH / 2) <= 3
    assert HEIGHT * 0.8 < top < bottom < HEIGHT * 0.97
    assert HEIGHT / 30 < bottom - top < HEIGHT / 9


def test_letters_are_white_inside_and_dark_outside_with_straight_alpha(bench: FakeBench) -> None:
    picture = pixels(bench, drawn(bench, request("Mañana"))[0]).astype(int)
    opaque = picture[picture[:, :, 3] == 255][:, :3]
    assert (opaque.min(axis=1) > 250).sum() > 50
    assert (opaque.max(axis=1) < 5).sum() > 50
    faint = picture[(picture[:, :, 3] > 20) & (picture[:, :, 3] < 60)]
    assert len(faint) > 20
    assert not picture[picture[:, :, 3] == 0].any()


def test_laid_over_a_grey_ground_it_looks_as_libass_draws_there(bench: FakeBench, tmp_path: Path) -> None:
    """The ground truth is libass itself, over the ground that our drawing is then laid on."""
    font, texts = find_font(), ["¿Pingüino?\n<i>Yes, & soon</i>"]
    folder = tmp_path / "truth"
    (folder / "fonts").mkdir(parents=True)
    shutil.copyfile(SHIPPED, folder / "fonts" / "font.ttf")
    (folder / "c.ass").write_text(script(Page(WIDTH, HEIGHT, "es", font), texts), encoding="utf-8")
    ground = f"color=c=0x808080:s={WIDTH}x{HEIGHT}:r=1:d=1,format=rgb24,subtitles=c.ass:fontsdir=fonts"
    argv = [find_ffmpeg().path, "-v", "error", "-f", "lavfi", "-i", ground, "-f", "rawvideo", "-"]
    truth = subprocess.run(argv, cwd=folder, capture_output=True, check=True).stdout
    expected = np.frombuffer(truth, np.uint8).reshape(HEIGHT, WIDTH, 3).astype(int)
    picture = pixels(bench, drawn(bench, request(texts[0]))[0]).astype(int)
    alpha = picture[:, :, 3:]
    shown = (picture[:, :, :3] * alpha + 128 * (255 - alpha) + 127) // 255
    assert np.abs(shown - expected).max() <= 2


def test_many_cues_drawn_together_look_as_each_drawn_alone(bench: FakeBench) -> None:
    texts = ["uno", "dos\nlíneas", "<b>tres</b>", "{\\an8}cuatro", "cinco"]
    together = drawn(bench, *(request(text) for text in texts))
    assert [result for text in texts for result in drawn(bench, request(text))] == together
    assert len({result.file.digest for result in together}) == len(texts)


def test_two_languages_stand_one_above_the_other(bench: FakeBench) -> None:
    one, two = drawn(bench, request("Volvemos."), request("Volvemos.\nWe return."))
    assert two.ink[1] < one.ink[1] - 10
    assert abs(two.ink[3] - one.ink[3]) <= 3


def test_italics_and_bold_are_seen(bench: FakeBench) -> None:
    plain, italic, bold = drawn(bench, request("Ola"), request("<i>Ola</i>"), request("<b>Ola</b>"))
    assert len({plain.file.digest, italic.file.digest, bold.file.digest}) == 3


def test_brackets_backslashes_and_line_ends_are_data(bench: FakeBench) -> None:
    kept, doubled, lines = drawn(bench, request("a{b}\\Nc"), request("a{b}\\\\Nc"), request("a{b}\nc"))
    plain = drawn(bench, request("abc"))[0]
    assert kept.ink[3] - kept.ink[1] < lines.ink[3] - lines.ink[1]
    width = kept.ink[2] - kept.ink[0]
    assert plain.ink[2] - plain.ink[0] < width < doubled.ink[2] - doubled.ink[0]


def test_override_blocks_do_not_reach_libass(bench: FakeBench) -> None:
    clean, hostile = drawn(bench, request("hola"), request("{\\fs500\\pos(0,0)}hola"))
    assert hostile == clean


def test_a_position_block_moves_text_to_the_top(bench: FakeBench) -> None:
    (result,) = drawn(bench, request("{\\an8}arriba"))
    assert result.ink[3] < HEIGHT / 4


def test_a_line_too_wide_is_made_smaller_until_it_fits(bench: FakeBench) -> None:
    long = "una línea larguísima que no cabe en el cuadro porque nadie la partió en dos " * 2
    (result,) = drawn(bench, request(long.strip()))
    assert WIDTH * 0.7 < result.ink[2] - result.ink[0] <= WIDTH * 0.92


def test_an_upright_picture_has_letters_that_suit_its_width(bench: FakeBench) -> None:
    wide, upright = drawn(bench, request("hola", 1280, 720), request("hola", 720, 1280))
    assert upright.ink[3] - upright.ink[1] == pytest.approx(wide.ink[3] - wide.ink[1], abs=2)


def test_the_same_request_gives_the_same_bytes(bench: FakeBench) -> None:
    assert drawn(bench, request("igual")) == drawn(bench, request("igual"))


def test_a_character_the_font_lacks_is_refused_before_drawing(bench: FakeBench) -> None:
    with pytest.raises(ToolError, match=r'Noto Sans SemiBold has no 汉 \(U\+6C49\), which "hola 汉" needs'):
        drawn(bench, request("bien"), request("hola 汉"))
    assert not list(bench.work.iterdir())


@pytest.mark.parametrize("text", ["", " \n ", "<i></i>"])
def test_a_cue_without_text_is_refused(bench: FakeBench, text: str) -> None:
    with pytest.raises(ToolError, match="a subtitle has no text to draw"):
        drawn(bench, request(text))


def program_that(tmp_path: Path, does: str) -> Program:
    path = tmp_path / "ffmpeg"
    path.write_text(f"#!/bin/sh\n{does}\n")
    path.chmod(0o755)
    return Program(name="ffmpeg", path=path, version="0", digest="0")


def test_a_program_that_draws_nothing_and_says_it_went_well_is_found_out(bench: FakeBench, tmp_path: Path) -> None:
    rows = HEIGHT - Page(WIDTH, HEIGHT, "es", find_font()).top("hola")
    size = rows * WIDTH * 3
    idle = program_that(tmp_path, f"head -c {size} /dev/zero; head -c {size} /dev/zero | tr '\\0' '\\377'")
    with pytest.raises(ToolError, match='nothing was drawn for the subtitle "hola"'):
        list(LibassDrawer(idle).carry_out([request("hola")], bench))


def test_a_program_without_libass_is_named_with_the_cure(bench: FakeBench, tmp_path: Path) -> None:
    bare = program_that(tmp_path, "echo \"No such filter: 'subtitles'\" >&2; exit 1")
    with pytest.raises(ToolMissing, match="it was built without libass; install Debian's ffmpeg"):
        list(LibassDrawer(bare).carry_out([request("hola")], bench))


def test_another_font_than_ours_is_refused(bench: FakeBench, tmp_path: Path) -> None:
    rows = HEIGHT - Page(WIDTH, HEIGHT, "es", find_font()).top("hola")
    says = "fontselect: (Noto Sans SemiBold, 400, 0) -> DejaVuSans, 0, DejaVuSans"
    other = program_that(tmp_path, f"echo '[subtitles] {says}' >&2; head -c {rows * WIDTH * 6} /dev/zero")
    with pytest.raises(ToolError, match="was not used but DejaVuSans, 0, DejaVuSans"):
        list(LibassDrawer(other).carry_out([request("hola")], bench))


def test_the_programs_answer_about_itself_is_the_identity() -> None:
    program = find_ffmpeg()
    assert LibassDrawer(program).identity(request("x")) == {"ffmpeg": program.digest}


def with_more(bench: FakeBench, text: str, *fonts: Path) -> DrawRequest:
    return replace(request(text), more_fonts=tuple(bench.add(font) for font in fonts))


def test_what_the_font_lacks_is_drawn_with_another(bench: FakeBench, tmp_path: Path) -> None:
    han = make_font(tmp_path / "han.ttf", "Han Test", "山里")
    alone, both, styled = drawn(
        bench,
        request("Ana ñ"),
        with_more(bench, "Ana 山里 ñ", han),
        with_more(bench, "<i>Ana</i> <b>山里</b>\nñ {x} \\N", han),
    )
    assert both.ink[2] - both.ink[0] > alone.ink[2] - alone.ink[0] + 30
    assert styled.ink[1] < both.ink[1] - 10


def test_a_font_that_is_not_needed_changes_no_pixel(bench: FakeBench, tmp_path: Path) -> None:
    han = make_font(tmp_path / "han.ttf", "Han Test", "山里")
    plain, spared = drawn(bench, request("Ana ñ\nÁ"), with_more(bench, "Ana ñ\nÁ", han))
    assert plain.file == spared.file


def test_letters_of_another_font_run_leftward_where_their_script_does(bench: FakeBench, tmp_path: Path) -> None:
    """The ground truth is the same word turned about by hand, between marks that force it to run rightward."""
    hebrew = make_font(tmp_path / "hebrew.ttf", "Hebrew Test", "אבגדה")
    by_itself, by_hand, unturned = drawn(
        bench,
        with_more(bench, "Ana אבג", hebrew),
        with_more(bench, "Ana \u202dגבא\u202c", hebrew),
        with_more(bench, "Ana גבא", hebrew),
    )
    assert (pixels(bench, by_itself) == pixels(bench, by_hand)).all()
    assert (pixels(bench, by_itself) != pixels(bench, unturned)).any()


def test_a_character_that_none_of_the_fonts_has_is_refused(bench: FakeBench, tmp_path: Path) -> None:
    han = make_font(tmp_path / "han.ttf", "Han Test", "山里")
    with pytest.raises(ToolError, match=r"has no 汉 \(U\+6C49\) and 字 \(U\+5B57\), which"):
        drawn(bench, with_more(bench, "山 汉字", han))


def test_subtitles_begin_below_the_row_that_is_said_for_so_many_lines(bench: FakeBench) -> None:
    for width, height in ((640, 360), (360, 640)):
        page = Page(width, height, "es", find_font())
        for lines in (1, 2):
            text = "\n".join(["¡ÁÉÍÑ gjpq!"] * lines)
            (result,) = drawn(bench, request(text, width, height))
            assert 0 <= result.ink[1] - page.top_of(lines) < height * 0.04


def looks(bench: FakeBench, *asked: tuple[CueLook, int], text: str = "¿Dónde está\nla niña?") -> list[Drawn]:
    return drawn(bench, *(replace(request(text), look=look, above=above) for look, above in asked))


def test_letters_come_in_three_sizes(bench: FakeBench) -> None:
    found = looks(bench, *((CueLook(letters=letters), 0) for letters in (22, 18, 14)))
    heights = [one.ink[3] - one.ink[1] for one in found]
    assert heights == sorted(heights)
    assert heights[2] > heights[0] * 5 / 4


@pytest.mark.parametrize("boxed", [False, True])
@pytest.mark.parametrize("percent", [2, 5, 15])
def test_nothing_reaches_out_of_the_safe_area(bench: FakeBench, percent: int, *, boxed: bool) -> None:
    asked = [(CueLook(boxed=boxed, at_top=top, safe_percent=percent), 0) for top in (False, True)]
    long = "Ahora somos muchas mujeres y vendemos juntas en el mercado los jueves por la mañana"
    for one in looks(bench, *asked, text=f"{long}\n{long}"):
        left, top, right, bottom = one.ink
        assert top >= HEIGHT * percent // 100
        assert bottom <= HEIGHT - HEIGHT * percent // 100
        assert left >= WIDTH * percent // 100 - HEIGHT // 56
        assert right <= WIDTH - WIDTH * percent // 100 + HEIGHT // 56


def test_a_box_lies_behind_all_lines_and_lets_the_picture_through(bench: FakeBench) -> None:
    (one,) = looks(bench, (CueLook(boxed=True), 0))
    picture = pixels(bench, one)
    left, top, right, bottom = one.ink
    corner = picture[top + 2, left + 2]
    assert list(corner[:3]) == [0, 0, 0]
    assert 150 < corner[3] < 230
    box = picture[top + 2 : bottom - 2, left + 2 : right - 2, 3]
    assert box.min() >= corner[3] - 2  # no gap between its lines, and none of them darker for lying on another's box
    assert box.max() == 255


@pytest.mark.parametrize("text", ["Sí", "uno\ndos\ntres\ncuatro", "Ana אבג", "山里"])
@pytest.mark.parametrize("look", [CueLook(), CueLook(boxed=True, letters=14), CueLook(at_top=True)])
def test_a_raised_text_stands_wholly_above_its_row(bench: FakeBench, tmp_path: Path, text: str, look: CueLook) -> None:
    others = (
        make_font(tmp_path / "hebrew.ttf", "Hebrew Test", "אבגדה"),
        make_font(tmp_path / "han.ttf", "Han Test", "山里"),
    )
    (one,) = drawn(bench, replace(with_more(bench, text, *others), look=look, above=250))
    assert 225 <= one.ink[3] <= 250
    assert one.ink[1] > 0
