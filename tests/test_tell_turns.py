"""Which language each part of a reel is in: how pieces become turns, and the real voices of the example in two languages."""

import json
from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise
from math import log
from pathlib import Path

import numpy as np
import pytest

from footage_manifest.model import ChannelChoice
from pipeline.errors import ToolError
from pipeline.ports.speech import RecogniseTurns, SoundOfReel, Span, TellTurnsRequest, Turn
from pipeline.tools.listen import HEARING_RATE, Listener, Samples
from pipeline.tools.recognise import WhisperRecogniser
from pipeline.tools.recognise_faster_whisper import FasterWhisperEar
from pipeline.tools.spoken import Spoken, within
from pipeline.tools.tell_turns import TASK, Piece, WhisperTurnTeller, pieces, told
from tests.fake_bench import FakeBench
from tests.made_sound import write_sound

VOICES = Path(__file__).parents[1] / "examples" / "three-days" / "voices"
LANGUAGES = ("en", "es")
ENGLISH, SPANISH = (log(0.99), log(0.01)), (log(0.01), log(0.99))
RATHER_ENGLISH = (log(0.6), log(0.4))


def request(end_ms: int = 20_000, start_ms: int = 0, sound: str = "reel") -> TellTurnsRequest:
    heard = SoundOfReel(digest=sound, stream=0, channels=ChannelChoice.MIX, zero=Fraction(0))
    return TellTurnsRequest(sound=heard, chunk=Span(start_ms, end_ms), languages=LANGUAGES)


def row(*spans: tuple[int, int]) -> list[Piece]:
    ends = [0, *(end for _, end in spans)]
    return [
        Piece(start_ms=start, end_ms=end, pause_ms=start - before)
        for (start, end), before in zip(spans, ends, strict=False)
    ]


def test_a_turn_begins_in_the_middle_of_the_pause_before_it_and_all_of_the_chunk_is_somebodys() -> None:
    found = told(request(10_000, 0), row((500, 2_000), (3_000, 6_000), (6_400, 9_000)), [ENGLISH, SPANISH, SPANISH])
    assert found.turns == (
        Turn(start_ms=0, end_ms=2_500, language="en"),
        Turn(start_ms=2_500, end_ms=10_000, language="es"),
    )
    assert found.doubts == ()


def test_times_are_the_sounds_not_the_chunks() -> None:
    found = told(request(70_000, 60_000), row((500, 2_000), (3_000, 9_000)), [ENGLISH, RATHER_ENGLISH])
    assert found.turns == (Turn(start_ms=60_000, end_ms=70_000, language="en"),)
    found = told(request(70_000, 60_000), row((500, 2_000), (3_000, 9_000)), [SPANISH, RATHER_ENGLISH])
    assert found.turns == (Turn(start_ms=60_000, end_ms=70_000, language="es"),)
    assert found.doubts == ()  # six to four against what is said around it is no contradiction


def test_a_piece_that_is_not_clear_follows_its_neighbours_and_is_doubtful_between_two_languages() -> None:
    spans = row((0, 3_000), (3_400, 4_400), (4_800, 8_000))
    assert {turn.language for turn in told(request(), spans, [SPANISH, RATHER_ENGLISH, SPANISH]).turns} == {"es"}
    between = told(request(), spans, [ENGLISH, RATHER_ENGLISH, SPANISH])
    assert between.doubts == (Span(3_400, 4_400),)


def test_a_short_question_between_two_answers_is_a_turn_of_its_own_where_it_is_clear() -> None:
    spans = row((0, 3_000), (3_400, 4_200), (4_600, 8_000))
    assert [turn.language for turn in told(request(), spans, [SPANISH, ENGLISH, SPANISH]).turns] == ["es", "en", "es"]
    breath = row((0, 3_000), (3_400, 3_600), (4_000, 8_000))
    sigh = told(request(), breath, [SPANISH, ENGLISH, SPANISH])
    assert [turn.language for turn in sigh.turns] == ["es"]
    assert sigh.doubts == (Span(3_400, 3_600),)  # it may have been a word


def test_without_speech_the_first_language_has_it_all() -> None:
    assert told(request(5_000), (), ()).turns == (Turn(start_ms=0, end_ms=5_000, language="en"),)


def test_long_speech_is_cut_where_it_is_quietest() -> None:
    samples = np.full(12 * HEARING_RATE, 0.3, np.float32)
    samples[int(2.9 * HEARING_RATE) : int(3.1 * HEARING_RATE)] = 0.001
    found = pieces(samples, [Span(0, 12_000)])
    assert 2_900 <= found[0].end_ms <= 3_100
    assert all(one.end_ms == two.start_ms and two.pause_ms == 0 for one, two in pairwise(found))
    assert found[-1].end_ms == 12_000
    assert all(1_000 <= one.end_ms - one.start_ms <= 4_000 for one in found)


def test_what_is_outside_the_turns_is_not_heard_and_words_are_put_back_where_they_were_said() -> None:
    samples = np.arange(10 * HEARING_RATE, dtype=np.float32)
    levels = np.ones(10 * HEARING_RATE // 512 + 1, np.float32)
    spoken = Spoken(samples, levels, (Span(1_000, 2_000), Span(5_000, 6_500)))
    assert spoken.spans == (Span(1_000, 2_000), Span(5_000, 6_500))
    assert len(spoken.sound) == 2.5 * HEARING_RATE
    assert spoken.at(1.2, 1.4) == Span(5_200, 5_400)
    assert within((Span(0, 10),), None) == (Span(0, 10),)
    assert within((Span(0, 10),), (Span(10, 20),)) == ()


class OneLanguageEar:
    """Knows English only, as the small English models do."""

    name = "fake"

    def get_ready(self, _jobs: int) -> None:
        pass

    def languages(self) -> frozenset[str]:
        return frozenset({"en"})

    def weights(self) -> "OneLanguageEar":
        return self

    def tell(self, _samples: Samples) -> Mapping[str, float]:
        return {"en": 1.0}


def test_a_model_that_does_not_know_one_of_the_languages_is_refused_before_the_work(tmp_path: Path) -> None:
    teller = WhisperTurnTeller(OneLanguageEar())  # type: ignore[arg-type]
    bench = FakeBench(tmp_path, {"reel": VOICES / "INT01.ogg"})
    with pytest.raises(ToolError, match="'es'"):
        list(teller.carry_out([request()], bench))


def said(name: str, number: int) -> tuple[Samples, str]:
    """Return what is said in a turn of one of the example's voices: its sound, and its text."""
    turn = json.loads((VOICES / f"{name}.json").read_text("utf-8"))["turns"][number]
    with Listener.of(VOICES / f"{name}.ogg", request().sound) as listener:
        return listener.span(Span(turn["start_ms"], turn["end_ms"])), turn["text"]


def test_an_interview_in_two_languages_is_heard_as_it_was_said(tmp_path: Path) -> None:
    row_of = [
        ("es", *said("INT01", 0)),
        ("en", *said("INT03", 1)),
        ("es", *said("INT01", 2)),
    ]
    silence = np.zeros(HEARING_RATE * 6 // 10, np.float32)
    whole = np.concatenate([silence, *(part for _, samples, _ in row_of for part in (samples, silence))])
    path = write_sound(tmp_path / "reel.wav", whole[np.newaxis], "pcm_s16le", HEARING_RATE, "mono")
    bench = FakeBench(tmp_path, {"reel": path})
    ear = FasterWhisperEar("base", device="cpu")
    asked = request(len(whole) * 1000 // HEARING_RATE)
    ((_, turns),) = WhisperTurnTeller(ear).carry_out([asked], bench)
    assert [turn.language for turn in turns.turns] == ["es", "en", "es"]
    assert bench.progress.done[TASK] == asked.chunk.end_ms // 1000
    for language in LANGUAGES:
        own = tuple(Span(turn.start_ms, turn.end_ms) for turn in turns.turns if turn.language == language)
        given = RecogniseTurns(sound=asked.sound, chunk=asked.chunk, language=language, turns=own)
        ((_, heard),) = WhisperRecogniser(ear).carry_out([given], bench)
        with pytest.raises(ToolError, match="before it was made ready"):  # the weights are let go of
            ear.languages()
        assert all(any(one.start_ms <= word.start_ms < one.end_ms for one in own) for word in heard.words)
        wanted = " ".join(text for spoken, _, text in row_of if spoken == language).lower().split()
        got = " ".join(word.text for word in heard.words).lower().split()
        assert len(set(wanted) & set(got)) > 0.75 * len(set(wanted)), (wanted, got)
        assert abs(len(wanted) - len(got)) <= 2
