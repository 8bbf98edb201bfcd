"""Frames last to first, out of sources that can only be decoded forwards, in bounded memory.

A group of frames that fits into memory is decoded once and handed out from its end; a longer one is decoded in passes, each
of which keeps as many frames as there is room for.
"""

from collections.abc import Callable, Iterator, Sequence

from av.video.frame import VideoFrame

ROOM_BYTES = 96 << 20
"""What the frames kept at once may take: 30 frames at 1920x1080, so that groups of up to 30 are decoded once."""


def backwards(
    numbers: Sequence[int],
    forwards: Callable[[Sequence[int]], Iterator[VideoFrame]],
    group_start: Callable[[int], int],
    room: int,
) -> Iterator[VideoFrame]:
    """Yield the frames with `numbers`, which descend without repeating.

    `forwards` yields the frames with ascending numbers, `group_start` says with which frame the group of a frame begins (it
    decides how much is decoded twice, never what comes back), `room` how many frames may be kept, at least one.
    """
    at = 0
    while at < len(numbers):
        taken = _pass(numbers[at : at + max(1, room)], group_start, last=at + room >= len(numbers))
        at += len(taken)
        kept = list(forwards(taken[::-1]))
        while kept:
            yield kept.pop()


def room_for(width: int, height: int) -> int:
    """Return how many frames of the timeline's size may be kept; at least one."""
    return max(1, ROOM_BYTES // (width * height * 3 // 2))


def _pass(numbers: Sequence[int], group_start: Callable[[int], int], *, last: bool) -> Sequence[int]:
    """Return those of the next `numbers` that one pass takes: whole groups, or what there is room for of a longer one."""
    if last:
        return numbers
    begins = group_start(numbers[-1])
    if begins == numbers[-1]:
        return numbers
    # The rest of the earliest group comes with the next pass, which has to decode that group from its start anyway.
    return [number for number in numbers if group_start(number) > begins] or numbers
