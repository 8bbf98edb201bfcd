"""What is said about files that were made for it, whole, cut short and broken."""

import re
import struct
import wave
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from footage_manifest.media import MediaFacts, Scan
from footage_manifest.timecode import Label
from pipeline.errors import MediaError
from pipeline.ports.media import ProbeRequest
from pipeline.tools.media_open import open_media
from pipeline.tools.probe import LibavProbe, media_facts
from pipeline.tools.probe_picture import rotation_of
from tests.fake_bench import FakeBench
from tests.media_samples import SAMPLES, VARIABLE_STAMPS, Sample, make


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("probe")


@pytest.mark.parametrize("name", list(SAMPLES))
def test_rate_frames_and_length_are_exact(folder, name):
    sample = SAMPLES[name]
    facts = media_facts(make(sample, folder), "digest")
    video = facts.video
    assert video is not None
    assert facts.digest == "digest"
    assert facts.expected_duration is None
    assert video.variable is bool(sample.stamps)
    assert video.frames == sample.frames
    if not sample.stamps:
        assert (video.rate, video.duration) == (sample.rate, sample.frames / sample.rate)
    assert video.rotation == sample.rotation
    assert (video.width, video.height) == sample.size
    assert video.bit_depth == (10 if "10" in sample.pixels else 8)
    assert video.scan is Scan.PROGRESSIVE
    assert len(facts.sound) == (1 if sample.sound_seconds else 0)


def test_a_variable_rate_keeps_its_own_length(folder):
    video = media_facts(make(SAMPLES["variable.mov"], folder), "").video
    assert video is not None
    assert video.duration == Fraction(VARIABLE_STAMPS[-1] - VARIABLE_STAMPS[0], 600) + video.duration % Fraction(
        1, 600
    ) + (video.duration - Fraction(VARIABLE_STAMPS[-1], 600))
    assert 0 < video.duration - Fraction(VARIABLE_STAMPS[-1], 600) <= Fraction(1, 10)
    assert video.rate == video.frames / video.duration


def test_sound_counts_from_its_first_sample_without_priming(folder):
    sound = media_facts(make(SAMPLES["plain25.mp4"], folder), "").sound[0]
    assert (sound.codec, sound.sample_rate, sound.channels, sound.layout) == ("aac", 48000, 2, "stereo")
    assert sound.start == 0
    assert sound.duration == 4


@pytest.mark.parametrize(
    ("suffix", "rate", "label", "counted"),
    [
        (".mov", Fraction(25), "10:11:12:13", Fraction(25)),
        (".mov", Fraction(30000, 1001), "01:00:00;02", Fraction(30000, 1001)),
        (".mov", Fraction(30000, 1001), "01:00:00:00", Fraction(30000, 1001)),
        (".mkv", Fraction(24), "00:59:50:00", Fraction(24)),
    ],
)
def test_embedded_timecode_comes_with_its_rate_and_drop_flag(tmp_path, suffix, rate, label, counted):
    path = make(Sample(name="timecode" + suffix, rate=rate, frames=5, metadata={"timecode": label}), tmp_path)
    facts = media_facts(path, "")
    assert facts.timecode == Label.parse(label)
    assert facts.timecode_rate == counted


def test_a_timecode_track_may_count_slower_than_the_picture(tmp_path):
    path = make(Sample(name="fifty.mov", rate=Fraction(50), frames=5, metadata={"timecode": "01:00:00:00"}), tmp_path)
    content = bytearray(path.read_bytes())
    described = re.search(rb"stsd.{12}tmcd", content, re.DOTALL)
    assert described is not None
    entry = described.end()
    timescale, frame_duration = struct.unpack(">II", content[entry + 16 : entry + 24])
    assert Fraction(timescale, frame_duration) == 50
    content[entry + 20 : entry + 24] = struct.pack(">I", frame_duration * 2)
    path.write_bytes(content)
    assert media_facts(path, "").timecode_rate == 25


def test_a_recorder_s_time_reference(tmp_path):
    path = tmp_path / "recorder.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(48000)
        file.writeframes(bytes(48000 * 4))
    content = path.read_bytes()
    bext = bytes(338) + struct.pack("<Q", 48000 * 3600) + bytes(602 - 346)
    chunk = b"bext" + struct.pack("<I", len(bext)) + bext
    path.write_bytes(
        content[:4] + struct.pack("<I", len(content) - 8 + len(chunk)) + content[8:12] + chunk + content[12:]
    )
    facts = media_facts(path, "")
    assert facts.time_reference == 48000 * 3600
    assert (facts.sound[0].layout, facts.duration) == ("stereo", 1)


def _matrix(a: int, b: int, c: int, d: int) -> bytes:
    one = 1 << 16
    return struct.pack("=9i", a * one, b * one, 0, c * one, d * one, 0, 0, 0, 1 << 30)


@pytest.mark.parametrize(
    ("matrix", "turned"),
    [
        ((1, 0, 0, 1), (0, False)),
        ((0, 1, -1, 0), (90, False)),
        ((-1, 0, 0, -1), (180, False)),
        ((0, -1, 1, 0), (270, False)),
        ((-1, 0, 0, 1), (0, True)),
        ((1, 0, 0, -1), (180, True)),
        ((0, 1, 1, 0), (270, True)),
        ((0, -1, -1, 0), (90, True)),
    ],
)
def test_display_matrices(matrix, turned):
    assert rotation_of(_matrix(*matrix)) == turned


def test_a_matrix_is_a_mirror_first_and_a_clockwise_turn_after():
    # Follow single pixels, y downwards: a quarter turn clockwise takes (x, y) to (-y, x).
    for a, b, c, d in ((0, 1, 1, 0), (0, -1, -1, 0), (1, 0, 0, -1), (0, 1, -1, 0)):
        degrees, mirrored = rotation_of(_matrix(a, b, c, d))
        for x, y in ((1, 0), (0, 1)):
            meant = (a * x + c * y, b * x + d * y)
            seen = (-x, y) if mirrored else (x, y)
            for _ in range(degrees // 90):
                seen = (-seen[1], seen[0])
            assert seen == meant


def test_a_crooked_matrix_is_refused():
    with pytest.raises(MediaError, match="30 degrees"):
        rotation_of(struct.pack("=9i", 56756, 32768, 0, -32768, 56756, 0, 0, 0, 1 << 30))


def _cut(path: Path, part: Fraction) -> Path:
    whole = path.read_bytes()
    short = path.with_name(f"short-{path.name}")
    short.write_bytes(whole[: int(len(whole) * part)])
    return short


def test_a_film_without_its_index_is_named_as_such(folder):
    with pytest.raises(MediaError, match="moov"):
        media_facts(_cut(make(SAMPLES["plain25.mp4"], folder), Fraction(1, 2)), "")


@pytest.mark.parametrize("part", [Fraction(1, 2), Fraction(9, 10), Fraction(99, 100)], ids=str)
def test_a_film_with_its_index_first_is_found_short(tmp_path, part):
    fast = replace(SAMPLES["plain25.mp4"], container_options={"movflags": "faststart"})
    facts = media_facts(_cut(make(fast, tmp_path), part), "")
    assert facts.expected_duration is not None
    assert facts.expected_duration >= 4
    assert facts.video is not None
    assert facts.video.duration <= 4


# A transport stream declares no length: that it is short shows only where the cut goes through one of its packets.
@pytest.mark.parametrize(("name", "part"), [("ntsc.mkv", Fraction(1, 2)), ("film.ts", Fraction(501, 1000))])
def test_other_films_are_found_short(folder, name, part):
    facts = media_facts(_cut(make(SAMPLES[name], folder), part), "")
    assert facts.expected_duration is not None
    assert facts.expected_duration > facts.duration


def test_a_sound_file_is_found_short(tmp_path):
    path = tmp_path / "long.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16000)
        file.writeframes(bytes(64000))
    facts = media_facts(_cut(path, Fraction(1, 2)), "")
    assert facts.expected_duration == 2
    assert abs(facts.duration - 1) < Fraction(1, 100)


def test_cover_art_is_not_a_film(tmp_path):
    path = tmp_path / "song.mp3"
    with av.open(str(path), "w") as container:
        sound = container.add_stream("mp3", rate=48000)
        cover = container.add_stream("png", rate=1)
        cover.width, cover.height, cover.pix_fmt = 64, 64, "rgb24"
        cover.disposition = av.stream.Disposition.attached_pic
        container.mux(cover.encode(av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")))
        container.mux(cover.encode(None))
        for k in range(20):
            frame = av.AudioFrame.from_ndarray(np.zeros((2, 1152), np.float32), format="fltp", layout="stereo")
            frame.sample_rate, frame.pts = 48000, k * 1152
            container.mux(sound.encode(frame))
        container.mux(sound.encode(None))
    facts = media_facts(path, "")
    assert facts.video is None
    assert len(facts.sound) == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("list.m3u8", b"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"),
        ("list.ffconcat", b"ffconcat version 1.0\nfile '/etc/passwd'\n"),
        ("manifest.mpd", b"<?xml version='1.0'?><MPD xmlns='urn:mpeg:dash:schema:mpd:2011'></MPD>"),
        ("session.sdp", b"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n"),
        ("words.mp4", b"not a film at all\n" * 50),
        ("zeros.mov", bytes(5000)),
        ("empty.mp4", b""),
        ("subtitle.srt", b"1\n00:00:01,000 --> 00:00:02,000\nHola\n"),
    ],
)
def test_what_is_no_film_is_refused_in_plain_words(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(MediaError) as refusal:
        media_facts(path, "")
    assert "Errno" not in str(refusal.value)
    assert str(tmp_path) not in str(refusal.value)
    assert refusal.value.cure


def test_folders_and_missing_files_are_refused(tmp_path):
    for path in (tmp_path, tmp_path / "missing.mp4"):
        with pytest.raises(MediaError, match="missing"), open_media(path):
            pass


def test_damage_anywhere_ends_in_facts_or_plain_words(folder, tmp_path):
    random = np.random.default_rng(7)
    for name in ("plain25.mp4", "ntsc.mkv", "film.ts", "variable.mov"):
        whole = np.frombuffer(make(SAMPLES[name], folder).read_bytes(), np.uint8)
        for turn in range(25):
            damaged = whole.copy()
            where = random.integers(0, len(whole) - 64, 8) if turn % 2 else random.integers(0, 2000, 4)
            for place in where:
                damaged[place : place + 8] = random.integers(0, 256, 8)
            path = tmp_path / f"damaged{Path(name).suffix}"
            path.write_bytes(damaged.tobytes())
            outcome: MediaFacts | MediaError
            try:
                outcome = media_facts(path, "")
            except MediaError as error:
                outcome = error
            assert "Errno" not in str(outcome)


def _inside(content: bytes, path: tuple[bytes, ...]) -> list[int]:
    """Where each box on the way to the last of `path` begins."""
    places, start, end = [], 0, len(content)
    skipped = {b"stsd": 8, b"hev1": 78}
    for kind in path:
        while True:
            size, found = struct.unpack(">I4s", content[start : start + 8])
            if found == kind:
                break
            start += size
            assert start < end
        places.append(start)
        end, start = start + size, start + 8 + skipped.get(kind, 0)
    return places


def _as_dolby_vision(path: Path, profile: int, compatible: int) -> None:
    """Put a Dolby Vision description beside the picture's headers; the media data lie before the boxes that grow."""
    content = path.read_bytes()
    places = _inside(content, (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd", b"hev1", b"hvcC"))
    box = struct.pack(">I4s", 32, b"dvcC") + bytes((1, 0, profile << 1, 0x05, compatible << 4)) + bytes(19)
    made = bytearray(content)
    made[places[-1] : places[-1]] = box
    for place in places[:-1]:
        made[place : place + 4] = struct.pack(">I", struct.unpack(">I", content[place : place + 4])[0] + len(box))
    path.write_bytes(bytes(made))


def test_dolby_vision_without_a_picture_for_others_is_refused(tmp_path):
    path = make(SAMPLES["hevc.mp4"], tmp_path)
    whole = path.read_bytes()
    _as_dolby_vision(path, 5, 0)
    with pytest.raises(MediaError, match="profile 5") as refusal:
        media_facts(path, "")
    assert refusal.value.cure
    path.write_bytes(whole)
    _as_dolby_vision(path, 8, 4)
    facts = media_facts(path, "")
    assert facts.video is not None
    assert facts.video.frames == SAMPLES["hevc.mp4"].frames


@pytest.mark.parametrize(("matrix", "name"), [(8, "YCgCo"), (10, "constant luminance"), (14, "ICtCp")])
def test_colours_that_nothing_here_reads_are_refused(tmp_path, matrix, name):
    path = tmp_path / "strange.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25, options={"x264-params": f"colormatrix={_X264[matrix]}"})
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        stream.codec_context.colorspace = matrix
        container.mux(stream.encode(av.VideoFrame(64, 64, "yuv420p")))
        container.mux(stream.encode(None))
    with pytest.raises(MediaError, match=name):
        media_facts(path, "")


_X264 = {8: "YCgCo", 10: "bt2020c", 14: "ICtCp"}


def test_a_transparent_webm_is_refused_and_not_shown_with_what_lies_under_it(tmp_path):
    path = tmp_path / "logo.webm"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libvpx-vp9", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuva420p"
        stream.metadata["alpha_mode"] = "1"
        for k in range(3):
            frame = av.VideoFrame.from_ndarray(np.full((64, 64, 4), 99, np.uint8), format="rgba").reformat(
                format="yuva420p"
            )
            frame.pts = k
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    with pytest.raises(MediaError, match="transparent"):
        media_facts(path, "")


def test_dv_shows_its_lower_field_first(tmp_path):
    path = tmp_path / "tape.dv"
    with av.open(str(path), "w", format="dv") as container:
        stream = container.add_stream("dvvideo", rate=25)
        stream.width, stream.height, stream.pix_fmt = 720, 576, "yuv420p"
        for k in range(3):
            frame = av.VideoFrame.from_ndarray(np.full((864, 720), 60 + k, np.uint8), format="yuv420p")
            frame.pts = k
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    video = media_facts(path, "").video
    assert video is not None
    assert video.scan is Scan.BOTTOM_FIRST


def test_a_camera_s_raw_film_is_named(tmp_path):
    path = tmp_path / "A001.R3D"
    path.write_bytes(b"\0\0\1\0RED2" + bytes(500))
    with pytest.raises(MediaError, match="R3D"):
        media_facts(path, "")


def test_requests_are_answered_by_digest_and_failures_name_the_file(folder, tmp_path):
    bench = FakeBench(tmp_path)
    digest = bench.add(make(SAMPLES["plain25.mp4"], folder))
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"nothing")
    probe = LibavProbe()
    ((number, facts),) = probe.carry_out([ProbeRequest(digest=digest, suffix="mp4")], bench)
    assert (number, facts.digest) == (0, digest)
    with pytest.raises(MediaError) as refusal:
        list(probe.carry_out([ProbeRequest(digest=bench.add(broken), suffix="mp4")], bench))
    assert str(refusal.value).startswith("broken.mp4: ")
    assert "libavformat" in probe.identity(ProbeRequest(digest=digest, suffix="mp4"))
