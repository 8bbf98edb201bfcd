"""Changing a person's file: their saves win every race, their bytes stay, and a killed change leaves a whole file."""

import hashlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from pipeline.assembly import kept_versions, track_desk, track_swap
from pipeline.assembly.kept_versions import versions
from pipeline.assembly.track_files import Change, OpenTrack, change_track, open_track
from pipeline.errors import StoreError
from subtitles.cue import Cue
from subtitles.errors import EmptySubtitles, SubtitleError
from subtitles.state import CueStatus, seed
from subtitles.state_file import dump_state, load_state
from tests.editor_at_work import save
from tests.redrafts import CUES, IDS, redrafted, saying

ROOT = Path(__file__).parents[1]


@pytest.fixture
def film(tmp_path: Path) -> Path:
    made = seed(CUES, reel="INT01", language="es", made_by="oído")
    (tmp_path / "subtitles" / "state").mkdir(parents=True)
    (tmp_path / ".testimonio").mkdir()
    (tmp_path / "subtitles" / "INT01.es.srt").write_bytes(made.srt)
    (tmp_path / "subtitles" / "state" / "INT01.es.json").write_bytes(dump_state(made.state))
    return tmp_path


def file_of(film: Path) -> Path:
    return film / "subtitles" / "INT01.es.srt"


def test_a_changed_cue_is_written_and_the_rest_keeps_its_bytes(film):
    before = b"\xef\xbb\xbf" + file_of(film).read_bytes().replace(b"\n", b"\r\n").replace(
        b"--> 00:00:02,900", b"-->  00:00:02,900  X1:40"
    )
    file_of(film).write_bytes(before)
    track = change_track(film, "INT01", "es", saying(IDS[1], "Otra cosa,\nmás larga."))
    after = file_of(film).read_bytes()
    assert after == before.replace(b"lo primero", "Otra cosa,\r\nmás larga.".encode())
    assert track.digest == hashlib.sha256(after).hexdigest()
    assert [path.read_bytes() for path in versions(film, "INT01", "es")] == [before]
    assert [cue.status for cue in track.aligned.cues] == [CueStatus.DRAFT, CueStatus.EDITED, CueStatus.DRAFT]


def test_a_change_to_what_is_there_writes_nothing(film):
    def state() -> list[tuple[str, int]]:
        return sorted((str(path), path.stat().st_mtime_ns) for path in (film / "subtitles").rglob("*"))

    before = state()
    change_track(film, "INT01", "es", lambda track: Change(cues=track.aligned.plain(), state=track.state))
    change_track(film, "INT01", "es", saying(IDS[1], "lo primero"))
    assert state() == before
    assert not versions(film, "INT01", "es")


def test_added_and_deleted_cues_are_numbered_and_added_ones_become_known(film):
    def change(track: OpenTrack) -> Change:
        new = Cue(id="INT01-00000100", start_ms=100, end_ms=900, text="Nuevo.")
        return Change(cues=(new, *track.aligned.plain()[1:]), state=track.known())

    track = change_track(film, "INT01", "es", change)
    assert file_of(film).read_text("utf-8").startswith("1\n00:00:00,100 --> 00:00:00,900\nNuevo.\n\n2\n00:00:03,000")
    assert [cue.id for cue in track.aligned.cues] == ["INT01-00000100", *IDS[1:]]
    assert track.state.by_id()["INT01-00000100"].own
    assert [cue.id for cue in track.aligned.deleted] == [IDS[0]]
    assert [cue.status for cue in track.aligned.cues] == [CueStatus.EDITED, CueStatus.DRAFT, CueStatus.DRAFT]


def test_a_cue_behind_one_without_a_line_end_is_a_cue_of_its_own(film):
    file_of(film).write_bytes(file_of(film).read_bytes().rstrip())
    new = Cue(id="n", start_ms=8000, end_ms=9000, text="Al final.\n\n4")
    track = change_track(
        film, "INT01", "es", lambda track: Change(cues=(*track.aligned.plain(), new), state=track.known())
    )
    said = [cue.cue.text.replace("\u00a0", "") for cue in track.aligned.cues]
    assert said == [*(cue.text for cue in CUES), "Al final.\n\n4"]


@pytest.mark.parametrize("text", ["00:00:01,000 --> 00:00:02,000", "a\0b", "\ud800"])
def test_what_srt_cannot_hold_is_refused_and_nothing_is_written(film, text):
    before = file_of(film).read_bytes()
    with pytest.raises(SubtitleError):
        change_track(film, "INT01", "es", saying(IDS[0], text))
    assert file_of(film).read_bytes() == before


@pytest.mark.parametrize("emptied", [b"", b"\xef\xbb\xbf\r\n"])
def test_an_emptied_file_is_refused_and_its_text_is_named(film, emptied):
    change_track(film, "INT01", "es", saying(IDS[0], "Algo."))
    file_of(film).write_bytes(emptied)
    with pytest.raises(EmptySubtitles, match=r"\.testimonio/kept/INT01\.es/\S+\.srt is how it was last seen"):
        change_track(film, "INT01", "es", saying(IDS[0], "Nada."))
    assert file_of(film).read_bytes() == emptied
    with pytest.raises(EmptySubtitles):
        open_track(film, "INT01", "es")


def test_a_change_that_leaves_no_cue_is_refused(film):
    with pytest.raises(EmptySubtitles, match="no subtitle would be left"):
        change_track(film, "INT01", "es", lambda track: Change(cues=(), state=track.known()))


def test_a_missing_file_is_made_again_and_a_track_from_nothing(film):
    file_of(film).unlink()
    assert open_track(film, "INT01", "es").digest == ""
    track = change_track(film, "INT01", "es", saying(IDS[0], "De nuevo."))
    assert [cue.cue.text for cue in track.aligned.cues] == ["De nuevo.", *(cue.text for cue in CUES[1:])]
    assert open_track(film, "INT02", "fr") is None
    change_track(film, "INT02", "fr", lambda track: Change(cues=tuple(CUES), state=track.known("es")))
    made = open_track(film, "INT02", "fr")
    assert [cue.status for cue in made.aligned.cues] == [CueStatus.EDITED] * 3
    assert made.state.source_language == "es"


@pytest.mark.parametrize(("reel", "language"), [("../INT01", "es"), ("INT01", "e/s"), ("", "es"), (".x", "es")])
def test_names_that_lead_elsewhere_are_refused(film, reel, language):
    with pytest.raises(StoreError, match="no name of a reel"):
        open_track(film, reel, language)


def test_kept_versions_are_bounded_and_the_newest_is_among_them(film, monkeypatch):
    monkeypatch.setattr(kept_versions, "MOST_VERSIONS", 5)
    for number in range(12):
        change_track(film, "INT01", "es", saying(IDS[0], f"Vez {number}."))
    kept = [path.read_text("utf-8").split("\n")[2] for path in versions(film, "INT01", "es")]
    assert kept == [f"Vez {number}." for number in range(6, 11)]


def test_a_raising_change_leaves_all_as_it_was(film):
    def change(_track: OpenTrack) -> Change:
        raise LookupError("x")

    before = file_of(film).read_bytes()
    with pytest.raises(LookupError):
        change_track(film, "INT01", "es", change)
    assert file_of(film).read_bytes() == before


def test_a_file_that_cannot_be_written_leaves_the_state_as_it_was(film, monkeypatch):
    state = (film / "subtitles/state/INT01.es.json").read_bytes()
    added = Cue(id="n", start_ms=8000, end_ms=9000, text="Nuevo.")

    def full(*_arguments: object) -> None:
        raise StoreError("the disk is full")

    monkeypatch.setattr(track_desk, "swap", full)
    with pytest.raises(StoreError, match="full"):
        change_track(film, "INT01", "es", lambda now: Change(cues=(*now.aligned.plain(), added), state=now.known()))
    assert (film / "subtitles/state/INT01.es.json").read_bytes() == state


def test_opening_a_track_writes_nothing(film):
    before = sorted(film.rglob("*"))
    assert open_track(film, "INT01", "es").digest
    assert sorted(film.rglob("*")) == before


@pytest.mark.parametrize("way", ["rename", "truncate", "in pieces", "remove"])
@pytest.mark.parametrize("exchanges", [True, False])
def test_a_save_between_reading_and_writing_is_in_the_result(film, monkeypatch, way, exchanges):
    if not exchanges:
        monkeypatch.setattr(track_swap, "exchange", lambda _one, _two: False)
    calls = []

    def change(track: OpenTrack) -> Change:
        if not calls:
            save(file_of(film), file_of(film).read_bytes().replace(b"lo primero", b"guardado"), way)
        calls.append(1)
        return saying(IDS[0], "Nuestro.")(track)

    track = change_track(film, "INT01", "es", change)
    assert [cue.cue.text for cue in track.aligned.cues][:2] == ["Nuestro.", "guardado"]
    assert file_of(film).read_text("utf-8").count("guardado") == 1
    assert load_state((film / "subtitles/state/INT01.es.json").read_bytes(), file="s") == track.state


@pytest.mark.parametrize("exchanges", [True, False])
def test_a_change_that_gives_up_on_a_newer_save_leaves_that_save(film, monkeypatch, exchanges):
    if not exchanges:
        monkeypatch.setattr(track_swap, "exchange", lambda _one, _two: False)
    state = (film / "subtitles/state/INT01.es.json").read_bytes()
    saved = file_of(film).read_bytes().replace(b"lo primero", b"guardado")

    def change(track: OpenTrack) -> Change:
        if "guardado" in [cue.cue.text for cue in track.aligned.cues]:
            raise LookupError("x")
        save(file_of(film), saved, "rename")
        return saying(IDS[0], "Nuestro.")(track)

    with pytest.raises(LookupError):
        change_track(film, "INT01", "es", change)
    assert file_of(film).read_bytes() == saved
    assert (film / "subtitles/state/INT01.es.json").read_bytes() == state


def test_an_editor_that_holds_the_file_open_and_writes_after_the_change_is_not_forgotten(film, monkeypatch):
    monkeypatch.setattr(track_swap, "_WRITING_S", 0.1)

    def change(track: OpenTrack) -> Change:
        return saying(IDS[0], "Nuestro.")(track)

    before = file_of(film).read_bytes()
    late = os.open(file_of(film), os.O_RDWR)
    try:
        change_track(film, "INT01", "es", change)  # waits for the editor, then goes on
        os.pwrite(late, before.replace(b"lo primero", b"al final !")[: len(before)], 0)
    finally:
        os.close(late)
    track = open_track(film, "INT01", "es")
    assert [cue.cue.text for cue in track.aligned.cues][:2] == ["Nuestro.", "al final !"]
    assert "al final !" in file_of(film).read_text("utf-8")


def test_threads_that_change_one_file_at_once_lose_nothing(film):
    def work(name: str) -> None:
        for number in range(8):
            change_track(film, "INT01", "es", saying(name, f"{name[-5:]} {number}"))

    threads = [threading.Thread(target=work, args=(name,)) for name in IDS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [cue.cue.text for cue in open_track(film, "INT01", "es").aligned.cues] == [f"{name[-5:]} 7" for name in IDS]


def race(film: Path, saves: int, seed_of_dice: int) -> int:
    """Let an editor save while drafts come in; the last save must be there. Returns how many drafts came."""
    file_of(film).write_bytes(file_of(film).read_bytes().replace(b"lo primero", b"guardado"))
    editor = subprocess.Popen(
        [sys.executable, "-m", "tests.editor_at_work", str(file_of(film)), str(saves), str(seed_of_dice)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    drafts = 0
    while editor.poll() is None:
        drafts += 1
        change_track(film, "INT01", "es", redrafted(drafts))
    said, _ = editor.communicate()
    last = int(said.split()[-1])
    assert (editor.returncode, last) == (0, saves - 1)
    change_track(film, "INT01", "es", redrafted(drafts + 1))
    assert f"guardado {last}\n" in file_of(film).read_text("utf-8") + "\n"
    return drafts


def test_the_last_save_is_there_after_racing_a_regeneration(film):
    assert race(film, 60, 1) > 1


@pytest.mark.slow
@pytest.mark.parametrize("dice", range(2))
def test_the_last_save_is_there_after_a_thousand_saves_in_a_race(film, dice):
    assert race(film, 1000, dice) > 5


@pytest.mark.parametrize("kills", [3, pytest.param(60, marks=pytest.mark.slow)])
def test_a_kill_at_any_moment_leaves_a_whole_file_and_nothing_stray(film, kills):
    dice = random.Random(kills)  # noqa: S311 - dice for a test
    for _ in range(kills):
        worker = subprocess.Popen([sys.executable, "-m", "tests.redrafts", str(film)], cwd=ROOT, stdout=subprocess.PIPE)
        assert worker.stdout is not None
        worker.stdout.readline()
        time.sleep(dice.uniform(0, 0.06))
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        worker.stdout.close()
        names = sorted(path.name for path in (film / "subtitles").rglob("*") if path.is_file())
        assert names == ["INT01.es.json", "INT01.es.srt"]
        track = open_track(film, "INT01", "es")
        numbers = {cue.cue.text.rpartition(" ")[2] for cue in track.aligned.cues}
        assert len(numbers) == 1, "one draft or the next, never some of each"
