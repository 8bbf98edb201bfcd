"""Marks on the review page: added and taken out line by line, in a file that stays its owners'."""

from pathlib import Path
from typing import Any

import pytest

from pipeline.assembly import road, survey
from pipeline.assembly.options import RunOptions, Step
from pipeline.assembly.review_desk import ReviewDesk
from pipeline.cli.answering import answer
from tests.fake_bench import SilentProgress
from tests.page_film import at_work
from tests.paper_film import FILE, MANIFEST, Hearing, at_ms, make_film

OWN = '\ufeffreel;from;to;tags;note;by\r\nINT02;00:00:01:00;00:00:02:00;"río; noche";"say ""ah""";Eva\r\n'
PATH = "/api/reels/INT01/marks"


@pytest.fixture
def film(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = make_film(tmp_path / "film")
    Hearing(monkeypatch)
    (folder / "transcripts").mkdir()
    (folder / FILE).write_text("# One\n", "utf-8")
    (folder / "transcripts" / "marks.csv").write_bytes(OWN.encode())
    with road.opened(RunOptions(folder=folder, to=Step.PROBE), SilentProgress()) as site:
        survey.survey(site, site.production.manifest.reels, ())
    return folder


def content(film: Path) -> str:
    return (film / "transcripts" / "marks.csv").read_bytes().decode()


def mark(film: Path, **options: Any) -> list[dict[str, Any]]:
    begin = at_ms("INT01", "Salimos")
    body = {"from_ms": begin, "to_ms": begin + 1300, "tags": ["rescue", "best take"]} | options
    made = at_work(film, reviewer="Ana").change("POST", PATH, body)
    assert made.status_code == 200, made.text
    return made.json()["marks"]


def test_a_mark_is_one_line_more_in_the_dialect_of_the_file(film: Path) -> None:
    [made] = mark(film)
    assert content(film) == OWN + "INT01;01:00:02:00;01:00:03:08;rescue; best take;;Ana\r\n".replace(
        "rescue; best take", '"rescue; best take"'
    )
    assert (made["tags"], made["by"], made["from_ms"]) == (["rescue", "best take"], "Ana", at_ms("INT01", "Salimos"))
    assert at_work(film).get(PATH).json()["marks"] == [made]


def test_a_mark_is_taken_out_and_the_rest_keeps_its_bytes(film: Path) -> None:
    [made] = mark(film)
    before = content(film)
    asked = {"line": made["line"], "text": made["text"]}
    gone = at_work(film).change("POST", f"{PATH}/remove", asked)
    assert (gone.status_code, gone.json()["marks"]) == (200, [])
    assert content(film) == OWN
    [kept] = (film / ".testimonio" / "kept" / "marks.csv").iterdir()
    assert kept.read_bytes().decode() == before


def test_a_line_that_reads_otherwise_by_now_stays(film: Path) -> None:
    [made] = mark(film)
    (film / "transcripts" / "marks.csv").write_bytes(content(film).replace("best take", "good").encode())
    before = content(film)
    answered = at_work(film).change("POST", f"{PATH}/remove", {"line": made["line"], "text": made["text"]})
    assert (answered.status_code, answered.json()["code"]) == (409, "mark-changed")
    assert content(film) == before


def test_marks_that_cannot_be_are_refused_and_nothing_is_written(film: Path) -> None:
    person = at_work(film)
    for body, code in (
        ({"from_ms": 2000, "to_ms": 2000, "tags": ["a"]}, "bad-mark"),
        ({"from_ms": 0, "to_ms": 2000, "tags": [" ; "]}, "bad-mark"),
    ):
        answered = person.change("POST", PATH, body)
        assert (answered.status_code, answered.json()["code"]) == (422, code)
    assert person.change("POST", PATH, {"from_ms": 0, "to_ms": 1, "tags": []}).status_code == 422
    assert person.get("/api/reels/NONE/marks").status_code == 404
    with ReviewDesk(film, read_only=True) as desk, pytest.raises(Exception, match="for reading"):
        desk.marks.add("INT01", (0, 1000), ("a",))
    assert content(film) == OWN


def test_nothing_of_somebody_who_withdrew_is_marked_or_shown(film: Path) -> None:
    [made] = mark(film)
    granted = "juana: {name: Juana R., consent: {status: granted, uses: [forum]}}"
    withdrawn = "juana: {name: Juana R., consent: {status: withdrawn, uses: []}}"
    (film / "footage_manifest.yaml").write_text(MANIFEST.replace(granted, withdrawn), "utf-8")
    person, before = at_work(film), content(film)
    assert person.get(PATH).status_code == 403
    assert person.change("POST", PATH, {"from_ms": 0, "to_ms": 900, "tags": ["a"]}).status_code == 403
    assert person.change("POST", f"{PATH}/remove", {"line": made["line"], "text": made["text"]}).status_code == 403
    assert content(film) == before


def test_the_command_takes_a_mark_out(film: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mark(film)
    mark(film, tags=["other"])
    times = ["INT01", "01:00:02:00", "01:00:03:08"]
    assert answer(["marks", "remove", *times, "-C", str(film)]) == 2
    assert "2 marks of 'INT01'" in capsys.readouterr().err
    assert answer(["marks", "remove", *times, "other", "-C", str(film)]) == 0
    assert '"rescue; best take"' in content(film)
    assert "other" not in content(film)
