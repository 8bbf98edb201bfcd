"""proxy: short stretches of a source at a small size, made once, from which previews are cut."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from math import floor

from footage_manifest.media import Colour, MediaFacts, Scan, VideoFacts
from footage_manifest.timebase import FrameRange
from pipeline.ports.picture import Segment, SegmentRequest, VideoEncoding, VideoLayer
from pipeline.ports.stage import Stage
from pipeline.stages.media import Media, PicturePart
from pipeline.timeline.model import Clip, MediaKind, Timeline

CHUNK_SECONDS = 4
"""A stretch is about so long: longer ones would hold more that nobody looks at, shorter ones would read more twice."""

ENCODING = VideoEncoding(options=(("preset", "ultrafast"), ("crf", "23"), ("tune", "fastdecode")), keyframe_seconds=1)
"""Nothing refers far: a proxy is read from anywhere."""

_COLOUR = Colour(primaries="bt709", transfer="bt709", matrix="bt709", range="tv")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """A stretch of a source: frames of the file `part` of reel `key`, at the file's own rate."""

    key: str
    part: PicturePart
    video: VideoFacts
    frames: FrameRange

    @property
    def start(self) -> Fraction:
        """Return when its first frame is on display, in seconds from the reel's zero."""
        return self.part.start + self.frames.start / self.video.rate


def chunks_of(timeline: Timeline, media: Media) -> tuple[Chunk, ...]:
    """Return the stretches that a cut shows something of, each once.

    A source of variable rate has none: it is read as it is.
    """
    found: dict[tuple[str, Fraction, int], Chunk] = {}
    for key, instant in _shown(timeline):
        part = media.part_at(key, instant)
        video = part.facts.video
        if video is None or video.variable:
            continue
        length = max(1, round(CHUNK_SECONDS * video.rate))
        frame = min(max(0, floor((instant - part.start) * video.rate)), video.frames - 1)
        number = frame // length
        if (key, part.start, number) not in found:
            frames = FrameRange(number * length, min((number + 1) * length, video.frames))
            found[key, part.start, number] = Chunk(key=key, part=part, video=video, frames=frames)
    return tuple(found.values())


def plan_proxy(chunk: Chunk, box: int) -> SegmentRequest:
    """Return the stretch, upright, in a size that fits into a square of `box` pixels, every frame of it once."""
    width, height = _size(chunk.video, box)
    return SegmentRequest(
        rate=chunk.video.rate,
        width=width,
        height=height,
        frames=len(chunk.frames),
        incoming=VideoLayer(
            digest=chunk.part.facts.digest, facts=chunk.video, first=chunk.frames.start / chunk.video.rate
        ),
        encoding=ENCODING,
    )


def with_proxies(media: Media, made: Iterable[tuple[Chunk, Segment]], box: int, ticks: Mapping[Fraction, int]) -> Media:
    """Return media whose pictures are the proxies where there are some; `ticks` a second are those of files by rate."""
    parts: dict[str, list[PicturePart]] = {}
    replaced: set[tuple[str, Fraction]] = set()
    for chunk, segment in made:
        parts.setdefault(chunk.key, []).append(PicturePart(facts=_facts(chunk, segment, box, ticks), start=chunk.start))
        replaced.add((chunk.key, chunk.part.start))
    for key, found in parts.items():
        found.extend(part for part in media.parts.get(key, ()) if (key, part.start) not in replaced)
    ordered = {key: tuple(sorted(found, key=lambda part: part.start)) for key, found in parts.items()}
    return replace(media, parts={**media.parts, **ordered})


def _shown(timeline: Timeline) -> Iterator[tuple[str, Fraction]]:
    for event in timeline.picture:
        sides: tuple[tuple[Clip | None, int], ...] = (
            (event.clip, len(event.record)),
            (event.outgoing, event.dissolve_frames - event.dissolve_passed),
        )
        for clip, frames in sides:
            if clip is not None and clip.kind is MediaKind.REEL:
                for k in range(frames):
                    yield clip.key, clip.source_at(k, timeline.rate)


def _size(video: VideoFacts, box: int) -> tuple[int, int]:
    width, height = video.width * video.sample_aspect, Fraction(video.height)
    if video.rotation % 180:
        width, height = height, width
    scale = min(Fraction(1), box / max(width, height))
    return max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2)


def _facts(chunk: Chunk, segment: Segment, box: int, ticks: Mapping[Fraction, int]) -> MediaFacts:
    width, height = _size(chunk.video, box)
    rate, frames = chunk.video.rate, segment.frames
    video = VideoFacts(
        index=0,
        codec="h264",
        width=width,
        height=height,
        rate=rate,
        variable=False,
        frames=frames,
        start=Fraction(0),
        duration=frames / rate,
        time_base=Fraction(1, ticks[rate]),
        pixel_format="yuv420p",
        bit_depth=8,
        colour=_COLOUR,
        scan=Scan.PROGRESSIVE,
    )
    return MediaFacts(digest=segment.file.digest, container="mp4", duration=frames / rate, video=video)


def _same(request: SegmentRequest) -> SegmentRequest:
    return request


PROXY = Stage(name="proxy", version=1, plan=_same, result=Segment)
