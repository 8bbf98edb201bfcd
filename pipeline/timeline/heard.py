"""Which stretch of which reel is heard when: the sound events of a cut as runs that no joint interrupts."""

from dataclasses import dataclass
from fractions import Fraction

from footage_manifest.timebase import FrameRange
from pipeline.timeline.model import MediaKind, SoundEvent, Timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One reel heard without interruption during `record` (output frames).

    `source_in` is what is heard at the first frame, in seconds from the reel's zero. `key` names the reel.
    """

    key: str
    record: FrameRange
    source_in: Fraction

    def source_out(self, rate: Fraction) -> Fraction:
        """Return the source instant, exclusive, at which the run ends."""
        return self.source_in + len(self.record) / rate


def runs(timeline: Timeline) -> tuple[Run, ...]:
    """Return every run of the cut in record order, each once however many channels or tracks carry it.

    The outgoing side of a crossfade counts as heard for its first half, the incoming side from the event's start. Events
    at another speed than 1 are left out: nobody can read along with them.
    """
    pieces = {piece for event in timeline.sound for piece in _pieces(event)}
    merged: list[Run] = []
    for key in sorted({piece.key for piece in pieces}):
        own = sorted((piece for piece in pieces if piece.key == key), key=lambda run: (run.record, run.source_in))
        merged.extend(_merge(own, timeline.rate))
    return tuple(sorted(merged, key=lambda run: (run.record, run.key)))


def _pieces(event: SoundEvent) -> list[Run]:
    pieces = []
    if event.clip.kind is MediaKind.REEL and event.clip.speed == 1:
        pieces.append(Run(key=event.clip.key, record=event.record, source_in=event.clip.source_in))
    outgoing = event.outgoing
    half = event.dissolve_frames // 2
    if outgoing is not None and outgoing.kind is MediaKind.REEL and outgoing.speed == 1 and half:
        record = FrameRange(event.record.start, event.record.start + half)
        pieces.append(Run(key=outgoing.key, record=record, source_in=outgoing.source_in))
    return pieces


def _merge(own: list[Run], rate: Fraction) -> list[Run]:
    """Join runs of one reel that are heard on without a break: the same offset, touching or overlapping."""
    merged: list[Run] = []
    for run in own:
        for index, earlier in enumerate(merged):
            touches = run.record.start <= earlier.record.end
            if touches and run.source_in - earlier.source_in == (run.record.start - earlier.record.start) / rate:
                end = max(earlier.record.end, run.record.end)
                merged[index] = Run(
                    key=run.key, record=FrameRange(earlier.record.start, end), source_in=earlier.source_in
                )
                break
        else:
            merged.append(run)
    return merged
