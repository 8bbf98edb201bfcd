"""A cue that one person deleted and another reworded: it is counted, shown, settled on the page, and no machine drops it."""

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.assembly.approve_subtitles import ApproveOptions, approve
from pipeline.assembly.merge_subtitles import MergeOptions, merge
from pipeline.assembly.status import examine
from pipeline.assembly.track_files import Change, change_track, in_file_order, open_track
from subtitles.after_merge import after_machine, held
from subtitles.cue import Cue
from subtitles.formats.srt import read_srt, write_srt
from subtitles.merge import Standing
from subtitles.three_way import merge_three
from tests.fake_bench import SilentProgress
from tests.page_film import Person, at_work, cue_path, film_with_subtitles, srt

GONE = "INT01-00003000"
WORDS = "Not one of us had foreseen the flood."


@pytest.fixture
def film(tmp_path: Path) -> Path:
    folder = film_with_subtitles(tmp_path / "film")
    began = srt(folder, "en").read_bytes()
    cues = list(read_srt(began, file="x").cues)
    (tmp_path / "began.srt").write_bytes(began)
    srt(folder, "en").write_bytes(write_srt([cues[0], *cues[2:]]))
    (tmp_path / "ana.srt").write_bytes(write_srt([cues[0], replace(cues[1], text=WORDS), *cues[2:]]))
    merge(
        MergeOptions(folder=folder, track="INT01.en", files=(tmp_path / "ana.srt",), base=tmp_path / "began.srt"),
    )
    return folder


def waiting(film: Path) -> list[str]:
    track = open_track(film, "INT01", "en")
    assert track is not None
    return [one.known.theirs.text for one in track.aligned.unsettled() if one.known and one.known.theirs]


def conflicts(film: Path) -> tuple[int, int]:
    (counted,) = (
        one.counts[Standing.CONFLICT] for one in examine(film, SilentProgress()).tracks if one.language == "en"
    )
    shown = at_work(film).get("/api/film").json()["reels"][0]["tracks"]["en"]["counts"]["conflict"]
    return counted, shown


def ghost(person: Person) -> dict:
    (cue,) = (one for one in person.cues() if one["id"] == GONE)
    return cue


def drafted(film: Path, words: str | None) -> None:
    """Have the machine say something else of the cue, or nothing."""

    def change(track):
        state = track.known()
        other = [replace(cue, text=words or "") if cue.id == GONE else cue for cue in state.machine()]
        if words is not None and GONE not in {cue.id for cue in other}:
            other.append(Cue(start_ms=3000, end_ms=5600, text=words))
        other = [cue for cue in other if cue.text]
        merged = merge_three(state.machine(), track.aligned.plain(), other, held=held(state), reel="INT01")
        return Change(cues=in_file_order(track, merged.cues), state=after_machine(state, merged))

    change_track(film, "INT01", "en", change)


def test_it_is_counted_shown_and_named(film):
    assert conflicts(film) == (1, 1)
    shown = ghost(at_work(film))
    assert (shown["standing"], shown["text"], shown["theirs"]["text"]) == ("conflict", "", WORDS)
    done = approve(ApproveOptions(folder=film, reel="INT01", languages=("en",), every=True))
    assert done[0].conflicts == (GONE,)


def test_the_words_that_wait_can_be_taken(film):
    person = at_work(film)
    answer = person.do("resolve", ghost(person), ghost(person)["theirs"])
    assert answer.status_code == 200, answer.text
    assert [cue["text"] for cue in person.cues()][1] == WORDS
    assert WORDS in srt(film, "en").read_text()
    assert conflicts(film) == (0, 0)


@pytest.mark.parametrize("way", ["resolve", "delete"])
def test_it_can_stay_deleted(film, way):
    person = at_work(film)
    before = ghost(person)
    body = {key: before[key] for key in ("start_ms", "end_ms", "text")}
    if way == "resolve":
        answer = person.do("resolve", before, body)
    else:
        answer = person.change("DELETE", cue_path(before), None, before["etag"])
    assert (answer.status_code, answer.json()["removed"]) == (200, [GONE])
    assert (conflicts(film), len(person.cues()), waiting(film)) == ((0, 0), 3, [])


def test_what_is_typed_into_it_is_in_the_file_and_the_conflict_stays(film):
    person = at_work(film)
    assert person.put(ghost(person), text="A third way to say it.").status_code == 200
    assert "A third way to say it." in srt(film, "en").read_text()
    assert (ghost(person)["standing"], ghost(person)["theirs"]["text"]) == ("conflict", WORDS)
    deleted = person.change("DELETE", cue_path(ghost(person)), None, ghost(person)["etag"])
    assert deleted.json()["removed"] == []
    assert ghost(person)["theirs"]["text"] == WORDS


def test_nothing_else_is_done_to_it_before(film):
    person = at_work(film)
    answers = (
        person.do("approve", ghost(person), {"approved": True}),
        person.do("split", ghost(person), {"at_ms": 4000, "texts": ["one", "two"]}),
    )
    assert ["in conflict" in answer.json()["problem"] for answer in answers] == [True, True]
    assert person.do("comments", ghost(person), {"text": "Ask her.", "who": "Ana"}).status_code == 200
    assert [one["text"] for one in ghost(person)["comments"]] == ["Ask her."]


@pytest.mark.parametrize("drafts", [(None,), ("The machine says this.",), (None, "And this."), (None, None, "That.")])
def test_no_draft_takes_a_persons_words_away(film, drafts):
    for words in drafts:
        drafted(film, words)
    track = open_track(film, "INT01", "en")
    assert track is not None
    assert any(WORDS in one.theirs.text for one in track.known().cues if one.theirs)
    assert conflicts(film) == (1, 1)


def test_a_cue_that_both_deleted_in_the_end_is_no_conflict(tmp_path):
    film = film_with_subtitles(tmp_path / "film")
    began = srt(film, "en").read_bytes()
    cues = list(read_srt(began, file="x").cues)
    (tmp_path / "began.srt").write_bytes(began)
    (tmp_path / "ben.srt").write_bytes(write_srt([cues[0], *cues[2:]]))
    srt(film, "en").write_bytes(write_srt([cues[0], replace(cues[1], text=WORDS), *cues[2:]]))
    merge(MergeOptions(folder=film, track="INT01.en", files=(tmp_path / "ben.srt",), base=tmp_path / "began.srt"))
    assert conflicts(film) == (1, 1)
    srt(film, "en").write_bytes(write_srt([cues[0], *cues[2:]]))
    assert conflicts(film) == (0, 0)


def test_a_version_of_which_all_was_reworded_undoes_nobodys_edit(tmp_path):
    film = film_with_subtitles(tmp_path / "film", 3)
    began = list(read_srt(srt(film, "en").read_bytes(), file="x").cues)
    back = [replace(cue, text=f"The translator's sentence {at}.") for at, cue in enumerate(began)]
    (tmp_path / "back.srt").write_bytes(write_srt(back))
    # Two subtitles are left, one of them as a person worded it: fewer differences than to what was sent.
    srt(film, "en").write_bytes(write_srt([replace(began[1], text=WORDS), began[2]]))
    merge(MergeOptions(folder=film, track="INT01.en", files=(tmp_path / "back.srt",)))
    assert WORDS in srt(film, "en").read_text()
    (conflict,) = (cue["theirs"] for cue in at_work(film).cues() if cue["text"] == WORDS)
    assert conflict["text"] == "The translator's sentence 1."
