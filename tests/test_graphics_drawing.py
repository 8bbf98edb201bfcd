"""Cards, credits, names and the bug as pictures: where ink is, what is refused, and that bytes repeat."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from footage_manifest.graphics import Corner
from pipeline.errors import MediaError, ToolError
from pipeline.ports.drawing import BugRequest, CardRequest, CreditEntry, CreditsRequest, Look, LowerThirdRequest
from pipeline.tools.ass_script import Page
from pipeline.tools.draw_cards import CardPainter
from pipeline.tools.draw_overlays import OverlayPainter
from pipeline.tools.draw_subtitles import LibassDrawer
from pipeline.tools.fonts import SHIPPED, find_font
from pipeline.tools.programs import find_ffmpeg
from tests.fake_bench import FakeBench
from tests.made_font import make_font
from tests.test_draw_subtitles import request as subtitle

SIZES = [(640, 360), (360, 640), (320, 180)]
GROUND, LETTERS, ACCENT = (16, 20, 24), (245, 245, 240), (224, 160, 48)


@pytest.fixture
def bench(tmp_path: Path) -> FakeBench:
    bench = FakeBench(tmp_path / "bench")
    bench.add(SHIPPED)
    return bench


def look(size: tuple[int, int] = (640, 360), language: str = "es", **more) -> Look:
    chosen = {"text": "#F5F5F0", "background": "#101418", "accent": "#E0A030", "fonts": (find_font().digest,), **more}
    return Look(width=size[0], height=size[1], language=language, **chosen)


def card(text: str, under: str = "", size: tuple[int, int] = (640, 360), chapter: bool = False, **more) -> CardRequest:
    return CardRequest(look=look(size, **more), text=text, under=under, chapter=chapter)


def drawn(bench: FakeBench, request) -> np.ndarray:
    painter = CardPainter() if isinstance(request, CardRequest | CreditsRequest) else OverlayPainter()
    ((number, result),) = painter.carry_out([request], bench)
    assert number == 0
    with Image.open(bench.path(result.file.digest)) as picture:
        return np.asarray(picture)


def box(inside: np.ndarray) -> tuple[int, int, int, int]:
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def ink(picture: np.ndarray, ground=GROUND) -> tuple[int, int, int, int]:
    return box((picture != ground).any(axis=2))


def near(picture: np.ndarray, colour: tuple[int, int, int]) -> np.ndarray:
    return np.abs(picture[:, :, :3].astype(int) - colour).max(axis=2) <= 2


# ------------------------------------------------------------------------------------------------------------------ cards


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("chapter", [False, True])
def test_a_card_keeps_inside_the_safe_area_at_every_shape(bench: FakeBench, size, chapter: bool) -> None:
    words = "Mujeres campesinas que volvieron a la sierra después de tres años"
    picture = drawn(bench, card(words, "¿Quién vuelve? Niños y pingüinos", size, chapter))
    left, top, right, bottom = ink(picture)
    assert picture.shape == (size[1], size[0], 3)
    assert size[0] * 0.095 <= left < right <= size[0] * 0.905
    assert size[1] * 0.08 <= top < bottom <= size[1] * 0.92


def test_a_title_stands_in_the_middle_and_letters_grow_with_the_picture(bench: FakeBench) -> None:
    small, large = (ink(drawn(bench, card("Tres días", size=size))) for size in ((320, 180), (640, 360)))
    assert abs(sum(small[::2]) - 320) <= 4
    assert abs(sum(large[::2]) - 640) <= 4
    assert (large[3] - large[1]) / (small[3] - small[1]) == pytest.approx(2, abs=0.2)


def test_the_accent_stands_between_the_large_line_and_the_small_one(bench: FakeBench) -> None:
    assert not near(drawn(bench, card("Tres días")), ACCENT).any()
    picture = drawn(bench, card("Tres días", "Un viaje"))
    _, top, _, bottom = box(near(picture, ACCENT))
    letters = near(picture, LETTERS).any(axis=1)
    assert letters[:top].any()
    assert letters[bottom:].any()


def test_a_chapter_begins_where_reading_begins(bench: FakeBench) -> None:
    rightward = drawn(bench, card("Parte 1", chapter=True))
    leftward = drawn(bench, card("Parte 1", chapter=True, language="ar"))
    assert box(near(rightward, ACCENT))[0] == pytest.approx(64, abs=1)
    assert box(near(leftward, ACCENT))[2] == pytest.approx(640 - 64, abs=1)
    assert ink(rightward)[2] < 320 < ink(leftward)[0]


def test_a_card_is_drawn_in_the_films_colours(bench: FakeBench) -> None:
    asked = card("Sí")
    picture = drawn(bench, replace(asked, look=replace(asked.look, text="#000000", background="#FFFFFF")))
    assert (picture[0, 0] == 255).all()
    assert near(picture, (0, 0, 0)).sum() > 50
    assert ((picture[:, :, 0] == picture[:, :, 1]) & (picture[:, :, 1] == picture[:, :, 2])).all()


def test_long_words_make_letters_smaller_until_nothing_fits(bench: FakeBench) -> None:
    word = "anticonstitucionalmente"
    assert ink(drawn(bench, card(word)))[2] <= 576
    with pytest.raises(ToolError, match="does not fit a card of 640x360; shorten it, or make it two cards"):
        drawn(bench, card(word * 3))
    with pytest.raises(ToolError, match="does not fit a card"):
        drawn(bench, card("palabras " * 60))


def test_a_card_without_words_is_its_background(bench: FakeBench) -> None:
    assert (drawn(bench, card("")) == GROUND).all()


def test_the_same_request_gives_the_same_bytes_and_facts(bench: FakeBench) -> None:
    ((_, one),) = CardPainter().carry_out([card("Años", "día")], bench)
    ((_, two),) = CardPainter().carry_out([card("Años", "día")], bench)
    assert one == two
    assert (one.width, one.height, one.line) == (640, 360, 0)


def test_accents_are_seen(bench: FakeBench) -> None:
    assert (drawn(bench, card("Ninas")) != drawn(bench, card("Niñas"))).any()
    assert ink(drawn(bench, card("Días")))[1] < ink(drawn(bench, card("Dias")))[1] + 1


def test_a_character_that_no_font_has_is_refused(bench: FakeBench) -> None:
    with pytest.raises(ToolError, match=r"no font has አ \(U\+12A0\); install a font that has it"):
        drawn(bench, card("Ana አ"))


def test_a_second_font_draws_what_the_first_lacks(bench: FakeBench, tmp_path: Path) -> None:
    han = bench.add(make_font(tmp_path / "han.ttf", "Han", "山里"))
    picture = drawn(bench, card("Ana 山里", fonts=(find_font().digest, han)))
    alone = drawn(bench, card("Ana", fonts=(find_font().digest, han)))
    assert ink(picture)[2] - ink(picture)[0] > ink(alone)[2] - ink(alone)[0] + 30


# ---------------------------------------------------------------------------------------------------------------- credits


def rolled(size: tuple[int, int] = (640, 360), language: str = "es", **more) -> CreditsRequest:
    said = {
        "heading": "Créditos",
        "entries": (CreditEntry(role="Cámara", names=("Íñigo Núñez", "Ana Güell")),),
        "thanks": "Gracias a",
        "thanked": ("Archivo del río",),
        **more,
    }
    return CreditsRequest(look=look(size, language), **said)


@pytest.mark.parametrize("size", SIZES)
def test_credits_begin_and_end_with_an_empty_frame(bench: FakeBench, size) -> None:
    picture = drawn(bench, rolled(size))
    left, top, right, bottom = ink(picture)
    assert picture.shape[1] == size[0]
    assert top >= size[1]
    assert bottom <= picture.shape[0] - size[1]
    assert size[0] * 0.095 <= left < right <= size[0] * 0.905
    assert top - size[1] < size[1] * 0.1


def test_roles_stand_beside_names_where_there_is_room_and_above_them_where_not(bench: FakeBench) -> None:
    only = {"heading": "", "thanked": ()}
    for language, names_at_right in (("es", True), ("ar", False)):
        picture = drawn(bench, rolled(language=language, **only))
        bright = box(near(picture, LETTERS))
        assert (bright[0] >= 320) is names_at_right
        assert (ink(picture)[0] < 320) is True
    upright = drawn(bench, rolled((360, 640), **only))
    assert box(near(upright, LETTERS))[1] > ink(upright)[1] + 10


def test_more_names_make_a_taller_card_and_a_line_is_what_it_says(bench: FakeBench) -> None:
    heights = []
    for count in (10, 20):
        entries = (CreditEntry(role="", names=tuple(f"Persona {number}" for number in range(count))),)
        ((_, result),) = CardPainter().carry_out([rolled(entries=entries)], bench)
        heights.append(result.height)
    assert heights[1] - heights[0] == 10 * result.line


def test_too_many_names_are_refused_with_a_cure(bench: FakeBench) -> None:
    entries = (CreditEntry(role="", names=("Persona",) * 600),)
    with pytest.raises(ToolError, match=r"would be 2\d,\d{3} pixels tall, and 20,000 is the most; divide them"):
        drawn(bench, rolled((640, 640), entries=entries))


# ------------------------------------------------------------------------------------------------------------ lower thirds


def named(name="Juana Rodríguez", role="Testimonio", size=(640, 360), language="es") -> LowerThirdRequest:
    above = Page(size[0], size[1], language, find_font()).top_of(2)
    return LowerThirdRequest(look=look(size, language), name=name, role=role, above=above)


@pytest.fixture(scope="module")
def two_lines(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[int, int], int]:
    """The first row of ink of two lines of subtitles, as they are burned in, by the picture's size."""
    bench = FakeBench(tmp_path_factory.mktemp("subtitles"))
    bench.add(SHIPPED)
    asked = [subtitle("¡ÁÉÍ, qué jóvenes!\n¡Ñandúes, gÿp!", *size) for size in SIZES]
    drawn_as = dict(LibassDrawer(find_ffmpeg()).carry_out(asked, bench))
    return {size: drawn_as[number].ink[1] for number, size in enumerate(SIZES)}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("role", ["", "Testimonio", "Cofundadora de la Asociación de Mujeres Campesinas de la Sierra"])
def test_a_name_stands_in_the_safe_area_above_two_lines_of_subtitles(
    bench: FakeBench, two_lines: dict[tuple[int, int], int], size: tuple[int, int], role: str
) -> None:
    left, top, right, bottom = box(drawn(bench, named(role=role, size=size))[:, :, 3] > 0)
    assert bottom <= two_lines[size]
    assert two_lines[size] - bottom < size[1] * 0.12
    assert size[0] * 0.05 <= left < right <= size[0] * 0.95
    assert size[1] * 0.4 < top


def test_a_name_has_its_accent_where_reading_begins(bench: FakeBench) -> None:
    for language, at_left in (("es", True), ("he", False)):
        picture = drawn(bench, named(language=language))
        plate, accent = box(picture[:, :, 3] > 0), box(near(picture, ACCENT) & (picture[:, :, 3] == 255))
        assert (accent[0] == plate[0], accent[2] == plate[2]) == (at_left, not at_left)
        assert (plate[0] < 320) is at_left


def test_name_and_role_are_opaque_letters_on_a_plate_that_lets_the_picture_through(bench: FakeBench) -> None:
    picture = drawn(bench, named())
    assert near(picture, LETTERS)[picture[:, :, 3] == 255].sum() > 100
    assert set(np.unique(picture[near(picture, GROUND)][:, 3])) >= {214}
    assert not picture[picture[:, :, 3] == 0].any()


def test_a_name_that_is_too_long_or_empty_is_refused(bench: FakeBench) -> None:
    with pytest.raises(ToolError, match="does not fit under a face; shorten it"):
        drawn(bench, named(name="Juana " * 40))
    with pytest.raises(ToolError, match="a person without a name cannot be named"):
        drawn(bench, named(name=" ", role=""))


# ---------------------------------------------------------------------------------------------------------------- the bug


@pytest.fixture
def logo(bench: FakeBench, tmp_path: Path) -> str:
    path = tmp_path / "logo.png"
    picture = Image.new("RGBA", (80, 40), (200, 30, 30, 255))
    picture.paste((0, 0, 0, 0), (0, 0, 40, 40))
    picture.save(path)
    return bench.add(path)


def in_corner(logo: str, **more) -> BugRequest:
    said = {"corner": Corner.TOP_RIGHT, "height_percent": 10, "opacity_percent": 80, **more}
    return BugRequest(picture=logo, width=640, height=360, **said)


@pytest.mark.parametrize(
    ("corner", "expected"),
    [
        (Corner.TOP_LEFT, (68, 18, 104, 54)),
        (Corner.TOP_RIGHT, (572, 18, 608, 54)),
        (Corner.BOTTOM_LEFT, (68, 306, 104, 342)),
        (Corner.BOTTOM_RIGHT, (572, 306, 608, 342)),
    ],
)
def test_the_bug_stands_in_its_corner_inside_the_safe_area(bench: FakeBench, logo: str, corner, expected) -> None:
    picture = drawn(bench, in_corner(logo, corner=corner))
    solid = picture[:, :, 3] == 204
    assert picture.shape == (360, 640, 4)
    assert np.abs(np.subtract(box(solid), expected)).max() <= 3
    assert near(picture, (200, 30, 30))[solid].all()


def test_a_bug_too_wide_for_the_safe_area_is_refused(bench: FakeBench, logo: str) -> None:
    wide = replace(in_corner(logo, height_percent=50), width=320)
    with pytest.raises(ToolError, match="the bug would be 360 pixels wide, and 288 is what the title-safe area has"):
        drawn(bench, wide)


def test_a_bug_that_is_no_picture_or_shows_nothing_is_refused(bench: FakeBench, tmp_path: Path) -> None:
    text = tmp_path / "logo.txt"
    text.write_text("no picture")
    with pytest.raises(MediaError, match=r"logo\.txt: it is not a JPEG, PNG, TIFF"):
        drawn(bench, in_corner(bench.add(text)))
    empty = tmp_path / "empty.png"
    Image.new("RGBA", (8, 8)).save(empty)
    with pytest.raises(ToolError, match="nothing was drawn: the picture is wholly transparent"):
        drawn(bench, in_corner(bench.add(empty)))
