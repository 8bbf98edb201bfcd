"""The example film made and rendered by the command line, every output frame read back and compared with the EDL."""

import re
from bisect import bisect_right
from fractions import Fraction
from pathlib import Path

import av
import pytest

from tests.frame_code import fitted, read_strip
from tests.media_samples import luma_of
from tests.small_film import cli, run_json

CANVAS = (1280, 720)
EVENT = re.compile(r"^\d{3}\s+(\w+)\s+(\S+)\s+([CD])\s+(\d{3})?\s*(\S+) (\S+) (\S+) (\S+)$")
FILES = {"INT01": "int01.mp4", "INT02": "int02-phone.mp4", "INT03": "int03.mov", "BROLL01": "river.mp4"}
STARTS_S = {"INT01": 3600, "INT02": 0, "INT03": 3 * 3600, "BROLL01": 5 * 3600}
SHAPES = {"INT02": (720, 1280), "STILL01": (1600, 1200), "STILL02": (1200, 1600)}


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("example") / "three-days"
    made = cli("new", folder, "--example")
    assert made.returncode == 0, made.stderr
    status, document = run_json(folder)
    assert status == 0, document
    return folder


def at_25(label: str) -> int:
    hours, minutes, seconds, frames = map(int, label.split(":"))
    return ((hours * 60 + minutes) * 60 + seconds) * 25 + frames


def instants(path: Path) -> list[Fraction]:
    """Return when each frame of a file is shown, from its packets, counted from the first."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stamps = sorted(packet.pts for packet in container.demux(stream) if packet.pts is not None)
        return [(stamp - stamps[0]) * stream.time_base for stamp in stamps]


def expected(name: str, film: Path) -> list[tuple[str, int] | None]:
    """Return reel and frame for each output frame from the EDL's lines alone; None where black or dissolving."""
    shown_at = {reel: instants(film / "footage" / file) for reel, file in FILES.items()}
    shown: dict[int, tuple[str, int] | None] = {}
    for line in (film / "cuts" / name).read_text("ascii").splitlines():
        match = EVENT.match(line)
        if match is None or not {"V", "B", "AA/V"} & {match[2]}:
            continue
        reel, dissolve, source_in = match[1], int(match[4] or 0), at_25(match[5])
        start, end = at_25(match[7]), at_25(match[8])
        for frame in range(start, end):
            if frame - start < dissolve or reel == "BL":
                shown[frame] = None
            elif reel.startswith("STILL"):
                shown[frame] = (reel, 0)
            else:
                instant = Fraction(source_in + frame - start, 25) - STARTS_S[reel]
                tick = Fraction(1, 100_000) if reel == "INT02" else Fraction(0)
                shown[frame] = (reel, bisect_right(shown_at[reel], instant + tick) - 1)
    first = at_25("01:00:00:00")
    return [shown.get(frame) for frame in range(first, max(shown) + 1)]


def read_back(path: Path, wanted: list[tuple[str, int] | None]) -> list[tuple[str, int] | None]:
    found: list[tuple[str, int] | None] = []
    with av.open(str(path)) as container:
        for number, frame in enumerate(container.decode(video=0)):
            want = wanted[number] if number < len(wanted) else None
            if want is None:
                found.append(None)
                continue
            luma = luma_of(frame)
            rows, columns = fitted(SHAPES.get(want[0], CANVAS), CANVAS)
            found.append(read_strip(luma[rows, columns]))
    return found


@pytest.mark.parametrize(
    ("cut", "file"), [("forum", "forum.mp4"), ("forum", "forum.burn-es+en.mp4"), ("short", "short.mp4")]
)
def test_every_frame_of_mixed_rates_is_the_one_that_the_edl_says(example, cut, file):
    wanted = expected(f"{cut}.edl", example)
    assert read_back(example / "deliverables" / cut / file, wanted) == wanted


def test_picture_and_sound_are_equally_long_and_sound_is_whole(example):
    with av.open(str(example / "deliverables" / "forum" / "forum.mp4")) as container:
        picture, sound = container.streams.video[0], container.streams.audio[0]
        frames = len(expected("forum.edl", example))
        assert picture.frames == frames
        assert picture.duration * picture.time_base == sound.duration * sound.time_base == Fraction(frames, 25)


@pytest.mark.parametrize(
    ("language", "words"),
    [("es", ["salimos de noche", "grupo de rescate", "mercado"]), ("en", ["that is a good day", "asked me my name"])],
)
def test_what_is_said_stands_in_the_subtitles(example, language, words):
    said = (example / "deliverables" / "forum" / f"forum.{language}.srt").read_text("utf-8").lower().replace("\n", " ")
    assert [word for word in words if word not in said] == []
