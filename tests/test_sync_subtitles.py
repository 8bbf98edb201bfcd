"""`testimonio subtitles sync`, `merge` and `approve` on a film with real speech and translation."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.cli.answering import answer
from subtitles.formats.srt import read_srt, write_srt
from subtitles.state import TrackState
from subtitles.state_file import dump_state, load_state
from tests.small_film import copy_of, run_json

Typed = Callable[..., tuple[int, dict]]


@pytest.fixture(scope="module")
def drafted_film(heard_film: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small film with its subtitles made."""
    folder = copy_of(heard_film, tmp_path_factory.mktemp("films") / "drafted")
    status, document = run_json(folder, "--to", "handover")
    assert status == 0, document
    return folder


@pytest.fixture
def film(drafted_film: Path, tmp_path: Path) -> Path:
    return copy_of(drafted_film, tmp_path / "film")


@pytest.fixture
def typed(capsys: pytest.CaptureFixture[str]) -> Typed:
    def answered(*arguments: str | Path) -> tuple[int, dict]:
        status = answer([str(argument) for argument in (*arguments, "--json")])
        return status, json.loads(capsys.readouterr().out)

    return answered


def srt_of(film: Path, language: str) -> Path:
    return film / "subtitles" / f"INT01.{language}.srt"


def texts(film: Path, language: str) -> list[str]:
    return [cue.text for cue in read_srt(srt_of(film, language).read_bytes(), file="x").cues]


def change(film: Path, language: str, at: int, **to: object) -> None:
    cues = list(read_srt(srt_of(film, language).read_bytes(), file="x").cues)
    cues[at] = replace(cues[at], **to)  # type: ignore[arg-type]
    srt_of(film, language).write_bytes(write_srt(cues))


def state_of(film: Path, language: str) -> TrackState:
    return load_state((film / "subtitles" / "state" / f"INT01.{language}.json").read_bytes(), file="x")


def heard_otherwise(film: Path, at: int, text: str) -> None:
    """Have the machine have heard something else before, in file and state, so that its draft is a new one now."""
    state = state_of(film, "es")
    cues = list(state.cues)
    cues[at] = replace(cues[at], base=replace(cues[at].base, text=text))
    path = film / "subtitles" / "state" / "INT01.es.json"
    path.write_bytes(dump_state(replace(state, cues=tuple(cues), made_by="faster-whisper tiny")))
    change(film, "es", at, text=text)


def track(document: dict, language: str) -> dict:
    return next(one for one in document["tracks"] if one["language"] == language)


def test_with_nothing_new_nothing_is_written(typed, film):
    before = {path: path.read_bytes() for path in (film / "subtitles").rglob("*") if path.is_file()}
    status, document = typed("subtitles", "sync", film)
    assert (status, [one["changed"] for one in document["tracks"]]) == (0, [False, False])
    assert {path: path.read_bytes() for path in (film / "subtitles").rglob("*") if path.is_file()} == before


def test_a_new_draft_is_followed_and_its_translation_with_it(typed, film):
    spoken, english = texts(film, "es"), texts(film, "en")
    heard_otherwise(film, 1, "Otra cosa que oyó la máquina.")
    change(film, "en", 0, text="A person's words.")
    _, document = typed("subtitles", "sync", film, "--dry-run")
    assert len(track(document, "es")["followed"]) == 1
    assert texts(film, "es")[1] == "Otra cosa que oyó la máquina."
    status, document = typed("subtitles", "sync", film)
    assert status == 0
    assert texts(film, "es") == spoken
    assert track(document, "es")["conflicts"] == []
    assert texts(film, "en") == ["A person's words.", *english[1:]]
    assert state_of(film, "es").made_by == "faster-whisper base"
    assert not (film / ".testimonio" / "drafts" / "INT01.es.srt").exists()


def test_what_both_changed_is_kept_from_both_and_told(typed, film, capsys):
    spoken = texts(film, "es")
    heard_otherwise(film, 1, "Otra cosa que oyó la máquina.")
    change(film, "es", 1, text="Lo que corrigió una persona.")
    status, document = typed("subtitles", "sync", film)
    (conflict,) = track(document, "es")["conflicts"]
    assert (status, conflict["people"]["text"], conflict["other"]["text"]) == (
        0,
        "Lo que corrigió una persona.",
        spoken[1],
    )
    assert texts(film, "es")[1] == "Lo que corrigió una persona."
    assert state_of(film, "es").by_id()[conflict["id"]].theirs.text == spoken[1]
    counts = track(typed("status", film)[1], "es")["counts"]
    assert counts["conflict"] == 1
    assert track(typed("subtitles", "sync", film)[1], "es")["conflicts"] == []  # told once; it stays in the status
    assert track(typed("status", film)[1], "es")["counts"]["conflict"] == 1
    assert answer(["status", str(film)]) == 0
    assert "conflict" in capsys.readouterr().out

    # Approved by name it is settled, and --all leaves it until then.
    _, done = typed("subtitles", "approve", film, "INT01", "--language", "es", "--all")
    assert done["tracks"][0]["conflicts"] == [conflict["id"]]
    typed("subtitles", "approve", film, "INT01", "--cue", conflict["id"], "--language", "es")
    counts = track(typed("status", film)[1], "es")["counts"]
    assert (counts["conflict"], counts["approved"]) == (0, len(spoken))


def test_a_corrected_source_brings_a_new_draft_only_where_nobody_has_translated(typed, film):
    english = texts(film, "en")
    change(film, "es", 0, text="Nunca volvimos a la casa de la abuela.")
    change(film, "es", 1, text="Nunca volvimos a la escuela del pueblo.")
    change(film, "en", 1, text="A person's translation.")
    _, document = typed("subtitles", "sync", film)
    found = texts(film, "en")
    assert found[0] != english[0]
    assert found[1:] == ["A person's translation.", *english[2:]]
    done = track(document, "en")
    stale = state_of(film, "en").cues[1].id
    assert (done["stale"], done["conflicts"], len(done["followed"])) == ([stale], [], 1)
    counts = track(typed("status", film)[1], "en")["counts"]
    assert (counts["stale"], counts["edited"]) == (1, 0)
    typed("subtitles", "approve", film, "INT01", "--language", "en", "--cue", stale)
    counts = track(typed("status", film)[1], "en")["counts"]
    assert (counts["stale"], counts["approved"]) == (0, 1)
    typed("subtitles", "approve", film, "INT01", "--all", "--undo")
    assert track(typed("status", film)[1], "en")["counts"]["approved"] == 0


def test_a_retimed_split_and_deleted_source_is_followed_by_drafts(typed, film):
    cues = list(read_srt(srt_of(film, "es").read_bytes(), file="x").cues)
    count = len(cues)
    words, middle = cues[1].text.split(), (cues[1].start_ms + cues[1].end_ms) // 2
    parts = [
        replace(cues[1], end_ms=middle, text=" ".join(words[: len(words) // 2])),
        replace(cues[1], start_ms=middle, text=" ".join(words[len(words) // 2 :])),
    ]
    moved = replace(cues[0], start_ms=cues[0].start_ms + 40)
    srt_of(film, "es").write_bytes(write_srt([moved, *parts, *cues[2:-1]]))
    _, document = typed("subtitles", "sync", film)
    english = read_srt(srt_of(film, "en").read_bytes(), file="x").cues
    spoken = read_srt(srt_of(film, "es").read_bytes(), file="x").cues
    assert [(cue.start_ms, cue.end_ms) for cue in english] == [(cue.start_ms, cue.end_ms) for cue in spoken]
    assert len(english) == count
    done = track(document, "en")
    assert (len(done["added"]), len(done["removed"]), done["conflicts"], done["stale"]) == (1, 1, [], [])
    assert not track(typed("subtitles", "sync", film)[1], "en")["changed"]
    assert track(typed("status", film)[1], "en")["untranslated"] == 0


def test_a_file_that_is_gone_is_not_made_anew(typed, film):
    srt_of(film, "en").unlink()
    status, document = typed("subtitles", "sync", film)
    assert (status, [one["language"] for one in document["tracks"]]) == (0, ["es"])
    assert not srt_of(film, "en").exists()


def test_reels_and_languages_that_are_not_there_are_refused(typed, film):
    assert typed("subtitles", "sync", film, "--reel", "INT09")[0] == 2
    assert typed("subtitles", "sync", film, "--language", "fr")[0] == 2
    assert typed("subtitles", "approve", film, "INT01")[0] == 2
    assert typed("subtitles", "approve", film, "INT01", "--cue", "nobody")[0] == 2
    assert typed("subtitles", "merge", film, "INT01.fr", srt_of(film, "es"))[0] == 2


def test_an_emptied_file_stops_the_sync_and_stays_as_it_is(typed, film):
    srt_of(film, "es").write_bytes(b"")
    status, document = typed("subtitles", "sync", film)
    assert (status, "empty" in document["problems"][0]) == (5, True)
    assert srt_of(film, "es").read_bytes() == b""


def version(film: Path, tmp_path: Path, name: str, **changes: str) -> Path:
    cues = list(read_srt(srt_of(film, "en").read_bytes(), file="x").cues)
    for at, text in changes.items():
        cues[int(at[1:])] = replace(cues[int(at[1:])], text=text)
    path = tmp_path / name
    path.write_bytes(write_srt(cues))
    return path


def test_two_versions_of_one_file_are_merged_cue_by_cue(typed, film, tmp_path):
    ana = version(film, tmp_path, "ana.srt", _0="Ana's beginning.", _1="Ana's second.")
    luz = version(film, tmp_path, "luz.srt", _1="Luz's second.", _2="Luz's third.")
    english = texts(film, "en")
    status, document = typed("subtitles", "merge", film, "INT01.en", ana, luz, "--dry-run")
    assert (status, texts(film, "en")) == (0, english)
    status, document = typed("subtitles", "merge", film, "INT01.en", ana, luz)
    assert texts(film, "en") == ["Ana's beginning.", "Ana's second.", "Luz's third.", *english[3:]]
    (conflict,) = document["files"][1]["conflicts"]
    kept = state_of(film, "en").by_id()[conflict["id"]]
    assert (status, kept.theirs.text, kept.theirs_from) == (0, "Luz's second.", "luz.srt")
    # Again, and in the other order: nothing new, and nobody's words go.
    typed("subtitles", "merge", film, "INT01.en", luz, ana)
    assert texts(film, "en")[0] == "Ana's beginning."
    assert texts(film, "en")[2] == "Luz's third."


def test_a_version_made_from_an_older_file_does_not_undo_what_came_since(typed, film, tmp_path):
    luz = version(film, tmp_path, "luz.srt", _2="Luz's third.")
    ana = version(film, tmp_path, "ana.srt", _0="Ana's beginning.", _1="Ana's second.", _3="Ana's fourth.")
    typed("subtitles", "merge", film, "INT01.en", ana)
    typed("subtitles", "merge", film, "INT01.en", luz)
    assert texts(film, "en")[:4] == ["Ana's beginning.", "Ana's second.", "Luz's third.", "Ana's fourth."]


def test_a_version_that_made_the_same_corrections_does_not_undo_the_others(typed, film, tmp_path):
    luz = version(film, tmp_path, "luz.srt", _0="Corrected.", _1="Corrected too.")
    ana = version(film, tmp_path, "ana.srt", _0="Corrected.", _1="Corrected too.", _2="Ana's third.")
    typed("subtitles", "merge", film, "INT01.en", ana)
    _, document = typed("subtitles", "merge", film, "INT01.en", luz)
    assert texts(film, "en")[:3] == ["Corrected.", "Corrected too.", "Ana's third."]
    assert [one["people"]["text"] for one in document["files"][0]["conflicts"]] == ["Ana's third."]


def test_a_file_of_something_else_is_refused(typed, film, tmp_path):
    other = tmp_path / "other.srt"
    other.write_text("1\n01:00:00,000 --> 01:00:02,000\nAnother film.\n", "utf-8")
    before = texts(film, "en")
    status, document = typed("subtitles", "merge", film, "INT01.en", other)
    assert (status, texts(film, "en")) == (5, before)
    assert "are like those of this track" in document["problems"][0]
    assert typed("subtitles", "merge", film, "INT01.en", tmp_path / "none.srt")[0] == 5
