"""Other people's files: each is described or refused in plain words, and what is described can be shown."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from footage_manifest.media import MediaFacts, StillFacts
from pipeline.errors import MediaError, StageError
from pipeline.ports.picture import SegmentRequest, StillLayer, VideoEncoding, VideoLayer
from pipeline.tools.picture_still import still
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
        assert outcome.cure
        return
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
            encoding=VideoEncoding(preset="ultrafast"),
        )
        for first in ends
        if first + Fraction(2, 25) * min(Fraction(1), video.duration) < video.duration
    ]
    bench = FakeBench(folder, {path.name: path})
    if video.colour.hdr:
        with pytest.raises(StageError, match="HDR"):
            list(LibavSegmentEncoder().carry_out(requests, bench))
        return
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


@pytest.mark.parametrize("path", STILLS, ids=lambda path: path.name)
def test_stills_are_described_and_shown_or_refused(path):
    outcome: StillFacts | MediaError
    try:
        outcome = still_facts(path, path.name)
    except MediaError as error:
        outcome = error
    if isinstance(outcome, MediaError):
        assert outcome.cure
        return
    assert outcome.width * outcome.height > 0
    assert still(path, 160, 90).width == 160


LANDSCAPES = sorted((CORPUS / "stills").glob("exif_Landscape_*.jpg"))


@pytest.mark.parametrize("path", LANDSCAPES[2:], ids=lambda path: path.name)
def test_all_orientations_look_alike(path):
    upright, turned = (still(one, 360, 240).to_ndarray()[:240].astype(float) for one in (LANDSCAPES[1], path))
    assert 10 * np.log10(255**2 / np.mean((upright - turned) ** 2)) > 30


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
