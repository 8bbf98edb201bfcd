"""Copied stretches: numbered sources of many kinds, copied, joined with encoded edges, decoded and read back."""

import dataclasses
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from pipeline.errors import ToolError
from pipeline.ports.copying import CopyQuestion, CopyRange, CopyRequest
from pipeline.ports.picture import JoinRequest, Segment, SegmentRequest, VideoEncoding, VideoLayer
from pipeline.tools import copy_segment
from pipeline.tools.copy_run import ONE_GROUP, OPEN_GROUPS, SETS_CHANGE
from pipeline.tools.copy_segment import PacketCopier
from pipeline.tools.copy_survey import PacketCopyFinder
from pipeline.tools.nal_avc import AvcSyntax
from pipeline.tools.nal_syntax import SetKind, Unfit
from pipeline.tools.probe import media_facts
from pipeline.tools.segment_compare import compare_headers
from pipeline.tools.segment_encoder import LibavSegmentEncoder
from pipeline.tools.segment_join import LibavSegmentJoiner
from tests.fake_bench import FakeBench
from tests.media_samples import Sample, luma_of, make, number_in, numbers_in

RATE = Fraction(25)
SIZE = (288, 192)
FRAMES, GOP = 60, 20
START, LENGTH = 7, 48
AVC = VideoEncoding(options=(("preset", "ultrafast"), ("crf", "20")))
HEVC = VideoEncoding(codec="libx265", options=(("preset", "ultrafast"), ("crf", "22")))
_X265 = "log-level=none:pools=1:keyint=20:min-keyint=20:scenecut=0"


def avc(name: str, parameters: str = "", **more: object) -> Sample:
    options = {"preset": "veryfast", **({"x264-params": parameters} if parameters else {})}
    sample = Sample(name=name, rate=RATE, frames=FRAMES, size=SIZE, gop=GOP, codec_options=options)
    return dataclasses.replace(sample, **more)


def hevc(name: str, parameters: str) -> Sample:
    options = {"preset": "ultrafast", "x265-params": f"{_X265}:{parameters}"}
    return Sample(name=name, rate=RATE, frames=FRAMES, size=SIZE, codec="libx265", codec_options=options)


AVC_KINDS = {
    "two B frames": avc("plain.mp4"),
    "no B frames": avc("ippp.mp4", b_frames=0, codec_options={"profile": "baseline"}),
    "a pyramid": avc("pyramid.mov", "bframes=4:b-pyramid=normal:ref=4"),
    "slices without CABAC": avc("slices.mp4", "cabac=0:slices=4"),
    "messages and delimiters": avc("hrd.mp4", "nal-hrd=vbr:vbv-maxrate=900:vbv-bufsize=900:aud=1:pic-struct=1"),
    "sets in the stream": avc("repeated.mkv", "repeat-headers=1:aud=1:ref=2"),
    "a broadcast stream": avc("stream.ts", "ref=1"),
    "other numbers": avc("numbers.mp4", "sps-id=3"),
}
HEVC_KINDS = {
    "open groups": hevc("open.mp4", "open-gop=1:bframes=4"),
    "closed groups": hevc("closed.mp4", "open-gop=0:bframes=3"),
    "sets in the stream": hevc("repeated.mkv", "repeat-headers=1:aud=1:bframes=2"),
    "slices": hevc("slices.mp4", "slices=2:ctu=16:bframes=0"),
}


def facts_of(bench: FakeBench, name: str):
    facts = media_facts(bench.path(name), name).video
    assert facts is not None
    return facts


def asked(bench: FakeBench, name: str, start: int = START, frames: int = LENGTH) -> CopyRange:
    question = CopyQuestion(
        digest=name, facts=facts_of(bench, name), rate=RATE, first=Fraction(start, 25), frames=frames
    )
    ((_, answer),) = PacketCopyFinder().carry_out([question], bench)
    return answer


def copied(bench: FakeBench, name: str, found: CopyRange):
    request = CopyRequest(
        digest=name,
        facts=facts_of(bench, name),
        rate=RATE,
        first=found.source,
        frames=found.frames,
        delay=found.delay,
    )
    ((_, made),) = PacketCopier().carry_out([request], bench)
    return made


def encoded(bench: FakeBench, name: str, first: int, frames: int, encoding: VideoEncoding) -> Segment:
    layer = VideoLayer(digest=name, facts=facts_of(bench, name), first=Fraction(first, 25))
    request = SegmentRequest(rate=RATE, width=SIZE[0], height=SIZE[1], frames=frames, incoming=layer, encoding=encoding)
    ((_, made),) = LibavSegmentEncoder().carry_out([request], bench)
    return made


def with_edges(bench: FakeBench, name: str, encoding: VideoEncoding) -> list[Segment]:
    """Copy what can be copied of a source's frames from START on, and encode what is left before and after."""
    found = asked(bench, name)
    segment = copied(bench, name, found).segment
    assert segment is not None
    assert found.frames >= LENGTH - GOP - 3
    before, after = found.start, LENGTH - found.start - found.frames
    return [
        encoded(bench, name, START, before, encoding),
        segment,
        *([encoded(bench, name, START + LENGTH - after, after, encoding)] if after else []),
    ]


def joined(bench: FakeBench, segments: list[Segment]) -> Path:
    ((_, made),) = LibavSegmentJoiner().carry_out([JoinRequest(rate=RATE, segments=tuple(segments))], bench)
    return bench.path(made.file.digest)


def bench_of(folder: Path, kinds: dict[str, Sample]) -> FakeBench:
    made = {
        name: make(dataclasses.replace(sample, first=1000 * number), folder)
        for number, (name, sample) in enumerate(kinds.items())
    }
    return FakeBench(folder, made)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> FakeBench:
    return bench_of(tmp_path_factory.mktemp("avc"), AVC_KINDS)


@pytest.fixture(scope="module")
def film(many: FakeBench) -> tuple[Path, list[Segment]]:
    segments = [segment for name in AVC_KINDS for segment in with_edges(many, name, AVC)]
    return joined(many, segments), segments


def expected(kinds: dict[str, Sample]) -> list[int]:
    return [1000 * number + START + k for number in range(len(kinds)) for k in range(LENGTH)]


# ------------------------------------------------------------------------------------------------------- what comes out


def test_every_frame_of_copies_and_edges_of_many_cameras_is_the_one_that_was_asked_for(film):
    path, segments = film
    assert numbers_in(path) == expected(AVC_KINDS)
    assert len({segment.headers for segment in segments}) > 4


def test_each_seam_may_be_jumped_to(film):
    path, segments = film
    want = expected(AVC_KINDS)
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        seam = 0
        for segment in segments:
            container.seek(round(seam / RATE / stream.time_base), stream=stream)
            frame = next(container.decode(stream))
            assert round(frame.pts * stream.time_base * RATE) == seam
            assert number_in(luma_of(frame)) == want[seam]
            seam += segment.frames


def test_all_parameter_sets_stand_in_the_index_and_say_the_same_of_the_display(film):
    path, _ = film
    syntax = AvcSyntax()
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        length_bytes, units = syntax.sets_in(stream.codec_context.extradata)
        assert length_bytes == 4
        sets = [syntax.set_of(unit) for unit in units]
        for kind in (SetKind.SPS, SetKind.PPS):
            numbers = [one.number for one in sets if one.kind is kind]
            assert len(numbers) == len(set(numbers)) > 4
        for packet in container.demux(stream):
            data = bytes(packet)
            while data:  # no picture brings its own sets along
                size = int.from_bytes(data[:4], "big")
                assert data[4] & 31 in {1, 5, 6}
                data = data[4 + size :]
        shape = stream.codec_context
        assert (shape.color_primaries, shape.color_trc, shape.colorspace, shape.color_range) == (1, 1, 1, 1)
        assert shape.sample_aspect_ratio == 1
        assert len({frame.time_base for frame in av.open(str(path)).decode(video=0)}) == 1


def test_a_copy_is_the_source_bit_for_bit(many):
    name = "a pyramid"
    found = asked(many, name)
    segment = copied(many, name, found).segment
    with av.open(str(many.path(segment.file.digest))) as copy, av.open(str(many.path(name))) as source:
        originals = [frame.to_ndarray() for frame in source.decode(video=0)][found.source :]
        frames = [frame.to_ndarray() for frame in copy.decode(video=0)]
    assert len(frames) == found.frames
    assert all(np.array_equal(frame, original) for frame, original in zip(frames, originals, strict=False))


def test_hevc_of_open_and_closed_groups_is_copied_into_hevc(tmp_path):
    bench = bench_of(tmp_path, HEVC_KINDS)
    segments = [segment for name in HEVC_KINDS for segment in with_edges(bench, name, HEVC)]
    path = joined(bench, segments)
    assert numbers_in(path) == expected(HEVC_KINDS)
    assert len({segment.headers for segment in segments}) > 3


def test_a_copy_alone_is_joined_too(many):
    name = "two B frames"
    found = asked(many, name)
    segment = copied(many, name, found).segment
    assert numbers_in(joined(many, [segment, segment])) == 2 * list(range(found.source, found.source + found.frames))


def test_copying_gives_the_same_bytes_every_time(many):
    found = asked(many, "sets in the stream")
    assert copied(many, "sets in the stream", found) == copied(many, "sets in the stream", found)


# ----------------------------------------------------------------------------------------------------- where it may not


def test_a_copy_begins_with_a_group_and_ends_where_nothing_shown_later_was_decoded(many):
    found = asked(many, "no B frames", start=5, frames=30)
    assert (found.start, found.frames, found.source, found.delay) == (15, 15, 20, 0)
    found = asked(many, "two B frames", start=0, frames=FRAMES)
    assert (found.start, found.frames) == (0, FRAMES)
    assert asked(many, "two B frames", start=1, frames=15) == CopyRange(why=ONE_GROUP)


def test_a_copy_never_reaches_past_the_end_of_its_source(many):
    found = asked(many, "no B frames", start=30, frames=100)
    assert (found.start, found.frames) == (10, 20)


@pytest.mark.parametrize(
    ("sample", "why"),
    [
        (avc("open.mp4", "open-gop=1:bframes=3"), OPEN_GROUPS),
        (avc("fields.mp4", "fake-interlaced=1"), Unfit.KIND.value),
        (avc("deep.mp4", codec_options={"preset": "veryfast", "profile": "high422"}, pixels="yuv422p"), Unfit.PROFILE),
    ],
)
def test_what_cannot_be_copied_says_why(tmp_path, sample, why):
    bench = FakeBench(tmp_path, {"source": make(sample, tmp_path)})
    assert asked(bench, "source") == CopyRange(why=str(why))


def test_parameter_sets_that_change_on_the_way_end_a_copy(tmp_path):
    first = make(avc("first.mp4", "ref=1"), tmp_path)
    second = make(avc("second.mkv", "ref=3:repeat-headers=1", first=FRAMES), tmp_path)
    path = tmp_path / "both.mp4"
    dts = iter(range(-4, 2 * FRAMES))
    with av.open(str(path), "w") as both, av.open(str(first)) as one, av.open(str(second)) as other:
        stream = both.add_stream_from_template(one.streams.video[0])
        for part, source in enumerate((one, other)):
            for packet in source.demux(video=0):
                if packet.pts is None:
                    continue
                frame = round(packet.pts * packet.time_base * RATE) + part * FRAMES
                made = av.Packet(bytes(packet))
                made.stream, made.time_base, made.pts = stream, 1 / RATE, frame
                made.dts, made.is_keyframe = next(dts), packet.is_keyframe
                both.mux(made)
    bench = FakeBench(tmp_path, {"source": path})
    found = asked(bench, "source", start=30, frames=60)
    assert (found.source, found.source + found.frames, found.why) == (40, FRAMES, SETS_CHANGE)
    later = asked(bench, "source", start=70, frames=40)
    segment = copied(bench, "source", later).segment
    assert numbers_in(bench.path(segment.file.digest)) == list(range(80, 80 + later.frames))


def test_a_copy_that_is_not_the_source_frame_for_frame_is_given_up(many, monkeypatch):
    name = "two B frames"
    found = asked(many, name)
    wrong = dataclasses.replace(found, source=found.source + GOP, frames=found.frames - GOP)
    assert copied(many, name, dataclasses.replace(found, source=found.source + 1)).segment is None
    real = copy_segment.planes_of
    monkeypatch.setattr(copy_segment, "planes_of", lambda frame: real(frame) ^ (frame.pts == 0))
    made = copied(many, name, wrong)
    assert made.segment is None
    assert "not the source" in made.why


def test_a_joined_film_whose_pictures_name_the_wrong_set_is_noticed(film, many, tmp_path):
    path, segments = film
    request = JoinRequest(rate=RATE, segments=tuple(segments))
    compare_headers(request, many, path)
    swapped = JoinRequest(rate=RATE, segments=(segments[1], segments[0], *segments[2:]))
    with pytest.raises(ToolError, match="not the joined segment"):
        compare_headers(swapped, many, path)
