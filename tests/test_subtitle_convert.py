import json

import pytest

from pipeline.cli.answering import answer
from tests.made_subtitles import ASS, SAMPLES, SRT, TTML, VTT


@pytest.fixture
def said(capsys):
    """Run `testimonio subtitles convert` and return its exit code and what it said."""

    def run(*arguments):
        code = answer(["subtitles", "convert", *(str(one) for one in arguments)])
        captured = capsys.readouterr()
        return int(code), captured.out + captured.err

    return run


@pytest.fixture
def source(tmp_path):
    for name, content in SAMPLES.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("ending", ["srt", "vtt", "ass", "ssa", "ttml", "xml", "dfxp"])
def test_every_format_becomes_every_other(said, source, name, ending):
    code, text = said(source / name, source / f"out.{ending}")
    count = 3 if name.endswith("srt") else 2
    assert (code, text.split("\n")[0].split(": ")[1].split(",")[0]) == (0, f"{count} cues")
    code, text = said(source / f"out.{ending}", source / "again.srt")
    assert code == 0
    assert f"{count} cues" in text
    assert "Hola" in (source / "again.srt").read_text(encoding="utf-8")


def test_what_is_not_carried_over_is_said_with_its_line(said, source):
    code, text = said(source / "b.vtt", source / "b.srt")
    assert code == 0
    assert f"warning: {source / 'b.vtt'}:6: not carried over into SRT: style sheets (STYLE)" in text.split("\n")
    assert (source / "b.srt").read_text(encoding="utf-8") == (
        "1\n00:00:01,000 --> 00:00:02,500\n{\\an8}<i>Hola</i>, ¿qué tal?\n\n"
        '2\n00:00:03,000 --> 00:00:04,000\nBien & <font color="#ffff00">vos</font>\n'
    )


@pytest.mark.parametrize(
    ("name", "text", "encoding"),
    [("a.srt", SRT, "windows-1252"), ("b.vtt", VTT, "utf-16"), ("c.ass", ASS, "utf-8-sig")],
)
def test_where_the_format_stays_only_the_encoding_changes(said, tmp_path, name, text, encoding):
    odd = text.replace("\n", "\r\n")
    (tmp_path / name).write_bytes(odd.encode(encoding))
    named = ("--encoding", encoding) if "1252" in encoding else ()
    assert said(tmp_path / name, tmp_path / f"out.{name[-3:]}", *named)[0] == 0
    assert (tmp_path / f"out.{name[-3:]}").read_bytes() == odd.encode()


def test_a_declaration_says_the_encoding_that_the_file_now_has(said, tmp_path):
    (tmp_path / "a.ttml").write_bytes(TTML.replace("UTF-8", "ISO-8859-1").encode("latin-1"))
    assert said(tmp_path / "a.ttml", tmp_path / "b.xml")[0] == 0
    assert (tmp_path / "b.xml").read_text(encoding="utf-8") == TTML


def test_a_file_that_is_there_is_kept_unless_replaced(said, source):
    out = source / "out.vtt"
    out.write_text("mine", encoding="utf-8")
    code, text = said(source / "a.srt", out)
    assert (code, out.read_text(encoding="utf-8")) == (2, "mine")
    assert "--replace" in text
    assert said(source / "a.srt", out, "--replace")[0] == 0
    assert out.read_text(encoding="utf-8").startswith("WEBVTT")


def test_a_refused_file_is_exit_5_with_its_line_and_leaves_nothing(said, tmp_path):
    (tmp_path / "a.srt").write_bytes(SRT.replace("00:00:04,000", "00:00:02,000").encode())
    code, text = said(tmp_path / "a.srt", tmp_path / "b.vtt")
    assert code == 5
    assert text.startswith(f"{tmp_path / 'a.srt'}:6: the cue ends")
    (tmp_path / "c.srt").write_bytes("1\n00:00:01,000 --> 00:00:02,000\naño\n".encode("latin-1"))
    code, text = said(tmp_path / "c.srt", tmp_path / "b.vtt")
    assert (code, "c.srt:3: the bytes from here are not UTF-8" in text, "--encoding windows-1252" in text) == (
        5,
        True,
        True,
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.srt", "c.srt"]


def test_what_the_target_cannot_hold_is_refused_at_the_line_it_was_read_from(said, tmp_path):
    (tmp_path / "a.srt").write_text(SRT.replace("00:00:06,250", "11:00:06,250"), encoding="utf-8")
    code, text = said(tmp_path / "a.srt", tmp_path / "b.ass")
    assert (code, f"{tmp_path / 'a.srt'}:11: it ends after 9:59:59.99" in text) == (5, True)
    assert not (tmp_path / "b.ass").exists()


def test_cues_that_last_nothing_are_named_where_the_target_has_none(said, tmp_path):
    (tmp_path / "a.srt").write_text(SRT.replace("00:00:04,000", "00:00:03,000"), encoding="utf-8")
    code, text = said(tmp_path / "a.srt", tmp_path / "b.vtt")
    assert code == 0
    assert "b.vtt: 2 cues" in text
    assert "a.srt:6: this cue lasts nothing" in text


@pytest.mark.parametrize(
    ("arguments", "code", "what"),
    [
        (("a.srt", "b.stl", "--rate", "24"), 5, "does not count 24 frames"),
        (("a.srt", "b.doc"), 2, "told by its ending"),
        (("nothing.srt", "out.vtt"), 2, "there is no file"),
        ((".", "out.vtt"), 2, "there is no file"),
        (("a.srt", "b.vtt", "--rate", "many"), 2, "no frame rate"),
        (("a.srt", "b.vtt", "--language", "español!"), 2, "no language code"),
        (("a.srt", "no/such/b.vtt"), 1, "writing"),
    ],
)
def test_what_cannot_be_asked_for_is_said(said, source, arguments, code, what):
    paths = [source / arguments[0], source / arguments[1], *arguments[2:]]
    found, text = said(*paths)
    assert (found, what in text) == (code, True), text


def test_the_order_of_times_the_rate_and_the_language(said, tmp_path):
    body = '<p begin="50f" end="75f">dos</p><p begin="0f" end="25f">uno</p>'
    text = f'<tt xmlns="http://www.w3.org/ns/ttml"><body><div>{body}</div></body></tt>'
    (tmp_path / "a.ttml").write_text(text, encoding="utf-8")
    code, shown = said(tmp_path / "a.ttml", tmp_path / "b.vtt", "--rate", "25", "--language", "es", "--json")
    document = json.loads(shown)
    assert (code, document["cues"], document["read_as"], document["written_as"]) == (0, 2, "ttml", "vtt")
    assert ["order" in finding["what"] for finding in document["findings"]] == [True]
    assert (tmp_path / "b.vtt").read_text(encoding="utf-8") == (
        "WEBVTT\n\nNOTE Language: es\n\n00:00:00.000 --> 00:00:01.000\nuno\n\n00:00:02.000 --> 00:00:03.000\ndos\n"
    )
