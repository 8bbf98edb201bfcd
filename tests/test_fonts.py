import shutil
from pathlib import Path

import pytest
from fontTools.ttLib import TTCollection, TTFont

from pipeline.errors import ToolError, ToolMissing
from pipeline.tools.fonts import SHIPPED, find_font, missing_glyphs
from tests.fake_bench import sha256_of
from tests.made_font import make_font

SPANISH = "¿Dónde están la niña, el pingüino y los camiones? ¡Allí! «Sí», “no”, ‘tal vez’ — … ÁÉÍÓÚÜÑ áéíóúüñ ºª €"
ENGLISH = "“We left before dawn,” she said – it’s 40° and we’re 3½ km away…"
NEIGHBOURS = "ã õ ç ê ô à ì ò ù ẽ ĩ ũ g̃ ł ś ż ő ű ș ț č ě ř ß æ ø å ğ ı"


def test_the_shipped_font_has_what_both_languages_need() -> None:
    font = find_font()
    assert missing_glyphs(font, SPANISH) == ()
    assert missing_glyphs(font, ENGLISH) == ()
    assert missing_glyphs(font, NEIGHBOURS) == ()


def test_the_shipped_font_is_small_and_has_its_licence_beside_it() -> None:
    assert SHIPPED.stat().st_size < 700_000
    assert "SIL OPEN FONT LICENSE Version 1.1" in (SHIPPED.parent / "OFL.txt").read_text()


def test_each_missing_character_is_named_once() -> None:
    assert missing_glyphs(find_font(), "汉 ñ 字 汉\n♪") == ("汉", "字", "♪")


def test_what_shows_nothing_needs_no_glyph() -> None:
    assert missing_glyphs(find_font(), "a\u200b\u200d\u00a0\u2009\u200e\ufe0f\nb") == ()


def test_tags_are_not_text() -> None:
    assert missing_glyphs(find_font(), "<font face='汉'>a</font>{\\an8}") == ()


def test_letters_and_accents_may_come_apart() -> None:
    assert missing_glyphs(find_font(), "n\u0303 e\u0301 ñ") == ()


def test_the_films_own_font_comes_first(tmp_path: Path) -> None:
    own = tmp_path / "ours.ttf"
    shutil.copyfile(SHIPPED, own)
    font = find_font(own)
    assert (font.path, font.digest) == (own, sha256_of(SHIPPED))
    assert (font.family, font.face) == ("Noto Sans SemiBold", "NotoSans-SemiBold")


def test_a_font_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ToolMissing, match=r"ours\.ttf: the font is not there; correct subtitles: font: in film\.yaml"):
        find_font(tmp_path / "ours.ttf")


@pytest.mark.parametrize("content", [b"", b"not a font", b"\x00\x01\x00\x00 and then rubbish" * 9, b"OTTO"])
def test_a_file_that_is_not_a_font_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "ours.ttf"
    path.write_bytes(content)
    with pytest.raises(ToolError, match=r"ours\.ttf: this is not a TrueType or OpenType font"):
        find_font(path)


def test_a_font_of_pictures_is_named(tmp_path: Path) -> None:
    path = make_font(tmp_path / "emoji.ttf", "Emoji", "a")
    font = TTFont(str(path))
    del font["glyf"], font["loca"]
    font.save(str(path))
    with pytest.raises(ToolError, match=r"emoji\.ttf: this is not a TrueType or OpenType font; .* as graphics: font:"):
        find_font(path, "graphics: font:")


def test_of_a_collection_the_first_font_is_taken(tmp_path: Path) -> None:
    fonts = [make_font(tmp_path / f"{name}.ttf", name, letters) for name, letters in (("One", "ab"), ("Two", "cd"))]
    collection = TTCollection()
    collection.fonts = [TTFont(str(path)) for path in fonts]
    collection.save(str(tmp_path / "both.ttc"))
    font = find_font(tmp_path / "both.ttc")
    assert (font.family, set(font.advances)) == ("One", {ord(character) for character in " ab"})
