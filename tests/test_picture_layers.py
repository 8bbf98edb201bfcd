"""Speed, reverse, freeze, wipes and fitting over numbered sources, frame by frame, before anything is encoded."""

from dataclasses import replace
from fractions import Fraction
from math import floor
from pathlib import Path
from threading import Event, Thread
from time import monotonic

import numpy as np
import pytest

from footage_manifest.media import MediaFacts, Scan, VideoFacts
from footage_manifest.picture_plan import Fit
from pipeline.errors import MediaError, ToolError
from pipeline.ports.picture import BlackLayer, Mix, SegmentRequest, VideoLayer
from pipeline.tools import picture_layers, picture_source
from pipeline.tools.picture_layers import Clocks, LayerPool
from pipeline.tools.picture_source import SourceReader, StoppedError
from pipeline.tools.probe import media_facts
from tests.fake_bench import FakeBench
from tests.media_samples import SAMPLES, luma_of, make, number_in, shown_at

SIZE = (320, 192)
PLAIN = "plain25.mp4"
LONG = "long_gop25.mp4"
SPEEDS = [Fraction(-1), Fraction(-2), Fraction(-7, 5), Fraction(-1, 2), Fraction(7, 5), Fraction(1, 2), Fraction(12)]


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


@pytest.fixture
def small_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave room for seven frames, so that groups of twelve and of 150 are played backwards in passes."""
    monkeypatch.setattr(picture_layers, "room_for", lambda *_: 7)


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list to which the number of each frame that a decoder gives out is added."""
    taken: list[int] = []
    take = SourceReader._take

    def counted(reader: SourceReader, frame, number: int) -> None:
        taken.append(number)
        take(reader, frame, number)

    monkeypatch.setattr(SourceReader, "_take", counted)
    return taken


def picture(facts: dict[str, MediaFacts], name: str) -> VideoFacts:
    found = facts[name].video
    assert found is not None
    return found


def request(incoming, frames: int, rate: Fraction = Fraction(25), size=SIZE, **more) -> SegmentRequest:
    return SegmentRequest(rate=rate, width=size[0], height=size[1], frames=frames, incoming=incoming, **more)


def played(bench: FakeBench, *requests: SegmentRequest) -> list[list[np.ndarray]]:
    pool = LayerPool(bench, Clocks(), Event())
    try:
        return [[frame.to_ndarray() for frame in pool.frames(one)] for one in requests]
    finally:
        pool.close()


def numbers(bench: FakeBench, asked: SegmentRequest) -> list[int]:
    return [number_in(planes[: asked.height]) for planes in played(bench, asked)[0]]


@pytest.mark.parametrize("name", [name for name in SAMPLES if not SAMPLES[name].turned])
def test_every_source_plays_at_every_speed_from_end_to_end(facts, bench, small_room, name):
    sample, found = SAMPLES[name], picture(facts, name)
    for number, speed in enumerate(SPEEDS):
        rate = (Fraction(30000, 1001), Fraction(25), Fraction(24000, 1001), Fraction(60))[number % 4]
        longest = found.duration / abs(speed)
        frames = min(130, floor(longest * rate))
        # Backwards: from the last frame's last instant, so that a short clip ends near its first.
        first = found.duration - Fraction(1, 10_000) if speed < 0 else Fraction(0)
        asked = request(VideoLayer(digest=name, facts=found, first=first, speed=speed), frames, rate)
        meant = [shown_at(sample, first + i / rate * speed) for i in range(frames)]
        assert numbers(bench, asked) == meant, f"{name} at {speed}"


@pytest.mark.parametrize("rate", [Fraction(24000, 1001), Fraction(25), Fraction(30000, 1001), Fraction(60)], ids=str)
@pytest.mark.parametrize("name", [name for name in SAMPLES if not SAMPLES[name].turned])
def test_every_source_plays_at_every_rate_from_its_start_its_middle_and_to_its_end(facts, bench, name, rate):
    sample, found = SAMPLES[name], picture(facts, name)
    middle = found.duration / 2
    frames = min(50, floor((found.duration - middle) * rate))
    starts = [Fraction(0), Fraction(7, 10) * middle, found.duration - frames / rate]
    asked = [request(VideoLayer(digest=name, facts=found, first=first), frames, rate) for first in starts]
    for first, planes in zip(starts, played(bench, *asked), strict=True):
        meant = [shown_at(sample, first + i / rate) for i in range(frames)]
        assert [number_in(one[: SIZE[1]]) for one in planes] == meant


@pytest.mark.parametrize("name", [PLAIN, LONG, "variable.mov", "sixty.ts", "old.avi", "hevc.mp4", "open_gop.mp4"])
def test_backwards_to_the_very_first_frame_and_held_there_for_less_than_a_frame(facts, bench, small_room, name):
    sample, found = SAMPLES[name], picture(facts, name)
    one = 1 / found.rate
    # Half as fast, from the start of the tenth frame: the last step lies before the film's first frame.
    frames = 2 * 9 + 2
    asked = request(VideoLayer(digest=name, facts=found, first=9 * one, speed=Fraction(-1, 2)), frames, found.rate)
    meant = [shown_at(sample, 9 * one - i * one / 2) for i in range(frames)]
    assert meant[-1] == sample.first
    assert numbers(bench, asked) == meant
    with pytest.raises(MediaError, match=r"-.* s is asked for"):
        numbers(bench, replace(asked, frames=frames + 1))


def test_a_constant_source_shows_each_frame_once_backwards_at_its_own_rate(facts, bench):
    back = request(
        VideoLayer(digest=PLAIN, facts=picture(facts, PLAIN), first=Fraction(99, 25), speed=Fraction(-1)), 100
    )
    assert numbers(bench, back) == list(range(99, -1, -1))


def test_a_long_group_is_played_backwards_in_passes_that_keep_what_there_is_room_for(
    facts, bench, monkeypatch, decoded
):
    long = VideoLayer(digest=LONG, facts=picture(facts, LONG), first=Fraction(149, 25), speed=Fraction(-1))
    monkeypatch.setattr(picture_layers, "room_for", lambda *_: 50)
    assert numbers(bench, request(long, 150)) == list(range(1149, 999, -1))
    # Three passes; what nobody wants and nothing refers to is not even decoded.
    assert 250 < len(decoded) < 150 + 100 + 50 + 10
    decoded.clear()
    monkeypatch.setattr(picture_layers, "room_for", lambda *_: 150)
    assert numbers(bench, request(long, 150)) == list(range(1149, 999, -1))
    assert sorted(decoded) == list(range(150))


def test_whole_groups_are_decoded_once_backwards(facts, bench, monkeypatch, decoded):
    # Groups of 12: with room for 30 frames a pass takes two whole groups, and none is begun twice.
    monkeypatch.setattr(picture_layers, "room_for", lambda *_: 30)
    back = VideoLayer(digest=PLAIN, facts=picture(facts, PLAIN), first=Fraction(99, 25), speed=Fraction(-1))
    assert numbers(bench, request(back, 100)) == list(range(99, -1, -1))
    assert len(decoded) <= 110


def test_a_frozen_frame_is_decoded_once(facts, bench, decoded):
    frozen = VideoLayer(digest=LONG, facts=picture(facts, LONG), first=Fraction(70, 25), speed=Fraction(0))
    assert numbers(bench, request(frozen, 200)) == [1070] * 200
    assert len(decoded) <= 75


def test_very_fast_motion_seeks_over_groups_instead_of_decoding_them(facts, bench, decoded):
    # Every 48th frame of groups of 12: at most a group's worth for each.
    fast = VideoLayer(digest=PLAIN, facts=picture(facts, PLAIN), first=Fraction(1, 25), speed=Fraction(48))
    assert numbers(bench, request(fast, 3)) == [1, 49, 97]
    assert len(decoded) < 3 * 6


@pytest.mark.parametrize("name", ["film.ts", "sixty.ts", "old.avi", "ntsc.mkv"])
def test_fast_motion_is_right_where_a_container_has_to_be_searched(facts, bench, monkeypatch, name):
    monkeypatch.setattr(picture_source, "_WORTH_A_SEEK_SECONDS", Fraction(1, 10))
    sample, found = SAMPLES[name], picture(facts, name)
    fast = VideoLayer(digest=name, facts=found, first=Fraction(1, 7), speed=Fraction(13))
    frames = floor((found.duration - Fraction(1, 7)) / 13 * 30)
    meant = [shown_at(sample, Fraction(1, 7) + i * Fraction(13, 30)) for i in range(frames)]
    assert numbers(bench, request(fast, frames, Fraction(30))) == meant


def test_fields_are_made_whole_backwards_with_the_neighbours_that_they_have_forwards(facts, bench, small_room):
    found = replace(picture(facts, PLAIN), scan=Scan.TOP_FIRST)
    ahead = VideoLayer(digest=PLAIN, facts=found, first=Fraction(5, 25))
    back = VideoLayer(digest=PLAIN, facts=found, first=Fraction(34, 25), speed=Fraction(-1))
    forwards, backwards = played(bench, request(ahead, 30), request(back, 30))
    assert [number_in(planes[:192]) for planes in backwards] == list(range(34, 4, -1))
    assert all((one == other).all() for one, other in zip(forwards, reversed(backwards), strict=True))


def test_a_dissolve_has_both_its_sides_moving_as_they_were_told(facts, bench, small_room):
    back = VideoLayer(digest=LONG, facts=picture(facts, LONG), first=Fraction(2), speed=Fraction(-2))
    frozen = VideoLayer(digest=PLAIN, facts=picture(facts, PLAIN), first=Fraction(1), speed=Fraction(0))
    early = played(bench, *(request(frozen, 6, mix=Mix(outgoing=back, first_k=0, of=60)) for _ in range(2)))[1]
    assert [number_in(planes[:192]) for planes in early] == [1050, 1048, 1046, 1044, 1042, 1040]
    late = played(bench, request(back, 6, mix=Mix(outgoing=frozen, first_k=54, of=60)))[0]
    assert [number_in(planes[:192]) for planes in late] == [1050, 1048, 1046, 1044, 1042, 1040]


def test_a_wipe_shows_both_sides_whole_either_side_of_its_edge(facts, bench):
    incoming = VideoLayer(digest=PLAIN, facts=picture(facts, PLAIN), first=Fraction(1), speed=Fraction(-1))
    outgoing = VideoLayer(digest=LONG, facts=picture(facts, LONG), first=Fraction(2))
    wipe = Mix(outgoing=outgoing, first_k=4, of=19, wipe=2)
    ins, outs, wiped = played(bench, request(incoming, 3), request(outgoing, 3), request(incoming, 3, mix=wipe))
    for i, (coming, leaving, both) in enumerate(zip(ins, outs, wiped, strict=True)):
        edge = floor(Fraction(4 + i + 1, 20) * 192)  # from top to bottom
        assert (both[:edge] == coming[:edge]).all()
        assert (both[edge + 1 : 192] == leaving[edge + 1 : 192]).all()
    with pytest.raises(ToolError, match="wipe 999"):
        played(bench, request(incoming, 3, mix=replace(wipe, wipe=999)))


def test_an_upright_clip_fills_the_frame_cropped_and_unstretched(facts, bench):
    upright = VideoLayer(digest="upright.mp4", facts=picture(facts, "upright.mp4"), first=Fraction(0), fit=Fit.FILL)
    # 192 x 320 upright in 192 x 116: nothing is scaled, 102 rows are cut off above and below, the strip stays.
    for k, planes in enumerate(played(bench, request(upright, 20, Fraction(30000, 1001), size=(192, 116)))[0]):
        luma = np.zeros((320, 192), np.uint8)
        luma[102:218] = planes[:116]
        assert number_in(luma) == 9000 + k
        assert (luma[102:218].max(axis=1) > 100).all()  # no row is a bar


def test_an_upright_clip_lies_whole_over_a_blurred_darker_copy_of_itself(facts, bench):
    plain = VideoLayer(digest="upright.mp4", facts=picture(facts, "upright.mp4"), first=Fraction(0))
    fit, blur = played(bench, request(plain, 3), request(replace(plain, fit=Fit.BLUR), 3))
    for barred, over in zip(fit, blur, strict=True):
        assert (over[:192, 102:218] == barred[:192, 102:218]).all()
        assert barred[:192, :98].max() <= 30
        inside, beside = over[:192, 102:218].astype(float), over[:192, :98].astype(float)
        assert 40 < beside.mean() < inside.mean() * 0.8
        assert np.abs(np.diff(beside, axis=1)).max() <= 6


@pytest.mark.parametrize("fit", list(Fit))
def test_a_picture_of_the_frame_s_own_shape_is_the_same_however_it_fits(facts, bench, fit):
    plain = VideoLayer(digest=PLAIN, facts=picture(facts, PLAIN), first=Fraction(0))
    one, other = played(bench, request(plain, 2), request(replace(plain, fit=fit), 2))
    assert (one[1] == other[1]).all()


def test_black_may_be_wiped_over_any_picture(facts, bench):
    plain = VideoLayer(digest=PLAIN, facts=picture(facts, PLAIN), first=Fraction(0))
    wiped = played(bench, request(BlackLayer(), 1, mix=Mix(outgoing=plain, first_k=0, of=1, wipe=1)))[0][0]
    assert (wiped[:192, :160] == 16).all()
    assert wiped[:192, 160:].max() > 200


def test_a_run_that_ends_is_obeyed_within_a_second_also_backwards(facts, bench):
    long = VideoLayer(digest=LONG, facts=picture(facts, LONG), first=Fraction(149, 25), speed=Fraction(-1, 100))
    stop, seen = Event(), []
    pool = LayerPool(bench, Clocks(), stop)

    def play() -> None:
        try:
            # Again and again from the long group's end: many passes.
            for _ in range(1000):
                for _ in pool.frames(request(replace(long, speed=Fraction(-1)), 150)):
                    pass
        except StoppedError:
            seen.append("stopped")

    thread = Thread(target=play)
    thread.start()
    thread.join(0.3)
    stop.set()
    since = monotonic()
    thread.join(5)
    assert seen == ["stopped"]
    assert monotonic() - since < 1
    pool.close()


def test_damage_is_named_once_for_each_frame_shown_backwards_too(films, facts, tmp_path, monkeypatch):
    bench = FakeBench(tmp_path, dict(films))
    monkeypatch.setattr(picture_layers, "room_for", lambda *_: 5)
    read = SourceReader.read

    class Damaged:
        """A frame that its decoder marked."""

        is_corrupt = True

        def __init__(self, frame) -> None:
            self._frame = frame

    class Unmarked:
        """Fits nothing; gives the frame itself."""

        def fit(self, frame):
            return frame._frame if isinstance(frame, Damaged) else frame

    def marked(reader: SourceReader, wanted):
        for number, frame in zip(wanted, read(reader, wanted), strict=True):
            yield Damaged(frame) if number == 20 else frame

    monkeypatch.setattr(SourceReader, "read", marked)
    monkeypatch.setattr(picture_layers, "fitter_for", lambda *_: Unmarked())
    back = VideoLayer(digest=PLAIN, facts=picture(facts, PLAIN), first=Fraction(30, 25), speed=Fraction(-1, 2))
    assert luma_of(played_frames(bench, request(back, 40))[-1]).shape == (192, 320)
    assert bench.progress.notes == ["plain25.mp4: frame 20 of its picture is damaged"]


def played_frames(bench: FakeBench, asked: SegmentRequest) -> list:
    pool = LayerPool(bench, Clocks(), Event())
    return list(pool.frames(asked))
