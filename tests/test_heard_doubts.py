"""Heard words on a run's way: better starts where voices are known, the recogniser's where not; doubts said and listed."""

from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import pytest

from footage_manifest.model import ChannelChoice, Film, Manifest, Production, Term
from pipeline.assembly import heard_names, known_reels
from pipeline.assembly.heard_doubts import with_doubts, with_word_starts
from pipeline.assembly.options import RunOptions, Step
from pipeline.engine.run import WouldRun
from pipeline.ports.speech import Recognised, SoundOfReel, Span, Voices
from pipeline.stages.transcribe import ChunkToHear, Listening
from subtitles.transcript import Transcript, Word
from tests.fake_bench import SilentProgress

SOUND = SoundOfReel(digest="d" * 64, stream=0, channels=ChannelChoice.MIX, zero=Fraction(0))
CHUNK = ChunkToHear(listening=Listening(sound=SOUND, language="es", prime=(), beam=5), chunk=Span(0, 9_000))
ASKED = [("INT01", "INT01 1", CHUNK), ("INT01", "INT01 2", CHUNK)]


def words(text: str) -> tuple[Word, ...]:
    return tuple(
        Word(text=one, start_ms=at * 500, end_ms=at * 500 + 450, confidence=900) for at, one in enumerate(text.split())
    )


def production(*terms: str, withdrawn: bool = False) -> Production:
    film = Film.model_validate(
        {"title": "t", "languages": ["es"], "timeline": {"rate": 25, "size": "64x64"}, "cuts": {}}
    )
    people = {"juana": {"name": "Juana R.", "consent": {"status": "withdrawn" if withdrawn else "granted"}}}
    reels = {"INT01": {"file": "a.mp4", "kind": "interview", "people": ["juana"], "language": "es"}}
    manifest = Manifest.model_validate({"people": people, "reels": reels})
    glossary = tuple(Term(texts={"es": term}, line=at) for at, term in enumerate(terms, start=2))
    return Production(film=film, manifest=manifest, glossary=glossary)


class Engine:
    """Answers with voices, or, in a dry run that has none stored, does not."""

    def __init__(self, *voices: Voices) -> None:
        self.voices = voices
        self.asked: list[str] = []

    def map(self, stage, _executor, inputs):
        self.asked = [subject for subject, _ in inputs]
        if not self.voices:
            raise WouldRun(stage.name, self.asked)
        return self.voices


def site(engine: Engine, *terms: str, to: Step = Step.DELIVER, dry: bool = False) -> SimpleNamespace:
    options = RunOptions(folder=Path("film"), to=to, dry_run=dry)
    tools = SimpleNamespace(voice_finder=None)
    return SimpleNamespace(
        engine=engine, options=options, tools=tools, progress=SilentProgress(), production=production(*terms)
    )


def answer(text: str) -> Recognised:
    return Recognised(language="es", language_confidence=1000, words=words(text))


def test_words_start_with_their_voices_and_silent_chunks_are_not_asked_about() -> None:
    engine = Engine(Voices(stretches=(Span(200, 900),)))
    empty, better = with_word_starts(site(engine), ASKED, [answer(""), answer("hola")])
    assert engine.asked == ["INT01 2"]
    assert empty.words == ()
    assert [word.start_ms for word in better.words] == [200 - 30 + 20]


@pytest.mark.parametrize(("to", "said"), [(Step.DELIVER, 1), (Step.TRANSCRIBE, 0)])
def test_a_film_transcribed_before_is_readable_before_it_is_run_again(to: Step, said: int) -> None:
    dry = site(Engine(), to=to, dry=True)
    answers = [answer("hola"), answer("")]
    assert with_word_starts(dry, ASKED, answers) == tuple(answers)
    assert len(dry.progress.notes) == said


def test_a_run_says_where_the_hearing_went_in_circles_and_a_look_does_not() -> None:
    heard = Transcript(language="es", words=words("hola " + "no " * 40))
    run, look = site(Engine()), site(Engine(), dry=True)
    assert with_doubts(run, "INT01", heard) == with_doubts(look, "INT01", heard)
    (note,) = run.progress.notes
    assert "INT01: from 0.5 to 20.4 s 'no' was heard 40 times" in note
    assert look.progress.notes == []


def test_what_may_be_a_name_is_doubtful_in_the_transcript() -> None:
    after = with_doubts(site(Engine(), "LibriVox"), "INT01", Transcript(language="es", words=words("de Libribox hoy")))
    assert [word.confidence < 600 for word in after.words] == [False, True, False]
    assert after.words[1].text == "Libribox"


# ------------------------------------------------------------------------------------------------------------- the list


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    asked: list[str] = []

    def stored(_folder, _production, keys, _progress):
        asked.extend(keys)
        return {key: known_reels.KnownReel(words=words("una grabación de Libribox hoy")) for key in keys}

    monkeypatch.setattr(known_reels, "stored", stored)
    return asked


def test_near_names_are_listed_until_people_decide(tmp_path: Path, heard: list[str]) -> None:
    film = production("LibriVox")
    (one,) = heard_names.open_names(tmp_path, film, SilentProgress())
    (finding,) = heard_names.findings([one])
    assert str(finding).startswith("subtitles/INT01.es.srt: 'Libribox' was heard at 0:01.5, and may be 'LibriVox'")
    assert (finding.severity, heard) == ("note", ["INT01"])
    (tmp_path / "subtitles").mkdir()
    file = tmp_path / "subtitles" / "INT01.es.srt"
    file.write_text("1\n00:00:00,000 --> 00:00:03,000\nuna grabación\nde Libribox hoy\n\n", "utf-8")
    assert heard_names.open_names(tmp_path, film, SilentProgress()) == (one,)
    file.write_bytes("1\r\n00:00:00,000 --> 00:00:03,000\r\nuna grabación\r\nde LibriVox hoy\r\n\r\n".encode())
    assert heard_names.open_names(tmp_path, film, SilentProgress()) == ()


def test_nothing_is_read_of_people_who_withdrew(tmp_path: Path, heard: list[str]) -> None:
    assert heard_names.open_names(tmp_path, production("LibriVox", withdrawn=True), SilentProgress()) == ()
    assert heard == []


def test_a_film_whose_files_are_not_there_is_no_reason_to_stop(tmp_path: Path) -> None:
    assert heard_names.open_names(tmp_path, production("LibriVox"), SilentProgress()) == ()
    assert list(tmp_path.iterdir()) == []
