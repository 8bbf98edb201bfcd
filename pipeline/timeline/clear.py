"""Who is seen and heard in a cut, and where: what the consent gate asks about (SEMANTICS rule 22)."""

from collections.abc import Iterator
from dataclasses import dataclass

from footage_manifest.model import Manifest
from footage_manifest.timebase import FrameRange
from pipeline.timeline.model import Clip, MediaKind, PictureEvent, SoundEvent, Timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One person in one event: `record` in output frames, end exclusive; `medium` is the reel's or still's manifest key.

    `seen` is True for picture, False for sound. `source`, `line` and `number` are the EDL's.
    """

    person: str
    medium: str
    kind: MediaKind
    record: FrameRange
    seen: bool
    source: str
    line: int
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Undeclared:
    """A reel or still in use whose `people` the manifest does not state (rule 21), with the first event that uses it."""

    medium: str
    kind: MediaKind
    source: str
    line: int


def who(timeline: Timeline, manifest: Manifest) -> tuple[Use, ...]:
    """Return every person of every reel and still in use, in order of record time, each event's uses once.

    The outgoing side of a dissolve counts for the frames it is mixed, and sound counts like picture. A person is taken to be
    in the whole of a reel. People whom the manifest does not know are returned too: the gate refuses them.
    """
    uses = dict.fromkeys(
        Use(
            person=person,
            medium=clip.key,
            kind=clip.kind,
            record=record,
            seen=isinstance(event, PictureEvent),
            source=event.source,
            line=event.line,
            number=event.number,
        )
        for event, clip, record in _clips(timeline)
        for person in _people(clip, manifest) or ()
    )
    return tuple(sorted(uses, key=lambda use: (use.record, not use.seen)))


def undeclared(timeline: Timeline, manifest: Manifest) -> tuple[Undeclared, ...]:
    """Return the reels and stills in use that do not declare their people, each once, in order of first use."""
    found: dict[tuple[MediaKind, str], Undeclared] = {}
    for event, clip, _ in sorted(_clips(timeline), key=lambda used: used[2]):
        if clip.kind is not MediaKind.BLACK and _people(clip, manifest) is None:
            entry = Undeclared(medium=clip.key, kind=clip.kind, source=event.source, line=event.line)
            found.setdefault((clip.kind, clip.key), entry)
    return tuple(found.values())


def _clips(timeline: Timeline) -> Iterator[tuple[PictureEvent | SoundEvent, Clip, FrameRange]]:
    """Yield every clip with the frames during which anything of it is in the cut."""
    for picture in timeline.picture:
        yield picture, picture.clip, picture.record
        if picture.outgoing is not None:
            yield picture, picture.outgoing, _first(picture.record, picture.dissolve_frames - picture.dissolve_passed)
    for sound in timeline.sound:
        yield sound, sound.clip, sound.record
        if sound.outgoing is not None:
            yield sound, sound.outgoing, _first(sound.record, sound.dissolve_frames)


def _first(record: FrameRange, frames: int) -> FrameRange:
    return FrameRange(record.start, min(record.end, record.start + frames))


def _people(clip: Clip, manifest: Manifest) -> tuple[str, ...] | None:
    if clip.kind in {MediaKind.BLACK, MediaKind.TITLE}:
        return ()
    medium = manifest.reels[clip.key] if clip.kind is MediaKind.REEL else manifest.stills[clip.key]
    return medium.people
