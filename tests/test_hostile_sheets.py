"""Marks that wish the sheet ill in which they stand: formulas, signs that are no text, letters that it cannot hold."""

import csv
import io
from pathlib import Path

import pytest

from footage_manifest.load import load_production
from pipeline.assembly import road, survey
from pipeline.assembly.mark_list import listed_marks, mark_passage
from pipeline.assembly.marks import FILE, read_marks
from pipeline.assembly.options import RunOptions, Step
from pipeline.assembly.track_names import TRANSCRIPTS
from pipeline.errors import UsageError
from subtitles.errors import SubtitleError
from tests.fake_bench import SilentProgress
from tests.page_film import at_work
from tests.paper_film import FILE as PAPER
from tests.paper_film import make_film

TIMES = ("01:00:01:00", "01:00:02:00")
HEAD = "reel,from,to,tags,by,note\n"


@pytest.fixture
def film(tmp_path: Path) -> Path:
    folder = make_film(tmp_path / "film")
    (folder / TRANSCRIPTS).mkdir()
    (folder / PAPER).write_text("# One\n", "utf-8")
    return folder


def cells(film: Path) -> list[str]:
    return list(csv.reader(io.StringIO((film / FILE).read_text("utf-8"))))[-1]


@pytest.mark.parametrize("text", ['=HYPERLINK("http://x")', "+1", "-1+1", "@SUM(A1)", "＝1+1", "'=1", "''@x"])
def test_what_a_spreadsheet_would_run_is_text_in_the_sheet_and_the_same_when_read(film: Path, text: str) -> None:
    mark_passage(film, "INT01", TIMES, (text,), by=text, note=text)
    assert cells(film)[3:] == [f"'{text}"] * 3
    [mark] = read_marks(film, load_production(film).production).marks
    assert (mark.tags, mark.by, mark.note) == ((text,), text, text)


@pytest.mark.parametrize("text", ["best take", "it's", "'quoted'", "a=b", "'"])
def test_other_words_stand_in_the_sheet_as_they_are(film: Path, text: str) -> None:
    mark_passage(film, "INT01", TIMES, (text,))
    assert cells(film)[3] == text
    assert listed_marks(film).marks[0].tags == (text,)


@pytest.mark.parametrize("text", ["a\0b", "a\x1b[2Jb", "\x7f", "a\udcffb"])
@pytest.mark.parametrize("where", ["tag", "by", "note"])
def test_signs_that_are_no_text_spoil_no_sheet(film: Path, where: str, text: str) -> None:
    (film / FILE).write_text(HEAD, "utf-8")
    tags, others = ((text,), {}) if where == "tag" else (("rescue",), {where: text})
    with pytest.raises(UsageError, match="no text"):
        mark_passage(film, "INT01", TIMES, tags, **others)
    assert (film / FILE).read_text("utf-8") == HEAD


def test_what_the_page_sends_spoils_no_sheet(film: Path) -> None:
    mark_passage(film, "INT01", TIMES, ("rescue",))
    before = (film / FILE).read_bytes()
    with road.opened(RunOptions(folder=film, to=Step.PROBE), SilentProgress()) as site:
        survey.survey(site, ("INT01",), ())
    refused = at_work(film).change("POST", "/api/reels/INT01/marks", {"from_ms": 0, "to_ms": 900, "tags": ["a\0b"]})
    assert refused.status_code == 422
    assert (film / FILE).read_bytes() == before


def test_letters_that_a_sheet_cannot_hold_are_refused_and_it_stays(film: Path) -> None:
    old = "reel,from,to,tags,by,note\nINT01,01:00:03:00,01:00:04:00,río,,\n".encode("cp1252")
    (film / FILE).write_bytes(old)
    with pytest.raises(SubtitleError, match="UTF-8"):
        mark_passage(film, "INT01", TIMES, ("Łódź",))
    assert (film / FILE).read_bytes() == old
    mark_passage(film, "INT01", TIMES, ("niña",))
    assert (film / FILE).read_bytes().startswith(old)
    assert [mark.tags for mark in listed_marks(film).marks] == [("río",), ("niña",)]
