"""What later stages know of each reel and still of a film: facts and digests by manifest key."""

from collections.abc import Mapping
from dataclasses import dataclass

from footage_manifest.media import MediaFacts, StillFacts
from footage_manifest.model import ChannelChoice, Reel
from pipeline.ports.speech import SoundOfReel


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """The probed media of a film."""

    reels: Mapping[str, MediaFacts]
    stills: Mapping[str, StillFacts]


def sound_of(reel: Reel, facts: MediaFacts) -> SoundOfReel | None:
    """Return which sound of a reel is listened to (rule 8), None where the file has none."""
    return sound_with(reel.channel_choice, facts)


def sound_with(channels: ChannelChoice, facts: MediaFacts) -> SoundOfReel | None:
    """Return the first sound stream of a file under a channel choice, None where it has none."""
    if not facts.sound:
        return None
    return SoundOfReel(digest=facts.digest, stream=facts.sound[0].index, channels=channels, zero=facts.reel_start)
