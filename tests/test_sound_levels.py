from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from footage_manifest.model import ChannelChoice
from pipeline.errors import MediaError
from pipeline.ports.sound import SoundStretch
from pipeline.ports.sound_levels import SILENCE_CENTIBEL, SoundLevels, SoundLevelsRequest
from pipeline.stages.media import SoundPart
from pipeline.stages.sound_levels import Around, plan_levels
from pipeline.tools.sound_levels import RmsLevelMeter
from tests.fake_bench import FakeBench
from tests.made_sound import sound_of, write_sound

RATE = 16_000


@pytest.fixture
def bench(tmp_path):
    return FakeBench(tmp_path)


def tones(*levels_db: float | None, ms: int = 500) -> np.ndarray:
    """A stretch at each level (root mean square), None for digital silence."""
    count = RATE * ms // 1000
    wave = np.sqrt(2) * np.sin(np.arange(count) * 0.5)
    return np.concatenate([wave * (0 if db is None else 10 ** (db / 20)) for db in levels_db])[None].astype(np.float32)


def measured(bench: FakeBench, request: SoundLevelsRequest) -> SoundLevels:
    ((number, found),) = RmsLevelMeter().carry_out([request], bench)
    assert number == 0
    return found


def stretch(bench: FakeBench, path: Path, start: Fraction, end: Fraction) -> SoundStretch:
    return SoundStretch(sound=replace(sound_of(bench, path, ChannelChoice.MIX), zero=-start), start=start, end=end)


def test_levels_are_those_of_the_sound_to_a_tenth_of_a_decibel(bench, tmp_path):
    path = write_sound(tmp_path / "a.wav", tones(-20, None, -46.5), "pcm_s16le", RATE, "mono")
    own = stretch(bench, path, Fraction(0), Fraction(3, 2))
    found = measured(bench, SoundLevelsRequest(stretches=(own,), start_ms=100, end_ms=1400))
    assert found.start_ms == 100
    assert len(found.centibels) == 130
    assert all(abs(level + 200) <= 2 for level in found.centibels[:39])
    assert set(found.centibels[41:89]) == {SILENCE_CENTIBEL}
    assert all(abs(level + 465) <= 3 for level in found.centibels[91:])


def test_a_reel_in_parts_is_measured_across_them_and_is_silent_between(bench, tmp_path):
    first = write_sound(tmp_path / "a.wav", tones(-20, ms=1000), "pcm_s16le", RATE, "mono")
    second = write_sound(tmp_path / "b.wav", tones(-40, ms=1000), "pcm_s16le", RATE, "mono")
    parts = (stretch(bench, first, Fraction(0), Fraction(1)), stretch(bench, second, Fraction(2), Fraction(3)))
    levels = measured(bench, SoundLevelsRequest(stretches=parts, start_ms=0, end_ms=4000)).centibels
    assert all(abs(level + 200) <= 2 for level in levels[2:98])
    assert set(levels[102:198]) == {SILENCE_CENTIBEL}
    assert all(abs(level + 400) <= 2 for level in levels[202:298])
    assert set(levels[302:]) == {SILENCE_CENTIBEL}


def test_a_long_passage_is_measured_as_in_one_piece(bench, tmp_path):
    path = write_sound(tmp_path / "a.wav", tones(*[-20, -30] * 12, ms=1000), "pcm_s16le", RATE, "mono")
    own = stretch(bench, path, Fraction(0), Fraction(24))
    levels = measured(bench, SoundLevelsRequest(stretches=(own,), start_ms=0, end_ms=24_000)).centibels
    for second in range(24):
        inside = levels[second * 100 + 2 : second * 100 + 98]
        assert all(abs(level + (200 if second % 2 == 0 else 300)) <= 2 for level in inside), second


def test_the_words_and_two_seconds_around_them_are_asked_for_on_whole_steps(bench, tmp_path):
    path = write_sound(tmp_path / "a.wav", tones(-20), "pcm_s16le", RATE, "mono")
    part = SoundPart(sound=sound_of(bench, path), start=Fraction(0), end=Fraction(60))
    asked = plan_levels(Around(parts=(part,), from_ms=1_234, to_ms=50_001))
    assert (asked.start_ms, asked.end_ms) == (0, 52_010)
    assert plan_levels(Around(parts=(part,), from_ms=12_345, to_ms=12_399)).start_ms == 10_340


def test_a_file_that_cannot_be_read_is_named(bench, tmp_path):
    path = write_sound(tmp_path / "a.wav", tones(-20), "pcm_s16le", RATE, "mono")
    own = stretch(bench, path, Fraction(0), Fraction(1, 2))
    path.write_bytes(b"no sound")
    with pytest.raises(MediaError, match=r"a\.wav"):
        measured(bench, SoundLevelsRequest(stretches=(own,), start_ms=0, end_ms=100))
