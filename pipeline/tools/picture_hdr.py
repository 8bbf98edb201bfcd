"""HDR, and SDR of more colours than BT.709 has, brought to BT.709: by a table of 64 x 64 x 64 colours, made here.

HDR (ITU-R BT.2100) is taken as the light it puts on a display of 1,000 cd/m2, and that light brought to what an SDR display
has: diffuse white, 203 cd/m2 in HDR (ITU-R BT.2408), comes out at 90 % of the signal, and what is brighter is rolled off
above it by the curve of ITU-R BT.2390 (section 5.4.1). Up to 94 cd/m2, skin and all, light keeps its ratio to white. The
curve is applied to the strongest of BT.709's R, G and B and the others follow, so that hues stay; colours beyond BT.709 lose
only as much saturation as brings them inside, at the same luminance. What a file says of its mastering display and
of its brightest picture (MaxCLL), and Dolby Vision's own instructions, are not used: light above 1,000 cd/m2 is white.
"""

from fractions import Fraction
from functools import lru_cache

import numpy as np
from av.filter import Graph
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from footage_manifest.media import Colour

DEEP_RGB = "gbrp16le"
"""The pixel format that the table takes and returns, at full range; planes are three times as fast here as packed pixels."""

_SIDE = 64
_HALD = 512  # a square of 512 x 512 holds 64 x 64 x 64 colours, red running fastest
_LEVELS = 65535

_PEAK = 1000.0
_WHITE = 203.0
"""cd/m2: the brightest light that is told apart, and the light that SDR's white stands for."""
_DISPLAY_GAMMA = 2.4
"""ITU-R BT.1886."""
_HLG_GAMMA = 1.2
"""System gamma of HLG at 1,000 cd/m2 (BT.2100, table 5)."""

# BT.2100, table 4: PQ.
_M1, _M2 = 2610 / 16384, 2523 / 4096 * 128
_C1, _C2, _C3 = 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
_PQ_PEAK = 10_000.0
# BT.2100, table 5: HLG.
_A = 0.17883277
_B = 1 - 4 * _A
_C = 0.5 - _A * float(np.log(4 * _A))

_LUMA_2020 = (0.2627, 0.6780, 0.0593)
_LUMA_709 = (0.2126, 0.7152, 0.0722)
# Chromaticities of red, green, blue (H.273, table 2); all with the white D65.
_PRIMARIES = {
    "bt709": ((0.640, 0.330), (0.300, 0.600), (0.150, 0.060)),
    "bt2020": ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046)),
    "smpte432": ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060)),
}
_D65 = (0.3127, 0.3290)

Light = NDArray[np.float64]


class ToSdr:
    """Applies the table to frames, by interpolation between four of its neighbouring colours; greys stay grey."""

    def __init__(self, colour: Colour, width: int, height: int) -> None:
        """Prepare for frames of `width` x `height` in the format DEEP_RGB."""
        graph = Graph()
        graph.threads = 1
        self._source = graph.add("buffer", f"video_size={width}x{height}:pix_fmt={DEEP_RGB}:time_base=1/1000")
        table = graph.add("buffer", f"video_size={_HALD}x{_HALD}:pix_fmt={DEEP_RGB}:time_base=1/1000")
        apply = graph.add("haldclut", "clut=first:interp=tetrahedral")
        self._sink = graph.add("buffersink")
        self._source.link_to(apply, 0, 0)
        table.link_to(apply, 0, 1)
        apply.link_to(self._sink, 0, 0)
        graph.configure()
        self._graph = graph
        colours = _frame(sdr_table(colour))
        colours.pts = 0
        table.push(colours)
        table.push(None)
        self._pushed = 0

    def apply(self, frame: VideoFrame) -> VideoFrame:
        """Return a frame in BT.709's colours, in the format DEEP_RGB."""
        frame.pts, frame.time_base = self._pushed, Fraction(1, 1000)
        self._pushed += 1
        self._source.push(frame)
        made = self._sink.pull()
        if not isinstance(made, VideoFrame):
            raise TypeError(type(made))
        return made


def sdr_table(colour: Colour) -> NDArray[np.uint16]:
    """Return the table for a picture's colours: by blue, green and red the levels of red, green and blue, in 16 bits."""
    known = colour.primaries if colour.primaries in _PRIMARIES else "bt2020" if colour.hdr else "bt709"
    return _table(colour.transfer if colour.hdr else "", known)


@lru_cache(maxsize=4)
def _table(transfer: str, primaries: str) -> NDArray[np.uint16]:
    steps = np.arange(_SIDE) / (_SIDE - 1)
    blue, green, red = np.meshgrid(steps, steps, steps, indexing="ij")
    coded = np.stack([red, green, blue], axis=-1)
    light = {"smpte2084": _pq_light, "arib-std-b67": _hlg_light}.get(transfer)
    to_709 = _between(primaries, "bt709").T
    shown = coded**_DISPLAY_GAMMA @ to_709 if light is None else _rolled_off(light(coded) @ to_709) / _WHITE
    return np.asarray(np.rint(_inside_709(shown) ** (1 / _DISPLAY_GAMMA) * _LEVELS), np.uint16)


def _pq_light(coded: Light) -> Light:
    """Return cd/m2 of a PQ signal (BT.2100, table 4)."""
    power = coded ** (1 / _M2)
    return np.asarray(_PQ_PEAK * (np.maximum(power - _C1, 0) / (_C2 - _C3 * power)) ** (1 / _M1))


def _pq_signal(light: Light) -> Light:
    power = (light / _PQ_PEAK) ** _M1
    return np.asarray(((_C1 + _C2 * power) / (1 + _C3 * power)) ** _M2)


def _hlg_light(coded: Light) -> Light:
    """Return cd/m2 of an HLG signal on a display of 1,000 cd/m2 (BT.2100, table 5)."""
    scene = np.where(coded <= 0.5, coded**2 / 3, (np.exp((coded - _C) / _A) + _B) / 12)
    luminance = scene @ np.array(_LUMA_2020)
    return np.asarray(_PEAK * luminance[..., None] ** (_HLG_GAMMA - 1) * scene)


def _rolled_off(light: Light) -> Light:
    """Return cd/m2 of at most SDR's white: BT.2390's curve on the strongest of three, the others in proportion."""
    strongest = np.maximum(light.max(axis=-1, keepdims=True), 0)
    whole = _pq_signal(np.array(_PEAK))
    target = _pq_signal(np.array(_WHITE)) / whole
    signal = np.minimum(_pq_signal(strongest) / whole, 1)
    knee = 1.5 * target - 0.5
    t = np.maximum(signal - knee, 0) / (1 - knee)
    hermite = (2 * t**3 - 3 * t**2 + 1) * knee + (t**3 - 2 * t**2 + t) * (1 - knee) + (3 * t**2 - 2 * t**3) * target
    rolled = _pq_light(np.where(signal < knee, signal, hermite) * whole)
    return np.asarray(light * np.divide(rolled, strongest, out=np.ones_like(strongest), where=strongest > 0))


def _inside_709(light: Light) -> Light:
    """Return colours from 0 to 1: those beyond are moved towards the grey of their luminance, as little as need be."""
    grey = np.clip(light @ np.array(_LUMA_709), 0, 1)[..., None]
    away = light - grey
    room = np.where(away > 0, 1 - grey, grey)
    kept = np.divide(room, np.abs(away), out=np.ones_like(away), where=np.abs(away) > room).min(axis=-1, keepdims=True)
    return np.asarray(np.clip(grey + away * kept, 0, 1))


def _between(source: str, target: str) -> Light:
    """Return the matrix that takes linear light from one set of primaries to another."""
    return np.asarray(np.linalg.inv(_to_xyz(target)) @ _to_xyz(source))


def _to_xyz(primaries: str) -> Light:
    columns = np.array([(x / y, 1.0, (1 - x - y) / y) for x, y in (*_PRIMARIES[primaries], _D65)]).T
    strengths = np.linalg.solve(columns[:, :3], columns[:, 3])
    return np.asarray(columns[:, :3] * strengths)


def _frame(table: NDArray[np.uint16]) -> VideoFrame:
    """Return the table as the filter takes it: its planes are read as red, green and blue, whatever they are called."""
    square = table.reshape(_HALD, _HALD, 3)
    frame = VideoFrame(_HALD, _HALD, DEEP_RGB)
    for channel, plane in enumerate(frame.planes):
        rows = np.zeros((_HALD, plane.line_size // square.itemsize), np.uint16)
        rows[:, :_HALD] = square[:, :, channel]
        plane.update(rows.tobytes())
    return frame
