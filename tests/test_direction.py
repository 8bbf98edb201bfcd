"""A line runs the way its track's language does, whatever word it begins with."""

import pytest

from pipeline.tools.bidi import levels
from subtitles.bilingual import stack
from subtitles.cue import Cue
from subtitles.direction import directed
from subtitles.formats.any import SubtitleFormat, read_any, write_any
from subtitles.style import OURS

RLM = "\u200f"


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("Tom قال لنا.", f"{RLM}Tom قال لنا."),
        ("قال Tom لنا.", "قال Tom لنا."),
        ("<i>Tom قال</i>", f"<i>{RLM}Tom قال</i>"),
        ("{\\an8}<b>Tom</b> قال", f"{{\\an8}}<b>{RLM}Tom</b> قال"),
        ("- Tom قال.\nسلام\n2024.", f"{RLM}- Tom قال.\nسلام\n{RLM}2024."),
        ("Tom Smith.", f"{RLM}Tom Smith."),
        ("\u200eTom قال", "\u200eTom قال"),
        ("\u2066Tom\u2069 قال", "\u2066Tom\u2069 قال"),
        ("- \u202bTom قال\u202c", "- \u202bTom قال\u202c"),
        ("\n", "\n"),
    ],
)
def test_a_mark_is_put_where_the_first_letter_would_turn_the_line(text, marked):
    assert directed(text, "ar") == marked
    assert directed(directed(text, "fa-IR"), "fa-IR") == marked
    assert directed(text, "es") == text


def test_the_mark_turns_the_line():
    assert levels("Tom قال لنا.", "ar")[-1] == 0
    assert levels(directed("Tom قال لنا.", "ar"), "ar")[-1] == 1


def test_each_language_of_a_stack_runs_its_own_way():
    one = Cue(id="a", start_ms=0, end_ms=3000, text="Tom قال لنا.")
    other = Cue(id="a", start_ms=0, end_ms=3000, text="Tom told us.")
    both = stack([one], [other], languages=("ar", "en"), style=OURS, file="x")
    assert both.cues[0].text == f"{RLM}Tom قال لنا.\nTom told us."
    assert both.halves == {both.cues[0].text: (f"{RLM}Tom قال لنا.", "Tom told us.")}


def test_ttml_says_it_and_keeps_the_text_and_its_place():
    cues = [Cue(start_ms=0, end_ms=1000, text="{\\an1}Tom قال"), Cue(start_ms=2000, end_ms=3000, text="Tom قال")]
    content = write_any(cues, SubtitleFormat.TTML, file="a.ttml", language="ar")
    assert content.count(b'tts:direction="rtl"') == 2
    assert b'tts:textAlign="left"' in content
    assert read_any(content, file="a.ttml").cues == tuple(cues)
    assert b"direction" not in write_any(cues, SubtitleFormat.TTML, file="a.ttml", language="es")
