"""The sound of a cut: its mix with music and narration, brought to a loudness, encoded."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from footage_manifest.model import Loudness
from pipeline.assembly.edits import ReadyCut
from pipeline.assembly.site import Site
from pipeline.ports.sound import EncodedSound, Mastered, Mixed
from pipeline.stages.level import LEVEL, LevelInputs, Speaking, level_gains, speaking
from pipeline.stages.master import ENCODING_MARGIN_MILLIBEL, MASTER, TARGETS, MasterInputs
from pipeline.stages.media import Media, SoundPart
from pipeline.stages.mix import ENCODE_SOUND, MIX, EncodingInputs, MixInputs
from pipeline.timeline.model import Timeline

_MOST_TRIES = 3
_SAFETY_MILLIBEL = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Sounded:
    """The finished mix as PCM, and encoded.

    `levels` are the gains that brought speakers to one level, in hundredths of a decibel, empty where they were left as
    they are. `mastered` is what bringing the mix to its loudness took, None without a profile; `mixed` is then the mix at
    its loudness, and `encoded` knows its own.
    """

    mixed: Mixed
    encoded: EncodedSound
    levels: Mapping[Speaking, int] = field(default_factory=dict)
    mastered: Mastered | None = None


def sound(site: Site, ready: ReadyCut, media: Media, narration: str | None) -> Sounded:
    """Return the sound of a cut with narration in a language, or without any."""
    subject = f"{ready.name}+{narration}" if narration else ready.name
    timeline = ready.timeline_with(narration)
    reels = site.production.manifest.reels
    sounds = {key: media.sounds_of(key, reels[key]) for key in media.reels}
    levels = _levels(site, ready, timeline, sounds) if _levelled(ready) else {}
    inputs = MixInputs(
        timeline=timeline,
        sounds=sounds,
        join_fade_ms=ready.cut.join_fade_ms,
        kinds={key: reel.kind for key, reel in reels.items()},
        levels=levels,
        ducking=ready.cut.ducking,
    )
    mixed = site.engine.run(MIX, site.tools.mixer, subject, inputs)
    if ready.cut.loudness is Loudness.NONE:
        encoded = site.engine.run(ENCODE_SOUND, site.tools.sound_encoder, subject, EncodingInputs(mix=mixed))
        return Sounded(mixed=mixed, encoded=encoded, levels=levels)
    mastered, encoded = _mastered(site, subject, mixed, ready.cut.loudness)
    return Sounded(mixed=mastered.mixed, encoded=encoded, levels=levels, mastered=mastered)


def _levelled(ready: ReadyCut) -> bool:
    asked = ready.cut.level_dialogue
    return asked if asked is not None else ready.cut.loudness is not Loudness.NONE


def _levels(
    site: Site, ready: ReadyCut, timeline: Timeline, sounds: Mapping[str, tuple[SoundPart, ...]]
) -> dict[Speaking, int]:
    """Return the gain of every speaker in the cut: each reel is measured once, whatever is cut from it."""
    kinds = {key: reel.kind for key, reel in site.production.manifest.reels.items()}
    heard = {speaker: frames for speaker, frames in speaking(timeline, kinds).items() if sounds.get(speaker.key)}
    asked = [
        (" ".join((speaker.key, *map(str, speaker.channels))), LevelInputs(speaker=speaker, sound=sounds[speaker.key]))
        for speaker in heard
    ]
    measured = site.engine.map(LEVEL, site.tools.leveller, asked)
    gains = level_gains(heard, dict(zip(heard, measured, strict=True)))
    for speaker, level in zip(heard, measured, strict=True):
        if level.integrated_millibel is None:
            site.progress.note(f"{ready.name}: {speaker.key} is silent or too short to be levelled")
    return gains


def _mastered(site: Site, subject: str, mixed: Mixed, profile: Loudness) -> tuple[Mastered, EncodedSound]:
    """Return the mix at its loudness, and encoded so that what is decoded stays below the profile's peak.

    An encoder raises peaks, noisy ones by a decibel and more: then the mix is limited that much lower, and encoded again.
    """
    allowed = TARGETS[profile].true_peak_millibel
    margin = ENCODING_MARGIN_MILLIBEL
    for number in range(1, _MOST_TRIES + 1):
        inputs = MasterInputs(mix=mixed, profile=profile, margin_millibel=margin)
        mastered = site.engine.run(MASTER, site.tools.master, subject, inputs)
        encoding = EncodingInputs(mix=mastered.mixed, measured=True)
        encoded = site.engine.run(ENCODE_SOUND, site.tools.sound_encoder, subject, encoding)
        peak = encoded.loudness.true_peak_millibel if encoded.loudness else None
        if peak is None or peak <= allowed:
            break
        if number == _MOST_TRIES:
            site.progress.note(
                f"{subject}: encoded, the sound rises to {peak / 100:.1f} dBTP, above {allowed / 100:.1f}; "
                "turn down what is loud and noisy in it"
            )
        margin += peak - allowed + _SAFETY_MILLIBEL
    return mastered, encoded
