from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.stream import Disposition

from footage_manifest.subtitle_tracks import SubtitleKind
from footage_manifest.timebase import STANDARD_RATES, samples_in
from pipeline.errors import ToolError
from pipeline.ports.delivery import Muxed, MuxRequest, PcmRequest, TextTrack
from pipeline.ports.picture import BlackLayer, Joined, JoinRequest, SegmentRequest, VideoEncoding
from pipeline.ports.sound import EncodedSound, EncodeSoundRequest, Mixed, MixRequest, SoundSpan
from pipeline.tools.encode_pcm import LibavPcmWriter
from pipeline.tools.encode_sound import AacEncoder
from pipeline.tools.language_tags import track_language
from pipeline.tools.media_open import create_mp4
from pipeline.tools.mix import SpanMixer
from pipeline.tools.mov_text import samples_of
from pipeline.tools.mux import LibavMuxer
from pipeline.tools.segment_encoder import LibavSegmentEncoder
from pipeline.tools.segment_file import movie_timescale, track_timescale
from pipeline.tools.segment_join import LibavSegmentJoiner
from pipeline.tools.verify_delivery import verify
from subtitles.cue import Cue
from tests.fake_bench import FakeBench
from tests.made_sound import decoded, sound_of, sweep, write_sound

CUES = (
    Cue(start_ms=40, end_ms=501, text="¿Dónde está\nla <i>niña</i>?"),
    Cue(start_ms=501, end_ms=777, text="<3 & {sic}"),
    Cue(start_ms=1_000, end_ms=1_400, text="“Fin”"),
)
TEXTS = ["¿Dónde está\nla niña?", "<3 & {sic}", "“Fin”"]


@pytest.fixture
def bench(tmp_path: Path) -> FakeBench:
    return FakeBench(tmp_path / "bench")


def picture(bench: FakeBench, rate: Fraction, frames: int) -> Joined:
    """A small picture with frames out of order in the file, as x264 leaves them."""
    path = bench.work / "picture.mp4"
    with create_mp4(path, movie_timescale(rate), track_timescale(rate)) as container:
        stream = container.add_stream("libx264", rate=rate, options={"bf": "2", "g": "12", "x264-params": "threads=1"})
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        stream.codec_context.time_base = 1 / rate
        for number in range(frames):
            image = np.full((48, 64, 3), number * 5 % 256, np.uint8)
            frame = av.VideoFrame.from_ndarray(image, format="rgb24")
            frame.pts, frame.time_base = number, 1 / rate
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return Joined(file=bench.keep(path), frames=frames)


def sound(bench: FakeBench, samples: int) -> EncodedSound:
    path = write_sound(bench.work / "tone.wav", sweep(3, 48_000), "pcm_s16le", 48_000)
    span = SoundSpan(sound=sound_of(bench, path), start=0, end=samples, source_in=Fraction(0))
    ((_, mix),) = SpanMixer().carry_out([MixRequest(samples=samples, spans=(span,))], bench)
    ((_, made),) = AacEncoder().carry_out([EncodeSoundRequest(mix=mix)], bench)
    return made


def film(bench: FakeBench, rate: Fraction = Fraction(25), frames: int = 40, **others: object) -> MuxRequest:
    fields = {
        "sound": sound(bench, samples_in(frames, rate, 48_000)),
        "texts": (TextTrack(language="es", cues=CUES), TextTrack(language="en-GB", cues=CUES[:1])),
        "title": "Tres días",
        "sound_language": "es",
    }
    return MuxRequest(rate=rate, picture=picture(bench, rate, frames), **{**fields, **others})


def muxed(bench: FakeBench, request: MuxRequest) -> tuple[Muxed, Path]:
    ((_, made),) = LibavMuxer().carry_out([request], bench)
    return made, bench.path(made.file.digest)


def cues_in(path: Path, track: int) -> list[tuple[Fraction, Fraction, str]]:
    with av.open(str(path)) as container:
        return [
            (
                packet.pts * packet.time_base,
                packet.duration * packet.time_base,
                bytes(packet)[2:].split(b"\0\0\0")[0].decode(),
            )
            for packet in container.demux(container.streams.subtitles[track])
            if packet.size > 2
        ]


@pytest.mark.parametrize("rate", STANDARD_RATES)
def test_frames_samples_and_lengths_are_exact_at_every_rate(bench: FakeBench, rate: Fraction) -> None:
    frames = int(2 * rate) - 3
    made, path = muxed(bench, film(bench, rate, frames))
    samples = samples_in(frames, rate, 48_000)
    assert (made.frames, made.samples) == (frames, samples)
    with av.open(str(path)) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        assert video.duration * video.time_base == frames / rate
        assert audio.duration * audio.time_base == Fraction(samples, 48_000)
        assert abs(video.duration * video.time_base - audio.duration * audio.time_base) <= Fraction(1, 96_000)
        assert abs(Fraction(container.duration, 1_000_000) - frames / rate) < Fraction(1, 90_000)
        assert video.average_rate == rate
        shown = [frame.pts * frame.time_base for frame in container.decode(video)]
    assert shown == [number / rate for number in range(frames)]
    assert samples <= decoded(path).shape[1] < samples + 1_024


def test_pictures_and_sound_are_copied_not_encoded_again(bench: FakeBench) -> None:
    request = film(bench)
    _, path = muxed(bench, request)
    before = decoded(bench.path(request.sound.file.digest))
    assert np.array_equal(decoded(path), before)
    with av.open(str(path)) as after, av.open(str(bench.path(request.picture.file.digest))) as joined:
        assert [bytes(packet) for packet in after.demux(video=0)] == [bytes(packet) for packet in joined.demux(video=0)]


def test_text_tracks_hold_every_cue_to_the_millisecond(bench: FakeBench) -> None:
    _, path = muxed(bench, film(bench))
    assert [text for _, _, text in cues_in(path, 0)] == TEXTS
    assert [(start * 1000, length * 1000) for start, length, _ in cues_in(path, 0)] == [
        (cue.start_ms, cue.duration_ms) for cue in CUES
    ]
    assert [text for _, _, text in cues_in(path, 1)] == TEXTS[:1]


def test_samples_follow_each_other_without_empty_ones_of_no_length(bench: FakeBench) -> None:
    _, path = muxed(bench, film(bench))
    with av.open(str(path)) as container:
        packets = [packet for packet in container.demux(container.streams.subtitles[0]) if packet.size]
        lengths = [packet.duration * packet.time_base * 1000 for packet in packets]
    assert lengths == [40, 461, 276, 223, 400]


@pytest.mark.parametrize("defaults", [(False, False), (True, False), (False, True)])
def test_only_the_track_that_asks_for_it_is_shown_unasked(bench: FakeBench, defaults: tuple[bool, bool]) -> None:
    texts = tuple(
        TextTrack(language=language, cues=CUES, default=default)
        for language, default in zip(("es", "en"), defaults, strict=True)
    )
    _, path = muxed(bench, film(bench, texts=texts))
    with av.open(str(path)) as container:
        shown = [bool(stream.disposition & Disposition.default) for stream in container.streams]
        languages = [stream.language for stream in container.streams]
    assert shown == [True, True, *defaults]
    assert languages[1:] == ["spa", "spa", "eng"]


def test_nothing_but_the_title_is_told_about_the_film(bench: FakeBench) -> None:
    _, path = muxed(bench, film(bench))
    with av.open(str(path)) as container:
        told = dict(container.metadata)
        handlers = {stream.metadata.get("encoder") for stream in container.streams}
    for ordinary in ("major_brand", "minor_version", "compatible_brands"):
        told.pop(ordinary)
    assert told == {"title": "Tres días"}
    assert handlers == {None}
    assert b"Lavf" not in path.read_bytes()
    assert b"Lavc" not in path.read_bytes()


def test_the_index_comes_first(bench: FakeBench) -> None:
    content = muxed(bench, film(bench))[1].read_bytes()
    assert 0 < content.index(b"moov") < content.index(b"mdat")


def test_the_same_request_gives_the_same_bytes(bench: FakeBench) -> None:
    request = film(bench)
    assert muxed(bench, request)[0] == muxed(bench, request)[0]


def test_a_film_may_have_neither_sound_nor_text(bench: FakeBench) -> None:
    made, path = muxed(bench, film(bench, sound=None, texts=(), title=""))
    assert (made.frames, made.samples) == (40, 0)
    with av.open(str(path)) as container:
        assert [stream.type for stream in container.streams] == ["video"]


def test_a_text_track_may_be_empty(bench: FakeBench) -> None:
    _, path = muxed(bench, film(bench, texts=(TextTrack(language="es", cues=()),)))
    assert cues_in(path, 0) == []


def test_sound_of_another_length_than_the_picture_is_refused(bench: FakeBench) -> None:
    with pytest.raises(ToolError, match="the sound has 76801 samples and the picture's 40 frames last 76800"):
        muxed(bench, film(bench, sound=sound(bench, 76_801)))


def test_a_subtitle_after_the_end_is_refused(bench: FakeBench) -> None:
    late = TextTrack(language="es", cues=(Cue(start_ms=1_600, end_ms=2_000, text="tarde"),))
    with pytest.raises(ToolError, match=r"'tarde'.*does not lie in a film of 1600 ms"):
        muxed(bench, film(bench, texts=(late,)))


def test_tracks_say_what_they_are_for(bench: FakeBench) -> None:
    texts = (
        TextTrack(language="es", cues=CUES, default=True, title="Full"),
        TextTrack(language="es", cues=CUES[:1], title="Forced", kind=SubtitleKind.FORCED),
        TextTrack(language="es", cues=CUES, title="SDH", kind=SubtitleKind.SDH),
    )
    _, path = muxed(bench, film(bench, texts=texts))
    with av.open(str(path)) as container:
        marks = [stream.disposition & ~Disposition.captions for stream in container.streams.subtitles]
        titles = [stream.metadata["name"] for stream in container.streams.subtitles]
    assert marks == [Disposition.default, Disposition.forced, Disposition.hearing_impaired]
    assert titles == ["Full", "Forced", "SDH"]
    flags = [part[8:12].hex() for part in path.read_bytes().split(b"tx3g")[1:4]]
    assert flags == ["00000000", "c0000000", "00000000"]


@pytest.mark.parametrize("what", ["picture", "sound", "text", "language", "default", "kind", "name", "title"])
def test_a_film_that_is_not_what_was_asked_for_is_found_out(bench: FakeBench, what: str) -> None:
    request = film(bench)
    _, path = muxed(bench, request)
    cues = (*CUES[:2], Cue(start_ms=1_000, end_ms=1_400, text="otro"))
    texts = {
        "text": TextTrack(language="es", cues=cues),
        "language": TextTrack(language="fr", cues=CUES),
        "default": TextTrack(language="es", cues=CUES, default=True),
        "kind": TextTrack(language="es", cues=CUES, kind=SubtitleKind.FORCED),
        "name": TextTrack(language="es", cues=CUES, title="SDH"),
    }
    other = film(bench, texts=(texts.get(what, request.texts[0]), request.texts[1]))
    fields = {"picture": request.picture, "sound": request.sound}
    if what == "picture":
        fields["picture"] = picture(bench, Fraction(25), 39)
    if what == "sound":
        fields["sound"] = sound(bench, 76_799)
    asked = MuxRequest(
        rate=other.rate,
        texts=other.texts,
        title="Otra" if what == "title" else other.title,
        sound_language="es",
        **fields,
    )
    with pytest.raises(ToolError, match="is not as it should be"):
        verify(path, asked, [samples_of(track.cues, 1_600) for track in asked.texts], bench)
    verify(path, request, [samples_of(track.cues, 1_600) for track in request.texts], bench)


@pytest.mark.parametrize(("rate", "start"), [(Fraction(25), "10:00:00:00"), (Fraction(60000, 1001), "01:00:00;58")])
def test_a_mezzanine_has_its_timecode_and_every_sample_of_the_mix(bench: FakeBench, rate: Fraction, start: str) -> None:
    encoding = VideoEncoding(codec="dnxhd", pixels="yuv422p", options=(("profile", "dnxhr_hq"),), container="mov")
    request, pcm = mezzanine(bench, rate, encoding, start)
    made, path = muxed(bench, request)
    assert (made.frames, made.samples) == (30, samples_in(30, rate, 48_000))
    with av.open(str(path)) as container:
        assert container.streams.video[0].metadata["timecode"] == start
        assert container.streams.video[0].codec_context.codec_tag == "AVdh"
        assert container.streams.video[0].duration * container.streams.video[0].time_base == 30 / rate
    assert decoded(path).shape[1] == made.samples
    assert np.array_equal(decoded(path), decoded(bench.path(pcm.file.digest)))
    assert muxed(bench, request)[0] == made
    silent = MuxRequest(
        rate=rate,
        picture=request.picture,
        sound=write_pcm(bench, np.zeros((2, made.samples), np.float32)),
        texts=(),
        title=request.title,
        container="mov",
        timecode=start,
        encoding=encoding,
    )
    with pytest.raises(ToolError, match="its sound is not the mix"):
        verify(path, silent, (), bench)


def mezzanine(bench: FakeBench, rate: Fraction, encoding: VideoEncoding, start: str) -> tuple[MuxRequest, EncodedSound]:
    requests = [SegmentRequest(rate=rate, width=320, height=192, frames=30, incoming=BlackLayer(), encoding=encoding)]
    ((_, segment),) = LibavSegmentEncoder().carry_out(requests, bench)
    ((_, joined),) = LibavSegmentJoiner().carry_out(
        [JoinRequest(rate=rate, segments=(segment,), container="mov")], bench
    )
    samples = samples_in(30, rate, 48_000)
    pcm = write_pcm(bench, np.stack([np.sin(np.arange(samples) / 30), np.cos(np.arange(samples) / 90)]) / 2)
    request = MuxRequest(
        rate=rate,
        picture=joined,
        sound=pcm,
        texts=(),
        title="Tres días",
        container="mov",
        timecode=start,
        encoding=encoding,
    )
    return request, pcm


def write_pcm(bench: FakeBench, samples: np.ndarray) -> EncodedSound:
    path = bench.work / "mix.w64"
    with av.open(str(path), "w", format="w64") as container:
        stream = container.add_stream("pcm_f32le", rate=48_000, layout="stereo")
        packed = samples.astype(np.float32).T.reshape(1, -1).copy()
        frame = av.AudioFrame.from_ndarray(packed, format="flt", layout="stereo")
        frame.sample_rate, frame.pts = 48_000, 0
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    mix = Mixed(file=bench.keep(path), samples=samples.shape[1], peak=500)
    ((_, made),) = LibavPcmWriter().carry_out([PcmRequest(mix=mix, start=0)], bench)
    return made


def test_pcm_is_the_mix_to_half_a_step_and_is_cut_off_at_full_scale(bench: FakeBench) -> None:
    mix = np.array([[0.0, 0.1, -1.0, 1.5, 2**-24], [0.5, -0.5, 1.0, -1.5, 2**-22]])
    written = decoded(bench.path(write_pcm(bench, mix).file.digest)) / 2.0**31
    assert np.abs(written[:, [0, 1, 4]] - mix[:, [0, 1, 4]]).max() <= 2**-24
    assert written[:, 2].tolist() == [-1.0, 1 - 2**-23]
    assert written[:, 3].tolist() == [1 - 2**-23, -1.0]


@pytest.mark.parametrize(
    ("code", "letters"),
    [("es", "spa"), ("en", "eng"), ("es-MX", "spa"), ("nah", "nah"), ("qu", "que"), ("xx", "und"), (None, "und")],
)
def test_language_codes_become_three_letters(code: str | None, letters: str) -> None:
    assert track_language(code) == letters
