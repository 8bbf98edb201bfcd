"""The paper edit's page under the hand and in Spanish: taps, words dragged to a place, a small window, what is wrong."""

import re

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.test_review_page_paper import TEXT, choose, holds, of_paper, written
from tests.paper_film import FILE

__all__ = ["written"]  # the fixture

QUOTE = '> INT01: "Nadie habló."\n\n'
FITS = """one => {
  const pen = document.createElement("canvas").getContext("2d"), style = getComputedStyle(one);
  pen.font = style.font;
  const room = one.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  return pen.measureText(one.placeholder).width <= room;
}"""
WIDE = "document.documentElement.scrollWidth"


def test_what_is_wrong_with_an_entry_is_said_in_spanish(written, opened):
    wrong = TEXT.replace("Lo encontré en la orilla", "zanahoria sempiterna").replace("Note: ask Ana", "![barca](BOTE)")
    (written.film / FILE).write_text(wrong, "utf-8")
    page = of_paper(opened, written, ui="es")
    expect(page.locator(".block .said-of.bad")).to_have_text(
        ["No dice cuánto tiempo se ve la imagen. Añada la duración: ![qué se ve](CLAVE 4s)"]
    )
    (written.film / FILE).write_text(wrong.replace("![barca](BOTE)", "Nota: Ana"), "utf-8")
    page.reload()
    lost = "INT02: 'zanahoria sempiterna' no se encuentra, ni nada parecido."
    expect(page.locator(".block .said-of.bad")).to_have_text([re.compile(f"^{lost} Búsquelo con testimonio find, ")])


def test_taps_choose_from_a_word_to_a_word_and_begin_anew(written, opened):
    page = of_paper(opened, written, has_touch=True)
    chosen = page.locator("#words .word[aria-selected=true]")
    for text, found in (("Éramos", ["Éramos"]), ("Nadie", 11), ("habló", ["habló."]), ("Nadie", ["Nadie", "habló."])):
        page.locator("#words .word", has_text=text).first.tap()
        if isinstance(found, list):
            expect(chosen).to_have_text(found)
        else:
            expect(chosen).to_have_count(found)
    page.locator("#take").tap()
    holds(written, f"{TEXT}\n{QUOTE.rstrip()}\n")


@pytest.mark.parametrize("size", [(1440, 900), (640, 400)])
def test_chosen_words_are_dragged_to_a_place_between_the_entries(written, opened, size):
    page = of_paper(opened, written, viewport={"width": size[0], "height": size[1]})
    choose(page, "Nadie", "habló")
    word, note = page.locator("#words .word", has_text="habló").first, page.locator(".block.note")
    note.scroll_into_view_if_needed()
    from_, to = word.bounding_box(), note.bounding_box()
    page.mouse.move(from_["x"] + 5, from_["y"] + 5)
    page.mouse.down()
    page.mouse.move(to["x"] + 40, to["y"] + 3, steps=6)
    expect(page.locator(".block.drop-before")).to_have_class("block note drop-before")
    page.mouse.up()
    holds(written, TEXT.replace("Note:", f"{QUOTE}Note:"))
    expect(page.locator(".block.current .body")).to_have_text("“Nadie habló.”")


@pytest.mark.parametrize("ui", ["en", "es"])
def test_a_small_window_is_written_in(written, opened, ui):
    page = of_paper(opened, written, ui=ui, viewport={"width": 640, "height": 400})
    assert page.locator("#tags").evaluate(FITS)
    choose(page, "Nadie", "habló")
    page.keyboard.press("Enter")
    holds(written, f"{TEXT}\n{QUOTE.rstrip()}\n")
    expect(page.locator(".block.note")).to_have_count(1)  # the save has come back: quotes are shown as such
    page.locator(".block.note .body").click()
    page.locator("textarea").fill("Note: from a small window")
    page.keyboard.press("Control+Enter")
    holds(written, f"{TEXT}\n{QUOTE.rstrip()}\n".replace("ask Ana", "from a small window"))
    assert page.evaluate(WIDE) <= 640


def test_the_frame_of_the_words_stays_within_their_column(written, opened):
    page = of_paper(opened, written)
    assert page.locator("#tags").evaluate(FITS)
    page.keyboard.press("Tab")
    page.locator("#words").focus()
    style = page.locator("#words").evaluate(
        "one => [getComputedStyle(one).outlineWidth, getComputedStyle(one).outlineOffset]"
    )
    width, offset = (float(one.removesuffix("px")) for one in style)
    assert width > 0
    assert width + offset <= 0


def test_a_photograph_is_laid_over_with_its_move_and_a_reel_without(written, opened):
    Image.new("RGB", (320, 180), (200, 30, 30)).save(written.film / "footage" / "boat.png")
    manifest = written.film / "footage_manifest.yaml"
    stills = "stills:\n  BOAT: {file: footage/boat.png, people: []}\n"
    manifest.write_text(f"{manifest.read_text('utf-8')}{stills}", "utf-8")
    page = of_paper(opened, written, ui="es")
    page.locator(".block.quote .grip").last.click()
    page.get_by_role("button", name="Imagen encima…").last.click()
    page.locator("#lay-move").select_option("acercarse")
    page.get_by_role("button", name="Ponerla encima").click()
    holds(written, TEXT.replace('orilla"', 'orilla"  over: BOAT push-in'))
    page.get_by_role("button", name="Imagen encima…").last.click()
    page.locator("#lay-move").select_option("push-in")
    page.locator("#lay-key").select_option("INT01")
    expect(page.locator("#lay-move")).to_be_hidden()
    page.get_by_role("button", name="Ponerla encima").click()
    holds(written, TEXT.replace('orilla"', 'orilla"  over: BOAT push-in, INT01 01:00:00:00'))
