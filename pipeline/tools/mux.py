"""deliver: picture, sound and text tracks copied into one MP4 or MOV that starts to play before it is whole."""

import heapq
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from fractions import Fraction
from math import ceil, floor
from pathlib import Path

import av
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.stream import Stream
from av.video.stream import VideoStream

from footage_manifest.subtitle_tracks import SubtitleKind
from footage_manifest.timebase import samples_in
from pipeline.errors import ToolError
from pipeline.ports.delivery import Muxed, MuxRequest
from pipeline.ports.sound import MIX_SAMPLE_RATE
from pipeline.ports.work import Bench
from pipeline.tools.language_tags import track_language
from pipeline.tools.media_open import file_url, library_versions, open_media, plain_errors
from pipeline.tools.mov_text import TextSample, encoded, sample_description, samples_of
from pipeline.tools.mov_text_track import show_by_default, text_stream
from pipeline.tools.segment_file import encoded_stream, movie_timescale, track_timescale
from pipeline.tools.segment_join import like
from pipeline.tools.verify_delivery import disposition_of, verify

_RULES = "3"
"""Raised when the same request must give another file."""

_TASK = "put together"


class LibavMuxer:
    """Copies packets with libav and reads the result back; carries out `pipeline.ports.delivery.Muxer`."""

    def identity(self, request: MuxRequest) -> Mapping[str, str]:  # noqa: ARG002 - the same for every request
        """Return the version of the library that writes containers, and of our rules."""
        return {"rules": _RULES, "libavformat": library_versions()["libavformat"]}

    def provenance(self) -> Mapping[str, str]:
        """Return the versions of PyAV and libav."""
        return library_versions()

    def carry_out(self, requests: Sequence[MuxRequest], bench: Bench) -> Iterator[tuple[int, Muxed]]:
        """Yield each film, verified.

        Raises ToolError where lengths do not agree, a subtitle lies outside the film, or what was written is not what was
        put in.
        """
        bench.progress.start(_TASK, len(requests), "files")
        for index, request in enumerate(requests):
            samples = _agreed_samples(request)
            texts = tuple(samples_of(track.cues, text_length_ms(request)) for track in request.texts)
            path = bench.work / f"delivery-{index}.{request.container}"
            with plain_errors("the film cannot be put together"):
                _write(request, texts, bench, path)
            with plain_errors("the film that was put together cannot be read back"):
                verify(path, request, texts, bench)
            yield index, Muxed(file=bench.keep(path), frames=request.picture.frames, samples=samples)
            bench.progress.advance(_TASK, 1)
        bench.progress.finish(_TASK)


def text_length_ms(request: MuxRequest) -> int:
    """Return the film's length in milliseconds, rounded down: text must not make the film longer than its picture."""
    return floor(request.picture.frames * 1000 / request.rate)


def _agreed_samples(request: MuxRequest) -> int:
    if request.picture.frames <= 0:
        raise ToolError("a film needs at least one frame", "check that the cut has events")
    if request.sound is None:
        return 0
    due = samples_in(request.picture.frames, request.rate, MIX_SAMPLE_RATE)
    if request.sound.samples != due:
        raise ToolError(
            f"the sound has {request.sound.samples} samples and the picture's {request.picture.frames} frames last {due}"
        )
    return due


def _write(request: MuxRequest, texts: Sequence[tuple[TextSample, ...]], bench: Bench, path: Path) -> None:
    with ExitStack() as stack:
        sources = [stack.enter_context(open_media(bench.path(request.picture.file.digest)))]
        if request.sound is not None:
            sources.append(stack.enter_context(open_media(bench.path(request.sound.file.digest))))
        film = stack.enter_context(_created(path, request))
        tracks = [_copied_track(film, source, request) for source in sources]
        if request.sound is not None:
            tracks[1].metadata["language"] = track_language(request.sound_language)
        text_tracks = _text_tracks(film, request, sources[0], bench.work)
        # At equal times text comes first: libav ends a text when a later packet of another track overtakes it.
        flows = [_text_packets(track, samples) for track, samples in zip(text_tracks, texts, strict=True)]
        flows += [_packets(source, track) for source, track in zip(sources, tracks, strict=True)]
        for packet in heapq.merge(*flows, key=_decoding_instant):
            film.mux_one(packet)
    shown = [True] * len(sources) + [track.default for track in request.texts]
    show_by_default(path, [*shown, True] if request.timecode else shown)


def _created(path: Path, request: MuxRequest) -> OutputContainer:
    options = {
        "fflags": "+bitexact",
        "movflags": "+faststart",
        "movie_timescale": str(movie_timescale(request.rate)),
        "video_track_timescale": str(track_timescale(request.rate)),
    }
    film = av.open(file_url(path), "w", format=request.container, container_options=options)
    if request.title:
        film.metadata["title"] = request.title
    if request.timecode:
        film.metadata["timecode"] = request.timecode
    return film


def _copied_track(film: OutputContainer, source: InputContainer, request: MuxRequest) -> Stream:
    original = source.streams[0]
    if isinstance(original, VideoStream):
        if request.encoding is None:
            return like(film, original)
        # A copied stream has no frame rate that libav would begin a timecode track with; an encoder's has.
        shape = original.codec_context
        return encoded_stream(film, request.encoding, request.rate, (shape.width, shape.height))
    track = film.add_stream_from_template(original)
    track.time_base = original.time_base or Fraction(1, MIX_SAMPLE_RATE)
    return track


def _text_tracks(film: OutputContainer, request: MuxRequest, picture: InputContainer, work: Path) -> list[Stream]:
    if not request.texts:
        return []
    shape = picture.streams.video[0].codec_context
    tracks: list[Stream] = []
    for text in request.texts:
        description = sample_description(shape.width, shape.height, forced=text.kind is SubtitleKind.FORCED)
        with text_stream(work, description) as pattern:
            track = film.add_stream_from_template(pattern)
        track.time_base = Fraction(1, _text_timescale(request))
        track.metadata["language"] = track_language(text.language)
        if text.title:
            track.metadata["title"] = text.title
        track.disposition = disposition_of(text)
        tracks.append(track)
    return tracks


def _text_timescale(request: MuxRequest) -> int:
    """Return whole ticks a millisecond, at least as many a second as any other track has.

    libav compares ticks of different tracks as they stand to find out whether a text has ended; with fewer ticks than the
    picture has, it puts an empty sample of no length between texts that follow each other.
    """
    return 1000 * ceil(max(track_timescale(request.rate), MIX_SAMPLE_RATE) / 1000)


def _packets(source: InputContainer, track: Stream) -> "Iterator[Packet[Stream]]":
    for packet in source.demux(source.streams[0]):
        if packet.dts is not None:
            packet.stream = track
            yield packet


def _text_packets(track: Stream, samples: Sequence[TextSample]) -> "Iterator[Packet[Stream]]":
    for sample in samples:
        packet = Packet(encoded(sample))
        packet.stream, packet.time_base = track, Fraction(1, 1000)
        packet.pts = packet.dts = sample.start_ms
        packet.duration = sample.end_ms - sample.start_ms
        yield packet


def _decoding_instant(packet: "Packet[Stream]") -> Fraction:
    return (packet.dts or 0) * packet.time_base
