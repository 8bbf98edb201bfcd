"""The report's plain words for what is done to a source."""

from dataclasses import replace
from fractions import Fraction

import pytest

from footage_manifest.media import Colour, MediaFacts, Scan, SoundFacts, StillFacts, VideoFacts
from footage_manifest.picture_plan import Fit, StillMove
from pipeline.stages.done import done_to_sound, done_to_still, done_to_video

SIZE = (1280, 720)
RATE = Fraction(25)
PLAIN = VideoFacts(
    index=0,
    codec="h264",
    width=1280,
    height=720,
    rate=RATE,
    variable=False,
    frames=100,
    start=Fraction(0),
    duration=Fraction(4),
    time_base=Fraction(1, 25),
    pixel_format="yuv420p",
    bit_depth=8,
    colour=Colour(primaries="bt709", transfer="bt709", matrix="bt709", range="tv"),
    scan=Scan.PROGRESSIVE,
)
HEARD = SoundFacts(
    index=1, codec="aac", sample_rate=48000, channels=2, layout="stereo", start=Fraction(0), duration=Fraction(4)
)
STILL = StillFacts(digest="", format="JPEG", width=1280, height=720)


def _colour(primaries="bt709", transfer="bt709", matrix="bt709", levels="tv"):
    return Colour(primaries=primaries, transfer=transfer, matrix=matrix, range=levels)


def _film(video=PLAIN, *sound):
    return MediaFacts(digest="", container="mov", duration=Fraction(4), video=video, sound=sound)


def test_nothing_is_said_where_nothing_is_done():
    assert done_to_video(_film(), RATE, SIZE, Fit.FIT) == ()
    assert done_to_still(STILL, SIZE, Fit.FIT, StillMove.NONE) == ()
    assert done_to_sound(_film(PLAIN, HEARD)) == ()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"rate": Fraction(24000, 1001)}, "24000/1001 shown at 25 frames a second"),
        ({"variable": True}, "by its own time stamps"),
        ({"rotation": 90, "width": 720, "height": 1280}, "turned upright by 90 degrees"),
        ({"mirrored": True}, "mirrored left to right"),
        ({"width": 720, "height": 576, "sample_aspect": Fraction(64, 45)}, "1024x576 scaled to 1280x720"),
        ({"width": 720, "height": 576, "sample_aspect": Fraction(64, 45)}, "pixels of 64:45 made square"),
        ({"width": 1920, "height": 1080}, "1920x1080 scaled to 1280x720"),
        ({"width": 1080, "height": 1920}, "1080x1920 fitted into 1280x720"),
        ({"scan": Scan.BOTTOM_FIRST}, "deinterlaced (bottom field first)"),
        ({"bit_depth": 10, "pixel_format": "yuv422p10le"}, "10 bits a channel brought to 8"),
        ({"pixel_format": "yuv422p"}, "4:2:2 brought to 4:2:0"),
        ({"pixel_format": "yuva444p"}, "laid over black where it is transparent"),
        ({"pixel_format": "gbrp"}, "RGB brought to BT.709"),
        ({"colour": _colour("bt2020", "smpte2084", "bt2020nc")}, "HDR (PQ) brought to SDR"),
        ({"colour": _colour("bt2020", "arib-std-b67", "bt2020nc")}, "HDR (HLG) brought to SDR"),
        ({"colour": _colour("bt2020", "bt2020-10", "bt2020nc")}, "brought from BT.2020 to BT.709"),
        ({"colour": _colour("smpte432")}, "brought from Display P3 to BT.709"),
        ({"colour": _colour("bt470bg", "bt709", "bt470bg")}, "brought from BT.601 to BT.709"),
        ({"colour": _colour(levels="pc")}, "full range brought to video range"),
        (
            {"width": 640, "height": 360, "colour": _colour(matrix="unknown")},
            "BT.601 to BT.709, taken for it by its size",
        ),
    ],
)
def test_each_thing_done_to_a_picture_is_said(changed, said):
    done = done_to_video(_film(replace(PLAIN, **changed)), RATE, SIZE, Fit.FIT)
    assert [line for line in done if said in line]


def test_an_untagged_hd_picture_is_bt709_and_nothing_is_said():
    assert done_to_video(_film(replace(PLAIN, colour=_colour(matrix="unknown"))), RATE, SIZE, Fit.FIT) == ()


@pytest.mark.parametrize(
    ("fit", "said"), [(Fit.FIT, "fitted into"), (Fit.FILL, "cropped to fill"), (Fit.BLUR, "blurred sides")]
)
def test_the_way_of_filling_the_frame_is_said(fit, said):
    upright = replace(PLAIN, width=1080, height=1920)
    assert said in done_to_video(_film(upright), RATE, SIZE, fit)[-1]
    assert said in done_to_still(replace(STILL, width=800, height=800), SIZE, fit, StillMove.NONE)[-1]


def test_a_reel_without_picture_is_black():
    assert done_to_video(_film(None, HEARD), RATE, SIZE, Fit.FIT) == ("the reel is sound alone: black",)


@pytest.mark.parametrize(
    ("changed", "move", "said"),
    [
        ({"orientation": 6}, StillMove.NONE, "turned upright (orientation 6)"),
        ({"has_alpha": True}, StillMove.NONE, "laid over black"),
        ({"bit_depth": 16}, StillMove.NONE, "16 bits a channel brought to 8"),
        ({"inks": True}, StillMove.NONE, "mixed as plain inks"),
        ({"inks": True, "profile": "Coated"}, StillMove.NONE, "profile 'Coated' to sRGB"),
        ({"profile": "Display P3"}, StillMove.NONE, "profile 'Display P3' to sRGB"),
        ({"width": 4000, "height": 3000}, StillMove.PUSH_IN, "pushed in by 12 per cent, from 4000x3000"),
        ({"width": 4000, "height": 3000}, StillMove.PAN_UP, "panned up, filling the frame"),
    ],
)
def test_each_thing_done_to_a_still_is_said(changed, move, said):
    done = done_to_still(replace(STILL, **changed), SIZE, Fit.FIT, move)
    assert len(done) == 1
    assert said in done[0]


def test_a_profile_of_srgb_is_not_worth_a_line():
    assert done_to_still(replace(STILL, profile="sRGB IEC61966-2.1"), SIZE, Fit.FIT, StillMove.NONE) == ()


def test_what_is_done_to_sound_is_said():
    assert done_to_sound(_film(PLAIN)) == ("silence",)
    assert "8000 Hz brought to 48000 Hz" in done_to_sound(_film(PLAIN, replace(HEARD, sample_rate=8000)))
    short = replace(HEARD, start=Fraction(1, 2), duration=Fraction(2))
    before, after = done_to_sound(_film(PLAIN, short))
    assert "0.50 s before the file's sound begins" in before
    assert "1.50 s before the file's picture ends" in after
