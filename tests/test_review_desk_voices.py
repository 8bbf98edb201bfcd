"""Saying at the page whose voice it is."""

from pathlib import Path

import pytest

from pipeline.assembly.review_desk import ReviewDesk
from pipeline.assembly.review_desk_answers import Denied, Refused
from pipeline.assembly.speakers_list import listed_speakers, name_speaker
from pipeline.assembly.speakers_sheet import FILE
from pipeline.errors import UsageError

FILM = "title: T\nlanguages: [es]\ntimeline: {rate: 25, size: 160x96}\ncuts: {}\n"
MANIFEST = """\
people:
  juana: {name: Juana R., consent: {status: %s}}
  tom: {name: Tom B., consent: {status: granted, uses: [forum], protections: [hide-name]}}
reels:
  INT01: {file: a.mp4, kind: interview, language: es, people: [juana, tom], start: "01:00:00:00"}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "film.yaml").write_text(FILM)
    (tmp_path / "footage_manifest.yaml").write_text(MANIFEST % "pending")
    return tmp_path


def test_what_is_said_goes_into_peoples_file_on_the_reels_clock(folder: Path) -> None:
    with ReviewDesk(folder) as desk:
        assert desk.reel("INT01")["voices"] == [
            {"key": "juana", "name": "Juana R."},
            {"key": "interviewer", "name": ""},
        ]
        assert desk.name_speaker("INT01", (2000, 4500), "juana") == []
    assert (folder / FILE).read_text().splitlines()[1:] == ["INT01,01:00:02:00,01:00:04:13,juana,"]


@pytest.mark.parametrize("speaker", ["tom", "nobody", ""])
def test_nobody_is_named_who_is_not_in_the_reel_or_must_not_be(folder: Path, speaker: str) -> None:
    with ReviewDesk(folder) as desk, pytest.raises(Refused) as caught:
        desk.name_speaker("INT01", (2000, 4500), speaker)
    assert caught.value.denied is Denied.UNUSABLE
    assert not (folder / FILE).exists()


def test_a_page_for_reading_and_a_reel_of_who_withdrew_take_nothing(folder: Path) -> None:
    with ReviewDesk(folder, read_only=True) as desk, pytest.raises(Refused) as caught:
        desk.name_speaker("INT01", (0, 1000), "juana")
    assert caught.value.denied is Denied.READ_ONLY
    (folder / "footage_manifest.yaml").write_text(MANIFEST % "withdrawn")
    with ReviewDesk(folder) as desk:
        assert desk.reel("INT01")["voices"] == []
        with pytest.raises(Refused, match="withdrawn"):
            desk.name_speaker("INT01", (0, 1000), "juana")
    assert not (folder / FILE).exists()


def test_the_list_says_which_lines_say_nothing_and_a_voice_is_named_from_there(folder: Path) -> None:
    (folder / "transcripts").mkdir()
    rows = ["reel,from,to,speaker", "INT01,01:00:00:29,01:00:02:00,juana", "INT01,01:00:03:00,01:00:02:00,juana"]
    (folder / FILE).write_text("\n".join(rows))
    shown = listed_speakers(folder, None)
    assert [problem.split(":")[1] for problem in shown.problems] == ["2", "3"]
    assert "nobody has listened" in shown.reels[0].why
    name_speaker(folder, "INT01", ("01:00:02:00", "01:00:03:00"), "Juana r.")
    assert (folder / FILE).read_text().splitlines()[3] == "INT01,01:00:02:00,01:00:03:00,juana"
    for reel, span, person in (
        ("INT9", ("01:00:02:00", None), "juana"),
        ("INT01", ("01:00:02:00", None), "juana"),
        ("INT01", ("x", "01:00:03:00"), "juana"),
        ("INT01", ("01:00:03:00", "01:00:02:00"), "juana"),
        ("INT01", ("01:00:02:00", "01:00:03:00"), "somebody"),
    ):
        with pytest.raises(UsageError):
            name_speaker(folder, reel, span, person)


def test_a_file_that_is_none_of_ours_is_left_alone_and_said(folder: Path) -> None:
    (folder / "transcripts").mkdir()
    (folder / FILE).write_text("a,b\n")
    with ReviewDesk(folder) as desk, pytest.raises(Refused, match="heading"):
        desk.name_speaker("INT01", (0, 1000), "juana")
    assert (folder / FILE).read_text() == "a,b\n"
