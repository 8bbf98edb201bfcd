"""sync: how separate sound is laid under a picture (rule 8): by timecode, by what both heard, or as a person says."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from footage_manifest.media import MediaFacts
from footage_manifest.model import ChannelChoice, Reel
from footage_manifest.timecode import Clock, Label, TimecodeError
from footage_manifest.wording import Refusal
from pipeline.ports.stage import Stage
from pipeline.ports.sync import SYNC_SAMPLE_RATE, SoundStretch, Synced, SyncRequest
from pipeline.stages.media import SoundPart
from pipeline.timeline.wording import rate_text, seconds_text

SURE_ENOUGH = 300
"""The confidence, in thousandths, below which sound is not laid by its waveform."""

_OTHERWISE = "write under sound how many milliseconds later than the picture it starts, such as 'sync: 1250'"
_DAY = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeOfDay:
    """A start in seconds after midnight, true seconds and not those of labels; a `day` of its clock has so many.

    `said` is how the file or the manifest says it.
    """

    seconds: Fraction
    day: Fraction
    said: str

    def until(self, other: "TimeOfDay") -> Fraction:
        """Return how many seconds `other` is later, negative for earlier: over midnight whichever way is shorter."""
        half = self.day / 2
        return (other.seconds - self.seconds + half) % self.day - half


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncInputs:
    """The camera's own sound on the reel's clock, and the recorder's counted from its first sample."""

    camera: tuple[SoundPart, ...]
    recorder: tuple[SoundPart, ...]


def plan_sync(inputs: SyncInputs) -> SyncRequest:
    """Return the search for an offset. All channels are listened to, whichever of them are used in the end."""
    return SyncRequest(camera=_stretches(inputs.camera), recorder=_stretches(inputs.recorder))


SYNC = Stage(name="sync", version=1, plan=plan_sync, result=Synced)


def waveform_offset(synced: Synced) -> Fraction:
    """Return an offset that was found, in seconds. Raises Refusal where it is not sure."""
    if synced.confidence < SURE_ENOUGH:
        raise Refusal(
            f"where it lies under the picture could not be found: what the camera and the recorder heard does not agree"
            f" well enough ({synced.confidence // 10} %, and {SURE_ENOUGH // 10} % are asked for)",
            _OTHERWISE,
        )
    return Fraction(synced.offset, SYNC_SAMPLE_RATE)


def drift(synced: Synced, rate: Fraction) -> str | None:
    """Return, in words, how far two clocks ran apart, None for up to a frame at `rate`."""
    apart = Fraction(synced.offset_at_end - synced.offset_at_start, SYNC_SAMPLE_RATE)
    if abs(apart) <= 1 / rate:
        return None
    return (
        f"the recorder's clock and the camera's run apart by {seconds_text(abs(apart))} over the reel: the sound is in"
        f" place in the middle, and {seconds_text(abs(apart) / 2)} {'early' if apart > 0 else 'late'} at its end"
    )


def timecode_offset(reel: Reel, camera: MediaFacts, recorder: MediaFacts, film_clock: Clock) -> Fraction:
    """Return how many seconds after the reel's zero the recorder's sound starts, by the time of day of both.

    The recorder's is its time reference (EBU Tech 3285), to the sample, else its timecode. The reel's is counted as its
    labels are (rule 3). Raises Refusal where either has none.
    """
    own, other = reel_time(reel, camera, film_clock), recorder_time(recorder)
    if own is None:
        cure = "write the reel's `start`, or 'sync: waveform'"
        raise Refusal("the picture has no timecode, so the sound cannot be laid by it", f"{cure}, or {_OTHERWISE}")
    if other is None:
        what = "the sound has neither a time reference nor a timecode, so it cannot be laid by one"
        raise Refusal(what, f"write 'sync: waveform', or {_OTHERWISE}")
    # A timecode names the first frame, where there is a picture beside the sound; a time reference the first sample.
    late = Fraction(0) if recorder.time_reference is not None else recorder.sound[0].start - recorder.reel_start
    return own.until(other) + late


def reel_time(reel: Reel, facts: MediaFacts, film_clock: Clock) -> TimeOfDay | None:
    """Return when a reel starts: as the manifest says, else by its timecode, else by its time reference (rule 3).

    Raises Refusal for a label that its clock does not have.
    """
    label = reel.start or facts.timecode
    if label is None:
        return _by_reference(facts)
    rate = reel.timecode_rate or (facts.timecode_rate if facts.timecode is not None else None) or film_clock.rate
    drop = _drops(label, reel, facts, Clock(rate), film_clock)
    try:
        return _by_label(label, Clock(rate, drop))
    except TimecodeError as error:
        raise Refusal(f"its start is a label it cannot have: {error}", "correct `start` or `timecode_rate`") from None


def recorder_time(facts: MediaFacts) -> TimeOfDay | None:
    """Return when a file starts, by its time reference, else by its timecode; None where it has neither."""
    return _by_reference(facts) or embedded_time(facts)


def embedded_time(facts: MediaFacts) -> TimeOfDay | None:
    """Return when a file starts by its own timecode; None where it has none or a label that does not exist."""
    if facts.timecode is None or facts.timecode_rate is None:
        return None
    try:
        return _by_label(facts.timecode, Clock(facts.timecode_rate, facts.timecode.drop))
    except TimecodeError:
        return None


def _by_reference(facts: MediaFacts) -> TimeOfDay | None:
    if facts.time_reference is None or not facts.sound:
        return None
    seconds = Fraction(facts.time_reference, facts.sound[0].sample_rate)
    return TimeOfDay(seconds=seconds, day=Fraction(_DAY), said=f"{seconds_text(seconds)} after midnight")


def _by_label(label: Label, clock: Clock) -> TimeOfDay:
    return TimeOfDay(seconds=clock.frame(label) / clock.rate, day=clock.frames_a_day / clock.rate, said=str(label))


def _drops(label: Label, reel: Reel, facts: MediaFacts, clock: Clock, film_clock: Clock) -> bool:
    """Return whether a reel's start counts drop-frame: `;` decides, then what the file says, then the film (rule 6)."""
    try:
        Clock(clock.rate, drop=True)
    except TimecodeError:
        if label.drop:
            what = f"its start {label} is a drop-frame label, which {rate_text(clock.rate)} does not have"
            raise Refusal(what, "write ':' before its frames, or correct `timecode_rate`") from None
        return False
    if label.drop:
        return True
    if facts.timecode is not None and facts.timecode_rate in {None, clock.rate}:
        return facts.timecode.drop
    return reel.start is not None and film_clock.drop and clock.rate == film_clock.rate


def _stretches(parts: Sequence[SoundPart]) -> tuple[SoundStretch, ...]:
    return tuple(
        SoundStretch(sound=replace(part.sound, channels=ChannelChoice.MIX), start=part.start, end=part.end)
        for part in parts
    )
