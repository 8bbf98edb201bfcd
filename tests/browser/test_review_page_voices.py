"""Whose voice it is, said by one choice on the page's transcript."""

from playwright.sync_api import expect

from pipeline.assembly.track_names import given_file
from subtitles.given_json import Given, Times, write_own
from tests.browser.served import until
from tests.browser.test_review_page_paper import written
from tests.paper_film import transcript

__all__ = ["written"]  # the fixture


def test_one_choice_says_whose_voice_it_is(written, opened):
    words = transcript("INT01").words
    names = ("",) * 5 + ("Juana R.",) * (len(words) - 5)
    given = Given(language="es", words=words, times=Times.WORDS, speakers=names)
    file = written.film / given_file("INT01", "es")
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(write_own("es", given))
    (written.film / "subtitles").mkdir(exist_ok=True)
    (written.film / "subtitles" / "INT01.es.srt").write_text(
        "1\n00:00:01,000 --> 00:00:03,000\nÉramos cinco.\n", "utf-8"
    )
    page = opened(written.url, ui="en")
    page.get_by_role("tab", name="Transcript").click()
    choice = page.locator("select.who").first
    expect(choice.locator("option").first).to_have_text("Juana R.")
    choice.select_option("interviewer")
    sheet = written.film / "transcripts" / "speakers.csv"
    until(sheet.is_file)
    until(lambda: "INT01,01:00:0" in sheet.read_text("utf-8"))
    assert sheet.read_text("utf-8").splitlines()[-1].split(",")[3] == "interviewer"
    expect(page.locator("select.who").first.locator("option").first).to_have_text("Interviewer")
