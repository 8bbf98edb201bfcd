"""A reel in several files sounds as it would in one: the same request planned over both, the samples compared."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from footage_manifest.model import ChannelChoice, ReelKind
from footage_manifest.sound_plan import Ducking
from footage_manifest.timebase import FrameRange
from pipeline.ports.sound import Ducked, Levelled, MixRequest, Stem
from pipeline.ports.speech import SoundOfReel
from pipeline.stages.level import Speaking, level_gains, speaking
from pipeline.stages.media import SoundPart
from pipeline.stages.mix import MixInputs, plan_mix
from pipeline.timeline.model import Clip, MediaKind, SoundEvent, Timeline
from pipeline.tools.mix import SpanMixer
from tests.fake_bench import FakeBench
from tests.made_sound import decoded, sound_of, write_sound

NTSC = Fraction(30_000, 1001)
BORDER = 100_001  # samples in the first file: no frame of any rate begins there
NOISE = np.random.default_rng(5).uniform(-0.9, 0.9, (2, 240_000)).astype(np.float32)


@pytest.fixture
def bench(tmp_path: Path) -> FakeBench:
    return FakeBench(tmp_path / "bench")


def event(start: int, end: int, source_in: Fraction, speed: Fraction = Fraction(1), **more: object) -> SoundEvent:
    clip = Clip(kind=MediaKind.REEL, key="INT01", source_in=source_in, speed=speed)
    return SoundEvent(record=FrameRange(start, end), clip=clip, number="1", line=1, source="a.edl", **more)


def planned(parts: tuple[SoundPart, ...], *events: SoundEvent, **more: object) -> MixRequest:
    frames = max(one.record.end for one in events)
    timeline = Timeline(cut="a", rate=NTSC, frames=frames, record_zero=0, picture=(), sound=events)
    return plan_mix(MixInputs(timeline=timeline, sounds={"INT01": parts}, join_fade_ms=5, **more))


def heard(bench: FakeBench, request: MixRequest) -> np.ndarray:
    ((_, mixed),) = SpanMixer().carry_out([request], bench)
    return decoded(bench.path(mixed.file.digest))


def part(bench: FakeBench, path: Path, samples: np.ndarray, start: int, zero_after: int = 0) -> SoundPart:
    """A file that holds the reel's samples from `start` on, with as many more before them as `zero_after` says."""
    sound = sound_of(bench, write_sound(path, samples, "pcm_f32le", 48_000), zero=Fraction(zero_after - start, 48_000))
    length = samples.shape[1] - zero_after
    return SoundPart(sound=sound, start=Fraction(start, 48_000), end=Fraction(start + length, 48_000))


@pytest.mark.parametrize(
    "played",
    [
        event(0, 120, Fraction(1, 7)),
        event(0, 120, 11 / NTSC, fade_in=False, fade_out=False),
        event(0, 60, Fraction(1, 7), Fraction(2)),
        event(0, 60, Fraction(17, 4), Fraction(-3, 2)),
        event(0, 90, Fraction(4), Fraction(-1)),
    ],
    ids=lambda one: f"{one.clip.speed} from {one.clip.source_in}",
)
def test_two_files_sound_as_one(tmp_path: Path, bench: FakeBench, played: SoundEvent) -> None:
    whole = (part(bench, tmp_path / "whole.wav", NOISE, 0),)
    split = (
        part(bench, tmp_path / "one.wav", NOISE[:, :BORDER], 0),
        part(bench, tmp_path / "two.wav", NOISE[:, BORDER:], BORDER),
    )
    of_one, of_two = planned(whole, played), planned(split, played)
    assert (len(of_one.spans), len(of_two.spans)) == (1, 2)
    one, two = sorted(of_two.spans, key=lambda span: span.start)
    assert one.end == two.start
    difference = np.abs(heard(bench, of_one) - heard(bench, of_two))
    if played.clip.speed in {1, -1}:
        assert difference.max() == 0
    else:  # each file's end rings into its own silence within the resampler's reach, and nowhere else
        assert np.delete(difference, slice(one.end - 60, one.end + 60), axis=1).max() < 1e-5


def test_nothing_is_heard_of_a_recorder_before_and_after_the_reel(tmp_path: Path, bench: FakeBench) -> None:
    loud = np.full((2, 192_000), 0.5, np.float32)
    whole = part(bench, tmp_path / "rec.wav", loud, 0, zero_after=48_000)
    reel = SoundPart(sound=whole.sound, start=Fraction(0), end=Fraction(1))
    samples = heard(bench, planned((reel,), event(0, 90, Fraction(-1), fade_in=False, fade_out=False)))
    assert not samples[:, :48_000].any()
    assert (samples[:, 48_000:96_000] == 0.5).all()
    assert not samples[:, 96_200:].any()


def test_a_gap_between_files_is_silent(tmp_path: Path, bench: FakeBench) -> None:
    loud = np.full((2, 48_000), 0.5, np.float32)
    parts = (part(bench, tmp_path / "a.wav", loud, 0), part(bench, tmp_path / "b.wav", loud, 72_000))
    samples = heard(bench, planned(parts, event(0, 75, Fraction(0), fade_in=False, fade_out=False)))
    assert (samples[:, :48_000] == 0.5).all()
    assert not samples[:, 48_000:72_000].any()
    assert (samples[:, 72_000:120_000] == 0.5).all()


def test_a_frozen_frame_is_silent(tmp_path: Path, bench: FakeBench) -> None:
    parts = (part(bench, tmp_path / "a.wav", NOISE, 0),)
    assert planned(parts, event(0, 30, Fraction(1), Fraction(0))).spans == ()


@pytest.mark.parametrize(
    ("kind", "stem"),
    [
        (ReelKind.INTERVIEW, Stem.DIALOGUE),
        (ReelKind.NARRATION, Stem.NARRATION),
        (ReelKind.MUSIC, Stem.MUSIC),
        (ReelKind.B_ROLL, Stem.EFFECTS),
    ],
)
def test_a_reels_kind_says_what_it_is_in_the_mix(kind: ReelKind, stem: Stem) -> None:
    sound = SoundOfReel(digest="a" * 64, stream=0, channels=ChannelChoice.MIX, zero=Fraction(0))
    parts = (SoundPart(sound=sound, start=Fraction(0), end=Fraction(9)),)
    (span,) = planned(parts, event(0, 30, Fraction(1)), kinds={"INT01": kind}).spans
    assert span.stem is stem


def test_own_fades_and_gain_take_the_place_of_the_join_fade() -> None:
    sound = SoundOfReel(digest="a" * 64, stream=0, channels=ChannelChoice.MIX, zero=Fraction(0))
    parts = (SoundPart(sound=sound, start=Fraction(0), end=Fraction(9)),)
    laid = event(0, 90, Fraction(0), gain_centibel=-65, fade_in_frames=30)
    (span,) = planned(parts, laid, levels={Speaking(key="INT01"): 230}).spans
    assert (span.fade_in, span.fade_out, span.gain_millibel) == (48_048, 240, -650 + 230)


def test_music_stays_down_in_every_pause_that_is_too_short_for_it_to_come_back() -> None:
    sound = SoundOfReel(digest="a" * 64, stream=0, channels=ChannelChoice.MIX, zero=Fraction(0))
    parts = (SoundPart(sound=sound, start=Fraction(0), end=Fraction(9)),)
    usual = planned(parts, event(0, 30, Fraction(1)), ducking=Ducking()).ducked
    assert usual == Ducked(depth_millibel=-1200, attack=9_600, release=28_800, hold=14_400, bridge=52_800)
    fast = planned(parts, event(0, 30, Fraction(1)), ducking=Ducking(depth_db=-6.5, attack_ms=20, release_ms=50)).ducked
    assert (fast.depth_millibel, fast.bridge) == (-650, 33_600)


# ------------------------------------------------------------------------------------------------------- one level


def test_two_microphones_heard_together_are_one_speaker() -> None:
    both = [event(0, 30, Fraction(1), source_channel=channel) for channel in (1, 2)]
    alone = event(30, 50, Fraction(5), source_channel=2)
    timeline = Timeline(cut="a", rate=NTSC, frames=50, record_zero=0, picture=(), sound=(*both, alone))
    assert speaking(timeline, {"INT01": ReelKind.INTERVIEW}) == {
        Speaking(key="INT01", channels=(1, 2)): 60,
        Speaking(key="INT01", channels=(2,)): 20,
    }
    assert speaking(timeline, {"INT01": ReelKind.MUSIC}) == {}


def test_speakers_come_to_the_level_of_the_one_in_the_middle_within_12_db() -> None:
    loud, middle, soft, faint, mute = (Speaking(key=key) for key in "ABCDE")
    heard_frames = {loud: 100, middle: 150, soft: 100, faint: 10, mute: 5}
    levels = {loud: -1500, middle: -2000, soft: -2600, faint: -4000, mute: None}
    measured = {speaker: Levelled(integrated_millibel=level) for speaker, level in levels.items()}
    assert level_gains(heard_frames, measured) == {loud: -500, middle: 0, soft: 600, faint: 1200, mute: 0}


def test_one_speaker_stays_as_he_is() -> None:
    assert level_gains({Speaking(key="A"): 5}, {Speaking(key="A"): Levelled(integrated_millibel=-3300)}) == {
        Speaking(key="A"): 0
    }
