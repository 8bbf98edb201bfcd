"""`testimonio subtitles repair --in-place`, interrupted: what the file was is always somewhere, whole."""

from pathlib import Path

import pytest

from pipeline.assembly import subtitle_repair
from pipeline.cli.answering import answer

MESSY = "1\n00:00:01,000 --> 00:00:03,000\nHello  there.\n"


@pytest.fixture
def messy(tmp_path: Path) -> Path:
    path = tmp_path / "talk.en.srt"
    path.write_text(MESSY, "utf-8")
    return path


@pytest.mark.parametrize("late", [False, True], ids=["before it took the place", "after"])
def test_the_copy_goes_only_where_the_file_is_still_what_it_was(messy, monkeypatch, late):
    real = subtitle_repair.write_whole

    def interrupted(path: Path, content: bytes) -> None:
        if late:
            real(path, content)
        raise KeyboardInterrupt

    monkeypatch.setattr(subtitle_repair, "write_whole", interrupted)
    with pytest.raises(KeyboardInterrupt):
        answer(["subtitles", "repair", str(messy), "--apply", "--in-place"])
    kept = messy.with_name("talk.en.srt.bak")
    assert kept.exists() is late
    assert (kept if late else messy).read_text("utf-8") == MESSY


def test_a_repaired_file_that_is_there_already_stays_as_it_is(messy, capsys):
    beside = messy.with_name("talk.en.repaired.srt")
    beside.write_text("somebody's", "utf-8")
    assert answer(["subtitles", "repair", str(messy), "--apply"]) != 0
    assert "is there already" in capsys.readouterr().err
    assert beside.read_text("utf-8") == "somebody's"
    assert sorted(path.name for path in messy.parent.iterdir()) == [beside.name, messy.name]
