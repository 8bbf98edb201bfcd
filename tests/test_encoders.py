"""Every encoder gives the same bytes twice, segments of any length that join, and the right tags; hardware is tried out."""

from fractions import Fraction
from pathlib import Path

import av
import pytest

from footage_manifest.delivery import BUILT_IN, Codec, Hardware, Profile
from pipeline.assembly.outputs import encoding_of
from pipeline.assembly.render import encoding
from pipeline.errors import ToolError, ToolMissing
from pipeline.ports.picture import JoinRequest, SegmentRequest, VideoEncoding, VideoLayer
from pipeline.tools import encoders
from pipeline.tools.probe import media_facts
from pipeline.tools.segment_encoder import LibavSegmentEncoder
from pipeline.tools.segment_join import LibavSegmentJoiner
from tests.fake_bench import FakeBench
from tests.media_samples import SAMPLES, make, numbers_in

LENGTHS, STARTS = (1, 20, 2, 3), (0, 5, 90, 33)
FORMS = {name: BUILT_IN[name] for name in ("hevc", "prores", "dnxhr")}
TAGS = {"hevc": "hvc1", "prores": "apch", "dnxhr": "AVdh"}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(SAMPLES["plain25.mp4"], tmp_path_factory.mktemp("source"))


@pytest.fixture
def bench(tmp_path: Path, source: Path) -> FakeBench:
    return FakeBench(tmp_path, {"source": source})


def requests(bench: FakeBench, encoded: VideoEncoding, rate: Fraction) -> list[SegmentRequest]:
    facts = media_facts(bench.path("source"), "source").video
    assert facts is not None
    return [
        SegmentRequest(
            rate=rate,
            width=320,
            height=192,
            frames=frames,
            incoming=VideoLayer(digest="source", facts=facts, first=Fraction(start, 25), speed=rate / 25),
            encoding=encoded,
        )
        for start, frames in zip(STARTS, LENGTHS, strict=True)
    ]


@pytest.mark.parametrize("name", FORMS)
def test_segments_join_frame_by_frame_under_the_right_tags(bench: FakeBench, name: str) -> None:
    rate = Fraction(30000, 1001)
    encoded = encoding_of(FORMS[name], encoders.software(FORMS[name].codec))
    asked = requests(bench, encoded, rate)
    made = dict(LibavSegmentEncoder().carry_out(asked, bench))
    again = dict(LibavSegmentEncoder().carry_out(asked[:3], bench))
    assert {number: again[number].file for number in again} == {number: made[number].file for number in again}
    joining = JoinRequest(rate=rate, segments=tuple(made[n] for n in range(len(asked))), container=encoded.container)
    ((_, joined),) = LibavSegmentJoiner().carry_out([joining], bench)
    path = bench.path(joined.file.digest)
    assert numbers_in(path) == [s + k for s, frames in zip(STARTS, LENGTHS, strict=True) for k in range(frames)]
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert stream.codec_context.codec_tag == TAGS[name]
        assert stream.duration * stream.time_base == sum(LENGTHS) / rate
        colours = stream.codec_context
        assert (colours.color_primaries, colours.color_trc, colours.colorspace, colours.color_range) == (1, 1, 1, 1)
        assert colours.pix_fmt == encoded.pixels
    content = path.read_bytes()
    assert b"colr" in content
    assert (b"nclc" if encoded.container == "mov" else b"nclx") in content
    for signature in (b"Lavc", b"Lavf", b"x265 (build"):
        assert signature not in content


def test_an_encoder_that_there_is_not_is_an_error_and_leaves_nothing(bench: FakeBench) -> None:
    for codec in ("h266_magic", "h264_nvenc"):
        asked = requests(bench, VideoEncoding(codec=codec, options=(), pixels="nv12"), Fraction(25))[:1]
        with pytest.raises(ToolError, match=codec):
            list(LibavSegmentEncoder().carry_out(asked, bench))
    assert not list(bench.work.glob("segment-*"))


def test_hardware_counts_only_where_it_encodes_a_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    encoders.tried.cache_clear()
    monkeypatch.setattr(encoders, "_HARDWARE", {Codec.H264: ("h264_of_another_planet", "prores_ks", "libx264")})
    tried = encoders.tried(Codec.H264)
    assert [bool(one.problem) for one in tried] == [True, True, False]
    auto = Profile(codec=Codec.H264, hardware=Hardware.AUTO, quality=19)
    assert encoding(auto).codec == "libx264"
    assert encoding(Profile(codec=Codec.HEVC, hardware=Hardware.AUTO)).codec == "libx265"
    with pytest.raises(ToolMissing, match=r"no hardware encoder for hevc here .*install the graphics card's driver"):
        encoding(Profile(codec=Codec.HEVC, hardware=Hardware.ALWAYS))
    monkeypatch.setattr(encoders, "_HARDWARE", {Codec.H264: ("h264_of_another_planet",)})
    encoders.tried.cache_clear()
    with pytest.raises(ToolMissing, match="h264_of_another_planet: not in this libav"):
        encoding(Profile(codec=Codec.H264, hardware=Hardware.ALWAYS))
    encoders.tried.cache_clear()


def test_the_choice_of_an_encoder_is_part_of_a_segments_name() -> None:
    tool = LibavSegmentEncoder()
    recipes = {
        tool.identity(SegmentRequest(rate=Fraction(25), width=2, height=2, frames=1, incoming=None, encoding=one))[
            "recipe"
        ]
        for one in (VideoEncoding(), VideoEncoding(codec="libx265"), VideoEncoding(codec="prores_ks"))
    }
    assert len(recipes) == 3
