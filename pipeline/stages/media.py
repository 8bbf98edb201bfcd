"""What later stages know of each reel and still of a film: facts and digests by manifest key."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import ceil

from footage_manifest.findings import Finding
from footage_manifest.media import MediaFacts, StillFacts
from footage_manifest.model import ChannelChoice, Reel
from pipeline.ports.speech import SoundOfReel


@dataclass(frozen=True, slots=True, kw_only=True)
class PicturePart:
    """One file of a reel's picture; its first displayed frame is on display `start` seconds after the reel's zero."""

    facts: MediaFacts
    start: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundPart:
    """One file of a reel's sound, heard from `start` up to, not including, `end`, in seconds from the reel's zero.

    `sound.zero` is where the REEL's zero lies on this file's clock: negative where the file begins later.
    """

    sound: SoundOfReel
    start: Fraction
    end: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardPart:
    """One file of a reel's sound as speech is looked for in it: on a clock of its own, so that it is heard once.

    Its zero, which is `sound.zero` on the file's clock, lies `start_ms` after the reel's. What is heard ends `length_ms`
    after that, or with the file where it is None.
    """

    sound: SoundOfReel
    start_ms: int = 0
    length_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """The probed media of a film.

    `reels` are the facts of each reel as a whole: of its one file, or of its consecutive parts together, with the sound that
    replaces the camera's where there is one (rule 8). `parts` and `sounds` say which file holds what, where a reel has more
    than its one file; other reels are not in them. `warnings` are what a person who uses a reel should look at.
    """

    reels: Mapping[str, MediaFacts]
    stills: Mapping[str, StillFacts]
    parts: Mapping[str, tuple[PicturePart, ...]] = field(default_factory=dict)
    sounds: Mapping[str, tuple[SoundPart, ...]] = field(default_factory=dict)
    warnings: Mapping[str, tuple[Finding, ...]] = field(default_factory=dict)

    def part_at(self, key: str, instant: Fraction) -> PicturePart:
        """Return the file whose picture is on display `instant` seconds after the reel's zero; the first or last beyond."""
        parts = self.parts.get(key)
        if parts is None:
            return PicturePart(facts=self.reels[key])
        return parts[max(0, bisect_right([part.start for part in parts], instant) - 1)]

    def sounds_of(self, key: str, reel: Reel) -> tuple[SoundPart, ...]:
        """Return what is heard of a reel, in order of time; nothing where it has no sound."""
        if key in self.sounds:
            return self.sounds[key]
        facts = self.reels[key]
        sound = sound_of(reel, facts)
        if sound is None:
            return ()
        first = facts.sound[0]
        start = first.start - facts.reel_start
        return (SoundPart(sound=sound, start=start, end=start + first.duration),)

    def heard(self, key: str, reel: Reel) -> tuple[HeardPart, ...]:
        """Return the same sounds for whoever listens to speech; nothing where the reel has none.

        A reel of one file is heard from the reel's zero to the end of the file, as ever.
        """
        sounds = self.sounds_of(key, reel)
        if key not in self.sounds:
            return tuple(HeardPart(sound=part.sound) for part in sounds)
        return tuple(found for part in sounds if (found := _heard(part)) is not None)


def _heard(part: SoundPart) -> HeardPart | None:
    """Return a part from its first whole millisecond after the reel's zero on; None where it has not one."""
    start_ms = max(0, ceil(part.start * 1000))
    length_ms = int(part.end * 1000) - start_ms
    if length_ms <= 0:
        return None
    sound = replace(part.sound, zero=part.sound.zero + Fraction(start_ms, 1000))
    return HeardPart(sound=sound, start_ms=start_ms, length_ms=length_ms)


def sound_of(reel: Reel, facts: MediaFacts) -> SoundOfReel | None:
    """Return which sound of a reel's one file is listened to (rule 8), None where the file has none."""
    return sound_with(reel.channel_choice, facts)


def sound_with(channels: ChannelChoice, facts: MediaFacts) -> SoundOfReel | None:
    """Return the first sound stream of a file under a channel choice, None where it has none."""
    if not facts.sound:
        return None
    return SoundOfReel(digest=facts.digest, stream=facts.sound[0].index, channels=channels, zero=facts.reel_start)
