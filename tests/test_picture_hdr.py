"""HDR and wide colours on an SDR timeline: white is white, grey is grey, hues stay."""

from fractions import Fraction

import numpy as np
import pytest
from av.video.frame import VideoFrame

from footage_manifest.media import Colour, VideoFacts
from pipeline.tools.picture_frame import Fitter
from pipeline.tools.picture_hdr import sdr_table

PQ, HLG, SDR = "smpte2084", "arib-std-b67", "bt2020-10"
KR, KB = 0.2627, 0.0593


def _colour(transfer, primaries="bt2020"):
    return Colour(primaries=primaries, transfer=transfer, matrix="bt2020nc", range="tv")


def _pq_signal(nits):
    """SMPTE ST 2084, the inverse EOTF, as printed there."""
    y = (nits / 10000) ** 0.1593017578125
    return ((0.8359375 + 18.8515625 * y) / (1 + 18.6875 * y)) ** 78.84375


def _shown(transfer, red, green, blue, primaries="bt2020"):
    """What comes out of a flat picture with these R'G'B' signals (0 to 1): R, G, B of 255."""
    luma = KR * red + (1 - KR - KB) * green + KB * blue
    cb, cr = (blue - luma) / (2 * (1 - KB)), (red - luma) / (2 * (1 - KR))
    planes = np.empty((96, 64), np.uint16)
    planes[:64] = round(64 + 876 * luma)
    planes[64:80], planes[80:] = round(512 + 896 * cb), round(512 + 896 * cr)
    frame = VideoFrame.from_ndarray(planes, format="yuv420p10le")
    facts = VideoFacts(
        index=0,
        codec="hevc",
        width=64,
        height=64,
        rate=Fraction(25),
        variable=False,
        frames=1,
        start=Fraction(0),
        duration=Fraction(1, 25),
        time_base=Fraction(1, 25),
        pixel_format="yuv420p10le",
        bit_depth=10,
        colour=_colour(transfer, primaries),
    )
    made = Fitter(facts, 64, 64).fit(frame)
    assert made.format.name == "yuv420p"
    return (
        made.reformat(format="rgb24", src_colorspace="itu709", dst_colorspace="itu709").to_ndarray()[32, 32].astype(int)
    )


@pytest.mark.parametrize("transfer", [PQ, HLG, SDR])
def test_greys_stay_grey_and_in_order(transfer):
    table = sdr_table(_colour(transfer)).astype(int)
    greys = np.array([table[k, k, k] for k in range(64)])
    assert np.ptp(greys, axis=1).max() == 0
    assert np.diff(greys[:, 0]).min() >= 0
    assert (greys[0, 0], greys[-1, 0]) == (0, 65535)


@pytest.mark.parametrize(
    ("nits", "low", "high"),
    [
        (0, 0, 1),
        (26, 38, 45),  # 18 % grey (BT.2408)
        (65, 55, 66),  # dark skin, medium tones and light skin lie from 55 to 78 % of SDR's signal
        (110, 70, 79),
        (203, 88, 95),  # diffuse white
        (1000, 99, 101),
        (4000, 99, 101),
    ],
)
def test_pq_light_comes_out_where_sdr_has_it(nits, low, high):
    signal = _pq_signal(nits)
    red, green, blue = _shown(PQ, signal, signal, signal) / 2.55
    assert max(red, green, blue) - min(red, green, blue) < 1.3
    assert low <= green <= high


@pytest.mark.parametrize(("signal", "nits"), [(0.38, 26), (0.75, 203), (1.0, 1000)])
def test_hlg_and_pq_of_the_same_light_look_the_same(signal, nits):
    pq = _pq_signal(nits)
    assert np.abs(_shown(HLG, signal, signal, signal) - _shown(PQ, pq, pq, pq)).max() <= 3


@pytest.mark.parametrize("transfer", [PQ, HLG, SDR])
def test_hues_stay(transfer):
    strong, weak = (_pq_signal(150), _pq_signal(10)) if transfer == PQ else (0.7, 0.25)
    assert np.argmax(_shown(transfer, strong, weak, weak)) == 0
    assert np.argmax(_shown(transfer, weak, strong, weak)) == 1
    assert np.argmax(_shown(transfer, weak, weak, strong)) == 2
    assert np.argmin(_shown(transfer, strong, weak, strong)) == 1


@pytest.mark.parametrize("transfer", [PQ, HLG])
def test_bright_colours_are_not_clipped_to_others(transfer):
    # An orange lamp beyond SDR's white: red leads, green follows, blue is least, and nothing is white or magenta.
    lamp = [_pq_signal(nits) for nits in (900, 350, 40)] if transfer == PQ else [0.98, 0.82, 0.45]
    red, green, blue = _shown(transfer, *lamp)
    assert red > 240
    assert 120 < green < 225
    assert blue < green - 40


def test_bt2020_in_sdr_is_brought_to_bt709():
    # BT.2087: the BT.709 colour (0.75, 0.25, 0.25) in light, written in BT.2020.
    from_709 = np.array([(0.6274, 0.3293, 0.0433), (0.0691, 0.9195, 0.0114), (0.0164, 0.0880, 0.8956)])
    light = np.array([0.75, 0.25, 0.25])
    meant = light ** (1 / 2.4) * 255
    assert np.abs(_shown(SDR, *(from_709 @ light) ** (1 / 2.4)) - meant).max() <= 4


def test_display_p3_is_brought_to_bt709():
    # A P3 red outside BT.709 comes as far as it can; a grey does not move.
    red = _shown("bt709", 0.9, 0.1, 0.1, primaries="smpte432")
    assert red[0] > 230
    assert max(red[1:]) < 60
    assert np.ptp(_shown("bt709", 0.5, 0.5, 0.5, primaries="smpte432")) <= 2
