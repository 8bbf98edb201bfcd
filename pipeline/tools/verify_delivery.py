"""What a finished film must be, read back from the file: every packet and time stamp, the whole sound, every subtitle."""

import hashlib
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

from av.container import InputContainer
from av.stream import Disposition, Stream

from footage_manifest.subtitle_tracks import SubtitleKind
from pipeline.errors import ToolError
from pipeline.ports.delivery import MuxRequest, TextTrack
from pipeline.ports.picture import Joined
from pipeline.ports.sound import MIX_SAMPLE_RATE, EncodedSound
from pipeline.ports.work import Bench
from pipeline.tools.encode_sound import AAC_FRAME, decoded_samples
from pipeline.tools.language_tags import track_language
from pipeline.tools.media_open import open_media
from pipeline.tools.mov_boxes import top_level_boxes
from pipeline.tools.mov_text import TextSample, decoded_text

_Stamped = tuple[Fraction, Fraction, str]
"""When a packet is decoded and shown, in seconds, and the SHA-256 of its bytes."""


def verify(path: Path, request: MuxRequest, texts: Sequence[Sequence[TextSample]], bench: Bench) -> None:
    """Compare the film at `path` with what was to be put into it.

    The picture's and the sound's packets and time stamps are those of the joined picture and of the encoded sound; frame k
    is shown at k / rate; the sound decodes to its declared length; declared lengths are exact; text tracks hold `texts`.
    Raises ToolError at the first difference.
    """
    with open_media(path) as film:
        expected = 1 + (request.sound is not None) + len(texts) + bool(request.timecode)
        _require(len(film.streams) == expected, f"it has {len(film.streams)} tracks instead of {expected}")
        _require(film.metadata.get("title", "") == request.title, "its title is not the film's")
        starts_at = film.streams.video[0].metadata.get("timecode", "")
        _require(starts_at == request.timecode, f"its timecode begins at '{starts_at}'")
    _verify_picture(path, request.picture, request.rate, bench)
    if request.sound is not None:
        _verify_sound(path, request.sound, track_language(request.sound_language), bench)
    _verify_texts(path, request, texts)
    kinds = [box.kind for box in top_level_boxes(path)]
    _require(kinds.index("moov") < kinds.index("mdat"), "its index does not stand at its beginning")


def _verify_picture(path: Path, picture: Joined, rate: Fraction, bench: Bench) -> None:
    made, declared = _track(path, "video")
    _require(made == _track(bench.path(picture.file.digest), "video")[0], "its picture is not the joined picture")
    shown = sorted(instant for _, instant, _ in made)
    _require(
        shown == [k / rate for k in range(picture.frames)], "its frames are not shown one by one at the cut's rate"
    )
    _require(declared == picture.frames / rate, f"it declares {float(declared)} s of picture")


def _verify_sound(path: Path, sound: EncodedSound, language: str, bench: Bench) -> None:
    with open_media(path) as film:
        uncompressed = film.streams.audio[0].codec_context.name.startswith("pcm_")
    if uncompressed:  # each container divides it into packets as it likes
        _require(_sound_digest(path) == _sound_digest(bench.path(sound.file.digest)), "its sound is not the mix")
    made, declared = _track(path, "audio")
    if not uncompressed:
        _require(made == _track(bench.path(sound.file.digest), "audio")[0], "its sound is not the encoded sound")
    _require(declared == Fraction(sound.samples, MIX_SAMPLE_RATE), f"it declares {float(declared)} s of sound")
    decoded = decoded_samples(path)
    most = sound.samples if uncompressed else sound.samples + AAC_FRAME - 1
    _require(sound.samples <= decoded <= most, f"its sound decodes to {decoded} samples instead of {sound.samples}")
    with open_media(path) as film:
        _require((film.streams.audio[0].language or "und") == language, "its sound has the wrong language")


def _verify_texts(path: Path, request: MuxRequest, texts: Sequence[Sequence[TextSample]]) -> None:
    for number, (track, samples) in enumerate(zip(request.texts, texts, strict=True)):
        with open_media(path) as film:
            stream = film.streams.subtitles[number]
            what = f"its text track {number + 1}"
            _require((stream.language or "und") == track_language(track.language), f"{what} has the wrong language")
            default = bool(stream.disposition & Disposition.default)
            _require(default == track.default, f"{what} is {'' if default else 'not '}shown by default")
            marks = stream.disposition & (Disposition.forced | Disposition.hearing_impaired)
            _require(marks == disposition_of(track) & ~Disposition.default, f"{what} is marked as another kind")
            title = stream.metadata.get("name", "")
            _require(title == track.title, f"{what} is called '{title}'")
            shown = [
                (Fraction(sample.start_ms), Fraction(sample.end_ms), sample.text) for sample in samples if sample.text
            ]
            _require(list(_texts_of(film, stream)) == shown, f"{what} does not hold the subtitles that were put in")


def disposition_of(track: TextTrack) -> Disposition:
    """Return how a text track is marked: shown by default, forced, for viewers who cannot hear."""
    marks = Disposition.default if track.default else Disposition(0)
    if track.kind is SubtitleKind.FORCED:
        marks |= Disposition.forced
    if track.kind is SubtitleKind.SDH:
        marks |= Disposition.hearing_impaired
    return marks


def _track(path: Path, kind: str) -> tuple[list[_Stamped], Fraction]:
    """Return the packets of the first stream of this kind, and its declared length in seconds."""
    with open_media(path) as container:
        stream = next(stream for stream in container.streams if stream.type == kind)
        packets = [
            (
                packet.dts * packet.time_base,
                (packet.pts or 0) * packet.time_base,
                hashlib.sha256(bytes(packet)).hexdigest(),
            )
            for packet in container.demux(stream)
            if packet.dts is not None
        ]
        return packets, (stream.duration or 0) * (stream.time_base or Fraction(0))


def _sound_digest(path: Path) -> str:
    """Return the SHA-256, in hex, of all bytes of the first sound stream."""
    digest = hashlib.sha256()
    with open_media(path) as container:
        for packet in container.demux(audio=0):
            digest.update(bytes(packet))
    return digest.hexdigest()


def _texts_of(film: InputContainer, stream: Stream) -> Iterator[tuple[Fraction, Fraction, str]]:
    """Yield when each text shows, in milliseconds, and the text; samples that show nothing are passed over."""
    for packet in film.demux(stream):
        if packet.pts is None:
            continue
        start = packet.pts * packet.time_base * 1000
        text = decoded_text(bytes(packet))
        if text:
            yield start, start + (packet.duration or 0) * packet.time_base * 1000, text


def _require(holds: bool, what: str) -> None:  # noqa: FBT001 - it reads as an assertion
    if not holds:
        raise ToolError(
            f"the film that was put together is not as it should be: {what}", "run again; report it if it stays"
        )
