"""HEVC in units: parameter sets read and renumbered, and open groups of pictures made beginnings (ITU-T H.265, 7.3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipeline.tools.nal_syntax import Delay, ParameterSet, SetKind, Unfit
from pipeline.tools.nal_units import (
    Bits,
    UnreadableError,
    content_of,
    escaped,
    fixed,
    raw,
    renumbered,
    to_bytes,
    unsigned,
)

_VPS, _SPS, _PPS = 32, 33, 34
_LAST_PICTURE = 31
_LEADING = range(6, 10)
_STARTS = range(16, 22)
_WITH_FLAG = range(16, 24)
_CLEAN_START, _OPEN_START = 18, 21
"""BLA_N_LP, a start whose leading pictures were left out, and CRA, one that may have some."""
_PASSED_OVER = range(35, 48)
_KINDS = {_VPS: SetKind.VPS, _SPS: SetKind.SPS, _PPS: SetKind.PPS}
_HEADER_BITS = 16
_MAIN = 1
_PROFILE_BITS = 96
_FIXED_BYTES = 22
_LENGTH_BYTES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sps:
    """What a sequence parameter set says; its number stands at `number_at` in `bits`."""

    bits: str
    number: int
    number_at: tuple[int, int]
    vps: int
    profile: int
    size: tuple[int, int]
    whole: bool


class HevcSyntax:
    """HEVC's part of `pipeline.tools.nal_syntax.Syntax`."""

    sps_numbers = 16
    pps_numbers = 63
    last_pps_read = 2

    def set_of(self, unit: bytes) -> ParameterSet | None:
        """Return the parameter set that a unit is, None for any other unit. Raises UnreadableError."""
        kind = _KINDS.get(_kind(unit))
        if kind is None:
            return None
        if kind is SetKind.VPS:
            return ParameterSet(kind=kind, number=unit[2] >> 4, refers=0, unit=unit)
        if kind is SetKind.SPS:
            sps = _sps(unit)
            return ParameterSet(kind=kind, number=sps.number, refers=sps.vps, unit=unit)
        bits = Bits(raw(unit[2:]))
        return ParameterSet(kind=kind, number=bits.unsigned(), refers=bits.unsigned(), unit=unit)

    def is_picture(self, unit: bytes) -> bool:
        """Return whether a unit is a part of a picture. Raises UnreadableError for a kind that is not copied."""
        kind = _kind(unit)
        if kind <= _LAST_PICTURE and not _layer(unit):
            return True
        if kind in _PASSED_OVER:
            return False
        raise UnreadableError

    def may_start(self, unit: bytes) -> bool:
        """Return whether decoding may begin with this picture, once the pictures that lead it are left out."""
        return _kind(unit) in _STARTS

    def is_leading(self, unit: bytes) -> bool:
        """Return whether a picture is shown before the start that it follows."""
        return _kind(unit) in _LEADING

    def pps_of(self, unit: bytes) -> int:
        """Return the number of the picture parameter set that a picture's unit names. Raises UnreadableError."""
        return _pps_place(unit)[2]

    def with_pps(self, unit: bytes, number: int) -> bytes:
        """Return a picture's unit under another number of its set. Raises UnreadableError."""
        at, length, _ = _pps_place(unit)
        return renumbered(unit, at, length, unsigned(number))

    def as_first(self, unit: bytes) -> bytes:
        """Return a unit of a picture that begins a copy: what may refer to earlier pictures does so no more."""
        if _kind(unit) != _OPEN_START:
            return unit
        return bytes((unit[0] & 0x81 | _CLEAN_START << 1,)) + unit[1:]

    def unfit(self, sps: ParameterSet, pps: ParameterSet, size: tuple[int, int]) -> Unfit | None:  # noqa: ARG002
        """Return why pictures of these sets are not copied, None where they may be."""
        said = _sps(sps.unit)
        if said.profile != _MAIN:
            return Unfit.PROFILE
        if not said.whole:
            return Unfit.KIND
        # Encoders store what is no whole number of blocks in a larger frame: by less than one of the largest blocks.
        if any(not side <= stored < side + 64 for side, stored in zip(size, said.size, strict=True)):
            return Unfit.FRAME
        return None

    def drops_earlier(self, unit: bytes, sps: ParameterSet, pps: ParameterSet) -> bool:  # noqa: ARG002
        """Return whether a start tells decoders to throw away what they have not shown yet."""
        return _kind(unit) in _WITH_FLAG and bool(unit[2] & 0x40)

    def set_as(self, one: ParameterSet, number: int, refers: int, delay: Delay) -> bytes:  # noqa: ARG002
        """Return a set's unit under another number; it describes its display as before."""
        if one.kind is SetKind.VPS:
            return one.unit[:2] + bytes((number << 4 | one.unit[2] & 15,)) + one.unit[3:]
        if one.kind is SetKind.SPS:
            sps = _sps(one.unit)
            start, end = sps.number_at
            bits = fixed(refers, 4) + sps.bits[4:start] + unsigned(number) + sps.bits[end:]
        else:
            text = Bits(raw(one.unit[2:]))
            text.unsigned(), text.unsigned()
            bits = unsigned(number) + unsigned(refers) + text.text[text.at :]
        return one.unit[:2] + escaped(to_bytes(content_of(bits) + "1"))

    def sets_in(self, extradata: bytes) -> tuple[int, list[bytes]]:
        """Return the length of lengths and the sets of an `hvcC` box (ISO/IEC 14496-15, 8.3.3). Raises UnreadableError."""
        if len(extradata) <= _FIXED_BYTES:
            raise UnreadableError
        units, at = [], _FIXED_BYTES + 1
        for _ in range(extradata[_FIXED_BYTES]):
            kind, count = extradata[at] & 63, int.from_bytes(extradata[at + 1 : at + 3], "big")
            at += 3
            for _ in range(count):
                size = int.from_bytes(extradata[at : at + 2], "big")
                if kind in _KINDS:
                    units.append(extradata[at + 2 : at + 2 + size])
                at += 2 + size
                if at > len(extradata):
                    raise UnreadableError
        if at > len(extradata) or not all(units):
            raise UnreadableError
        return (extradata[21] & 3) + 1, units

    def extradata(self, sets: Sequence[bytes]) -> bytes:
        """Return the `hvcC` box's content for these sets: of the first sequence set's profile and the highest level."""
        all_sps = [_sps(unit) for unit in sets if _kind(unit) == _SPS]
        profile = all_sps[0].bits[8 : 8 + _PROFILE_BITS - 8]
        level = max(int(sps.bits[_PROFILE_BITS : _PROFILE_BITS + 8], 2) for sps in all_sps)
        layers = 1 + max(int(sps.bits[4:7], 2) for sps in all_sps)
        out = bytearray(b"\x01" + to_bytes(profile) + bytes((level,)))
        out += b"\xf0\x00\xfc\xfd\xf8\xf8\x00\x00" + bytes((layers << 3 | _LENGTH_BYTES - 1,))
        kinds = [(kind, [unit for unit in sets if _kind(unit) == kind]) for kind in (_VPS, _SPS, _PPS)]
        out.append(len(kinds))
        for kind, units in kinds:
            out += bytes((0x80 | kind,)) + len(units).to_bytes(2, "big")
            for unit in units:
                out += len(unit).to_bytes(2, "big") + unit
        return bytes(out)


def _kind(unit: bytes) -> int:
    return unit[0] >> 1 & 63


def _layer(unit: bytes) -> int:
    return (unit[0] & 1) << 5 | unit[1] >> 3


def _pps_place(unit: bytes) -> tuple[int, int, int]:
    """Return where the number of its set stands in a picture's unit, in bits, how long it is, and the number."""
    bits = Bits(raw(unit[2:24]))
    bits.flag()
    if _kind(unit) in _WITH_FLAG:
        bits.flag()
    start = bits.at
    number = bits.unsigned()
    return start + _HEADER_BITS, bits.at - start, number


@lru_cache(maxsize=64)
def _sps(unit: bytes) -> _Sps:
    bits = Bits(raw(unit[2:]))
    vps, sub_layers = bits.take(4), bits.take(3)
    bits.flag()
    profile = int(bits.text[bits.at + 3 : bits.at + 8], 2)
    bits.take(_PROFILE_BITS)
    if sub_layers:
        present = [(bits.flag(), bits.flag()) for _ in range(sub_layers)]
        bits.take(2 * (8 - sub_layers))
        for with_profile, with_level in present:
            bits.take(88 * with_profile + 8 * with_level)
    start = bits.at
    number = bits.unsigned()
    number_at = (start, bits.at)
    chroma = bits.unsigned()
    if chroma == 3:
        bits.flag()
    size = (bits.unsigned(), bits.unsigned())
    if bits.flag():
        for _ in range(4):
            bits.unsigned()
    depths = (bits.unsigned(), bits.unsigned())
    return _Sps(
        bits=bits.text,
        number=number,
        number_at=number_at,
        vps=vps,
        profile=profile,
        size=size,
        whole=chroma == 1 and depths == (0, 0),
    )
