"""`testimonio preview`: a cut, or a stretch of it, small and soon, cut from proxies that are made once for each source."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from footage_manifest.delivery import Codec, Profile
from footage_manifest.model import Film, Loudness, in_language
from footage_manifest.timebase import FrameRange
from footage_manifest.timecode import Label, TimecodeError
from footage_manifest.wording import shown
from pipeline.assembly import edits, graphics, outputs, printed_names, ready_cuts, report, road, survey
from pipeline.assembly import sound as sounding
from pipeline.assembly.edits import ReadyCut
from pipeline.assembly.options import RunOptions
from pipeline.assembly.outputs import encoding_of
from pipeline.assembly.preview_file import place_preview, remove_preview
from pipeline.assembly.render import framing
from pipeline.assembly.site import Site
from pipeline.errors import ConsentError, UsageError
from pipeline.ports.work import Progress
from pipeline.stages.conform import JOIN, SEGMENT, JoinInputs, PictureInputs, segment_requests
from pipeline.stages.deliver import MUX, MuxInputs
from pipeline.stages.media import Media
from pipeline.stages.proxy import PROXY, chunks_of, plan_proxy, with_proxies
from pipeline.timeline.excerpt import excerpt, excerpt_of_sound
from pipeline.tools.encoders import software
from pipeline.tools.segment_file import track_timescale

_WIDTH = 640
_FORM = Profile(codec=Codec.H264, quality=26, preset="ultrafast")


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewOptions:
    """What is asked for: a cut, from the record label `first` up to, not including, `last`, each the cut's own if None."""

    folder: Path
    cut: str
    first: str | None = None
    last: str | None = None
    jobs: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Previewed:
    """Where the preview lies, how many frames it has, how long they last and how long they took, in milliseconds."""

    cut: str
    path: Path
    size: tuple[int, int]
    frames: int
    film_ms: int
    took_ms: int


def preview(options: PreviewOptions, progress: Progress) -> Previewed:
    """Make a preview and return where it lies: without subtitles, an excerpt without its loudness profile.

    Raises as `road.run` and `ready_cuts.ready`: what may not be shown in the cut may not be shown in its preview.
    """
    began = time.monotonic()
    asked = RunOptions(folder=options.folder, cuts=(options.cut,), jobs=options.jobs)
    with road.opened(asked, progress) as site:
        manifest = site.production.manifest
        media = survey.survey(site, manifest.reels, manifest.stills)
        try:
            ready = ready_cuts.ready(site, options.cut, media)
            site = edits.site_of(site, ready)  # noqa: PLW2901 - from here on as the cut sees it
            printed_names.require_nameable(site, ready)
            for narration in (None, *ready.cut.narration):
                survey.require_there(site, ready.timeline_with(narration))
            frames = _stretch(site.production.film, ready, options)
            small = _small(site)
            path = _made(small, ready, media, frames)
        except ConsentError:
            remove_preview(site, options.cut)
            raise
    return Previewed(
        cut=options.cut,
        path=path,
        size=small.production.film.timeline.size,
        frames=len(frames),
        film_ms=int(len(frames) * 1000 / ready.timeline.rate),
        took_ms=round((time.monotonic() - began) * 1000),
    )


def _stretch(film: Film, ready: ReadyCut, options: PreviewOptions) -> FrameRange:
    """Return the output frames asked for. Raises UsageError for labels that are none, or outside of the cut."""
    start = 0 if options.first is None else _frame(film, ready, "--from", options.first)
    end = ready.timeline.frames if options.last is None else _frame(film, ready, "--to", options.last)
    if start >= end:
        raise UsageError("--to lies before --from", "exchange them")
    return FrameRange(start, end)


def _frame(film: Film, ready: ReadyCut, option: str, text: str) -> int:
    clock, scale, zero = film.timeline.clock, film.timeline.frames_a_label, ready.timeline.record_zero
    whole = f"{clock.label(zero)} to {clock.label(zero + ready.timeline.frames // scale)}"
    try:
        label = Label.parse(text)
        label = replace(label, drop=clock.drop)
        frame = (clock.frame(label) - zero) * scale
    except TimecodeError as error:
        raise UsageError(f"{option}: {error}", f"write a timecode of the cut, {whole}") from None
    if not 0 <= frame <= ready.timeline.frames:
        raise UsageError(f"{option}: {shown(text)} is not in the cut", f"write a timecode from {whole}")
    return frame


def _small(site: Site) -> Site:
    """Return the site with a film of small pictures: cards and lower thirds are drawn at that size too."""
    film = site.production.film
    width, height = film.timeline.size
    if width > _WIDTH:
        width, height = _WIDTH, max(2, round(Fraction(height * _WIDTH, width) / 2) * 2)
    timeline = film.timeline.model_copy(update={"size": (width, height)})
    production = site.production.model_copy(update={"film": film.model_copy(update={"timeline": timeline})})
    return replace(site, production=production)


def _made(site: Site, ready: ReadyCut, media: Media, frames: FrameRange) -> Path:
    version = outputs.versions(site.production, ready.name)[0]
    part = _excerpt(site, ready, frames)
    seen = _proxies(site, part, media)
    encoding = encoding_of(_FORM, software(_FORM.codec))
    inputs = PictureInputs(
        timeline=part.timeline,
        media=seen,
        size=site.production.film.timeline.size,
        cards=graphics.cards(site, part, media, version.text),
        framing=framing(site.production, ready.name),
        shown=graphics.laid(site, part, media, version.text),
        encoding=encoding,
    )
    subject = f"preview of {ready.name}"
    asked = [(f"preview of {name}", request) for name, request in segment_requests(inputs)]
    segments = site.engine.map(SEGMENT, site.tools.segment_encoder, asked)
    joined = site.engine.run(
        JOIN, site.tools.segment_joiner, subject, JoinInputs(timeline=part.timeline, segments=segments)
    )
    sounded = sounding.sound(site, part, media, version.narration)
    mux = MuxInputs(
        timeline=part.timeline,
        picture=joined,
        sound=sounded.encoded,
        subtitles=(),
        burned_in=(),
        title=in_language(site.production.film.title, version.text),
        sound_language=None,
    )
    muxed = site.engine.run(MUX, site.tools.muxer, subject, mux)
    return place_preview(site, ready, report.named(site, part), site.engine.path(muxed.file))


def _excerpt(site: Site, ready: ReadyCut, frames: FrameRange) -> ReadyCut:
    if len(frames) == ready.timeline.frames:
        return ready
    rate = ready.timeline.rate
    return replace(
        ready,
        cut=ready.cut.model_copy(update={"loudness": Loudness.NONE}),
        timeline=excerpt(ready.timeline, frames, site.production.film.timeline.frames_a_label),
        laid={key: excerpt_of_sound(events, frames, rate) for key, events in ready.laid.items()},
    )


def _proxies(site: Site, ready: ReadyCut, media: Media) -> Media:
    """Return the media with small stretches in the place of pictures, those that are not stored made first."""
    box = max(site.production.film.timeline.size)
    chunks = [chunk for chunk in chunks_of(ready.timeline, media) if max(chunk.video.width, chunk.video.height) > box]
    asked = [(f"{chunk.key} {float(chunk.start):.0f} s", plan_proxy(chunk, box)) for chunk in chunks]
    made = site.engine.map(PROXY, site.tools.segment_encoder, asked)
    ticks: Mapping[Fraction, int] = {chunk.video.rate: track_timescale(chunk.video.rate) for chunk in chunks}
    return with_proxies(media, zip(chunks, made, strict=True), box, ticks)
