"""Playing backwards out of what only plays forwards: every frame once, in bounded memory, groups not begun twice."""

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.tools.picture_reverse import ROOM_BYTES, backwards, room_for


class Source:
    """Frames that are their own numbers, in groups; knows what was decoded and how many frames were alive at once."""

    def __init__(self, group: int) -> None:
        self.group = group
        self.decoded = 0
        self.longest = 0

    def forwards(self, ascending: Sequence[int]) -> Iterator[int]:
        assert list(ascending) == sorted(set(ascending))
        self.longest = max(self.longest, len(ascending))
        self.decoded += ascending[-1] - self.start(ascending[0]) + 1
        yield from ascending

    def start(self, number: int) -> int:
        return number // self.group * self.group


@given(
    numbers=st.sets(st.integers(0, 400), max_size=120),
    group=st.integers(1, 90),
    room=st.integers(1, 60),
)
def test_every_number_comes_back_once_in_order_whatever_the_groups_and_the_room(numbers, group, room):
    source, wanted = Source(group), sorted(numbers, reverse=True)
    assert list(backwards(wanted, source.forwards, source.start, room)) == wanted
    assert source.longest <= room


@pytest.mark.parametrize(
    ("group", "room", "decoded"),
    [
        (12, 30, 240),  # two whole groups a pass
        (1, 30, 240),
        (50, 50, 240),
        (240, 60, 60 + 120 + 180 + 240),  # four passes over one group
        (60, 40, 4 * (60 + 20)),  # each group once from its start for its end, and once for what was left of it
    ],
)
def test_what_is_decoded(group, room, decoded):
    source = Source(group)
    assert list(backwards(range(239, -1, -1), source.forwards, source.start, room)) == list(range(239, -1, -1))
    assert source.decoded == decoded


def test_an_index_that_says_nothing_costs_passes_and_no_frames():
    source = Source(12)
    assert list(backwards(range(99, -1, -1), source.forwards, lambda _: 0, 30)) == list(range(99, -1, -1))


def test_nothing_wanted_is_nothing_read():
    assert list(backwards((), Source(12).forwards, lambda _: 0, 30)) == []


def test_there_is_room_for_a_frame_of_any_size_and_for_a_bounded_number():
    assert room_for(60_000, 60_000) == 1
    assert 25 <= room_for(1920, 1080) * 1920 * 1080 * 3 / 2 / (1 << 20) <= ROOM_BYTES / (1 << 20)
    assert room_for(640, 360) > 250
