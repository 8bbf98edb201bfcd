"""Music and narration under a cut of 100 frames at 25 frames a second that starts at 01:00:00:00."""

from fractions import Fraction

import pytest

from footage_manifest.model import Cut
from footage_manifest.timebase import FrameRange
from pipeline.errors import TimelineError
from pipeline.timeline.laid_sound import MUSIC, HeardFrom, Under, laid_sound
from pipeline.timeline.model import Clip, MediaKind, Timeline
from tests.edl_film import facts, film, manifest, media

NARRATION = {"file": "narration/uno.wav", "kind": "narration", "people": []}


def under(*, frames: int = 100, film_=None, trimmed=None, zero: int = 90_000, **laid):
    said = film_ or film()
    timeline = Timeline(cut="forum", rate=said.timeline.rate, frames=frames, record_zero=zero, picture=(), sound=())
    return Under(
        cut=Cut.model_validate({"source": "cuts/v1.edl", "audience": "forum", **laid}),
        film=said,
        manifest=manifest(NARR01=NARRATION),
        timeline=timeline,
        facts=facts(NARR01=media(channels=1)),
        trimmed=trimmed or {},
        line_of=lambda field: 40 + len(field),
    )


def music(**more):
    return {"reel": "MUSIC", "at": "01:00:00:00", **more}


def events(**more):
    return laid_sound(under(**more)).events


def refused(**more):
    with pytest.raises(TimelineError) as raised:
        laid_sound(under(**more))
    assert all(finding.file == "film.yaml" for finding in raised.value.findings)
    return [(finding.field, finding.what) for finding in raised.value.findings]


def test_nothing_is_laid_where_nothing_is_said():
    assert events() == {}


def test_a_piece_lies_where_its_labels_say_and_comes_from_where_it_is_told():
    piece = music(at="01:00:01:00", until="01:00:03:12", source_in_ms=1_234, gain_db=-6.55)
    (event,) = events(music=[piece])[MUSIC]
    assert event.record == FrameRange(25, 87)
    assert event.clip == Clip(kind=MediaKind.REEL, key="MUSIC", source_in=Fraction(1_234, 1_000))
    assert (event.gain_centibel, event.number, event.source) == (-65, "music.0", "film.yaml")
    assert event.line == 40 + len("cuts.forum.music.0")


def test_fades_become_the_nearest_whole_frames():
    (event,) = events(music=[music(fade_in_ms=1_019, fade_out_ms=1_020)])[MUSIC]
    assert (event.fade_in_frames, event.fade_out_frames) == (25, 26)


def test_labels_count_as_the_films_clock_does():
    # 30 labels a second, each two frames of a 60 fps film.
    doubled = film(rate=60, timecode_rate="30")
    (event,) = events(film_=doubled, frames=600, zero=108_000, music=[music(at="01:00:02:15", until="01:00:03:00")])[
        MUSIC
    ]
    assert event.record == FrameRange(150, 180)


def test_without_until_a_piece_ends_with_its_reel_or_with_the_cut_and_that_is_said():
    laid = laid_sound(under(music=[music(at="01:00:02:00")]))
    assert laid.events[MUSIC][0].record == FrameRange(50, 100)
    (note,) = laid.notes
    assert (note.severity, note.field) == ("note", "cuts.forum.music.0")
    assert note.what == "the cut ends 98.000 s before MUSIC does, which is broken off there"
    short = laid_sound(under(music=[music(source_in_ms=98_500)]))
    assert short.events[MUSIC][0].record == FrameRange(0, 37)
    assert short.notes == ()
    assert laid_sound(under(music=[music(fade_out_ms=500)])).notes == ()  # it is faded out: that is meant


def test_narration_stands_by_language():
    laid = events(narration={"es": [{"reel": "NARR01", "at": "01:00:00:10", "until": "01:00:02:00"}]})
    assert set(laid) == {"es"}
    assert laid["es"][0].number == "narration.es.0"


def test_silence_around_a_recording_is_left_out():
    trimmed = {"NARR01": HeardFrom(first_ms=640, last_ms=2_640)}
    spoken = {"reel": "NARR01", "at": "01:00:00:00", "trim": True}
    (event,) = events(trimmed=trimmed, narration={"es": [spoken]})["es"]
    assert (event.record, event.clip.source_in) == (FrameRange(0, 50), Fraction(640, 1_000))
    (untrimmed,) = events(trimmed=trimmed, narration={"es": [{**spoken, "trim": False}]})["es"]
    assert untrimmed.clip.source_in == 0


def test_everything_that_is_wrong_is_said_at_once():
    found = refused(
        music=[
            {"reel": "MUSIK", "at": "01:00:09:00"},
            {"reel": "INT01", "at": "01:00:00:00"},
            music(at="01:00:00;00"),
            music(at="01:00:00:25"),
            music(at="01:00:04:00"),
            music(at="00:59:59:24"),
        ],
        narration={"fr": [], "es": [{"reel": "MUSIC", "at": "01:00:00:00"}]},
    )
    assert found == [
        ("cuts.forum.narration.fr", "'fr' is not one of the film's languages"),
        ("cuts.forum.music.0.reel", "there is no reel 'MUSIK' in footage_manifest.yaml"),
        (
            "cuts.forum.music.0.at",
            "01:00:09:00 is outside the cut: the cut lasts from 01:00:00:00 to 01:00:04:00",
        ),
        ("cuts.forum.music.1.reel", "reel INT01 is speech (interview), and music is laid here"),
        ("cuts.forum.music.2.at", "01:00:00;00 is a drop-frame label"),
        ("cuts.forum.music.3.at", "01:00:00:25 does not exist at 25 frames a second: frames go to 24"),
        (
            "cuts.forum.music.4.at",
            "01:00:04:00 is outside the cut: the cut lasts from 01:00:00:00 to 01:00:04:00",
        ),
        (
            "cuts.forum.music.5.at",
            "00:59:59:24 is outside the cut: the cut lasts from 01:00:00:00 to 01:00:04:00",
        ),
        ("cuts.forum.narration.es.0.reel", "reel MUSIC is music, and narration is laid here"),
    ]


@pytest.mark.parametrize(
    ("piece", "field", "what"),
    [
        (music(until="01:00:00:00"), "until", "01:00:00:00 is not after 01:00:00:00"),
        (
            music(until="01:00:04:01"),
            "until",
            "01:00:04:01 is after the end of the cut: the cut lasts from 01:00:00:00 to 01:00:04:00",
        ),
        (music(source_in_ms=99_000, until="01:00:02:00"), "until", "MUSIC is over 1.000 s before 01:00:02:00"),
        (music(source_in_ms=100_000), "source_in_ms", "nothing of it is left: MUSIC ends 100.000 s after its start"),
        (music(until="01:00:01:00", fade_in_ms=600, fade_out_ms=600), "", "its fades last 30 frames and it lasts 25"),
    ],
)
def test_a_piece_that_does_not_fit_is_refused(piece, field, what):
    place = f"cuts.forum.music.0.{field}".rstrip(".")
    assert refused(music=[piece]) == [(place, what)]


def test_a_reel_without_sound_is_refused():
    assert refused(music=[{"reel": "RIVER", "at": "01:00:00:00"}]) == [
        ("cuts.forum.music.0.reel", "reel RIVER has no sound")
    ]


def test_a_piece_that_is_still_playing_is_not_laid_again_but_another_may_overlap():
    first, again = music(until="01:00:02:00"), music(at="01:00:01:00", until="01:00:03:00")
    assert refused(music=[first, again]) == [
        ("cuts.forum.music.1.at", "MUSIC is still playing there: it is laid from 01:00:00:00 to 01:00:02:00 already")
    ]
    assert len(events(music=[first, music(at="01:00:02:00", until="01:00:03:00")])[MUSIC]) == 2
    other = under(music=[first, {**again, "reel": "OTHER"}])
    other.manifest.reels["OTHER"] = other.manifest.reels["MUSIC"]
    both = {**other.facts, "OTHER": other.facts["MUSIC"]}
    laid = laid_sound(
        Under(
            cut=other.cut,
            film=other.film,
            manifest=other.manifest,
            timeline=other.timeline,
            facts=both,
            trimmed={},
            line_of=other.line_of,
        )
    )
    assert len(laid.events[MUSIC]) == 2
