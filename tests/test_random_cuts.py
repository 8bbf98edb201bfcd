"""Random cuts, rendered by the command as people do it: every frame and every sample that comes out is read back.

Each film has one cut a seed; a few dozen are made in CI, and `scripts/test --cuts N` makes N of them.
"""

import os
from pathlib import Path

import av
import numpy as np
import pytest

from tests import cut_oracle
from tests.media_samples import luma_of
from tests.random_cuts import LABELLED, SOURCES, make_film, make_sources
from tests.small_film import run_json

CUTS = int(os.environ.get("TESTIMONIO_CUTS", "204"))
EACH = -(-CUTS // len(LABELLED))
FIRST = int(os.environ.get("TESTIMONIO_FIRST_CUT", "1"))
AT_ONCE = 25
"""Cuts in one film."""
_LUMA_SLACK = 40.0
_SAMPLE_SLACK = 3 / 32768
_BATCHES = [
    (labelled, first, min(AT_ONCE, FIRST + EACH - first))
    for labelled in LABELLED
    for first in range(FIRST, FIRST + EACH, AT_ONCE)
]


@pytest.fixture(scope="session")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_sources(tmp_path_factory.mktemp("numbered"))


@pytest.mark.parametrize(("labelled", "first", "many"), _BATCHES, ids=lambda value: str(value).replace(" ", "-"))
def test_every_frame_and_every_sample_is_what_the_list_says(tmp_path, sources, labelled, first, many):
    seeds = range(first, first + many)
    film = make_film(tmp_path / "film", sources, labelled, seeds)
    code, document = run_json(film)
    assert code == 0, document["problems"]
    wrong = [said for seed in seeds for said in _wrong(film, f"c{seed}", labelled)]
    assert not wrong, "\n".join(wrong[:20])
    _notices_what_is_wrong(film, f"c{first}", labelled)


def _notices_what_is_wrong(film: Path, name: str, labelled: str) -> None:
    """Read the same film back against a list in which one event begins a frame later in its source."""
    path = film / "cuts" / f"{name}.edl"
    cut = cut_oracle.read(path.read_bytes(), labelled)
    late = next(event for event in cut.events if event.channels in "VB" and event.side.reel in SOURCES)
    late.side.first += 1 / SOURCES[late.side.reel].sample.rate
    assert _wrong_pictures(cut, film / "deliverables" / name / f"{name}.mp4")


def _wrong(film: Path, name: str, labelled: str) -> list[str]:
    """Return what is not as the list says, in words."""
    text = (film / "cuts" / f"{name}.edl").read_bytes()
    cut = cut_oracle.read(text, labelled)
    folder = film / "deliverables" / name
    said = [*_wrong_pictures(cut, folder / f"{name}.mp4"), *_wrong_sound(cut, folder / f"{name}.audio.wav")]
    return [f"{labelled} {name}: {one}" for one in said]


def _wrong_pictures(cut: cut_oracle.Cut, path: Path) -> list[str]:
    said = []
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        decoded = list(container.decode(stream))
        if stream.average_rate != cut.rate or len(decoded) != cut.frames:
            return [f"{len(decoded)} frames at {stream.average_rate}, not {cut.frames} at {cut.rate}"]
    for number, (frame, (event, passed)) in enumerate(zip(decoded, cut_oracle.pictures(cut), strict=True)):
        expected, judged, upright = cut_oracle.expected(cut, event, passed)
        off = np.abs(cut_oracle.measured(luma_of(frame), upright) - expected)
        if (off[judged] > _LUMA_SLACK).any():
            said.append(f"frame {number} is not frame {passed} of {event}")
    return said


def _wrong_sound(cut: cut_oracle.Cut, path: Path) -> list[str]:
    expected = cut_oracle.heard(cut)
    with av.open(str(path)) as container:
        blocks = [frame.to_ndarray().reshape(-1, 2).T for frame in container.decode(audio=0)]
    found = np.concatenate(blocks, axis=1).astype(float)
    found /= 2**31 if found.size and np.abs(found).max() > 2 else 1
    if found.shape[1] != len(expected):
        return [f"{found.shape[1]} samples, not {len(expected)}"]
    off = np.abs(found - expected).max(axis=0)
    bad = np.flatnonzero(off > _SAMPLE_SLACK)
    if not len(bad):
        return []
    return [f"{len(bad)} samples differ, the first at {bad[0]} of {len(expected)}, by {off[bad[0]]:.4f}"]
