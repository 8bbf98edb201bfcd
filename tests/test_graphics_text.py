"""How text is set: lines, directions, fonts, pixels."""

import sys
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from footage_manifest.wording import Refusal
from pipeline.errors import ToolMissing
from pipeline.tools import text_setting
from pipeline.tools.bidi import in_visual_order, levels
from pipeline.tools.font_search import by_font, fonts_for
from pipeline.tools.fonts import find_font, read_font
from pipeline.tools.line_breaking import balanced, pieces
from pipeline.tools.text_setting import Lettering, fitted
from tests.made_font import make_font

HEBREW = "אבגדהוזחטיךכלםמןנסעףפץצקרשת"
LATIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,:;!?()[]-+/%€"
WHITE = (255, 255, 255)


@pytest.fixture(scope="module")
def fonts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("fonts")
    return {
        "both": make_font(folder / "both.ttf", "Both", LATIN + HEBREW),
        "hebrew": make_font(folder / "NotoSansHebrew-Regular.ttf", "Hebrew", HEBREW),
        "han": make_font(folder / "han.ttf", "Han", "山里的三天"),
    }


def order(text: str, language: str = "es") -> str:
    """Return the letters of a line as they stand from left to right."""
    runs: list[tuple[int, str]] = []
    for character, level in zip(text, levels(text, language), strict=True):
        if runs and runs[-1][0] == level:
            runs[-1] = (level, runs[-1][1] + character)
        else:
            runs.append((level, character))
    stand = in_visual_order([level for level, _ in runs])
    return "".join(runs[number][1][:: -1 if runs[number][0] % 2 else 1] for number in stand)


@pytest.mark.parametrize(
    ("text", "stands"),
    [
        ("Ana", "Ana"),
        ("אבג", "גבא"),
        ("Ana אבג דה end", "Ana הד גבא end"),
        ("אבג Ana דה", "הד Ana גבא"),
        ("אבג 1983", "1983 גבא"),
        ("אבג 12,5% דה", "הד 12,5% גבא"),
        ("Ana (אבג)", "Ana (גבא)"),
        ("אבג (Ana)", ")Ana( גבא"),
        ("אבג.", ".גבא"),
        ("a אב 1-2 b", "a 1-2 בא b"),
    ],
)
def test_letters_stand_in_the_order_in_which_they_are_read(text: str, stands: str) -> None:
    assert order(text) == stands


def test_a_line_without_letters_goes_the_languages_way() -> None:
    assert levels("1 - 2", "es") == (0, 0, 0, 0, 0)
    assert levels("1 - 2", "he") == (2, 1, 1, 1, 2)


@pytest.mark.parametrize(
    "text",
    [
        "Tres dias, (1983)",
        "אבג דה",
        "Ana אבג דה end",
        "אבג Ana דה!",
        "אבג 12,5% (Ana) דה.",
        "Ana (אבג [דה] 3)",
        "1983 אבג",
        "a/b אב/גד",
        "12:30 אב 12:30",
        "€5 אב 5€",
        "x - אב - y",
        "(אב) x",
    ],
)
def test_the_order_is_the_shapers_own(fonts: dict[str, Path], text: str) -> None:
    """In one font the shaper (FriBidi) may decide itself: the same pixels must come out."""
    line = Lettering((read_font(fonts["both"]),), "es").line(text, 40, WHITE)
    mask = Image.new("L", line.pixels.shape[1::-1])
    whole = ImageFont.truetype(str(fonts["both"]), 40)
    ImageDraw.Draw(mask).text((line.left, line.baseline), text, fill=255, font=whole, anchor="ls")
    assert np.abs(np.asarray(mask).astype(int) - line.pixels[:, :, 3]).max() <= 90


def test_a_word_stays_in_one_font_and_takes_its_space_along(fonts: dict[str, Path]) -> None:
    tried = (find_font(), read_font(fonts["both"]))
    assert by_font(tried, "Ana (אבג) x") == (0, 0, 0, 0, 1, 1, 1, 1, 1, 0, 0)
    assert by_font(tried, "אב גד") == (1, 1, 1, 1, 1)


def test_a_word_that_no_font_has_whole_is_divided_between_letters_not_before_accents(fonts: dict[str, Path]) -> None:
    tried = (find_font(), read_font(fonts["han"]))
    assert by_font(tried, "山n\u0303里") == (1, 0, 0, 1)


def test_what_the_films_font_lacks_is_found_on_the_machine(fonts: dict[str, Path]) -> None:
    shelf = [fonts["han"].parent]
    assert [font.path for font in fonts_for(find_font(), "Ana", shelf)] == [find_font().path]
    found = fonts_for(find_font(), "Ana 山里 אב", shelf)
    assert {font.path for font in found[1:]} == {fonts["han"], fonts["hebrew"]}


def test_the_shipped_font_comes_before_the_machines(fonts: dict[str, Path]) -> None:
    found = fonts_for(read_font(fonts["hebrew"]), "אב Ana", [fonts["both"].parent])
    assert [font.path for font in found] == [fonts["hebrew"], find_font().path]


def test_a_character_without_a_font_is_refused_with_what_to_install(fonts: dict[str, Path]) -> None:
    shelf = [fonts["han"].parent]
    with pytest.raises(Refusal, match=r"no font on this machine has አ \(U\+12A0\); .*'apt install fonts-noto-core'"):
        fonts_for(find_font(), "Ana አ 山", shelf)
    with pytest.raises(Refusal, match=r"漢 \(U\+6F22\) and 字 \(U\+5B57\); .*fonts-noto-cjk"):
        fonts_for(find_font(), "漢字", shelf)


def test_broken_fonts_of_the_machine_are_passed_over(fonts: dict[str, Path], tmp_path: Path) -> None:
    (tmp_path / "NotoSansHebrew-Bold.ttf").write_bytes(b"\x00\x01\x00\x00 rubbish")
    (tmp_path / "good.ttf").write_bytes(fonts["hebrew"].read_bytes())
    assert [font.path.name for font in fonts_for(find_font(), "אב", [tmp_path])][1:] == ["good.ttf"]


@pytest.mark.parametrize("text", ["Señor, ¿qué?", "n\u0303", "Ana 山里 de", "אבג Ana"])
def test_ink_is_where_the_line_says_and_nothing_is_cut_off(fonts: dict[str, Path], text: str) -> None:
    letters = Lettering(fonts_for(find_font(), text, [fonts["han"].parent]), "es")
    line = letters.line(text, 40, (10, 20, 30))
    columns = np.flatnonzero(line.pixels[:, :, 3].any(axis=0))
    rows = np.flatnonzero(line.pixels[:, :, 3].any(axis=1))
    assert abs(columns[0] - line.left) < 16
    assert abs(columns[-1] - line.left - line.width) < 16
    assert columns[0] > 0
    assert columns[-1] < line.pixels.shape[1] - 1
    assert rows[0] > 0
    assert rows[-1] < line.pixels.shape[0] - 1
    assert (line.pixels[:, :, :3] == (10, 20, 30)).all()
    assert line.width == letters.width(text, 40)


def test_composed_and_decomposed_accents_look_alike() -> None:
    letters = Lettering((find_font(),), "es")
    composed, apart = (letters.line(unicodedata.normalize(form, "Núñez"), 40, WHITE) for form in ("NFC", "NFD"))
    assert (composed.pixels == apart.pixels).all()


def test_joining_scripts_are_refused_where_nothing_can_join_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_setting.features, "check", lambda _: False)
    letters = Lettering((find_font(),), "es")
    assert letters.width("Año", 20) > 20
    with pytest.raises(ToolMissing, match=r"ش \(U\+0634\); install FriBidi"):
        letters.width("Ana ش", 20)


def lines_of(text: str, most: int) -> tuple[str, ...]:
    return balanced(text, len, most)


def test_lines_are_few_and_even() -> None:
    assert lines_of("uno dos tres cuatro", 30) == ("uno dos tres cuatro",)
    assert lines_of("Mujeres campesinas que volvieron a casa", 26) == ("Mujeres campesinas", "que volvieron a casa")


def test_a_line_does_not_end_in_an_article_where_that_can_be_helped() -> None:
    assert lines_of("Segunda parte: el camino de vuelta", 24) == ("Segunda parte:", "el camino de vuelta")


def test_line_feeds_stay_and_no_break_spaces_hold() -> None:
    assert lines_of("uno\n\ndos tres", 40) == ("uno", "dos tres")
    assert lines_of("los años 12\u00a0000 y 13\u00a0000", 14) == ("los años", "12\u00a0000", "y 13\u00a0000")


def test_scripts_without_spaces_break_between_characters_but_not_before_a_full_stop() -> None:
    assert lines_of("山里的三天山里的。", 4) == ("山里的", "三天山", "里的。")
    assert pieces("Ana 山里。") == ("Ana", " 山", "里。")


def test_a_word_too_wide_stands_alone_and_makes_letters_smaller() -> None:
    assert lines_of("el anticonstitucionalmente no", 10) == ("el", "anticonstitucionalmente", "no")
    letters = Lettering((find_font(),), "es")
    large = fitted(letters, "anticonstitucionalmente", (60, 40, 20), 400, 2)
    assert large is not None
    assert large.size < 60
    assert letters.width("anticonstitucionalmente", large.size) <= 400
    assert fitted(letters, "anticonstitucionalmente", (60,), 400, 2) is None


def test_moviepy_comes_without_starting_a_program_or_reading_the_environment() -> None:
    """In a process of its own, since an import happens once."""
    import subprocess  # noqa: PLC0415 - this test alone

    script = (
        "import sys, os\n"
        "started = []\n"
        "sys.addaudithook(lambda event, given: started.append(event) if event in ('subprocess.Popen', 'os.exec', "
        "'os.fork', 'os.posix_spawn', 'os.mkdir', 'os.rename') or (event == 'open' and given[1] and 'w' in str(given[1])) "
        "else None)\n"
        "before = dict(os.environ)\n"
        "from pipeline.tools import card_canvas, draw_cards, draw_overlays\n"
        "assert 'moviepy' not in sys.modules\n"
        "card_canvas.strip(8, 8, (1, 2, 3), [card_canvas.Placed(card_canvas.bar(2, 2, (9, 9, 9)), 1, 1)])\n"
        "assert 'moviepy' in sys.modules\n"
        "assert dict(os.environ) == before\n"
        "print(started)\n"
    )
    argv = [sys.executable, "-B", "-c", script]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[1])
    assert (done.stdout, done.stderr) == ("[]\n", "")
