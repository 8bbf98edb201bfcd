from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subtitles.cue import Cue
from subtitles.errors import EmptySubtitles, SubtitleError
from subtitles.formats.vtt import read_document, read_vtt, write_document, write_vtt
from tests.made_subtitles import VTT


def written(text: str) -> str:
    return write_vtt([Cue(start_ms=1000, end_ms=2000, text=text)], language="es").decode().split("\n\n")[2].rstrip("\n")


def test_a_file_says_what_it_is_and_which_language_it_is_in():
    cues = [Cue(start_ms=3_723_004, end_ms=3_724_000, text="dos"), Cue(start_ms=0, end_ms=900, text="uno")]
    assert write_vtt(cues, language="es") == (
        b"WEBVTT\n\nNOTE Language: es\n\n00:00:00.000 --> 00:00:00.900\nuno\n\n01:02:03.004 --> 01:02:04.000\ndos\n"
    )


@pytest.mark.parametrize(
    ("text", "payload"),
    [
        ("A & B < C > D --> E", "A &amp; B &lt; C &gt; D --&gt; E"),
        ("&amp;", "&amp;amp;"),
        ("<I>uno</I> <b>dos", "<i>uno</i> <b>dos</b>"),
        ("<b><i>uno</b></i>", "<b><i>uno</i></b>"),
        ("uno</i>", "uno"),
        ('<font color="#fff">uno</font> <bold>', "<c.white>uno</c> &lt;bold&gt;"),
        ("uno\n\ndos", "uno\n\u00a0\ndos"),
    ],
)
def test_texts_are_escaped_and_known_tags_kept(text, payload):
    assert written(text).split("\n", 1)[1] == payload


def test_positions_become_settings_and_come_back():
    assert written("{\\an8}arriba").split("\n") == ["00:00:01.000 --> 00:00:02.000 line:0", "arriba"]
    for position in (1, 3, 4, 5, 6, 7, 8, 9):
        cue = Cue(start_ms=0, end_ms=1000, text=f"{{\\an{position}}}texto")
        assert read_vtt(write_vtt([cue], language="es"), file="a.vtt") == (cue,)
    assert written("{\\an2}{\\pos(1,2)}abajo").split("\n") == ["00:00:01.000 --> 00:00:02.000", "abajo"]


@pytest.mark.parametrize("text", ["<i>a</i> & b", "-->", "&lt;", "👩\u200d👧 \u200fשלום", "", "a\nb", "me llame\u0301"])
def test_texts_survive(text):
    cue = Cue(start_ms=0, end_ms=1000, text=text)
    assert read_vtt(write_vtt([cue], language="es"), file="a.vtt") == (cue,)


def test_comments_styles_identifiers_and_headers_are_passed_over():
    content = (
        "\ufeffWEBVTT - title\nKind: captions\n\nNOTE una\nnota\n\nSTYLE\n::cue{color:red}\n\nREGION\nid:x\n\n"
        "intro\n00:01.000 --> 00:02.000 align:start\n<v Juana>Hola <c.red>tú</c>&nbsp;<i.x>y</i> yo</v>\n\n"
        "00:03.000 --> 00:04.000\nuno\n00:05.000 --> 00:06.000\ndos\n"
    )
    assert [(cue.start_ms, cue.text) for cue in read_vtt(content.encode(), file="a.vtt")] == [
        (1000, 'Hola <font color="#ff0000">tú</font>\u00a0<i>y</i> yo'),
        (3000, "uno"),
        (5000, "dos"),
    ]


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("00:01.000 --> 00:01.000\nx", 3),
        ("00:01,000 --> 00:02,000\nx", 3),
        ("00:01.000 --> 00:61.000\nx", 3),
        ("00:01.000 --> 00:02.000\nx\n\nsuelto", 6),
        ("id\n1 --> 2\nx", 4),
    ],
)
def test_what_is_broken_is_refused_with_its_line(body, line):
    with pytest.raises(SubtitleError) as caught:
        read_vtt(f"WEBVTT\n\n{body}\n".encode(), file="a.vtt")
    assert [finding.line for finding in caught.value.findings] == [line]


def test_other_files_and_empty_ones_are_refused():
    with pytest.raises(EmptySubtitles):
        read_vtt(b"\n", file="a.vtt")
    with pytest.raises(SubtitleError, match="WEBVTT"):
        read_vtt(b"WEBVTTX\n\n", file="a.vtt")
    with pytest.raises(SubtitleError, match="not UTF-8"):
        read_vtt(b"WEBVTT\n\n\xe9", file="a.vtt")


@pytest.mark.parametrize(
    "cue",
    [
        Cue(start_ms=1000, end_ms=1000, text="x"),
        Cue(start_ms=-5, end_ms=1000, text="x"),
        Cue(start_ms=0, end_ms=1000, text="\0"),
        Cue(start_ms=0, end_ms=1000, text="\udc80"),
    ],
)
def test_what_webvtt_cannot_hold_is_not_written(cue):
    with pytest.raises(SubtitleError, match="cue 1"):
        write_vtt([cue], language="es")


def test_a_language_is_a_code():
    with pytest.raises(ValueError, match="not a language code"):
        write_vtt([], language="es\n\n00:00.000 --> 00:01.000")


def document(text=None, newline="\n", mark=b""):
    content = mark + (text or VTT).replace("\n", newline).encode()
    return content, read_document(content, file="b.vtt")


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_an_unchanged_file_keeps_every_byte(newline, mark):
    content, read = document(newline=newline, mark=mark)
    assert write_document(read) == content
    assert [(entry.name, entry.settings, entry.speaker, entry.line) for entry in read.entries] == [
        ("uno", "line:0 align:start", "Juana", 13),
        ("", "region:abajo", "", 16),
    ]


@given(st.text(st.sampled_from("WEBVTT\n:.-> 0123<>&abcñ\rNOTE"), max_size=200))
def test_whatever_is_read_is_written_back_to_the_byte(text):
    content = f"WEBVTT\n\nNOTE x\n\n00:01.000 --> 00:02.000 line:0\n{text}".encode()
    try:
        read = read_document(content, file="a.vtt")
    except SubtitleError:
        return
    assert write_document(read) == content


def test_a_change_touches_its_own_lines_only():
    _, read = document(newline="\r\n")
    first, second = read.entries
    moved = first.changed(replace(first.cue, end_ms=2600), read.newline)
    said = second.changed(replace(second.cue, text="Bien & <b>mal</b>\nsí"), read.newline)
    changed = write_document(replace(read, entries=(moved, said))).decode()
    expected = VTT.replace("00:01.000 --> 00:02.500 line:0", "00:00:01.000 --> 00:00:02.600 line:0")
    expected = expected.replace("Bien &amp; <c.yellow>vos</c>", "Bien &amp; <b>mal</b>\nsí")
    assert changed == expected.replace("\n", "\r\n")


def test_a_changed_text_keeps_its_voice_and_a_changed_place_its_settings():
    _, read = document()
    (first, _) = read.entries
    assert first.changed(replace(first.cue, text="{\\an8}Adiós"), "\n").body == "<v Juana>Adiós\n\n"
    assert first.changed(replace(first.cue, text="Adiós"), "\n").timing == "00:00:01.000 --> 00:00:02.500\n"
    with pytest.raises(SubtitleError, match=r"b\.vtt:13"):
        write_document(replace(read, entries=(first.changed(replace(first.cue, end_ms=1000), "\n"),)))


@pytest.mark.parametrize(
    ("payload", "text"),
    [
        ("&aacute;&#233;&hellip;", "áé…"),
        ("&lt;i&gt;", "<\u2060i>"),
        ("<c.red.bg_blue>a</c>", '<font color="#ff0000">a</font>'),
        ("<ruby>漢<rt>kan</rt></ruby>", "漢(kan)"),
        ("<00:01.500>a<00:01.700> b", "a b"),
        ("<v A>a\n<v B>b", "a\nb"),
        ("<i>a", "<i>a</i>"),
        ("a < b", "a < b"),
    ],
)
def test_what_stands_in_a_cue_becomes_a_text(payload, text):
    read = read_vtt(f"WEBVTT\n\n00:01.000 --> 00:02.000\n{payload}\n".encode(), file="a.vtt")
    assert [cue.text for cue in read] == [text]


def test_colours_without_a_class_get_a_style_and_come_back():
    cue = Cue(start_ms=0, end_ms=1000, text='<font color="#12ab34">verde</font> y <font color="yellow">sol</font>')
    written = write_vtt([cue], language=None)
    assert b"STYLE\n::cue(.color12ab34) { color: #12ab34; }\n" in written
    assert b"<c.color12ab34>verde</c> y <c.yellow>sol</c>" in written
    assert [cue.text for cue in read_vtt(written, file="a.vtt")] == [cue.text.replace("yellow", "#ffff00")]


def test_speakers_are_voices():
    cues = [Cue(start_ms=1000, end_ms=2000, text="dos"), Cue(start_ms=0, end_ms=900, text="uno")]
    written = write_vtt(cues, language=None, speakers=("Juana & Luis", ""))
    assert written == (
        b"WEBVTT\n\n00:00:00.000 --> 00:00:00.900\nuno\n\n00:00:01.000 --> 00:00:02.000\n<v Juana &amp; Luis>dos\n"
    )
