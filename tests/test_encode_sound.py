from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from pipeline.errors import MediaError
from pipeline.ports.sound import EncodedSound, EncodeSoundRequest, Mixed, MixRequest, SoundSpan
from pipeline.ports.work import Artifact
from pipeline.tools.encode_sound import AacEncoder
from pipeline.tools.loudness import measured
from pipeline.tools.mix import SpanMixer
from tests.fake_bench import FakeBench
from tests.made_sound import decoded, heard_at, sound_of, sweep, write_sound


@pytest.fixture
def bench(tmp_path: Path) -> FakeBench:
    return FakeBench(tmp_path / "bench")


def mixed(bench: FakeBench, tmp_path: Path, samples: int, loud: float = 1.0) -> Mixed:
    path = write_sound(tmp_path / "a.wav", sweep(5, 48_000) * np.float32(loud), "pcm_f32le", 48_000)
    span = SoundSpan(sound=sound_of(bench, path), start=0, end=samples, source_in=Fraction(0))
    ((_, mix),) = SpanMixer().carry_out([MixRequest(samples=samples, spans=(span,))], bench)
    return mix


def encoded(bench: FakeBench, mix: Mixed) -> EncodedSound:
    ((_, sound),) = AacEncoder().carry_out([EncodeSoundRequest(mix=mix)], bench)
    return sound


@pytest.mark.parametrize("samples", [1, 1_023, 1_024, 1_025, 96_000, 96_001, 200_777])
def test_the_declared_length_is_the_mixes_to_the_sample(bench: FakeBench, tmp_path: Path, samples: int) -> None:
    sound = encoded(bench, mixed(bench, tmp_path, samples))
    path = bench.path(sound.file.digest)
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        declared = stream.duration * stream.time_base
        assert (stream.codec_context.name, stream.profile) == ("aac", "LC")
        assert stream.start_time == 0
    assert sound.samples == samples
    assert declared == Fraction(samples, 48_000)
    assert samples <= decoded(path).shape[1] < samples + 1_024


def test_the_encoders_run_up_is_hidden(bench: FakeBench, tmp_path: Path) -> None:
    heard = decoded(bench.path(encoded(bench, mixed(bench, tmp_path, 96_000)).file.digest))
    middle = np.arange(20_000, 90_000)
    off_by = {
        shift: np.abs(heard[:, middle] - heard_at((middle + shift) / 48_000)).max() for shift in (-1024, -1, 0, 1)
    }
    assert min(off_by, key=off_by.__getitem__) == 0
    assert off_by[0] < 0.05


def test_the_same_mix_gives_the_same_bytes(bench: FakeBench, tmp_path: Path) -> None:
    mix = mixed(bench, tmp_path, 50_000)
    assert encoded(bench, mix) == encoded(bench, mix)


def test_a_mix_above_full_scale_is_cut_off_and_said(bench: FakeBench, tmp_path: Path) -> None:
    sound = encoded(bench, mixed(bench, tmp_path, 96_000, loud=5.0))
    assert np.abs(decoded(bench.path(sound.file.digest))).max() < 1.6
    assert bench.progress.notes == ["the mix rises to 2.00 times full scale and is cut off there; turn it down"]


def test_a_mix_that_cannot_be_read_is_refused(bench: FakeBench, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.write_bytes(b"nothing of the kind" * 50)
    mix = Mixed(file=Artifact(digest=bench.add(broken), size=950), samples=1_000, peak=0)
    with pytest.raises(MediaError):
        encoded(bench, mix)


def test_the_loudness_of_what_is_decoded_is_measured_where_asked(bench: FakeBench, tmp_path: Path) -> None:
    mix = mixed(bench, tmp_path, 200_000)
    ((_, sound),) = AacEncoder().carry_out([EncodeSoundRequest(mix=mix, measured=True)], bench)
    heard = measured([decoded(bench.path(sound.file.digest))[:, :200_000]])
    assert sound.loudness == heard
    assert heard.integrated_millibel is not None
    assert encoded(bench, mix).loudness is None
