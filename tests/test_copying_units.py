"""Units of H.264 and HEVC: escapes, numbers in bits, and pictures under another number of their set."""

import random

import pytest

from pipeline.tools.nal_units import (
    Bits,
    UnreadableError,
    escaped,
    packed,
    raw,
    renumbered,
    same_length,
    split_at_start_codes,
    to_bytes,
    units_of,
    unsigned,
)


def test_numbers_in_bits_are_read_as_they_were_written():
    numbers = [0, 1, 2, 3, 7, 15, 30, 255, 70_000]
    bits = Bits(to_bytes("".join(unsigned(number) for number in numbers)))
    assert [bits.unsigned() for _ in numbers] == numbers
    # Table 9-3 of H.264: code numbers 0 to 4 stand for 0, 1, -1, 2, -2.
    signed = Bits(to_bytes("1" + "010" + "011" + "00100" + "00101"))
    assert [signed.signed() for _ in range(5)] == [0, 1, -1, 2, -2]
    with pytest.raises(UnreadableError):
        Bits(b"\x00").unsigned()
    with pytest.raises(UnreadableError):
        Bits(b"\x00").take(9)


def test_escapes_keep_start_codes_out_and_come_off_again():
    assert escaped(b"\x00\x00\x01\x00\x00\x00\x00\x03") == b"\x00\x00\x03\x01\x00\x00\x03\x00\x00\x03\x03"
    dice = random.Random(1)  # noqa: S311 - the same every time
    for _ in range(200):
        content = bytes(dice.choice((0, 0, 0, 1, 2, 3, 4, 255)) for _ in range(dice.randrange(1, 40))) + b"\x80"
        assert raw(escaped(content)) == content
        assert not any(code in escaped(content) for code in (b"\x00\x00\x00", b"\x00\x00\x01", b"\x00\x00\x02"))


def test_units_are_told_apart_by_length_or_by_start_code():
    units = [b"\x67abc", b"\x65\x00\x00\x03\x01z"]
    assert units_of(packed(units), 4) == units
    assert units_of(b"\x00\x04\x67abc\x00\x06" + units[1], 2) == units
    assert split_at_start_codes(b"\x00\x00\x00\x01" + units[0] + b"\x00\x00\x01" + units[1]) == units
    with pytest.raises(UnreadableError):
        units_of(b"\x00\x00\x00\x09abc", 4)
    with pytest.raises(UnreadableError):
        units_of(b"\x00\x00\x00\x00", 4)


def test_a_renumbered_unit_differs_in_that_number_alone_whatever_bytes_follow():
    dice = random.Random(2)  # noqa: S311 - the same every time
    for _ in range(500):
        head = unsigned(dice.randrange(40)) + unsigned(dice.randrange(10))
        old = dice.choice((0, 0, 0, 3, 12))
        rest = bytes(dice.choice((0, 0, 0, 1, 3, 9, 255)) for _ in range(dice.randrange(3, 60))) + b"\x09\x80"
        text = head + unsigned(old) + "".join(f"{byte:08b}" for byte in rest)
        unit = b"\x65" + escaped(to_bytes(text))
        new = same_length(old, [old], 255)
        made = renumbered(unit, 8 + len(head), len(unsigned(old)), unsigned(new))
        assert raw(made) == b"\x65" + to_bytes(head + unsigned(new) + text[len(head) + len(unsigned(old)) :])
        assert made == b"\x65" + escaped(raw(made)[1:])


def test_a_number_is_found_that_is_longer_by_whole_bytes():
    assert same_length(0, [], 255) == 0
    assert same_length(0, [0], 255) == 15
    assert same_length(1, [1, 2, 31], 255) == 32
    with pytest.raises(UnreadableError):
        same_length(0, [0, *range(15, 31)], 63)
