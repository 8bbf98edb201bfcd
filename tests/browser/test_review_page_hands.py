"""The translators' page under hands that are quick, come from a phone, lose the network or have two films open."""

import json

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import SIZE, Opened
from tests.browser.review_film import make_review_film
from tests.browser.served import Served, served, until

SHOT_MS = 2000
SPAN_MS = 15_000
SLOW = """() => {
    const ask = window.fetch;
    window.fetch = async (...asked) => {
        const answer = await ask(...asked);
        if (asked[1]?.method) await new Promise((go) => setTimeout(go, 600));
        return answer;
    };
}"""


def cue(page: Page, place: int):
    """Return a cue's row; they count from 1, as the page shows them."""
    return page.locator(f'.cue[aria-rowindex="{place + 1}"]')


def choose(page: Page, place: int) -> None:
    """Work on a cue."""
    cue(page, place).click(position={"x": 300, "y": 12})
    expect(page.locator("#cue-title")).to_contain_text(f"Cue {place} of")


def saved(page: Page) -> None:
    """Wait until everything is saved."""
    expect(page.locator("#save-state")).to_have_attribute("data-state", "saved")


def unsaved(page: Page) -> None:
    """Wait until something is being saved."""
    expect(page.locator("#save-state")).not_to_have_attribute("data-state", "saved")


def first_times(site: Served) -> str:
    """Return when the first cue is on screen."""
    return site.srt().splitlines()[1]


class Wave:
    """The waveform as it stands when the page is opened."""

    def __init__(self, page: Page) -> None:
        page.locator("#wave").scroll_into_view_if_needed()
        self._box = page.locator("#wave").bounding_box()
        self.y = self._box["y"] + self._box["height"] * 0.7

    def x(self, ms: int) -> float:
        """Return where an instant is."""
        return self._box["x"] + ms / SPAN_MS * self._box["width"]


def test_whoever_pauses_at_the_end_of_a_text_goes_on_at_its_end(site: Served, opened: Opened):
    page = opened(site.url)
    choose(page, 5)
    page.keyboard.press("Control+End")
    page.keyboard.type(" Not")
    saved(page)
    page.evaluate(SLOW)
    page.keyboard.type(" once")
    unsaved(page)
    page.wait_for_timeout(1000)  # saving takes its time, and the typing goes on meanwhile
    page.keyboard.type(" that")
    page.wait_for_timeout(1000)
    page.keyboard.type(" day.")
    until(lambda: "No one received us. Not once that day." in site.srt())


def test_a_slow_answer_does_not_take_the_cursor_away(site: Served, opened: Opened):
    page = opened(site.url)
    page.evaluate(SLOW)
    choose(page, 1)
    for keys in ("Control+Enter", "Alt+x"):
        page.keyboard.press(keys)
        cue(page, 5).click(position={"x": 300, "y": 12})
        page.keyboard.press("Control+End")
        page.wait_for_timeout(900)
        page.keyboard.type("!")
        expect(page.locator("textarea.words")).to_be_focused()
        cue(page, 1).click(position={"x": 300, "y": 12})
    until(lambda: "No one received us.!" in site.srt())
    until(lambda: site.srt().count("!") == 2 or "us.!!" in site.srt())
    assert "My name is Made-up\n\n" in site.srt()


def test_steps_that_follow_at_once_are_taken_back_and_again(site: Served, opened: Opened):
    before = site.srt()
    page = opened(site.url)
    choose(page, 1)
    page.keyboard.press("Alt+x")
    page.keyboard.press("Alt+m")
    expect(page.locator("#said")).to_have_text("Joined.")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    until(lambda: site.srt() == before)
    page.keyboard.press("Control+Shift+z")
    expect(page.locator("#cue-title")).to_have_text("Cue 1 of 6")
    page.keyboard.press("Control+Shift+z")
    expect(page.locator("#cue-title")).to_have_text("Cue 1 of 5")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    expect(page.locator("#said")).to_have_text("There is nothing to undo.")
    until(lambda: site.srt() == before)


def test_a_step_that_is_refused_does_not_stand_before_the_earlier_ones(site: Served, opened: Opened):
    page = opened(site.url)
    choose(page, 2)
    page.keyboard.type("Earlier. ")
    saved(page)
    choose(page, 1)
    page.keyboard.press("Alt+x")
    expect(page.locator("#cue-title")).to_have_text("Cue 1 of 6")
    page.route("**/join", lambda route: route.fulfill(status=422, json={"code": "another-next"}))
    for _ in range(3):
        page.keyboard.press("Control+z")
    expect(page.locator("textarea.words")).to_have_value("The river ran <i>very</i> close.")
    until(lambda: "Earlier." not in site.srt())


def test_a_comment_that_was_begun_stays_with_its_cue(site: Served, opened: Opened):
    page = opened(site.url)
    choose(page, 2)
    page.locator("#comment-text").fill("Which river?")
    choose(page, 5)
    expect(page.locator("#comment-text")).to_have_value("")
    page.reload()
    page.wait_for_selector("body[data-ready]")
    choose(page, 2)
    expect(page.locator("#comment-text")).to_have_value("Which river?")
    page.locator("#comment-form button").click()
    expect(page.locator("#comments")).to_contain_text("Which river?")
    page.reload()
    page.wait_for_selector("body[data-ready]")
    choose(page, 2)
    expect(page.locator("#comment-text")).to_have_value("")


def test_what_cannot_be_done_without_the_server_is_said_not_to_be_done(site: Served, opened: Opened):
    before = site.srt(), site.state()
    page = opened(site.url)
    choose(page, 2)
    page.context.set_offline(True)
    for keys in ("Control+Enter", "Alt+x", "Alt+m", "Alt+Delete", "Alt+a"):
        page.locator("#said").evaluate("said => { said.textContent = ''; }")
        page.keyboard.press(keys)
        expect(page.locator("#said")).to_contain_text("Not done: the server does not answer.")
    expect(page.locator("#banner")).to_contain_text("have to wait until then")
    page.context.set_offline(False)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator("#banner")).to_be_hidden()
    assert (site.srt(), site.state()) == before


def test_the_only_stale_cue_is_found_where_one_stands_on_it(site: Served, opened: Opened):
    page = opened(site.url)
    choose(page, 3)
    page.keyboard.press("Escape")
    page.keyboard.press("Alt+r")
    expect(page.locator("textarea.words")).to_be_focused()
    expect(page.locator("#said")).to_have_text("")


def test_an_approval_is_taken_back_by_a_button(site: Served, opened: Opened):
    page = opened(site.url)
    choose(page, 2)
    page.get_by_role("button", name="Approve and next").click()
    expect(cue(page, 2).locator(".badge")).to_have_text("approved")
    choose(page, 2)
    page.get_by_role("button", name="Take the approval back").click()
    expect(cue(page, 2).locator(".badge")).not_to_have_text("approved")
    page.get_by_role("button", name="Undo").click()
    expect(cue(page, 2).locator(".badge")).to_have_text("approved")


def test_a_finger_moves_the_chosen_cue_and_no_other(site: Served, opened: Opened):
    page = opened(site.url, viewport={"width": 820, "height": 1180}, has_touch=True)
    before = first_times(site)
    session = page.context.new_cdp_session(page)

    def touch(kind: str, *points: dict[str, float]) -> None:
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    def wipe(start: float, end: float, y: float) -> None:
        touch("touchStart", {"x": start, "y": y})
        for step in range(1, 6):
            touch("touchMove", {"x": start + (end - start) * step / 5, "y": y})
        touch("touchEnd")

    wave = Wave(page)
    wipe(wave.x(1700), wave.x(1000), wave.y)  # the picture moves under it, and back
    wipe(wave.x(1000), wave.x(1700), wave.y)
    page.touchscreen.tap(wave.x(1000), wave.y)
    expect(page.locator("#cue-title")).to_have_text("Cue 1 of 5")
    expect(page.locator("#panel-cues")).to_be_visible()
    assert first_times(site) == before
    wave = Wave(page)
    wipe(wave.x(1800) + 18, wave.x(2100) + 18, wave.y)
    until(lambda: first_times(site).startswith("00:00:00,200 --> 00:00:02,"))
    page.locator("#undo").tap()
    until(lambda: first_times(site) == before)


def test_an_edge_snaps_to_a_shot_change_unless_alt_is_held(site: Served, opened: Opened):
    def with_a_shot(route: Route) -> None:
        facts = route.fetch().json()
        route.fulfill(body=json.dumps({**facts, "shots_ms": [SHOT_MS]}), content_type="application/json")

    page = opened(site.url)
    page.route("**/api/reels/INT01", with_a_shot)
    page.reload()
    page.wait_for_selector("body[data-ready]")
    gap = page.evaluate("async () => (await (await fetch('/api/film')).json()).style.gap_ms")
    snapped = f"00:00:00,200 --> 00:00:01,{SHOT_MS - gap - 1000}"
    wave = Wave(page)
    page.mouse.move(wave.x(1800), wave.y)
    page.mouse.down()
    page.mouse.move(wave.x(SHOT_MS - gap - 40), wave.y, steps=4)
    page.mouse.up()
    until(lambda: first_times(site) == snapped)
    page.mouse.move(wave.x(SHOT_MS - gap), wave.y)
    page.mouse.down()
    page.keyboard.down("Alt")
    page.mouse.move(wave.x(SHOT_MS - gap - 40), wave.y, steps=4)
    page.mouse.up()
    page.keyboard.up("Alt")
    until(lambda: first_times(site) != snapped)
    assert first_times(site) < snapped


def test_a_cue_in_conflict_is_not_split_since_it_could_not_be_joined_again(site: Served, opened: Opened):
    before = site.srt()
    page = opened(site.url)
    choose(page, 4)
    page.keyboard.press("Alt+x")
    expect(page.locator("#said")).to_contain_text("Choose between the two versions first")
    assert site.srt() == before


def test_a_time_that_was_refused_is_forgotten_at_the_next_cue(site: Served, opened: Opened):
    page = opened(site.url)
    choose(page, 1)
    page.locator("#time-end").fill("soon")
    page.keyboard.press("Tab")
    expect(page.locator("#time-end")).to_have_attribute("aria-invalid", "true")
    choose(page, 2)
    expect(page.locator("#time-end")).to_have_value("0:00:03.800")
    expect(page.locator("#time-end")).not_to_have_attribute("aria-invalid", "true")
    # The clock moves with every frame: it must not be read out as news.
    expect(page.locator("#time-now")).to_have_attribute("role", "timer")


def test_two_films_in_one_browser_keep_apart(tmp_path, clip, opened: Opened):
    with (
        served(make_review_film(tmp_path / "one", clip=clip)) as one,
        served(make_review_film(tmp_path / "two", clip=clip)) as two,
    ):
        first = opened(one.url, viewport=SIZE)
        second = first.context.new_page()
        second.goto(two.url)
        second.wait_for_selector("body[data-ready]")
        for page, text in ((first, "Of the first film."), (second, "Of the second film.")):
            choose(page, 1)
            page.locator("textarea.words").fill(text)
        until(lambda: "Of the first film." in one.srt())
        until(lambda: "Of the second film." in two.srt())
        saved(first)
        saved(second)
        assert "second" not in one.srt()
        assert "first" not in two.srt()
