"""Joined segments: every frame once, at its exact time, with the declared length exact."""

import struct
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import pytest

from pipeline.errors import ToolError
from pipeline.ports.picture import BlackLayer, JoinRequest, Segment, SegmentRequest, VideoEncoding, VideoLayer
from pipeline.tools.probe import media_facts
from pipeline.tools.segment_encoder import LibavSegmentEncoder
from pipeline.tools.segment_join import LibavSegmentJoiner, check_joined, joints_to_decode
from tests.fake_bench import FakeBench
from tests.media_samples import SAMPLES, make, numbers_in

QUICK = VideoEncoding(options=(("preset", "veryfast"), ("crf", "20")))
RATES = [Fraction(24000, 1001), Fraction(25), Fraction(30000, 1001), Fraction(50), Fraction(60000, 1001)]
LENGTHS = (1, 30, 2, 1, 7, 60, 3)
STARTS = (0, 5, 90, 33, 12, 37, 64)


@pytest.fixture
def bench(tmp_path: Path) -> FakeBench:
    return FakeBench(tmp_path, {"source": make(SAMPLES["plain25.mp4"], tmp_path)})


def segments(bench: FakeBench, rate: Fraction) -> tuple[Segment, ...]:
    facts = media_facts(bench.path("source"), "source").video
    assert facts is not None
    requests = [
        SegmentRequest(
            rate=rate,
            width=320,
            height=192,
            frames=frames,
            # One source frame for each output frame, whatever the timeline's rate.
            incoming=VideoLayer(digest="source", facts=facts, first=Fraction(start, 25), speed=rate / 25),
            encoding=QUICK,
        )
        for start, frames in zip(STARTS, LENGTHS, strict=True)
    ]
    made = dict(LibavSegmentEncoder().carry_out(requests, bench))
    return tuple(made[number] for number in range(len(requests)))


def joined(bench: FakeBench, request: JoinRequest) -> Path:
    ((_, result),) = LibavSegmentJoiner().carry_out([request], bench)
    assert result.frames == sum(segment.frames for segment in request.segments)
    return bench.path(result.file.digest)


def _boxes(content: bytes, kind: bytes) -> list[bytes]:
    found, position = [], 0
    while position + 8 <= len(content):
        size, name = struct.unpack(">I4s", content[position : position + 8])
        inner = content[position + 8 : position + size]
        if name == kind:
            found.append(inner)
        if name in (b"moov", b"trak", b"edts", b"mdia"):
            found.extend(_boxes(inner, kind))
        position += size or len(content)
    return found


@pytest.mark.parametrize("rate", RATES, ids=str)
def test_every_frame_comes_once_at_its_exact_time_and_the_length_is_exact(bench, rate):
    request = JoinRequest(rate=rate, segments=segments(bench, rate))
    path = joined(bench, request)
    assert numbers_in(path) == [start + k for start, frames in zip(STARTS, LENGTHS, strict=True) for k in range(frames)]
    total = sum(LENGTHS)
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        packets = [packet for packet in container.demux(stream) if packet.pts is not None]
        assert sorted(packet.pts * packet.time_base for packet in packets) == [k / rate for k in range(total)]
        decoding = [packet.dts for packet in packets]
        assert decoding == sorted(set(decoding))
        assert stream.duration * stream.time_base == total / rate
    content = path.read_bytes()
    timescale, duration = struct.unpack(">II", _boxes(content, b"mvhd")[0][12:20])
    assert Fraction(duration, timescale) == total / rate
    edits = _boxes(content, b"elst")[0]
    assert struct.unpack(">I", edits[4:8])[0] == 1
    assert Fraction(struct.unpack(">I", edits[8:12])[0], timescale) == total / rate


def test_one_segment_and_repeated_segments_join_too(bench):
    made = segments(bench, Fraction(25))
    assert numbers_in(joined(bench, JoinRequest(rate=Fraction(25), segments=(made[0],)))) == [0]
    twice = JoinRequest(rate=Fraction(25), segments=(made[4], made[4], made[0], made[0]))
    assert numbers_in(joined(bench, twice)) == [*range(12, 19), *range(12, 19), 0, 0]


def test_joining_gives_the_same_bytes_every_time(bench, tmp_path):
    request = JoinRequest(rate=Fraction(25), segments=segments(bench, Fraction(25)))
    assert joined(bench, request).read_bytes() == joined(bench, request).read_bytes()


def test_segments_with_other_headers_are_refused(bench):
    made = segments(bench, Fraction(25))
    other = SegmentRequest(rate=Fraction(25), width=640, height=192, frames=2, incoming=BlackLayer(), encoding=QUICK)
    ((_, odd),) = LibavSegmentEncoder().carry_out([other], bench)
    with pytest.raises(ToolError, match="different codec headers"):
        joined(bench, JoinRequest(rate=Fraction(25), segments=(made[0], odd)))
    with pytest.raises(ToolError, match="not one segment"):
        joined(bench, JoinRequest(rate=Fraction(25), segments=()))


def test_a_joined_picture_that_differs_from_its_segments_is_noticed(bench):
    made = segments(bench, Fraction(25))
    path = joined(bench, JoinRequest(rate=Fraction(25), segments=made))
    swapped = JoinRequest(rate=Fraction(25), segments=(made[1], made[0], *made[2:]))
    with pytest.raises(ToolError, match="segment 1 of 7"):
        check_joined(swapped, path)
    short = JoinRequest(rate=Fraction(25), segments=made[:-1])
    with pytest.raises(ToolError, match="more packets"):
        check_joined(short, path)
    changed = JoinRequest(rate=Fraction(25), segments=(*made[:-1], replace(made[-1], packets="0" * 64)))
    with pytest.raises(ToolError, match="segment 7 of 7"):
        check_joined(changed, path)


def test_all_joints_of_a_short_film_are_decoded_and_a_bounded_number_of_a_long_one(bench):
    first, second = segments(bench, Fraction(25))[:2]
    assert joints_to_decode((first,)) == []
    assert joints_to_decode((first, second, first, second)) == [1, 31, 32]
    spread = joints_to_decode((first,) * 2001)
    assert len(spread) <= 12
    assert (spread[0], spread[-1] > 1800) == (1, True)


def test_every_joint_of_segments_with_different_headers_is_decoded(bench):
    ours = segments(bench, Fraction(25))[0]
    theirs = replace(ours, headers="0" * 64)
    every_other = joints_to_decode((ours, theirs) * 500)
    assert every_other == list(range(1, 1000))
    assert {500, 501} <= set(joints_to_decode((*(ours,) * 500, theirs, *(ours,) * 500)))
