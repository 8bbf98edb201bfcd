"""`testimonio status` shows each cut's own subtitle files: how many cues are edited and approved, or what is wrong."""

from dataclasses import replace
from pathlib import Path

from pipeline.assembly.cut_subtitles import own_name, own_state_name
from pipeline.assembly.status_own import own_statuses
from pipeline.cli.answering import answer
from subtitles.cue import Cue
from subtitles.cut_state import Anchor, CutTrackState, OwnCueState, Side, dump_cut_state
from subtitles.formats.srt import write_srt
from subtitles.identity import content_hash
from subtitles.state import CueStatus
from tests.made_film import typed
from tests.page_film import film_with_subtitles

CUES = (Cue(start_ms=0, end_ms=1000, text="one two"), Cue(start_ms=2000, end_ms=3000, text="three"))


def put(folder: Path, cut: str, track: str, cues=CUES, approved=()) -> None:
    known = tuple(
        OwnCueState(
            id=f"c{number}",
            start_ms=cue.start_ms,
            end_ms=cue.end_ms,
            text=cue.text,
            anchor=Anchor(side=Side.RECORD),
            approved_hash=content_hash(cue) if number in approved else "",
        )
        for number, cue in enumerate(CUES)
    )
    state = CutTrackState(cut=cut, language=track[:2], kind="sdh" if track.endswith("sdh") else "full", cues=known)
    for name, content in (
        (own_name(cut, track), write_srt(cues, file="x")),
        (own_state_name(cut, track), dump_cut_state(state)),
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def test_edited_and_approved_cues_are_counted_by_file(tmp_path):
    put(tmp_path, "forum", "es", approved={0, 1})
    put(tmp_path, "forum", "en", (CUES[0], replace(CUES[1], text="four")), approved={0, 1})
    put(tmp_path, "forum", "en.sdh")
    found = own_statuses(tmp_path, "forum", ("es", "en"))
    assert [
        (one.language, one.kind, one.counts[CueStatus.EDITED], one.counts[CueStatus.APPROVED]) for one in found
    ] == [
        ("es", "full", 0, 2),
        ("en", "full", 1, 1),
        ("en", "sdh", 2, 0),
    ]
    assert found[0].words == 3
    assert own_statuses(tmp_path, "short", ("es", "en")) == ()


def test_a_file_that_is_missing_or_cannot_be_read_is_named(tmp_path):
    put(tmp_path, "forum", "es")
    (tmp_path / own_name("forum", "es")).unlink()
    put(tmp_path, "forum", "en")
    (tmp_path / own_name("forum", "en")).write_bytes(b"nothing of the kind")
    gone, broken = own_statuses(tmp_path, "forum", ("es", "en"))
    assert gone.problem == "the file is missing"
    assert broken.problem.startswith("subtitles/cuts/forum.en.srt:1")


def test_the_command_shows_them_by_cut_and_language(tmp_path, capsys):
    film = film_with_subtitles(tmp_path / "film")
    cut = typed(capsys, "status", film)[1]["cuts"][0]["cut"]
    put(film, cut, "en", approved={0})
    (one,) = typed(capsys, "status", film)[1]["cuts"][0]["own"]
    assert (one["file"], one["counts"]["edited"], one["counts"]["approved"]) == (own_name(cut, "en"), 1, 1)
    answer(["status", str(film)])
    table = capsys.readouterr().out.partition("Subtitles of cuts")[2]
    assert [part.strip() for part in table.splitlines()[-2].split("│")[1:-1]] == [
        cut,
        "en",
        "full",
        "0",
        "1",
        "1",
        "3",
        "",
    ]
