"""mix: the sound events of a cut become spans of samples."""

from collections.abc import Mapping
from dataclasses import dataclass

from footage_manifest.timebase import samples_in
from pipeline.ports.sound import MIX_SAMPLE_RATE, EncodedSound, EncodeSoundRequest, Mixed, MixRequest, SoundSpan
from pipeline.ports.speech import SoundOfReel
from pipeline.ports.stage import Stage
from pipeline.timeline.model import Clip, MediaKind, SoundEvent, Timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class MixInputs:
    """A cut, the sound of every reel that has one, by key, and the length of a join fade."""

    timeline: Timeline
    sounds: Mapping[str, SoundOfReel]
    join_fade_ms: int


def plan_mix(inputs: MixInputs) -> MixRequest:
    """Return the spans of every sound event and of every outgoing side, and the exact length of the mix (rules 10, 11)."""
    spans = tuple(span for event in inputs.timeline.sound for span in _spans(event, inputs))
    return MixRequest(samples=_sample(inputs.timeline.frames, inputs.timeline), spans=spans)


def _spans(event: SoundEvent, inputs: MixInputs) -> list[SoundSpan]:
    spans = []
    sound = _sound(event.clip, inputs)
    timeline = inputs.timeline
    start, end = _sample(event.record.start, timeline), _sample(event.record.end, timeline)
    crossed = _sample(event.record.start + event.dissolve_frames, timeline) - start
    if sound is not None:
        fade = min(inputs.join_fade_ms * MIX_SAMPLE_RATE // 1000, (end - start) // 2)
        spans.append(
            SoundSpan(
                sound=sound,
                start=start,
                end=end,
                source_in=event.clip.source_in,
                speed=event.clip.speed,
                source_channel=event.source_channel,
                crossfade=crossed,
                fade_in=fade if event.fade_in and not crossed else 0,
                fade_out=fade if event.fade_out else 0,
            )
        )
    tail = _sound(event.outgoing, inputs) if event.outgoing is not None else None
    if tail is not None and event.outgoing is not None and crossed:
        spans.append(
            SoundSpan(
                sound=tail,
                start=start,
                end=start + crossed,
                source_in=event.outgoing.source_in,
                speed=event.outgoing.speed,
                source_channel=event.outgoing_channel,
                crossfade_out=crossed,
            )
        )
    return spans


def _sound(clip: Clip, inputs: MixInputs) -> SoundOfReel | None:
    return inputs.sounds.get(clip.key) if clip.kind is MediaKind.REEL else None


def _sample(frame: int, timeline: Timeline) -> int:
    return samples_in(frame, timeline.rate, MIX_SAMPLE_RATE)


MIX = Stage(name="mix", version=1, plan=plan_mix, result=Mixed)


def plan_encoding(mix: Mixed) -> EncodeSoundRequest:
    """Return the one encoding of a mix."""
    return EncodeSoundRequest(mix=mix)


ENCODE_SOUND = Stage(name="encode-sound", version=1, plan=plan_encoding, result=EncodedSound)
