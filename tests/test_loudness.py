"""Loudness against its reference tone (BS.1770-4: 997 Hz at full scale in one channel is -3.01) and ffmpeg's own meter."""

import re
from pathlib import Path

import numpy as np
import pytest

from footage_manifest.model import Loudness
from pipeline.ports.sound import LevelRequest, Mastered, MasterRequest, Mixed, SoundStretch
from pipeline.stages.master import TARGETS, MasterInputs, plan_master
from pipeline.tools.loudness import measured
from pipeline.tools.loudness_level import ReelLeveller
from pipeline.tools.loudness_limiter import CONTEXT, Limiter
from pipeline.tools.loudness_master import LoudnessMaster
from pipeline.tools.mix_file import MixFile, MixWriter
from pipeline.tools.process import run_program
from pipeline.tools.programs import find_ffmpeg
from tests.fake_bench import FakeBench
from tests.made_sound import decoded, sound_of, write_sound

RATE = 48_000


@pytest.fixture
def bench(tmp_path: Path) -> FakeBench:
    return FakeBench(tmp_path / "bench")


def tone(seconds: float, hertz: float, amplitude: float = 1.0, phase: float = 0.0) -> np.ndarray:
    return (amplitude * np.sin(2 * np.pi * hertz * np.arange(int(seconds * RATE)) / RATE + phase)).astype(np.float32)


def talk(seconds: float, loud: float = 0.1, seed: int = 3) -> np.ndarray:
    """Something with the ups and downs of speech: noise in syllables, sentences and pauses, soft and loud ones."""
    random = np.random.default_rng(seed)
    instants = np.arange(int(seconds * RATE)) / RATE
    voice = np.convolve(random.normal(0, 1, len(instants)), np.hanning(12), "same")
    syllables = np.clip(np.sin(2 * np.pi * 3.1 * instants), 0, 1) ** 2
    sentences = (np.sin(2 * np.pi * 0.21 * instants) > -0.6) * (0.4 + 0.6 * np.sin(2 * np.pi * 0.07 * instants) ** 2)
    return np.tile((loud / 2.5 * voice * syllables * sentences), (2, 1)).astype(np.float32)


def stored(bench: FakeBench, samples: np.ndarray) -> Mixed:
    path = bench.work / "made.w64"
    with MixWriter(path) as file:
        file.write(samples)
    return Mixed(file=bench.keep(path), samples=samples.shape[1], peak=0)


def mastered(bench: FakeBench, samples: np.ndarray, target: int, ceiling: int = -150) -> Mastered:
    request = MasterRequest(mix=stored(bench, samples), target_millibel=target, ceiling_millibel=ceiling)
    ((_, result),) = LoudnessMaster().carry_out([request], bench)
    return result


# -------------------------------------------------------------------------------------------------------- measuring


def test_the_reference_tone_in_one_channel() -> None:
    facts = measured([np.stack([tone(20, 997), np.zeros(20 * RATE, np.float32)])])
    assert facts.integrated_millibel == pytest.approx(-301, abs=1)
    assert facts.true_peak_millibel == pytest.approx(0, abs=1)
    assert facts.range_millibel == 0


@pytest.mark.parametrize(("hertz", "phase"), [(12_000, np.pi / 4), (8_000, 0.3), (15_000, 1.0), (19_000, 0.2)])
def test_a_true_peak_lies_between_the_samples(hertz: float, phase: float) -> None:
    row = tone(1, hertz, 0.5, phase) * np.hanning(RATE).astype(np.float32)
    assert measured([np.stack([row, row])]).true_peak_millibel == pytest.approx(-602, abs=20)


def test_silence_and_what_is_too_short_have_no_loudness() -> None:
    silent = measured([np.zeros((2, 5 * RATE), np.float32)])
    assert (silent.integrated_millibel, silent.range_millibel, silent.true_peak_millibel) == (None, None, None)
    assert measured([np.stack([tone(0.3, 997)] * 2)]).integrated_millibel is None
    assert measured([]).integrated_millibel is None


def test_blocks_make_no_difference() -> None:
    samples = talk(12)
    whole = measured([samples])
    assert measured([samples[:, at : at + 7_777] for at in range(0, samples.shape[1], 7_777)]) == whole


def test_ffmpegs_meter_says_the_same(tmp_path: Path) -> None:
    samples = talk(40, 0.5)
    path = write_sound(tmp_path / "a.wav", samples, "pcm_f32le", RATE)
    argv = (str(find_ffmpeg().path), "-hide_banner", "-nostats", "-i", str(path))
    said = run_program((*argv, "-af", "ebur128=peak=true:framelog=verbose", "-f", "null", "-")).stderr.decode()
    summary = said[said.index("Summary:") :]
    loudness, spread, peak = (float(re.search(rf"{name}:\s+(-?[0-9.]+)", summary)[1]) for name in ("I", "LRA", "Peak"))
    facts = measured([samples])
    assert facts.integrated_millibel == pytest.approx(loudness * 100, abs=6)
    assert facts.range_millibel == pytest.approx(spread * 100, abs=11)
    assert facts.true_peak_millibel == pytest.approx(peak * 100, abs=10)


def test_a_whole_reel_is_measured_with_the_channels_that_are_heard(tmp_path: Path, bench: FakeBench) -> None:
    sound = sound_of(
        bench, write_sound(tmp_path / "a.wav", np.stack([tone(9, 997, 0.1), tone(9, 997, 0.2)]), "pcm_f32le", RATE)
    )
    stretch = SoundStretch(sound=sound, start=0, end=9)

    def level(*channels: int) -> int:
        request = LevelRequest(stretches=(stretch,), source_channels=channels)
        ((_, found),) = ReelLeveller().carry_out([request], bench)
        return found.integrated_millibel

    assert level(1) == pytest.approx(-2000, abs=2)  # on both sides, each at -23.01
    assert level(2) == pytest.approx(-1398, abs=2)
    assert level(1, 2) == pytest.approx(-1046, abs=2)  # 0.3 on both sides


# -------------------------------------------------------------------------------------------------------- mastering


@pytest.mark.parametrize("profile", [Loudness.BROADCAST, Loudness.WEB, Loudness.PLATFORM])
@pytest.mark.parametrize("loud", [0.02, 0.9])
def test_every_profile_is_met(bench: FakeBench, profile: Loudness, loud: float) -> None:
    request = plan_master(MasterInputs(mix=stored(bench, talk(25, loud)), profile=profile))
    ((_, result),) = LoudnessMaster().carry_out([request], bench)
    heard = measured([decoded(bench.path(result.mixed.file.digest))])
    target = TARGETS[profile]
    assert result.reached
    assert heard == result.after
    assert heard.integrated_millibel == pytest.approx(target.integrated_millibel, abs=20)
    assert heard.true_peak_millibel <= target.true_peak_millibel - 50
    assert result.mixed.samples == 25 * RATE


def test_where_no_peak_reaches_the_ceiling_it_is_one_gain_and_nothing_else(bench: FakeBench) -> None:
    samples = talk(25, 0.9)
    result = mastered(bench, samples, -2300)
    gain = np.float32(10 ** (result.gain_millibel / 2000))
    assert result.limited_samples == 0
    assert np.array_equal(decoded(bench.path(result.mixed.file.digest)), samples * gain)
    assert result.after.range_millibel == pytest.approx(result.before.range_millibel, abs=2)


def test_the_limiter_acts_at_the_peak_and_nowhere_else(bench: FakeBench) -> None:
    samples = talk(30, 0.1)
    samples[:, 12 * RATE : 12 * RATE + 480] = tone(0.01, 1_000, 0.9)
    result = mastered(bench, samples, -2300, -300)
    ratio = decoded(bench.path(result.mixed.file.digest))[0] / np.where(samples[0], samples[0], np.nan)
    plain = np.float32(10 ** (result.gain_millibel / 2000))
    touched = np.flatnonzero(~np.isclose(ratio, plain, rtol=1e-6) & ~np.isnan(ratio))
    assert 0 < result.limited_samples < RATE
    assert touched.min() > 12 * RATE - 600
    assert touched.max() < 12.5 * RATE
    assert result.after.true_peak_millibel <= -300
    assert result.reached


def test_what_the_limiter_would_only_take_away_again_is_said(bench: FakeBench) -> None:
    clicks = np.zeros((2, 10 * RATE), np.float32)
    clicks[:, :: RATE // 4] = 0.8
    result = mastered(bench, clicks, -1400)
    assert not result.reached
    assert result.after.true_peak_millibel <= -150
    (note,) = bench.progress.notes
    assert re.match(
        r"the mix comes to -\d\d\.\d LUFS instead of -14\.0: more gain would only be limited away at -1\.5", note
    )


@pytest.mark.parametrize("samples", [np.zeros((2, 3 * RATE), np.float32), np.stack([tone(0.2, 997, 0.3)] * 2)])
def test_silence_and_what_is_too_short_stay_as_they_are(bench: FakeBench, samples: np.ndarray) -> None:
    result = mastered(bench, samples, -2300)
    assert (result.gain_millibel, result.limited_samples, result.reached) == (0, 0, False)
    assert np.array_equal(decoded(bench.path(result.mixed.file.digest)), samples)
    assert bench.progress.notes == ["the mix is silent or shorter than 0.4 s: it has no loudness and is left as it is"]


def test_a_master_has_the_same_bytes_every_time(bench: FakeBench) -> None:
    samples = talk(12, 0.2)
    assert mastered(bench, samples, -1400) == mastered(bench, samples, -1400)


@pytest.mark.parametrize("block", [1_000, 4_801])
def test_the_limiter_knows_no_blocks(block: int) -> None:
    samples = talk(3, 2.0)
    padded = np.pad(samples, ((0, 0), (CONTEXT, CONTEXT)))

    def limited(step: int) -> np.ndarray:
        limiter = Limiter(0.5)
        ends = [min(at + step, samples.shape[1]) for at in range(0, samples.shape[1], step)]
        starts = range(0, samples.shape[1], step)
        return np.concatenate(
            [limiter.apply(padded[:, start : end + 2 * CONTEXT]) for start, end in zip(starts, ends, strict=True)],
            axis=1,
        )

    whole = limited(samples.shape[1])
    assert np.abs(whole).max() <= 0.5
    assert np.abs(limited(block) - whole).max() < 1e-6


@pytest.mark.parametrize("at", [0, 300, 4_999, 5_000, 19_999])
def test_no_peak_passes_wherever_it_stands(at: int) -> None:
    samples = np.zeros((2, 20_000 + 2 * CONTEXT), np.float32)
    samples[1, CONTEXT + at] = 0.9
    limiter = Limiter(0.25)
    blocks = [limiter.apply(samples[:, start : start + 5_000 + 2 * CONTEXT]) for start in range(0, 20_000, 5_000)]
    limited = np.concatenate(blocks, axis=1)
    assert limited.shape == (2, 20_000)
    assert 0.2 < limited[1, at] <= 0.25


def test_the_limiter_never_jumps() -> None:
    limiter = Limiter(0.25)
    steady = np.full((2, RATE + 2 * CONTEXT), 0.1, np.float32)
    steady[:, RATE // 2 : RATE // 2 + 200] = 0.9
    gain = limiter.apply(steady)[0] / steady[0, CONTEXT:-CONTEXT]
    assert gain.min() == pytest.approx(0.25 / 0.9, rel=0.2)
    assert np.abs(np.diff(20 * np.log10(gain.astype(np.float64)))).max() < 0.12  # decibels a sample


def test_a_mix_file_is_read_back_and_changed_in_place(bench: FakeBench) -> None:
    samples = talk(2)
    path = bench.work / "a.w64"
    with MixWriter(path) as writer:
        writer.write(samples)
    with MixFile(path, editable=True) as file:
        assert file.samples == samples.shape[1]
        assert np.array_equal(file.read(1_000, 5_000), samples[:, 1_000:5_000])
        beyond = file.read(-10, samples.shape[1] + 10)
        assert not beyond[:, :10].any()
        assert not beyond[:, -10:].any()
        file.write(500, np.ones((2, 7), np.float32))
    changed = decoded(path)
    assert (changed[:, 500:507] == 1).all()
    assert np.array_equal(changed[:, 507:], samples[:, 507:])
