"""mix: the sound events of a cut become spans of samples."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor

from footage_manifest.model import ReelKind
from footage_manifest.sound_plan import Ducking
from footage_manifest.timebase import samples_in
from pipeline.ports.sound import (
    MIX_SAMPLE_RATE,
    Ducked,
    EncodedSound,
    EncodeSoundRequest,
    Mixed,
    MixRequest,
    SoundSpan,
    Stem,
)
from pipeline.ports.stage import Stage
from pipeline.stages.level import Speaking, Together
from pipeline.stages.media import SoundPart
from pipeline.timeline.model import Clip, MediaKind, SoundEvent, Timeline

_STEMS: Mapping[ReelKind, Stem] = {
    ReelKind.INTERVIEW: Stem.DIALOGUE,
    ReelKind.NARRATION: Stem.NARRATION,
    ReelKind.MUSIC: Stem.MUSIC,
    ReelKind.B_ROLL: Stem.EFFECTS,
}


_ROUNDED = Fraction(1, 500)
"""Seconds by which containers may state a sound shorter than it is: some count in milliseconds."""


_HOLD = MIX_SAMPLE_RATE * 3 // 10
_SHORTEST_PAUSE = MIX_SAMPLE_RATE * 7 // 10
"""Samples: music stays down through pauses between sentences, however fast it could come back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MixInputs:
    """A cut, the sound of every reel that has one and what kind of reel it is, by key, and the length of a join fade.

    `levels` are the gains, in millibels, that bring speakers to one level; speech that is not in them stays as it is.
    """

    timeline: Timeline
    sounds: Mapping[str, tuple[SoundPart, ...]]
    join_fade_ms: int
    kinds: Mapping[str, ReelKind] = field(default_factory=dict)
    levels: Mapping[Speaking, int] = field(default_factory=dict)
    ducking: Ducking | None = None


def plan_mix(inputs: MixInputs) -> MixRequest:
    """Return the spans of every sound event and of every outgoing side, and the exact length of the mix (rules 10, 11).

    A frozen frame (speed 0) is silent. Music is a reel of that kind, whichever track it is on.
    """
    together = Together(inputs.timeline)
    spans = tuple(span for event in inputs.timeline.sound for span in _spans(event, inputs, together))
    samples = _sample(inputs.timeline.frames, inputs.timeline)
    return MixRequest(samples=samples, spans=spans, ducked=_ducked(inputs.ducking))


def _ducked(ducking: Ducking | None) -> Ducked | None:
    if ducking is None:
        return None
    attack, release = (ms * MIX_SAMPLE_RATE // 1000 for ms in (ducking.attack_ms, ducking.release_ms))
    return Ducked(
        depth_millibel=floor(ducking.depth_db * 100 + 0.5),
        attack=attack,
        release=release,
        hold=_HOLD,
        bridge=max(_SHORTEST_PAUSE, _HOLD + release + attack),  # no coming up only to go down again
    )


def _spans(event: SoundEvent, inputs: MixInputs, together: Together) -> list[SoundSpan]:
    timeline = inputs.timeline
    start, end = _sample(event.record.start, timeline), _sample(event.record.end, timeline)
    crossed = _sample(event.record.start + event.dissolve_frames, timeline) - start
    join = min(inputs.join_fade_ms * MIX_SAMPLE_RATE // 1000, (end - start) // 2)
    slow_in = _sample(event.record.start + event.fade_in_frames, timeline) - start
    slow_out = end - _sample(event.record.end - event.fade_out_frames, timeline)
    whole = _Side(
        clip=event.clip,
        channel=event.source_channel,
        start=start,
        end=end,
        gain_millibel=event.gain_centibel * 10 + inputs.levels.get(together.incoming(event), 0),
        crossfade=crossed,
        fade_in=slow_in or (join if event.fade_in and not crossed else 0),
        fade_out=slow_out or (join if event.fade_out else 0),
    )
    if event.outgoing is None or not crossed:
        return list(_of_side(whole, inputs))
    tail = _Side(
        clip=event.outgoing,
        channel=event.outgoing_channel,
        start=start,
        end=start + crossed,
        gain_millibel=inputs.levels.get(together.outgoing(event, event.outgoing), 0),
        crossfade_out=crossed,
    )
    return [*_of_side(whole, inputs), *_of_side(tail, inputs)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """What of an event is heard from sample `start` up to, not including, `end`, whichever files hold it."""

    clip: Clip
    channel: int | None
    start: int
    end: int
    gain_millibel: int
    crossfade: int = 0
    crossfade_out: int = 0
    fade_in: int = 0
    fade_out: int = 0


def _of_side(side: _Side, inputs: MixInputs) -> Iterator[SoundSpan]:
    """Yield a span for each file that the side touches: each goes on at the sample at which the one before it stops.

    Nothing is heard of a file outside its part: what a recorder caught before and after the reel belongs to nobody in it.
    """
    clip = side.clip
    parts = inputs.sounds.get(clip.key, ()) if clip.kind is MediaKind.REEL and clip.speed else ()
    for number, part in enumerate(parts):
        start, end = _heard(parts, number, side)
        if start >= end:
            continue
        yield SoundSpan(
            sound=part.sound,
            start=start,
            end=end,
            source_in=clip.source_in + Fraction(start - side.start, MIX_SAMPLE_RATE) * clip.speed,
            speed=clip.speed,
            source_channel=side.channel,
            crossfade=side.crossfade,
            crossfade_out=side.crossfade_out,
            fade_in=side.fade_in,
            fade_out=side.fade_out,
            before=start - side.start,
            after=side.end - end,
            gain_millibel=side.gain_millibel,
            stem=_STEMS[inputs.kinds.get(clip.key, ReelKind.INTERVIEW)],
        )


def _heard(parts: tuple[SoundPart, ...], number: int, side: _Side) -> tuple[int, int]:
    """Return the samples of the mix, the second exclusive, between which one of a reel's files is heard in a side."""
    part = parts[number]
    last = part.end + _ROUNDED
    if number + 1 < len(parts):
        last = min(last, max(parts[number + 1].start, part.start))
    first, last = (part.start, last) if side.clip.speed > 0 else (last, part.start)
    return max(_reached(first, side), side.start), min(_reached(last, side), side.end)


def _reached(instant: Fraction, side: _Side) -> int:
    """Return the first sample of the mix at which a side has reached a source instant; played backwards, passed it.

    At normal speed sounds lie on whole samples of their file, so that sample counts whose own lies nearest.
    """
    speed = side.clip.speed
    samples = (instant - side.clip.source_in) * MIX_SAMPLE_RATE / speed
    if speed < 0:
        return side.start + floor(samples) + 1
    return side.start + ceil(samples - Fraction(1, 2) if speed == 1 else samples)


def _sample(frame: int, timeline: Timeline) -> int:
    return samples_in(frame, timeline.rate, MIX_SAMPLE_RATE)


MIX = Stage(name="mix", version=2, plan=plan_mix, result=Mixed)


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodingInputs:
    """A mix, and whether its loudness is measured as it will be heard."""

    mix: Mixed
    measured: bool = False


def plan_encoding(inputs: EncodingInputs) -> EncodeSoundRequest:
    """Return the one encoding of a mix."""
    return EncodeSoundRequest(mix=inputs.mix, measured=inputs.measured)


ENCODE_SOUND = Stage(name="encode-sound", version=2, plan=plan_encoding, result=EncodedSound)
