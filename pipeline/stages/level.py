"""level: how loud each speaker is, and the constant gains that bring them to one level."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from footage_manifest.model import ReelKind
from footage_manifest.timebase import FrameRange
from pipeline.ports.sound import Levelled, LevelRequest, SoundStretch
from pipeline.ports.stage import Stage
from pipeline.stages.media import SoundPart
from pipeline.timeline.model import Clip, MediaKind, SoundEvent, Timeline

MOST_MILLIBEL = 1200
"""A speaker is turned up or down by at most 12 dB: beyond that a recording's noise comes up with the voice."""

_SPOKEN = frozenset({ReelKind.INTERVIEW, ReelKind.NARRATION})


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Speaking:
    """A reel as a cut hears it: by key, and the source channels heard together; none where its own choice plays."""

    key: str
    channels: tuple[int, ...] = ()


_Side = tuple[FrameRange, Clip, bool]
"""When a clip is heard, and whether it is an event's outgoing side."""


class Together:
    """Which source channels of a reel a cut plays at the same time: two microphones are as loud as both."""

    def __init__(self, timeline: Timeline) -> None:
        channels: defaultdict[_Side, set[int]] = defaultdict(set)
        for event in timeline.sound:
            channels[event.record, event.clip, False] |= _stated(event.source_channel)
            if event.outgoing is not None:
                channels[event.record, event.outgoing, True] |= _stated(event.outgoing_channel)
        self._channels = {side: tuple(sorted(known)) for side, known in channels.items()}

    def incoming(self, event: SoundEvent) -> Speaking:
        """Return who is heard in an event of the cut."""
        return Speaking(key=event.clip.key, channels=self._channels[event.record, event.clip, False])

    def outgoing(self, event: SoundEvent, clip: Clip) -> Speaking:
        """Return who is heard as `clip`, the outgoing side of an event."""
        return Speaking(key=clip.key, channels=self._channels[event.record, clip, True])


def _stated(channel: int | None) -> set[int]:
    return set() if channel is None else {channel}


def speaking(timeline: Timeline, kinds: Mapping[str, ReelKind]) -> dict[Speaking, int]:
    """Return every speaker heard in a cut, and in how many record frames; `kinds` says which reels are speech, by key."""
    frames: defaultdict[Speaking, int] = defaultdict(int)
    together = Together(timeline)
    for event in timeline.sound:
        if _spoken(event.clip, kinds):
            frames[together.incoming(event)] += len(event.record)
        if event.outgoing is not None and _spoken(event.outgoing, kinds):
            frames[together.outgoing(event, event.outgoing)] += event.dissolve_frames
    return {speaker: frames[speaker] for speaker in sorted(frames)}


def _spoken(clip: Clip, kinds: Mapping[str, ReelKind]) -> bool:
    return clip.kind is MediaKind.REEL and kinds.get(clip.key) in _SPOKEN


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelInputs:
    """A speaker, and the sound of the reel."""

    speaker: Speaking
    sound: tuple[SoundPart, ...]


def plan_level(inputs: LevelInputs) -> LevelRequest:
    """Return the measurement of one speaker's whole reel: a changed event does not change it."""
    stretches = tuple(SoundStretch(sound=part.sound, start=part.start, end=part.end) for part in inputs.sound)
    return LevelRequest(stretches=stretches, source_channels=inputs.speaker.channels)


LEVEL = Stage(name="level", version=1, plan=plan_level, result=Levelled)


def level_gains(heard: Mapping[Speaking, int], measured: Mapping[Speaking, Levelled]) -> dict[Speaking, int]:
    """Return the gain of each speaker in millibels, at most 12 dB up or down; 0 for one that could not be measured.

    The level that all are brought to is that of the speaker in the middle: half of the speech in the cut, by `heard`
    frames, is at that level or softer. So the balance with music stays near what it was.
    """
    known = {
        speaker: level.integrated_millibel
        for speaker, level in measured.items()
        if level.integrated_millibel is not None
    }
    if not known:
        return dict.fromkeys(measured, 0)
    middle = _middle(sorted((level, heard[speaker]) for speaker, level in known.items()))
    return {speaker: _held(middle - known[speaker]) if speaker in known else 0 for speaker in measured}


def _middle(levels: list[tuple[int, int]]) -> int:
    half, passed = sum(frames for _, frames in levels) / 2, 0
    for level, frames in levels:
        passed += frames
        if passed >= half:
            return level
    return levels[-1][0]


def _held(gain: int) -> int:
    return max(-MOST_MILLIBEL, min(MOST_MILLIBEL, gain))
