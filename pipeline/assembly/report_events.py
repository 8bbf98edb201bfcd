"""What report.json says of every event: what plays, where, and in plain words what was done to it."""

from collections.abc import Iterator
from fractions import Fraction

from footage_manifest.picture_plan import StillMove
from pipeline.assembly.edits import ReadyCut
from pipeline.assembly.render import framing
from pipeline.assembly.site import Site
from pipeline.stages.conform import Framing
from pipeline.stages.done import done_to_sound, done_to_still, done_to_video
from pipeline.stages.media import Media
from pipeline.timeline.model import Clip, MediaKind, PictureEvent, SoundEvent, Timeline
from pipeline.timeline.speed import speed_text
from pipeline.timeline.wipes import KNOWN


class Events:
    """Says what was done to the events of one cut. Times are labels of the cut, lengths frames."""

    def __init__(self, site: Site, ready: ReadyCut, media: Media) -> None:
        self._site = site
        self._media = media
        self._size = site.production.film.timeline.size
        self._timeline = ready.timeline
        self._framing: Framing = framing(site.production, ready.name)

    def label(self, frame: int) -> str:
        """Return the record label of an output frame."""
        timeline = self._site.production.film.timeline
        return str(timeline.clock.label(self._timeline.record_zero + frame // timeline.frames_a_label))

    def picture(self) -> list[dict[str, object]]:
        """Return every picture event."""
        return [
            {
                **self._placed(event),
                "wipe": event.wipe,
                "done": list(self._done_to_picture(event.clip, event)),
                "done_to_outgoing": list(self._done_to_picture(event.outgoing, event)) if event.outgoing else [],
            }
            for event in self._timeline.picture
        ]

    def sound(self, timeline: Timeline) -> list[dict[str, object]]:
        """Return every sound event of the cut, with what film.yaml lays under it in `timeline`."""
        return [
            {
                **self._placed(event),
                "channel": event.source_channel,
                "gain_db": f"{event.gain_centibel / 10:+.1f}",
                "done": list(self._done_to_sound(event)),
            }
            for event in timeline.sound
        ]

    def _placed(self, event: PictureEvent | SoundEvent) -> dict[str, object]:
        return {
            "event": event.number,
            "file": event.source,
            "line": event.line,
            "record_in": self.label(event.record.start),
            "record_out": self.label(event.record.end),
            "frames": len(event.record),
            "medium": event.clip.key or "black",
            "kind": event.clip.kind.value,
            "source_in_s": str(event.clip.source_in),
            "speed": str(event.clip.speed),
            "dissolve_frames": event.dissolve_frames,
            "dissolve_from": (event.outgoing.key or "black") if event.outgoing is not None else "",
        }

    # ------------------------------------------------------------------------------------------------------- in words

    def _done_to_picture(self, clip: Clip, event: PictureEvent) -> Iterator[str]:
        if clip is event.clip:
            yield from _transition(event)
        if clip.kind is MediaKind.REEL:
            yield from _of_speed(clip.speed)
            fit = self._framing.reels.get(clip.key, self._framing.fit)
            facts = self._media.part_at(clip.key, clip.source_in).facts
            yield from done_to_video(facts, self._timeline.rate, self._size, fit)
        elif clip.kind is MediaKind.STILL:
            fit = self._framing.stills.get(clip.key, self._framing.fit)
            move = self._framing.moves.get(clip.key, StillMove.NONE)
            yield from done_to_still(self._media.stills[clip.key], self._size, fit, move)

    def _done_to_sound(self, event: SoundEvent) -> Iterator[str]:
        if event.clip.kind is not MediaKind.REEL or not self._media.reels[event.clip.key].sound:
            yield "silence"
            return
        sound = self._media.reels[event.clip.key].sound[0]
        if not event.clip.speed:
            yield "frozen: silence"
            return
        yield from _of_speed(event.clip.speed)
        yield from done_to_sound(self._media.reels[event.clip.key])
        separate = self._site.production.manifest.reels[event.clip.key].sound
        if separate is not None:
            laid = f"{separate.sync} ms" if isinstance(separate.sync, int) else separate.sync
            yield f"the recorder's sound in place of the camera's, laid by {laid}"
        if event.source_channel is not None:
            yield f"channel {event.source_channel} of {sound.channels}, on both sides"
        else:
            reel = self._site.production.manifest.reels[event.clip.key]
            yield f"{sound.channels} {'channel' if sound.channels == 1 else 'channels'}, {reel.channel_choice.value}"
        if event.gain_centibel:
            yield f"{'louder' if event.gain_centibel > 0 else 'softer'} by {abs(event.gain_centibel) / 10:.1f} dB"
        for frames, what in ((event.fade_in_frames, "faded in"), (event.fade_out_frames, "faded out")):
            if frames:
                yield f"{what} over {frames} frames"
        if event.dissolve_frames:
            yield f"crossed over {event.dissolve_frames} frames with equal power"


def _transition(event: PictureEvent) -> Iterator[str]:
    if event.outgoing is None or not event.dissolve_frames:
        return
    kind = "dissolve" if event.wipe is None else f"wipe {event.wipe} ({KNOWN.get(event.wipe, 'unknown')})"
    yield f"{kind} from {event.outgoing.key or 'black'} over {event.dissolve_frames} frames"


def _of_speed(speed: Fraction) -> Iterator[str]:
    said = speed_text(speed)
    if said:
        yield f"played {said}"
