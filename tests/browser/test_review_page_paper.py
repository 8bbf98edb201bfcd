"""The paper edit's page in a real browser, on the true server and a true file."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from pipeline.assembly import road, survey
from pipeline.assembly.options import RunOptions, Step
from tests.browser.conftest import Opened
from tests.browser.served import Served, served, until
from tests.fake_bench import SilentProgress
from tests.paper_film import FILE, Hearing, make_film

TEXT = (
    "# Tres días\n"
    "\n"
    '> INT01: "Salimos de madrugada ... con la neblina"\n'
    "\n"
    "Note: ask Ana\n"
    "\n"
    '> INT02: "Lo encontré en la orilla"\n'
)


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """A film with a paper edit, served in this process."""
    folder = make_film(tmp_path / "paper")
    Hearing(monkeypatch)
    (folder / FILE).write_bytes(TEXT.encode())
    with road.opened(RunOptions(folder=folder, to=Step.PROBE), SilentProgress()) as site:
        survey.survey(site, site.production.manifest.reels, ())
    with served(folder) as running:
        yield running


def of_paper(opened: Opened, site: Served, **options: object) -> Page:
    """Open the subtitles' page and go on to the paper edit's."""
    page = opened(site.url, **options)
    page.locator("#paper-link").click()
    page.wait_for_url("**/page/paper.html*")
    page.wait_for_selector("body[data-ready]")
    page.wait_for_selector("#words .word")
    return page


def holds(site: Served, text: str) -> None:
    until(lambda: (site.film / FILE).read_bytes() == text.encode())


def choose(page: Page, first: str, last: str) -> None:
    page.locator("#words .word", has_text=first).first.click()
    page.locator("#words .word", has_text=last).first.click(modifiers=["Shift"])


@pytest.mark.parametrize(("ui", "saved", "take"), [("en", "Saved", "Into the cut"), ("es", "Guardado", "Al montaje")])
def test_chosen_words_become_a_quote_behind_the_current_entry(written, opened, ui, saved, take):
    page = of_paper(opened, written, ui=ui)
    page.locator(".block.heading .grip").click()
    choose(page, "Nadie", "habló")
    page.get_by_role("button", name=take).click()
    expect(page.locator("#save-state")).to_have_text(saved)
    holds(written, TEXT.replace("\n\n> INT01", '\n\n> INT01: "Nadie habló."\n\n> INT01', 1))
    quote = page.locator(".block.current")
    expect(quote.locator(".body")).to_have_text("“Nadie habló.”")
    expect(quote.locator(".facts")).to_contain_text("INT01 01:00:0")


def test_words_are_chosen_and_taken_with_the_keys_alone(written, opened):
    page = of_paper(opened, written)
    page.locator("#words").focus()
    for key in ("Home", "ArrowRight", "Shift+ArrowLeft", "Enter"):
        page.keyboard.press(key)
    holds(written, TEXT + '\n> INT01: "Éramos cinco."\n')


def test_chosen_words_are_marked_and_the_mark_is_taken_out(written, opened):
    page = of_paper(opened, written)
    choose(page, "Nadie", "habló")
    page.locator("#tags").fill("rescue; <i>best</i>")
    page.keyboard.press("Enter")
    expect(page.locator("#words .word.marked")).to_have_text(["Nadie", "habló."])
    marks = written.film / "transcripts" / "marks.csv"
    assert "INT01,01:00:06:00,01:00:06:20,rescue; <i>best</i>,," in marks.read_text("utf-8")
    expect(page.locator("#marks-here .chip")).to_contain_text("rescue, <i>best</i>")
    page.get_by_role("button", name="Take the mark").click()
    expect(page.locator("#words .word.marked")).to_have_count(0)
    assert marks.read_text("utf-8").strip() == "reel,from,to,tags,by,note"


def test_an_entry_is_edited_in_place_and_the_change_undone(written, opened):
    page = of_paper(opened, written)
    page.locator(".block.note .body").click()
    page.locator("textarea").fill("Note: ask <b>Eva</b> <img src=x onerror=alert(1)>")
    page.keyboard.press("Control+Enter")
    holds(written, TEXT.replace("ask Ana", "ask <b>Eva</b> <img src=x onerror=alert(1)>"))
    expect(page.locator(".block.note .body")).to_have_text("Note: ask <b>Eva</b> <img src=x onerror=alert(1)>")
    page.locator("#undo").click()
    holds(written, TEXT)
    page.locator("#redo").click()
    holds(written, TEXT.replace("ask Ana", "ask <b>Eva</b> <img src=x onerror=alert(1)>"))


def test_entries_are_moved_by_keys_and_by_dragging_and_taken_out(written, opened):
    page = of_paper(opened, written)
    note = "Note: ask Ana\n\n"
    page.locator(".block.note .body").focus()
    page.keyboard.press("Alt+ArrowUp")
    upper = TEXT.replace(note, "").replace("> INT01", note + "> INT01")
    holds(written, upper)
    expect(page.locator("#save-state")).to_have_text("Saved")
    grip, last = page.locator(".block.note .grip").bounding_box(), page.locator(".block").last.bounding_box()
    page.mouse.move(grip["x"] + 5, grip["y"] + 5)
    page.mouse.down()
    page.mouse.move(last["x"] + 50, last["y"] + 4, steps=6)
    page.mouse.up()
    holds(written, TEXT)
    page.locator(".block.note .grip").focus()
    page.keyboard.press("Delete")
    holds(written, TEXT.replace(note, ""))


def test_the_focus_stays_on_its_entry_when_a_save_comes_back(written, opened):
    page = of_paper(opened, written)
    page.locator(".block.note .body").focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator(".block.note .grip")).to_be_focused()
    page.locator(".block.note .body").focus()
    expect(page.locator("#save-state")).to_have_text("Saved")
    expect(page.locator(".block.note .body")).to_be_focused()
    page.locator(".block.note .grip").focus()
    page.keyboard.press("Delete")
    expect(page.locator(".block.current .grip")).to_be_focused()


def test_a_quote_is_tightened_and_what_is_wrong_stands_at_its_entry(written, opened):
    page = of_paper(opened, written)
    page.locator(".block.quote .grip").first.click()
    page.locator(".block.current").get_by_label("Pauses").select_option("Shorten pauses to 0.3 s")
    holds(written, TEXT.replace('neblina"', 'neblina"  tight: 0.3s'))
    expect(page.locator(".block.current").get_by_label("Pauses")).to_have_value("300")
    page.locator(".block.quote .body").last.click()
    page.locator("textarea").fill('> INT02: "nobody ever said this"')
    expect(page.locator("#paper-problem")).to_contain_text("One entry cannot be cut")
    expect(page.locator(".block .said-of.bad")).to_have_count(1)
    expect(page.locator("#play-all")).to_be_disabled()


def test_what_an_editor_saves_is_merged_and_a_clash_is_settled(written, opened):
    page = of_paper(opened, written)
    (written.film / FILE).write_bytes(TEXT.replace("Tres", "Dos").encode())
    page.locator(".block.heading .body").click()
    page.locator("textarea").fill("# Cuatro días")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#conflicts li")).to_have_count(1)
    stored = (written.film / FILE).read_text("utf-8")
    assert "# Cuatro días\n<!-- " in stored
    assert "# Dos días\n-->" in stored
    page.get_by_role("button", name="Keep theirs").click()
    holds(written, TEXT.replace("Tres", "Dos"))
    expect(page.locator("#conflicts li")).to_have_count(0)


def test_what_is_typed_while_the_server_is_away_arrives_later(written, opened):
    page = of_paper(opened, written)
    page.route("**/api/papers/*", lambda route: route.abort())
    page.locator(".block.note .body").click()
    page.locator("textarea").fill("Note: typed on the train")
    expect(page.locator("#banner")).to_contain_text("kept in this browser")
    assert (written.film / FILE).read_bytes() == TEXT.encode()
    other = page.context.new_page()
    page.close()
    other.goto(written.url)
    other.goto(written.url.split("/?")[0] + "/page/paper.html")
    other.wait_for_selector("body[data-ready]")
    holds(written, TEXT.replace("Note: ask Ana", "Note: typed on the train"))
    expect(other.locator(".block.note .body")).to_have_text("Note: typed on the train")


def test_no_other_cut_is_opened_over_what_is_not_saved(written, opened):
    page = of_paper(opened, written)
    page.route("**/api/papers/*", lambda route: route.abort() if route.request.method == "PUT" else route.continue_())
    page.locator(".block.note .body").click()
    page.locator("textarea").fill("Note: not to be lost")
    expect(page.locator("#banner")).to_contain_text("kept in this browser")
    page.locator("#cut-choice").dispatch_event("change")
    expect(page.locator("textarea")).to_have_value("Note: not to be lost")
    again = page.context.new_page()
    page.close()
    again.route("**/api/papers/*", lambda route: route.abort() if route.request.method == "PUT" else route.continue_())
    again.goto(written.url.split("/?")[0] + "/page/paper.html")
    expect(again.locator("#banner")).to_be_visible()
    expect(again.locator(".block")).to_have_count(0)
    again.unroute("**/api/papers/*")
    again.reload()
    holds(written, TEXT.replace("ask Ana", "not to be lost"))


def test_the_cut_plays_from_an_entry_to_its_end(written, opened):
    page = of_paper(opened, written)
    page.locator("#play-all").click()
    expect(page.locator("#card")).to_have_text("Tres días")
    expect(page.locator("#play-time")).to_contain_text("/ 0:10")
    page.locator("#stop").click()
    expect(page.locator("#screen")).to_be_hidden()
    page.locator(".block.quote .grip").last.click()
    page.get_by_role("button", name="Play from here").click()
    expect(page.locator("#play-time")).to_contain_text("0:08")
    expect(page.locator("#screen")).to_be_hidden()


@pytest.mark.parametrize("ui", ["en", "es"])
def test_a_joint_inside_a_sentence_is_told_in_the_pages_language(written, opened, ui):
    (written.film / FILE).write_text(TEXT.replace("Lo encontré en la orilla", "Tenía frío"), "utf-8")
    page = of_paper(opened, written, ui=ui)
    said = {"en": "The quote ends in the middle of a sentence", "es": "La cita termina en mitad de una frase"}[ui]
    expect(page.locator(".block.quote .said-of").last).to_contain_text(
        f"{said}: “la orilla. Tenía frío, | y nadie dijo nada.”"
    )
    expect(page.locator(".block.quote").last.locator(".said-of")).to_have_count(1)


def test_a_picture_is_laid_over_a_quote_and_taken_off(written, opened):
    Image.new("RGB", (320, 180), (200, 30, 30)).save(written.film / "footage" / "boat.png")
    manifest = written.film / "footage_manifest.yaml"
    manifest.write_text(
        f"{manifest.read_text('utf-8')}stills:\n  BOAT: {{file: footage/boat.png, people: []}}\n", "utf-8"
    )
    page = of_paper(opened, written)
    page.locator(".block.quote .grip").last.click()
    page.get_by_role("button", name="Picture over…").last.click()
    expect(page.locator("#lay-still")).to_be_visible()
    page.locator("#lay-seconds").fill("1.5")
    page.keyboard.press("Enter")
    holds(written, TEXT.replace('orilla"', 'orilla"  over: BOAT 1.5s'))
    expect(page.locator("#lay")).to_be_hidden()
    expect(page.locator(".block.quote .thumbs img")).to_have_count(1)
    page.get_by_role("button", name="Take pictures off").click()
    holds(written, TEXT)
    page.locator(".block.quote .grip").last.click()
    page.get_by_role("button", name="Picture over…").last.click()
    page.locator("#lay-key").select_option("INT01")
    expect(page.locator("#lay-said")).to_contain_text("Its film is not made yet")
    page.locator("#lay-from").fill("2")
    page.get_by_role("button", name="Lay it over").click()
    holds(written, TEXT.replace('orilla"', 'orilla"  over: INT01 01:00:02:00'))


def test_films_that_are_missing_are_made_and_photographs_are_seen(written, opened):
    Image.new("RGB", (320, 180), (200, 30, 30)).save(written.film / "footage" / "boat.png")
    manifest = written.film / "footage_manifest.yaml"
    manifest.write_text(
        f"{manifest.read_text('utf-8')}stills:\n  BOAT: {{file: footage/boat.png, people: []}}\n", "utf-8"
    )
    text = TEXT.replace("Note: ask Ana", "![the boat](BOAT 4s)").replace(
        'Lo encontré en la orilla"', 'Tenía frío"  over: BOAT'
    )
    (written.film / FILE).write_text(text, "utf-8")
    page = of_paper(opened, written)
    expect(page.locator(".block .thumbs img")).to_have_count(2)
    until(lambda: page.locator(".thumbs img").first.evaluate("one => one.naturalWidth") == 320)
    expect(page.locator("#films-said")).to_contain_text("2 reels have no film to play here yet: INT01, INT02.")
    expect(page.locator("canvas.wave")).to_be_hidden()
    page.get_by_role("button", name="Make them").click()
    expect(page.locator("#films")).to_be_hidden()
    expect(page.locator("canvas.wave")).to_be_visible()
    heights = (
        "one => { const p = one.getContext('2d'); const h = x => { const d = p.getImageData(x, 0, 1, one.height).data; "
    )
    heights += (
        "let n = 0; for (let y = 3; y < d.length; y += 4) n += d[y] > 0; return n; }; return [h(60), h(89), h(130)]; }"
    )
    spoken, cut, silent = page.locator("canvas.wave").evaluate(heights)
    assert (spoken > 10, cut, silent <= spoken) == (True, 36, True)
    page.locator(".block.picture .grip").click()
    page.get_by_role("button", name="Play from here").click()
    expect(page.locator("#photograph")).to_be_visible()
    until(lambda: page.locator("#photograph").evaluate("one => one.naturalWidth") == 320)
    expect(page.locator("#card")).to_be_hidden()
    until(lambda: page.locator("#picture video:not(#over)").evaluate_all("all => all.some((one) => one.duration > 3)"))


def test_a_page_for_reading_offers_no_change(written, opened):
    with served(written.film, read_only=True) as reading:
        page = of_paper(opened, reading, viewport={"width": 640, "height": 400})
        expect(page.locator("#save-state")).to_have_text("For reading only")
        page.locator(".block.note .body").click()
        expect(page.locator("textarea")).to_have_count(0)
        expect(page.locator("#take")).to_be_hidden()
        assert page.evaluate("document.documentElement.scrollWidth") <= 640
    assert (written.film / FILE).read_bytes() == TEXT.encode()
