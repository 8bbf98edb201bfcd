"""conform, draw, join, mux: every picture of a cut, and every film made of one, each stored under its request."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from footage_manifest.delivery import Hardware, Profile
from footage_manifest.model import Film, Production, in_language
from footage_manifest.subtitle_tracks import SubtitleKind, burned_in
from footage_manifest.timecode import Clock
from pipeline.assembly import graphics
from pipeline.assembly.captions import Captions as LanguageCaptions
from pipeline.assembly.captions import CutCaptions
from pipeline.assembly.copying import COPY_WHERE_POSSIBLE, Picture, planned
from pipeline.assembly.edits import ReadyCut, clips_of
from pipeline.assembly.outputs import Output, Version, encoding_of
from pipeline.assembly.site import Site
from pipeline.assembly.sound import Sounded
from pipeline.ports.drawing import Drawn
from pipeline.ports.picture import VideoEncoding
from pipeline.ports.sound import EncodedSound
from pipeline.ports.work import Artifact
from pipeline.stages.conform import (
    JOIN,
    SEGMENT,
    Framing,
    JoinInputs,
    PictureInputs,
    Shown,
    StampText,
)
from pipeline.stages.copying import EventCopies
from pipeline.stages.deliver import MUX, PCM, MuxInputs, PcmInputs
from pipeline.stages.draw import DRAW, DrawInputs, aside, covers, raised, shown
from pipeline.stages.media import Media
from pipeline.timeline.model import MediaKind, SoundEvent, Timeline
from pipeline.tools.encoders import hardware_encoder, required_hardware_encoder, software
from subtitles.cue import Cue

Captions = Mapping[str | None, CutCaptions]
"""The subtitles of a cut, by the narration that is heard in it."""
Sounds = Mapping[str | None, Sounded]
"""The sound of a cut, by the narration that is heard in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A finished film or sound file. `encoder` is libav's name for what encoded the picture, empty for sound alone.

    `copies` says of each picture event what of it was copied; nothing where copies were not asked for.
    """

    file: Artifact
    frames: int
    samples: int
    encoder: str = ""
    copies: tuple[EventCopies, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What the films of one cut are made from. `spoken` says which language was heard in which reel."""

    site: Site
    ready: ReadyCut
    media: Media
    sounds: Sounds = field(default_factory=dict)
    subtitles: Captions = field(default_factory=dict)
    spoken: Mapping[str, str] = field(default_factory=dict)


def wanted(outputs: Sequence[Output], subtitles: Captions) -> tuple[Output, ...]:
    """Return the outputs that the subtitles allow: a language that is not whole is burned into nothing."""
    return tuple(
        one for one in outputs if not one.burn_in or _cues_of(one.burn_in, subtitles[one.version.narration]) is not None
    )


def conform(job: Job, outputs: Sequence[Output], number: int = 1) -> dict[str, Picture]:
    """Return the segments of every output that has a picture, by its file name, in record order.

    All outputs are asked for at once, so that a source frame that several of them show is decoded once. `number` is the
    delivery's, for the stamps of review copies.
    """
    plans = {
        one.file: planned(job.site, _picture(job, one, number), copying=_copies(job, one))
        for one in outputs
        if not one.form.codec.sound_alone
    }
    named = [
        (subject if file == f"{job.ready.name}.mp4" else f"{subject} of {file}", request)
        for file, plan in plans.items()
        for subject, request in plan.to_encode
    ]
    segments = iter(job.site.engine.map(SEGMENT, job.site.tools.segment_encoder, named))
    return {file: Picture(segments=plan.whole(segments), events=plan.events) for file, plan in plans.items()}


def _copies(job: Job, one: Output) -> bool:
    """Return whether an output's picture may be copied: what is drawn over has to be encoded as it is seen whole."""
    return job.ready.cut.picture == COPY_WHERE_POSSIBLE and not one.burn_in and not one.stamped


def films(job: Job, outputs: Sequence[Output], number: int = 1) -> dict[str, Made]:
    """Return every output as a finished file, by name, each decoded again."""
    pictures = conform(job, outputs, number)
    return {
        one.file: _sound_alone(job, one) if one.form.codec.sound_alone else _film(job, one, pictures) for one in outputs
    }


def encoding(form: Profile) -> VideoEncoding:
    """Return how pictures are encoded in a form, on this machine. Raises ToolMissing for hardware that is not here."""
    if form.hardware is Hardware.ALWAYS:
        return encoding_of(form, required_hardware_encoder(form.codec))
    found = hardware_encoder(form.codec) if form.hardware is Hardware.AUTO else None
    return encoding_of(form, found or software(form.codec))


def _film(job: Job, one: Output, pictures: Mapping[str, Picture]) -> Made:
    site, timeline = job.site, job.ready.timeline
    encoded = encoding(one.form)
    mezzanine = one.form.codec.mezzanine
    joined = site.engine.run(
        JOIN,
        site.tools.segment_joiner,
        one.file,
        JoinInputs(timeline=timeline, segments=pictures[one.file].segments, container=encoded.container),
    )
    inputs = MuxInputs(
        timeline=timeline,
        picture=joined,
        sound=_pcm(job, one) if mezzanine else job.sounds[one.version.narration].encoded,
        subtitles=() if mezzanine else _tracks(one.version, job),
        burned_in=burned_in(one.burn_in)[0] if one.burn_in else (),
        further=() if mezzanine else _further(one, job),
        title=in_language(site.production.film.title, one.version.text),
        sound_language=_language_heard(site, job.ready.timeline_with(one.version.narration), job.spoken),
        container=encoded.container,
        timecode=_start(site.production.film, timeline) if mezzanine else "",
        encoding=encoded,
    )
    muxed = site.engine.run(MUX, site.tools.muxer, one.file, inputs)
    copies = pictures[one.file].events
    return Made(file=muxed.file, frames=muxed.frames, samples=muxed.samples, encoder=encoded.codec, copies=copies)


def _sound_alone(job: Job, one: Output) -> Made:
    sound = job.sounds[one.version.narration].encoded if one.form.codec.suffix == "m4a" else _pcm(job, one)
    return Made(file=sound.file, frames=job.ready.timeline.frames, samples=sound.samples)


def _pcm(job: Job, one: Output) -> EncodedSound:
    clock = job.site.production.film.timeline.clock
    starts_at = job.ready.timeline.record_zero / clock.rate
    inputs = PcmInputs(mix=job.sounds[one.version.narration].mixed, starts_at=Fraction(starts_at))
    return job.site.engine.run(PCM, job.site.tools.pcm_writer, one.file, inputs)


def _start(film: Film, timeline: Timeline) -> str:
    """Return the label of the first frame, counted at the film's full rate, as a timecode track counts."""
    whole = Clock(film.timeline.rate, drop=film.timeline.drop_frame)
    return str(whole.label(timeline.record_zero * film.timeline.frames_a_label))


def _tracks(version: Version, job: Job) -> tuple[tuple[str, tuple[Cue, ...]], ...]:
    """Return the text tracks of all that is said, in the film's order; in a named version its own language comes first."""
    if SubtitleKind.FULL not in job.ready.cut.subtitles.tracks:
        return ()
    return tuple((one.language, one.cues) for one in _languages(version, job))


def _further(one: Output, job: Job) -> tuple[tuple[SubtitleKind, str, tuple[Cue, ...]], ...]:
    """Return the other text tracks that the cut asks for, those without a cue left out, kind by kind.

    Players show a forced track unasked: that of a language that is burned in would stand there twice, and is left out.
    """
    kinds = [kind for kind in job.ready.cut.subtitles.tracks if kind is not SubtitleKind.FULL]
    twice = {(SubtitleKind.FORCED, language) for language in burned_in(one.burn_in)[0]}
    return tuple(
        (kind, track.language, cues)
        for kind in kinds
        for track in _languages(one.version, job)
        if (cues := track.of_kind(kind)) and (kind, track.language) not in twice
    )


def _languages(version: Version, job: Job) -> list[LanguageCaptions]:
    found = list(job.subtitles[version.narration].languages.values())
    if version.name:
        found.sort(key=lambda one: one.language != version.text)
    return found


# ------------------------------------------------------------------------------------------------------------- pictures


def _picture(job: Job, one: Output, number: int) -> PictureInputs:
    site, ready, media = job.site, job.ready, job.media
    language = one.version.text
    return PictureInputs(
        timeline=ready.timeline,
        media=media,
        size=site.production.film.timeline.size,
        cards=graphics.cards(site, ready, media, language),
        framing=framing(site.production, ready.name),
        shown=(*graphics.laid(site, ready, media, language), *_burned(job, one)),
        stamp=_stamp(job, one, number),
        encoding=encoding(one.form),
    )


def framing(production: Production, cut_name: str) -> Framing:
    """Return how pictures fill the frame in a cut and how its stills move: what is said closest to a picture holds."""
    film, manifest = production.film, production.manifest
    cut = film.cuts[cut_name]
    return Framing(
        fit=cut.fit or film.fit,
        reels={key: reel.fit for key, reel in manifest.reels.items() if reel.fit is not None},
        stills={key: still.fit for key, still in manifest.stills.items() if still.fit is not None},
        moves={**{key: still.move for key, still in manifest.stills.items()}, **cut.moves},
    )


def _stamp(job: Job, one: Output, number: int) -> StampText | None:
    if one.form.stamp is None:
        return None
    timeline = job.site.production.film.timeline
    name = f"{job.ready.name}.{one.version.name}" if one.version.name else job.ready.name
    return StampText(
        text=f"{name} v{number} {one.form.stamp}",
        font=job.site.tools.subtitle_font(job.site.engine),
        rate=timeline.clock.rate,
        drop=timeline.clock.drop,
        each=timeline.frames_a_label,
    )


def _burned(job: Job, one: Output) -> tuple[Shown, ...]:
    if not one.burn_in:
        return ()
    cues = _cues_of(one.burn_in, job.subtitles[one.version.narration]) or ()
    language = burned_in(one.burn_in)[0][0]
    rate, (_, height) = job.ready.timeline.rate, job.site.production.film.timeline.size
    drawn = _drawn(job.site, {cue.text: 0 for cue in cues}, language)
    names = graphics.name_boxes(job.site, job.ready, one.version.text)
    rows = raised(cues, drawn, names, rate, height)
    placed = {text: (drawing,) for text, drawing in {**drawn, **_drawn(job.site, rows, language)}.items()}
    halves = job.subtitles[one.version.narration].halves
    instead = aside(rows, halves, job.site.production.film.subtitles.burn_in)
    parts = _drawn(job.site, {part: 0 for whole in instead.values() for part in whole}, language)
    moved = {text: tuple(parts[part] for part in whole) for text, whole in instead.items()}
    # Where a name reaches to the top of the picture, or the lower language is taller than two lines, it is raised instead.
    blocked = {cue.text for cue in cues if cue.text in moved and covers(cue, moved[cue.text], names, rate, height)}
    clear = {text: found for text, found in moved.items() if text not in blocked}
    return shown(cues, {**placed, **clear}, rate)


def _cues_of(burned: str, subtitles: CutCaptions) -> tuple[Cue, ...] | None:
    languages, kind = burned_in(burned)
    if len(languages) > 1:
        return subtitles.stacked.get((languages[0], languages[1]))
    one = subtitles.languages.get(languages[0])
    return (one.of_kind(kind) or None) if one else None


def _drawn(site: Site, texts: Mapping[str, int], language: str) -> dict[str, Drawn]:
    """Return the drawing of each text; `texts` says above which pixel row it stands, 0 where nothing is in its way."""
    film = site.production.film
    asked = []
    for text, (font, *more) in site.tools.subtitle_fonts(site.engine, texts).items():
        given = DrawInputs(
            text=text,
            language=language,
            size=film.timeline.size,
            font=font,
            more_fonts=tuple(more),
            style=film.subtitles.burn_in,
            above=texts[text],
        )
        asked.append((text, given))
    return dict(zip(texts, site.engine.map(DRAW, site.tools.subtitle_drawer, asked), strict=True))


def _language_heard(site: Site, timeline: Timeline, spoken: Mapping[str, str]) -> str | None:
    """Return the one language that is spoken in the cut, None where it is several or neither stated nor heard."""
    reels = site.production.manifest.reels
    languages: set[str] = set()
    for event, clip in clips_of(timeline):
        if isinstance(event, SoundEvent) and clip.kind is MediaKind.REEL:
            languages.update(reels[clip.key].language or ((spoken[clip.key],) if clip.key in spoken else ()))
    return next(iter(languages)) if len(languages) == 1 else None
