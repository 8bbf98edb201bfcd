import dataclasses
import itertools
import json
import re
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image, ImageOps
from ruamel.yaml import YAML

from footage_manifest.model import ConsentStatus, Film, Manifest
from pipeline.errors import StoreError
from pipeline.tools import example_film
from pipeline.tools.example_clip import Clip, write_clip
from pipeline.tools.example_film import example_root, make_example
from pipeline.tools.example_sound import SAMPLE_RATE, voice
from tests.fake_bench import SilentProgress
from tests.frame_code import read_strip

SHIPPED = example_root() / "three-days"
EVENT = re.compile(r"^(\d{3})\s+(\w+)\s+(\S+)\s+([CD])\s+(\d{3})?\s*(\S+) (\S+) (\S+) (\S+)$")
LABEL_START = {"INT01": 1, "INT02": 0, "INT03": 3, "BROLL01": 5, "STILL01": 0, "STILL02": 0, "BL": 0}
RECORD_START = 3600 * 25
FRAMES_SHOWN = 30


@dataclasses.dataclass(frozen=True)
class Line:
    """One line of an EDL; source and record in frames at 25, ends exclusive."""

    number: str
    reel: str
    channels: str
    dissolve: int
    source: tuple[int, int]
    record: tuple[int, int]


def at_25(label: str) -> int:
    hours, minutes, seconds, frames = map(int, label.split(":"))
    return ((hours * 60 + minutes) * 60 + seconds) * 25 + frames


def lines_of(name: str) -> list[Line]:
    found = []
    for text in (SHIPPED / "cuts" / name).read_text("ascii").splitlines():
        if match := EVENT.match(text):
            number, reel, channels, _, dissolve, *labels = match.groups()
            first, last, start, end = map(at_25, labels)
            found.append(Line(number, reel, channels, int(dissolve or 0), (first, last), (start, end)))
    return found


def read_yaml(name: str) -> object:
    return YAML(typ="safe").load((SHIPPED / name).read_text("utf-8"))


@pytest.fixture(scope="module")
def clips() -> dict[str, Clip]:
    return {name: build(SHIPPED / "voices") for name, build in example_film._CLIPS.items()}


def beginning(clip: Clip, frames: int = FRAMES_SHOWN) -> Clip:
    samples = int(clip.instant(frames) * SAMPLE_RATE)
    return dataclasses.replace(clip, ticks=clip.ticks[:frames], sound=clip.sound[:samples])


@pytest.fixture(scope="module")
def footage(clips, tmp_path_factory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("footage")
    for name, clip in clips.items():
        write_clip(beginning(clip), folder / name, SilentProgress(), "test")
    return {clip.reel: folder / name for name, clip in clips.items()}


def test_everything_shipped_says_that_it_is_made_up():
    for path in SHIPPED.rglob("*"):
        if path.suffix in {".yaml", ".csv", ".edl", ".json", ".md"}:
            assert "made-up example" in path.read_text("utf-8").lower(), path
        elif path.suffix == ".ogg":
            with av.open(str(path)) as container:
                assert "MADE-UP EXAMPLE" in container.streams.audio[0].metadata["comment"]


def test_film_and_manifest_are_valid_and_everyone_agreed_to_the_cuts_shown():
    film, manifest = (
        Film.model_validate(read_yaml("film.yaml")),
        Manifest.model_validate(read_yaml("footage_manifest.yaml")),
    )
    assert film.timeline.rate == 25
    assert film.cuts["forum"].burn_in == ("es", "en", "es+en")
    for cut in film.cuts.values():
        for person in manifest.people.values():
            assert person.consent is not None
            assert person.consent.status is ConsentStatus.GRANTED
            assert cut.audience in person.consent.uses


@pytest.mark.parametrize("name", ["forum.edl", "short.edl"])
def test_source_and_record_are_equally_long_and_inside_the_reels(name, clips):
    lengths = {clip.reel: clip.instant(len(clip.ticks) - 1) for clip in clips.values()}
    for line in lines_of(name):
        assert line.source[1] - line.source[0] == line.record[1] - line.record[0], line
        start = LABEL_START[line.reel] * RECORD_START
        assert line.source[0] >= start, line
        if line.reel in lengths:
            assert Fraction(line.source[1] - start, 25) <= lengths[line.reel], line


@pytest.mark.parametrize(("name", "black"), [("forum.edl", [(1002, 1027)]), ("short.edl", [])])
def test_pictures_follow_one_another_with_only_the_gap_that_is_meant(name, black):
    pictures = [line for line in lines_of(name) if line.channels != "A" and line.record[0] < line.record[1]]
    gaps = []
    end = RECORD_START
    for line in pictures:
        assert line.record[0] >= end, line
        if line.record[0] > end:
            gaps.append((end - RECORD_START, line.record[0] - RECORD_START))
        end = line.record[1]
    assert gaps == black


@pytest.mark.parametrize("name", ["forum.edl", "short.edl"])
def test_a_dissolve_goes_on_from_where_the_outgoing_event_ended_and_has_handles(name, clips):
    lengths = {clip.reel: clip.instant(len(clip.ticks) - 1) for clip in clips.values()}
    lines = lines_of(name)
    dissolves = [place for place, line in enumerate(lines) if line.dissolve]
    assert dissolves
    for place in dissolves:
        before, outgoing, incoming = lines[place - 2], lines[place - 1], lines[place]
        assert outgoing.number == incoming.number
        assert (outgoing.reel, outgoing.source[0]) == (before.reel, before.source[1])
        assert outgoing.record[0] == before.record[1] == incoming.record[0]
        left = lengths[outgoing.reel] - Fraction(outgoing.source[0] - LABEL_START[outgoing.reel] * RECORD_START, 25)
        assert left >= Fraction(incoming.dissolve, 25)


def test_the_forum_cut_holds_what_an_example_should():
    lines = lines_of("forum.edl")
    assert len({line.number for line in lines}) >= 10
    assert any(line.dissolve and line.channels in {"B", "AA/V"} for line in lines)
    assert {"INT01", "INT02", "INT03", "BROLL01", "STILL01", "STILL02", "BL"} == {line.reel for line in lines}
    assert 60 * 25 <= max(line.record[1] for line in lines) - RECORD_START <= 75 * 25


def test_words_are_spoken_when_their_times_say_and_the_voices_are_small():
    people = Manifest.model_validate(read_yaml("footage_manifest.yaml")).people
    for path in sorted((SHIPPED / "voices").glob("*.json")):
        script = json.loads(path.read_text("utf-8"))
        sound = voice(path.with_suffix(".ogg"))
        quiet = np.ones(len(sound), bool)
        for turn in script["turns"]:
            first, last = (turn[key] * SAMPLE_RATE // 1000 for key in ("start_ms", "end_ms"))
            assert turn["speaker"] in people
            assert np.abs(sound[first:last]).max() > 0.1, turn["text"]
            quiet[first - SAMPLE_RATE // 50 : last + SAMPLE_RATE // 50] = False
        assert np.abs(sound[quiet]).max() < 0.02
    assert sum(path.stat().st_size for path in (SHIPPED / "voices").iterdir()) < 2_000_000


@pytest.mark.parametrize("reel", ["INT01", "INT02", "INT03", "BROLL01"])
def test_every_frame_is_read_back_at_its_time(reel, footage, clips):
    clip = next(clip for clip in clips.values() if clip.reel == reel)
    with av.open(str(footage[reel])) as container:
        stream = container.streams.video[0]
        shown = []
        for frame in container.decode(stream):
            luma = np.rot90(frame.to_ndarray()[: frame.height], frame.rotation // 90)
            assert read_strip(luma) == (reel, len(shown))
            shown.append(frame.pts * stream.time_base)
        rate, timecode = stream.average_rate, stream.metadata.get("timecode")
    assert shown == [clip.instant(frame) for frame in range(FRAMES_SHOWN)]
    if reel != "INT02":
        assert rate == clip.tick_rate
    assert timecode == {"INT01": "01:00:00:00", "INT03": "03:00:00:00"}.get(reel)


def test_the_phone_clip_is_uneven_and_stored_on_its_side(footage):
    with av.open(str(footage["INT02"])) as container:
        frames = list(container.decode(video=0))
    steps = {later.pts - earlier.pts for earlier, later in itertools.pairwise(frames)}
    assert len(steps) >= 4
    assert {(frame.width, frame.height, frame.rotation) for frame in frames} == {(1280, 720, -90)}


def test_sound_begins_with_the_picture_and_lasts_as_long(footage):
    for reel, path in footage.items():
        with av.open(str(path)) as container:
            sound = np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)])
            seconds = container.streams.video[0].duration * container.streams.video[0].time_base
        assert abs(len(sound) / SAMPLE_RATE - float(seconds)) < 0.06, reel
        assert np.abs(sound).max() > 0.0005, reel


def test_the_same_clip_is_written_the_same_way_again(clips, footage, tmp_path):
    clip = clips["int02-phone.mp4"]
    write_clip(beginning(clip), tmp_path / "again.mp4", SilentProgress(), "test")
    assert (tmp_path / "again.mp4").read_bytes() == footage["INT02"].read_bytes()


def test_the_mouth_opens_with_the_voice_and_rests_in_silence(clips):
    clip = clips["int01.mp4"]
    assert max(clip.levels[:20]) < 0.05
    assert max(clip.levels[25:75]) > 0.8


def test_stills_are_upright_once_turned(tmp_path):
    example_film._write_stills(tmp_path)
    for name, reel, stored, seen in (
        ("shelter.jpg", "STILL01", (1600, 1200), (1600, 1200)),
        ("cloths.jpg", "STILL02", (1600, 1200), (1200, 1600)),
    ):
        with Image.open(tmp_path / name) as image:
            assert image.size == stored
            upright = ImageOps.exif_transpose(image)
            assert "MADE-UP EXAMPLE" in image.getexif()[0x010E]
        assert upright.size == seen
        assert read_strip(np.asarray(upright.convert("L"))) == (reel, 0)


def test_a_folder_that_holds_a_film_is_left_alone(tmp_path):
    (tmp_path / "film.yaml").write_text("title: mine\n")
    with pytest.raises(StoreError, match="holds a film already"):
        make_example(tmp_path, SilentProgress())
    assert [path.name for path in tmp_path.iterdir()] == ["film.yaml"]


def test_the_whole_film_is_made_and_its_film_yaml_comes_last(tmp_path, monkeypatch, clips):
    small = {name: lambda _, clip=clip: beginning(clip, 5) for name, clip in clips.items()}
    monkeypatch.setattr(example_film, "_CLIPS", small)
    progress = SilentProgress()
    make_example(tmp_path / "film", progress)
    manifest = Manifest.model_validate(YAML(typ="safe").load((tmp_path / "film" / "footage_manifest.yaml").read_text()))
    named = [file for reel in manifest.reels.values() for file in reel.file]
    assert all(
        (tmp_path / "film" / file).stat().st_size
        for file in [*named, *(still.file for still in manifest.stills.values())]
    )
    assert progress.done == {"example footage": 20}
    times = {path: path.stat().st_mtime_ns for path in (tmp_path / "film").rglob("*") if path.is_file()}
    assert max(times, key=lambda path: times[path]).name == "film.yaml"
