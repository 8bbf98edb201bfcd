"""report.json: what is in a cut and what was done to it. No times of day, hosts or versions: equal cuts, equal reports."""

from collections.abc import Mapping, Sequence

from pipeline.assembly import graphics
from pipeline.assembly.captions import CutCaptions, gate_of
from pipeline.assembly.copying import told_in
from pipeline.assembly.edits import ReadyCut
from pipeline.assembly.outputs import Output
from pipeline.assembly.paper_report import paper_facts
from pipeline.assembly.printed_names import unnamed
from pipeline.assembly.render import Job, Made
from pipeline.assembly.report_events import Events
from pipeline.assembly.report_sound import sound_facts
from pipeline.assembly.site import Site
from subtitles.state import CueStatus


def report(
    job: Job, outputs: Sequence[Output], films: Mapping[str, Made], number: int, left_out: Sequence[str]
) -> dict[str, object]:
    """Return the report of one cut as JSON data: times as labels of the cut, lengths in frames, sizes in pixels.

    `number` is the delivery's.
    """
    ready, film = job.ready, job.site.production.film
    events = Events(job.site, ready, job.media)
    first = next(iter(job.sounds))
    return {
        "cut": ready.name,
        "version": number,
        "audience": ready.cut.audience,
        "rate": str(film.timeline.rate),
        "size": _size(film.timeline.size),
        "frames": ready.timeline.frames,
        "samples": job.sounds[first].encoded.samples,
        "starts_at": events.label(0),
        "outputs": [_output(one, films[one.file], film.timeline.size) for one in outputs],
        "stamped": [one.file for one in outputs if one.stamped],
        "picture": told_in(events.picture(), next((one.copies for one in films.values() if one.copies), ())),
        "sound": events.sound(ready.timeline_with(first)),
        "other_narration": {
            narration or "": events.sound(ready.timeline_with(narration))[len(ready.timeline.sound) :]
            for narration in job.sounds
            if narration != first
        },
        "loudness": {narration or "": sound_facts(one, ready.cut.loudness) for narration, one in job.sounds.items()},
        "subtitles": _subtitles(job.subtitles[first]),
        "gate": gate_of(film, ready).value,
        "left_out": list(left_out),
        "named": sorted({*named(job.site, ready), *(key for one in job.subtitles.values() for key in one.named)}),
        "people_not_declared": list(ready.undeclared),
        **paper_facts(job.site.production, ready),
        "translation": {"engine": film.translation.engine},
        "transcription": {"engine": film.transcription.engine, "model": film.transcription.model},
        "findings": [
            unnamed(job.site.production, str(finding))
            for finding in dict.fromkeys(
                (*ready.warnings, *(finding for one in job.subtitles.values() for finding in one.findings))
            )
        ],
    }


def named(site: Site, ready: ReadyCut) -> tuple[str, ...]:
    """Return the keys of the people whose names lower thirds show, the same in every version. Raises as `graphics.names`."""
    return tuple(sorted({one.person for one in graphics.names(site, ready).shown}))


def _output(one: Output, made: Made, size: tuple[int, int]) -> dict[str, object]:
    picture: dict[str, object] = (
        {"encoder": made.encoder, "size": _size(size), "burned_in": one.burn_in} if made.encoder else {}
    )
    if made.copies:
        picture["copied_frames"] = sum(event.copied for event in made.copies)
    return {
        "file": one.file,
        "version": one.version.name,
        "titles_in": one.version.text,
        "narration_in": one.version.narration or "",
        "profile": one.profile,
        "codec": one.form.codec.value,
        "frames": made.frames,
        "samples": made.samples,
        "bytes": made.file.size,
        **picture,
    }


def _subtitles(subtitles: CutCaptions) -> dict[str, object]:
    return {
        language: {
            "cues": len(one.cues),
            "stale": one.stale,
            "drafted_by": dict(one.made_by),
            "own": one.own,
            "forced": len(one.forced),
            **{status.value: one.counts[status] for status in CueStatus},
        }
        for language, one in subtitles.languages.items()
    }


def _size(size: tuple[int, int]) -> str:
    return f"{size[0]}x{size[1]}"
