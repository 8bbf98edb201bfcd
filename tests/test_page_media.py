"""Films for the page: on the reel's own clock whatever the files are like, in ranges, and never of who withdrew."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from pipeline.assembly.review_desk_doubts import doubtful
from pipeline.tools.browser_proxy import ReelToShow, ShownStretch, make_reel_film, shown_rate, shown_size
from pipeline.tools.probe import LibavProbe
from pipeline.tools.programs import find_ffmpeg
from pipeline.tools.waveform_peaks import HeardStretch, peaks
from subtitles.cue import Cue
from subtitles.transcript import Word
from tests.page_film import Person, at_work, film_with_subtitles

MANIFEST = """\
people:
  juana: {{name: Juana R., consent: {{status: {status}, uses: [forum]}}}}
reels:
  INT01: {{file: {file}, kind: interview, language: es, people: [juana]}}
  INT02: {{file: footage/copy.mkv, kind: interview, language: es, people: {others}}}
"""
SIZE = (96, 64)
STEPS = (50, 200, 90, 230, 120, 160)
"""The shades that a picture goes through, a second each."""
BEEP_S = 2


def write_clip(
    path: Path, *, times: Iterator[Fraction], sound_late: Fraction = Fraction(0), offset: int = 0, **stream: Any
) -> None:
    """Write a picture that changes its shade on each second of its own time, and a beep on second BEEP_S of it."""
    with av.open(str(path), "w") as film:
        picture = film.add_stream("libx264", rate=stream.get("rate", 25), options={"preset": "ultrafast"})
        picture.width, picture.height, picture.pix_fmt = *SIZE, "yuv420p"
        picture.time_base = picture.codec_context.time_base = Fraction(1, 12_800)
        sound = film.add_stream("pcm_s16le", rate=48_000, layout="mono")
        for instant in times:
            shade = STEPS[int(instant) % len(STEPS)]
            frame = av.VideoFrame.from_ndarray(np.full((SIZE[1] * 3 // 2, SIZE[0]), shade, np.uint8), format="yuv420p")
            frame.planes[1].update(bytes([128]) * frame.planes[1].buffer_size)
            frame.planes[2].update(bytes([128]) * frame.planes[2].buffer_size)
            frame.pts, frame.time_base = int((instant + offset) * 12_800), Fraction(1, 12_800)
            film.mux(picture.encode(frame))
        film.mux(picture.encode(None))
        samples = np.zeros(4 * 48_000, np.int16)
        begin = int((BEEP_S - sound_late) * 48_000)
        samples[begin : begin + 4800] = 16_000
        for start in range(0, len(samples), 4800):
            block = av.AudioFrame.from_ndarray(samples[None, start : start + 4800].copy(), format="s16", layout="mono")
            block.sample_rate, block.time_base = 48_000, Fraction(1, 48_000)
            block.pts = start + int((sound_late + offset) * 48_000)
            film.mux(sound.encode(block))
        film.mux(sound.encode(None))


def steady(rate: Fraction, seconds: int = 4) -> Iterator[Fraction]:
    return (Fraction(number) / rate for number in range(int(seconds * rate)))


def trembling() -> Iterator[Fraction]:
    """Yield the frames of a telephone: a tenth, then a fiftieth of a second apart, changing on each second."""
    instant = Fraction(0)
    number = 0
    while instant < 4:
        yield instant
        number += 1
        instant += Fraction(1, 10) if number % 3 else Fraction(1, 50)


def shades(path: Path) -> list[tuple[Fraction, int]]:
    """Return each displayed frame's instant and shade."""
    with av.open(str(path)) as film:
        return [
            (frame.pts * frame.time_base, int(np.median(frame.to_ndarray(format="gray"))))
            for frame in film.decode(video=0)
        ]


def changes(path: Path) -> list[Fraction]:
    """Return when the shade changes."""
    seen = shades(path)
    return [after[0] for before, after in pairwise(seen) if abs(after[1] - before[1]) > 15]


def beep(path: Path) -> Fraction:
    """Return when the beep begins, in seconds."""
    with av.open(str(path)) as film:
        for frame in film.decode(audio=0):
            loud = np.flatnonzero(np.abs(frame.to_ndarray()[0]) > 0.2)
            if len(loud):
                return frame.pts * frame.time_base + Fraction(int(loud[0]), frame.sample_rate)
    raise AssertionError("no beep is heard")


def open_film(tmp_path: Path, file: str = "footage/clip.mkv", *, others: str = "[]", status: str = "granted") -> Path:
    folder = tmp_path / "film"
    return film_with_subtitles(folder, manifest=MANIFEST.format(file=file, others=others, status=status))


def made(person: Person, **what: str) -> dict[str, Any]:
    """Have a film made, wait for it, and return how that ended."""
    answer = person.change("POST", "/api/media", what)
    assert answer.status_code == 202, answer.text
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        job = person.get("/api/media").json()["jobs"][-1]
        if job["state"] in {"done", "failed"}:
            return job
        time.sleep(0.05)
    raise AssertionError("the film was not made in a minute")


def film_of(person: Person, folder: Path) -> Path:
    """Return a file with a reel's film as the page gets it."""
    job = made(person, reel="INT01")
    assert job["state"] == "done", job
    path = folder.parent / "got.mp4"
    path.write_bytes(person.get("/media/reels/INT01.mp4").content)
    return path


CLIPS: dict[str, dict[str, Any]] = {
    "constant": {"times": lambda: steady(Fraction(25))},
    "sound-late": {"times": lambda: steady(Fraction(25)), "sound_late": Fraction(7, 10)},
    "clock-from-ten": {"times": lambda: steady(Fraction(25)), "offset": 10},
    "ntsc": {"times": lambda: steady(Fraction(30_000, 1001)), "rate": Fraction(30_000, 1001)},
    "fifty": {"times": lambda: steady(Fraction(50)), "rate": 50},
    "variable": {"times": trembling},
}


@pytest.mark.parametrize("clip", CLIPS)
def test_picture_and_sound_lie_on_the_reels_own_clock(tmp_path: Path, clip: str) -> None:
    folder = open_film(tmp_path)
    options = dict(CLIPS[clip])
    write_clip(folder / "footage" / "clip.mkv", times=options.pop("times")(), **options)
    (folder / "footage" / "copy.mkv").write_bytes(b"not looked into")
    person = at_work(folder)
    path = film_of(person, folder)
    seen = changes(path)
    frame = Fraction(1, 10) if clip == "variable" else Fraction(1, 24)
    assert len(seen) == 3
    assert all(abs(at - second) <= frame for at, second in zip(seen, (1, 2, 3), strict=True))
    assert abs(beep(path) - BEEP_S) < Fraction(1, 50)
    levels = person.get("/api/reels/INT01/waveform").content
    assert next(place for place, level in enumerate(levels) if level > 60) in range(BEEP_S * 100 - 2, BEEP_S * 100 + 3)
    with av.open(str(path)) as film:
        assert film.streams.video[0].codec_context.profile in {"Main", "Constrained Baseline"}
        assert film.streams.video[0].codec_context.pix_fmt == "yuv420p"
        assert (film.streams.audio[0].codec_context.name, film.streams.audio[0].channels) == ("aac", 2)
        assert abs(Fraction(film.duration, av.time_base) - 4) < Fraction(1, 5)
    content = path.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")


def test_files_of_one_reel_follow_each_other(tmp_path: Path) -> None:
    folder = open_film(tmp_path, file="[footage/one.mkv, footage/two.mkv]")
    write_clip(folder / "footage" / "one.mkv", times=steady(Fraction(25)))
    write_clip(folder / "footage" / "two.mkv", times=steady(Fraction(25)), sound_late=Fraction(1, 5), offset=5)
    (folder / "footage" / "copy.mkv").write_bytes(b"not looked into")
    person = at_work(folder)
    path = film_of(person, folder)
    assert [round(float(at), 1) for at in changes(path)] == [1, 2, 3, 4, 5, 6, 7]
    levels = person.get("/api/reels/INT01/waveform").content
    loud = [place for place, level in enumerate(levels) if level > 60]
    assert (loud[0], next(place for place in loud if place > 400)) == (200, 600)
    assert person.get("/api/reels/INT01").json()["duration_ms"] == 8000


def test_a_picture_that_lies_on_its_side_is_shown_upright(tmp_path: Path) -> None:
    clip = tmp_path / "clip.mp4"
    with av.open(str(clip), "w") as film:
        picture = film.add_stream("libx264", rate=25, options={"preset": "ultrafast"})
        picture.width, picture.height, picture.pix_fmt = 160, 96, "yuv420p"
        for number in range(10):
            pixels = np.zeros((96, 160, 3), np.uint8)
            pixels[:, :80] = 255  # the left half is white: upright it is the top or the bottom
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, 25)
            film.mux(picture.encode(frame))
        film.mux(picture.encode(None))
    content = clip.read_bytes()
    upright = bytes.fromhex("00010000 00000000 00000000 00000000 00010000 00000000 00000000 00000000 40000000")
    turned = bytes.fromhex("00000000 00010000 00000000 ffff0000 00000000 00000000 00000000 00000000 40000000")
    places = [at for at in range(len(content)) if content.startswith(upright, at)]
    clip.write_bytes(content[: places[-1]] + turned + content[places[-1] + len(turned) :])
    facts = next(iter(probed(clip)))
    assert facts.video is not None
    assert facts.video.rotation == 90
    stretch = ShownStretch(path=clip, video=facts.video, start=Fraction(0), length=Fraction(2, 5))
    reel = ReelToShow(shown=(stretch,), heard=(), length=Fraction(2, 5), rate=Fraction(25))
    make_reel_film(reel, tmp_path / "made.mp4", find_ffmpeg(), lambda _ms: None)
    with av.open(str(tmp_path / "made.mp4")) as film:
        shown = next(film.decode(video=0)).to_ndarray(format="gray")
    assert shown.shape == (160, 96)
    assert (shown[20].mean() > 200, shown[140].mean() < 50) == (True, True)


def probed(*paths: Path) -> Iterator[Any]:
    """Yield the facts of files."""
    from pipeline.ports.media import ProbeRequest  # noqa: PLC0415 - beside the bench it is for
    from tests.fake_bench import FakeBench  # noqa: PLC0415

    bench = FakeBench(paths[0].parent)
    digests = [bench.add(path) for path in paths]
    requests = [
        ProbeRequest(digest=digest, suffix=path.suffix[1:]) for digest, path in zip(digests, paths, strict=True)
    ]
    yield from (facts for _, facts in LibavProbe().carry_out(requests, bench))


@pytest.fixture(scope="module")
def filmed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film whose reel's film and waveform are made; tests that change it put it back."""
    folder = open_film(tmp_path_factory.mktemp("filmed"))
    write_clip(folder / "footage" / "clip.mkv", times=steady(Fraction(25)))
    (folder / "footage" / "copy.mkv").write_bytes((folder / "footage" / "clip.mkv").read_bytes())
    assert made(at_work(folder), reel="INT01")["state"] == "done"
    return folder


@pytest.mark.parametrize(
    ("asked", "span"),
    [
        ("bytes=0-99", (0, 100)),
        ("bytes=100-", (100, None)),
        ("bytes=-50", (-50, None)),
        ("bytes=10-10", (10, 11)),
        ("Bytes = 5-9", (5, 10)),
        ("bytes=0-99999999999", (0, None)),
    ],
)
def test_one_range_is_given(filmed: Path, asked: str, span: tuple[int, int | None]) -> None:
    person = at_work(filmed)
    whole = person.get("/media/reels/INT01.mp4")
    part = person.get("/media/reels/INT01.mp4", headers={"range": asked})
    wanted = whole.content[span[0] : span[1]]
    begin = whole.content.index(wanted) if len(wanted) > 20 else span[0]
    assert (part.status_code, part.content) == (206, wanted)
    assert part.headers["content-range"] == f"bytes {begin}-{begin + len(wanted) - 1}/{len(whole.content)}"
    assert (whole.headers["accept-ranges"], whole.headers["content-type"]) == ("bytes", "video/mp4")


@pytest.mark.parametrize(
    "asked",
    [
        "bytes=0-1,5-6",
        "bytes=9999999-",
        "bytes=5-2",
        "bytes=-0",
        "bytes=-",
        "bytes=a-b",
        "lines=0-5",
        "bytes=" + "9" * 50 + "-",
    ],
)
def test_several_ranges_and_those_beyond_the_end_are_refused(filmed: Path, asked: str) -> None:
    person = at_work(filmed)
    size = len(person.get("/media/reels/INT01.mp4").content)
    answer = person.get("/media/reels/INT01.mp4", headers={"range": asked})
    assert (answer.status_code, answer.headers["content-range"]) == (416, f"bytes */{size}")


def test_a_range_of_another_film_gives_the_whole_of_this_one(filmed: Path) -> None:
    person = at_work(filmed)
    whole = person.get("/media/reels/INT01.mp4")
    changed = person.get("/media/reels/INT01.mp4", headers={"range": "bytes=0-9", "if-range": '"another"'})
    same = person.get("/media/reels/INT01.mp4", headers={"range": "bytes=0-9", "if-range": whole.headers["etag"]})
    assert (changed.status_code, same.status_code) == (200, 206)
    head = person.ask("HEAD", "/media/reels/INT01.mp4")
    assert (head.content, head.headers["content-length"]) == (b"", str(len(whole.content)))


def test_a_film_is_made_once(filmed: Path) -> None:
    before = at_work(filmed).get("/media/reels/INT01.mp4").headers["etag"]
    assert made(at_work(filmed), reel="INT01")["state"] == "done"
    assert at_work(filmed).get("/media/reels/INT01.mp4").headers["etag"] == before


def test_the_film_of_who_withdrew_is_gone_at_once_and_from_the_disk(filmed: Path) -> None:
    person = at_work(filmed)
    manifest = filmed / "footage_manifest.yaml"
    before = manifest.read_text("utf-8")
    manifest.write_text(before.replace("granted", "withdrawn"), "utf-8")
    try:
        assert person.get("/media/reels/INT01.mp4").status_code == 404
        assert person.get("/api/reels/INT01/waveform").status_code == 404
        assert person.change("POST", "/api/media", {"reel": "INT01"}).status_code == 404
        assert not list((filmed / ".testimonio" / "page").rglob("*.mp4"))
        # The same recording under another key, in which nobody is said to be:
        job = made(person, reel="INT02")
        assert (job["state"], "the same recording" in job["problem"]["problem"]) == ("failed", True)
        assert person.get("/media/reels/INT02.mp4").status_code == 404
    finally:
        manifest.write_text(before, "utf-8")
        assert made(person, reel="INT01")["state"] == "done"


def test_what_was_begun_by_a_server_that_was_killed_is_cleared_away(filmed: Path) -> None:
    place = filmed / ".testimonio" / "page" / "reels" / "INT01"
    left = place / ".0123.mp4.new"
    left.write_bytes(b"half")
    next(place.glob("*.mp4")).unlink()
    assert made(at_work(filmed), reel="INT01")["state"] == "done"
    assert not left.exists()


def test_a_file_that_is_no_film_is_named(tmp_path: Path) -> None:
    folder = open_film(tmp_path)
    (folder / "footage" / "clip.mkv").write_bytes(b"no film")
    job = made(at_work(folder), reel="INT01")
    assert (job["state"], "clip.mkv" in str(job["problem"]) or "INT01" in str(job["problem"])) == ("failed", True)
    assert at_work(folder).get("/media/reels/INT01.mp4").status_code == 404


def test_sizes_and_rates_of_films_stay_small() -> None:
    video = next(iter_facts())
    assert shown_size(video) == (854, 480)
    assert shown_size(replace(video, rotation=90)) == (480, 854)
    assert shown_size(replace(video, width=1440, sample_aspect=Fraction(4, 3))) == (854, 480)
    assert shown_size(replace(video, width=160, height=97)) == (160, 96)
    assert shown_rate(replace(video, rate=Fraction(60_000, 1001)), Fraction(25)) == Fraction(30_000, 1001)
    assert shown_rate(replace(video, variable=True), Fraction(25)) == 25


def iter_facts() -> Iterator[Any]:
    from footage_manifest.media import Colour, VideoFacts  # noqa: PLC0415 - beside what is made of it

    yield VideoFacts(
        index=0,
        codec="h264",
        width=1920,
        height=1080,
        rate=Fraction(25),
        variable=False,
        frames=100,
        start=Fraction(0),
        duration=Fraction(4),
        time_base=Fraction(1, 90_000),
        pixel_format="yuv420p",
        bit_depth=8,
        colour=Colour(primaries="unknown", transfer="unknown", matrix="unknown", range="unknown"),
    )


def test_a_film_that_is_stopped_leaves_nothing(tmp_path: Path) -> None:
    clip = tmp_path / "clip.mkv"
    write_clip(clip, times=steady(Fraction(25)))
    facts = next(iter(probed(clip)))
    stretch = ShownStretch(path=clip, video=facts.video, start=Fraction(0), length=Fraction(4))
    sound = HeardStretch(path=clip, sound=sound_of(facts), start=Fraction(0), end=Fraction(4))
    reel = ReelToShow(shown=(stretch,), heard=(sound,), length=Fraction(4), rate=Fraction(25))

    def stop(_ms: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        peaks((sound,), stop)
    work = tmp_path / "work2"
    work.mkdir()
    make_reel_film(reel, work / "made.mp4", find_ffmpeg(), lambda _ms: None)
    assert [path.name for path in work.iterdir()] == ["made.mp4"]


def sound_of(facts: Any) -> Any:
    from footage_manifest.model import ChannelChoice  # noqa: PLC0415 - beside what is made of it
    from pipeline.stages.media import sound_with  # noqa: PLC0415

    return sound_with(ChannelChoice.MIX, facts)


def said(*words: tuple[str, int]) -> tuple[Word, ...]:
    return tuple(
        Word(text=text, start_ms=at * 400, end_ms=at * 400 + 350, confidence=sure)
        for at, (text, sure) in enumerate(words)
    )


HEARD = said(("El", 900), ("río", 450), ("creció,", 990), ("de", 300), ("noche.", 800))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("El río creció,\nde noche.", ["río", "de"]),
        ("El <i>río</i> creció, de noche.", ["río", "de"]),
        ("El rio creció de noche.", ["de"]),
        ("RÍO", ["RÍO"]),
        ("Nada de eso", ["de"]),
        ("", []),
    ],
)
def test_doubtful_words_are_found_in_the_text_as_it_stands(text: str, found: list[str]) -> None:
    spans = doubtful(Cue(start_ms=0, end_ms=2000, text=text), HEARD)
    assert [text[first:last] for first, last, _ in spans] == found


def test_words_of_another_time_are_not_doubted_here() -> None:
    assert doubtful(Cue(start_ms=5000, end_ms=7000, text="El río creció"), HEARD) == ()


def test_a_film_that_was_never_run_is_worked_on_without_its_media(tmp_path: Path) -> None:
    folder = open_film(tmp_path)
    (folder / "footage" / "clip.mkv").write_bytes(b"not looked into")
    reel = at_work(folder).get("/api/reels/INT01").json()
    assert (reel["media"], reel["media_problem"], reel["waveform"], reel["words"]) == (None, None, None, [])


def test_the_words_of_a_film_that_was_heard_come_with_their_confidence(heard_film: Path, tmp_path: Path) -> None:
    from tests.small_film import copy_of  # noqa: PLC0415 - for one test

    folder = copy_of(heard_film, tmp_path / "film")
    before = sorted(path for path in folder.rglob("*"))
    person = at_work(folder)
    reel = person.get("/api/reels/INT01").json()
    assert len(reel["words"]) > 10
    assert all(0 <= word["confidence"] <= 1000 and word["start_ms"] <= word["end_ms"] for word in reel["words"])
    assert reel["duration_ms"] == 14_000
    assert sorted(path for path in folder.rglob("*")) == before


def test_a_cut_is_read_at_record_time_without_rendering_it(delivered_film: Path, tmp_path: Path) -> None:
    from tests.small_film import copy_of  # noqa: PLC0415 - for one test

    folder = copy_of(delivered_film, tmp_path / "film")
    person = at_work(folder)
    cut = person.get("/api/cuts/small").json()
    assert (cut["duration_ms"], cut["rate"]) == (12_520, "25")
    first = cut["events"][0]
    assert [first[key] for key in ("reel", "record_in_ms", "source_in_ms", "source_out_ms")] == ["INT01", 0, 480, 6480]
    lines = (folder / "deliverables" / "small" / "small.es.srt").read_text("utf-8")
    for caption in cut["captions"]["es"]:
        assert caption["text"].splitlines()[0] in lines
        assert (caption["reel"], caption["cue_id"] in {cue["id"] for cue in person.cues("es")}) == ("INT01", True)
    assert cut["captions"].keys() == {"es", "en"}
    assert person.get(cut["media"], headers={"range": "bytes=0-9"}).status_code == 206
    report = folder / "deliverables" / "small" / "report.json"
    report.write_text(json.dumps({**json.loads(report.read_bytes()), "named": ["somebody"]}), "utf-8")
    hidden = person.get("/api/cuts/small").json()
    assert (hidden["media"], "somebody" in hidden["media_problem"]["problem"]) == (None, True)
    assert person.get("/media/cuts/small.mp4").status_code == 404
