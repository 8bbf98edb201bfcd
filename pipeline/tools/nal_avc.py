"""H.264 in units: which may start a copy, under which number a picture names its set (ITU-T H.264, 7.3 and 7.4)."""

from collections.abc import Sequence

from pipeline.tools.nal_avc_sets import DPB_MACROBLOCKS, read_pps, read_sps, sps_as
from pipeline.tools.nal_syntax import Delay, ParameterSet, SetKind, Unfit
from pipeline.tools.nal_units import Bits, UnreadableError, content_of, escaped, raw, renumbered, to_bytes, unsigned

_SLICE, _IDR, _SPS, _PPS = 1, 5, 7, 8
_PASSED_OVER = {6, 9, 10, 11, 12}
"""Messages, delimiters, ends and filling: no decoder needs them, and some speak of what stands no more in the sets."""
_PROFILES = {66: "Baseline", 77: "Main", 100: "High"}
_CONSTRAINED = 0x40
_SPS_NUMBERS, _PPS_NUMBERS, _LAST_PPS_READ = 31, 255, 14
_MACROBLOCK = 16


class AvcSyntax:
    """H.264's part of `pipeline.tools.nal_syntax.Syntax`."""

    sps_numbers = _SPS_NUMBERS
    pps_numbers = _PPS_NUMBERS
    last_pps_read = _LAST_PPS_READ

    def set_of(self, unit: bytes) -> ParameterSet | None:
        """Return the parameter set that a unit is, None for any other unit. Raises UnreadableError."""
        if unit[0] & 31 == _SPS:
            return ParameterSet(kind=SetKind.SPS, number=read_sps(unit).number, refers=0, unit=unit)
        if unit[0] & 31 == _PPS:
            pps = read_pps(unit)
            return ParameterSet(kind=SetKind.PPS, number=pps.number, refers=pps.sps, unit=unit)
        return None

    def is_picture(self, unit: bytes) -> bool:
        """Return whether a unit is a part of a picture. Raises UnreadableError for a kind that is not copied."""
        kind = unit[0] & 31
        if kind in {_SLICE, _IDR}:
            return True
        if kind in _PASSED_OVER:
            return False
        raise UnreadableError

    def may_start(self, unit: bytes) -> bool:
        """Return whether decoding may begin with this picture: an IDR, behind which nothing refers to what was before."""
        return unit[0] & 31 == _IDR

    def is_leading(self, unit: bytes) -> bool:  # noqa: ARG002 - H.264 has none after an IDR
        """Return False: behind an IDR nothing is shown before it."""
        return False

    def pps_of(self, unit: bytes) -> int:
        """Return the number of the picture parameter set that a picture's unit names. Raises UnreadableError."""
        return _pps_place(unit)[2]

    def with_pps(self, unit: bytes, number: int) -> bytes:
        """Return a picture's unit under another number of its set. Raises UnreadableError."""
        at, length, _ = _pps_place(unit)
        return renumbered(unit, at, length, unsigned(number))

    def as_first(self, unit: bytes) -> bytes:
        """Return a unit of a picture that begins a copy: as it is."""
        return unit

    def unfit(self, sps: ParameterSet, pps: ParameterSet, size: tuple[int, int]) -> Unfit | None:
        """Return why pictures of these sets are not copied, None where they may be."""
        said, picture = read_sps(sps.unit), read_pps(pps.unit)
        if said.profile not in _PROFILES or (said.profile == 66 and not said.constraints & _CONSTRAINED):
            return Unfit.PROFILE
        if not said.whole or picture.slice_groups or said.level not in DPB_MACROBLOCKS:
            return Unfit.KIND
        if said.macroblocks != tuple(-(-side // _MACROBLOCK) for side in size):
            return Unfit.FRAME
        return None

    def drops_earlier(self, unit: bytes, sps: ParameterSet, pps: ParameterSet) -> bool:
        """Return whether an IDR's unit tells decoders to throw away what they have not shown yet. Raises UnreadableError."""
        said = read_sps(sps.unit)
        bits = _head(unit)
        bits.unsigned(), bits.unsigned(), bits.unsigned()
        bits.take(said.frame_num_bits)
        bits.unsigned()
        if said.order_type == 0:
            bits.take(said.order_bits)
            if read_pps(pps.unit).fields_in_order:
                bits.signed()
        return bits.flag()

    def set_as(self, one: ParameterSet, number: int, refers: int, delay: Delay) -> bytes:
        """Return a set's unit under another number; an SPS describes BT.709, square pixels and the film's rate and delay."""
        if one.kind is SetKind.SPS:
            return sps_as(read_sps(one.unit), number, delay)
        pps = read_pps(one.unit)
        bits = unsigned(number) + unsigned(refers) + content_of(pps.bits[pps.rest_at :]) + "1"
        return one.unit[:1] + escaped(to_bytes(bits))

    def sets_in(self, extradata: bytes) -> tuple[int, list[bytes]]:
        """Return the length of lengths and the sets of an `avcC` box (ISO/IEC 14496-15, 5.3.3). Raises UnreadableError."""
        units, at = [], 5
        for mask in (31, 255):
            if at >= len(extradata):
                raise UnreadableError
            count, at = extradata[at] & mask, at + 1
            for _ in range(count):
                size = int.from_bytes(extradata[at : at + 2], "big")
                units.append(extradata[at + 2 : at + 2 + size])
                at += 2 + size
        if at > len(extradata) or not all(units):
            raise UnreadableError
        return (extradata[4] & 3) + 1, units

    def extradata(self, sets: Sequence[bytes]) -> bytes:
        """Return the `avcC` box's content for these sets: its profile and level are the highest of theirs."""
        all_sps = [unit for unit in sets if unit[0] & 31 == _SPS]
        all_pps = [unit for unit in sets if unit[0] & 31 == _PPS]
        profile = max(unit[1] for unit in all_sps)
        constraints = 255
        for unit in all_sps:
            constraints &= unit[2]
        out = bytearray((1, profile, constraints, max(unit[3] for unit in all_sps), 0xFF, 0xE0 | len(all_sps)))
        for unit in all_sps:
            out += len(unit).to_bytes(2, "big") + unit
        out.append(len(all_pps))
        for unit in all_pps:
            out += len(unit).to_bytes(2, "big") + unit
        return bytes(out + b"\xfd\xf8\xf8\x00" if profile == 100 else out)  # 4:2:0, 8 bits, no extension


def _head(unit: bytes) -> Bits:
    """Return the beginning of a picture's unit, after its first byte."""
    return Bits(raw(unit[1:40]))


def _pps_place(unit: bytes) -> tuple[int, int, int]:
    """Return where the number of its set stands in a picture's unit, in bits, how long it is, and the number."""
    bits = _head(unit)
    bits.unsigned()
    bits.unsigned()
    start = bits.at
    number = bits.unsigned()
    return start + 8, bits.at - start, number
