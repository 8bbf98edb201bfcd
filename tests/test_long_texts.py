"""A text that is no subtitle is refused by its line, before anything takes minutes over it."""

import time

import pytest

from subtitles.errors import SubtitleError
from subtitles.formats.any import read_any
from subtitles.formats.reading import MOST_LETTERS
from subtitles.formats.srt import read_srt

ASS_HEAD = "[Script Info]\nScriptType: v4.00+\n\n[Events]\nFormat: Layer, Start, End, Style, Text\n"
FORMS = {
    "a.srt": "1\n00:00:00,000 --> 00:00:01,000\nuno\n\n2\n00:00:01,000 --> 00:00:02,000\n{}\n",
    "a.vtt": "WEBVTT\n\n00:00.000 --> 00:01.000\nuno\n\n00:01.000 --> 00:02.000\n{}\n",
    "a.ttml": '<tt xmlns="http://www.w3.org/ns/ttml">\n<body><div>\n\n\n\n<p begin="1s" end="2s">{}</p></div></body></tt>',
    "a.ass": ASS_HEAD + "Dialogue: 0,0:00:01.00,0:00:02.00,Default,{}\n",
}


@pytest.mark.parametrize("file", FORMS)
@pytest.mark.parametrize("letters", ["x", "<i>a</i>", "palabra ", "línea\n"])
def test_a_text_of_a_hundred_thousand_characters_is_refused_by_its_line(file: str, letters: str) -> None:
    if file == "a.ttml":
        letters = letters.replace("<i>a</i>", "<span>abcdefghijklmnopqrstuvwxyz</span>")
    if file == "a.ass":
        letters = letters.replace("\n", "\\N").replace("<i>a</i>", "{\\i1}abc{\\i0}de")
    content = FORMS[file].replace("{}", letters * (400_000 // len(letters))).encode()
    begun = time.process_time()
    with pytest.raises(SubtitleError) as caught:
        read_any(content, file=file)
    assert caught.value.findings[0].line == 6
    assert time.process_time() - begun < 5


def test_one_just_within_is_read() -> None:
    content = FORMS["a.srt"].replace("{}", "x" * MOST_LETTERS).encode()
    assert len(read_srt(content, file="a.srt").cues[1].text) == MOST_LETTERS
    with pytest.raises(SubtitleError, match=r"a\.srt:6: the text of this cue has 100,001 characters"):
        read_srt(FORMS["a.srt"].replace("{}", "x" * (MOST_LETTERS + 1)).encode(), file="a.srt")
