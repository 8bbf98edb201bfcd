"""Remarks come back as spreadsheets write them, become a cut's own, and nobody's lines are lost or doubled."""

import json
from fractions import Fraction
from pathlib import Path

import pytest

from footage_manifest.timecode import Clock
from pipeline.assembly.remarks_sheet import read_sheet
from pipeline.assembly.review import add_remarks, read_remarks
from pipeline.errors import TimelineError, UsageError
from tests.film_folder import write_film
from tests.made_film import typed

PAL = Clock(Fraction(25))
DROP = Clock(Fraction(30000, 1001), drop=True)
SENT = 'timecode,remark,name\n01:00:00:05,Too long,Ana\n01:00:01:00,"Cut, here",Luis\n'


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """A film whose cut was delivered once: fifty frames from 01:00:00:00."""
    folder = write_film(tmp_path)
    place = folder / "deliverables" / "forum"
    for version, where in ((2, place), (1, place / "v1")):
        where.mkdir(parents=True, exist_ok=True)
        frames = 50 if version == 2 else 100
        report = {"version": version, "starts_at": "01:00:00:00", "frames": frames}
        (where / "report.json").write_text(json.dumps(report))
    return folder


def sent(folder: Path, content: str | bytes) -> Path:
    path = folder / "from Ana.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def own(film: Path) -> Path:
    return film / "cuts" / "forum.remarks.csv"


def said(data: bytes, clock: Clock = PAL) -> list[tuple[int, str, str]]:
    return [(one.frame, one.text, one.name) for one in read_sheet(data, "x.csv", clock).remarks]


def refused(data: bytes, clock: Clock = PAL) -> list[tuple[int | None, str]]:
    with pytest.raises(TimelineError) as caught:
        read_sheet(data, "x.csv", clock)
    return [(one.line, one.what) for one in caught.value.findings]


TEXT = 'timecode;remark;name\r\n1:00:00:05;Más corto, por favor;Ana\r\n\r\n01:00:01;"dos\nlíneas";\r\n'
WANTED = [(90005, "Más corto, por favor", "Ana"), (90025, "dos\nlíneas", "")]


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("cp1252"),
        TEXT.replace(";", "\t").encode("utf-16"),
        ("sep=;\r\n" + TEXT).encode(),
        TEXT.replace("timecode;remark;name", "Código de tiempo;Comentario;Quién").encode("cp1252"),
        TEXT.partition("\r\n")[2].encode(),
    ],
    ids=["plain", "marked", "windows", "excel unicode", "sep", "spanish", "no heading"],
)
def test_spreadsheets_of_any_country_are_read(data: bytes) -> None:
    assert said(data) == WANTED


def test_columns_may_stand_in_any_order_beside_others() -> None:
    data = b"No.,Who,TC,Comment,done\n1,Ana,01:00:00:00,Good,x\n2,Luis,01:00:00:01,,\n"
    assert refused(data) == [(3, "the line has no remark")]
    assert said(data.replace(b"01,,", b"01,Bad,")) == [(90000, "Good", "Ana"), (90001, "Bad", "Luis")]


def test_drop_frame_labels_survive_semicolons_that_part_columns() -> None:
    frame = 107892 + 1800  # 01:01:00;02 is the first label of its minute
    assert said(b"timecode;remark;name\n01:01:00;02;here;Ana\n01:01:00;there;\n", DROP) == [
        (frame, "here", "Ana"),
        (frame, "there", ""),
    ]
    assert refused(b"01:01:00;00;here;Ana\n", DROP)[0][0] == 1


def test_every_bad_line_is_named_at_once() -> None:
    data = b"timecode,remark,name\nsoon,Too long,Ana\n01:00:00:25,x,\n01:00:00:00,a,b,c\n01:00:00:00,fine,\n"
    assert refused(data) == [
        (2, "'soon' is no timecode"),
        (3, "01:00:00:25 does not exist at 25 frames a second: frames go to 24"),
        (4, "the line has more columns than the heading"),
    ]
    assert refused(b"when,what\n1,2\n") == [(1, "the heading has not one column each for timecode and remark")]
    assert refused(b'01:00:00:00,"never ends\n')[0][1].startswith("is not CSV")
    assert refused(b"\x00\x01\x02,\n") == [(None, "is not text")]


def test_remarks_become_the_cuts_own_with_the_version_they_are_on(film: Path) -> None:
    added = add_remarks(film, "forum", sent(film, SENT))
    assert (added.new, added.known) == (2, 0)
    assert [(one.timecode, one.text, one.version) for one in read_remarks(film, "forum")] == [
        ("01:00:00:05", "Too long", 2),
        ("01:00:01:00", "Cut, here", 2),
    ]
    before = own(film).read_bytes()
    assert add_remarks(film, "forum", sent(film, SENT)).known == 2
    assert own(film).read_bytes() == before
    late = "timecode,remark\n01:00:03:00,Late\n"
    with pytest.raises(
        TimelineError, match=r"01:00:03:00 is not in the cut, which runs from 01:00:00:00 to 01:00:02:00"
    ):
        add_remarks(film, "forum", sent(film, late))
    assert own(film).read_bytes() == before
    assert add_remarks(film, "forum", sent(film, late), version=1).new == 1
    assert own(film).read_bytes().startswith(before)
    assert read_remarks(film, "forum")[2].version == 1


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_what_people_wrote_into_the_file_stays_as_they_wrote_it(film: Path, encoding: str) -> None:
    mine = "name;done;remark;timecode\nPeña;sí;mío;01:00:00:00"  # no line end, columns of their own
    own(film).write_bytes(mine.encode(encoding))
    assert add_remarks(film, "forum", sent(film, SENT)).new == 2
    data = own(film).read_bytes()
    assert data.startswith(mine.encode(encoding))
    lines = data.decode(encoding).splitlines()
    assert lines[2:] == ["Ana;;Too long;01:00:00:05", "Luis;;Cut, here;01:00:01:00"]
    assert [one.text for one in read_remarks(film, "forum")] == ["mío", "Too long", "Cut, here"]


def test_what_the_file_cannot_hold_is_refused_before_anything_is_written(film: Path) -> None:
    own(film).write_bytes("timecode,remark\n01:00:00:00,mío\n".encode("cp1252"))
    before = own(film).read_bytes()
    with pytest.raises(TimelineError, match=r"cannot hold '→'.*save it again as CSV in UTF-8"):
        add_remarks(film, "forum", sent(film, "timecode,remark\n01:00:00:01,a → b\n"))
    assert own(film).read_bytes() == before


def test_cuts_files_and_deliveries_that_there_are_not(film: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no cut 'forun'; did you mean 'forum'"):
        add_remarks(film, "forun", sent(film, SENT))
    with pytest.raises(UsageError, match=r"none\.csv cannot be read"):
        add_remarks(film, "forum", tmp_path / "none.csv")
    with pytest.raises(UsageError, match="there is no delivery v7 of forum"):
        add_remarks(film, "forum", sent(film, SENT), version=7)
    (film / "deliverables" / "forum" / "report.json").unlink()
    (film / "deliverables" / "forum" / "v1" / "report.json").unlink()
    with pytest.raises(UsageError, match="has not been delivered yet"):
        add_remarks(film, "forum", sent(film, SENT))


def test_the_commands_take_list_and_count_them(film: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, document = typed(capsys, "remarks", "add", film, "forum", sent(film, SENT))
    assert (status, document["new"]) == (0, 2)
    status, document = typed(capsys, "remarks", "list", film)
    assert [one["text"] for one in document["cuts"]["forum"]] == ["Too long", "Cut, here"]
    assert typed(capsys, "status", film)[1]["cuts"][0]["remarks"] == 2
    own(film).write_text("timecode,remark\nsoon,x\n")
    status, document = typed(capsys, "remarks", "list", film, "--cut", "forum")
    assert status == 4
    (problem,) = document["problems"]
    assert problem.startswith("cuts/forum.remarks.csv:2: timecode: 'soon' is no timecode; write the timecode that")
    assert "'soon' is no timecode" in typed(capsys, "status", film)[1]["cuts"][0]["problems"][-1]
