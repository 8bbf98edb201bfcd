"""Reels of several files and of a recorder's sound, through the command line: every frame and every sample read back."""

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from footage_manifest.findings import Severity
from pipeline.assembly.checkup import check
from pipeline.errors import ExitCode
from tests.fake_bench import SilentProgress
from tests.media_samples import luma_of, number_in, numbered
from tests.small_film import cli, copy_of

SIZE = (144, 96)
RATE = 48_000
SAMPLES_A_FRAME = RATE // 25

FILM = """\
title: Split
languages: [es]
timeline: {rate: 25, size: 144x96}
cuts:
  split: {source: cuts/split.edl, audience: forum, start: "01:00:00:00", join_fade_ms: 0, sound: follow-picture}
"""
MANIFEST = """\
people:
  juana: {name: Juana R., consent: {status: granted, uses: [forum]}}
reels:
  TAKE1:
    file: [footage/t1a.mp4, footage/t1b.mp4, footage/t1c.mp4]
    kind: b-roll
    people: [juana]
    start: "10:00:00:00"
    channels: 2
    sound: {file: [footage/t1.wav, footage/t1-2.wav], sync: timecode}
  TAKE2:
    file: [footage/t2a.mp4, footage/t2b.mp4]
    kind: b-roll
    people: [juana]
    sound: {file: footage/t2.wav, sync: waveform}
  TAKE3:
    file: [footage/t3a.mp4, footage/t3b.mp4]
    kind: b-roll
    people: [juana]
  TAKE4:
    file: footage/t4.mp4
    kind: b-roll
    people: [juana]
    sound: {file: footage/t4.wav, sync: -480}
"""
EDL = """\
TITLE: SPLIT
FCM: NON-DROP FRAME
001  TAKE1    B     C        10:00:00:20 10:00:04:20 01:00:00:00 01:00:04:00
002  TAKE2    B     C        00:00:02:00 00:00:06:00 01:00:04:00 01:00:08:00
003  TAKE3    B     C        00:00:01:10 00:00:03:10 01:00:08:00 01:00:10:00
004  TAKE4    B     C        00:00:00:05 00:00:01:05 01:00:10:00 01:00:11:00
005  TAKE1    V     C        10:00:05:00 10:00:03:00 01:00:11:00 01:00:13:00
M2   TAKE1    -025.0                  10:00:05:00
"""
PARTS = {"TAKE1": (37, 26, 75), "TAKE2": (80, 95), "TAKE3": (50, 60), "TAKE4": (40,)}
"""Frames in each file."""
FIRST = {"TAKE1": 1000, "TAKE2": 2000, "TAKE3": 3000, "TAKE4": 4000}
"""The number that each take's first frame carries."""
HEARD_AT = {"TAKE1": (-30_517, 1), "TAKE2": (-7_654, 0), "TAKE3": (0, 0), "TAKE4": (-480 * 48, 0)}
"""Where each take's sound begins, in samples from its first frame, and which of the recorder's channels is used."""


def event_sound(seconds: float, seed: int) -> np.ndarray:
    """What happens before the microphones: bursts of noise in silence, two channels that have nothing in common."""
    random = np.random.default_rng(seed)
    count = int(seconds * RATE)
    level = np.repeat(random.choice([0.02, 0.1, 0.3], count // 2_000 + 1), 2_000)[:count]
    heard = np.cumsum(random.normal(0, 1, (2, count + 8)) * 0.25, axis=1)
    return ((heard[:, 8:] - heard[:, :-8]) * level).astype(np.float32)  # nothing that the encoder would leave out


def write_picture(path: Path, first: int, frames: int, sound: np.ndarray | None) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height = SIZE
        stream.pix_fmt = "yuv420p"
        stream.options = {"preset": "ultrafast", "crf": "16"}
        heard = container.add_stream("flac", rate=RATE, layout="stereo") if sound is not None else None
        for number in range(frames):
            frame = av.VideoFrame.from_image(numbered(first + number, SIZE))
            frame.pts, frame.time_base = number, Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
        if heard is not None and sound is not None:
            for packet in coded(heard, sound, "s16"):
                container.mux(packet)


def write_wav(path: Path, sound: np.ndarray, reference: int | None = None) -> None:
    options = {"write_bext": "1"} if reference is not None else {}
    with av.open(str(path), "w", container_options=options) as container:
        if reference is not None:
            container.metadata["time_reference"] = str(reference)
        stream = container.add_stream("pcm_s16le", rate=RATE, layout="stereo")
        for packet in coded(stream, sound, "s16"):
            container.mux(packet)


def coded(stream, sound: np.ndarray, kind: str):
    packed = np.clip(np.round(sound.T * 32_767), -32_768, 32_767).astype(np.int16)
    for start in range(0, len(packed), 4_096):
        block = np.ascontiguousarray(packed[start : start + 4_096]).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(block, format=kind, layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = RATE, start, Fraction(1, RATE)
        yield from stream.encode(frame)
    yield from stream.encode(None)


def camera_files(folder: Path, take: str, sound: np.ndarray | None) -> None:
    """Write a take's picture in its parts, with a camera's own sound where there is one (flac: no sample is lost)."""
    letter, passed = take[-1], 0
    for number, frames in enumerate(PARTS[take]):
        name = f"t{letter}{'abc'[number]}.mp4" if len(PARTS[take]) > 1 else f"t{letter}.mp4"
        beside = None
        if sound is not None:
            beside = sound[:, passed * SAMPLES_A_FRAME : (passed + frames) * SAMPLES_A_FRAME]
        write_picture(folder / name, FIRST[take] + passed, frames, beside)
        passed += frames


@pytest.fixture(scope="module")
def events() -> dict[str, np.ndarray]:
    """What the sound in use of each take holds, from its first sample on."""
    return {take: event_sound(9, seed) for seed, take in enumerate(PARTS)}


@pytest.fixture(scope="module")
def made(tmp_path_factory, events) -> Path:
    folder = tmp_path_factory.mktemp("split")
    for name in ("footage", "cuts"):
        (folder / name).mkdir()
    (folder / "film.yaml").write_text(FILM, "utf-8")
    (folder / "footage_manifest.yaml").write_text(MANIFEST, "utf-8")
    (folder / "cuts" / "split.edl").write_text(EDL, "utf-8")
    footage = folder / "footage"
    # The recorder of the first take was started before the camera, and split where the recorder pleased.
    camera_files(footage, "TAKE1", event_sound(6, 99))
    midnight = 10 * 3600 * RATE + HEARD_AT["TAKE1"][0]
    write_wav(footage / "t1.wav", events["TAKE1"][:, :123_457], midnight)
    write_wav(footage / "t1-2.wav", events["TAKE1"][:, 123_457:], midnight + 123_457)
    # The second take's camera heard the same from afar, in noise.
    heard = events["TAKE2"][:, -HEARD_AT["TAKE2"][0] :] * 0.3
    camera_files(footage, "TAKE2", heard[::-1] * 0.5 + heard + event_sound(9, 98)[:, : heard.shape[1]] * 0.05)
    write_wav(footage / "t2.wav", events["TAKE2"])
    camera_files(footage, "TAKE3", events["TAKE3"])
    camera_files(footage, "TAKE4", None)
    write_wav(footage / "t4.wav", events["TAKE4"])
    return folder


@pytest.fixture(scope="module")
def delivered(made) -> Path:
    done = cli("run", made, "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    return made


EXPECTED = [
    *(("TAKE1", 20 + number) for number in range(100)),
    *(("TAKE2", 50 + number) for number in range(100)),
    *(("TAKE3", 35 + number) for number in range(50)),
    *(("TAKE4", 5 + number) for number in range(25)),
    *(("TAKE1", 125 - number) for number in range(50)),
]
"""Which frame of which take the list puts on each output frame; the last event runs backwards, over two borders."""


def test_every_output_frame_is_read_from_the_file_that_holds_it(delivered):
    with av.open(str(delivered / "deliverables" / "split" / "split.mp4")) as container:
        shown = [number_in(luma_of(frame)) for frame in container.decode(video=0)]
    assert shown == [FIRST[take] + number for take, number in EXPECTED]


def test_every_sound_is_heard_at_its_sample(delivered, events):
    with av.open(str(delivered / "deliverables" / "split" / "split.mp4")) as container:
        heard = np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1)[0]
    for start, end in ((0, 100), (100, 200), (200, 250), (250, 275), (275, 325)):
        take, number = EXPECTED[start]
        at, channel = HEARD_AT[take]
        backwards = start == 275
        first = number * SAMPLES_A_FRAME - at
        places = first - np.arange((end - start) * SAMPLES_A_FRAME) * (1 if backwards else -1)
        expected = events[take][channel] if take == "TAKE1" else events[take].mean(axis=0)
        for stretch in np.array_split(np.arange(len(places)), 5):
            lag, alike = compared(heard[start * SAMPLES_A_FRAME :][stretch], expected[places][stretch])
            assert (take, lag) == (take, 0)
            assert alike > 0.9, take


def compared(heard: np.ndarray, expected: np.ndarray) -> tuple[int, float]:
    """Return by how many samples `heard` is late, and how much alike they are then."""
    size = 2 * len(heard)
    cross = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(expected, size)), size)
    lag = int(np.argmax(cross))
    return (lag if lag < len(heard) else lag - size), float(
        cross[lag] / np.sqrt((heard**2).sum() * (expected**2).sum())
    )


def test_nothing_is_listened_to_again(delivered):
    done = cli("run", delivered, "--json", "--explain")
    assert {one["outcome"] for one in json.loads(done.stdout)["decisions"]} == {"stored"}


def replaced(film: Path, old: str, new: str) -> None:
    manifest = film / "footage_manifest.yaml"
    assert old in manifest.read_text("utf-8")
    manifest.write_text(manifest.read_text("utf-8").replace(old, new), "utf-8")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"10:00:00:00"', '"10:10:00:00"', "reels.TAKE1.sound.sync: the sound lies from -600.636 s to -591.636 s"),
        ('    start: "10:00:00:00"\n', "", "reels.TAKE1.sound.sync: the picture has no timecode"),
        ("t2.wav, sync: waveform", "t4.wav, sync: waveform", "reels.TAKE2.sound.sync: where it lies under the picture"),
        ("t4.wav, sync: -480", "t4.wav, sync: timecode", "reels.TAKE4.sound.sync: the picture has no timecode"),
        ("t4.wav, sync: -480", "t4.wav, sync: waveform", "reels.TAKE4.sound.sync: the camera recorded no sound"),
        (
            "footage/t3b.mp4]",
            "footage/t4.mp4]",
            "reels.TAKE3.file.1: footage/t4.mp4 holds no sound, and footage/t3a.mp4",
        ),
        (
            "footage/t3b.mp4]",
            "footage/t4.wav]",
            "reels.TAKE3.file.1: footage/t4.wav holds no picture, and footage/t3a.mp4",
        ),
        ("footage/t3b.mp4]", "footage/t3a.mp4]", "reels.TAKE3.file.1: 'footage/t3a.mp4' is named twice in reels.TAKE3"),
    ],
)
def test_what_cannot_be_laid_is_refused_where_it_is_written(delivered, tmp_path, old, new, said):
    film = copy_of(delivered, tmp_path / "film")
    replaced(film, old, new)
    assert refusals(film)[0].startswith(f"footage_manifest.yaml: {said}")


def test_a_part_that_others_are_named_in_elsewhere_is_refused(delivered, tmp_path):
    film = copy_of(delivered, tmp_path / "film")
    replaced(film, "reels:\n", "reels:\n  OTHER: {file: footage/t1b.mp4, kind: b-roll, people: []}\n")
    (told,) = refusals(film)
    assert "TAKE1 and OTHER are the same recording (footage/t1b.mp4) and do not name the same people" in told


def test_a_part_that_is_cut_short_and_one_that_is_gone_are_named(delivered, tmp_path):
    film = copy_of(delivered, tmp_path / "film")
    part = film / "footage" / "t1-2.wav"
    part.write_bytes(part.read_bytes()[:-200_000])
    (told,) = refusals(film)
    assert "reels.TAKE1.sound.file.1: footage/t1-2.wav says it lasts" in told
    (film / "footage" / "t2b.mp4").unlink()
    (told,) = refusals(film)
    assert "reels.TAKE2.file.1: there is no file 'footage/t2b.mp4'" in told


def refusals(film: Path) -> list[str]:
    """Return the errors that `check` finds, without the line and column."""
    checked = check(film, SilentProgress())
    assert checked.exit_code == ExitCode.MANIFEST
    errors = [finding for finding in checked.findings if finding.severity is Severity.ERROR]
    return [str(replace(finding, line=None, column=None)) for finding in errors]
