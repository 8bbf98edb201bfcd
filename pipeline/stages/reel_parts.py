"""Reels of several files (rule 8): whether parts belong together, what they are as a whole, and where each begins."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import accumulate, pairwise

from footage_manifest.media import MediaFacts, SoundFacts, VideoFacts
from footage_manifest.model import ChannelChoice
from pipeline.stages.media import PicturePart, SoundPart, sound_with
from pipeline.stages.sync import TimeOfDay, embedded_time, recorder_time
from pipeline.timeline.handles import picture_seconds
from pipeline.timeline.wording import rate_text, seconds_text

_NOTICED = Fraction(1, 10)
"""Cameras end sound up to two frames before or after the picture; a longer silence is worth saying."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Something about one part: `field` is where the manifest names it, seen from its reel (`file.1`)."""

    field: str
    what: str
    cure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """The files of a reel's picture or of its separate sound, in order: `field` is the manifest's name of the list."""

    field: str
    names: tuple[str, ...]
    facts: tuple[MediaFacts, ...]

    @property
    def starts(self) -> tuple[Fraction, ...]:
        """Return where each part begins, in seconds from the first one's beginning: each follows the one before it."""
        return tuple(accumulate((shown_seconds(facts) for facts in self.facts[:-1]), initial=Fraction(0)))

    def without_picture(self) -> "Files":
        """Return the same files for their sound alone."""
        return replace(self, facts=tuple(replace(facts, video=None) for facts in self.facts))


def shown_seconds(facts: MediaFacts) -> Fraction:
    """Return how long a part lasts: its picture, counted as rule 1 does, or its first sound where it has no picture."""
    if facts.video is not None:
        return picture_seconds(facts.video)
    return facts.sound[0].duration if facts.sound else Fraction(0)


# ------------------------------------------------------------------------------------------------ do they belong together


def mismatches(files: Files, *, with_sound: bool) -> tuple[Trouble, ...]:
    """Return how parts differ that should be one recording: by size, rate, which way up; by their sound if it is used."""
    first = files.facts[0]
    found = []
    for number, (name, facts) in enumerate(zip(files.names, files.facts, strict=True)):
        earlier = [files.names[at] for at in range(number) if files.facts[at].digest == facts.digest]
        if earlier:
            found.append(_trouble(files, number, f"{name} is the same recording as {earlier[0]}", "name it once"))
            continue
        differences = [
            *_picture_differences(first.video, facts.video),
            *(_sound_differences(first.sound, facts.sound) if with_sound else ()),
        ]
        for mine, other in differences:
            what = f"{name} {mine}, and {files.names[0]} {other}: they are not parts of one recording"
            found.append(_trouble(files, number, what, "write a reel for each"))
    return tuple(found)


def _picture_differences(first: VideoFacts | None, other: VideoFacts | None) -> Iterator[tuple[str, str]]:
    if first is None or other is None:
        if first is not other:
            yield _has(other, "a picture"), _has(first, "a picture")
        return
    if (first.width, first.height) != (other.width, other.height):
        yield f"is {other.width}x{other.height}", f"{first.width}x{first.height}"
    if first.sample_aspect != other.sample_aspect:
        yield f"has pixels {other.sample_aspect} as wide as high", f"{first.sample_aspect}"
    if (first.rotation, first.mirrored) != (other.rotation, other.mirrored):
        yield f"is {_turned(other)}", f"is {_turned(first)}"
    if first.rate != other.rate and not (first.variable or other.variable):
        yield f"has {rate_text(other.rate)} frames a second", f"has {rate_text(first.rate)}"


def _sound_differences(first: tuple[SoundFacts, ...], other: tuple[SoundFacts, ...]) -> Iterator[tuple[str, str]]:
    if not first or not other:
        if bool(first) != bool(other):
            yield _has(other, "sound"), _has(first, "sound")
        return
    if first[0].sample_rate != other[0].sample_rate:
        yield f"has sound at {other[0].sample_rate} Hz", f"at {first[0].sample_rate} Hz"
    if first[0].channels != other[0].channels:
        yield f"has {_channels(other[0].channels)} of sound", f"has {_channels(first[0].channels)}"


def _has(what: object, name: str) -> str:
    return f"holds {name}" if what else f"holds no {name.removeprefix('a ')}"


def _channels(count: int) -> str:
    return f"{count} channel{'' if count == 1 else 's'}"


def _turned(video: VideoFacts) -> str:
    turned = f"turned by {video.rotation} degrees" if video.rotation else "upright"
    return f"{turned} and mirrored" if video.mirrored else turned


def gaps(files: Files, rate: Fraction) -> tuple[Trouble, ...]:
    """Return where parts' own times contradict that they follow one another, by more than a frame at `rate`."""
    found = []
    for number, (first, second) in enumerate(pairwise(files.facts), start=1):
        apart = _apart(first, second)
        if apart is None or abs(apart[0]) <= 1 / rate:
            continue
        missing, before, after = apart
        how = f"{seconds_text(missing)} after" if missing > 0 else f"{seconds_text(-missing)} before"
        what = (
            f"{files.names[number]} starts {how} {files.names[number - 1]} ends, by their own times"
            f" ({before.said} and {after.said})"
        )
        cure = "they are taken to follow one another: see that none is missing, or write a reel for each"
        found.append(_trouble(files, number, what, cure))
    return tuple(found)


def _apart(first: MediaFacts, second: MediaFacts) -> tuple[Fraction, TimeOfDay, TimeOfDay] | None:
    """Return how many seconds are missing between two parts (negative: both have them), and the times that say so."""
    for time_of in (embedded_time, recorder_time):
        before, after = time_of(first), time_of(second)
        if before is not None and after is not None:
            return before.until(after) - shown_seconds(first), before, after
    return None


def silences(files: Files, sounds: Sequence[SoundPart]) -> tuple[Trouble, ...]:
    """Return where the sounds of the parts leave a silence between them that would be noticed."""
    by_digest = {facts.digest: number for number, facts in enumerate(files.facts)}
    found = []
    for before, after in pairwise(sounds):
        if after.start - before.end > _NOTICED:
            number = by_digest[after.sound.digest]
            what = (
                f"there is no sound for {seconds_text(after.start - before.end)} before that of {files.names[number]}"
            )
            found.append(_trouble(files, number, what, "there is silence: see that no part is missing"))
    return tuple(found)


def _trouble(files: Files, number: int, what: str, cure: str) -> Trouble:
    return Trouble(field=f"{files.field}.{number}", what=what, cure=cure)


# ---------------------------------------------------------------------------------------------------- parts and the whole


def picture_parts(files: Files) -> tuple[PicturePart, ...]:
    """Return the parts of a picture; none for sound alone."""
    if files.facts[0].video is None:
        return ()
    return tuple(PicturePart(facts=facts, start=at) for facts, at in zip(files.facts, files.starts, strict=True))


def camera_sounds(files: Files, channels: ChannelChoice) -> tuple[SoundPart, ...]:
    """Return the sound that lies beside the picture, each part's up to where the next part begins."""
    begins = files.starts
    found = []
    for number, (facts, begin) in enumerate(zip(files.facts, begins, strict=True)):
        sound = sound_with(channels, facts)
        if sound is None:
            continue
        first = facts.sound[0]
        start = begin + first.start - facts.reel_start
        end = start + first.duration
        start = max(start, begin) if number else start
        end = min(end, begins[number + 1]) if number + 1 < len(begins) else end
        if start < end:
            found.append(SoundPart(sound=replace(sound, zero=facts.reel_start - begin), start=start, end=end))
    return tuple(found)


def recorder_starts(files: Files, by_time: Fraction | None = None) -> tuple[Fraction, ...]:
    """Return where each part of a recorder's sound begins, in seconds from its first sample.

    Each follows the one before it. Given a rate in `by_time`, a part whose own time says that it begins more than a frame
    later lies there: the recorder was stopped in between.
    """
    found = [Fraction(0)]
    for first, second in pairwise(files.facts):
        apart = _apart(first, second) if by_time is not None else None
        missing = apart[0] if apart is not None and by_time is not None and apart[0] > 1 / by_time else Fraction(0)
        found.append(found[-1] + first.sound[0].duration + missing)
    return tuple(found)


def recorder_sounds(
    files: Files, channels: ChannelChoice, starts: Sequence[Fraction], until: Fraction | None = None
) -> tuple[SoundPart, ...]:
    """Return separate sound on the reel's clock, each part's first sample heard at its start.

    Given `until`, what lies before the reel's zero and from there on is left out: a recorder that was left running hears
    people who are not in the reel.
    """
    found = []
    for facts, start in zip(files.facts, starts, strict=True):
        sound = sound_with(channels, facts)
        if sound is None:
            continue
        first, last = start, start + facts.sound[0].duration
        if until is not None:
            first, last = max(first, Fraction(0)), min(last, until)
        if first < last:
            zero = facts.sound[0].start - start
            found.append(SoundPart(sound=replace(sound, zero=zero), start=first, end=last))
    return tuple(found)


def whole(files: Files) -> MediaFacts:
    """Return the parts as if they were one file: the first one's facts, with the length of all."""
    first = files.facts[0]
    if len(files.facts) == 1:
        return first
    video = _whole_picture(files) if first.video is not None else None
    sounds = camera_sounds(files, ChannelChoice.MIX)
    end = max([sound.end for sound in sounds], default=Fraction(0))
    heard = replace(first.sound[0], duration=end + first.reel_start - first.sound[0].start) if first.sound else None
    return replace(
        first,
        duration=max([track.duration for track in (video, heard) if track is not None], default=first.duration),
        video=video,
        sound=(heard,) if heard is not None else (),
    )


def _whole_picture(files: Files) -> VideoFacts | None:
    videos = [facts.video for facts in files.facts if facts.video is not None]
    length = sum((shown_seconds(facts) for facts in files.facts), Fraction(0))
    frames = sum(video.frames for video in videos)
    variable = any(video.variable for video in videos)
    return replace(
        videos[0],
        rate=frames / length if variable else videos[0].rate,
        variable=variable,
        frames=frames,
        duration=length,
    )


def with_recorder(camera: MediaFacts, recorder: Files, sounds: Sequence[SoundPart]) -> MediaFacts:
    """Return a reel's facts with the recorder's sound in place of the camera's, on the reel's clock."""
    heard = recorder.facts[0].sound[0]
    reference = camera.time_reference
    if reference is not None and camera.sound:  # counted in samples of the sound that is replaced
        reference = reference * heard.sample_rate // camera.sound[0].sample_rate
    return replace(
        camera,
        time_reference=reference,
        sound=(replace(heard, start=camera.reel_start + sounds[0].start, duration=sounds[-1].end - sounds[0].start),),
    )
