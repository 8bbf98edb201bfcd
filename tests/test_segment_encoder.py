"""Every frame of every segment is read back and compared with numbers computed here, apart from the code under test."""

from dataclasses import replace
from fractions import Fraction
from math import floor
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from footage_manifest.media import MediaFacts, Scan, StillFacts, VideoFacts
from footage_manifest.picture_plan import Fit
from pipeline.errors import MediaError, ToolError
from pipeline.ports.picture import (
    BlackLayer,
    Mix,
    Overlay,
    Segment,
    SegmentRequest,
    Stamp,
    StillLayer,
    VideoEncoding,
    VideoLayer,
)
from pipeline.tools import segment_encoder
from pipeline.tools.fonts import SHIPPED
from pipeline.tools.probe import media_facts
from pipeline.tools.segment_encoder import LibavSegmentEncoder
from tests.fake_bench import FakeBench
from tests.media_samples import SAMPLES, VARIABLE_STAMPS, luma_of, make, number_in, numbered, shown_at, trimmed

SIZE = (320, 192)
QUICK = VideoEncoding(options=(("preset", "veryfast"), ("crf", "18")))


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("films")
    return {name: make(sample, folder) for name, sample in SAMPLES.items()}


@pytest.fixture(scope="module")
def facts(films: dict[str, Path]) -> dict[str, MediaFacts]:
    return {name: media_facts(path, name) for name, path in films.items()}


@pytest.fixture
def bench(tmp_path: Path, films: dict[str, Path]) -> FakeBench:
    return FakeBench(tmp_path, dict(films))


def picture(facts: dict[str, MediaFacts], name: str) -> VideoFacts:
    found = facts[name].video
    assert found is not None
    return found


def layer(facts: dict[str, MediaFacts], name: str, first: Fraction, speed: Fraction = Fraction(1)) -> VideoLayer:
    return VideoLayer(digest=name, facts=picture(facts, name), first=first, speed=speed)


def request(incoming, frames: int, rate: Fraction = Fraction(25), **more) -> SegmentRequest:
    return SegmentRequest(
        rate=rate, width=SIZE[0], height=SIZE[1], frames=frames, incoming=incoming, encoding=QUICK, **more
    )


def encoded(bench: FakeBench, *requests: SegmentRequest) -> list[Segment]:
    results = dict(LibavSegmentEncoder().carry_out(requests, bench))
    return [results[number] for number in range(len(requests))]


def lumas(bench: FakeBench, segment: Segment) -> list[np.ndarray]:
    with av.open(str(bench.path(segment.file.digest))) as container:
        return [luma_of(frame).copy() for frame in container.decode(video=0)]


def numbers(bench: FakeBench, segment: Segment) -> list[int]:
    return [number_in(luma) for luma in lumas(bench, segment)]


@pytest.mark.parametrize("name", [name for name in SAMPLES if not SAMPLES[name].turned])
def test_every_source_shows_the_right_frame_from_its_start_its_middle_and_to_its_end(facts, bench, name):
    sample, found, rate = SAMPLES[name], picture(facts, name), Fraction(30000, 1001)
    middle = found.duration / 2
    frames = min(40, floor((found.duration - middle) * rate))
    starts = [Fraction(0), Fraction(7, 10) * middle, found.duration - frames / rate]
    segments = encoded(bench, *(request(layer(facts, name, first), frames, rate) for first in starts))
    for first, segment in zip(starts, segments, strict=True):
        assert numbers(bench, segment) == [shown_at(sample, first + i / rate) for i in range(frames)]


def test_a_segment_may_begin_at_every_single_frame_of_a_long_gop(facts, bench):
    requests = [request(layer(facts, "long_gop25.mp4", Fraction(k, 25)), 2) for k in range(0, 149, 3)]
    for number, segment in enumerate(encoded(bench, *requests)):
        assert numbers(bench, segment) == [1000 + number * 3, 1001 + number * 3]


def test_what_an_edit_list_leaves_out_is_not_there(films, bench, tmp_path):
    path = trimmed(films["plain25.mp4"], 7, tmp_path / "trimmed.mp4")
    digest = bench.add(path)
    found = media_facts(path, digest).video
    assert found is not None
    assert (found.frames, found.duration) == (93, Fraction(93, 25))
    requests = [
        request(VideoLayer(digest=digest, facts=found, first=Fraction(first, 25)), count)
        for first, count in ((0, 93), (1, 4), (40, 9), (92, 1))
    ]
    read = [numbers(bench, segment) for segment in encoded(bench, *requests)]
    assert read == [list(range(7, 100)), [8, 9, 10, 11], list(range(47, 56)), [99]]


def test_speed_picks_frames_in_exact_arithmetic(facts, bench):
    fast = request(layer(facts, "plain25.mp4", Fraction(1, 5), Fraction(5, 2)), 30)
    slow = request(layer(facts, "plain25.mp4", Fraction(1, 5), Fraction(1, 3)), 30)
    frozen = request(layer(facts, "plain25.mp4", Fraction(1, 5), Fraction(0)), 5)
    segments = encoded(bench, fast, slow, frozen)
    assert numbers(bench, segments[0]) == [floor(5 + i * Fraction(5, 2)) for i in range(30)]
    assert numbers(bench, segments[1]) == [floor(5 + Fraction(i, 3)) for i in range(30)]
    assert numbers(bench, segments[2]) == [5] * 5


def test_variable_rate_has_half_a_tick_of_tolerance_and_no_more(facts, bench):
    stamp = Fraction(VARIABLE_STAMPS[10], 600)
    just, early = stamp - Fraction(1, 1200), stamp - Fraction(1, 1199)
    segments = encoded(bench, *(request(layer(facts, "variable.mov", at), 1) for at in (just, early)))
    assert [numbers(bench, segment) for segment in segments] == [[6010], [6009]]


def test_the_last_frame_is_held_for_one_frame_and_no_longer(facts, bench):
    held = request(layer(facts, "plain25.mp4", Fraction(99, 25)), 2)
    assert numbers(bench, encoded(bench, held)[0]) == [99, 99]
    with pytest.raises(MediaError, match=r"4\.040 s is asked for.*100 frames"):
        encoded(bench, replace(held, frames=3))
    with pytest.raises(MediaError, match="asked for"):
        encoded(bench, request(layer(facts, "plain25.mp4", Fraction(-1, 25)), 3))


def test_a_phone_clip_stands_upright_between_black_bars_and_is_not_stretched(facts, bench):
    segment = encoded(bench, request(layer(facts, "upright.mp4", Fraction(0)), 40, Fraction(30000, 1001)))[0]
    for k, luma in enumerate(lumas(bench, segment)):
        # 192 x 320 upright, 192 high: 115.2 wide, in even pixels 116, centred.
        inside = luma[:, 102:218]
        assert number_in(inside) == 9000 + k
        assert luma[:, :98].max() <= 30
        assert luma[:, 222:].max() <= 30


def test_mirroring_comes_before_turning(facts, bench):
    plain = picture(facts, "plain25.mp4")
    mirrored = replace(plain, mirrored=True)
    half_turn = replace(plain, rotation=180)
    upside_down = replace(plain, mirrored=True, rotation=180)
    requests = [
        request(VideoLayer(digest="plain25.mp4", facts=found, first=Fraction(0)), 1)
        for found in (plain, mirrored, half_turn, upside_down)
    ]
    straight, *others = [lumas(bench, segment)[0] for segment in encoded(bench, *requests)]
    expected = [np.fliplr(straight), np.rot90(straight, 2), np.flipud(straight)]
    for seen, meant in zip(others, expected, strict=True):
        assert np.abs(seen.astype(int) - meant).mean() < 2


def test_pixels_that_are_not_square_are_widened(facts, bench):
    wide = replace(picture(facts, "plain25.mp4"), sample_aspect=Fraction(2))
    luma = lumas(bench, encoded(bench, request(VideoLayer(digest="plain25.mp4", facts=wide, first=Fraction(0)), 1))[0])[
        0
    ]
    assert number_in(luma[48:144]) == 0
    assert luma[:46].max() <= 30
    assert luma[146:].max() <= 30


def _colour_film(folder: Path, name: str, matrix: int, span: int, size: tuple[int, int]) -> Path:
    path = folder / name
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        stream.colorspace, stream.color_range = matrix, span
        stream.options = {"crf": "1"}
        for k in range(3):
            rgb = np.zeros((size[1], size[0], 3), np.uint8)
            rgb[:] = (200, 60, 30)
            frame = av.VideoFrame.from_ndarray(rgb, format="rgb24").reformat(
                format="yuv420p", dst_colorspace=matrix, dst_color_range=span
            )
            frame.pts = k
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


@pytest.mark.parametrize(("matrix", "span"), [(1, 1), (1, 2), (5, 1), (5, 2)], ids=["709tv", "709pc", "601tv", "601pc"])
def test_colours_arrive_as_bt709_at_video_range(bench, tmp_path, matrix, span):
    path = _colour_film(tmp_path, "red.mp4", matrix, span, (256, 128))
    digest = bench.add(path)
    found = media_facts(path, digest).video
    assert found is not None
    segment = encoded(bench, request(VideoLayer(digest=digest, facts=found, first=Fraction(0)), 2))[0]
    with av.open(str(bench.path(segment.file.digest))) as container:
        assert container.streams.video[0].codec_context.colorspace == 1
        assert container.streams.video[0].codec_context.color_range == 1
        frame = next(container.decode(video=0))
        middle = frame.to_ndarray().reshape(-1)
    luma = middle[: 320 * 192].reshape(192, 320)[90:100, 150:170].mean()
    blue, red = (middle[320 * 192 * k // 4 :][: 320 * 48].reshape(96, 160)[45:50, 75:85].mean() for k in (4, 5))
    # By hand, BT.709: Y' = .2126 R' + .7152 G' + .0722 B'; 219 and 224 steps.
    y = (0.2126 * 200 + 0.7152 * 60 + 0.0722 * 30) / 255
    assert luma == pytest.approx(16 + 219 * y, abs=2)
    assert blue == pytest.approx(128 + 224 * (30 / 255 - y) / 1.8556, abs=2)
    assert red == pytest.approx(128 + 224 * (200 / 255 - y) / 1.5748, abs=2)


def test_a_dissolve_mixes_coded_values_by_the_rule(facts, bench):
    mix = Mix(outgoing=BlackLayer(), first_k=2, of=6)
    plain = request(layer(facts, "plain25.mp4", Fraction(1)), 4)
    both = encoded(bench, plain, replace(plain, mix=mix))
    for i, (whole, mixed) in enumerate(zip(lumas(bench, both[0]), lumas(bench, both[1]), strict=True)):
        weight = Fraction(2 + i + 1, 6 + 1)
        meant = 16 + (whole.astype(float) - 16) * float(weight)
        assert np.abs(mixed - meant).mean() < 2


def test_both_sides_of_a_dissolve_show_their_own_frames(facts, bench):
    # A light sum with weight 1/2 each: the incoming number shows where both strips agree; so take the ends, nearly whole.
    outgoing = layer(facts, "long_gop25.mp4", Fraction(2))
    start = request(layer(facts, "plain25.mp4", Fraction(1)), 1, mix=Mix(outgoing=outgoing, first_k=0, of=20))
    end = request(layer(facts, "plain25.mp4", Fraction(1)), 1, mix=Mix(outgoing=outgoing, first_k=19, of=20))
    segments = encoded(bench, start, end)
    assert numbers(bench, segments[0]) == [1050]
    assert numbers(bench, segments[1]) == [25]


def test_black_is_black(bench):
    segment = encoded(bench, request(BlackLayer(), 30))[0]
    with av.open(str(bench.path(segment.file.digest))) as container:
        planes = [frame.to_ndarray() for frame in container.decode(video=0)]
    assert len(planes) == 30
    assert {(int(plane[:192].max()), int(plane[192:].min()), int(plane[192:].max())) for plane in planes} == {
        (16, 128, 128)
    }


def test_a_still_is_upright_fitted_and_transparency_is_black(bench, tmp_path):
    photograph = numbered(4242, (384, 192)).convert("RGBA")
    photograph.putalpha(Image.new("L", photograph.size, 255))
    photograph.paste((255, 255, 255, 0), (0, 0, 384, 20))
    path = tmp_path / "still.png"
    photograph.save(path)
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = tmp_path / "turned.jpg"
    numbered(4243, (384, 192)).rotate(90, expand=True).save(turned, exif=exif, quality=95)
    requests = [
        request(
            StillLayer(
                digest=bench.add(file),
                facts=StillFacts(digest="", format="PNG", width=384, height=192, orientation=1),
            ),
            3,
        )
        for file in (path, turned)
    ]
    segments = encoded(bench, *requests)
    for segment, number in zip(segments, (4242, 4243), strict=True):
        for luma in lumas(bench, segment):
            assert number_in(luma[16:176]) == number  # 2:1 in 320 wide: 160 high, 16 above and below
            assert luma[:14].max() <= 30
    assert lumas(bench, segments[0])[0][17:30].max() <= 30


def _subtitle(folder: Path, shade: int, alpha: int) -> Path:
    drawn = Image.new("RGBA", SIZE, (0, 0, 0, 0))
    drawn.paste((shade, shade, shade, alpha), (101, 151, 220, 180))
    path = folder / f"subtitle-{shade}-{alpha}.png"
    drawn.save(path)
    return path


@pytest.mark.parametrize(("shade", "alpha"), [(255, 255), (255, 128), (0, 255), (0, 64)])
def test_a_subtitle_lies_over_its_frames_only_and_its_own_pixels_only(bench, tmp_path, shade, alpha):
    digest = bench.add(_subtitle(tmp_path, shade, alpha))
    grey = StillLayer(
        digest=bench.add(_grey(tmp_path)), facts=StillFacts(digest="", format="PNG", width=320, height=192)
    )
    laid = request(grey, 12, overlays=(Overlay(picture=digest, start=3, end=7),))
    for i, luma in enumerate(lumas(bench, encoded(bench, laid)[0])):
        under = 16 + 219 * 120 / 255
        over = under + (16 + 219 * shade / 255 - under) * alpha / 255
        assert luma[155:176, 110:210].mean() == pytest.approx(over if 3 <= i < 7 else under, abs=2.5)
        assert luma[20:140].mean() == pytest.approx(under, abs=2)


def test_a_title_fades_in_and_out_over_its_frames(bench, tmp_path):
    digest = bench.add(_subtitle(tmp_path, 255, 255))
    # The drawing's frames 2 to 7 of eight, with a fade of three: 3/4, whole, whole, 3/4, 2/4, 1/4.
    overlay = Overlay(picture=digest, start=1, end=7, into=2, frames=8, fade=3)
    read = lumas(bench, encoded(bench, request(BlackLayer(), 9, overlays=(overlay,)))[0])
    parts = [0, Fraction(3, 4), 1, 1, Fraction(3, 4), Fraction(2, 4), Fraction(1, 4), 0, 0]
    for luma, part in zip(read, parts, strict=True):
        assert luma[155:176, 110:210].mean() == pytest.approx(float(16 + 219 * part), abs=3)


def test_a_review_copy_is_stamped_and_the_clean_copy_beside_it_is_not(facts, bench):
    bench.files["font"] = SHIPPED
    clean = request(layer(facts, "plain25.mp4", Fraction(1)), 6)
    alone = encoded(bench, clean)[0]
    stamp = Stamp(first=90_000, rate=Fraction(25), drop=False, each=1, text="forum", font="font")
    small = replace(QUICK, options=(("preset", "ultrafast"), ("crf", "30")))
    both = encoded(bench, clean, replace(clean, stamp=stamp, encoding=small), replace(clean, stamp=stamp))
    assert both[0] == alone
    assert both[1].packets != both[2].packets
    whole = lumas(bench, alone)
    for segment in both[1:]:
        for k, (plain, stamped) in enumerate(zip(whole, lumas(bench, segment), strict=True)):
            assert number_in(stamped) == 25 + k
            assert stamped[2:24, 130:190].max() > 215
            assert stamped[1:3, 130:190].mean() < plain[1:3, 130:190].mean() - 20


def test_what_is_drawn_with_other_libraries_is_made_again_with_other_versions_of_them(facts):
    encoder, plain = LibavSegmentEncoder(), request(layer(facts, "plain25.mp4", Fraction(1)), 6)
    stamp = Stamp(first=0, rate=Fraction(25), drop=False, each=1, text="", font="font")
    blurred = replace(plain, mix=Mix(outgoing=replace(plain.incoming, fit=Fit.BLUR), first_k=0, of=6))
    assert "pillow" not in encoder.identity(plain)
    assert "pillow" in encoder.identity(blurred)
    assert {"freetype2", "raqm"} <= set(encoder.identity(replace(plain, stamp=stamp)))


def _grey(folder: Path) -> Path:
    path = folder / "grey.png"
    Image.new("RGB", SIZE, (120, 120, 120)).save(path)
    return path


def test_same_bytes_one_by_one_in_a_batch_on_any_cores_and_beside_variants(facts, films, tmp_path):
    overlay = _subtitle(tmp_path, 255, 200)
    names = ("plain25.mp4", "long_gop25.mp4", "ntsc.mkv", "sixty.ts", "variable.mov", "upright.mp4")
    requests = [request(layer(facts, name, Fraction(step, 20)), 14) for name in names for step in (19, 3, 10)]
    requests += [replace(one, overlays=(Overlay(picture="overlay", start=2, end=9),)) for one in requests[:4]]
    requests.append(replace(requests[0], mix=Mix(outgoing=requests[4].incoming, first_k=0, of=14)))
    back = layer(facts, "long_gop25.mp4", Fraction(3), Fraction(-1))
    blurred = replace(layer(facts, "upright.mp4", Fraction(1)), fit=Fit.BLUR)
    requests.append(request(back, 14, mix=Mix(outgoing=blurred, first_k=0, of=14, wipe=119)))
    files = {**films, "overlay": overlay}
    alone_bench = FakeBench(tmp_path / "alone", files, jobs=1)
    alone = [encoded(alone_bench, one)[0] for one in requests]
    for jobs in (1, 5):
        assert encoded(FakeBench(tmp_path / f"jobs {jobs} a'b:c", files, jobs=jobs), *requests) == alone
    assert len({segment.headers for segment in alone}) == 1


def test_progress_counts_frames(facts, bench):
    encoded(bench, request(layer(facts, "plain25.mp4", Fraction(0)), 20), request(BlackLayer(), 5))
    assert bench.progress.totals == {"picture": (25, "frames")}
    assert bench.progress.done == {"picture": 25}


def test_names_that_look_like_something_else_are_just_names(facts, films, tmp_path):
    names = ["12:30 x.mp4", "-lead.mp4", "%d.mp4", "concat:a|b.mp4", "a'b;c$(x).mp4", "http:", "í\n\t .mp4"]
    for name in names:
        odd = tmp_path / name
        odd.write_bytes(films["plain25.mp4"].read_bytes())
        bench = FakeBench(tmp_path / "bench", {"odd": odd})
        found = media_facts(odd, "odd").video
        assert found is not None
        one = request(VideoLayer(digest="odd", facts=found, first=Fraction(2)), 2)
        assert numbers(bench, encoded(bench, one)[0]) == [50, 51]


def test_a_failure_names_the_file_and_keeps_what_was_finished(facts, films, bench, tmp_path):
    broken = tmp_path / "broken.mp4"
    whole = films["long_gop25.mp4"].read_bytes()
    start = whole.index(b"mdat") + 4
    broken.write_bytes(whole[: start + 8000] + bytes(6000) + whole[start + 14000 :])
    digest = bench.add(broken)
    one = request(VideoLayer(digest=digest, facts=picture(facts, "long_gop25.mp4"), first=Fraction(0)), 148)
    bench.jobs = 1
    with pytest.raises(MediaError, match=r"broken\.mp4.*cannot be decoded"):
        encoded(bench, one)


def test_an_encoder_that_is_not_there_is_refused_by_name(bench):
    with pytest.raises(ToolError, match="libnothing"):
        encoded(bench, replace(request(BlackLayer(), 2), encoding=VideoEncoding(codec="libnothing")))


def test_fields_are_made_whole_and_numbers_stay(facts, bench):
    found = replace(picture(facts, "plain25.mp4"), scan=Scan.TOP_FIRST)
    segments = encoded(
        bench,
        request(VideoLayer(digest="plain25.mp4", facts=found, first=Fraction(0)), 20),
        request(VideoLayer(digest="plain25.mp4", facts=found, first=Fraction(90, 25)), 10),
        request(VideoLayer(digest="plain25.mp4", facts=found, first=Fraction(1), speed=Fraction(3)), 10),
    )
    assert numbers(bench, segments[0]) == list(range(20))
    assert numbers(bench, segments[1]) == list(range(90, 100))
    assert numbers(bench, segments[2]) == list(range(25, 55, 3))


def test_encoders_at_work_at_once_stay_within_memory(monkeypatch):
    request = SegmentRequest(rate=Fraction(25), width=1920, height=1080, frames=5, incoming=BlackLayer())
    small = replace(request, width=640, height=360)
    monkeypatch.setattr(segment_encoder, "usable_memory", lambda: 8 << 30)
    assert segment_encoder._passes_at_once([request], 2) == 2
    assert segment_encoder._passes_at_once([request], 16) == 9
    assert segment_encoder._passes_at_once([small], 16) == 16
    assert segment_encoder._variants_at_once([request], 2) == 2
    assert segment_encoder._variants_at_once([request], 1) == 4
    assert segment_encoder._variants_at_once([small], 2) == 4
