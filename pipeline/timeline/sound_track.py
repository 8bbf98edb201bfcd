"""The sound of a cut: which channels of which reels are heard when, and where join fades stand (rules 7, 8, 10, 11)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from footage_manifest.findings import Finding, Severity
from footage_manifest.media import MediaFacts
from footage_manifest.timebase import FrameRange
from footage_manifest.wording import Refusal
from pipeline.timeline.model import BLACK, Clip, MediaKind, PictureEvent, SoundEvent
from pipeline.timeline.placing import Placed
from pipeline.timeline.sources import Sourced

Strand = tuple[int, int]
"""A track of the cut, and the source channel on it: 0, or below 0 by lane, where the reel's own choice plays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One channel choice of an event: the channel of each side, None where the reel's own choice plays (rule 8)."""

    incoming: int | None
    outgoing: int | None = None


class SoundTracks:
    """Makes sound events and remembers, by strand, which of them touch. `findings` holds refusals and warnings."""

    def __init__(self, *, rate: Fraction) -> None:
        self.findings: list[Finding] = []
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
                    lane = -one.sound[0] if one.event.channels.whole else choice.incoming or 0
                    strands.append(((one.track, lane), event))
        return _joined(strands, self._rate)

    def following(self, picture: Sequence[PictureEvent], facts: Mapping[str, MediaFacts]) -> tuple[SoundEvent, ...]:
        """Return the sound of whatever is seen, each reel with its own channel choice; a silent reel is a warning."""
        strands: list[tuple[Strand, SoundEvent]] = []
        for seen in picture:
            event = SoundEvent(
                record=seen.record,
                clip=self._audible(seen.clip, seen, facts),
                outgoing=self._audible(seen.outgoing, seen, facts) if seen.outgoing is not None else None,
                dissolve_frames=min(seen.dissolve_frames - seen.dissolve_passed, len(seen.record)),
                number=seen.number,
                line=seen.line,
                source=seen.source,
            )
            halves = _uncovered(event) if seen.dissolve_passed else [event]
            strands += [((0, 0), half) for half in halves if _sounds(half.clip) or _sounds(half.outgoing)]
        return _joined(strands, self._rate)

    def _audible(self, clip: Clip, seen: PictureEvent, facts: Mapping[str, MediaFacts]) -> Clip:
        """Return the clip where it has sound, else black, which is silent."""
        if clip.kind is not MediaKind.REEL or not clip.speed:
            return BLACK
        if not facts[clip.key].sound:
            if clip.key not in self._told:
                self._told.add(clip.key)
                what = f"reel {clip.key} has no sound and is silent in this cut"
                self._add(seen.source, seen.line, what, "", Severity.WARNING)
            return BLACK
        return clip

    def _choices(self, one: Placed, incoming: Sourced) -> list[Choice]:
        """Return a choice for each channel of the event, or a single one where all of the source's channels are meant."""
        mine = self._channels(one, incoming)
        if one.outgoing is None or not one.transition_frames:
            return [Choice(incoming=channel) for channel in mine]
        other = self._channels(one, one.outgoing)
        if len(mine) != len(other):
            # One side plays whole where the other has more channels than were asked for: both then play by number.
            mine = other = list(one.sound)
        return [Choice(incoming=first, outgoing=second) for first, second in zip(mine, other, strict=True)]

    def _channels(self, one: Placed, side: Sourced) -> list[int | None]:
        if one.event.channels.whole:
            return [None]
        if side.facts is None:
            return list(one.sound) if len(one.sound) == 1 else [None]
        if not side.facts.sound:
            return [None] if not side.speed else []  # refused with the media, unless it is frozen and silent
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


def _event(one: Placed, incoming: Sourced, choice: Choice) -> SoundEvent | None:
    """Return the event on one channel; None for what is silent, without anything that fades into it."""
    mixing = one.outgoing is not None and one.transition_frames > 0
    outgoing = _heard(one.outgoing.clip) if one.outgoing is not None and mixing else None
    clip = _heard(incoming.clip)
    if not _sounds(clip) and not _sounds(outgoing):
        return None
    return SoundEvent(
        record=one.record,
        clip=clip,
        source_channel=choice.incoming if _sounds(clip) else None,
        outgoing=outgoing,
        outgoing_channel=choice.outgoing if _sounds(outgoing) else None,
        dissolve_frames=one.transition_frames if mixing else 0,
        number=one.event.number,
        line=one.event.line,
        source=one.file,
    )


def _heard(clip: Clip) -> Clip:
    """Return what is heard of a clip: a frozen frame is silent."""
    return clip if clip.speed else BLACK


def _sounds(clip: Clip | None) -> bool:
    return clip is not None and clip.kind is MediaKind.REEL


def _uncovered(event: SoundEvent) -> list[SoundEvent]:
    """Return an event that a track above uncovers within its crossfade, as two.

    What is left of the crossfade is heard over the frames that are left; both sides begin after a real cut, from the sound
    of the track above, so the outgoing one begins with a join fade.
    """
    frames = event.dissolve_frames
    coming = replace(event, outgoing=None, dissolve_frames=0, fade_in_frames=frames)
    if event.outgoing is None:
        return [coming]
    record = FrameRange(event.record.start, event.record.start + frames)
    leaving = replace(
        event, record=record, clip=event.outgoing, outgoing=None, dissolve_frames=0, fade_out_frames=frames
    )
    return [leaving, coming]


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
        rises, falls = event.dissolve_frames or event.fade_in_frames, crosses or event.fade_out_frames
        fade_in = not (rises or (before is not None and _goes_on(before, event, rate)))
        fade_out = not (falls or (after is not None and _goes_on(event, after, rate)))
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
