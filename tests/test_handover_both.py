"""Reels in which two languages are spoken: both files made at once, each from what people have in the other."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import pytest

from pipeline.assembly import words
from pipeline.assembly.handover import Draft, Track, read_track, srt_name
from pipeline.assembly.handover_both import drafter, drafts_with, hand_over_both, heard_by, translated_by
from pipeline.assembly.options import RunOptions, Step
from pipeline.assembly.sync_subtitles import TrackSynced
from pipeline.assembly.sync_subtitles import _reel as sync_reel
from subtitles.formats.srt import read_srt
from subtitles.merge import untranslated
from subtitles.style import OURS
from subtitles.transcript import Transcript
from subtitles.two_languages import segment_in
from tests.fake_bench import SilentProgress
from tests.test_captions import FILM
from tests.test_two_languages import HEARD, OTHER, SAID, drafted, texts, translated


def site(folder: Path, **options: object) -> SimpleNamespace:
    store = folder / ".testimonio"
    (store / "work").mkdir(parents=True, exist_ok=True)
    asked = RunOptions(folder=folder, **options)  # type: ignore[arg-type]
    return SimpleNamespace(
        folder=folder,
        options=asked,
        engine=SimpleNamespace(store=SimpleNamespace(root=store)),
        progress=SilentProgress(),
    )


class Machine:
    """Drafts and translates; keeps what it was asked to translate."""

    def __init__(self, *, translates: bool = True) -> None:
        self.translates = translates
        self.asked: dict[str, list[str]] = {}
        self.say: dict[str, str] = {}

    def draft(self, language: str) -> Draft:
        return Draft(cues=drafted(language), made_by="ear")

    def translate(self, source: Track, language: str) -> Draft | None:
        self.asked[language] = texts(source.cues)
        if not self.translates:
            return None
        cues = tuple(replace(cue, text=self.say.get(cue.text, cue.text)) for cue in translated(source.cues))
        return Draft(cues=cues, made_by="engine", source_language=source.language, source=source.cues)


def handed(folder: Path, machine: Machine, **options: object) -> dict[str, Track]:
    return hand_over_both(site(folder, **options), "R", HEARD, machine.draft, machine.translate)  # type: ignore[arg-type]


def in_file(folder: Path, language: str) -> list[str]:
    name = srt_name("R", language)
    return texts(read_srt((folder / name).read_bytes(), file=name).cues)


def test_both_files_are_made_once_each_with_everything_that_is_said(tmp_path: Path) -> None:
    machine = Machine()
    tracks = handed(tmp_path, machine)
    assert in_file(tmp_path, "en") == [SAID[0][1], OTHER[1], SAID[2][1]]
    assert in_file(tmp_path, "es") == [OTHER[0], SAID[1][1], OTHER[2]]
    assert machine.asked == {"en": [SAID[1][1]], "es": [SAID[0][1], SAID[2][1]]}
    assert {one.state.made_by for one in tracks.values() if one.state} == {"ear, engine"}
    before = {path: path.read_bytes() for path in (tmp_path / "subtitles").rglob("*") if path.is_file()}
    machine.asked.clear()
    handed(tmp_path, machine)
    assert machine.asked == {}
    assert {path: path.read_bytes() for path in before} == before


def test_what_people_have_is_never_overwritten_and_is_what_is_translated(tmp_path: Path) -> None:
    theirs = b"1\r\n00:00:00,000 --> 00:00:02,500\r\nHow did it go, the journey?\r\n"
    (tmp_path / "subtitles").mkdir()
    (tmp_path / srt_name("R", "en")).write_bytes(theirs)
    machine = Machine()
    handed(tmp_path, machine)
    assert (tmp_path / srt_name("R", "en")).read_bytes() == theirs
    assert machine.asked == {"es": ["How did it go, the journey?"]}
    assert in_file(tmp_path, "es") == [OTHER[0], SAID[1][1]]


def test_without_an_engine_each_file_holds_what_is_heard_and_the_rest_is_missed(tmp_path: Path) -> None:
    tracks = handed(tmp_path, Machine(translates=False))
    assert in_file(tmp_path, "es") == [SAID[1][1]]
    missed = untranslated(tracks["es"].aligned, tracks["en"].aligned)
    assert texts([cue.cue for cue in missed]) == [SAID[0][1], SAID[2][1]]
    again = read_track(tmp_path, "R", "es")
    assert again is not None
    assert again.source_language == "en"


def test_a_run_that_ends_with_drafts_makes_no_half_of_a_file(tmp_path: Path) -> None:
    assert handed(tmp_path, Machine(), to=Step.DRAFT) == {}
    assert not (tmp_path / "subtitles").exists()


def test_who_drafted_names_who_heard_and_who_translated() -> None:
    assert translated_by("ear", "engine") == "ear, engine"
    assert translated_by("ear, engine", "better") == "ear, better"
    assert heard_by("ear, engine", "other ear") == "other ear, engine"
    assert drafts_with("ear, engine", "engine")
    assert not drafts_with("ear, engine", "eng")


def test_each_cue_names_the_engine_that_drafted_it(tmp_path: Path) -> None:
    state = handed(tmp_path, Machine())["es"].state
    assert state is not None
    assert [drafter(state.made_by, cue) for cue in state.cues] == ["engine", "ear", "engine"]
    assert drafter("apertium", state.cues[0]) == "apertium"


# ------------------------------------------------------------------------------------------------------------------ sync


def synced(folder: Path, machine: Machine, heard: Transcript, monkeypatch: pytest.MonkeyPatch) -> list[TrackSynced]:
    """Bring both tracks up to date with what is heard now."""
    place = site(folder, to=Step.HANDOVER)
    place.production = SimpleNamespace(film=FILM)

    def draft(_site: object, _key: str, said: Transcript, language: str) -> Draft:
        return Draft(cues=segment_in(said, language, style=OURS, rate=Fraction(25), reel="R"), made_by="ear")

    def translate(_site: object, _media: object, _key: str, spoken: Track, language: str) -> Draft | None:
        return machine.translate(spoken, language)

    monkeypatch.setattr(words, "heard_in_reels", lambda *_: {"R": heard})
    monkeypatch.setattr(words, "draft_spoken", draft)
    monkeypatch.setattr(words, "draft_translation", translate)
    done: list[TrackSynced] = []
    sync_reel(place, None, ("R", heard), (), done)  # type: ignore[arg-type]
    return done


def rewrite(folder: Path, language: str, old: str, new: str) -> None:
    path = folder / srt_name("R", language)
    content = path.read_text("utf-8")
    assert old in content
    path.write_text(content.replace(old, new), "utf-8")


def test_nothing_new_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine()
    handed(tmp_path, machine)
    before = {path: path.read_bytes() for path in (tmp_path / "subtitles").rglob("*") if path.is_file()}
    assert not any(one.changed for one in synced(tmp_path, machine, HEARD, monkeypatch))
    assert {path: path.read_bytes() for path in before} == before


def test_a_corrected_question_is_translated_anew_where_nobody_was_at_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = Machine()
    handed(tmp_path, machine)
    rewrite(tmp_path, "en", SAID[0][1], "How was the trip?")
    rewrite(tmp_path, "en", SAID[2][1], "And after that?")
    rewrite(tmp_path, "es", OTHER[2], "¿Y qué hicieron?")
    machine.say[OTHER[0]] = "¿Cómo fue el paseo?"
    stale = [name for one in synced(tmp_path, machine, HEARD, monkeypatch) for name in one.stale]
    assert in_file(tmp_path, "en") == ["How was the trip?", OTHER[1], "And after that?"]
    assert in_file(tmp_path, "es") == ["¿Cómo fue el paseo?", SAID[1][1], "¿Y qué hicieron?"]
    assert stale == ["R-00008000"]


def test_what_was_not_translated_is_added_once_something_translates_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed(tmp_path, Machine(translates=False))
    synced(tmp_path, Machine(), HEARD, monkeypatch)
    assert in_file(tmp_path, "es") == [OTHER[0], SAID[1][1], OTHER[2]]
    assert in_file(tmp_path, "en") == [SAID[0][1], OTHER[1], SAID[2][1]]
    track = read_track(tmp_path, "R", "es")
    assert track is not None
    assert track.state is not None
    assert track.state.made_by == "ear, engine"
    assert [cue.source_ids != () for cue in track.state.cues] == [True, False, True]


def test_a_better_hearing_follows_in_both_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine()
    handed(tmp_path, machine)
    moved = replace(HEARD, words=tuple(replace(one, start_ms=one.start_ms + 60) for one in HEARD.words))
    synced(tmp_path, machine, moved, monkeypatch)
    for language in ("en", "es"):
        track = read_track(tmp_path, "R", language)
        assert track is not None
        assert [cue.start_ms for cue in track.cues] == [60, 4060, 8060]
        assert {cue.status.value for cue in track.aligned.cues} == {"draft"}
