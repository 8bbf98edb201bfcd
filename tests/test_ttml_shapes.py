"""Paragraphs that are modelled once for all of their kind are read as if each had been modelled by itself."""

import random
import time

import pytest

from subtitles.cue import Cue
from subtitles.errors import SubtitleError
from subtitles.formats import ttml
from subtitles.formats.any import SubtitleFormat, read_any, write_any
from subtitles.formats.reading import ReadSubtitles

HEAD = """<tt xmlns="http://www.w3.org/ns/ttml" xmlns:tts="http://www.w3.org/ns/ttml#styling" xml:lang="es"
 xmlns:ttm="http://www.w3.org/ns/ttml#metadata" xmlns:ttp="http://www.w3.org/ns/ttml#parameter">
<head><metadata><ttm:agent xml:id="ana" type="person"><ttm:name>Ana</ttm:name></ttm:agent></metadata>
<styling><style xml:id="s1" tts:fontStyle="italic"/><style xml:id="s2" tts:color="red" tts:fontSize="80%"/></styling>
<layout><region xml:id="r1" tts:origin="10% 10%" tts:extent="80% 20%"/>
<region xml:id="r2" tts:origin="10% 70%" tts:extent="80% 20%" tts:displayAlign="after" tts:textAlign="end"/></layout></head>
<body>"""
ON_P = ("", ' region="r1"', ' region="r2" style="s1"', ' style="s2"', ' xml:space="preserve"', ' ttm:agent="ana"')
ON_P += (' tts:textAlign="start"', ' timeContainer="seq"', ' tts:display="none"')
TEXTS = ("uno", " dos ", "\n  tres\n ", "a &lt;i&gt; {\\an8}", "\ue0001", "\ue0000", "سلام", "")
AROUND = ("<span>{}</span>", '<span style="s1">{}</span>', '<span tts:fontWeight="bold">{}</span>', "{}<br/>{}", "{}")
AROUND += (
    '<span begin="100ms">{}</span>',
    '<span end="200ms">{}</span>',
    "<metadata>{}</metadata>",
    "<set begin='1s'/>{}",
)
AROUND += (
    '<span tts:ruby="container"><span tts:ruby="base">{}</span><span tts:ruby="text">{}</span></span>',
    "<p>{}</p>",
)


def document(dice: random.Random) -> bytes:
    """Return a document of paragraphs that are much alike."""
    shapes = ["".join(dice.choices(AROUND, k=dice.randint(1, 3))) for _ in range(3)]
    parts = [HEAD]
    for number in range(30):
        if number % 12 == 0:
            parts.append(f"{'</div>' if number else ''}<div{dice.choice(ON_P[:4])}>")
        at = number * 1000 + dice.choice((0, 1, 333))
        ends = dice.choice((f'end="{at + 900}ms"', 'dur="700ms"', f'end="{at}ms"'))
        inner = dice.choice(shapes)
        texts = [dice.choice(TEXTS) for _ in range(inner.count("{}"))]
        parts.append(f'<p xml:id="c{number}" begin="{at}ms" {ends}{dice.choice(ON_P)}>{inner.format(*texts)}</p>\n')
    return "".join((*parts, "</div></body></tt>")).encode()


def read(content: bytes) -> ReadSubtitles | str:
    try:
        return read_any(content, file="a.ttml")
    except SubtitleError as error:
        return str(error)


@pytest.mark.parametrize("seed", range(60))
def test_a_paragraph_is_read_the_same_whether_another_stands_for_it_or_not(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = document(random.Random(seed))  # noqa: S311 - dice
    folded = read(content)
    monkeypatch.setattr(ttml, "folded", lambda _root, _times: ())
    assert folded == read(content)


def test_those_documents_are_read_and_not_only_refused() -> None:
    found = [read(document(random.Random(seed))) for seed in range(60)]  # noqa: S311 - dice
    whole = [one for one in found if isinstance(one, ReadSubtitles)]
    assert len(whole) > 40
    assert sum(len(one.cues) for one in whole) > 500


def test_a_thousand_cues_are_a_few_kinds_of_paragraph(monkeypatch: pytest.MonkeyPatch) -> None:
    cues = [
        Cue(start_ms=at * 2000, end_ms=at * 2000 + 1500, text=f"<i>voz</i> {at}" if at % 3 else f"{at}\ndos")
        for at in range(1000)
    ]
    content = write_any(cues, SubtitleFormat.TTML, file="a.ttml")
    modelled = []
    whole = ttml.paragraphs_in
    monkeypatch.setattr(ttml, "paragraphs_in", lambda *given: (modelled.append(one) or one for one in whole(*given)))
    assert read_any(content, file="a.ttml").cues == tuple(cues)
    assert len(modelled) == 2


def test_five_thousand_paragraphs_take_less_than_a_second() -> None:
    cues = [Cue(start_ms=at * 2000, end_ms=at * 2000 + 1500, text=f"uno {at}\ndos") for at in range(5000)]
    content = write_any(cues, SubtitleFormat.TTML, file="a.ttml")
    begun = time.process_time()
    assert len(read_any(content, file="a.ttml").cues) == 5000
    assert time.process_time() - begun < 1.0
