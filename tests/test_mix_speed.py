"""Sound at other speeds is compared with what a tape would give: computed from the source's own formula."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from pipeline.ports.sound import MIX_SAMPLE_RATE, MixRequest, SoundSpan
from pipeline.ports.speech import SoundOfReel
from pipeline.tools.mix import SpanMixer
from tests.fake_bench import FakeBench
from tests.made_sound import decoded, sound_of, write_sound

SPEEDS = (Fraction(1, 2), Fraction(24_000, 25_025), Fraction(3, 2), Fraction(2), Fraction(-1), Fraction(-5, 4))


@pytest.fixture
def bench(tmp_path: Path) -> FakeBench:
    return FakeBench(tmp_path / "bench")


def played(bench: FakeBench, sound: SoundOfReel, samples: int, source_in: Fraction, speed: Fraction) -> np.ndarray:
    span = SoundSpan(sound=sound, start=0, end=samples, source_in=source_in, speed=speed)
    ((_, mixed),) = SpanMixer().carry_out([MixRequest(samples=samples, spans=(span,))], bench)
    heard = decoded(bench.path(mixed.file.digest))
    assert heard.shape == (2, samples)
    return heard


def tones(path: Path, bench: FakeBench, rate: int, seconds: int, *hertz: int) -> SoundOfReel:
    instants = np.arange(rate * seconds) / rate
    rows = np.stack([0.5 * np.sin(2 * np.pi * pitch * instants) for pitch in hertz]).astype(np.float32)
    return sound_of(bench, write_sound(path, rows, "pcm_f32le", rate))


@pytest.mark.parametrize("speed", SPEEDS, ids=str)
@pytest.mark.parametrize("rate", [8_000, 44_100, 48_000, 96_000])
def test_pitch_follows_speed_and_the_first_sample_is_the_asked_instant(
    tmp_path: Path, bench: FakeBench, rate: int, speed: Fraction
) -> None:
    sound = tones(tmp_path / "a.wav", bench, rate, 6, 440, 1_000)
    first = Fraction(2_501, 1_000)
    heard = played(bench, sound, 30_000, first, speed)
    instants = float(first) + np.arange(30_000) / MIX_SAMPLE_RATE * float(speed)
    for row, pitch in zip(heard, (440, 1_000), strict=True):
        assert np.abs(row - 0.5 * np.sin(2 * np.pi * pitch * instants)).max() < 2e-5  # 88 dB below the tone


def test_what_would_alias_is_kept_out(tmp_path: Path, bench: FakeBench) -> None:
    heard = played(bench, tones(tmp_path / "a.wav", bench, 48_000, 4, 13_000, 10_000), 30_000, Fraction(1), Fraction(2))
    assert np.abs(heard[0]).max() < 5e-5  # twice 13 kHz is above what 48 kHz can hold
    assert np.abs(heard[1]).max() > 0.49


@pytest.mark.parametrize(
    ("speed", "source_in", "at"),
    [
        (Fraction(1, 2), Fraction(5, 2), (48_000,)),
        (Fraction(2), Fraction(1), (24_000, 48_000, 72_000)),
        (Fraction(-1), Fraction(17, 4), (12_000, 60_000)),
        (Fraction(-3, 2), Fraction(9, 2), (16_000, 48_000, 80_000)),
        (Fraction(7, 10), Fraction(29, 10), (6_857, 75_429)),
    ],
    ids=str,
)
def test_clicks_land_on_the_sample_that_the_speed_says(
    tmp_path: Path, bench: FakeBench, speed: Fraction, source_in: Fraction, at: tuple[int, ...]
) -> None:
    clicks = np.zeros((2, 6 * 48_000), np.float32)
    clicks[:, [96_000, 144_000, 192_000]] = 0.9  # at 2, 3 and 4 s
    sound = sound_of(bench, write_sound(tmp_path / "a.wav", clicks, "pcm_f32le", 48_000))
    heard = np.abs(played(bench, sound, 90_000, source_in, speed)[0])
    peaks = tuple(np.flatnonzero((heard[1:-1] > 0.3) & (heard[1:-1] >= heard[:-2]) & (heard[1:-1] >= heard[2:])) + 1)
    assert peaks == at


def test_backwards_at_normal_speed_gives_the_sources_own_samples(tmp_path: Path, bench: FakeBench) -> None:
    noise = np.random.default_rng(1).uniform(-0.9, 0.9, (2, 14 * 48_000)).astype(np.float32)
    sound = sound_of(bench, write_sound(tmp_path / "a.wav", noise, "pcm_f32le", 48_000))
    heard = played(bench, sound, 12 * 48_000, Fraction(13), Fraction(-1))
    assert np.array_equal(heard, noise[:, 13 * 48_000 - np.arange(12 * 48_000)])


@pytest.mark.parametrize(("name", "codec"), [("a.m4a", "aac"), ("b.mp3", "libmp3lame")])
@pytest.mark.parametrize("speed", [Fraction(4, 5), Fraction(-4, 5)], ids=str)
def test_coded_sound_is_read_as_exactly(
    tmp_path: Path, bench: FakeBench, name: str, codec: str, speed: Fraction
) -> None:
    instants = np.arange(48_000 * 8) / 48_000
    tone = np.tile(0.4 * np.sin(2 * np.pi * (300 * instants + 20 * instants**2)), (2, 1)).astype(np.float32)
    sound = sound_of(bench, write_sound(tmp_path / name, tone, codec, 48_000))
    heard = played(bench, sound, 100_000, Fraction(4), speed)
    at = 4 + np.arange(100_000) / 48_000 * float(speed)
    assert np.abs(heard[0] - 0.4 * np.sin(2 * np.pi * (300 * at + 20 * at**2))).max() < 0.04


def test_an_event_in_two_blocks_is_as_one(tmp_path: Path, bench: FakeBench) -> None:
    sound = tones(tmp_path / "a.wav", bench, 44_100, 15, 700, 900)
    whole = played(bench, sound, 500_000, Fraction(1), Fraction(6, 5))  # over the joint of two blocks
    later = SoundSpan(
        sound=sound, start=0, end=100_000, source_in=1 + Fraction(400_000 * 6, 48_000 * 5), speed=Fraction(6, 5)
    )
    ((_, mixed),) = SpanMixer().carry_out([MixRequest(samples=100_000, spans=(later,))], bench)
    assert np.abs(decoded(bench.path(mixed.file.digest)) - whole[:, 400_000:]).max() < 1e-6


@pytest.mark.parametrize(
    ("speed", "source_in", "sounding", "said"),
    [
        (Fraction(2), Fraction(1), slice(200, 23_800), "its sound ends 0.50 s before an event"),
        (Fraction(-1), Fraction(5, 2), slice(24_200, 47_800), "plays it backwards begins: 0.50 s of silence"),
    ],
)
def test_where_the_source_is_over_there_is_silence_and_it_is_said(
    tmp_path: Path, bench: FakeBench, speed: Fraction, source_in: Fraction, sounding: slice, said: str
) -> None:
    steady = np.full((2, 2 * 48_000), 0.5, np.float32)
    heard = played(
        bench, sound_of(bench, write_sound(tmp_path / "a.wav", steady, "pcm_f32le", 48_000)), 48_000, source_in, speed
    )
    assert heard[0, sounding] == pytest.approx(0.5, abs=1e-3)
    silent = np.r_[0:48_000][sounding.stop + 400 :] if speed > 0 else np.r_[0 : sounding.start - 400]
    assert np.abs(heard[0, silent]).max() < 1e-6
    (note,) = bench.progress.notes
    assert said in note
