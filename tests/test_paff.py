"""Films whose fields are packets of their own: counted in frames, and every frame shown whole."""

from fractions import Fraction

import pytest

from footage_manifest.media import Scan
from pipeline.ports.picture import SegmentRequest, VideoEncoding, VideoLayer
from pipeline.tools.media_open import open_media
from pipeline.tools.packet_survey import displayed_stamps
from pipeline.tools.probe import media_facts
from pipeline.tools.segment_encoder import LibavSegmentEncoder
from tests.fake_bench import FakeBench
from tests.media_samples import numbers_in
from tests.paff_film import RATE, SIZE, paff_film


@pytest.mark.parametrize("packet_a_field", [False, True])
def test_two_fields_are_one_frame(tmp_path, packet_a_field):
    path = paff_film(tmp_path / "broadcast.ts", 20, packet_a_field=packet_a_field)
    video = media_facts(path, "").video
    assert video is not None
    assert (video.rate, video.variable, video.frames, video.duration) == (RATE, False, 20, Fraction(20, 25))
    assert video.scan is Scan.TOP_FIRST
    with open_media(path) as container:
        assert len(displayed_stamps(container, container.streams.video[0])) == 20


@pytest.mark.parametrize("packet_a_field", [False, True])
def test_every_frame_is_found(tmp_path, packet_a_field):
    path = paff_film(tmp_path / "broadcast.ts", 30, first=500, packet_a_field=packet_a_field)
    video = media_facts(path, "film").video
    assert video is not None
    bench = FakeBench(tmp_path, {"film": path})
    request = SegmentRequest(
        rate=RATE,
        width=SIZE[0],
        height=SIZE[1],
        frames=12,
        incoming=VideoLayer(digest="film", facts=video, first=Fraction(7, 25)),
        encoding=VideoEncoding(options=(("preset", "ultrafast"), ("crf", "18"))),
    )
    ((_, made),) = LibavSegmentEncoder().carry_out([request], bench)
    assert numbers_in(bench.path(made.file.digest)) == list(range(507, 519))
