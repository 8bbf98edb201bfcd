"""Stills as frames: they fill the frame as asked, and move without trembling."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from footage_manifest.media import StillFacts
from footage_manifest.picture_plan import Fit, StillMove
from pipeline.ports.picture import Move, StillLayer, View
from pipeline.stages.moves import move_of, roll_of
from pipeline.tools.picture_still import moved_frames, still
from tests.media_samples import luma_of

SIZE = (320, 180)
HALF = Fraction(1, 2)


def _layer(path: Path, size: tuple[int, int], move: Move | None, fit: Fit = Fit.FIT) -> StillLayer:
    digest = str(path)
    facts = StillFacts(digest=digest, format="PNG", width=size[0], height=size[1])
    return StillLayer(digest=digest, facts=facts, fit=fit, move=move)


def _frames(path: Path, size: tuple[int, int], move: Move, frames: int) -> list[np.ndarray]:
    return [frame.to_ndarray() for frame in moved_frames(path, _layer(path, size, move), *SIZE, frames)]


def _spot(path: Path, size: tuple[int, int], centre: tuple[float, float]) -> Path:
    """A soft white spot on black; `centre` counts from the picture's corner, pixels being squares."""
    rows, columns = np.mgrid[0 : size[1], 0 : size[0]]
    away = (columns + 0.5 - centre[0]) ** 2 + (rows + 0.5 - centre[1]) ** 2
    Image.fromarray((np.exp(-away / (2 * 40**2)) * 235).astype(np.uint8)).save(path)
    return path


def _centre(planes: np.ndarray) -> np.ndarray:
    # Squared, so that the rounding of the faint outskirts weighs nothing.
    luma = np.maximum(planes[: SIZE[1]].astype(float) - 18, 0) ** 2
    rows, columns = np.mgrid[0 : SIZE[1], 0 : SIZE[0]]
    return np.array([(luma * columns).sum(), (luma * rows).sum()]) / luma.sum() + 0.5


@pytest.mark.parametrize("kind", [StillMove.PUSH_IN, StillMove.PAN_RIGHT, StillMove.PAN_DOWN])
def test_a_move_passes_smoothly_through_fractions_of_a_pixel(tmp_path, kind):
    size, centre, frames = (1600, 900), (1000.3, 400.7), 60
    path = _spot(tmp_path / "spot.png", size, centre)
    facts = StillFacts(digest="", format="PNG", width=size[0], height=size[1])
    move = move_of(kind, facts, SIZE, 0, frames)
    seen = np.array([_centre(planes) for planes in _frames(path, size, move, frames)])
    meant = []
    for i in range(frames):
        t = i / (frames - 1)
        eased = t * t * (3 - 2 * t)
        x, y, width = (
            float(a) + (float(b) - float(a)) * eased
            for a, b in zip(
                (move.start.x, move.start.y, move.start.width), (move.end.x, move.end.y, move.end.width), strict=True
            )
        )
        scale = SIZE[0] / (width * size[0])
        meant.append(((centre[0] - x * size[0]) * scale + SIZE[0] / 2, (centre[1] - y * size[1]) * scale + SIZE[1] / 2))
    assert np.abs(seen - np.array(meant)).max() < 0.03
    jolts = np.diff(seen, n=2, axis=0) - np.diff(np.array(meant), n=2, axis=0)
    assert np.abs(jolts).max() < 0.06


def test_detail_is_equally_sharp_all_the_way(tmp_path):
    noise = np.random.default_rng(3).integers(0, 255, (720, 1440), np.uint8)
    path = tmp_path / "noise.png"
    Image.fromarray(noise).save(path)
    start, end = (View(x=x, y=HALF, width=Fraction(4, 9)) for x in (Fraction(3, 10), Fraction(302, 1000)))
    move = Move(start=start, end=end, first=0, frames=20, eased=False)
    detail = [np.diff(planes[: SIZE[1]].astype(float), axis=1).std() for planes in _frames(path, (1440, 720), move, 20)]
    assert (max(detail) - min(detail)) / np.mean(detail) < 0.01


def test_a_move_starts_and_ends_softly(tmp_path):
    path = _spot(tmp_path / "spot.png", (1600, 900), (800, 450))
    facts = StillFacts(digest="", format="PNG", width=1600, height=900)
    move = move_of(StillMove.PAN_RIGHT, facts, SIZE, 0, 50)
    steps = np.abs(np.diff([_centre(planes)[0] for planes in _frames(path, (1600, 900), move, 50)]))
    assert max(steps[0], steps[-1]) < steps.max() / 10


def test_a_segment_goes_on_where_the_last_one_ended(tmp_path):
    path = _spot(tmp_path / "spot.png", (800, 600), (300, 300))
    facts = StillFacts(digest="", format="PNG", width=800, height=600)
    whole = _frames(path, (800, 600), move_of(StillMove.PUSH_IN, facts, SIZE, 0, 20), 20)
    part = _frames(path, (800, 600), move_of(StillMove.PUSH_IN, facts, SIZE, 12, 20), 8)
    assert all(np.array_equal(a, b) for a, b in zip(whole[12:], part, strict=True))


def test_before_and_after_a_move_stands(tmp_path):
    path = _spot(tmp_path / "spot.png", (800, 450), (300, 300))
    facts = StillFacts(digest="", format="PNG", width=800, height=450)
    move = move_of(StillMove.PUSH_IN, facts, SIZE, -3, 6)
    shown = list(moved_frames(path, _layer(path, (800, 450), move), *SIZE, 14))
    assert len({id(frame) for frame in shown[:4]}) == 1
    assert len({id(frame) for frame in shown[8:]}) == 1
    assert len({id(frame) for frame in shown}) == 6


def _flags(path: Path, size: tuple[int, int]) -> Path:
    """Red, green, blue and white quarters."""
    width, height = size
    picture = Image.new("RGB", size, (200, 30, 30))
    picture.paste((30, 200, 30), (width // 2, 0, width, height // 2))
    picture.paste((30, 30, 200), (0, height // 2, width // 2, height))
    picture.paste((230, 230, 230), (width // 2, height // 2, width, height))
    picture.save(path)
    return path


@pytest.mark.parametrize("size", [(900, 600), (600, 900), (641, 361)], ids=str)
def test_a_push_in_begins_where_the_resting_still_is(tmp_path, size):
    path = _flags(tmp_path / "flags.png", size)
    facts = StillFacts(digest="", format="PNG", width=size[0], height=size[1])
    first = _frames(path, size, move_of(StillMove.PUSH_IN, facts, SIZE, 0, 50), 1)[0].astype(float)
    resting = still(path, *SIZE).to_ndarray().astype(float)
    assert 10 * np.log10(255**2 / np.mean((first - resting) ** 2)) > 24  # a resting still stands on even pixels


def test_beside_a_moving_still_it_is_black(tmp_path):
    path = _flags(tmp_path / "flags.png", (300, 900))
    facts = StillFacts(digest="", format="PNG", width=300, height=900)
    for planes in _frames(path, (300, 900), move_of(StillMove.PUSH_IN, facts, SIZE, 0, 5), 5):
        luma = planes[: SIZE[1]]
        assert set(luma[:, [0, 1, 100, 219, 318, 319]].ravel().tolist()) == {16}
        assert luma[:, 140:180].min() > 30


def test_what_fills_the_frame_has_no_dark_edge(tmp_path):
    path = tmp_path / "white.png"
    Image.new("RGB", (700, 500), (235, 235, 235)).save(path)
    facts = StillFacts(digest="", format="PNG", width=700, height=500)
    for kind in list(StillMove)[1:]:
        move = move_of(kind, facts, SIZE, 0, 7, Fit.FILL)
        for planes in _frames(path, (700, 500), move, 7):
            assert np.ptp(planes[: SIZE[1]]) <= 1


def test_a_roll_crosses_the_frame_over_black(tmp_path):
    card = Image.new("RGBA", (320, 960), (255, 255, 255, 0))  # 180 pixels of background above and below
    card.paste((255, 255, 255, 255), (100, 180, 220, 780))
    path = tmp_path / "card.png"
    card.save(path)
    facts = StillFacts(digest="", format="PNG", width=320, height=960)
    lumas = [planes[: SIZE[1]] for planes in _frames(path, (320, 960), roll_of(facts, SIZE, 0, 41), 41)]
    assert max(lumas[0].max(), lumas[-1].max()) < 40  # the first line stands at the very edge
    assert lumas[20][:, 110:210].min() > 230
    assert lumas[20][:, :96].max() == 16
    first_rows = [int(np.argmax(luma[:, 160] > 125)) for luma in lumas[1:10]]
    assert np.abs(np.diff(first_rows) + 780 / 40).max() <= 1


def test_fill_crops_and_blur_fills_the_sides(tmp_path):
    path = _flags(tmp_path / "flags.png", (300, 900))
    filled, blurred, fitted = (luma_of(still(path, *SIZE, fit)).astype(int) for fit in (Fit.FILL, Fit.BLUR, Fit.FIT))
    assert fitted[:, :100].max() == 16
    assert blurred[:, :100].min() > 20
    assert np.array_equal(blurred[:, 130:190], fitted[:, 130:190])
    assert abs(int(filled[20, 10]) - int(fitted[20, 135])) < 3  # the same red
    assert abs(int(filled[160, 310]) - int(fitted[160, 185])) < 3  # the same white


def test_a_layer_without_a_move_rests(tmp_path):
    path = _flags(tmp_path / "flags.png", (300, 900))
    shown = list(moved_frames(path, _layer(path, (300, 900), None, Fit.FILL), *SIZE, 5))
    assert len(shown) == 5
    assert len({id(frame) for frame in shown}) == 1
    assert np.array_equal(shown[0].to_ndarray(), still(path, *SIZE, Fit.FILL).to_ndarray())
