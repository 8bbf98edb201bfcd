from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from pipeline.ports.sound import Ends, FindEndsRequest, SoundStretch
from pipeline.tools.prepare_sound import SilenceTrimmer
from tests.fake_bench import FakeBench
from tests.made_sound import sound_of, write_sound

RATE = 48_000


@pytest.fixture
def bench(tmp_path: Path) -> FakeBench:
    return FakeBench(tmp_path / "bench")


def ends(bench: FakeBench, path: Path, samples: np.ndarray, codec: str = "pcm_s16le", rate: int = RATE) -> Ends:
    sound = sound_of(bench, write_sound(path, samples, codec, rate))
    stretch = SoundStretch(sound=sound, start=Fraction(0), end=Fraction(samples.shape[1], rate))
    ((_, found),) = SilenceTrimmer().carry_out([FindEndsRequest(stretches=(stretch,))], bench)
    return found


def recording(seconds: float, first: float, last: float, loud: float = 0.3, noise: float = 0.0003) -> np.ndarray:
    random = np.random.default_rng(4)
    samples = random.normal(0, noise, int(seconds * RATE))
    start, end = int(first * RATE), int(last * RATE)
    samples[start:end] += loud * np.sin(2 * np.pi * 220 * np.arange(end - start) / RATE)
    return np.tile(samples.astype(np.float32), (2, 1))


@pytest.mark.parametrize(("name", "codec"), [("a.wav", "pcm_s16le"), ("b.mp3", "libmp3lame"), ("c.ogg", "libopus")])
def test_the_room_before_and_after_is_left_out(tmp_path: Path, bench: FakeBench, name: str, codec: str) -> None:
    found = ends(bench, tmp_path / name, recording(8, 2.5, 6), codec)
    assert found.first_ms == pytest.approx(2_500 - 30, abs=12)
    assert found.last_ms == pytest.approx(6_000 + 150, abs=60)  # Opus rings on


def test_a_recording_of_many_pieces(tmp_path: Path, bench: FakeBench) -> None:
    found = ends(bench, tmp_path / "a.wav", recording(34, 12.2, 21.7))
    assert found.first_ms == pytest.approx(12_170, abs=12)
    assert found.last_ms == pytest.approx(21_850, abs=12)


def test_a_soft_recording_is_heard_as_a_loud_one(tmp_path: Path, bench: FakeBench) -> None:
    found = ends(bench, tmp_path / "a.wav", recording(6, 1, 4, loud=0.02, noise=0.00003))
    assert found.first_ms == pytest.approx(970, abs=12)


def test_silence_has_no_ends(tmp_path: Path, bench: FakeBench) -> None:
    assert ends(bench, tmp_path / "a.wav", np.zeros((2, RATE), np.float32)) == Ends(first_ms=0, last_ms=0)


def test_no_program_is_started_to_look_for_silence(
    tmp_path: Path, bench: FakeBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    trap = tmp_path / "bin"
    trap.mkdir()
    for name in ("ffmpeg", "ffprobe", "avconv"):
        (trap / name).write_text(f"#!/bin/sh\ntouch {tmp_path}/started\n")
        (trap / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(trap))
    assert ends(bench, tmp_path / "a.wav", recording(3, 1, 2)).first_ms == pytest.approx(970, abs=12)
    assert not (tmp_path / "started").exists()
