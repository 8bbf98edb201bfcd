"""Word starts: where the voice begins, found with real sound, and what is made of words that started early."""

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from footage_manifest.model import ChannelChoice
from pipeline.ports.speech import Recognised, SoundOfReel, Span, Voices, VoicesRequest
from pipeline.stages.transcribe import ChunkToHear, Listening
from pipeline.stages.voices import plan_voices, with_starts
from pipeline.tools.find_voices import SileroVoiceFinder
from pipeline.tools.listen import HEARING_RATE, Listener
from subtitles.transcript import Word
from tests.fake_bench import FakeBench
from tests.made_sound import write_sound

VOICE = Path(__file__).parents[1] / "examples" / "three-days" / "voices" / "INT01.ogg"


def sound(digest: str, zero: Fraction = Fraction(0)) -> SoundOfReel:
    return SoundOfReel(digest=digest, stream=0, channels=ChannelChoice.MIX, zero=zero)


def heard(*times: tuple[int, int]) -> Recognised:
    words = tuple(Word(text="x", start_ms=start, end_ms=end, confidence=900) for start, end in times)
    return Recognised(language="es", language_confidence=1000, words=words)


def starts(times: list[tuple[int, int]], *voices: tuple[int, int]) -> list[int]:
    found = with_starts(heard(*times), Voices(stretches=tuple(Span(*one) for one in voices)))
    return [word.start_ms for word in found.words]


def test_a_word_begun_in_the_pause_before_it_starts_with_the_voice() -> None:
    assert starts([(100, 500), (500, 1_400)], (90, 480), (1_000, 1_400)) == [120, 1_000 - 30 + 20]


def test_a_word_begun_in_the_last_sounds_of_the_one_before_starts_with_the_voice() -> None:
    assert starts([(400, 1_300)], (0, 500), (1_000, 1_300)) == [990]


def test_a_stop_inside_a_word_moves_nothing() -> None:
    assert starts([(100, 1_300)], (90, 500), (620, 1_300)) == [120]


def test_a_word_between_two_voices_that_no_voice_meets_keeps_its_place() -> None:
    assert starts([(600, 900)], (0, 300), (1_000, 1_300)) == [620]
    assert starts([(600, 900)]) == [620]


def test_a_short_word_keeps_some_of_its_length() -> None:
    assert starts([(600, 630), (700, 745)], (690, 800)) == [600, 705]


times = st.lists(st.integers(0, 900), min_size=2, max_size=40).map(sorted)


@given(times, times)
def test_starts_move_forward_and_never_out_of_order(bounds: list[int], voiced: list[int]) -> None:
    given_times = [(first, max(first + 1, second)) for first, second in zip(bounds[::2], bounds[1::2], strict=False)]
    said = heard(*given_times)
    stretches = tuple(Span(first, second) for first, second in zip(voiced[::2], voiced[1::2], strict=False))
    found = with_starts(said, Voices(stretches=stretches))
    for before, after in zip(said.words, found.words, strict=True):
        assert before.start_ms <= after.start_ms < after.end_ms == before.end_ms
        assert (before.text, before.confidence) == (after.text, after.confidence)
    assert all(one.start_ms <= two.start_ms for one, two in pairwise(found.words))
    for (one, two), (_, later) in zip(pairwise(said.words), pairwise(found.words), strict=True):
        if one.end_ms <= two.start_ms:
            assert later.start_ms >= one.end_ms


def test_a_voice_is_found_where_it_begins_in_the_files_own_time(tmp_path: Path) -> None:
    with Listener.of(VOICE, sound("")) as listener:
        voice = listener.span(Span(1_000, 4_000))
    silence = np.zeros(2 * HEARING_RATE, np.float32)
    bench = FakeBench(tmp_path)
    path = tmp_path / "a.wav"
    write_sound(path, np.concatenate([silence, voice, silence, voice])[None], "pcm_s16le", HEARING_RATE, "mono")
    inner = Listening(sound=sound(bench.add(path), zero=Fraction(1)), language="es", prime=(), beam=5)
    request = plan_voices(ChunkToHear(listening=inner, chunk=Span(4_000, 9_000)))
    assert request == VoicesRequest(sound=inner.sound, chunk=Span(4_000, 9_000))
    ((_, found),) = SileroVoiceFinder().carry_out([request], bench)
    assert found.stretches
    assert abs(found.stretches[0].start_ms - 6_000) < 150  # 7 s into the file, whose reel begins at 1 s
    assert all(4_000 <= one.start_ms < one.end_ms <= 9_000 for one in found.stretches)


def test_silence_has_no_voices(tmp_path: Path) -> None:
    bench = FakeBench(tmp_path)
    path = tmp_path / "a.wav"
    write_sound(path, np.zeros((1, HEARING_RATE), np.float32), "pcm_s16le", HEARING_RATE, "mono")
    request = VoicesRequest(sound=sound(bench.add(path)), chunk=Span(0, 1_000))
    ((_, found),) = SileroVoiceFinder().carry_out([request], bench)
    assert found == Voices(stretches=())
