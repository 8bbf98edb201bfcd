from fractions import Fraction

import pytest

from subtitles.cue import Cue
from subtitles.errors import SubtitleError
from subtitles.formats.any import SubtitleFormat, read_any, write_any
from tests.made_subtitles import TTML

TT = '<tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttp="http://www.w3.org/ns/ttml#parameter"{more}>\n<body>{body}</body></tt>'


def read(body, more="", **named):
    return read_any(TT.format(body=body, more=more).encode(), file="a.ttml", **named)


def spans(body, more="", **named):
    return [(cue.start_ms, cue.end_ms, cue.text) for cue in read(body, more, **named).cues]


def refusal(body, more=""):
    with pytest.raises(SubtitleError) as caught:
        read(body, more)
    return [str(finding) for finding in caught.value.findings]


def test_paragraphs_become_cues_with_styles_places_and_lines():
    found = read_any(TTML.encode(), file="a.ttml")
    assert found.cues == (
        Cue(start_ms=1000, end_ms=2500, text="{\\an8}<i>Hola, </i>¿qué tal?<i>\nBien</i>"),
        Cue(start_ms=3000, end_ms=4000, text="dos"),
    )
    assert (found.lines, found.language) == ((10, 11), "es")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('<div><p begin="1s" end="2s">a</p></div>', [(1000, 2000, "a")]),
        ('<div begin="10s"><p begin="1s" dur="500ms">a</p></div>', [(11000, 11500, "a")]),
        (
            '<div timeContainer="seq"><p dur="1s">a</p><p begin="1s" dur="1s">b</p></div>',
            [(0, 1000, "a"), (2000, 3000, "b")],
        ),
        (
            '<div><p timeContainer="seq">no<span dur="1s">a</span><span dur="1s">b</span></p></div>',
            [(0, 1000, "a"), (1000, 2000, "b")],
        ),
        ('<div end="3s"><p begin="1s" end="9s">a</p></div>', [(1000, 3000, "a")]),
        ('<div><p begin="00:00:01:12" end="50f">a</p></div>', [(1400, 1667, "a")]),
        ('<div><p begin="0.05m" end="0.001h">a</p></div>', [(3000, 3600, "a")]),
        (
            '<div><p begin="0s" end="4s"><span end="2s">uno</span><br/><span begin="1s">dos</span></p></div>',
            [(0, 1000, "uno"), (1000, 2000, "uno\ndos"), (2000, 4000, "dos")],
        ),
    ],
)
def test_every_container_of_time_is_read(body, expected):
    assert spans(body) == expected


def test_frames_count_at_the_document_s_rate_then_at_the_one_named():
    body = '<div><p begin="25f" end="50f">a</p></div>'
    assert spans(body, ' ttp:frameRate="50"', rate=Fraction(25)) == [(500, 1000, "a")]
    assert spans(body, rate=Fraction(25)) == [(1000, 2000, "a")]
    assert spans(body, rate=Fraction(30000, 1001)) == [(834, 1668, "a")]
    assert spans('<div><p begin="10t" end="20t">a</p></div>', ' ttp:tickRate="10"') == [(1000, 2000, "a")]


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        ("  uno \n  <br/>\n  dos  ", "uno\ndos"),
        ("uno <span> dos</span> tres", "uno dos tres"),
        ('<span xml:space="preserve">x</span>', "x"),
        ("a<br/><br/>b", "a\n\nb"),
        ("&lt;i&gt; &amp; &#x1F469;", "<\u2060i> & 👩"),
        ("<metadata>no</metadata>sí", "sí"),
    ],
)
def test_white_space_is_what_the_standard_makes_of_it(inner, text):
    assert spans(f'<div><p begin="0s" end="1s">{inner}</p></div>') == [(0, 1000, text)]
    assert spans('<div><p xml:space="preserve" begin="0s" end="1s"> a  b\n c </p></div>') == [(0, 1000, " a  b\n c ")]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('\n<div>\n<p begin="uno" end="2s">a</p></div>', 'a.ttml:4: begin="uno" is no time'),
        ('<div>\n<p begin="1:2:3" end="2s">a</p></div>', 'a.ttml:3: begin="1:2:3" is no time'),
        ('<div>\n\n<p begin="1s">a</p></div>', "a.ttml:4: this text has no end"),
        ("<div><p>a</div>", "a.ttml:2:18: this is not well-formed XML (mismatched tag)"),
        ("<div>" * 100 + "</div>" * 100, "a.ttml:2: elements stand more than 60 levels deep"),
    ],
)
def test_what_is_wrong_is_refused_with_its_line(body, said):
    assert refusal(body)[0].startswith(said)


def test_rates_that_are_none_are_refused():
    for more in (' ttp:frameRate="0"', ' ttp:tickRate="x"', ' ttp:frameRateMultiplier="1 0"'):
        assert "cannot be" in refusal('<div><p begin="1f" end="2f">a</p></div>', more)[0]


def test_entities_are_not_read():
    bomb = '<?xml version="1.0"?>\n<!DOCTYPE tt [\n<!ENTITY a "aaaa">\n<!ENTITY b "&a;&a;">\n]>\n'
    for inner in ("&b;", "x"):
        content = bomb + TT.format(more="", body=f'<div><p begin="0s" end="1s">{inner}</p></div>')
        with pytest.raises(SubtitleError, match=r"a\.ttml:3: it declares entities"):
            read_any(content.encode(), file="a.ttml")
    outside = '<?xml version="1.0"?>\n<!DOCTYPE tt [<!ENTITY a SYSTEM "file:///etc/passwd">]>\n' + TT.format(
        more="", body=""
    )
    with pytest.raises(SubtitleError, match="declares entities"):
        read_any(outside.encode(), file="a.ttml")


def test_a_paragraph_that_changes_without_end_is_refused():
    inner = "".join(f'<span begin="{at}s" end="{at + 1}s">a</span>' for at in range(2000))
    assert "change more than" in refusal(f'<div><p begin="0s" end="9999s">{inner}</p></div>')[0]


def test_a_text_that_is_never_shown_is_named():
    found = read('<div end="1s">\n<p begin="0s" end="1s">a</p><p begin="2s" end="3s">b</p></div>')
    assert [cue.text for cue in found.cues] == ["a"]
    assert [(one.line, one.severity.value) for one in found.findings] == [(3, "warning")]


def test_the_encoding_that_the_declaration_names_is_used():
    text = TTML.replace("UTF-8", "ISO-8859-1")
    assert read_any(text.encode("latin-1"), file="a.ttml").cues == read_any(TTML.encode(), file="a.ttml").cues
    assert read_any(TTML.encode("utf-16"), file="a.ttml").cues == read_any(TTML.encode(), file="a.ttml").cues


def test_drafts_of_the_standard_are_read():
    old = TT.replace("http://www.w3.org/ns/ttml", "http://www.w3.org/2006/10/ttaf1")
    content = old.format(more="", body='<div><p begin="0s" end="1s">a</p></div>')
    assert [cue.text for cue in read_any(content.encode(), file="a.dfxp").cues] == ["a"]


def test_what_is_written_is_imsc_text():
    cues = [
        Cue(start_ms=0, end_ms=1001, text="{\\an9}<i>a</i> & < <b>"),
        Cue(start_ms=3_600_000, end_ms=3_600_040, text='uno\n<font color="red">dos</font>'),
    ]
    written = write_any(cues, SubtitleFormat.TTML, file="a.ttml", language="es", rate=Fraction(30000, 1001)).decode()
    assert 'ttp:contentProfiles="http://www.w3.org/ns/ttml/profile/imsc1.1/text"' in written
    assert 'ttp:frameRate="30" ttp:frameRateMultiplier="1000 1001" xml:lang="es"' in written
    assert '<p region="r9" tts:textAlign="end" begin="00:00:00.000" end="00:00:01.001">' in written
    assert '<span tts:fontStyle="italic">a</span> &amp; &lt; </p>' in written
    assert 'begin="01:00:00.000" end="01:00:00.040">uno<br/><span tts:color="#ff0000">dos</span></p>' in written


def test_what_xml_cannot_hold_is_not_written():
    for cue in (Cue(start_ms=0, end_ms=1, text="a\x08"), Cue(start_ms=5, end_ms=5, text="a")):
        with pytest.raises(SubtitleError, match="cue 1"):
            write_any([cue], SubtitleFormat.TTML, file="a.ttml")
