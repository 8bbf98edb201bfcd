"""H.264's parameter sets: read, and written again under other numbers (ITU-T H.264, 7.3.2 and E.1)."""

from dataclasses import dataclass, replace
from functools import lru_cache

from pipeline.tools.nal_syntax import Delay
from pipeline.tools.nal_units import Bits, escaped, fixed, raw, to_bytes, unsigned

_SPS_BYTE = 0x67
_WITH_CHROMA = {100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135}
_SQUARE, _OWN_SHAPE = 1, 255
_MOST_FRAMES = 16
_SELDOM = 1
"""The order type that nobody makes; what follows it in a set is not read, so that nothing else of such a set counts."""
DPB_MACROBLOCKS = {
    **dict.fromkeys((9, 10), 396),
    11: 900,
    **dict.fromkeys((12, 13, 20), 2376),
    21: 4752,
    **dict.fromkeys((22, 30), 8100),
    31: 18000,
    32: 20480,
    **dict.fromkeys((40, 41), 32768),
    42: 34816,
    50: 110400,
    **dict.fromkeys((51, 52), 184320),
    **dict.fromkeys((60, 61, 62), 696320),
}
"""How much of decoded pictures a level keeps (table A-1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sps:
    """What a sequence parameter set says: its number stands at `number_at`, the description of its display from `vui_at`."""

    bits: str
    number: int
    number_at: tuple[int, int]
    vui_at: int
    profile: int
    constraints: int
    level: int
    whole: bool
    """Whether it holds whole frames of 8 bits in 4:2:0 and nothing that few decoders know."""
    macroblocks: tuple[int, int]
    frame_num_bits: int
    order_type: int
    order_bits: int
    kept_frames: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pps:
    """What a picture parameter set says; what follows its two numbers begins at `rest_at` in `bits`."""

    bits: str
    number: int
    sps: int
    rest_at: int
    fields_in_order: bool
    slice_groups: bool


@lru_cache(maxsize=64)
def read_pps(unit: bytes) -> Pps:
    """Return what a picture parameter set's unit says. Raises UnreadableError."""
    bits = Bits(raw(unit[1:]))
    number, sps = bits.unsigned(), bits.unsigned()
    rest_at = bits.at
    bits.flag()
    fields = bits.flag()
    return Pps(
        bits=bits.text,
        number=number,
        sps=sps,
        rest_at=rest_at,
        fields_in_order=fields,
        slice_groups=bool(bits.unsigned()),
    )


@lru_cache(maxsize=64)
def read_sps(unit: bytes) -> Sps:
    """Return what a sequence parameter set's unit says. Raises UnreadableError."""
    bits = Bits(raw(unit[1:]))
    profile, constraints, level = bits.take(8), bits.take(8), bits.take(8)
    start = bits.at
    number = bits.unsigned()
    number_at = (start, bits.at)
    odd = profile in _WITH_CHROMA and _chroma_is_odd(bits)
    frame_num_bits = bits.unsigned() + 4
    order_type = bits.unsigned()
    order_bits = bits.unsigned() + 4 if order_type == 0 else 0
    references = bits.unsigned()
    bits.flag()
    macroblocks = (bits.unsigned() + 1, bits.unsigned() + 1)
    frames_alone = bits.flag()
    _pass_cropping(bits, frames_alone=frames_alone)
    found = Sps(
        bits=bits.text,
        number=number,
        number_at=number_at,
        vui_at=bits.at,
        profile=profile,
        constraints=constraints,
        level=level,
        whole=frames_alone and not odd and order_type != _SELDOM,
        macroblocks=macroblocks,
        frame_num_bits=frame_num_bits,
        order_type=order_type,
        order_bits=order_bits,
        kept_frames=max(references, _frames_of_level(level, macroblocks)),
    )
    stated = _stated_kept_frames(bits) if found.whole and bits.flag() else None
    return found if stated is None else replace(found, kept_frames=max(references, stated))


def _pass_cropping(bits: Bits, *, frames_alone: bool) -> None:
    if not frames_alone:
        bits.flag()
    bits.flag()
    if bits.flag():
        for _ in range(4):
            bits.unsigned()


def _chroma_is_odd(bits: Bits) -> bool:
    """Read the part of a high profile's set on sampling; return whether it is not 8 bits of 4:2:0."""
    chroma = bits.unsigned()
    if chroma == 3:
        bits.flag()
    depths = (bits.unsigned(), bits.unsigned())
    lossless = bits.flag()
    if bits.flag():
        for i in range(12 if chroma == 3 else 8):
            if bits.flag():
                _pass_scaling_list(bits, 16 if i < 6 else 64)
    return chroma != 1 or depths != (0, 0) or lossless


def _pass_scaling_list(bits: Bits, size: int) -> None:
    last = following = 8
    for _ in range(size):
        if following:
            following = (last + bits.signed() + 256) % 256
        last = following or last


def _stated_kept_frames(bits: Bits) -> int | None:
    """Read the description of the display; return how many frames it says are kept, None where it does not say."""
    if bits.flag() and bits.take(8) == _OWN_SHAPE:
        bits.take(32)
    if bits.flag():
        bits.flag()
    if bits.flag():
        bits.take(4)
        if bits.flag():
            bits.take(24)
    if bits.flag():
        bits.unsigned()
        bits.unsigned()
    if bits.flag():
        bits.take(65)
    network, buffered = _passed_hrd(bits), _passed_hrd(bits)
    if network or buffered:
        bits.flag()
    bits.flag()
    if not bits.flag():
        return None
    bits.flag()
    for _ in range(5):
        bits.unsigned()
    return bits.unsigned()


def _passed_hrd(bits: Bits) -> bool:
    """Read what is said of a buffer model, if anything is; return whether something was."""
    if not bits.flag():
        return False
    count = bits.unsigned() + 1
    bits.take(8)
    for _ in range(count):
        bits.unsigned()
        bits.unsigned()
        bits.flag()
    bits.take(20)
    return True


def _frames_of_level(level: int, macroblocks: tuple[int, int]) -> int:
    return min(_MOST_FRAMES, DPB_MACROBLOCKS.get(level, 0) // (macroblocks[0] * macroblocks[1]))


def sps_as(sps: Sps, number: int, delay: Delay) -> bytes:
    """Return a set's unit under another number, its display described as BT.709, square pixels, the film's rate and delay.

    Its level is raised where so many frames could not be kept at it.
    """
    kept = max(sps.kept_frames, delay.frames)
    levels = [level for level in DPB_MACROBLOCKS if _frames_of_level(level, sps.macroblocks) >= kept]
    level = min((one for one in levels if one >= sps.level), default=sps.level)
    start, end = sps.number_at
    bits = sps.bits[:16] + fixed(level, 8) + sps.bits[24:start] + unsigned(number) + sps.bits[end : sps.vui_at]
    bits += "1" + _vui(delay, kept) + "1"
    return bytes((_SPS_BYTE,)) + escaped(to_bytes(bits))


def _vui(delay: Delay, kept: int) -> str:
    """Return the description of the display: square pixels, BT.709 at video range, a constant rate, the delay."""
    shape = "1" + fixed(_SQUARE, 8) + "0"
    colours = "1" + fixed(5, 3) + "0" + "1" + fixed(1, 8) * 3 + "0"
    rate = "1" + fixed(delay.rate.denominator, 32) + fixed(2 * delay.rate.numerator, 32) + "1"
    buffers = "1" + unsigned(0) * 2 + unsigned(16) * 2 + unsigned(delay.frames) + unsigned(kept)
    return shape + colours + rate + "000" + "1" + buffers
