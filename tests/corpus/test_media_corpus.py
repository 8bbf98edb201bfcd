"""Other people's files: each is described or refused in plain words, and what is described can be shown."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from footage_manifest.media import MediaFacts, StillFacts
from footage_manifest.picture_plan import StillMove
from pipeline.errors import MediaError
from pipeline.ports.picture import SegmentRequest, StillLayer, VideoEncoding, VideoLayer
from pipeline.stages.moves import move_of
from pipeline.tools.picture_still import moved_frames, still
from pipeline.tools.probe import media_facts
from pipeline.tools.probe_still import still_facts
from pipeline.tools.segment_encoder import LibavSegmentEncoder
from tests.fake_bench import FakeBench

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
MEDIA = sorted((CORPUS / "media").glob("*"))
STILLS = sorted((CORPUS / "stills").glob("*"))

# Read off the files by other tools: rate, frames, clockwise turn.
KNOWN = {
    "ae_example.mp4": (Fraction(30), 1272, 0),
    "media3_sample_12_5fps_720p_1s.mp4": (Fraction(25, 2), 13, 0),
    "media3_sample_edit_list.mp4": (Fraction(30000, 1001), 77, 90),
    "media3_sample_h262_mpeg_audio.ts": (Fraction(30000, 1001), 3, 0),
    "media3_sample_h264_iframes_only.ts": (Fraction(30), 30, 0),
    "media3_sample_shorter_audio.mp4": (Fraction(60), 72, 0),
    "media3_sample_with_srt.mkv": (Fraction(30), 30, 0),
    "media3_edit_list_positive_shift.mp4": (Fraction(30), 270, 0),
    "moviepy_smpte-2997.mp4": (Fraction(25), 251, 0),
    "skv_bigbuckbunny.mp4": (Fraction(25), 132, 0),
    "se_sample_TS_dvbsub_rs204.ts": (Fraction(5), 30, 0),
}

DAMAGED = {"media3_sample_with_invalid_nalu.mp4": "frame 26 of its picture, at 0.868 s, cannot be decoded"}


def _outcome(path: Path) -> MediaFacts | MediaError:
    try:
        return media_facts(path, path.name)
    except MediaError as error:
        return error


@pytest.mark.parametrize("path", MEDIA, ids=lambda path: path.name)
def test_media_are_described_or_refused_and_shown_from_end_to_end(path, tmp_path):
    outcome = _outcome(path)
    assert "Errno" not in str(outcome)
    if isinstance(outcome, MediaError):
        assert REFUSED_MEDIA[path.name] in str(outcome)
        assert outcome.cure
        return
    assert path.name not in REFUSED_MEDIA
    assert outcome.duration > 0
    assert outcome.expected_duration is None
    if path.name in KNOWN:
        assert outcome.video is not None
        assert (outcome.video.rate, outcome.video.frames, outcome.video.rotation) == KNOWN[path.name]
    if outcome.video is not None:
        _show(path, outcome, tmp_path)


def _show(path: Path, facts: MediaFacts, folder: Path) -> None:
    video = facts.video
    assert video is not None
    ends = (Fraction(0), max(Fraction(0), video.duration - Fraction(1, 5)))
    requests = [
        SegmentRequest(
            rate=Fraction(25),
            width=160,
            height=90,
            frames=3,
            incoming=VideoLayer(digest=path.name, facts=video, first=first, speed=min(Fraction(1), video.duration)),
            encoding=VideoEncoding(options=(("preset", "ultrafast"),)),
        )
        for first in ends
        if first + Fraction(2, 25) * min(Fraction(1), video.duration) < video.duration
    ]
    bench = FakeBench(folder, {path.name: path})
    if path.name in DAMAGED:
        with pytest.raises(MediaError, match=DAMAGED[path.name]):
            list(LibavSegmentEncoder().carry_out(requests, bench))
        return
    made = list(LibavSegmentEncoder().carry_out(requests, bench))
    assert [segment.frames for _, segment in made] == [3] * len(requests)


@pytest.mark.parametrize("path", MEDIA, ids=lambda path: path.name)
def test_half_of_an_mp4_is_never_taken_for_a_whole_one(path, tmp_path):
    whole = _outcome(path)
    if isinstance(whole, MediaError) or whole.container not in ("mov", "wav"):
        return
    half = tmp_path / path.name
    half.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    outcome = _outcome(half)
    assert isinstance(outcome, MediaError) or outcome.expected_duration is not None or outcome == whole


REFUSED_STILLS = {
    "exiftool_DNG.dng": "raw picture",
    "exiftool_HTML.html": "that can be read",
    "exiftool_JXL.jxl": "JPEG XL",
    "exiftool_OpenEXR.exr": "OpenEXR",
    "media3_sample_still_photo.heic": "HEIC",
    "pil_badbitcount.bmp": "damaged",
    "pil_broken.png": "that can be read",
    "pil_crash-0e16d3bfb83be87356d026d66919deaefca44dac.tif": "damaged",
    "pil_decompression_bomb.gif": "unreasonably large",
    "pil_hopper.heif": "HEIC",
    "pil_hopper.psd": "Photoshop",
    "pil_iss634.apng": "animation",
    "pil_pngtest_bad.png.bin": "that can be read",
    "pil_truncated_end_chunk.png": "cut short",
    "pil_truncated_image.png": "cut short",
    "pil_truncated_jpeg.jpg": "cut short",
}

REFUSED_MEDIA = {
    "exiftool_AIFF.aif": "holds none",
    "exiftool_ASF.wmv": "cannot be opened",
    "exiftool_QuickTime.mov": "not one frame",
    "exiftool_RIFF.wav": "holds none",
    "exiftool_Red.r3d": "R3D",
    "exiftool_Vorbis.ogg": "cannot be opened",
    "media3_full_blocks.mkv": "no picture and no sound",
    "moviepy_result.webm": "empty",
    "moviepy_transparent.webm": "transparent",
    "pmi_mpeg4.mp4": "no picture and no sound",
    "pmi_sample.mkv": "cannot be opened",
    "pmi_sample_with_cover.mp3": "cannot be opened",
    "se_sample.tar": "cannot be opened",
    "se_sample_MKV_USF.mks": "no picture and no sound",
    "se_sample_MP4.mp4": "no picture and no sound",
    "se_sample_MP4_stz2_compact.mp4": "no picture and no sound",
    "se_sample_TS_with_graphics.ts": "no picture and no sound",
}


@pytest.mark.parametrize("path", STILLS, ids=lambda path: path.name)
def test_stills_are_described_and_shown_or_refused(path):
    outcome: StillFacts | MediaError
    try:
        outcome = still_facts(path, path.name)
    except MediaError as error:
        outcome = error
    if isinstance(outcome, MediaError):
        assert REFUSED_STILLS[path.name] in str(outcome)
        assert outcome.cure
        return
    assert path.name not in REFUSED_STILLS
    assert outcome.width * outcome.height > 0
    assert still(path, 160, 90).width == 160
    move = move_of(StillMove.PUSH_IN, outcome, (160, 90), 0, 3)
    layer = StillLayer(digest=path.name, facts=outcome, move=move)
    assert len(list(moved_frames(path, layer, 160, 90, 3))) == 3


LANDSCAPES = sorted((CORPUS / "stills").glob("exif_Landscape_*.jpg"))


@pytest.mark.parametrize("path", [LANDSCAPES[0], *LANDSCAPES[2:]] if LANDSCAPES else [], ids=lambda path: path.name)
def test_all_orientations_look_alike(path):
    upright, turned = (still(one, 360, 240).to_ndarray()[:240].astype(float) for one in (LANDSCAPES[1], path))
    off = (upright - turned) ** 2
    off[95:145, 155:205] = 0  # each carries its own number in the middle
    assert 10 * np.log10(255**2 / np.mean(off)) > 30


@pytest.mark.parametrize("path", LANDSCAPES[6:7], ids=lambda path: path.name)
def test_a_still_is_encoded_as_it_is_shown(path, tmp_path):
    one = SegmentRequest(
        rate=Fraction(25),
        width=360,
        height=240,
        frames=30,
        incoming=StillLayer(digest="still", facts=StillFacts(digest="still", format="JPEG", width=1800, height=1200)),
    )
    bench = FakeBench(tmp_path, {"still": path})
    ((_, segment),) = LibavSegmentEncoder().carry_out([one], bench)
    meant = still(path, 360, 240).to_ndarray().astype(float)
    with av.open(str(bench.path(segment.file.digest))) as container:
        for frame in container.decode(video=0):
            assert 10 * np.log10(255**2 / np.mean((frame.to_ndarray() - meant) ** 2)) > 30
