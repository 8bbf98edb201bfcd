import shutil
import subprocess

import pytest

from subtitles.cue import Cue
from subtitles.errors import SubtitleError
from subtitles.formats.any import SubtitleFormat, read_any, write_any
from tests.made_subtitles import ASS

HEAD = "[Script Info]\nWrapStyle: {wrap}\n\n[Events]\nFormat: Start, End, Text\n"


def texts(*events, wrap=0):
    lines = "".join(f"Dialogue: 0:00:0{at}.00,0:00:0{at}.50,{event}\n" for at, event in enumerate(events, start=1))
    return [cue.text for cue in read_any((HEAD.format(wrap=wrap) + lines).encode(), file="a.ass").cues]


def written(*cues, **more):
    return write_any(cues, SubtitleFormat.ASS, file="a.ass", **more).decode()


def test_events_become_cues_with_their_lines_styles_and_speakers():
    read = read_any(ASS.encode(), file="a.ass")
    assert read.cues == (
        Cue(start_ms=1000, end_ms=2500, text="<i>Hola</i>, ¿qué tal?\nBien"),
        Cue(start_ms=3000, end_ms=4000, text='{\\an8}<i><font color="#ffff00">Arriba</font></i>'),
    )
    assert (read.lines, read.speakers) == ((13, 14), ("Juana", ""))
    assert {aside.what for aside in read.asides} == {"comments", "notes in braces", "drawings"}


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (r"uno\Ndos\htres", "uno\ndos\u00a0tres"),
        (r"uno\ndos", "uno dos"),
        (r"{\b1}a{\b0}{\u1}b{\u0}{\s1}c", "<b>a</b><u>b</u><s>c</s>"),
        (r"{\i1}a{\b1}b{\i0}c", "<i>a<b>b</b></i><b>c</b>"),
        (r"{\i1}a{\r}b", "<i>a</i>b"),
        (r"{\c&H0000FF&}rojo{\c} no", '<font color="#ff0000">rojo</font> no'),
        (r"{\an8\fad(1,2)}arriba", "{\\an8}arriba"),
        (r"{\a6}arriba", "{\\an8}arriba"),
        (r"{\p1}m 0 0 l 1 1{\p0}texto", "texto"),
        (r"\{llaves\}", "{llaves}"),
        ("a <b> c", "a <\u2060b> c"),
        ("uno, dos, tres", "uno, dos, tres"),
        ("", ""),
    ],
)
def test_overrides_become_tags(event, text):
    assert texts(event) == [text]


def test_a_small_n_breaks_the_line_only_where_the_script_says_so():
    assert texts(r"uno\ndos", wrap=2) == ["uno\ndos"]


def test_ssa_and_other_orders_of_fields_are_read():
    ssa = (
        "[Script Info]\r\nScriptType: v4.00\r\n\r\n[V4 Styles]\r\nFormat: Name, Alignment, Italic\r\n"
        "Style: *Default,6,0\r\n\r\n[Events]\r\nFormat: Marked, Start, End, Style, Text\r\n"
        "Dialogue: Marked=0,0:00:01:50,0:00:02,00,*Default,Hola\r\n"
    ).replace("0:00:02,00", "0:00:02.00")
    read = read_any(ssa.encode(), file="a.ssa")
    assert read.cues == (Cue(start_ms=1500, end_ms=2000, text="{\\an8}Hola"),)


@pytest.mark.parametrize(
    ("event", "what"),
    [
        ("Dialogue: 0:00:01.00,0:00:00.50,x", "ends before it starts"),
        ("Dialogue: 0:00:01,0:00:02.50,x", "not of the form"),
        ("Dialogue: 0:00:61.00,0:01:02.50,x", "not of the form"),
        ("Dialogue: 0:00:01.00", "1 fields instead of 3"),
        ("y sigue", "belongs to no event"),
    ],
)
def test_broken_events_are_refused_with_their_line(event, what):
    with pytest.raises(SubtitleError, match=what) as caught:
        read_any(f"{HEAD.format(wrap=0)}{event}\n".encode(), file="a.ass")
    assert [finding.line for finding in caught.value.findings] == [6]


def test_a_style_that_cannot_be_read_is_a_warning():
    read = read_any(ASS.replace("&H0000FFFF", "amarillo").encode(), file="a.ass")
    assert [cue.text for cue in read.cues][1] == "Arriba"
    assert [(finding.line, finding.severity.value) for finding in read.findings] == [(8, "warning")]


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("<i>a</i> b", r"{\i1}a{\i0} b"),
        ("uno\ndos", r"uno\Ndos"),
        ("{llaves}", r"\{llaves\}"),
        ("{\\an8}<b>a", r"{\an8}{\b1}a{\b0}"),
        ('<font color="red">a</font>', r"{\c&H0000FF&}a{\c}"),
        ("C:\\Nada", "C:\\\u2060Nada"),
        (" a ", "{} a {}"),
        ("", ""),
    ],
)
def test_texts_are_written_as_events(text, event):
    assert written(Cue(start_ms=0, end_ms=990, text=text)).rstrip("\n").endswith(f",,{event}")


def test_times_go_to_the_nearest_hundredth_and_never_overlap():
    cues = [Cue(start_ms=at * 7 + 4, end_ms=at * 7 + 11, text=str(at)) for at in range(400)]
    read = read_any(written(*cues).encode(), file="a.ass").cues
    ends = [0]
    for cue, other in zip(cues, read, strict=True):
        assert abs(cue.start_ms - other.start_ms) < 10
        assert abs(cue.end_ms - other.end_ms) < 10
        assert other.start_ms >= ends[-1]
        ends.append(other.end_ms)


def test_what_ass_cannot_count_to_is_refused():
    with pytest.raises(SubtitleError, match=r"cue 1: it ends after 9:59:59\.99"):
        written(Cue(start_ms=0, end_ms=36_000_000, text="x"))


def test_the_picture_and_the_speaker_are_said():
    script = written(Cue(start_ms=0, end_ms=1000, text="x"), size=(1280, 720), speakers=["Juana, la mayor"])
    assert "PlayResX: 1280\nPlayResY: 720" in script
    assert "0,0:00:00.00,0:00:01.00,Default,Juana la mayor,0,0,0,,x" in script
    ssa = write_any([Cue(start_ms=0, end_ms=1000, text="{\\an8}x")], SubtitleFormat.ASS, file="a.ssa")
    assert b"[V4 Styles]" in ssa
    assert read_any(ssa, file="a.ssa").cues == (Cue(start_ms=0, end_ms=1000, text="{\\an8}x"),)


def test_ffmpeg_s_own_reader_agrees(tmp_path):
    path = tmp_path / "a.ass"
    path.write_text(written(Cue(start_ms=1000, end_ms=2000, text="<i>Hola</i>\nañó")), encoding="utf-8")
    program = shutil.which("ffmpeg")
    assert program
    command = [program, "-v", "error", "-f", "ass", "-i", path, "-f", "srt", "-"]
    done = subprocess.run(command, capture_output=True, check=True)
    assert done.stdout.decode().split("\n", 1)[1].startswith("00:00:01,000 --> 00:00:02,000\n")
    assert "<i>Hola</i>\nañó" in done.stdout.decode().replace("\r", "")
