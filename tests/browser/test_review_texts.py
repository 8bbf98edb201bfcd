"""The page's texts and colours, without a browser."""

import json
import re
from pathlib import Path

import pytest

from pipeline.assembly.review_desk_answers import FIELDS, Why
from subtitles.quality_faults import Fault

PAGE = Path(__file__).parents[2] / "pipeline" / "review" / "page"
TEXTS = {
    language: json.loads((PAGE / f"texts.{language}.json").read_text(encoding="utf-8")) for language in ("es", "en")
}
BLANK = re.compile(r"\{(\w+)\}")
USED = re.compile(r"""\bt\("([\w.]+)"|data-(?:text|label|title|hint)="([\w.]+)"|\[[^\[\]]*"((?:do|stale)\.[\w.]+)",""")


def of_the_page(language: str) -> dict[str, str]:
    """Return the texts but for the rules', which come in English from the command line."""
    return {key: text for key, text in TEXTS[language].items() if not key.startswith("rule.")}


def test_both_languages_say_the_same_things():
    spanish, english = of_the_page("es"), of_the_page("en")
    assert spanish.keys() == english.keys()
    for key, text in english.items():
        assert set(BLANK.findall(text)) == set(BLANK.findall(spanish[key])), key


def test_every_text_that_the_page_asks_for_is_there():
    sources = [path.read_text(encoding="utf-8") for path in (*PAGE.glob("*.js"), *PAGE.glob("*.html"))]
    asked = {next(filter(None, groups)) for source in sources for groups in USED.findall(source)}
    assert len(asked) > 150
    assert asked - TEXTS["en"].keys() == set()


@pytest.mark.parametrize("fault", list(Fault))
def test_every_rule_has_spanish_words(fault: Fault):
    known = TEXTS["es"].keys()
    assert {f"rule.{fault.value}", f"rule.{fault.value}.before"} & known
    assert f"rule.{fault.value}.cure" in known


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("why", list(Why))
def test_every_problem_that_can_reach_the_page_has_words(why: Why, language: str):
    text = TEXTS[language][f"refused.{why}"]
    assert set(BLANK.findall(text)) == FIELDS.get(why, frozenset())


def test_every_answer_of_the_server_around_the_desk_has_words():
    server = "".join(path.read_text(encoding="utf-8") for path in PAGE.parent.glob("*.py"))
    codes = {*re.findall(r'"code": "([\w-]+)"', server)}
    codes |= set(re.findall(r'^    "([\w-]+)": \{$', (PAGE.parent / "error_pages.py").read_text("utf-8"), re.MULTILINE))
    assert len(codes) >= 8
    for language in ("es", "en"):
        assert {f"refused.{code}" for code in codes} <= TEXTS[language].keys()


def test_no_words_are_kept_for_what_is_never_said():
    server = "".join(path.read_text(encoding="utf-8") for path in PAGE.parent.glob("*.py"))
    for key in TEXTS["es"]:
        code = key.removeprefix("refused.")
        assert code == key or code in set(Why) or f'"{code}"' in server


def test_nothing_stands_in_the_page_that_its_policy_forbids():
    page = (PAGE / "index.html").read_text(encoding="utf-8")
    assert re.findall(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|javascript:", page) == []
    scripts = "".join(path.read_text(encoding="utf-8") for path in PAGE.glob("*.js"))
    banned = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|https?://"
    assert re.findall(banned, scripts) == []


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "grounds"),
    [
        ("ink", ("ground", "panel", "raised", "pick", "draft-ground")),
        ("soft", ("ground", "panel", "raised", "pick", "draft-ground")),
        ("draft", ("panel", "draft-ground")),
        ("accent-ink", ("accent",)),
        ("accent", ("panel", "pick")),
        ("good", ("panel", "pick")),
        ("warn", ("panel", "pick", "draft-ground")),
        ("bad", ("panel", "pick", "draft-ground")),
        ("panel", ("bad", "good", "ink")),
        ("found-ink", ("found",)),
        ("head", ("panel", "pick")),
    ],
)
def test_texts_can_be_read(ink: str, grounds: tuple[str, ...], scheme: int):
    blocks = (PAGE / "base.css").read_text(encoding="utf-8").split(":root {")
    light = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", blocks[1]))
    colours = light if scheme == 0 else light | dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", blocks[2]))
    for ground in grounds:
        assert contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)


def contrast(first: str, second: str) -> float:
    """Return the contrast of two colours (WCAG 2.2, relative luminance)."""
    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    """Return the relative luminance of `#rrggbb`."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
