"""CSV and DOCX: what goes out comes back as it was, from whatever program saved it, and nothing in it is run."""

import csv
import io
import zipfile
from dataclasses import replace

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st

from subtitles.errors import SubtitleError
from subtitles.exchange.csv_table import SEPARATORS, read_csv, write_csv
from subtitles.exchange.docx_back import read_docx
from subtitles.exchange.docx_table import right_to_left, write_docx
from subtitles.exchange.letters import held, unheld
from subtitles.exchange.model import ExchangeFile, ReturnedFile, trace_in
from tests.exchange_film import ENGLISH, SPANISH, sent, sides

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TEXTS = st.text(
    st.one_of(st.sampled_from("=+-@\t'\"<>&;,\n U+000B\\{}¿ñ"), st.characters(exclude_categories=["Cs"])), max_size=40
).filter(lambda text: "\r" not in text)


def pairs(file: ExchangeFile | ReturnedFile) -> list[tuple[str, str, str]]:
    return [(unit.id, unit.source or "", unit.target) for unit in file.units]


def with_texts(targets: list[str], sources: list[str]) -> ExchangeFile:
    file = sent(sides())
    units = tuple(
        replace(unit, target=target, source=source)
        for unit, target, source in zip(file.units, targets, sources, strict=False)
    )
    return replace(file, units=units)


def edited(content: bytes, change, part: str = "word/document.xml") -> bytes:
    """Return a .docx with one of its parts changed."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as package, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in package.namelist():
            data = package.read(name)
            new.writestr(name, change(data) if name == part else data)
    return made.getvalue()


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=4), st.sampled_from(SEPARATORS))
def test_any_text_survives_a_csv_file(texts, separator):
    file = with_texts([target for target, _ in texts], [source for _, source in texts])
    back = read_csv(write_csv(file, separator=separator), file="x.csv")
    assert pairs(back) == pairs(file)
    assert (back.film, back.reel, back.source_language, back.target_language) == ("Tres días", "INT01", "es", "en")


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=4))
def test_any_text_survives_a_word_file(texts):
    file = with_texts([target for target, _ in texts], [source for _, source in texts])
    assert pairs(read_docx(write_docx(file), file="x.docx")) == pairs(file)


@given(TEXTS)
def test_letters_that_no_xml_holds_come_back(text):
    written = held(text)
    assert unheld(written) == text
    assert not any(ord(letter) < 32 and letter not in "\t\n" for letter in written)


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "＝1", "'=1"])
def test_no_cell_of_a_csv_begins_as_a_formula(cell):
    file = replace(with_texts([cell] * 5, [cell] * 5), film=cell)
    text = write_csv(file).decode("utf-8-sig")
    for row in csv.reader(io.StringIO(text, newline="")):
        assert not any(one.startswith(("=", "+", "-", "@", "\t", "＝", "＋", "－", "＠")) for one in row)
    assert pairs(read_csv(text.encode(), file="x.csv")) == pairs(file)


def test_a_csv_is_found_to_be_utf_8_by_excel():
    assert write_csv(sent(sides())).startswith(b"\xef\xbb\xbf")


def test_a_csv_comes_back_as_spreadsheets_save_it():
    file = sent(sides())
    rows = list(csv.reader(io.StringIO(write_csv(file).decode("utf-8-sig"), newline="")))
    for row in rows[1:]:
        row[1:4] = ["00:00,0", "0:00:02", "5E+01"]  # times and numbers as Excel likes them
        row.append("")
    rows[0].append("my own")
    rows[2][6] = "Is it three?"
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows([*rows, [], ["", ""]])
    for content in (
        text.getvalue().encode("utf-8-sig"),
        text.getvalue().encode("utf-16"),
        b"sep=;\r\n" + text.getvalue().encode(),
    ):
        back = read_csv(content, file="x.csv")
        assert pairs(back) == pairs(file)
        assert [one.text for one in back.units[1].comments] == ["Is it three?"]


def test_lines_of_a_csv_are_those_of_the_file():
    back = read_csv(write_csv(sent(sides())), file="x.csv")
    assert [unit.line for unit in back.units] == [2, 5, 6, 7, 8]  # the first cue has two lines in each language


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "the table is empty"),
        (b"\n\n", "the table is empty"),
        (b"id,source,target\n", "no column 'source', 'target', 'film' and 'reel'"),
        (b"a,b\n1,2\n", "x.csv:1: there is no column 'id', 'source'"),
        (b"id,source [es],target [en],target [en],film,reel\n", "x.csv:1: the column 'target' is there twice"),
        (b'id,source [es],target [en],film,reel\n1,"a"b,c,d,e\n', "x.csv:2: from here on this is no CSV"),
        (b'id,source [es],target [en],film,reel\n1,"abc', "no CSV"),
        (b"id,source [es],target [en],film,reel\n1,a,b,F,R,extra\n", "x.csv:2: the row has more columns"),
        (b"id,source [es],target [en],film,reel\n1,a,b,F,R\n2,a,b,F,S\n", "x.csv:3: this row is of S in 'F'"),
        (
            "id,source [es],target [en],film,reel\n1,á,b,F,R\n".encode("latin-1"),
            "x.csv:2: the bytes from here are not UTF-8",
        ),
        (b"id,source [es]\0,target\n", "NUL"),
    ],
)
def test_what_is_no_table_of_ours_is_refused_in_a_line(content, what):
    with pytest.raises(SubtitleError) as caught:
        read_csv(content, file="x.csv")
    assert what in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_csv_in_an_old_encoding_is_read_when_it_is_named():
    content = "id,source [es],target [en],film,reel\n1,á,b,F,R\n".encode("latin-1")
    assert read_csv(content, file="x.csv", encoding="windows-1252").units[0].source == "á"


def test_a_word_table_has_shaded_sources_and_headings_on_each_page():
    table = Document(io.BytesIO(write_docx(sent(sides())))).tables[0]
    assert [cell.text for cell in table.rows[0].cells][1:3] == [
        "Source · Original [es]",
        "Translation · Traducción [en]",
    ]
    assert [row.cells[1].text for row in table.rows][1:] == list(SPANISH)
    assert [row.cells[2].text for row in table.rows][1:] == list(ENGLISH)
    assert table.rows[0]._tr.find(f"{{{W}}}trPr/{{{W}}}tblHeader") is not None
    shades = [cell._tc.find(f"{{{W}}}tcPr/{{{W}}}shd") is not None for cell in table.rows[1].cells]
    assert shades == [True, True, False, True, True, False]
    trace = trace_in(table.rows[1].cells[0].text.split("\n")[-1])
    assert trace is not None
    assert trace.id == "INT01-00000000"


def test_a_word_file_says_what_to_do_in_both_languages():
    texts = [paragraph.text for paragraph in Document(io.BytesIO(write_docx(sent(sides())))).paragraphs]
    assert texts[0] == "Tres días · INT01 · es → en"
    assert any(text.startswith("Write the translation into the third column") for text in texts)
    assert any(text.startswith("Escriba la traducción en la tercera columna") for text in texts)


@pytest.mark.parametrize(
    ("language", "expected"),
    [("ar", True), ("he-IL", True), ("fa", True), ("es", False), ("az-Arab", True), ("ar-Latn", False), ("pa", False)],
)
def test_scripts_from_right_to_left_are_known(language, expected):
    assert right_to_left(language) is expected


def test_cells_of_a_language_from_right_to_left_are_set_that_way():
    file = replace(sent(sides()), target_language="ar")
    arabic = replace(file, units=(replace(file.units[0], target="مشينا\nثلاثة أيام"), *file.units[1:]))
    content = write_docx(arabic)
    cells = Document(io.BytesIO(content)).tables[0].rows[1].cells
    target = cells[2].paragraphs[0]._p
    assert target.find(f"{{{W}}}pPr/{{{W}}}bidi") is not None
    assert target.find(f"{{{W}}}r/{{{W}}}rPr/{{{W}}}rtl") is not None
    assert target.find(f"{{{W}}}r/{{{W}}}rPr/{{{W}}}lang").get(f"{{{W}}}bidi") == "ar"
    assert cells[1].paragraphs[0]._p.find(f"{{{W}}}pPr/{{{W}}}bidi") is None
    assert read_docx(content, file="x.docx").units[0].target == "مشينا\nثلاثة أيام"


def test_what_a_translator_does_in_word_is_understood():
    document = Document(io.BytesIO(write_docx(sent(sides()))))
    rows = document.tables[0].rows
    cell = rows[1].cells[2]
    cell.text = "-What happened?"
    cell.add_paragraph("-It ")
    cell.paragraphs[1].add_run("poured").italic = True
    cell.paragraphs[1].add_run(".")
    rows[2].cells[5].text = "Three, or four?"
    document.add_comment(rows[3].cells[2].paragraphs[0].runs[0], text="Is the river named?", author="M.")
    saved = io.BytesIO()
    document.save(saved)
    back = read_docx(saved.getvalue(), file="x.docx")
    assert back.units[0].target == "-What happened?\n-It <i>poured</i>."
    assert [one.text for one in back.units[1].comments] == ["Three, or four?"]
    assert [(one.text, one.who) for one in back.units[2].comments] == [("Is the river named?", "M.")]
    assert pairs(back)[1:] == pairs(sent(sides()))[1:]


def test_tracked_changes_count_as_accepted_and_are_named():
    def track(data: bytes) -> bytes:
        old = b'<w:t xml:space="preserve">No one expected us.</w:t>'
        assert old in data
        run = b"</w:r><w:ins w:id='1'><w:r><w:t>Nobody</w:t></w:r></w:ins><w:del w:id='2'><w:r><w:delText>No one</w:delText>"
        return data.replace(old, run + b"</w:r></w:del><w:r><w:t xml:space='preserve'> expected us.</w:t>")

    back = read_docx(edited(write_docx(sent(sides())), track), file="x.docx")
    assert back.units[4].target == "Nobody expected us."
    assert "tracked changes" in str(back.findings[0])


def test_a_dash_that_word_made_a_list_of_is_a_dash():
    def bullet(data: bytes) -> bytes:
        run = b'<w:r><w:rPr><w:sz w:val="22"/><w:szCs w:val="22"/><w:lang w:val="en"/></w:rPr>'
        old = run + b'<w:t xml:space="preserve">No one expected us.</w:t>'
        assert old in data
        return data.replace(old, b'<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr>' + old)

    back = read_docx(edited(write_docx(sent(sides())), bullet), file="x.docx")
    assert back.units[4].target == "- No one expected us."


def test_a_table_that_was_parted_is_read_on():
    def part(data: bytes) -> bytes:
        rows = data.split(b"<w:tr>")
        again = b"</w:tbl><w:p/><w:tbl><w:tblPr/><w:tblGrid/>"
        return b"<w:tr>".join(rows[:4]) + again + b"<w:tr>" + b"<w:tr>".join(rows[4:])

    file = sent(sides())
    assert pairs(read_docx(edited(write_docx(file), part), file="x.docx")) == pairs(file)


def test_a_row_with_joined_cells_is_named():
    def join(data: bytes) -> bytes:
        rows = data.split(b"<w:tr>")
        cells = rows[3].split(b"<w:tc>")
        rows[3] = b"<w:tc>".join(cells[:2]) + b"</w:tr>"
        return b"<w:tr>".join(rows)

    back = read_docx(edited(write_docx(sent(sides())), join), file="x.docx")
    assert "x.docx:3: cells of the row are joined together" in str(back.findings[0])
    assert len(back.units) == 4


def bomb(size: int) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", b"<a>" + b" " * size)
    return made.getvalue()


def packed(**parts: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as package:
        for name, text in parts.items():
            package.writestr(name.replace("__", "/").replace("_dot_", "."), text)
    return made.getvalue()


LAUGHS = '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><document>&b;</document>'
READS = '<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]><document>&a;</document>'


HOSTILE = {
    "empty": (lambda: b"", "no whole .docx file"),
    "cut off": (lambda: b"PK\x03\x04 and then nothing", "no whole .docx file"),
    "old": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "an old Word file, or has a password"),
    "one large part": (lambda: bomb((64 << 20) + 1), "larger than 64 MiB"),
    "large in all": (lambda: bomb(300 << 20), "far more than a text"),
    "macros": (lambda: packed(word__vbaProject_dot_bin="x", word__document_dot_xml="<a/>"), "macros"),
    "laughs": (lambda: packed(word__document_dot_xml=LAUGHS), "declares a document type"),
    "reads": (lambda: packed(word__document_dot_xml=READS), "declares a document type"),
    "deep": (lambda: packed(word__document_dot_xml="<document>" + "<a>" * 300), "levels"),
    "open": (lambda: packed(word__document_dot_xml="<document><body>"), "no XML"),
    "bare": (lambda: packed(word__document_dot_xml="<document/>"), "no table with the columns"),
    "sheet": (lambda: packed(word__document_dot_xml="<workbook/>"), "no Word file"),
    "other office": (lambda: packed(content_dot_xml="<office/>"), "no Word file"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_word_files_are_refused_in_a_line(kind):
    made, what = HOSTILE[kind]
    with pytest.raises(SubtitleError) as caught:
        read_docx(made(), file="x.docx")
    assert what in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "root:" not in str(caught.value)


def test_a_part_that_lies_about_its_size_is_not_unpacked_whole():
    content = bytearray(bomb((64 << 20) + 1))
    size = ((64 << 20) + 1 + 3).to_bytes(4, "little")
    small = (100).to_bytes(4, "little")
    with pytest.raises(SubtitleError):
        read_docx(bytes(content).replace(size, small), file="x.docx")
