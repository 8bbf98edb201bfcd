"""What the stages ask tools for, from timelines and cues made by hand."""

from dataclasses import replace
from fractions import Fraction

import pytest

from footage_manifest.media import Colour, MediaFacts, SoundFacts, StillFacts, VideoFacts
from footage_manifest.model import ChannelChoice, Manifest, Production, Reel, Term
from footage_manifest.subtitle_tracks import SubtitleKind
from footage_manifest.timebase import FrameRange
from pipeline.ports.picture import BlackLayer, Overlay, StillLayer, VideoLayer
from pipeline.ports.speech import Recognised, SoundOfReel, Span
from pipeline.ports.translation import TermPair, Translated
from pipeline.stages.conform import PictureInputs, Shown, segment_requests
from pipeline.stages.deliver import MuxInputs, plan_mux
from pipeline.stages.media import Media, SoundPart, sound_of
from pipeline.stages.mix import MixInputs, plan_mix
from pipeline.stages.transcribe import joined, priming
from pipeline.stages.translate import batches, names_said, translated
from pipeline.timeline.model import BLACK, Clip, MediaKind, PictureEvent, SoundEvent, Timeline
from subtitles.cue import Cue
from subtitles.style import OURS
from subtitles.transcript import Word

RATE = Fraction(25)
VIDEO = VideoFacts(
    index=0,
    codec="h264",
    width=1280,
    height=720,
    rate=RATE,
    variable=False,
    frames=1000,
    start=Fraction(1, 25),
    duration=Fraction(40),
    time_base=Fraction(1, 12800),
    pixel_format="yuv420p",
    bit_depth=8,
    colour=Colour(primaries="bt709", transfer="bt709", matrix="bt709", range="tv"),
)
SOUND = SoundFacts(
    index=1, codec="aac", sample_rate=48_000, channels=2, layout="stereo", start=Fraction(0), duration=Fraction(40)
)
FACTS = MediaFacts(digest="a" * 64, container="mp4", duration=Fraction(40), video=VIDEO, sound=(SOUND,))
STILL = StillFacts(digest="b" * 64, format="JPEG", width=100, height=100)
MEDIA = Media(reels={"INT01": FACTS}, stills={"STILL01": STILL})


def clip(source_in: Fraction | int, key: str = "INT01") -> Clip:
    return Clip(kind=MediaKind.REEL, key=key, source_in=Fraction(source_in))


def seen(start: int, end: int, shown: Clip, **more: object) -> PictureEvent:
    return PictureEvent(record=FrameRange(start, end), clip=shown, number="1", line=3, source="a.edl", **more)


def heard(start: int, end: int, played: Clip, **more: object) -> SoundEvent:
    return SoundEvent(record=FrameRange(start, end), clip=played, number="1", line=3, source="a.edl", **more)


def timeline(*, picture: tuple[PictureEvent, ...] = (), sound: tuple[SoundEvent, ...] = ()) -> Timeline:
    frames = max(event.record.end for event in (*picture, *sound))
    return Timeline(cut="a", rate=RATE, frames=frames, record_zero=90_000, picture=picture, sound=sound)


def requests(*events: PictureEvent, shown: tuple[Shown, ...] = ()):
    inputs = PictureInputs(timeline=timeline(picture=events), media=MEDIA, size=(1280, 720), shown=shown)
    return [request for _, request in segment_requests(inputs)]


def test_a_segment_does_not_know_where_in_the_cut_it_stands():
    early, late = requests(seen(0, 100, clip(4)), seen(100, 200, clip(4)))
    assert early == late


def test_long_events_are_split_and_go_on_where_they_stopped():
    first, second = requests(seen(0, 300, clip(4)))
    assert (first.frames, second.frames) == (250, 50)
    assert isinstance(second.incoming, VideoLayer)
    assert second.incoming.first == 4 + Fraction(250, 25)


def test_a_dissolve_is_a_segment_of_its_own_with_both_sides():
    event = seen(0, 50, clip(4), outgoing=clip(9), dissolve_frames=10)
    dissolving, after = requests(event)
    assert (dissolving.frames, after.frames) == (10, 40)
    assert dissolving.mix is not None
    assert (dissolving.mix.first_k, dissolving.mix.of) == (0, 10)
    assert dissolving.mix.outgoing.first == 9
    assert after.mix is None
    assert after.incoming.first == 4 + Fraction(10, 25)


def test_stills_and_black_are_layers_without_a_clock():
    still, black = requests(seen(0, 5, Clip(kind=MediaKind.STILL, key="STILL01")), seen(5, 9, BLACK))
    assert still.incoming == StillLayer(digest=STILL.digest, facts=STILL)
    assert black.incoming == BlackLayer()


def test_subtitles_are_cut_to_segments_and_segments_without_any_are_the_clean_ones():
    shown = (Shown(picture="c" * 64, record=FrameRange(90, 110)),)
    events = (seen(0, 100, clip(0)), seen(100, 200, clip(9)), seen(200, 300, clip(5)))
    with_text, clean = requests(*events, shown=shown), requests(*events)
    assert with_text[0].overlays == (Overlay(picture="c" * 64, start=90, end=100),)
    assert with_text[1].overlays == (Overlay(picture="c" * 64, start=0, end=10),)
    assert with_text[2] == clean[2]


def mix(*events: SoundEvent, join_fade_ms: int = 5):
    sound = SoundOfReel(digest=FACTS.digest, stream=1, channels=ChannelChoice.MIX, zero=Fraction(0))
    part = SoundPart(sound=sound, start=Fraction(0), end=Fraction(40))
    return plan_mix(MixInputs(timeline=timeline(sound=events), sounds={"INT01": (part,)}, join_fade_ms=join_fade_ms))


def test_the_mix_has_the_samples_of_the_cut_and_fades_at_real_joins():
    request = mix(heard(0, 25, clip(1), fade_out=False), heard(25, 50, clip(2), fade_in=False))
    assert request.samples == 96_000
    first, second = request.spans
    assert (first.start, first.end, first.fade_in, first.fade_out) == (0, 48_000, 240, 0)
    assert (second.start, second.end, second.fade_in, second.fade_out) == (48_000, 96_000, 0, 240)


def test_join_fades_of_nothing_leave_samples_untouched():
    (span,) = mix(heard(0, 25, clip(1)), join_fade_ms=0).spans
    assert (span.fade_in, span.fade_out) == (0, 0)


def test_a_join_fade_never_takes_more_than_half_of_a_short_event():
    (span,) = mix(heard(0, 1, clip(1)), join_fade_ms=100).spans
    assert span.fade_in + span.fade_out <= span.end - span.start


def test_both_sides_of_a_crossfade_sound_during_it():
    event = heard(25, 50, clip(2), outgoing=clip(9), dissolve_frames=10, outgoing_channel=2)
    incoming, outgoing = mix(heard(0, 25, clip(8), fade_out=False), event).spans[1:]
    assert (incoming.crossfade, incoming.fade_in) == (19_200, 0)
    assert (outgoing.start, outgoing.end, outgoing.crossfade_out) == (48_000, 67_200, 19_200)
    assert (outgoing.source_in, outgoing.source_channel) == (9, 2)


def test_a_reel_without_sound_is_silent():
    assert mix(heard(0, 25, clip(0, "MUTE"))).spans == ()


def test_the_sound_of_a_reel_counts_from_its_first_frame_and_takes_its_channels():
    reel = Reel.model_validate({"file": "a.mp4", "kind": "interview", "people": [], "channels": 1})
    sound = sound_of(reel, FACTS)
    assert sound == SoundOfReel(digest=FACTS.digest, stream=1, channels=ChannelChoice.FIRST, zero=Fraction(1, 25))


@pytest.mark.parametrize(("burned_in", "defaults"), [((), [True, False]), (("es",), [False, False])])
def test_a_burned_in_version_shows_no_track_by_default(burned_in, defaults):
    inputs = MuxInputs(
        timeline=timeline(picture=(seen(0, 5, BLACK),)),
        picture=None,
        sound=None,
        subtitles=(("es", ()), ("en", ())),
        burned_in=burned_in,
        title="t",
        sound_language=None,
    )
    assert [text.default for text in plan_mux(inputs).texts] == defaults


def test_every_kind_of_track_is_named_once_there_are_several():
    inputs = MuxInputs(
        timeline=timeline(picture=(seen(0, 5, BLACK),)),
        picture=None,
        sound=None,
        subtitles=(("es", ()), ("en", ())),
        burned_in=(),
        further=((SubtitleKind.FORCED, "en", ()), (SubtitleKind.SDH, "es", ())),
        title="t",
        sound_language=None,
    )
    assert [(text.language, text.title, text.kind, text.default) for text in plan_mux(inputs).texts] == [
        ("es", "Full", SubtitleKind.FULL, True),
        ("en", "Full", SubtitleKind.FULL, False),
        ("en", "Forced", SubtitleKind.FORCED, False),
        ("es", "SDH", SubtitleKind.SDH, False),
    ]
    alone = plan_mux(replace(inputs, further=())).texts
    assert [text.title for text in alone] == ["", ""]


def word(text: str, start_ms: int) -> Word:
    return Word(text=text, start_ms=start_ms, end_ms=start_ms + 100, confidence=900)


def test_chunks_become_one_transcript_in_the_language_of_most_words():
    chunks = [
        Recognised(language="es", language_confidence=900, words=(word("uno", 0), word("dos", 200))),
        Recognised(language="pt", language_confidence=400, words=(word("três", 400),)),
    ]
    transcript = joined(None, chunks)
    assert (transcript.language, transcript.language_confidence) == ("es", 900)
    assert [one.text for one in transcript.words] == ["uno", "dos", "três"]
    assert joined("es", chunks).language_confidence == 1000
    assert joined(None, []).language == ""


def production(**people: object) -> Production:
    manifest = Manifest.model_validate(
        {"people": people, "reels": {"INT01": {"file": "a.mp4", "kind": "interview", "people": list(people)}}}
    )
    film = {"title": "t", "languages": ["es"], "timeline": {"rate": 25, "size": "64x64"}, "cuts": {}}
    terms = (Term(texts={"es": "grupo de rescate", "en": "rescue group"}, line=2),)
    return Production.model_validate({"film": film, "manifest": manifest, "glossary": terms})


def test_names_and_terms_prime_the_recogniser_and_protected_names_do_not():
    shown = {"name": "Juana R.", "consent": {"status": "granted", "uses": ["forum"]}}
    hidden = {
        "name": "Not To Be Said",
        "consent": {"status": "granted", "uses": ["forum"], "protections": ["hide-name"]},
    }
    assert priming(production(a=shown, b=hidden), "INT01", "es") == ("Juana R.", "grupo de rescate")
    assert priming(production(), "INT01", None) == ()


CUES = (
    Cue(id="a", start_ms=0, end_ms=900, text="Salimos de noche con"),
    Cue(id="b", start_ms=1000, end_ms=1900, text="el grupo\nde rescate."),
    Cue(id="c", start_ms=6000, end_ms=6900, text="Gracias."),
)


def test_sentences_over_several_cues_are_one_passage_and_terms_go_with_them():
    terms = (Term(texts={"es": "grupo de rescate", "en": "rescue group"}, line=2), Term(texts={"es": "río"}, line=3))
    (batch,) = batches(CUES, ("es", "en"), terms, None)
    assert [passage.texts for passage in batch.passages] == [
        ("Salimos de noche con", "el grupo de rescate."),
        ("Gracias.",),
    ]
    assert batch.passages[0].spans == (Span(0, 900), Span(1000, 1900))
    assert batch.terms == (TermPair("grupo de rescate", "rescue group"),)


def test_a_translation_keeps_ids_and_times_and_one_text_a_cue():
    results = [Translated(passages=(("We left at night with", "the rescue group."), ("Thank you.",)))]
    made = translated(CUES, results, "en", OURS)
    assert [(cue.id, cue.start_ms, cue.text) for cue in made] == [
        ("a", 0, "We left at night with"),
        ("b", 1000, "the rescue group."),
        ("c", 6000, "Thank you."),
    ]
    with pytest.raises(ValueError, match="zip"):
        translated(CUES, [Translated(passages=(("only one",),))], "en", OURS)


def test_names_stay_as_they_are_unless_they_are_protected():
    shown = {"name": "Juana de Flores R."}
    hidden = {"name": "Rosa Campos", "consent": {"status": "granted", "uses": ["forum"], "protections": ["hide-name"]}}
    assert names_said(production(a=shown, b=hidden).manifest) == ("Juana", "Flores")
