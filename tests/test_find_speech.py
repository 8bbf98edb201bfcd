"""Where there is speech, and the chunks it is cut into: planning with numbers, finding with real sound."""

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from footage_manifest.model import ChannelChoice
from pipeline.errors import MediaError
from pipeline.ports.speech import FindSpeechRequest, SoundOfReel, Span
from pipeline.tools.chunks import plan_chunks
from pipeline.tools.find_speech import SileroSpeechFinder
from pipeline.tools.listen import HEARING_RATE, Listener, Samples
from pipeline.tools.voice import VoiceDetector, VoiceOptions, voiced_spans, with_margins
from tests.fake_bench import FakeBench
from tests.made_sound import write_sound

VOICES = Path(__file__).parents[1] / "examples" / "three-days" / "voices"


def write_wav(path: Path, channels: list[np.ndarray], rate: int = 48_000) -> Path:
    """Write channels of full scale 1.0 as a 16-bit WAV."""
    return write_sound(path, np.stack(channels), "pcm_s16le", rate, "mono" if len(channels) == 1 else "stereo")


def sound(digest: str, *, channels: ChannelChoice = ChannelChoice.MIX, zero: Fraction = Fraction(0)) -> SoundOfReel:
    return SoundOfReel(digest=digest, stream=0, channels=channels, zero=zero)


def spoken(name: str) -> np.ndarray:
    """Return the sound of one of the example's voices, at 16 kHz."""
    path = VOICES / f"{name}.ogg"
    with Listener.of(path, sound("")) as listener:
        return np.concatenate(list(listener.blocks()))


# ------------------------------------------------------------------------------------------------------- planning chunks


def test_a_short_reel_is_one_chunk_from_its_first_word_to_its_last() -> None:
    assert plan_chunks([Span(4_000, 9_000), Span(12_000, 30_000)], 120_000, 300_000) == (Span(4_000, 30_000),)


def test_a_reel_without_speech_has_no_chunks() -> None:
    assert plan_chunks([], 120_000, 300_000) == ()


def test_a_chunk_ends_in_the_longest_silence_of_its_window() -> None:
    speech = [Span(0, 100_000), Span(105_000, 150_000), Span(152_000, 200_000), Span(201_000, 600_000)]
    assert plan_chunks(speech, 120_000, 300_000)[0] == Span(0, 150_000)


def test_a_silence_longer_than_a_chunk_is_left_out() -> None:
    speech = [Span(0, 10_000), Span(900_000, 910_000)]
    assert plan_chunks(speech, 120_000, 300_000) == (Span(0, 10_000), Span(900_000, 910_000))


def test_speech_without_a_pause_is_cut_where_it_must_be() -> None:
    assert plan_chunks([Span(0, 700_000)], 120_000, 300_000) == (
        Span(0, 300_000),
        Span(300_000, 600_000),
        Span(600_000, 700_000),
    )


def test_no_crumb_is_left_at_the_end() -> None:
    speech = [Span(second * 10_000, second * 10_000 + 9_500) for second in range(31)]  # 309.5 s with a pause each 10 s
    assert [chunk.end_ms - chunk.start_ms >= 120_000 for chunk in plan_chunks(speech, 120_000, 300_000)] == [True, True]


stretches = st.lists(st.tuples(st.integers(1, 60_000), st.integers(32, 400_000)), max_size=60)


@given(stretches)
def test_chunks_cover_all_speech_in_order_and_are_never_too_long(lengths: list[tuple[int, int]]) -> None:
    speech, position = [], 0
    for silence, length in lengths:
        speech.append(Span(position + silence, position + silence + length))
        position += silence + length
    chunks = plan_chunks(speech, 120_000, 300_000)
    assert all(0 < chunk.end_ms - chunk.start_ms <= 300_000 for chunk in chunks)
    assert all(a.end_ms <= b.start_ms for a, b in pairwise(chunks))
    covered = sum(max(0, min(s.end_ms, c.end_ms) - max(s.start_ms, c.start_ms)) for s in speech for c in chunks)
    assert covered == sum(span.end_ms - span.start_ms for span in speech)


# -------------------------------------------------------------------------------------------------------- voice and margins


def test_a_voice_begins_and_ends_at_different_levels() -> None:
    levels = [0.1, 0.6, 0.4, 0.4, 0.1, 0.1, 0.1, 0.1, 0.1, 0.4, 0.4]
    assert voiced_spans(levels, VoiceOptions(silence_ms=96)) == (Span(32, 128),)


def test_a_pause_shorter_than_asked_does_not_end_a_stretch() -> None:
    levels = [0.9] + [0.0] * 3 + [0.9] + [0.0] * 4 + [0.9]
    assert voiced_spans(levels, VoiceOptions(silence_ms=96)) == (Span(0, 160), Span(288, 320))


def test_margins_meet_in_the_middle_and_stay_inside() -> None:
    spans = (Span(100, 200), Span(300, 400), Span(5_000, 5_100))
    assert with_margins(spans, 5_150, 400) == (Span(0, 250), Span(250, 800), Span(4_600, 5_150))


# --------------------------------------------------------------------------------------------------------------- listening


def test_listening_starts_at_the_reels_zero(tmp_path: Path) -> None:
    click = np.zeros(48_000 * 3, np.float32)
    click[48_000 * 2 : 48_000 * 2 + 480] = 0.5
    path = write_wav(tmp_path / "click.wav", [click])
    with Listener.of(path, sound("", zero=Fraction(1, 2))) as listener:
        heard = listener.span(Span(1_000, 2_000))
    assert len(heard) == HEARING_RATE
    assert abs(int(np.argmax(np.abs(heard) > 0.2)) - HEARING_RATE // 2) <= 2


def test_what_lies_before_the_sound_and_after_it_is_silence(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "loud.wav", [np.full(48_000, 0.5, np.float32)])
    with Listener.of(path, sound("", zero=Fraction(-1))) as listener:
        heard = listener.span(Span(0, 4_000))
    assert len(heard) == 4 * HEARING_RATE
    assert np.abs(heard[: HEARING_RATE - 100]).max() < 0.01
    assert np.abs(heard[HEARING_RATE + 100 : 2 * HEARING_RATE - 100] - 0.5).max() < 0.01
    assert np.abs(heard[2 * HEARING_RATE + 100 :]).max() < 0.01


@pytest.mark.parametrize(
    ("channels", "level"), [(ChannelChoice.FIRST, 0.5), (ChannelChoice.SECOND, 0.1), (ChannelChoice.MIX, 0.3)]
)
def test_the_chosen_channel_is_heard(tmp_path: Path, channels: ChannelChoice, level: float) -> None:
    sides = [np.full(48_000, 0.5, np.float32), np.full(48_000, 0.1, np.float32)]
    path = write_wav(tmp_path / "sides.wav", sides)
    with Listener.of(path, sound("", channels=channels)) as listener:
        heard = listener.span(Span(200, 800))
    assert np.allclose(heard[100:-100], level, atol=0.01)


def test_a_span_is_the_same_whatever_was_heard_before() -> None:
    with Listener.of(VOICES / "INT01.ogg", sound("")) as listener:
        alone = listener.span(Span(20_000, 25_000))
        listener.span(Span(3_000, 8_000))
        again = listener.span(Span(20_000, 25_000))
    assert np.array_equal(alone, again)


# ----------------------------------------------------------------------------------------------------------- finding speech


def test_speech_is_found_between_silence_and_tone(tmp_path: Path) -> None:
    voice = spoken("INT01")[HEARING_RATE : 14 * HEARING_RATE]
    tone = 0.3 * np.sin(np.arange(20 * HEARING_RATE) * 2 * np.pi * 440 / HEARING_RATE).astype(np.float32)
    silence = np.zeros(20 * HEARING_RATE, np.float32)
    path = write_wav(tmp_path / "reel.wav", [np.concatenate([silence, voice, tone, voice])], HEARING_RATE)
    bench = FakeBench(tmp_path)
    request = FindSpeechRequest(sound=sound(bench.add(path)), chunk_min_ms=5_000, chunk_max_ms=15_000)
    ((index, speech),) = SileroSpeechFinder().carry_out([request], bench)
    assert index == 0
    assert speech.duration_ms == 66_000
    assert 18_000 < speech.speech_ms < 28_000
    assert speech.chunks[0].start_ms >= 19_500
    assert all(not 33_600 < chunk.start_ms < 52_400 and not 34_000 < chunk.end_ms < 52_900 for chunk in speech.chunks)
    assert all(chunk.end_ms - chunk.start_ms <= 15_000 for chunk in speech.chunks)
    assert speech.chunks[-1].end_ms >= 65_000


def test_reels_side_by_side_are_found_as_alone(tmp_path: Path) -> None:
    requests = [FindSpeechRequest(sound=sound(name)) for name in ("INT01", "INT02", "INT03")]
    files = {name: VOICES / f"{name}.ogg" for name in ("INT01", "INT02", "INT03")}
    together = dict(SileroSpeechFinder().carry_out(requests, FakeBench(tmp_path, files, jobs=3)))
    alone = dict(SileroSpeechFinder().carry_out(requests, FakeBench(tmp_path, files, jobs=1)))
    assert together == alone
    assert sorted(together) == [0, 1, 2]


def test_silence_has_no_chunks(tmp_path: Path) -> None:
    bench = FakeBench(tmp_path)
    path = write_wav(tmp_path / "silence.wav", [np.zeros(48_000 * 5, np.float32)])
    ((_, speech),) = SileroSpeechFinder().carry_out([FindSpeechRequest(sound=sound(bench.add(path)))], bench)
    assert (speech.chunks, speech.speech_ms, speech.duration_ms) == ((), 0, 5_000)


def test_what_is_no_sound_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "notes.wav"
    path.write_text("not a recording")
    bench = FakeBench(tmp_path)
    with pytest.raises(MediaError, match=r"notes\.wav"):
        list(SileroSpeechFinder().carry_out([FindSpeechRequest(sound=sound(bench.add(path)))], bench))


def test_identity_changes_with_the_options_only() -> None:
    request = FindSpeechRequest(sound=sound("0"))
    identity = SileroSpeechFinder().identity(request)
    assert identity == SileroSpeechFinder().identity(request)
    assert identity != SileroSpeechFinder(options=VoiceOptions(silence_ms=250)).identity(request)
    assert len(identity["voice_detector"]) == 64


def test_a_chunk_that_was_judged_is_not_judged_again() -> None:
    detector = VoiceDetector()
    asked: list[int] = []

    def samples() -> Samples:
        asked.append(1)
        return np.zeros(HEARING_RATE, np.float32)

    first = detector.levels_in(sound("reel"), Span(0, 1000), samples)
    assert detector.levels_in(sound("reel"), Span(0, 1000), samples) is first
    assert len(asked) == 1
    detector.levels_in(sound("reel"), Span(1000, 2000), samples)
    detector.levels_in(sound("other"), Span(0, 1000), samples)
    assert len(asked) == 3
