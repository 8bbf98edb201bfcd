"""Two recordings of one event laid over one another: to the sample, whatever differs; and never where nothing fits."""

from fractions import Fraction
from functools import cache
from pathlib import Path

import av
import numpy as np
import pytest

from footage_manifest.model import ChannelChoice
from pipeline.errors import MediaError, StoreError
from pipeline.ports.speech import SoundOfReel
from pipeline.ports.sync import SoundStretch, Synced, SyncRequest
from pipeline.stages.media import SoundPart
from pipeline.stages.sync import SURE_ENOUGH, SyncInputs, plan_sync
from pipeline.tools.sync_waveform import TASK, WaveformSyncer
from tests.fake_bench import FakeBench
from tests.made_sound import write_sound

VOICES = Path(__file__).parents[1] / "examples" / "three-days" / "voices"
RATE = 48_000
CAMERA_FROM, RECORDER_FROM = 5 * RATE, 2 * RATE + 1_234
"""Where either begins to record, in samples of the event: an offset that is no whole hundredth of a second."""


@cache
def voice(name: str = "INT01", rate: int = RATE) -> np.ndarray:
    resampler = av.AudioResampler(format="flt", layout="mono", rate=rate)
    with av.open(str(VOICES / f"{name}.ogg")) as container:
        frames = [made for heard in container.decode(audio=0) for made in resampler.resample(heard)]
    return np.concatenate([frame.to_ndarray().reshape(-1) for frame in frames])


@pytest.fixture
def bench(tmp_path):
    return FakeBench(tmp_path)


@pytest.fixture
def record(bench, tmp_path):
    """Return a function that writes a recording and says where it lies: `start` seconds from the whole sound's zero."""

    def write(samples: np.ndarray, rate: int = RATE, *, codec="pcm_s16le", suffix="wav", start=0, channels=1):
        rows = np.stack([samples] * channels).astype(np.float32)
        name = tmp_path / f"{len(bench.files)}.{suffix}"
        digest = bench.add(write_sound(name, rows, codec, rate, "mono" if channels == 1 else "stereo"))
        sound = SoundOfReel(digest=digest, stream=0, channels=ChannelChoice.MIX, zero=-Fraction(start))
        return SoundStretch(sound=sound, start=Fraction(start), end=start + Fraction(len(samples), rate))

    return write


def find(bench, camera, recorder) -> Synced:
    request = SyncRequest(camera=tuple(camera), recorder=tuple(recorder))
    ((index, found),) = WaveformSyncer().carry_out([request], bench)
    assert index == 0
    return found


def noise(count: int, level: float) -> np.ndarray:
    return np.random.default_rng(7).normal(0, level, count)


def room(samples: np.ndarray) -> np.ndarray:
    """A camera's microphone far away: echoes, and nothing above 8 kHz."""
    random = np.random.default_rng(3)
    heard = samples.astype(np.float64)
    for delay in random.integers(200, 9_600, 60):
        heard[delay:] += samples[:-delay] * random.normal(0, 0.25) * np.exp(-delay / 4_000)
    return np.convolve(heard, np.ones(3) / 3, "same")


def test_the_same_event_is_found_to_the_sample(bench, record):
    camera = record(voice()[CAMERA_FROM : 25 * RATE] * 0.1)
    found = find(bench, [camera], [record(voice()[RECORDER_FROM:], channels=2)])
    expected = RECORDER_FROM - CAMERA_FROM
    assert found == Synced(offset=expected, offset_at_start=expected, offset_at_end=expected, confidence=1000)
    assert bench.progress.finished == [TASK]


def test_a_far_and_noisy_camera_at_another_rate_is_enough(bench, record):
    far = room(voice())[::3][CAMERA_FROM // 3 : 30 * RATE // 3]
    far = -0.3 * far + noise(len(far), 0.02)  # louder than the voice, and wired the other way round
    found = find(bench, [record(far, RATE // 3)], [record(voice()[RECORDER_FROM:])])
    assert abs(found.offset - (RECORDER_FROM - CAMERA_FROM)) <= 1
    assert found.confidence >= 700


def test_coded_sound_at_odd_rates_is_found(bench, record):
    camera = record(voice(rate=44_100)[5 * 44_100 : 25 * 44_100], 44_100, codec="aac", suffix="mp4", channels=2)
    found = find(bench, [camera], [record(voice(rate=96_000)[2 * RECORDER_FROM - 2 * RATE * 2 :], 96_000)])
    assert abs(found.offset - (RECORDER_FROM - 2 * RATE - CAMERA_FROM)) <= 1
    assert found.confidence > 900


@pytest.mark.parametrize(
    ("camera", "recorder"),
    [
        ((5.0, 30.0), (20.0, 24.0)),  # the recorder ran for a while only
        ((12.0, 17.0), (0.0, 40.0)),  # and the camera
        ((0.0, 18.0), (15.0, 40.0)),  # they have three seconds in common
        ((15.0, 40.0), (0.0, 18.0)),
    ],
)
def test_either_may_begin_first_and_end_last(bench, record, camera, recorder):
    found = find(bench, *([record(voice()[int(a * RATE) : int(b * RATE)])] for a, b in (camera, recorder)))
    assert found.offset == round((recorder[0] - camera[0]) * RATE)
    assert found.confidence >= 500


def test_parts_are_searched_as_one(bench, record):
    heard = voice()
    camera = [record(heard[: 13 * RATE]), record(heard[13 * RATE : 38 * RATE], start=13)]
    recorder = [record(heard[4 * RATE + 7 : 20 * RATE + 7]), record(heard[20 * RATE + 7 :], start=16)]
    found = find(bench, camera, recorder)
    assert (found.offset, found.confidence) == (4 * RATE + 7, 1000)


def test_clocks_that_run_apart_are_measured_at_both_ends(bench, record):
    heard = voice()
    slow = np.interp(np.arange(int(len(heard) / 1.0001)) * 1.0001, np.arange(len(heard)), heard)  # 100 ppm
    found = find(bench, [record(heard[CAMERA_FROM:])], [record(slow)])
    for offset, instant in ((found.offset_at_start, 0), (found.offset_at_end, len(heard) - CAMERA_FROM)):
        truth = (instant + CAMERA_FROM) / 1.0001 * 0.0001 - CAMERA_FROM
        assert abs(offset - truth) < 12, (instant, truth)
    assert abs(found.offset - (found.offset_at_start + found.offset_at_end) / 2) <= 1


@pytest.mark.parametrize("other", ["another voice", "noise", "silence", "a beep every second", "too short"])
def test_what_does_not_fit_or_fits_anywhere_is_not_sure(bench, record, other):
    beeps = np.zeros(20 * RATE)
    for second in range(20):
        beeps[second * RATE : second * RATE + 480] = np.sin(np.arange(480) * 0.3)
    camera, recorder = {
        "another voice": (voice()[: 20 * RATE], voice("INT02")),
        "noise": (voice()[: 20 * RATE], noise(20 * RATE, 0.1)),
        "silence": (np.zeros(5 * RATE), voice()),
        "a beep every second": (beeps, beeps[RATE // 2 :]),
        "too short": (voice()[: RATE // 20], voice()),
    }[other]
    assert find(bench, [record(camera)], [record(recorder)]).confidence < SURE_ENOUGH


def test_several_reels_are_found_side_by_side(bench, record):
    requests = [
        SyncRequest(camera=(record(voice()[at * RATE : (at + 8) * RATE]),), recorder=(record(voice()[: 30 * RATE]),))
        for at in (3, 9, 17)
    ]
    found = dict(WaveformSyncer().carry_out(requests, bench))
    assert [found[index].offset for index in range(3)] == [-3 * RATE, -9 * RATE, -17 * RATE]


def test_a_file_that_is_gone_or_broken_is_named(bench, record, tmp_path):
    whole = record(voice()[: 5 * RATE])
    with pytest.raises(StoreError):
        find(bench, [whole], [SoundStretch(sound=_lost(), start=Fraction(0), end=Fraction(5))])
    broken = tmp_path / "broken.wav"
    broken.write_bytes(b"RIFF....WAVEnothing")
    sound = SoundOfReel(digest=bench.add(broken), stream=0, channels=ChannelChoice.MIX, zero=Fraction(0))
    with pytest.raises(MediaError, match=r"broken\.wav"):
        find(bench, [whole], [SoundStretch(sound=sound, start=Fraction(0), end=Fraction(5))])


def _lost() -> SoundOfReel:
    return SoundOfReel(digest="f" * 64, stream=0, channels=ChannelChoice.MIX, zero=Fraction(0))


def test_the_choice_of_channels_does_not_move_the_sound():
    def part(channels: ChannelChoice) -> SoundPart:
        sound = SoundOfReel(digest="a" * 64, stream=1, channels=channels, zero=Fraction(0))
        return SoundPart(sound=sound, start=Fraction(0), end=Fraction(9))

    plans = [plan_sync(SyncInputs(camera=(part(one),), recorder=(part(one),))) for one in ChannelChoice]
    assert len(set(plans)) == 1
