"""Which stretch of which reel is heard when: the sound events of a cut as runs that no joint interrupts."""

from dataclasses import dataclass, replace
from fractions import Fraction

from footage_manifest.timebase import FrameRange
from pipeline.timeline.model import Clip, MediaKind, SoundEvent, Timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One reel heard without interruption during `record` (output frames).

    `source_in` is what is heard at the first frame, in seconds from the reel's zero; `speed` is source seconds a record
    second, negative backwards, never 0: what is frozen is silent. `key` names the reel.
    """

    key: str
    record: FrameRange
    source_in: Fraction
    speed: Fraction = Fraction(1)

    def source_at(self, frame: int, rate: Fraction) -> Fraction:
        """Return the source instant at which output frame `frame` starts."""
        return self.source_in + (frame - self.record.start) / rate * self.speed

    def source_span(self, rate: Fraction) -> tuple[Fraction, Fraction]:
        """Return the source instants between which the run lies, the earlier first, end exclusive."""
        ends = self.source_in, self.source_at(self.record.end, rate)
        return min(ends), max(ends)

    def record_at(self, instant: Fraction, rate: Fraction) -> Fraction:
        """Return where on the record clock, in output frames, the source instant is heard; it may lie outside the run."""
        return self.record.start + (instant - self.source_in) / self.speed * rate


def runs(timeline: Timeline) -> tuple[Run, ...]:
    """Return every run of the cut in record order, each once however many channels or tracks carry it.

    While the sound crosses both sides are heard. What is frozen is silent and has no run.
    """
    pieces = {piece for event in timeline.sound for piece in _pieces(event)}
    merged: list[Run] = []
    for key in sorted({piece.key for piece in pieces}):
        own = sorted((piece for piece in pieces if piece.key == key), key=lambda run: (run.record, run.source_in))
        merged.extend(_merge(own, timeline.rate))
    return tuple(sorted(merged, key=lambda run: (run.record, run.key)))


def _pieces(event: SoundEvent) -> list[Run]:
    pieces = [_piece(event.clip, event.record)] if _sounds(event.clip) else []
    outgoing, crossing = event.outgoing, min(event.dissolve_frames, len(event.record))
    if outgoing is not None and _sounds(outgoing) and crossing:
        pieces.append(_piece(outgoing, FrameRange(event.record.start, event.record.start + crossing)))
    return pieces


def _sounds(clip: Clip) -> bool:
    return clip.kind is MediaKind.REEL and clip.speed != 0


def _piece(clip: Clip, record: FrameRange) -> Run:
    return Run(key=clip.key, record=record, source_in=clip.source_in, speed=clip.speed)


def _merge(own: list[Run], rate: Fraction) -> list[Run]:
    """Join runs of one reel that are heard on without a break: the same offset and speed, touching or overlapping."""
    merged: list[Run] = []
    for run in own:
        for index, earlier in enumerate(merged):
            touches = run.speed == earlier.speed and run.record.start <= earlier.record.end
            if touches and run.source_in == earlier.source_at(run.record.start, rate):
                end = max(earlier.record.end, run.record.end)
                merged[index] = replace(earlier, record=FrameRange(earlier.record.start, end))
                break
        else:
            merged.append(run)
    return merged
