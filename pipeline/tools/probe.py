"""probe: what a media file holds, by reading its packets; of its picture one frame is decoded, for how it is held."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path

from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition, Stream
from av.video.stream import VideoStream

from footage_manifest.media import MediaFacts, SoundFacts, VideoFacts
from footage_manifest.timecode import Label, TimecodeError
from pipeline.errors import MediaError, StageError
from pipeline.ports.media import ProbeRequest
from pipeline.ports.work import Bench
from pipeline.tools.media_open import library_versions, open_media, plain_errors
from pipeline.tools.mov_boxes import timecode_tracks
from pipeline.tools.packet_survey import Survey, has_codec, survey
from pipeline.tools.probe_picture import picture_facts
from pipeline.tools.riff_chunks import declared_seconds

_RULES = "2"
"""Raised when the same file must be described differently."""

_DECLARES_ITS_LENGTH = {"mov", "matroska", "w64", "aiff", "caf", "flac", "avi", "asf", "mxf", "flv"}
_SHORT_BY = Fraction(1, 10)
"""Seconds by which headers are out in healthy files: they count priming samples, or round."""

_LAYOUTS = {"1 channels": "mono", "2 channels": "stereo"}
"""What a recorder means that does not say which channel is which."""


class LibavProbe:
    """Describes media files (`pipeline.ports.media.MediaProbe`)."""

    def identity(self, request: ProbeRequest) -> Mapping[str, str]:  # noqa: ARG002 - the same for every request
        """Return the versions of the libraries that read containers, and of our rules."""
        versions = library_versions()
        return {"rules": _RULES, **{name: versions[name] for name in ("libavformat", "libavcodec")}}

    def provenance(self) -> Mapping[str, str]:
        """Return the versions of PyAV and libav."""
        return library_versions()

    def carry_out(self, requests: Sequence[ProbeRequest], bench: Bench) -> Iterator[tuple[int, MediaFacts]]:
        """Yield what each file holds, in order. Raises MediaError for the first that cannot be read."""
        bench.progress.start("probe", len(requests), "files")
        for number, request in enumerate(requests):
            path = bench.path(request.digest)
            try:
                facts = media_facts(path, request.digest)
            except StageError as error:
                error.subject = error.subject or path.name
                raise
            yield number, facts
            bench.progress.advance("probe", 1)
        bench.progress.finish("probe")


def media_facts(path: Path, digest: str) -> MediaFacts:
    """Return what the file at `path` holds. Raises MediaError, naming what is wrong, where it cannot be read."""
    with open_media(path) as container, plain_errors("it cannot be read to its end"):
        picture = _picture_stream(container)
        heard = [stream for stream in container.streams if isinstance(stream, AudioStream) and has_codec(stream)]
        if picture is None and not heard:
            raise MediaError("it holds no picture and no sound", "name a film or sound file in the manifest")
        found = survey(container, picture)
        video = picture_facts(path, picture, found, _declared(container)) if picture is not None else None
        sound = tuple(facts for stream in heard if (facts := _sound_facts(stream, found)) is not None)
        if video is None and not sound:
            raise MediaError("it declares sound but holds none", "copy the file again")
        label, label_rate = _embedded_timecode(path, container, video.rate if video and not video.variable else None)
        tracks: list[SoundFacts | VideoFacts] = [*sound, *([video] if video else [])]
        return MediaFacts(
            digest=digest,
            container=container.format.name.split(",")[0],
            duration=max(track.duration for track in tracks),
            expected_duration=_expected_duration(path, container, found),
            video=video,
            sound=sound,
            timecode=label,
            timecode_rate=label_rate,
            time_reference=_time_reference(container),
        )


def _picture_stream(container: InputContainer) -> VideoStream | None:
    """Return the first moving picture: cover art and thumbnails are not pictures of a film."""
    not_a_film = Disposition.attached_pic | Disposition.timed_thumbnails | Disposition.still_image
    films = [stream for stream in container.streams.video if not stream.disposition & not_a_film]
    chosen = [stream for stream in films if stream.disposition & Disposition.default] or films
    if chosen and not has_codec(chosen[0]):
        raise MediaError("its picture is in a format that cannot be decoded here", "export it as H.264 or ProRes")
    return chosen[0] if chosen else None


def _declared(container: InputContainer) -> Fraction:
    return Fraction(container.duration or 0, 1_000_000)


def _sound_facts(stream: AudioStream, found: Survey) -> SoundFacts | None:
    extent = found.extents.get(stream.index)
    if extent is None:
        return None
    return SoundFacts(
        index=stream.index,
        codec=stream.codec_context.codec.canonical_name,
        sample_rate=stream.codec_context.sample_rate,
        channels=stream.codec_context.channels,
        layout=_LAYOUTS.get(stream.codec_context.layout.name, stream.codec_context.layout.name),
        start=extent.start,
        duration=extent.end - extent.start,
    )


def _expected_duration(path: Path, container: InputContainer, found: Survey) -> Fraction | None:
    """Return the declared length where packets are missing, else None.

    An MP4 or MOV lists every packet, so one that is not there is noticed. Other containers declare a length. A transport
    stream declares nothing: only a last packet cut in two shows, and then the length is at least a little more.
    """
    declared = max(_declared(container), *(_stream_end(stream) for stream in container.streams))
    kind = container.format.name.split(",")[0]
    if kind == "wav":
        return declared_seconds(path)
    if found.missing:
        return max(declared, found.end + found.step)
    if kind in _DECLARES_ITS_LENGTH and declared > found.end + max(_SHORT_BY, 2 * found.step):
        return declared
    if kind == "mpegts" and (found.ends_broken or path.stat().st_size % _packet_length(path)):
        return found.end + found.step
    return None


def _stream_end(stream: Stream) -> Fraction:
    if stream.duration is None or stream.time_base is None or stream.type not in ("video", "audio"):
        return Fraction(0)
    return stream.duration * stream.time_base


def _packet_length(path: Path) -> int:
    # ISO/IEC 13818-1 packets have 188 bytes; cameras put 4 before (192), some broadcasters 16 after (204).
    with path.open("rb") as file:
        head = file.read(204 * 4)
    for length, first in ((188, 0), (192, 4), (204, 0)):
        if all(head[first + length * k : first + length * k + 1] == b"\x47" for k in range(3)):
            return length
    return 1


def _embedded_timecode(
    path: Path, container: InputContainer, rate: Fraction | None
) -> tuple[Label | None, Fraction | None]:
    tags = [container.metadata, *(stream.metadata for stream in container.streams)]
    for text in [text for some in tags for key, text in some.items() if key.lower() == "timecode"]:
        try:
            label = Label.parse(text)
        except TimecodeError:
            continue
        tracks = timecode_tracks(path)
        counted = tracks[0].rate if tracks else rate
        return (label, counted) if counted is not None else (None, None)
    return None, None


def _time_reference(container: InputContainer) -> int | None:
    text = container.metadata.get("time_reference", "")
    return int(text) if text.isascii() and text.isdigit() else None
