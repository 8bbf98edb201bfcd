import re
import subprocess
import sys
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from subtitles.cue import Cue
from subtitles.errors import EmptySubtitles, SubtitleError
from subtitles.formats.any import SubtitleFormat, format_by_name, format_of, lost, read_any, write_any
from subtitles.tags import position_of, without_tags
from tests.made_subtitles import SAMPLES, SRT, VTT

WRITTEN = (SubtitleFormat.SRT, SubtitleFormat.VTT, SubtitleFormat.TTML, SubtitleFormat.ASS)
HARD = (
    "Tom & Jerry &amp; «sí» <3 > {a} \\N C:\\Nada",
    "00:00 --> 00:01",
    "uno\n\ndos",
    "\u202bשלום\u202c \u200fأهلا",
    "👩\u200d👧\u200d👦 e\u0301 é",
    "el año\n1999",
    "{\\an8}<i>arriba</i> y <b><u>dos</u></b>",
    '<font color="#ff00ff">rosa</font> y <font color="#123456">azul</font>',
    " con espacio al final ",
    "[JUANA] Hola\n- ¿Sí?",
)


def converted(cues, *formats, **more):
    for kind in formats:
        cues = read_any(write_any(cues, kind, file=f"x.{kind}", **more), file=f"x.{kind}").cues
    return cues


def shown(cues):
    """What is seen: blank lines have something in them in formats that end a cue at one."""
    return [
        (without_tags(re.sub("^\u00a0?$", "\u00a0", cue.text, flags=re.MULTILINE)), position_of(cue.text))
        for cue in cues
    ]


@pytest.mark.parametrize(("name", "content"), SAMPLES.items(), ids=SAMPLES)
def test_a_format_is_known_by_its_content_whatever_its_name(name, content):
    assert format_of("nothing", content) is format_by_name(name)
    assert format_of("wrong.srt", content) is format_by_name(name)


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("a.scc", b"Scenarist_SCC V1.0\n\n00:00:00:00\t9420", r"\.scc\)"),
        ("a.scc", b"", "empty"),
        ("a.srt", b"{\\rtf1 hola}", "rtf"),
        ("a.srt", b"PK\x03\x04rest", "packed file"),
        ("a.sbv", b"0:00:01.000,0:00:02.000\nhola\n", "sbv"),
        ("a.smi", b"<SAMI><BODY></BODY></SAMI>", "SAMI"),
        ("a.sub", b"{10}{20}hola", "MicroDVD"),
        ("a.xml", b"<?xml version='1.0'?><fcpxml/>", "not TTML"),
        ("a.txt", b"hola", "no subtitle file"),
    ],
)
def test_what_is_not_read_is_refused_by_its_name_and_line(name, content, what):
    with pytest.raises(SubtitleError, match=what) as caught:
        read_any(content, file=name)
    assert [finding.line for finding in caught.value.findings] == [1]


def test_a_wrong_name_is_said():
    read = read_any(VTT.encode(), file="a.srt")
    assert read.format is SubtitleFormat.VTT
    assert [str(finding) for finding in read.findings] == [
        "a.srt:1: it is VTT, though its name says SRT; name it after what it is"
    ]


@pytest.mark.parametrize("name", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"])
def test_unicode_is_found_with_a_mark_and_without(name):
    assert read_any(SRT.encode(name), file="a.srt").cues == read_any(SRT.encode(), file="a.srt").cues


@pytest.mark.parametrize(
    ("text", "name", "word"),
    [
        ("¿Qué año será mañana?", "windows-1252", "¿Qué"),
        ("Привет, как дела?", "windows-1251", "Привет,"),
        ("Dobrý den, žluťoučký kůň", "windows-1250", "Dobrý"),
        ("Γειά σου, τι κάνεις", "windows-1253", "Γειά"),
        ("Çok güzel ışık değil mi", "windows-1254", "Çok"),
        ("مرحبا كيف حالك", "windows-1256", "مرحبا"),
    ],
)
def test_older_encodings_are_never_guessed_but_named_with_a_word_as_it_would_read(text, name, word):
    content = f"1\n00:00:01,000 --> 00:00:02,000\n{text}\n".encode(name)
    with pytest.raises(SubtitleError) as caught:
        read_any(content, file="a.srt")
    (finding,) = caught.value.findings
    assert (finding.line, f"as {name} a word here reads '{word}'" in finding.cure) == (3, True)
    assert f"--encoding {name}" in finding.cure
    assert read_any(content, file="a.srt", encoding=name).cues[0].text == text


@pytest.mark.parametrize("text", HARD)
def test_hard_texts_survive_srt_to_vtt_to_ttml_to_srt_and_ass(text):
    cues = (Cue(start_ms=1001, end_ms=2222, text=text), Cue(start_ms=3_600_001, end_ms=3_601_999, text="dos"))
    there = converted(cues, SubtitleFormat.SRT, SubtitleFormat.VTT, SubtitleFormat.TTML, SubtitleFormat.SRT)
    assert shown(there) == shown(cues)
    assert [(cue.start_ms, cue.end_ms) for cue in there] == [(cue.start_ms, cue.end_ms) for cue in cues]
    (first, _) = converted(cues, SubtitleFormat.ASS)
    assert first.text == text
    assert abs(first.start_ms - 1001) <= 10


@pytest.mark.parametrize("kind", WRITTEN)
def test_formatting_survives_each_format(kind):
    for text in (HARD[6], HARD[7], "<i>uno\ndos</i>", "{\\an1}abajo"):
        cues = (Cue(start_ms=1000, end_ms=2000, text=text),)
        assert converted(cues, kind) == cues


letters = st.text(
    st.one_of(
        st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")),
        st.sampled_from("\n&<>{}\\;-áñ¿\u200f\u200d"),
    ),
    max_size=40,
)
texts = st.one_of(letters, letters.map(lambda text: f"<i>{text.replace('<', '')}</i>x"))


def seen(text):
    """A text as any format can show it: no tags that hold nothing, no blank lines at its ends."""
    return text.strip("\n") if text.strip(" \t\n\ufeff\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e") else ""


@given(st.lists(st.tuples(st.integers(1, 9_000), st.integers(0, 9_000), texts), min_size=1, max_size=5))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_text_and_any_times_survive_the_round(drawn):
    cues, at = [], 0
    for length, gap, text in drawn:
        cues.append(Cue(start_ms=at, end_ms=at + length, text=seen(text)))
        at += length + gap
    try:
        first = read_any(write_any(cues, SubtitleFormat.SRT, file="x.srt"), file="x.srt").cues
    except SubtitleError:
        return  # SRT has its own tests; what it cannot hold does not start on the round
    there = converted(first, SubtitleFormat.VTT, SubtitleFormat.TTML, SubtitleFormat.SRT)
    assert shown(there) == shown(first)
    assert [(cue.start_ms, cue.end_ms) for cue in there] == [(cue.start_ms, cue.end_ms) for cue in first]
    ass = converted(first, SubtitleFormat.ASS)
    assert shown(ass) == shown(first)
    for cue, other in zip(first, ass, strict=True):
        assert abs(cue.start_ms - other.start_ms) <= 10
        assert abs(cue.end_ms - other.end_ms) <= 10
    assert all(one.end_ms <= other.start_ms for one, other in pairwise(ass))


def test_what_a_format_cannot_carry_is_said_with_its_line():
    read = read_any(VTT.encode(), file="b.vtt")
    said = {(finding.line, finding.what) for finding in lost(read, SubtitleFormat.SRT, file="b.vtt")}
    assert said == {
        (2, "not carried over into SRT: what the header says"),
        (4, "not carried over into SRT: comments (NOTE)"),
        (6, "not carried over into SRT: style sheets (STYLE)"),
        (9, "not carried over into SRT: regions (REGION)"),
        (12, "not carried over into SRT: identifiers of cues"),
        (13, "not carried over into SRT: exact placement (settings behind the times) (2 times)"),
        (13, "not carried over into SRT: who is speaking, named outside of the text"),
    }
    font = read_any(SRT.replace("Bien", '<font size="3">Bien</font>{\\fad(1,2)}').encode(), file="a.srt")
    assert [finding.what for finding in lost(font, SubtitleFormat.TTML, file="a.srt")] == [
        "not carried over into TTML: the effect \\fad",
        "not carried over into TTML: the faces and sizes of fonts",
    ]
    assert lost(font, SubtitleFormat.SRT, file="a.srt") == ()


def test_speakers_go_from_format_to_format():
    read = read_any(VTT.encode(), file="b.vtt")
    for kind in (SubtitleFormat.TTML, SubtitleFormat.ASS, SubtitleFormat.VTT):
        read = read_any(write_any(read.cues, kind, file="x", speakers=read.speakers), file=f"x.{kind}")
        assert read.speakers == ("Juana", "")


@pytest.mark.parametrize("kind", WRITTEN)
@pytest.mark.parametrize(
    "cue",
    [
        Cue(start_ms=-1, end_ms=5, text="x"),
        Cue(start_ms=9, end_ms=5, text="x"),
        Cue(start_ms=0, end_ms=5, text="\0"),
        Cue(start_ms=0, end_ms=5, text="a\rb"),
        Cue(start_ms=0, end_ms=5, text="\udc80"),
    ],
)
def test_what_no_format_can_hold_is_written_in_none(kind, cue):
    with pytest.raises(SubtitleError, match="cue 2"):
        write_any([Cue(start_ms=0, end_ms=5, text="x"), cue], kind, file="x")


def test_an_empty_file_is_an_accident_in_every_format():
    for name in ("a.srt", "a.vtt", "a.ass", "a.ttml"):
        with pytest.raises(EmptySubtitles):
            read_any(b"\xef\xbb\xbf \n", file=name)


MILLION = r"""
import resource, sys, time
from pathlib import Path
from subtitles.formats.any import SubtitleFormat, read_any, write_any
begun = time.process_time()
read = read_any(Path(sys.argv[1]).read_bytes(), file="a.srt")
written = write_any(read.cues, SubtitleFormat.SRT, file="b.srt")
print(len(read.cues), len(written), time.process_time() - begun, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


@pytest.mark.slow
def test_a_million_cues_are_read_and_written_in_a_minute_and_600_mb(tmp_path):
    path = tmp_path / "a.srt"
    with path.open("w", encoding="utf-8") as file:
        for number in range(1_000_000):
            minutes, seconds = divmod(number * 3, 60)
            at = f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"
            text = f"Lo que dijo <i>ella</i> el año {number}\ny nadie respondió."
            file.write(f"{number + 1}\n{at},000 --> {at},900\n{text}\n\n")
    done = subprocess.run([sys.executable, "-c", MILLION, path], capture_output=True, text=True, check=True)
    count, size, seconds, megabytes = done.stdout.split()
    assert (int(count), int(size)) == (1_000_000, path.stat().st_size - 1)
    assert float(seconds) < 60
    assert int(megabytes) < 600
