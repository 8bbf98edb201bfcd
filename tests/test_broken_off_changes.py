"""Changes of people's files that a kill or a full disk ends in the middle: the next command puts them right."""

import os
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from footage_manifest.findings import Severity
from footage_manifest.load import load_production
from pipeline.assembly import track_desk, track_files, track_swap
from pipeline.assembly.handover import hand_over, strangers
from pipeline.assembly.track_desk import Desk
from pipeline.assembly.track_files import Change, OpenTrack, change_track, open_track
from pipeline.errors import StoreError
from subtitles.merge import Standing, standing_of
from subtitles.state import CueStatus, approved, seed
from subtitles.state_file import dump_state
from tests.editor_at_work import save
from tests.film_folder import write_film
from tests.redrafts import CUES, redrafted

DRAFTED = ["Salimos borrador 1", "lo borrador 1", "En borrador 1"]


@pytest.fixture
def film(tmp_path: Path) -> Path:
    made = seed(CUES, reel="INT01", language="es", made_by="oído")
    (tmp_path / "subtitles" / "state").mkdir(parents=True)
    (tmp_path / ".testimonio").mkdir()
    file_of(tmp_path).write_bytes(made.srt)
    state_of(tmp_path).write_bytes(dump_state(made.state))
    return tmp_path


def file_of(film: Path) -> Path:
    return film / "subtitles" / "INT01.es.srt"


def state_of(film: Path) -> Path:
    return film / "subtitles" / "state" / "INT01.es.json"


def texts(film: Path) -> list[str]:
    return [cue.cue.text for cue in open_track(film, "INT01", "es").aligned.cues]


def left_in(film: Path) -> list[str]:
    return sorted(
        path.name for path in film.rglob("*testimonio-part*") if not path.name.startswith(".testimonio-part-INT")
    )


def approving(track: OpenTrack) -> Change:
    cues = track.aligned.plain()
    return Change(cues=cues, state=approved(track.known(), {cue.id: cue for cue in cues}))


def end_at(monkeypatch: pytest.MonkeyPatch, film: Path, name: str) -> None:
    """Have a new draft come in, and end it where `Desk` is to do `name`, as a kill does: nothing is tidied up."""

    def killed(*_arguments: object, **_options: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as ending:
        ending.setattr(Desk, name, killed)
        ending.setattr(track_files, "_undo", lambda *_arguments: None)
        ending.setattr(track_files, "_give_back", lambda *_arguments: None)
        with pytest.raises(KeyboardInterrupt):
            change_track(film, "INT01", "es", redrafted(1))


def test_a_change_that_ended_between_state_and_file_is_finished_and_no_draft_passes_for_a_person_s(film, monkeypatch):
    end_at(monkeypatch, film, "swap")
    track = open_track(film, "INT01", "es")
    assert [cue.cue.text for cue in track.aligned.cues] == DRAFTED
    assert {cue.status for cue in track.aligned.cues} == {CueStatus.DRAFT}
    assert sorted(path.name for path in file_of(film).parent.iterdir()) == ["INT01.es.srt", "state"]


def test_a_run_that_finds_such_a_change_finishes_it_first(film, monkeypatch):
    end_at(monkeypatch, film, "swap")
    site = SimpleNamespace(folder=film, options=SimpleNamespace(dry_run=False))
    track = hand_over(site, "INT01", "es", lambda: None)
    assert [cue.text for cue in track.cues] == DRAFTED
    assert {cue.status for cue in track.aligned.cues} == {CueStatus.DRAFT}


@pytest.mark.parametrize("name", ["keep", "prepare", "write_state"])
def test_a_change_that_ended_before_its_state_never_was(film, monkeypatch, name):
    before = file_of(film).read_bytes(), state_of(film).read_bytes()
    end_at(monkeypatch, film, name)
    assert texts(film) == [cue.text for cue in CUES]
    assert (file_of(film).read_bytes(), state_of(film).read_bytes()) == before
    assert left_in(film) == []


@pytest.mark.parametrize("exchanges", [True, False])
def test_a_change_that_ended_is_finished_in_what_somebody_saved_since(film, monkeypatch, exchanges):
    end_at(monkeypatch, film, "swap")
    save(file_of(film), file_of(film).read_bytes().replace(b"lo primero", b"guardado"), "rename")
    if not exchanges:
        monkeypatch.setattr(track_swap, "exchange", lambda _one, _two: False)
    track = open_track(film, "INT01", "es")
    assert [cue.cue.text for cue in track.aligned.cues] == [DRAFTED[0], "guardado", DRAFTED[2]]
    standing = [standing_of(cue, ()) for cue in track.aligned.cues]
    assert standing == [Standing.DRAFT, Standing.CONFLICT, Standing.DRAFT]


def test_where_names_cannot_be_exchanged_an_ended_change_is_finished_too(film, monkeypatch):
    monkeypatch.setattr(track_swap, "exchange", lambda _one, _two: False)
    end_at(monkeypatch, film, "swap")
    (part,) = (film / ".testimonio" / "kept" / "INT01.es").glob(".testimonio-part-INT01.es-*")
    file_of(film).rename(track_swap.aside(part))  # ended one step later
    assert texts(film) == DRAFTED


def test_a_disk_that_fills_up_at_the_state_leaves_all_as_it_was(film, monkeypatch):
    before = file_of(film).read_bytes(), state_of(film).read_bytes()

    def full(*_arguments: object, **_options: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(track_desk, "write_whole", full)
        with pytest.raises(StoreError, match="disk is full"):
            change_track(film, "INT01", "es", redrafted(1))
    assert (file_of(film).read_bytes(), state_of(film).read_bytes()) == before
    assert texts(film) == [cue.text for cue in CUES]
    assert not list(film.rglob(".testimonio-part-*"))


def test_a_state_that_cannot_be_put_back_is_followed_by_its_file(film, monkeypatch):
    """The disk fills up for good between the two: what was prepared needs no more room."""
    real, written = track_desk.write_whole, []

    def once(path: Path, content: bytes, **options: Path) -> None:
        if written:
            raise OSError(28, "No space left on device")
        written.append(path)
        real(path, content, **options)
        raise OSError(28, "No space left on device")  # the folder cannot be confirmed

    with monkeypatch.context() as disk:
        disk.setattr(track_desk, "write_whole", once)
        with pytest.raises(StoreError, match="disk is full"):
            change_track(film, "INT01", "es", redrafted(1))
    track = open_track(film, "INT01", "es")
    assert [cue.cue.text for cue in track.aligned.cues] == DRAFTED
    assert {cue.status for cue in track.aligned.cues} == {CueStatus.DRAFT}


def test_unfinished_files_that_a_kill_left_are_removed_once_nobody_can_be_writing_them(film):
    place = film / ".testimonio" / "kept" / "INT01.es"
    place.mkdir(parents=True)
    old, new = place / ".testimonio-part-abc_12yz", place / ".testimonio-part-abc_12yw"
    for path in (old, new):
        path.write_bytes(b"half")
    os.utime(old, (time.time() - 7200,) * 2)
    change_track(film, "INT01", "es", redrafted(1))
    assert left_in(film) == [new.name]


def test_state_and_file_that_mail_or_git_passed_through_are_what_they_were(film):
    change_track(film, "INT01", "es", approving)
    for path in (file_of(film), state_of(film)):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert {cue.status for cue in open_track(film, "INT01", "es").aligned.cues} == {CueStatus.APPROVED}


def test_a_file_that_only_its_case_keeps_from_being_read_is_no_place_for_a_draft(film):
    production = load_production(write_film(film)).production
    file_of(film).rename(film / "subtitles" / "int01.ES.SRT")
    (found,) = strangers(film, production)
    assert found.severity is Severity.ERROR
    assert (found.file, found.cure) == ("subtitles/int01.ES.SRT", "rename it to INT01.es.srt")
    file_of(film).write_bytes(b"")
    (found,) = strangers(film, production)
    assert found.severity is Severity.WARNING
