"""EBU STL as it is written: its bytes, what it refuses, and the way back through our reader and through ttconv's."""

import datetime as dt
import io
import struct
from fractions import Fraction

import pytest
from ttconv import model, style_properties
from ttconv.stl.reader import to_model

from subtitles.cue import Cue
from subtitles.errors import SubtitleError
from subtitles.formats.any import SubtitleFormat, lost, read_any, write_any
from subtitles.formats.stl_latin import bytes_of
from subtitles.formats.stl_write import write_stl

DAY = dt.date(2026, 1, 31)


def cue(text, start_ms=1000, end_ms=2480):
    return Cue(start_ms=start_ms, end_ms=end_ms, text=text)


def written(*cues, **more):
    return write_stl(cues, file="a.stl", made=DAY, **more)


def refusal(*cues, **more):
    with pytest.raises(SubtitleError) as caught:
        written(*cues, **more)
    return [str(finding) for finding in caught.value.findings]


def independent(content):
    """What ttconv reads in a file: begin and end in seconds, the words of each line, and those in italics."""
    found = []
    for paragraph in to_model(io.BytesIO(content)).get_body().dfs_iterator():
        if isinstance(paragraph, model.P):
            lines, slanted = [""], []
            for one in paragraph.dfs_iterator():
                if isinstance(one, model.Br):
                    lines.append("")
                elif isinstance(one, model.Text):
                    lines[-1] += one.get_text() + " "
                    style = one.parent().get_style(style_properties.StyleProperties.FontStyle)
                    slanted += [one.get_text()] if style is style_properties.FontStyleType.italic else []
            words = [" ".join(line.split()) for line in lines]
            found.append((paragraph.get_begin(), paragraph.get_end(), words, " ".join(slanted).split()))
    return found


def test_the_header_says_what_follows():
    content = written(cue("Hola"), cue("x" * 200, 3000, 4000), language="es-PE")
    assert len(content) == 1024 + 3 * 128
    assert content[:16] == b"850STL25.010000A"
    assert content[224:236] == b"260131260131"
    assert content[236:255] == b"0000003000020019923"
    assert content[255:274] == b"1000000000000010011"
    assert written(cue("a"), language="qqq")[14:16] == b"00"


def test_a_block_has_its_number_times_place_and_codes():
    content = written(cue("a"), cue("{\\an7}<i>¿Qué\ntal?</i>", 3_723_040, 3_724_000))
    block = content[1024 + 128 :]
    assert struct.unpack_from("<BHBB", block) == (0, 1, 255, 0)
    assert block[5:16] == bytes((1, 2, 3, 1, 1, 2, 4, 0, 1, 1, 0))
    assert block[16:].rstrip(b"\x8f") == b"\x80\xbfQu\xc2e\x81\x8a\x80tal?\x81"
    assert content[1024 + 13] == 22


def test_a_text_over_several_blocks_keeps_accents_with_their_letters():
    content = written(cue("é" * 100))
    blocks = [content[at : at + 128] for at in range(1024, len(content), 128)]
    assert [block[3] for block in blocks] == [0, 255]
    assert all(len(block[16:].rstrip(b"\x8f")) % 2 == 0 for block in blocks)
    assert read_any(content, file="a.stl").cues[0].text == "é" * 100
    assert independent(content)[0][2] == ["é" * 100]


@pytest.mark.parametrize(("rate", "frame"), [(None, Fraction(1, 25)), (Fraction(30000, 1001), Fraction(1001, 30000))])
def test_times_go_to_the_nearest_label_and_nothing_vanishes(rate, frame):
    cues = [cue("a", at * 997, at * 997 + 30 + at) for at in range(400)]
    content = written(*cues, rate=rate)
    for one, other, (begin, end, _, _) in zip(
        cues, read_any(content, file="a.stl").cues, independent(content), strict=True
    ):
        assert abs(Fraction(one.start_ms - other.start_ms, 1000)) <= frame / 2 + Fraction(1, 1000)
        assert abs(Fraction(one.end_ms - other.end_ms, 1000)) <= frame + Fraction(1, 1000)
        assert abs(begin * 1000 - other.start_ms) <= 1
        assert abs(end * 1000 - other.end_ms) <= 1


def test_all_that_the_table_has_comes_back_through_both_readers():
    letters = "áéíóúñüÁÉÍÓÚÑÜ¿¡«»“”‘’—çãõâêôàèìòùœæßøåłžščřąęőűğışţ♪½¼©°·ªº$&@#%"
    content = written(cue(letters))
    assert read_any(content, file="a.stl").cues[0].text == letters
    assert independent(content)[0][2] == [letters]
    assert bytes_of("ñ\u2060a") == (b"\xc4n", b"a")


def test_italics_and_underlines_come_back():
    text = "<i>dos</i> y <u>tres\nson <i>cinco</i></u>"
    content = written(cue(text))
    again = read_any(content, file="a.stl").cues[0].text
    assert again == "<i>dos</i> y <u>tres</u>\n<u>son</u> <i><u>cinco</u></i>"
    assert independent(content)[0][3] == ["dos", "cinco"]


def test_characters_that_the_table_lacks_are_refused_by_cue():
    found = refusal(cue("bien"), cue("Juan… y Łuka – 5 €"), cue("سلام"))
    assert [line.partition(";")[0] for line in found] == [
        "a.stl: cue 2: EBU STL's Latin table has no … (U+2026), – (U+2013), € (U+20AC)",
        "a.stl: cue 3: EBU STL's Latin table has no س (U+0633), ل (U+0644), ا (U+0627), م (U+0645)",
    ]


@pytest.mark.parametrize(
    ("cues", "more", "said"),
    [
        ([cue("a", 1000, 1000)], {}, "needs an end after the start"),
        ([cue("a", 86_399_000, 86_400_000)], {}, "past 23:59:59"),
        ([cue("a" * 30_000)], {}, "longer than the 26,992 bytes"),
        ([cue("a")] * 65_536, {}, "numbers 65,535 subtitles"),
        ([cue("a")], {"rate": Fraction(24)}, "does not count 24 frames"),
    ],
)
def test_what_does_not_fit_is_refused(cues, more, said):
    assert any(said in line for line in refusal(*cues, **more))


def test_what_is_left_out_is_said():
    read = read_any(
        b"1\n00:00:01,000 --> 00:00:02,000\n{\\an5}<b>uno</b>\n\xc2\xa0\n<font color=red>dos</font>\n", file="a.srt"
    )
    said = " ".join(finding.what for finding in lost(read, SubtitleFormat.STL, file="a.srt"))
    for part in ("bold text", "colours", "places in the middle", "blank lines"):
        assert part in said
    plain = read_any(b"1\n00:00:01,000 --> 00:00:02,000\n{\\an8}<i>uno</i>\ndos\n", file="a.srt")
    assert lost(plain, SubtitleFormat.STL, file="a.srt") == ()


def test_it_is_one_of_the_formats_that_are_written():
    content = write_any([cue("Hola")], SubtitleFormat.STL, file="a.stl", language="es")
    found = read_any(content, file="a.stl")
    assert ([one.text for one in found.cues], found.language) == (["Hola"], "es")
