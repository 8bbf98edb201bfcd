"""XLIFF 2: built as the specification asks, and read as any tool may have left it."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given, settings
from hypothesis import strategies as st

from subtitles.errors import SubtitleError
from subtitles.exchange.model import UnitStatus, trace_in
from subtitles.exchange.xliff import write_xliff
from subtitles.exchange.xliff_back import read_xliff
from tests.exchange_film import sent, sides

CORE = "{urn:oasis:names:tc:xliff:document:2.0}"
SIZES = "{urn:oasis:names:tc:xliff:sizerestriction:2.0}"
METADATA = "{urn:oasis:names:tc:xliff:metadata:2.0}"
XML = "{http://www.w3.org/XML/1998/namespace}"
NMTOKEN = re.compile(r"[\w.:-]+")

# What the core schema (xliff_core_2.0.xsd) and those of the two modules allow of what we write: attributes, with those
# that must be there first, and children in their order.
ALLOWED = {
    f"{CORE}xliff": ({"version", "srcLang"}, {"trgLang"}, ["file"]),
    f"{CORE}file": (
        {"id"},
        {"canResegment", "original", "srcDir", "trgDir", f"{XML}space"},
        ["metadata", "profiles", "unit"],
    ),
    f"{CORE}unit": (
        {"id"},
        {"name", f"{SIZES}sizeRestriction"},
        ["metadata", "notes", "originalData", "segment"],
    ),
    f"{CORE}notes": (set(), set(), ["note"]),
    f"{CORE}note": (set(), {"category"}, []),
    f"{CORE}originalData": (set(), set(), ["data"]),
    f"{CORE}data": ({"id"}, set(), ["cp"]),
    f"{CORE}segment": (set(), {"state", "subState"}, ["source", "target"]),
    f"{CORE}source": (set(), set(), None),
    f"{CORE}target": (set(), set(), None),
    f"{CORE}pc": ({"id"}, {"type", "subType"}, None),
    f"{CORE}ph": ({"id"}, {"type", "subType", "equiv", "disp", "dataRef"}, None),
    f"{CORE}cp": ({"hex"}, set(), []),
    f"{METADATA}metadata": (set(), set(), ["metaGroup"]),
    f"{METADATA}metaGroup": (set(), {"category"}, ["meta"]),
    f"{METADATA}meta": ({"type"}, set(), []),
    f"{SIZES}profiles": (set(), {"generalProfile"}, ["normalization"]),
    f"{SIZES}normalization": (set(), {"general"}, []),
}
VALUES = {
    "state": {"initial", "translated", "reviewed", "final"},
    "canResegment": {"no"},
    "srcDir": {"ltr", "rtl"},
    "trgDir": {"ltr", "rtl"},
    "type": {"fmt", "film", "reel", "target", "trace"},
    "general": {"nfc"},
    "generalProfile": {"xliff:codepoints"},
}
TEXTS = st.text(
    st.one_of(st.sampled_from("<i></i><b>{\\an8}\n&'\" \t\x0b]]>"), st.characters(exclude_categories=["Cs"])),
    max_size=40,
).filter(lambda text: "\r" not in text)
TAGGED = st.lists(
    st.sampled_from(
        ["<i>", "</i>", "<b>", "</b>", "<u>", "</u>", "<I>", '<font color="red">', "</font>", "{\\an8}", "a ", "\n"]
    ),
    max_size=12,
).map("".join)


def check(element: ET.Element) -> None:
    """Hold an element and all in it against ALLOWED."""
    needed, optional, order = ALLOWED[element.tag]
    assert needed <= set(element.attrib) <= needed | optional, (element.tag, element.attrib)
    for name, value in element.attrib.items():
        if name in VALUES:
            assert value in VALUES[name], (name, value)
        if name in {"id", "dataRef"}:
            assert NMTOKEN.fullmatch(value), value
        if name in {"subType", "subState"}:
            assert re.fullmatch(r"[^\s:]+:[^\s:]+", value), value
    if order is not None:
        places = [order.index(child.tag.rpartition("}")[2]) for child in element]
        assert places == sorted(places), element.tag
    for child in element:
        check(child)


def with_texts(target: str, source: str = "Nadie."):
    file = sent(sides())
    return replace(file, units=(replace(file.units[0], target=target, source=source), *file.units[1:]))


@settings(max_examples=80, deadline=None)
@given(st.one_of(TEXTS, TAGGED).filter(lambda text: not text or text.strip()), st.one_of(TEXTS, TAGGED))
def test_any_text_survives_and_the_file_is_as_the_schema_asks(target, source):
    file = with_texts(target, source)
    content = write_xliff(file)
    root = fromstring(content)
    check(root)
    for unit in root.iter(f"{CORE}unit"):
        data = {one.get("id") for one in unit.iter(f"{CORE}data")}
        for side in ("source", "target"):
            codes = [code for holder in unit.iter(CORE + side) for code in holder.iter() if code.get("id")]
            names = [code.get("id") for code in codes]
            assert len(names) == len(set(names))
            assert {code.get("dataRef") for code in codes} - {None} <= data
    back = read_xliff(content, file="x.xlf")
    assert [(unit.id, unit.source, unit.target) for unit in back.units] == [
        (unit.id, unit.source, unit.target) for unit in file.units
    ]
    assert back.findings == ()


def test_what_a_tool_needs_to_know_stands_where_it_looks_for_it():
    root = fromstring(write_xliff(replace(sent(sides()), target_language="ar")))
    assert (root.get("srcLang"), root.get("trgLang"), root.get("version")) == ("es", "ar", "2.0")
    file = root.find(f"{CORE}file")
    assert (file.get("srcDir"), file.get("trgDir"), file.get("canResegment")) == ("ltr", "rtl", "no")
    assert file.get(f"{XML}space") == "preserve"
    assert file.find(f"{SIZES}profiles").get("generalProfile") == "xliff:codepoints"
    unit = file.find(f"{CORE}unit")
    assert unit.get("id") == "INT01-00000000"
    assert unit.get(f"{SIZES}sizeRestriction") == "50"
    source = unit.find(f"{CORE}segment/{CORE}source")
    assert [code.get("subType") for code in source] == ["xlf:lb"]


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (UnitStatus.UNTRANSLATED, "initial"),
        (UnitStatus.DRAFT, "initial"),
        (UnitStatus.STALE, "initial"),
        (UnitStatus.CONFLICT, "initial"),
        (UnitStatus.EDITED, "translated"),
        (UnitStatus.APPROVED, "final"),
    ],
)
def test_states_say_what_is_still_to_be_done(status, state):
    file = sent(sides())
    root = fromstring(write_xliff(replace(file, units=(replace(file.units[0], status=status),))))
    segment = root.find(f".//{CORE}segment")
    assert (segment.get("state"), segment.get("subState")) == (state, f"testimonio:{status.value}")


def test_an_id_that_is_no_xml_name_comes_back_all_the_same():
    file = sent(sides())
    odd = replace(file, units=(replace(file.units[0], id="uno&dos#1"), *file.units[1:]))
    content = write_xliff(odd)
    check(fromstring(content))
    assert read_xliff(content, file="x.xlf").units[0].id == "uno&dos#1"


def other_tool(body: str, version: str = "2.1", space: str = "", namespace: str = "2.0") -> bytes:
    return (
        f'<xliff xmlns="urn:oasis:names:tc:xliff:document:{namespace}" version="{version}" srcLang="es" trgLang="en-US"'
        f'{space}><file id="INT01.en">{body}</file></xliff>'
    ).encode()


UNIT = """<group id="g"><unit id="INT01-00000000">
<notes><note>Is it ours?</note><note category="testimonio">no</note></notes>
<originalData><data id="d1">&lt;font color="red"&gt;</data><data id="d2">&lt;/font&gt;</data></originalData>
<segment state="final"><source>Uno. </source>
<target>One <sc id="1" type="fmt" subType="xlf:i"/>two<ec startRef="1"/>.</target></segment>
<ignorable><source> </source></ignorable>
<segment state="reviewed"><source>Dos.</source>
<target><mrk id="m"><pc id="2" dataRefStart="d1" dataRefEnd="d2">Three</pc></mrk><ph id="3"
 equiv="&lt;br/&gt;"/>four<cp hex="00e9"/>.</target></segment></unit></group>"""


@pytest.mark.parametrize(("version", "namespace"), [("2.0", "2.0"), ("2.1", "2.0"), ("2.2", "2.2")])
def test_files_of_other_tools_are_read_in_all_versions(version, namespace):
    back = read_xliff(other_tool(UNIT, version, ' xml:space="preserve"', namespace), file="x.xlf")
    unit = back.units[0]
    assert unit.target == 'One <i>two</i>. <font color="red">Three</font>\nfouré.'
    assert unit.source == "Uno.  Dos."
    assert unit.trace is None
    assert (unit.done, unit.final) == (True, False)
    assert [one.text for one in unit.comments] == ["Is it ours?"]
    assert (back.reel, back.source_language, back.target_language) == ("INT01", "es", "en-US")


def test_white_space_counts_only_where_the_file_says_so():
    body = "<unit id='a'><segment><source>x</source><target>One\n   two  three</target></segment></unit>"
    assert read_xliff(other_tool(body), file="x.xlf").units[0].target == "One two three"
    kept = read_xliff(other_tool(body, space=' xml:space="preserve"'), file="x.xlf")
    assert kept.units[0].target == "One\n   two  three"


def test_segments_go_where_their_order_says():
    body = (
        "<unit id='a'><segment><source>a </source><target order='2'> first</target></segment>"
        "<segment><source>b</source><target order='1'>Second</target></segment></unit>"
    )
    assert read_xliff(other_tool(body, space=' xml:space="preserve"'), file="x.xlf").units[0].target == "Second first"


def test_half_a_translation_is_none_and_is_named():
    body = (
        "<unit id='a'><segment><source>a</source><target>A</target></segment>"
        "<segment><source>b</source></segment></unit>"
    )
    back = read_xliff(other_tool(body), file="x.xlf")
    assert back.units[0].target == ""
    assert "only a part of it is translated" in str(back.findings[0])


def test_a_code_that_says_nothing_is_named():
    body = "<unit id='a'><segment><source>a</source><target>A<ph id='7'/></target></segment></unit>"
    back = read_xliff(other_tool(body), file="x.xlf")
    assert back.units[0].target == "A"
    assert "1 of its codes say nothing that is known" in str(back.findings[0])


def test_traces_survive_a_tool_that_indents_them():
    content = write_xliff(sent(sides())).replace(b'type="trace">', b'type="trace">\n     ')
    unit = read_xliff(content, file="x.xlf").units[0]
    assert unit.trace is not None
    assert trace_in(str(unit.trace)) == unit.trace


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "no XML"),
        (b"<xliff", "no XML"),
        (b"<tmx/>", "it is no XLIFF file"),
        (
            b'<xliff xmlns="urn:oasis:names:tc:xliff:document:1.2" version="1.2"/>',
            "it is XLIFF '1.2', and only XLIFF 2",
        ),
        (b'<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.0"/>', "it holds 0 files"),
        (b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><xliff>&b;</xliff>', "declares a document type"),
        (b'<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd"><xliff/>', "declares a document type"),
        (b'<?xml version="1.0" encoding="klingon"?><xliff/>', "x.xlf"),
        ("<?xml version='1.0' encoding='UTF-8'?><xliff>á</xliff>".encode("latin-1"), "no XML"),
        (b"<a>" * 500, "levels"),
    ],
)
def test_hostile_files_are_refused_in_a_line(content, what):
    with pytest.raises(SubtitleError) as caught:
        read_xliff(content, file="x.xlf")
    assert what in str(caught.value)
    assert "\n" not in str(caught.value)
