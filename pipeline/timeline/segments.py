"""Picture events in pieces short enough to be encoded, stored and joined one by one."""

from dataclasses import dataclass

from footage_manifest.timebase import FrameRange
from pipeline.timeline.model import PictureEvent

MAX_FRAMES = 250


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Frames of one event, counted from its first frame.

    `first_k` is the dissolve's k (rule 10) at the piece's first frame, None for a piece outside the dissolve.
    """

    frames: FrameRange
    first_k: int | None = None

    @property
    def in_dissolve(self) -> bool:
        """Return whether the whole piece is dissolving; a piece never does so in part."""
        return self.first_k is not None


def split(event: PictureEvent, max_frames: int = MAX_FRAMES) -> tuple[Piece, ...]:
    """Return the event's frames in order, each in one piece of at most `max_frames`.

    Every piece lies wholly inside or wholly outside the dissolve, and those outside are counted from the dissolve's end:
    a longer dissolve or an event trimmed at its end leaves the pieces before the change as they were. Raises ValueError
    for `max_frames` below 1.
    """
    if max_frames < 1:
        raise ValueError(f"a piece cannot have {max_frames} frames at most")
    length = len(event.record)
    dissolving = min(length, event.dissolve_frames - event.dissolve_passed) if event.outgoing is not None else 0
    inside = (
        Piece(frames=frames, first_k=event.dissolve_passed + frames.start) for frames in _cut(0, dissolving, max_frames)
    )
    outside = (Piece(frames=frames) for frames in _cut(dissolving, length, max_frames))
    return (*inside, *outside)


def _cut(start: int, end: int, most: int) -> list[FrameRange]:
    return [FrameRange(first, min(first + most, end)) for first in range(start, end, most)]
