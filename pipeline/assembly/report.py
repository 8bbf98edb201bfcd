"""report.json: what is in a cut and what was done to it. No times of day, hosts or versions: equal cuts, equal reports."""

from footage_manifest.media import MediaFacts, StillFacts
from pipeline.assembly.captions import CutCaptions, gate_of
from pipeline.assembly.edits import ReadyCut
from pipeline.assembly.publish import left_out
from pipeline.assembly.render import CLEAN, Rendered
from pipeline.assembly.site import Site
from pipeline.stages.media import Media
from pipeline.timeline.model import MediaKind, PictureEvent, SoundEvent


def report(site: Site, ready: ReadyCut, media: Media, rendered: Rendered, subtitles: CutCaptions) -> dict[str, object]:
    """Return the report of one cut as JSON data: times as labels of the cut, lengths in frames, sizes in pixels."""
    film = site.production.film
    clock, scale, zero = film.timeline.clock, film.timeline.frames_a_label, ready.timeline.record_zero

    def label(frame: int) -> str:
        return str(clock.label(zero + frame // scale))

    def placed(event: PictureEvent | SoundEvent) -> dict[str, object]:
        return {
            "event": event.number,
            "file": event.source,
            "line": event.line,
            "record_in": label(event.record.start),
            "record_out": label(event.record.end),
            "frames": len(event.record),
            "medium": event.clip.key or "black",
            "source_in_s": str(event.clip.source_in),
            "dissolve_frames": event.dissolve_frames,
            "dissolve_from": event.outgoing.key if event.outgoing is not None else "",
        }

    return {
        "cut": ready.name,
        "audience": ready.cut.audience,
        "rate": str(film.timeline.rate),
        "size": "x".join(str(side) for side in film.timeline.size),
        "frames": ready.timeline.frames,
        "samples": rendered.sound.samples,
        "starts_at": label(0),
        "versions": ["clean" if version == CLEAN else f"burn-{version}" for version in rendered.versions],
        "picture": [
            {**placed(event), "done": list(_done_to_picture(event, media, site))} for event in ready.timeline.picture
        ],
        "sound": [
            {**placed(event), "channel": event.source_channel, "done": list(_done_to_sound(event, media))}
            for event in ready.timeline.sound
        ],
        "subtitles": {
            language: {
                "cues": len(one.cues),
                "stale": one.stale,
                "drafted_by": dict(one.made_by),
                **{status.value: count for status, count in one.counts.items()},
            }
            for language, one in subtitles.languages.items()
        },
        "gate": gate_of(film, ready).value,
        "left_out": list(left_out(film, ready, subtitles)),
        "people_not_declared": list(ready.undeclared),
        "translation": {"engine": film.translation.engine},
        "transcription": {"engine": film.transcription.engine, "model": film.transcription.model},
        "findings": [str(finding) for finding in (*ready.warnings, *subtitles.findings)],
    }


def _done_to_picture(event: PictureEvent, media: Media, site: Site) -> tuple[str, ...]:
    if event.clip.kind is MediaKind.REEL:
        return _of_video(media.reels[event.clip.key], site)
    if event.clip.kind is MediaKind.STILL:
        return _of_still(media.stills[event.clip.key], site)
    return ()


def _of_video(facts: MediaFacts, site: Site) -> tuple[str, ...]:
    video, timeline = facts.video, site.production.film.timeline
    if video is None:
        return ("the reel is sound alone: black",)
    done = []
    if video.variable:
        done.append(f"variable rate shown at {timeline.rate} frames a second by its own time stamps")
    elif video.rate != timeline.rate:
        done.append(f"{video.rate} shown at {timeline.rate} frames a second, the frame on display at each instant")
    if video.rotation or video.mirrored:
        done.append(f"turned upright by {video.rotation} degrees{', mirrored' if video.mirrored else ''}")
    if video.upright_size != timeline.size or video.sample_aspect != 1:
        done.append(_fitted(video.upright_size, timeline.size))
    return tuple(done)


def _of_still(facts: StillFacts, site: Site) -> tuple[str, ...]:
    size = (facts.width, facts.height)
    turned = (f"turned upright (orientation {facts.orientation})",) if facts.orientation != 1 else ()
    return (
        turned
        if size == site.production.film.timeline.size
        else (*turned, _fitted(size, site.production.film.timeline.size))
    )


def _fitted(size: tuple[int, int], into: tuple[int, int]) -> str:
    return f"{size[0]}x{size[1]} fitted into {into[0]}x{into[1]}, nothing stretched"


def _done_to_sound(event: SoundEvent, media: Media) -> tuple[str, ...]:
    if event.clip.kind is not MediaKind.REEL or not media.reels[event.clip.key].sound:
        return ("silence",)
    sound = media.reels[event.clip.key].sound[0]
    return () if sound.sample_rate == 48_000 else (f"{sound.sample_rate} Hz brought to 48000 Hz",)
