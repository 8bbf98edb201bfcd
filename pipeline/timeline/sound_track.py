"""The sound of a cut: which channels of which reels are heard when, and where join fades stand (rules 7, 8, 10, 11)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from footage_manifest.findings import Finding, Severity
from footage_manifest.media import MediaFacts
from footage_manifest.model import Manifest
from footage_manifest.wording import Refusal
from pipeline.timeline.model import BLACK, Clip, MediaKind, PictureEvent, SoundEvent
from pipeline.timeline.placing import Placed
from pipeline.timeline.sources import Sourced

Strand = tuple[int, int]
"""A track of the cut, and the source channel on it: 0 where the reel's own choice plays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One channel choice of an event: the channel of each side, None where the reel's own choice plays (rule 8)."""

    incoming: int | None
    outgoing: int | None = None


class SoundTracks:
    """Makes sound events and remembers, by strand, which of them touch. `findings` holds refusals and warnings."""

    def __init__(self, *, manifest: Manifest, rate: Fraction) -> None:
        self.findings: list[Finding] = []
        self._manifest = manifest
        self._rate = rate
        self._told: set[str] = set()

    def chosen(self, placed: Sequence[Placed]) -> tuple[SoundEvent, ...]:
        """Return the sound events that the lists choose, in record order, those of refused events left out."""
        strands: list[tuple[Strand, SoundEvent]] = []
        for one in placed:
            if not one.sound or one.incoming is None:
                continue
            try:
                choices = self._choices(one, one.incoming)
            except Refusal as refusal:
                self._add(one.file, one.event.line, refusal.what, refusal.cure)
                continue
            for choice in choices:
                event = _event(one, one.incoming, choice)
                if event is not None:
                    strands.append(((one.track, choice.incoming or 0), event))
        return _joined(strands, self._rate)

    def following(self, picture: Sequence[PictureEvent], facts: Mapping[str, MediaFacts]) -> tuple[SoundEvent, ...]:
        """Return the sound of whatever is seen, each reel with its own channel choice; a silent reel is a warning."""
        strands: list[tuple[Strand, SoundEvent]] = []
        for seen in picture:
            if seen.dissolve_passed or (seen.outgoing is not None and seen.dissolve_frames > len(seen.record)):
                what = "a dissolve that the track above hides in part cannot be heard with `sound: follow-picture` yet"
                self._add(seen.source, seen.line, what, "uncover it, or write sound events")
                continue
            clip = self._audible(seen.clip, seen, facts)
            outgoing = self._audible(seen.outgoing, seen, facts) if seen.outgoing is not None else None
            if clip.kind is MediaKind.BLACK and (outgoing is None or outgoing.kind is MediaKind.BLACK):
                continue
            event = SoundEvent(
                record=seen.record,
                clip=clip,
                outgoing=outgoing,
                dissolve_frames=seen.dissolve_frames,
                number=seen.number,
                line=seen.line,
                source=seen.source,
            )
            strands.append(((0, 0), event))
        return _joined(strands, self._rate)

    def _audible(self, clip: Clip, seen: PictureEvent, facts: Mapping[str, MediaFacts]) -> Clip:
        """Return the clip where it has sound, else black, which is silent."""
        if clip.kind is not MediaKind.REEL:
            return BLACK
        if not facts[clip.key].sound:
            if clip.key not in self._told:
                self._told.add(clip.key)
                what = f"reel {clip.key} has no sound and is silent in this cut"
                self._add(seen.source, seen.line, what, "", Severity.WARNING)
            return BLACK
        if self._manifest.reels[clip.key].sound is not None:
            self._add(seen.source, seen.line, *_separate(clip.key))
        return clip

    def _choices(self, one: Placed, incoming: Sourced) -> list[Choice]:
        """Return a choice for each channel of the event, or a single one where all of the source's channels are meant."""
        mine = self._channels(one, incoming)
        if one.outgoing is None or not one.dissolve_frames:
            return [Choice(incoming=channel) for channel in mine]
        other = self._channels(one, one.outgoing)
        if len(mine) != len(other):
            # One side plays whole where the other has more channels than were asked for: both then play by number.
            mine = other = list(one.sound)
        return [Choice(incoming=first, outgoing=second) for first, second in zip(mine, other, strict=True)]

    def _channels(self, one: Placed, side: Sourced) -> list[int | None]:
        if side.facts is None:
            return list(one.sound) if len(one.sound) == 1 else [None]
        if self._manifest.reels[side.link.key].sound is not None:
            raise Refusal(*_separate(side.link.key))
        if not side.facts.sound:
            return []  # refused with the media
        count = side.facts.sound[0].channels
        if len(one.sound) > 1 and set(range(1, count + 1)) <= set(one.sound) and max(one.sound) <= max(2, count):
            return [None]
        if one.sound == (2,) and count == 1 and len(side.facts.sound) == 1:
            what = f"reel {side.link.key} has one sound channel, which plays for channel 2"
            self._add(one.file, one.event.line, what, "", Severity.WARNING)
            return [None]
        if max(one.sound) > count:
            where = f"its first sound stream has {count}" if len(side.facts.sound) > 1 else f"it has {count}"
            raise Refusal(
                f"reel {side.link.key} is asked for sound channel {max(one.sound)}, and {where}",
                "choose another channel, or take the event off the sound channels",
            )
        return list(one.sound)

    def _add(self, file: str, line: int, what: str, cure: str, severity: Severity = Severity.ERROR) -> None:
        self.findings.append(Finding(severity=severity, file=file, line=line, what=what, cure=cure))


def _separate(key: str) -> tuple[str, str]:
    return f"reel {key} has separate sound, which is not built yet", "join picture and sound into one file"


def _event(one: Placed, incoming: Sourced, choice: Choice) -> SoundEvent | None:
    """Return the event on one channel; None for black without anything that fades into it, which is silence."""
    dissolving = one.outgoing is not None and one.dissolve_frames > 0
    outgoing = one.outgoing.clip if one.outgoing is not None and dissolving else None
    if incoming.link.kind is MediaKind.BLACK and (outgoing is None or outgoing.kind is MediaKind.BLACK):
        return None
    return SoundEvent(
        record=one.record,
        clip=incoming.clip,
        source_channel=choice.incoming if incoming.link.kind is MediaKind.REEL else None,
        outgoing=outgoing,
        outgoing_channel=choice.outgoing if outgoing is not None and outgoing.kind is MediaKind.REEL else None,
        dissolve_frames=one.dissolve_frames if dissolving else 0,
        number=one.event.number,
        line=one.event.line,
        source=one.file,
    )


def _joined(strands: Sequence[tuple[Strand, SoundEvent]], rate: Fraction) -> tuple[SoundEvent, ...]:
    """Return the events in record order, without join fades where they cross over or are continuous (rule 11)."""
    starting = {(strand, event.record.start): event for strand, event in strands}
    ending = {(strand, event.record.end): event for strand, event in strands}
    crossing = {
        (track, event.record.start, event.outgoing.key, event.outgoing_channel)
        for (track, _), event in strands
        if event.outgoing is not None and event.outgoing.kind is MediaKind.REEL
    }
    joined = []
    for strand, event in strands:
        before = ending.get((strand, event.record.start))
        after = starting.get((strand, event.record.end))
        heard_on = (strand[0], event.record.end, event.clip.key)
        crosses = {(*heard_on, event.source_channel), (*heard_on, None)} & crossing
        fade_in = not (event.dissolve_frames or (before is not None and _goes_on(before, event, rate)))
        fade_out = not (crosses or (after is not None and _goes_on(event, after, rate)))
        joined.append(replace(event, fade_in=fade_in, fade_out=fade_out))
    return tuple(sorted(joined, key=lambda event: (event.record, event.source, event.line, event.source_channel or 0)))


def _goes_on(event: SoundEvent, after: SoundEvent, rate: Fraction) -> bool:
    """Return whether `after` plays on where `event` ends: same clip, channel and speed, the next instant exactly."""
    first, second = event.clip, after.clip
    return (
        not after.dissolve_frames
        and (first.kind, first.key, first.speed) == (second.kind, second.key, second.speed)
        and event.source_channel == after.source_channel
        and first.source_at(len(event.record), rate) == second.source_in
    )
