"""What Word, LibreOffice, Excel and translators' tools do to a file on its way: nothing is lost in silence or moved."""

import copy
import csv
import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from subtitles.errors import SubtitleError
from subtitles.exchange.back import Brought, Rules, bring_back
from subtitles.exchange.csv_table import read_csv, write_csv
from subtitles.exchange.docx_back import read_docx
from subtitles.exchange.docx_table import write_docx
from subtitles.exchange.model import ReturnedFile
from subtitles.exchange.other_forms import refuse_others
from subtitles.exchange.units import units_of
from subtitles.exchange.xliff import write_xliff
from subtitles.exchange.xliff_back import read_xliff
from subtitles.style import OURS
from tests.exchange_film import ENGLISH, sent, sides

BOTH = sides()
RULES = Rules(style=OURS, rate=25)


def came_back(file: ReturnedFile, both=BOTH) -> Brought:
    return bring_back(file, both, RULES, reel="INT01")


def outcome(brought: Brought, before=ENGLISH) -> tuple[dict[int, str], str]:
    """Return what changed, by row from 1, and all that is said."""
    texts = [cue.text for cue in brought.merged.cues]
    assert len(texts) == len(before)
    changed = {at: now for at, (was, now) in enumerate(zip(before, texts, strict=True), start=1) if was != now}
    return changed, "\n".join(f"{one.severity.value}: {one}" for one in brought.findings)


@cache
def word_file() -> bytes:
    return write_docx(sent(BOTH))


def in_word(change: Callable) -> tuple[dict[int, str], str, Brought]:
    """Return what comes of the Word file after `change` of its document and table."""
    document = Document(io.BytesIO(word_file()))
    change(document, document.tables[0])
    saved = io.BytesIO()
    document.save(saved)
    brought = came_back(read_docx(saved.getvalue(), file="x.docx"))
    return *outcome(brought), brought


def write(cell, *paragraphs: str) -> None:
    for old in list(cell.p_lst):
        cell.remove(old)
    for one in paragraphs:
        cell.append(parse_xml(re.sub(r"^<w:(\w+)", rf"<w:\1 {nsdecls('w')}", one)))


def cell(table, row: int, column: int):
    return table.rows[row]._tr.tc_lst[column]


def said(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


@pytest.mark.parametrize(
    ("first", "second", "rows"),
    [
        ((5, 1), (5, 2), "5"),
        ((5, 2), (5, 3), "5"),
        ((5, 0), (5, 1), "5"),
        ((4, 2), (5, 2), "4-5"),
        ((4, 0), (5, 0), "4-5"),
    ],
)
def test_cells_joined_across_or_down_move_no_text_to_another_row(first, second, rows):
    changed, findings, _ = in_word(lambda _, table: table.cell(*first).merge(table.cell(*second)))
    assert changed == {}
    assert "cells of the row are joined together, and nothing of it is taken" in findings
    assert f"stay as they are: {rows};" in findings


def test_a_row_with_the_ids_of_two_subtitles_is_refused():
    def both_ids(_, table):
        other = copy.deepcopy(cell(table, 4, 0).p_lst[-1])
        cell(table, 5, 0).append(other)

    changed, findings, _ = in_word(both_ids)
    assert changed == {}
    assert "error: x.docx:6: the row has the ids of several subtitles" in findings


def insert(table, before: int, title: str, text: str) -> None:
    for at, row in enumerate(table.rows):
        made = copy.deepcopy(row._tr.tc_lst[3])
        write(made, said(title if at == 0 else text))
        row._tr.tc_lst[before].addprevious(made)


@pytest.mark.parametrize("before", [0, 2, 5])
def test_a_column_that_somebody_inserted_shifts_nothing_and_is_named(before):
    def change(_, table):
        insert(table, before, "Checked", "ok")
        write(cell(table, 5, 3 if before < 3 else 2), said("Nobody came."))

    changed, findings, _ = in_word(change)
    assert changed == {5: "Nobody came."}
    assert "what stands in the column 'Checked' is not taken: rows 2-6" in findings


def test_two_columns_of_translations_are_refused():
    with pytest.raises(SubtitleError, match=r"two columns of that kind: 'Translation .*' and 'Translation two"):
        in_word(lambda _, table: insert(table, 3, "Translation two [en]", "Other."))


DELETED_MARK = (
    '<w:p><w:pPr><w:rPr><w:del w:id="1" w:author="A"/></w:rPr></w:pPr>'
    '<w:r><w:t xml:space="preserve">No </w:t></w:r></w:p>'
)
PROMPT = (
    "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>"
    "<w:p><w:r><w:t>Click here.</w:t></w:r></w:p></w:sdtContent></w:sdt>"
)


@pytest.mark.parametrize(
    ("paragraphs", "text", "finding"),
    [
        (
            (
                DELETED_MARK,
                said("one."),
            ),
            "No one.",
            "it has tracked changes",
        ),
        (
            ("<w:p><w:r><w:t>Hi</w:t></w:r><w:r><w:pict><w:txbxContent><w:p/></w:txbxContent></w:pict></w:r></w:p>",),
            "Hi",
            "x.docx:6: a picture or a text box in a cell is not taken",
        ),
        (
            (said("Hi"), "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>in</w:t></w:r></w:p></w:tc></w:tr></w:tbl>", "<w:p/>"),
            "Hi",
            "x.docx:6: a table in a cell is not taken",
        ),
        (
            (PROMPT,),
            ENGLISH[3],
            "came back without a text",
        ),
        (("<w:p><w:r><w:t>a</w:t><w:ptab/><w:t>b</w:t></w:r></w:p>",), "a\tb", ""),
    ],
)
def test_what_word_puts_into_a_cell_is_read_or_named(paragraphs, text, finding):
    changed, findings, _ = in_word(lambda _, table: write(cell(table, 5, 2), *paragraphs))
    assert changed.get(5, ENGLISH[3]) == text
    assert set(changed) <= {5}
    assert finding in findings


def test_a_text_beside_the_table_and_a_comment_on_none_of_its_rows_are_said():
    def change(document, _):
        document.add_paragraph("Line four is unclear.")
        document.add_comment(document.paragraphs[0].runs, text="All well?", author="Ana", initials="A")

    changed, findings, _ = in_word(change)
    assert changed == {}
    assert "beside the table stands 'Line four is unclear.'" in findings
    assert "the remark 'All well?' of 'Ana' is on no subtitle" in findings
    assert "Escriba" not in findings


def test_what_is_typed_among_the_notes_is_a_remark():
    changed, findings, brought = in_word(lambda _, table: write(cell(table, 5, 4), said("Who is this?")))
    assert (changed, findings) == ({}, "")
    assert [(name, one.text) for name, one in brought.comments] == [("INT01-00012000", "Who is this?")]


def test_words_in_place_of_a_limit_are_named():
    _, findings, _ = in_word(lambda _, table: write(cell(table, 5, 3), said("too short")))
    assert "is not taken: row 6" in findings


def test_a_footnote_is_a_remark_on_its_row():
    document = Document(io.BytesIO(word_file()))
    write(
        cell(document.tables[0], 5, 2),
        '<w:p><w:r><w:t>No one.</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r></w:p>',
    )
    saved = io.BytesIO()
    document.save(saved)
    with zipfile.ZipFile(saved, "a") as package:
        text = f'<w:footnotes {nsdecls("w")}><w:footnote w:id="2">{said("Or nobody?")}</w:footnote></w:footnotes>'
        package.writestr("word/footnotes.xml", text)
    brought = came_back(read_docx(saved.getvalue(), file="x.docx"))
    assert [one.text for _, one in brought.comments] == ["Or nobody?"]


CONVERTED = (
    "1/2", "3-4", "007", "1.50", "1,000", "1e5", "+34 600", "12:30", "00:01", "(3)", "$5.00", "10 %", "2020-01-02", "TRUE",
    "falso", "12 May", "May 1985", "12 de mayo de 1985", "5 dic", "#N/A", "123456789012345678",
)  # fmt: skip
KEPT = ("1985", "42", "'85 was bad", "5 km", "No. 7", "May I?", "3 men", "True enough.", "- Yes.", "1st")


def test_no_text_in_a_csv_is_what_a_spreadsheet_would_convert():
    both = sides(CONVERTED, CONVERTED)
    content = write_csv(sent(both, film="007"))
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert {row["target [en]"][0] for row in rows} == {row["source [es]"][0] for row in rows} == {"'"}
    back = read_csv(content, file="x.csv")
    assert (back.film, tuple(one.target for one in back.units)) == ("007", CONVERTED)
    assert outcome(came_back(back, both), CONVERTED) == ({}, "")


def test_other_texts_in_a_csv_stand_as_they_are():
    texts = [
        row[5] for row in csv.reader(io.StringIO(write_csv(sent(sides(KEPT, KEPT))).decode("utf-8-sig"), newline=""))
    ]
    assert texts[1:] == ["'- Yes." if text == "- Yes." else text for text in KEPT]


def test_letters_that_a_spreadsheet_saved_as_question_marks_replace_nothing():
    english = ("שלום עולם", "Fine 😀", "Nadie…", "a\u202fb", "plain")
    both = sides(tuple(f"uno {at}" for at in range(5)), english)
    text = (
        write_csv(sent(both), separator=";")
        .decode("utf-8-sig")
        .replace("Nadie…", "Nadie?")
        .replace("plain", "é ???? d")
    )
    content = text.replace("\u202f", " ").encode("cp1252", "replace")
    brought = came_back(read_csv(content, file="x.csv", encoding="cp1252"), both)
    changed, findings = outcome(brought, english)
    assert changed == {3: "Nadie?", 4: "a b", 5: "é ???? d"}
    assert findings.count("letters were lost when it was saved in cp1252") == 2
    assert "its question marks may stand for letters that cp1252 has not: 'é ???? d'" in findings


def test_new_words_that_are_question_marks_alone_are_refused():
    text = (
        write_csv(sent(BOTH))
        .decode("utf-8-sig")
        .replace("No one expected us.", "???? ????")
        .replace("¿", "")
        .replace("é", "e")
    )
    text = text.encode("ascii", "ignore")
    changed, findings = outcome(came_back(read_csv(text, file="x.csv")))
    assert changed == {}
    assert "letters were lost when it was saved in ascii, and '???? ????' is not taken" in findings


def test_columns_of_somebodys_own_in_a_csv_are_named_where_they_hold_something():
    rows = list(csv.reader(io.StringIO(write_csv(sent(BOTH)).decode("utf-8-sig"), newline="")))
    saved = io.StringIO(newline="")
    csv.writer(saved).writerows([[*row[:2], "check" if at == 0 else "", *row[2:], ""] for at, row in enumerate(rows)])
    assert read_csv(saved.getvalue().encode(), file="x.csv").findings == ()
    text = saved.getvalue().replace("00:00:00.000,,", "00:00:00.000,look,")
    assert "what stands in the column 'check' is not taken: line 2" in str(
        read_csv(text.encode(), file="x.csv").findings
    )


@cache
def xliff() -> str:
    return write_xliff(sent(BOTH)).decode()


def in_tool(before: str, after: str, *, count: int = 0) -> tuple[dict[int, str], str, Brought]:
    """Return what comes of the XLIFF file after a tool replaced a pattern."""
    text, times = re.subn(before, lambda found: found.expand(after), xliff(), count=count, flags=re.DOTALL)
    assert times
    brought = came_back(read_xliff(text.encode(), file="x.xlf"))
    return *outcome(brought), brought


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (r'<pc id="(\w+)"[^>]*>', r'<pc id="\1">'),
        (r'<ph id="(lb\d+)"[^>]*>', r'<ph id="\1"/>'),
        (r'<ph id="(d\d+-\d+)"[^>]*>', r'<ph id="\1"/>'),
        (r' category="testimonio">0', ">0"),
        (r"<mda:metadata>.*?</mda:metadata>", ""),
        (r' xml:space="preserve"', ""),
    ],
)
def test_what_a_tool_strips_or_moves_changes_nothing(before, after):
    changed, findings, brought = in_tool(before, after)
    assert (changed, brought.comments) == ({}, ())
    assert "error" not in findings


def test_words_inside_of_codes_that_nobody_knows_are_kept():
    changed, findings, _ = in_tool("No one expected us.", 'No <g id="1">one</g> came.')
    assert changed == {5: "No one came."}
    assert "say nothing that is known" in findings


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("No one expected us.", r'\g<0><mrk id="m" type="comment" value="Sure?"/>'),
        (r"(<target>No one expected us.</target>)", r"\1<notes><note>Sure?</note></notes>"),
        (r"(<note[^>]*>00:00:12)", r"<note>Sure?</note>\1"),
    ],
)
def test_remarks_are_found_wherever_tools_put_them(before, after):
    changed, findings, brought = in_tool(before, after)
    assert (changed, findings) == ({}, "")
    assert [(name, one.text) for name, one in brought.comments] == [("INT01-00012000", "Sure?")]


def test_a_remark_on_the_whole_file_is_said():
    _, findings, _ = in_tool("<unit ", "<notes><note>All clear?</note></notes><unit ", count=1)
    assert "the remark 'All clear?' is on no subtitle" in findings


def test_of_two_translations_in_one_segment_none_is_taken():
    changed, findings, _ = in_tool("<target>No one expected us.</target>", r"\g<0><target>Other.</target>")
    assert changed == {}
    assert "one of its segments has several translations, and none is taken" in findings


def test_tags_whose_words_a_tool_dropped_are_said():
    _, findings, _ = in_tool("three days</pc>.", "</pc>")
    assert "a pair of tags holds no words any more" in findings


def test_xliff_without_its_namespace_is_refused_as_that():
    text = xliff().replace(' xmlns="urn:oasis:names:tc:xliff:document:2.0"', "")
    with pytest.raises(SubtitleError, match="not in the namespace"):
        read_xliff(text.encode(), file="x.xlf")


def test_the_other_side_of_a_conflict_goes_out_as_a_note():
    others = {"INT01-00000000": "Two of us.", "INT01-00003000": "", "INT01-00006000": ENGLISH[2]}
    both = replace(BOTH, conflicts=frozenset(others), others=others)
    notes = [unit.note for unit in units_of(both, OURS)][:4]
    assert notes[:2] == ["in conflict; the other version: Two of us.", "in conflict; the other version is gone"]
    assert notes[2:] == ["in conflict; the other version has the same text at other times", ""]
    for made in (write_xliff(sent(both)), write_csv(sent(both))):
        assert b"the other version: Two of us." in made
    assert outcome(came_back(read_docx(write_docx(sent(both)), file="x.docx"), both)) == ({}, "")


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (rb"{\rtf1 x}", "rich text"),
        (b"%PDF-1.7", "PDF"),
        (b"\xef\xbb\xbf<!DOCTYPE html><html>", "web page"),
        (b"1\n00:00:01,000 --> 00:00:02,000\nHi\n", "subtitle file"),
        (b"PK\x03\x04" + bytes(26) + b"mimetypeapplication/vnd.oasis.opendocument.text", "LibreOffice"),
        (b"PK\x03\x04" + bytes(26) + b"xl/workbook.xml", "Excel"),
    ],
)
def test_files_of_other_forms_are_named_for_what_they_are(content, what):
    with pytest.raises(SubtitleError, match=what):
        refuse_others(content, file="x")


def test_our_own_forms_are_none_of_the_others():
    for made in (write_docx(sent(BOTH)), write_csv(sent(BOTH)), write_xliff(sent(BOTH))):
        refuse_others(made, file="x")
