from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from footage_manifest.model import ChannelChoice
from footage_manifest.timebase import samples_in
from pipeline.errors import MediaError, ToolError
from pipeline.ports.sound import MIX_SAMPLE_RATE, Mixed, MixRequest, SoundSpan
from pipeline.ports.speech import SoundOfReel
from pipeline.tools.mix import SpanMixer
from pipeline.tools.mix_source import Heard, OpenSounds
from tests.fake_bench import FakeBench
from tests.made_sound import decoded, heard_at, sound_of, sweep, write_sound

FORMATS = (
    ("a.wav", "pcm_s16le", 48_000),
    ("b.wav", "pcm_s16le", 44_100),
    ("c.wav", "pcm_s24le", 96_000),
    ("d.flac", "flac", 44_100),
    ("e.m4a", "aac", 48_000),
    ("f.m4a", "aac", 44_100),
    ("g.mkv", "aac", 44_100),
    ("h.mkv", "pcm_s16le", 44_100),
    ("i.mp3", "libmp3lame", 44_100),
    ("j.ogg", "libopus", 48_000),
    ("k.webm", "libopus", 48_000),
    ("l.ts", "aac", 48_000),
    ("m.mov", "pcm_s16le", 32_000),
)


def mix(bench: FakeBench, samples: int, *spans: SoundSpan) -> Mixed:
    ((_, mixed),) = SpanMixer().carry_out([MixRequest(samples=samples, spans=spans)], bench)
    return mixed


def mixed_samples(bench: FakeBench, samples: int, *spans: SoundSpan) -> np.ndarray:
    return decoded(bench.path(mix(bench, samples, *spans).file.digest))


def span(sound: SoundOfReel, start: int, end: int, source_in: Fraction = Fraction(0), **others: object) -> SoundSpan:
    return SoundSpan(sound=sound, start=start, end=end, source_in=source_in, **others)


@pytest.fixture
def bench(tmp_path: Path) -> FakeBench:
    return FakeBench(tmp_path / "bench")


@pytest.fixture
def steady(tmp_path: Path, bench: FakeBench) -> SoundOfReel:
    """Two seconds at half of full scale, on both channels."""
    samples = np.full((2, 2 * MIX_SAMPLE_RATE), 0.5, np.float32)
    return sound_of(bench, write_sound(tmp_path / "steady.wav", samples, "pcm_f32le", MIX_SAMPLE_RATE))


def test_nothing_sounding_is_silence_of_the_asked_length(bench: FakeBench) -> None:
    mixed = mix(bench, 480_123)
    heard = decoded(bench.path(mixed.file.digest))
    assert (mixed.samples, mixed.peak) == (480_123, 0)
    assert heard.shape == (2, 480_123)
    assert not heard.any()


def test_samples_lie_exactly_where_the_span_says(tmp_path: Path, bench: FakeBench) -> None:
    noise = np.random.default_rng(1).integers(-30_000, 30_000, (2, 13 * MIX_SAMPLE_RATE)).astype(np.float32) / 32_768
    sound = sound_of(bench, write_sound(tmp_path / "noise.wav", noise, "pcm_s16le", MIX_SAMPLE_RATE))
    heard = mixed_samples(bench, 600_000, span(sound, 1_001, 560_002, Fraction(5, 8)))
    assert np.array_equal(heard[:, 1_001:560_002], noise[:, 30_000 : 30_000 + 559_001])
    assert not heard[:, :1_001].any()
    assert not heard[:, 560_002:].any()


@pytest.mark.parametrize(("name", "codec", "rate"), FORMATS)
def test_an_event_cut_in_pieces_sounds_as_uncut(
    tmp_path: Path, bench: FakeBench, name: str, codec: str, rate: int
) -> None:
    sound = sound_of(bench, write_sound(tmp_path / name, sweep(5, rate), codec, rate))
    first, length = Fraction(1, 3), 4 * MIX_SAMPLE_RATE
    uncut = mixed_samples(bench, length, span(sound, 0, length, first))
    edges = (0, 7_001, 48_000, 100_003, 170_000, length)
    pieces = [span(sound, start, end, first + Fraction(start, MIX_SAMPLE_RATE)) for start, end in pairwise(edges)]
    assert np.abs(mixed_samples(bench, length, *pieces) - uncut).max() < 1e-4
    # each piece alone, so that nothing could be read on from the one before
    for piece in pieces[1:]:
        alone = mixed_samples(bench, length, piece)[:, piece.start : piece.end]
        assert np.abs(alone - uncut[:, piece.start : piece.end]).max() < 1e-4


@pytest.mark.parametrize(
    ("name", "codec", "rate"),
    [FORMATS[number] for number in (0, 1, 2, 3, 4, 5, 8, 9, 12)],
)
def test_sound_is_heard_at_its_own_instant(tmp_path: Path, bench: FakeBench, name: str, codec: str, rate: int) -> None:
    sound = sound_of(bench, write_sound(tmp_path / name, sweep(4, rate), codec, rate))
    heard = mixed_samples(bench, 96_000, span(sound, 0, 96_000, Fraction(5, 4)))
    middle = slice(10_000, 80_000)
    off_by = {
        shift: np.abs(
            heard[:, middle] - heard_at((np.arange(96_000) + shift) / MIX_SAMPLE_RATE + 1.25)[:, middle]
        ).max()
        for shift in (-2, -1, 0, 1, 2)
    }
    assert min(off_by, key=off_by.__getitem__) == 0
    assert off_by[0] < 0.05


def test_joins_of_a_29_97_cut_neither_drop_nor_repeat_a_sample(tmp_path: Path, bench: FakeBench) -> None:
    rate = Fraction(30_000, 1001)
    sound = sound_of(bench, write_sound(tmp_path / "a.wav", sweep(5, 48_000), "pcm_f32le", 48_000))
    frames = range(0, 90, 7)
    edges = [samples_in(frame, rate, MIX_SAMPLE_RATE) for frame in frames]
    pieces = [
        span(sound, start, end, Fraction(1, 7) + frame / rate)
        for frame, start, end in zip(frames, edges, edges[1:], strict=False)
    ]
    uncut = mixed_samples(bench, edges[-1], span(sound, 0, edges[-1], Fraction(1, 7)))
    assert np.array_equal(mixed_samples(bench, edges[-1], *pieces), uncut)


def test_a_join_is_whole_where_another_stretch_of_the_same_source_ends(tmp_path: Path, bench: FakeBench) -> None:
    """As where a source dissolves into itself: both sides may end at once, and only one of them leads on."""
    rate = Fraction(30_000, 1001)
    sound = sound_of(bench, write_sound(tmp_path / "a.wav", sweep(5, 48_000), "pcm_f32le", 48_000))
    frames = range(0, 90, 7)
    edges = [samples_in(frame, rate, MIX_SAMPLE_RATE) for frame in frames]
    pieces, tails = [], []
    for frame, start, end in zip(frames, edges, edges[1:], strict=False):
        pieces.append(span(sound, start, end, Fraction(1, 7) + frame / rate))
        tails.append(span(sound, start, end, Fraction(2) + frame / rate / 3))
    uncut = mixed_samples(bench, edges[-1], span(sound, 0, edges[-1], Fraction(1, 7)))
    both, alone = mixed_samples(bench, edges[-1], *pieces, *tails), mixed_samples(bench, edges[-1], *tails)
    assert np.allclose(both - alone, uncut, atol=1e-6)


@pytest.mark.parametrize(
    ("choice", "channel", "sides"),
    [
        (ChannelChoice.MIX, None, (0.3, 0.3)),
        (ChannelChoice.STEREO, None, (0.2, 0.4)),
        (ChannelChoice.FIRST, None, (0.2, 0.2)),
        (ChannelChoice.SECOND, None, (0.4, 0.4)),
        (ChannelChoice.FIRST, 2, (0.4, 0.4)),
        (ChannelChoice.STEREO, 1, (0.2, 0.2)),
    ],
)
@pytest.mark.parametrize("rate", [48_000, 44_100])
def test_channels_are_chosen_by_rule_8(
    tmp_path: Path,
    bench: FakeBench,
    choice: ChannelChoice,
    channel: int | None,
    sides: tuple[float, float],
    rate: int,
) -> None:
    samples = np.stack([np.full(rate, 0.2), np.full(rate, 0.4)]).astype(np.float32)
    sound = sound_of(bench, write_sound(tmp_path / "a.wav", samples, "pcm_f32le", rate), choice)
    heard = mixed_samples(bench, 24_000, span(sound, 0, 24_000, Fraction(1, 4), source_channel=channel))
    assert heard[0] == pytest.approx(sides[0], abs=1e-4)
    assert heard[1] == pytest.approx(sides[1], abs=1e-4)


def test_mono_goes_to_both_sides(tmp_path: Path, bench: FakeBench) -> None:
    samples = sweep(1, 48_000, channels=1)
    sound = sound_of(bench, write_sound(tmp_path / "a.wav", samples, "pcm_f32le", 48_000, layout="mono"))
    heard = mixed_samples(bench, 40_000, span(sound, 0, 40_000))
    assert np.array_equal(heard, np.vstack([samples, samples])[:, :40_000])


@pytest.mark.parametrize("rate", [8_000, 11_025, 22_050, 88_200, 192_000])
def test_every_rate_is_heard_at_its_own_instant(tmp_path: Path, bench: FakeBench, rate: int) -> None:
    sound = sound_of(bench, write_sound(tmp_path / "a.wav", sweep(3, rate), "pcm_f32le", rate))
    heard = mixed_samples(bench, 60_000, span(sound, 0, 60_000, Fraction(3, 4)))
    middle = np.arange(2_000, 58_000)
    assert np.abs(heard[:, middle] - heard_at(middle / MIX_SAMPLE_RATE + 0.75)).max() < 0.003


@pytest.mark.parametrize(
    ("choice", "channel", "sides"),
    [
        (ChannelChoice.STEREO, None, ((0.1, 0, 0.3, 0, 0.05, 0), (0, 0.2, 0.3, 0, 0, 0.06))),
        (ChannelChoice.MIX, None, ((0.05, 0.1, 0.3, 0, 0.025, 0.03),) * 2),
        (ChannelChoice.FIRST, None, ((0.1, 0, 0, 0, 0, 0),) * 2),
        (ChannelChoice.MIX, 3, ((0, 0, 0.3, 0, 0, 0),) * 2),
    ],
)
def test_surround_is_folded_down_as_itu_r_bs_775_says(
    tmp_path: Path,
    bench: FakeBench,
    choice: ChannelChoice,
    channel: int | None,
    sides: tuple[tuple[float, ...], ...],
) -> None:
    levels = (0.1, 0.2, 0.3, 0.4, 0.05, 0.06)  # left, right, centre, low-frequency, surrounds
    samples = np.stack([np.full(24_000, level) for level in levels]).astype(np.float32)
    path = write_sound(tmp_path / "a.wav", samples, "pcm_f32le", 48_000, layout="5.1")
    heard = mixed_samples(bench, 10_000, span(sound_of(bench, path, choice), 0, 10_000, source_channel=channel))
    single = channel is not None or choice is ChannelChoice.FIRST
    for row, (left, right, centre, low, back_left, back_right) in zip(heard, sides, strict=True):
        folded = left + right + low + (centre + back_left + back_right) * 0.5**0.5
        expected = left + centre if single else folded / (1 + 2 * 0.5**0.5)  # scaled so that nothing can clip
        assert row == pytest.approx(expected, abs=1e-5)


def test_a_channel_that_is_not_there_is_named(tmp_path: Path, bench: FakeBench) -> None:
    sound = sound_of(bench, write_sound(tmp_path / "lone.wav", sweep(1, 48_000, 1), "pcm_s16le", 48_000, layout="mono"))
    with pytest.raises(MediaError, match=r"lone\.wav: it has 1 channel of sound, and channel 2 is asked for"):
        mix(bench, 1_000, span(sound, 0, 1_000, source_channel=2))


def test_a_crossfade_keeps_the_power(bench: FakeBench, steady: SoundOfReel) -> None:
    going = mixed_samples(bench, 40_000, span(steady, 0, 30_000, crossfade_out=9_600))[0] / 0.5
    coming = mixed_samples(bench, 40_000, span(steady, 20_400, 40_000, crossfade=9_600))[0] / 0.5
    crossing = slice(20_400, 30_000)
    assert going[crossing] ** 2 + coming[crossing] ** 2 == pytest.approx(1, abs=1e-5)
    assert (np.diff(going[crossing]) <= 0).all()
    assert (np.diff(coming[crossing]) >= 0).all()
    assert going[:20_400] == pytest.approx(1)
    assert coming[30_000:] == pytest.approx(1)


def test_join_fades_lie_inside_the_span_and_are_raised_cosines(bench: FakeBench, steady: SoundOfReel) -> None:
    heard = mixed_samples(bench, 20_000, span(steady, 5_000, 15_000, fade_in=240, fade_out=480))[0] / 0.5
    assert not heard[:5_000].any()
    assert not heard[15_000:].any()
    assert heard[5_000] < 1e-4
    assert heard[14_999] < 1e-4
    assert heard[5_000:5_240] + heard[5_000:5_240][::-1] == pytest.approx(1, abs=1e-5)
    assert heard[14_520:15_000] + heard[14_520:15_000][::-1] == pytest.approx(1, abs=1e-5)
    assert heard[5_240:14_520] == pytest.approx(1)


def test_sounds_that_overlap_are_added_and_not_cut_off(bench: FakeBench, steady: SoundOfReel) -> None:
    spans = [span(steady, 0, 30_000), span(steady, 10_000, 30_000), span(steady, 20_000, 40_000)]
    mixed = mix(bench, 40_000, *spans)
    left = decoded(bench.path(mixed.file.digest))[0]
    assert [left[5_000], left[15_000], left[25_000], left[35_000]] == [0.5, 1.0, 1.5, 0.5]
    assert mixed.peak == 1500


def test_sound_that_ends_too_soon_is_followed_by_silence_and_named(bench: FakeBench, steady: SoundOfReel) -> None:
    heard = mixed_samples(bench, 96_000, span(steady, 0, 96_000, Fraction(1)))
    assert heard[:, :48_000] == pytest.approx(0.5)
    assert not heard[:, 48_000:].any()
    assert bench.progress.notes == [
        "steady.wav: its sound ends 1.00 s before an event that uses it does; silence follows"
    ]


def test_sound_that_begins_after_the_reels_zero_is_heard_in_its_place(tmp_path: Path, bench: FakeBench) -> None:
    path = write_sound(tmp_path / "late.mkv", sweep(2, 48_000), "pcm_s16le", 48_000, first=12 * 48_000)
    heard = mixed_samples(bench, 13 * 48_000, span(sound_of(bench, path, zero=Fraction(0)), 0, 13 * 48_000))
    assert not heard[:, : 12 * 48_000].any()
    assert np.abs(heard[:, 12 * 48_000 :] - sweep(2, 48_000)[:, :48_000]).max() < 1e-4


def test_few_open_files_are_enough_for_many_sounds(tmp_path: Path, bench: FakeBench) -> None:
    sounds = [
        sound_of(bench, write_sound(tmp_path / f"{number}.wav", sweep(2, 44_100), "pcm_s16le", 44_100))
        for number in range(3)
    ]
    many, one = OpenSounds(bench.path), OpenSounds(bench.path, at_once=1)
    for start in range(0, 30_000, 10_000):
        for sound in sounds:
            assert np.array_equal(many.read(Heard(sound), start, 10_000), one.read(Heard(sound), start, 10_000))
    many.close()
    one.close()


def test_a_mix_has_the_same_bytes_every_time(tmp_path: Path, bench: FakeBench) -> None:
    sound = sound_of(bench, write_sound(tmp_path / "a.m4a", sweep(3, 44_100), "aac", 44_100))
    spans = (span(sound, 0, 60_000, Fraction(1), fade_in=240), span(sound, 50_000, 90_000, Fraction(1, 2)))
    assert mix(bench, 90_000, *spans) == mix(bench, 90_000, *reversed(spans))


def test_the_sound_of_a_frozen_frame_is_refused(bench: FakeBench, steady: SoundOfReel) -> None:
    with pytest.raises(ToolError, match="a frozen frame has no sound"):
        mix(bench, 1_000, span(steady, 0, 1_000, speed=Fraction(0)))


def test_a_span_outside_the_mix_is_refused(bench: FakeBench, steady: SoundOfReel) -> None:
    with pytest.raises(ToolError, match="does not lie in a mix of 1000"):
        mix(bench, 1_000, span(steady, 500, 1_001))


def test_a_file_that_is_not_sound_is_named(tmp_path: Path, bench: FakeBench) -> None:
    broken = tmp_path / "broken.wav"
    broken.write_bytes(b"this is not a recording" * 100)
    sound = SoundOfReel(digest=bench.add(broken), stream=0, channels=ChannelChoice.MIX, zero=Fraction(0))
    with pytest.raises(MediaError, match=r"^broken\.wav: "):
        mix(bench, 1_000, span(sound, 0, 1_000))


def test_numbers_that_are_no_numbers_are_silence(tmp_path: Path, bench: FakeBench) -> None:
    samples = sweep(1, 48_000)
    samples[:, 1_000:2_000] = np.nan
    samples[:, 2_000:3_000] = np.inf
    sound = sound_of(bench, write_sound(tmp_path / "a.wav", samples, "pcm_f32le", 48_000))
    heard = mixed_samples(bench, 40_000, span(sound, 0, 40_000))
    assert not heard[:, 1_000:3_000].any()
    assert np.array_equal(heard[:, 3_000:], samples[:, 3_000:40_000])
