"""Ducking over speech whose place is known to the sample: bursts of noise between silences."""

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from footage_manifest.model import ChannelChoice
from pipeline.ports.sound import Ducked, Mixed, MixRequest, SoundSpan, Stem, StemHeard
from pipeline.ports.speech import SoundOfReel
from pipeline.tools.mix import SpanMixer
from pipeline.tools.mix_ducking import DuckingCurve, SpeechLevels
from tests.fake_bench import FakeBench
from tests.made_sound import decoded, sound_of, write_sound

DUCKED = Ducked(depth_millibel=-1200, attack=9_600, release=28_800, hold=14_400, bridge=33_600)
DOWN = 10 ** (-12 / 20)
SECOND = 48_000


def bursts(seconds: float, *spoken: tuple[float, float], loud: float = 0.1) -> np.ndarray:
    noise = np.random.default_rng(7).uniform(-loud, loud, int(seconds * SECOND)).astype(np.float32)
    voiced = np.zeros(len(noise), np.float32)
    for first, last in spoken:
        voiced[int(first * SECOND) : int(last * SECOND)] = 1
    return np.tile(noise * voiced, (2, 1))


def curve_under(speech: np.ndarray, block: int = 480_000, ducked: Ducked = DUCKED) -> DuckingCurve:
    levels = SpeechLevels()
    for start in range(0, speech.shape[1], block):
        levels.add(speech[:, start : start + block])
    return DuckingCurve.under(levels, ducked)


def gains(curve: DuckingCurve, samples: int, block: int = 480_000) -> np.ndarray:
    pieces = []
    for start in range(0, samples, block):
        end = min(start + block, samples)
        gain = curve.gain(start, end)
        pieces.append(np.ones(end - start, np.float32) if gain is None else gain)
    return np.concatenate(pieces)


def test_music_is_down_before_the_first_syllable_and_back_after_the_last() -> None:
    gain = gains(curve_under(bursts(10, (4, 6))), 10 * SECOND)
    assert (gain[: int(3.75 * SECOND)] == 1).all()
    assert gain[int(3.9 * SECOND)] == pytest.approx(10 ** (-6 / 20), abs=0.08)  # half of 12 dB, half-way
    assert gain[4 * SECOND : 6 * SECOND] == pytest.approx(DOWN, abs=1e-6)
    assert gain[int(6.28 * SECOND)] == pytest.approx(DOWN, abs=1e-3)  # held
    assert (gain[int(6.95 * SECOND) :] == 1).all()


def test_no_pause_of_speech_lets_the_music_up() -> None:
    words = [(1 + 1.2 * n, 1.6 + 1.2 * n) for n in range(6)]  # pauses of 0.6 s
    gain = gains(curve_under(bursts(10, *words)), 10 * SECOND)
    assert gain[int(1.0 * SECOND) : int(7.6 * SECOND)] == pytest.approx(DOWN, abs=1e-6)


def test_a_long_pause_lets_it_up() -> None:
    gain = gains(curve_under(bursts(12, (1, 3), (6, 8))), 12 * SECOND)
    assert (gain[int(4.2 * SECOND) : int(5.5 * SECOND)] == 1).all()


def test_it_never_jumps() -> None:
    gain = gains(curve_under(bursts(12, (0, 1), (1.9, 2.4), (3.3, 5), (7, 12))), 12 * SECOND)
    assert np.abs(np.diff(20 * np.log10(gain.astype(np.float64)))).max() < 0.003  # decibels a sample


@pytest.mark.parametrize("block", [480, 4_800, 96_000])
def test_blocks_make_no_difference(block: int) -> None:
    speech = bursts(9, (1, 2.3), (2.9, 4), (6, 7.77))
    whole = curve_under(speech, 480_000)
    assert np.array_equal(gains(curve_under(speech, block), 9 * SECOND, block), gains(whole, 9 * SECOND))


def test_a_knock_and_a_rooms_noise_are_not_speech() -> None:
    speech = bursts(10, (5, 8)) + np.random.default_rng(2).normal(0, 0.0005, (2, 10 * SECOND)).astype(np.float32)
    speech[:, SECOND : SECOND + 960] = 0.3
    gain = gains(curve_under(speech), 10 * SECOND)
    assert (gain[: int(4.7 * SECOND)] == 1).all()
    assert gain[6 * SECOND] == pytest.approx(DOWN)


def test_silence_ducks_nothing() -> None:
    assert curve_under(np.zeros((2, SECOND), np.float32)).gain(0, SECOND) is None


# -------------------------------------------------------------------------------------------------------- in the mix


@pytest.fixture
def bench(tmp_path: Path) -> FakeBench:
    return FakeBench(tmp_path / "bench")


def stored(bench: FakeBench, path: Path, samples: np.ndarray) -> SoundOfReel:
    return sound_of(bench, write_sound(path, samples, "pcm_f32le", SECOND), ChannelChoice.STEREO)


def span(sound: SoundOfReel, start: int, end: int, stem: Stem, **more: object) -> SoundSpan:
    return SoundSpan(sound=sound, start=start, end=end, source_in=Fraction(0), stem=stem, **more)


def mix(bench: FakeBench, samples: int, *spans: SoundSpan, ducked: Ducked | None = DUCKED) -> Mixed:
    ((_, mixed),) = SpanMixer().carry_out([MixRequest(samples=samples, spans=spans, ducked=ducked)], bench)
    return mixed


def test_music_alone_gives_way_under_dialogue_and_narration_and_not_under_effects(
    tmp_path: Path, bench: FakeBench
) -> None:
    length = 23 * SECOND  # three blocks
    music = stored(bench, tmp_path / "m.wav", np.full((2, length), 0.25, np.float32))
    speech = stored(bench, tmp_path / "s.wav", bursts(2, (0, 2)))
    spans = (
        span(music, 0, length, Stem.MUSIC),
        span(speech, 3 * SECOND, 5 * SECOND, Stem.DIALOGUE),
        span(speech, 9 * SECOND, 11 * SECOND, Stem.NARRATION),  # over the joint of two blocks
        span(speech, 15 * SECOND, 17 * SECOND, Stem.EFFECTS),
    )
    mixed = mix(bench, length, *spans)
    heard = decoded(bench.path(mixed.file.digest))
    speech_alone = decoded(bench.path(mix(bench, length, *spans[1:]).file.digest))
    music_heard = (heard - speech_alone)[0] / 0.25
    assert music_heard[4 * SECOND] == pytest.approx(DOWN, abs=1e-5)
    assert music_heard[10 * SECOND - 100 : 10 * SECOND + 100] == pytest.approx(DOWN, abs=1e-5)
    assert music_heard[16 * SECOND] == pytest.approx(1, abs=1e-5)
    assert mixed.peak == round(1000 * float(np.abs(heard).max()))
    assert mixed.stems == (
        StemHeard(stem=Stem.DIALOGUE, samples=2 * SECOND),
        StemHeard(stem=Stem.NARRATION, samples=2 * SECOND),
        StemHeard(stem=Stem.MUSIC, samples=length),
        StemHeard(stem=Stem.EFFECTS, samples=2 * SECOND),
    )
    assert mixed.ducked_samples == pytest.approx(2 * 3.1 * SECOND, rel=0.02)  # attack, speech, hold and release, twice


def test_without_ducking_music_plays_on(tmp_path: Path, bench: FakeBench) -> None:
    music = stored(bench, tmp_path / "m.wav", np.full((2, SECOND), 0.25, np.float32))
    speech = stored(bench, tmp_path / "s.wav", np.full((2, SECOND), 0.125, np.float32))
    spans = (span(music, 0, SECOND, Stem.MUSIC), span(speech, 0, SECOND, Stem.DIALOGUE))
    mixed = mix(bench, SECOND, *spans, ducked=None)
    assert (decoded(bench.path(mixed.file.digest)) == 0.375).all()
    assert mixed.ducked_samples == 0


def test_gain_and_fades_of_one_event_in_two_files_are_those_of_the_whole(tmp_path: Path, bench: FakeBench) -> None:
    steady = stored(bench, tmp_path / "m.wav", np.full((2, 2 * SECOND), 0.5, np.float32))
    more = {"fade_in": 40_000, "fade_out": 30_000, "gain_millibel": -600}
    whole = mix(bench, SECOND, span(steady, 0, SECOND, Stem.MUSIC, **more))
    edges = (0, 30_001, SECOND)
    parts = [
        span(steady, start, end, Stem.MUSIC, before=start, after=SECOND - end, **more) for start, end in pairwise(edges)
    ]
    cut = mix(bench, SECOND, *parts)
    heard = decoded(bench.path(whole.file.digest))
    assert np.abs(heard - decoded(bench.path(cut.file.digest))).max() < 1e-7
    assert np.abs(heard).max() < 0.5 * 10 ** (-6 / 20)
    assert whole.stems == cut.stems
