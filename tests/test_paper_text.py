from random import Random

import pytest

from footage_manifest.picture_plan import StillMove
from footage_manifest.timecode import Label
from pipeline.errors import TimelineError
from pipeline.timeline.paper_model import Heading, Music, Narration, Note, Over, Picture, Quote, TitleCard
from pipeline.timeline.paper_text import read_paper
from pipeline.timeline.paper_write import paper_of, write_entry

BOTH = ("es", "en")
EXAMPLE = """\
# Tres días en el desierto / Three days in the desert (4s)

> INT01: "Salimos de madrugada ... con la neblina"
![the river at dawn](STILL07 4s push-in)
> INT03: "they gave us water"        over: BROLL02 00:00:12:00

## Dos
> INT03 01:02:10:00: “they gave
> us water [...] and bread”  over: BROLL02 00:00:12:00 4s, STILL07 push-in   tight: 0,3 s
> INT03 01:02:10:00 – 01:02:14:12: «lo que "sea"»
Título: Un pueblo
Narración: "Esto es
largo"  sobre: STILL07
Narration NAR01: "words"
Music: THEME −18,5 dB <!-- loud? -->
> INT01: "x"
> over: BROLL02
Note: ask "Ana" <!-- a
# no

b -->
- list item
```
# not a heading
```
Música: off
"""


def read(text, languages=BOTH):
    data = text if isinstance(text, bytes) else text.encode()
    return read_paper(data, file="cuts/beta.md", languages=languages).entries


def refused(text):
    with pytest.raises(TimelineError) as caught:
        read(text)
    return [(finding.line, finding.what) for finding in caught.value.findings]


def test_each_kind_of_line_becomes_its_entry_in_order():
    assert read(EXAMPLE) == (
        Heading(level=1, texts=("Tres días en el desierto", "Three days in the desert"), ms=4000),
        Quote(reel="INT01", parts=("Salimos de madrugada ... con la neblina",)),
        Picture(key="STILL07", ms=4000, words="the river at dawn", move=StillMove.PUSH_IN),
        Quote(reel="INT03", parts=("they gave us water",), over=(Over(key="BROLL02", source_in=Label(0, 0, 12, 0)),)),
        Heading(level=2, texts=("Dos",), ms=0),
        Quote(
            reel="INT03",
            parts=("they gave us water", "and bread"),
            source_in=Label(1, 2, 10, 0),
            tight_ms=300,
            over=(
                Over(key="BROLL02", source_in=Label(0, 0, 12, 0), ms=4000),
                Over(key="STILL07", move=StillMove.PUSH_IN),
            ),
        ),
        Quote(reel="INT03", parts=('lo que "sea"',), source_in=Label(1, 2, 10, 0), source_out=Label(1, 2, 14, 12)),
        TitleCard(texts=("Un pueblo",), ms=3000),
        Narration(text="Esto es largo", over=(Over(key="STILL07"),)),
        Narration(text="words", reel="NAR01"),
        Music(reel="THEME", gain_db=-18.5),
        Quote(reel="INT01", parts=("x",), over=(Over(key="BROLL02"),)),
        Note(text='Note: ask "Ana" <!-- a\n# no\n\nb -->'),
        Note(text="- list item"),
        Note(text="```\n# not a heading\n```"),
        Music(reel=""),
    )


def test_an_entry_knows_its_lines_whatever_ends_them():
    places = [(entry.line, entry.last_line) for entry in read(EXAMPLE)]
    assert places[5] == (8, 9)
    assert places[11] == (16, 17)
    assert places[12] == (18, 21)
    windows = b"\xef\xbb\xbf" + EXAMPLE.replace("\n", "\r\n").encode()
    assert [(entry.line, entry.last_line) for entry in read(windows)] == places


@pytest.mark.parametrize("marks", ['""', "“”", "„“", "„”", "«»", "»«", "‹›", "““"[:1] + "”"])
def test_all_quotation_marks_are_understood(marks):
    assert read(f"> INT01: {marks[0]}don’t go{marks[1]}") == (Quote(reel="INT01", parts=("don’t go",)),)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("#Tres días", "this heading cannot be read"),
        ("## Dos (4s)", "only a heading with a single # has a card"),
        ("# a / b / c", "'a / b / c' has 3 texts, and the film's languages are es and en"),
        ("> she said so", "this is no quote that can be read"),
        ('> INT01 01:02:10: "a b"', "this is no quote that can be read"),
        ('> INT01 25:00:00:00: "a b"', "'25:00:00:00' is no time of day"),
        ('> INT01: "a b', "the quotation is not closed"),
        ('> INT01: "a b" quickly', "behind the quotation stands 'quickly'"),
        ('> INT01: "[...] a b"', "a part of the quotation has no words"),
        ('> INT01: "..."', "the quotation has no words"),
        ('> INT01: "a" tight: 20s', "'20s' is not from 0.05s to 10s"),
        ('> INT01: "a" over: RIVER zoom', "over: 'zoom' is not understood here"),
        ("![the river](river.jpg)", "it does not say how long the picture is shown"),
        ("![the river]", "this is no picture that can be read"),
        ("Title: ", "this title cannot be read"),
        ("**Music:** THEME", "'**Music:' is printed in another style"),
        ("Music: THEME loud", "this music cannot be read"),
        ("Music: THEME 40 dB", "40 dB is not from -96 to 24"),
        ("Narration: they walked", "this narration cannot be read"),
        ('Narration: "a" tight: 0.3s', "narration is not tightened"),
        ("over: RIVER", "this belongs to a quote or a narration"),
        ("<!-- later", "the comment that begins here is not closed"),
        ("```", "the block that begins here is not closed"),
    ],
)
def test_a_line_that_begins_like_an_entry_is_refused_and_never_a_note(text, what):
    assert refused(f"hello\n\n{text}\n") == [(3, what)]


def test_a_quotation_somebody_forgot_to_close_does_not_swallow_the_next():
    text = '> INT01: "they gave\n> us water\n> INT02 1:2: "a b"\n> INT03: "c d"\n'
    assert refused(text) == [(1, "the quotation is not closed"), (3, "this is no quote that can be read")]


def test_bytes_that_are_no_text_are_refused_with_their_line():
    assert refused(b"# a\n\xff\n") == [(2, "the text is not UTF-8 from here on")]
    assert refused(b"# a\n\n\x00\n") == [(3, "the character with code 0 does not belong into text")]


def test_without_a_second_language_a_stroke_is_a_stroke():
    assert read("# a / b", ("es",)) == (Heading(level=1, texts=("a / b",), ms=3000),)
    assert read(r"# a \/ b") == (Heading(level=1, texts=("a / b",), ms=3000),)


WORDS = [
    "agua",
    "“no”",
    '"sí"',
    "«ya»",
    "/",
    "(4s)",
    "a:b",
    "INT01:",
    "#",
    "\\",
    "tight:",
    "*luz*",
    "don’t",
    "dijo:",
    "24",
]


def some_text(dice, most=8):
    return " ".join(["agua", *dice.choices(WORDS, k=dice.randint(0, most))])


def some_entry(dice):
    texts = tuple(some_text(dice, 4) for _ in range(dice.choice([1, 2])))
    label = Label(1, dice.randint(0, 59), dice.randint(0, 59), dice.randint(0, 24), dice.random() < 0.2)
    shot = {"source_in": dice.choice([None, label]), "move": dice.choice([None, StillMove.PAN_UP])}
    over = tuple(Over(key="RIVER", ms=dice.choice([None, 1234]), **shot) for _ in range(dice.choice([0, 0, 1, 2])))
    return dice.choice(
        [
            Heading(level=1, texts=texts, ms=dice.choice([0, 3000, 4200])),
            Heading(level=3, texts=texts, ms=0),
            TitleCard(texts=texts, ms=dice.choice([3000, 4200])),
            Quote(
                reel="INT01",
                parts=tuple(some_text(dice, 40) for _ in range(dice.choice([1, 1, 3]))),
                source_in=label,
                source_out=dice.choice([None, label]),
                tight_ms=dice.choice([None, 300]),
                over=over,
            ),
            Quote(reel="INT01", parts=(some_text(dice, 30),), over=over),
            Narration(text=some_text(dice), reel=dice.choice(["", "NAR01"]), over=over),
            Picture(key="STILL07", ms=4000, words=some_text(dice), **shot),
            Music(reel=dice.choice(["", "THEME"])),
            Music(reel="THEME", gain_db=-18.5),
            Note(text="Note: see you"),
        ]
    )


def test_what_is_written_is_read_again_as_the_same():
    dice = Random(5)  # noqa: S311 - repeatable, not secret
    assert read(paper_of(read(EXAMPLE), BOTH)) == read(EXAMPLE)
    for _ in range(1500):
        entries = tuple(some_entry(dice) for _ in range(dice.randint(1, 3)))
        assert read(paper_of(entries, BOTH)) == entries, paper_of(entries, BOTH)


def test_a_long_quote_is_folded_and_its_options_stand_below():
    quote = Quote(reel="INT01", parts=(" ".join(["agua"] * 60),), over=(Over(key="RIVER"),))
    lines = write_entry(quote, BOTH).split("\n")
    assert max(map(len, lines)) <= 110
    assert lines[-1] == "> over: RIVER"
    assert read("\n".join(lines)) == (quote,)


def test_any_text_is_read_or_refused_with_lines():
    dice = Random(11)  # noqa: S311 - repeatable, not secret
    signs = '"“”«»>#![](): /\\-*`<!>…0123456789sd\n\r\t\0éñ'
    refusals = []
    for _ in range(5000):
        text = list(EXAMPLE)
        for _ in range(dice.randint(1, 12)):
            at = dice.randrange(len(text))
            kind = dice.random()
            if kind < 0.4:
                text[at] = dice.choice(signs)
            elif kind < 0.7:
                text.insert(at, dice.choice(signs) * dice.choice([1, 1, 3]))
            else:
                del text[at : at + dice.choice([1, 1, 5, 60])]
                text = text or [" "]
        data = "".join(text).encode()
        if dice.random() < 0.05:
            data = data[: dice.randrange(len(data))] + bytes([dice.randrange(256)])
        try:
            read_paper(data, file="cuts/beta.md", languages=dice.choice([(), ("es",), BOTH]))
        except TimelineError as error:
            refusals.append(error.findings)
    assert 1000 < len(refusals) < 5000
    assert all(found and all(one.line and one.what and one.cure for one in found) for found in refusals)
