"""Shot changes: each hard cut on its frame, and nothing else."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from footage_manifest.media import VideoFacts
from footage_manifest.timebase import frame_to_ms
from pipeline.errors import MediaError
from pipeline.ports.media import ProbeRequest
from pipeline.ports.shots import FindShotsRequest, Shots
from pipeline.stages.shots import SHOTS, SeenPart, of_reel
from pipeline.tools.find_shots import LibavShotFinder
from pipeline.tools.probe import LibavProbe
from pipeline.tools.shot_scores import ShotJudge
from tests.fake_bench import FakeBench
from tests.shot_film import made, written


def shots_in(path: Path, bench: FakeBench) -> Shots:
    digest = bench.add(path)
    facts = next(LibavProbe().carry_out([ProbeRequest(digest=digest, suffix=path.suffix[1:])], bench))[1]
    assert facts.video is not None
    request = SHOTS.plan(SeenPart(digest=digest, video=facts.video, start=Fraction(0)))
    ((index, shots),) = LibavShotFinder().carry_out([request], bench)
    assert index == 0
    return shots


@pytest.mark.parametrize(
    ("name", "rate", "codec"),
    [
        ("film.mp4", Fraction(25), "libx264"),
        ("film.mkv", Fraction(30000, 1001), "libx264"),
        ("film.ts", Fraction(24000, 1001), "libx264"),
        ("film.avi", Fraction(25), "mpeg4"),
    ],
)
def test_each_hard_cut_is_found_on_its_frame_and_nothing_else(name, rate, codec, tmp_path):
    frames, cuts = made(1)
    found = shots_in(written(tmp_path / name, frames, rate, codec), FakeBench(tmp_path / "bench"))
    assert found.changes_ms == tuple(frame_to_ms(cut, rate) for cut in cuts)


@pytest.mark.parametrize("seed", range(2, 5))
def test_it_does_not_depend_on_the_pictures(seed, tmp_path):
    frames, cuts = made(seed)
    found = shots_in(written(tmp_path / "film.mp4", frames, Fraction(25)), FakeBench(tmp_path / "bench"))
    assert found.changes_ms == tuple(cut * 40 for cut in cuts)


def test_a_film_of_one_frame_and_one_of_few_have_no_cuts(tmp_path):
    frames, _ = made(1)
    for count in (1, 3, 9):
        path = written(tmp_path / f"{count}.mp4", frames[:count], Fraction(25))
        assert shots_in(path, FakeBench(tmp_path / f"bench{count}")).changes_ms == ()


def test_memory_does_not_grow_with_the_film():
    judge = ShotJudge()
    picture = np.zeros((3, 36, 64), np.uint8)
    for number in range(2000):
        assert list(judge.take(number, picture)) == []
    held = [len(value) for name in ("_frames", "_differences") for value in [getattr(judge, name)]]
    assert max(held) < 20


def test_a_broken_picture_is_said_so(tmp_path):
    frames, _ = made(1)
    path = written(tmp_path / "film.mp4", frames[:50], Fraction(25))
    bench = FakeBench(tmp_path / "bench")
    digest = bench.add(path)
    facts = next(LibavProbe().carry_out([ProbeRequest(digest=digest, suffix="mp4")], bench))[1]
    assert isinstance(facts.video, VideoFacts)
    path.write_bytes(path.read_bytes()[:400])
    with pytest.raises(MediaError):
        list(LibavShotFinder().carry_out([FindShotsRequest(digest=digest, video=facts.video)], bench))


def test_the_files_of_a_reel_are_put_together_and_their_joint_is_no_cut():
    parts = [
        SeenPart(digest=name, video=None, start=start)  # type: ignore[arg-type] - not looked at
        for name, start in (("a", Fraction(0)), ("b", Fraction(1001, 100)))
    ]
    found = of_reel(parts, [Shots(changes_ms=(40, 9000)), Shots(changes_ms=(1000,))])
    assert found.changes_ms == (40, 9000, 11_010)
