"""Reels as wholes: consecutive files joined, and a recorder's sound laid under the picture (rule 8)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from footage_manifest.findings import Finding, ManifestError, Severity
from footage_manifest.media import MediaFacts, StillFacts
from footage_manifest.model import MANIFEST_FILE, ChannelChoice, Production, Reel, SeparateSound
from footage_manifest.wording import Refusal
from pipeline.assembly.site import Site
from pipeline.ports.sync import Synced
from pipeline.stages.media import Media, PicturePart, SoundPart
from pipeline.stages.reel_parts import (
    Files,
    Trouble,
    camera_sounds,
    gaps,
    mismatches,
    picture_parts,
    recorder_sounds,
    recorder_starts,
    silences,
    whole,
    with_recorder,
)
from pipeline.stages.sync import SYNC, SyncInputs, drift, timecode_offset, waveform_offset
from pipeline.timeline.handles import picture_seconds
from pipeline.timeline.wording import seconds_text

_NOTICED = Fraction(1, 10)


@dataclass(slots=True, kw_only=True)
class _Found:
    """What is known so far of all reels, by key."""

    production: Production
    facts: dict[str, MediaFacts] = field(default_factory=dict)
    parts: dict[str, tuple[PicturePart, ...]] = field(default_factory=dict)
    sounds: dict[str, tuple[SoundPart, ...]] = field(default_factory=dict)
    errors: list[Finding] = field(default_factory=list)
    warnings: dict[str, tuple[Finding, ...]] = field(default_factory=dict)

    def refuse(self, key: str, trouble: Trouble) -> None:
        self.errors.append(self._finding(key, trouble, Severity.ERROR))

    def warn(self, key: str, trouble: Trouble) -> None:
        finding = self._finding(key, trouble, Severity.WARNING)
        self.warnings[key] = (*self.warnings.get(key, ()), finding)

    def _finding(self, key: str, trouble: Trouble, severity: Severity) -> Finding:
        place = f"reels.{key}.{trouble.field}"
        return self.production.finding(MANIFEST_FILE, place, trouble.what, trouble.cure, severity)


def reels_of(site: Site, files: Mapping[str, tuple[Files, Files | None]], stills: Mapping[str, StillFacts]) -> Media:
    """Return the media of a film, of the files of each reel's picture and of its separate sound.

    Sound that is laid by its waveform is listened to. Raises ManifestError with all that does not belong together or cannot
    be laid, MediaError for sound that cannot be decoded.
    """
    found = _Found(production=site.production)
    for key, (picture, recorder) in files.items():
        _join(found, key, picture, recorder)
    separate = {key: recorder for key, (_, recorder) in files.items() if recorder is not None and key in found.facts}
    synced = _synced(site, found, {key: files[key][0] for key in separate}, separate)
    for key, recorder in separate.items():
        try:
            _lay(found, key, recorder, synced.get(key))
        except Refusal as refusal:
            found.refuse(key, Trouble(field="sound.sync", what=refusal.what, cure=refusal.cure))
    if found.errors:
        raise ManifestError(tuple(found.errors))
    return Media(
        reels={key: found.facts[key] for key in files},
        stills=stills,
        parts=found.parts,
        sounds=found.sounds,
        warnings=found.warnings,
    )


def _join(found: _Found, key: str, picture: Files, recorder: Files | None) -> None:
    """Take up a reel's picture, or its sound alone, as one; what its files are not fit for is refused."""
    reel = found.production.manifest.reels[key]
    rate = found.production.film.timeline.rate
    wrong = [*mismatches(picture, with_sound=recorder is None)]
    if recorder is not None:
        wrong += _unfit(picture, recorder)
    for trouble in wrong:
        found.refuse(key, trouble)
    if wrong:
        return
    found.facts[key] = whole(picture)
    if len(picture.names) == 1:
        return
    sounds = camera_sounds(picture, reel.channel_choice)
    if recorder is None:
        found.sounds[key] = sounds
    parts = picture_parts(picture)
    if parts:
        found.parts[key] = parts
    for trouble in (*gaps(picture, rate), *(silences(picture, sounds) if recorder is None else ())):
        found.warn(key, trouble)


def _unfit(picture: Files, recorder: Files) -> tuple[Trouble, ...]:
    if picture.facts[0].video is None:
        cure = "name the recorder's file as the reel's, without the camera's"
        return (Trouble(field="sound", what="the reel has no picture for the sound to lie under", cure=cure),)
    silent = tuple(
        Trouble(field=f"{recorder.field}.{number}", what=f"{name} holds no sound", cure="name the recorder's file")
        for number, (name, facts) in enumerate(zip(recorder.names, recorder.facts, strict=True))
        if not facts.sound
    )
    return silent or mismatches(recorder.without_picture(), with_sound=True)


def _separate(production: Production, key: str) -> tuple[Reel, SeparateSound]:
    reel = production.manifest.reels[key]
    if reel.sound is None:
        raise ValueError(f"reel {key} has no separate sound")
    return reel, reel.sound


def _synced(
    site: Site, found: _Found, pictures: Mapping[str, Files], recorders: Mapping[str, Files]
) -> dict[str, Synced]:
    """Return what listening to both sounds gives, for the reels whose sound is laid by its waveform."""
    asked = []
    for key, recorder in recorders.items():
        if _separate(site.production, key)[1].sync != "waveform":
            continue
        camera = camera_sounds(pictures[key], ChannelChoice.MIX)
        if not camera:
            cure = "write 'sync: timecode', or how many milliseconds later than the picture it starts, such as 'sync: 1250'"
            what = "the camera recorded no sound, so there is nothing to lay the recorder's by"
            found.refuse(key, Trouble(field="sound.sync", what=what, cure=cure))
            continue
        heard = recorder.without_picture()
        sounds = recorder_sounds(heard, ChannelChoice.MIX, recorder_starts(heard))
        asked.append((key, SyncInputs(camera=camera, recorder=sounds)))
    results = site.engine.map(SYNC, site.tools.sound_syncer, asked)
    return dict(zip((key for key, _ in asked), results, strict=True))


def _lay(found: _Found, key: str, recorder: Files, synced: Synced | None) -> None:
    """Lay a recorder's sound under a reel's picture. Raises Refusal where nothing says where it belongs."""
    reel, sound = _separate(found.production, key)
    camera, timeline = found.facts[key], found.production.film.timeline
    if camera.video is None or (sound.sync == "waveform" and synced is None):
        return  # refused before
    if synced is not None:
        offset = waveform_offset(synced)
        apart = drift(synced, timeline.rate)
        if apart is not None:
            cure = "if that is seen, cut long events in two, or have the recording's speed corrected"
            found.warn(key, Trouble(field="sound.sync", what=apart, cure=cure))
    elif sound.sync == "timecode":
        offset = timecode_offset(reel, camera, recorder.facts[0], timeline.clock)
    else:
        offset = Fraction(int(sound.sync), 1000)
    recorder = recorder.without_picture()
    by_time = timeline.rate if sound.sync == "timecode" else None
    starts = tuple(offset + start for start in recorder_starts(recorder, by_time))
    seconds = picture_seconds(camera.video)
    sounds = recorder_sounds(recorder, reel.channel_choice, starts, seconds)
    if not sounds:
        last = starts[-1] + recorder.facts[-1].sound[0].duration
        raise Refusal(
            f"the sound lies from {seconds_text(starts[0])} to {seconds_text(last)} after the picture's first frame, and"
            f" the picture lasts {seconds_text(seconds)}: they never meet",
            "correct the reel's `start` or the offset",
        )
    for trouble in _to_look_at(recorder, sounds, found.production):
        found.warn(key, trouble)
    found.sounds[key] = sounds
    found.facts[key] = with_recorder(camera, recorder, sounds)


def _to_look_at(recorder: Files, sounds: tuple[SoundPart, ...], production: Production) -> tuple[Trouble, ...]:
    late = sounds[0].start
    told = []
    if late > _NOTICED:
        what = f"the sound starts {seconds_text(late)} after the picture: there is silence until then"
        told.append(Trouble(field="sound", what=what, cure="see that it is laid right, and that no part is missing"))
    silent = silences(recorder, sounds)
    return (*told, *silent, *(() if silent else gaps(recorder, production.film.timeline.rate)))
