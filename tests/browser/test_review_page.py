"""The translators' page in a real browser, on the true server and true files."""

import json
import re

import pytest
from playwright.sync_api import Page, expect

from pipeline.assembly.review_desk_reels import Unheard
from pipeline.assembly.search import Asked, find
from pipeline.cli.answering import answer
from tests.browser.conftest import Opened
from tests.browser.review_film import OTHER_SIDE, make_review_film
from tests.browser.served import Process, Served, free_port, served, until

SAID = {
    "es": ("aprobado", "desactualizado", "conflicto", "Visto: sigue bien", "Tomar la otra", "1 de 5 aprobados"),
    "en": ("approved", "stale", "conflict", "Looked at: still right", "Take the other", "1 of 5 approved"),
}
HOSTILE = (
    "<script>window.hurt = 1</script>",
    '<img src=x onerror="window.hurt = 1">',
    '"><svg onload="window.hurt = 1">',
    '<i onclick="window.hurt = 1">click</i> <b>bold</b>',
    "\u202eesrever\u202c forward",
)


def cue(page: Page, place: int):
    """Return a cue's row; they count from 1, as the page shows them."""
    return page.locator(f'.cue[aria-rowindex="{place + 1}"]')


def edit(page: Page, place: int, text: str) -> None:
    """Type a cue's text anew."""
    cue(page, place).click(position={"x": 300, "y": 12})
    page.locator("textarea.words").fill(text)


def saved(page: Page) -> None:
    """Wait until everything is saved."""
    expect(page.locator("#save-state")).to_have_attribute("data-state", "saved")


def test_two_translators_work_on_one_file(site: Served, opened: Opened):
    ana, ben = opened(site.url), opened(site.url)
    edit(ana, 1, "Ana wrote this.")
    edit(ben, 5, "Ben wrote that.")
    saved(ana)
    saved(ben)
    assert "Ana wrote this." in site.srt()
    assert "Ben wrote that." in site.srt()
    expect(cue(ben, 1)).to_contain_text("Ana wrote this.")
    assert ben.locator("textarea.words").input_value() == "Ben wrote that."


def test_who_comes_second_to_a_cue_chooses_and_nothing_is_lost(site: Served, opened: Opened):
    ana, ben = opened(site.url), opened(site.url)
    ben.route("**/tracks/en", lambda route: route.fulfill(status=304))  # he does not hear of hers until he saves
    edit(ana, 1, "Hers came first.")
    saved(ana)
    edit(ben, 1, "His came second.")
    box = ben.get_by_role("group", name="Someone changed this cue")
    expect(box).to_contain_text("Hers came first.")
    expect(box).to_contain_text("His came second.")
    assert "Hers came first." in site.srt()
    box.get_by_role("button", name="Keep mine").click()
    saved(ben)
    assert "His came second." in site.srt()


def test_a_cue_deleted_elsewhere_can_be_put_back(site: Served, opened: Opened):
    ana, ben = opened(site.url), opened(site.url)
    ben.route("**/tracks/en", lambda route: route.fulfill(status=304))
    cue(ana, 2).click(position={"x": 300, "y": 12})
    ana.keyboard.press("Alt+Delete")
    until(lambda: "The river" not in site.srt())
    edit(ben, 2, "The river is still there.")
    box = ben.get_by_role("group", name="Someone deleted this cue")
    expect(box).to_be_visible()
    box.get_by_role("button", name="Put it back").click()
    until(lambda: "00:00:02,200 --> 00:00:03,800\nThe river is still there." in site.srt())
    saved(ben)


def test_hostile_text_is_text(film, opened: Opened):
    file = film / "subtitles" / "INT01.en.srt"
    blocks = file.read_text(encoding="utf-8").strip().split("\n\n")
    hurt = ["\n".join([*block.split("\n")[:2], text]) for block, text in zip(blocks, HOSTILE, strict=True)]
    file.write_text("\n\n".join(hurt) + "\n", encoding="utf-8")
    with served(film) as site:
        page = opened(site.url)
        for place, text in enumerate(HOSTILE[:3], start=1):
            expect(cue(page, place).locator(".own")).to_have_text(text)
        expect(cue(page, 5).locator(".own")).to_contain_text("RLOesrever")
        for place in range(1, 6):
            edit(page, place, HOSTILE[place % 3])
            page.locator("#comment-text").fill(HOSTILE[1])
            page.locator("#comment-form button").click()
            expect(page.locator("#comments li").last).to_contain_text(HOSTILE[1])
        page.locator("#find-open").click()
        page.locator("#find-text").fill("<svg")
        expect(page.locator("mark.found").first).to_be_visible()
        assert (
            page.evaluate("document.querySelectorAll('#grid svg, #grid img, #grid script, #comments img').length") == 0
        )
        assert page.evaluate("window.hurt") is None


def test_a_killed_server_loses_nothing(film, opened: Opened):
    port = free_port()
    server = Process(film, port)
    stays = opened(server.url)
    leaves = stays.context.new_page()
    leaves.goto(server.url)
    leaves.wait_for_selector("body[data-ready]")
    edit(stays, 1, "Saved before the end.")
    saved(stays)
    server.kill()
    stays.locator("textarea.words").press_sequentially(" And typed after it.")
    edit(leaves, 5, "Typed in a tab that was closed.")
    expect(stays.locator("#banner")).to_be_visible()
    expect(leaves.locator("#save-state")).to_have_attribute("data-state", "away")
    leaves.close(run_before_unload=False)
    server = Process(film, port)
    again = stays.context.new_page()
    again.goto(server.url)
    again.wait_for_selector("body[data-ready]")
    try:
        expect(cue(again, 5)).to_contain_text("Typed in a tab that was closed.")
        srt = film / "subtitles" / "INT01.en.srt"
        until(lambda: "Typed in a tab that was closed." in srt.read_text(encoding="utf-8"))
        until(lambda: "Saved before the end. And typed after it." in srt.read_text(encoding="utf-8"))
        saved(stays)
        expect(stays.locator("#banner")).to_be_hidden()
    finally:
        server.kill()


def test_a_dragged_edge_is_in_the_file(site: Served, opened: Opened):
    page = opened(site.url)
    box = page.locator("#wave").bounding_box()

    def at(ms: int) -> float:
        return box["x"] + ms / 15000 * box["width"]

    middle = box["y"] + box["height"] * 0.7
    page.mouse.move(at(1800), middle)
    page.mouse.down()
    page.mouse.move(at(1900), middle, steps=3)
    page.mouse.move(at(2050), middle, steps=3)
    page.mouse.up()
    saved(page)
    until(lambda: "00:00:01,800" not in site.srt())
    start, _, end = site.srt().splitlines()[1].partition(" --> ")
    assert start == "00:00:00,200"
    assert "00:00:02,020" <= end <= "00:00:02,080"
    page.keyboard.press("Control+z")
    until(lambda: "00:00:00,200 --> 00:00:01,800" in site.srt())


def test_a_thousand_cues_scroll(tmp_path, clip, opened: Opened):
    with served(make_review_film(tmp_path / "long", 1000, clip)) as site:
        page = opened(site.url)
        result = page.evaluate("""async () => {
            const grid = document.getElementById("grid"), times = [];
            let most = 0, last = performance.now();
            for (let turn = 0; turn < 90; turn += 1) {
                grid.scrollTop += 700;
                await new Promise(requestAnimationFrame);
                const now = performance.now();
                times.push(now - last);
                last = now;
                most = Math.max(most, document.querySelectorAll(".cue").length);
            }
            grid.scrollTop = grid.scrollHeight;
            await new Promise(requestAnimationFrame);
            await new Promise(requestAnimationFrame);
            times.sort((a, b) => a - b);
            return {most, median: times[45], worst: times[89]};
        }""")
        assert result["most"] < 60
        expect(cue(page, 1000)).to_be_visible()
        edit(page, 1000, "The last of a thousand.")
        page.locator("#grid").evaluate("grid => { grid.scrollTop = 0; }")
        expect(cue(page, 1)).to_be_visible()
        assert page.evaluate("document.activeElement.value") == "The last of a thousand."
        saved(page)
        assert "The last of a thousand." in site.srt()


@pytest.mark.parametrize("ui", ["es", "en"])
def test_conflict_stale_and_approval(site: Served, opened: Opened, ui: str):
    approved, stale, conflict, looked, take, progress = SAID[ui]
    page = opened(site.url, ui)
    assert page.evaluate("document.documentElement.lang") == ui
    expect(cue(page, 3).locator(".badge")).to_have_text(stale)
    expect(cue(page, 4).locator(".badge")).to_have_text(conflict)
    page.locator("#filters [data-filter=stale]").click()
    expect(page.locator(".cue")).to_have_count(1)
    page.locator("#filters [data-filter=all]").click()
    page.keyboard.press("Alt+r")
    expect(cue(page, 3)).to_have_attribute("aria-selected", "true")
    page.get_by_role("button", name=looked).click()
    expect(cue(page, 3).locator(".badge")).not_to_have_text(stale)
    page.keyboard.press("Alt+c")
    expect(cue(page, 4)).to_contain_text(OTHER_SIDE)
    page.get_by_role("button", name=take).click()
    expect(cue(page, 4).locator(".badge")).not_to_have_text(conflict)
    assert OTHER_SIDE in site.srt()
    page.locator("textarea.words").focus()
    page.keyboard.press("Control+Enter")
    expect(cue(page, 4).locator(".badge")).to_have_text(approved)
    expect(cue(page, 5)).to_have_attribute("aria-selected", "true")
    expect(page.locator("#progress-text")).to_contain_text(progress)
    known = {one["id"]: one for one in json.loads(site.state())["cues"]}
    assert known["c00003"]["status"] == "approved"
    assert "theirs" not in known["c00003"]


def test_by_keyboard_alone(site: Served, opened: Opened):
    page = opened(site.url)
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('cue')"):
            break
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(cue(page, 2)).to_be_focused()
    page.keyboard.press("Enter")
    words = page.locator("textarea.words")
    expect(words).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("The river ran very close.")
    page.keyboard.press("Home")
    for _ in range(9):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Alt+x")
    expect(page.locator("#cue-title")).to_have_text("Cue 2 of 6")
    until(lambda: "The river\n\n" in site.srt())
    page.keyboard.press("Control+z")
    expect(page.locator("#cue-title")).to_have_text("Cue 2 of 5")
    until(lambda: "The river ran very close." in site.srt())
    page.keyboard.press("Alt+m")
    expect(page.locator("#cue-title")).to_have_text("Cue 2 of 4")
    page.keyboard.press("Control+z")
    expect(page.locator("#cue-title")).to_have_text("Cue 2 of 5")
    until(lambda: "The river ran very close.\n\n" in site.srt())
    page.keyboard.press("Alt+l")
    page.keyboard.press("Alt+.")
    page.keyboard.press("Alt+i")
    until(lambda: "00:00:03,240 --> 00:00:03,800" in site.srt())
    page.keyboard.press("F1")
    expect(page.get_by_role("dialog")).to_contain_text("Set in at the playhead")
    page.keyboard.press("Escape")
    expect(words).to_be_focused()
    page.keyboard.press("Escape")
    expect(cue(page, 2)).to_be_focused()


def test_search_and_replace_is_one_step(site: Served, opened: Opened):
    page = opened(site.url)
    page.keyboard.press("Control+f")
    page.keyboard.type("i")
    expect(page.locator("#find-count")).to_have_text("6 found")
    page.locator("#find-text").fill("the")
    page.locator("#replace-text").fill("THE")
    page.locator("#replace-all").click()
    saved(page)
    assert "THE river ran <i>very</i> close." in site.srt()
    assert "We went to THE Defensoría." in site.srt()
    page.keyboard.press("Escape")
    cue(page, 1).click(position={"x": 300, "y": 12})
    page.keyboard.press("Control+z")
    saved(page)
    assert "THE" not in site.srt()


def test_half_the_room_is_enough(site: Served, opened: Opened):
    page = opened(site.url, "es", viewport={"width": 640, "height": 400})
    for tab in ("cuts", "transcript", "cues"):
        page.locator(f"#tab-{tab}").click()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    edit(page, 4, "Cabe")
    page.locator("#find-open").click()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("document.getElementById('grid').scrollWidth <= document.getElementById('grid').clientWidth")


@pytest.mark.parametrize("ui", ["es", "en"])
def test_every_control_has_a_name(site: Served, opened: Opened, ui: str):
    page = opened(site.url, ui)
    cue(page, 4).click(position={"x": 300, "y": 12})
    page.keyboard.press("Control+f")
    nodes = controls(page)
    page.locator("#tab-cuts").click()
    nodes += controls(page)
    page.locator("#help-open").click()
    nodes += controls(page)
    assert len(nodes) > 60
    assert [node for node in nodes if not node[1].strip()] == []


def controls(page: Page) -> list[tuple[str, str]]:
    """Return role and name of what can be worked, as screen readers are told."""
    session = page.context.new_cdp_session(page)
    tree = session.send("Accessibility.getFullAXTree")["nodes"]
    roles = {
        "button",
        "textbox",
        "combobox",
        "checkbox",
        "tab",
        "slider",
        "link",
        "dialog",
        "grid",
        "searchbox",
        "tabpanel",
    }
    found = [(node["role"]["value"], node.get("name", {}).get("value", "")) for node in tree if not node["ignored"]]
    return [node for node in found if node[0] in roles]


def test_reading_along_changes_nothing(film, opened: Opened):
    before = {path: path.read_bytes() for path in (film / "subtitles").rglob("*") if path.is_file()}
    with served(film, read_only=True) as site:
        page = opened(site.url)
        cue(page, 3).click(position={"x": 300, "y": 12})
        expect(page.locator("#why-read-only")).to_be_visible()
        expect(page.locator("#cue-title")).to_have_text("Cue 3 of 5")
        for keys in ("Control+Enter", "Alt+x", "Alt+m", "Alt+Delete", "Alt+a", "Alt+i", "Alt+v"):
            page.keyboard.press(keys)
        expect(page.locator("textarea, #replace-all:enabled, .decide button")).to_have_count(0)
    assert {path: path.read_bytes() for path in (film / "subtitles").rglob("*") if path.is_file()} == before


def test_the_picture_is_made_and_plays(site: Served, opened: Opened):
    page = opened(site.url)
    page.locator("#make-media").click()
    expect(page.locator("#no-media")).to_be_hidden()
    page.locator("#play").click()
    until(lambda: page.evaluate("document.getElementById('video').currentTime > 0.3"))
    page.locator("#play").click()
    cue(page, 2).click(position={"x": 300, "y": 12})
    expect(page.locator("#on-screen")).to_contain_text("The river ran very close.")
    expect(page.locator("#time-now")).to_have_text("0:00:02.200")
    assert page.evaluate("""() => {
        const canvas = document.getElementById("wave");
        return canvas.getContext("2d").getImageData(10, canvas.height / 2, 200, 8).data.some((value) => value > 0);
    }""")


def test_a_cut_is_heard_around_its_edits(film, opened: Opened):
    assert answer(["check", str(film)]) == 0
    with served(film) as site:
        page = opened(site.url)
        page.locator("#tab-cuts").click()
        expect(page.locator(".caption .said")).to_have_text(
            [re.compile("Me llamo"), re.compile("El"), re.compile("Íbamos"), re.compile("Nadie")]
        )
        page.locator("#make-media").click()
        expect(page.locator("#no-media")).to_be_hidden()
        page.get_by_role("button", name="Hear 2 seconds before and after the edit at 00:03").click()
        until(lambda: page.evaluate("document.getElementById('video').currentTime > 1.2"))
        until(lambda: page.evaluate("document.getElementById('video').paused"))
        assert 4.9 < page.evaluate("document.getElementById('video').currentTime") < 5.6
        page.get_by_role("button", name="00:05.200").click()
        expect(page.locator("#on-screen")).to_contain_text("Nadie nos recibía.")
        page.get_by_role("button", name="Open the caption at 00:05").click()
        expect(page.locator("#cue-title")).to_have_text("Cue 5 of 5")


def test_a_link_of_a_search_opens_the_page_at_its_cue(site: Served, opened: Opened):
    first = opened(site.url)  # from here on the browser may open the film
    (hit,) = find(Asked(folder=site.film, phrases=("received us",)), Unheard()).hits
    page = first.context.new_page()
    page.goto(f"{site.url.partition('?')[0]}#{hit.link.partition('#')[2]}")
    page.wait_for_selector("body[data-ready]")
    expect(cue(page, 5)).to_have_attribute("aria-selected", "true")
    expect(page.locator("textarea.words")).to_have_value("No one received us.")
