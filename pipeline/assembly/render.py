"""conform, draw, join, mix and mux: everything of a cut that is pictures and sound, each stored under its request."""

from collections.abc import Mapping
from dataclasses import dataclass

from footage_manifest.model import in_language
from pipeline.assembly.captions import CutCaptions
from pipeline.assembly.edits import ReadyCut, clips_of
from pipeline.assembly.site import Site
from pipeline.ports.delivery import Muxed
from pipeline.ports.drawing import Drawn
from pipeline.ports.picture import Segment
from pipeline.ports.sound import EncodedSound
from pipeline.stages.conform import JOIN, SEGMENT, JoinInputs, PictureInputs, Shown, segment_requests
from pipeline.stages.deliver import MUX, MuxInputs
from pipeline.stages.draw import DRAW, DrawInputs, distinct_texts, shown
from pipeline.stages.media import Media, sound_of
from pipeline.stages.mix import ENCODE_SOUND, MIX, MixInputs
from pipeline.timeline.model import MediaKind, SoundEvent, Timeline
from subtitles.cue import Cue

CLEAN = ""
"""The version of a cut without anything laid over the picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """The finished MP4s of a cut by version: `CLEAN`, or the languages burned in, such as `es` or `es+en`."""

    versions: Mapping[str, Muxed]
    sound: EncodedSound


def conform(
    site: Site, ready: ReadyCut, media: Media, overlays: Mapping[str, tuple[Shown, ...]]
) -> dict[str, tuple[Segment, ...]]:
    """Return the segments of every version, in record order.

    All versions are asked for at once, so that a source frame that several of them show is decoded once.
    """
    timeline = ready.timeline
    size = site.production.film.timeline.size
    requests = {
        version: segment_requests(PictureInputs(timeline=timeline, media=media, size=size, shown=laid))
        for version, laid in overlays.items()
    }
    named = [
        (f"{subject}+{version}" if version else subject, request)
        for version, asked in requests.items()
        for subject, request in asked
    ]
    segments = iter(site.engine.map(SEGMENT, site.tools.segment_encoder, named))
    return {version: tuple(next(segments) for _ in asked) for version, asked in requests.items()}


def sound(site: Site, ready: ReadyCut, media: Media) -> EncodedSound:
    """Return the mix of a cut, encoded."""
    reels = site.production.manifest.reels
    sounds = {key: heard for key, facts in media.reels.items() if (heard := sound_of(reels[key], facts)) is not None}
    inputs = MixInputs(timeline=ready.timeline, sounds=sounds, join_fade_ms=ready.cut.join_fade_ms)
    mixed = site.engine.run(MIX, site.tools.mixer, ready.name, inputs)
    return site.engine.run(ENCODE_SOUND, site.tools.sound_encoder, ready.name, mixed)


def overlays(site: Site, ready: ReadyCut, subtitles: CutCaptions) -> dict[str, tuple[Shown, ...]]:
    """Return what is laid over the picture in each version that the cut asks for and the subtitles allow."""
    laid: dict[str, tuple[Shown, ...]] = {CLEAN: ()}
    for version in ready.cut.burn_in:
        cues = _cues_of(version, subtitles)
        if cues is not None:
            language = version.partition("+")[0]
            laid[version] = shown(cues, _drawn(site, cues, language), ready.timeline.rate)
    return laid


def mux(
    site: Site,
    ready: ReadyCut,
    segments: Mapping[str, tuple[Segment, ...]],
    encoded: EncodedSound,
    subtitles: CutCaptions,
    spoken: Mapping[str, str],
) -> Rendered:
    """Return the MP4 of every version, decoded again. `spoken` says which language was heard in which reel."""
    film = site.production.film
    tracks = tuple((language, one.cues) for language, one in subtitles.languages.items())
    versions = {}
    for version, parts in segments.items():
        subject = f"{ready.name}+{version}" if version else ready.name
        joined = site.engine.run(
            JOIN, site.tools.segment_joiner, subject, JoinInputs(timeline=ready.timeline, segments=parts)
        )
        inputs = MuxInputs(
            timeline=ready.timeline,
            picture=joined,
            sound=encoded,
            subtitles=tracks,
            burned_in=tuple(version.split("+")) if version else (),
            title=in_language(film.title, film.languages[0]),
            sound_language=_language_heard(site, ready.timeline, spoken),
        )
        versions[version] = site.engine.run(MUX, site.tools.muxer, subject, inputs)
    return Rendered(versions=versions, sound=encoded)


def _cues_of(version: str, subtitles: CutCaptions) -> tuple[Cue, ...] | None:
    first, plus, second = version.partition("+")
    if plus:
        return subtitles.stacked.get((first, second))
    one = subtitles.languages.get(first)
    return one.cues if one else None


def _drawn(site: Site, cues: tuple[Cue, ...], language: str) -> dict[str, Drawn]:
    size = site.production.film.timeline.size
    font = site.tools.subtitle_font(site.engine)
    texts = distinct_texts(cues)
    asked = [(text, DrawInputs(text=text, language=language, size=size, font=font)) for text in texts]
    return dict(zip(texts, site.engine.map(DRAW, site.tools.subtitle_drawer, asked), strict=True))


def _language_heard(site: Site, timeline: Timeline, spoken: Mapping[str, str]) -> str | None:
    """Return the one language that is spoken in the cut, None where it is several or neither stated nor heard."""
    reels = site.production.manifest.reels
    languages: set[str] = set()
    for event, clip in clips_of(timeline):
        if isinstance(event, SoundEvent) and clip.kind is MediaKind.REEL:
            languages.update(reels[clip.key].language or ((spoken[clip.key],) if clip.key in spoken else ()))
    return next(iter(languages)) if len(languages) == 1 else None
